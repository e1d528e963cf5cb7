//! Reads what a server says about a failure: problem details, or what FastAPI makes of one.

use serde_json::Value;
use voiceassist_contract::accounts::Account;
use voiceassist_contract::problem::{FieldError, Problem, ProblemCode};

use super::Answer;
use crate::error::ProblemAnswer;

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
            ..without_code(answer)
        });
    }
    parse_partly(answer, &body)
}

/// A problem with members missing or of a later shape, or FastAPI's `{"detail"}`.
fn parse_partly(answer: &Answer, body: &Value) -> Option<ProblemAnswer> {
    let code = body.get("code").and_then(|code| serde_json::from_value::<ProblemCode>(code.clone()).ok());
    let detail = body.get("detail");
    let errors = detail.and_then(Value::as_array).map(|list| refused_fields(list)).unwrap_or_default();
    let sentence = detail
        .and_then(Value::as_str)
        .or_else(|| body.get("error").and_then(Value::as_str))
        .and_then(readable);
    let is_problem = code.is_some() || sentence.is_some() || !errors.is_empty();
    is_problem.then(|| ProblemAnswer {
        code: code.or_else(|| code_of_status(answer.status)),
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
    }
}

/// The codes that a status alone gives away.
fn code_of_status(status: u16) -> Option<ProblemCode> {
    match status {
        404 => Some(ProblemCode::NotFound),
        405 => Some(ProblemCode::MethodNotAllowed),
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
