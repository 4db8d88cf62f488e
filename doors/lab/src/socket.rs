//! The WebSocket of one page: frames in, frames out, the engine's work on threads of its own.
//!
//! The connection's task never computes. It hands a request to a blocking thread, of which the whole Lab has as many as
//! there are processors, and goes on listening; per figure one request is in flight and the newest waits. A frame that
//! cannot be read is answered by an error frame, and the connection goes on.

use crate::frame::{Frame, Kind, LONGEST};
use crate::state::{Lab, News};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;

/// `GET /socket`
pub(crate) async fn socket(State(lab): State<Arc<Lab>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_message_size(LONGEST).max_frame_size(LONGEST).on_upgrade(move |socket| serve(lab, socket))
}

async fn serve(lab: Arc<Lab>, mut socket: WebSocket) {
    let mut news = lab.news.subscribe();
    loop {
        let frame = tokio::select! {
            message = socket.recv() => match message {
                Some(Ok(Message::Binary(bytes))) => hear(&bytes),
                Some(Ok(Message::Text(_))) => Some(error(0, "frames are binary")),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => None,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            heard = news.recv() => match heard {
                Ok(News::Changed) => Some(Frame { kind: Kind::Reload, id: 0, payload: Vec::new() }),
                Ok(News::Closing) => Some(Frame { kind: Kind::Reload, id: 0, payload: b"closing".to_vec() }),
                Err(RecvError::Lagged(_)) => None,
                Err(RecvError::Closed) => return,
            },
        };
        if let Some(frame) = frame
            && socket.send(Message::Binary(Bytes::from(frame.write()))).await.is_err()
        {
            return;
        }
    }
}

fn hear(bytes: &[u8]) -> Option<Frame> {
    match Frame::read(bytes) {
        Err(e) => Some(error(id(bytes), &e.to_string())),
        Ok(Frame { kind: Kind::Cancel, .. }) => None,
        Ok(frame) => Some(error(frame.id, "the server does not answer frames of this kind")),
    }
}

/// The id in bytes that are no frame, where there is one.
fn id(bytes: &[u8]) -> u32 {
    bytes.get(1..5).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn error(id: u32, text: &str) -> Frame {
    Frame { kind: Kind::Error, id, payload: text.as_bytes().to_vec() }
}
