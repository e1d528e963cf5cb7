//! `/api/users/me`: one's own profile.

use axum::Json;
use voiceassist_contract::accounts::User;

use crate::access::SignedInWithAnyPassword;
use crate::accounts::to_user;

/// `GET /api/users/me`: the own account.
pub async fn show_profile(SignedInWithAnyPassword(person): SignedInWithAnyPassword) -> Json<User> {
    Json(to_user(&person.user))
}
