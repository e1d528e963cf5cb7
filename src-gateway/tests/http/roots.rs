//! Both roots of the suite name the same files, so that nothing is tried on one engine only.

use std::collections::BTreeSet;

fn named_in(root: &'static str) -> BTreeSet<&'static str> {
    root.lines().filter_map(|line| line.strip_prefix("mod ")).collect()
}

#[test]
fn every_file_of_the_suite_runs_on_both_engines() {
    let mut here = named_in(include_str!("main.rs"));
    assert!(here.remove("roots;") && here.len() > 5, "this file is about both");
    assert_eq!(here, named_in(include_str!("on_postgres.rs")));
}
