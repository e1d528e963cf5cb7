//! Short lives: tokens of five and sixty minutes that nobody notices, sleep, and clocks that jump.

use voiceassist_client::Error;
use voiceassist_contract::ipc::FailureKind;
use voiceassist_scripted_gateways::{Kind, Mishap};

use super::{DEPLOYED, Scene};

/// What the shell does every half a minute.
async fn idle(scene: &Scene, minutes: i64) {
    for _ in 0..minutes * 2 {
        scene.clock.advance(30);
        scene.client.auth().keep_alive().await;
    }
}

#[tokio::test]
async fn an_idle_evening_is_outlived_with_two_refreshes_an_hour_where_tokens_are_short() {
    let scene = Scene::signed_in(Kind::December2025).await;
    idle(&scene, 4 * 60).await;
    let refreshes = scene.lines().len();
    assert!((7..=8).contains(&refreshes), "every half an hour: {refreshes}");
    scene.client.users().me().await.expect("still signed in");
    let scene = Scene::signed_in(Kind::November2025).await;
    idle(&scene, 4 * 60).await;
    assert_eq!(scene.lines(), Vec::<String>::new(), "a week is not half over");
}

#[tokio::test]
async fn two_hours_of_sleep_ask_for_the_password_once_and_then_go_on() {
    let scene = Scene::signed_in(Kind::December2025).await;
    scene.clock.advance(2 * 60 * 60);
    scene.client.auth().keep_alive().await;
    assert_eq!(scene.lines(), Vec::<String>::new(), "a token past its end is not tried by a timer");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let client = scene.client.clone();
        tasks.spawn(async move { client.users().me().await });
    }
    for outcome in tasks.join_all().await {
        assert_eq!(outcome.expect_err("over").to_failure().kind, FailureKind::SignedOut);
    }
    assert_eq!(scene.lines(), ["POST /api/auth/refresh"], "asked once, whoever waits");
    scene.sign_in().await.expect("the password once");
    scene.client.users().me().await.expect("goes on");
}

#[tokio::test]
async fn clocks_that_jump_cost_a_refresh_at_most() {
    for (kind, _) in DEPLOYED {
        for jump in [-2 * 60 * 60, 20 * 60] {
            let scene = Scene::signed_in(kind).await;
            scene.clock.advance(jump);
            scene.client.auth().keep_alive().await;
            scene.client.users().me().await.expect("goes on");
            scene.client.auth().keep_alive().await;
            assert!(scene.lines().len() <= 2, "{kind:?} {jump}");
        }
    }
}

#[tokio::test]
async fn two_refreshes_in_one_second_give_the_same_tokens_and_that_is_no_trouble() {
    let scene = Scene::signed_in(Kind::December2025).await;
    for _ in 0..2 {
        scene.gateway.once("GET /api/users/me", Mishap::Recorded("token.expired"));
        scene.client.users().me().await.expect("refreshed within the second");
    }
    let pairs = scene.gateway.bodies("POST /api/auth/refresh");
    assert_eq!(pairs[0], pairs[1], "the same refresh token, because the pairs are the same");
}

#[tokio::test]
async fn a_refresh_ahead_of_the_end_that_does_not_get_through_is_tried_again_later() {
    let scene = Scene::signed_in(Kind::December2025).await;
    scene.clock.advance(31 * 60);
    for _ in 0..2 {
        scene.gateway.once("POST /api/auth/refresh", Mishap::Reset);
    }
    scene.client.auth().keep_alive().await;
    assert!(scene.client.auth().session_info().is_some());
    scene.client.auth().keep_alive().await;
    assert_eq!(scene.lines().len(), 3);
    scene.clock.advance(50 * 60);
    scene.client.users().me().await.expect("the newer token lives on");
}

#[tokio::test]
async fn signing_out_is_final_here_although_the_server_ends_nothing() {
    for (kind, _) in DEPLOYED {
        let scene = Scene::signed_in(kind).await;
        scene.client.auth().sign_out().await.expect("signed out");
        assert!(matches!(scene.client.users().me().await, Err(Error::SignedOut(_))), "{kind:?}");
        assert_eq!(scene.lines(), ["POST /api/auth/logout"]);
    }
}
