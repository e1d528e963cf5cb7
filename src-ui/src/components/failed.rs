//! What stands where something could not be loaded: why, again, and the number for the server's log.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::Secret;
use voiceassist_contract::ipc::{CopyText, Failure};

use super::icon::{Glyph, Icon};
use crate::format::sentences;
use crate::ipc::call;
use crate::state::app;

/// A failure to load, with a way to try again.
#[component]
pub(crate) fn Failed(failure: Failure, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    view! {
        <div class="blank" role="alert">
            <span class="blank-mark" data-tone="problem"><Icon glyph=Glyph::Warning/></span>
            <p class="blank-title">"This could not be loaded"</p>
            <p>{sentences::general(&failure)}</p>
            <button type="button" class="button" on:click=move |_| retry.run(())>"Try again"</button>
            {failure.request_id.map(|id| view! { <RequestId id/> })}
        </div>
    }
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
