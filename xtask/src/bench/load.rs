//! Load: so many connections that ask without pause for a while, and what their answers took.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};

use super::client::{Connection, Request};
use crate::processes;

/// What answers took.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    /// Of each answer, the quickest first.
    sorted: Vec<Duration>,
    /// How long it was asked.
    elapsed: Duration,
}

impl Sample {
    /// What was measured in `elapsed`.
    pub(super) fn of(mut times: Vec<Duration>, elapsed: Duration) -> Self {
        times.sort_unstable();
        Self { sorted: times, elapsed }
    }

    /// Answers in a second.
    pub(super) fn rate(&self) -> f64 {
        self.sorted.len() as f64 / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// The time that this part of the answers (0 to 1) does not exceed, in milliseconds; the nearest rank.
    pub(super) fn quantile(&self, part: f64) -> f64 {
        let rank = (part * self.sorted.len() as f64).ceil() as usize;
        let time = self.sorted.get(rank.clamp(1, self.sorted.len().max(1)) - 1);
        time.map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
    }
}

/// Asks for `length` over so many connections; the n-th request of a connection is what `request` says. An answer
/// without success ends it with an error.
pub(super) fn ask_without_pause(
    address: SocketAddr,
    connections: usize,
    length: Duration,
    request: impl Fn(usize, usize) -> Request + Sync,
) -> Result<Sample> {
    let is_over = AtomicBool::new(false);
    ask_until(address, connections, Some(length), &is_over, request)
}

/// The same until `is_over`, or until `length` is over if that comes first.
pub(super) fn ask_until(
    address: SocketAddr,
    connections: usize,
    length: Option<Duration>,
    is_over: &AtomicBool,
    request: impl Fn(usize, usize) -> Request + Sync,
) -> Result<Sample> {
    let begin = Instant::now();
    let work = |connection: usize| -> Result<Vec<Duration>> {
        let mut line = Connection::open(address)?;
        let mut times = Vec::new();
        let goes_on =
            || !is_over.load(Ordering::Relaxed) && length.is_none_or(|length| begin.elapsed() < length);
        while goes_on() && !processes::is_interrupted() {
            times.push(ask_once(&mut line, &request(connection, times.len()))?);
        }
        Ok(times)
    };
    let times = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections).map(|number| scope.spawn(move || work(number))).collect();
        let joined =
            workers.into_iter().map(|worker| worker.join().map_err(|_| anyhow!("a connection panicked"))?);
        joined.collect::<Result<Vec<_>>>()
    })?;
    processes::check_interrupted()?;
    Ok(Sample::of(times.concat(), begin.elapsed()))
}

/// How long the answer to a request takes.
pub(super) fn ask_once(line: &mut Connection, request: &Request) -> Result<Duration> {
    let asked = Instant::now();
    let (status, body) = line.send(request)?;
    ensure!((200..300).contains(&status), "answered with {status}: {}", String::from_utf8_lossy(body));
    Ok(asked.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_nearest_rank() {
        let times = (1..=200).rev().map(Duration::from_millis).collect();
        let sample = Sample::of(times, Duration::from_secs(2));
        assert_eq!([0.0, 0.5, 0.99, 1.0].map(|part| sample.quantile(part)), [1.0, 100.0, 198.0, 200.0]);
        assert_eq!(sample.rate(), 100.0);
        assert!(Sample::default().quantile(0.5).is_nan());
    }
}
