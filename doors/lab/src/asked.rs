//! What a page says of its cells: the payload of a frame of kind 4.

use crate::api;
use gradus_notebook::{CellId, Document, Draft, Kind};
use serde::Deserialize;
use std::collections::HashSet;

/// The most cells that a document may have.
pub(crate) const MOST_CELLS: usize = 10_000;

/// Whose cells they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Those of a lesson.
    Lesson(String),
    /// Those of a document of the workbench.
    Document(String),
}

/// A change of cells.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// One cell has another text.
    Cell(CellId, String),
    /// These are the cells now.
    Whole(Vec<Draft>),
}

impl Edit {
    /// Makes the change.
    pub(crate) fn apply(self, document: &mut Document) {
        match self {
            Edit::Cell(id, source) => {
                if let Some(cell) = document.get_mut(&id) {
                    cell.source = source;
                }
            }
            Edit::Whole(drafts) => document.arrange(drafts),
        }
    }
}

/// What a page wants of its cells.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) subject: Subject,
    pub(crate) edit: Option<Edit>,
    /// Are the cells to run, or only what is known of them to be told?
    pub(crate) run: bool,
}

/// A cell as a page sends it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CellText {
    id: String,
    kind: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    lesson: Option<String>,
    cell: Option<String>,
    source: Option<String>,
    document: Option<String>,
    cells: Option<Vec<CellText>>,
    run: Option<bool>,
}

impl Asked {
    /// Reads a payload.
    ///
    /// # Errors
    /// In words, what it lacks.
    pub(crate) fn read(payload: &[u8]) -> Result<Asked, String> {
        let Payload { lesson, cell, source, document, cells, run } =
            serde_json::from_slice(payload).map_err(|e| format!("this is no change of a cell: {e}"))?;
        let run = run.unwrap_or(true);
        match (lesson, document, cells) {
            (Some(lesson), None, None) => {
                let edit = match cell.zip(source) {
                    None => None,
                    Some((cell, source)) => Some(Edit::Cell(name(&cell)?, source)),
                };
                Ok(Asked { subject: Subject::Lesson(lesson), edit, run })
            }
            (None, Some(document), Some(cells)) if cell.is_none() && source.is_none() => {
                api::document(&document).map_err(|e| e.to_string())?;
                let edit = Some(Edit::Whole(drafts(cells)?));
                Ok(Asked { subject: Subject::Document(document), edit, run })
            }
            _ => Err("this is no change of a cell: it names a lesson, or a document and its cells".into()),
        }
    }
}

fn name(id: &str) -> Result<CellId, String> {
    CellId::new(id).ok_or_else(|| {
        let id: String = id.chars().take(80).flat_map(char::escape_debug).collect();
        format!("`{id}` is no name of a cell: it has letters, digits, `-` and `_`, at most 64")
    })
}

/// The cells of a document, if they can be those of one.
///
/// # Errors
/// In words, what is wrong with them.
pub(crate) fn drafts(cells: Vec<CellText>) -> Result<Vec<Draft>, String> {
    if cells.len() > MOST_CELLS {
        return Err(format!("a document has at most {MOST_CELLS} cells, not {}", cells.len()));
    }
    let size: usize = cells.iter().map(|c| c.source.len()).sum();
    if size > api::LONGEST_DOCUMENT {
        return Err(format!("a document has at most {} bytes, not {size}", api::LONGEST_DOCUMENT));
    }
    let mut seen = HashSet::new();
    let draft = |CellText { id, kind, source }| {
        let id = name(&id)?;
        let kind = Kind::from_name(&kind).ok_or_else(|| {
            let kind: String = kind.chars().take(80).flat_map(char::escape_debug).collect();
            format!("there is no cell of the kind `{kind}`")
        })?;
        if !seen.insert(id.clone()) {
            return Err(format!("two cells are called `{id}`"));
        }
        Ok(Draft { id, kind, source })
    };
    cells.into_iter().map(draft).collect()
}
