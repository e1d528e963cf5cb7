//! Server profiles: saving, removing, and remembering who signed in last.

use std::time::Duration;

use voiceassist_client::Connection;
use voiceassist_contract::ipc::{Failure, FailureKind, Profile, ProfileId, Settings};
use voiceassist_contract::problem::FieldError;
use voiceassist_contract::text::check_text;

use super::{Console, Servers};
use crate::answer::failure;

/// The longest profile name, in characters.
const MOST_NAME_CHARACTERS: usize = 60;
/// The most profiles.
const MOST_PROFILES: usize = 50;
/// How long removing a profile waits for its server to end the session.
const LONGEST_FAREWELL: Duration = Duration::from_secs(3);

impl Console {
    /// Adds a profile or replaces the one with its id, and chooses it.
    ///
    /// # Errors
    /// Name, address or certificate file are not valid, there are too many profiles, or the settings
    /// could not be written.
    pub(crate) fn save_profile(&self, mut profile: Profile) -> Result<Settings, Failure> {
        profile.name = profile.name.trim().to_owned();
        profile.address = profile.address.trim().trim_end_matches('/').to_owned();
        check_profile(&profile)?;
        let is_new = self.settings.load().profile(profile.id).is_none();
        if is_new && self.settings.load().profiles.len() >= MOST_PROFILES {
            return Err(Failure::new(
                FailureKind::Settings,
                "There are 50 servers already. Remove one first.",
            ));
        }
        self.change_settings(|settings| {
            settings.current_profile = Some(profile.id);
            put_profile(settings, profile);
        })
    }

    /// Ends the profile's session, as far as its server can be reached, and forgets both.
    ///
    /// # Errors
    /// The keychain item could not be deleted, or the settings could not be written.
    pub(crate) async fn remove_profile(&self, id: ProfileId) -> Result<Settings, Failure> {
        if let Ok(client) = self.client_of(id)
            && tokio::time::timeout(LONGEST_FAREWELL, client.auth().sign_out()).await.is_err()
        {
            tracing::warn!("the server did not answer in time, so its session ends by itself");
        }
        self.token_stores.lasting().delete(id).await.map_err(|error| {
            tracing::error!(%error, "a keychain item could not be deleted");
            Failure::new(
                FailureKind::Keychain,
                "The keychain did not let go of this server's sign-in. Unlock it and try again.",
            )
        })?;
        self.servers().forget(id);
        self.change_settings(|settings| {
            settings.profiles.retain(|profile| profile.id != id);
            settings.dialects.remove(&id);
            if settings.current_profile == Some(id) {
                settings.current_profile = settings.profiles.first().map(|profile| profile.id);
            }
        })
    }

    /// Remembers who signed in to a profile, to fill it in the next time. Failing to is no reason to fail.
    pub(crate) fn remember_email(&self, id: ProfileId, email: &str) {
        let saved = self.change_settings(|settings| {
            settings.current_profile = Some(id);
            if let Some(profile) = settings.profiles.iter_mut().find(|profile| profile.id == id) {
                profile.last_email = Some(email.trim().to_owned());
            }
        });
        if saved.is_err() {
            tracing::warn!("the e-mail address for the next sign-in was not remembered");
        }
    }

    /// Adds and chooses the profile that whoever started the program asked for, keeping one that is
    /// already there for the same address.
    pub(crate) fn prepare_for(&self, requested: Option<Profile>) {
        let Some(mut requested) = requested else { return };
        let settings = self.settings.load();
        if let Some(known) = settings.profiles.iter().find(|profile| profile.address == requested.address) {
            requested = Profile { last_email: requested.last_email, ..known.clone() };
        }
        if let Err(failure) = self.save_profile(requested) {
            tracing::warn!(reason = failure.message, "the requested server profile was not taken");
        }
    }
}

impl Servers {
    fn forget(&mut self, id: ProfileId) {
        self.clients.remove(&id);
        self.current = self.current.filter(|current| *current != id);
    }
}

fn check_profile(profile: &Profile) -> Result<(), Failure> {
    let mut fields = Vec::new();
    if let Err(violation) =
        check_text(&profile.name, MOST_NAME_CHARACTERS, "A server's name has at most 60 characters.")
    {
        fields.push(FieldError {
            field: "name".to_owned(),
            code: violation.code.to_owned(),
            message: violation.message.to_owned(),
        });
    }
    match Connection::parse(profile).map_err(failure) {
        Ok(_) if fields.is_empty() => Ok(()),
        Ok(_) => Err(invalid(fields)),
        Err(mut failure) => {
            failure.fields.splice(0..0, fields);
            Err(failure)
        }
    }
}

fn invalid(fields: Vec<FieldError>) -> Failure {
    Failure { fields, ..Failure::new(FailureKind::InvalidInput, "Look at the marked fields.") }
}

fn put_profile(settings: &mut Settings, profile: Profile) {
    match settings.profiles.iter_mut().find(|known| known.id == profile.id) {
        Some(known) => {
            *known = Profile {
                last_email: profile.last_email.clone().or_else(|| known.last_email.clone()),
                ..profile
            }
        }
        None => settings.profiles.push(profile),
    }
}
