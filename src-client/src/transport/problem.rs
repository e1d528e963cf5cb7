//! Reads what a server says about a failure: problem details, or what FastAPI makes of one.

use serde_json::Value;
use voiceassist_contract::accounts::Account;
use voiceassist_contract::problem::{FieldError, Problem, ProblemCode};

use super::Answer;
use crate::dialects::python::sentences::{Meaning, meaning_of, window_seconds};
use crate::error::{Hint, ProblemAnswer};

/// How long a limit is taken to hold where the server does not say.
const UNSAID_WAIT_SECONDS: u64 = 60;

/// The longest sentence of a server that is shown.
const LONGEST_DETAIL: usize = 500;

/// The problem in an answer's body, if there is one.
pub(super) fn parse_problem(answer: &Answer) -> Option<ProblemAnswer> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    if let Ok(problem) = serde_json::from_value::<Problem>(body.clone()) {
        return Some(ProblemAnswer {
            code: Some(problem.code),
            detail: readable(&problem.detail).unwrap_or_else(|| problem.code.title().to_owned()),
            request_id: problem.request_id.or_else(|| answer.request_id.clone()),
            errors: problem.errors,
            current: problem.current,
            hint: Some(Hint::OfThisContract),
            ..without_code(answer)
        });
    }
    parse_partly(answer, &body).map(|problem| with_meaning(problem, &body))
}

/// A problem with members missing or of a later shape, or FastAPI's `{"detail"}`.
fn parse_partly(answer: &Answer, body: &Value) -> Option<ProblemAnswer> {
    let code = body.get("code").and_then(|code| serde_json::from_value::<ProblemCode>(code.clone()).ok());
    let detail = body.get("detail");
    let errors = detail.and_then(Value::as_array).map(|list| refused_fields(list)).unwrap_or_default();
    let error = body.get("error");
    let sentence = detail
        .and_then(Value::as_str)
        .or_else(|| error.and_then(Value::as_str))
        // The envelope of the Python gateways.
        .or_else(|| error.and_then(|error| error.get("message")).and_then(Value::as_str))
        .and_then(readable);
    let is_problem = code.is_some() || sentence.is_some() || !errors.is_empty();
    is_problem.then(|| ProblemAnswer {
        code: code.or_else(|| code_of_status(answer.status)).or_else(|| code_of_envelope(body)),
        detail: sentence.unwrap_or_else(|| match code {
            Some(code) => code.title().to_owned(),
            None => "The server does not accept the input.".to_owned(),
        }),
        errors,
        current: body
            .get("current")
            .and_then(|current| serde_json::from_value::<Account>(current.clone()).ok())
            .map(Box::new),
        ..without_code(answer)
    })
}

fn without_code(answer: &Answer) -> ProblemAnswer {
    ProblemAnswer {
        status: answer.status,
        code: None,
        detail: String::new(),
        request_id: answer.request_id.clone(),
        errors: Vec::new(),
        retry_after_seconds: answer.retry_after_seconds,
        current: None,
        hint: None,
    }
}

/// Adds what the Python gateways say in sentences only.
fn with_meaning(mut problem: ProblemAnswer, body: &Value) -> ProblemAnswer {
    match meaning_of(problem.status, &problem.detail) {
        Some(Meaning::Code(code)) => {
            problem.code = Some(code);
            problem.errors.extend(field_of(code).map(|field| FieldError {
                field: field.to_owned(),
                code: code.as_str().to_owned(),
                message: problem.detail.clone(),
            }));
        }
        Some(Meaning::RoleChanged) => {
            (problem.code, problem.hint) = (Some(ProblemCode::SessionEnded), Some(Hint::RoleChanged));
        }
        Some(Meaning::Revoked) => {
            (problem.code, problem.hint) = (Some(ProblemCode::SessionEnded), Some(Hint::Revoked));
        }
        Some(Meaning::NoSuchRoute) => problem.hint = Some(Hint::NoSuchRoute),
        None => {}
    }
    if problem.code == Some(ProblemCode::RateLimited) && problem.retry_after_seconds.is_none() {
        let said = body.pointer("/error/details/rate_limit/reset_in").and_then(Value::as_u64);
        let wait = said.or_else(|| window_seconds(&problem.detail)).unwrap_or(UNSAID_WAIT_SECONDS);
        problem.retry_after_seconds = Some(wait.max(1));
    }
    problem
}

/// The field that a sentence with this meaning is about. The only one about invalid input is that a second
/// step's code is wrong.
fn field_of(code: ProblemCode) -> Option<&'static str> {
    match code {
        ProblemCode::EmailTaken => Some("email"),
        ProblemCode::WrongPassword => Some("current_password"),
        ProblemCode::InvalidInput => Some("code"),
        _ => None,
    }
}

/// The code in an envelope, as far as it is one of the contract's conditions.
fn code_of_envelope(body: &Value) -> Option<ProblemCode> {
    match body.pointer("/error/code").and_then(Value::as_str)? {
        "RATE_LIMITED" | "RATE_LIMIT_EXCEEDED" => Some(ProblemCode::RateLimited),
        "NOT_FOUND" => Some(ProblemCode::NotFound),
        "VALIDATION_ERROR" => Some(ProblemCode::InvalidInput),
        "INTERNAL_ERROR" => Some(ProblemCode::Internal),
        _ => Some(ProblemCode::Unknown),
    }
}

/// The codes that a status alone gives away.
fn code_of_status(status: u16) -> Option<ProblemCode> {
    match status {
        404 => Some(ProblemCode::NotFound),
        405 => Some(ProblemCode::MethodNotAllowed),
        422 => Some(ProblemCode::InvalidInput),
        429 => Some(ProblemCode::RateLimited),
        _ => None,
    }
}

/// FastAPI's list of `{loc, msg, type, input}`: only the names and the kind are taken, because `input`
/// repeats what was sent, passwords included, and `msg` may.
fn refused_fields(list: &[Value]) -> Vec<FieldError> {
    list.iter()
        .filter_map(|entry| {
            let field = entry.get("loc")?.as_array()?.iter().rev().find_map(Value::as_str)?;
            Some(FieldError {
                field: word(field)?,
                code: entry.get("type").and_then(Value::as_str).and_then(word).unwrap_or("invalid".into()),
                message: "The server does not accept this.".to_owned(),
            })
        })
        .collect()
}

/// A name from a server, if it looks like one.
fn word(text: &str) -> Option<String> {
    let is_word = !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    is_word.then(|| text.to_owned())
}

/// A sentence from a server, made fit to be shown on one line.
fn readable(sentence: &str) -> Option<String> {
    let flat: String =
        sentence.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_DETAIL).collect();
    let flat = flat.trim();
    (!flat.is_empty()).then(|| flat.to_owned())
}
