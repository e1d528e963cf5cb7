//! How many accounts match: in all, and by status. What triggers have counted is read; the hits of a search are
//! counted in the index of letters, by the kind that each hit's number ends in; only what is searched for in one
//! or two letters is looked for account by account.

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter};
use voiceassist_contract::Time;
use voiceassist_contract::accounts::{Role, SortKey, StatusCounts, StatusFilter};

use crate::tables::account_index::{AccountCounts, AccountSearch};
use crate::tables::users::Entity;
use crate::users::list::filter::{Reading, has_status, matches, matches_search};
use crate::users::list::flags::Kinds;
use crate::users::list::letters::Letters;
use crate::users::list::order::first_name;
use crate::users::list::request::{Filter, ListRequest};

/// How many accounts a row is that stands for one account.
const EACH: &str = "1";

/// How many accounts there are, as triggers have counted them, for a statement that reads something else.
pub(super) const EVERYBODY: &str = "(SELECT CAST(COALESCE(SUM(accounts), 0) AS BIGINT) FROM account_counts)";

/// The accounts that a search finds, whatever else the filter says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// How many they are.
    pub number: u64,
    /// In the order of names: the first name of those that can be on the page, where that is known.
    pub first_name: Option<String>,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many accounts the filter shows, if that is known.
    pub total: Option<u64>,
    /// Who has the letters that are searched for, if that is known.
    pub hits: Option<Hits>,
    /// How many are in each state, if that was asked.
    pub counts: Option<StatusCounts>,
}

/// Counts what the request asks for, and also what costs next to nothing and tells how to read the page; but not
/// everybody, whom [`crate::users::list::listed`] counts beside the page.
///
/// # Errors
/// If the database fails.
pub async fn count<C: ConnectionTrait>(
    connection: &C,
    request: &ListRequest,
    now: Time,
) -> Result<Tally, DbErr> {
    let filter = &request.filter;
    let kinds = Kinds::of_filter(filter);
    let letters = Letters::of_filter(filter);
    let is_asked = !request.wants_everybody_counted() && (request.wants_total || request.wants_counts);
    let is_slow = filter.search.is_some() && letters.is_none();
    if !is_asked && (is_slow || *filter == Filter::default()) {
        return Ok(Tally::default());
    }
    let mut tally = Tally::default();
    let is_known_by_kind = kinds.is_some() || letters.is_some() || request.wants_counts;
    if is_known_by_kind && (is_asked || !is_slow) {
        let backend = connection.get_database_backend();
        let mut select = select_counts(filter, kinds, request.wants_counts, backend);
        // On SQLite the index alone is read, and it has no names.
        let is_by_name = request.sort == SortKey::FullName && backend == DbBackend::Postgres;
        let named = kinds.filter(|_| is_by_name && letters.is_some());
        if let Some(kinds) = named {
            select.expr_as(first_name(request, kinds), "first_name");
        }
        let found = connection.query_one(&select).await?;
        let row = found.ok_or_else(|| DbErr::RecordNotFound("a row of counts".to_owned()))?;
        let everybody = natural(row.try_get("", "everybody")?);
        if letters.is_some() {
            let first_name = if named.is_some() { row.try_get("", "first_name")? } else { None };
            tally.hits = Some(Hits { number: everybody, first_name });
        }
        if kinds.is_some() {
            tally.total = Some(natural(row.try_get("", "matching")?));
        }
        if request.wants_counts {
            let locked = count_locked(connection, filter, now).await?;
            tally.counts = Some(Counted::from_query_result(&row, "")?.with(everybody, locked));
        }
    }
    if tally.total.is_none() && request.wants_total {
        let shown = Entity::find().filter(matches(filter, now, Reading::Among));
        tally.total = Some(shown.count(connection).await?);
    }
    Ok(tally)
}

/// One row: how many there are, how many are of these kinds, and if wanted how many are in each state.
pub(super) fn select_counts(
    filter: &Filter,
    kinds: Option<Kinds>,
    by_status: bool,
    backend: DbBackend,
) -> SelectStatement {
    let (mut select, flags, weight) = find_source(filter, backend);
    let mut count = |kinds: Kinds, name: &'static str| {
        // PostgreSQL adds large numbers up to a type of its own; without rows both give nothing.
        let sum = match kinds.are_all() {
            true if weight == EACH => "COUNT(*)".to_owned(),
            true => format!("SUM({weight})"),
            false => format!("SUM(CASE WHEN {} THEN {weight} ELSE 0 END)", kinds.condition(flags)),
        };
        select.expr_as(Expr::cust(format!("CAST(COALESCE({sum}, 0) AS BIGINT)")), name);
    };
    count(Kinds::default(), "everybody");
    count(kinds.unwrap_or_default(), "matching");
    if by_status {
        let mut status = |status, name| {
            if let Some(kinds) = Kinds::of_status(status) {
                count(kinds, name);
            }
        };
        status(StatusFilter::Active, "active");
        status(StatusFilter::Inactive, "inactive");
        status(StatusFilter::NeverSignedIn, "never_signed_in");
        status(StatusFilter::MustChangePassword, "must_change_password");
        count(Kinds::of_role(Role::Admin), "administrators");
    }
    select
}

/// The rows to count, the expression that gives a row's kind, and the one that says how many accounts it is.
fn find_source(filter: &Filter, backend: DbBackend) -> (SelectStatement, &'static str, &'static str) {
    if filter.search.is_none() {
        return (Query::select().from(AccountCounts::Table).take(), "flags", "accounts");
    }
    if let Some(letters) = Letters::of_filter(filter) {
        return (letters.select_numbers(backend), Letters::flags(backend), EACH);
    }
    let mut rows = Query::select();
    rows.cond_where(matches_search(filter));
    if backend == DbBackend::Sqlite {
        let flags =
            "(is_active + 2 * (role = 'admin') + 4 * (last_login_key = 0) + 8 * must_change_password)";
        (rows.from(Entity).take(), flags, EACH)
    } else {
        (rows.from(AccountSearch::Table).take(), "flags", EACH)
    }
}

/// A lock ends by itself, so nobody can have counted it before; but only few accounts are locked.
async fn count_locked<C: ConnectionTrait>(connection: &C, filter: &Filter, now: Time) -> Result<u64, DbErr> {
    let locked = matches_search(filter).add(has_status(StatusFilter::Locked, now, Reading::Among));
    Entity::find().filter(locked).count(connection).await
}

#[derive(FromQueryResult)]
struct Counted {
    active: i64,
    inactive: i64,
    administrators: i64,
    never_signed_in: i64,
    must_change_password: i64,
}

impl Counted {
    fn with(self, everybody: u64, locked: u64) -> StatusCounts {
        StatusCounts {
            all: everybody,
            active: natural(self.active),
            inactive: natural(self.inactive),
            administrators: natural(self.administrators),
            locked,
            never_signed_in: natural(self.never_signed_in),
            must_change_password: natural(self.must_change_password),
        }
    }
}

fn natural(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
