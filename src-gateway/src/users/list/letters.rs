//! Searches that the index of letters answers: those for three letters and more.

use sea_orm::sea_query::{Expr, ExprTrait, IntoTableRef, Query, SelectStatement};
use sea_orm::{Condition, DbBackend};
use voiceassist_contract::email::comparison_key;

use crate::accounts::name_key;
use crate::tables::account_index::{AccountLetters, AccountSearch};
use crate::users::list::filter::containing;
use crate::users::list::request::Filter;

/// The index has every three letters in a row, and nothing shorter.
const FEWEST: usize = 3;

/// The letters that are searched for, as names and as addresses are folded; for most letters that is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letters(Vec<String>);

impl Letters {
    /// What the filter searches for, if the index can answer it.
    pub fn of_filter(filter: &Filter) -> Option<Self> {
        let letters = fold(filter.search.as_deref()?);
        letters.iter().all(|letters| letters.chars().count() >= FEWEST).then_some(Self(letters))
    }

    /// The rows that have them, without columns yet: of `account_letters` on SQLite, where a row's number is all
    /// that is known, and of `account_search` on PostgreSQL.
    pub fn select_numbers(&self, backend: DbBackend) -> SelectStatement {
        match backend {
            DbBackend::Sqlite => select(AccountLetters::Table, self.matched()),
            _ => select(AccountSearch::Table, self.indexed()),
        }
    }

    /// The rows of `account_search` that have them, without columns yet.
    pub fn select_accounts(&self, backend: DbBackend) -> SelectStatement {
        let mut hits = self.select_numbers(backend);
        if backend == DbBackend::Sqlite {
            let number = Expr::col((AccountSearch::Table, AccountSearch::Number));
            let is_hit = number.equals((AccountLetters::Table, AccountLetters::Rowid));
            hits.inner_join(AccountSearch::Table, is_hit);
        }
        hits
    }

    /// The expression that gives the flags of a row of [`Self::select_numbers`].
    pub fn flags(backend: DbBackend) -> &'static str {
        if backend == DbBackend::Sqlite { "rowid" } else { "flags" }
    }

    fn matched(&self) -> Condition {
        let quoted: Vec<String> =
            self.0.iter().map(|letters| format!("\"{}\"", letters.replace('"', "\"\""))).collect();
        Condition::all().add(Expr::cust_with_values("account_letters MATCH ?", [quoted.join(" OR ")]))
    }

    /// What rows of `account_search` fulfil on PostgreSQL, said so that the index of letters finds them. What the
    /// index cannot tell stands apart from what it can, which else would be worked out again for every hit.
    fn indexed(&self) -> Condition {
        let has_all = "account_letters_of(account_search.search_key) @> account_letters_of($1)";
        let found = |letters: &String| Expr::cust_with_values(has_all, [letters.as_str()]);
        let is_told_by_index = self.0.iter().all(|letters| letters.chars().count() == FEWEST);
        Condition::all()
            .add(self.0.iter().fold(Condition::any(), |any, letters| any.add(found(letters))))
            .add_option((!is_told_by_index).then(|| self.contained()))
    }

    /// What rows of `account_search` fulfil that are looked at anyway.
    pub fn contained(&self) -> Condition {
        let column = || Expr::col((AccountSearch::Table, AccountSearch::SearchKey));
        self.0.iter().fold(Condition::any(), |any, letters| any.add(column().like(containing(letters))))
    }
}

/// What is searched for as names and as addresses are folded, each once.
pub fn fold(search: &str) -> Vec<String> {
    let mut letters = vec![name_key(search), comparison_key(search)];
    letters.dedup();
    letters
}

fn select(table: impl IntoTableRef, condition: Condition) -> SelectStatement {
    Query::select().from(table).cond_where(condition).take()
}
