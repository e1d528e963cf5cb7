//! The server and its parts, as the gateway sees them and as this computer sees them.

mod connections;
mod limits;
mod row;
mod sparkline;

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::health::{COMPONENTS, CheckDetail, ComponentState, Readiness};
use voiceassist_contract::ipc::{Ability, ServerStatus};

use super::page::Heading;
use crate::components::badge::Badge;
use crate::components::missing::MissingNote;
use crate::format::words::{self, Tone};
use crate::format::{numbers, sentences, times};
use crate::state::app;
use connections::Connections;
use limits::Limits;
use row::{StatusLine, StatusRow};
use sparkline::Sparkline;

/// The status page.
#[component]
pub(crate) fn StatusScreen() -> impl IntoView {
    let state = app();
    let connection = state.connection;
    spawn_local(async move { connection.check().await });
    let checked = move || {
        connection
            .status
            .with(|status| status.as_ref().map(|status| status.checked_at))
            .map(|then| format!("Checked {}", times::age(then, state.now.get())))
    };
    let is_away = Memo::new(move |_| connection.failure.with(Option::is_some));
    let lines = Memo::new(move |_| {
        let mut lines =
            connection.status.with(|status| status.as_ref().map(gateway_lines)).unwrap_or_default();
        if is_away.get() {
            // Nobody knows how these parts are now, so none of them is shown as good or bad.
            lines.iter_mut().for_each(|line| line.tone = Tone::Neutral);
        }
        lines
    });
    let sum = move || {
        let troubled = lines.with(|lines| {
            lines.iter().filter(|line| matches!(line.tone, Tone::Warning | Tone::Problem)).count()
        });
        match (is_away.get(), troubled, lines.with(Vec::is_empty)) {
            (true, ..) => Some((Tone::Problem, "The server does not answer".to_owned())),
            (_, _, true) => None,
            (_, 0, _) => Some((Tone::Ok, "All parts work".to_owned())),
            (_, 1, _) => Some((Tone::Warning, "One part needs attention".to_owned())),
            (_, many, _) => Some((Tone::Warning, format!("{many} parts need attention"))),
        }
    };
    view! {
        <div class="page">
            <header class="page-header">
                <Heading text="Status"/>
                {move || sum().map(|(tone, label)| view! { <Badge tone glyph=tone.glyph() label/> })}
                <span class="spread"></span>
                <span class="faint">{checked}</span>
                <button
                    type="button"
                    class="button"
                    aria-busy=move || connection.is_checking.get().then_some("true")
                    on:click=move |_| spawn_local(async move { connection.check().await })
                >
                    "Check now"
                </button>
            </header>
            <div class="column">
                <section class="card" aria-labelledby="gateway-view">
                    <header class="card-head">
                        <h2 id="gateway-view">"As the gateway sees it"</h2>
                        <span class="faint">{move || is_away.get().then_some("last known state")}</span>
                    </header>
                    <ul class="status-list" class:old=move || is_away.get()>
                        {move || {
                            let lines = lines.get();
                            if lines.is_empty() {
                                return view! { <li class="status-row waits"><span class="bone round"></span><span class="bone"></span><span class="bone wide"></span></li> }.into_any();
                            }
                            lines.into_iter().map(|line| view! { <StatusRow line/> }).collect_view().into_any()
                        }}
                    </ul>
                    <div class="card-note"><MissingNote ability=Ability::ComponentDetails/></div>
                </section>
                <section class="card" aria-labelledby="own-view">
                    <header class="card-head">
                        <h2 id="own-view">"As this computer sees it"</h2>
                        <span class="faint">"last hour"</span>
                    </header>
                    <ul class="status-list">
                        {move || own_line().map(|line| view! { <StatusRow line><Sparkline/></StatusRow> })}
                    </ul>
                </section>
                <Connections/>
                <Limits/>
            </div>
        </div>
    }
}

/// What the gateway says of itself and of its parts.
fn gateway_lines(status: &ServerStatus) -> Vec<StatusLine> {
    let gateway = StatusLine {
        name: "Gateway".to_owned(),
        tone: Tone::Ok,
        word: "Answering",
        sentence: match status.health.uptime_seconds {
            Some(seconds) => {
                format!("Version {}, up for {}.", status.health.version, numbers::length(seconds))
            }
            None => format!("Version {}.", status.health.version),
        },
        latency_ms: None,
        checked_at: Some(status.checked_at),
    };
    let parts = match &status.readiness {
        Some(readiness) => component_lines(readiness),
        None => vec![StatusLine {
            name: "Parts".to_owned(),
            tone: Tone::Warning,
            word: "Unknown",
            sentence: "The gateway answers, but does not say how its parts are.".to_owned(),
            latency_ms: None,
            checked_at: Some(status.checked_at),
        }],
    };
    std::iter::once(gateway).chain(parts).collect()
}

