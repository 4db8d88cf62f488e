//! Documents: plain Markdown in which fenced blocks are cells.
//!
//! A block that opens with `gr`, `derivation` or `figure` is a cell of that kind; the text between is prose. The name
//! of a cell stands in the line that opens it, `gr id=loss`, and stays when the cell moves or changes, so that
//! differences between versions are small. What [`Document::read`] reads, [`Document::write`] writes back byte by byte.
//!
//! Fences are those of CommonMark: three or more backticks or tildes, indented by at most three spaces, closed by at
//! least as many of the same. A block of any other kind is prose, with everything in it.
//!
//! Source: CommonMark 0.31.2, section 4.5.

use crate::cell::Form;
use crate::{Cell, CellId, Kind};
use std::collections::{BTreeSet, HashSet};

/// A document of cells.
///
/// ```
/// use gradus_notebook::{Document, Kind};
/// let text = "# A parabola\n\n```gr id=f\nf = x^2\n```\n";
/// let mut document = Document::read(text);
/// assert_eq!(document.cells[1].kind, Kind::Code);
/// assert_eq!(document.cells[1].source, "f = x^2");
/// assert_eq!(document.write(), text);
/// document.cells[1].source = "f = x^3".to_owned();
/// assert_eq!(document.write(), text.replace("x^2", "x^3"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The cells in their order.
    pub cells: Vec<Cell>,
    /// Blank lines after the last block.
    end: String,
}

/// A fence that opens a block.
#[derive(Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
}

/// The fence that a line opens, and what stands after it.
fn opens(line: &str) -> Option<(Fence, &str)> {
    let text = line.trim_start_matches(' ');
    if line.len() - text.len() > 3 {
        return None;
    }
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let info = text.trim_start_matches(mark);
    let length = text.len() - info.len();
    let is_fence = length >= 3 && !(mark == '`' && info.contains('`'));
    is_fence.then_some((Fence { mark, length }, info))
}

/// Does a line close a block?
fn closes(line: &str, fence: Fence) -> bool {
    let text = line.trim_start_matches(' ');
    let rest = text.trim_start_matches(fence.mark);
    line.len() - text.len() <= 3 && text.len() - rest.len() >= fence.length && rest.trim().is_empty()
}

/// The fence of a block that prose leaves open.
fn unclosed(prose: &str) -> Option<Fence> {
    lines(prose).fold(None, |open, line| match open {
        Some(fence) if closes(line, fence) => None,
        Some(fence) => Some(fence),
        None => opens(line).map(|(fence, _)| fence),
    })
}

/// The lines of a text with their ends.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n')
}

/// What ends the last line.
fn line_end(text: &str) -> &str {
    let start = text.strip_suffix('\n').map_or(text, |t| t.strip_suffix('\r').unwrap_or(t));
    &text[start.len()..]
}

impl Document {
    /// Reads a text; every text is a document.
    ///
    /// A cell without a name, or with one that is taken, gets the first free one of `c1`, `c2`, ...; prose is `p1`,
    /// `p2`, ....
    pub fn read(text: &str) -> Document {
        let mut reader = Reader { cells: Vec::new(), prose: String::new() };
        let mut rest = lines(text);
        while let Some(line) = rest.next() {
            let Some((fence, info)) = opens(line) else {
                reader.prose.push_str(line);
                continue;
            };
            let kind = info.split_whitespace().next().and_then(Kind::from_word);
            let (mut body, mut close) = (String::new(), "");
            for inner in rest.by_ref() {
                if closes(inner, fence) {
                    close = inner;
                    break;
                }
                body.push_str(inner);
            }
            match kind {
                Some(kind) => reader.block(kind, line, body, close),
                None => [line, &body, close].iter().for_each(|part| reader.prose.push_str(part)),
            }
        }
        reader.finish()
    }

