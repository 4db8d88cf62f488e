//! A lesson's Markdown as HTML.
//!
//! Prose is CommonMark with tables, `$..$` and `$$..$$`. Fenced blocks carry what a textbook has and Markdown does not:
//!
//! | block | holds |
//! |---|---|
//! | `definition Title`, `theorem Title` | a numbered statement that links can name; a theorem is followed by its `proof` |
//! | `proof` | of the theorem before it |
//! | `figure NAME` | a live figure; the body is its caption |
//! | `gr cell`, `gr cell id=NAME` | a cell that runs |
//! | `derivation`, `derivation id=NAME` | a chain of lines, each checked against the one before |
//! | `question`, `study`, `summary` | set apart from the text |
//! | `exercise Title` | a question with an `answer` in it, folded away, and perhaps a `hint` |
//! | `challenge Title` | something to write from scratch, perhaps with a `hint` and an `answer` |
//! | `resources` | links; those of the map for this topic are added |
//! | `text`, `gr`, `python`, `rust`, `latex`, `sh` | a listing |
//!
//! A block that holds other blocks has a longer fence. HTML is never passed on. Links are `https://...`, `#anchor`,
//! `topic:ID` or `topic:ID#anchor`; a link without text is given the name of what it points to. Everything wrong is
//! reported, with its line.

mod block;
mod prose;
mod writer;

use crate::map::{Map, Topic};
use crate::mathematics::Formulas;
use crate::{Fault, Problem};
use gradus_notebook::Document;
use gradus_plot::live::Live;
use gradus_plot::{Theme, to_svg};
use std::collections::BTreeMap;
use std::sync::Arc;
use writer::Writer;

/// Pictures by name.
///
/// ```
/// use gradus_lesson::render::{Figures, Picture};
/// let draw = |name: &str| (name == "bell").then(|| Picture::new("<svg></svg>", "A bell curve"));
/// assert_eq!(draw.picture("bell").unwrap().title, "A bell curve");
/// assert!(draw.picture("well").is_none());
/// ```
pub trait Figures {
    /// The first view of the figure of that name.
    fn picture(&self, name: &str) -> Option<Picture>;

    /// The names that there are, to offer one that is similar to a wrong one.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

impl<F: Fn(&str) -> Option<Picture>> Figures for F {
    fn picture(&self, name: &str) -> Option<Picture> {
        self(name)
    }
}

/// Live figures, each by its name, drawn at its first values for a page that is light or dark.
impl Figures for Vec<Arc<dyn Live>> {
    fn picture(&self, name: &str) -> Option<Picture> {
        let live = self.iter().find(|f| f.name() == name)?;
        let svg = to_svg(&live.view(&BTreeMap::new()).figure, Theme::Auto);
        Some(Picture::new(svg, live.title()))
    }

    fn names(&self) -> Vec<String> {
        self.iter().map(|f| f.name().to_owned()).collect()
    }
}

/// A figure's first view.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Picture {
    /// An `<svg>` or an `<img>` element, passed on as it is.
    pub html: String,
    /// What it shows, in a few words.
    pub title: String,
}

impl Picture {
    /// Of that element, with that title.
    pub fn new(html: impl Into<String>, title: impl Into<String>) -> Self {
        Self { html: html.into(), title: title.into() }
    }
}

/// A lesson, compiled.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Lesson {
    /// The topic's id.
    pub topic: String,
    /// The title, as text.
    pub title: String,
    /// The title, as HTML.
    pub title_html: String,
    /// Sections in order.
    pub headings: Vec<Heading>,
    /// Definitions and theorems in order; they are counted together.
    pub statements: Vec<Statement>,
    /// Cells and derivations in order.
    pub cells: Vec<Cell>,
    /// The figures' names in order.
    pub figures: Vec<String>,
    /// Every formula in order.
    pub formulas: Vec<Formula>,
    /// The topics that it links to.
    pub links: Vec<TopicLink>,
    pieces: Vec<Piece>,
}

/// A section's heading.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heading {
    /// Its anchor.
    pub id: String,
    /// 2 for a section, 3 for a part of it.
    pub level: u8,
    /// As text.
    pub text: String,
    /// Counted from 1.
    pub line: usize,
}

/// Whether a statement is agreed or proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// What a word means.
    Definition,
    /// What is so, with a proof.
    Theorem,
}

impl StatementKind {
    /// The word in front of the number.
    pub fn word(self) -> &'static str {
        match self {
            Self::Definition => "Definition",
            Self::Theorem => "Theorem",
        }
    }
}

