//! The head of an account's page: who it is, how it is, and what can be done at once.

use leptos::prelude::*;
use voiceassist_contract::accounts::Account;

use super::Page;
use super::actions::Actions;
use crate::components::avatar::Avatar;
use crate::components::badge::StatusBadge;
use crate::components::icon::{Glyph, Icon};
use crate::format::words::AccountStatus;
use crate::screens::page::Heading;
use crate::state::app;

/// The head of the page.
#[component]
pub(super) fn Header(page: Page) -> impl IntoView {
    let state = app();
    let of_account = move |read: fn(&Account) -> String| {
        Signal::derive(move || page.account.with(|account| account.as_ref().map(read).unwrap_or_default()))
    };
    let name = of_account(|account| account.user.full_name.clone());
    let email = of_account(|account| account.user.email.clone());
    let status = Memo::new(move |_| {
        let now = state.now.get();
        page.account.with(|account| {
            let account = account.as_ref()?;
            let minutes = account
                .lock
                .as_ref()
                .and_then(|lock| lock.until)
                .map(|until| (until - now).num_minutes() + 1);
            Some((AccountStatus::of(account, now), minutes))
        })
    });
    view! {
        <header class="page-header person">
            <Back/>
            <Avatar name large=true/>
            <div class="person-text">
                <Heading text=name/>
                <p>{move || email.get()}</p>
            </div>
            {move || status.get().map(|(status, minutes)| match (status, minutes) {
                (AccountStatus::Locked, Some(minutes)) => {
                    view! { <StatusBadge status label=format!("Locked, {minutes} min left")/> }.into_any()
                }
                _ => view! { <StatusBadge status/> }.into_any(),
            })}
            <Show when=move || state.drafts.is_edited(page.id)>
                <span class="edited"><Icon glyph=Glyph::Edit/>"Unsaved changes"</span>
            </Show>
            <Actions page/>
        </header>
    }
}

/// The way back to the table.
#[component]
pub(super) fn Back() -> impl IntoView {
    view! {
        <a class="button quiet square" href="/accounts" aria-label="Back to accounts" title="Back to accounts">
            <Icon glyph=Glyph::Back/>
        </a>
    }
}
