//! A document at work: outputs that belong to what they were made from.
//!
//! An output is kept under a digest of the cell's source and of every definition that it uses, through any number of
//! cells, and of the files that they read. A cell is stale when its digest is not that of its output; so a change
//! re-runs exactly what depends on it, and undoing the change brings the old outputs back.

use crate::answer::Place;
use crate::cache::Cache;
use crate::limits::{Event, Halt, Limits, Progress, Watch};
use crate::{Cell, CellId, DataSource, Document, Output, Reading};
use std::collections::HashMap;
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
    reading: Arc<Reading>,
    /// The output of each cell, and what it was made from.
    outputs: Vec<(Option<u128>, Output)>,
    cache: Cache,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("document", self.document()).field("outputs", &self.outputs).finish()
    }
}

impl Session {
    /// A document of which nothing has been run.
    pub fn new(document: Document, limits: Limits, data: Arc<dyn DataSource>) -> Session {
        let reading = Arc::new(Reading::new(document, limits, data));
        let outputs = vec![(None, Output::Pending); reading.document().cells.len()];
        let mut session = Session { reading, outputs, cache: Cache::default() };
        session.connect();
        session
    }

    /// The document.
    pub fn document(&self) -> &Document {
        self.reading.document()
    }

    /// The document as it is understood, which stays as it is while the session goes on.
    pub fn reading(&self) -> Arc<Reading> {
        Arc::clone(&self.reading)
    }

    /// Another text of the document, as after a change of its file: outputs whose cells depend on the same things as
    /// before are kept. Answers the cells that are to be run.
    pub fn set_document(&mut self, document: Document) -> Vec<CellId> {
        let before = &self.reading.document().cells;
        let mut old: HashMap<CellId, (Option<u128>, Output)> =
            before.iter().map(|c| c.id.clone()).zip(std::mem::take(&mut self.outputs)).collect();
        let found = |c: &Cell| old.remove(&c.id).unwrap_or((None, Output::Pending));
        self.outputs = document.cells.iter().map(found).collect();
        self.reading = Arc::new(self.reading.with(document));
        self.connect()
    }

    /// Changes the source of a cell, and answers the cells that are to be run because of it: the cell and everything
    /// that depends on it.
    pub fn set_source(&mut self, id: &CellId, source: &str) -> Vec<CellId> {
        let mut document = self.document().clone();
        match document.get_mut(id) {
            Some(cell) if cell.source != source => cell.source = source.to_owned(),
            _ => return Vec::new(),
        }
        let before = self.reading();
        self.set_document(document);
        let changed = |id: &CellId| before.digest(id) != self.reading.digest(id);
        self.waiting().into_iter().filter(changed).collect()
    }

    /// Looks again at the files that the document reads; answers the cells that are to be run.
    pub fn refresh(&mut self) -> Vec<CellId> {
        self.reading = Arc::new(self.reading.with(self.document().clone()));
        self.connect()
    }

    /// Finds out which outputs are stale; answers the cells that are.
    fn connect(&mut self) -> Vec<CellId> {
        let reading = &self.reading;
        for (k, cell) in reading.document().cells.iter().enumerate() {
            let (key, (made_from, output)) = (reading.keys[k], &mut self.outputs[k]);
            if !cell.kind.has_output() {
                (*made_from, *output) = (Some(key), Output::Nothing);
            } else if *made_from == Some(key) {
                // Undone: the output is true again.
                if let Output::Stale(inner) = output {
                    *output = std::mem::replace(inner, Output::Nothing);
                }
            } else if let Some(kept) = self.cache.get(key) {
                (*made_from, *output) = (Some(key), kept);
            } else {
                *output = std::mem::replace(output, Output::Nothing).stale();
            }
        }
        self.waiting()
    }

    /// The cells that a cell uses directly.
    pub fn uses(&self, id: &CellId) -> Vec<CellId> {
        self.reading.uses(id)
    }

    /// The names that a cell defines.
    pub fn defines(&self, id: &CellId) -> Vec<&str> {
        self.reading.defines(id)
    }

    /// The cells whose output is not that of their source, in the order in which they are run.
    pub fn waiting(&self) -> Vec<CellId> {
        let cells = self.document().cells.iter().enumerate();
        cells
            .filter(|(k, c)| c.kind.has_output() && self.outputs[*k].0 != Some(self.reading.keys[*k]))
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
        let reading = self.reading();
        let waits = |k: &usize| {
            reading.document().cells[*k].kind.has_output() && self.outputs[*k].0 != Some(reading.keys[*k])
        };
        let Some(k) = reading.place_of(id).filter(waits) else { return Continue(()) };
        let key = reading.keys[k];
        observer.progress(Event::Started(id))?;
        let mut watch = Watch::new(id, reading.limits(), observer);
        let output = reading.place(k).run(&mut watch);
        match watch.halt {
            Some(Halt::Cancelled) => {
                self.outputs[k] = (None, Output::Stopped("this cell was stopped".into()));
                return Break(());
            }
            Some(Halt::OutOfTime) => {
                let seconds = reading.limits().time.as_secs_f64();
                let why = format!("this cell was stopped after {seconds} seconds");
                self.outputs[k] = (Some(key), Output::Stopped(why));
            }
            None => {
                self.cache.put(key, output.clone());
                self.outputs[k] = (Some(key), output);
            }
        }
        observer.progress(Event::Finished(id))
    }

    /// What a cell may look at.
    pub(crate) fn place(&self, k: usize) -> Place<'_> {
        self.reading.place(k)
    }

    /// The output of a cell; [`Output::Nothing`] for a name that is no cell's.
    pub fn output(&self, id: &CellId) -> &Output {
        self.reading.place_of(id).map_or(&Output::Nothing, |k| &self.outputs[k].1)
    }

    /// The digest of everything that the output of a cell depends on: under it, an output may be kept elsewhere.
    pub fn digest(&self, id: &CellId) -> Option<u128> {
        self.reading.digest(id)
    }

    /// Takes an output that came about otherwise as that of a cell as it is now.
    pub fn set_output(&mut self, id: &CellId, output: Output) {
        if let Some(k) = self.reading.place_of(id) {
            self.outputs[k] = (Some(self.reading.keys[k]), output);
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
