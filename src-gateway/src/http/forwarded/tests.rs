//! Callers behind proxies, and callers who only say so.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::HeaderValue;
use proptest::prelude::*;

use super::*;

const PROXY: &str = "10.0.0.7";

fn proxies(header: ForwardedHeader) -> TrustedProxies {
    let networks = TrustedProxies::parse_networks("10.0.0.0/8, 2001:db8:ffff::/48").expect("networks");
    TrustedProxies { networks, header }
}

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).expect("a header value"));
    }
    headers
}

fn caller(peer: &str, lines: &[(&'static str, &str)]) -> String {
    let peer = peer.parse().expect("an address");
    proxies(ForwardedHeader::Either).find_caller(peer, &headers(lines)).to_string()
}

fn by_older(value: &str) -> String {
    caller(PROXY, &[("x-forwarded-for", value)])
}

fn by_standard(value: &str) -> String {
    caller(PROXY, &[("forwarded", value)])
}

#[test]
fn a_stranger_is_who_connects_whatever_is_claimed() {
    let claims = [("x-forwarded-for", "192.0.2.9"), ("forwarded", "for=192.0.2.9")];
    assert_eq!(caller("198.51.100.1", &claims), "198.51.100.1");
    let nobody = TrustedProxies::default();
    let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
    assert_eq!(nobody.find_caller(peer, &headers(&claims)), peer);
}

#[test]
fn behind_a_proxy_the_rightmost_address_that_is_no_proxy_counts() {
    assert_eq!(by_older("192.0.2.1"), "192.0.2.1");
    assert_eq!(by_older("203.0.113.66, 192.0.2.1"), "192.0.2.1");
    assert_eq!(by_older("203.0.113.66, 192.0.2.1, 10.1.1.1,10.2.2.2"), "192.0.2.1");
    assert_eq!(by_standard("for=203.0.113.66, for=192.0.2.1;proto=https;by=10.0.0.7"), "192.0.2.1");
    assert_eq!(by_standard("for=192.0.2.1, For=\"[2001:db8:ffff::1]:80\""), "192.0.2.1");
    let lines = [("x-forwarded-for", "203.0.113.66"), ("x-forwarded-for", "192.0.2.1, 10.1.1.1")];
    assert_eq!(caller(PROXY, &lines), "192.0.2.1");
}

#[test]
fn a_request_that_a_proxy_makes_itself_comes_from_the_leftmost_proxy() {
    assert_eq!(by_older("10.9.9.9, 10.1.1.1"), "10.9.9.9");
    assert_eq!(caller(PROXY, &[]), PROXY);
}

#[test]
fn ports_brackets_and_quotes_are_understood() {
    assert_eq!(by_older("192.0.2.1:4711"), "192.0.2.1");
    assert_eq!(by_older("2001:db8::1"), "2001:db8::1");
    assert_eq!(by_older("[2001:db8::1]"), "2001:db8::1");
    assert_eq!(by_older("[2001:db8::1]:4711"), "2001:db8::1");
    assert_eq!(by_older("::ffff:192.0.2.1"), "192.0.2.1");
    assert_eq!(by_standard("for=\"192.0.2.1:4711\""), "192.0.2.1");
    assert_eq!(by_standard("proto=https ; FOR=\"[2001:db8::1]:4711\""), "2001:db8::1");
    assert_eq!(by_standard("for=\"[2001:db8::1]\""), "2001:db8::1");
    assert_eq!(caller("::ffff:10.0.0.7", &[("x-forwarded-for", "192.0.2.1")]), "192.0.2.1");
}

#[test]
fn what_cannot_be_read_leaves_the_connections_own_address() {
    for odd in ["", ",", "localhost", "192.0.2.1.5", "192.0.2.1:port", "[2001:db8::1", "fe80::1%eth0", "1"] {
        assert_eq!(by_older(odd), PROXY, "{odd:?}");
    }
    for odd in [
        "for=unknown",
        "for=_hidden",
        "for=\"192.0.2.1",
        "for=192.0.2.1\"",
        "for=2001:db8::1",
        "for=[2001:db8::1]",
        "for=192.0.2.1;for=192.0.2.2",
        "proto=https",
        "192.0.2.1",
        "for=\"192.0.2\\.1\"",
        "for=192.0.2.1;;",
    ] {
        assert_eq!(by_standard(odd), PROXY, "{odd:?}");
    }
}

#[test]
fn nothing_that_a_caller_sends_hides_what_a_proxy_adds_behind_it() {
    for spoof in ["\"", "for=\"", "for=\"a, b", "for=\\", ";;;", "\u{202e}", "for=10.0.0.1", "for=unknown"] {
        assert_eq!(by_standard(&format!("{spoof}, for=192.0.2.1")), "192.0.2.1", "{spoof:?}");
        assert_eq!(by_older(&format!("{spoof}, 192.0.2.1")), "192.0.2.1", "{spoof:?}");
    }
    let long = format!("{}192.0.2.1", "203.0.113.66, ".repeat(1_000));
    assert_eq!(by_older(&long), "192.0.2.1");
    assert_eq!(by_older(&"10.1.1.1, ".repeat(1_000)), PROXY);
}

#[test]
fn of_two_headers_that_disagree_neither_counts_unless_it_is_said_which_the_proxies_write() {
    let lines = [("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=203.0.113.66")];
    assert_eq!(caller(PROXY, &lines), PROXY);
    let agreeing = [("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.1")];
    assert_eq!(caller(PROXY, &agreeing), "192.0.2.1");
    let peer = PROXY.parse().expect("an address");
    let only = |header| proxies(header).find_caller(peer, &headers(&lines)).to_string();
    assert_eq!(only(ForwardedHeader::XForwardedFor), "192.0.2.1");
    assert_eq!(only(ForwardedHeader::Forwarded), "203.0.113.66");
}

#[test]
fn a_list_of_proxies_names_addresses_and_networks() {
    let networks = TrustedProxies::parse_networks("10.0.0.7,192.168.0.0/24  ::1").expect("three");
    assert_eq!(networks.len(), 3);
    for odd in ["proxy.internal", "10.0.0.0/33", "10.0.0", "*"] {
        assert!(TrustedProxies::parse_networks(odd).is_err(), "{odd}");
    }
}

proptest! {
    /// Whatever is claimed in front of it, the address that the proxy saw is the one that counts.
    #[test]
    fn no_claim_changes_the_address_that_the_proxy_saw(claim in "[ -~]{0,80}", seen: u32, v6: u128) {
        let networks = proxies(ForwardedHeader::Either);
        for seen in [IpAddr::V4(Ipv4Addr::from(seen)), IpAddr::V6(Ipv6Addr::from(v6))] {
            let seen = seen.to_canonical();
            prop_assume!(!networks.trusts(seen));
            prop_assert_eq!(by_older(&format!("{claim}, {seen}")), seen.to_string());
            let node = if seen.is_ipv6() { format!("\"[{seen}]:80\"") } else { seen.to_string() };
            prop_assert_eq!(by_standard(&format!("{claim}, for={node};proto=https")), seen.to_string());
        }
    }

    /// No bytes at all bring the reading down.
    #[test]
    fn anything_can_be_read(bytes in proptest::collection::vec(32_u8..=255, 0..60)) {
        let Ok(value) = HeaderValue::from_bytes(&bytes) else { return Ok(()) };
        let mut headers = HeaderMap::new();
        headers.append("forwarded", value.clone());
        headers.append("x-forwarded-for", value);
        proxies(ForwardedHeader::Either).find_caller(PROXY.parse().expect("an address"), &headers);
    }
}
