//! What the server cannot do, all of it in one place, for whoever wonders.

use leptos::prelude::*;
use voiceassist_contract::ipc::{Ability, MissingReason};

use crate::format::capabilities::{label, why};
use crate::format::numbers;
use crate::state::app;

/// The card, for administrators; nothing where the server can do everything.
#[component]
pub(super) fn Limits() -> impl IntoView {
    let session = app().session;
    let missing = Memo::new(move |_| {
        session.capabilities.with(|known| {
            let missing = known.as_ref().map(|known| &known.missing);
            let all = missing.into_iter().flatten().map(|(ability, reason)| (*ability, *reason));
            // What has no second step at all need not say that none can be set up.
            let has_second_step = session.can(Ability::TwoStepSignIn);
            all.filter(|(ability, _)| has_second_step || *ability != Ability::TwoStepSetup)
                .collect::<Vec<_>>()
        })
    });
    let is_shown = move || session.is_administrator() && !missing.with(Vec::is_empty);
    let how_many = move || missing.with(|missing| numbers::count(missing.len() as u64, "limit", "limits"));
    view! {
        <Show when=is_shown>
            <section class="card" aria-labelledby="limits">
                <header class="card-head">
                    <h2 id="limits">"What cannot be done on this server"</h2>
                    <span class="faint">{how_many}</span>
                </header>
                <dl class="card-body details limits">
                    {move || missing.get().into_iter().map(|(ability, reason)| view! { <Limit ability reason/> }).collect_view()}
                </dl>
            </section>
        </Show>
    }
}

#[component]
fn Limit(ability: Ability, reason: MissingReason) -> impl IntoView {
    view! {
        <dt>{label(ability)}</dt>
        <dd>{why(ability, reason)}</dd>
    }
}
