//! Declarations: a role, names, a shape, properties, a domain, a value.

use super::number::constant;
use super::table::from_in_declaration;
use super::{Declaration, Statement, name, skip};
use crate::syntax::lexer::Token;
use crate::syntax::nearest::nearest;
use crate::syntax::parser::Parser;
use crate::syntax::print::binding;
use crate::syntax::{BinaryOp, Diagnostic, Span};
use crate::{Bound, Domain, Properties, Property, Role};

/// Words that may follow the value in a declaration.
pub(super) const AFTER_VALUE: [&str; 19] = [
    "from",
    "symmetric",
    "psd",
    "pd",
    "diagonal",
    "lower_triangular",
    "upper_triangular",
    "triangular",
    "orthogonal",
    "nonsingular",
    "invertible",
    "full_rank",
    "positive",
    "nonneg",
    "nonnegative",
    "nonzero",
    "simplex",
    "integer",
    "in",
];

pub(super) fn declare(p: &mut Parser<'_>, role: Role, out: &mut Vec<Statement>) {
    let word = match role {
        Role::Data => "data",
        Role::Param => "param",
        Role::Var => "var",
    };
    let mut names = Vec::new();
    while let Some(one) = name(p, word) {
        names.push(one);
        if !p.eat(&Token::Comma) {
            break;
        }
    }
    if names.is_empty() {
        return skip(p);
    }
    let mut d = Declaration {
        role,
        name: names[0].0.clone(),
        name_span: Span::default(),
        shape: None,
        properties: Properties::default(),
        domain: Domain::default(),
        initial: None,
    };
    if p.eat(&Token::Colon) {
        shape(p, &mut d);
    } else if matches!(p.peek(), Token::Open('[')) {
        let e = Diagnostic::error(p.span(), "`:` is missing before the shape");
        p.report(e.help(format!("write `{word} {} : [...]`", names[0].0)));
        shape(p, &mut d);
    }
    p.stops = &AFTER_VALUE;
    while !p.is_done() {
        if matches!(p.peek(), Token::Name(w) if w == "from") {
            from_in_declaration(p, &d, out);
        } else if !attribute(p, &mut d) {
            break;
        }
    }
    for (name, name_span) in names {
        out.push(Statement::Declare(Declaration { name, name_span, ..d.clone() }));
    }
}

fn shape(p: &mut Parser<'_>, d: &mut Declaration) {
    if p.eat_word("scalar") {
        d.shape = Some(Vec::new());
        return;
    }
    let opened = p.span();
    if !p.eat(&Token::Open('[')) {
        let is_property = |w: &str| w == "in" || w == "from" || Property::from_word(w).is_some();
        if matches!(p.peek(), Token::Name(w) if nearest_property(w).is_none() && !is_property(w))
            || matches!(p.peek(), Token::Number(_) | Token::Open('('))
        {
            no_shape(p, d);
        }
        return;
    }
    let mut dims = Vec::new();
    if !p.eat(&Token::Close(']')) {
        loop {
            dims.push(p.expression(binding::SUM));
            if !p.eat(&Token::Comma) {
                break;
            }
        }
        p.close(']', opened);
    }
    d.shape = Some(dims);
}

/// `x : n` and `x : vector`: says how shapes are written.
fn no_shape(p: &mut Parser<'_>, d: &Declaration) {
    let (start, name) = (p.span().start, &d.name);
    if matches!(p.peek(), Token::Open('(')) {
        // `(m, n)`
        while !p.is_done() && !p.eat(&Token::Close(')')) {
            p.bump();
        }
    } else {
        p.stops = &AFTER_VALUE;
        p.expression(binding::SUM);
    }
    let e = Diagnostic::error(Span { start, end: p.last_span().end }, "a shape stands in brackets");
    p.report(e.help(format!(
        "write `{name} : [n]` for a vector, `{name} : [m, n]` for a matrix, `{name} : []` for a scalar"
    )));
}

fn nearest_property(word: &str) -> Option<String> {
    nearest(word, Property::ALL.iter().map(|(_, word)| *word))
}

