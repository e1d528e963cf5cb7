//! What was learned of the servers, kept for the next start.

use voiceassist_contract::ipc::{DialectName, LearnedDialect, Profile, ProfileId, Settings};

use super::Console;

impl Console {
    /// Keeps what the profile's client has learned of its server, if that is news. Failing to costs the next
    /// start a request or two.
    pub(crate) fn remember_dialect(&self, id: ProfileId) {
        let Some(learned) = self.learned_by_client(id) else { return };
        if self.settings.load().dialects.get(&id) == Some(&learned) {
            return;
        }
        let saved = self.change_settings(|settings| {
            if settings.profile(id).is_some() {
                settings.dialects.insert(id, learned);
            }
        });
        if saved.is_err() {
            tracing::warn!("what kind of server it is was not remembered");
        }
    }

    /// The same for the server in use.
    pub(crate) fn remember_current_dialect(&self) {
        let current = self.servers().current;
        if let Some(id) = current {
            self.remember_dialect(id);
        }
    }

    fn learned_by_client(&self, id: ProfileId) -> Option<LearnedDialect> {
        let servers = self.servers();
        let server = servers.clients.get(&id)?;
        Some(LearnedDialect { address: server.profile.address.clone(), dialect: server.client.dialect()? })
    }
}

/// What was learned of the profile's server; nothing if its address is another one since.
pub(super) fn learned_of(settings: &Settings, profile: &Profile) -> Option<DialectName> {
    let learned = settings.dialects.get(&profile.id)?;
    (learned.address == profile.address).then_some(learned.dialect)
}
