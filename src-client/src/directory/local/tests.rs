//! Pages of loaded accounts: complete in every order, and good while more is loaded.

use super::*;
use voiceassist_contract::accounts::User;

const EVERY_SORT: [SortKey; 6] = [
    SortKey::FullName,
    SortKey::Email,
    SortKey::Role,
    SortKey::Status,
    SortKey::LastLogin,
    SortKey::CreatedAt,
];

fn at(second: i64) -> Time {
    Time::from_timestamp(second, 0).expect("a moment")
}

fn account(number: u32) -> Account {
    let last_login = (!number.is_multiple_of(3)).then(|| at(i64::from(number % 5) * 100));
    let user = User {
        id: Id::from_u128(u128::from(number.wrapping_mul(2_654_435_761))),
        email: format!("P{number}@clinic.example"),
        full_name: format!("{} Person", ["Ana", "bea", "Çağla", "ana"][number as usize % 4]),
        role: if number.is_multiple_of(7) { Role::Admin } else { Role::User },
        is_active: !number.is_multiple_of(4),
        is_admin: number.is_multiple_of(7),
        must_change_password: false,
        mfa_enabled: false,
        created_at: at(i64::from(number % 6)),
        updated_at: at(0),
        last_login,
        version: 0,
    };
    Account { user, lock: None, sessions: None, nextcloud: None }
}

fn accounts(count: u32) -> HashMap<Id, Account> {
    (0..count).map(account).map(|account| (account.user.id, account)).collect()
}

fn page(accounts: &HashMap<Id, Account>, query: &AccountQuery) -> AccountPage {
    LocalQuery::read(query).expect("a sound query").answer(accounts, at(1_000))
}

#[test]
fn walking_through_the_pages_shows_everybody_once_and_backwards_is_the_reverse() {
    let accounts = accounts(83);
    for sort in EVERY_SORT {
        let walk = |order| {
            let mut query = AccountQuery { sort, order, limit: Some(7), ..AccountQuery::default() };
            let mut ids = Vec::new();
            loop {
                let page = page(&accounts, &query);
                ids.extend(page.items.iter().map(|account| account.user.id));
                query.cursor = page.next_cursor;
                if query.cursor.is_none() {
                    return ids;
                }
            }
        };
        let (mut forwards, backwards) = (walk(Order::Asc), walk(Order::Desc));
        assert_eq!(forwards.len(), 83, "{sort:?}");
        forwards.reverse();
        assert_eq!(forwards, backwards, "{sort:?}");
    }
}

#[test]
fn a_cursor_stays_good_while_more_is_loaded() {
    let (few, all) = (accounts(40), accounts(80));
    let mut query = AccountQuery { limit: Some(10), sort: SortKey::Email, ..AccountQuery::default() };
    let first = page(&few, &query);
    query.cursor = first.next_cursor;
    let second = page(&all, &query);
    let last_of_first = comparison_key(&first.items[9].user.email);
    assert!(second.items.iter().all(|account| comparison_key(&account.user.email) > last_of_first));
}

#[test]
fn administrators_and_active_accounts_come_first_and_those_who_never_signed_in_before_all_others() {
    let accounts = accounts(30);
    let first = |sort| {
        let query = AccountQuery { sort, limit: Some(1), ..AccountQuery::default() };
        page(&accounts, &query).items.remove(0).user
    };
    assert_eq!(first(SortKey::Role).role, Role::Admin);
    assert!(first(SortKey::Status).is_active);
    assert_eq!(first(SortKey::LastLogin).last_login, None);
}

#[test]
fn a_search_looks_into_name_address_and_id_without_case_and_counts_by_status() {
    let accounts = accounts(30);
    let query = |search: &str| AccountQuery {
        search: Some(search.into()),
        counts: Some(true),
        status: Some(StatusFilter::Inactive),
        ..AccountQuery::default()
    };
    assert_eq!(page(&accounts, &query("  p12@CLINIC ")).total, Some(1));
    let found = page(&accounts, &query("çağla"));
    let counts = found.counts.expect("counts");
    assert_eq!(
        (found.total, counts.all, counts.active),
        (Some(0), 7, 7),
        "filters do not count in the counts"
    );
    let wanted = account(5).user.id.to_string();
    assert_eq!(page(&accounts, &AccountQuery { status: None, ..query(&wanted[24..]) }).total, Some(1));
    assert_eq!(page(&accounts, &AccountQuery { count: Some(false), ..AccountQuery::default() }).total, None);
}

#[test]
fn inactive_since_counts_from_the_last_sign_in_or_the_making() {
    let accounts = accounts(30);
    let query = AccountQuery { inactive_since: Some(at(3)), ..AccountQuery::default() };
    let shown = page(&accounts, &query);
    assert!(shown.total.is_some_and(|total| total > 0 && total < 30));
    for account in shown.items {
        assert!(account.user.last_login.unwrap_or(account.user.created_at) < at(3));
    }
}
