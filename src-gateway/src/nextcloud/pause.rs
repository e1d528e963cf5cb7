//! Leaving Nextcloud alone after it refused the credentials or blocked the address: on every replica, and for
//! these credentials alone, so that new ones work at once. What was wrong is shown until they are taken.

use aws_lc_rs::hmac;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use url::Url;
use voiceassist_contract::health::ComponentState;
use voiceassist_contract::nextcloud::NextcloudStatus;
use voiceassist_contract::{Secret, Time};

use super::fault::Fault;
use crate::state::AppState;
use crate::tables::nextcloud_pause::{ActiveModel, Column, Entity, ONLY_ID};

/// The longest that a look at the health waits for the row.
const READ_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(1);

/// Stands for credentials and their place without telling them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CredentialsMark(String);

impl CredentialsMark {
    pub(super) fn new(key: &[u8], place: &Url, user: &str, password: &Secret) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let mut context = hmac::Context::with_key(&key);
        for part in ["voiceassist nextcloud credentials 1", place.as_str(), user, password.expose()] {
            // With its length, so that no two sets of parts look the same.
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part.as_bytes());
        }
        Self(hex::encode(context.sign().as_ref()))
    }
}

/// What was wrong with these credentials last, and until when nothing is to be sent because of it. It is
/// remembered until they are taken.
///
/// # Errors
/// If the database fails.
pub(super) async fn find_last_fault<C: ConnectionTrait>(
    connection: &C,
    mark: &CredentialsMark,
) -> Result<Option<(Fault, Time)>, DbErr> {
    let row = Entity::find_by_id(ONLY_ID).one(connection).await?;
    let row = row.filter(|row| row.credentials == mark.0);
    Ok(row.and_then(|row| Some((Fault::of_code(&row.fault)?, row.until))))
}

/// Why nothing is to be sent now.
///
/// # Errors
/// If the database fails.
pub(super) async fn find_pause<C: ConnectionTrait>(
    connection: &C,
    mark: &CredentialsMark,
    now: Time,
) -> Result<Option<Fault>, DbErr> {
    let last = find_last_fault(connection, mark).await?;
    Ok(last.and_then(|(fault, until)| (until > now).then_some(fault)))
}

/// The same status, unless Nextcloud is well and these credentials are not.
pub(crate) async fn tell_of_credentials(state: &AppState, status: NextcloudStatus) -> NextcloudStatus {
    let Some(accounts) = &state.neighbours.nextcloud_accounts else { return status };
    if status.state != ComponentState::Ok {
        return status;
    }
    // A database that does not answer is told of where the database is looked at.
    let last = find_last_fault(state.database.readers(), accounts.mark());
    let last = tokio::time::timeout(READ_TIMEOUT, last).await.ok().and_then(Result::ok).flatten();
    match last.and_then(|(fault, _)| Some((fault, fault.component_state()?))) {
        Some((fault, told)) => {
            NextcloudStatus { state: told, message: fault.sentence().to_owned(), ..status }
        }
        None => status,
    }
}

/// Remembers what is wrong with the credentials, if the fault is of that kind.
///
/// # Errors
/// If the database fails.
pub(super) async fn note_fault<C: ConnectionTrait>(
    transaction: &C,
    mark: &CredentialsMark,
    fault: Fault,
    now: Time,
) -> Result<(), DbErr> {
    let Some(pause) = fault.pause() else { return Ok(()) };
    let pause = chrono::Duration::from_std(pause).unwrap_or(chrono::Duration::zero());
    let row = ActiveModel {
        id: Set(ONLY_ID),
        credentials: Set(mark.0.clone()),
        fault: Set(fault.code().to_owned()),
        until: Set(now + pause),
    };
    let over = OnConflict::column(Column::Id)
        .update_columns([Column::Credentials, Column::Fault, Column::Until])
        .to_owned();
    Entity::insert(row).on_conflict(over).exec_without_returning(transaction).await?;
    Ok(())
}

/// Ends the pause: the credentials were taken.
///
/// # Errors
/// If the database fails.
pub(super) async fn end_pause<C: ConnectionTrait>(
    transaction: &C,
    mark: &CredentialsMark,
) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::Credentials.eq(mark.0.clone())).exec(transaction).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_credentials_have_another_mark_and_none_tells_them() {
        let mark = |place: &str, user: &str, password: &str| {
            CredentialsMark::new(b"a key", &place.parse().expect("an address"), user, &password.into())
        };
        let one = mark("http://cloud/", "root", "hunter2");
        assert_eq!(one, mark("http://cloud/", "root", "hunter2"));
        for other in [
            mark("http://cloud/", "root", "hunter3"),
            mark("http://cloud/", "roothunter2", ""),
            mark("http://cloud/", "roo", "thunter2"),
            mark("http://other/", "root", "hunter2"),
        ] {
            assert_ne!(one, other);
        }
        assert!(!one.0.contains("hunter2"));
    }
}
