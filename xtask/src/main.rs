//! `cargo xtask`: builds, runs and checks VoiceAssist Admin with nothing but what the lock file names.

mod icons;
mod processes;
mod progress;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::progress::Progress;
use crate::workspace::Workspace;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about, version = None::<&str>)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Renders icons/icon.svg into every size that bundles and windows want.
    Icons,
}

fn main() -> ExitCode {
    match carry_out(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if processes::is_interrupted() => {
            eprintln!("\nEnded. Nothing is left running.");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(arguments: Arguments) -> Result<()> {
    processes::listen_for_interrupts()?;
    let workspace = Workspace::find()?;
    let mut progress = Progress::start();
    match arguments.command {
        Task::Icons => icons::run(&workspace, &mut progress),
    }
}
