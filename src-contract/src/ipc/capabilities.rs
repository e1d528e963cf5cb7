//! What can be done on the connected server. The interface asks this, never which version the server is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::DialectName;

macro_rules! abilities {
    ($($(#[$doc:meta])* $variant:ident;)+) => {
        /// Something that a server may or may not be able to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Ability { $($(#[$doc])* $variant,)+ }

        impl Ability {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }
    };
}

abilities! {
    /// Accounts are searched by the server.
    SearchOnServer;
    /// Accounts are ordered by the server, by any column.
    SortOnServer;
    /// The server says how many accounts there are.
    TotalOnServer;
    /// Accounts are made by one request that does all or nothing.
    CreateInOneStep;
    /// An account can be made to change its password at the next sign-in.
    MustChangePassword;
    /// An account's name can be changed by administrators.
    EditName;
    /// An account's e-mail address can be changed by administrators.
    EditEmail;
    /// An account's role can be changed.
    EditRole;
    /// An account can be deactivated and brought back.
    Deactivate;
    /// An edit that another one has overtaken is refused instead of overwriting it.
    ConflictDetection;
    /// The time of the last change of an account is known; without it `updated_at` is `created_at`.
    ChangeTimes;
    /// The own sessions can be listed and ended.
    OwnSessions;
    /// The sessions of others can be listed and ended.
    AccountSessions;
    /// Signing out ends the session on the server, and not only on this computer.
    EndSessionOnServer;
    /// An account can be given a temporary password.
    PasswordReset;
    /// One stays signed in after changing the own password.
    StaySignedInAfterPasswordChange;
    /// Failed sign-ins delay an account, and administrators see and clear that.
    Unlock;
    /// The audit trail can be read.
    Audit;
    /// Many accounts can be changed by one request.
    Bulk;
    /// Accounts can be imported and exported.
    ImportAndExport;
    /// It is known how an account is linked to Nextcloud.
    NextcloudDetails;
    /// Sign-in has a second step for those who have set one up.
    TwoStepSignIn;
    /// The own second step can be set up.
    TwoStepSetup;
    /// People can register themselves.
    Registration;
    /// The password can be given again before something delicate.
    StepUp;
    /// Each component is described, and not only said to work or not.
    ComponentDetails;
    /// Administrators see the list of what the server is connected to.
    Integrations;
}

/// Why something cannot be done, in a word that the interface turns into a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingReason {
    /// This server has nothing of the kind.
    NotOffered,
    /// This computer does it instead, after loading the accounts.
    DoneHere,
    /// The server has it in a form of its own, which this program does not use.
    OtherForm,
    /// The server has it, and this program does not use it yet.
    NotUsedYet,
    /// The server is not known yet: nobody has signed in.
    NotKnownYet,
}

/// What can be done on the connected server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// What the server is taken for, to be shown with diagnostics; nothing may branch on it.
    pub dialect: Option<DialectName>,
    /// What cannot be done, and why; everything else can.
    pub missing: BTreeMap<Ability, MissingReason>,
}

impl Capabilities {
    /// Everything but what is listed.
    pub fn all_but(
        dialect: DialectName,
        missing: impl IntoIterator<Item = (Ability, MissingReason)>,
    ) -> Self {
        Self { dialect: Some(dialect), missing: missing.into_iter().collect() }
    }

    /// Those of a server that nobody has spoken to yet.
    pub fn not_known_yet() -> Self {
        let missing = Ability::ALL.iter().map(|ability| (*ability, MissingReason::NotKnownYet)).collect();
        Self { dialect: None, missing }
    }

    /// Whether the server can do this.
    pub fn can(&self, ability: Ability) -> bool {
        !self.missing.contains_key(&ability)
    }

    /// Why the server cannot do this, if it cannot.
    pub fn reason(&self, ability: Ability) -> Option<MissingReason> {
        self.missing.get(&ability).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_crosses_the_bridge_with_its_reason() {
        let some = Capabilities::all_but(
            DialectName::November2025,
            [(Ability::Audit, MissingReason::NotOffered), (Ability::SortOnServer, MissingReason::DoneHere)],
        );
        let wire = serde_json::to_string(&some).expect("written");
        assert!(wire.contains(r#""sort_on_server":"done_here""#), "{wire}");
        assert_eq!(serde_json::from_str::<Capabilities>(&wire).expect("read"), some);
        assert!(some.can(Ability::PasswordReset) && !some.can(Ability::Audit));
    }

    #[test]
    fn nothing_is_offered_before_the_server_is_known() {
        let unknown = Capabilities::not_known_yet();
        assert!(Ability::ALL.iter().all(|ability| !unknown.can(*ability)));
    }
}
