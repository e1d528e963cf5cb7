//! The account of whoever is signed in.

use tauri::State;
use voiceassist_contract::ipc::{
    AssessPassword, ChangePassword, EndOwnSessions, GetProfile, ListOwnSessions, UpdateProfile,
};
use voiceassist_contract::password;

use crate::answer::{Answer, failure};
use crate::console::Console;

#[tauri::command]
pub(crate) async fn get_profile(console: State<'_, Console>, request: GetProfile) -> Answer<GetProfile> {
    let GetProfile {} = request;
    console.client()?.users().me().await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn update_profile(
    console: State<'_, Console>,
    request: UpdateProfile,
) -> Answer<UpdateProfile> {
    console.client()?.users().update_me(request.version, &request.changes).await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn change_password(
    console: State<'_, Console>,
    request: ChangePassword,
) -> Answer<ChangePassword> {
    let client = console.client()?;
    client.users().change_password(&request.current_password, &request.new_password).await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn assess_password(request: AssessPassword) -> Answer<AssessPassword> {
    Ok(password::assess_password(request.password.expose(), &request.full_name, &request.email))
}

#[tauri::command]
pub(crate) async fn list_own_sessions(
    console: State<'_, Console>,
    request: ListOwnSessions,
) -> Answer<ListOwnSessions> {
    let ListOwnSessions {} = request;
    console.client()?.auth().sessions().await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn end_own_sessions(
    console: State<'_, Console>,
    request: EndOwnSessions,
) -> Answer<EndOwnSessions> {
    console.client()?.auth().end_session(request.session_id).await.map_err(failure)
}