/// A property, a domain or a value; false when there is none.
fn attribute(p: &mut Parser<'_>, d: &mut Declaration) -> bool {
    let span = p.span();
    match p.peek() {
        Token::Assign => {
            p.bump();
            if let Token::Text(file) | Token::File(file) = p.peek() {
                return file_as_value(p, d, file);
            }
            d.initial = Some(p.expression(binding::SUM));
        }
        Token::Comma if matches!((p.peek_at(1), p.peek_at(2)), (Token::Name(_), Token::Colon)) => {
            let e = Diagnostic::error(span, "another declaration stands on a line of its own or after `;`");
            p.report(e.help("write `x : [n]; y : [m]`; names of one shape together: `x, y : [n]`"));
            skip(p);
        }
        Token::Comma => p.bump(),
        Token::Op(
            op @ (BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual),
        ) => {
            p.bump();
            if let Some(at) = constant(p) {
                let strict = matches!(op, BinaryOp::Less | BinaryOp::Greater);
                let bound = Some(Bound { at, strict });
                match op {
                    BinaryOp::Less | BinaryOp::LessEqual => d.domain.upper = bound,
                    _ => d.domain.lower = bound,
                }
            }
        }
        Token::Name(w) if w == "in" => {
            p.bump();
            domain(p, d);
        }
        Token::Name(w) => match Property::from_word(w) {
            Some(property) => {
                p.bump();
                d.properties = d.properties.with(property);
            }
            None => {
                let e = Diagnostic::error(span, format!("there is no property `{w}`"));
                let words = Property::ALL.iter().map(|(_, word)| *word);
                p.report(match nearest(w, words.clone()) {
                    Some(word) => e.help(format!("did you mean `{word}`?")),
                    None => e.help(format!("the properties are {}", words.collect::<Vec<_>>().join(", "))),
                });
                p.bump();
            }
        },
        _ => return false,
    }
    true
}

/// `data x = "file.csv"`: says how files are read.
fn file_as_value(p: &mut Parser<'_>, d: &Declaration, file: &str) -> bool {
    let (path, column) =
        file.rsplit_once(':').filter(|(_, c)| !c.contains(['/', '\\'])).unwrap_or((file, &d.name));
    let e = Diagnostic::error(p.span(), "a file is no value");
    p.report(if path.ends_with(".npy") || path.ends_with(".npz") {
        e.help(format!("write `load(\"{path}\")`"))
    } else {
        let (name, word) = (&d.name, if column.contains(',') { "columns" } else { "column" });
        e.help(format!("write `from \"{path}\"` on the line before, and here `{name} = {word}({column})`"))
    });
    p.bump();
    true
}

fn domain(p: &mut Parser<'_>, d: &mut Declaration) {
    let opened = p.span();
    match p.peek() {
        Token::Open('{') => {
            p.bump();
            let mut values = Vec::new();
            loop {
                values.extend(constant(p));
                if !p.eat(&Token::Comma) {
                    break;
                }
            }
            p.close('}', opened);
            values.sort();
            values.dedup();
            d.domain.values = Some(values);
        }
        Token::Open(c @ ('[' | '(')) => {
            p.bump();
            let low = constant(p);
            if !p.eat(&Token::Comma) {
                let e = Diagnostic::error(p.span(), "an interval has two ends").help("write `in [0, 1]`");
                p.report(e);
            }
            let high = constant(p);
            let closes_strictly = match p.peek() {
                Token::Close(')') => true,
                Token::Close(']') => false,
                _ => return p.close(']', opened),
            };
            p.bump();
            if let (Some(l), Some(h)) = (&low, &high)
                && l > h
            {
                let e =
                    Diagnostic::error(opened, "this interval is empty: its lower end is above its upper end");
                p.report(e);
            }
            d.domain.lower = low.map(|at| Bound { at, strict: *c == '(' });
            d.domain.upper = high.map(|at| Bound { at, strict: closes_strictly });
        }
        Token::Name(w) if Property::from_word(w).is_some() => {}
        other => {
            let e = Diagnostic::error(opened, format!("`in` needs a set, not {}", other.describe()));
            p.report(e.help("write `in {-1, 1}` for values or `in [0, 1]` for an interval"));
            p.bump();
        }
    }
}
