//! What a client knows of its server beyond the session: how it spells things, and what was loaded of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use voiceassist_contract::ipc::DialectName;

use crate::Random;
use crate::dialects::python::integrations::RecentIntegrations;
use crate::dialects::python::unfinished::Unfinished;
use crate::directory::Directory;
use crate::random::SystemRandom;

/// Shared by all clones of a client.
pub(crate) struct Known {
    dialect: Mutex<Option<DialectName>>,
    pub(crate) random: Arc<dyn Random>,
    /// The accounts, where this computer searches and sorts itself.
    pub(crate) directory: Directory,
    /// Accounts that were made only half.
    pub(crate) unfinished: Unfinished,
    /// The list of integrations, asked for now and then.
    pub(crate) integrations: RecentIntegrations,
}

impl Known {
    pub(crate) fn new(dialect: Option<DialectName>, random: Arc<dyn Random>) -> Self {
        Self {
            dialect: Mutex::new(dialect.filter(|name| *name != DialectName::Unknown)),
            random,
            directory: Directory::default(),
            unfinished: Unfinished::default(),
            integrations: RecentIntegrations::default(),
        }
    }

    pub(crate) fn dialect(&self) -> Option<DialectName> {
        *self.lock()
    }

    /// Takes the server for this from now on. Whether that is news.
    ///
    /// The own account looks the same with and without the panel, so it never takes back that there is none.
    pub(crate) fn learn(&self, name: DialectName) -> bool {
        let mut known = self.lock();
        if *known == Some(DialectName::December2025Plain) && name == DialectName::December2025 {
            return false;
        }
        let is_news = known.replace(name) != Some(name);
        if is_news {
            tracing::info!(dialect = ?name, "the server's dialect was learned");
        }
        is_news
    }

    fn lock(&self) -> MutexGuard<'_, Option<DialectName>> {
        self.dialect.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Known {
    fn default() -> Self {
        Self::new(None, Arc::new(SystemRandom::default()))
    }
}
