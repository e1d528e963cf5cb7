//! How a session ends when a person asks for it.

use std::sync::Arc;

use serde::Serialize;
use voiceassist_contract::Secret;
use voiceassist_contract::auth::RefreshRequest;

use super::Session;
use crate::Error;
use crate::transport::Call;

impl Session {
    /// Forgets the tokens here first, whatever the server says, then tells the server, whether that ends the
    /// session there or not.
    pub(crate) async fn sign_out(self: &Arc<Self>, ends_on_server: bool) -> Result<(), Error> {
        let session = Arc::clone(self);
        // In a task of its own, so that a window that closes meanwhile leaves nothing half done.
        tokio::spawn(async move { session.sign_out_to_the_end(ends_on_server).await })
            .await
            .map_err(|_| Error::Internal("the sign-out ended early"))?
    }

    async fn sign_out_to_the_end(&self, ends_on_server: bool) -> Result<(), Error> {
        let Some((held, generation)) = self.take(None) else { return Ok(()) };
        let (access, refresh_token) = match held {
            Some(held) => (held.access.map(|access| access.secret), Some(held.refresh_token)),
            // Not resumed yet, but the token of an earlier start may be there.
            None => (None, self.load_kept_token().await.unwrap_or_default()),
        };
        let emptied = self.empty_keychain(generation).await;
        let told = match refresh_token {
            Some(refresh_token) => self.tell_the_server(access.as_ref(), &refresh_token).await,
            None => Ok(()),
        };
        match (emptied, told) {
            (Err(kept), Err(error)) => {
                tracing::warn!(%error, "signed out here only, and the keychain keeps the token");
                Err(kept)
            }
            (Err(kept), Ok(())) if !ends_on_server => {
                tracing::warn!("the server goes on taking the token that the keychain keeps");
                Err(kept)
            }
            (Err(error), Ok(())) => {
                // The server takes the token no more, so what is left behind opens nothing.
                tracing::warn!(%error, "an ended session's token stays in the keychain");
                Ok(())
            }
            (Ok(()), Err(error)) => {
                tracing::info!(%error, "signed out here; the server could not be told");
                Ok(())
            }
            (Ok(()), Ok(())) => Ok(()),
        }
    }

    /// Ends a session on the server that is not the one at hand; whether that works makes no difference here.
    pub(super) fn end_in_background(self: &Arc<Self>, access: Option<Secret>, refresh_token: Secret) {
        let session = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = session.tell_the_server(access.as_ref(), &refresh_token).await {
                tracing::debug!(%error, "a replaced session could not be ended");
            }
        });
    }

    async fn tell_the_server(&self, access: Option<&Secret>, refresh_token: &Secret) -> Result<(), Error> {
        let body = RefreshRequest { refresh_token: refresh_token.clone() };
        match self.send_logout(access, &body).await {
            // Ended already is ended.
            Err(refusal) if refusal.ends_the_session() => Ok(()),
            outcome => outcome,
        }
    }

    async fn send_logout(&self, access: Option<&Secret>, body: &impl Serialize) -> Result<(), Error> {
        let call = Call::post("/api/auth/logout").with_body(body)?.within(self.transport.timeouts().sign_out);
        self.transport.send(&call, access).await.map(drop)
    }
}
