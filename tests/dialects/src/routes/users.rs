//! `/api/users`: everybody, and what is done to one.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{administrator, change_row, number, rows_like, showing};
use crate::Kind;
use crate::http::Request;
use crate::people::{Person, Role};
use crate::recordings::{Answer, recorded};
use crate::state::State;

/// The list without order, search and total.
pub(super) fn list(state: &mut State, request: &Request) -> Answer {
    if let Err(refusal) = administrator(state, request) {
        return refusal;
    }
    let (skip, limit) = (number(request, "skip", 0), number(request, "limit", 100));
    if state.moves_between_pages && skip > 0 {
        // As rows do that are written to: what was in front is now behind, and a page misses as many.
        state.people.rotate_left(3);
    }
    let shown = if state.lists_nobody { 0 } else { limit };
    let page: Vec<Person> = state.people.iter().skip(skip).take(shown).cloned().collect();
    let mut answer = recorded("users.list_2");
    let rows = rows_like(&answer.body["data"][0], &page, state.kind);
    if state.kind == Kind::November2025 {
        return Answer::json(200, rows);
    }
    answer.body["data"] = rows;
    answer
}

/// One account.
pub(super) fn answer(state: &mut State, request: &Request, id: Uuid, rest: &[&str]) -> Answer {
    let own = match administrator(state, request) {
        Ok(person) => person.id,
        Err(refusal) => return refusal,
    };
    let Some(place) = state.place_of(id) else { return recorded("user.get_unknown") };
    match (request.method.as_str(), rest) {
        ("GET", []) => showing("user.get_ok", &state.people[place], state.kind),
        ("PATCH", []) if state.kind != Kind::November2025 => patch(state, id, &request.body),
        ("PUT", ["activate"]) => said(state, id, "user.activate", |person| person.is_active = true),
        ("PUT", ["deactivate"]) if id == own => recorded("user.deactivate_self"),
        ("PUT", ["deactivate"]) => said(state, id, "user.deactivate", |person| person.is_active = false),
        ("PUT", ["promote-admin"]) => said(state, id, "user.promote", |person| person.role = Role::Admin),
        ("PUT", ["revoke-admin"]) if id == own => recorded("user.revoke_admin_self"),
        ("PUT", ["revoke-admin"]) => said(state, id, "user.revoke_admin", |person| person.role = Role::User),
        _ => recorded("misc.method_not_allowed"),
    }
}

/// Takes name, role and activity; an address is ignored without a word.
fn patch(state: &mut State, id: Uuid, body: &Value) -> Answer {
    let changed = change_row(state, id, |person| apply(person, body));
    changed.map_or_else(Answer::internal_error, |person| showing("user.patch_name", &person, state.kind))
}

/// What the panel and `PATCH` take alike.
pub(super) fn apply(person: &mut Person, body: &Value) {
    if let Some(name) = body["full_name"].as_str() {
        person.full_name = name.to_owned();
    }
    if let Some(is_active) = body["is_active"].as_bool() {
        person.is_active = is_active;
    }
    if let Some(role) = body["admin_role"].as_str().and_then(Role::parse) {
        person.role = role;
    }
}

/// Changes the account and answers but a sentence.
fn said(state: &mut State, id: Uuid, pattern: &str, change: impl FnOnce(&mut Person)) -> Answer {
    change_row(state, id, change);
    let mut answer = recorded(pattern);
    answer.body = json!({"message": "Done."});
    answer
}
