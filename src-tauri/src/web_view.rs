//! What particular systems need before a web view can be opened.

/// The environment variable with which WebKitGTK is told not to share buffers with the graphics card.
#[cfg(target_os = "linux")]
const WITHOUT_DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Whether WebKitGTK would show a blank window: NVIDIA's driver with its shared-buffer renderer, unless
/// the person has decided about that already.
#[cfg(target_os = "linux")]
pub(crate) fn needs_restart_without_dmabuf() -> bool {
    std::env::var_os(WITHOUT_DMABUF).is_none() && std::path::Path::new("/proc/driver/nvidia/version").exists()
}

/// Starts this program again with the renderer switched off. A process cannot safely change its own
/// environment once threads run, and the web view reads it in threads of its own.
///
/// # Errors
/// The program could not be started again.
#[cfg(target_os = "linux")]
pub(crate) fn restart_without_dmabuf() -> std::io::Result<std::convert::Infallible> {
    use std::os::unix::process::CommandExt;
    let program = std::env::current_exe()?;
    Err(std::process::Command::new(program).args(std::env::args_os().skip(1)).env(WITHOUT_DMABUF, "1").exec())
}
