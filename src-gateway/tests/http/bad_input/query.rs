//! Bad query parameters and headers.

use super::{CANARY, assert_names_field, assert_no_echo};
use crate::support::TestApp;

#[on_each_engine]
async fn every_bad_parameter_of_a_list_is_refused_by_name_without_an_echo() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let long = "%C3%A9".repeat(201);
    let cases = [
        ("limit", vec!["", "0", "201", "-1", "1.5", "99999999999999999999", CANARY, "%00"], "out_of_range"),
        ("sort", vec!["", CANARY, "FULL_NAME", "id;--", "%00"], "not_a_choice"),
        ("order", vec!["", CANARY, "ascending", "%E2%80%AE"], "not_a_choice"),
        ("status", vec!["", CANARY, "deleted"], "not_a_choice"),
        ("role", vec!["", CANARY, "ADMIN"], "not_a_choice"),
        ("count", vec!["", CANARY, "1", "TRUE"], "wrong_type"),
        ("counts", vec!["", CANARY, "yes"], "wrong_type"),
        ("inactive_since", vec!["", CANARY, "2026-01-01", "yesterday", "2026-13-01T00:00:00Z"], "not_a_time"),
        ("cursor", vec!["", CANARY, "AAAA", "%00", "%E2%80%AE"], "not_a_cursor"),
        (
            "search",
            vec!["canary7Q%00", "canary7Q%0Ax", "canary7Q%E2%80%AE", "canary7Q%E2%80%8F"],
            "not_allowed",
        ),
        ("search", vec![long.as_str()], "too_long"),
    ];
    for (parameter, values, code) in cases {
        for value in values {
            let answer = admin.get(&format!("/api/users?{parameter}={value}")).await;
            let what = format!("{parameter}={}", &value[..value.len().min(40)]);
            assert_names_field(&answer, parameter, code, &what);
            assert_eq!(answer.status, 422, "{what}");
        }
        let answer = admin.get(&format!("/api/users?{parameter}=a&{parameter}=a")).await;
        assert_names_field(&answer, parameter, "wrong_type", &format!("{parameter} twice"));
    }
}

#[on_each_engine]
async fn unknown_parameters_are_ignored_even_twice_and_odd_encodings_do_no_harm() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    for query in
        ["canary7Q=1", "canary7Q=1&canary7Q=2", "&&&==", "search=%ff%zz", "%00=1", "search=%F0%9F%A6%80"]
    {
        let answer = admin.get(&format!("/api/users?{query}")).await.assert_status(200);
        assert_no_echo(&answer, query);
    }
}

#[on_each_engine]
async fn odd_credentials_are_refused_without_an_echo() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    for value in
        ["Bearer canary7Q", "Basic canary7Q", "canary7Q", "Bearer ", "Bearer a.b.canary7Q", "Bearer \u{e9}"]
    {
        let request =
            anonymous.request(http::Method::GET, "/api/users").header("authorization", value.as_bytes());
        let answer = anonymous.send(request).await.assert_status(401).assert_problem("token_invalid");
        assert_no_echo(&answer, value);
    }
}
