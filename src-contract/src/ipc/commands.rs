//! The commands themselves, and the list of their names.

use serde::{Deserialize, Serialize};

use super::{
    Capabilities, Command, ConnectionReport, ListedAccounts, Profile, ProfileId, ServerStatus, SessionInfo,
    Settings, SettingsState,
};
use crate::accounts::{
    Account, AccountQuery, AccountWithPassword, CreateAccountRequest, UpdateAccountRequest,
    UpdateProfileRequest, User,
};
use crate::auth::{Policy, SessionList, SessionsEnded};
use crate::password::Assessment;
use crate::{Id, Secret};

macro_rules! commands {
    ($($(#[$doc:meta])* $name:literal $command:ident $fields:tt -> $output:ty;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Serialize, Deserialize)]
            pub struct $command $fields

            impl Command for $command {
                const NAME: &'static str = $name;
                type Output = $output;
            }
        )+

        /// The name of every command.
        pub const COMMAND_NAMES: &[&str] = &[$($name),+];
    };
}

commands! {
    /// The settings, read once at the start.
    "load_settings" LoadSettings {} -> SettingsState;

    /// Replaces appearance and the chosen profile; profiles have commands of their own.
    "save_settings" SaveSettings {
        /// The settings to keep; `profiles` is ignored.
        pub settings: Settings,
    } -> Settings;

    /// Adds a profile or replaces the one with its id.
    "save_profile" SaveProfile {
        /// The profile; name and address are checked.
        pub profile: Profile,
    } -> Settings;

    /// Forgets a profile and its keychain item, ending its session first.
    "remove_profile" RemoveProfile {
        /// Which one.
        pub profile_id: ProfileId,
    } -> Settings;

    /// Asks an address for its `/health`.
    "test_connection" TestConnection {
        /// The profile as typed, saved or not.
        pub profile: Profile,
    } -> ConnectionReport;

    /// Who is signed in: now, or again with the refresh token in the keychain. `None` is nobody.
    "resume_session" ResumeSession {
        /// To which server.
        pub profile_id: ProfileId,
    } -> Option<SessionInfo>;

    /// Signs in.
    "sign_in" SignIn {
        /// To which server.
        pub profile_id: ProfileId,
        /// The account's e-mail address.
        pub email: String,
        /// Its password.
        pub password: Secret,
        /// Whether to keep the refresh token in the keychain.
        pub keep_signed_in: bool,
    } -> SessionInfo;

    /// Ends the session on the server and forgets its tokens, the latter also when the server is away.
    "sign_out" SignOut {} -> ();

    /// Gives the code that a sign-in asked for with the condition `second_step`. A wrong code can be followed
    /// by another one; after ten minutes the password has to be given again.
    "verify_second_step" VerifySecondStep {
        /// To which server.
        pub profile_id: ProfileId,
        /// The code of the moment, or a backup code.
        pub code: Secret,
        /// Whether it is a backup code.
        pub is_backup_code: bool,
    } -> SessionInfo;

    /// What can be done on the server in use. It may change with any answer of `sign_in`, `resume_session` and
    /// `check_status`, for a server may be exchanged while the window is open.
    "get_capabilities" GetCapabilities {} -> Capabilities;

    /// The server's policy.
    "get_policy" GetPolicy {} -> Policy;

    /// The own account, fresh from the server.
    "get_profile" GetProfile {} -> User;

    /// Changes the own profile.
    "update_profile" UpdateProfile {
        /// What to change.
        pub changes: UpdateProfileRequest,
        /// The version that the change is based on.
        pub version: i64,
    } -> User;

    /// Changes the own password. The other sessions end.
    "change_password" ChangePassword {
        /// The password in use.
        pub current_password: Secret,
        /// The new one.
        pub new_password: Secret,
    } -> SessionInfo;

    /// Holds a password against the policy, without the network.
    "assess_password" AssessPassword {
        /// The password as far as it is typed.
        pub password: Secret,
        /// Whose it will be.
        pub full_name: String,
        /// Whose it will be.
        pub email: String,
    } -> Assessment;

    /// The own sessions.
    "list_own_sessions" ListOwnSessions {} -> SessionList;

    /// Ends one of the own sessions, or all others.
    "end_own_sessions" EndOwnSessions {
        /// Which one; all others if left out.
        pub session_id: Option<Id>,
    } -> SessionsEnded;

    /// A page of accounts. Where this computer searches and sorts itself, `loading` says how far it has come;
    /// cursors stay good while more is loaded.
    "list_accounts" ListAccounts {
        /// Which ones, and where to go on.
        pub query: AccountQuery,
    } -> ListedAccounts;

    /// One account.
    "get_account" GetAccount {
        /// Which one.
        pub id: Id,
    } -> Account;

    /// Makes an account.
    "create_account" CreateAccount {
        /// The new account.
        pub account: CreateAccountRequest,
    } -> AccountWithPassword;

    /// Changes an account, if it is still at `version`.
    "update_account" UpdateAccount {
        /// Which one.
        pub id: Id,
        /// The version that the change is based on.
        pub version: i64,
        /// What to change.
        pub changes: UpdateAccountRequest,
    } -> Account;

    /// Deactivates an account and ends its sessions.
    "deactivate_account" DeactivateAccount {
        /// Which one.
        pub id: Id,
    } -> Account;

    /// Brings a deactivated account back.
    "restore_account" RestoreAccount {
        /// Which one.
        pub id: Id,
    } -> Account;

    /// Gives an account a temporary password, ends its sessions and clears its lock.
    "reset_password" ResetPassword {
        /// Which one.
        pub id: Id,
    } -> AccountWithPassword;

    /// Clears the delay that failed sign-ins led to.
    "unlock_account" UnlockAccount {
        /// Which one.
        pub id: Id,
    } -> Account;

    /// An account's sessions.
    "list_account_sessions" ListAccountSessions {
        /// Whose.
        pub id: Id,
    } -> SessionList;

    /// Ends one of an account's sessions, or all.
    "end_account_sessions" EndAccountSessions {
        /// Whose.
        pub id: Id,
        /// Which one; all if left out.
        pub session_id: Option<Id>,
    } -> SessionsEnded;

    /// The server and its components.
    "check_status" CheckStatus {} -> ServerStatus;

    /// Puts a text on the clipboard.
    "copy_text" CopyText {
        /// The text; it may be a temporary password.
        pub text: Secret,
    } -> ();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_is_listed_twice() {
        let mut names = COMMAND_NAMES.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COMMAND_NAMES.len());
    }

    #[test]
    fn arguments_with_a_password_do_not_show_it_in_debug_output() {
        let sign_in = SignIn {
            profile_id: ProfileId::nil(),
            email: "ana@lakeside.example".into(),
            password: "hunter2".into(),
            keep_signed_in: true,
        };
        assert!(!format!("{sign_in:?}").contains("hunter2"));
    }
}
