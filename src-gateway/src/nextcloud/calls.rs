//! When Nextcloud may be called: one attempt or look at a time in each process, and not at all during a pause.
//! What a call shows of the credentials is written before the next one may begin.

use std::time::Duration;

use sea_orm::DbErr;

use super::accounts::{NextcloudAccounts, Turn};
use super::fault::Fault;
use super::pause;
use crate::state::AppState;

/// Waits for the others of this process, at the longest so long, and gives the right to call.
///
/// # Errors
/// Why there is to be no call now.
pub(super) async fn begin_calls<'a>(
    state: &AppState,
    accounts: &'a NextcloudAccounts,
    longest: Duration,
) -> Result<Turn<'a>, Fault> {
    let turn = accounts.take_turn(longest).await?;
    match pause::find_pause(state.database.readers(), accounts.mark(), state.now()).await {
        Ok(None) => Ok(turn),
        Ok(Some(fault)) => Err(fault),
        Err(error) => {
            tracing::error!(cause = %error, "the database does not answer");
            Err(Fault::Busy)
        }
    }
}

/// Gives the right back, and writes what the calls have shown of the credentials.
pub(super) async fn end_calls(
    state: &AppState,
    accounts: &NextcloudAccounts,
    turn: Turn<'_>,
    fault: Option<Fault>,
) {
    if let Err(error) = remember(state, accounts, fault).await {
        tracing::error!(cause = %error, "what is wrong with Nextcloud's credentials was not written");
    }
    drop(turn);
}

async fn remember(state: &AppState, accounts: &NextcloudAccounts, fault: Option<Fault>) -> Result<(), DbErr> {
    let mark = accounts.mark();
    let is_known = pause::find_last_fault(state.database.readers(), mark).await?.is_some();
    if fault.map_or(!is_known, |fault| fault.pause().is_none()) {
        return Ok(());
    }
    let transaction = state.database.begin_write().await?;
    match fault {
        None => pause::end_pause(&transaction, mark).await?,
        Some(fault) => pause::note_fault(&transaction, mark, fault, state.now()).await?,
    }
    transaction.commit().await
}
