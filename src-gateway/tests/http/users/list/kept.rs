//! What is kept for searching and counting quickly, after everything that can happen to accounts.

use sea_orm::EntityTrait;
use serde_json::{Value, json};
use voiceassist_contract::accounts::Role;
use voiceassist_gateway::random::{SeededRandom, number_below};
use voiceassist_gateway::tables::users;

use crate::support::{Person, TestApp};
use crate::users::remove_row;

const NAMES: [&str; 5] = ["Ana Ruiz", "Marta Lindqvist", "李 小龙", "Bo \"the\" O'Brien", "Zoë Anan"];

/// One change by an administrator; refusals are part of it.
async fn change_something(app: &TestApp, admin: &Person, draw: impl Fn(u32) -> u32, seed: u32) {
    let page = admin.get("/api/users?limit=200").await.assert_status(200).json();
    let items = page["items"].as_array().expect("items").clone();
    let one = &items[draw(u32::try_from(items.len()).expect("few")) as usize];
    let path = format!("/api/users/{}", one["id"].as_str().expect("an id"));
    let version = one["version"].as_i64().expect("a version");
    let name = NAMES[draw(5) as usize];
    match draw(7) {
        0 | 1 => {
            let email = format!("person{seed}.{}@clinic.example", draw(9));
            let role = if draw(3) == 0 { "admin" } else { "user" };
            let body = json!({"email": email, "full_name": name, "role": role});
            admin.post("/api/users", body).await;
        }
        2 => {
            admin.put_version(&path, version, json!({"full_name": name, "is_active": draw(2) == 0})).await;
        }
        3 => {
            admin
                .put_version(&path, version, json!({"role": if draw(2) == 0 { "admin" } else { "user" }}))
                .await;
        }
        4 => {
            // The administrator goes on, and so keeps the password.
            let others = items.iter().map(|item| &item["id"]).filter(|id| **id != json!(admin.id));
            let ids: Vec<&Value> = others.take(5).collect();
            let action = ["activate", "deactivate", "require_password_change"][draw(3) as usize];
            let status = if ids.is_empty() { 422 } else { 200 };
            admin.post("/api/users/bulk", json!({"action": action, "ids": ids})).await.assert_status(status);
        }
        5 => {
            let id = one["id"].as_str().expect("an id").parse().expect("an id");
            if id != admin.id {
                remove_row(app, id).await;
            }
        }
        _ => {
            admin.delete(&path).await;
        }
    }
}

/// Holds counts and searches against the rows themselves.
async fn compare(app: &TestApp, admin: &Person) {
    let rows = users::Entity::find().all(app.state.database.readers()).await.expect("reads");
    for search in ["", "ana", "lindq", "clinic", "小龙", "\"the\" o", "person1"] {
        let found: Vec<&users::Model> = rows.iter().filter(|row| row.search_key.contains(search)).collect();
        let count = |is_so: fn(&users::Model) -> bool| found.iter().filter(|row| is_so(row)).count();
        let encoded = search.replace('"', "%22").replace(' ', "+").replace("小龙", "%E5%B0%8F%E9%BE%99");
        let page = admin.get(&format!("/api/users?search={encoded}&counts=true&limit=200")).await.json();
        assert_eq!(page["total"], found.len(), "{search}");
        assert_eq!(page["items"].as_array().expect("items").len(), found.len(), "{search}");
        let expected = json!({
            "all": found.len(),
            "active": count(|row| row.is_active),
            "inactive": count(|row| !row.is_active),
            "administrators": count(|row| row.role == "admin"),
            "locked": 0,
            "never_signed_in": count(|row| row.is_active && row.last_login.is_none()),
            "must_change_password": count(|row| row.must_change_password),
        });
        assert_eq!(page["counts"], expected, "{search}");
    }
}

#[on_each_engine]
async fn counts_and_searches_are_exact_after_hundreds_of_changes_by_two_replicas_at_once() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    app.create_account("Ana Anan", "ana@clinic.example", Role::User, true).await;
    let other = admin.at(&app.replica(2).await);
    for round in 0..12_u32 {
        let work = async |person: &Person, seed: u32| {
            let random = SeededRandom::new(u64::from(seed));
            for step in 0..10 {
                change_something(&app, person, |bound| number_below(&random, bound), seed * 100 + step).await;
            }
        };
        tokio::join!(work(&admin, round * 2), work(&other, round * 2 + 1));
        compare(&app, &admin).await;
    }
}
