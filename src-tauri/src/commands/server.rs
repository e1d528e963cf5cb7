//! The server's state, and what this computer does with a text.

use tauri::{AppHandle, State};
use tauri_plugin_clipboard_manager::ClipboardExt;
use voiceassist_contract::ipc::{CheckStatus, CopyText, Failure, FailureKind};

use crate::answer::{Answer, failure};
use crate::console::Console;

#[tauri::command]
pub(crate) async fn check_status(console: State<'_, Console>, request: CheckStatus) -> Answer<CheckStatus> {
    let CheckStatus {} = request;
    let status = console.client()?.health().status().await.map_err(failure);
    // The server may have been exchanged while the window was open; this is asked often.
    console.remember_current_dialect();
    status
}

#[tauri::command]
pub(crate) async fn copy_text(app: AppHandle, request: CopyText) -> Answer<CopyText> {
    app.clipboard().write_text(request.text.expose()).map_err(|error| {
        tracing::warn!(%error, "the clipboard could not be written");
        Failure::new(
            FailureKind::Internal,
            "The clipboard could not be used. Select the text and copy it by hand.",
        )
    })
}
