//! The stream under a connection: says when something comes, and closes in such a way that an answer arrives that was
//! given before the request had come whole.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::line::Line;

/// How long, and how much of, a body that nobody wants is taken off the wire after the answer.
const LINGER: Duration = Duration::from_secs(2);
const MOST_LINGERING_BYTES: usize = 8 * 1024 * 1024;

/// A stream that belongs to a [`Line`].
pub(super) struct WatchedStream<S> {
    inner: S,
    line: Line,
    lingering: Option<Lingering>,
}

/// After the answer: what still comes is thrown away.
struct Lingering {
    sleep: Pin<Box<Sleep>>,
    bytes: usize,
}

impl<S> WatchedStream<S> {
    pub(super) const fn new(inner: S, line: Line) -> Self {
        Self { inner, line, lingering: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WatchedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.line.note_bytes();
        }
        read
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WatchedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, slices)
    }

    /// Closes the writing side. If a body was left unread, it then reads on for a while: a socket that is closed with
    /// something unread resets the connection, and the reset can overtake the answer (RFC 9112 section 9.6).
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.lingering.is_none() {
            ready!(Pin::new(&mut this.inner).poll_shutdown(context))?;
            if !this.line.is_body_unread() {
                return Poll::Ready(Ok(()));
            }
        }
        let lingering =
            this.lingering.get_or_insert_with(|| Lingering { sleep: Box::pin(sleep(LINGER)), bytes: 0 });
        let mut space = [0; 8 * 1024];
        while lingering.bytes < MOST_LINGERING_BYTES && lingering.sleep.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut space);
            let read = ready!(Pin::new(&mut this.inner).poll_read(context, &mut buffer));
            // Closed or broken by the other side: there is nothing to wait for.
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
            lingering.bytes += buffer.filled().len();
        }
        Poll::Ready(Ok(()))
    }
}
