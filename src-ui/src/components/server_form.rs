//! A server's name and address, with a test of the connection; for the first run and for the settings.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::ipc::{ConnectionReport, Failure, Profile, ProfileId, SaveProfile, TestConnection};

use super::field::{CheckField, TextField};
use super::focus::focus_first_error;
use super::notice::Notice;
use crate::format::words::Tone;
use crate::format::{numbers, sentences};
use crate::ipc::call;
use crate::state::app;
use crate::state::identity::new_profile_id;

/// How a test of the connection went.
#[derive(Clone)]
pub(crate) enum TestResult {
    /// It is under way.
    Running,
    /// The server answered.
    Answered(ConnectionReport),
    /// It did not.
    Failed(Failure),
}

/// Edits a profile, or makes one.
#[component]
pub(crate) fn ServerForm(
    /// The profile to edit; a new one if left out.
    #[prop(optional_no_strip)]
    profile: Option<Profile>,
    /// The verb on the button.
    label: &'static str,
    /// Runs with the profile's id once it is saved.
    #[prop(into)]
    on_saved: Callback<ProfileId>,
    /// Runs when one thinks better of it.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    let preferences = app().preferences;
    let original = profile.unwrap_or_else(|| Profile {
        id: new_profile_id(),
        name: String::new(),
        address: String::new(),
        allow_plain_http: false,
        ca_file: None,
        last_email: None,
    });
    let name = RwSignal::new(original.name.clone());
    let address = RwSignal::new(original.address.clone());
    let allow_plain_http = RwSignal::new(original.allow_plain_http);
    let ca_file = RwSignal::new(original.ca_file.clone().unwrap_or_default());
    let failure = RwSignal::new(None::<Failure>);
    let test = RwSignal::new(None::<TestResult>);
    let has_ca_file = original.ca_file.is_some();

    // How a test went says nothing about another address.
    Effect::new(move |before: Option<(String, String)>| {
        let now = (address.get(), ca_file.get());
        if before.is_some_and(|before| before != now) {
            test.set(None);
        }
        now
    });
    let typed = StoredValue::new(original);
    let profile = move || {
        let ca_file = ca_file.get_untracked().trim().to_owned();
        Profile {
            name: name.get_untracked().trim().to_owned(),
            address: address.get_untracked().trim().to_owned(),
            allow_plain_http: allow_plain_http.get_untracked() && is_plain_http(&address.get_untracked()),
            ca_file: (!ca_file.is_empty()).then_some(ca_file),
            ..typed.get_value()
        }
    };
    let field_error = move |field: &'static str| {
        Signal::derive(move || failure.with(|failure| field_error(failure, field)))
    };
    let save = move || {
        let profile = profile();
        spawn_local(async move {
            let id = profile.id;
            match call(SaveProfile { profile }).await {
                Ok(settings) => {
                    preferences.take(settings);
                    on_saved.run(id);
                }
                Err(refusal) => {
                    failure.set(Some(refusal));
                    focus_first_error();
                }
            }
        });
    };
    let test_connection = move |_| {
        let profile = profile();
        test.set(Some(TestResult::Running));
        spawn_local(async move {
            test.set(Some(match call(TestConnection { profile }).await {
                Ok(report) => TestResult::Answered(report),
                Err(failure) => TestResult::Failed(failure),
            }));
        });
    };
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); save(); }>
            <TextField label="Server name" value=name error=field_error("name") placeholder="Lakeside Clinic"/>
            <TextField
                label="Server address"
                value=address
                error=field_error("address")
                kind="url"
                placeholder="https://voiceassist.clinic.example"
            />
            <Show when=move || is_plain_http(&address.get())>
                <div class="plain-http">
                    <CheckField
                        label="Allow this connection although it is not encrypted"
                        checked=allow_plain_http
                        on_change=move |allowed| allow_plain_http.set(allowed)
                    />
                    <p class="field-hint">"Passwords would cross the network readable by anyone on it. To this computer itself no permission is needed."</p>
                </div>
            </Show>
            <details class="more" open=has_ca_file>
                <summary>"Certificate of the clinic"</summary>
                <TextField
                    label="Certificate authority file"
                    value=ca_file
                    error=field_error("ca_file")
                    hint=Some("A PEM file, if the server’s certificate was issued by the clinic itself.".to_owned())
                />
            </details>
            <TestOutcome test/>
            {move || failure.get().filter(|failure| failure.fields.is_empty()).map(|failure| view! {
                <Notice tone=Tone::Problem>{sentences::general(&failure)}</Notice>
            })}
            <div class="form-buttons">
                <button type="button" class="button" on:click=test_connection>"Test connection"</button>
                <span class="spread"></span>
                {on_cancel.map(|cancel| view! {
                    <button type="button" class="button quiet" on:click=move |_| cancel.run(())>"Cancel"</button>
                })}
                <button type="submit" class="button primary">{label}</button>
            </div>
        </form>
    }
}

/// What a test of the connection found.
#[component]
pub(crate) fn TestOutcome(test: RwSignal<Option<TestResult>>) -> impl IntoView {
    move || {
        test.get().map(|test| match test {
            TestResult::Running => {
                view! { <p class="field-hint" role="status">"Testing the connection…"</p> }.into_any()
            }
            TestResult::Answered(report) => {
                let tone = if report.is_encrypted { Tone::Ok } else { Tone::Warning };
                let ConnectionReport { version, latency_ms, is_encrypted } = report;
                let latency = numbers::latency(latency_ms);
                let encryption = if is_encrypted { "encrypted" } else { "not encrypted" };
                view! {
                <Notice tone>{format!("VoiceAssist {version} answers in {latency}, {encryption}.")}</Notice>
            }
            .into_any()
            }
            TestResult::Failed(failure) => {
                let sentence = failure
                    .fields
                    .first()
                    .map_or_else(|| sentences::general(&failure), |field| field.message.clone());
                view! { <Notice tone=Tone::Problem>{sentence}</Notice> }.into_any()
            }
        })
    }
}

/// The sentence for a field, if it was refused.
pub(crate) fn field_error(failure: &Option<Failure>, field: &str) -> Option<String> {
    let refused = failure.as_ref()?.fields.iter().find(|refused| refused.field == field)?;
    Some(refused.message.clone())
}

fn is_plain_http(address: &str) -> bool {
    let address = address.trim().to_ascii_lowercase();
    let Some(rest) = address.strip_prefix("http://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
    !(host == "localhost" || host.starts_with("127.") || host.starts_with("[::1]"))
}

#[cfg(test)]
mod tests {
    use super::is_plain_http;

    #[test]
    fn only_plain_http_to_another_computer_asks_for_a_permission() {
        for address in ["http://10.4.2.1:8000", "HTTP://clinic.example/", " http://clinic.example"] {
            assert!(is_plain_http(address), "{address}");
        }
        for address in [
            "https://clinic.example",
            "http://127.0.0.1:8000",
            "http://localhost/",
            "http://[::1]:8000",
            "",
            "clinic.example",
        ] {
            assert!(!is_plain_http(address), "{address}");
        }
    }
}
