//! `POST /api/users/import`: people from a table (`text/csv`), with a result for each row.
//!
//! The table is read whole before anything is written: one that cannot be read is answered with a problem that
//! names the row and the column, and changes nothing. Then rows are done in batches, each in a transaction of its
//! own together with its events, and their results are sent as they are made, one JSON object a line. Whoever
//! goes away in the middle stops it; sending the same table again finishes it, because rows whose address an
//! account has already change nothing, unless `existing=update` asks for it.
//!
//! New accounts have no password until an administrator resets it, for bcrypt would take most of an hour for
//! 10,000 of them; for a small table `passwords=temporary` makes them at once.

use std::time::Duration;
use voiceassist_contract::accounts::import::ImportLine;

use axum::extract::{Request, State};
use axum::response::Response;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Serialize;
use serde_json::json;
use voiceassist_contract::accounts::import::{
    ImportEnd, ImportOutcome, ImportPasswords, ImportQuery, ImportResult, ImportSummary,
    MOST_TEMPORARY_PASSWORDS,
};
use voiceassist_contract::openapi::PeopleTable;
use voiceassist_contract::problem::ProblemCode;
use voiceassist_contract::rule::Violation;

use crate::access::Administrator;
use crate::audit::{Action, Event};
use crate::http::body::{content_type, read_body};
use crate::http::download::{BrokenOff, Pieces, answer_pieces};
use crate::http::fields::Fields;
use crate::http::parameters::Query;
use crate::openapi::problems::refusals;
use crate::problem::{Answer, ApiError};
use crate::state::AppState;
use crate::tables::users;
use crate::users::import::batch::{import_batch, keys, preview_batch, refused};
use crate::users::import::rows::{Named, People, read_people};

mod batch;
mod columns;
mod rows;

/// The largest table; 10,000 usual rows have a quarter of that.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The longest that a table may take to arrive: less than a request may take as a whole.
const TABLE_TIMEOUT: Duration = Duration::from_secs(25);

/// Rows of one transaction.
const BATCH: usize = 100;

/// The same where each row needs a hash, so that a result comes every few seconds.
const BATCH_WITH_PASSWORDS: usize = 10;

const NOT_A_FLAG: Violation = Violation::new("wrong_type", "This must be true or false.");
const TOO_MANY_PASSWORDS: Violation = Violation::new(
    "too_many",
    "At most 200 new accounts get temporary passwords at once. Import the table in parts, or without passwords.",
);

refusals!(Refusals: ADMINISTRATOR, QUERY, BODY);

