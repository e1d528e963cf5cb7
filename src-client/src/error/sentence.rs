//! The sentences of those errors that have more than one.

use voiceassist_contract::Time;
use voiceassist_contract::ipc::Step;
use voiceassist_contract::problem::ProblemCode;

use super::{Fault, Obstacle, SignedOut, UnexpectedAnswer};

pub(super) fn of_sign_out(signed_out: &SignedOut) -> &'static str {
    match signed_out.code {
        Some(ProblemCode::AccountInactive) => "This account has been deactivated. Ask an administrator.",
        Some(ProblemCode::RefreshReused) => {
            "The session was ended for safety, because its key was used a second time. Sign in again."
        }
        _ if signed_out.role_was_changed => "Your role was changed. Sign in again to go on with the new one.",
        _ if signed_out.was_signed_in => "The session has ended. Sign in again.",
        _ => "Nobody is signed in.",
    }
}

pub(super) fn of_lock_out(until: Time, password_was_changed: bool) -> String {
    let until = until.format("%H:%M UTC");
    if password_was_changed {
        format!("The password is changed. This server lets you in with it only after an hour, at {until}.")
    } else {
        format!(
            "The password of this account was changed a short while ago, and this server lets nobody in until \
             an hour has passed. Sign in after {until}."
        )
    }
}

pub(super) fn of_half_a_change(missing: Step) -> &'static str {
    match missing {
        Step::Register => "The account was not made.",
        Step::Role => "The account is there, but it has not got its role. Try again to give it the role.",
        Step::Activity => "Part of the change was made, but not whether the account is active. Try again.",
    }
}

pub(super) fn of_obstacle(obstacle: &Obstacle) -> &'static str {
    match obstacle {
        Obstacle::NameNotFound => {
            "The server's name cannot be found. Check the address and this computer's network."
        }
        Obstacle::Refused => {
            "Nothing answers at the server's address. The server may be stopped, or the port may be wrong."
        }
        Obstacle::NoEncryption => {
            "What answers at this address does not speak HTTPS. Check the port and the beginning of the address."
        }
        Obstacle::Network => "The server cannot be reached. Check this computer's network.",
    }
}

pub(super) fn of_breaking_off(may_be_done: bool) -> &'static str {
    if may_be_done {
        "The connection broke off before the answer came, so the change may or may not be made. Look \
         before trying again."
    } else {
        "The connection broke off before the answer came. Try again."
    }
}

pub(super) fn of_time_out(may_be_done: bool) -> &'static str {
    if may_be_done {
        "The server did not answer in time, so the change may or may not be made. Look before trying again."
    } else {
        "The server did not answer in time. Try again."
    }
}

pub(super) fn of_redirect(to: &str) -> String {
    format!(
        "The server sends requests on to {to}. If VoiceAssist is there, enter that as the server's address."
    )
}

pub(super) fn of_unexpected_answer(answer: &UnexpectedAnswer) -> String {
    let status = answer.status;
    match answer.fault {
        Fault::Status | Fault::NotJson if matches!(status, 502..=504) => {
            format!("What stands in front of the server answers that it cannot reach it (status {status}).")
        }
        Fault::Status | Fault::NotJson if status == 407 => {
            "The network's proxy asks for a sign-in of its own.".to_owned()
        }
        Fault::Status if status >= 500 => format!("The server failed (status {status})."),
        Fault::TooLarge => "The server's answer is too large to be one of VoiceAssist's.".to_owned(),
        Fault::CutShort => "The server's answer ends in the middle. Try again.".to_owned(),
        Fault::WrongShape { .. } => {
            "The server's answer is not what this version reads. The server may be older or newer.".to_owned()
        }
        _ => format!("What answers at this address is not VoiceAssist (status {status}). Check the address."),
    }
}
