//! `cargo xtask tidy`: the house rules that no compiler knows.

mod shared_builds;

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::processes;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// A file longer than this is more than one room.
const MOST_LINES: usize = 400;
/// What stands for unfinished work or for a lint that is switched off without a reason. In two parts each,
/// so that this list does not find itself.
const BANNED: &[(&str, &str)] = &[
    ("#[al", "low("),
    ("#![al", "low("),
    ("TO", "DO"),
    ("FIX", "ME"),
    ("to", "do!("),
    ("unimplemen", "ted!("),
    ("dangerous_accept_", "invalid_certs"),
];

/// Holds every tracked Rust file, and what is compiled of other packages, against the rules.
pub(crate) fn run(workspace: &Workspace, progress: &mut Progress) -> Result<()> {
    progress.step("hold the house rules", "see CONTRIBUTING.md", || {
        let mut findings = Vec::new();
        for name in tracked_files(&workspace.root)? {
            // Deleted but not yet committed so.
            let Ok(text) = std::fs::read_to_string(workspace.root.join(&name)) else { continue };
            findings.extend(look_at(&text).into_iter().map(|finding| format!("{name}: {finding}")));
        }
        findings.extend(shared_builds::find_differences(workspace)?);
        if findings.is_empty() { Ok(()) } else { bail!("{}", findings.join("\n")) }
    })
}

fn tracked_files(root: &Path) -> Result<Vec<String>> {
    let mut command = Command::new("git");
    command.args(["ls-files", "--cached", "--others", "--exclude-standard", "*.rs"]).current_dir(root);
    Ok(processes::read_output(command)?.lines().map(str::to_owned).collect())
}

/// What is wrong with a file, a line each.
fn look_at(text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    if !text.starts_with("//!") {
        findings.push("does not begin by saying why it exists (//!)".to_owned());
    }
    let lines = text.lines().count();
    if lines > MOST_LINES {
        findings.push(format!("has {lines} lines; {MOST_LINES} are a room"));
    }
    for (number, line) in text.lines().enumerate() {
        for (one, other) in BANNED {
            let banned = format!("{one}{other}");
            if line.contains(&banned) {
                findings.push(format!("line {}: {banned}", number + 1));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_says_why_it_exists_and_is_finished_is_tidy() {
        assert_eq!(look_at("//! Adds.\n\nfn add() {}\n"), Vec::<String>::new());
    }

    #[test]
    fn a_file_without_a_reason_a_switched_off_lint_and_unfinished_work_are_found() {
        let text = format!("fn add() {{}}\n#[al{}dead_code)]\n// TO{}: subtract\n", "low(", "DO");
        assert_eq!(look_at(&text).len(), 3);
        assert_eq!(look_at(&format!("//! Long.\n{}", "\n".repeat(MOST_LINES))).len(), 1);
    }
}
