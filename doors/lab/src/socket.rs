//! The WebSocket of one page: frames in, frames out, the engine's work on threads of its own.
//!
//! The connection's task never computes. It hands a request to a blocking thread, of which the whole Lab has as many as
//! there are processors, and goes on listening; per figure one request is in flight and the newest waits. A frame that
//! cannot be read is answered by an error frame, and the connection goes on.

use crate::asked::{Asked, Subject};
use crate::figures::Wanted;
use crate::frame::{Frame, Kind, LONGEST};
use crate::questions::Question;
use crate::queue::Newest;
use crate::running::Running;
use crate::state::{Lab, News};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

/// How many figures of one page may be computed or wait.
const FIGURES: usize = 64;
/// How many questions of one page may be answered or wait.
const QUESTIONS: usize = 64;

/// `GET /socket`
pub(crate) async fn socket(State(lab): State<Arc<Lab>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_message_size(LONGEST).max_frame_size(LONGEST).on_upgrade(move |socket| serve(lab, socket))
}

/// A figure's name, and which of that name on the page.
type Key = (String, u32);

/// What the engine has done for a figure.
struct Drawn {
    key: Key,
    id: u32,
    frames: Vec<Frame>,
}

/// One connection.
struct Connection {
    lab: Arc<Lab>,
    queue: Newest<Key, (u32, Wanted)>,
    cancelled: BTreeSet<u32>,
    drawn: mpsc::UnboundedSender<Drawn>,
    cells: Option<(Subject, Arc<Running>)>,
    said: mpsc::UnboundedSender<Frame>,
    /// Held by every question until it is answered.
    asking: Arc<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Nobody is there to read what the cells would answer.
        if let Some((_, running)) = &self.cells {
            running.stop();
        }
    }
}

