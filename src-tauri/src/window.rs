//! The one window: opened from the configuration, remembered in size and place, brought back on a second start.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tauri::{App, AppHandle, Manager, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::{AppHandleExt, StateFlags};

/// The window's label in the configuration and in the capability.
pub(crate) const LABEL: &str = "main";

/// How long the window must stay as it is before its size and place are written down.
const REST: Duration = Duration::from_millis(500);

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
    let window = WebviewWindowBuilder::from_config(app.handle(), configuration)?
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .build()?;
    let (app, changes) = (app.handle().clone(), Arc::new(AtomicU64::new(0)));
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Resized(_) | WindowEvent::Moved(_)) {
            save_when_at_rest(app.clone(), Arc::clone(&changes));
        }
    });
    Ok(())
}

/// Writes size and place down once the window has come to rest. The plugin by itself does so only when the
/// program ends in order, which it does not when the computer is switched off.
fn save_when_at_rest(app: AppHandle, changes: Arc<AtomicU64>) {
    let change = changes.fetch_add(1, Ordering::Relaxed) + 1;
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(REST).await;
        if changes.load(Ordering::Relaxed) == change
            && let Err(error) = app.save_window_state(StateFlags::all())
        {
            tracing::warn!(%error, "the window's size and place were not written down");
        }
    });
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
