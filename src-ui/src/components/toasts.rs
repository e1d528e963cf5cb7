//! What has just been done, for eight seconds; as long as one points at it or has the focus in it, longer.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icon::{Glyph, Icon};
use crate::state::app;
use crate::state::toasts::Toast;

const SHOWN_MILLISECONDS: u32 = 8_000;
const STEP_MILLISECONDS: u32 = 250;

/// All toasts.
#[component]
pub(crate) fn Toasts() -> impl IntoView {
    let toasts = app().toasts;
    view! {
        <div class="toasts">
            <For each=move || toasts.shown.get() key=|toast| toast.id children=|toast| view! { <ToastView toast/> }/>
        </div>
    }
}

#[component]
fn ToastView(toast: Toast) -> impl IntoView {
    let toasts = app().toasts;
    let id = toast.id;
    let is_held = RwSignal::new(false);
    spawn_local(async move {
        let mut shown = 0;
        while shown < SHOWN_MILLISECONDS {
            TimeoutFuture::new(STEP_MILLISECONDS).await;
            match is_held.try_get_untracked() {
                Some(true) => {}
                Some(false) => shown += STEP_MILLISECONDS,
                None => return,
            }
        }
        toasts.dismiss(id);
    });
    view! {
        <div
            class="toast"
            role="status"
            data-tone=toast.tone.as_str()
            on:mouseenter=move |_| is_held.set(true)
            on:mouseleave=move |_| is_held.set(false)
            on:focusin=move |_| is_held.set(true)
            on:focusout=move |_| is_held.set(false)
        >
            <Icon glyph=toast.tone.glyph()/>
            <span class="toast-text">{toast.sentence}</span>
            {toast.undo.map(|undo| view! {
                <button type="button" class="button quiet small" on:click=move |_| { toasts.dismiss(id); undo(); }>
                    "Undo"
                </button>
            })}
            <button type="button" class="button quiet small square" aria-label="Dismiss" on:click=move |_| toasts.dismiss(id)>
                <Icon glyph=Glyph::Close/>
            </button>
        </div>
    }
}
