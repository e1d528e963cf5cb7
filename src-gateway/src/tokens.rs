//! Making and reading tokens: JWT, HS256 and nothing else, access and refresh never interchangeable.
//!
//! A token's text follows from its claims alone, so a pair can be given a second time without being
//! stored: the session's row holds what its claims are made of.

use aws_lc_rs::hmac;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use voiceassist_contract::auth::TokenPair;
use voiceassist_contract::{Id, Secret, Time};

/// Who makes the tokens.
const ISSUER: &str = "voiceassist-gateway";
/// Whom they are for.
const AUDIENCE: &str = "voiceassist";

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// For every request but a refresh.
    Access,
    /// For a refresh alone.
    Refresh,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// What it is good for.
    pub typ: TokenKind,
    /// Who made it.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// The account's id.
    pub sub: Id,
    /// The account's address when the token was made; for the client to show.
    pub email: String,
    /// The account's role when the token was made; for the client to show.
    pub role: String,
    /// The session's id.
    pub sid: Id,
    /// The token's own id.
    pub jti: String,
    /// When it was made.
    pub iat: i64,
    /// When it expires.
    pub exp: i64,
}

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// Malformed, forged, of another kind, or for somebody else.
    Invalid,
    /// Past its time.
    Expired,
}

/// What a pair is made of. The same matter gives the same pair, byte for byte.
#[derive(Clone, Debug)]
pub struct PairMatter<'a> {
    /// The account's id.
    pub user_id: Id,
    /// The account's address.
    pub email: &'a str,
    /// The account's role.
    pub role: &'a str,
    /// The session's id.
    pub session_id: Id,
    /// Which of the session's pairs it is.
    pub generation: i64,
    /// When the pair is made.
    pub issued_at: Time,
    /// When the access token expires.
    pub access_expires_at: Time,
    /// When the refresh token expires.
    pub refresh_expires_at: Time,
}

/// Makes and reads tokens with one key.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    ids: hmac::Key,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tokens(…)")
    }
}

impl Tokens {
    /// Tokens that are signed with `secret`.
    pub fn new(secret: &Secret) -> Self {
        let bytes = secret.expose().as_bytes();
        Self {
            encoding: EncodingKey::from_secret(bytes),
            decoding: DecodingKey::from_secret(bytes),
            ids: hmac::Key::new(hmac::HMAC_SHA256, bytes),
        }
    }

    /// The pair that follows from `matter`.
    ///
    /// # Errors
    /// If signing fails.
    pub fn make_pair(&self, matter: &PairMatter<'_>) -> Result<TokenPair, jsonwebtoken::errors::Error> {
        let issued_at = matter.issued_at.timestamp();
        let expires_in = |expiry: Time| u64::try_from(expiry.timestamp() - issued_at).unwrap_or(0);
        Ok(TokenPair {
            access_token: self.sign(matter, TokenKind::Access, matter.access_expires_at)?,
            refresh_token: self.sign(matter, TokenKind::Refresh, matter.refresh_expires_at)?,
            token_type: "bearer".to_owned(),
            expires_in: expires_in(matter.access_expires_at),
            refresh_expires_in: Some(expires_in(matter.refresh_expires_at)),
        })
    }

    /// What the session's row keeps of a refresh token.
    pub fn refresh_hash(&self, session_id: Id, generation: i64) -> String {
        hash_token_id(&self.token_id(TokenKind::Refresh, session_id, generation))
    }

    /// Reads a token of this kind.
    ///
    /// # Errors
    /// If it is not one, or is past its time.
    pub fn read(&self, token: &str, kind: TokenKind, now: Time) -> Result<Claims, TokenFault> {
        let claims = self.read_even_if_expired(token, kind)?;
        if claims.exp <= now.timestamp() { Err(TokenFault::Expired) } else { Ok(claims) }
    }

