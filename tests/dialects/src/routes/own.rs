//! `/api/users/me`: the own account.

use serde_json::{Value, json};

use super::{change_row, showing, who};
use crate::Kind;
use crate::http::Request;
use crate::recordings::{Answer, recorded};
use crate::state::State;

pub(super) fn answer(state: &mut State, request: &Request, rest: &[&str]) -> Answer {
    let person = match who(state, request) {
        Ok(person) => person,
        Err(refusal) => return refusal,
    };
    match (request.method.as_str(), rest) {
        ("GET", []) if state.kind == Kind::Invented => {
            Answer::json(200, json!({"uid": person.id, "mail": person.email, "rights": ["all"]}))
        }
        ("GET", []) => showing("users_me.ok_admin", &person, state.kind),
        ("PUT", []) => {
            let member =
                |name: &str| request.body[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
            let (full_name, email) = (member("full_name"), member("email"));
            if email.as_deref().is_some_and(|email| state.is_taken(email, Some(person.id))) {
                return recorded("profile.put_email_taken");
            }
            let changed = change_row(state, person.id, |person| {
                person.full_name = full_name.unwrap_or_else(|| person.full_name.clone());
                person.email = email.unwrap_or_else(|| person.email.clone());
            });
            changed.map_or_else(Answer::internal_error, |person| {
                showing("profile.put_name", &person, state.kind)
            })
        }
        ("POST", ["change-password"]) => change_password(state, person.id, &person.password, &request.body),
        // Recorded with this project's own spelling, which that server does not know.
        (_, ["password"]) => recorded("password.contract_put_me_password"),
        _ => recorded("misc.method_not_allowed"),
    }
}

fn change_password(state: &mut State, id: uuid::Uuid, current: &str, body: &Value) -> Answer {
    let new = body["new_password"].as_str().unwrap_or_default().to_owned();
    if new.len() < 8 {
        return recorded("password.short_new");
    }
    if body["old_password"] != current {
        return recorded("password.wrong_old");
    }
    let now = state.now();
    change_row(state, id, |person| {
        person.password = new;
        person.password_changed_at = Some(now);
    });
    recorded("password.ok")
}
