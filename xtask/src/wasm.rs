//! Compiles the interface for wasm, with rustup's standard library or, where that cannot be had, with a second
//! Rust: Debian's, which brings the source of the library, or one of Ubuntu's, for which it is a package.

mod toolchain;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use base64::Engine;

pub(crate) use toolchain::{Toolchain, choose_toolchain, forget_failure};

use self::toolchain::{DEBIAN_CARGO, DEBIAN_RUSTC, ubuntu_program};
use crate::processes;
use crate::workspace::{Workspace, forget_cargo_run};

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles `voiceassist-ui`; returns where the wasm file is.
pub(crate) fn build(workspace: &Workspace, toolchain: Toolchain) -> Result<PathBuf> {
    // A folder of its own: two compilers in one would each undo what the other did.
    let folder = workspace.target.join("interface");
    let mut command = match toolchain {
        Toolchain::Rustup => workspace.cargo(),
        Toolchain::Debian => debian_cargo(&workspace.root),
        Toolchain::Ubuntu(minor) => {
            second_cargo(&workspace.root, &ubuntu_program("cargo", minor), &ubuntu_program("rustc", minor))
        }
    };
    command.arg("build");
    if toolchain == Toolchain::Debian {
        command.arg("-Zbuild-std=std,panic_abort");
    }
    command
        .args(["--package", "voiceassist-ui", "--bin", "voiceassist-ui", "--profile", "wasm"])
        .args(["--target", TARGET, "--target-dir"])
        .arg(&folder);
    processes::run(command)?;
    let file = folder.join(TARGET).join("wasm").join("voiceassist-ui.wasm");
    if !file.exists() {
        bail!("cargo built no {}", file.display());
    }
    Ok(file)
}

fn debian_cargo(root: &Path) -> Command {
    let mut command = second_cargo(root, DEBIAN_CARGO, DEBIAN_RUSTC);
    // -Zbuild-std is not stable; this compiler is used for nothing else.
    command.env("RUSTC_BOOTSTRAP", "1");
    if let Some(linker) = toolchain::find_linker() {
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    command
}

/// Another Rust than the one that compiles everything else.
fn second_cargo(root: &Path, cargo: &str, rustc: &str) -> Command {
    let mut command = Command::new(cargo);
    forget_cargo_run(&mut command);
    command
        .current_dir(root)
        .env("RUSTC", rustc)
        .env_remove("CARGO")
        .env_remove("RUSTUP_TOOLCHAIN")
        // Flags meant for the native compiler, such as a linker, do not suit this one.
        .env_remove("RUSTFLAGS");
    command
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