    /// The text.
    pub fn write(&self) -> String {
        let mut out = String::new();
        for (k, cell) in self.cells.iter().enumerate() {
            let is_last = k + 1 == self.cells.len();
            let starts_line = out.is_empty() || out.ends_with('\n');
            if cell.kind == Kind::Prose {
                // Two pieces of prose that were put side by side are two paragraphs.
                if k > 0 && self.cells[k - 1].kind == Kind::Prose {
                    out.push_str(if starts_line { "\n" } else { "\n\n" });
                }
                out.push_str(&cell.form.before);
                out.push_str(&cell.source);
                // A block that is never closed would swallow what follows.
                if let (false, Some(fence)) = (is_last, unclosed(&cell.source)) {
                    out.push_str(if cell.source.ends_with('\n') { "" } else { "\n" });
                    out.extend(std::iter::repeat_n(fence.mark, fence.length));
                    out.push('\n');
                }
                continue;
            }
            if !(starts_line || cell.form.before.starts_with(['\n', '\r'])) {
                out.push('\n');
            }
            block(cell, is_last && self.end.is_empty(), &mut out);
        }
        out.push_str(&self.end);
        out
    }

    /// The cell of that name.
    pub fn get(&self, id: &CellId) -> Option<&Cell> {
        self.cells.iter().find(|c| c.id == *id)
    }

    /// The cell of that name, to be changed.
    pub fn get_mut(&mut self, id: &CellId) -> Option<&mut Cell> {
        self.cells.iter_mut().find(|c| c.id == *id)
    }

    /// Puts a new cell before the one at `at`, or at the end, and answers its name.
    pub fn insert(&mut self, at: usize, kind: Kind, source: &str) -> CellId {
        let at = at.min(self.cells.len());
        let taken: HashSet<&str> = self.cells.iter().map(|c| c.id.as_str()).collect();
        let id = free(kind, &taken, 1).0;
        let open = kind.word().map(|word| format!("```{word} id={id}\n")).unwrap_or_default();
        let close = if open.is_empty() { "" } else { "```\n" };
        let before = if at > 0 && !open.is_empty() { "\n" } else { "" };
        let form = Form { before: before.into(), open, tail: "\n".into(), close: close.into() };
        let mut source = source.to_owned();
        if kind == Kind::Prose && !source.ends_with('\n') {
            source.push('\n');
        }
        self.cells.insert(at, Cell { id: id.clone(), kind, source, form });
        id
    }

    /// Puts a cell of that name at the end.
    pub(crate) fn push(&mut self, id: CellId, kind: Kind, source: &str) {
        self.cells.push(Cell { id, kind, source: source.to_owned(), form: Form::default() });
    }

    /// Takes a cell out.
    pub fn remove(&mut self, id: &CellId) -> Option<Cell> {
        let at = self.cells.iter().position(|c| c.id == *id)?;
        Some(self.cells.remove(at))
    }

    /// Writes the name of every cell into the line that opens it, so that it stays the cell's name from now on.
    ///
    /// ```
    /// let mut document = gradus_notebook::Document::read("```gr\nx : [n]\n```\n");
    /// document.settle();
    /// assert_eq!(document.write(), "```gr id=c1\nx : [n]\n```\n");
    /// ```
    pub fn settle(&mut self) {
        for cell in self.cells.iter_mut().filter(|c| c.kind != Kind::Prose) {
            if name_in(&cell.form.open) == Some(cell.id.as_str()) {
                continue;
            }
            let end = line_end(&cell.form.open).to_owned();
            let line = cell.form.open.trim_end();
            let start = &line[..line.len() - line.trim_start().len()];
            let kept = line.split_whitespace().filter(|w| !w.starts_with("id="));
            let mut words: Vec<&str> = kept.collect();
            let name = format!("id={}", cell.id);
            // Between the word for the kind and its fence there may be a space.
            let after =
                if words.first().is_some_and(|w| w.trim_matches(['`', '~']).is_empty()) { 2 } else { 1 };
            words.insert(after.min(words.len()), &name);
            cell.form.open =
                format!("{start}{}{}", words.join(" "), if end.is_empty() { "\n" } else { &end });
        }
    }
}

