//! Documents from the cells of an editor, which knows nothing of fences and blank lines.
//!
//! A cell that stays keeps the lines around it; a new one gets plain ones, and a blank line where it touches another.
//! An arrangement that changes nothing leaves every byte as it was.

use crate::cell::Form;
use crate::document::free;
use crate::{Cell, CellId, Document, Kind};
use std::collections::{HashMap, HashSet};

/// A cell as an editor has it: without the lines around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its name.
    pub id: CellId,
    /// What it holds.
    pub kind: Kind,
    /// Its text.
    pub source: String,
}

impl Draft {
    /// A cell as an editor has it.
    pub fn of(cell: &Cell) -> Draft {
        Draft { id: cell.id.clone(), kind: cell.kind, source: cell.source.clone() }
    }
}

impl Document {
    /// Makes these the cells of the document: those of a known name keep their fence and blank lines, others are new,
    /// and those that are not among them go. Of two of one name, the second gets another.
    ///
    /// ```
    /// use gradus_notebook::{Document, Draft, Kind};
    /// let mut document = Document::read("~~~gr id=f wide\nf = x^2\n~~~\n");
    /// let mut cells: Vec<Draft> = document.cells.iter().map(Draft::of).collect();
    /// cells[0].source = "f = x^3".to_owned();
    /// let id = gradus_notebook::CellId::new("p1").unwrap();
    /// cells.insert(0, Draft { id, kind: Kind::Prose, source: "A cubic".to_owned() });
    /// document.arrange(cells);
    /// assert_eq!(document.write(), "A cubic\n\n~~~gr id=f wide\nf = x^3\n~~~\n");
    /// ```
    pub fn arrange(&mut self, drafts: Vec<Draft>) {
        let end = self.usual_end();
        let before = std::mem::take(&mut self.cells);
        let neighbours: HashMap<CellId, Option<CellId>> = before
            .iter()
            .enumerate()
            .map(|(k, c)| (c.id.clone(), k.checked_sub(1).map(|k| before[k].id.clone())))
            .collect();
        let mut old: HashMap<CellId, Cell> = before.into_iter().map(|c| (c.id.clone(), c)).collect();
        let mut taken: HashSet<String> = drafts.iter().map(|d| d.id.as_str().to_owned()).collect();
        let mut seen = HashSet::new();
        let mut previous_changed = false;
        for Draft { mut id, kind, source } in drafts {
            if !seen.insert(id.clone()) {
                let names: HashSet<&str> = taken.iter().map(String::as_str).collect();
                id = free(kind, &names, 1).0;
                taken.insert(id.as_str().to_owned());
            }
            let was = old.remove(&id);
            let is_same = was.as_ref().is_some_and(|c| c.kind == kind && c.source == source);
            let is_kept = was.as_ref().is_some_and(|c| c.kind == kind);
            let mut form = match was {
                Some(cell) if is_kept => cell.form,
                Some(cell) => changed(cell, kind).unwrap_or_else(|| fresh(&id, kind, end)),
                None => fresh(&id, kind, end),
            };
            let previous = self.cells.last();
            let stays = is_kept && neighbours.get(&id).is_some_and(|p| p.as_ref() == previous.map(|c| &c.id));
            // The blank lines of prose are its own, and may have gone with a change.
            let is_touched = previous_changed && form.before.is_empty();
            if !stays || is_touched {
                form.before = gap(previous, kind, &source, end);
            }
            previous_changed = kind == Kind::Prose && !is_same;
            self.cells.push(Cell { id, kind, source, form });
        }
        self.name_where_needed();
    }

    /// What ends most lines of this document.
    fn usual_end(&self) -> &'static str {
        let first = self.cells.iter().flat_map(|c| [c.form.open.as_str(), c.source.as_str()]);
        let mut lines = first.flat_map(|t| t.split_inclusive('\n')).filter(|l| l.ends_with('\n'));
        if lines.next().is_some_and(|l| l.ends_with("\r\n")) { "\r\n" } else { "\n" }
    }

    /// Writes names into the fences if cells without them would be counted otherwise when the text is read.
    fn name_where_needed(&mut self) {
        let names = |d: &Document| -> Vec<CellId> {
            d.cells.iter().filter(|c| c.kind != Kind::Prose).map(|c| c.id.clone()).collect()
        };
        if names(&Document::read(&self.write())) != names(self) {
            self.settle();
        }
    }
}

/// The lines around a new cell.
fn fresh(id: &CellId, kind: Kind, end: &str) -> Form {
    let Some(word) = kind.word() else { return Form::default() };
    Form {
        before: String::new(),
        open: format!("```{word} id={id}{end}"),
        tail: end.to_owned(),
        close: format!("```{end}"),
    }
}

/// The lines around a cell that holds something else from now on.
fn changed(cell: Cell, kind: Kind) -> Option<Form> {
    let (from, to) = (cell.kind.word()?, kind.word()?);
    let mut form = cell.form;
    let at = form.open.find(from)?;
    form.open.replace_range(at..at + from.len(), to);
    Some(form)
}

/// What stands between a cell and the one before it, where they were not neighbours.
fn gap(previous: Option<&Cell>, kind: Kind, source: &str, end: &str) -> String {
    let ends = match previous {
        None => 0,
        // Between two pieces of prose a blank line is written anyway.
        Some(p) if p.kind == Kind::Prose && kind == Kind::Prose => 0,
        Some(p) if p.kind == Kind::Prose => match p.source.split_inclusive('\n').next_back() {
            Some(last) if last.ends_with('\n') => usize::from(!last.trim().is_empty()),
            Some(_) => 2,
            None => 1,
        },
        Some(_) if kind == Kind::Prose && source.starts_with(['\n', '\r']) => 0,
        Some(_) => 1,
    };
    end.repeat(ends)
}
