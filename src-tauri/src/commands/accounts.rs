//! The clinic's accounts, for administrators.

use tauri::State;
use voiceassist_contract::ipc::{
    CreateAccount, DeactivateAccount, EndAccountSessions, GetAccount, ListAccountSessions, ListAccounts,
    ResetPassword, RestoreAccount, UnlockAccount, UpdateAccount,
};

use crate::answer::{Answer, failure};
use crate::console::Console;

#[tauri::command]
pub(crate) async fn list_accounts(
    console: State<'_, Console>,
    request: ListAccounts,
) -> Answer<ListAccounts> {
    console.client()?.users().list(&request.query).await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn get_account(console: State<'_, Console>, request: GetAccount) -> Answer<GetAccount> {
    console.client()?.users().get(request.id).await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn create_account(
    console: State<'_, Console>,
    request: CreateAccount,
) -> Answer<CreateAccount> {
    console.client()?.users().create(&request.account).await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn update_account(
    console: State<'_, Console>,
    request: UpdateAccount,
) -> Answer<UpdateAccount> {
    console.client()?.users().update(request.id, request.version, &request.changes).await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn deactivate_account(
    console: State<'_, Console>,
    request: DeactivateAccount,
) -> Answer<DeactivateAccount> {
    console.client()?.users().deactivate(request.id).await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn restore_account(
    console: State<'_, Console>,
    request: RestoreAccount,
) -> Answer<RestoreAccount> {
    console.client()?.users().restore(request.id).await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn reset_password(
    console: State<'_, Console>,
    request: ResetPassword,
) -> Answer<ResetPassword> {
    console.client()?.users().reset_password(request.id).await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn unlock_account(
    console: State<'_, Console>,
    request: UnlockAccount,
) -> Answer<UnlockAccount> {
    console.client()?.users().unlock(request.id).await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn list_account_sessions(
    console: State<'_, Console>,
    request: ListAccountSessions,
) -> Answer<ListAccountSessions> {
    console.client()?.users().sessions(request.id).await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn end_account_sessions(
    console: State<'_, Console>,
    request: EndAccountSessions,
) -> Answer<EndAccountSessions> {
    console.client()?.users().end_sessions(request.id, request.session_id).await.map_err(failure)
}
