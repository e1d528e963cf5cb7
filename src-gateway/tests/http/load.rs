//! More requests than can be worked on.

use std::net::IpAddr;

use http::Method;
use voiceassist_gateway::http::body::MOST_BODY_BYTES;
use voiceassist_gateway::http::forwarded::TrustedProxies;
use voiceassist_gateway::http::load::{LoadPlace, MOST_IN_WORK, MOST_OF_ONE_NETWORK, REQUEST_TIMEOUT};
use voiceassist_gateway::serve::connections::ConnectionLimits;

use crate::support::{Setup, TestAnswer, TestApp};

/// Takes so many places for requests from this address.
fn take_places<'app>(app: &'app TestApp, address: &str, count: usize) -> Vec<LoadPlace<'app>> {
    let address: IpAddr = address.parse().expect("an address");
    (0..count).map(|_| app.state.load.take(address).expect("a place")).collect()
}

/// Takes all places, for requests from elsewhere.
pub fn fill_house(app: &TestApp) -> Vec<LoadPlace<'_>> {
    let mut places = take_places(app, "203.0.113.1", MOST_OF_ONE_NETWORK);
    places.extend(take_places(app, "203.0.113.2", MOST_IN_WORK - MOST_OF_ONE_NETWORK));
    places
}

fn assert_turned_away(answer: TestAnswer) {
    let answer = answer.assert_status(503);
    assert_eq!(answer.header("retry-after"), Some("2"));
    answer.assert_problem("overloaded");
}

#[on_each_engine]
async fn a_full_house_turns_requests_away_but_is_alive() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let full = fill_house(&app);
    assert_turned_away(ana.get("/api/auth/me").await);
    assert_turned_away(ana.try_sign_in(&ana.email, "x").await);
    ana.get("/health").await.assert_status(200);
    drop(full);
    ana.get("/api/auth/me").await.assert_status(200);
}

#[on_each_engine]
async fn one_network_cannot_fill_the_house() {
    let app = TestApp::start().await;
    let _greedy = take_places(&app, "127.0.0.1", MOST_OF_ONE_NETWORK);
    assert_turned_away(app.anonymous().get("/api/auth/policy").await);
    app.anonymous().get("/health").await.assert_status(200);
    app.anonymous_at("192.0.2.7").get("/api/auth/policy").await.assert_status(200);
}

#[on_each_engine]
async fn behind_a_proxy_the_network_is_the_callers_and_not_the_proxys() {
    let networks = TrustedProxies::parse_networks("127.0.0.1").expect("networks");
    let proxies = TrustedProxies { networks, ..TrustedProxies::default() };
    let app = TestApp::start_with(Setup { proxies, ..Setup::default() }).await;
    let _greedy = take_places(&app, "2001:db8:1:2::1", MOST_OF_ONE_NETWORK);
    let ask = async |address: &str| {
        let proxy = app.anonymous();
        let request = proxy.request(Method::GET, "/api/auth/policy").header("x-forwarded-for", address);
        proxy.send(request).await
    };
    assert_turned_away(ask("2001:db8:1:2:ffff::9").await);
    ask("2001:db8:1:3::1").await.assert_status(200);
}

#[on_each_engine]
async fn a_place_is_given_back_however_a_request_ends() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    ana.get("/api/users/me").await.assert_status(200);
    ana.get("/api/users").await.assert_status(403);
    ana.get("/api/nothing").await.assert_status(404);
    // The client is gone before there is an answer.
    drop(ana.get("/api/users/me"));
    let gone = tokio::time::timeout(std::time::Duration::ZERO, ana.try_sign_in(&ana.email, "x"));
    let _ = gone.await;
    assert_eq!(app.state.load.count_taken(), 0);
}

#[test]
fn the_paper_for_administrators_has_the_numbers_that_hold() {
    let paper = include_str!("../../../deploy/network.md");
    let ConnectionLimits { most, head, idle } = ConnectionLimits::default();
    let (head, idle, request) = (head.as_secs(), idle.as_secs(), REQUEST_TIMEOUT.as_secs());
    for row in [
        format!("| connections | {},{:03} |", most / 1_000, most % 1_000),
        format!("| the head of a request | 32 KiB, {head} seconds from its first byte |"),
        format!("| a new connection without a request | {head} seconds |"),
        format!("| a connection between two requests | {idle} seconds |"),
        format!("| a JSON body | {} KiB, 10 seconds |", MOST_BODY_BYTES / 1_024),
        format!("| a request, its body included | {request} seconds |"),
        format!("| requests in work | {MOST_IN_WORK}, of which {MOST_OF_ONE_NETWORK} from one network |"),
    ] {
        assert!(paper.contains(&row), "{row}");
    }
}
