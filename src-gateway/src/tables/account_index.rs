//! `account_search`, `account_letters` and `account_counts`: what is kept beside `users` so that a million
//! accounts are searched and counted quickly. Triggers write them; everybody else only reads.

use sea_orm::DeriveIden;

/// A narrow row for each account.
#[derive(Clone, Copy, Debug, DeriveIden)]
pub enum AccountSearch {
    /// The table.
    Table,
    /// SQLite alone: the row's number, which tells roughly its name's place, and its kind.
    Number,
    /// The account.
    AccountId,
    /// Its kind, see [`crate::users::list::flags`].
    Flags,
    /// The name as sorted.
    NameKey,
    /// PostgreSQL alone: the text that a search looks into.
    SearchKey,
}

/// SQLite alone: every three letters in a row of the text that a search looks into.
#[derive(Clone, Copy, Debug, DeriveIden)]
pub enum AccountLetters {
    /// The table.
    Table,
    /// The number in `account_search`.
    Rowid,
}

/// How many accounts there are of each kind.
#[derive(Clone, Copy, Debug, DeriveIden)]
pub enum AccountCounts {
    /// The table.
    Table,
    /// The kind.
    Flags,
    /// How many; on PostgreSQL to be added up.
    Accounts,
}
