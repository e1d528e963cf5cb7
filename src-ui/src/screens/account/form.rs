//! What is typed on an account's page: kept as a draft, and reconciled with what others save.

use leptos::prelude::*;
use voiceassist_contract::accounts::{Account, Role};
use voiceassist_contract::ipc::Failure;

use crate::state::drafts::{Drafts, Field, Fields, merge};

/// What somebody else saved while one was typing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Conflict {
    /// The account's fields as they are now.
    pub(super) theirs: Fields,
    /// The edit as it was.
    pub(super) mine: Fields,
    /// What was taken over, because only the other one changed it.
    pub(super) taken: Vec<Field>,
    /// What one has to choose.
    pub(super) disputed: Vec<Field>,
}

/// The form's fields and what is wrong with them.
#[derive(Clone, Copy)]
pub(super) struct AccountForm {
    /// The person's name.
    pub(super) full_name: RwSignal<String>,
    /// The e-mail address.
    pub(super) email: RwSignal<String>,
    /// What the account may do.
    pub(super) role: RwSignal<Role>,
    /// Whether the password must be changed at the next sign-in.
    pub(super) must_change_password: RwSignal<bool>,
    /// Why it could not be saved.
    pub(super) failure: RwSignal<Option<Failure>>,
    /// What somebody else saved meanwhile.
    pub(super) conflict: RwSignal<Option<Conflict>>,
    /// Whether it is being saved.
    pub(super) is_busy: RwSignal<bool>,
}

impl AccountForm {
    pub(super) fn new() -> Self {
        Self {
            full_name: RwSignal::new(String::new()),
            email: RwSignal::new(String::new()),
            role: RwSignal::new(Role::User),
            must_change_password: RwSignal::new(false),
            failure: RwSignal::new(None),
            conflict: RwSignal::new(None),
            is_busy: RwSignal::new(false),
        }
    }

    /// What is typed.
    pub(super) fn fields(self) -> Fields {
        Fields {
            full_name: self.full_name.get(),
            email: self.email.get(),
            role: self.role.get(),
            must_change_password: self.must_change_password.get(),
        }
    }

    /// Shows these values.
    pub(super) fn fill(self, fields: &Fields) {
        self.full_name.set(fields.full_name.clone());
        self.email.set(fields.email.clone());
        self.role.set(fields.role);
        self.must_change_password.set(fields.must_change_password);
    }

    /// Takes over the account as it is now, without losing what is typed.
    pub(super) fn take(self, drafts: Drafts, account: &Account) {
        let theirs = Fields::of(&account.user);
        let Some(draft) = untrack(|| drafts.edit(account.user.id)) else {
            self.fill(&theirs);
            return;
        };
        if draft.version == account.user.version {
            self.fill(&draft.fields);
            return;
        }
        let merge = merge(&draft.base, &draft.fields, &theirs);
        drafts.rebase(account, merge.merged.clone());
        self.fill(&merge.merged);
        if !merge.disputed.is_empty() || !merge.taken.is_empty() {
            self.failure.set(None);
            self.conflict.set(Some(Conflict {
                theirs,
                mine: draft.fields,
                taken: merge.taken,
                disputed: merge.disputed,
            }));
        }
    }
}
