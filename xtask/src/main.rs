//! `cargo xtask`: builds, runs and checks VoiceAssist Admin with nothing but what the lock file names.

mod api;
mod axe;
mod bench;
mod check;
mod ci;
mod clinic;
mod digest;
mod display;
mod engines;
mod files;
mod http;
mod icons;
mod packages;
mod password;
mod processes;
mod programs;
mod progress;
mod run;
mod seat;
mod session_bus;
mod stamp;
mod test;
mod tidy;
mod ui;
mod wasm;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::packages::Purpose;
use crate::progress::Progress;
use crate::workspace::Workspace;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, version = None::<&str>)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Builds what is needed, starts a gateway of its own, and opens the window.
    Run {
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
        /// Compile for speed, which takes longer.
        #[arg(long)]
        release: bool,
        /// Begin with an empty database; the one so far is set aside.
        #[arg(long)]
        fresh: bool,
        /// Begin with an empty database and fill it with this many invented people.
        #[arg(long, value_name = "N")]
        clinic: Option<usize>,
    },
    /// Runs every test, the real window included.
    Test {
        /// Only tests with this in their name.
        filter: Option<String>,
        /// Leave out the window.
        #[arg(long)]
        fast: bool,
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Builds the interface into src-ui/dist.
    Ui {
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Checks formatting, lints and the house rules.
    Check,
    /// Checks the house rules alone.
    Tidy,
    /// All of setup, ui, check and test.
    Ci {
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Only installs what is missing.
    Setup {
        /// Without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Measures how fast and how large something is, and writes target/bench/.
    Bench {
        #[command(subcommand)]
        what: Bench,
    },
    /// Renders icons/icon.svg into every size that bundles and windows want.
    Icons,
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// The gateway, compiled for service, on SQLite and on PostgreSQL with Redis.
    Gateway {
        /// On this engine alone.
        #[arg(long)]
        engine: Option<bench::Engine>,
        /// With so many accounts.
        #[arg(long, value_name = "N", default_value_t = 1_000_000)]
        accounts: usize,
        /// Measure this program instead of compiling one, such as one of an earlier version.
        #[arg(long, value_name = "FILE", conflicts_with = "save")]
        program: Option<std::path::PathBuf>,
        /// Make these figures the ones that later runs are compared with.
        #[arg(long)]
        save: bool,
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
    },
}

fn main() -> ExitCode {
    match carry_out(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
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

/// Does what was asked. `false` if it failed and has said so.
fn carry_out(arguments: Arguments) -> Result<bool> {
    processes::listen_for_interrupts()?;
    let workspace = Workspace::find()?;
    let mut progress = Progress::start();
    match arguments.command {
        Task::Run { yes, release, fresh, clinic } => {
            run::run(&workspace, &mut progress, run::Wishes { yes, release, fresh, clinic }).map(|()| true)
        }
        Task::Test { filter, fast, yes } => {
            test::run_all(&workspace, &mut progress, &test::Wishes { fast, filter, yes })
        }
        Task::Ui { yes } => ui::build(&workspace, &mut progress, yes).map(|()| true),
        Task::Check => check::run(&workspace, &mut progress).map(|()| true),
        Task::Tidy => tidy::run(&workspace, &mut progress).map(|()| true),
        Task::Ci { yes } => ci::run(&workspace, &mut progress, yes),
        Task::Setup { yes } => {
            packages::ensure(&mut progress, &Purpose::EVERYTHING, yes)?;
            wasm::forget_failure(&workspace)?;
            wasm::choose_toolchain(&workspace, &mut progress, yes)?;
            progress.say("Everything needed is installed.");
            Ok(true)
        }
        Task::Bench { what: Bench::Gateway { engine, accounts, program, save, yes } } => {
            let engines =
                engine.map_or_else(|| vec![bench::Engine::Sqlite, bench::Engine::Postgres], |one| vec![one]);
            let wishes = bench::Wishes { engines, accounts, program, save, yes };
            bench::run(&workspace, &mut progress, &wishes).map(|()| true)
        }
        Task::Icons => icons::run(&workspace, &mut progress).map(|()| true),
    }
}
