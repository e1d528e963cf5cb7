//! The units of systemd, and the settings that come with them.

use std::collections::BTreeMap;
use std::process::Command;

use voiceassist_gateway::config::table::is_setting;

use crate::support::{path, read};

const UNIT: &str = "deploy/systemd/voiceassist-gateway.service";
const DROP_INS: [&str; 2] = ["deploy/systemd/postgresql-and-redis.conf", "deploy/systemd/nextcloud.conf"];

/// The lines `Name=value` of a unit, in their order.
fn lines(name: &str) -> Vec<(String, String)> {
    let text = read(name);
    let lines = text.lines().filter(|line| !line.starts_with(['#', '[']) && !line.is_empty());
    lines
        .map(|line| line.split_once('=').expect("a name and a value"))
        .map(|(a, b)| (a.into(), b.into()))
        .collect()
}

#[test]
fn every_variable_of_the_units_and_of_the_example_is_a_setting_and_no_secret_is_in_it() {
    for unit in [UNIT, DROP_INS[0], DROP_INS[1]] {
        let lines = lines(unit);
        let credentials: Vec<&str> = lines
            .iter()
            .filter(|(name, _)| name == "LoadCredential")
            .map(|(_, value)| value.split_once(':').expect("a name and a file").0)
            .collect();
        let mut read = Vec::new();
        for (_, value) in lines.iter().filter(|(name, _)| name == "Environment") {
            let (variable, value) = value.split_once('=').expect("a variable");
            assert!(is_setting(variable), "{unit}: {variable} is no setting");
            match variable.strip_suffix("_FILE") {
                Some(setting) => {
                    let credential = value.strip_prefix("%d/").expect("a credential");
                    // `gateway-command` goes by the same rule.
                    assert_eq!(credential.to_uppercase().replace('-', "_"), setting, "{unit}");
                    read.push(credential);
                }
                None => assert!(!is_setting(&format!("{variable}_FILE")), "{unit}: {variable} in the open"),
            }
        }
        assert_eq!(read, credentials, "{unit}");
    }
    for line in read("deploy/systemd/settings.example").lines() {
        let line = line.strip_prefix('#').filter(|line| !line.starts_with(' ')).unwrap_or(line);
        if let Some((variable, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            assert!(is_setting(variable), "{variable} is no setting");
            assert!(!is_setting(&format!("{variable}_FILE")), "{variable} is a secret");
        }
    }
}

#[test]
fn the_only_right_that_a_drop_in_gives_is_that_to_a_low_port() {
    for drop_in in
        crate::support::papers().iter().filter(|name| name.ends_with(".conf") && name.contains("/systemd/"))
    {
        for (name, value) in lines(drop_in).iter().filter(|(name, _)| name.contains("Capabilit")) {
            assert_eq!(value, "CAP_NET_BIND_SERVICE", "{drop_in}: {name}");
        }
    }
}

#[test]
fn the_service_is_nobody_in_particular_and_is_closed_in() {
    let unit: BTreeMap<String, String> = lines(UNIT).into_iter().collect();
    for (name, value) in [
        ("User", "voiceassist-gateway"),
        ("CapabilityBoundingSet", ""),
        ("AmbientCapabilities", ""),
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("PrivateUsers", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("RestrictNamespaces", "yes"),
        ("SystemCallArchitectures", "native"),
        ("UMask", "0077"),
        ("StateDirectoryMode", "0700"),
    ] {
        assert_eq!(unit.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!unit.contains_key("ReadWritePaths"), "the state directory is all there is to write");
}

/// systemd-analyze works in `/run/systemd`, which is not there where systemd has not started the computer, as in a
/// container. Whoever may not make it is then given a `/run` of their own, in namespaces of their own.
#[cfg(target_os = "linux")]
fn analyzer() -> Command {
    if std::fs::create_dir_all("/run/systemd").is_ok() {
        return Command::new("systemd-analyze");
    }
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "--", "sh", "-c"]);
    command.arg("mount -t tmpfs tmpfs /run && exec systemd-analyze \"$@\"").arg("sh");
    command
}

/// What systemd itself says of the unit, with the program of this build in it.
#[test]
#[cfg(target_os = "linux")]
fn systemd_reads_the_unit_and_finds_it_little_exposed() {
    let folder = tempfile::tempdir().expect("a folder");
    let unit = folder.path().join("voiceassist-gateway.service");
    let text =
        read(UNIT).replace("/usr/local/bin/voiceassist-gateway", env!("CARGO_BIN_EXE_voiceassist-gateway"));
    std::fs::write(&unit, text).expect("writes");
    let analyze = |arguments: &[&str]| {
        let output = analyzer().args(arguments).arg(&unit).output();
        let output = output.expect("systemd-analyze is there; it is in Debian's package systemd");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    };
    let (is_sound, said) = analyze(&["verify", "--man=no"]);
    assert!(is_sound && !said.contains("voiceassist-gateway.service:"), "{said}");
    // From 0, which nothing reaches, to 100: 1.5 of 10.
    let (is_closed, said) = analyze(&["security", "--offline=true", "--threshold=15", "--no-pager"]);
    assert!(is_closed, "{said}");
}

/// `gateway-command` asks systemd for a unit of its own with everything that the service has.
#[test]
#[cfg(target_os = "linux")]
fn a_command_runs_as_the_service_would() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    // In the place of systemd-run: says its arguments, one a line.
    std::fs::write(at("systemd-run"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n").expect("writes");
    std::fs::set_permissions(at("systemd-run"), PermissionsExt::from_mode(0o755)).expect("sets");
    std::fs::create_dir(at("secrets")).expect("makes");
    std::fs::write(at("secrets/jwt-secret"), "hunter2").expect("writes");
    std::fs::write(at("secrets/database-url"), "postgres://hunter3").expect("writes");
    let run = |arguments: &[&str]| {
        let path = format!("{}:/usr/bin:/bin", folder.path().display());
        let mut command = Command::new(path_of_command());
        command.args(arguments).env("PATH", path).env("VOICEASSIST_CONFIGURATION", folder.path());
        command.output().expect("runs")
    };
    let output = run(&["create-admin", "--email", "ana@clinic.example", "--name", "Ana Ruiz"]);
    let said = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<&str> = said.lines().collect();
    let expected = ["create-admin", "--email", "ana@clinic.example", "--name", "Ana Ruiz"];
    assert!(lines.ends_with(&expected), "{said}");
    assert_eq!(lines[lines.len() - 6], "/usr/local/bin/voiceassist-gateway");
    let unit = lines.iter().find_map(|line| line.strip_prefix("--unit=")).expect("a name");
    for wanted in [
        format!("--property=LoadCredential=jwt-secret:{}", at("secrets/jwt-secret").display()),
        format!("--setenv=JWT_SECRET_FILE=/run/credentials/{unit}.service/jwt-secret"),
        format!("--setenv=DATABASE_URL_FILE=/run/credentials/{unit}.service/database-url"),
        format!("--property=EnvironmentFile=-{}", at("settings").display()),
        "--property=User=voiceassist-gateway".to_owned(),
        "--setenv=DATA_DIRECTORY=/var/lib/voiceassist-gateway".to_owned(),
        "--setenv=ENVIRONMENT=production".to_owned(),
        "--pipe".to_owned(),
    ] {
        assert!(lines.contains(&wanted.as_str()), "{wanted} is not in\n{said}");
    }
    assert!(!said.contains("hunter"), "a secret is an argument");
    // What systemd calls the unit in its journal; else it is the command line.
    let name = lines.iter().find_map(|line| line.strip_prefix("--description=")).expect("a description");
    assert!(!name.is_empty() && !name.contains('@'), "{name}");
    assert_eq!(run(&[]).status.code(), Some(2));
}

#[cfg(target_os = "linux")]
fn path_of_command() -> std::path::PathBuf {
    path("deploy/systemd/gateway-command")
}
