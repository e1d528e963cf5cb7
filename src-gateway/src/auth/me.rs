//! `GET /api/auth/me`: who is signed in.

use axum::Json;
use voiceassist_contract::accounts::User;

use crate::access::SignedInWithAnyPassword;
use crate::accounts::to_user;
use crate::openapi::problems::refusals;

refusals!(Refusals: ANY_PASSWORD);

/// Answers the account that asks.
#[utoipa::path(
    get,
    path = "/api/auth/me",
    tag = "Sign-in",
    summary = "Who is signed in",
    description = "The same as `GET /api/users/me`.",
    responses(
        (status = 200, description = "The own account.", body = User),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn show_me(SignedInWithAnyPassword(person): SignedInWithAnyPassword) -> Json<User> {
    Json(to_user(&person.user))
}
