//! Nextcloud beside the gateway: how it is (`/api/nextcloud`), and the accounts that people have there.
//!
//! An attempt to link an account has three parts: [`claims`] writes that it begins, [`provisioning`] asks
//! Nextcloud without holding anything in the database, [`results`] writes what became of it. A process that
//! dies in between leaves a claim that runs out, and whoever tries again finds in Nextcloud what was done.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub mod accounts;
pub mod attempt;
mod calls;
mod claims;
pub mod fault;
pub mod ids;
pub mod links;
mod ocs;
pub mod pause;
mod provisioning;
mod results;
pub mod status;
mod transport;

/// The routes under `/api/nextcloud`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(status::show_status))
}