/// Answers a result for each row.
#[utoipa::path(
    post,
    path = "/api/users/import",
    tag = "Many accounts",
    summary = "Import accounts",
    description = "Makes accounts from a table whose first row names the columns `email` and `full_name`, and `role` and `is_active` if wanted. Separators may be commas, semicolons or tabs. The same table twice changes nothing the second time.",
    params(ImportQuery),
    request_body(content = PeopleTable, content_type = "text/csv", description = "A table in UTF-8 of at most 10,000 rows and 4 MiB."),
    responses(
        (status = 200, description = "A result for each row, one a line, and last a line with the summary. Without that line it was broken off.", content_type = "application/x-ndjson", body = ImportLine),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn import_accounts(
    State(state): State<AppState>,
    admin: Administrator,
    Query(fields): Query,
    request: Request,
) -> Answer<Response> {
    let query = read_query(fields)?;
    if content_type(request.headers()).as_deref() != Some("text/csv") {
        let detail = "Send the table as CSV in UTF-8, with the content type text/csv.";
        return Err(ApiError::new(ProblemCode::UnsupportedMediaType, detail));
    }
    // Held from here on: it bounds how many tables there are in memory.
    let place = state.downloads.take()?;
    let bytes = read_body(request, MOST_BYTES, TABLE_TIMEOUT).await?;
    let people = tokio::task::spawn_blocking(move || read_people(&bytes))
        .await
        .map_err(|error| ApiError::internal(&error))??;
    if query.passwords == ImportPasswords::Temporary {
        require_few_new(&state, &people.rows).await?;
    }
    if !query.dry_run {
        record_start(&state, &admin, query, people.rows.len()).await?;
    }
    Ok(answer_pieces(place, "application/x-ndjson", async move |pieces| {
        do_rows(&state, &admin, query, people, &pieces).await
    }))
}

fn read_query(mut fields: Fields) -> Answer<ImportQuery> {
    let query = ImportQuery {
        dry_run: fields.optional_parsed("dry_run", parse_flag).unwrap_or(false),
        existing: fields.optional_choice("existing").unwrap_or_default(),
        passwords: fields.optional_choice("passwords").unwrap_or_default(),
    };
    fields.finish()?;
    Ok(query)
}

/// Said without a value, it is meant.
fn parse_flag(text: &str) -> Result<bool, Violation> {
    match text {
        "" | "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(NOT_A_FLAG),
    }
}

async fn require_few_new(state: &AppState, rows: &[Named]) -> Answer<()> {
    let mut new = 0;
    for some in rows.chunks(1_000) {
        let known = users::Entity::find().filter(users::Column::EmailKey.is_in(keys(some)));
        let known = known.count(state.database.readers()).await?;
        new += keys(some).count() - usize::try_from(known).unwrap_or(0).min(keys(some).count());
    }
    if new > MOST_TEMPORARY_PASSWORDS {
        return Err(ApiError::invalid_field("passwords", &TOO_MANY_PASSWORDS));
    }
    Ok(())
}

async fn record_start(
    state: &AppState,
    admin: &Administrator,
    query: ImportQuery,
    rows: usize,
) -> Answer<()> {
    let more = json!({"rows": rows, "existing": query.existing, "passwords": query.passwords});
    let event = Event::new(Action::AccountsImported, &admin.actor()).with(more);
    let transaction = state.database.begin_write().await?;
    state.record(&transaction, event).await?;
    Ok(transaction.commit().await?)
}

async fn do_rows(
    state: &AppState,
    admin: &Administrator,
    query: ImportQuery,
    people: People,
    pieces: &Pieces,
) -> Result<(), BrokenOff> {
    let ignored_columns = people.ignored_columns as u64;
    let mut summary = ImportSummary { dry_run: query.dry_run, ignored_columns, ..ImportSummary::default() };
    let batch_size = match query.passwords {
        ImportPasswords::Temporary => BATCH_WITH_PASSWORDS,
        ImportPasswords::None => BATCH,
    };
    let mut failure = None;
    for batch in people.rows.chunks(batch_size) {
        let done = match &failure {
            // What failed once is not tried again row after row.
            Some(error) => Ok(batch.iter().map(|named| refused(named.row, error)).collect()),
            None if query.dry_run => preview_batch(state, admin, query, batch).await,
            None => import_batch(state, admin, query, batch).await,
        };
        let results = match done {
            Ok(results) => results,
            Err(error) => {
                let results = batch.iter().map(|named| refused(named.row, &error)).collect();
                failure = Some(error);
                results
            }
        };
        results.iter().for_each(|result| count(&mut summary, result));
        pieces.send(results.iter().map(to_line).collect()).await?;
    }
    pieces.send(to_line(&ImportEnd { summary })).await
}

fn count(summary: &mut ImportSummary, result: &ImportResult) {
    summary.rows += 1;
    let counted = match result.outcome {
        ImportOutcome::Created => &mut summary.created,
        ImportOutcome::Updated => &mut summary.updated,
        ImportOutcome::Unchanged => &mut summary.unchanged,
        ImportOutcome::Refused => &mut summary.refused,
    };
    *counted += 1;
}

fn to_line(value: &impl Serialize) -> String {
    // Plain data always serialises.
    format!("{}\n", serde_json::to_string(value).unwrap_or_default())
}
