//! A Nextcloud with accounts: it keeps them, answers in the words that a real 29.0.6 was recorded with, and
//! fails when a test tells it to, before or after doing what it was asked.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Script;

/// The administrator's name there.
pub const CLOUD_USER: &str = "cloud-admin";
/// The administrator's password there.
pub const CLOUD_PASSWORD: &str = "Zq4pT-app-password-of-the-cloud";

const USERS: &str = "/ocs/v2.php/cloud/users";

/// What becomes of one request.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It is not done, and answered so.
    Answer(Script),
    /// It is done, and answered so.
    DoneThen(Script),
    /// It is done after this time, and answered as usual.
    Slow(Duration),
}

/// A request that arrived with the right credentials or without.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Value,
}

/// An account there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudUser {
    pub id: String,
    pub display_name: String,
    pub email: String,
    pub password: String,
    pub has_signed_in: bool,
    pub is_enabled: bool,
}

/// The service. It stops with the test's runtime.
#[derive(Clone)]
pub struct Cloud {
    /// Its address, with a slash at the end.
    pub url: String,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    users: BTreeMap<String, CloudUser>,
    fates: VecDeque<(Method, Fate)>,
    calls: Vec<Call>,
    most_at_once: usize,
    at_once: usize,
    password: String,
}

impl Cloud {
    /// A Nextcloud without accounts.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let inner = Inner { password: CLOUD_PASSWORD.to_owned(), ..Inner::default() };
        let cloud = Self { url, inner: Arc::new(Mutex::new(inner)) };
        let router = Router::new().fallback(answer).with_state(cloud.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        cloud
    }

    /// The next request with this method has this fate; several are used up in turn.
    pub fn next(&self, method: Method, fate: Fate) {
        self.lock().fates.push_back((method, fate));
    }

    /// Somebody made an account there by hand.
    pub fn add(&self, id: &str) {
        let user = CloudUser {
            id: id.to_owned(),
            display_name: id.to_owned(),
            email: String::new(),
            password: "made by hand".to_owned(),
            has_signed_in: true,
            is_enabled: true,
        };
        self.lock().users.insert(id.to_lowercase(), user);
    }

    /// Changes an account there.
    pub fn change(&self, id: &str, change: impl FnOnce(&mut CloudUser)) {
        change(self.lock().users.get_mut(&id.to_lowercase()).expect("the account is there"));
    }

    /// Somebody deleted it there.
    pub fn remove(&self, id: &str) {
        self.lock().users.remove(&id.to_lowercase());
    }

    /// The administrator there changed the password.
    pub fn change_password(&self, password: &str) {
        self.lock().password = password.to_owned();
    }

    /// The accounts.
    pub fn users(&self) -> Vec<CloudUser> {
        self.lock().users.values().cloned().collect()
    }

    /// The requests so far.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// The requests so far, as `METHOD` and the field that an edit sets.
    pub fn told(&self) -> Vec<String> {
        let word = |call: &Call| match call.body["key"].as_str() {
            Some(field) => format!("{} {field}", call.method),
            None => call.method.to_string(),
        };
        self.lock().calls.iter().map(word).collect()
    }

    /// The most requests that were being answered at one time.
    pub fn most_at_once(&self) -> usize {
        self.lock().most_at_once
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().expect("not poisoned")
    }
}

async fn answer(
    State(cloud): State<Cloud>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let call = Call { method: method.clone(), path: uri.path().to_owned(), headers, body };
    let fate = {
        let mut inner = cloud.lock();
        inner.calls.push(call.clone());
        inner.at_once += 1;
        inner.most_at_once = inner.most_at_once.max(inner.at_once);
        if inner.fates.front().is_some_and(|(of, _)| *of == method) { inner.fates.pop_front() } else { None }
    };
    let script = match fate.map(|(_, fate)| fate) {
        None => act(&cloud, &call),
        Some(Fate::Answer(script)) => script,
        Some(Fate::DoneThen(script)) => {
            act(&cloud, &call);
            script
        }
        Some(Fate::Slow(time)) => {
            tokio::time::sleep(time).await;
            act(&cloud, &call)
        }
    };
    let response = match script {
        Script::Answer(status, headers, body) => (status, headers, body).into_response(),
        Script::Hang => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
    };
    cloud.lock().at_once -= 1;
    response
}

/// Does what is asked, and says what a real one was recorded to say.
fn act(cloud: &Cloud, call: &Call) -> Script {
    let mut inner = cloud.lock();
    let pair = format!("{CLOUD_USER}:{}", inner.password);
    let expected = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
    if call.headers.get("authorization").is_none_or(|given| *given != *expected) {
        return Script::recorded("v2 wrong admin password json");
    }
    if call.headers.get("ocs-apirequest").is_none_or(|given| given != "true") {
        return Script::recorded("v2 missing OCS-APIRequest GET, good auth json");
    }
    let text = |member: &str| call.body[member].as_str().unwrap_or_default().to_owned();
    let id = call.path.strip_prefix(USERS).and_then(|rest| rest.strip_prefix('/'));
    // Nextcloud compares without case.
    let key = id.map(|id| id.replace("%40", "@").replace("%20", " ").replace("%27", "'").to_lowercase());
    match (call.method.as_str(), key) {
        ("POST", None) if call.path == USERS => {
            let key = text("userid").to_lowercase();
            if inner.users.contains_key(&key) {
                return Script::recorded("v2 user create duplicate");
            }
            let user = CloudUser {
                id: text("userid"),
                display_name: text("displayName"),
                email: text("email"),
                password: text("password"),
                has_signed_in: false,
                is_enabled: true,
            };
            inner.users.insert(key, user);
            Script::recorded("v2 user create ok, form")
        }
        ("GET", Some(key)) => match inner.users.get(&key) {
            Some(user) => describe(user),
            None => Script::recorded("v2 user get missing"),
        },
        ("PUT", Some(key)) => {
            let Some(user) = inner.users.get_mut(&key) else {
                return Script::recorded("v2 non-admin get other existing");
            };
            match text("key").as_str() {
                "displayname" => user.display_name = text("value"),
                "email" => user.email = text("value"),
                "password" => user.password = text("value"),
                other => panic!("{other:?} is no field of an edit"),
            }
            Script::recorded("v2 edit displayname ok")
        }
        _ => Script::recorded("wrong base path"),
    }
}

/// The recorded account with the members of this one.
fn describe(user: &CloudUser) -> Script {
    let name = if user.has_signed_in {
        "new account: after first login"
    } else {
        "new account, never logged in: admin get"
    };
    let Script::Answer(status, headers, body) = Script::recorded(name) else { panic!("an answer") };
    let mut body: Value = serde_json::from_str(&body).expect("JSON");
    let data = body["ocs"]["data"].as_object_mut().expect("an account");
    data.insert("id".to_owned(), json!(user.id));
    data.insert("enabled".to_owned(), json!(user.is_enabled));
    data.insert("displayname".to_owned(), json!(user.display_name));
    let email = if user.email.is_empty() { Value::Null } else { json!(user.email) };
    data.insert("email".to_owned(), email);
    Script::Answer(status, headers, body.to_string())
}
