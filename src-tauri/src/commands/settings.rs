//! Settings and server profiles.

use tauri::State;
use voiceassist_contract::ipc::{LoadSettings, RemoveProfile, SaveProfile, SaveSettings, TestConnection};

use crate::answer::{Answer, failure};
use crate::console::Console;

#[tauri::command]
pub(crate) async fn load_settings(
    console: State<'_, Console>,
    request: LoadSettings,
) -> Answer<LoadSettings> {
    let LoadSettings {} = request;
    Ok(console.settings_state())
}

#[tauri::command]
pub(crate) async fn save_settings(
    console: State<'_, Console>,
    request: SaveSettings,
) -> Answer<SaveSettings> {
    console.save_appearance(request.settings)
}

#[tauri::command]
pub(crate) async fn save_profile(console: State<'_, Console>, request: SaveProfile) -> Answer<SaveProfile> {
    console.save_profile(request.profile)
}

#[tauri::command]
pub(crate) async fn remove_profile(
    console: State<'_, Console>,
    request: RemoveProfile,
) -> Answer<RemoveProfile> {
    console.remove_profile(request.profile_id).await
}

#[tauri::command]
pub(crate) async fn test_connection(
    console: State<'_, Console>,
    request: TestConnection,
) -> Answer<TestConnection> {
    let client = console.client_for_trial(&request.profile)?;
    client.health().test_connection().await.map_err(failure)
}
