//! The real keychain: a Secret Service of its own, on a D-Bus session of its own.
//!
//! Each test runs itself again inside that session, because the keychain is chosen once per process and
//! its whereabouts come from the environment.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use uuid::Uuid;
use voiceassist_client::{TokenStore, TokenStoreError, open_keychain};
use voiceassist_contract::Secret;

const INSIDE: &str = "VOICEASSIST_TEST_INSIDE_SESSION";

/// Starts a keyring in the session's bus, then goes on with the program given.
const UNLOCK_AND_RUN: &str = "\
printf 'a password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$@\"";

/// A bus that knows of no services to start, so that none comes to help.
const BARE_BUS: &str = "\
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context=\"default\">\
<allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/>\
</policy></busconfig>";

/// Whether this process is the one inside.
fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Runs this test again, through the program given, at home in that folder.
fn run_inside(folder: &Path, test: &str, program_and_arguments: &[&str]) -> Output {
    let runtime = folder.join("runtime");
    std::fs::create_dir_all(&runtime).expect("a folder");
    Command::new("timeout")
        .arg("60")
        .args(program_and_arguments)
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--nocapture"])
        .env("HOME", folder)
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("XDG_DATA_HOME", folder.join("data"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env(INSIDE, "yes")
        .output()
        .expect("dbus-run-session (package dbus-daemon) runs")
}

fn assert_passed(output: &Output) {
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[tokio::test]
async fn tokens_are_kept_replaced_and_forgotten_by_a_real_secret_service() {
    if is_inside() {
        return keep_replace_and_forget_tokens().await;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let unlock = ["dbus-run-session", "--", "sh", "-c", UNLOCK_AND_RUN, "sh"];
    let test = "tokens_are_kept_replaced_and_forgotten_by_a_real_secret_service";
    assert_passed(&run_inside(folder.path(), test, &unlock));
}

#[test]
fn a_session_without_a_secret_service_is_said_to_have_no_keychain() {
    if is_inside() {
        return find_no_keychain_soon();
    }
    let folder = tempfile::tempdir().expect("a folder");
    let bus = folder.path().join("bus.conf");
    std::fs::write(&bus, BARE_BUS).expect("written");
    let bus = format!("--config-file={}", bus.display());
    let on_a_bare_bus = ["dbus-run-session", &bus, "--"];
    let test = "a_session_without_a_secret_service_is_said_to_have_no_keychain";
    assert_passed(&run_inside(folder.path(), test, &on_a_bare_bus));
}

#[test]
fn a_computer_without_a_session_bus_is_said_to_have_no_keychain() {
    if is_inside() {
        return find_no_keychain_soon();
    }
    let folder = tempfile::tempdir().expect("a folder");
    let without_a_bus = ["env", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus"];
    let test = "a_computer_without_a_session_bus_is_said_to_have_no_keychain";
    assert_passed(&run_inside(folder.path(), test, &without_a_bus));
}

async fn keep_replace_and_forget_tokens() {
    let store = open_keychain().expect("a keychain");
    let (profile, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert_eq!(store.load(profile).await, Ok(None));
    assert_eq!(store.delete(profile).await, Ok(()), "nothing there is no failure");
    let long = Secret::new("t".repeat(4000));
    for token in [Secret::new("first"), Secret::new("second, with ümlaut"), long] {
        store.save(profile, &token).await.expect("saved");
        assert_eq!(store.load(profile).await, Ok(Some(token)));
    }
    assert_eq!(store.load(other).await, Ok(None), "profiles do not see each other's tokens");
    let again = open_keychain().expect("the same keychain");
    assert!(again.load(profile).await.expect("readable").is_some(), "one item, whoever opens it");
    store.save(other, &"another".into()).await.expect("saved");
    store.delete(profile).await.expect("deleted");
    assert_eq!(again.load(profile).await, Ok(None));
    assert_eq!(again.load(other).await, Ok(Some("another".into())));
    assert!(store.is_lasting());
}

fn find_no_keychain_soon() {
    let began = Instant::now();
    assert_eq!(open_keychain().expect_err("no keychain"), TokenStoreError::Unavailable);
    assert!(began.elapsed() < Duration::from_secs(5), "the start of the program waits for this");
}
