//! One account: who it is, what it may do, where it is signed in, and what can be done about it.

mod actions;
mod conflict;
mod details;
mod form;
mod header;
mod profile;
mod security;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use voiceassist_contract::Id;
use voiceassist_contract::accounts::Account;
use voiceassist_contract::auth::Session;
use voiceassist_contract::ipc::{Ability, Failure, GetAccount, ListAccountSessions};

use super::page::{Heading, NowhereToGo};
use crate::components::failed::Failed;
use crate::components::focus::is_dialog_open;
use crate::state::app;
use details::Details;
use form::AccountForm;
use header::Header;
use profile::Profile;
pub(crate) use profile::{at_its_field, broken_fields, parse_role, role_options};
use security::{LockNotice, Security};

/// An account's page.
#[component]
pub(crate) fn AccountScreen() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| parameters.with(|parameters| parameters.get("id")?.parse::<Id>().ok()));
    move || match id.get() {
        Some(id) => view! { <AccountPage id/> }.into_any(),
        None => view! { <NowhereToGo/> }.into_any(),
    }
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    /// Whose page it is.
    id: Id,
    /// The account, as it was last heard of.
    account: RwSignal<Option<Account>>,
    /// Where it is signed in.
    sessions: RwSignal<Option<Vec<Session>>>,
    /// What is typed.
    form: AccountForm,
}

impl Page {
    /// Asks where the account is signed in.
    fn load_sessions(self) {
        let state = app();
        if untrack(|| state.session.lacks(Ability::AccountSessions)).is_some() {
            return;
        }
        spawn_local(async move {
            if let Ok(list) = state.call(ListAccountSessions { id: self.id }).await {
                self.sessions.set(Some(list.items));
            }
        });
    }
}

#[component]
fn AccountPage(id: Id) -> impl IntoView {
    let state = app();
    let page =
        Page { id, account: RwSignal::new(None), sessions: RwSignal::new(None), form: AccountForm::new() };
    let failure = RwSignal::new(None::<Failure>);
    // What the table knows stands at once; what the server knows follows.
    if let Some(known) = state.accounts.find(id) {
        page.form.take(state.drafts, &known);
        page.account.set(Some(Account::clone(&known)));
    }
    Effect::new(move |_| {
        if let Some(account) = state.changed.get().filter(|account| account.user.id == id) {
            page.form.take(state.drafts, &account);
            page.account.update(|shown| {
                let sessions = account.sessions.or(shown.as_ref().and_then(|shown| shown.sessions));
                *shown = Some(Account { sessions, ..account });
            });
        }
    });
    let load = move || {
        failure.set(None);
        page.load_sessions();
        spawn_local(async move {
            match state.call(GetAccount { id }).await {
                Ok(account) => state.publish(account),
                Err(refusal) => failure.set(Some(refusal)),
            }
        });
    };
    load();
    go_back_on_escape();
    let is_known = Memo::new(move |_| page.account.with(Option::is_some));
    let has_failed = Memo::new(move |_| failure.with(Option::is_some) && !is_known.get());
    view! {
        <div class="page">
            {move || match (is_known.get(), has_failed.get()) {
                (true, _) => view! {
                    <Header page/>
                    <div class="columns">
                        <div class="column">
                            <LockNotice page/>
                            <Profile page/>
                            <Security page/>
                        </div>
                        <div class="column"><Details page/></div>
                    </div>
                }
                .into_any(),
                (false, true) => view! {
                    <header class="page-header"><header::Back/><Heading text="Account"/></header>
                    {move || failure.get().map(|failure| view! { <Failed failure retry=move |()| load()/> })}
                }
                .into_any(),
                (false, false) => view! { <Loading/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Loading() -> impl IntoView {
    view! {
        <div class="waits" aria-busy="true">
            <header class="page-header"><span class="bone round large"></span><span class="bone title"></span></header>
            <div class="columns">
                <div class="column">
                    <div class="card">
                        <div class="card-body"><span class="bone"></span><span class="bone wide"></span><span class="bone wide"></span></div>
                    </div>
                </div>
                <div class="column">
                    <div class="card"><div class="card-body"><span class="bone wide"></span><span class="bone"></span></div></div>
                </div>
            </div>
        </div>
    }
}

/// Escape leads back to the table; what is typed is kept.
pub(super) fn go_back_on_escape() {
    let navigate = use_navigate();
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && !event.default_prevented() && !is_dialog_open() {
            navigate("/accounts", NavigateOptions::default());
        }
    });
    on_cleanup(move || listener.remove());
}
