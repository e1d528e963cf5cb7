//! Where an account is signed in: a row per session, each of which can be ended.

use leptos::prelude::*;
use voiceassist_contract::Id;
use voiceassist_contract::auth::Session;

use super::icon::{Glyph, Icon};
use super::moment::Moment;
use crate::format::devices::device;

/// The sessions of an account.
#[component]
pub(crate) fn Sessions(
    /// The sessions; nothing while they are loaded.
    #[prop(into)]
    sessions: Signal<Option<Vec<Session>>>,
    /// What stands there when there are none.
    none: &'static str,
    /// Ends one.
    #[prop(into)]
    on_end: Callback<Id>,
) -> impl IntoView {
    move || {
        match sessions.get() {
        None => view! { <div class="card-body" aria-busy="true"><span class="bone wide"></span><span class="bone"></span></div> }
            .into_any(),
        Some(sessions) if sessions.is_empty() => view! { <p class="card-body faint">{none}</p> }.into_any(),
        Some(sessions) => view! {
            <ul class="sessions">
                {sessions.into_iter().map(|session| view! { <SessionRow session on_end/> }).collect_view()}
            </ul>
        }
        .into_any(),
    }
    }
}

#[component]
fn SessionRow(session: Session, on_end: Callback<Id>) -> impl IntoView {
    let id = session.id;
    let device = device(&session.device);
    let end_label = format!("End the session on {device}");
    view! {
        <li>
            <Icon glyph=Glyph::Monitor/>
            <div class="session-text">
                <p>
                    {device}
                    {session.current.then(|| view! { <span class="badge" data-tone="ok">"This window"</span> })}
                </p>
                <p class="faint">
                    {session.address} " · Last seen: " <Moment then=session.last_seen_at/>
                    " · Signed in: " <Moment then=session.created_at/>
                </p>
            </div>
            {(!session.current).then(|| view! {
                <button type="button" class="button quiet small" aria-label=end_label on:click=move |_| on_end.run(id)>
                    "End"
                </button>
            })}
        </li>
    }
}
