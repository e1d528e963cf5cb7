//! `GET /api/auth/me`: who is signed in.

use axum::Json;
use voiceassist_contract::accounts::User;

use crate::access::SignedInWithAnyPassword;
use crate::accounts::to_user;

/// Answers the account that asks.
pub async fn show_me(SignedInWithAnyPassword(person): SignedInWithAnyPassword) -> Json<User> {
    Json(to_user(&person.user))
}
