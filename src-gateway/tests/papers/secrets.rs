//! `make-secrets`.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{path, read_yaml};

fn make_secrets(directory: &Path) -> BTreeMap<String, String> {
    let output = Command::new(path("deploy/make-secrets")).arg(directory).output().expect("runs");
    assert!(output.status.success(), "{output:?}");
    let entries = std::fs::read_dir(directory).expect("a folder").map(|entry| entry.expect("an entry"));
    let read = |entry: std::fs::DirEntry| {
        let text = std::fs::read_to_string(entry.path()).expect("text");
        assert!(!String::from_utf8_lossy(&output.stdout).contains(text.trim()), "a secret is printed");
        (entry.file_name().into_string().expect("a name"), text)
    };
    entries.map(read).collect()
}

#[test]
fn every_secret_of_the_compose_file_is_made_and_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = make_secrets(&folder.path().join("secrets"));
    let compose = read_yaml("deploy/compose.yaml");
    let wanted: Vec<&String> = compose["secrets"].as_object().expect("secrets").keys().collect();
    let mut names: Vec<&String> = made.keys().collect();
    names.sort_by_key(|name| wanted.iter().position(|wanted| wanted == name));
    assert_eq!(names, wanted);
    for (name, file) in compose["secrets"].as_object().expect("secrets") {
        assert_eq!(file["file"], format!("secrets/{name}"));
    }
    // Whoever takes a password and whoever asks for it agree.
    let line = |name: &str| made[name].trim().to_owned();
    assert!(
        line("database-url").contains(&format!("voiceassist:{}@database:5432/", line("database-password")))
    );
    assert!(line("redis-url").contains(&format!(":{}@redis:6379", line("redis-password"))));
    assert!(made["redis-configuration"].starts_with(&format!("requirepass {}\n", line("redis-password"))));
    assert_eq!(line("gateway-nextcloud-password"), line("nextcloud-admin-password"));
    let random =
        ["database-password", "redis-password", "jwt-secret", "audit-key", "nextcloud-admin-password"];
    let mut distinct: Vec<String> = random.map(line).to_vec();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), random.len());
    assert!(distinct.iter().all(|secret| secret.len() == 64), "32 bytes each");
}

#[test]
fn nobody_else_gets_at_them_and_the_containers_can_read_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let directory = folder.path().join("secrets");
    make_secrets(&directory);
    let mode = |path: &Path| std::fs::metadata(path).expect("is there").permissions().mode() & 0o7777;
    assert_eq!(mode(&directory), 0o700);
    for entry in std::fs::read_dir(&directory).expect("a folder") {
        assert_eq!(mode(&entry.expect("an entry").path()), 0o444);
    }
}

#[test]
fn a_secret_that_is_there_is_never_touched_and_one_that_is_missing_is_added() {
    let folder = tempfile::tempdir().expect("a folder");
    let before = make_secrets(folder.path());
    assert_eq!(make_secrets(folder.path()), before);
    std::fs::remove_file(folder.path().join("database-url")).expect("removes");
    std::fs::remove_file(folder.path().join("jwt-secret")).expect("removes");
    let after = make_secrets(folder.path());
    assert_eq!(after["database-url"], before["database-url"], "it follows from the password that was kept");
    assert_ne!(after["jwt-secret"], before["jwt-secret"]);
    assert_eq!(after.len(), before.len());
}

#[test]
fn the_gateway_starts_with_what_is_made() {
    use voiceassist_gateway::config::Settings;
    use voiceassist_gateway::config::variables::Variables;
    let folder = tempfile::tempdir().expect("a folder");
    make_secrets(folder.path());
    let compose = read_yaml("deploy/compose.yaml");
    let environment = compose["services"]["gateway"]["environment"].as_object().expect("an environment");
    let as_compose_would = |(name, value): (&String, &Value)| {
        let value = value.as_str().expect("a text");
        // `${NAME:-usual}` without a .env.
        let value = value
            .strip_prefix("${")
            .and_then(|rest| rest.strip_suffix('}'))
            .map_or(value, |inner| inner.split_once(":-").expect("a usual value").1);
        let here = folder.path().to_str().expect("a path");
        (name.clone(), value.replace("/run/secrets", here))
    };
    let variables: Vec<(String, String)> = environment.iter().map(as_compose_would).collect();
    let pairs: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let settings = Settings::read(None, &Variables::of(&pairs)).expect("sound");
    let shown = settings.to_string();
    assert!(shown.contains("production") && shown.contains("database:5432"), "{shown}");
}
