//! `/api/users/{id}/nextcloud`: a person's account in Nextcloud.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use voiceassist_contract::nextcloud::{NextcloudLink, ProvisionRequest};

use crate::access::Administrator;
use crate::accounts::find_account;
use crate::http::body::OptionalJsonBody;
use crate::http::parameters::PathId;
use crate::nextcloud::attempt::{Attempted, Wish, attempt};
use crate::nextcloud::ids::parse_nextcloud_id;
use crate::nextcloud::links;
use crate::openapi::parameters::AccountId;
use crate::openapi::problems::refusals;
use crate::problem::Answer;
use crate::state::AppState;

refusals!(LookRefusals: ADMINISTRATOR, PATH_ID);
refusals!(ProvisionRefusals: ADMINISTRATOR, PATH_ID, BODY; NextcloudNotConfigured, NextcloudLinkConflict, AccountInactive, TooManyAttempts);
refusals!(RetryRefusals: ADMINISTRATOR, PATH_ID; NextcloudNotConfigured, NothingToRetry, AccountInactive, TooManyAttempts);

/// `GET`: how the account stands with Nextcloud, and what Nextcloud says of it now.
#[utoipa::path(
    get,
    path = "/api/users/{id}/nextcloud",
    tag = "Nextcloud",
    summary = "Show an account's link to Nextcloud",
    description = "With what Nextcloud says of the account now, if it is linked. That Nextcloud does not answer is no failure: `lookup_error` then says why.",
    params(AccountId),
    responses(
        (status = 200, description = "How the account stands with Nextcloud.", body = NextcloudLink),
        LookRefusals
    ),
    security(("token" = []))
)]
pub async fn show_link(
    State(state): State<AppState>,
    _: Administrator,
    PathId(id): PathId,
) -> Answer<Json<NextcloudLink>> {
    find_account(state.database.readers(), id).await?;
    Ok(Json(links::show_link(&state, id).await?))
}

/// `POST …/provision`: links the account to one in Nextcloud, which is made if no `nextcloud_id` names one
/// that there is. The answer says how it went; 202 while it is still under way.
#[utoipa::path(
    post,
    path = "/api/users/{id}/nextcloud/provision",
    tag = "Nextcloud",
    summary = "Link an account to Nextcloud",
    description = "Makes an account in Nextcloud, whose password is in this answer alone, or links to the one that is named. An account that is linked stays as it is. Asked many times at once, it is done once.",
    params(AccountId),
    request_body = Option<ProvisionRequest>,
    responses(
        (status = 200, description = "How it went: `linked`, or `failed` with `last_error`.", body = NextcloudLink),
        (status = 202, description = "An attempt, this one or another, is under way.", body = NextcloudLink),
        ProvisionRefusals
    ),
    security(("token" = []))
)]
pub async fn provision(
    State(state): State<AppState>,
    admin: Administrator,
    PathId(id): PathId,
    body: OptionalJsonBody,
) -> Answer<Response> {
    let mut fields = body.into_fields();
    let wanted = fields.optional_parsed("nextcloud_id", parse_nextcloud_id);
    fields.finish()?;
    Ok(answer(attempt(&state, admin.actor(), id, &Wish::Provision(wanted)).await?))
}

/// `POST …/retry`: tries again what was tried, or looks after a link that there is. The answer is the same.
#[utoipa::path(
    post,
    path = "/api/users/{id}/nextcloud/retry",
    tag = "Nextcloud",
    summary = "Try again to link an account to Nextcloud",
    description = "Does again what was tried last. What was done by half is found and finished; an account that is linked is looked after: made again if it is gone there, its name and e-mail address put right.",
    params(AccountId),
    responses(
        (status = 200, description = "How it went: `linked`, or `failed` with `last_error`.", body = NextcloudLink),
        (status = 202, description = "An attempt, this one or another, is under way.", body = NextcloudLink),
        RetryRefusals
    ),
    security(("token" = []))
)]
pub async fn retry(
    State(state): State<AppState>,
    admin: Administrator,
    PathId(id): PathId,
) -> Answer<Response> {
    Ok(answer(attempt(&state, admin.actor(), id, &Wish::Retry).await?))
}

fn answer(attempted: Attempted) -> Response {
    let status = if attempted.is_under_way { StatusCode::ACCEPTED } else { StatusCode::OK };
    (status, Json(attempted.link)).into_response()
}
