//! What is known of an account and cannot be edited.

use leptos::prelude::*;

use voiceassist_contract::accounts::User;
use voiceassist_contract::ipc::Ability;

use super::Page;
use crate::components::failed::copy_text;
use crate::components::icon::{Glyph, Icon};
use crate::components::missing::why_missing;
use crate::components::moment::MomentOrNever;
use crate::format::{numbers, times};
use crate::state::app;
use crate::state::clock::offset;

/// The card with the details.
#[component]
pub(super) fn Details(page: Page) -> impl IntoView {
    let id = page.id.to_string();
    let short_id = format!("{}…{}", &id[..8], &id[id.len() - 4..]);
    let full_id = id.clone();
    let session = app().session;
    let session_count = move || {
        if !session.can(Ability::AccountSessions) {
            return "Not shown".to_owned();
        }
        let listed = page.sessions.with(|sessions| sessions.as_ref().map(|sessions| sessions.len() as u64));
        match listed.or_else(|| page.account.with(|account| account.as_ref()?.sessions)) {
            Some(0) => "None".to_owned(),
            Some(count) => format!("{} active", numbers::thousands(count)),
            None => "…".to_owned(),
        }
    };
    view! {
        <section class="card" aria-labelledby="details-title">
            <header class="card-head"><h2 id="details-title">"Details"</h2></header>
            <dl class="card-body details">
                {move || page.account.get().map(|account| {
                    let user = account.user;
                    view! {
                        <dt>"Created"</dt>
                        <dd><time datetime=user.created_at.to_rfc3339() title=times::exact(user.created_at, offset)>{times::date(user.created_at, offset)}</time></dd>
                        <dt>"Last sign-in"</dt>
                        <dd><MomentOrNever then=user.last_login/></dd>
                        <dt>"Sessions"</dt>
                        <dd title=why_missing(Ability::AccountSessions)>{session_count}</dd>
                        <dt>"Two-step"</dt>
                        <dd title=why_missing(Ability::TwoStepSetup)>{two_step(&user)}</dd>
                        <dt>"Nextcloud"</dt>
                        <dd title=why_missing(Ability::NextcloudDetails)>"Not shown"</dd>
                        <dt>"Last change"</dt>
                        <dd title=why_missing(Ability::ChangeTimes)>
                            {match session.can(Ability::ChangeTimes) {
                                true => view! { <MomentOrNever then=Some(user.updated_at)/> }.into_any(),
                                false => "Not kept".into_any(),
                            }}
                        </dd>
                    }
                })}
                <dt>"Id"</dt>
                <dd class="with-copy">
                    <code title=id>{short_id}</code>
                    <button
                        type="button"
                        class="button quiet small square"
                        aria-label="Copy id"
                        title="Copy id"
                        on:click=move |_| copy_text(full_id.clone(), "Id copied.")
                    >
                        <Icon glyph=Glyph::Copy/>
                    </button>
                </dd>
            </dl>
        </section>
    }
}

/// Whether two-step sign-in is on, as far as the server has it and says so.
fn two_step(user: &User) -> &'static str {
    let session = app().session;
    match (session.can(Ability::TwoStepSetup), session.can(Ability::TwoStepSignIn)) {
        (true, _) if user.mfa_enabled => "On",
        (true, _) => "Off",
        (false, true) => "Not shown",
        (false, false) => "Not offered",
    }
}
