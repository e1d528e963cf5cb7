//! The secrets: from a variable or a file; made and kept in development, refused when missing in
//! production.

use std::io::Write;
use std::path::Path;

use voiceassist_contract::Secret;

use crate::config::storage::make_private_directory;
use crate::config::variables::Variables;
use crate::config::{ConfigError, Environment, Settings};
use crate::random::Random;

/// The fewest bytes of a key (RFC 7518 section 3.2: as many as the hash has).
const LEAST_BYTES: usize = 32;

/// A secret of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Signs tokens.
    Jwt,
    /// Chains the audit trail.
    Audit,
}

impl Key {
    const fn variable(self) -> &'static str {
        match self {
            Self::Jwt => "JWT_SECRET",
            Self::Audit => "AUDIT_KEY",
        }
    }

    const fn file(self) -> &'static str {
        match self {
            Self::Jwt => "jwt-secret",
            Self::Audit => "audit-key",
        }
    }
}

/// Reads a key, or makes it where that is allowed.
///
/// # Errors
/// A sentence that says what to do, never the key.
pub fn load_key(
    key: Key,
    settings: &Settings,
    variables: &Variables,
    random: &dyn Random,
) -> Result<Secret, ConfigError> {
    let name = key.variable();
    let found = read_setting(name, variables)?;
    let secret = match (found, settings.environment) {
        (Some(secret), _) => secret,
        (None, Environment::Development) => {
            let path = settings.data_directory.join(key.file());
            keep_in_file(&path, random)
                .map_err(|error| sentence(format!("{} cannot be used: {error}.", path.display())))?
        }
        (None, Environment::Production) => {
            return Err(sentence(format!("Set {name} or {name}_FILE; production makes no key by itself.")));
        }
    };
    if secret.expose().len() < LEAST_BYTES {
        return Err(sentence(format!("{name} is too short; use at least {LEAST_BYTES} random bytes.")));
    }
    Ok(secret)
}

/// Reads a key that must be there. To check a trail with a key made just now would find every event changed.
///
/// # Errors
/// A sentence that says what to do, never the key.
pub fn find_key(key: Key, settings: &Settings, variables: &Variables) -> Result<Secret, ConfigError> {
    let name = key.variable();
    if let Some(secret) = read_setting(name, variables)? {
        return Ok(secret);
    }
    let path = settings.data_directory.join(key.file());
    std::fs::read_to_string(&path).map(|text| Secret::new(text.trim())).map_err(|error| {
        sentence(format!("Set {name} or {name}_FILE. There is no key in {} either: {error}.", path.display()))
    })
}

pub(super) fn read_setting(name: &str, variables: &Variables) -> Result<Option<Secret>, ConfigError> {
    let file_name = format!("{name}_FILE");
    match (variables.text(name), variables.text(&file_name)) {
        (Some(_), Some(_)) => Err(sentence(format!("Set either {name} or {file_name}, not both."))),
        (Some(secret), None) => Ok(Some(secret.into())),
        (None, Some(path)) => std::fs::read_to_string(path)
            .map(|text| Some(Secret::new(text.trim())))
            .map_err(|error| sentence(format!("The file that {file_name} names cannot be read: {error}."))),
        (None, None) => Ok(None),
    }
}

fn keep_in_file(path: &Path, random: &dyn Random) -> std::io::Result<Secret> {
    if let Some(directory) = path.parent() {
        make_private_directory(directory)?;
    }
    let mut bytes = [0; LEAST_BYTES];
    random.fill(&mut bytes);
    let mut options = std::fs::OpenOptions::new();
    // Never over a key that is there: tokens and the audit trail depend on it.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            let secret = Secret::new(hex::encode(bytes));
            file.write_all(secret.expose().as_bytes())?;
            file.sync_all()?;
            Ok(secret)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            std::fs::read_to_string(path).map(|text| Secret::new(text.trim()))
        }
        Err(error) => Err(error),
    }
}

fn sentence(text: String) -> ConfigError {
    ConfigError(vec![text])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    fn load(folder: &Path, variables: &[(&str, &str)]) -> Result<Secret, ConfigError> {
        let variables = Variables::of(variables);
        let settings = Settings::read(Some(folder.to_owned()), &variables)?;
        load_key(Key::Jwt, &settings, &variables, &SystemRandom)
    }

    #[test]
    fn development_makes_a_key_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let directory = folder.path().join("new");
        let first = load(&directory, &[]).expect("a key is made");
        assert_eq!(load(&directory, &[]).expect("the key is kept"), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode =
                |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
            assert_eq!(mode(&directory.join("jwt-secret")), 0o600);
            assert_eq!(mode(&directory), 0o700);
        }
    }

    #[test]
    fn production_refuses_a_missing_a_short_and_a_doubled_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let production = ("ENVIRONMENT", "production");
        let complaint = |more: &[(&str, &str)]| {
            let variables: Vec<_> = [production].into_iter().chain(more.iter().copied()).collect();
            load(folder.path(), &variables).expect_err("this is refused").to_string()
        };
        assert!(complaint(&[]).contains("Set JWT_SECRET"));
        assert!(complaint(&[("JWT_SECRET", "hunter2")]).contains("too short"));
        assert!(!complaint(&[("JWT_SECRET", "hunter2")]).contains("hunter2"));
        assert!(complaint(&[("JWT_SECRET", "a"), ("JWT_SECRET_FILE", "b")]).contains("not both"));
        assert!(complaint(&[("JWT_SECRET_FILE", "/nowhere/at/all")]).contains("cannot be read"));
    }

    #[test]
    fn a_key_that_must_be_there_is_found_and_never_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings::read(Some(folder.path().to_owned()), &Variables::default()).expect("sound");
        let missing = find_key(Key::Audit, &settings, &Variables::default()).expect_err("there is none");
        assert!(missing.to_string().contains("Set AUDIT_KEY or AUDIT_KEY_FILE"));
        assert!(!folder.path().join("audit-key").exists());
        let made = load_key(Key::Audit, &settings, &Variables::default(), &SystemRandom).expect("is made");
        assert_eq!(find_key(Key::Audit, &settings, &Variables::default()), Ok(made));
    }

    #[test]
    fn a_key_from_a_file_is_taken_without_the_line_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        std::fs::write(&path, format!("{}\n", "k".repeat(40))).expect("writes");
        let path = path.to_str().expect("a path");
        let secret = load(folder.path(), &[("ENVIRONMENT", "production"), ("JWT_SECRET_FILE", path)]);
        assert_eq!(secret.expect("a key").expose(), "k".repeat(40));
    }
}
