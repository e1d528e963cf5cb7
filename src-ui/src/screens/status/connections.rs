//! What else the server is connected to, where it says so: what is set up first, the rest in one line.

use leptos::prelude::*;
use voiceassist_contract::ipc::{Integration, IntegrationState};

use super::row::{StatusLine, StatusRow};
use crate::format::words::{self, Tone};
use crate::state::app;

/// The card; nothing where the server does not say, or not to this person.
#[component]
pub(super) fn Connections() -> impl IntoView {
    let connection = app().connection;
    let lines = Memo::new(move |_| {
        let is_away = connection.failure.with(Option::is_some);
        let list = connection
            .status
            .with(|status| status.as_ref().map(|status| lines(&status.integrations)).unwrap_or_default());
        list.into_iter()
            .map(|line| if is_away { StatusLine { tone: Tone::Neutral, ..line } } else { line })
            .collect::<Vec<_>>()
    });
    view! {
        <Show when=move || !lines.with(Vec::is_empty)>
            <section class="card" aria-labelledby="connections">
                <header class="card-head"><h2 id="connections">"What the server is connected to"</h2></header>
                <ul class="status-list">
                    {move || lines.get().into_iter().map(|line| view! { <StatusRow line/> }).collect_view()}
                </ul>
            </section>
        </Show>
    }
}

fn lines(list: &[Integration]) -> Vec<StatusLine> {
    let (absent, present): (Vec<_>, Vec<_>) =
        list.iter().partition(|integration| integration.state == IntegrationState::NotConfigured);
    let mut lines: Vec<StatusLine> = present.into_iter().map(line).collect();
    if !absent.is_empty() {
        let names: Vec<&str> = absent.iter().map(|integration| integration.name.as_str()).collect();
        let (word, tone) = words::integration_state(IntegrationState::NotConfigured);
        lines.push(StatusLine {
            name: "The rest".to_owned(),
            tone,
            word,
            sentence: format!("{}.", names.join(", ")),
            latency_ms: None,
            checked_at: absent.iter().filter_map(|integration| integration.checked_at).min(),
        });
    }
    lines
}

fn line(integration: &Integration) -> StatusLine {
    let (word, tone) = words::integration_state(integration.state);
    StatusLine {
        name: integration.name.clone(),
        tone,
        word,
        sentence: integration.message.clone().unwrap_or_default(),
        latency_ms: None,
        checked_at: integration.checked_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_up_takes_one_line_and_what_fails_says_why() {
        let list: Vec<Integration> = serde_json::from_str(
            r#"[{"id":"a","name":"OpenAI API","state":"not_configured"},
                {"id":"b","name":"Nextcloud","state":"failed","message":"Connection refused"},
                {"id":"c","name":"PubMed API","state":"not_configured","message":"API key not set"}]"#,
        )
        .expect("integrations");
        let lines = lines(&list);
        let said: Vec<_> = lines.iter().map(|line| (line.name.as_str(), line.sentence.as_str())).collect();
        assert_eq!(said, [("Nextcloud", "Connection refused"), ("The rest", "OpenAI API, PubMed API.")]);
        assert_eq!((lines[0].tone, lines[1].tone), (Tone::Problem, Tone::Neutral));
    }
}
