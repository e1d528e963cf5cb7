//! `POST /api/users/bulk`: one change to many accounts, with a result for each.
//!
//! The accounts are changed in batches, each in a transaction of its own together with its events, so that
//! other writers get their turn in between. If a failure stops it, what was done stays done and the answer
//! says so; asking again finishes it, because every action sets a state.

use axum::Json;
use axum::extract::State;
use sea_orm::{EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use voiceassist_contract::Id;
use voiceassist_contract::accounts::bulk;
use voiceassist_contract::accounts::bulk::{BulkAnswer, BulkOutcome, BulkResult, MOST_BY_FILTER, MOST_IDS};
use voiceassist_contract::problem::ProblemCode;
use voiceassist_contract::rule::Violation;

use crate::access::Administrator;
use crate::http::body::JsonBody;
use crate::openapi::problems::refusals;
use crate::problem::{Answer, ApiError};
use crate::state::AppState;
use crate::tables::users;
use crate::users::bulk::batch::change_batch;
use crate::users::bulk::request::{BulkRequest, Target};
use crate::users::bulk::verdict::{decide, read_accounts, to_failed, to_result};
use crate::users::list::filter::{Reading, matches};

mod batch;
pub mod request;
mod verdict;

/// Accounts of one transaction.
const BATCH: usize = 200;

const TOO_MANY: Violation = Violation::new(
    "too_many",
    "The filter shows more than 10,000 accounts. Narrow it, and do them in parts.",
);

refusals!(Refusals: ADMINISTRATOR, BODY; LastAdministrator);

/// Changes the accounts, or says what would change.
#[utoipa::path(
    post,
    path = "/api/users/bulk",
    tag = "Many accounts",
    summary = "Change many accounts",
    description = "One change to accounts that are named or that a filter shows, with a result for each. Asking again finishes what was broken off.",
    request_body = bulk::BulkRequest,
    responses(
        (status = 200, description = "What became of each.", body = BulkAnswer),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn change_accounts(
    State(state): State<AppState>,
    admin: Administrator,
    body: JsonBody,
) -> Answer<Json<BulkAnswer>> {
    let request = BulkRequest::read(body)?;
    let (ids, most) = match &request.target {
        Target::Ids(ids) => (ids.clone(), MOST_IDS),
        Target::Filter(_) => (find_ids(&state, &request).await?, MOST_BY_FILTER),
    };
    let results = if request.is_dry_run {
        preview(&state, &admin, &request, &ids).await?
    } else {
        run(&state, &admin, &request, &ids).await?
    };
    let count = |outcome| results.iter().filter(|result| result.outcome == outcome).count() as u64;
    Ok(Json(BulkAnswer {
        dry_run: request.is_dry_run,
        matching: ids.len() as u64,
        most: most as u64,
        ok: count(BulkOutcome::Ok),
        unchanged: count(BulkOutcome::Unchanged),
        refused: count(BulkOutcome::Refused),
        results,
    }))
}

/// The ids of the accounts that the filter shows now.
async fn find_ids(state: &AppState, request: &BulkRequest) -> Answer<Vec<Id>> {
    let Target::Filter(filter) = &request.target else { return Ok(Vec::new()) };
    let ids: Vec<Id> = users::Entity::find()
        .select_only()
        .column(users::Column::Id)
        .filter(matches(filter, state.now(), Reading::Among))
        .order_by_asc(users::Column::Id)
        .limit(MOST_BY_FILTER as u64 + 1)
        .into_tuple()
        .all(state.database.readers())
        .await?;
    if ids.len() > MOST_BY_FILTER { Err(ApiError::invalid_field("filter", &TOO_MANY)) } else { Ok(ids) }
}

async fn preview(
    state: &AppState,
    admin: &Administrator,
    request: &BulkRequest,
    ids: &[Id],
) -> Answer<Vec<BulkResult>> {
    let (now, readers) = (state.now(), state.database.readers());
    // Decided at once, because the last administrator is spared over all batches.
    let rows = read_accounts(readers, request, ids, false, now).await?;
    let verdicts = decide(readers, admin, request, ids, rows, now).await?;
    Ok(verdicts.iter().map(|(id, verdict)| to_result(request.change, *id, verdict)).collect())
}

async fn run(
    state: &AppState,
    admin: &Administrator,
    request: &BulkRequest,
    ids: &[Id],
) -> Answer<Vec<BulkResult>> {
    let mut results = Vec::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        let mut changed = change_batch(state, admin, request, batch).await;
        if changed.as_ref().is_err_and(|error| error.code() == ProblemCode::LastAdministrator) {
            // Another request took an administrator away meanwhile; now it is known who must be spared.
            changed = change_batch(state, admin, request, batch).await;
        }
        match changed {
            Ok(some) => results.extend(some),
            Err(error) if results.is_empty() => return Err(error),
            Err(error) => {
                let rest = &ids[results.len()..];
                results.extend(rest.iter().map(|id| to_failed(*id, &error)));
                break;
            }
        }
    }
    Ok(results)
}
