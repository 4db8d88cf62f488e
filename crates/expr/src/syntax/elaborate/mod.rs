//! From notation to expressions: every name found, every shape checked.
//!
//! A value is a scalar, a column vector, a row (a transposed vector, which exists only here: an [`Expr`] has no
//! rows) or a tensor of more axes. `x'*y` of a row and a column is a scalar, `x*y'` a matrix; a row that meets a
//! matrix, an index or the end of an expression becomes a matrix of one row.
//!
//! A mistake is reported once, where it is; what contains it has no value and says nothing more.

mod functions;
mod indexing;
mod operators;

pub(super) use functions::is_elementwise;

use super::nearest::nearest;
use super::{Ast, AstNode, BinaryOp, Diagnostic, Span};
use crate::{Constant, Dim, Error, Expr, Kind, show_shape};
use num_traits::{One, Signed, ToPrimitive};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// How deep definitions may use definitions.
const DEEPEST_CALL: usize = 40;

/// How many uses of definitions an expression may have.
const MOST_CALLS: usize = 20_000;

/// An expression with its reading as a row.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) expr: Expr,
    /// A vector that lies down.
    pub(super) row: bool,
}

impl Value {
    pub(super) fn new(expr: Expr) -> Self {
        Value { expr, row: false }
    }

    fn like(&self, expr: Expr) -> Self {
        Value { row: self.row && expr.rank() == 1, expr }
    }

    fn is_scalar(&self) -> bool {
        self.expr.is_scalar()
    }

    fn is_column(&self) -> bool {
        self.expr.rank() == 1 && !self.row
    }

    /// As an expression: a row becomes a matrix of one row.
    pub(super) fn into_expr(self) -> Expr {
        if !self.row {
            return self.expr;
        }
        let shape = [Dim::constant(1), self.expr.shape()[0].clone()];
        self.expr.broadcast(&[1], &shape).unwrap_or(self.expr)
    }

    /// What it is, in words.
    fn describe(&self) -> String {
        let shape = show_shape(self.expr.shape());
        match (self.expr.rank(), self.row) {
            (0, _) => "a scalar".into(),
            (1, true) => format!("a row [1, {}]", self.expr.shape()[0]),
            (1, false) => format!("a vector {shape}"),
            (2, _) => format!("a matrix {shape}"),
            (r, _) => format!("a tensor {shape} of {r} axes"),
        }
    }
}

/// A function defined in the text.
pub(super) struct Definition {
    pub(super) parameters: Vec<String>,
    pub(super) body: Ast,
}

/// A use of a definition: its name, and each argument's digest and whether it is a row.
type Use = (String, Vec<(u128, bool)>);

/// The names that expressions may use.
#[derive(Default)]
pub(super) struct Names {
    pub(super) values: HashMap<String, Option<Value>>,
    pub(super) dims: BTreeSet<String>,
    /// Those among the values that nobody declared.
    pub(super) inferred: BTreeSet<String>,
    pub(super) definitions: HashMap<String, Rc<Definition>>,
}

/// Whether a name without parentheses can only be a slip.
pub(super) fn is_function(name: &str) -> bool {
    functions::NAMES.contains(&name)
}

