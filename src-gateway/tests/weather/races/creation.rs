//! 50 creations of one address, typed in several ways: one account.

use serde_json::json;

use super::ask_all_at_once;
use crate::support::{Clinic, Engine, Request, report};

const CALLERS: usize = 50;

fn one_address_becomes_one_account(engine: Engine) {
    let clinic = Clinic::found(engine);
    let gateways = clinic.serve_replicas();
    let token = gateways[0].sign_in().access;
    let typed = ["nour@clinic.example", "NOUR@clinic.example", " Nour@Clinic.Example "];
    let requests: Vec<Request> = typed
        .iter()
        .cycle()
        .take(CALLERS)
        .map(|email| json!({"email": email, "full_name": "Nour Haddad"}))
        .map(|account| Request::post("/api/users").with_token(&token).with_json(&account))
        .collect();
    let answers = ask_all_at_once(&gateways, &requests);
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    let taken =
        answers.iter().filter(|answer| (answer.status, answer.code().as_str()) == (409, "email_taken"));
    assert_eq!((created, taken.count()), (1, CALLERS - 1), "{answers:?}");
    let slowest = answers.iter().map(|answer| answer.took).max().expect("answers");
    let page = Request::get("/api/users?search=nour").with_token(&token);
    assert_eq!(gateways[0].ask(&page).expect(200)["total"], 1);
    // The administrator, its sign-in, and the one account.
    assert_eq!(clinic.verify_trail(), 3);
    clinic.assert_calm();
    report(
        engine,
        &format!(
            "{CALLERS} creations of one address at once; one 201, {taken} email_taken, the slowest after {slowest:.1?}",
            taken = CALLERS - 1
        ),
    );
}

#[test]
fn fifty_creations_of_one_address_make_one_account_on_sqlite() {
    one_address_becomes_one_account(Engine::Sqlite);
}

#[test]
fn fifty_creations_of_one_address_make_one_account_on_postgres() {
    one_address_becomes_one_account(Engine::Postgres);
}
