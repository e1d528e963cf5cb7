//! `voiceassist-gateway health`: asks a running gateway how it is. A container without a shell has no other
//! program to ask with.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use http::StatusCode;
use serde::de::DeserializeOwned;
use url::Url;
use voiceassist_contract::health::{Health, Readiness};

use super::HealthArguments;
use crate::config::variables::Variables;
use crate::health::http_check::{Answer, build_client, client_builder, get, parse_neighbour};
use crate::tls::pair::read_certificate;
use crate::tls::shown::Shown;

const NO_ADDRESS: &str =
    "--url must be an http:// or https:// address without a password, such as http://127.0.0.1:8000.";

pub(super) async fn run(arguments: HealthArguments) -> anyhow::Result<()> {
    let certificate = Variables::of_process().text("TLS_CERTIFICATE_FILE").map(PathBuf::from);
    let shown = Shown::default();
    let (url, client) = match &arguments.url {
        Some(text) => {
            let url = parse_neighbour("--url", text).map_err(|_| anyhow!(NO_ADDRESS))?;
            let client = build_client(&url).context("This computer has no certificate authorities.")?;
            (url, client)
        }
        None => {
            let url = own_address(arguments.listen, certificate.is_some())?;
            let client =
                client_builder(&url).tls_backend_preconfigured(shown.build_client_config()?).build()?;
            (url, client)
        }
    };
    let path = if arguments.ready { "ready" } else { "health" };
    let answer = get(&client, url.join(path)?).await;
    let answer = answer.map_err(|cause| anyhow!("No gateway answers at {url}: {cause}."))?;
    let said = if arguments.ready { judge_readiness(&answer) } else { judge_health(&answer) };
    println!("{}", said.with_context(|| format!("The gateway at {url} is not in order."))?);
    if let (Some(shown), Some(file)) = (shown.certificate(), certificate)
        && read_certificate(&file).ok() != Some(shown)
    {
        println!("It shows another certificate than TLS_CERTIFICATE_FILE has. Its log says why.");
    }
    Ok(())
}

/// Where a gateway with the same setting can be asked from the same computer.
fn own_address(listen: SocketAddr, encrypts: bool) -> anyhow::Result<Url> {
    let address = match listen.ip() {
        IpAddr::V4(address) if address.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(address) if address.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        address => address,
    };
    if listen.port() == 0 {
        bail!("Port 0 stands for any port: say with --url where the gateway is.");
    }
    let scheme = if encrypts { "https" } else { "http" };
    Ok(Url::parse(&format!("{scheme}://{}/", SocketAddr::new(address, listen.port())))?)
}

fn judge_health(answer: &Answer) -> anyhow::Result<String> {
    let health: Health = read(answer)?;
    if answer.status != StatusCode::OK || health.status != "healthy" {
        bail!("It calls itself {:?}.", health.status);
    }
    Ok(format!("healthy: version {}, up for {} seconds", health.version, health.uptime_seconds))
}

fn judge_readiness(answer: &Answer) -> anyhow::Result<String> {
    let readiness: Readiness = read(answer)?;
    let components = readiness.checks.iter().map(|(name, is_good)| {
        let message = readiness.details.get(name).map_or("", |detail| detail.message.as_str());
        format!("{name}: {} {message}", if *is_good { "yes" } else { "no" })
    });
    let said = components.collect::<Vec<_>>().join("\n");
    if answer.status != StatusCode::OK {
        bail!("{said}");
    }
    Ok(said)
}

fn read<T: DeserializeOwned>(answer: &Answer) -> anyhow::Result<T> {
    serde_json::from_slice(&answer.body)
        .with_context(|| format!("What answers there with {} is no gateway.", answer.status))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: StatusCode, body: &str) -> Answer {
        Answer { status, headers: http::HeaderMap::new(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn a_gateway_that_listens_everywhere_is_asked_over_loopback() {
        let asked = |listen: &str| own_address(listen.parse().expect("an address"), false).map(String::from);
        assert_eq!(asked("0.0.0.0:8000").expect("known"), "http://127.0.0.1:8000/");
        assert_eq!(asked("[::]:8000").expect("known"), "http://[::1]:8000/");
        assert_eq!(asked("192.0.2.7:80").expect("known"), "http://192.0.2.7/");
        assert!(asked("127.0.0.1:0").expect_err("unknown").to_string().contains("--url"));
        let encrypted = own_address("0.0.0.0:8443".parse().expect("an address"), true);
        assert_eq!(encrypted.expect("known").as_str(), "https://127.0.0.1:8443/");
    }

    #[test]
    fn only_what_says_so_itself_is_healthy() {
        let body =
            r#"{"status":"healthy","version":"1.2.3","timestamp":"2026-11-24T12:00:00Z","uptime_seconds":7}"#;
        let said = judge_health(&answer(StatusCode::OK, body)).expect("healthy");
        assert_eq!(said, "healthy: version 1.2.3, up for 7 seconds");
        assert!(judge_health(&answer(StatusCode::BAD_GATEWAY, body)).is_err());
        assert!(judge_health(&answer(StatusCode::OK, &body.replace("healthy", "ill"))).is_err());
        let other = judge_health(&answer(StatusCode::OK, "<html>")).expect_err("another server");
        assert!(other.to_string().contains("is no gateway"), "{other}");
    }

    #[test]
    fn what_is_not_ready_is_named() {
        let body = r#"{"status":"not_ready","checks":{"postgres":false,"redis":true},"timestamp":"2026-11-24T12:00:00Z"}"#;
        let why = judge_readiness(&answer(StatusCode::SERVICE_UNAVAILABLE, body)).expect_err("not ready");
        assert!(why.to_string().contains("postgres: no") && why.to_string().contains("redis: yes"), "{why}");
        assert!(judge_readiness(&answer(StatusCode::OK, body)).is_ok());
    }
}
