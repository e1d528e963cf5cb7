//! Calls from web pages: those of a listed origin are answered so that a browser lets them, all others are not.

use http::{Method, header};
use voiceassist_gateway::http::cors::Origins;

use crate::load::fill_house;
use crate::support::{Person, Setup, TestAnswer, TestApp};

const LISTED: &str = "https://app.clinic.example";
const ALSO_LISTED: &str = "http://localhost:3000";
const ALLOWS: &str = "access-control-allow-origin";

async fn start() -> TestApp {
    let origins = Origins::parse(&format!("{LISTED}, {ALSO_LISTED}")).expect("origins");
    TestApp::start_with(Setup { origins, ..Setup::default() }).await
}

async fn get_from(person: &Person, origin: &str, path: &str) -> TestAnswer {
    person.send(person.request(Method::GET, path).header(header::ORIGIN, origin)).await
}

async fn preflight(app: &TestApp, origin: &str, method: &str, path: &str) -> TestAnswer {
    let browser = app.anonymous();
    let request = browser
        .request(Method::OPTIONS, path)
        .header(header::ORIGIN, origin)
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, method)
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization,content-type,if-match");
    browser.send(request).await
}

/// The words of a header that lists, sorted and in lower case.
fn words(answer: &TestAnswer, name: &str) -> Vec<String> {
    let text = answer.header(name).unwrap_or_default().to_lowercase();
    let mut words: Vec<String> = text.split(',').map(|word| word.trim().to_owned()).collect();
    words.sort();
    words
}

#[on_each_engine]
async fn a_page_of_a_listed_origin_reads_answers_and_refusals() {
    let app = start().await;
    let ana = app.staff().await;
    for origin in [LISTED, ALSO_LISTED] {
        for (path, status) in [("/api/users/me", 200), ("/api/users", 403), ("/api/nothing", 404)] {
            let answer = get_from(&ana, origin, path).await.assert_status(status);
            assert_eq!(answer.header(ALLOWS), Some(origin), "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
            let readable = words(&answer, "access-control-expose-headers");
            for name in
                ["content-disposition", "ratelimit", "ratelimit-policy", "retry-after", "x-request-id"]
            {
                assert!(readable.iter().any(|word| word == name), "{name} of {readable:?}");
            }
        }
    }
}

#[on_each_engine]
async fn a_page_of_any_other_origin_reads_nothing() {
    let app = start().await;
    let ana = app.staff().await;
    for origin in [
        "null",
        "*",
        "http://app.clinic.example",
        "https://app.clinic.example:8443",
        "https://app.clinic.example.evil.example",
        "https://evil-app.clinic.example",
        "https://app.clinic.example/",
        "HTTPS://APP.CLINIC.EXAMPLE",
        "http://localhost:3001",
    ] {
        let answer = get_from(&ana, origin, "/api/users/me").await.assert_status(200);
        assert_eq!(answer.header(ALLOWS), None, "{origin}");
        assert_eq!(preflight(&app, origin, "PUT", "/api/users/me").await.header(ALLOWS), None, "{origin}");
    }
}

#[on_each_engine]
async fn a_shared_cache_keeps_the_answers_of_origins_apart() {
    let app = start().await;
    let ana = app.staff().await;
    let with = get_from(&ana, LISTED, "/api/users/me").await;
    let without = ana.get("/api/users/me").await;
    assert!(words(&with, "vary").contains(&"origin".to_owned()), "{:?}", with.headers);
    assert!(words(&without, "vary").contains(&"origin".to_owned()), "{:?}", without.headers);
    assert_eq!(without.header(ALLOWS), None);
}

#[on_each_engine]
async fn a_preflight_is_answered_without_signing_in() {
    let app = start().await;
    for (method, path) in [("PUT", "/api/users/me"), ("DELETE", "/api/auth/sessions"), ("POST", "/api/users")]
    {
        let answer = preflight(&app, LISTED, method, path).await.assert_status(200);
        assert_eq!(answer.header(ALLOWS), Some(LISTED));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert_eq!(answer.header("access-control-max-age"), Some("3600"));
        assert_eq!(words(&answer, "access-control-allow-methods"), ["delete", "get", "post", "put"]);
        let headers = words(&answer, "access-control-allow-headers");
        assert_eq!(headers, ["authorization", "content-type", "if-match", "x-request-id"]);
        assert!(answer.header("x-request-id").is_some());
        assert_eq!(answer.body, "");
    }
}

#[on_each_engine]
async fn a_page_also_learns_why_it_is_turned_away_when_the_house_is_full() {
    let app = start().await;
    let ana = app.staff().await;
    let _full = fill_house(&app);
    let refused = get_from(&ana, LISTED, "/api/users/me").await.assert_status(503);
    assert_eq!(refused.header(ALLOWS), Some(LISTED));
    refused.assert_problem("overloaded");
}

#[on_each_engine]
async fn without_a_listed_origin_no_page_may_call() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    assert_eq!(get_from(&ana, ALSO_LISTED, "/api/users/me").await.assert_status(200).header(ALLOWS), None);
    preflight(&app, ALSO_LISTED, "PUT", "/api/users/me").await.assert_status(405);
}