async fn serve(lab: Arc<Lab>, mut socket: WebSocket) {
    let mut news = lab.news.subscribe();
    // Holds at most one result for each figure, because no figure has more than one request in flight.
    let (drawn, mut drawings) = mpsc::unbounded_channel();
    let (said, mut outputs) = mpsc::unbounded_channel();
    let (queue, cancelled) = (Newest::new(), BTreeSet::new());
    let mut connection = Connection { lab, queue, cancelled, drawn, cells: None, said, asking: Arc::new(()) };
    loop {
        let frames = tokio::select! {
            message = socket.recv() => match message {
                Some(Ok(Message::Binary(bytes))) => connection.hear(&bytes),
                Some(Ok(Message::Text(_))) => vec![error(0, "frames are binary")],
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => Vec::new(),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            Some(drawn) = drawings.recv() => connection.answer(drawn),
            Some(frame) = outputs.recv() => vec![frame],
            heard = news.recv() => match heard {
                Ok(News::Changed) => vec![Frame { kind: Kind::Reload, id: 0, payload: Vec::new() }],
                Ok(News::Closing) => vec![Frame { kind: Kind::Reload, id: 0, payload: b"closing".to_vec() }],
                Err(RecvError::Lagged(_)) => Vec::new(),
                Err(RecvError::Closed) => return,
            },
        };
        for frame in frames {
            if socket.send(Message::Binary(Bytes::from(frame.write()))).await.is_err() {
                return;
            }
        }
    }
}

impl Connection {
    /// What is said at once to a message.
    fn hear(&mut self, bytes: &[u8]) -> Vec<Frame> {
        let frame = match Frame::read(bytes) {
            Ok(frame) => frame,
            Err(e) => return vec![error(id(bytes), &e.to_string())],
        };
        match frame.kind {
            Kind::Figure => match serde_json::from_slice::<Wanted>(&frame.payload) {
                Ok(wanted) => self.want(frame.id, wanted),
                Err(e) => vec![error(frame.id, &format!("this is no question for a figure: {e}"))],
            },
            Kind::Source => match Asked::read(&frame.payload) {
                Ok(asked) => self.ask(frame.id, asked),
                Err(why) => vec![error(frame.id, &why)],
            },
            Kind::Cancel => {
                if let Some((_, running)) = &self.cells {
                    running.cancel(frame.id);
                }
                self.queue.forget(|(id, _)| *id == frame.id);
                if self.queue.flying() > 0 {
                    self.cancelled.insert(frame.id);
                }
                Vec::new()
            }
            Kind::Question => match Question::read(&frame.payload) {
                Ok(question) => self.answer_question(frame.id, question),
                Err(why) => vec![error(frame.id, &why)],
            },
            Kind::Drawing | Kind::View | Kind::Output | Kind::Error | Kind::Reload | Kind::Answer => {
                vec![error(frame.id, "the server does not answer frames of this kind")]
            }
        }
    }

    /// Asks something of the cells of a lesson or a document; those of another are left.
    fn ask(&mut self, id: u32, asked: Asked) -> Vec<Frame> {
        let running = match &self.cells {
            Some((subject, running)) if *subject == asked.subject => Arc::clone(running),
            _ => {
                let running = match &asked.subject {
                    Subject::Lesson(topic) => match self.lab.course().lesson(topic) {
                        Some(Ok(written)) => Running::lesson(&written.lesson, &self.lab.cache),
                        _ => return vec![error(id, "there is no such lesson")],
                    },
                    Subject::Document(_) => Running::document(Arc::clone(&self.lab.data), &self.lab.cache),
                };
                let running = Arc::new(running);
                if let Some((_, before)) = self.cells.replace((asked.subject.clone(), Arc::clone(&running))) {
                    before.stop();
                }
                running
            }
        };
        running.ask(&self.lab, id, asked, &self.said);
        Vec::new()
    }

    /// Answers a question on a thread of the engine.
    fn answer_question(&self, id: u32, question: Question) -> Vec<Frame> {
        if Arc::strong_count(&self.asking) > QUESTIONS {
            return vec![error(id, &format!("a page asks at most {QUESTIONS} questions at once"))];
        }
        let running = self.cells.as_ref().map(|(_, running)| Arc::clone(running));
        let (lab, said, asking) = (Arc::clone(&self.lab), self.said.clone(), Arc::clone(&self.asking));
        tokio::spawn(async move {
            let permit = Arc::clone(&lab.engine).acquire_owned().await;
            let work = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                question.answer(running.map(|r| r.reading()).as_deref())
            });
            let frame = match work.await {
                Ok(Ok(answer)) => Frame { kind: Kind::Answer, id, payload: answer.to_string().into_bytes() },
                Ok(Err(why)) => error(id, &why),
                Err(_) => error(id, "the engine failed on this question"),
            };
            drop(asking);
            // The page may be gone.
            let _ = said.send(frame);
        });
        Vec::new()
    }

    fn want(&mut self, id: u32, wanted: Wanted) -> Vec<Frame> {
        if self.queue.flying() >= FIGURES {
            return vec![error(id, &format!("a page has at most {FIGURES} figures at once"))];
        }
        let key = (wanted.figure.clone(), wanted.place);
        if let Some((id, wanted)) = self.queue.offer(key, (id, wanted)) {
            self.draw(id, wanted);
        }
        Vec::new()
    }

    /// Draws on a thread of the engine.
    fn draw(&self, id: u32, wanted: Wanted) {
        let (lab, drawn) = (Arc::clone(&self.lab), self.drawn.clone());
        tokio::spawn(async move {
            let key = (wanted.figure.clone(), wanted.place);
            let permit = Arc::clone(&lab.engine).acquire_owned().await;
            let work = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                lab.figures.answer(id, &wanted)
            });
            let frames = match work.await {
                Ok(Ok(frames)) => frames.into(),
                Ok(Err(why)) => vec![error(id, &why)],
                Err(_) => vec![error(id, "the engine failed on this figure")],
            };
            // The page may be gone.
            let _ = drawn.send(Drawn { key, id, frames });
        });
    }

    /// The frames for a figure that is drawn, and the next question for it is started.
    fn answer(&mut self, Drawn { key, id, frames }: Drawn) -> Vec<Frame> {
        if let Some((id, wanted)) = self.queue.answered(&key) {
            self.draw(id, wanted);
        }
        let unwanted = self.cancelled.remove(&id);
        if self.queue.flying() == 0 {
            self.cancelled.clear();
        }
        if unwanted { Vec::new() } else { frames }
    }
}

/// The id in bytes that are no frame, where there is one.
fn id(bytes: &[u8]) -> u32 {
    bytes.get(1..5).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn error(id: u32, text: &str) -> Frame {
    Frame { kind: Kind::Error, id, payload: text.as_bytes().to_vec() }
}
