//! What is said of an adoption, to whoever ran it and in the audit trail.

use std::fmt;

use serde::Serialize;

/// What was adopted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Adopted {
    /// Accounts.
    pub accounts: u64,
    /// Active administrators among them.
    pub administrators: u64,
    /// Accounts without a password, which need a reset.
    pub without_password: u64,
    /// Accounts whose password was not hashed with bcrypt, which need a reset too.
    pub unreadable_passwords: u64,
    /// Accounts that had two-step sign-in, which this version does not ask for.
    pub two_step: u64,
    /// Accounts that could see what administrators see and change nothing; they are users now.
    pub viewers: u64,
    /// Accounts that are linked with an account in Nextcloud, as they were.
    pub nextcloud_links: u64,
    /// Accounts that are not, because what they were linked with is not clear.
    pub unclear_nextcloud_links: u64,
    /// Columns of the other gateway that new accounts now have a default in.
    pub given_defaults: Vec<String>,
    /// Columns of the other gateway that are called `old_…` now.
    pub set_aside: Vec<String>,
}

impl fmt::Display for Adopted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accounts, administrators, .. } = self;
        write!(formatter, "Adopted {accounts} accounts, {administrators} of them active administrators.")?;
        write!(formatter, "\nPeople sign in with the passwords they have. Everybody has to sign in again.")?;
        if *administrators == 0 {
            write!(formatter, "\nNobody can administer: run recover-admin.")?;
        }
        for (number, sentence) in [
            (self.without_password, "accounts have no password; reset it for who is to sign in."),
            (self.unreadable_passwords, "accounts have a password that is not bcrypt's; reset it."),
            (
                self.two_step,
                "accounts had two-step sign-in. This version does not ask for it; its columns stay.",
            ),
            (self.viewers, "accounts could look at what administrators see; now they are users."),
            (self.nextcloud_links, "accounts are linked with the accounts in Nextcloud that they had."),
            (
                self.unclear_nextcloud_links,
                "accounts are not, because others name the same one, or it can be none; link them anew.",
            ),
        ] {
            if number > 0 {
                write!(formatter, "\n{number} {sentence}")?;
            }
        }
        if !self.given_defaults.is_empty() {
            let names = self.given_defaults.join(", ");
            write!(
                formatter,
                "\nNew accounts have a default in columns that are not this gateway's: {names}."
            )?;
        }
        if !self.set_aside.is_empty() {
            let names = self.set_aside.join(", ");
            write!(formatter, "\nRenamed to old_…, because this gateway has columns of that name: {names}.")?;
        }
        Ok(())
    }
}
