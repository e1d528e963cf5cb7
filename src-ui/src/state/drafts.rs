//! What was typed into an account's form and not yet saved, and how it meets what others saved meanwhile.

use std::collections::HashMap;

use leptos::prelude::*;
use voiceassist_contract::Id;
use voiceassist_contract::accounts::{Account, Role, UpdateAccountRequest, User};

use crate::format::words;

/// The fields of an account that an administrator edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    /// The person's name.
    pub(crate) full_name: String,
    /// The e-mail address.
    pub(crate) email: String,
    /// What the account may do.
    pub(crate) role: Role,
    /// Whether the password must be changed at the next sign-in.
    pub(crate) must_change_password: bool,
}

impl Fields {
    /// The fields of this account.
    pub(crate) fn of(user: &User) -> Self {
        Self {
            full_name: user.full_name.clone(),
            email: user.email.clone(),
            role: user.role,
            must_change_password: user.must_change_password,
        }
    }

    /// The request that makes `base` into this; it names only what differs.
    pub(crate) fn changes_from(&self, base: &Self) -> UpdateAccountRequest {
        let (name, email) = (self.full_name.trim(), self.email.trim());
        UpdateAccountRequest {
            full_name: (name != base.full_name).then(|| name.to_owned()),
            email: (email != base.email).then(|| email.to_owned()),
            role: (self.role != base.role).then_some(self.role),
            is_active: None,
            must_change_password: (self.must_change_password != base.must_change_password)
                .then_some(self.must_change_password),
        }
    }
}

/// A field by itself, to compare and to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    /// The person's name.
    FullName,
    /// The e-mail address.
    Email,
    /// What the account may do.
    Role,
    /// Whether the password must be changed at the next sign-in.
    MustChangePassword,
}

impl Field {
    const ALL: [Self; 4] = [Self::FullName, Self::Email, Self::Role, Self::MustChangePassword];

    fn is_same(self, one: &Fields, other: &Fields) -> bool {
        match self {
            Self::FullName => one.full_name.trim() == other.full_name.trim(),
            Self::Email => one.email.trim() == other.email.trim(),
            Self::Role => one.role == other.role,
            Self::MustChangePassword => one.must_change_password == other.must_change_password,
        }
    }

    /// What the field is called on the form.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::FullName => "Full name",
            Self::Email => "E-mail",
            Self::Role => "Role",
            Self::MustChangePassword => "Must change password at next sign-in",
        }
    }

    /// The field's value in words.
    pub(crate) fn shown(self, fields: &Fields) -> String {
        match self {
            Self::FullName => fields.full_name.clone(),
            Self::Email => fields.email.clone(),
            Self::Role => words::role(fields.role).to_owned(),
            Self::MustChangePassword => if fields.must_change_password { "Yes" } else { "No" }.to_owned(),
        }
    }

    /// Copies this field.
    pub(crate) fn copy(self, from: &Fields, to: &mut Fields) {
        match self {
            Self::FullName => to.full_name.clone_from(&from.full_name),
            Self::Email => to.email.clone_from(&from.email),
            Self::Role => to.role = from.role,
            Self::MustChangePassword => to.must_change_password = from.must_change_password,
        }
    }
}

/// What becomes of an edit when somebody else has saved meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Merge {
    /// The edit, with what only the other one changed taken over.
    pub(crate) merged: Fields,
    /// What only the other one changed.
    pub(crate) taken: Vec<Field>,
    /// What both changed, differently: somebody has to choose.
    pub(crate) disputed: Vec<Field>,
}

/// Brings together an edit (`mine`, based on `base`) and what was saved meanwhile (`theirs`).
pub(crate) fn merge(base: &Fields, mine: &Fields, theirs: &Fields) -> Merge {
    let mut merged = mine.clone();
    let (mut taken, mut disputed) = (Vec::new(), Vec::new());
    for field in Field::ALL {
        let (mine_changed, theirs_changed) = (!field.is_same(base, mine), !field.is_same(base, theirs));
        if theirs_changed && !mine_changed {
            field.copy(theirs, &mut merged);
            taken.push(field);
        } else if theirs_changed && !field.is_same(mine, theirs) {
            disputed.push(field);
        }
    }
    Merge { merged, taken, disputed }
}

