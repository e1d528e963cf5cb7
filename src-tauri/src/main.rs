//! The executable: prepares the process and opens the window.

// Without this a console opens beside the window on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> anyhow::Result<()> {
    #[cfg(target_os = "linux")]
    voiceassist_admin::restart_where_the_web_view_would_stay_blank()?;
    voiceassist_client::install_crypto_provider();
    voiceassist_admin::run()
}
