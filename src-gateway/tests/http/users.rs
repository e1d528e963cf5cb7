//! `/api/users`.

mod access;
mod administrators;
mod bulk;
mod create;
mod edit;
mod export;
mod import;
mod list;
mod me;
mod nextcloud;
mod password_reset;
mod restore;
mod sessions;
mod unlock;

use sea_orm::EntityTrait;
use voiceassist_contract::Id;
use voiceassist_gateway::accounts::{find_account, save_account};
use voiceassist_gateway::tables::users;

use crate::support::{Person, TestApp};

/// A change of the row itself, as if it had happened by other ways than a request.
async fn change_row(app: &TestApp, id: Id, change: impl FnOnce(&mut users::Model)) {
    let transaction = app.state.database.begin_write().await.expect("begins");
    let mut row = find_account(&transaction, id).await.expect("the account is there");
    change(&mut row);
    save_account(&transaction, row).await.expect("saves");
    transaction.commit().await.expect("commits");
}

/// Removes the row, which no route does.
async fn remove_row(app: &TestApp, id: Id) {
    let transaction = app.state.database.begin_write().await.expect("begins");
    transaction.note_restriction(id);
    users::Entity::delete_by_id(id).exec(&transaction).await.expect("removes");
    transaction.commit().await.expect("commits");
}

/// Where this person's account is.
fn path_of(person: &Person) -> String {
    format!("/api/users/{}", person.id)
}
