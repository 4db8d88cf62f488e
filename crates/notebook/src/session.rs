//! A document at work: outputs that belong to what they were made from.
//!
//! An output is kept under a digest of the cell's source and of every definition that it uses, through any number of
//! cells, and of the files that they read. A cell is stale when its digest is not that of its output; so a change
//! re-runs exactly what depends on it, and undoing the change brings the old outputs back.

use crate::answer::Place;
use crate::cache::Cache;
use crate::digest::Digest;
use crate::graph::Graph;
use crate::limits::{Event, Halt, Limits, Progress, Watch};
use crate::parsed::Parsed;
use crate::{Cell, CellId, DataSource, Document, Kind, Output};
use gradus_expr::syntax::Diagnostic;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A document with its outputs.
///
/// ```
/// use gradus_notebook::{Bundled, Document, Limits, Output, Session, Shown};
/// use std::sync::Arc;
/// let text = "```gr id=f\nf = x^2\n```\n\n```gr id=slope\nderive f wrt x\n```\n";
/// let mut session = Session::new(Document::read(text), Limits::default(), Arc::new(Bundled));
/// session.run(&mut ());
/// let slope = session.document().cells[1].id.clone();
/// let Output::Results(shown) = session.output(&slope) else { panic!() };
/// let Shown::Formula(formula) = &shown[0] else { panic!() };
/// assert_eq!(formula.text, "2*x");
/// // A change makes stale what depends on it.
/// let f = session.document().cells[0].id.clone();
/// assert_eq!(session.set_source(&f, "f = x^3"), [f, slope]);
/// ```
#[derive(Clone)]
pub struct Session {
    document: Document,
    limits: Limits,
    data: Arc<dyn DataSource>,
    parsed: Vec<Parsed>,
    graph: Graph,
    /// The digest of what each cell is to be made from.
    keys: Vec<u128>,
    /// The output of each cell, and what it was made from.
    outputs: Vec<(Option<u128>, Output)>,
    places: HashMap<CellId, usize>,
    cache: Cache,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("document", &self.document).field("outputs", &self.outputs).finish()
    }
}

impl Session {
    /// A document of which nothing has been run.
    pub fn new(document: Document, limits: Limits, data: Arc<dyn DataSource>) -> Session {
        let mut session = Session {
            document: Document::default(),
            limits,
            data,
            parsed: Vec::new(),
            graph: Graph::default(),
            keys: Vec::new(),
            outputs: Vec::new(),
            places: HashMap::new(),
            cache: Cache::default(),
        };
        session.set_document(document);
        session
    }

    /// The document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Another text of the document, as after a change of its file: outputs whose cells depend on the same things as
    /// before are kept. Answers the cells that are to be run.
    pub fn set_document(&mut self, document: Document) -> Vec<CellId> {
        let mut old: HashMap<CellId, (Option<u128>, Output)> =
            self.document.cells.iter().map(|c| c.id.clone()).zip(std::mem::take(&mut self.outputs)).collect();
        self.parsed = document.cells.iter().map(Parsed::of).collect();
        self.places = document.cells.iter().enumerate().map(|(k, c)| (c.id.clone(), k)).collect();
        let found = |c: &Cell| old.remove(&c.id).unwrap_or((None, Output::Pending));
        self.outputs = document.cells.iter().map(found).collect();
        self.document = document;
        self.connect()
    }

    /// Changes the source of a cell, and answers the cells that are to be run because of it: the cell and everything
    /// that depends on it.
    pub fn set_source(&mut self, id: &CellId, source: &str) -> Vec<CellId> {
        let Some(k) = self.places.get(id).copied() else { return Vec::new() };
        let cell = &mut self.document.cells[k];
        if cell.source == source {
            return Vec::new();
        }
        cell.source = source.to_owned();
        self.parsed[k] = Parsed::of(cell);
        let before: Vec<u128> = self.keys.clone();
        self.connect();
        let changed = |(k, c): (usize, &Cell)| {
            let waits = self.outputs[k].0 != Some(self.keys[k]) && runs(c.kind);
            (before[k] != self.keys[k] && waits).then(|| c.id.clone())
        };
        self.document.cells.iter().enumerate().filter_map(changed).collect()
    }

    /// Looks again at the files that the document reads; answers the cells that are to be run.
    pub fn refresh(&mut self) -> Vec<CellId> {
        self.connect()
    }

