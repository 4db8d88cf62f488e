//! What can be asked of an expression: each question with the text of a cell that asks it.

use super::{Place, values::entries_of};
use crate::parsed::{Item, text_of};
use crate::{CellId, Kind, Reading};
use gradus_expr::syntax::{Ast, AstNode, Statement, parse_expression, parse_file, print};
use gradus_expr::{Expr, Role, Symbol, postorder, recognise, simplify};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Variables for which a question is offered each.
const MOST_VARIABLES: usize = 4;
/// Parts of an expression up to which it is simplified to see whether that changes it.
const MOST_PARTS: usize = 400;
/// The longest text of an expression that is written out in a question, in bytes.
const LONGEST: usize = 400;

/// A question that makes sense at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gesture {
    /// `derive`, `simplify`, `check`, `equal`, `explain`, `eval`, `solve` or `plot`.
    pub verb: &'static str,
    /// The question in words.
    pub title: String,
    /// The source of a cell that asks it.
    pub source: String,
}

/// What a place is about.
struct Target {
    /// The expression as it is written in a question.
    text: String,
    /// The problem whose objective it is.
    problem: Option<String>,
}

impl Reading {
    /// What can be asked of the name or the expression at a byte of a cell, or of what the cell defines.
    ///
    /// ```
    /// use gradus_notebook::{Bundled, CellId, Document, Limits, Reading};
    /// let document = Document::read("```gr id=a\nx : [n]\nf = x'*x\n```\n");
    /// let reading = Reading::new(document, Limits::default(), std::sync::Arc::new(Bundled));
    /// let all = reading.gestures(&CellId::new("a").unwrap(), 8);
    /// assert_eq!((all[0].verb, all[0].source.as_str()), ("derive", "derive f wrt x"));
    /// ```
    pub fn gestures(&self, id: &CellId, byte: usize) -> Vec<Gesture> {
        let Some(k) = self.place_of(id) else { return Vec::new() };
        let Some(target) = self.place(k).target(byte) else { return Vec::new() };
        if target.text.len() > LONGEST {
            return Vec::new();
        }
        let Some(probe) = CellId::new("what-is-asked-about") else { return Vec::new() };
        // In a cell of its own the expression sees what a new cell would see.
        let other = self.with_source(&probe, Kind::Code, &target.text);
        let Some(place) = other.place_of(&probe).map(|k| other.place(k)) else { return Vec::new() };
        place.asked_of(&target).unwrap_or_default()
    }
}

