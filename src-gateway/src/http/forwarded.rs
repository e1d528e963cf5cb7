//! Where a request really came from, when proxies stand in front of the gateway.
//!
//! Anybody can write `X-Forwarded-For`. So a header counts only if the connection comes from a proxy that
//! the configuration lists, and in it only what such proxies have added: read from its right end, the first
//! address that is no listed proxy is the caller's. What stands to the left of it was sent by the caller.
//!
//! A header that cannot be read up to that address says nothing; the connection's own address is then taken,
//! and never one that the caller chose.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

mod node;

/// How many addresses of a header are looked at: no chain of proxies is as long.
const MOST_HOPS: usize = 16;

/// The older header, which has no standard.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Which header the proxies write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// Whichever comes. If both come and do not agree, neither counts: one of them was the caller's.
    #[default]
    Either,
    /// `X-Forwarded-For` alone.
    XForwardedFor,
    /// `Forwarded` alone (RFC 7239).
    Forwarded,
}

/// The proxies whose word is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    /// Their networks; without any, no header is ever looked at.
    pub networks: Vec<IpNet>,
    /// The header that they write.
    pub header: ForwardedHeader,
}

impl TrustedProxies {
    /// Reads a list of addresses and networks, separated by commas or spaces.
    ///
    /// # Errors
    /// A sentence, if one of them is neither.
    pub fn parse_networks(text: &str) -> Result<Vec<IpNet>, String> {
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        words
            .map(|word| {
                let single = || word.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
                word.parse::<IpNet>().or_else(|_| single())
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| {
                "TRUSTED_PROXIES must list addresses and networks, such as 10.0.0.7, 192.168.0.0/24."
                    .to_owned()
            })
    }

    /// The caller's address, for a connection from `peer`.
    pub fn find_caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        let older = || self.read(headers, &X_FORWARDED_FOR, node::read_address);
        let standard = || self.read(headers, &header::FORWARDED, node::read_element);
        let found = match self.header {
            ForwardedHeader::XForwardedFor => older(),
            ForwardedHeader::Forwarded => standard(),
            ForwardedHeader::Either => {
                match (headers.contains_key(X_FORWARDED_FOR), headers.contains_key(header::FORWARDED)) {
                    (true, true) => older().filter(|address| standard() == Some(*address)),
                    (true, false) => older(),
                    (false, _) => standard(),
                }
            }
        };
        found.unwrap_or(peer)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The rightmost address in the header that is no proxy's; if all are, the leftmost.
    fn read(
        &self,
        headers: &HeaderMap,
        name: &HeaderName,
        read_hop: impl Fn(&str) -> Option<IpAddr>,
    ) -> Option<IpAddr> {
        // Several lines of one header are one list (RFC 9110 section 5.3). It is cut at every comma, also
        // within quotes: no address has one, and a quote that the caller left open must not swallow what
        // a proxy added behind it.
        let lines: Vec<&[u8]> = headers.get_all(name).iter().map(http::HeaderValue::as_bytes).collect();
        let hops = lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
        let mut leftmost = None;
        for hop in hops.take(MOST_HOPS) {
            let address = read_hop(std::str::from_utf8(hop).ok()?.trim())?.to_canonical();
            if !self.trusts(address) {
                return Some(address);
            }
            leftmost = Some(address);
        }
        leftmost
    }
}

#[cfg(test)]
mod tests;
