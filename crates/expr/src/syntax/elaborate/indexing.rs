//! `x[...]` and `[a, b; c, d]`.
//!
//! Positions count from 1. A single position drops its axis, so that `X[2, :]` is a vector like any other; a
//! range keeps it; a vector of integers gathers.

use super::{Elaborator, Value, dim_of};
use crate::syntax::{Ast, AstNode, Diagnostic, Span, Subscript};
use crate::{Dim, Expr, Kind, Property, Reduction};

impl Elaborator<'_> {
    pub(super) fn subscript(
        &mut self,
        value: Value,
        at: Span,
        positions: &[Subscript],
        span: Span,
    ) -> Option<Value> {
        let described = value.describe();
        let mut expr = value.into_expr();
        if positions.len() != expr.rank() {
            let d = Diagnostic::error(
                span,
                format!("{described} needs {}, not {}", counted(expr.rank()), positions.len()),
            );
            let d = d.label(at, format!("this is {described}"));
            let help = match (expr.rank(), positions.len()) {
                (0, _) => "a scalar has no entries",
                (2, 1) => "write `X[i, :]` for a row, `X[:, j]` for a column, `X[i, j]` for an entry",
                _ => "one position for each axis, `:` for all of an axis",
            };
            return self.fail(d.help(help));
        }
        let mut axis = 0;
        for position in positions {
            match position {
                Subscript::All => axis += 1,
                Subscript::At(ast) => {
                    let rank = expr.rank();
                    let result = self.position(expr.clone(), axis, ast)?;
                    axis += 1 + result.rank() - rank;
                    expr = result;
                }
                Subscript::Range { from, step, to } => {
                    let outer = self.with_end(&expr, axis);
                    let (from_dim, to_dim) = (self.dim(from), self.dim(to));
                    let stride = match step {
                        Some(s) => self.integer("a step", s),
                        None => Some(1),
                    };
                    self.locals.truncate(outer);
                    let place = Span { start: from.span.start, end: to.span.end };
                    expr = self.range(&expr, axis, (from_dim?, stride?, to_dim?), place)?;
                    axis += 1;
                }
            }
        }
        Some(Value::new(expr))
    }

    /// Makes `end` the size of an axis; answers how many local names there were.
    fn with_end(&mut self, expr: &Expr, axis: usize) -> usize {
        let outer = self.locals.len();
        let size = Expr::size(expr.shape()[axis].clone());
        if !self.names.values.contains_key("end") {
            self.locals.push(("end".into(), Some(Value::new(size))));
        }
        outer
    }

    fn range(&mut self, e: &Expr, axis: usize, (from, step, to): (Dim, i64, Dim), at: Span) -> Option<Expr> {
        if step == 0 {
            return self.fail(Diagnostic::error(at, "a step of 0 goes nowhere"));
        }
        let one = Dim::constant(1);
        let (span, stride) = if step > 0 { (to - from.clone(), step) } else { (from.clone() - to, step) };
        let count = match (span.as_constant(), stride.unsigned_abs()) {
            (_, 1) => span + one.clone(),
            (Some(k), s) if k >= 0 => Dim::constant((k as u64 / s) as usize + 1),
            (Some(_), _) => Dim::constant(0),
            (None, _) => {
                let d = Diagnostic::error(at, "how many positions this range has is not known");
                return self.fail(d.help("with a step other than 1 or -1, both ends are numbers"));
            }
        };
        if count.as_constant().is_some_and(|k| k <= 0) {
            return self.fail(Diagnostic::error(at, "this range is empty"));
        }
        self.located(at, e.slice(axis, from - one, stride, count))
    }

    /// An entry that drops its axis, or a gather by integers.
    pub(super) fn position(&mut self, e: Expr, axis: usize, ast: &Ast) -> Option<Expr> {
        let outer = self.with_end(&e, axis);
        let index = self.value(ast);
        self.locals.truncate(outer);
        let index = index?;
        if let Some(d) = dim_of(&index.expr) {
            return self.located(ast.span, e.entry(axis, d - Dim::constant(1)));
        }
        if !is_integer(&index.expr, 0) {
            let d = Diagnostic::error(ast.span, "positions are integers, and nothing says that these are");
            let help = match &ast.node {
                AstNode::Name(n) => format!("declare it, as in `data {n} : [n] integer`"),
                _ => "use integer data declared with `integer`".into(),
            };
            return self.fail(d.help(help));
        }
        if index.expr.rank() > 1 {
            let d = Diagnostic::error(
                ast.span,
                format!("positions are a scalar or a vector, but this is {}", index.describe()),
            );
            return self.fail(d);
        }
        let result = e.gather(axis, &index.expr);
        self.built(ast.span, result)
    }

    fn located(&mut self, at: Span, e: Result<Expr, crate::Error>) -> Option<Expr> {
        match e {
            Ok(e) => Some(e),
            Err(crate::Error::LimitExceeded { what, .. }) => {
                let what = what.replace(" of an axis of size", " is outside an axis of size");
                self.fail(Diagnostic::error(at, what).help("positions count from 1"))
            }
            Err(e) => self.fail(Diagnostic::error(at, e.to_string())),
        }
    }

    /// Blocks: rows of equal height side by side, then one row below the other.
    pub(super) fn rows(&mut self, rows: &[Vec<Ast>]) -> Option<Value> {
        let mut values: Vec<Vec<(Value, Span)>> = Vec::with_capacity(rows.len());
        let mut poisoned = false;
        for row in rows {
            let mut these = Vec::with_capacity(row.len());
            for entry in row {
                match self.value(entry) {
                    Some(v) if v.expr.rank() > 2 => {
                        let message = format!(
                            "a block is a scalar, a vector or a matrix, but this is {}",
                            v.describe()
                        );
                        self.fail::<()>(Diagnostic::error(entry.span, message));
                        poisoned = true;
                    }
                    Some(v) => these.push((v, entry.span)),
                    None => poisoned = true,
                }
            }
            values.push(these);
        }
        if poisoned || values.iter().any(Vec::is_empty) {
            return None;
        }
        let all_scalar = |r: &[(Value, Span)]| r.iter().all(|(v, _)| v.is_scalar());
        if let [row] = values.as_slice()
            && row.iter().all(|(v, _)| v.is_scalar() || v.row)
        {
            let expr = self.joined(row, 0)?;
            return Some(Value { expr, row: true });
        }
        if values.iter().all(|r| r.len() == 1 && (r[0].0.is_scalar() || r[0].0.is_column())) {
            let column: Vec<(Value, Span)> = values.into_iter().flatten().collect();
            return self.joined(&column, 0).map(Value::new);
        }
        let mut bands = Vec::with_capacity(values.len());
        for row in &values {
            let band = if all_scalar(row) || row.iter().all(|(v, _)| v.is_scalar() || v.row) {
                let expr = self.joined(row, 0)?;
                Value { expr, row: true }.into_expr()
            } else {
                self.joined(row, 1)?
            };
            let place = Span { start: row[0].1.start, end: row[row.len() - 1].1.end };
            bands.push((Value::new(band), place));
        }
        self.joined(&bands, 0).map(Value::new)
    }

    /// Values joined along an axis: as vectors along 0 when none is a matrix, else as matrices.
    fn joined(&mut self, parts: &[(Value, Span)], axis: usize) -> Option<Expr> {
        if parts.iter().all(|(v, _)| v.is_scalar()) && axis == 0 {
            let entries: Vec<Expr> = parts.iter().map(|(v, _)| v.expr.clone()).collect();
            return self.built(parts[0].1, Expr::vector_of(&entries));
        }
        let vectors = axis == 0 && parts.iter().all(|(v, _)| v.expr.rank() <= 1);
        let one = Dim::constant(1);
        let parts: Vec<(Expr, Span)> = parts
            .iter()
            .map(|(v, span)| {
                let expr = match (v.expr.rank(), vectors) {
                    (0, true) => v.expr.broadcast_to(vec![one.clone()]),
                    (0, false) => v.expr.broadcast_to(vec![one.clone(), one.clone()]),
                    (1, false) if !v.row => {
                        let shape = [v.expr.shape()[0].clone(), one.clone()];
                        v.expr.broadcast(&[0], &shape).unwrap_or_else(|_| v.expr.clone())
                    }
                    (1, false) => v.clone().into_expr(),
                    _ => v.expr.clone(),
                };
                (expr, *span)
            })
            .collect();
        let other = 1 - axis;
        let first = &parts[0].0;
        if let Some((bad, at)) =
            parts.iter().find(|(e, _)| !vectors && e.shape()[other] != first.shape()[other])
        {
            let (way, size) =
                if axis == 1 { ("side by side", "rows") } else { ("below each other", "columns") };
            let message = format!(
                "blocks {way} have equally many {size}, but the first has {} and this has {}",
                first.shape()[other],
                bad.shape()[other]
            );
            return self.fail(Diagnostic::error(*at, message).label(parts[0].1, "the first"));
        }
        let exprs: Vec<Expr> = parts.iter().map(|(e, _)| e.clone()).collect();
        self.built(parts[0].1, Expr::concat(&exprs, axis))
    }
}

fn counted(rank: usize) -> String {
    match rank {
        0 => "no position".into(),
        1 => "1 position".into(),
        k => format!("{k} positions"),
    }
}

/// Is every entry certainly an integer?
fn is_integer(e: &Expr, depth: usize) -> bool {
    match e.kind() {
        _ if depth > 50 => false,
        Kind::Symbol(s) => s.has(Property::Integer),
        Kind::Size(_) | Kind::OneHot { .. } | Kind::Structure(_) => true,
        Kind::Constant(crate::Constant::Rational(r)) => r.is_integer(),
        Kind::Constant(_) => false,
        Kind::Sum(terms) => terms.iter().all(|(c, t)| c.is_integer() && is_integer(t, depth + 1)),
        Kind::Contract(c) => c.operands.iter().all(|(t, _)| is_integer(t, depth + 1)),
        Kind::Reduce(Reduction::ArgMax | Reduction::ArgMin, ..) => true,
        Kind::Reduce(..) | Kind::Map(..) | Kind::Matrix(..) => false,
    }
}
