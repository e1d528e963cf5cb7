//! `GET /api/audit/export`: the events that a filter shows, newest first, as a file that is made while it is
//! sent. Exporting is an event itself.

use crate::openapi::parameters::AuditExportQuery;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use voiceassist_contract::audit::{AuditEvent, AuditFormat};

use crate::access::Administrator;
use crate::audit::{Action, Event};
use crate::http::csv;
use crate::http::download::{BrokenOff, Pieces, answer_download};
use crate::http::parameters::Query;
use crate::openapi::problems::refusals;
use crate::problem::Answer;
use crate::state::AppState;
use crate::trail::cursor::Cursor;
use crate::trail::filter::Filter;
use crate::trail::rows::read_events;
use crate::trail::wire::to_events;

/// Events read at a time.
const CHUNK: u64 = 500;

const COLUMNS: [&str; 13] = [
    "sequence",
    "at",
    "id",
    "actor_id",
    "actor_name",
    "action",
    "target_kind",
    "target_id",
    "target_name",
    "address",
    "request_id",
    "before",
    "after",
];

refusals!(Refusals: ADMINISTRATOR, QUERY);

/// Answers the file.
#[utoipa::path(
    get,
    path = "/api/audit/export",
    tag = "Audit trail",
    summary = "Export events",
    description = "The events that the filter shows, newest first, made while they are sent. Exporting is audited.",
    params(AuditExportQuery),
    responses(
        (status = 200, description = "The events: a table, or one event a line.", content((String = "text/csv"), (AuditEvent = "application/x-ndjson")), headers(("Content-Disposition" = String, description = "The file's name."))),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn export_events(
    State(state): State<AppState>,
    admin: Administrator,
    Query(mut fields): Query,
) -> Answer<Response> {
    let filter = Filter::read(&mut fields);
    let format: AuditFormat = fields.optional_choice("format").unwrap_or_default();
    fields.finish()?;
    let place = state.downloads.take()?;

    let transaction = state.database.begin_write().await?;
    let more = json!({"format": format.as_str(), "filter": filter});
    let event = Event::new(Action::AuditExported, &admin.actor()).on_trail().with(more);
    state.record(&transaction, event).await?;
    transaction.commit().await?;

    let file_name = format!("audit-trail-{}.{}", state.now().format("%Y-%m-%d"), format.as_str());
    let content_type = match format {
        AuditFormat::Csv => csv::CONTENT_TYPE,
        AuditFormat::Ndjson => "application/x-ndjson",
    };
    Ok(answer_download(place, content_type, &file_name, async move |pieces| {
        write_events(&state, &filter, format, &pieces).await
    }))
}

async fn write_events(
    state: &AppState,
    filter: &Filter,
    format: AuditFormat,
    pieces: &Pieces,
) -> Result<(), BrokenOff> {
    let readers = state.database.readers();
    let mut text = String::new();
    if format == AuditFormat::Csv {
        csv::push_row(&mut text, COLUMNS);
    }
    let mut after = None;
    loop {
        // Each time a query of its own: no transaction waits for a slow receiver.
        let rows = read_events(readers, filter, after, CHUNK).await?;
        let Some(last) = rows.last().map(Cursor::after) else { break };
        after = Some(last);
        for event in to_events(readers, rows).await? {
            push_event(&mut text, format, &event);
        }
        pieces.send(std::mem::take(&mut text)).await?;
    }
    if text.is_empty() { Ok(()) } else { pieces.send(text).await }
}

fn push_event(text: &mut String, format: AuditFormat, event: &AuditEvent) {
    match format {
        AuditFormat::Csv => push_cells(text, event),
        AuditFormat::Ndjson => {
            // Plain data always serialises.
            text.push_str(&serde_json::to_string(event).unwrap_or_default());
            text.push('\n');
        }
    }
}

fn push_cells(text: &mut String, event: &AuditEvent) {
    let (actor, target) = (event.actor.as_ref(), event.target.as_ref());
    let cells = [
        event.sequence.to_string(),
        event.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        event.id.to_string(),
        actor.and_then(|actor| actor.id).map(|id| id.to_string()).unwrap_or_default(),
        actor.and_then(|actor| actor.name.clone()).unwrap_or_default(),
        event.action.clone(),
        target.map(|target| target.kind.clone()).unwrap_or_default(),
        target.map(|target| target.id.clone()).unwrap_or_default(),
        target.and_then(|target| target.name.clone()).unwrap_or_default(),
        event.address.clone().unwrap_or_default(),
        event.request_id.clone().unwrap_or_default(),
        event.before.as_ref().map(ToString::to_string).unwrap_or_default(),
        event.after.as_ref().map(ToString::to_string).unwrap_or_default(),
    ];
    csv::push_row(text, cells.iter().map(String::as_str));
}
