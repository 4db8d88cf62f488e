//! A document as it is understood: its cells read, which definition uses which, and what each output depends on.
//!
//! A reading is a value. A session replaces it when the document changes; whoever holds the one before goes on with it,
//! as a run does, or somebody who asks what a cell would say with another text.

use crate::answer::Place;
use crate::digest::Digest;
use crate::graph::Graph;
use crate::parsed::Parsed;
use crate::{Cell, CellId, DataSource, Document, Kind, Limits};
use gradus_expr::syntax::Diagnostic;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A document with what its cells mean.
///
/// ```
/// use gradus_notebook::{Bundled, CellId, Document, Kind, Limits, Reading};
/// use std::sync::Arc;
/// let text = "```gr id=f\nf = x^2\n```\n\n```gr id=g\ng = f + 1\n```\n";
/// let reading = Reading::new(Document::read(text), Limits::default(), Arc::new(Bundled));
/// let [f, g] = ["f", "g"].map(|id| CellId::new(id).unwrap());
/// assert_eq!(reading.uses(&g), [f.clone()]);
/// // What depends on a cell has another digest when the cell has another text.
/// let other = reading.with_source(&f, Kind::Code, "f = x^3");
/// assert_ne!(reading.digest(&g), other.digest(&g));
/// ```
#[derive(Clone)]
pub struct Reading {
    document: Document,
    limits: Limits,
    data: Arc<dyn DataSource>,
    pub(crate) parsed: Vec<Arc<Parsed>>,
    pub(crate) graph: Graph,
    /// The digest of what each cell is to be made from.
    pub(crate) keys: Vec<u128>,
    places: HashMap<CellId, usize>,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("document", &self.document).finish_non_exhaustive()
    }
}

impl Reading {
    /// Reads a document.
    pub fn new(document: Document, limits: Limits, data: Arc<dyn DataSource>) -> Reading {
        let parsed = document.cells.iter().map(|c| Arc::new(Parsed::of(c, limits.source))).collect();
        Reading::connected(document, limits, data, parsed)
    }

    /// Reads another text of the document, and looks again at the files that it reads.
    pub fn with(&self, document: Document) -> Reading {
        let same = |c: &Cell| {
            let k = self.place_of(&c.id)?;
            let before = &self.document.cells[k];
            (before.kind == c.kind && before.source == c.source).then(|| Arc::clone(&self.parsed[k]))
        };
        let parsed = document
            .cells
            .iter()
            .map(|c| same(c).unwrap_or_else(|| Arc::new(Parsed::of(c, self.limits.source))))
            .collect();
        Reading::connected(document, self.limits, Arc::clone(&self.data), parsed)
    }

    /// The same document with another text of one cell; a cell that is not in it comes last.
    pub fn with_source(&self, id: &CellId, kind: Kind, source: &str) -> Reading {
        let mut document = self.document.clone();
        match document.get_mut(id) {
            Some(cell) => cell.source = source.to_owned(),
            None => document.push(id.clone(), kind, source),
        }
        self.with(document)
    }

    fn connected(
        document: Document,
        limits: Limits,
        data: Arc<dyn DataSource>,
        parsed: Vec<Arc<Parsed>>,
    ) -> Reading {
        let graph = Graph::new(&document.cells, &parsed, &*data);
        let places = document.cells.iter().enumerate().map(|(k, c)| (c.id.clone(), k)).collect();
        let mut reading = Reading { document, limits, data, parsed, graph, keys: Vec::new(), places };
        reading.keys = (0..reading.document.cells.len()).map(|k| reading.key(k)).collect();
        reading
    }

    /// The document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The cell of that name.
    pub fn cell(&self, id: &CellId) -> Option<&Cell> {
        self.place_of(id).map(|k| &self.document.cells[k])
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Which cell has that name.
    pub(crate) fn place_of(&self, id: &CellId) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// What a cell may look at.
    pub(crate) fn place(&self, k: usize) -> Place<'_> {
        Place {
            cells: &self.document.cells,
            parsed: &self.parsed,
            graph: &self.graph,
            cell: k,
            limits: &self.limits,
            data: &*self.data,
        }
    }

    /// The digest of everything that the output of a cell depends on: under it, an output may be kept elsewhere.
    pub fn digest(&self, id: &CellId) -> Option<u128> {
        self.place_of(id).map(|k| self.keys[k])
    }

    /// The digest of everything that a cell's output depends on.
    fn key(&self, k: usize) -> u128 {
        let (cell, parsed) = (&self.document.cells[k], &self.parsed[k]);
        let mut h =
            Digest::new().text(env!("CARGO_PKG_VERSION")).number(cell.kind as u128).text(&cell.source);
        if !cell.kind.has_output() {
            return h.finish();
        }
        let asked = parsed.asks.names.iter().chain(&parsed.asks.calls);
        let used: BTreeSet<usize> = asked.filter_map(|n| self.graph.find(n, k)).collect();
        for node in used.iter().chain(&self.graph.of_cell[k]) {
            h = h.number(self.graph.nodes[*node].digest);
        }
        h = self.graph.files(parsed.asks.files.iter(), h);
        // Whether a cell that is used has a meaning.
        let mut cells: BTreeSet<usize> = used.iter().map(|n| self.graph.nodes[*n].cell).collect();
        let own = self.graph.of_cell[k].iter().flat_map(|n| &self.graph.nodes[*n].uses);
        cells.extend(own.map(|n| self.graph.nodes[*n].cell));
        for c in cells {
            h = h.number(u128::from(self.parsed[c].has_errors() || !self.graph.mistakes[c].is_empty()));
        }
        let mistakes = &self.graph.mistakes[k];
        mistakes.iter().fold(h, |h, d: &Diagnostic| h.text(&d.message)).finish()
    }

    /// The cells that a cell uses directly.
    pub fn uses(&self, id: &CellId) -> Vec<CellId> {
        let Some(k) = self.place_of(id) else { return Vec::new() };
        let parsed = &self.parsed[k];
        let asked = parsed.asks.names.iter().chain(&parsed.asks.calls);
        let mut nodes: Vec<usize> = asked.filter_map(|n| self.graph.find(n, k)).collect();
        nodes.extend(self.graph.of_cell[k].iter().flat_map(|n| &self.graph.nodes[*n].uses));
        let cells: BTreeSet<usize> =
            nodes.iter().map(|n| self.graph.nodes[*n].cell).filter(|c| *c != k).collect();
        cells.into_iter().map(|c| self.document.cells[c].id.clone()).collect()
    }

    /// The names that a cell defines.
    pub fn defines(&self, id: &CellId) -> Vec<&str> {
        let Some(k) = self.place_of(id) else { return Vec::new() };
        self.parsed[k].definitions.iter().flat_map(|d| d.names.iter().map(|(n, _)| n.as_str())).collect()
    }
}
