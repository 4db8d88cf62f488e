//! The cells of one page at work: changes come in, outputs go out.
//!
//! One thread works on a page's cells at a time. The newest change wins: one that comes during a run stops it, unless
//! the cell at work would be run again for the same answer; that one is finished first. What a cell's run does, a panic
//! included, stays with the cell.

use crate::asked::{Asked, Edit};
use crate::figures::Registry;
use crate::frame::{Frame, Kind};
use crate::outputs::Outputs;
use crate::state::Lab;
use gradus_lesson::Lesson;
use gradus_lesson::render::CellKind;
use gradus_notebook::{
    Bundled, Cache, CellId, DataSource, Document, Event, Limits, Output, Progress, Reading, Session, html,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;

/// How often a cell at work says how far it is.
const EVERY: Duration = Duration::from_millis(100);

/// What waits to be done, and whether somebody does it.
#[derive(Default)]
struct Waiting {
    at_work: bool,
    stopped: bool,
    edits: Vec<Edit>,
    /// Is there a question that nobody has begun with?
    asked: bool,
    /// Does it want the cells to run?
    run: bool,
    /// The id of the newest question, which answers carry.
    id: u32,
}

/// The cells, and what the page knows of them.
struct Cells {
    session: Session,
    told: HashMap<CellId, (&'static str, Option<u128>)>,
}

/// The cells of a page at work.
pub(crate) struct Running {
    /// The cells as they were before any change.
    start: Document,
    data: Arc<dyn DataSource>,
    cache: Cache,
    cells: Mutex<Cells>,
    /// The cells as they were last understood, for whoever does not wait for a run.
    reading: Mutex<Arc<Reading>>,
    waiting: Mutex<Waiting>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The document that the cells of a lesson are.
fn of_lesson(lesson: &Lesson) -> Document {
    let mut text = String::new();
    for cell in &lesson.cells {
        let kind = if cell.kind == CellKind::Code { "gr" } else { "derivation" };
        // Longer than any fence that the lesson could have closed the cell with.
        let fence = "`".repeat(12);
        let source = cell.source.trim_end_matches('\n');
        text.push_str(&format!("{fence}{kind} id={}\n{source}\n{fence}\n\n", cell.id));
    }
    Document::read(&text)
}

impl Running {
    /// The cells of a lesson, none of them run yet; they read bundled data sets only.
    pub(crate) fn lesson(lesson: &Lesson, cache: &Cache) -> Self {
        Self::new(of_lesson(lesson), Arc::new(Bundled), cache)
    }

    /// The cells of a document, which the page is about to send.
    pub(crate) fn document(data: Arc<dyn DataSource>, cache: &Cache) -> Self {
        Self::new(Document::default(), data, cache)
    }

    fn new(start: Document, data: Arc<dyn DataSource>, cache: &Cache) -> Self {
        let cells = Cells::new(start.clone(), &data, cache);
        let reading = Mutex::new(cells.session.reading());
        let (cache, cells) = (cache.clone(), Mutex::new(cells));
        Self { start, data, cache, cells, reading, waiting: Mutex::new(Waiting::default()) }
    }

    /// The cells as they were last understood.
    pub(crate) fn reading(&self) -> Arc<Reading> {
        Arc::clone(&held(&self.reading))
    }

    /// Stops the run; what it has answered stays.
    pub(crate) fn stop(&self) {
        held(&self.waiting).stopped = true;
    }

    /// Stops the run that this question began, or that goes on for it.
    pub(crate) fn cancel(&self, id: u32) {
        let mut waiting = held(&self.waiting);
        waiting.stopped |= waiting.at_work && waiting.id == id;
    }

    /// Notes what is asked, and sees that somebody works on it.
    pub(crate) fn ask(self: &Arc<Self>, lab: &Arc<Lab>, id: u32, asked: Asked, out: &UnboundedSender<Frame>) {
        let mut waiting = held(&self.waiting);
        match &asked.edit {
            Some(Edit::Whole(_)) => waiting.edits.clear(),
            Some(Edit::Cell(cell, _)) => {
                waiting.edits.retain(|e| !matches!(e, Edit::Cell(other, _) if other == cell));
            }
            None => {}
        }
        waiting.edits.extend(asked.edit);
        (waiting.asked, waiting.run, waiting.id, waiting.stopped) = (true, asked.run, id, false);
        if waiting.at_work {
            return;
        }
        waiting.at_work = true;
        let (running, lab, out) = (Arc::clone(self), Arc::clone(lab), out.clone());
        tokio::spawn(async move {
            let permit = Arc::clone(&lab.workers).acquire_owned().await;
            let done = tokio::task::spawn_blocking({
                let (running, out) = (Arc::clone(&running), out.clone());
                move || {
                    let _permit = permit;
                    running.work(&lab.figures, &lab.outputs, &out);
                }
            });
            if done.await.is_err() {
                running.recover(&out);
            }
        });
    }

    /// After a panic outside of any cell: the cells are read anew from the next question on.
    fn recover(&self, out: &UnboundedSender<Frame>) {
        *held(&self.cells) = Cells::new(self.start.clone(), &self.data, &self.cache);
        let id = {
            let mut waiting = held(&self.waiting);
            (waiting.at_work, waiting.asked) = (false, false);
            waiting.edits.clear();
            waiting.id
        };
        let words = "the engine failed on these cells; a change of them tries again";
        // The page may be gone.
        let _ = out.send(Frame { kind: Kind::Error, id, payload: words.as_bytes().to_vec() });
        idle(id, out);
    }

    /// Works until nothing waits.
    fn work(&self, figures: &Registry, kept: &Outputs, out: &UnboundedSender<Frame>) {
        let svg = |svg: String| figures.inline(&svg);
        let writer = html::Writer::figures(&svg);
        let mut cells = held(&self.cells);
        loop {
            let (id, run, edits) = {
                let mut waiting = held(&self.waiting);
                if !waiting.asked {
                    waiting.at_work = false;
                    return;
                }
                waiting.asked = false;
                (waiting.id, waiting.run, std::mem::take(&mut waiting.edits))
            };
            let mut document = cells.session.document().clone();
            edits.into_iter().for_each(|e| e.apply(&mut document));
            cells.session.set_document(document);
            *held(&self.reading) = cells.session.reading();
            let teller = Teller { writer: &writer, figures, kept, id, out };
            cells.tell_all(&teller);
            if run {
                self.run(&mut cells, &teller);
            }
            idle(id, out);
        }
    }

    /// Runs what waits, until something newer is asked or the run is stopped.
    fn run(&self, cells: &mut Cells, teller: &Teller<'_>) {
        let reading = cells.session.reading();
        for cell in cells.session.waiting() {
            if self.is_over() {
                return;
            }
            if cells.is_told(&cell) {
                continue;
            }
            let began = Instant::now();
            let (mut said, mut judged) = (began, None);
            let mut observer = |event: Event<'_>| {
                if self.is_useless(&reading, &cell, &mut judged) {
                    return ControlFlow::Break(());
                }
                match event {
                    Event::Started(_) => teller.say(&cell, "running", &[]),
                    Event::Working { step, of, .. } if said.elapsed() >= EVERY => {
                        said = Instant::now();
                        teller.say(&cell, "running", &[("step", json!(step)), ("of", json!(of))]);
                    }
                    _ => {}
                }
                ControlFlow::Continue(())
            };
            let outcome = run_cell(&mut cells.session, &cell, &mut observer);
            if outcome.is_break() && !held(&self.waiting).stopped {
                // What comes next tells what it is then.
                cells.told.remove(&cell);
                return;
            }
            cells.tell(&cell, Some(began.elapsed()), teller);
        }
    }

    fn is_over(&self) -> bool {
        let waiting = held(&self.waiting);
        waiting.stopped || waiting.asked
    }

    /// Is the run of a cell for nothing? Not if what was asked since leaves the cell and all that it uses as they are;
    /// that is found out once for each question.
    fn is_useless(&self, now: &Reading, cell: &CellId, judged: &mut Option<u32>) -> bool {
        let (id, edits) = {
            let waiting = held(&self.waiting);
            if waiting.stopped || (waiting.asked && !waiting.run) {
                return true;
            }
            if !waiting.asked || *judged == Some(waiting.id) {
                return false;
            }
            (waiting.id, waiting.edits.clone())
        };
        *judged = Some(id);
        let mut changed = now.document().clone();
        edits.into_iter().for_each(|e| e.apply(&mut changed));
        now.with(changed).digest(cell) != now.digest(cell)
    }
}

impl Cells {
    fn new(document: Document, data: &Arc<dyn DataSource>, cache: &Cache) -> Self {
        let mut session = Session::new(document, Limits::default(), Arc::clone(data));
        session.set_cache(cache.clone());
        Cells { session, told: HashMap::new() }
    }

    /// Tells every cell of which something else is true than was told.
    fn tell_all(&mut self, teller: &Teller<'_>) {
        let all: Vec<CellId> = self.session.document().cells.iter().map(|c| c.id.clone()).collect();
        let mut told = std::mem::take(&mut self.told);
        for cell in &all {
            if let Some(known) = told.remove(cell) {
                self.told.insert(cell.clone(), known);
            }
            self.tell(cell, None, teller);
        }
    }

    /// Was an output told that is true for the cell as it is now, as one from an earlier run?
    fn is_told(&self, cell: &CellId) -> bool {
        let now = self.session.digest(cell);
        self.told
            .get(cell)
            .is_some_and(|(state, digest)| *digest == now && !matches!(*state, "pending" | "stale"))
    }

    fn tell(&mut self, cell: &CellId, time: Option<Duration>, teller: &Teller<'_>) {
        let (reading, output) = (self.session.reading(), self.session.output(cell));
        let Some(found) = reading.cell(cell) else { return };
        if found.kind == gradus_notebook::Kind::Figure {
            return self.tell_figure(cell, &found.source, teller);
        }
        if !found.kind.has_output() {
            return;
        }
        let (mut state, digest) = (html::state(output), self.session.digest(cell));
        let waits = matches!(output, Output::Pending | Output::Stale(_));
        let known =
            self.told.get(cell).is_some_and(|told| *told == (state, digest) || (waits && self.is_told(cell)));
        if known && time.is_none() {
            return;
        }
        let mut more = Vec::new();
        if !waits {
            let html = teller.writer.output(output, &found.source);
            if let (Some(digest), true) = (digest, time.is_some()) {
                teller.kept.put(digest, state, &html);
            }
            more.push(("html", json!(html)));
        } else if let Some(kept) = digest.and_then(|d| teller.kept.get(d)) {
            state = kept.state;
            more.push(("html", json!(kept.html)));
        }
        // Without HTML, what a cell said before stays in sight while it waits.
        self.told.insert(cell.clone(), (state, digest));
        more.extend(time.map(|t| ("milliseconds", json!(t.as_millis() as u64))));
        teller.say(cell, state, &more);
    }

    /// A figure needs no run: it is the live figure that the cell names.
    fn tell_figure(&mut self, cell: &CellId, source: &str, teller: &Teller<'_>) {
        let (state, html) = match teller.figures.live(source.trim()) {
            Ok(html) => ("done", html),
            Err(why) => ("error", format!("<p class=\"mistake\">{}</p>\n", html::escape(&why))),
        };
        let told = (state, self.session.digest(cell));
        if self.told.insert(cell.clone(), told) != Some(told) {
            teller.say(cell, state, &[("html", json!(html))]);
        }
    }
}

/// Runs one cell. A panic is told as its output, and the session goes on.
pub(crate) fn run_cell(session: &mut Session, cell: &CellId, observer: &mut dyn Progress) -> ControlFlow<()> {
    // While a cell is at work its session only reads itself, so that nothing is left half done.
    catch_unwind(AssertUnwindSafe(|| session.run_cell(cell, observer))).unwrap_or_else(|_| {
        let words = "the engine failed on this cell; that is a mistake of gradus, not of yours";
        session.set_output(cell, Output::Stopped(words.into()));
        ControlFlow::Continue(())
    })
}

/// Where answers go.
struct Teller<'a> {
    writer: &'a html::Writer<'a>,
    figures: &'a Registry,
    kept: &'a Outputs,
    id: u32,
    out: &'a UnboundedSender<Frame>,
}

impl Teller<'_> {
    fn say(&self, cell: &CellId, state: &str, more: &[(&str, Value)]) {
        let mut said = json!({ "cell": cell.as_str(), "state": state });
        for (name, value) in more {
            said[name] = value.clone();
        }
        send(self.id, &said, self.out);
    }
}

