//! Long answers that are made while they are sent: little memory however many rows there are, a bound on
//! how many run side by side, and an end to those that nobody takes.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use http::header;
use sea_orm::DbErr;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tracing::Instrument;

use crate::problem::{Answer, ApiError};

/// Downloads at a time in one process; more are refused.
const MOST_AT_A_TIME: usize = 4;

/// Pieces that wait for a slow receiver.
const MOST_WAITING_PIECES: usize = 4;

/// How long a receiver may take no piece at all.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest that a download takes.
const WHOLE_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// The places for downloads of one process.
#[derive(Clone, Debug)]
pub struct DownloadPlaces(Arc<Semaphore>);

impl Default for DownloadPlaces {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST_AT_A_TIME)))
    }
}

impl DownloadPlaces {
    /// Takes a place.
    ///
    /// # Errors
    /// `overloaded` if there is none.
    pub fn take(&self) -> Answer<DownloadPlace> {
        self.0.clone().try_acquire_owned().map(DownloadPlace).map_err(|_| ApiError::overloaded())
    }
}

/// A place that is given back when the download ends.
#[derive(Debug)]
pub struct DownloadPlace(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

/// Where the pieces go.
#[derive(Debug)]
pub struct Pieces {
    sender: mpsc::Sender<Result<Bytes, BrokenOff>>,
    patience: Duration,
}

/// Why a download is not whole.
#[derive(Debug, thiserror::Error)]
pub enum BrokenOff {
    /// The receiver went away or stood still; nobody is left to be told.
    #[error("the receiver is gone")]
    Gone,
    /// The database failed.
    #[error("the database failed in the middle of a download")]
    Database(#[from] DbErr),
    /// It took too long.
    #[error("the download took too long")]
    TimedOut,
}

impl Pieces {
    /// Hands a piece over, and waits while the receiver is slow.
    ///
    /// # Errors
    /// If the receiver is gone or takes nothing for half a minute.
    pub async fn send(&self, piece: String) -> Result<(), BrokenOff> {
        let sent = self.sender.send_timeout(Ok(piece.into()), self.patience).await;
        sent.map_err(|_| BrokenOff::Gone)
    }
}

/// Answers with a file of this name whose pieces `write` makes. If it fails, the connection is broken off, so
/// that nobody takes a part for the whole.
pub fn answer_download<W, F>(
    place: DownloadPlace,
    content_type: &'static str,
    file_name: &str,
    write: W,
) -> Response
where
    W: FnOnce(Arc<Pieces>) -> F + Send + 'static,
    F: Future<Output = Result<(), BrokenOff>> + Send + 'static,
{
    let disposition = format!("attachment; filename=\"{file_name}\"");
    ([(header::CONTENT_DISPOSITION, disposition)], answer_pieces(place, content_type, write)).into_response()
}

/// Answers with pieces that `write` makes, as [`answer_download`] does, but not as a file.
pub fn answer_pieces<W, F>(place: DownloadPlace, content_type: &'static str, write: W) -> Response
where
    W: FnOnce(Arc<Pieces>) -> F + Send + 'static,
    F: Future<Output = Result<(), BrokenOff>> + Send + 'static,
{
    ([(header::CONTENT_TYPE, content_type)], start_writing(place, STALL_TIMEOUT, write)).into_response()
}

fn start_writing<W, F>(place: DownloadPlace, patience: Duration, write: W) -> Body
where
    W: FnOnce(Arc<Pieces>) -> F + Send + 'static,
    F: Future<Output = Result<(), BrokenOff>> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(MOST_WAITING_PIECES);
    let writing = async move {
        let pieces = Arc::new(Pieces { sender, patience });
        let written = tokio::time::timeout(WHOLE_TIMEOUT, write(pieces.clone())).await;
        if let Err(error) = written.unwrap_or(Err(BrokenOff::TimedOut)) {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(%error, cause, "a download was broken off");
            // The receiver may be gone.
            let _ = pieces.sender.send_timeout(Err(error), patience).await;
        }
        drop(place);
    };
    // Under the request's id in the log, though it goes on after the request is answered.
    tokio::spawn(writing.in_current_span());
    let pieces = futures_util::stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|piece| (piece, receiver))
    });
    // Compression asks once more after the end.
    Body::from_stream(pieces.fuse())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> DownloadPlace {
        DownloadPlaces::default().take().expect("a place")
    }

    #[tokio::test]
    async fn all_pieces_arrive_in_order_however_many_they_are() {
        let response = answer_download(place(), "text/plain", "numbers.txt", async |pieces| {
            for number in 0..1_000 {
                pieces.send(format!("{number}\n")).await?;
            }
            Ok(())
        });
        assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"numbers.txt\"");
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("arrives");
        let expected: String = (0..1_000).map(|number| format!("{number}\n")).collect();
        assert_eq!(body, expected);
    }

    #[tokio::test]
    async fn what_breaks_off_is_not_taken_for_the_whole() {
        let response = answer_download(place(), "text/plain", "numbers.txt", async |pieces| {
            pieces.send("1\n".to_owned()).await?;
            Err(BrokenOff::TimedOut)
        });
        assert!(axum::body::to_bytes(response.into_body(), usize::MAX).await.is_err());
    }

    async fn send_without_end(pieces: Arc<Pieces>) -> Result<(), BrokenOff> {
        loop {
            pieces.send("again\n".to_owned()).await?;
        }
    }

    #[tokio::test]
    async fn a_receiver_that_stands_still_or_leaves_gives_its_place_back() {
        let places = DownloadPlaces::default();
        let start =
            || start_writing(places.take().expect("a place"), Duration::from_millis(20), send_without_end);
        let still: Vec<Body> = (1..MOST_AT_A_TIME).map(|_| start()).collect();
        drop(start());
        assert!(places.take().is_err(), "all places are taken");
        let all = u32::try_from(MOST_AT_A_TIME).expect("a small number");
        let given_back = places.0.acquire_many(all).await.expect("the places are never closed");
        drop((given_back, still));
    }
}
