//! What an editor asks of a cell while it is written: frames of kind 9, answered by frames of kind 10.
//!
//! A question is answered from what the cells say, never from what a run has found, so that it does not wait for one.

use gradus::expr::syntax::{Diagnostic, Severity};
use gradus_notebook::{Bundled, CellId, Completion, Document, Gesture, Kind, Limits, Reading, html};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The longest text that is asked about, in bytes.
const LONGEST: usize = 1 << 20;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum About {
    /// What may be written here?
    Complete,
    /// What is wrong?
    Diagnose,
    /// How does this Markdown look?
    Prose,
    /// What can be asked of what stands here?
    Gestures,
}

/// A question, the payload of a frame of kind 9.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    about: About,
    #[serde(default)]
    cell: String,
    /// The kind of a cell that the server does not know yet.
    kind: Option<String>,
    text: String,
    #[serde(default)]
    byte: usize,
}

impl Question {
    /// Reads a payload.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub(crate) fn read(payload: &[u8]) -> Result<Question, String> {
        let question: Question =
            serde_json::from_slice(payload).map_err(|e| format!("this is no question about a cell: {e}"))?;
        match question.text.len() {
            n if n > LONGEST => Err(format!("a cell has at most {LONGEST} bytes, not {n}")),
            _ => Ok(question),
        }
    }

    /// The answer, with the cell among the others of its document.
    ///
    /// # Errors
    /// In words, why there is none.
    pub(crate) fn answer(&self, others: Option<&Reading>) -> Result<Value, String> {
        if self.about == About::Prose {
            return Ok(json!({ "html": html::prose(&self.text) }));
        }
        let id = CellId::new(&self.cell).ok_or("this is no name of a cell")?;
        let kind = self.kind.as_deref().map_or(Some(Kind::Code), Kind::from_name);
        let kind = kind.ok_or("there is no cell of this kind")?;
        let alone = || Reading::new(Document::default(), Limits::default(), Arc::new(Bundled));
        let reading = match others {
            Some(others) => others.with_source(&id, kind, &self.text),
            None => alone().with_source(&id, kind, &self.text),
        };
        Ok(match self.about {
            About::Complete => json!({ "options": all(reading.complete(&id, self.byte), option) }),
            About::Diagnose => json!({ "diagnostics": all(reading.diagnose(&id), diagnostic) }),
            About::Gestures => json!({ "gestures": all(reading.gestures(&id, self.byte), gesture) }),
            About::Prose => Value::Null,
        })
    }
}

fn all<T>(found: Vec<T>, one: impl Fn(T) -> Value) -> Vec<Value> {
    found.into_iter().map(one).collect()
}

fn option(c: Completion) -> Value {
    json!({ "label": c.label, "type": c.kind, "detail": c.detail })
}

fn gesture(g: Gesture) -> Value {
    json!({ "verb": g.verb, "title": g.title, "source": g.source })
}

fn diagnostic(d: Diagnostic) -> Value {
    let severity = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    json!({
        "start": d.span.start, "end": d.span.end, "severity": severity, "message": d.message, "help": d.help,
    })
}
