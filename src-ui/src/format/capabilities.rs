//! What the connected server cannot do, in words: what it is called, and why it is not there.

use voiceassist_contract::accounts::StatusFilter;
use voiceassist_contract::ipc::{Ability, MissingReason};

use crate::state::accounts::Chip;

/// What an ability is called in a list.
pub(crate) const fn label(ability: Ability) -> &'static str {
    match ability {
        Ability::SearchOnServer => "Search on the server",
        Ability::SortOnServer => "Order on the server",
        Ability::TotalOnServer => "Count on the server",
        Ability::CreateInOneStep => "New accounts in one step",
        Ability::MustChangePassword => "Forced password change",
        Ability::EditName => "Names of others",
        Ability::EditEmail => "E-mail addresses of others",
        Ability::EditRole => "Roles",
        Ability::Deactivate => "Deactivation",
        Ability::ConflictDetection => "Edits at the same time",
        Ability::ChangeTimes => "Times of changes",
        Ability::OwnSessions => "Your sessions",
        Ability::AccountSessions => "Sessions of others",
        Ability::EndSessionOnServer => "Signing out",
        Ability::PasswordReset => "Password reset",
        Ability::StaySignedInAfterPasswordChange => "After a password change",
        Ability::Unlock => "Locked accounts",
        Ability::Audit => "Audit trail",
        Ability::Bulk => "Many accounts at once",
        Ability::ImportAndExport => "Import and export",
        Ability::NextcloudDetails => "Nextcloud of an account",
        Ability::TwoStepSignIn => "Two-step sign-in",
        Ability::TwoStepSetup => "Setting up two-step sign-in",
        Ability::Registration => "Registration",
        Ability::StepUp => "Password before delicate changes",
        Ability::ComponentDetails => "Details of each part",
        Ability::Integrations => "Other connections",
    }
}

/// Why an ability is missing, in a sentence that can stand where one would look for it.
pub(crate) const fn why(ability: Ability, reason: MissingReason) -> &'static str {
    match reason {
        MissingReason::NotOffered => not_offered(ability),
        MissingReason::DoneHere => done_here(ability),
        MissingReason::OtherForm => {
            "This server has this in a form of its own, which this program does not use."
        }
        MissingReason::NotUsedYet => "This server has this; this program does not use it yet.",
        MissingReason::NotKnownYet => "It is not known yet whether this server can do this.",
    }
}

const fn not_offered(ability: Ability) -> &'static str {
    match ability {
        Ability::MustChangePassword => "This server cannot ask for a new password at the next sign-in.",
        Ability::EditName => "On this server only its person can change the name.",
        Ability::EditEmail => "On this server only its person can change the address.",
        Ability::ConflictDetection => {
            "This server does not notice when two people edit at once: whoever saves last overwrites the other."
        }
        Ability::ChangeTimes => "This server does not keep when an account was changed.",
        Ability::OwnSessions => "This server does not show where you are signed in.",
        Ability::AccountSessions => "This server does not show where somebody is signed in.",
        Ability::EndSessionOnServer => {
            "Signing out forgets the session on this computer; the server lets it run out."
        }
        Ability::PasswordReset => "This server cannot reset passwords.",
        Ability::StaySignedInAfterPasswordChange => {
            "When you change your password, this server signs you out and lets you in again only after an hour."
        }
        Ability::Unlock => "This server does not lock accounts after failed sign-ins.",
        Ability::Audit => "This server keeps no audit trail.",
        Ability::Bulk => "This server changes one account at a time.",
        Ability::ImportAndExport => "This server has no import and no export.",
        Ability::NextcloudDetails => "This server does not say how an account is linked to Nextcloud.",
        Ability::TwoStepSignIn | Ability::TwoStepSetup => "This server has no two-step sign-in.",
        Ability::Registration => "On this server only administrators create accounts.",
        Ability::StepUp => "This server does not ask for the password again.",
        Ability::ComponentDetails => "This server says of each part only whether it works.",
        Ability::Integrations => "This server names none beyond its own parts.",
        _ => "This server does not offer this.",
    }
}

const fn done_here(ability: Ability) -> &'static str {
    match ability {
        Ability::SearchOnServer => "This computer searches, because the server cannot.",
        Ability::SortOnServer => "This computer sorts, because the server cannot.",
        Ability::TotalOnServer => "This computer counts, because the server does not say how many there are.",
        Ability::CreateInOneStep => "This takes two steps here: first the account, then its role.",
        _ => "This computer does it instead.",
    }
}

/// What a server must be able to do for a chip to mean anything.
pub(crate) const fn needed_by(chip: Chip) -> Option<Ability> {
    match chip {
        Chip::Status(StatusFilter::Locked) => Some(Ability::Unlock),
        Chip::Status(StatusFilter::MustChangePassword) => Some(Ability::MustChangePassword),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ability_has_a_name_of_its_own_and_a_sentence_for_every_reason() {
        let mut labels: Vec<_> = Ability::ALL.iter().map(|ability| label(*ability)).collect();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), Ability::ALL.len());
        for reason in [
            MissingReason::NotOffered,
            MissingReason::DoneHere,
            MissingReason::OtherForm,
            MissingReason::NotUsedYet,
            MissingReason::NotKnownYet,
        ] {
            assert!(Ability::ALL.iter().all(|ability| why(*ability, reason).ends_with('.')));
        }
    }

    #[test]
    fn a_chip_that_counts_what_the_server_does_not_know_is_none_to_press() {
        let needing: Vec<_> = Chip::ALL.into_iter().filter_map(needed_by).collect();
        assert_eq!(needing, [Ability::Unlock, Ability::MustChangePassword]);
    }
}
