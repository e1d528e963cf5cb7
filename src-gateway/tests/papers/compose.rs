//! `compose.yaml` and `Containerfile`.

use serde_json::Value;

use crate::support::{path, read, read_yaml};

const SERVICES: [(&str, &str); 6] = [
    ("database", "postgres:16"),
    ("gateway", "voiceassist-gateway:${GATEWAY_VERSION:-latest}"),
    ("nextcloud", "nextcloud:29-apache"),
    ("nextcloud-database", "postgres:16"),
    ("qdrant", "qdrant/qdrant:v1.7.4"),
    ("redis", "redis:7"),
];

fn compose() -> Value {
    read_yaml("deploy/compose.yaml")
}

fn services(compose: &Value) -> impl Iterator<Item = (&String, &Value)> {
    compose["services"].as_object().expect("services").iter()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().map(|item| item.as_str().expect("a text")).collect()
}

#[test]
fn the_services_are_the_six_of_the_report_with_exactly_their_images() {
    let compose = compose();
    let mut found: Vec<(&str, &str)> = services(&compose)
        .map(|(name, service)| (name.as_str(), service["image"].as_str().expect("an image")))
        .collect();
    found.sort_unstable();
    assert_eq!(found, SERVICES);
}

#[test]
fn every_service_says_how_it_is_and_comes_back_by_itself() {
    for (name, service) in services(&compose()) {
        let check = &service["healthcheck"];
        assert!(matches!(texts(&check["test"])[0], "CMD" | "CMD-SHELL"), "{name}");
        for bound in ["interval", "timeout", "start_period", "retries"] {
            assert!(!check[bound].is_null(), "{name} has no {bound}");
        }
        assert_eq!(service["restart"], "unless-stopped", "{name}");
        assert!(service["logging"]["options"]["max-size"].is_string(), "the log of {name} has no bound");
    }
}

#[test]
fn no_service_can_write_to_its_root_gain_a_right_or_take_the_whole_machine() {
    for (name, service) in services(&compose()) {
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(texts(&service["cap_drop"]), ["ALL"], "{name}");
        assert_eq!(texts(&service["security_opt"]), ["no-new-privileges:true"], "{name}");
        for door in ["privileged", "cap_add", "devices", "pid", "ipc", "network_mode", "userns_mode"] {
            assert!(service[door].is_null(), "{name} has {door}");
        }
        for bound in ["cpus", "memory", "pids"] {
            let limits = &service["deploy"]["resources"]["limits"];
            assert!(!limits[bound].is_null(), "{name} has no bound on {bound}");
        }
        let user = service["user"].as_str();
        // Qdrant's image knows no other user than root.
        assert!(name == "qdrant" || user.is_some_and(|user| !user.starts_with("0:")), "{name} is {user:?}");
    }
}

#[test]
fn nothing_of_the_host_is_mounted_and_what_must_stay_is_in_a_named_volume() {
    let compose = compose();
    let named = compose["volumes"].as_object().expect("volumes");
    let mut used = Vec::new();
    for (name, service) in services(&compose) {
        for volume in texts(&service["volumes"]) {
            let (source, target) = volume.split_once(':').expect("a source and a target");
            assert!(named.contains_key(source), "{name} mounts {source}");
            assert!(target.starts_with('/'), "{name}");
            used.push(source);
        }
    }
    used.sort_unstable();
    let mut all: Vec<&str> = named.keys().map(String::as_str).collect();
    all.sort_unstable();
    assert_eq!(used, all, "each volume is one service's");
}

#[test]
fn only_the_gateway_and_nextcloud_are_published_and_these_on_loopback_unless_told_otherwise() {
    for (name, service) in services(&compose()) {
        let expected: &[&str] = match name.as_str() {
            "gateway" => &["${GATEWAY_PUBLISH:-127.0.0.1:8000}:8000"],
            "nextcloud" => &["${NEXTCLOUD_PUBLISH:-127.0.0.1:8080}:80"],
            _ => &[],
        };
        assert_eq!(texts(&service["ports"]), expected, "{name}");
    }
}

#[test]
fn databases_are_in_networks_that_lead_nowhere_else() {
    let compose = compose();
    for (name, service) in services(&compose) {
        let networks = texts(&service["networks"]);
        assert!(!networks.is_empty(), "{name} is in the default network");
        let is_open = |network: &&str| compose["networks"][network]["internal"] != true;
        let is_published = matches!(name.as_str(), "gateway" | "nextcloud");
        assert_eq!(networks.iter().any(is_open), is_published, "{name} is in {networks:?}");
    }
    let front = &compose["networks"]["front"]["ipam"]["config"][0]["gateway"];
    let proxies = &compose["services"]["gateway"]["environment"]["TRUSTED_PROXIES"];
    assert_eq!(proxies, &format!("${{TRUSTED_PROXIES:-{}}}", front.as_str().expect("an address")));
}

#[test]
fn no_secret_is_written_down_and_each_service_gets_those_it_reads() {
    let compose = compose();
    let files = compose["secrets"].as_object().expect("secrets");
    for (name, service) in services(&compose) {
        let given = texts(&service["secrets"]);
        assert!(given.iter().all(|secret| files.contains_key(*secret)), "{name}");
        for (variable, value) in service["environment"].as_object().into_iter().flatten() {
            let value = value.as_str().expect("a text");
            let looks_secret = ["PASSWORD", "SECRET", "KEY", "TOKEN", "DATABASE_URL", "REDIS_URL"]
                .iter()
                .any(|word| variable.contains(word));
            if looks_secret {
                assert!(variable.ends_with("_FILE"), "{name} has {variable} in the open");
                let secret = value.strip_prefix("/run/secrets/").expect("a file of a secret");
                assert!(given.contains(&secret), "{name} reads {secret} and does not get it");
            }
        }
        let text = service.to_string();
        for secret in given {
            assert!(text.contains(&format!("/run/secrets/{secret}")), "{name} gets {secret} for nothing");
        }
    }
}

#[test]
fn the_gateway_is_configured_with_settings_that_there_are() {
    let compose = compose();
    let environment = compose["services"]["gateway"]["environment"].as_object().expect("an environment");
    for name in environment.keys() {
        assert!(voiceassist_gateway::config::table::is_setting(name), "{name} is no setting");
    }
    assert_eq!(environment["ENVIRONMENT"], "production");
    assert_eq!(environment["REGISTRATION"], "${REGISTRATION:-closed}");
}

#[test]
fn the_image_is_built_in_two_stages_and_runs_as_nobody_in_particular() {
    let text = read("deploy/Containerfile");
    let instructions: Vec<&str> =
        text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase())).collect();
    let bases: Vec<&&str> = instructions.iter().filter(|line| line.starts_with("FROM ")).collect();
    assert_eq!(bases.len(), 2);
    assert!(bases[1].contains("distroless") && bases[1].ends_with(":nonroot"), "{}", bases[1]);
    assert!(instructions.contains(&"USER 65532:65532"));
    assert!(instructions.contains(&r#"ENTRYPOINT ["/usr/local/bin/voiceassist-gateway"]"#));
    assert!(!instructions.iter().any(|line| line.starts_with("ARG ") || line.starts_with("ADD ")));
    assert!(text.contains("--locked"));
    // Nothing that is named in it is missing, and no secret goes into the build.
    let ignored = read("deploy/Containerfile.dockerignore");
    for name in ["deploy/secrets", "deploy/.env", ".git"] {
        assert!(ignored.lines().any(|line| line == name), "{name}");
    }
    assert!(path("rust-toolchain.toml").is_file());
}