    /// The graph, the digests, and which outputs are stale; answers the cells that are.
    fn connect(&mut self) -> Vec<CellId> {
        self.graph = Graph::new(&self.document.cells, &self.parsed, &*self.data);
        self.keys = (0..self.document.cells.len()).map(|k| self.key(k)).collect();
        for (k, cell) in self.document.cells.iter().enumerate() {
            let (made_from, output) = &mut self.outputs[k];
            if !runs(cell.kind) {
                (*made_from, *output) = (Some(self.keys[k]), Output::Nothing);
            } else if *made_from == Some(self.keys[k]) {
                // Undone: the output is true again.
                if let Output::Stale(inner) = output {
                    *output = std::mem::replace(inner, Output::Nothing);
                }
            } else if let Some(kept) = self.cache.get(self.keys[k]) {
                (*made_from, *output) = (Some(self.keys[k]), kept);
            } else {
                *output = std::mem::replace(output, Output::Nothing).stale();
            }
        }
        self.waiting()
    }

    /// The digest of everything that a cell's output depends on.
    fn key(&self, k: usize) -> u128 {
        let (cell, parsed) = (&self.document.cells[k], &self.parsed[k]);
        let mut h =
            Digest::new().text(env!("CARGO_PKG_VERSION")).number(cell.kind as u128).text(&cell.source);
        if !runs(cell.kind) {
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
        let Some(k) = self.places.get(id).copied() else { return Vec::new() };
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
        let Some(k) = self.places.get(id).copied() else { return Vec::new() };
        self.parsed[k].definitions.iter().flat_map(|d| d.names.iter().map(|(n, _)| n.as_str())).collect()
    }

    /// The cells whose output is not that of their source, in the order in which they are run.
    pub fn waiting(&self) -> Vec<CellId> {
        let cells = self.document.cells.iter().enumerate();
        cells
            .filter(|(k, c)| runs(c.kind) && self.outputs[*k].0 != Some(self.keys[*k]))
            .map(|(_, c)| c.id.clone())
            .collect()
    }

    /// Runs every cell that waits. A run that is stopped leaves the rest waiting.
    pub fn run(&mut self, observer: &mut dyn Progress) {
        for id in self.waiting() {
            if self.run_cell(&id, observer).is_break() {
                return;
            }
        }
    }

    /// Runs one cell if it waits; `Break` if the observer stopped it.
    pub fn run_cell(&mut self, id: &CellId, observer: &mut dyn Progress) -> std::ops::ControlFlow<()> {
        use std::ops::ControlFlow::{Break, Continue};
        let waits =
            |k: &usize| runs(self.document.cells[*k].kind) && self.outputs[*k].0 != Some(self.keys[*k]);
        let Some(k) = self.places.get(id).copied().filter(waits) else { return Continue(()) };
        observer.progress(Event::Started(id))?;
        let mut watch = Watch::new(id, &self.limits, observer);
        let output = self.place(k).run(&mut watch);
        match watch.halt {
            Some(Halt::Cancelled) => {
                self.outputs[k] = (None, Output::Stopped("this cell was stopped".into()));
                return Break(());
            }
            Some(Halt::OutOfTime) => {
                let seconds = self.limits.time.as_secs_f64();
                let why = format!("this cell was stopped after {seconds} seconds");
                self.outputs[k] = (Some(self.keys[k]), Output::Stopped(why));
            }
            None => {
                self.cache.put(self.keys[k], output.clone());
                self.outputs[k] = (Some(self.keys[k]), output);
            }
        }
        observer.progress(Event::Finished(id))
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

    /// The output of a cell; [`Output::Nothing`] for a name that is no cell's.
    pub fn output(&self, id: &CellId) -> &Output {
        self.places.get(id).map_or(&Output::Nothing, |k| &self.outputs[*k].1)
    }

    /// The digest of everything that the output of a cell depends on: under it, an output may be kept elsewhere.
    pub fn digest(&self, id: &CellId) -> Option<u128> {
        self.places.get(id).map(|k| self.keys[*k])
    }

    /// Takes an output that came about otherwise as that of a cell as it is now.
    pub fn set_output(&mut self, id: &CellId, output: Output) {
        if let Some(k) = self.places.get(id).copied() {
            self.outputs[k] = (Some(self.keys[k]), output);
        }
    }

    /// Where outputs are kept.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Keeps outputs there from now on, and takes over what is there, as from another window on the same document.
    pub fn set_cache(&mut self, cache: Cache) -> Vec<CellId> {
        self.cache = cache;
        self.connect()
    }
}

/// Does a cell of that kind have an output of its own?
fn runs(kind: Kind) -> bool {
    matches!(kind, Kind::Code | Kind::Derivation)
}