impl Place<'_> {
    /// The name or expression at a byte.
    fn target(&self, byte: usize) -> Option<Target> {
        let (source, parsed) = (self.source(), self.parsed());
        let named = |name: &str| {
            let k = self.graph.find(name, self.cell)?;
            let of_own = |i: &Item| matches!(i, Item::Defined { name: n, .. } if n == name);
            let node = &self.graph.nodes[k];
            self.parsed[node.cell].items.iter().find(|i| of_own(i)).and_then(defined)
        };
        if let Some(found) = word_at(source, byte).and_then(named) {
            return Some(found);
        }
        if let Some(chain) = &parsed.chain {
            let step = chain.steps.iter().rfind(|s| s.span.start <= byte).or(chain.steps.first())?;
            return written(text_of(source, step.expression()));
        }
        // The line at the place, else the last above it, else the first.
        let starts = |i: &Item| match i {
            Item::Asked { span, .. } | Item::Problem { span } => Some(span.start),
            Item::Defined { name, .. } | Item::Given { name } => {
                let of_own = parsed.definitions.iter().flat_map(|d| &d.names);
                of_own.filter(|(n, _)| n == name).map(|(_, s)| s.start).next()
            }
        };
        let line_end = byte + source.get(byte..)?.find('\n').unwrap_or(source.len() - byte);
        let useful = || parsed.items.iter().filter(|i| !matches!(i, Item::Given { .. }));
        let above = useful().rfind(|i| starts(i).is_some_and(|s| s <= line_end));
        match above.or_else(|| useful().next())? {
            Item::Problem { span } => problem(text_of(source, *span)),
            Item::Asked { question, .. } => {
                let of = question.expressions();
                let at = of.iter().find(|s| (s.start..=s.end).contains(&byte)).or(of.first())?;
                written(text_of(source, *at))
            }
            item => defined(item),
        }
    }

    /// The questions about the expression that this cell shows.
    fn asked_of(&self, target: &Target) -> Option<Vec<Gesture>> {
        let slice = self.slice().ok()?;
        let read = self.read(&slice, &[self.whole()], &[]).ok()?;
        let e = read.expressions.first()?;
        entries_of(&postorder(std::slice::from_ref(e)), &super::constant, self.limits).ok()?;
        let t = &target.text;
        let given: BTreeSet<&str> = slice
            .nodes
            .iter()
            .map(|k| &self.graph.nodes[*k].definition)
            .filter(|d| d.parts.iter().any(|p| p.has_value))
            .flat_map(|d| d.names.iter().map(|(n, _)| n.as_str()))
            .collect();
        let unknown = |s: &Arc<Symbol>| read.symbols.iter().any(|d| d.name == s.name && d.role == Role::Var);
        let mut open: Vec<Arc<Symbol>> =
            e.symbols().into_iter().filter(|s| !given.contains(&*s.name)).collect();
        open.sort_by_key(|s| !unknown(s));
        let mut out = Vec::new();
        let mut add = |verb, title: String, source: String| out.push(Gesture { verb, title, source });
        for x in open.iter().take(MOST_VARIABLES).map(|s| &s.name) {
            add("derive", format!("Derivative by {x}"), format!("derive {t} wrt {x}"));
        }
        let simple = simpler(e, t);
        if let Some(simple) = &simple {
            add("simplify", "Simplify".into(), format!("simplify {t}"));
            add("equal", "Is it equal to its simpler form?".into(), format!("equal {t} == {simple}"));
        } else {
            add("equal", "Is it equal to something else?".into(), format!("equal {t} == {t}"));
        }
        for x in open.iter().take(MOST_VARIABLES).map(|s| &s.name) {
            add("check", format!("Check the derivative by {x} with numbers"), format!("check {t} wrt {x}"));
        }
        add("explain", "Shape, range, sign and curvature".into(), format!("explain {t}"));
        if open.is_empty() {
            add("eval", "Value".into(), format!("eval {t}"));
        }
        let numbers = open.iter().all(|s| s.shape.is_empty());
        if e.is_scalar() && numbers && (1..=2).contains(&open.len()) {
            let ranges: Vec<String> = open.iter().map(|s| format!("{} in -3..3", s.name)).collect();
            let names: Vec<&str> = open.iter().map(|s| &*s.name).collect();
            add(
                "plot",
                format!("Plot over {}", names.join(" and ")),
                format!("plot {t} for {}", ranges.join(", ")),
            );
        }
        match &target.problem {
            Some(problem) => add("solve", "Solve the problem".into(), problem.clone()),
            None if e.is_scalar() && !open.is_empty() && open.iter().all(unknown) => {
                add("solve", "Where is it least?".into(), format!("minimize {t}"));
            }
            None => {}
        }
        Some(out)
    }
}

/// The word around a byte.
fn word_at(source: &str, byte: usize) -> Option<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let (before, after) = (source.get(..byte)?, source.get(byte..)?);
    let start =
        before.len() - before.chars().rev().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    let end = byte + after.chars().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    (start < end).then(|| &source[start..end])
}

fn target(ast: &Ast) -> Target {
    let text = print(ast);
    let is_one = matches!(ast.node, AstNode::Name(_) | AstNode::Call(..) | AstNode::Number(_));
    // A question's own words would go on with what an open expression ends with.
    Target {
        text: if is_one || !text.contains(" where ") { text } else { format!("({text})") },
        problem: None,
    }
}

/// An expression as it is written.
fn written(text: &str) -> Option<Target> {
    match parse_expression(text) {
        (Some(ast), mistakes) if mistakes.is_empty() => Some(target(&ast)),
        _ => None,
    }
}

/// What a definition defines.
fn defined(item: &Item) -> Option<Target> {
    let Item::Defined { name, parameters, .. } = item else { return None };
    let arguments = parameters.as_ref().map(|p| format!("({})", p.join(", "))).unwrap_or_default();
    Some(Target { text: format!("{name}{arguments}"), problem: None })
}

/// The objective of a problem.
fn problem(text: &str) -> Option<Target> {
    let objective = parse_file(text).0.statements.into_iter().find_map(|s| match s {
        Statement::Objective { value, .. } => Some(value),
        _ => None,
    })?;
    Some(Target { problem: Some(text.to_owned()), ..target(&objective) })
}

/// The simplest form of an expression, where that is another text.
fn simpler(e: &Expr, text: &str) -> Option<String> {
    if postorder(std::slice::from_ref(e)).len() > MOST_PARTS {
        return None;
    }
    let simple = print(&recognise(&simplify(e)));
    (simple != text && simple.len() <= LONGEST).then_some(simple)
}
