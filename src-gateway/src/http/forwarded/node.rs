//! One hop, as proxies write it: an address, perhaps with a port, perhaps in brackets or quotes.

use std::net::{IpAddr, SocketAddr, SocketAddrV6};

/// Reads an entry of `X-Forwarded-For`: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
pub(super) fn read_address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address);
    }
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inner.parse().ok().map(IpAddr::V6);
    }
    text.parse::<SocketAddr>().ok().filter(has_no_zone).map(|address| address.ip())
}

/// A zone means something on one computer alone.
fn has_no_zone(address: &SocketAddr) -> bool {
    !matches!(address, SocketAddr::V6(address) if SocketAddrV6::scope_id(address) != 0)
}

/// Reads the `for` of an element of `Forwarded` (RFC 7239 section 4): pairs with semicolons between them,
/// each value a word or in quotes. `unknown` and invented names are no address.
pub(super) fn read_element(text: &str) -> Option<IpAddr> {
    let mut found = None;
    for pair in text.split(';') {
        let (name, value) = pair.trim().split_once('=')?;
        if name.is_empty() || !name.bytes().all(is_token) {
            return None;
        }
        let value = read_value(value)?;
        if name.eq_ignore_ascii_case("for") {
            // Given twice, it is anybody's guess which of them the proxy meant.
            if found.is_some() {
                return None;
            }
            found = Some(read_node(value)?);
        }
    }
    found
}

/// A word, or what stands between quotes. Escapes occur in no address, so none is read.
fn read_value(value: &str) -> Option<&str> {
    if let Some(quoted) = value.strip_prefix('"') {
        let inner = quoted.strip_suffix('"')?;
        return (!inner.contains(['"', '\\'])).then_some(inner);
    }
    // Outside of quotes a port has no place by the standard, yet proxies write it; brackets never.
    let is_word = !value.is_empty() && value.bytes().all(|byte| is_token(byte) || byte == b':');
    is_word.then_some(value)
}

/// An IPv6 address stands in brackets (section 6), so that its end and a port can be told apart.
fn read_node(value: &str) -> Option<IpAddr> {
    if value.starts_with('[') || !value.contains("::") && value.matches(':').count() <= 1 {
        return read_address(value);
    }
    None
}

/// The characters of a token (RFC 9110 section 5.6.2).
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}
