//! The process is killed with SIGKILL under write load, over and over: afterwards every acknowledged write is
//! found, nothing is there by half, and the audit trail is whole.

mod writers;

use std::net::SocketAddr;
use std::time::Duration;

use self::writers::{Editor, Importer, Refresher, Writer};
use crate::support::{Clinic, Engine, Line, report};

/// How often the process is killed.
const DEATHS: u64 = 20;

/// Writes until the connection breaks, and says how many were acknowledged.
fn write_until_death(writer: &mut dyn Writer, address: SocketAddr, token: &str) -> u64 {
    let mut line = Line::open(address);
    let mut acknowledged = 0;
    while writer.write(&mut line, token).is_ok() {
        acknowledged += 1;
    }
    acknowledged
}

/// How long the process lives: each time it is another, so that death finds it in another place.
fn life(death: u64) -> Duration {
    Duration::from_millis(60 + death * 97 % 240)
}

fn acknowledged_writes_survive(engine: Engine) {
    let clinic = Clinic::found(engine);
    let mut gateway = clinic.serve();
    let token = gateway.sign_in().access;
    let mut writers: Vec<Box<dyn Writer>> =
        vec![Box::new(Importer::default()), Box::new(Refresher::new(&gateway))];
    for id in gateway.make_people(&token, "edited", 3) {
        writers.push(Box::new(Editor::new(id)));
    }
    let (mut acknowledged, mut events) = (0, 0);
    for death in 0..DEATHS {
        let address = gateway.address();
        acknowledged += std::thread::scope(|scope| {
            let token = &token;
            let busy: Vec<_> = writers
                .iter_mut()
                .map(|writer| scope.spawn(move || write_until_death(writer.as_mut(), address, token)))
                .collect();
            std::thread::sleep(life(death));
            gateway.kill();
            busy.into_iter().map(|writer| writer.join().expect("nothing was wrong")).sum::<u64>()
        });
        gateway = clinic.serve();
        for writer in &mut writers {
            writer.look_again(&gateway, &token);
        }
        events = clinic.verify_trail();
    }
    clinic.assert_calm();
    assert!(acknowledged > DEATHS * 5, "{acknowledged} writes are no load");
    report(
        engine,
        &format!(
            "killed {DEATHS} times under write load; all {acknowledged} acknowledged writes found, the chain of {events} events is whole"
        ),
    );
}

#[test]
fn every_acknowledged_write_survives_twenty_deaths_on_sqlite() {
    acknowledged_writes_survive(Engine::Sqlite);
}

#[test]
fn every_acknowledged_write_survives_twenty_deaths_on_postgres() {
    acknowledged_writes_survive(Engine::Postgres);
}
