//! Mistakes in a text, each drawn under its place.

use super::Span;
use std::fmt::Write;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The text has no meaning.
    Error,
    /// The text has a meaning, perhaps not the intended one.
    Warning,
}

/// A mistake at a place, with what to do about it.
///
/// ```
/// use gradus_expr::syntax::{Diagnostic, Span};
/// let d = Diagnostic::error(Span { start: 4, end: 9 }, "there is no `lamda` here").help("did you mean `lambda`?");
/// let drawn = d.render("x + lamda", "f.gr");
/// assert_eq!(
///     drawn,
///     "error: there is no `lamda` here\n --> f.gr:1:5\n  |\n1 | x + lamda\n  |     ^^^^^\n  = help: did you mean `lambda`?\n"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub span: Span,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Other places that belong to it, each with a few words.
    pub labels: Vec<(Span, String)>,
}

impl Diagnostic {
    /// An error.
    pub fn error(span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, span, message: message.into(), help: None, labels: Vec::new() }
    }

    /// With what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place.
    #[must_use]
    pub fn label(mut self, span: Span, words: impl Into<String>) -> Self {
        self.labels.push((span, words.into()));
        self
    }

    /// The message, the source line with the place underlined, the other places, the help: plain text.
    pub fn render(&self, source: &str, file_name: &str) -> String {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut out = format!("{word}: {}\n", self.message);
        let at = Place::of(source, self.span);
        let last = self.labels.iter().map(|(s, _)| Place::of(source, *s).line).max().unwrap_or(0);
        let width = at.line.max(last).to_string().len();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{:width$}--> {file_name}:{}:{}", "", at.line, at.column);
        let _ = writeln!(out, "{:width$} |", "");
        at.draw(&mut out, width, '^', "");
        for (span, words) in &self.labels {
            Place::of(source, *span).draw(&mut out, width, '-', words);
        }
        if let Some(help) = &self.help {
            let _ = writeln!(out, "{:width$} = help: {help}", "");
        }
        out
    }
}

/// A place in the text: the line and column from 1, the line itself and how much to underline.
struct Place {
    line: usize,
    column: usize,
    text: String,
    length: usize,
}

impl Place {
    fn of(source: &str, span: Span) -> Place {
        let mut start = span.start.min(source.len());
        while !source.is_char_boundary(start) {
            start -= 1;
        }
        let begin = source[..start].rfind('\n').map_or(0, |k| k + 1);
        let end = source[start..].find('\n').map_or(source.len(), |k| start + k);
        let mut stop = span.end.clamp(start, end);
        while !source.is_char_boundary(stop) {
            stop -= 1;
        }
        Place {
            line: source[..begin].matches('\n').count() + 1,
            column: source[begin..start].chars().count() + 1,
            text: source[begin..end].trim_end_matches('\r').replace('\t', " "),
            length: source[start..stop].chars().count().max(1),
        }
    }

    fn draw(&self, out: &mut String, width: usize, mark: char, words: &str) {
        // A window of a long line, so that a generated file does not flood the terminal.
        const WINDOW: usize = 110;
        let first =
            if self.column + self.length.min(40) > WINDOW { self.column.saturating_sub(60) } else { 0 };
        let shown: String = self.text.chars().skip(first).take(WINDOW).collect();
        let offset = self.column - 1 - first.min(self.column - 1);
        let length = self.length.min(WINDOW.saturating_sub(offset).max(1));
        let marks: String = std::iter::repeat_n(mark, length).collect();
        let space = if words.is_empty() { "" } else { " " };
        let _ = writeln!(out, "{:>width$} | {}", self.line, shown.trim_end());
        let _ = writeln!(out, "{:width$} | {:offset$}{marks}{space}{words}", "", "");
    }
}

/// Several diagnostics, one after the other in the order of their places, with a blank line between.
pub fn render_all(diagnostics: &[Diagnostic], source: &str, file_name: &str) -> String {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|d| d.span.start);
    sorted.iter().map(|d| d.render(source, file_name)).collect::<Vec<_>>().join("\n")
}
