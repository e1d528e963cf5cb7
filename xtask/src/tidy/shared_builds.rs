//! Programs and tests share what is compiled of every package: it has the same features in both.
//!
//! Where a test switches on one more, all that uses the package is compiled once for the programs and once more for
//! the tests, which may be nearly everything.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::processes;
use crate::test::FEATURES;
use crate::workspace::Workspace;

/// The features that each package, by name and version, is compiled with; a set for the programs' part and one for
/// the compiler's.
type Packages = BTreeMap<String, BTreeSet<String>>;

/// A line for each package that is not the same in programs and tests.
pub(super) fn find_differences(workspace: &Workspace) -> Result<Vec<String>> {
    let programs = list_packages(workspace, "normal,build")?;
    let tests = list_packages(workspace, "normal,build,dev")?;
    Ok(compare(&programs, &tests))
}

fn list_packages(workspace: &Workspace, edges: &str) -> Result<Packages> {
    let mut command = workspace.cargo();
    command.args(["tree", "--workspace", "--features", FEATURES, "--edges", edges]);
    command.args(["--prefix", "none", "--format", "{p}|{f}"]);
    Ok(read(&processes::read_output(command)?))
}

/// `lines` are such as `libc v0.2.0|default,std`; what stands behind a package's version, and behind its features
/// where it was listed before, is left out.
fn read(lines: &str) -> Packages {
    let mut packages = Packages::new();
    for (package, features) in lines.lines().filter_map(|line| line.split_once('|')) {
        let name: Vec<&str> = package.split(' ').take(2).collect();
        let features = features.trim_end_matches(" (*)").to_owned();
        packages.entry(name.join(" ")).or_default().insert(features);
    }
    packages
}

fn compare(programs: &Packages, tests: &Packages) -> Vec<String> {
    let in_both = programs.iter().filter_map(|(name, programs)| Some((name, programs, tests.get(name)?)));
    in_both
        .filter(|(_, programs, tests)| programs != tests)
        .map(|(name, programs, tests)| {
            let differing: Vec<&str> = programs.symmetric_difference(tests).map(String::as_str).collect();
            format!(
                "{name}: tests have it compiled with other features ({}) than programs; see xtask/Cargo.toml",
                differing.join("; ")
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAMS: &str =
        "app v1.0.0 (/clinic)|\nhashbrown v0.17.1|\nserde v1.0.0|default,std\nserde v1.0.0|default,std (*)\n";

    #[test]
    fn a_feature_that_only_tests_switch_on_is_found() {
        let tests =
            format!("{PROGRAMS}hashbrown v0.17.1|default-hasher\nserde_derive v1.0.0 (proc-macro)|\n");
        let found = compare(&read(PROGRAMS), &read(&tests));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("hashbrown v0.17.1: ") && found[0].contains("(default-hasher)"));
    }

    #[test]
    fn packages_that_only_tests_have_are_none_of_its_business() {
        assert!(compare(&read(PROGRAMS), &read(&format!("{PROGRAMS}insta v1.0.0|yaml\n"))).is_empty());
    }
}