pub(super) struct Elaborator<'a> {
    names: &'a Names,
    locals: Vec<(String, Option<Value>)>,
    calls: Vec<String>,
    call_count: usize,
    /// The values of definitions for arguments, by digest, already seen.
    memo: HashMap<Use, Option<Value>>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Elaborator<'a> {
    pub(super) fn new(names: &'a Names) -> Self {
        Elaborator {
            names,
            locals: Vec::new(),
            calls: Vec::new(),
            call_count: 0,
            memo: HashMap::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Reports a mistake; there is no value.
    fn fail<T>(&mut self, d: Diagnostic) -> Option<T> {
        if !self.diagnostics.contains(&d) {
            self.diagnostics.push(d);
        }
        None
    }

    /// A built expression, or its mistake at a place.
    fn built(&mut self, span: Span, e: Result<Expr, Error>) -> Option<Expr> {
        match e {
            Ok(e) => Some(e),
            Err(e) => self.fail(Diagnostic::error(span, e.to_string())),
        }
    }

    /// The value of any notation.
    pub(super) fn value(&mut self, ast: &Ast) -> Option<Value> {
        let (first, rest) = ast.spine();
        let mut value = self.single(first);
        let mut left = first.span;
        let mut k = 0;
        while k < rest.len() {
            let (op, right, span) = rest[k];
            match op {
                BinaryOp::Add | BinaryOp::Sub => {
                    let mut terms = vec![(true, value, left)];
                    while let Some((op @ (BinaryOp::Add | BinaryOp::Sub), right, _)) = rest.get(k) {
                        let term = self.value(right);
                        terms.push((*op == BinaryOp::Add, term, right.span));
                        k += 1;
                    }
                    value = self.sum(terms);
                }
                BinaryOp::Mul => {
                    let mut factors = vec![(value, left)];
                    while let Some((BinaryOp::Mul, right, _)) = rest.get(k) {
                        let factor = self.value(right);
                        factors.push((factor, right.span));
                        k += 1;
                    }
                    value = self.product(factors);
                }
                BinaryOp::Pow | BinaryOp::DotPow => {
                    value = self.power(op, value, left, right, span);
                    k += 1;
                }
                _ => {
                    let other = self.value(right);
                    value = match (value, other) {
                        (Some(a), Some(b)) => self.binary(op, (a, left), (b, right.span)),
                        _ => None,
                    };
                    k += 1;
                }
            }
            left = rest[k - 1].2;
        }
        value
    }

    /// The value of what is not a chain of operators.
    fn single(&mut self, ast: &Ast) -> Option<Value> {
        match &ast.node {
            AstNode::Number(r) => Some(Value::new(Expr::rational(r.clone()))),
            AstNode::Name(name) => self.name(name, ast.span),
            AstNode::Neg(x) => {
                let x = self.value(x)?;
                Some(x.like(x.expr.negate()))
            }
            AstNode::Transpose(x) => {
                let value = self.value(x)?;
                self.transpose(value, ast.span)
            }
            AstNode::Binary(..) => self.value(ast),
            AstNode::Call(name, arguments) => self.call(name, arguments, ast.span),
            AstNode::Subscript(x, positions) => {
                let value = self.value(x)?;
                self.subscript(value, x.span, positions, ast.span)
            }
            AstNode::Rows(rows) => self.rows(rows),
            AstNode::Text(_) => self.fail(
                Diagnostic::error(ast.span, "a string has no value here")
                    .help("strings stand in `einsum(\"ij,j->i\", A, x)` and in `load(\"file.npy\")`"),
            ),
            AstNode::Where(body, names) => {
                let outer = self.locals.len();
                for (name, value) in names {
                    let value = self.value(value);
                    self.locals.push((name.clone(), value));
                }
                let value = self.value(body);
                self.locals.truncate(outer);
                value
            }
        }
    }

    /// The value that must be a scalar.
    fn scalar(&mut self, what: &str, ast: &Ast) -> Option<Expr> {
        let value = self.value(ast)?;
        if value.is_scalar() {
            return Some(value.expr);
        }
        let d = Diagnostic::error(ast.span, format!("{what} is a scalar, but this is {}", value.describe()));
        self.fail(d)
    }

    /// Is there a value or a size of this name?
    fn knows(&self, name: &str) -> bool {
        self.locals.iter().any(|(n, _)| n == name)
            || self.names.values.contains_key(name)
            || self.names.dims.contains(name)
    }

    fn name(&mut self, name: &str, span: Span) -> Option<Value> {
        if name.is_empty() {
            return None; // an operand that the parser has reported as missing
        }
        if let Some((_, value)) = self.locals.iter().rev().find(|(n, _)| n == name) {
            return value.clone();
        }
        if !self.calls.is_empty() && self.locals.is_empty() {
            return self.fail(Diagnostic::error(span, format!("there is no `{name}` here")));
        }
        if let Some(value) = self.names.values.get(name) {
            return value.clone();
        }
        if self.names.dims.contains(name) {
            return Some(Value::new(Expr::size(Dim::symbol(name))));
        }
        match name {
            "pi" => return Some(Value::new(Expr::constant(Constant::Pi))),
            "e" => return Some(Value::new(Expr::constant(Constant::E))),
            _ => {}
        }
        let d = Diagnostic::error(span, format!("there is no `{name}` here"));
        if is_function(name) || self.names.definitions.contains_key(name) {
            return self.fail(d.help(format!(
                "`{name}` is a function: write `{name}(...)`, or declare a value of this name"
            )));
        }
        let locals = self.locals.iter().map(|(n, _)| n.as_str());
        let known = self.names.values.keys().chain(&self.names.dims).map(String::as_str).chain(locals);
        let d = match nearest(name, known) {
            Some(meant) => d.help(format!("did you mean `{meant}`?")),
            None => d.help(format!("declare it, for example `var {name} : [n]`")),
        };
        self.fail(d)
    }

    fn transpose(&mut self, value: Value, span: Span) -> Option<Value> {
        match value.expr.rank() {
            0 => Some(value),
            1 => Some(Value { row: !value.row, expr: value.expr }),
            2 => self.built(span, value.expr.transpose()).map(Value::new),
            _ => {
                let d = Diagnostic::error(span, format!("{} has no transpose", value.describe()));
                self.fail(d.help("say which axes go where: `einsum(\"ijk->kij\", T)`"))
            }
        }
    }

    fn call(&mut self, name: &str, arguments: &[Ast], span: Span) -> Option<Value> {
        if let Some(definition) = self.names.definitions.get(name) {
            return self.inline(name, &Rc::clone(definition), arguments, span);
        }
        if is_function(name) {
            return self.function(name, arguments, span);
        }
        let at = Span { start: span.start, end: span.start + name.len().min(span.end - span.start) };
        let known = functions::NAMES.iter().copied();
        let d = Diagnostic::error(at, format!("there is no function `{name}`"));
        let is_value = self.names.values.contains_key(name) || self.locals.iter().any(|(n, _)| n == name);
        let d = if is_value {
            d.help(format!(
                "`{name}` is a value: write `{name}*(...)` for a product, `{name}[...]` for an entry"
            ))
        } else if let Some(words) = functions::elsewhere(name) {
            d.help(words)
        } else {
            match nearest(name, known.chain(self.names.definitions.keys().map(String::as_str))) {
                Some(meant) => d.help(format!("did you mean `{meant}`?")),
                None => d.help(format!("define it: `def {name}(x) = ...`")),
            }
        };
        // The arguments' own mistakes are worth knowing too.
        for a in arguments {
            self.value(a);
        }
        self.fail(d)
    }

    /// The use of a definition: its body with the parameters' names given.
    fn inline(&mut self, name: &str, d: &Definition, arguments: &[Ast], span: Span) -> Option<Value> {
        let values: Vec<Option<Value>> = arguments.iter().map(|a| self.value(a)).collect();
        let values: Vec<Value> = values.into_iter().collect::<Option<_>>()?;
        if values.len() != d.parameters.len() {
            let (expected, given) = (d.parameters.len(), values.len());
            let message = format!("`{name}` takes {expected} {}, not {given}", plural(expected, "argument"));
            return self.fail(Diagnostic::error(span, message));
        }
        if self.calls.iter().any(|c| c == name) {
            let message = format!("`{name}` uses itself, which a definition cannot");
            return self.fail(Diagnostic::error(span, message));
        }
        self.call_count += 1;
        if self.calls.len() >= DEEPEST_CALL || self.call_count > MOST_CALLS {
            let message = "definitions are used too deeply or too often here".to_owned();
            return self.fail(Diagnostic::error(span, message));
        }
        let key = (name.to_owned(), values.iter().map(|v| (v.expr.digest(), v.row)).collect());
        if let Some(known) = self.memo.get(&key) {
            return known.clone();
        }
        let parameters = d.parameters.iter().cloned().zip(values.into_iter().map(Some)).collect();
        let outer = std::mem::replace(&mut self.locals, parameters);
        self.calls.push(name.to_owned());
        let before = self.diagnostics.len();
        let value = self.value(&d.body);
        for inner in &mut self.diagnostics[before..] {
            if inner.labels.is_empty() {
                inner.labels.push((span, format!("`{name}` is used here")));
            }
        }
        self.calls.pop();
        self.locals = outer;
        self.memo.insert(key, value.clone());
        value
    }

    /// The dimension that notation stands for: integers, sizes, their sums and products.
    pub(super) fn dim(&mut self, ast: &Ast) -> Option<Dim> {
        let expr = self.scalar("a size or a position", ast)?;
        match dim_of(&expr) {
            Some(d) => Some(d),
            None => {
                let d = Diagnostic::error(ast.span, "a size or a position is an integer or made of sizes");
                self.fail(d.help("for example `3`, `n`, `n - 1` or `2*n`"))
            }
        }
    }

    /// A literal integer.
    fn integer(&mut self, what: &str, ast: &Ast) -> Option<i64> {
        let expr = self.scalar(what, ast)?;
        match expr.as_rational().filter(|r| r.is_integer()).and_then(|r| r.to_integer().to_i64()) {
            Some(k) => Some(k),
            None => self.fail(Diagnostic::error(ast.span, format!("{what} is an integer such as 1 or 2"))),
        }
    }
}

/// The dimension that a scalar expression stands for.
pub(super) fn dim_of(expr: &Expr) -> Option<Dim> {
    let small = |r: &crate::Rational| {
        let k = r.is_integer().then(|| r.to_integer().to_i64())??;
        let size = Dim::constant(usize::try_from(k.unsigned_abs()).ok()?);
        (size.as_constant()? < i64::MAX).then_some(())?;
        Some(if r.is_negative() { Dim::constant(0) - size } else { size })
    };
    // Sizes nest no deeper than they are written; a chain of them is refused, not followed.
    fn go(e: &Expr, small: &impl Fn(&crate::Rational) -> Option<Dim>, depth: usize) -> Option<Dim> {
        if depth > 100 {
            return None;
        }
        match e.kind() {
            Kind::Constant(Constant::Rational(r)) => small(r),
            Kind::Size(d) => Some(d.clone()),
            Kind::Sum(terms) => terms.iter().try_fold(Dim::constant(0), |total, (c, t)| {
                Some(total + small(c)? * go(t, small, depth + 1)?)
            }),
            Kind::Contract(c) if c.dims.is_empty() => {
                c.operands.iter().try_fold(Dim::constant(1), |p, (t, _)| Some(p * go(t, small, depth + 1)?))
            }
            _ => None,
        }
    }
    if !expr.is_scalar() {
        return None;
    }
    go(expr, &small, 0)
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

fn one() -> crate::Rational {
    crate::Rational::one()
}
