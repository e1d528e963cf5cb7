//! Accounts that were registered and have not got their role yet, so that asking again goes on there.

use std::sync::{Mutex, PoisonError};

use voiceassist_contract::{Id, Secret};

use super::find::is_same_address;

/// More than anybody leaves behind.
const MOST: usize = 20;

/// An account that was made only half.
#[derive(Clone)]
pub(crate) struct HalfMade {
    pub(crate) id: Id,
    pub(crate) email: String,
    /// The password that was made for it, which nobody has seen yet.
    pub(crate) temporary_password: Option<Secret>,
}

/// In memory only, and only for the session that made them.
#[derive(Default)]
pub(crate) struct Unfinished(Mutex<Vec<(u64, HalfMade)>>);

impl Unfinished {
    /// The half-made account with this address, which stays remembered.
    pub(crate) fn find(&self, generation: u64, email: &str) -> Option<HalfMade> {
        let list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        list.iter()
            .find(|(of, half)| *of == generation && is_same_address(&half.email, email))
            .map(|(_, half)| half.clone())
    }

    /// Remembers one, and forgets those of earlier sessions.
    pub(crate) fn remember(&self, generation: u64, half: HalfMade) {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        list.retain(|(of, known)| *of == generation && known.id != half.id);
        if list.len() == MOST {
            list.remove(0);
        }
        list.push((generation, half));
    }

    /// Forgets one that is whole now, or gone.
    pub(crate) fn forget(&self, id: Id) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(_, known)| known.id != id);
    }
}
