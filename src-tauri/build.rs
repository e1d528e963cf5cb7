//! Generates what Tauri needs: the permissions of each command, the capability, the embedded interface.

use std::{fs, io, path::Path, time::SystemTime};

use voiceassist_contract::ipc::COMMAND_NAMES;

fn main() -> io::Result<()> {
    put_a_page_where_the_interface_is_not_built_yet()?;
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMAND_NAMES));
    tauri_build::try_build(attributes).map_err(io::Error::other)?;
    let_them_be_of_long_ago(Path::new("permissions"));
    Ok(())
}

/// The interface is embedded at compile time, so that a plain `cargo check` in a fresh clone needs
/// something to embed; it says what to do should anybody ever see it.
fn put_a_page_where_the_interface_is_not_built_yet() -> io::Result<()> {
    let page = Path::new("src-ui/dist/index.html");
    if !page.exists() {
        fs::create_dir_all("src-ui/dist")?;
        fs::write(
            page,
            "<!doctype html><title>VoiceAssist Admin</title><p>Build the interface: cargo xtask ui",
        )?;
        let_them_be_of_long_ago(Path::new("src-ui/dist"));
    }
    println!("cargo:rerun-if-changed=src-ui/dist");
    Ok(())
}

/// Cargo watches these files, and what this script itself writes is newer than its start: the next build would take
/// that for a change and do everything again. Where the time cannot be set it does, once, and nothing is wrong.
fn let_them_be_of_long_ago(path: &Path) {
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let_them_be_of_long_ago(&entry.path());
    }
    let _ = fs::File::open(path).and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH));
}
