//! The routes of a scripted server.

mod auth;
mod own;
mod panel;
mod users;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::Request;
use crate::people::{Person, Role};
use crate::recordings::{Answer, recorded};
use crate::state::State;
use crate::{Kind, tokens};

/// What the server answers, after doing what is asked of it.
pub(crate) fn answer(state: &mut State, request: &Request) -> Answer {
    let segments: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    let has_panel = state.kind == Kind::December2025;
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["health"]) => stamped("health.get", state),
        ("GET", ["ready"]) => ready(state),
        ("POST", ["api", "auth", rest @ ..]) => auth::answer(state, request, rest),
        ("GET", ["api", "users"]) => to_the_slash(state, request),
        ("GET", ["api", "users", ""]) => users::list(state, request),
        (_, ["api", "users", "me", rest @ ..]) => own::answer(state, request, rest),
        (_, ["api", "users", id, rest @ ..]) => match id.parse() {
            Ok(id) => users::answer(state, request, id, rest),
            Err(_) => Answer::internal_error(),
        },
        (_, ["api", "admin", "panel", "users", rest @ ..]) if has_panel => {
            panel::answer(state, request, rest)
        }
        ("GET", ["api", "admin", "integrations", ""]) if has_panel => match administrator(state, request) {
            Ok(_) => recorded("integrations.admin_list"),
            Err(refusal) => refusal,
        },
        _ => recorded("misc.unknown_path"),
    }
}

/// Who asks, by the token.
fn who(state: &State, request: &Request) -> Result<Person, Answer> {
    let Some(token) = &request.token else {
        return Err(match state.kind {
            Kind::November2025 => Answer::json(403, json!({"detail": "Not authenticated"})),
            _ => recorded("users_me.no_token"),
        });
    };
    let Some((id, role)) = tokens::read(state.mint, token, "access", state.now()) else {
        return Err(recorded("token.expired"));
    };
    let Some(person) = state.people.iter().find(|person| person.id == id) else {
        return Err(recorded("token.unknown_user"));
    };
    if tokens::are_revoked(state.kind, person, state.now()) {
        return Err(recorded("password.old_access_after_change"));
    }
    if !person.is_active {
        return Err(recorded("user.deactivated_token_use"));
    }
    if role.is_some_and(|role| role != person.role.as_str()) {
        return Err(recorded("user.promoted_old_token"));
    }
    Ok(person.clone())
}

/// The same, if it is somebody who manages accounts.
fn administrator(state: &State, request: &Request) -> Result<Person, Answer> {
    let person = who(state, request)?;
    if person.role == Role::Admin { Ok(person) } else { Err(recorded("users.list_as_user")) }
}

/// A recorded answer with this person in it.
fn showing(name: &str, person: &Person, kind: Kind) -> Answer {
    let mut answer = recorded(name);
    let body = &mut answer.body;
    let place = if body.get("data").is_some() { &mut body["data"] } else { body };
    person.put_into(place, kind);
    answer
}

/// A recorded answer with these people in place of the recorded ones, of whom the first is the pattern.
fn rows_like(pattern: &Value, people: &[Person], kind: Kind) -> Value {
    let rows = people.iter().map(|person| {
        let mut row = pattern.clone();
        person.put_into(&mut row, kind);
        row
    });
    rows.collect()
}

/// A recorded answer with the server's time, in seconds as a float.
fn stamped(name: &str, state: &State) -> Answer {
    let mut answer = recorded(name);
    #[expect(clippy::cast_precision_loss, reason = "as the recorded server does it")]
    let seconds = state.now().timestamp_micros() as f64 / 1e6;
    answer.body["timestamp"] = json!(seconds);
    answer
}

/// How the parts are, as recorded or as set.
fn ready(state: &State) -> Answer {
    let mut answer = stamped("health.ready", state);
    if !state.checks.is_empty() {
        let works = state.checks.iter().all(|(_, works)| *works);
        answer.status = if works { 200 } else { 503 };
        answer.body["status"] = json!(if works { "ready" } else { "not_ready" });
        answer.body["checks"] =
            state.checks.iter().map(|(name, works)| (name.clone(), json!(works))).collect();
    }
    answer
}

/// Sends whoever leaves out the slash elsewhere, to an absolute address.
fn to_the_slash(state: &State, request: &Request) -> Answer {
    let query: String = request.query.iter().map(|(name, value)| format!("{name}={value}&")).collect();
    let location = format!("http://{}/api/users/?{}", state.address, query.trim_end_matches('&'));
    let mut answer = recorded("users.list_no_slash");
    answer.headers.retain(|(name, _)| name != "location");
    answer.headers.push(("location".into(), location));
    answer
}

fn number(request: &Request, name: &str, default: usize) -> usize {
    request.query.get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Changes a person's row, which moves it to the end of the list without order.
fn change_row(state: &mut State, id: Uuid, change: impl FnOnce(&mut Person)) -> Option<Person> {
    let place = state.place_of(id)?;
    let mut person = state.people.remove(place);
    change(&mut person);
    state.people.push(person.clone());
    Some(person)
}
