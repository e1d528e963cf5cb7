//! Parameters that are not understood: named, never echoed.

use crate::support::TestApp;

const CANARY: &str = "canary7Q";

#[on_each_engine]
async fn every_bad_parameter_is_refused_by_name_without_an_echo() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let long = CANARY.repeat(40);
    let times = ["", CANARY, "2026-01-01", "yesterday", "2026-13-01T00:00:00Z"];
    let filters: [(&str, &[&str], &str); 5] = [
        ("actor", &["", CANARY, "%00", "00000000000000000000000000000007"], "not_an_id"),
        ("action", &["", CANARY, "SIGN_IN", "sign_in%00"], "not_a_choice"),
        ("target", &["", &long, "canary7Q%00", "canary7Q%E2%80%AE", "canary7Q%0A"], "not_an_id"),
        ("since", &times, "not_a_time"),
        ("until", &times, "not_a_time"),
    ];
    let of_the_list: [(&str, &[&str], &str); 3] = [
        ("limit", &["", "0", "201", "-1", "1.5", CANARY], "out_of_range"),
        ("count", &["", "1", "TRUE", CANARY], "wrong_type"),
        ("cursor", &["", CANARY, "AAAA", "%00", &long], "not_a_cursor"),
    ];
    let of_the_export: [(&str, &[&str], &str); 1] =
        [("format", &["", CANARY, "CSV", "xlsx"], "not_a_choice")];
    let of_the_check: [(&str, &[&str], &str); 1] =
        [("expect", &["", CANARY, "7:", "0:00", "%00"], "not_an_anchor")];
    let cases = [
        ("/api/audit", [filters.as_slice(), &of_the_list].concat()),
        ("/api/audit/export", [filters.as_slice(), &of_the_export].concat()),
        ("/api/audit/verify", of_the_check.to_vec()),
    ];
    for (route, parameters) in cases {
        for (parameter, values, code) in parameters {
            for value in values {
                let answer = admin.get(&format!("{route}?{parameter}={value}")).await.assert_status(422);
                let answer = answer.assert_problem("invalid_input");
                assert!(!answer.body.contains(CANARY), "{}", answer.body);
                answer.assert_refused_fields(&[&format!("{parameter}: {code}")]);
            }
            let twice = admin.get(&format!("{route}?{parameter}=a&{parameter}=a")).await.assert_status(422);
            twice.assert_refused_fields(&[&format!("{parameter}: wrong_type")]);
        }
    }
    assert_eq!(app.audited().await, ["sign_in"], "a refused export is none");
}

#[on_each_engine]
async fn all_mistakes_are_said_at_once_and_unknown_parameters_ignored() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let answer = admin.get("/api/audit?actor=x&since=y&limit=0&cursor=z&canary7Q=1").await.assert_status(422);
    answer.assert_refused_fields(&["actor: not_an_id", "limit: out_of_range", "since: not_a_time"]);
    admin.get("/api/audit?canary7Q=1&canary7Q=2").await.assert_status(200);
}
