//! The one window: opened from the configuration, remembered in size and place, brought back on a second start.

use tauri::{App, AppHandle, Manager, WebviewWindowBuilder};

/// The window's label in the configuration and in the capability.
pub(crate) const LABEL: &str = "main";

/// Opens the window as configured. What leads away from the interface is refused.
///
/// # Errors
/// The system's web view cannot be opened.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    let configuration = app
        .config()
        .app
        .windows
        .iter()
        .find(|window| window.label == LABEL)
        .ok_or(tauri::Error::WindowNotFound)?;
    WebviewWindowBuilder::from_config(app.handle(), configuration)?
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .build()?;
    Ok(())
}

/// Shows the window that is already open instead of opening a second one.
pub(crate) fn bring_to_front(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let brought = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
        if let Err(error) = brought {
            tracing::warn!(%error, "the window could not be brought to the front");
        }
    }
}