/// An edit that has not been saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    /// What the edit is based on.
    pub(crate) base: Fields,
    /// The version of that.
    pub(crate) version: i64,
    /// The edit.
    pub(crate) fields: Fields,
}

/// A new account that has not been submitted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NewAccountDraft {
    /// The person's name.
    pub(crate) full_name: String,
    /// The e-mail address.
    pub(crate) email: String,
    /// What the account may do.
    pub(crate) role: Role,
}

/// The own name and address as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OwnProfileDraft {
    /// The name.
    pub(crate) full_name: String,
    /// The e-mail address.
    pub(crate) email: String,
}

/// All that was typed and not saved.
#[derive(Clone, Copy)]
pub(crate) struct Drafts {
    edits: RwSignal<HashMap<Id, Draft>>,
    /// The account being made.
    pub(crate) new_account: RwSignal<NewAccountDraft>,
    /// The own name and address as typed, as long as they are not saved.
    pub(crate) own_profile: RwSignal<Option<OwnProfileDraft>>,
}

impl Drafts {
    pub(super) fn new() -> Self {
        Self {
            edits: RwSignal::new(HashMap::new()),
            new_account: RwSignal::new(NewAccountDraft::default()),
            own_profile: RwSignal::new(None),
        }
    }

    pub(super) fn reset(self) {
        self.edits.set(HashMap::new());
        self.new_account.set(NewAccountDraft::default());
        self.own_profile.set(None);
    }

    /// Whether this account has an edit that was not saved.
    pub(crate) fn is_edited(self, id: Id) -> bool {
        self.edits.with(|edits| edits.contains_key(&id))
    }

    /// The edit of this account.
    pub(crate) fn edit(self, id: Id) -> Option<Draft> {
        self.edits.with(|edits| edits.get(&id).cloned())
    }

    /// Takes over what the form shows; without a difference to the account there is no draft.
    pub(crate) fn keep(self, account: &Account, fields: Fields) {
        let id = account.user.id;
        self.edits.update(|edits| {
            let (base, version) = match edits.remove(&id) {
                Some(draft) => (draft.base, draft.version),
                None => (Fields::of(&account.user), account.user.version),
            };
            if fields != base {
                edits.insert(id, Draft { base, version, fields });
            }
        });
    }

    /// Replaces an edit, after it was merged with what others saved.
    pub(crate) fn rebase(self, account: &Account, fields: Fields) {
        self.discard(account.user.id);
        self.keep(account, fields);
    }

    /// Forgets an edit.
    pub(crate) fn discard(self, id: Id) {
        self.edits.update(|edits| {
            edits.remove(&id);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(name: &str, email: &str, role: Role) -> Fields {
        Fields { full_name: name.into(), email: email.into(), role, must_change_password: false }
    }

    #[test]
    fn a_request_names_only_what_differs() {
        let base = fields("Ana Ruiz", "ana@lakeside.example", Role::User);
        let edit = fields(" Ana Ruiz ", "ana@lakeside.example", Role::Admin);
        let changes = edit.changes_from(&base);
        assert_eq!(changes, UpdateAccountRequest { role: Some(Role::Admin), ..Default::default() });
    }

    #[test]
    fn what_only_the_other_one_changed_is_taken_over_without_a_question() {
        let base = fields("Ana Ruiz", "ana@lakeside.example", Role::User);
        let mine = fields("Ana Ruiz-Soler", "ana@lakeside.example", Role::User);
        let theirs = fields("Ana Ruiz", "ana@lakeside.example", Role::Admin);
        let merge = merge(&base, &mine, &theirs);
        assert_eq!(merge.merged, fields("Ana Ruiz-Soler", "ana@lakeside.example", Role::Admin));
        assert_eq!((merge.taken, merge.disputed), (vec![Field::Role], vec![]));
    }

    #[test]
    fn what_both_changed_differently_is_asked_and_what_both_changed_alike_is_not() {
        let base = fields("Ana Ruiz", "ana@lakeside.example", Role::User);
        let mine = fields("Ana Soler", "a@lakeside.example", Role::User);
        let theirs = fields("Ana R. Soler", "a@lakeside.example", Role::User);
        let merge = merge(&base, &mine, &theirs);
        assert_eq!(merge.disputed, [Field::FullName]);
        assert_eq!(merge.merged, mine, "until somebody chooses, the edit stands");
    }
}