    /// Reads a token of this kind, whatever the time.
    ///
    /// # Errors
    /// If it is not one.
    pub fn read_even_if_expired(&self, token: &str, kind: TokenKind) -> Result<Claims, TokenFault> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library reads the wall clock; the time is compared in `read`, with the clock passed in.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation)
            .map_err(|_| TokenFault::Invalid)?
            .claims;
        if claims.typ == kind { Ok(claims) } else { Err(TokenFault::Invalid) }
    }

    fn sign(
        &self,
        matter: &PairMatter<'_>,
        kind: TokenKind,
        expires_at: Time,
    ) -> Result<Secret, jsonwebtoken::errors::Error> {
        let claims = Claims {
            typ: kind,
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: matter.user_id,
            email: matter.email.to_owned(),
            role: matter.role.to_owned(),
            sid: matter.session_id,
            jti: self.token_id(kind, matter.session_id, matter.generation),
            iat: matter.issued_at.timestamp(),
            exp: expires_at.timestamp(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).map(Secret::new)
    }

    /// The id of a session's n-th token: nobody without the key can tell the next one.
    fn token_id(&self, kind: TokenKind, session_id: Id, generation: i64) -> String {
        let label: &[u8] = match kind {
            TokenKind::Access => b"access-token-id",
            TokenKind::Refresh => b"refresh-token-id",
        };
        let mut context = hmac::Context::with_key(&self.ids);
        context.update(label);
        context.update(session_id.as_bytes());
        context.update(&generation.to_be_bytes());
        hex::encode(&context.sign().as_ref()[..16])
    }
}

/// The hash of a token's id, as it is stored.
pub fn hash_token_id(jti: &str) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(jti.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Duration};

    fn tokens() -> Tokens {
        Tokens::new(&"a secret of at least thirty-two bytes".into())
    }

    fn matter(issued_at: Time) -> PairMatter<'static> {
        PairMatter {
            user_id: Id::from_u128(1),
            email: "ana@lakeside.example",
            role: "user",
            session_id: Id::from_u128(2),
            generation: 1,
            issued_at,
            access_expires_at: issued_at + Duration::minutes(15),
            refresh_expires_at: issued_at + Duration::days(7),
        }
    }

    fn start() -> Time {
        DateTime::from_timestamp(1_790_000_000, 0).expect("in range")
    }

    #[test]
    fn the_same_matter_gives_the_same_pair_and_another_generation_another() {
        let first = tokens().make_pair(&matter(start())).expect("signs");
        let again = tokens().make_pair(&matter(start())).expect("signs");
        assert_eq!(first.refresh_token, again.refresh_token);
        assert_eq!(first.access_token, again.access_token);
        let next = tokens().make_pair(&PairMatter { generation: 2, ..matter(start()) }).expect("signs");
        assert_ne!(first.refresh_token, next.refresh_token);
    }

    #[test]
    fn access_and_refresh_tokens_are_not_interchangeable() {
        let pair = tokens().make_pair(&matter(start())).expect("signs");
        let (access, refresh) = (pair.access_token.expose(), pair.refresh_token.expose());
        assert!(tokens().read(access, TokenKind::Access, start()).is_ok());
        assert!(tokens().read(refresh, TokenKind::Refresh, start()).is_ok());
        assert_eq!(tokens().read(access, TokenKind::Refresh, start()), Err(TokenFault::Invalid));
        assert_eq!(tokens().read(refresh, TokenKind::Access, start()), Err(TokenFault::Invalid));
    }

    #[test]
    fn a_token_expires_by_the_clock_that_is_passed_in() {
        let pair = tokens().make_pair(&matter(start())).expect("signs");
        let read = |now| tokens().read(pair.access_token.expose(), TokenKind::Access, now).map(|_| ());
        assert_eq!(read(start() + Duration::seconds(899)), Ok(()));
        assert_eq!(read(start() + Duration::seconds(900)), Err(TokenFault::Expired));
    }

    #[test]
    fn forged_tokens_are_refused() {
        let pair = tokens().make_pair(&matter(start())).expect("signs");
        let token = pair.access_token.expose();
        let claims = tokens().read(token, TokenKind::Access, start()).expect("reads");
        let other_key = EncodingKey::from_secret(b"another secret of thirty-two bytes!!");
        let key = EncodingKey::from_secret(b"a secret of at least thirty-two bytes");
        let sign = |algorithm, claims: &Claims, key: &EncodingKey| {
            jsonwebtoken::encode(&Header::new(algorithm), claims, key).expect("signs")
        };
        let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", token.split('.').nth(1).expect("a payload"));
        let forgeries = [
            sign(Algorithm::HS256, &claims, &other_key),
            sign(Algorithm::HS512, &claims, &key),
            sign(Algorithm::HS256, &Claims { aud: "else".into(), ..claims.clone() }, &key),
            sign(Algorithm::HS256, &Claims { iss: "else".into(), ..claims.clone() }, &key),
            unsigned,
            token[..token.len() - 2].to_owned(),
            String::new(),
        ];
        for forgery in forgeries {
            assert_eq!(tokens().read(&forgery, TokenKind::Access, start()), Err(TokenFault::Invalid));
        }
    }
}
