//! The cells of one page at work: edits come in, outputs go out, and a new edit stops the run that it makes useless.

use crate::cells::Writer;
use crate::frame::{Frame, Kind};
use crate::state::Lab;
use gradus_lesson::Lesson;
use gradus_lesson::render::CellKind;
use gradus_notebook::{Bundled, CellId, Document, Event, Limits, Session};
use serde::Deserialize;
use serde_json::json;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;

/// The payload of a frame of kind 4: a lesson's cells are to run, one of them with a new text if one is named.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changed {
    pub(crate) lesson: String,
    pub(crate) cell: Option<String>,
    pub(crate) source: Option<String>,
}

/// What waits to be done, and whether somebody does it.
#[derive(Default)]
struct Waiting {
    at_work: bool,
    stopped: bool,
    edits: Vec<(String, String)>,
    asked: bool,
    /// The id of the newest question, which answers carry.
    id: u32,
}

/// A document at work.
pub(crate) struct Running {
    session: Mutex<Session>,
    waiting: Mutex<Waiting>,
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Running {
    /// The cells of a lesson, none of them run yet.
    pub(crate) fn of(lesson: &Lesson) -> Self {
        let mut text = String::new();
        for cell in &lesson.cells {
            let kind = if cell.kind == CellKind::Code { "gr" } else { "derivation" };
            // Longer than any fence that the lesson could have closed the cell with.
            let fence = "`".repeat(12);
            text.push_str(&format!(
                "{fence}{kind} id={}\n{}\n{fence}\n\n",
                cell.id,
                cell.source.trim_end_matches('\n')
            ));
        }
        let session = Session::new(Document::read(&text), Limits::default(), Arc::new(Bundled));
        Self { session: Mutex::new(session), waiting: Mutex::new(Waiting::default()) }
    }

    /// Stops the run; what it has answered stays.
    pub(crate) fn stop(&self) {
        held(&self.waiting).stopped = true;
    }

    /// Notes an edit (or only that the cells are to run), and sees that somebody works on it.
    pub(crate) fn change(
        self: &Arc<Self>,
        lab: &Arc<Lab>,
        id: u32,
        edit: Option<(String, String)>,
        out: &UnboundedSender<Frame>,
    ) {
        let mut waiting = held(&self.waiting);
        waiting.edits.extend(edit);
        waiting.asked = true;
        waiting.id = id;
        waiting.stopped = false;
        if waiting.at_work {
            return;
        }
        waiting.at_work = true;
        let (running, lab, out) = (Arc::clone(self), Arc::clone(lab), out.clone());
        tokio::spawn(async move {
            let permit = Arc::clone(&lab.engine).acquire_owned().await;
            let done = tokio::task::spawn_blocking({
                let running = Arc::clone(&running);
                move || {
                    let _permit = permit;
                    running.work(&lab, &out);
                }
            });
            if done.await.is_err() {
                // The session may be in any state; the page is told nothing more of it than that it waits.
                held(&running.waiting).at_work = false;
            }
        });
    }

    /// Works until nothing waits.
    fn work(&self, lab: &Lab, out: &UnboundedSender<Frame>) {
        let writer = Writer::new(&lab.figures);
        let mut session = held(&self.session);
        loop {
            let (id, edits) = {
                let mut waiting = held(&self.waiting);
                if !waiting.asked || waiting.stopped {
                    waiting.at_work = false;
                    waiting.asked = false;
                    return;
                }
                waiting.asked = false;
                (waiting.id, std::mem::take(&mut waiting.edits))
            };
            let mut stale = Vec::new();
            for (cell, source) in edits {
                if let Some(cell) = CellId::new(&cell) {
                    stale.extend(session.set_source(&cell, &source));
                }
            }
            for cell in &stale {
                tell(&writer, &session, id, cell, out);
            }
            self.run(&mut session, &writer, id, out);
        }
    }

    fn run(&self, session: &mut Session, writer: &Writer<'_>, id: u32, out: &UnboundedSender<Frame>) {
        for cell in session.waiting() {
            let mut useless = false;
            let mut one = |event: Event<'_>| {
                let waiting = held(&self.waiting);
                useless = waiting.stopped || waiting.asked;
                match event {
                    _ if useless => ControlFlow::Break(()),
                    // What comes before it has run; what comes after it has its turn.
                    Event::Started(now) if *now != cell => ControlFlow::Break(()),
                    Event::Started(now) => {
                        say(id, now, "running", None, out);
                        ControlFlow::Continue(())
                    }
                    _ => ControlFlow::Continue(()),
                }
            };
            session.run(&mut one);
            tell(writer, session, id, &cell, out);
            if useless {
                return;
            }
        }
    }
}

fn tell(writer: &Writer<'_>, session: &Session, id: u32, cell: &CellId, out: &UnboundedSender<Frame>) {
    let (state, html) = writer.write(session.output(cell));
    say(id, cell, state, Some(&html), out);
}

fn say(id: u32, cell: &CellId, state: &str, html: Option<&str>, out: &UnboundedSender<Frame>) {
    let payload = json!({ "cell": cell.as_str(), "state": state, "html": html }).to_string().into_bytes();
    // The page may be gone.
    let _ = out.send(Frame { kind: Kind::Output, id, payload });
}
