//! Everything that Nextcloud can answer instead of success, each told apart with what to do, and none hidden
//! behind HTTP 200.

use std::time::Duration;

use http::Method;
use serde_json::Value;

use super::{arrive, audited, path, provision, retry, show};
use crate::support::{Fate, Script};

/// What an attempt says when Nextcloud answers so to `method`.
async fn fail(method: Method, script: Script) -> (Value, Vec<String>) {
    let (cloud, app, admin, ana) = arrive().await;
    cloud.next(method, Fate::Answer(script));
    let link = provision(&admin, ana).await;
    assert_eq!(audited(&app).await, ["link_started", "link_failed"]);
    assert_eq!((&link["state"], &link["attempts"]), (&"failed".into(), &1.into()), "{link}");
    assert!(link.get("temporary_password").is_none());
    assert_eq!(show(&admin, ana).await["last_error"], link["last_error"]);
    // Whatever it was, it was not made, and a later attempt makes it.
    assert!(cloud.users().is_empty());
    app.wait(chrono::Duration::minutes(31));
    assert_eq!(retry(&admin, ana).await["state"], "linked");
    (link, cloud.told())
}

#[on_each_engine]
async fn every_answer_to_looking_somebody_up_has_its_own_word() {
    for (script, code) in [
        (Script::recorded("v2 wrong admin password json"), "credentials_rejected"),
        (Script::recorded("2FA enforced: real password v2"), "credentials_rejected"),
        (Script::recorded("v2 non-admin get other existing"), "not_permitted"),
        (Script::recorded("throttled: v2 json good password"), "throttled"),
        (Script::recorded("maintenance: v2 user get json"), "maintenance"),
        (
            Script::recorded("needsDbUpgrade (installed 29.0.5 < code 29.0.6): v2 user get json"),
            "maintenance",
        ),
        (Script::recorded("downgrade (installed 29.0.7 > code 29.0.6): v2 user get json"), "not_nextcloud"),
        (Script::recorded("not installed: v2 user get"), "redirected"),
        (Script::recorded("database unreadable: v2 user get"), "server_failed"),
        (Script::recorded("v2 user get empty id (trailing slash)"), "not_offered"),
        (Script::recorded("wrong base path"), "not_nextcloud"),
        (Script::recorded("v2 missing OCS-APIRequest GET, good auth json"), "header_missing"),
        (Script::body(400, "<h2>Access through untrusted domain</h2>"), "untrusted_host"),
        (Script::body(503, ""), "starting"),
        (Script::body(200, "<html>It works!</html>"), "not_nextcloud"),
        (
            Script::body(200, r#"{"ocs":{"meta":{"statuscode":200},"data":{"id":"somebody"}}}"#),
            "not_nextcloud",
        ),
        (Script::body(200, &format!("\"{}\"", "x".repeat(70_000))), "unreachable"),
        (Script::Hang, "unreachable"),
    ] {
        let shown = format!("{script:?}");
        let (link, told) = fail(Method::GET, script).await;
        assert_eq!(link["last_error"]["code"], code, "{}", &shown[..shown.len().min(300)]);
        assert!(link["last_error"]["message"].as_str().is_some_and(|text| text.ends_with('.')));
        assert_eq!(told, ["GET", "GET", "POST", "GET"], "{code}");
    }
}

#[on_each_engine]
async fn every_refusal_to_make_an_account_has_its_own_word() {
    let confirm = r#"{"ocs":{"meta":{"status":"failure","statuscode":403,"message":"Password confirmation is required"},"data":[]}}"#;
    for (script, code) in [
        (Script::recorded("v2 user create short password"), "password_refused"),
        (Script::recorded("v2 non-admin create user"), "not_permitted"),
        (Script::body(403, confirm), "confirmation_required"),
        (Script::recorded("v2 user create bad char slash"), "refused"),
        (Script::recorded("v2 user create missing group"), "refused"),
        (Script::recorded("v2 user create no password param, no email"), "refused"),
        (Script::recorded("4 parallel creates of one id, answer 2"), "refused"),
        (Script::recorded("JSON create with number for userid"), "server_failed"),
        // A failure that comes as HTTP 200, as the interface's first version has them all.
        (Script::recorded("v1 user create duplicate"), "refused"),
        (Script::recorded("v2 user get empty id (trailing slash)"), "not_offered"),
        (Script::recorded("throttled: v2 json good password"), "throttled"),
        (Script::Hang, "unreachable"),
    ] {
        let shown = format!("{script:?}");
        let (link, _) = fail(Method::POST, script).await;
        assert_eq!(link["last_error"]["code"], code, "{}", &shown[..shown.len().min(300)]);
    }
}

#[on_each_engine]
async fn a_redirect_is_not_followed_and_nobody_else_sees_the_credentials() {
    let (cloud, _, admin, ana) = arrive().await;
    let elsewhere = crate::support::Cloud::start().await;
    for to in [format!("{}ocs/v2.php/cloud/users", elsewhere.url), "/elsewhere".to_owned()] {
        cloud.next(Method::GET, Fate::Answer(Script::redirect(&to)));
        let link = provision(&admin, ana).await;
        assert_eq!(link["last_error"]["code"], "redirected");
    }
    assert!(elsewhere.calls().is_empty());
    assert_eq!(cloud.calls().len(), 2);
}

#[on_each_engine]
async fn a_nextcloud_that_does_not_answer_delays_a_look_and_fails_nothing() {
    let (cloud, _, admin, ana) = arrive().await;
    provision(&admin, ana).await;
    cloud.next(Method::GET, Fate::Answer(Script::Hang));
    let started = std::time::Instant::now();
    let link = show(&admin, ana).await;
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    assert_eq!((&link["state"], &link["lookup_error"]["code"]), (&"linked".into(), &"unreachable".into()));
    assert_eq!(link["account"], Value::Null);
}

#[on_each_engine]
async fn after_several_failures_the_attempts_have_to_wait() {
    let (cloud, app, admin, ana) = arrive().await;
    for attempt in 1..=5 {
        cloud.next(Method::GET, Fate::Answer(Script::body(503, "")));
        assert_eq!(provision(&admin, ana).await["attempts"], attempt);
    }
    for way in ["provision", "retry"] {
        let answer = admin.post_nothing(&format!("{}/{way}", path(ana))).await.assert_status(429);
        assert_eq!(answer.header("retry-after"), Some("60"));
        answer.assert_problem("too_many_attempts");
    }
    assert_eq!(cloud.calls().len(), 5);
    app.wait(chrono::Duration::seconds(60));
    assert_eq!(retry(&admin, ana).await["state"], "linked");
}
