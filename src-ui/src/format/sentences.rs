//! What a failure says to a person: one sentence for what happened, one for what to do next.

use voiceassist_contract::Time;
use voiceassist_contract::health::Readiness;
use voiceassist_contract::ipc::{Condition, Failure, FailureKind, Step};
use voiceassist_contract::problem::ProblemCode;

use super::capabilities::why;
use super::numbers::length;
use super::times::{Offset, clock_time};
use crate::state::clock;

/// Where a sentence about a failed sign-in belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignInTrouble {
    /// At the password.
    Password(String),
    /// Above the button; with the seconds to wait, if waiting helps.
    Form {
        /// What happened and what to do.
        sentence: String,
        /// How long no attempt is worth making.
        wait_seconds: Option<u64>,
    },
}

/// The delay assumed where a server asks to wait and does not say how long.
const UNSAID_WAIT_SECONDS: u64 = 30;

/// What a failed sign-in says, and where.
pub(crate) fn sign_in_trouble(failure: &Failure) -> SignInTrouble {
    if matches!(failure.code, Some(ProblemCode::InvalidCredentials | ProblemCode::WrongPassword)) {
        return SignInTrouble::Password("E-mail or password is wrong. Check both and try again.".to_owned());
    }
    match wait_seconds(failure) {
        Some(seconds) => SignInTrouble::Form { sentence: String::new(), wait_seconds: Some(seconds) },
        None => SignInTrouble::Form { sentence: general(failure), wait_seconds: None },
    }
}

/// For how long trying again is of no use, where the server limits how often one may try.
pub(crate) fn wait_seconds(failure: &Failure) -> Option<u64> {
    let is_limited = matches!(failure.code, Some(ProblemCode::AccountLocked | ProblemCode::RateLimited));
    is_limited.then(|| failure.retry_after_seconds.unwrap_or(UNSAID_WAIT_SECONDS).max(1))
}

/// The sentence of a countdown after too many requests of any kind.
pub(crate) fn too_many_requests(seconds_left: u64) -> String {
    format!("Too many requests from this computer. Try again in {}.", length(seconds_left))
}

/// The sentence of a countdown after too many attempts.
pub(crate) fn waiting(code: Option<ProblemCode>, seconds_left: u64) -> String {
    let left = length(seconds_left);
    match code {
        Some(ProblemCode::AccountLocked) => {
            format!("Too many wrong passwords. This account is locked; try again in {left}.")
        }
        _ => format!("Too many attempts from this computer. Try again in {left}."),
    }
}

/// What the program found out by itself about a failure, if it did.
pub(crate) fn of_condition(failure: &Failure, now: Time, offset: Offset) -> Option<String> {
    let sentence = match failure.condition.as_ref()? {
        Condition::NotOffered { ability, reason } => why(*ability, *reason),
        Condition::UnknownServer => {
            "This server speaks a language that this program does not know. Look for a newer version of the program."
        }
        Condition::ServerChanged => {
            "The server was exchanged or updated meanwhile, and nothing was changed. Try again."
        }
        Condition::SecondStep { .. } => "Enter the code of your second step to finish signing in.",
        Condition::RoleChanged => "Your role was changed. Sign in again to go on with the new one.",
        Condition::LockedOut { until, password_was_changed } => {
            let until = clock_time(*until, now, offset);
            return Some(if *password_was_changed {
                format!(
                    "Your password is changed. This server lets you in with it after an hour, at {until}."
                )
            } else {
                format!(
                    "The password of this account was changed a short while ago. This server lets it in again at {until}."
                )
            });
        }
        Condition::PartlyDone { missing: Step::Role, .. } => {
            "The account is there, but it has not got its role yet. Nothing is lost: finish it now."
        }
        Condition::PartlyDone { .. } => "Only a part of this was done. Nothing is lost: finish it now.",
    };
    Some(sentence.to_owned())
}

/// What any failure says where nothing more particular is known.
pub(crate) fn general(failure: &Failure) -> String {
    if failure.condition.is_some()
        && let Some(sentence) = of_condition(failure, clock::now(), clock::offset)
    {
        return sentence;
    }
    let sentence = match failure.kind {
        FailureKind::Unreachable => {
            "The server cannot be reached. Check the network and the server’s address, then try again."
        }
        FailureKind::TimedOut => "The server did not answer in time. Try again in a moment.",
        FailureKind::UntrustedCertificate => {
            "The server’s certificate is not trusted by this computer, so nothing was sent. \
             Check the address, or add the clinic’s certificate authority to this server’s settings."
        }
        FailureKind::WrongClock => {
            "This computer’s clock differs too much from the server’s. Set the date and time, then try again."
        }
        FailureKind::PlainHttpRefused => {
            "This address is not encrypted (http), so nothing was sent. Use https, or allow it for this server in its settings."
        }
        // Whoever read the answer knows better what is wrong with it.
        FailureKind::UnexpectedAnswer if !failure.message.is_empty() => return failure.message.clone(),
        FailureKind::UnexpectedAnswer => {
            "What answers at this address is not a VoiceAssist server. Check the address."
        }
        _ => return by_code(failure),
    };
    sentence.to_owned()
}

