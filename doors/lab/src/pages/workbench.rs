//! The workbench: documents below the folder. A document opens inert: its text is shown, and nothing of it runs.

use super::frame::Page;
use crate::folder::Version;
use crate::guard::Nonce;
use crate::state::Lab;
use axum::extract::{Extension, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde::Deserialize;
use std::sync::Arc;

/// `GET /workbench`: the documents, and a new one.
pub(crate) async fn workbench(State(lab): State<Arc<Lab>>, Extension(nonce): Extension<Nonce>) -> Response {
    let folder = lab.folder.root().display().to_string();
    let documents = tokio::task::spawn_blocking(move || lab.folder.documents()).await.unwrap_or_default();
    let main = html! {
        h1 { "Workbench" }
        p.lead { "Documents below " code { (folder) } }
        @if documents.is_empty() {
            p { "There is none yet." }
        } @else {
            ul.documents {
                @for name in &documents {
                    li { a href={ "/open?path=" (encoded(name)) } { (name.trim_end_matches(".gr.md")) } }
                }
            }
        }
        form.new data-new {
            label for="new-name" { "A new document" }
            input #new-name name="name" required pattern="[^\\\\:]+" placeholder="least squares" autocomplete="off";
            button { "Make it" }
        }
    };
    Page { title: "Workbench", kind: "workbench", main }.answer(&nonce, StatusCode::OK)
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    path: String,
}

/// `GET /open?path=NAME.gr.md`
pub(crate) async fn open(
    State(lab): State<Arc<Lab>>,
    Query(Asked { path }): Query<Asked>,
    Extension(nonce): Extension<Nonce>,
) -> Response {
    let asked = path.clone();
    let read = tokio::task::spawn_blocking(move || {
        crate::api::document(&asked).and_then(|()| lab.folder.read_text(&asked))
    });
    let (title, status, main) = match read.await {
        Ok(Ok((text, version))) => {
            (path.trim_end_matches(".gr.md").to_owned(), StatusCode::OK, document(&path, &text, &version))
        }
        Ok(Err(e)) => {
            ("Not opened".to_owned(), crate::api::status(&e), html! { h1 { "Not opened" } p { (e) } })
        }
        Err(_) => {
            let main = html! { h1 { "Not opened" } p { "The work was lost." } };
            ("Not opened".to_owned(), StatusCode::INTERNAL_SERVER_ERROR, main)
        }
    };
    Page { title: &title, kind: "document", main }.answer(&nonce, status)
}

fn document(path: &str, text: &str, version: &Version) -> maud::Markup {
    html! {
        h1 { (path.trim_end_matches(".gr.md")) }
        div.document data-path=(path) data-version=(version.text()) {
            label.quiet for="source" { "The document's text, saved as you write" }
            textarea #source spellcheck="false" rows="24" { (text) }
        }
    }
}

/// A name as a query's value.
fn encoded(name: &str) -> String {
    name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
        text
    })
}
