//! Derivations: chains of expressions that are claimed to be equal.
//!
//! The first line is an expression, or `derive f wrt x`; every further one starts with `=`. What stands after `#` is the
//! reason. Declarations may come first and hold in the derivation alone.
//!
//! Every step is judged by itself: proved (the normal forms are equal), tested (both sides agree at random points, and
//! that proves nothing), refuted (with a point where they differ), or open.

use crate::lines::{self, Form};
use crate::names::Mentions;
use crate::question::Question;
use gradus_expr::syntax::{Diagnostic, Span, parse_expression};

/// A line of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The expression, without the `=` before it.
    pub(crate) span: Span,
    pub(crate) reason: String,
    /// The derivative that the line asks for.
    pub(crate) derive: Option<Question>,
}

impl Step {
    pub(crate) fn mentions(&self, source: &str) -> Mentions {
        match &self.derive {
            Some(q) => q.mentions(source),
            None => {
                let mut m = Mentions::default();
                if let Some(ast) = parse_expression(&source[self.span.start..self.span.end]).0 {
                    m.add(&ast, &[]);
                }
                m
            }
        }
    }

    /// The expression in the source.
    pub(crate) fn expression(&self) -> Span {
        match &self.derive {
            Some(Question::Derive { of, .. }) => *of,
            _ => self.span,
        }
    }
}

/// The lines of a derivation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) steps: Vec<Step>,
}

/// A line in parts: the code, and the comment after it.
fn comment(line: &str) -> (&str, &str) {
    let mut quoted = false;
    for (k, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '#' if !quoted => return (&line[..k], line[k + 1..].trim()),
            _ => {}
        }
    }
    (line, "")
}

impl Chain {
    /// Reads a chain, and answers where it begins: what stands before are declarations.
    pub(crate) fn read(source: &str, mistakes: &mut Vec<Diagnostic>) -> (Chain, usize) {
        let mut chain = Chain::default();
        let mut at = 0;
        let mut begins = source.len();
        for line in source.split_inclusive('\n') {
            let (code, reason) = comment(line);
            let text = code.trim();
            let start = at + code.len() - code.trim_start().len();
            let end = start + text.len();
            at += line.len();
            let is_step = text.starts_with('=') && !text.starts_with("==");
            if chain.steps.is_empty() && !is_step {
                let kind = lines::lines(text).first().map(|l| l.form);
                match kind {
                    None | Some(Form::Statement(_) | Form::From) => continue,
                    Some(Form::Start | Form::Problem | Form::Question(_)) => {}
                }
                begins = start;
            }
            match chain.steps.last_mut() {
                Some(last) if !is_step => {
                    if !text.is_empty() {
                        last.span.end = end;
                    }
                    if !reason.is_empty() {
                        last.reason = format!("{} {reason}", last.reason).trim().to_owned();
                    }
                }
                _ => {
                    let skip = usize::from(is_step);
                    let inside = &source[start + skip..end];
                    let start = end - inside.trim_start().len();
                    begins = begins.min(start);
                    let span = Span { start, end };
                    chain.steps.push(Step { span, reason: reason.to_owned(), derive: None });
                }
            }
        }
        for step in &mut chain.steps {
            step.complete(source, mistakes);
        }
        (chain, begins.min(source.len()))
    }
}

impl Step {
    /// Reads the expression of the line.
    fn complete(&mut self, source: &str, mistakes: &mut Vec<Diagnostic>) {
        let text = &source[self.span.start..self.span.end];
        let (first, rest) = lines::word(text);
        let word = if first == "derive" && !rest.is_empty() { "derive" } else { "show" };
        let start = if word == "derive" { self.span.end - rest.len() } else { self.span.start };
        match Question::read(word, source, Span { start, end: self.span.end }) {
            Ok(q @ Question::Derive { .. }) => self.derive = Some(q),
            Ok(_) => {}
            Err(all) => mistakes.extend(all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_have_declarations_steps_and_reasons() {
        let source = "A : [m, n]\n\nderive norm2(A*x - b)^2 wrt x   # the loss\n= 2*A'*(A*x\n    - b)  # chain\n  # rule\n= 2*A'*A*x - 2*A'*b\n";
        let mut mistakes = Vec::new();
        let (chain, begins) = Chain::read(source, &mut mistakes);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        assert_eq!(begins, source.find("derive").unwrap());
        let steps: Vec<(&str, &str)> = chain
            .steps
            .iter()
            .map(|s| (&source[s.expression().start..s.expression().end], s.reason.as_str()))
            .collect();
        assert_eq!(
            steps,
            [
                ("norm2(A*x - b)^2", "the loss"),
                ("2*A'*(A*x\n    - b)", "chain rule"),
                ("2*A'*A*x - 2*A'*b", ""),
            ]
        );
    }
}
