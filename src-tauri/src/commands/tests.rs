//! Both sides of the bridge declare the same commands, and the capability allows just those.

use std::collections::BTreeSet;
use std::path::Path;

use voiceassist_contract::ipc::COMMAND_NAMES;

use super::HANDLED;

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[test]
fn every_command_of_the_contract_is_handled_and_no_other() {
    assert_eq!(set(HANDLED.iter().copied()), set(COMMAND_NAMES.iter().copied()));
}

#[test]
fn the_capability_allows_each_command_by_name_and_nothing_of_any_plugin() {
    let text = include_str!("../../capabilities/main-window.json");
    let capability: serde_json::Value = serde_json::from_str(text).expect("the capability is JSON");
    let allowed =
        capability["permissions"].as_array().expect("a list").iter().filter_map(|name| name.as_str());
    let expected: BTreeSet<String> =
        COMMAND_NAMES.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
    assert_eq!(set(allowed), expected);
}

#[test]
fn the_interface_calls_every_command() {
    let mut source = String::new();
    read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src-ui/src"), &mut source);
    let never_called: Vec<String> = COMMAND_NAMES
        .iter()
        .map(|name| type_name(name))
        .filter(|name| !source.contains(&format!("{name} {{")))
        .collect();
    assert_eq!(never_called, Vec::<String>::new());
}

#[test]
fn the_web_view_reaches_nothing_but_the_bridge() {
    let configuration: serde_json::Value =
        serde_json::from_str(include_str!("../../../tauri.conf.json")).expect("the configuration is JSON");
    let app = &configuration["app"];
    assert_eq!(app["withGlobalTauri"], false);
    let policy = &app["security"]["csp"];
    assert_eq!(policy["connect-src"], "ipc: http://ipc.localhost");
    assert_eq!(policy["default-src"], "'none'");
    for directive in policy.as_object().expect("an object").values() {
        let sources = directive.as_str().expect("a text");
        for banned in ["unsafe-inline", "'unsafe-eval'", "data:", "blob:", "*"] {
            assert!(!sources.contains(banned), "{banned} in {sources}");
        }
    }
}

fn type_name(command: &str) -> String {
    command.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

fn read_all(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).expect("the interface's source is there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            read_all(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&std::fs::read_to_string(&path).expect("readable"));
        }
    }
}
