//! Sends one call and reads its answer: time limits, one more try where that is safe, no step to another origin.

mod answer;
mod build;
mod call;
mod problem;
mod redirect;
mod request_id;
mod retry;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, IF_MATCH};
use url::Url;
use voiceassist_contract::Secret;

pub(crate) use answer::Answer;
pub(crate) use call::Call;

use crate::error::classify_network_error;
use crate::{Clock, Connection, Error, Timeouts};
use redirect::follow;
use request_id::{REQUEST_ID, RequestIds};

/// The way to one server.
pub(crate) struct Transport {
    connection: Connection,
    /// Keeps connections for the next request.
    pooled: reqwest::Client,
    /// Makes a connection for every request: for measuring, and for when a kept one was dead.
    unpooled: reqwest::Client,
    timeouts: Timeouts,
    clock: Arc<dyn Clock>,
    request_ids: RequestIds,
    /// Set where the server may have dropped kept connections: some do after every internal error.
    is_pool_doubtful: AtomicBool,
}

impl Transport {
    pub(crate) fn new(
        connection: Connection,
        timeouts: Timeouts,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        connection.check_encryption()?;
        let pooled = build::build_http_client(&connection, &timeouts, true)?;
        let unpooled = build::build_http_client(&connection, &timeouts, false)?;
        let (request_ids, is_pool_doubtful) = (RequestIds::new(), AtomicBool::new(false));
        Ok(Self { connection, pooled, unpooled, timeouts, clock, request_ids, is_pool_doubtful })
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(crate) fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// Sends a call, with whatever tries again are safe for it, and answers only successes.
    pub(crate) async fn send(&self, call: &Call, token: Option<&Secret>) -> Result<Answer, Error> {
        if call.is_patient {
            retry::with_patience(self.timeouts.patience, || self.send_through(call, token)).await
        } else {
            self.send_through(call, token).await
        }
    }

    /// The same on a connection made for it, once.
    pub(crate) async fn send_on_fresh_connection(&self, call: &Call) -> Result<Answer, Error> {
        self.send_following(&self.unpooled, call, None).await
    }

    /// A second try on a fresh connection, if the first was cut and sending twice does no harm.
    ///
    /// Servers drop kept connections (after a restart, some after every internal error), and the next
    /// request on such a connection is reset without any fault of its own.
    async fn send_through(&self, call: &Call, token: Option<&Secret>) -> Result<Answer, Error> {
        if !call.is_repeatable() && self.is_pool_doubtful.load(Ordering::Relaxed) {
            // It could not be sent again, so it does not go out on a connection that may be dead.
            return self.send_following(&self.unpooled, call, token).await;
        }
        let outcome = self.send_following(&self.pooled, call, token).await;
        let is_doubtful = match &outcome {
            Ok(_) => false,
            Err(Error::BrokenOff { .. }) => true,
            Err(error) => error.status().is_some_and(|status| status >= 500),
        };
        self.is_pool_doubtful.store(is_doubtful, Ordering::Relaxed);
        match outcome {
            Err(Error::BrokenOff { .. }) if call.is_repeatable() => {
                tracing::debug!(method = %call.method, route = %call.route(), "connection broke off; trying again");
                self.send_following(&self.unpooled, call, token).await
            }
            outcome => outcome,
        }
    }

    async fn send_following(
        &self,
        http: &reqwest::Client,
        call: &Call,
        token: Option<&Secret>,
    ) -> Result<Answer, Error> {
        let limit = call.time_limit.unwrap_or(self.timeouts.request);
        let mut url = call.url(&self.connection);
        let mut hops = 0;
        loop {
            let answer = self.exchange(http, call, &url, token, limit).await?;
            match follow(call, &url, &answer, hops)? {
                Some(next) => url = next,
                None => return answer.into_success(call.accepted_failure),
            }
            hops += 1;
        }
    }

    async fn exchange(
        &self,
        http: &reqwest::Client,
        call: &Call,
        url: &Url,
        token: Option<&Secret>,
        limit: Duration,
    ) -> Result<Answer, Error> {
        let request_id = self.request_ids.next();
        let mut request = http
            .request(call.method.clone(), url.clone())
            .timeout(limit)
            .header(ACCEPT, "application/json, application/problem+json")
            .header(REQUEST_ID, &request_id);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, bearer(token)?);
        }
        if let Some(version) = call.version {
            request = request.header(IF_MATCH, format!("\"{version}\""));
        }
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_vec());
        }
        let changes = !call.method.is_safe();
        let response = request
            .send()
            .await
            .map_err(|failure| self.note_failure(call, &request_id, &failure, changes))?;
        Answer::read(response, &request_id, self.clock.now())
            .await
            .map_err(|failure| self.note_failure(call, &request_id, &failure, changes))?
            .inspect_size()
    }

    /// Classifies a failure and logs its kind: never the address's query, a header or a body.
    fn note_failure(&self, call: &Call, request_id: &str, failure: &reqwest::Error, changes: bool) -> Error {
        let error = classify_network_error(failure, changes);
        tracing::debug!(method = %call.method, route = %call.route(), request_id, ?error, "request came to nothing");
        error
    }
}

fn bearer(token: &Secret) -> Result<HeaderValue, Error> {
    let text = zeroize::Zeroizing::new(format!("Bearer {}", token.expose()));
    let mut value =
        HeaderValue::from_str(&text).map_err(|_| Error::Internal("the access token cannot be sent"))?;
    // Keeps it out of any library's debug output and out of HTTP/2's shared header table.
    value.set_sensitive(true);
    Ok(value)
}
