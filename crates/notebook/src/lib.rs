//! Documents of live cells: text, formulas, data and figures that depend on one another.
//!
//! A [`Document`] is a Markdown text with fenced cells; a [`Session`] runs it. The order of cells is the reader's: what a
//! cell needs is found by name, a name is defined in one cell, and a change re-runs exactly what depends on it. The
//! language of the cells is total, and what a cell may spend is bounded by [`Limits`].
//!
//! | file | holds |
//! |---|---|
//! | `cell`, `document`, `arrange` | the text and its cells, read and written without loss, and as an editor has them |
//! | `lines`, `question`, `names`, `parsed` | a cell's statements and questions, and what they mention |
//! | `derivation` | chains of claimed equalities |
//! | `graph`, `digest`, `text` | which definition uses which; texts made of what a cell needs |
//! | `answer/` | formulas, values, figures, verdicts, checks, solutions |
//! | `reading` | the document as it is understood |
//! | `session`, `limits`, `files` | runs: what is stale, what it may spend, what it may read |
//! | `cache` | outputs by what they were made from |
//! | `complete`, `vocabulary` | what may be written at a place |
//! | `output` | what cells answer |
//! | `html`, `number`, `jupyter`, `python` | pages, and notebooks with the same mathematics in NumPy |
//!
//! Invariants: every text is a document; a cell can do nothing but compute and read what its [`DataSource`] allows; an
//! output is shown as true only for the text and the data that it was made from; nothing here panics or prints.

mod answer;
mod arrange;
mod cache;
mod cell;
mod complete;
mod derivation;
mod digest;
mod document;
mod files;
mod graph;
pub mod html;
mod jupyter;
mod limits;
mod lines;
mod names;
mod number;
mod output;
mod parsed;
mod python;
mod question;
mod reading;
mod session;
mod text;
mod vocabulary;

pub use answer::Gesture;
pub use arrange::Draft;
pub use cache::Cache;
pub use cell::{Cell, CellId, Kind};
pub use complete::Completion;
pub use document::Document;
pub use files::{Bundled, DataSource, Folder};
pub use jupyter::jupyter;
pub use limits::{Cancel, Event, Limits, Progress};
pub use output::{Check, Formula, Line, Output, Refutation, Shown, Solved, Values, Verdict};
pub use reading::Reading;
pub use session::Session;
