//! What could not be done or loaded: why, when to try again, and the number for the server's log.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::Secret;
use voiceassist_contract::ipc::{CopyText, Failure, FailureKind};

use super::countdown::count_down;
use super::icon::{Glyph, Icon};
use super::notice::Notice;
use crate::format::sentences;
use crate::format::words::Tone;
use crate::ipc::call;
use crate::state::app;

/// A failure to load, with a way to try again.
#[component]
pub(crate) fn Failed(failure: Failure, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    let wait = wait_of(&failure);
    let request_id = failure.request_id.clone();
    view! {
        <div class="blank" role="alert">
            <span class="blank-mark" data-tone="problem"><Icon glyph=Glyph::Warning/></span>
            <p class="blank-title">"This could not be loaded"</p>
            <FailureSentence failure wait/>
            <button type="button" class="button" disabled=move || { wait.get() > 0 } on:click=move |_| retry.run(())>"Try again"</button>
            {request_id.map(|id| view! { <RequestId id/> })}
        </div>
    }
}

/// A failure to do something, where it was asked for.
#[component]
pub(crate) fn FailureNotice(failure: Failure) -> impl IntoView {
    let tone = if failure.kind == FailureKind::PartlyDone { Tone::Warning } else { Tone::Problem };
    let wait = wait_of(&failure);
    let request_id = failure.request_id.clone();
    view! {
        <Notice tone>
            <FailureSentence failure wait/>
            {request_id.map(|id| view! { <RequestId id/> })}
        </Notice>
    }
}

/// The seconds for which trying again is of no use, running.
fn wait_of(failure: &Failure) -> RwSignal<u64> {
    let wait = RwSignal::new(0);
    if let Some(seconds) = sentences::wait_seconds(failure) {
        count_down(wait, seconds);
    }
    wait
}

/// The sentence. A time that runs is not read out again and again.
#[component]
fn FailureSentence(failure: Failure, wait: RwSignal<u64>) -> impl IntoView {
    if sentences::wait_seconds(&failure).is_none() {
        return view! { <p>{sentences::general(&failure)}</p> }.into_any();
    }
    let sentence = move || match wait.get() {
        0 => "You can try again now.".to_owned(),
        left => sentences::too_many_requests(left),
    };
    view! { <p role="timer" aria-live="off">{sentence}</p> }.into_any()
}

/// A request's id, to copy for whoever reads the server's log.
#[component]
pub(crate) fn RequestId(id: String) -> impl IntoView {
    let text = id.clone();
    view! {
        <p class="request-id">
            <span>"Request " <code>{id}</code></span>
            <button type="button" class="button quiet small" on:click=move |_| copy_text(text.clone(), "Request id copied.")>
                <Icon glyph=Glyph::Copy/>
                "Copy request id"
            </button>
        </p>
    }
}

/// Puts a text on the clipboard and says so.
pub(crate) fn copy_text(text: impl Into<Secret>, done: &'static str) {
    let (text, toasts) = (text.into(), app().toasts);
    spawn_local(async move {
        match call(CopyText { text }).await {
            Ok(()) => toasts.say(done),
            Err(failure) => toasts.complain(failure.message),
        }
    });
}
