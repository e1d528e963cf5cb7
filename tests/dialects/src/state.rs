//! What a scripted server remembers.

use std::net::SocketAddr;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::people::{Person, Role};
use crate::tokens::Mint;
use crate::{Clock, Kind, Mishap};

pub(crate) struct State {
    pub(crate) kind: Kind,
    pub(crate) address: SocketAddr,
    clock: Clock,
    pub(crate) people: Vec<Person>,
    pub(crate) moves_between_pages: bool,
    /// Whether the list shows nobody, although there is somebody.
    pub(crate) lists_nobody: bool,
    /// What `/ready` says of each part; as recorded if it is empty.
    pub(crate) checks: Vec<(String, bool)>,
    /// How tokens are made.
    pub(crate) mint: Mint,
    pub(crate) mishaps: Vec<(String, Mishap)>,
    /// The request lines with the status of their answers; none where the connection was reset.
    pub(crate) exchanges: Vec<(String, Option<u16>)>,
    pub(crate) bodies: Vec<(String, Value)>,
    next_id: u128,
}

impl State {
    pub(crate) fn new(kind: Kind, address: SocketAddr, clock: Clock) -> Self {
        Self {
            kind,
            address,
            clock,
            people: Vec::new(),
            moves_between_pages: false,
            lists_nobody: false,
            checks: Vec::new(),
            mint: Mint::of(kind),
            mishaps: Vec::new(),
            exchanges: Vec::new(),
            bodies: Vec::new(),
            next_id: 0,
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Adds somebody, with an id that shows no order.
    pub(crate) fn add_person(&mut self, full_name: &str, email: &str, password: &str, role: Role) -> Uuid {
        self.next_id += 1;
        let scattered = self.next_id.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let id = uuid::Builder::from_random_bytes(scattered.to_be_bytes()).into_uuid();
        self.people.push(Person {
            id,
            email: with_lower_domain(email),
            full_name: full_name.to_owned(),
            password: password.to_owned(),
            role,
            is_active: true,
            created_at: self.now(),
            last_login: None,
            password_changed_at: None,
            second_step: None,
        });
        id
    }

    /// Whether another account than `except` has this address.
    pub(crate) fn is_taken(&self, email: &str, except: Option<Uuid>) -> bool {
        let email = with_lower_domain(email);
        self.people.iter().any(|person| person.email == email && Some(person.id) != except)
    }

    pub(crate) fn place_of(&self, id: Uuid) -> Option<usize> {
        self.people.iter().position(|person| person.id == id)
    }

    /// The mishap of the next request with this line.
    pub(crate) fn take_mishap(&mut self, line: &str) -> Option<Mishap> {
        let place = self.mishaps.iter().position(|(start, _)| line.starts_with(start.as_str()))?;
        Some(self.mishaps.remove(place).1)
    }
}

fn with_lower_domain(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_ascii_lowercase()),
        None => email.to_owned(),
    }
}
