//! One row of the table: an account, or its skeleton while it is on its way.

use std::sync::Arc;

use leptos::prelude::*;
use voiceassist_contract::Id;
use voiceassist_contract::accounts::Account;

use crate::components::avatar::Avatar;
use crate::components::badge::StatusBadge;
use crate::components::icon::{Glyph, Icon};
use crate::components::moment::{Moment, MomentOrNever};
use crate::format::words::{self, AccountStatus};
use crate::state::app;

/// A place in the table, and what stands there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slot {
    /// The place, counted from 0.
    pub(super) index: usize,
    /// The account, once it is loaded.
    pub(super) account: Option<Arc<Account>>,
}

impl Slot {
    /// What makes a row another row, so that it must be drawn anew.
    pub(super) fn key(&self) -> (usize, Option<(Id, i64, bool, bool)>) {
        let account = self.account.as_ref().map(|account| {
            (account.user.id, account.user.version, account.lock.is_some(), account.user.last_login.is_some())
        });
        (self.index, account)
    }
}

/// The element that stands for a row, for `aria-activedescendant`.
pub(super) fn row_id(index: usize) -> String {
    format!("account-row-{index}")
}

/// A row.
#[component]
pub(super) fn Row(place: Slot, open: Callback<usize>) -> impl IntoView {
    let list = app().accounts;
    let index = place.index;
    view! {
        <div
            id=row_id(index)
            class="grid-row"
            class:current=move || list.focused.get() == index
            role="row"
            aria-rowindex=(index + 2).to_string()
            on:click=move |_| open.run(index)
        >
            {match place.account {
                Some(account) => view! { <Cells account/> }.into_any(),
                None => view! { <Skeleton/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Cells(account: Arc<Account>) -> impl IntoView {
    let state = app();
    let user = &account.user;
    let id = user.id;
    let (last_login, created_at) = (user.last_login, user.created_at);
    let status = {
        let account = account.clone();
        Memo::new(move |_| AccountStatus::of(&account, state.now.get()))
    };
    view! {
        <div class="grid-cell name" role="gridcell">
            <Avatar name=user.full_name.clone()/>
            <a
                href=format!("/accounts/{id}")
                tabindex="-1"
                title=user.full_name.clone()
                on:click=|event| event.prevent_default()
            >
                {user.full_name.clone()}
            </a>
            <Show when=move || state.drafts.is_edited(id)>
                <span class="edited" title="Has unsaved changes">
                    <Icon glyph=Glyph::Edit/>
                    <span class="visually-hidden">"Has unsaved changes"</span>
                </span>
            </Show>
        </div>
        <div class="grid-cell" role="gridcell" title=user.email.clone()>{user.email.clone()}</div>
        <div class="grid-cell" role="gridcell">{words::role(user.role)}</div>
        <div class="grid-cell" role="gridcell">{move || view! { <StatusBadge status=status.get()/> }}</div>
        <div class="grid-cell" role="gridcell"><MomentOrNever then=last_login/></div>
        <div class="grid-cell" role="gridcell"><Moment then=created_at/></div>
    }
}

#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="grid-cell name" role="gridcell"><span class="bone round"></span><span class="bone"></span></div>
        <div class="grid-cell" role="gridcell"><span class="bone wide"></span></div>
        <div class="grid-cell" role="gridcell"><span class="bone"></span></div>
        <div class="grid-cell" role="gridcell"><span class="bone"></span></div>
        <div class="grid-cell" role="gridcell"><span class="bone"></span></div>
        <div class="grid-cell" role="gridcell"><span class="bone"></span></div>
    }
}
