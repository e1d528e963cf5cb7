//! An access token, and until when it is good by this computer's clock.

use chrono::TimeDelta;
use serde::Deserialize;
use voiceassist_contract::auth::TokenPair;
use voiceassist_contract::{Secret, Time};

/// How long before its end a token is replaced, at most: enough for a request on a slow line.
const MOST_AHEAD: TimeDelta = TimeDelta::seconds(30);

/// A token with the times of its life, translated into this computer's time.
pub(super) struct AccessToken {
    pub(super) secret: Secret,
    refresh_at: Time,
    expires_at: Time,
}

/// The claims that say for how long a token lives.
#[derive(Deserialize)]
struct Life {
    iat: Option<i64>,
    exp: i64,
}

impl AccessToken {
    /// The pair's access token, received at `now` by this computer's clock.
    ///
    /// Its end is counted from its receipt: `iat` is the server's clock at that moment, so `exp - iat` holds
    /// however far the two clocks are apart.
    pub(super) fn received(pair: &TokenPair, now: Time) -> Self {
        let announced = i64::try_from(pair.expires_in).unwrap_or(i64::MAX);
        let seconds = life_by_claims(&pair.access_token).unwrap_or(announced).clamp(0, 365 * 24 * 60 * 60);
        let life = TimeDelta::seconds(seconds);
        let expires_at = now + life;
        Self {
            secret: pair.access_token.clone(),
            refresh_at: expires_at - MOST_AHEAD.min(life / 5),
            expires_at,
        }
    }

    /// Whether it will do for the next request.
    pub(super) fn is_fresh(&self, now: Time) -> bool {
        now < self.refresh_at
    }

    /// Whether the server takes it still, although it is time for a new one.
    pub(super) fn is_usable(&self, now: Time) -> bool {
        now < self.expires_at
    }
}

/// Reads `exp` and `iat` without verifying anything: the key is the server's alone. It decides only when
/// to ask for the next token, never whether somebody may do something.
pub(super) fn life_by_claims(token: &Secret) -> Option<i64> {
    let life: Life = jsonwebtoken::dangerous::insecure_decode_claims(token.expose()).ok()?;
    life.iat.and_then(|iat| life.exp.checked_sub(iat)).filter(|seconds| *seconds > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Time {
        Time::from_timestamp(second, 0).expect("a moment")
    }

    fn pair(access_token: &str, expires_in: u64) -> TokenPair {
        TokenPair {
            access_token: access_token.into(),
            refresh_token: "r".into(),
            token_type: "bearer".into(),
            expires_in,
            refresh_expires_in: None,
        }
    }

    /// `{"iat":1000,"exp":1900}` between a header and a signature that nobody reads.
    const NINE_HUNDRED_SECONDS: &str = "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjEwMDAsImV4cCI6MTkwMH0.c2ln";

    #[test]
    fn a_life_is_counted_from_receipt_however_wrong_the_clock_is() {
        for now in [1000, 1000 - 600, 1000 + 600, 5_000_000] {
            let token = AccessToken::received(&pair(NINE_HUNDRED_SECONDS, 5), at(now));
            assert!(token.is_fresh(at(now + 869)) && !token.is_fresh(at(now + 870)), "at {now}");
            assert!(token.is_usable(at(now + 899)) && !token.is_usable(at(now + 900)), "at {now}");
        }
    }

    #[test]
    fn a_token_that_cannot_be_read_lives_as_long_as_was_announced() {
        for token in ["", "opaque", "a.b.c", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "....", "é.é.é"] {
            let token = AccessToken::received(&pair(token, 100), at(0));
            assert!(token.is_fresh(at(79)) && !token.is_fresh(at(80)));
        }
        assert!(!AccessToken::received(&pair("", 0), at(0)).is_usable(at(0)));
        assert!(AccessToken::received(&pair("", u64::MAX), at(0)).is_fresh(at(1)));
    }
}
