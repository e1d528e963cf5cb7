//! Which hits of a search can be on a page in the order of names, told by their numbers alone.
//!
//! On SQLite an account's number begins with roughly the place of its name, and the index of letters gives hits in
//! the order of numbers. So of a hundred thousand hits only those few are looked at that can be on the page:
//! those up to the first ones that are too far, and whatever shares their place.

use sea_orm::sea_query::{Expr, ExprTrait, Func, Order};
use sea_orm::{Condition, DbBackend};

use crate::tables::account_index::AccountLetters;
use crate::users::list::flags::Kinds;
use crate::users::list::letters::Letters;

/// The bits below the place of the name in an account's number.
const BELOW_PLACE: u32 = 28;
/// All of those bits.
const BELOW: i64 = (1 << BELOW_PLACE) - 1;

/// A page in the order of names.
#[derive(Clone, Copy, Debug)]
pub struct NamePage<'a> {
    /// The name after which it comes.
    pub after: Option<&'a str>,
    /// Whether names go from the last to the first.
    pub is_backwards: bool,
    /// How many accounts it has at most.
    pub most: u64,
}

impl NamePage<'_> {
    /// What numbers of hits fulfil that can be on the page. More of them than that, but not many more.
    pub fn numbers(&self, letters: &Letters, kinds: Kinds) -> Condition {
        let rowid = || Expr::col((AccountLetters::Table, AccountLetters::Rowid));
        let after = self.after.map(place_of);
        // Beyond the place of the name before, as many as fit on the page are enough. At that place itself any may
        // come before or after that name.
        let mut beyond = letters.select_numbers(DbBackend::Sqlite);
        if !kinds.are_all() {
            beyond.cond_where(Expr::cust(kinds.condition("rowid")));
        }
        let (bound, order, none) = if self.is_backwards {
            if let Some(place) = after {
                beyond.cond_where(rowid().lt(place << BELOW_PLACE));
            }
            (Expr::cust(format!("rowid & ~{BELOW}")), Order::Desc, i64::MIN)
        } else {
            if let Some(place) = after {
                beyond.cond_where(rowid().gt(place << BELOW_PLACE | BELOW));
            }
            (Expr::cust(format!("rowid | {BELOW}")), Order::Asc, i64::MAX)
        };
        beyond.expr(bound).order_by((AccountLetters::Table, AccountLetters::Rowid), order);
        beyond.limit(1).offset(self.most.saturating_sub(1));
        let last = Func::coalesce([Expr::SubQuery(None, Box::new(beyond.into())), Expr::value(none)]);
        if self.is_backwards {
            let first = after.map(|place| rowid().lte(place << BELOW_PLACE | BELOW));
            Condition::all().add(rowid().gte(last)).add_option(first)
        } else {
            let first = after.map(|place| rowid().gte(place << BELOW_PLACE));
            Condition::all().add(rowid().lte(last)).add_option(first)
        }
    }
}

/// The place of a name, as the view `account_places` gives it.
fn place_of(name_key: &str) -> i64 {
    let mut letters = name_key.chars().map(|letter| i64::from(u32::from(letter)));
    let mut next = |most: i64| std::cmp::min(letters.next().unwrap_or(0), most);
    let first = next(8_191);
    let second = if first < 8_191 { next(2_047) } else { 0 };
    let third = if first < 8_191 && second < 2_047 { next(2_047) } else { 0 };
    (first << 22) + (second << 11) + third
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::list::crowd::Crowd;
    use proptest::prelude::*;
    use sea_orm::{ConnectionTrait, Statement};

    #[tokio::test]
    async fn the_database_and_this_program_agree_on_every_place() {
        let crowd = Crowd::on_sqlite(200, 3).await;
        let sql = "SELECT number, name_key FROM account_search";
        let statement = Statement::from_string(DbBackend::Sqlite, sql);
        let rows = crowd.database.readers().query_all_raw(statement).await.expect("reads");
        assert_eq!(rows.len(), 200);
        for row in rows {
            let (number, name): (i64, String) =
                (row.try_get("", "number").expect("a number"), row.try_get("", "name_key").expect("a name"));
            assert_eq!(number >> BELOW_PLACE, place_of(&name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn places_never_contradict_the_order_of_names(one in "\\PC{0,5}", other in "\\PC{0,5}") {
            prop_assert!((one <= other) == (one.as_bytes() <= other.as_bytes()));
            let (before, after) = if one <= other { (one, other) } else { (other, one) };
            prop_assert!(place_of(&before) <= place_of(&after));
            prop_assert!(place_of(&after) < 1 << 35);
        }
    }
}
