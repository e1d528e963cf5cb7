//! An attempt from its beginning to its end. It goes on when its caller stops waiting, and there are only so
//! many at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use voiceassist_contract::Id;
use voiceassist_contract::nextcloud::NextcloudLink;
use voiceassist_contract::problem::ProblemCode;

pub use super::claims::Wish;
use super::claims::{Claim, Verdict, claim};
use super::fault::Fault;
use super::links::{find_link, to_wire};
use super::provisioning::{Linked, link};
use super::results::write_result;
use crate::accounts::find_account;
use crate::audit::Actor;
use crate::problem::{Answer, ApiError};
use crate::state::AppState;

/// Attempts at a time in one process. They call one after the other; more would only wait.
const MOST_ATTEMPTS: usize = 8;

/// How long a caller waits for the end of an attempt. Less than a request may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(25);

/// Places for attempts.
pub fn make_places() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(MOST_ATTEMPTS))
}

/// What there is to answer.
pub struct Attempted {
    /// The link as it is now.
    pub link: NextcloudLink,
    /// Whether the attempt, this one or another, is still under way.
    pub is_under_way: bool,
}

/// Does what is wished, once, however many ask at a time.
///
/// # Errors
/// `not_found`, `nextcloud_not_configured`, what [`claim`] refuses, `overloaded`, or if the database fails.
pub async fn attempt(state: &AppState, actor: Actor, account: Id, wish: &Wish) -> Answer<Attempted> {
    if state.neighbours.nextcloud_accounts.is_none() {
        find_account(state.database.readers(), account).await?;
        let detail = "Set NEXTCLOUD_URL, NEXTCLOUD_ADMIN_USER and NEXTCLOUD_ADMIN_PASSWORD first.";
        return Err(ApiError::new(ProblemCode::NextcloudNotConfigured, detail));
    }
    let place = state.attempts.clone().try_acquire_owned().map_err(|_| ApiError::overloaded())?;
    let claim = match claim(state, &actor, account, wish).await? {
        Verdict::Claimed(claim) => claim,
        Verdict::Stands(row) => {
            let is_under_way = row.claim.is_some();
            return Ok(Attempted { link: to_wire(Some(&row)), is_under_way });
        }
    };
    let (sender, receiver) = oneshot::channel();
    tokio::spawn(work(state.clone(), actor, claim, place, sender));
    match tokio::time::timeout(ANSWER_WITHIN, receiver).await {
        Ok(Ok(answer)) => answer.map(|link| Attempted { link, is_under_way: false }),
        // The work has panicked, or takes longer than anybody waits.
        Ok(Err(_)) | Err(_) => {
            let row = find_link(state.database.readers(), account).await?;
            Ok(Attempted { link: to_wire(row.as_ref()), is_under_way: true })
        }
    }
}

async fn work(
    state: AppState,
    actor: Actor,
    claim: Claim,
    _place: OwnedSemaphorePermit,
    sender: oneshot::Sender<Answer<NextcloudLink>>,
) {
    let result = match link(&state, &claim).await {
        Ok(Linked { password: Some(_), .. }) if sender.is_closed() => Err(Fault::PasswordNotShown),
        other => other,
    };
    let written = write_result(&state, &actor, &claim, result.as_ref().map_err(|fault| *fault)).await;
    let answer = written.map(|row| {
        let link = to_wire(Some(&row));
        match result {
            Ok(linked) if row.nextcloud_id.as_deref() == Some(&*linked.found.id) => NextcloudLink {
                account: Some(linked.found.wire),
                temporary_password: linked.password,
                ..link
            },
            _ => link,
        }
    });
    // Nobody may be waiting any more.
    let _ = sender.send(answer);
}
