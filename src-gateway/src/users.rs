//! `/api/users`: one's own profile, and the accounts that administrators manage.

use axum::Router;
use axum::routing::{delete, get, post, put};

use crate::state::AppState;

pub mod bulk;
pub mod create;
pub mod deactivate;
pub mod export;
pub mod import;
pub mod list;
pub mod me;
pub mod password_reset;
pub mod restore;
pub mod sessions;
pub mod show;
pub mod unlock;
pub mod update;

/// The routes under `/api/users`.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/users/me", get(me::show_profile).put(me::update_profile))
        .route("/api/users/me/password", put(me::password::change_password))
        .route("/api/users", get(list::list_accounts).post(create::create_account))
        .route("/api/users/bulk", post(bulk::change_accounts))
        .route("/api/users/export", get(export::export_accounts))
        .route("/api/users/import", post(import::import_accounts))
        .route(
            "/api/users/{id}",
            get(show::show_account).put(update::edit_account).delete(deactivate::deactivate_account),
        )
        .route("/api/users/{id}/restore", post(restore::restore_account))
        .route("/api/users/{id}/password-reset", post(password_reset::reset_password))
        .route("/api/users/{id}/unlock", post(unlock::unlock_account))
        .route("/api/users/{id}/sessions", get(sessions::list_sessions).delete(sessions::end_all_sessions))
        .route("/api/users/{id}/sessions/{sid}", delete(sessions::end_one_session))
}
