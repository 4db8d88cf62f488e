//! How a command ends: an answer with its exit status, or a failure in words.
//!
//! Every command uses one table: 0 done, and the answer is yes; 1 done, and the answer is no; 2 no answer was
//! found; 3 the question could not be read or carried out.

use gradus::expr::syntax::{Diagnostic, render_all};
use std::fmt::Display;
use std::io;
use std::process::ExitCode;

/// The answer of a command that ran to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Done: equal, checked, solved, printed. Exit status 0.
    Yes,
    /// Done, and the answer is no: different, a wrong derivative, no solution, no value. Exit status 1.
    No,
    /// Neither yes nor no could be established. Exit status 2.
    Unknown,
}

impl Answer {
    pub(crate) fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Answer::Yes => 0,
            Answer::No => 1,
            Answer::Unknown => 2,
        })
    }
}

/// The exit status when a question could not be read or carried out.
pub(crate) const FAILED: u8 = 3;

/// How many mistakes in one text are shown.
const SHOWN: usize = 20;

/// Why a command could not be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A message that is ready to be shown.
    Said(String),
    /// Nobody reads our output any more: no reason to say anything.
    Unread,
}

impl Failure {
    /// `error: message`
    pub(crate) fn new(message: impl Display) -> Self {
        Failure::Said(format!("error: {message}\n"))
    }

    /// With what to do about it.
    pub(crate) fn help(self, help: impl Display) -> Self {
        match self {
            Failure::Said(text) => Failure::Said(format!("{text}  = help: {help}\n")),
            Failure::Unread => Failure::Unread,
        }
    }

    /// Mistakes in a text, drawn under it; of very many the first.
    pub(crate) fn drawn(mistakes: &[Diagnostic], source: &str, name: &str) -> Self {
        let mut sorted = mistakes.to_vec();
        sorted.sort_by_key(|d| d.span.start);
        let mut text = render_all(&sorted[..sorted.len().min(SHOWN)], source, name);
        if sorted.len() > SHOWN {
            text.push_str(&format!("\n... and {} more mistakes\n", sorted.len() - SHOWN));
        }
        Failure::Said(text)
    }
}

impl From<io::Error> for Failure {
    fn from(e: io::Error) -> Self {
        match e.kind() {
            io::ErrorKind::BrokenPipe => Failure::Unread,
            _ => Failure::new(format_args!("cannot write the output: {e}")),
        }
    }
}

macro_rules! said {
    ($($error:ty),*) => {
        $(impl From<$error> for Failure {
            fn from(e: $error) -> Self {
                Failure::new(e)
            }
        })*
    };
}

said!(
    gradus::data::Error,
    gradus::expr::Error,
    gradus::expr::evaluate::EvaluateError,
    gradus::plot::Error,
    gradus::program::Error
);

/// Something worth knowing beside the answer, on standard error.
pub(crate) fn note(words: &str) {
    // Nobody to tell if standard error is gone.
    let _ = io::Write::write_all(&mut io::stderr(), format!("note: {words}\n").as_bytes());
}
