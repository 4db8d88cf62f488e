//! The table that data come from.

use super::{Declaration, Statement, TableSource, skip};
use crate::syntax::lexer::Token;
use crate::syntax::parser::Parser;
use crate::syntax::{Diagnostic, Span};

pub(super) fn from(p: &mut Parser<'_>, span: Span, out: &mut Vec<Statement>) {
    let at = p.span();
    let known = p.diagnostics.len();
    let source = match p.peek() {
        Token::At(n) => TableSource::Bundled(n.clone()),
        Token::Text(f) => TableSource::File(f.clone()),
        Token::File(f) => {
            let d = Diagnostic::error(at, "the name of a file needs quotes");
            p.report(d.help(format!("write `from \"{f}\"`")));
            TableSource::File(f.clone())
        }
        Token::Name(n) => {
            let d = Diagnostic::error(at, format!("a table is expected, not `{n}`"));
            p.report(d.help(format!("write `from @{n}` for a bundled one or `from \"{n}.csv\"` for a file")));
            TableSource::Bundled(n.clone())
        }
        other => {
            let d = Diagnostic::error(at, format!("a table is expected, not {}", other.describe()));
            p.report(d.help("write `from @name` for a bundled one or `from \"file.csv\"`"));
            // What reads columns is no further mistake.
            TableSource::File(String::new())
        }
    };
    p.bump();
    let mut drop_missing = p.eat_word("drop");
    if drop_missing && !p.eat_word("missing") {
        let d = Diagnostic::error(p.last_span(), "`drop` is followed by `missing`");
        p.report(d);
        drop_missing = false;
    }
    let span = Span { start: span.start, end: p.last_span().end };
    out.push(Statement::From { source, drop_missing, span });
    if p.diagnostics.len() > known {
        skip(p);
    }
}

/// `data x from "file.csv"`, as if the table could stand in the declaration: one mistake, and the table is known.
pub(super) fn from_in_declaration(p: &mut Parser<'_>, d: &Declaration, out: &mut Vec<Statement>) {
    let span = p.span();
    p.bump();
    let source = match p.peek() {
        Token::At(n) => TableSource::Bundled(n.clone()),
        Token::Name(n) => TableSource::Bundled(n.clone()),
        Token::Text(f) | Token::File(f) => {
            TableSource::File(f.split(':').next().unwrap_or_default().to_owned())
        }
        _ => TableSource::File(String::new()),
    };
    p.bump();
    let table = match &source {
        TableSource::Bundled(n) => format!("@{n}"),
        TableSource::File(f) if f.is_empty() => "\"file.csv\"".to_owned(),
        TableSource::File(f) => format!("\"{f}\""),
    };
    let place = Span { start: span.start, end: p.last_span().end };
    let e = Diagnostic::error(place, "`from` stands on a line of its own");
    p.report(e.help(format!("write `from {table}`, and below it `data {0} = column({0})`", d.name)));
    let drop_missing = p.eat_word("drop") && p.eat_word("missing");
    out.push(Statement::From { source, drop_missing, span: place });
}
