//! `GET /api/users/export`: the accounts that a filter shows, in the list's order, as a table that is made
//! while it is sent. Exporting is an event itself.

use crate::openapi::parameters::AccountExportQuery;
use axum::extract::State;
use axum::response::Response;
use chrono::SecondsFormat;
use serde_json::json;
use voiceassist_contract::Time;

use crate::access::Administrator;
use crate::accounts::role_of;
use crate::audit::{Action, Event};
use crate::http::csv;
use crate::http::download::{BrokenOff, Pieces, answer_download};
use crate::http::parameters::Query;
use crate::openapi::problems::refusals;
use crate::problem::Answer;
use crate::state::AppState;
use crate::tables::users;
use crate::users::list::counts::count;
use crate::users::list::cursor::Cursor;
use crate::users::list::request::ListRequest;
use crate::users::list::rows::read_page;

/// Accounts read at a time.
const CHUNK: u16 = 500;

/// The names of an import are among them, so that what was exported can be imported.
const COLUMNS: [&str; 10] = [
    "id",
    "email",
    "full_name",
    "role",
    "is_active",
    "must_change_password",
    "created_at",
    "updated_at",
    "last_login",
    "locked_until",
];

refusals!(Refusals: ADMINISTRATOR, QUERY);

/// Answers the table.
#[utoipa::path(
    get,
    path = "/api/users/export",
    tag = "Many accounts",
    summary = "Export accounts",
    description = "The accounts that the filter shows as a table in UTF-8, made while it is sent. Cells that a spreadsheet would take for a formula are defused. Exporting is audited.",
    params(AccountExportQuery),
    responses(
        (status = 200, description = "The table.", content_type = "text/csv", body = String, headers(("Content-Disposition" = String, description = "The file's name."))),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn export_accounts(
    State(state): State<AppState>,
    admin: Administrator,
    Query(fields): Query,
) -> Answer<Response> {
    let request = ListRequest::read_all(fields, CHUNK)?;
    let place = state.downloads.take()?;

    let transaction = state.database.begin_write().await?;
    let more = json!({"filter": request.filter, "sort": request.sort, "order": request.order});
    let event = Event::new(Action::AccountsExported, &admin.actor()).with(more);
    state.record(&transaction, event).await?;
    transaction.commit().await?;

    // States that pass with time, such as a lock, are all those of this moment.
    let now = state.now();
    let file_name = format!("accounts-{}.csv", now.format("%Y-%m-%d"));
    Ok(answer_download(place, csv::CONTENT_TYPE, &file_name, async move |pieces| {
        write_accounts(&state, request, now, &pieces).await
    }))
}

async fn write_accounts(
    state: &AppState,
    mut request: ListRequest,
    now: Time,
    pieces: &Pieces,
) -> Result<(), BrokenOff> {
    let mut text = String::new();
    csv::push_row(&mut text, COLUMNS);
    loop {
        // Each time a query of its own: no transaction waits for a slow receiver. A row more than wanted tells
        // that there are others.
        let readers = state.database.readers();
        let tally = count(readers, &request, now).await?;
        let mut rows: Vec<users::Model> = read_page(readers, &request, &tally, now).await?;
        let has_more = rows.len() > usize::from(CHUNK);
        rows.truncate(usize::from(CHUNK));
        rows.iter().for_each(|row| push_account(&mut text, row));
        request.after = rows.last().map(|row| Cursor::at(row, request.sort));
        pieces.send(std::mem::take(&mut text)).await?;
        if !has_more {
            return Ok(());
        }
    }
}

fn push_account(text: &mut String, row: &users::Model) {
    let word = |is_so: bool| if is_so { "true" } else { "false" };
    let time = |time: Option<Time>| {
        time.map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true)).unwrap_or_default()
    };
    csv::push_row(
        text,
        [
            row.id.to_string().as_str(),
            &row.email,
            &row.full_name,
            role_of(row).as_str(),
            word(row.is_active),
            word(row.must_change_password),
            &time(Some(row.created_at)),
            &time(Some(row.updated_at)),
            &time(row.last_login),
            &time(row.locked_until),
        ],
    );
}
