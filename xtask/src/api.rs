//! Trying everything that the gateway's OpenAPI document describes: schemathesis makes requests that it allows and
//! requests that it does not, and holds every answer against it.
//!
//! schemathesis comes from PyPI, in one fixed version with fixed hashes of all that it needs, and is never part of the
//! product. What it does is in `xtask/schemathesis/`.

mod gateway;
mod python;

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::processes;
use crate::progress::Progress;
use crate::test::Counts;
use crate::workspace::Workspace;
use gateway::Gateway;

/// What a filter of tests finds this by.
const NAME: &str = "schemathesis";

/// Tries everything against a gateway of its own; counts as one test.
pub(crate) fn try_everything(
    workspace: &Workspace,
    progress: &mut Progress,
    filter: Option<&str>,
    counts: &mut Counts,
) -> Result<()> {
    if filter.is_some_and(|filter| !NAME.contains(filter)) {
        return Ok(());
    }
    let program = python::ensure_fetched(workspace, progress)?;
    progress.judged_step("try everything that the API describes", || {
        let gateway = Gateway::start(&workspace.program("voiceassist-gateway", false))?;
        let mut command = Command::new(&program);
        command
            .args(["--config-file", "schemathesis.toml", "run"])
            .args(["--report-ndjson-path".into(), workspace.notes()?.join("schemathesis.ndjson")])
            .arg(format!("{}/openapi.json", gateway.address()))
            .current_dir(workspace.root.join("xtask/schemathesis"))
            .envs(gateway.environment())
            // What it compiles and remembers stays out of the checkout.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONPATH", ".")
            .env("HYPOTHESIS_STORAGE_DIRECTORY", gateway.folder())
            .stdin(Stdio::null());
        let result = processes::run(command);
        processes::check_interrupted()?;
        let (passed, failed) = if result.is_ok() { (1, 0) } else { (0, 1) };
        counts.passed += passed;
        counts.failed += failed;
        if result.is_err() {
            eprintln!("What the gateway said last:\n{}", gateway.last_words());
        }
        Ok(failed == 0)
    })
}
