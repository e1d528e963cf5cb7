//! What Tauri needs on macOS and Windows. It is named when absent, not installed: both ask for consent.

use anyhow::{Result, bail};

use crate::processes;

/// Fails with what to install, if something is missing.
#[cfg(target_os = "macos")]
pub(super) fn check() -> Result<()> {
    if processes::ask("xcode-select", &["-p"]).is_none() {
        bail!("Apple's command line tools are missing. Install them with:\n  xcode-select --install");
    }
    Ok(())
}

/// Fails with what to install, if something is missing.
#[cfg(windows)]
pub(super) fn check() -> Result<()> {
    const WEBVIEW: &str =
        r"HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    const FINDER: &str = r"C:\Program Files (x86)\Microsoft Visual Studio\Installer\vswhere.exe";
    if processes::ask(
        FINDER,
        &[
            "-products",
            "*",
            "-requires",
            "Microsoft.VisualStudio.Component.VC.Tools.x86.x64",
            "-property",
            "installationPath",
        ],
    )
    .is_none_or(|path| path.trim().is_empty())
    {
        bail!(
            "Microsoft's C++ Build Tools are missing. Install \"Desktop development with C++\" with:\n  winget install Microsoft.VisualStudio.2022.BuildTools"
        );
    }
    if processes::ask("reg", &["query", WEBVIEW]).is_none() {
        bail!(
            "Microsoft's WebView2 is missing. Install it with:\n  winget install Microsoft.EdgeWebView2Runtime"
        );
    }
    Ok(())
}

/// Nothing is known about other systems.
#[cfg(not(any(target_os = "macos", windows)))]
pub(super) fn check() -> Result<()> {
    Ok(())
}
