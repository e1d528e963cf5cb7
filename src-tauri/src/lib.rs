//! The desktop shell: one window, its settings, and the commands with which the interface reaches the
//! backend layer. It knows Tauri and nothing of HTTP or tokens.

mod answer;
mod commands;
mod console;
mod launch;
mod settings;
#[cfg(target_os = "linux")]
mod web_view;
mod window;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tauri::Manager;
use voiceassist_client::SystemClock;

use crate::console::{Console, TokenStores};
use crate::settings::SettingsFile;

/// How often to look whether a session needs new tokens: many times in the shortest life of a refresh token.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Opens the window and runs until it is closed.
///
/// # Errors
/// The system's web view cannot be opened, or the settings folder cannot be found.
pub fn run() -> anyhow::Result<()> {
    let context = tauri::generate_context!();
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| window::bring_to_front(app)))
        .plugin(
            tauri_plugin_log::Builder::new()
                .level(log_level())
                .level_for("voiceassist_admin", tauri_plugin_log::log::LevelFilter::Info)
                .level_for("voiceassist_client", tauri_plugin_log::log::LevelFilter::Info)
                .build(),
        )
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .plugin(tauri_plugin_clipboard_manager::init())
        .invoke_handler(commands::handler())
        .setup(|app| {
            let settings = SettingsFile::open(app.handle())?;
            let console = Console::new(Box::new(settings), TokenStores::open(), Arc::new(SystemClock));
            console.prepare_for(launch::requested_profile());
            app.manage(console);
            keep_sessions_alive(app.handle().clone());
            window::open(app)?;
            Ok(())
        })
        .run(context)
        .context("the window could not be opened")
}

/// Starts the program again with the setting that WebKitGTK needs on this computer, if it needs one.
///
/// # Errors
/// The program could not be started again.
#[cfg(target_os = "linux")]
pub fn restart_where_the_web_view_would_stay_blank() -> anyhow::Result<()> {
    if web_view::needs_restart_without_dmabuf() {
        web_view::restart_without_dmabuf().context("the program could not be started again")?;
    }
    Ok(())
}

/// Looks every half a minute whether a session needs new tokens to live on, as long as the window is open.
/// Each time the clock is asked anew, because a timer stands still while the computer sleeps.
fn keep_sessions_alive(app: tauri::AppHandle) {
    tauri::async_runtime::spawn(async move {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            app.state::<Console>().keep_sessions_alive().await;
        }
    });
}

/// Libraries speak up only when something is wrong.
fn log_level() -> tauri_plugin_log::log::LevelFilter {
    tauri_plugin_log::log::LevelFilter::Warn
}
