//! `/api/auth`: registering, signing in and out, refreshing, the second step.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{change_row, showing, who};
use crate::http::Request;
use crate::people::{Person, Role};
use crate::recordings::{Answer, recorded};
use crate::state::State;
use crate::{Kind, tokens};

pub(super) fn answer(state: &mut State, request: &Request, rest: &[&str]) -> Answer {
    match rest {
        ["register"] => register(state, &request.body),
        ["login"] => login(state, &request.body),
        ["2fa", "verify-login"] if state.kind != Kind::November2025 => verify_code(state, &request.body),
        ["refresh"] => refresh(state, &request.body),
        // It ends nothing.
        ["logout"] => match who(state, request) {
            Ok(_) => recorded("logout.ok"),
            Err(refusal) => refusal,
        },
        _ => recorded("misc.unknown_path"),
    }
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_default()
}

fn register(state: &mut State, body: &Value) -> Answer {
    let (email, password) = (text(body, "email"), text(body, "password"));
    if password.len() < 8 {
        return recorded("register.short_password");
    }
    if state.is_taken(email, None) {
        return recorded("register.duplicate");
    }
    let id = state.add_person(text(body, "full_name"), email, password, Role::User);
    if state.kind == Kind::November2025 {
        return Answer::internal_error();
    }
    match state.people.iter().find(|person| person.id == id) {
        Some(person) => showing("register.ok", person, state.kind),
        None => Answer::internal_error(),
    }
}

fn login(state: &mut State, body: &Value) -> Answer {
    let found = state
        .people
        .iter()
        .find(|person| person.email == text(body, "email") && person.password == text(body, "password"));
    let Some(person) = found.cloned() else { return recorded("login.wrong_password") };
    if !person.is_active {
        return recorded("login.inactive");
    }
    if person.second_step.is_some() {
        let mut answer = recorded("login.requires_2fa");
        answer.body["user_id"] = json!(person.id);
        return answer;
    }
    enter(state, person.id)
}

fn verify_code(state: &mut State, body: &Value) -> Answer {
    let id: Option<Uuid> = text(body, "user_id").parse().ok();
    let Some(person) = state.people.iter().find(|person| Some(person.id) == id) else {
        return recorded("2fa.login_unknown_user");
    };
    if person.second_step.as_deref() != Some(text(body, "code")) {
        return recorded("2fa.login_wrong_code");
    }
    let id = person.id;
    enter(state, id)
}

fn enter(state: &mut State, id: Uuid) -> Answer {
    let now = state.now();
    match change_row(state, id, |person| person.last_login = Some(now)) {
        Some(person) => tokens_for(state, &person, "login.ok_admin"),
        None => Answer::internal_error(),
    }
}

/// The used token goes on working, and two pairs within a second are the same.
fn refresh(state: &State, body: &Value) -> Answer {
    let now = state.now();
    let Some((id, role)) = tokens::read(state.mint, text(body, "refresh_token"), "refresh", now) else {
        return recorded("refresh.expired");
    };
    let Some(person) = state.people.iter().find(|person| person.id == id && person.is_active) else {
        return recorded("user.deactivated_refresh");
    };
    if tokens::are_revoked(state.kind, person, now) {
        return recorded("password.refresh_with_fresh_token_after_change");
    }
    if role.is_some_and(|role| role != person.role.as_str()) {
        return recorded("user.promoted_old_refresh");
    }
    tokens_for(state, person, "refresh.ok")
}

fn tokens_for(state: &State, person: &Person, pattern: &str) -> Answer {
    let mut answer = recorded(pattern);
    let (access, refresh) = state.mint.lives;
    answer.body["access_token"] = json!(tokens::make(state.mint, person, "access", state.now()));
    answer.body["refresh_token"] = json!(tokens::make(state.mint, person, "refresh", state.now()));
    answer.body["expires_in"] = json!(access);
    let Some(members) = answer.body.as_object_mut() else { return answer };
    members.remove("role");
    if state.kind == Kind::November2025 {
        members.remove("refresh_expires_in");
    } else {
        members.insert("refresh_expires_in".into(), json!(refresh));
        if pattern.starts_with("login") {
            members.insert("role".into(), json!(person.role.as_str()));
        }
    }
    answer
}
