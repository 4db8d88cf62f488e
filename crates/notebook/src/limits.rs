//! What a run may spend, and who watches it.

use crate::CellId;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What one cell may spend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Steps of one evaluation: loop turns and entries written.
    pub fuel: u64,
    /// Entries of one tensor.
    pub entries: usize,
    /// Nodes of one expression, before it is derived or simplified.
    pub nodes: usize,
    /// Bytes of the source of one cell; reading long sums takes time that grows with the square of their length.
    pub source: usize,
    /// Definitions that one cell may depend on, and lines that it may ask to be answered.
    pub definitions: usize,
    /// Iterations of a solver.
    pub iterations: usize,
    /// Wall clock for one cell; looked at between the steps of an answer and the iterations of a solver.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            fuel: 200_000_000,
            entries: 1 << 24,
            nodes: 20_000,
            source: 20_000,
            definitions: 1_000,
            iterations: 10_000,
            time: Duration::from_secs(20),
        }
    }
}

/// What happens in a run.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A cell begins.
    Started(&'a CellId),
    /// A cell is at work: at a step of `of`, or at an iteration of a solver when `of` is 0.
    Working {
        /// The cell.
        cell: &'a CellId,
        /// How many steps are done.
        step: usize,
        /// How many there are, 0 when that is not known.
        of: usize,
    },
    /// A cell has its output.
    Finished(&'a CellId),
}

/// Watches a run, and may stop it.
pub trait Progress {
    /// `Continue` to go on; `Break` to stop the cell at work and all that wait.
    fn progress(&mut self, event: Event<'_>) -> ControlFlow<()>;
}

impl Progress for () {
    fn progress(&mut self, _: Event<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl<F: FnMut(Event<'_>) -> ControlFlow<()>> Progress for F {
    fn progress(&mut self, event: Event<'_>) -> ControlFlow<()> {
        self(event)
    }
}

/// A switch that stops a run from another thread.
///
/// ```
/// use gradus_notebook::{Cancel, Document, Limits, Output, Bundled, Session};
/// let cancel = Cancel::default();
/// let mut session = Session::new(Document::read("```gr\nx^2\n```\n"), Limits::default(), std::sync::Arc::new(Bundled));
/// cancel.stop();
/// session.run(&mut cancel.clone());
/// assert_eq!(session.output(&session.document().cells[0].id), &Output::Pending);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Stops every run that watches the switch.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Was it stopped?
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Progress for Cancel {
    fn progress(&mut self, _: Event<'_>) -> ControlFlow<()> {
        if self.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Why a cell stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The observer wants no more.
    Cancelled,
    /// The time is up.
    OutOfTime,
}

/// The clock and the observer of one cell.
pub(crate) struct Watch<'a> {
    cell: &'a CellId,
    until: Option<Instant>,
    observer: &'a mut dyn Progress,
    pub(crate) halt: Option<Halt>,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(cell: &'a CellId, limits: &Limits, observer: &'a mut dyn Progress) -> Self {
        Watch { cell, until: Instant::now().checked_add(limits.time), observer, halt: None }
    }

    /// Asks the observer and the clock.
    pub(crate) fn step(&mut self, step: usize, of: usize) -> ControlFlow<()> {
        if self.halt.is_none() {
            if self.observer.progress(Event::Working { cell: self.cell, step, of }).is_break() {
                self.halt = Some(Halt::Cancelled);
            } else if self.until.is_some_and(|t| Instant::now() >= t) {
                self.halt = Some(Halt::OutOfTime);
            }
        }
        if self.halt.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