fn by_code(failure: &Failure) -> String {
    let sentence = match failure.code {
        Some(ProblemCode::AccountInactive) => {
            "This account has been deactivated. An administrator can activate it again."
        }
        Some(ProblemCode::LastAdministrator) => {
            "This is the last active administrator. Make another account an administrator first."
        }
        Some(ProblemCode::OwnAccount) => "You cannot do this to your own account. Another administrator can.",
        Some(ProblemCode::NotAdministrator) => "Only administrators can do this.",
        Some(ProblemCode::EmailTaken) => "Another account has this e-mail address.",
        Some(ProblemCode::StepUpRequired) => {
            "Changing this needs a recent sign-in. Sign out, sign in again and repeat the change within 5 minutes."
        }
        Some(ProblemCode::Overloaded) => "The server is busy. Try again in a moment.",
        Some(ProblemCode::DependencyUnavailable) => {
            "The server’s database does not answer. Try again in a moment."
        }
        Some(ProblemCode::NotFound) => "This no longer exists.",
        Some(ProblemCode::RateLimited) => {
            return too_many_requests(failure.retry_after_seconds.unwrap_or(UNSAID_WAIT_SECONDS));
        }
        _ if failure.message.is_empty() => "Something failed. Try again.",
        _ => return failure.message.clone(),
    };
    sentence.to_owned()
}

/// The beginning of the bar that is shown while the server is away.
pub(crate) fn offline(failure: &Failure) -> &'static str {
    match (failure.kind, failure.code) {
        (FailureKind::TimedOut, _) => "The server does not answer in time.",
        (_, Some(ProblemCode::Overloaded)) => "The server is busy.",
        (_, Some(ProblemCode::DependencyUnavailable)) => "The server’s database does not answer.",
        _ => "The server does not answer.",
    }
}

/// The same for a server that answers, but says that it cannot work.
pub(crate) fn not_ready(readiness: &Readiness) -> &'static str {
    let is_down = |name: &str| readiness.checks.get(name) == Some(&false);
    match (is_down("postgres"), is_down("redis")) {
        (true, _) => "The server’s database does not answer.",
        (false, true) => "The server’s Redis does not answer.",
        (false, false) => "The server says that it is not ready.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(code: ProblemCode) -> Failure {
        let mut failure = Failure::new(FailureKind::Problem, "From the server.");
        failure.code = Some(code);
        failure
    }

    #[test]
    fn a_wrong_password_is_said_at_the_field_and_everything_else_above_the_button() {
        assert!(matches!(
            sign_in_trouble(&problem(ProblemCode::InvalidCredentials)),
            SignInTrouble::Password(_)
        ));
        for kind in [
            FailureKind::Unreachable,
            FailureKind::TimedOut,
            FailureKind::UntrustedCertificate,
            FailureKind::WrongClock,
            FailureKind::PlainHttpRefused,
            FailureKind::UnexpectedAnswer,
        ] {
            let trouble = sign_in_trouble(&Failure::new(kind, ""));
            assert!(
                matches!(&trouble, SignInTrouble::Form { sentence, wait_seconds: None } if sentence.len() > 20),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn each_kind_of_failed_connection_has_a_sentence_of_its_own() {
        let mut sentences: Vec<String> = [
            FailureKind::Unreachable,
            FailureKind::TimedOut,
            FailureKind::UntrustedCertificate,
            FailureKind::WrongClock,
            FailureKind::PlainHttpRefused,
            FailureKind::UnexpectedAnswer,
        ]
        .map(|kind| general(&Failure::new(kind, "")))
        .to_vec();
        sentences.sort();
        sentences.dedup();
        assert_eq!(sentences.len(), 6);
    }

    #[test]
    fn a_locked_account_counts_down_from_what_the_server_says() {
        let mut locked = problem(ProblemCode::AccountLocked);
        locked.retry_after_seconds = Some(125);
        assert!(matches!(sign_in_trouble(&locked), SignInTrouble::Form { wait_seconds: Some(125), .. }));
        assert_eq!(
            waiting(locked.code, 125),
            "Too many wrong passwords. This account is locked; try again in 2\u{a0}min\u{a0}05\u{a0}s."
        );
        assert_eq!(
            waiting(Some(ProblemCode::RateLimited), 9),
            "Too many attempts from this computer. Try again in 9\u{a0}s."
        );
    }

    #[test]
    fn the_hour_after_a_password_change_is_said_with_the_time_it_ends() {
        let at = |text: &str| text.parse::<Time>().expect("a time");
        let mut locked_out = Failure::new(FailureKind::SignedOut, "");
        locked_out.condition =
            Some(Condition::LockedOut { until: at("2026-11-23T15:36:00Z"), password_was_changed: true });
        assert_eq!(
            of_condition(&locked_out, at("2026-11-23T14:36:00Z"), |_| 60).as_deref(),
            Some("Your password is changed. This server lets you in with it after an hour, at 16:36.")
        );
        assert_eq!(
            of_condition(&Failure::new(FailureKind::SignedOut, ""), at("2026-11-23T14:36:00Z"), |_| 0),
            None
        );
    }

    #[test]
    fn a_problem_that_this_version_does_not_know_keeps_the_servers_sentence() {
        assert_eq!(general(&problem(ProblemCode::Unknown)), "From the server.");
    }
}
