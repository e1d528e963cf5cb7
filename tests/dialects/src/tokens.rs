//! Tokens with the recorded claims. They carry no random part, so that two within a second are the same.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Kind;
use crate::people::Person;

/// How a server makes its tokens.
#[derive(Clone, Copy)]
pub(crate) struct Mint {
    kind: Kind,
    /// How long tokens live: access and refresh, in seconds.
    pub(crate) lives: (i64, i64),
    /// Goes into the signature; tokens of an earlier one are refused.
    pub(crate) coin: u32,
}

impl Mint {
    pub(crate) fn of(kind: Kind) -> Self {
        let lives = match kind {
            Kind::November2025 => (15 * 60, 7 * 24 * 60 * 60),
            _ => (5 * 60, 60 * 60),
        };
        Self { kind, lives, coin: 0 }
    }

    /// What no other token ends with.
    fn signature(self) -> String {
        URL_SAFE_NO_PAD.encode(format!("scripted {}", self.coin))
    }
}

/// A token for this person, of the type `access` or `refresh`.
pub(crate) fn make(mint: Mint, person: &Person, typ: &str, now: DateTime<Utc>) -> String {
    let (access, refresh) = mint.lives;
    let life = if typ == "access" { access } else { refresh };
    let mut claims = json!({
        "sub": person.id, "email": person.email, "iat": now.timestamp(), "exp": now.timestamp() + life, "type": typ,
    });
    if mint.kind != Kind::November2025 {
        claims["role"] = json!(person.role.as_str());
        claims["pwd"] = json!(person.password_changed_at.unwrap_or(person.created_at).timestamp());
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", part(&json!({"alg": "HS256", "typ": "JWT"})), part(&claims), mint.signature())
}

/// Whom a token is for and with which role, if it is genuine and not past its end.
pub(crate) fn read(mint: Mint, token: &str, typ: &str, now: DateTime<Utc>) -> Option<(Uuid, Option<String>)> {
    let mut parts = token.split('.');
    let (_, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    let is_good =
        signature == mint.signature() && claims["type"] == typ && claims["exp"].as_i64()? > now.timestamp();
    let role = claims["role"].as_str().map(str::to_owned);
    is_good.then_some((claims["sub"].as_str()?.parse().ok()?, role))
}

/// Whether all tokens of this person are refused because the password was changed within the last hour.
pub(crate) fn are_revoked(kind: Kind, person: &Person, now: DateTime<Utc>) -> bool {
    kind != Kind::November2025
        && person.password_changed_at.is_some_and(|changed| now - changed < TimeDelta::hours(1))
}