/// The known components in their order, then any other one.
fn component_lines(readiness: &Readiness) -> Vec<StatusLine> {
    let known = COMPONENTS.iter().copied().filter(|name| readiness.checks.contains_key(*name));
    let others = readiness.checks.keys().map(String::as_str).filter(|name| !COMPONENTS.contains(name));
    known
        .chain(others)
        .map(|name| {
            let is_in_order = readiness.checks.get(name).copied().unwrap_or(false);
            match readiness.details.get(name) {
                Some(detail) => {
                    let (word, tone) = words::component_state(detail.state);
                    StatusLine {
                        name: words::component(name),
                        tone,
                        word,
                        sentence: component_sentence(detail, word),
                        latency_ms: detail.latency_ms,
                        checked_at: detail.checked_at,
                    }
                }
                None => StatusLine {
                    name: words::component(name),
                    tone: if is_in_order { Tone::Ok } else { Tone::Problem },
                    word: if is_in_order { "In order" } else { "Not in order" },
                    sentence: String::new(),
                    latency_ms: None,
                    checked_at: Some(readiness.timestamp),
                },
            }
        })
        .collect()
}

/// What is to be said after the word: the version while all is well, else what the gateway says.
fn component_sentence(detail: &CheckDetail, word: &str) -> String {
    if detail.state == ComponentState::Ok {
        return match &detail.version {
            Some(version) if version.starts_with(|first: char| first.is_ascii_digit()) => {
                format!("Version {version}.")
            }
            Some(version) => format!("{version}."),
            None => String::new(),
        };
    }
    let message = &detail.message;
    let rest = message.strip_prefix(word).and_then(|rest| rest.strip_prefix('.'));
    rest.map_or(message.as_str(), str::trim_start).to_owned()
}

/// How it is to reach the gateway from here.
fn own_line() -> Option<StatusLine> {
    let connection = app().connection;
    let name = "Gateway".to_owned();
    if let Some(failure) = connection.failure.get() {
        return Some(StatusLine {
            name,
            tone: Tone::Problem,
            word: "Not reached",
            sentence: sentences::general(&failure),
            latency_ms: None,
            checked_at: connection.last_answer.get(),
        });
    }
    let status = connection.status.get()?;
    let sentence = if status.is_encrypted {
        "Over an encrypted connection."
    } else {
        "Over a connection that is not encrypted."
    };
    Some(StatusLine {
        name,
        tone: Tone::Ok,
        word: "Reached",
        sentence: sentence.to_owned(),
        latency_ms: Some(status.latency_ms),
        checked_at: Some(status.checked_at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readiness(json: &str) -> Readiness {
        serde_json::from_str(json).expect("a readiness")
    }

    #[test]
    fn parts_stand_in_the_known_order_and_an_older_gateway_without_details_is_understood() {
        let lines = component_lines(&readiness(
            r#"{"status":"not_ready","checks":{"nextcloud":true,"postgres":false,"sms":true},"timestamp":"2026-11-18T10:00:00Z"}"#,
        ));
        let names: Vec<_> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["Database", "Nextcloud", "sms"]);
        assert_eq!((lines[0].tone, lines[0].word), (Tone::Problem, "Not in order"));
    }

    #[test]
    fn the_state_is_said_once_and_the_version_only_while_all_is_well() {
        let detail = |state, version: Option<&str>, message: &str| CheckDetail {
            state,
            latency_ms: None,
            version: version.map(str::to_owned),
            message: message.to_owned(),
            checked_at: None,
        };
        for (detail, word, sentence) in [
            (detail(ComponentState::Ok, Some("16.4"), "The database answers."), "Answering", "Version 16.4."),
            (detail(ComponentState::Ok, Some("SQLite 3.51"), ""), "Answering", "SQLite 3.51."),
            (
                detail(ComponentState::NotConfigured, None, "Not configured. Search is off."),
                "Not configured",
                "Search is off.",
            ),
            (
                detail(ComponentState::Unreachable, Some("7"), "It does not answer."),
                "Unreachable",
                "It does not answer.",
            ),
        ] {
            assert_eq!(component_sentence(&detail, word), sentence);
        }
    }

    #[test]
    fn what_is_not_configured_is_no_trouble() {
        let lines = component_lines(&readiness(
            r#"{"status":"ready","checks":{"redis":true},"details":{"redis":{"state":"not_configured","latency_ms":null,
                "version":null,"message":"Not configured.","checked_at":null}},"timestamp":"2026-11-18T10:00:00Z"}"#,
        ));
        assert_eq!((lines[0].tone, lines[0].word), (Tone::Neutral, "Not configured"));
    }
}
