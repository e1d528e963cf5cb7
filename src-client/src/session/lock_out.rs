//! The hour for which servers of December 2025 take no token of an account whose password was changed.

use chrono::TimeDelta;
use serde::Deserialize;
use voiceassist_contract::Secret;

use super::Session;
use crate::Error;

/// How long it lasts.
const LASTS: TimeDelta = TimeDelta::hours(1);

/// The claims that say when the password was changed, and what time it was then there.
#[derive(Deserialize)]
struct Claims {
    iat: i64,
    pwd: i64,
}

impl Session {
    /// The own password was changed, and with that the session is over.
    pub(crate) async fn end_after_password_change(&self, generation: u64) -> Error {
        if let Some((_, ended)) = self.take(Some(generation)) {
            self.forget_kept_token(ended).await;
        }
        self.locked_out_for(LASTS, true)
    }

    /// The error for an account whose token is refused for that reason. The token says since when, by the
    /// server's clock at both ends, so that the clocks may differ; without it, the whole hour is assumed.
    pub(super) fn lock_out_of(&self, access: Option<&Secret>) -> Error {
        let since = access.and_then(|token| {
            let claims: Claims = jsonwebtoken::dangerous::insecure_decode_claims(token.expose()).ok()?;
            claims.iat.checked_sub(claims.pwd).filter(|seconds| (0..=LASTS.num_seconds()).contains(seconds))
        });
        self.locked_out_for(LASTS - TimeDelta::seconds(since.unwrap_or(0)), false)
    }

    fn locked_out_for(&self, remaining: TimeDelta, password_was_changed: bool) -> Error {
        Error::LockedOut {
            until: self.clock.now() + remaining,
            wait_seconds: u64::try_from(remaining.num_seconds()).unwrap_or(0),
            password_was_changed,
        }
    }
}
