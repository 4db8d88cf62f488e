//! One frame of the WebSocket: `u8` kind, `u32` little-endian id, payload.
//!
//! Figures travel many times a second, so that a frame is bytes and not text: five bytes of header, and a payload that
//! is JSON (UTF-8) or a drawing's bytes by its kind. Reading never panics; whatever does not fit is an [`Unreadable`].

/// The longest frame that the server reads, in bytes.
pub const LONGEST: usize = 16 << 20;

/// What a frame is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// To the server: draw a figure; JSON `{figure, values, width}`.
    Figure = 1,
    /// To the page: a drawing's bytes.
    Drawing = 2,
    /// To the page: a figure's handles and description; JSON.
    View = 3,
    /// To the server: the cells of a document or a lesson as they are now, to be run or only to be told of; JSON.
    Source = 4,
    /// To the page: what a cell is now; JSON `{cell, state, html, milliseconds, step, of}`.
    Output = 5,
    /// To the server: stop what this id asked for.
    Cancel = 6,
    /// To the page: what went wrong, as text.
    Error = 7,
    /// To the page: what it shows has changed on disk (empty), or the server is closing (`closing`).
    Reload = 8,
    /// To the server: what an editor asks of a cell; JSON `{about, cell, text, byte}`.
    Question = 9,
    /// To the page: the answer to a question; JSON.
    Answer = 10,
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::Figure,
        Self::Drawing,
        Self::View,
        Self::Source,
        Self::Output,
        Self::Cancel,
        Self::Error,
        Self::Reload,
        Self::Question,
        Self::Answer,
    ];
}

/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it is about.
    pub kind: Kind,
    /// Chosen by the page; an answer carries the id of its question.
    pub id: u32,
    /// The content.
    pub payload: Vec<u8>,
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Fewer bytes than the header has.
    #[error("a frame has at least 5 bytes, not {0}")]
    Short(usize),
    /// More bytes than are allowed.
    #[error("a frame has at most {LONGEST} bytes, not {0}")]
    Long(usize),
    /// A kind that does not exist.
    #[error("there is no frame of kind {0}")]
    Kind(u8),
}

impl Frame {
    /// A frame from its bytes.
    ///
    /// # Errors
    /// If the bytes are fewer than a header, more than [`LONGEST`], or of no kind.
    ///
    /// ```
    /// use gradus_lab::frame::{Frame, Kind, Unreadable};
    /// let frame = Frame::read(&[6, 1, 2, 0, 0, b'x'])?;
    /// assert_eq!((frame.kind, frame.id, frame.payload.as_slice()), (Kind::Cancel, 513, &b"x"[..]));
    /// assert_eq!(Frame::read(&[11, 0, 0, 0, 0]), Err(Unreadable::Kind(11)));
    /// # Ok::<(), Unreadable>(())
    /// ```
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        if bytes.len() > LONGEST {
            return Err(Unreadable::Long(bytes.len()));
        }
        let &[kind, a, b, c, d, ref payload @ ..] = bytes else {
            return Err(Unreadable::Short(bytes.len()));
        };
        let kind = Kind::ALL.into_iter().find(|&k| k as u8 == kind).ok_or(Unreadable::Kind(kind))?;
        Ok(Self { kind, id: u32::from_le_bytes([a, b, c, d]), payload: payload.to_vec() })
    }

    /// The bytes of this frame.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(5 + self.payload.len());
        bytes.push(self.kind as u8);
        bytes.extend_from_slice(&self.id.to_le_bytes());
        bytes.extend_from_slice(&self.payload);
        bytes
    }
}
