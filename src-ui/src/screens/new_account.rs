//! Making an account: three fields, and then a temporary password that is shown once.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::accounts::{AccountWithPassword, CreateAccountRequest};
use voiceassist_contract::auth::Registration;
use voiceassist_contract::email::parse_email;
use voiceassist_contract::ipc::{Ability, Condition, CreateAccount, Failure, FailureKind, GetPolicy};

use super::account::{at_its_field, broken_fields, go_back_on_escape, parse_role, role_options};
use super::page::Heading;
use crate::components::failed::FailureNotice;
use crate::components::field::{SelectField, TextField};
use crate::components::focus::{focus_first_error, focus_soon};
use crate::components::icon::{Glyph, Icon};
use crate::components::missing::{MissingNote, why_missing};
use crate::components::notice::Notice;
use crate::components::server_form::field_error;
use crate::components::temporary_password::TemporaryPassword;
use crate::format::words::Tone;
use crate::ipc::call;
use crate::state::app;
use crate::state::drafts::NewAccountDraft;

/// The page for a new account.
#[component]
pub(crate) fn NewAccountScreen() -> impl IntoView {
    let made = RwSignal::new(None::<AccountWithPassword>);
    go_back_on_escape();
    view! {
        <div class="page">
            <header class="page-header">
                <a class="button quiet square" href="/accounts" aria-label="Back to accounts" title="Back to accounts">
                    <Icon glyph=Glyph::Back/>
                </a>
                <Heading text="New account" takes_focus=false/>
            </header>
            <div class="narrow">
                {move || match made.get() {
                    None => view! { <Form made/> }.into_any(),
                    Some(account) => view! { <Made account made/> }.into_any(),
                }}
            </div>
        </div>
    }
}

#[component]
fn Form(made: RwSignal<Option<AccountWithPassword>>) -> impl IntoView {
    let state = app();
    let draft = state.drafts.new_account.get_untracked();
    let full_name = RwSignal::new(draft.full_name);
    let email = RwSignal::new(draft.email);
    let role = RwSignal::new(draft.role);
    let failure = RwSignal::new(None::<Failure>);
    let email_was_left = RwSignal::new(false);
    let is_busy = RwSignal::new(false);
    let registration = RwSignal::new(None::<Registration>);
    spawn_local(async move {
        // Only something to know; without an answer nothing is said.
        if let Ok(policy) = call(GetPolicy {}).await {
            registration.try_set(Some(policy.registration));
        }
    });
    focus_soon(".card input");
    Effect::new(move |_| {
        state.drafts.new_account.set(NewAccountDraft {
            full_name: full_name.get(),
            email: email.get(),
            role: role.get(),
        });
    });
    // What the server said of an address holds until the address is another one.
    Effect::new(move |before: Option<String>| {
        let typed = email.get();
        if before.is_some_and(|before| before != typed) {
            failure.set(None);
        }
        typed
    });
    let email_error = Signal::derive(move || {
        let refused = failure.with(|failure| field_error(failure, "email"));
        let typed = email.get();
        let broken = || {
            (email_was_left.get() && !typed.trim().is_empty()).then(|| parse_email(&typed).err()).flatten()
        };
        refused.or_else(|| broken().map(|violation| violation.message.to_owned()))
    });
    let submit = move || {
        if is_busy.get_untracked() {
            return;
        }
        let account = CreateAccountRequest {
            email: email.get_untracked().trim().to_owned(),
            full_name: full_name.get_untracked().trim().to_owned(),
            role: role.get_untracked(),
            password: None,
            must_change_password: None,
        };
        let refused = broken_fields(&account.full_name, &account.email);
        if !refused.is_empty() {
            failure.set(Some(Failure { fields: refused, ..Failure::new(FailureKind::InvalidInput, "") }));
            focus_first_error();
            return;
        }
        failure.set(None);
        is_busy.set(true);
        spawn_local(async move {
            let answer = state.call(CreateAccount { account }).await;
            is_busy.set(false);
            match answer {
                Ok(account) => {
                    state.accounts.mark_stale();
                    made.set(Some(account));
                    // Last, because what is typed is written back into the draft as long as the form is there.
                    state.drafts.new_account.set(NewAccountDraft::default());
                }
                Err(refusal) => {
                    if matches!(refusal.condition, Some(Condition::PartlyDone { .. })) {
                        // It stands in the table from now on, as far as it is done.
                        state.accounts.mark_stale();
                    }
                    failure.set(Some(at_its_field(refusal)));
                    focus_first_error();
                }
            }
        });
    };
    let is_half_done = move || {
        failure
            .with(|failure| failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::PartlyDone))
    };
    view! {
        <form class="card" novalidate aria-label="New account" on:submit=move |event| { event.prevent_default(); submit(); }>
            <div class="card-body form">
                <TextField
                    label="Full name"
                    value=full_name
                    error=Signal::derive(move || failure.with(|failure| field_error(failure, "full_name")))
                />
                <TextField
                    label="E-mail"
                    value=email
                    kind="email"
                    error=email_error
                    hint=Some("Used to sign in.".to_owned())
                    on_blur=move |()| email_was_left.set(true)
                />
                <SelectField
                    label="Role"
                    options=Signal::stored(role_options())
                    value=Signal::derive(move || role.get().as_str().to_owned())
                    on_change=move |word: String| role.set(parse_role(&word))
                />
                <p class="field-hint">{move || match why_missing(Ability::MustChangePassword) {
                    None => "A temporary password is made for you to pass on. It must be changed at the first sign-in.",
                    Some(_) => "A temporary password is made for you to pass on.",
                }}</p>
                <MissingNote ability=Ability::MustChangePassword/>
                <MissingNote ability=Ability::CreateInOneStep/>
                <Show when=move || registration.get() == Some(Registration::Open)>
                    <p class="missing">
                        <Icon glyph=Glyph::Info/>
                        <span>"On this server people can also register by themselves."</span>
                    </p>
                </Show>
                {move || failure.get().filter(|failure| failure.fields.is_empty()).map(|failure| view! {
                    <FailureNotice failure/>
                })}
            </div>
            <footer class="card-foot">
                <a class="button quiet" href="/accounts">"Cancel"</a>
                <button type="submit" class="button primary" aria-busy=move || is_busy.get().then_some("true")>
                    {move || if is_half_done() { "Finish the account" } else { "Create account" }}
                </button>
            </footer>
        </form>
    }
}

#[component]
fn Made(account: AccountWithPassword, made: RwSignal<Option<AccountWithPassword>>) -> impl IntoView {
    let user = account.account.user;
    let name = user.full_name.clone();
    focus_soon(".temporary button");
    view! {
        <section class="card" aria-label="The new account">
            <div class="card-body">
                <Notice tone=Tone::Ok>
                    <p>"The account of " <strong>{user.full_name}</strong> " (" {user.email} ") has been created."</p>
                </Notice>
                {account.temporary_password.map(|password| view! { <TemporaryPassword password full_name=name/> })}
            </div>
            <footer class="card-foot">
                <a class="button quiet" href=format!("/accounts/{}", user.id)>"Open account"</a>
                <button type="button" class="button" on:click=move |_| made.set(None)>"Create another"</button>
                <a class="button primary" href="/accounts">"Done"</a>
            </footer>
        </section>
    }
}
