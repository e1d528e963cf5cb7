//! The delay that failed sign-ins lead to.

use chrono::Duration;

use crate::support::{PASSWORD, TestApp};

async fn fail(app: &TestApp, email: &str, times: usize) {
    for _ in 0..times {
        app.anonymous().try_sign_in(email, "not the password").await.assert_status(401);
    }
}

#[on_each_engine]
async fn the_fifth_failure_in_a_row_delays_the_account_whoever_asks() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    fail(&app, &ana.email, 5).await;
    let refused = app.anonymous_at("192.0.2.7").try_sign_in(&ana.email, PASSWORD).await;
    assert_eq!(refused.header("retry-after"), Some("1"));
    refused.assert_status(429).assert_problem("account_locked");

    app.wait(Duration::seconds(1));
    app.anonymous().try_sign_in(&ana.email, PASSWORD).await.assert_status(200);
    fail(&app, &ana.email, 4).await;
    app.anonymous().try_sign_in(&ana.email, PASSWORD).await.assert_status(200);
}

#[on_each_engine]
async fn the_delay_doubles() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    fail(&app, &ana.email, 5).await;
    for seconds in [1, 2, 4, 8] {
        app.wait(Duration::seconds(seconds));
        fail(&app, &ana.email, 1).await;
    }
    let refused = app.anonymous().try_sign_in(&ana.email, PASSWORD).await.assert_status(429);
    assert_eq!(refused.header("retry-after"), Some("16"));
}

#[on_each_engine]
async fn an_address_that_nobody_has_is_delayed_in_the_same_way() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let mut answers = Vec::new();
    for email in [ana.email.as_str(), "nobody@clinic.example"] {
        fail(&app, email, 5).await;
        let first = app.anonymous().try_sign_in(email, "not the password").await;
        app.wait(Duration::seconds(1));
        fail(&app, email, 1).await;
        let second = app.anonymous().try_sign_in(&email.to_uppercase(), "not the password").await;
        let waits = [&first, &second].map(|answer| answer.header("retry-after").map(str::to_owned));
        answers.push((first.snapshot(), second.snapshot(), waits));
    }
    assert_eq!(answers[0], answers[1]);
}

#[on_each_engine]
async fn guesses_made_side_by_side_are_no_more_than_guesses_made_in_a_row() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let guesses = (0..40).map(|number| {
        let (app, email) = (app.clone(), ana.email.clone());
        tokio::spawn(
            async move { app.anonymous().try_sign_in(&email, &format!("guess {number}")).await.status },
        )
    });
    let mut told = 0;
    for guess in guesses.collect::<Vec<_>>() {
        told += usize::from(guess.await.expect("the guess is answered") == 401);
    }
    assert_eq!(told, 5);
}

#[on_each_engine]
async fn a_lock_ends_no_session() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    fail(&app, &ana.email, 5).await;
    ana.get("/api/auth/me").await.assert_status(200);
}
