//! The state behind the commands: settings, the keychain, and the client of the chosen server. It knows
//! nothing of Tauri, so that it is tested without a window.

mod dialects;
mod profiles;
mod token_stores;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use voiceassist_client::{Client, Clock, Connection};
use voiceassist_contract::ipc::{Failure, FailureKind, Profile, ProfileId, Settings, SettingsState};

pub(crate) use token_stores::TokenStores;

use crate::answer::failure;
use crate::settings::SettingsStore;

/// Everything a command may need.
pub(crate) struct Console {
    settings: Box<dyn SettingsStore>,
    token_stores: TokenStores,
    clock: Arc<dyn Clock>,
    servers: Mutex<Servers>,
    /// Held while settings are read, changed and written, so that two commands at once lose nothing.
    settings_order: Mutex<()>,
}

/// The clients made since the start, one for each profile that was used, and the one in use.
#[derive(Default)]
struct Servers {
    clients: HashMap<ProfileId, Server>,
    current: Option<ProfileId>,
}

/// A client, and the profile as it was when the client was made.
struct Server {
    profile: Profile,
    client: Client,
}

impl Console {
    /// A console over these settings, with nobody signed in yet.
    pub(crate) fn new(
        settings: Box<dyn SettingsStore>,
        token_stores: TokenStores,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { settings, token_stores, clock, servers: Mutex::default(), settings_order: Mutex::default() }
    }

    /// The settings, and what there is to say about them.
    pub(crate) fn settings_state(&self) -> SettingsState {
        SettingsState {
            settings: self.settings.load(),
            notice: self.settings.notice(),
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Keeps appearance and the chosen profile; the profiles stay as they are.
    ///
    /// # Errors
    /// The settings could not be written.
    pub(crate) fn save_appearance(&self, wanted: Settings) -> Result<Settings, Failure> {
        self.change_settings(|settings| {
            settings.theme = wanted.theme;
            settings.density = wanted.density;
            if let Some(id) = wanted.current_profile.filter(|id| settings.profile(*id).is_some()) {
                settings.current_profile = Some(id);
            }
        })
    }

    /// The client for a profile, which is in use from now on.
    ///
    /// Choosing another profile does not sign out of the one before: each keeps its client and its session.
    ///
    /// # Errors
    /// There is no such profile, or its address or certificate file is not valid.
    pub(crate) fn use_profile(&self, id: ProfileId) -> Result<Client, Failure> {
        let client = self.client_of(id)?;
        self.servers().current = Some(id);
        Ok(client)
    }

    /// The client in use.
    ///
    /// # Errors
    /// [`FailureKind::SignedOut`] if no server has been chosen since the start.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let servers = self.servers();
        let server = servers.current.and_then(|id| servers.clients.get(&id));
        server.map(|server| server.client.clone()).ok_or_else(signed_out)
    }

    /// The client for a saved profile, made anew if the profile has changed since.
    fn client_of(&self, id: ProfileId) -> Result<Client, Failure> {
        let settings = self.settings.load();
        let profile = settings.profile(id).ok_or_else(|| {
            Failure::new(FailureKind::Settings, "This server is not among the saved ones any more.")
        })?;
        let mut servers = self.servers();
        if let Some(server) =
            servers.clients.get(&id).filter(|server| is_same_server(&server.profile, profile))
        {
            return Ok(server.client.clone());
        }
        let client = self.make_client(profile)?.with_dialect(dialects::learned_of(&settings, profile));
        servers.clients.insert(id, Server { profile: profile.clone(), client: client.clone() });
        Ok(client)
    }

    /// Keeps every session that was begun alive, whichever server is looked at.
    pub(crate) async fn keep_sessions_alive(&self) {
        let clients: Vec<Client> =
            self.servers().clients.values().map(|server| server.client.clone()).collect();
        for client in clients {
            client.auth().keep_alive().await;
        }
    }

    /// A client for a profile as typed, which is not kept.
    ///
    /// # Errors
    /// The address or the certificate file is not valid.
    pub(crate) fn client_for_trial(&self, profile: &Profile) -> Result<Client, Failure> {
        let connection = Connection::parse(profile).map_err(failure)?;
        Client::new(connection, profile.id, self.token_stores.none(), Arc::clone(&self.clock))
            .map_err(failure)
    }

    fn make_client(&self, profile: &Profile) -> Result<Client, Failure> {
        let connection = Connection::parse(profile).map_err(failure)?;
        Client::new(connection, profile.id, self.token_stores.lasting(), Arc::clone(&self.clock))
            .map_err(failure)
    }

    /// Reads, changes and writes the settings as one step.
    fn change_settings(&self, change: impl FnOnce(&mut Settings)) -> Result<Settings, Failure> {
        let _order = self.settings_order.lock().unwrap_or_else(PoisonError::into_inner);
        let mut settings = self.settings.load();
        change(&mut settings);
        self.settings.save(&settings)?;
        Ok(settings)
    }

    fn servers(&self) -> MutexGuard<'_, Servers> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a client made for one profile serves the other: everything but what is only shown is the same.
fn is_same_server(one: &Profile, other: &Profile) -> bool {
    one.id == other.id
        && one.address == other.address
        && one.allow_plain_http == other.allow_plain_http
        && one.ca_file == other.ca_file
}

fn signed_out() -> Failure {
    Failure::new(FailureKind::SignedOut, "Nobody is signed in.")
}

#[cfg(test)]
mod tests;
