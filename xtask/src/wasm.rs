//! Compiles the interface for wasm, with rustup's standard library or, where that cannot be had, with a second
//! Rust: Debian's, which brings the source of the library, or one of Ubuntu's, for which it is a package.

mod toolchain;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine;

pub(crate) use toolchain::{Toolchain, choose_toolchain, forget_failure};

use crate::processes;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles `voiceassist-ui`; returns where the wasm file is.
pub(crate) fn build(workspace: &Workspace, toolchain: Toolchain) -> Result<PathBuf> {
    // A folder of its own: two compilers in one would each undo what the other did.
    let folder = workspace.target.join("interface");
    let mut command = toolchain.build(workspace);
    command
        .args(["--package", "voiceassist-ui", "--bin", "voiceassist-ui", "--profile", "wasm", "--target-dir"])
        .arg(&folder);
    processes::run(command)?;
    let file = folder.join(TARGET).join("wasm").join("voiceassist-ui.wasm");
    if !file.exists() {
        bail!("cargo built no {}", file.display());
    }
    Ok(file)
}

/// Writes the JavaScript that loads the wasm file, and the file made ready for it, into `folder`.
pub(crate) fn bind(file: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen
        .input_path(file)
        .out_name("voiceassist-ui")
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.generate(folder).context("wasm-bindgen does not understand what was compiled")?;
    turn_into_a_module(&folder.join("voiceassist-ui_bg.wasm"), &folder.join("voiceassist-ui-wasm.js"))
}

/// Replaces a wasm file by a script module that holds its bytes.
///
/// A page has to fetch a file; and the window's policy lets it connect to nothing but the shell's bridge.
fn turn_into_a_module(file: &Path, module: &Path) -> Result<()> {
    let bytes = std::fs::read(file).context("wasm-bindgen wrote no wasm file")?;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    let script =
        format!("export const bytes = Uint8Array.from(atob(\"{text}\"), (each) => each.charCodeAt(0));\n");
    std::fs::write(module, script).with_context(|| format!("{} cannot be written", module.display()))?;
    std::fs::remove_file(file).with_context(|| format!("{} cannot be removed", file.display()))
}
