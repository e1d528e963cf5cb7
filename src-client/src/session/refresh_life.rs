//! How long a refresh token lives, by this computer's clock.

use chrono::TimeDelta;
use voiceassist_contract::Time;
use voiceassist_contract::auth::TokenPair;

use super::access_token::life_by_claims;

/// The middle and the end of a refresh token's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RefreshLife {
    half_at: Time,
    ends_at: Time,
}

impl RefreshLife {
    /// That of the pair's refresh token, received at `now`; none if the server does not say.
    pub(super) fn received(pair: &TokenPair, now: Time) -> Option<Self> {
        let announced = pair.refresh_expires_in.and_then(|seconds| i64::try_from(seconds).ok());
        let seconds = life_by_claims(&pair.refresh_token).or(announced)?.clamp(0, 10 * 365 * 24 * 60 * 60);
        let life = TimeDelta::seconds(seconds);
        Some(Self { half_at: now + life / 2, ends_at: now + life })
    }

    /// Whether it is time for a new one. After its end it is not, for then it takes the password: whoever does
    /// something next finds that out, and not a clock that was set forward by mistake.
    pub(super) fn is_half_over(self, now: Time) -> bool {
        self.half_at <= now && now < self.ends_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_half_of_the_life_is_the_time_for_a_refresh() {
        let at = |second| Time::from_timestamp(second, 0).expect("a moment");
        let pair = |refresh_expires_in| TokenPair {
            access_token: "a".into(),
            refresh_token: "opaque".into(),
            token_type: "bearer".into(),
            expires_in: 300,
            refresh_expires_in,
        };
        let life = RefreshLife::received(&pair(Some(3600)), at(0)).expect("announced");
        assert!(!life.is_half_over(at(1799)) && life.is_half_over(at(1800)) && life.is_half_over(at(3599)));
        assert!(!life.is_half_over(at(3600)) && !life.is_half_over(at(-5)));
        assert_eq!(RefreshLife::received(&pair(None), at(0)), None);
        assert!(
            RefreshLife::received(&pair(Some(u64::MAX)), at(0)).is_none(),
            "no life at all, rather than a guess"
        );
    }
}
