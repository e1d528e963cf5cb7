//! 200 refreshes of one token: whoever gets a pair gets the same one, and there is one session.

use std::collections::BTreeSet;

use super::ask_all_at_once;
use crate::support::{Clinic, Engine, Pair, Request, report};

const CALLERS: usize = 200;
/// The second time with the token that the first one gave.
const ROUNDS: usize = 2;

fn refreshes_of_one_token_give_one_pair(engine: Engine) {
    let clinic = Clinic::found(engine);
    let gateways = clinic.serve_replicas();
    let mut pair = gateways[0].sign_in();
    for _ in 0..ROUNDS {
        let answers = ask_all_at_once(&gateways, &vec![pair.refresh_request(); CALLERS]);
        let pairs: BTreeSet<Pair> = answers.iter().map(|answer| Pair::of(&answer.expect(200))).collect();
        assert_eq!(pairs.len(), 1, "one token gave {} pairs", pairs.len());
        pair = pairs.into_iter().next().expect("one pair");
    }
    for gateway in &gateways {
        let sessions = gateway.ask(&Request::get("/api/auth/sessions").with_token(&pair.access)).expect(200);
        assert_eq!(sessions["items"].as_array().map(Vec::len), Some(1), "{sessions}");
    }
    clinic.verify_trail();
    clinic.assert_calm();
    report(
        engine,
        &format!("{CALLERS} refreshes of one token at once, {ROUNDS} times; one pair each time, one session"),
    );
}

#[test]
fn two_hundred_refreshes_of_one_token_give_one_pair_on_sqlite() {
    refreshes_of_one_token_give_one_pair(Engine::Sqlite);
}

#[test]
fn two_hundred_refreshes_of_one_token_give_one_pair_on_postgres() {
    refreshes_of_one_token_give_one_pair(Engine::Postgres);
}
