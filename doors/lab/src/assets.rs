//! The files that pages need, built into the binary.

use crate::secret::hexadecimal;
use crate::state::Lab;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use rust_embed::RustEmbed;
use std::sync::Arc;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// `GET /figures.css`: the colours of figures that stand inside of pages.
pub(crate) async fn figures(State(lab): State<Arc<Lab>>) -> Response<Body> {
    let mut answer = Response::new(Body::from(lab.figures.sheet()));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    answer
}

/// `GET /assets/{*name}`: one file, with its digest as its tag so that a browser asks again and is seldom sent it twice.
pub(crate) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response<Body> {
    let Some((file, kind)) = Assets::get(&name).zip(content_type(&name)) else {
        return crate::guard::refuse(StatusCode::NOT_FOUND, "there is no such file");
    };
    let tag = format!("\"{}\"", &hexadecimal(&file.metadata.sha256_hash())[..32]);
    let fresh = headers.get(header::IF_NONE_MATCH).is_some_and(|t| t.as_bytes() == tag.as_bytes());
    let body = if fresh {
        Body::empty()
    } else {
        match file.data {
            std::borrow::Cow::Borrowed(bytes) => Body::from(bytes),
            std::borrow::Cow::Owned(bytes) => Body::from(bytes),
        }
    };
    let mut answer = Response::new(body);
    if fresh {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    answer
}

/// Whether an asset of this name is built in.
pub(crate) fn exists(name: &str) -> bool {
    Assets::get(name).is_some()
}

/// The type of a file by its name; what is not listed is not served.
fn content_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => return None,
    })
}
