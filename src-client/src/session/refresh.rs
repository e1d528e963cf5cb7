//! A fresh access token for everybody who asks, with one refresh in flight at most.

use std::sync::Arc;

use tokio::sync::watch;
use voiceassist_contract::Secret;
use voiceassist_contract::auth::{RefreshRequest, TokenPair};

use super::{Access, Session, State};
use crate::Error;
use crate::transport::Call;

/// A refresh under way; its outcome is seen by all who wait.
pub(super) struct Flight {
    outcome: watch::Receiver<Option<Result<(), Error>>>,
}

impl Session {
    /// A token for the next request, refreshed first if its end is near.
    pub(crate) async fn access(self: &Arc<Self>) -> Result<Access, Error> {
        // More than once only when somebody signs in anew while this waits.
        for _ in 0..3 {
            let (serial, usable) = {
                let state = self.state();
                let held = state.held.as_ref().ok_or_else(Error::nobody)?;
                let now = self.clock.now();
                match &held.access {
                    Some(access) if access.is_fresh(now) => return Ok(state.access(&access.secret)),
                    Some(access) if access.is_usable(now) => {
                        (state.serial, Some(state.access(&access.secret)))
                    }
                    _ => (state.serial, None),
                }
            };
            match (self.refresh(serial).await, usable) {
                (Ok(()), _) => {}
                // The server is hard to reach, but the token at hand has some seconds left.
                (Err(error), Some(access)) if !matches!(error, Error::SignedOut(_)) => return Ok(access),
                (Err(error), _) => return Err(error),
            }
        }
        Err(Error::Internal("the session changes faster than it can be used"))
    }

    /// Refreshes if half the refresh token's life is over, so that it does not end while nobody does anything.
    pub(crate) async fn refresh_ahead_of_the_end(self: &Arc<Self>) {
        let serial = {
            let state = self.state();
            let life = state.held.as_ref().and_then(|held| held.refresh_life);
            if !life.is_some_and(|life| life.is_half_over(self.clock.now())) {
                return;
            }
            state.serial
        };
        if let Err(error) = self.refresh(serial).await {
            tracing::debug!(?error, "a refresh ahead of the end failed");
        }
    }

    /// Replaces the tokens with that serial number. Whoever comes while that is under way waits for the same
    /// outcome; dropping this future stops nobody.
    pub(crate) async fn refresh(self: &Arc<Self>, serial: u64) -> Result<(), Error> {
        let mut outcome = {
            let mut state = self.state();
            if state.held.is_none() {
                return Err(Error::nobody());
            }
            if state.serial != serial {
                return Ok(());
            }
            self.join_or_start(&mut state)
        };
        let seen = outcome.wait_for(Option::is_some).await;
        match seen.as_deref() {
            Ok(Some(outcome)) => outcome.clone(),
            _ => Err(Error::Internal("the refresh ended early")),
        }
    }

    fn join_or_start(self: &Arc<Self>, state: &mut State) -> watch::Receiver<Option<Result<(), Error>>> {
        if let Some(flight) = &state.flight
            // A channel without a sender belongs to a task that was stopped with its runtime.
            && flight.outcome.has_changed().is_ok()
        {
            return flight.outcome.clone();
        }
        let (sender, receiver) = watch::channel(None);
        state.flight = Some(Flight { outcome: receiver.clone() });
        let session = Arc::clone(self);
        let generation = state.generation;
        let token = state.held.as_ref().map(|held| held.refresh_token.clone()).unwrap_or_default();
        tokio::spawn(async move {
            let outcome = session.refresh_once(generation, token).await;
            {
                let mut state = session.state();
                if state.generation == generation {
                    state.flight = None;
                }
            }
            sender.send_replace(Some(outcome));
        });
        receiver
    }

    /// What one refresh does; `Ok` also if the session was replaced meanwhile, for then there is nothing to do.
    async fn refresh_once(&self, generation: u64, token: Secret) -> Result<(), Error> {
        match self.exchange_refresh_token(&token).await {
            Ok(pair) => {
                self.install(generation, pair).await;
                Ok(())
            }
            Err(_) if self.generation() != generation => Ok(()),
            Err(refusal) if refusal.refuses_the_refresh_token() => {
                Err(self.end_after(generation, &refusal).await)
            }
            Err(error) => {
                // The tokens stay: the next caller tries again.
                tracing::warn!(%error, request_id = error.request_id(), "refresh failed");
                Err(error)
            }
        }
    }

    /// Asks for a new pair, and once more if the answer may have been lost.
    ///
    /// In general a refresh must not be sent twice: the first one may have used the token up. This server
    /// repeats its answer for ten seconds after, and not asking again would be worse, because a token whose
    /// successor was lost on the way ends the session when it is used later.
    async fn exchange_refresh_token(&self, token: &Secret) -> Result<TokenPair, Error> {
        let request = RefreshRequest { refresh_token: token.clone() };
        let call = Call::post("/api/auth/refresh").with_body(&request)?;
        let limit = self.transport.timeouts().first_refresh;
        let first = self.transport.send(&call.within(limit), None).await;
        let answer = match first {
            Err(Error::BrokenOff { .. } | Error::TimedOut { may_be_done: true }) => {
                tracing::debug!("the answer to a refresh was lost; asking again");
                let again = Call::post("/api/auth/refresh").with_body(&request)?;
                self.transport.send_on_fresh_connection(&again).await
            }
            first => first,
        };
        answer?.parse()
    }
}

impl State {
    fn access(&self, token: &Secret) -> Access {
        Access { token: token.clone(), generation: self.generation, serial: self.serial }
    }
}