/// Everything is told.
fn idle(id: u32, out: &UnboundedSender<Frame>) {
    send(id, &json!({ "cell": null, "state": "idle" }), out);
}

fn send(id: u32, said: &Value, out: &UnboundedSender<Frame>) {
    // The page may be gone.
    let _ = out.send(Frame { kind: Kind::Output, id, payload: said.to_string().into_bytes() });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asked::Subject;
    use gradus_notebook::Draft;
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, Ordering};
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    /// Files that bring the engine down: inside of a cell, or before any cell.
    #[derive(Default)]
    struct Broken {
        outside: AtomicBool,
    }

    impl DataSource for Broken {
        fn base(&self) -> Option<&Path> {
            std::panic::panic_any("a broken engine")
        }

        fn stamp(&self, _: &str) -> Result<u64, String> {
            if self.outside.load(Ordering::Relaxed) {
                std::panic::panic_any("a broken engine");
            }
            Ok(1)
        }
    }

    fn ask(running: &Running, id: u32, sources: &[(&str, &str)]) {
        let draft = |(id, source): &(&str, &str)| {
            Some(Draft { id: CellId::new(id)?, kind: gradus_notebook::Kind::Code, source: (*source).into() })
        };
        let asked = Asked {
            subject: Subject::Document("d.gr.md".into()),
            edit: Some(Edit::Whole(sources.iter().filter_map(draft).collect())),
            run: true,
        };
        let mut waiting = held(&running.waiting);
        waiting.edits.extend(asked.edit);
        (waiting.asked, waiting.run, waiting.id, waiting.at_work) = (true, true, id, true);
    }

    fn said(frames: &mut UnboundedReceiver<Frame>) -> Vec<(u32, String, String)> {
        let mut out = Vec::new();
        while let Ok(frame) = frames.try_recv() {
            let said: Value = serde_json::from_slice(&frame.payload).unwrap_or_default();
            let word = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
            out.push((frame.id, word("cell"), word("state")));
        }
        out
    }

    #[test]
    fn a_panic_stays_with_its_cell_and_the_document_lives_on() {
        let data = Arc::new(Broken::default());
        let running = Running::document(Arc::clone(&data) as Arc<dyn DataSource>, &Cache::default());
        let figures = Registry::new(Vec::new());
        let (out, mut frames) = unbounded_channel();
        let cells = [("a", "data u = [1, 2]\neval sum(u)"), ("b", "derive t^2 wrt t")];
        ask(&running, 1, &cells);
        running.work(&figures, &Outputs::below(None), &out);
        let all = said(&mut frames);
        let last = |cell: &str| all.iter().rev().find(|s| s.1 == cell).map(|s| s.2.clone());
        assert_eq!(last("a").as_deref(), Some("stopped"), "{all:?}");
        assert_eq!(last("b").as_deref(), Some("done"), "{all:?}");
        assert_eq!(all.last().map(|s| s.2.as_str()), Some("idle"));

        // A panic in reading the cells themselves: the next question begins anew.
        data.outside.store(true, Ordering::Relaxed);
        ask(&running, 2, &[("a", "from \"x.csv\"\ndata u = columns(t)"), ("b", "derive t^3 wrt t")]);
        assert!(
            catch_unwind(AssertUnwindSafe(|| running.work(&figures, &Outputs::below(None), &out))).is_err()
        );
        running.recover(&out);
        assert_eq!(said(&mut frames).last().map(|s| (s.0, s.2.clone())), Some((2, "idle".to_owned())));
        data.outside.store(false, Ordering::Relaxed);
        ask(&running, 3, &[("b", "derive t^3 wrt t")]);
        running.work(&figures, &Outputs::below(None), &out);
        let all = said(&mut frames);
        assert!(all.contains(&(3, "b".into(), "done".into())), "{all:?}");
        assert!(!held(&running.waiting).at_work);
    }
}
