//! The card in which an account's name, address and role are edited and saved.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::accounts::{Account, Role};
use voiceassist_contract::email::parse_email;
use voiceassist_contract::ipc::{Ability, Condition, Failure, FailureKind, GetAccount, UpdateAccount};
use voiceassist_contract::name::parse_full_name;
use voiceassist_contract::problem::{FieldError, ProblemCode};
use voiceassist_contract::rule::Violation;

use super::Page;
use super::conflict::ConflictNotice;
use crate::components::failed::FailureNotice;
use crate::components::field::{CheckField, SelectField, TextField};
use crate::components::focus::focus_first_error;
use crate::components::missing::{MissingNote, why_missing};
use crate::components::server_form::field_error;
use crate::format::sentences;
use crate::format::words;
use crate::state::app;
use crate::state::drafts::Fields;

/// The profile's card.
#[component]
pub(super) fn Profile(page: Page) -> impl IntoView {
    let state = app();
    let Page { id, form, account, .. } = page;
    // Whatever is typed is a draft until it is saved or discarded.
    Effect::new(move |_| {
        let fields = form.fields();
        account.with_untracked(|account| {
            if let Some(account) = account {
                state.drafts.keep(account, fields);
            }
        });
    });
    let is_edited = Memo::new(move |_| state.drafts.is_edited(id));
    let discard = move |_| {
        state.drafts.discard(id);
        form.failure.set(None);
        form.conflict.set(None);
        if let Some(account) = account.get_untracked() {
            form.fill(&Fields::of(&account.user));
        }
    };
    let save = move || save(page);
    let own_role = Signal::derive(move || {
        state
            .session
            .is_own(id)
            .then(|| "You cannot change your own role. Another administrator can.".to_owned())
    });
    let email_hint = Signal::derive(move || {
        let is_changed = account.with(|account| {
            account.as_ref().is_some_and(|account| account.user.email != form.email.get().trim())
        });
        is_changed.then(|| "From now on this address is used to sign in.".to_owned())
    });
    let lacking = |ability| Signal::derive(move || why_missing(ability).map(str::to_owned));
    let error = move |field: &'static str| {
        Signal::derive(move || form.failure.with(|failure| field_error(failure, field)))
    };
    view! {
        <form class="card" novalidate aria-label="Profile" on:submit=move |event| { event.prevent_default(); save(); }>
            <header class="card-head"><h2>"Profile"</h2></header>
            <div class="card-body form">
                <ConflictNotice form/>
                <TextField
                    label="Full name"
                    value=form.full_name
                    error=error("full_name")
                    locked_because=lacking(Ability::EditName)
                />
                <TextField
                    label="E-mail"
                    value=form.email
                    kind="email"
                    error=error("email")
                    hint=email_hint
                    locked_because=lacking(Ability::EditEmail)
                />
                <SelectField
                    label="Role"
                    options=Signal::stored(role_options())
                    value=Signal::derive(move || form.role.get().as_str().to_owned())
                    on_change=move |word: String| form.role.set(parse_role(&word))
                    locked_because=own_role
                    error=error("role")
                />
                <Show
                    when=move || state.session.can(Ability::MustChangePassword)
                    fallback=|| view! { <MissingNote ability=Ability::MustChangePassword/> }
                >
                    <CheckField
                        label="Must change password at next sign-in"
                        checked=form.must_change_password
                        on_change=move |must| form.must_change_password.set(must)
                    />
                </Show>
                <MissingNote ability=Ability::ConflictDetection/>
                {move || form.failure.get().filter(|failure| failure.fields.is_empty()).map(|failure| view! {
                    <FailureNotice failure/>
                })}
            </div>
            <footer class="card-foot">
                <button type="button" class="button quiet" disabled=move || !is_edited.get() on:click=discard>"Discard"</button>
                <button
                    type="submit"
                    class="button primary"
                    disabled=move || !is_edited.get()
                    aria-busy=move || form.is_busy.get().then_some("true")
                >
                    "Save changes"
                </button>
            </footer>
        </form>
    }
}

fn save(page: Page) {
    let state = app();
    let Page { id, form, .. } = page;
    let Some(draft) = untrack(|| state.drafts.edit(id)) else { return };
    if form.is_busy.get_untracked() {
        return;
    }
    let refused = broken_fields(&draft.fields.full_name, &draft.fields.email);
    if !refused.is_empty() {
        form.failure.set(Some(Failure { fields: refused, ..Failure::new(FailureKind::InvalidInput, "") }));
        focus_first_error();
        return;
    }
    form.failure.set(None);
    form.is_busy.set(true);
    let changes = draft.fields.changes_from(&draft.base);
    spawn_local(async move {
        let answer = state.call(UpdateAccount { id, version: draft.version, changes }).await;
        form.is_busy.set(false);
        match answer {
            Ok(account) => {
                state.drafts.discard(id);
                form.conflict.set(None);
                state.publish(account);
                state.toasts.say("Changes saved.");
            }
            Err(failure) if failure.code == Some(ProblemCode::VersionConflict) => {
                // The page takes over what others saved and shows it beside what is typed.
                let current = match failure.current {
                    Some(current) => Ok(*current),
                    None => state.call(GetAccount { id }).await,
                };
                match current {
                    Ok(account) => state.publish(account),
                    Err(failure) => form.failure.set(Some(failure)),
                }
            }
            Err(failure) => {
                // What was done of it stands in the form's base from now on, and the rest stays to be saved.
                if let Some(Condition::PartlyDone { account, .. }) = &failure.condition {
                    state.drafts.rebase(account, draft.fields);
                    state.publish(Account::clone(account));
                }
                form.failure.set(Some(at_its_field(failure)));
                focus_first_error();
            }
        }
    });
}

/// The fields that break a rule which needs no server.
pub(crate) fn broken_fields(full_name: &str, email: &str) -> Vec<FieldError> {
    let refused = |field: &str, violation: Violation| FieldError {
        field: field.to_owned(),
        code: violation.code.to_owned(),
        message: violation.message.to_owned(),
    };
    let name = parse_full_name(full_name).err().map(|violation| refused("full_name", violation));
    let email = parse_email(email).err().map(|violation| refused("email", violation));
    name.into_iter().chain(email).collect()
}

/// Moves a problem that is about one field to that field.
pub(crate) fn at_its_field(mut failure: Failure) -> Failure {
    let field = match failure.code {
        Some(ProblemCode::EmailTaken) => "email",
        Some(ProblemCode::WrongPassword | ProblemCode::InvalidCredentials) => "current_password",
        _ => return failure,
    };
    if failure.fields.is_empty() {
        let message = match failure.code {
            Some(ProblemCode::EmailTaken) => sentences::general(&failure),
            _ => "This is not your current password.".to_owned(),
        };
        failure.fields.push(FieldError { field: field.to_owned(), code: "refused".to_owned(), message });
    }
    failure
}

/// The roles to choose from.
pub(crate) fn role_options() -> Vec<(String, String)> {
    [Role::User, Role::Admin].map(|role| (role.as_str().to_owned(), words::role(role).to_owned())).to_vec()
}

/// The role that a select's value stands for.
pub(crate) fn parse_role(word: &str) -> Role {
    if word == Role::Admin.as_str() { Role::Admin } else { Role::User }
}
