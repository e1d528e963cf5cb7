//! What is known of an account and cannot be edited.

use leptos::prelude::*;

use super::Page;
use crate::components::failed::copy_text;
use crate::components::icon::{Glyph, Icon};
use crate::components::moment::MomentOrNever;
use crate::format::{numbers, times};
use crate::state::clock::offset;

/// The card with the details.
#[component]
pub(super) fn Details(page: Page) -> impl IntoView {
    let id = page.id.to_string();
    let short_id = format!("{}…{}", &id[..8], &id[id.len() - 4..]);
    let full_id = id.clone();
    let session_count = move || {
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
                        <dd>{session_count}</dd>
                        <dt>"Two-step"</dt>
                        <dd>{if user.mfa_enabled { "On" } else { "Off" }}</dd>
                        <dt>"Last change"</dt>
                        <dd><MomentOrNever then=Some(user.updated_at)/></dd>
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
