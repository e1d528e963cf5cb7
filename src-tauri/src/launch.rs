//! What whoever starts the program may ask of it: a server profile to begin with.

use voiceassist_contract::ipc::Profile;

/// The profile named in the environment, so that a freshly started gateway is filled in at once.
///
/// `VOICEASSIST_PROFILE_ADDRESS` is needed; `VOICEASSIST_PROFILE_NAME` and `VOICEASSIST_PROFILE_EMAIL`
/// are optional. Nothing secret is taken from the environment.
pub(crate) fn requested_profile() -> Option<Profile> {
    profile_from(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

fn profile_from(variable: impl Fn(&str) -> Option<String>) -> Option<Profile> {
    let address = variable("VOICEASSIST_PROFILE_ADDRESS")?;
    Some(Profile {
        id: random_id(),
        name: variable("VOICEASSIST_PROFILE_NAME").unwrap_or_else(|| address.clone()),
        address,
        allow_plain_http: false,
        ca_file: None,
        last_email: variable("VOICEASSIST_PROFILE_EMAIL"),
    })
}

#[expect(clippy::disallowed_methods, reason = "the program's edge is where randomness comes from")]
fn random_id() -> uuid::Uuid {
    uuid::Uuid::new_v4()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_address_nothing_is_asked_for() {
        assert_eq!(
            profile_from(|name| (name != "VOICEASSIST_PROFILE_ADDRESS").then(|| "x".to_owned())),
            None
        );
    }

    #[test]
    fn an_address_alone_serves_as_the_name() {
        let profile = profile_from(|name| {
            (name == "VOICEASSIST_PROFILE_ADDRESS").then(|| "http://127.0.0.1:8000".to_owned())
        })
        .expect("an address makes a profile");
        assert_eq!(profile.name, "http://127.0.0.1:8000");
        assert_eq!(profile.last_email, None);
    }
}
