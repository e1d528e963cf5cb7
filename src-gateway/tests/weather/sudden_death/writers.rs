//! Those who write when death comes. Each remembers what was acknowledged, and looks for it afterwards.

use std::io::Result;

use serde_json::json;

use crate::support::{Gateway, Line, Pair, Request, import_people};

/// Accounts of one imported table; they are one transaction.
const TABLE: usize = 3;

/// Somebody who writes.
pub trait Writer: Send {
    /// One write, which is acknowledged when this succeeds.
    ///
    /// # Errors
    /// If the connection breaks before that.
    fn write(&mut self, line: &mut Line, token: &str) -> Result<()>;

    /// Fails the test unless everything acknowledged is there, and besides it at most the one write that was in
    /// work when death came, whole.
    fn look_again(&mut self, gateway: &Gateway, token: &str);
}

/// Edits one account: the name says the version that it makes.
pub struct Editor {
    id: String,
    version: i64,
}

impl Editor {
    /// Edits the account with this id, which is as it was made.
    pub fn new(id: String) -> Self {
        Self { id, version: 1 }
    }

    fn path(&self) -> String {
        format!("/api/users/{}", self.id)
    }
}

impl Writer for Editor {
    fn write(&mut self, line: &mut Line, token: &str) -> Result<()> {
        let next = self.version + 1;
        let change = json!({"full_name": format!("Nour Haddad {next}"), "is_active": next % 3 != 0});
        let request = Request::new("PUT", &self.path()).with_token(token).with_version(self.version);
        line.ask(&request.with_json(&change))?.expect(200);
        self.version = next;
        Ok(())
    }

    fn look_again(&mut self, gateway: &Gateway, token: &str) {
        let account = gateway.ask(&Request::get(&self.path()).with_token(token)).expect(200);
        let found = account["version"].as_i64().expect("a version");
        assert!(found == self.version || found == self.version + 1, "{found} after {}", self.version);
        if found > 1 {
            assert_eq!(account["full_name"], format!("Nour Haddad {found}"));
        }
        // One event tells of the making, and one of each edit.
        let trail = format!("/api/audit?target={}&limit=1", self.id);
        let events = gateway.ask(&Request::get(&trail).with_token(token)).expect(200);
        assert_eq!(events["total"].as_i64(), Some(found), "{events}");
        self.version = found;
    }
}

/// Imports table after table.
#[derive(Default)]
pub struct Importer {
    tables: usize,
}

impl Writer for Importer {
    fn write(&mut self, line: &mut Line, token: &str) -> Result<()> {
        let emails: Vec<String> =
            (0..TABLE).map(|row| format!("imported{}.{row}@clinic.example", self.tables)).collect();
        let answer = line.ask(&import_people(token, &emails))?;
        assert_eq!(answer.status, 200, "{answer:?}");
        let text = String::from_utf8_lossy(&answer.body);
        let created = text.lines().filter(|line| line.contains("\"outcome\":\"created\"")).count();
        assert_eq!(created, TABLE, "{text}");
        self.tables += 1;
        Ok(())
    }

    fn look_again(&mut self, gateway: &Gateway, token: &str) {
        let request = Request::get("/api/users?search=imported&limit=1").with_token(token);
        let page = gateway.ask(&request).expect(200);
        let found = usize::try_from(page["total"].as_u64().expect("a total")).expect("a number");
        let (before, after) = (self.tables * TABLE, (self.tables + 1) * TABLE);
        assert!(found == before || found == after, "{found} accounts after {} tables", self.tables);
        self.tables = found / TABLE;
    }
}

/// Keeps one session alive: its last token must go on working.
pub struct Refresher {
    pair: Pair,
}

impl Refresher {
    /// Signs in.
    pub fn new(gateway: &Gateway) -> Self {
        Self { pair: gateway.sign_in() }
    }
}

impl Writer for Refresher {
    fn write(&mut self, line: &mut Line, _: &str) -> Result<()> {
        self.pair = Pair::of(&line.ask(&self.pair.refresh_request())?.expect(200));
        Ok(())
    }

    fn look_again(&mut self, gateway: &Gateway, _: &str) {
        let who = |pair: &Pair| gateway.ask(&Request::get("/api/auth/me").with_token(&pair.access)).status;
        assert_eq!(who(&self.pair), 200);
        self.pair = Pair::of(&gateway.ask(&self.pair.refresh_request()).expect(200));
        assert_eq!(who(&self.pair), 200);
    }
}
