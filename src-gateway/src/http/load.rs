//! Refusing what would have to queue: so many requests are worked on at a time, and one network may hold only a part
//! of the places, so that it cannot keep everybody else out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::layers::timed_out;
use crate::http::request_info::RequestInfo;
use crate::limits::network_of;
use crate::problem::ApiError;
use crate::state::AppState;

/// Requests worked on at a time in one process.
pub const MOST_IN_WORK: usize = 512;

/// How many of them may come from one network: an IPv4 address, or the /64 that one IPv6 customer has.
pub const MOST_OF_ONE_NETWORK: usize = 384;

/// The longest that a request may take, reading its body included.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// The places for requests in work.
#[derive(Debug, Default)]
pub struct LoadPlaces(Mutex<Taken>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// Never longer than there are places: a network without a request is not in it.
    by_network: HashMap<u128, usize>,
}

/// A place, given back when the request is done or its client gone.
#[derive(Debug)]
pub struct LoadPlace<'a> {
    places: &'a LoadPlaces,
    network: u128,
}

impl LoadPlaces {
    /// Takes a place for a request from this address, if there is one for it.
    pub fn take(&self, address: IpAddr) -> Option<LoadPlace<'_>> {
        let network = network_of(address);
        let mut taken = self.lock();
        let of_network = taken.by_network.get(&network).copied().unwrap_or(0);
        if taken.all >= MOST_IN_WORK || of_network >= MOST_OF_ONE_NETWORK {
            return None;
        }
        taken.all += 1;
        taken.by_network.insert(network, of_network + 1);
        Some(LoadPlace { places: self, network })
    }

    /// How many requests are in work now.
    pub fn count_taken(&self) -> usize {
        self.lock().all
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        // Nothing that holds it can panic between two changes.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for LoadPlace<'_> {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.all -= 1;
        match taken.by_network.get_mut(&self.network) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                taken.by_network.remove(&self.network);
            }
        }
    }
}

/// The layer that refuses what would have to queue, and ends what takes too long.
pub async fn limit_load(
    State(state): State<AppState>,
    info: RequestInfo,
    request: Request,
    next: Next,
) -> Response {
    // Liveness is answered however busy the rest is; otherwise load would look like death.
    if request.uri().path() == "/health" {
        return next.run(request).await;
    }
    let Some(_place) = state.load.take(info.address()) else {
        state.metrics.count_shed();
        return ApiError::overloaded().into_response();
    };
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => timed_out().into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_network_leaves_places_for_others_and_all_together_leave_none() {
        let places = LoadPlaces::default();
        let of_one: Vec<_> =
            (0..MOST_OF_ONE_NETWORK).map(|_| places.take(address("192.0.2.1")).expect("a place")).collect();
        assert!(places.take(address("192.0.2.1")).is_none());
        assert!(places.take(address("::ffff:192.0.2.1")).is_none(), "the same address in other clothes");
        let of_others: Vec<_> = (MOST_OF_ONE_NETWORK..MOST_IN_WORK)
            .map(|number| places.take(address(&format!("2001:db8:0:{number:x}::1"))).expect("a place"))
            .collect();
        assert!(places.take(address("198.51.100.7")).is_none());
        drop((of_one, of_others));
        assert_eq!(places.count_taken(), 0);
    }

    #[test]
    fn a_customer_with_many_ipv6_addresses_is_one_network() {
        let places = LoadPlaces::default();
        let _held: Vec<_> = (0..MOST_OF_ONE_NETWORK)
            .map(|number| places.take(address(&format!("2001:db8::{number:x}"))).expect("a place"))
            .collect();
        assert!(places.take(address("2001:db8::ffff:1")).is_none());
        assert!(places.take(address("2001:db8:0:1::1")).is_some());
    }

    #[test]
    fn a_network_without_requests_is_forgotten() {
        let places = LoadPlaces::default();
        for number in 0..1_000 {
            drop(places.take(address(&format!("10.0.{}.{}", number / 250, number % 250))).expect("a place"));
        }
        let (first, second) = (places.take(address("192.0.2.1")), places.take(address("192.0.2.1")));
        drop(first);
        assert_eq!(places.lock().by_network.len(), 1);
        drop(second);
        assert_eq!(places.lock().by_network.len(), 0);
    }
}
