//! The one layer around every route: what it does not allow is denied.
//!
//! 1. The `Host` header is exactly `127.0.0.1:PORT` or `localhost:PORT`. A page of another site whose name was rebound
//!    to this machine sends its own name, and stops here.
//! 2. The request carries this run's session, or is the exchange of the one-time token for it.
//! 3. Whatever is not a plain read (and the WebSocket, which is one by its method only) comes from a page of this
//!    server: its `Origin` is exactly `http://` and the `Host` above. Where the browser says that a request comes from
//!    another site or from another port of this machine, only opening a page is allowed, and a page opens inert; an
//!    export, which runs what has no output yet, is no page.
//! 4. Every answer, also a refusal, carries the headers that keep a page to itself. No answer carries a CORS header.

use crate::secret::Secret;
use crate::state::Lab;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The nonce of one answer's scripts, for the page that is written into it.
#[derive(Clone)]
pub(crate) struct Nonce(pub(crate) String);

/// The layer.
pub(crate) async fn guard(State(lab): State<Arc<Lab>>, mut request: Request, next: Next) -> Response {
    let Ok(nonce) = Secret::fresh() else {
        return refuse(StatusCode::INTERNAL_SERVER_ERROR, "no random numbers");
    };
    let nonce = nonce.text()[..32].to_owned();
    let mut answer = match admit(&lab, &request) {
        Ok(Admission::Session) => {
            request.extensions_mut().insert(Nonce(nonce.clone()));
            next.run(request).await
        }
        Ok(Admission::Token(cookie)) => entrance(&cookie),
        Err((status, why)) => refuse(status, why),
    };
    protect(answer.headers_mut(), &nonce);
    answer
}

enum Admission {
    Session,
    Token(String),
}

fn admit(lab: &Lab, request: &Request) -> Result<Admission, (StatusCode, &'static str)> {
    let headers = request.headers();
    let host = only(headers, &header::HOST).ok_or((StatusCode::BAD_REQUEST, "one Host header is needed"))?;
    if !lab.hosts.iter().any(|h| h == host) {
        return Err((StatusCode::FORBIDDEN, "this server answers to its own address only"));
    }
    if request.uri().authority().is_some_and(|a| a.as_str() != host) {
        return Err((StatusCode::FORBIDDEN, "this server answers to its own address only"));
    }
    let known =
        headers.get_all(header::COOKIE).iter().any(|c| c.to_str().is_ok_and(|c| lab.session.holds(c)));
    if !known {
        let token = (request.method() == Method::GET && request.uri().path() == "/")
            .then(|| request.uri().query().and_then(|q| q.strip_prefix("token=")))
            .flatten();
        return match token.and_then(|t| lab.session.exchange(t)) {
            Some(cookie) => Ok(Admission::Token(cookie)),
            None if token.is_some() => Err((
                StatusCode::FORBIDDEN,
                "This address has been used, or belongs to an earlier run. Start the Lab again for a new one.",
            )),
            None => Err((
                StatusCode::UNAUTHORIZED,
                "Open the Lab by the address that it printed when it started.",
            )),
        };
    }
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    if (!read || request.uri().path() == "/socket" || headers.contains_key(header::UPGRADE))
        && only(headers, &header::ORIGIN).and_then(|o| o.strip_prefix("http://")) != Some(host)
    {
        return Err((StatusCode::FORBIDDEN, "this comes from a page of another origin"));
    }
    let named = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let foreign =
        headers.contains_key("sec-fetch-site") && !matches!(named("sec-fetch-site"), "same-origin" | "none");
    // An export runs what has no output yet, which another site is not to cause.
    let opens = !request.uri().path().starts_with("/export/");
    if foreign && !(opens && named("sec-fetch-mode") == "navigate" && named("sec-fetch-dest") == "document") {
        return Err((StatusCode::FORBIDDEN, "this comes from a page of another origin"));
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|l| l.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|l| l > crate::api::LONGEST as u64) {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, "this is larger than anything that is accepted here"));
    }
    Ok(Admission::Session)
}

/// The value of a header that must stand exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut all = headers.get_all(name).iter();
    let first = all.next()?;
    if all.next().is_some() {
        return None;
    }
    first.to_str().ok()
}

/// The answer to the token: the cookie, and a page that goes on to `/`. A page rather than a redirect, because a browser
/// that was sent here by another site withholds a strict cookie from redirects, but not from what this page opens.
fn entrance(cookie: &str) -> Response {
    let page = "<!doctype html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url=/\">\
                <link rel=\"icon\" href=\"data:,\"><title>gradus</title><p><a href=\"/\">Open the Lab</a></p>";
    let mut answer = axum::response::Html(page).into_response();
    if let Ok(value) = HeaderValue::from_str(cookie) {
        answer.headers_mut().insert(header::SET_COOKIE, value);
    }
    answer
}

/// A refusal in plain text.
pub(crate) fn refuse(status: StatusCode, why: &'static str) -> Response {
    let mut answer = Response::new(Body::from(why));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}

fn protect(headers: &mut HeaderMap, nonce: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; font-src 'self'; \
         connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
