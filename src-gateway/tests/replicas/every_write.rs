//! Whoever writes accounts or sessions makes it known; a file that forgets to is found here.

use std::path::{Path, PathBuf};

/// How rows of the two tables are written.
const WRITES: [&str; 8] = [
    "users::Entity::update",
    "users::Entity::delete",
    "sessions::Entity::update",
    "sessions::Entity::delete",
    "UPDATE users",
    "UPDATE sign_in_sessions",
    "DELETE FROM users",
    "DELETE FROM sign_in_sessions",
];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

#[test]
fn who_writes_accounts_or_sessions_says_whose() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut writing, mut silent) = (0, Vec::new());
    for path in rust_files(&source) {
        // Migrations run before anything is served.
        if path.components().any(|part| part.as_os_str() == "migration") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("reads");
        if WRITES.iter().any(|write| text.contains(write)) {
            writing += 1;
            if !text.contains(".note_change(") && !text.contains(".note_restriction(") {
                silent.push(path);
            }
        }
    }
    assert!(silent.is_empty(), "these write rows that others keep, and tell nobody: {silent:?}");
    assert!(writing >= 3, "only {writing} files write at all: the words that are looked for are out of date");
}
