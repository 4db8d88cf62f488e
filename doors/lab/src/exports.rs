//! Documents for those who have no Lab: one page that needs nothing else, and a notebook of Jupyter.
//!
//! `GET /export/html?path=` and `GET /export/ipynb?path=` answer the document as it lies on the disk, with the outputs that
//! are known; what has none yet is run first, within the limits of cells and of the whole. Since that is more than opening
//! a page, the guard lets only the Lab's own pages ask for it.

use crate::running::run_cell;
use crate::state::Lab;
use crate::{api, folder::FileError};
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use gradus_notebook::{Document, Event, Limits, Session, html, jupyter};
use serde::Deserialize;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the cells that have no output yet may run together.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a document becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Html,
    Jupyter,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    path: String,
}

/// `GET /export/{form}?path=NAME.gr.md`
pub(crate) async fn export(
    State(lab): State<Arc<Lab>>,
    Path(form): Path<String>,
    Query(Asked { path }): Query<Asked>,
) -> Response {
    let form = match form.as_str() {
        "html" => Form::Html,
        "ipynb" => Form::Jupyter,
        _ => return crate::guard::refuse(StatusCode::NOT_FOUND, "a document is exported as html or ipynb"),
    };
    let permit = Arc::clone(&lab.workers).acquire_owned().await;
    let name = path.clone();
    let work = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        written(&lab, &name, form)
    });
    match work.await {
        Ok(Ok(text)) => attachment(&path, form, text),
        Ok(Err(e)) => api::refusal(&e),
        Err(_) => crate::guard::refuse(StatusCode::INTERNAL_SERVER_ERROR, "the work was lost"),
    }
}

fn written(lab: &Lab, path: &str, form: Form) -> Result<String, FileError> {
    api::document(path)?;
    let (text, _) = lab.folder.read_text(path)?;
    let mut session = Session::new(Document::read(&text), Limits::default(), Arc::clone(&lab.data));
    session.set_cache(lab.cache.clone());
    let until = Instant::now() + PATIENCE;
    for cell in session.waiting() {
        let mut observer = |_: Event<'_>| {
            if Instant::now() < until { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        if run_cell(&mut session, &cell, &mut observer).is_break() {
            break;
        }
    }
    Ok(match form {
        Form::Html => html::page(&session),
        Form::Jupyter => jupyter(&session),
    })
}

/// An answer that is saved and not shown.
fn attachment(path: &str, form: Form, text: String) -> Response {
    let (kind, end) = match form {
        Form::Html => ("text/html; charset=utf-8", "html"),
        Form::Jupyter => ("application/x-ipynb+json", "ipynb"),
    };
    let stem = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".gr.md");
    let plain: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() || "-_ ".contains(c) { c } else { '_' }).collect();
    let exact: String = stem
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    let place = format!("attachment; filename=\"{plain}.{end}\"; filename*=UTF-8''{exact}.{end}");
    let mut answer = Response::new(Body::from(text));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(place) = HeaderValue::from_str(&place) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, place);
    }
    answer
}
