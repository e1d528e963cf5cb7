//! Where paths meet handlers, and what is wrapped around all of them.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower::util::option_layer;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::http::compression;
use crate::http::framing::require_one_length;
use crate::http::layers::{answer_panic, answer_unknown_method, answer_unknown_route, finish_response};
use crate::http::load::limit_load;
use crate::metrics::requests::measure_request;
use crate::state::AppState;
use crate::{auth, health, nextcloud, openapi, trail, users};

/// The whole service. Every request needs its peer's address as `ConnectInfo<SocketAddr>`.
pub fn build_router(state: AppState) -> Router {
    let (routes, _) = collect_routes(Some(&state)).split_for_parts();
    wrap_routes(routes, state)
}

/// Every route with what it says of itself. Without a state they are only described: the layers that count requests
/// are then left out.
pub fn collect_routes(state: Option<&AppState>) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(health::router())
        .merge(openapi::serve::router())
        .merge(openapi::docs::router())
        .merge(auth::router(state))
        .merge(users::router())
        .merge(nextcloud::router())
        .merge(trail::router())
}

/// These routes with everything around them that every route has.
pub fn wrap_routes(routes: Router<AppState>, state: AppState) -> Router {
    let cross_origin = state.origins.make_layer();
    routes
        .fallback(answer_unknown_route)
        .method_not_allowed_fallback(answer_unknown_method)
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(from_fn_with_state(state.clone(), limit_load))
        // Around what refuses, so that a page can read refusals too.
        .layer(option_layer(cross_origin))
        .layer(compression::make_layer())
        .layer(from_fn(compression::choose_coding))
        .layer(from_fn(require_one_length))
        .layer(from_fn_with_state(state.clone(), finish_response))
        .layer(from_fn_with_state(state.clone(), measure_request))
        .with_state(state)
}
