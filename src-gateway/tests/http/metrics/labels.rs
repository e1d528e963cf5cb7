//! Labels hold nothing of anybody, and nobody can make series up.

use http::Method;
use serde_json::json;

use super::Scraped;
use crate::support::TestApp;

/// Whether a text has the form of an id somewhere.
fn holds_an_id(text: &str) -> bool {
    text.split(|character: char| !(character.is_ascii_hexdigit() || character == '-'))
        .any(|word| word.len() == 36 && word.matches('-').count() == 4)
}

#[on_each_engine]
async fn no_label_holds_an_id_an_address_or_anything_that_was_typed() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let ana = app.staff().await;
    admin.get(&format!("/api/users/{}", ana.id)).await.assert_status(200);
    admin.get(&format!("/api/users/{}/sessions", ana.id)).await.assert_status(200);
    admin.get("/api/users?search=ana.ruiz%40clinic.example").await.assert_status(200);
    admin.get(&format!("/api/{}/{}", ana.id, ana.email)).await.assert_status(404);
    admin.get("/api/users/not-an-id-hunter2").await;
    app.anonymous_at("203.0.113.77").try_sign_in("typed@clinic.example", "hunter2").await.assert_status(401);
    admin
        .post("/api/users", json!({"email": "new@clinic.example", "full_name": "Nour Haddad"}))
        .await
        .assert_status(201);

    let scraped = Scraped::of(&app).await.0;
    assert!(holds_an_id(&ana.id.to_string()), "ids are recognised");
    assert!(!holds_an_id(&scraped), "{scraped}");
    for private in ["@", "clinic.example", "hunter2", "203.0.113", "Ana", "Nour", "test suite"] {
        assert!(!scraped.contains(private), "{private} is in the metrics:\n{scraped}");
    }
}

#[on_each_engine]
async fn paths_and_methods_that_do_not_exist_are_one_series_however_many_are_tried() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    nobody.get("/first/unknown").await.assert_status(404);
    nobody.send(nobody.request(Method::from_bytes(b"BREW").expect("a method"), "/health")).await;
    let before = Scraped::of(&app).await.samples().count();
    for number in 0..200 {
        nobody.get(&format!("/made/up/{number}?x={number}")).await.assert_status(404);
        let method = Method::from_bytes(format!("BREW{number}").as_bytes()).expect("a method");
        nobody.send(nobody.request(method, "/health")).await.assert_status(405);
    }
    let scraped = Scraped::of(&app).await;
    assert_eq!(scraped.samples().count(), before);
    let count = |labels: &[(&str, &str)]| scraped.count("voiceassist_http_requests_total", labels);
    assert_eq!(count(&[("route", "unmatched"), ("status", "404")]), 201.0);
    assert_eq!(count(&[("route", "/health"), ("method", "other")]), 201.0);
}
