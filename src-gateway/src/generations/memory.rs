//! Generations where one process is the whole deployment.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use voiceassist_contract::Id;

use super::{Change, Generation, Generations};

/// Accounts share so many places: a change of one then also takes away what is kept of a few others, and
/// the memory that this needs is bounded.
const PLACES: usize = 1_024;

/// Generations in this process's memory.
#[derive(Debug)]
pub struct MemoryGenerations(Vec<Mutex<Place>>);

#[derive(Debug, Default)]
struct Place {
    /// Changes on their way.
    announced: u32,
    /// Changes so far.
    concluded: u128,
}

impl Default for MemoryGenerations {
    fn default() -> Self {
        Self((0..PLACES).map(|_| Mutex::default()).collect())
    }
}

impl MemoryGenerations {
    fn place(&self, account: Id) -> MutexGuard<'_, Place> {
        // An id's low end is random.
        let number = usize::from(account.as_u64_pair().1 as u16) % PLACES;
        self.0[number].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Generations for MemoryGenerations {
    async fn find(&self, account: Id) -> Option<Generation> {
        let place = self.place(account);
        (place.announced == 0).then_some(Generation { connection: 0, word: place.concluded })
    }

    async fn announce(&self, accounts: &[Id]) -> Change {
        for account in accounts {
            self.place(*account).announced += 1;
        }
        Change(0)
    }

    async fn conclude(&self, _: Change, accounts: &[Id]) -> bool {
        for account in accounts {
            let mut place = self.place(*account);
            place.announced = place.announced.saturating_sub(1);
            place.concluded += 1;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_account_has_no_generation_while_it_is_changed_and_another_one_afterwards() {
        let generations = MemoryGenerations::default();
        let (ana, ben) = (Id::from_u128(1), Id::from_u128(2));
        let first = generations.find(ana).await.expect("nothing is on its way");
        let of_ben = generations.find(ben).await;
        let one = generations.announce(&[ana]).await;
        let other = generations.announce(&[ana]).await;
        assert_eq!(generations.find(ana).await, None);
        assert!(generations.conclude(one, &[ana]).await);
        assert_eq!(generations.find(ana).await, None, "the other change is still on its way");
        assert!(generations.conclude(other, &[ana]).await);
        assert_ne!(generations.find(ana).await, Some(first));
        assert_eq!(generations.find(ben).await, of_ben);
    }
}
