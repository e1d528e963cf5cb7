//! `GET /api/users`: what it shows, and in which order.

use chrono::{DateTime, Duration};
use insta::assert_snapshot;
use serde_json::Value;
use voiceassist_contract::accounts::Role;

use super::{change_row, path_of};
use crate::support::{PASSWORD, Person, TestApp};

mod kept;
mod paging;

async fn names(admin: &Person, query: &str) -> Vec<String> {
    let answer = admin.get(&format!("/api/users?{query}")).await.assert_status(200);
    let items = answer.json()["items"].as_array().expect("items").clone();
    items.iter().map(|item| item["full_name"].as_str().expect("a name").to_owned()).collect()
}

/// An administrator and five people in all kinds of states.
async fn a_small_clinic(app: &TestApp) -> Person {
    let admin = app.administrator().await;
    for (name, email) in [
        ("ana ruiz", "ana@clinic.example"),
        ("Ben O’Neill", "ben_o@clinic.example"),
        ("Çiğdem Öz", "cigdem@clinic.example"),
        ("Dunja 100%", "dunja@clinic.example"),
        ("Émile Zola", "emile@praxis-süd.de"),
    ] {
        app.wait(Duration::minutes(1));
        let id = app.create_account(name, email, Role::User, name.starts_with('B')).await;
        match email {
            "cigdem@clinic.example" => change_row(app, id, |row| row.is_active = false).await,
            "dunja@clinic.example" => {
                app.anonymous().sign_in(email, PASSWORD).await;
            }
            "emile@praxis-süd.de" => {
                let until = app.now() + Duration::minutes(5);
                change_row(app, id, |row| {
                    row.failed_sign_ins = 12;
                    row.last_failure_at = Some(until);
                    row.locked_until = Some(until);
                })
                .await;
            }
            _ => {}
        }
    }
    admin
}

#[on_each_engine]
async fn an_administrator_sees_the_accounts_and_how_many_there_are() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    app.staff().await;
    assert_snapshot!(admin.get("/api/users?counts=true").await.snapshot(), @r#"
    200 OK
    {
      "counts": {
        "active": 2,
        "administrators": 1,
        "all": 2,
        "inactive": 0,
        "locked": 0,
        "must_change_password": 0,
        "never_signed_in": 0
      },
      "items": [
        {
          "created_at": "2026-11-23T09:00:00Z",
          "email": "person2@clinic.example",
          "full_name": "Ana Ruiz",
          "id": "[id]",
          "is_active": true,
          "is_admin": false,
          "last_login": "2026-11-23T09:00:00Z",
          "lock": null,
          "mfa_enabled": false,
          "must_change_password": false,
          "role": "user",
          "updated_at": "2026-11-23T09:00:00Z",
          "version": 1
        },
        {
          "created_at": "2026-11-23T09:00:00Z",
          "email": "person1@clinic.example",
          "full_name": "Tomás Weber",
          "id": "[id]",
          "is_active": true,
          "is_admin": true,
          "last_login": "2026-11-23T09:00:00Z",
          "lock": null,
          "mfa_enabled": false,
          "must_change_password": false,
          "role": "admin",
          "updated_at": "2026-11-23T09:00:00Z",
          "version": 1
        }
      ],
      "next_cursor": null,
      "total": 2
    }
    "#);
}

#[on_each_engine]
async fn a_list_shows_failures_but_leaves_out_sessions() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    ana.try_sign_in(&ana.email, "a wrong password").await.assert_status(401);
    let listed = admin.get("/api/users?search=ana").await.json()["items"][0].clone();
    assert_eq!(listed["lock"]["failures"], 1);
    assert_eq!(listed["lock"]["last_failure_address"], "127.0.0.1");
    assert_eq!(listed.get("sessions"), None);
    assert_eq!(admin.get(&path_of(&ana)).await.json()["sessions"], 1);
}

#[on_each_engine]
async fn every_status_shows_its_accounts() {
    let app = TestApp::start().await;
    let admin = a_small_clinic(&app).await;
    assert_eq!(names(&admin, "status=inactive").await, ["Çiğdem Öz"]);
    assert_eq!(names(&admin, "status=locked").await, ["Émile Zola"]);
    assert_eq!(names(&admin, "status=must_change_password").await, ["Ben O’Neill"]);
    assert_eq!(names(&admin, "status=never_signed_in").await, ["ana ruiz", "Ben O’Neill", "Émile Zola"]);
    assert_eq!(names(&admin, "status=active&role=user&limit=1").await, ["ana ruiz"]);
    assert_eq!(names(&admin, "role=admin").await, ["Tomás Weber"]);
    app.wait(Duration::minutes(5));
    assert!(names(&admin, "status=locked").await.is_empty(), "a delay that is over is none");
}

