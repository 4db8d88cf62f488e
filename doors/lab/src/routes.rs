//! The table of routes. What is not in it does not exist, and all of it stands behind the guard.

use crate::state::Lab;
use crate::{api, assets, exports, figures, guard, pages, socket};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;

type Route = MethodRouter<Arc<Lab>>;

/// Method, path, handler.
fn table() -> Vec<(&'static str, &'static str, Route)> {
    vec![
        ("GET", "/", get(pages::map)),
        ("GET", "/lesson/{unit}/{topic}", get(pages::lesson)),
        ("GET", "/workbench", get(pages::workbench)),
        ("GET", "/open", get(pages::open)),
        ("GET", "/assets/{*name}", get(assets::asset)),
        ("GET", "/socket", get(socket::socket)),
        ("GET", "/figures.css", get(assets::figures)),
        ("GET", "/export/{form}", get(exports::export)),
        ("GET", "/figure/{name}", get(figures::still)),
        ("POST", "/api/search", post(api::search)),
        ("POST", "/api/progress", post(api::progress)),
        ("POST", "/api/document/new", post(api::create)),
        ("POST", "/api/document/read", post(api::read)),
        ("POST", "/api/document/save", post(api::save)),
        ("POST", "/api/data", post(api::data)),
    ]
}

/// The method and path of every route; `{...}` stands for a part that varies.
#[must_use]
pub fn routes() -> Vec<(&'static str, &'static str)> {
    table().into_iter().map(|(method, path, _)| (method, path)).collect()
}

/// All routes with the guard around them and around what is no route.
pub(crate) fn router(lab: Arc<Lab>) -> Router {
    let mut router = Router::new();
    for (_, path, route) in table() {
        router = router.route(path, route);
    }
    router
        .fallback(async || guard::refuse(StatusCode::NOT_FOUND, "there is no such page"))
        .layer(DefaultBodyLimit::max(api::LONGEST))
        .layer(from_fn_with_state(Arc::clone(&lab), guard::guard))
        .with_state(lab)
}
