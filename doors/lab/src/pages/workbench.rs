//! The workbench: documents below the folder. A document opens inert: its text is shown, and nothing of it runs.

use super::frame::Page;
use crate::folder::Version;
use crate::guard::Nonce;
use crate::state::Lab;
use axum::extract::{Extension, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use gradus_notebook::{Cell, Document, Kind, html};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// Documents of which the list says more than the name.
const DESCRIBED: usize = 200;

/// A document in the list.
struct Entry {
    path: String,
    /// Its first heading, where that is not its name.
    heading: Option<String>,
    cells: Option<usize>,
    /// When it was changed, in milliseconds since 1970.
    changed: Option<u128>,
}

impl Entry {
    fn of(lab: &Lab, path: String, is_described: bool) -> Self {
        let meta = lab.folder.resolve(&path).ok().and_then(|file| file.metadata().ok());
        let since = |m: std::fs::Metadata| m.modified().ok()?.duration_since(UNIX_EPOCH).ok();
        let changed = meta.and_then(since).map(|t| t.as_millis());
        let text = if is_described { lab.folder.read_text(&path).ok() } else { None };
        let document = text.map(|(text, _)| Document::read(&text));
        let heading =
            document.as_ref().and_then(heading).filter(|h| h.to_lowercase() != name(&path).to_lowercase());
        let cells = document.map(|d| d.cells.iter().filter(|c| c.kind != Kind::Prose).count());
        Self { path, heading, cells, changed }
    }
}

/// The first heading of a document's text.
fn heading(document: &Document) -> Option<String> {
    let prose = document.cells.iter().filter(|c| c.kind == Kind::Prose);
    let mut lines = prose.flat_map(|c| c.source.lines());
    lines.find_map(|line| line.strip_prefix("# ")).map(|title| title.trim().to_owned())
}

/// A document's name without its folders and its ending.
fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).trim_end_matches(".gr.md")
}

/// `GET /workbench`: the documents, the newest first, and a new one.
pub(crate) async fn workbench(State(lab): State<Arc<Lab>>, Extension(nonce): Extension<Nonce>) -> Response {
    let folder = lab.folder.root().display().to_string();
    let read = tokio::task::spawn_blocking(move || {
        let paths = lab.folder.documents().into_iter().enumerate();
        let mut all: Vec<Entry> = paths.map(|(k, path)| Entry::of(&lab, path, k < DESCRIBED)).collect();
        all.sort_by_key(|entry| std::cmp::Reverse(entry.changed));
        all
    });
    let documents = read.await.unwrap_or_default();
    let main = html! {
        h1 { "Workbench" }
        p.lead { "Documents of text and live cells: plain files, below " code { (folder) } }
        form.new data-new {
            label for="new-name" { "A new document" }
            input #new-name name="name" required pattern="[^\\\\:]+" placeholder="least squares" autocomplete="off";
            button.first { "Make it" }
        }
        @if documents.is_empty() {
            p.none { "There is none here yet. A name is enough to begin." }
        } @else {
            ul.documents { @for entry in &documents { (row(entry)) } }
        }
    };
    Page { title: "Workbench", kind: "workbench", main }.answer(&nonce, StatusCode::OK)
}

fn row(entry: &Entry) -> Markup {
    let (folder, _) = entry.path.rsplit_once('/').unwrap_or(("", ""));
    html! {
        li { a href={ "/open?path=" (encoded(&entry.path)) } {
            span.title {
                @if !folder.is_empty() { span.folder { (folder) "/" } }
                (name(&entry.path))
            }
            @if let Some(heading) = &entry.heading { span.heading { (heading) } }
            span.about {
                @match entry.cells {
                    Some(1) => "1 cell",
                    Some(n) => { (n) " cells" }
                    None => "",
                }
                @if let Some(changed) = entry.changed { span.when data-time=(changed) {} }
            }
        } }
    }
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
        Ok(Ok((text, version))) => (name(&path).to_owned(), StatusCode::OK, document(&path, &text, &version)),
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

/// The document as it is on the disk, which a script brings to life: its text can be read without one.
fn document(path: &str, text: &str, version: &Version) -> Markup {
    let document = Document::read(text);
    let cell = |c: &Cell| json!({ "id": c.id.as_str(), "kind": word(c.kind), "source": c.source });
    let cells: Vec<Value> = document.cells.iter().map(cell).collect();
    html! {
        div.document data-path=(path) data-version=(version.text()) data-cells=(Value::from(cells)) {
            h1 { (name(path)) }
            div.notices {}
            div.cells { @for (k, cell) in document.cells.iter().enumerate() { (section(cell, k + 1)) } }
        }
    }
}

fn section(cell: &Cell, number: usize) -> Markup {
    let word = word(cell.kind);
    html! {
        @if cell.kind == Kind::Prose {
            section.cell.prose data-cell=(cell.id) data-kind=(word) aria-label={ "Text " (number) } {
                div.text { (PreEscaped(lowered(&html::prose(&cell.source)))) }
            }
        } @else {
            section class={ "cell " (word) } data-cell=(cell.id) data-kind=(word) data-state="pending" aria-label={ "Cell " (number) } {
                pre.source { code { (cell.source) } }
                div.output {}
            }
        }
    }
}

/// The word for a kind of cell on the page.
fn word(kind: Kind) -> &'static str {
    kind.word().unwrap_or("prose")
}

/// HTML of Markdown whose headings are one level lower, because the page has a first heading of its own. A tag that a
/// reader wrote is escaped, so that what looks like a heading's tag is one.
fn lowered(html: &str) -> String {
    let mut out = html.to_owned();
    for level in (1..=5).rev() {
        for slash in ["<", "</"] {
            for end in [">", " "] {
                out = out.replace(&format!("{slash}h{level}{end}"), &format!("{slash}h{}{end}", level + 1));
            }
        }
    }
    out
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

#[cfg(test)]
mod tests {
    use super::{lowered, name};

    #[test]
    fn headings_are_one_level_lower() {
        assert_eq!(lowered("<h1>a</h1><h2 id=\"b\">b</h2><hr>"), "<h2>a</h2><h3 id=\"b\">b</h3><hr>");
        assert_eq!(lowered("<h5>a</h5><h6>b</h6>"), "<h6>a</h6><h6>b</h6>");
    }

    #[test]
    fn a_name_has_no_folder_and_no_ending() {
        assert_eq!([name("a/b c.gr.md"), name("x.gr.md")], ["b c", "x"]);
    }
}
