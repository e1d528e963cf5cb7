//! There is always an active administrator, whatever administrators do to each other at once, and nobody
//! shuts oneself out.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use voiceassist_contract::accounts::Role;
use voiceassist_gateway::tables::users;

use super::path_of;
use crate::support::{Person, TestAnswer, TestApp};

async fn active_administrators(app: &TestApp) -> u64 {
    users::Entity::find()
        .filter(users::Column::Role.eq("admin"))
        .filter(users::Column::IsActive.eq(true))
        .count(app.state.database.readers())
        .await
        .expect("counts")
}

async fn demote(actor: Person, target: String) -> TestAnswer {
    actor.put_version(&target, 1, json!({"role": "user"})).await
}

async fn deactivate(actor: Person, target: String) -> TestAnswer {
    actor.delete(&target).await
}

fn assert_one_won(answers: [&TestAnswer; 2]) {
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 1, "{} and {}", answers[0].body, answers[1].body);
    for loser in answers.into_iter().filter(|answer| answer.status != 200) {
        // Too late to get in, or in time to be told.
        let code = loser.json()["code"].as_str().expect("a code").to_owned();
        assert!(
            ["session_ended", "not_administrator", "last_administrator"].contains(&code.as_str()),
            "{code}"
        );
    }
}

#[on_each_engine(2)]
async fn two_administrators_who_remove_each_other_at_once_leave_one() {
    for round in 0..20 {
        let app = TestApp::start().await;
        let (one, other) = (app.administrator().await, app.administrator().await);
        let (to_one, to_other) = (path_of(&one), path_of(&other));
        let first = tokio::spawn(if round % 2 == 0 {
            futures_util::future::Either::Left(demote(one, to_other))
        } else {
            futures_util::future::Either::Right(deactivate(one, to_other))
        });
        let second = tokio::spawn(if round % 4 < 2 {
            futures_util::future::Either::Left(demote(other, to_one))
        } else {
            futures_util::future::Either::Right(deactivate(other, to_one))
        });
        let (first, second) = (first.await.expect("answers"), second.await.expect("answers"));
        assert_one_won([&first, &second]);
        assert_eq!(active_administrators(&app).await, 1, "round {round}");
        app.audit_events().await;
    }
}

#[on_each_engine(2)]
async fn who_was_let_in_before_the_other_change_is_stopped_by_it_all_the_same() {
    for _ in 0..5 {
        let app = TestApp::start().await;
        let (one, other) = (app.administrator().await, app.administrator().await);
        let (to_one, to_other) = (path_of(&one), path_of(&other));
        // While nobody may write, both get as far as the change itself.
        let held = app.state.database.begin_write().await.expect("begins");
        let first = tokio::spawn(demote(one, to_other));
        let second = tokio::spawn(deactivate(other, to_one));
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        drop(held);
        let (first, second) = (first.await.expect("answers"), second.await.expect("answers"));
        assert_one_won([&first, &second]);
        assert_eq!(active_administrators(&app).await, 1);
        if [first, second].iter().any(|answer| answer.json()["code"] == "last_administrator") {
            return;
        }
    }
    panic!("in five rounds nobody was told to be the last administrator");
}

#[on_each_engine]
async fn nobody_deactivates_demotes_or_resets_oneself() {
    let app = TestApp::start().await;
    let (admin, _other) = (app.administrator().await, app.administrator().await);
    let own = path_of(&admin);
    admin.delete(&own).await.assert_status(409).assert_problem("own_account");
    admin
        .put_version(&own, 1, json!({"role": "user"}))
        .await
        .assert_status(409)
        .assert_problem("own_account");
    admin
        .put_version(&own, 1, json!({"is_active": false}))
        .await
        .assert_status(409)
        .assert_problem("own_account");
    admin
        .post_nothing(&format!("{own}/password-reset"))
        .await
        .assert_status(409)
        .assert_problem("own_account");
    app.wait(chrono::Duration::minutes(6));
    let moved = admin.put_version(&own, 1, json!({"email": "elsewhere@clinic.example"})).await;
    moved.assert_status(403).assert_problem("step_up_required");
    admin.put_version(&own, 1, json!({"full_name": "Tomás W."})).await.assert_status(200);
    assert_eq!(active_administrators(&app).await, 2);
}

#[on_each_engine]
async fn a_role_that_is_taken_away_takes_effect_on_the_next_request() {
    let app = TestApp::start().await;
    let (admin, other) = (app.administrator().await, app.administrator().await);
    admin.put_version(&path_of(&other), 1, json!({"role": "user"})).await.assert_status(200);
    other.get("/api/users").await.assert_status(401).assert_problem("session_ended");
    let other = other.sign_in(&other.email, crate::support::PASSWORD).await;
    other.get("/api/users").await.assert_status(403).assert_problem("not_administrator");
}

#[on_each_engine]
async fn older_clients_cannot_make_administrators_through_is_admin() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let answer = admin.put_version(&path_of(&ana), 1, json!({"is_admin": true})).await.assert_status(200);
    assert_eq!(answer.json()["role"], Role::User.as_str());
    assert_eq!(answer.json()["version"], 1);
}
