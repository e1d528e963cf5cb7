//! `cargo xtask bench gateway`: how fast and how large the gateway is, on either engine, with a million accounts.
//!
//! The real program, compiled for service, is asked by a generator of load that runs beside it on the same computer.
//! What is compared with the baseline are ratios to bcrypt's time in the same run, because computers differ.

mod baseline;
mod client;
mod engine;
mod figure;
mod fill;
mod gateway;
mod load;
mod measure;
mod people;
mod plot;
mod report;

use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;

use crate::packages::{self, Purpose};
use crate::processes;
use crate::progress::Progress;
use crate::workspace::Workspace;

use baseline::Baseline;
use engine::Storage;
use report::Report;

/// Where accounts are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// A file, and nothing else.
    Sqlite,
    /// PostgreSQL with Redis.
    Postgres,
}

impl Engine {
    /// In a heading.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL with Redis",
        }
    }
}

/// What is measured.
#[derive(Clone, Debug)]
pub(crate) struct Wishes {
    /// On which engines.
    pub(crate) engines: Vec<Engine>,
    /// With how many accounts.
    pub(crate) accounts: usize,
    /// Instead of one that is compiled now.
    pub(crate) program: Option<PathBuf>,
    /// Whether the figures become the baseline.
    pub(crate) save: bool,
    /// Install without asking.
    pub(crate) yes: bool,
}

/// Measures, writes `target/bench/`, and shows the table.
pub(crate) fn run(workspace: &Workspace, progress: &mut Progress, wishes: &Wishes) -> Result<()> {
    packages::ensure(progress, &[Purpose::Build, Purpose::Engines], wishes.yes)?;
    let program = match &wishes.program {
        Some(program) => std::path::absolute(program)?,
        None => compile(workspace, progress)?,
    };
    let mut report = Report::new(wishes.accounts, measure::time_bcrypt()?);
    report.add(measure::weigh(&program)?);
    for engine in &wishes.engines {
        let storage = Storage::make(*engine)?;
        let people = progress.step(
            &format!("fill {} with {} accounts", engine.title(), wishes.accounts),
            "read what the database says above",
            || fill::fill(&program, &storage, wishes.accounts),
        )?;
        progress.step(
            &format!("measure on {}", engine.title()),
            "read the gateway's log, named above",
            || measure::measure(&program, &storage, &people, &mut report),
        )?;
    }
    let file = workspace.root.join("bench/baseline.json");
    let baseline = Baseline::read(&file)?;
    println!("\n{}", report.to_table(&baseline));
    report.write(&workspace.root.join("target/bench"), &baseline)?;
    if wishes.save {
        baseline.replaced_by(&report).write(&file)?;
        progress.say(&format!("These figures are the baseline now: {}", file.display()));
    }
    Ok(())
}

fn compile(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    progress.step("compile the gateway for service", "read what the compiler says above", || {
        let mut cargo = workspace.cargo();
        cargo.args([
            "build",
            "--release",
            "--package",
            "voiceassist-gateway",
            "--bin",
            "voiceassist-gateway",
        ]);
        processes::run(cargo)?;
        Ok(workspace.program("voiceassist-gateway", true))
    })
}
