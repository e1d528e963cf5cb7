//! `/api/admin/panel/users`: the administration panel of December 2025.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{change_row, number, rows_like, showing, users, who};
use crate::http::Request;
use crate::people::{Person, Role};
use crate::recordings::{Answer, recorded};
use crate::state::State;

/// The password that a reset gives.
const TEMPORARY: &str = "!9ENso8S^$D$ZgvR";

pub(super) fn answer(state: &mut State, request: &Request, rest: &[&str]) -> Answer {
    let person = match who(state, request) {
        Ok(person) if person.role != Role::User => person,
        Ok(_) => return recorded("panel.users_as_user"),
        Err(refusal) => return refusal,
    };
    if person.role == Role::Viewer && request.method != "GET" {
        return recorded("integrations.admin_list_as_user");
    }
    match (request.method.as_str(), rest) {
        ("GET", []) => list(state, request),
        ("PUT", [id]) => match id.parse() {
            Ok(id) => put(state, id, &request.body),
            Err(_) => Answer::internal_error(),
        },
        ("POST", [id, "reset-password"]) => {
            let reset = |person: &mut Person| person.password = TEMPORARY.to_owned();
            let changed = id.parse().ok().and_then(|id| change_row(state, id, reset));
            let mut answer = recorded("panel.reset_password_temporary");
            answer.body["data"]["temporary_password"] = json!(TEMPORARY);
            changed.map_or_else(|| recorded("user.get_unknown"), |_| answer)
        }
        _ => recorded("misc.method_not_allowed"),
    }
}

/// Newest first, searched in name and address, with a total.
fn list(state: &State, request: &Request) -> Answer {
    let (offset, limit) = (number(request, "offset", 0), number(request, "limit", 20));
    let search = request.query.get("search").map(|search| search.to_lowercase());
    let mut found: Vec<Person> = state
        .people
        .iter()
        .filter(|person| {
            search.as_ref().is_none_or(|search| {
                person.email.to_lowercase().contains(search)
                    || person.full_name.to_lowercase().contains(search)
            })
        })
        .cloned()
        .collect();
    found.sort_by_key(|person| (std::cmp::Reverse(person.created_at), person.id));
    let total = found.len();
    let page: Vec<Person> = found.into_iter().skip(offset).take(limit).collect();
    let mut answer = recorded("panel.users_page");
    let rows = rows_like(&answer.body["data"]["users"][0], &page, state.kind);
    answer.body["data"] = json!({"users": rows, "total": total, "offset": offset, "limit": limit});
    answer
}

/// A taken address is an internal error there.
fn put(state: &mut State, id: Uuid, body: &Value) -> Answer {
    if state.place_of(id).is_none() {
        return recorded("user.get_unknown");
    }
    if body["email"].as_str().is_some_and(|email| state.is_taken(email, Some(id))) {
        return recorded("panel.user_put_email_taken");
    }
    let changed = change_row(state, id, |person| {
        users::apply(person, body);
        if let Some(email) = body["email"].as_str() {
            person.email = email.to_owned();
        }
    });
    changed.map_or_else(Answer::internal_error, |person| showing("panel.user_put", &person, state.kind))
}
