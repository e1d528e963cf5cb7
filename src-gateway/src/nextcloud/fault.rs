//! Everything that can go wrong with Nextcloud: a stable word, a sentence with what to do, and what the fault
//! means for what comes next.

use std::time::Duration;

use voiceassist_contract::health::ComponentState;
use voiceassist_contract::nextcloud::LinkError;

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident, $word:literal, $sentence:literal;)+) => {
        /// Why something did not work with Nextcloud. The words are stored and stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault {
            $($(#[$doc])* $variant,)+
        }

        impl Fault {
            /// Every fault.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that is stored and sent.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// A sentence for a person. Nothing that Nextcloud said is repeated in it.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)+ }
            }
        }
    };
}

faults! {
    /// No connection, or no answer in time.
    Unreachable, "unreachable", "Nextcloud does not answer. The server's log says why.";
    /// The gateway's own calls wait for one another, and this one waited too long.
    Busy, "busy", "Other calls to Nextcloud are still under way. Try again in a moment.";
    /// HTTP 401, OCS 997.
    CredentialsRejected, "credentials_rejected",
        "Nextcloud does not take NEXTCLOUD_ADMIN_USER and NEXTCLOUD_ADMIN_PASSWORD. Set an app password of an \
         administrator there; with these credentials the gateway tries again after 15 minutes at the earliest.";
    /// HTTP 403 "Password confirmation is required", which Nextcloud 34 answers to app passwords.
    ConfirmationRequired, "confirmation_required",
        "Nextcloud wants its administrator's password confirmed and takes no app password for this. Set the \
         administrator's own password, or update Nextcloud to a version without this limitation.";
    /// HTTP 403, or OCS 998 where something is read.
    NotPermitted, "not_permitted", "The user in NEXTCLOUD_ADMIN_USER is not an administrator of Nextcloud.";
    /// HTTP 429 with a body: too many wrong passwords from this address.
    Throttled, "throttled",
        "Nextcloud has blocked the gateway's address after wrong passwords. It lets it in again after half an \
         hour, or when its brute-force protection is reset.";
    /// HTTP 429 without a body: more than 50 edits in 10 minutes.
    EditLimit, "edit_limit", "Nextcloud takes no more than 50 edits in 10 minutes. Try again in a few minutes.";
    /// HTTP 503 with its header.
    Maintenance, "maintenance", "Nextcloud is in maintenance, or waits for an upgrade. Try again when it is done.";
    /// HTTP 503 without it.
    Starting, "starting", "Nextcloud is not ready yet. Try again in a moment.";
    /// HTTP 400 about its `trusted_domains`.
    UntrustedHost, "untrusted_host",
        "Nextcloud refuses the host name in NEXTCLOUD_URL. Add it to its trusted_domains.";
    /// A redirect, which is not followed: the credentials are for one place.
    Redirected, "redirected", "Nextcloud's address leads elsewhere. Set NEXTCLOUD_URL to where it leads.";
    /// HTTP 412: the header `OCS-APIRequest` did not arrive.
    HeaderMissing, "header_missing", "A proxy before Nextcloud takes the header OCS-APIRequest away. Let it pass.";
    /// HTTP 500, OCS 996 or 500. It may have done what it was asked.
    ServerFailed, "server_failed", "Nextcloud failed when it was asked. Its own log says why.";
    /// An answer that nobody can read, or one about somebody else.
    NotNextcloud, "not_nextcloud", "What answers at Nextcloud's address is not Nextcloud.";
    /// OCS 404 "Invalid query".
    NotOffered, "not_offered", "Nextcloud does not offer its accounts. Switch its app provisioning_api on.";
    /// There is no such account.
    NoSuchUser, "no_such_user", "Nextcloud has no such account.";
    /// OCS 107 or a password that is no password.
    PasswordRefused, "password_refused",
        "Nextcloud's password policy refuses passwords that the gateway makes: 22 letters, digits and hyphens.";
    /// Any other refusal.
    Refused, "refused", "Nextcloud refused to make the account. Its own log says why.";
    /// The account in Nextcloud belongs to another account here.
    Taken, "taken", "That account in Nextcloud is linked to somebody else.";
    /// It was made, but nobody was there any more to be shown its password.
    PasswordNotShown, "password_not_shown",
        "The account was made, but nobody waited for its password. Try again to get a new one.";
}

/// As long as Nextcloud counts wrong passwords towards its block.
const BLOCK_PAUSE: Duration = Duration::from_secs(30 * 60);

/// Half of it: two wrong passwords in that time never lead to the block, which needs more than ten.
const REJECTED_PAUSE: Duration = Duration::from_secs(15 * 60);

impl Fault {
    /// The fault with this word, if this version knows it.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.code() == code)
    }

    /// For a fault of the credentials, how long nothing is sent with them after it.
    pub const fn pause(self) -> Option<Duration> {
        match self {
            Self::CredentialsRejected => Some(REJECTED_PAUSE),
            Self::Throttled => Some(BLOCK_PAUSE),
            Self::ConfirmationRequired => Some(Duration::ZERO),
            _ => None,
        }
    }

    /// Whether what was asked cannot have been done: the request was turned away at the door.
    pub(super) const fn is_before_the_work(self) -> bool {
        matches!(
            self,
            Self::Busy
                | Self::CredentialsRejected
                | Self::ConfirmationRequired
                | Self::NotPermitted
                | Self::Throttled
                | Self::EditLimit
                | Self::Maintenance
                | Self::UntrustedHost
                | Self::Redirected
                | Self::HeaderMissing
                | Self::NotOffered
                | Self::PasswordRefused
        )
    }

    /// What it says of Nextcloud as a whole, if it says something.
    pub const fn component_state(self) -> Option<ComponentState> {
        match self {
            Self::CredentialsRejected | Self::Throttled => Some(ComponentState::CredentialsRejected),
            Self::ConfirmationRequired => Some(ComponentState::ConfirmationRequired),
            _ => None,
        }
    }

    /// As it is sent.
    pub fn to_wire(self) -> LinkError {
        LinkError { code: self.code().to_owned(), message: self.sentence().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_and_stands_for_one_fault() {
        for fault in Fault::ALL {
            assert_eq!(Fault::of_code(fault.code()), Some(*fault));
            assert!(fault.sentence().ends_with('.') && !fault.sentence().contains("  "), "{fault:?}");
        }
        assert_eq!(Fault::of_code("made_up_next_year"), None);
    }
}
