//! TLS by the gateway itself: 1.2 and 1.3, HTTP/1.1, and a certificate that is replaced while connections go on.
//!
//! A handshake is what a stranger makes the gateway do before any limit knows their request. It happens in the
//! connection's own task, so that none is in the way of the next, and is bounded like everything else that a
//! connection may leave undone: by the time for a request's head, and by making room when there are too many.

use std::sync::{Arc, PoisonError, RwLock};

use ::metrics::{Counter, Gauge, Label};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::config::tls::TlsFiles;
use crate::metrics::{Metrics, catalogue};
use crate::tls::pair::{Contents, Pair, PairError};

pub mod pair;
pub mod reload;
pub(crate) mod shown;
mod validity;

/// Encrypts connections with the certificate that is current. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tls(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    files: TlsFiles,
    current: RwLock<Arc<Pair>>,
    metrics: Metrics,
    valid_until: Gauge,
}

/// How a handshake ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Done,
    Failed,
    GivenUp,
}

impl Tls {
    /// Reads the certificate and its key.
    ///
    /// # Errors
    /// If they cannot be used.
    pub fn open(files: &TlsFiles, metrics: &Metrics) -> Result<Self, PairError> {
        let pair = Pair::new(&Contents::read(files)?)?;
        let tls = Self(Arc::new(Inner {
            files: files.clone(),
            valid_until: metrics.gauge(&catalogue::CERTIFICATE_END, vec![]),
            current: RwLock::new(Arc::new(pair)),
            metrics: metrics.clone(),
        }));
        tls.show_end();
        for ending in [Ending::Done, Ending::Failed, Ending::GivenUp] {
            tls.handshakes(ending).increment(0);
        }
        Ok(tls)
    }

    /// The certificate and key that the next connection gets.
    pub fn current(&self) -> Arc<Pair> {
        self.0.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, pair: Pair) {
        *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pair);
        self.show_end();
    }

    /// Makes an encrypted connection of this one, or closes it. Once `give_up` completes, it is waited for no longer.
    pub(crate) async fn shake_hands(
        &self,
        stream: TcpStream,
        give_up: impl Future<Output = ()>,
    ) -> Option<TlsStream<TcpStream>> {
        let (ending, stream) = tokio::select! {
            result = self.accept(stream) => result,
            () = give_up => (Ending::GivenUp, None),
        };
        self.handshakes(ending).increment(1);
        stream
    }

    async fn accept(&self, stream: TcpStream) -> (Ending, Option<TlsStream<TcpStream>>) {
        let acceptor = TlsAcceptor::from(self.current().config().clone());
        match acceptor.accept(stream).await {
            Ok(stream) => (Ending::Done, Some(stream)),
            Err(error) => {
                // Scanners and clients without the right authority: nothing that anybody here can mend.
                tracing::debug!(cause = %error, "a handshake failed");
                (Ending::Failed, None)
            }
        }
    }

    fn handshakes(&self, ending: Ending) -> Counter {
        let word = match ending {
            Ending::Done => "done",
            Ending::Failed => "failed",
            Ending::GivenUp => "given_up",
        };
        self.0.metrics.counter(&catalogue::HANDSHAKES, vec![Label::from_static_parts("outcome", word)])
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact")]
    fn show_end(&self) {
        self.0.valid_until.set(self.current().validity().until.timestamp() as f64);
    }
}
