//! The one place that reaches out of the window: the shell's commands, typed by the contract.

use js_sys::JSON;
use serde::de::DeserializeOwned;
use voiceassist_contract::ipc::{ARGUMENT, Command, Failure, FailureKind};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = invoke, catch)]
    async fn invoke(command: &str, arguments: JsValue) -> Result<JsValue, JsValue>;
}

/// Sends a command to the shell and reads its answer.
///
/// # Errors
/// The failure that the shell gives, or [`FailureKind::Internal`] if the two do not understand each other.
pub(crate) async fn call<C: Command>(command: C) -> Result<C::Output, Failure> {
    let arguments = encode_arguments(&command)?;
    let arguments = JSON::parse(&arguments).map_err(|_| not_understood(C::NAME))?;
    match invoke(C::NAME, arguments).await {
        Ok(answer) => decode(C::NAME, &as_text(&answer)),
        Err(refusal) => Err(decode_failure(C::NAME, &as_text(&refusal))),
    }
}

fn encode_arguments<C: Command>(command: &C) -> Result<String, Failure> {
    let request = serde_json::to_string(command).map_err(|_| not_understood(C::NAME))?;
    Ok(format!("{{\"{ARGUMENT}\":{request}}}"))
}

/// A value as JSON; what JSON cannot say (such as `undefined`) is `null`.
fn as_text(value: &JsValue) -> String {
    JSON::stringify(value).ok().and_then(|text| text.as_string()).unwrap_or_else(|| "null".to_owned())
}

fn decode<T: DeserializeOwned>(name: &str, answer: &str) -> Result<T, Failure> {
    serde_json::from_str(answer).map_err(|_| not_understood(name))
}

fn decode_failure(name: &str, refusal: &str) -> Failure {
    serde_json::from_str(refusal).unwrap_or_else(|_| not_understood(name))
}

fn not_understood(name: &str) -> Failure {
    Failure::new(
        FailureKind::Internal,
        format!("This program failed at “{name}”. Restart it; if that does not help, reinstall it."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use voiceassist_contract::ipc::{ListAccounts, ResumeSession, SessionInfo, SignOut};
    use voiceassist_contract::problem::ProblemCode;

    #[test]
    fn arguments_stand_under_the_one_agreed_name() {
        assert_eq!(encode_arguments(&SignOut {}).expect("it encodes"), r#"{"request":{}}"#);
        let list = encode_arguments(&ListAccounts { query: Default::default() }).expect("it encodes");
        assert_eq!(list, r#"{"request":{"query":{"sort":"full_name","order":"asc"}}}"#);
    }

    #[test]
    fn nobody_signed_in_is_an_answer_and_not_a_failure() {
        let answer: Option<SessionInfo> =
            decode(<ResumeSession as Command>::NAME, "null").expect("it decodes");
        assert_eq!(answer, None);
    }

    #[test]
    fn a_failure_keeps_its_code_and_anything_else_is_an_internal_failure() {
        let mut failure = Failure::new(FailureKind::Problem, "Another account has this address.");
        failure.code = Some(ProblemCode::EmailTaken);
        let wire = serde_json::to_string(&failure).expect("it encodes");
        assert_eq!(decode_failure("create_account", &wire), failure);
        for refusal in ["\"command not found\"", "null", "{", "{\"kind\":\"novel\"}"] {
            assert_eq!(decode_failure("create_account", refusal).kind, FailureKind::Internal, "{refusal}");
        }
    }
}
