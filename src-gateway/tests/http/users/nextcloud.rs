//! `/api/users/{id}/nextcloud`, beside a Nextcloud that answers as a real 29.0.6 was recorded to.

mod credentials;
mod failures;
mod half_done;
mod link;
mod races;

use serde_json::Value;
use voiceassist_contract::Id;
use voiceassist_gateway::state::AuthPolicy;

use crate::support::{Cloud, Person, Places, Setup, TestApp};

/// Beside this Nextcloud, with access tokens that outlast its pauses.
fn beside(cloud: &Cloud) -> Setup {
    let policy = AuthPolicy { access_life: chrono::Duration::days(1), ..AuthPolicy::default() };
    Setup { neighbours: Places::beside(cloud), policy, ..Setup::default() }
}

/// An application beside a Nextcloud, its administrator, and the id of somebody on the staff.
async fn arrive() -> (Cloud, TestApp, Person, Id) {
    let cloud = Cloud::start().await;
    let app = TestApp::start_with(beside(&cloud)).await;
    let admin = app.administrator().await;
    let ana = app.staff().await.id;
    (cloud, app, admin, ana)
}

fn path(id: Id) -> String {
    format!("/api/users/{id}/nextcloud")
}

async fn show(admin: &Person, id: Id) -> Value {
    admin.get(&path(id)).await.assert_status(200).json()
}

async fn provision(admin: &Person, id: Id) -> Value {
    admin.post_nothing(&format!("{}/provision", path(id))).await.assert_status(200).json()
}

async fn retry(admin: &Person, id: Id) -> Value {
    admin.post_nothing(&format!("{}/retry", path(id))).await.assert_status(200).json()
}

/// The words of the audit events about Nextcloud, oldest first.
async fn audited(app: &TestApp) -> Vec<String> {
    let words = app.audited().await.into_iter();
    words.filter_map(|word| word.strip_prefix("nextcloud_").map(str::to_owned)).collect()
}
