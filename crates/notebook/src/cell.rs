//! A cell: a piece of a document with a name.

use std::fmt;
use std::sync::Arc;

/// The name of a cell, unique in its document: letters, digits, `-` and `_`, at most 64 of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellId(Arc<str>);

impl CellId {
    /// The name, if it may be one.
    ///
    /// ```
    /// use gradus_notebook::CellId;
    /// assert!(CellId::new("loss-2").is_some());
    /// assert!(CellId::new("two words").is_none());
    /// ```
    pub fn new(name: &str) -> Option<CellId> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        (!name.is_empty() && name.len() <= 64 && name.chars().all(is_part)).then(|| CellId(name.into()))
    }

    /// From a word and a number.
    pub(crate) fn numbered(stem: &str, k: usize) -> CellId {
        CellId(format!("{stem}{k}").into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Markdown.
    Prose,
    /// Lines of the language: declarations, definitions, questions.
    Code,
    /// A chain of expressions that are claimed to be equal.
    Derivation,
    /// A live figure by name, with parameters.
    Figure,
}

impl Kind {
    /// The word that opens a fenced block of this kind.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Kind::Prose => None,
            Kind::Code => Some("gr"),
            Kind::Derivation => Some("derivation"),
            Kind::Figure => Some("figure"),
        }
    }

    /// The word for it where prose needs one too.
    ///
    /// ```
    /// use gradus_notebook::Kind;
    /// assert_eq!((Kind::Prose.name(), Kind::Code.name()), ("prose", "gr"));
    /// assert_eq!(Kind::from_name("prose"), Some(Kind::Prose));
    /// ```
    pub fn name(self) -> &'static str {
        self.word().unwrap_or("prose")
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Kind> {
        if name == "prose" { Some(Kind::Prose) } else { Kind::from_word(name) }
    }

    /// Has a cell of this kind an output of its own?
    pub fn has_output(self) -> bool {
        matches!(self, Kind::Code | Kind::Derivation)
    }

    /// The kind of block that a word opens.
    pub fn from_word(word: &str) -> Option<Kind> {
        [Kind::Code, Kind::Derivation, Kind::Figure].into_iter().find(|k| k.word() == Some(word))
    }
}

/// How a cell stands in the text: everything but its source, so that reading and writing lose nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Form {
    /// Blank lines before the block; prose that is read has its own.
    pub(crate) before: String,
    /// The line that opens it.
    pub(crate) open: String,
    /// What ends the last line of the source.
    pub(crate) tail: String,
    /// The line that closes it; empty where the text ends before.
    pub(crate) close: String,
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its name.
    pub id: CellId,
    /// What it holds.
    pub kind: Kind,
    /// Its text, without the fence around it.
    pub source: String,
    pub(crate) form: Form,
}

impl Cell {
    /// The words after the first in the line that opens the block, without the name: `id=...` is not among them.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let info = self.form.open.trim().trim_start_matches(['`', '~']);
        info.split_whitespace().skip(1).filter(|w| !w.starts_with("id="))
    }
}
