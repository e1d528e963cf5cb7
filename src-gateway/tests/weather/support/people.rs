//! People of a clinic: what they hold, and how many of them come at once.

use serde_json::{Value, json};

use super::{Gateway, Request};

/// What a signed-in person holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// For requests.
    pub access: String,
    /// For the next pair.
    pub refresh: String,
}

impl Pair {
    /// The pair of an answer.
    #[track_caller]
    pub fn of(body: &Value) -> Self {
        let token = |name: &str| body[name].as_str().expect("a token").to_owned();
        Self { access: token("access_token"), refresh: token("refresh_token") }
    }

    /// The request for the next pair.
    pub fn refresh_request(&self) -> Request {
        Request::post("/api/auth/refresh").with_json(&json!({"refresh_token": self.refresh}))
    }
}

/// The request that imports people with these addresses.
pub fn import_people(token: &str, emails: &[String]) -> Request {
    let rows: String = emails.iter().map(|email| format!("{email},Nour Haddad\n")).collect();
    let table = format!("email,full_name\n{rows}");
    Request::post("/api/users/import").with_token(token).with_body("text/csv", table)
}

impl Gateway {
    /// Makes accounts without passwords, `NAME0@…`, `NAME1@…`, and gives their ids.
    #[track_caller]
    pub fn make_people(&self, token: &str, name: &str, count: usize) -> Vec<String> {
        let emails: Vec<String> = (0..count).map(|number| format!("{name}{number}@clinic.example")).collect();
        let answer = self.ask(&import_people(token, &emails));
        assert_eq!(answer.status, 200, "{answer:?}");
        let text = String::from_utf8(answer.body).expect("UTF-8");
        let results = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let ids: Vec<String> = results.filter_map(|result| Some(result["id"].as_str()?.to_owned())).collect();
        assert_eq!(ids.len(), count, "{text}");
        ids
    }
}
