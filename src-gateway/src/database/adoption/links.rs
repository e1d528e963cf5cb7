//! The accounts in Nextcloud that the other gateway knew of stay whose they are. Without that, making an account
//! there for somebody who has one would divide their files between two.

use std::collections::BTreeSet;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use voiceassist_contract::Id;

use super::catalog::{Table, read};
use crate::nextcloud::ids::{comparison_id, parse_nextcloud_id};
use crate::nextcloud::links::LINKED;
use crate::tables::nextcloud_links::{ActiveModel, Column, Entity};

/// The other gateway's column.
const COLUMN: &str = "nextcloud_user_id";

/// Accounts that are read at a time.
const CHUNK: usize = 2_000;

/// What became of the other gateway's links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AdoptedLinks {
    /// Accounts that are linked now.
    pub(super) linked: u64,
    /// Accounts that are not, because another names the same account in Nextcloud, or what they name can be none.
    pub(super) unclear: u64,
}

/// Links each account with the one in Nextcloud that the other gateway had noted, unless two claim the same.
///
/// # Errors
/// If the database fails.
pub(super) async fn adopt_links<C: ConnectionTrait>(
    connection: &C,
    people: &str,
    before: &Table,
) -> Result<AdoptedLinks, DbErr> {
    let mut adopted = AdoptedLinks::default();
    if !before.column(COLUMN).is_some_and(|column| column.is_text()) {
        return Ok(adopted);
    }
    let mut claimed_twice = BTreeSet::new();
    let mut after = String::new();
    loop {
        let rows = read(
            connection,
            &format!(
                "SELECT id, {COLUMN} AS link FROM {people}
                  WHERE btrim({COLUMN}) <> '' {after} ORDER BY id LIMIT {CHUNK}"
            ),
        )
        .await?;
        for row in &rows {
            let (account, link): (Id, String) = (row.try_get("", "id")?, row.try_get("", "link")?);
            after = format!("AND id > '{account}'");
            let Ok(link) = parse_nextcloud_id(&link) else {
                adopted.unclear += 1;
                continue;
            };
            if insert_link(connection, account, &link).await? {
                adopted.linked += 1;
            } else {
                adopted.unclear += 1;
                claimed_twice.insert(comparison_id(&link));
            }
        }
        if rows.len() < CHUNK {
            break;
        }
    }
    // Whose they are, nobody can know: neither is linked, and an administrator says.
    for key in claimed_twice {
        let removed = Entity::delete_many().filter(Column::NextcloudKey.eq(key)).exec(connection).await?;
        adopted.linked -= removed.rows_affected;
        adopted.unclear += removed.rows_affected;
    }
    Ok(adopted)
}

/// Whether nobody else is linked with it.
async fn insert_link<C: ConnectionTrait>(connection: &C, account: Id, link: &str) -> Result<bool, DbErr> {
    let row = ActiveModel {
        account_id: Set(account),
        state: Set(LINKED.to_owned()),
        nextcloud_id: Set(Some(link.to_owned())),
        nextcloud_key: Set(Some(comparison_id(link))),
        wanted_id: Set(None),
        attempts: Set(0),
        attempted_at: Set(None),
        claim: Set(None),
        claimed_until: Set(None),
        last_error: Set(None),
        linked_at: Set(None),
    };
    let first_wins = OnConflict::column(Column::NextcloudKey).do_nothing().to_owned();
    let inserted = Entity::insert(row).on_conflict(first_wins).exec_without_returning(connection).await?;
    Ok(inserted > 0)
}