/// A block with its fence, which is longer than any in its source.
fn block(cell: &Cell, may_stay_open: bool, out: &mut String) {
    let Form { before, open, tail, close } = &cell.form;
    let Some((fence, info)) = opens(open) else { return };
    out.push_str(before);
    let inner = lines(&cell.source).filter(|line| closes(line, fence)).map(|line| line.trim().len()).max();
    let length = inner.map(|n| n + 1);
    match length {
        None => out.push_str(open),
        Some(n) => {
            out.extend(std::iter::repeat_n(fence.mark, n));
            out.push_str(info);
        }
    }
    let is_bare = cell.source.is_empty() && tail.is_empty() && may_stay_open;
    if !(out.ends_with('\n') || is_bare) {
        out.push('\n');
    }
    out.push_str(&cell.source);
    out.push_str(tail);
    if close.is_empty() && may_stay_open && length.is_none() {
        return;
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
    if let (None, false) = (length, close.is_empty()) {
        out.push_str(close);
    } else {
        out.extend(std::iter::repeat_n(fence.mark, length.unwrap_or(fence.length)));
        let end = line_end(close);
        out.push_str(if end.is_empty() { "\n" } else { end });
    }
}

/// The name in the line that opens a block.
fn name_in(open: &str) -> Option<&str> {
    open.split_whitespace().find_map(|w| w.strip_prefix("id="))
}

/// The first free name for a cell of that kind from the `k`th on, and the number after it.
pub(crate) fn free(kind: Kind, taken: &HashSet<&str>, mut k: usize) -> (CellId, usize) {
    let stem = if kind == Kind::Prose { "p" } else { "c" };
    loop {
        let id = CellId::numbered(stem, k);
        k += 1;
        if !taken.contains(id.as_str()) {
            return (id, k);
        }
    }
}

/// A cell that has no final name yet.
struct Unnamed {
    kind: Kind,
    source: String,
    form: Form,
}

struct Reader {
    cells: Vec<Unnamed>,
    prose: String,
}

impl Reader {
    fn block(&mut self, kind: Kind, open: &str, body: String, close: &str) {
        let before = if self.prose.trim().is_empty() {
            std::mem::take(&mut self.prose)
        } else {
            self.end_prose();
            String::new()
        };
        let mut source = body;
        let tail = if source.ends_with('\r') { "\r" } else { line_end(&source) }.to_owned();
        source.truncate(source.len() - tail.len());
        let form = Form { before, open: open.to_owned(), tail, close: close.to_owned() };
        self.cells.push(Unnamed { kind, source, form });
    }

    fn end_prose(&mut self) {
        let source = std::mem::take(&mut self.prose);
        self.cells.push(Unnamed { kind: Kind::Prose, source, form: Form::default() });
    }

    fn finish(mut self) -> Document {
        let mut end = String::new();
        if self.prose.trim().is_empty() && !self.cells.is_empty() {
            end = std::mem::take(&mut self.prose);
        } else if !self.prose.is_empty() {
            self.end_prose();
        }
        let own: Vec<Option<CellId>> = {
            let mut seen = BTreeSet::new();
            let own = |c: &Unnamed| name_in(&c.form.open).and_then(CellId::new);
            self.cells.iter().map(|c| own(c).filter(|id| seen.insert(id.clone()))).collect()
        };
        let taken: HashSet<&str> = own.iter().flatten().map(CellId::as_str).collect();
        let (mut next_cell, mut next_prose) = (1, 1);
        let named = self.cells.into_iter().zip(&own).map(|(c, own)| {
            let id = own.clone().unwrap_or_else(|| {
                let next = if c.kind == Kind::Prose { &mut next_prose } else { &mut next_cell };
                let (id, after) = free(c.kind, &taken, *next);
                *next = after;
                id
            });
            Cell { id, kind: c.kind, source: c.source, form: c.form }
        });
        Document { cells: named.collect(), end }
    }
}