/// A numbered definition or theorem.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// Its anchor.
    pub id: String,
    /// What it is.
    pub kind: StatementKind,
    /// Counted from 1, definitions and theorems together.
    pub number: usize,
    /// Its title.
    pub title: String,
    /// Its Markdown.
    pub text: String,
    /// Counted from 1.
    pub line: usize,
}

/// What kind of cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// `.gr` to run.
    Code,
    /// A chain of lines to check.
    Derivation,
}

/// Something in a lesson that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cell {
    /// The name after `id=`, or `cell-1`, `cell-2`, ...
    pub id: String,
    /// What kind.
    pub kind: CellKind,
    /// Its text.
    pub source: String,
    /// The line of its first line, counted from 1.
    pub line: usize,
}

/// A formula.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Formula {
    /// As written, without dollar signs.
    pub latex: String,
    /// The anchor that it stands under; empty before the first section.
    pub near: String,
    /// Counted from 1.
    pub line: usize,
}

/// A link to another lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopicLink {
    /// The topic's id.
    pub topic: String,
    /// Where in its lesson.
    pub anchor: Option<String>,
    /// Counted from 1.
    pub line: usize,
}

/// HTML, and places in it that are filled later.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Html(String),
    Output(String),
}

/// Compiles a lesson.
///
/// ```
/// use gradus_lesson::{Map, render, render::Picture};
/// let toml = "title = 'T'\nweeks = 1\n[[unit]]\nid = 'u'\ntitle = 'U'\nweeks = [1, 1]\n[[unit.topic]]\nid = 't'\ntitle = 'T'";
/// let map = Map::read(toml, &|_| true).unwrap();
/// let none = |_: &str| -> Option<Picture> { None };
/// let lesson = render(map.topic("t").unwrap(), "# Slopes\n\nLet $h > 0$.\n", &map, &none).unwrap();
/// assert_eq!(lesson.title, "Slopes");
/// assert_eq!(lesson.html(), "<p>Let <math><mi>h</mi><mo>&gt;</mo><mn>0</mn></math>.</p>\n");
/// let wrong = render(map.topic("t").unwrap(), "# Slopes\n\n<b>!</b> [x](#y)\n", &map, &none).unwrap_err();
/// assert_eq!(wrong.len(), 3); // two tags and an anchor
/// ```
///
/// # Errors
/// Every problem, in the order of the lines.
pub fn render(topic: &Topic, text: &str, map: &Map, figures: &dyn Figures) -> Result<Lesson, Vec<Problem>> {
    let formulas = Formulas::new().map_err(|message| {
        vec![Problem { line: 1, fault: Fault::Formula { latex: String::new(), message } }]
    })?;
    // NUL is no character of Markdown; the writer marks places with it.
    let text = text.replace('\0', "\u{FFFD}");
    let mut writer = Writer::new(topic, map, &formulas, figures);
    writer.prose(&text, 1, &[]);
    writer.finish()
}

impl Lesson {
    /// The page's content below its title, with empty outputs.
    pub fn html(&self) -> String {
        self.html_with(&|_| None)
    }

    /// The page's content below its title; `output` is the HTML of a cell's result.
    pub fn html_with(&self, output: &dyn Fn(&str) -> Option<String>) -> String {
        let mut html = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Html(text) => html.push_str(text),
                Piece::Output(cell) => html.push_str(&output(cell).unwrap_or_default()),
            }
        }
        html
    }

    /// Its cells as a document to run, each under its own name.
    pub fn document(&self) -> Document {
        let block = |cell: &Cell| {
            let word = match cell.kind {
                CellKind::Code => "gr",
                CellKind::Derivation => "derivation",
            };
            // Longer than whatever the source has.
            let fence = "~".repeat(3 + cell.source.matches('~').count());
            format!("{fence}{word} id={}\n{}\n{fence}\n\n", cell.id, cell.source.trim_end_matches('\n'))
        };
        Document::read(&self.cells.iter().map(block).collect::<String>())
    }

    /// The definitions in order.
    pub fn definitions(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|s| s.kind == StatementKind::Definition)
    }

    /// The theorems in order.
    pub fn theorems(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|s| s.kind == StatementKind::Theorem)
    }

    /// Whether a link can name this anchor.
    pub fn has_anchor(&self, anchor: &str) -> bool {
        let named = |id: &String| id == anchor;
        self.headings.iter().map(|h| &h.id).any(named)
            || self.statements.iter().map(|s| &s.id).any(named)
            || self.cells.iter().map(|c| &c.id).any(named)
            || anchor.strip_prefix("figure-").is_some_and(|name| self.figures.iter().any(|f| f == name))
    }
}
