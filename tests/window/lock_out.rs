//! Somebody who locks an account by wrong passwords, beside whatever else happens.

use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, bail};
use voiceassist_client::Client;
use voiceassist_contract::Secret;
use voiceassist_contract::problem::ProblemCode;

use crate::clinic::run;

/// Wrong passwords in a row. The next one, after a delay of sixteen seconds, locks for thirty-two.
const BEFORE_THE_LAST: usize = 9;
/// The most tries that one more failure takes, those included that are refused because a delay is not over.
const MOST_TRIES: usize = 5;

/// Whoever does it, on their way to the last wrong password.
pub(crate) struct LockOut {
    email: &'static str,
    beginning: JoinHandle<anyhow::Result<Client>>,
}

impl LockOut {
    /// Begins, and leaves the last wrong password out.
    pub(crate) fn begin(client: Client, email: &'static str) -> Self {
        let beginning = std::thread::spawn(move || {
            run(async {
                for _ in 0..BEFORE_THE_LAST {
                    fail_to_sign_in(&client, email).await?;
                }
                Ok(client)
            })
        });
        Self { email, beginning }
    }

    /// Gives the last one: from now on the account is locked for half a minute, however long all before has taken.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let client = self.beginning.join().map_err(|_| anyhow::anyhow!("whoever locks it gave up"))??;
        run(fail_to_sign_in(&client, self.email))
    }
}

/// One wrong password that counts.
async fn fail_to_sign_in(client: &Client, email: &str) -> anyhow::Result<()> {
    for _ in 0..MOST_TRIES {
        let refused = client.auth().sign_in(email, &Secret::new("not this one"), false).await;
        let error = refused.err().context("the password is wrong")?;
        match error.code() {
            Some(ProblemCode::InvalidCredentials) => return Ok(()),
            Some(ProblemCode::AccountLocked) => {
                tokio::time::sleep(Duration::from_secs(error.retry_after_seconds().unwrap_or(1))).await;
            }
            _ => return Err(error).context("not refused for its password"),
        }
    }
    bail!("the account's delay does not end")
}
