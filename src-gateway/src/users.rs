//! `/api/users`: one's own profile, and the accounts that administrators manage.
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub mod bulk;
pub mod create;
pub mod deactivate;
pub mod export;
pub mod import;
pub mod list;
pub mod me;
pub mod nextcloud;
pub mod password_reset;
pub mod restore;
pub mod sessions;
pub mod show;
pub mod unlock;
pub mod update;

/// The routes under `/api/users`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(me::show_profile, me::update_profile))
        .routes(routes!(me::password::change_password))
        .routes(routes!(list::list_accounts, create::create_account))
        .routes(routes!(bulk::change_accounts))
        .routes(routes!(export::export_accounts))
        .routes(routes!(import::import_accounts))
        .routes(routes!(show::show_account, update::edit_account, deactivate::deactivate_account))
        .routes(routes!(restore::restore_account))
        .routes(routes!(password_reset::reset_password))
        .routes(routes!(unlock::unlock_account))
        .routes(routes!(nextcloud::show_link))
        .routes(routes!(nextcloud::provision))
        .routes(routes!(nextcloud::retry))
        .routes(routes!(sessions::list_sessions, sessions::end_all_sessions))
        .routes(routes!(sessions::end_one_session))
}