#[on_each_engine]
async fn a_search_finds_letters_anywhere_in_name_address_or_id_without_case() {
    let app = TestApp::start().await;
    let admin = a_small_clinic(&app).await;
    assert_eq!(names(&admin, "search=RUIZ").await, ["ana ruiz"]);
    assert_eq!(names(&admin, "search=%C3%87%C4%B0%C4%9EDEM").await, Vec::<String>::new());
    assert_eq!(names(&admin, "search=%C3%87i%C4%9Fdem").await, ["Çiğdem Öz"]);
    assert_eq!(names(&admin, "search=PRAXIS-S%C3%9CD").await, ["Émile Zola"]);
    assert_eq!(names(&admin, "search=+ben_o+").await, ["Ben O’Neill"]);
    let id = admin.id.to_string().to_uppercase();
    assert_eq!(names(&admin, &format!("search={}", &id[9..])).await, ["Tomás Weber"]);
}

#[on_each_engine]
async fn signs_that_mean_something_to_the_database_are_letters_in_a_search() {
    let app = TestApp::start().await;
    let admin = a_small_clinic(&app).await;
    assert_eq!(names(&admin, "search=%25").await, ["Dunja 100%"]);
    assert_eq!(names(&admin, "search=n_o").await, ["Ben O’Neill"]);
    for odd in ["%5C", "'", "%22", "%3B--", "%2A", "_%25"] {
        assert!(names(&admin, &format!("search={odd}")).await.is_empty(), "{odd}");
    }
}

#[on_each_engine]
async fn whoever_stayed_away_since_a_time_is_found_and_who_never_came_by_age() {
    let app = TestApp::start().await;
    let admin = a_small_clinic(&app).await;
    // The administrator signed in at 9:00, Ana was made at 9:01, Ben at 9:02.
    assert_eq!(names(&admin, "inactive_since=2026-11-23T09:02:00Z").await, ["ana ruiz", "Tomás Weber"]);
    assert_eq!(names(&admin, "inactive_since=2026-11-23T09:00:00.000500Z").await, Vec::<String>::new());
}

#[on_each_engine]
async fn every_order_goes_both_ways() {
    let app = TestApp::start().await;
    let admin = a_small_clinic(&app).await;
    let by_name = ["ana ruiz", "Ben O’Neill", "Dunja 100%", "Tomás Weber", "Çiğdem Öz", "Émile Zola"];
    assert_eq!(names(&admin, "").await, by_name);
    assert_eq!(names(&admin, "sort=created_at").await[0], "Tomás Weber");
    assert_eq!(names(&admin, "sort=role").await[0], "Tomás Weber");
    assert_eq!(names(&admin, "sort=status").await[5], "Çiğdem Öz");
    assert_eq!(names(&admin, "sort=email").await[5], "Tomás Weber");
    assert_eq!(names(&admin, "sort=last_login").await[4..], ["Tomás Weber", "Dunja 100%"]);
    for sort in ["full_name", "email", "role", "status", "last_login", "created_at"] {
        let mut backwards = names(&admin, &format!("sort={sort}&order=desc")).await;
        backwards.reverse();
        assert_eq!(backwards, names(&admin, &format!("sort={sort}&order=asc")).await, "{sort}");
    }
}

#[on_each_engine]
async fn counts_follow_the_search_and_not_the_other_filters() {
    let app = TestApp::start().await;
    let admin = a_small_clinic(&app).await;
    let page = admin.get("/api/users?counts=true&status=inactive&search=clinic.example").await.json();
    assert_eq!(page["total"], 1);
    let expected = serde_json::json!({
        "all": 5, "active": 4, "inactive": 1, "administrators": 1, "locked": 0,
        "never_signed_in": 2, "must_change_password": 1,
    });
    assert_eq!(page["counts"], expected);
}

#[on_each_engine]
async fn nothing_is_counted_that_is_not_wanted() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let page = admin.get("/api/users?count=false").await.json();
    assert_eq!((page.get("total"), page.get("counts")), (None, None));
    let page = admin.get("/api/users?count=false&counts=true").await.json();
    assert_eq!((page.get("total"), &page["counts"]["all"]), (None, &Value::from(1)));
    assert_eq!(admin.get("/api/users").await.json()["total"], 1);
}

#[on_each_engine]
async fn times_are_in_utc_with_z() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let created = admin.get("/api/users").await.json()["items"][0]["created_at"].clone();
    let text = created.as_str().expect("a time");
    assert!(text.ends_with('Z') && DateTime::parse_from_rfc3339(text).is_ok(), "{text}");
}
