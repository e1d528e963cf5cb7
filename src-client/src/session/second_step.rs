//! The second step of a sign-in: a code for whoever has set that up.

use std::sync::Arc;

use chrono::TimeDelta;
use serde::Serialize;
use voiceassist_contract::ipc::SessionInfo;
use voiceassist_contract::problem::ProblemCode;
use voiceassist_contract::{Secret, Time};

use super::Session;
use crate::transport::Call;
use crate::{Client, Error};

/// How long a right password waits for its code.
const WAITS_FOR: TimeDelta = TimeDelta::minutes(10);
/// Wrong codes until the password has to be given again.
const MOST_TRIES: u32 = 5;

/// A sign-in that waits for a code. These servers ask for nothing but the user's id with it, so this program
/// forgets it soon.
#[derive(Clone)]
pub(super) struct Challenge {
    user_id: Secret,
    keep: bool,
    asked_at: Time,
    tries_left: u32,
}

impl Session {
    /// Remembers that a code is needed, in place of any earlier one.
    pub(super) fn ask_for_a_code(&self, user_id: Secret, keep: bool) {
        let asked_at = self.clock.now();
        self.state().challenge = Some(Challenge { user_id, keep, asked_at, tries_left: MOST_TRIES });
    }

    /// Gives the code.
    pub(crate) async fn verify_second_step(
        self: &Arc<Self>,
        client: &Client,
        code: &Secret,
        is_backup_code: bool,
    ) -> Result<SessionInfo, Error> {
        #[derive(Serialize)]
        struct Request<'a> {
            user_id: &'a Secret,
            code: &'a Secret,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            is_backup_code: bool,
        }
        let _one_at_a_time = self.entering.lock().await;
        let before = self.generation();
        let challenge = self.take_a_try().ok_or_else(Error::nobody)?;
        let code = Secret::new(code.expose().trim());
        let request = Request { user_id: &challenge.user_id, code: &code, is_backup_code };
        let call = Call::post("/api/auth/2fa/verify-login").with_body(&request)?;
        let pair = match self.transport.send(&call, None).await {
            Ok(answer) => answer.parse()?,
            Err(refusal) => {
                if refusal.code() != Some(ProblemCode::InvalidInput) {
                    self.give_the_try_back();
                }
                return Err(refusal);
            }
        };
        self.state().challenge = None;
        self.enter(client, before, pair, challenge.keep).await
    }

    /// The challenge, if there is one that is not too old, with one try less.
    fn take_a_try(&self) -> Option<Challenge> {
        let now = self.clock.now();
        let mut state = self.state();
        let challenge = state.challenge.as_mut()?;
        let age = now - challenge.asked_at;
        if age < TimeDelta::zero() || age > WAITS_FOR || challenge.tries_left == 0 {
            state.challenge = None;
            return None;
        }
        challenge.tries_left -= 1;
        Some(challenge.clone())
    }

    /// A try that no code was judged in does not count.
    fn give_the_try_back(&self) {
        if let Some(challenge) = &mut self.state().challenge {
            challenge.tries_left += 1;
        }
    }
}
