//! One server's address and how it may be reached, checked before anything is sent.

mod ca_file;

use std::path::PathBuf;

use url::{Host, Url};
use voiceassist_contract::ipc::Profile;
use voiceassist_contract::problem::FieldError;

use crate::Error;

pub(crate) use ca_file::{ca_file_error, read_ca_file};

/// One server, as far as it takes to reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// `http` or `https`, a host, perhaps a port and a path; the path ends without a slash unless it is empty.
    pub address: Url,
    /// Whether plain HTTP to another computer is allowed.
    pub allow_plain_http: bool,
    /// A PEM file with authorities to trust beside the system's.
    pub ca_file: Option<PathBuf>,
}

impl Connection {
    /// Checks what a profile says.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] with the fields `address` and `ca_file`, or [`Error::PlainHttpRefused`].
    pub fn parse(profile: &Profile) -> Result<Self, Error> {
        let mut fields = Vec::new();
        let address = parse_address(&profile.address).map_err(|field| fields.push(field)).ok();
        let ca_file =
            profile.ca_file.as_deref().map(str::trim).filter(|path| !path.is_empty()).map(PathBuf::from);
        if let Some(path) = &ca_file
            && let Err(field) = read_ca_file(path)
        {
            fields.push(field);
        }
        match address {
            Some(address) if fields.is_empty() => {
                let connection = Self { address, allow_plain_http: profile.allow_plain_http, ca_file };
                connection.check_encryption()?;
                Ok(connection)
            }
            _ => Err(Error::InvalidInput { fields }),
        }
    }

    /// Whether requests travel encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.address.scheme() == "https"
    }

    /// Whether the server is on this computer.
    pub fn is_loopback(&self) -> bool {
        match self.address.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => {
                address.is_loopback() || address.to_ipv4_mapped().is_some_and(|mapped| mapped.is_loopback())
            }
            None => false,
        }
    }

    /// Whether tokens travel unencrypted to another computer.
    pub fn is_exposed(&self) -> bool {
        !self.is_encrypted() && !self.is_loopback()
    }

    /// Refuses plain HTTP to another computer unless the profile allows it.
    pub(crate) fn check_encryption(&self) -> Result<(), Error> {
        if self.is_exposed() && !self.allow_plain_http { Err(Error::PlainHttpRefused) } else { Ok(()) }
    }

    /// The address of a route.
    pub(crate) fn url_of<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.address.clone();
        // Only addresses that cannot be a base have no segments, and `parse_address` refuses those.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

fn parse_address(typed: &str) -> Result<Url, FieldError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(address_error("required", "Enter the server's address."));
    }
    if !typed.contains("://") {
        return Err(address_error("scheme_missing", "Begin the address with https://."));
    }
    let mut url = Url::parse(typed).map_err(|_| {
        address_error("not_an_address", "Enter an address such as https://voiceassist.clinic.example.")
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(address_error("scheme_unknown", "Begin the address with https://."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(address_error("user_info", "Leave user name and password out of the address."));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(address_error("query", "Leave out everything from the ? or # on."));
    }
    normalise_path(&mut url);
    Ok(url)
}

/// Drops empty segments, so that `https://host//api/` and `https://host/api` are one address.
fn normalise_path(url: &mut Url) {
    let segments: Vec<String> =
        url.path().split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
    url.set_path(&segments.join("/"));
}

fn address_error(code: &str, message: &str) -> FieldError {
    FieldError { field: "address".into(), code: code.into(), message: message.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(address: &str) -> Profile {
        Profile {
            id: uuid::Uuid::nil(),
            name: "Lakeside".into(),
            address: address.into(),
            allow_plain_http: false,
            ca_file: None,
            last_email: None,
        }
    }

    fn refused_field(profile: &Profile) -> (String, String) {
        match Connection::parse(profile) {
            Err(Error::InvalidInput { fields }) => (fields[0].field.clone(), fields[0].code.clone()),
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn addresses_that_mean_the_same_become_the_same() {
        for typed in ["https://va.example/x", " https://VA.example/x/ ", "https://va.example:443//x//"] {
            let connection = Connection::parse(&profile(typed)).expect("a sound address");
            assert_eq!(connection.address.as_str(), "https://va.example/x", "{typed}");
            assert_eq!(connection.url_of(["api", "users"]).as_str(), "https://va.example/x/api/users");
        }
        let bare = Connection::parse(&profile("https://va.example")).expect("a sound address");
        assert_eq!(bare.url_of(["health"]).as_str(), "https://va.example/health");
    }

    #[test]
    fn what_is_no_address_is_refused_at_its_field() {
        for (typed, code) in [
            ("", "required"),
            ("va.example", "scheme_missing"),
            ("localhost:8000", "scheme_missing"),
            ("ftp://va.example", "scheme_unknown"),
            ("https://", "not_an_address"),
            ("https://va.example:99999", "not_an_address"),
            ("https://ana:pw@va.example", "user_info"),
            ("https://va.example/?x=1", "query"),
            ("https://va.example/#top", "query"),
        ] {
            assert_eq!(refused_field(&profile(typed)), ("address".into(), code.into()), "{typed}");
        }
    }

    #[test]
    fn plain_http_reaches_this_computer_and_others_only_if_allowed() {
        for typed in ["http://localhost:8000", "http://127.0.0.1", "http://127.8.8.8:1", "http://[::1]:8000"]
        {
            let connection = Connection::parse(&profile(typed)).expect("loopback needs no encryption");
            assert!(!connection.is_exposed(), "{typed}");
        }
        for typed in ["http://va.example", "http://10.0.0.1", "http://localhost.va.example", "http://[::2]"] {
            assert!(matches!(Connection::parse(&profile(typed)), Err(Error::PlainHttpRefused)), "{typed}");
            let allowed = Profile { allow_plain_http: true, ..profile(typed) };
            assert!(Connection::parse(&allowed).expect("allowed by the profile").is_exposed());
        }
    }

    #[test]
    fn a_ca_file_that_cannot_be_used_is_refused_at_its_field() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = folder.path().join("text.pem");
        std::fs::write(&text, "not a certificate").expect("written");
        for (path, code) in [(folder.path().join("absent.pem"), "unreadable"), (text, "no_certificate")] {
            let ca_file = Some(path.to_string_lossy().into_owned());
            let profile = Profile { ca_file, ..profile("https://va.example") };
            assert_eq!(refused_field(&profile), ("ca_file".into(), code.into()));
        }
    }
}
