//! Two administrators remove each other: one is left, however they do it.

use serde_json::{Value, json};

use super::ask_all_at_once;
use crate::support::{Answer, Clinic, EMAIL, Engine, Gateway, Pair, Request, report};

const OTHER: &str = "other@clinic.example";

/// How they try to get rid of each other.
#[derive(Clone, Copy, Debug)]
enum Way {
    Deactivated,
    Edited,
    Demoted,
    InBulk,
}

const WAYS: [Way; 4] = [Way::Deactivated, Way::Edited, Way::Demoted, Way::InBulk];

impl Way {
    fn request(self, token: &str, target: &Value) -> Request {
        let id = target["id"].as_str().expect("an id");
        let path = format!("/api/users/{id}");
        let edit = |change: Value| {
            let version = target["version"].as_i64().expect("a version");
            Request::new("PUT", &path).with_version(version).with_json(&change)
        };
        let request = match self {
            Self::Deactivated => Request::new("DELETE", &path),
            Self::Edited => edit(json!({"is_active": false})),
            Self::Demoted => edit(json!({"role": "user"})),
            Self::InBulk => {
                let change = json!({"action": "deactivate", "ids": [id]});
                Request::post("/api/users/bulk").with_json(&change)
            }
        };
        request.with_token(token)
    }

    /// Whether the answer says that it has been done. If not, it must say why not.
    #[track_caller]
    fn is_done(self, answer: &Answer) -> bool {
        let refused = ["last_administrator", "session_ended", "not_administrator"];
        let code = match self {
            // There the answer is a result for each account.
            Self::InBulk if answer.status == 200 => find_code(&answer.body),
            _ => Some(answer.code()).filter(|_| answer.status != 200),
        };
        match code {
            None => true,
            Some(code) => {
                assert!(refused.contains(&code.as_str()), "{self:?}: {answer:?}");
                false
            }
        }
    }
}

fn find_code(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let (_, rest) = text.split_once("\"code\":\"")?;
    rest.split('"').next().map(str::to_owned)
}

fn show_account(gateway: &Gateway, token: &str, email: &str) -> Value {
    let page =
        gateway.ask(&Request::get(&format!("/api/users?search={email}")).with_token(token)).expect(200);
    page["items"][0].clone()
}

/// What whoever is left undoes, so that the next round begins with two.
fn bring_back(gateway: &Gateway, token: &str, email: &str) {
    let account = show_account(gateway, token, email);
    let path = format!("/api/users/{}", account["id"].as_str().expect("an id"));
    let version = account["version"].as_i64().expect("a version");
    let change = json!({"is_active": true, "role": "admin"});
    let request = Request::new("PUT", &path).with_token(token).with_version(version).with_json(&change);
    gateway.ask(&request).expect(200);
}

fn count_administrators(gateway: &Gateway, token: &str) -> Value {
    let path = "/api/users?role=admin&status=active&limit=1";
    gateway.ask(&Request::get(path).with_token(token)).expect(200)["total"].clone()
}

fn one_of_two_administrators_is_left(engine: Engine) {
    let clinic = Clinic::found(engine);
    clinic.create_administrator(OTHER);
    let gateways = clinic.serve_replicas();
    let gateway = &gateways[0];
    let mut people: Vec<(&str, Pair)> = [EMAIL, OTHER].map(|email| (email, gateway.sign_in_as(email))).into();
    for way in WAYS {
        let requests: Vec<Request> = [(0, 1), (1, 0)]
            .map(|(one, other): (usize, usize)| {
                let token = &people[one].1.access;
                way.request(token, &show_account(gateway, token, people[other].0))
            })
            .into();
        let answers = ask_all_at_once(&gateways, &requests);
        let done: Vec<bool> = answers.iter().map(|answer| way.is_done(answer)).collect();
        let winner = done.iter().position(|done| *done).unwrap_or_else(|| panic!("{way:?}: {answers:?}"));
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{way:?}: {answers:?}");
        let loser = 1 - winner;
        let token = &people[winner].1.access;
        assert_eq!(count_administrators(gateway, token), 1, "{way:?}");
        let me = Request::get("/api/auth/me").with_token(&people[loser].1.access);
        assert_eq!(gateway.ask(&me).status, 401, "whoever was removed is out");
        bring_back(gateway, token, people[loser].0);
        people[loser].1 = gateway.sign_in_as(people[loser].0);
    }
    clinic.verify_trail();
    clinic.assert_calm();
    report(
        engine,
        &format!(
            "two administrators removed each other at once, in {} ways; one was left each time",
            WAYS.len()
        ),
    );
}

#[test]
fn of_two_administrators_who_remove_each_other_one_is_left_on_sqlite() {
    one_of_two_administrators_is_left(Engine::Sqlite);
}

#[test]
fn of_two_administrators_who_remove_each_other_one_is_left_on_postgres() {
    one_of_two_administrators_is_left(Engine::Postgres);
}
