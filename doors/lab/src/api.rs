//! The JSON routes. Every request is `application/json` (or, for a data file, `application/octet-stream`), which no form
//! of another site can send without asking first, and nobody is there to allow it.

use crate::asked::{self, CellText};
use crate::documents::Known;
use crate::dropped;
use crate::folder::{FileError, Version};
use crate::progress::Stage;
use crate::state::Lab;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gradus_lesson::Map;
use gradus_lesson::search::{Hit, HitKind};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

/// The longest body, in bytes.
pub(crate) const LONGEST: usize = 64 << 20;
/// The longest document, in bytes.
pub(crate) const LONGEST_DOCUMENT: usize = 8 << 20;

/// An answer of JSON.
pub(crate) fn answer(status: StatusCode, value: &Value) -> Response {
    let mut answer = Response::new(Body::from(value.to_string()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

fn wrong(status: StatusCode, why: impl std::fmt::Display) -> Response {
    answer(status, &json!({ "error": why.to_string() }))
}

/// The question in a body.
fn question<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, Box<Response>> {
    if kind(headers) != "application/json" {
        return Err(Box::new(wrong(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json")));
    }
    serde_json::from_slice(body).map_err(|e| Box::new(wrong(StatusCode::BAD_REQUEST, e)))
}

fn kind(headers: &HeaderMap) -> &str {
    let whole = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    whole.split(';').next().unwrap_or_default().trim()
}

/// A failure with a file, in the terms of HTTP.
pub(crate) fn refusal(e: &FileError) -> Response {
    match e {
        FileError::Conflict { current, .. } => answer(
            StatusCode::CONFLICT,
            &json!({ "error": e.to_string(), "version": current.as_ref().map(Version::text) }),
        ),
        FileError::Name { .. } => wrong(StatusCode::BAD_REQUEST, e),
        FileError::Outside(_) | FileError::Irregular(_) => wrong(StatusCode::FORBIDDEN, e),
        FileError::Missing(_) => wrong(StatusCode::NOT_FOUND, e),
        FileError::Binary(_) => wrong(StatusCode::UNSUPPORTED_MEDIA_TYPE, e),
        FileError::Large { .. } => wrong(StatusCode::PAYLOAD_TOO_LARGE, e),
        FileError::System { .. } => wrong(StatusCode::INTERNAL_SERVER_ERROR, e),
    }
}

/// Work with the disk, away from the threads that answer.
async fn on_disk<T: Send + 'static>(
    lab: Arc<Lab>,
    work: impl FnOnce(&Lab) -> Result<T, FileError> + Send + 'static,
) -> Result<T, Box<Response>> {
    match tokio::task::spawn_blocking(move || work(&lab)).await {
        Ok(outcome) => outcome.map_err(|e| Box::new(refusal(&e))),
        Err(_) => Err(Box::new(wrong(StatusCode::INTERNAL_SERVER_ERROR, "the work was lost"))),
    }
}

fn told(outcome: Result<Value, Box<Response>>) -> Response {
    outcome.map_or_else(|refused| *refused, |value| answer(StatusCode::OK, &value))
}

/// Only documents are read and written as documents.
pub(crate) fn document(path: &str) -> Result<(), FileError> {
    if path.ends_with(".gr.md") {
        return Ok(());
    }
    let name = path.chars().take(80).flat_map(char::escape_debug).collect();
    Err(FileError::Name { name, why: "a document's name ends in .gr.md" })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    path: String,
}

/// `POST /api/document/read`: `{path}` to `{text, version}`.
pub(crate) async fn read(State(lab): State<Arc<Lab>>, headers: HeaderMap, body: Bytes) -> Response {
    let work = async {
        let Named { path } = question(&headers, &body)?;
        let (text, version) =
            on_disk(lab, move |lab| document(&path).and_then(|()| lab.folder.read_text(&path))).await?;
        Ok(json!({ "text": text, "version": version.text() }))
    };
    told(work.await)
}

/// `POST /api/document/new`: `{path}` to `{version}` of an empty document; 409 if there is one.
pub(crate) async fn create(State(lab): State<Arc<Lab>>, headers: HeaderMap, body: Bytes) -> Response {
    let work = async {
        let Named { path } = question(&headers, &body)?;
        let title = path.trim_end_matches(".gr.md").rsplit('/').next().unwrap_or_default().to_owned();
        let version = on_disk(lab, move |lab| {
            document(&path)?;
            if let Ok((_, version)) = lab.folder.read(&path) {
                return Err(FileError::Conflict { name: path, current: Some(version) });
            }
            lab.folder.write(&path, format!("# {title}\n").as_bytes(), None)
        });
        Ok(json!({ "version": version.await?.text() }))
    };
    told(work.await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Save {
    path: String,
    /// The version that is replaced; none for a new file.
    version: Option<String>,
    cells: Vec<CellText>,
    /// The document whose copy a new file is.
    like: Option<Like>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Like {
    path: String,
    version: String,
}

/// `POST /api/document/save`: `{path, version, cells: [{id, kind, source}]}` to `{version}`; 409 with the version on the
/// disk if the document is no longer the one that is replaced.
pub(crate) async fn save(State(lab): State<Arc<Lab>>, headers: HeaderMap, body: Bytes) -> Response {
    let work = async {
        let Save { path, version, cells, like } = question(&headers, &body)?;
        let cells = asked::drafts(cells).map_err(|why| Box::new(wrong(StatusCode::BAD_REQUEST, why)))?;
        let version = version.as_deref().map(Version::from_text);
        let written = on_disk(lab, move |lab| {
            document(&path)?;
            let known = |l: Like| Known { path: l.path, version: Version::from_text(&l.version) };
            if let Some(like) = &like {
                document(&like.path)?;
            }
            lab.documents.save(&lab.folder, &path, version, like.map(known), cells)
        });
        Ok(json!({ "version": written.await?.text() }))
    };
    told(work.await)
}

/// `POST /api/data`: the bytes of a data file, its name in `x-name`, to `{path, rows, columns: [{name, kind, missing}],
/// source}` with the source of a cell that reads it. What cannot be read is not kept (422), and a file of that name is
/// never replaced by another (409).
pub(crate) async fn data(State(lab): State<Arc<Lab>>, headers: HeaderMap, body: Bytes) -> Response {
    let work = async {
        if kind(&headers) != "application/octet-stream" {
            let why = "a data file must be application/octet-stream";
            return Err(Box::new(wrong(StatusCode::UNSUPPORTED_MEDIA_TYPE, why)));
        }
        let name = headers.get("x-name").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
        if name.contains(['/', '"']) || !dropped::ENDS.contains(&end.as_str()) {
            let why = format!(
                "a data file's name ends in one of {}",
                dropped::ENDS.map(|e| format!(".{e}")).join(", ")
            );
            return Err(Box::new(wrong(StatusCode::BAD_REQUEST, why)));
        }
        let path = name.clone();
        let found = on_disk(lab, move |lab| {
            lab.folder.judge(&path)?;
            match dropped::describe(&path, &body) {
                Ok(found) => lab.folder.write(&path, &body, None).map(|_| Ok(found)),
                Err(e) => Ok(Err(e.to_string())),
            }
        });
        let mut found = found.await?.map_err(|why| Box::new(wrong(StatusCode::UNPROCESSABLE_ENTITY, why)))?;
        found["path"] = json!(name);
        Ok(found)
    };
    told(work.await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reached {
    topic: String,
    stage: Option<String>,
}

/// `POST /api/progress`: `{topic, stage}` with stage `begun`, `done` or null, to `{}`.
pub(crate) async fn progress(State(lab): State<Arc<Lab>>, headers: HeaderMap, body: Bytes) -> Response {
    let work = async {
        let Reached { topic, stage } = question(&headers, &body)?;
        if lab.course().map.topic(&topic).is_none() {
            return Err(Box::new(wrong(StatusCode::BAD_REQUEST, "there is no such topic")));
        }
        let stage = match stage.as_deref() {
            None => None,
            Some(word) => Some(Stage::from_word(word).ok_or_else(|| {
                Box::new(wrong(StatusCode::BAD_REQUEST, "a stage is `begun`, `done` or null"))
            })?),
        };
        let kept = tokio::task::spawn_blocking(move || match stage {
            // What is done stays done when its page is opened again.
            Some(Stage::Begun) => lab.progress.begin(&topic),
            stage => lab.progress.set(&topic, stage),
        })
        .await;
        match kept {
            Ok(Ok(())) => Ok(json!({})),
            Ok(Err(e)) => Err(Box::new(wrong(StatusCode::INTERNAL_SERVER_ERROR, e))),
            Err(_) => Err(Box::new(wrong(StatusCode::INTERNAL_SERVER_ERROR, "the work was lost"))),
        }
    };
    told(work.await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    query: String,
}

/// `POST /api/search`: `{query}` to `{hits: [{kind, title, below, address}]}`, best first.
pub(crate) async fn search(State(lab): State<Arc<Lab>>, headers: HeaderMap, body: Bytes) -> Response {
    let work = async {
        let Query { query } = question(&headers, &body)?;
        if query.len() > 400 {
            return Err(Box::new(wrong(StatusCode::BAD_REQUEST, "a query has at most 400 bytes")));
        }
        let course = lab.course();
        let hits: Vec<Value> =
            course.index.search(&query, 12).iter().map(|hit| found(&course.map, hit)).collect();
        Ok(json!({ "hits": hits }))
    };
    told(work.await)
}

fn found(map: &Map, hit: &Hit) -> Value {
    let kind = match hit.kind {
        HitKind::Topic => "topic",
        HitKind::Definition => "definition",
        HitKind::Theorem => "theorem",
        HitKind::Formula => "formula",
        _ => "section",
    };
    let address = match map.topic(&hit.topic) {
        Some(topic) if topic.written => {
            let anchor = hit.anchor.as_ref().map_or(String::new(), |a| format!("#{a}"));
            format!("/lesson/{}/{}{anchor}", topic.unit, topic.id)
        }
        _ => format!("/#topic-{}", hit.topic),
    };
    json!({ "kind": kind, "title": hit.title, "below": hit.below, "address": address, "why": hit.why })
}

/// A page that answers a failure with a file.
pub(crate) fn status(e: &FileError) -> StatusCode {
    refusal(e).into_response().status()
}
