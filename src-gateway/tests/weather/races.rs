//! Many at once want the same: through sockets of their own, let go at the same moment.

mod creation;
mod refresh;
mod removal;

use std::sync::Barrier;

use crate::support::{Answer, Gateway, Request};

/// Sends these requests at the same moment, each over a connection that stands already, by turns to each gateway,
/// and gives the answers in the order of the requests.
fn ask_all_at_once(gateways: &[Gateway], requests: &[Request]) -> Vec<Answer> {
    let start = Barrier::new(requests.len());
    std::thread::scope(|scope| {
        let callers: Vec<_> = requests
            .iter()
            .zip(gateways.iter().cycle())
            .map(|(request, gateway)| {
                let (mut line, start) = (gateway.connect(), &start);
                scope.spawn(move || {
                    start.wait();
                    line.ask(request).expect("an answer comes")
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().expect("nothing was wrong")).collect()
    })
}
