//! Generations for a command that writes beside the serving process: it can make nothing known, so what it
//! takes away is gone once the lease of what that process keeps has run out.

use async_trait::async_trait;
use voiceassist_contract::Id;

use super::{Change, Generation, Generations};

/// No generations at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct BesideTheServer;

#[async_trait]
impl Generations for BesideTheServer {
    async fn find(&self, _: Id) -> Option<Generation> {
        None
    }

    async fn announce(&self, _: &[Id]) -> Change {
        Change(0)
    }

    async fn conclude(&self, _: Change, _: &[Id]) -> bool {
        false
    }
}
