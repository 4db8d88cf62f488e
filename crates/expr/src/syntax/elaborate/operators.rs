//! Operators between values.
//!
//! `+` and `-` need equal shapes or a scalar. The dotted operators broadcast by this rule: a column `[n]` meets a
//! matrix or a row as `n x 1`, a row as `1 x n`; then an axis of size 1 stretches to the other's size; anything else
//! is a mistake. `*` is the product of linear algebra; `/` divides by a scalar.

use super::{Elaborator, Value, one};
use crate::syntax::statement::power as rational_power;
use crate::syntax::{Ast, AstNode, BinaryOp, Diagnostic, Span};
use crate::{Constant, Dim, Expr, Function, Kind, Rational, Shape};
use num_traits::{Signed, ToPrimitive, Zero};

/// A term of a sum: is it added, its value, its place.
pub(super) type Term = (bool, Option<Value>, Span);

/// Two operands brought to a common shape: each with the axes of that shape that it has.
struct Aligned {
    left: (Expr, Vec<usize>),
    right: (Expr, Vec<usize>),
    shape: Shape,
    row: bool,
}

impl Aligned {
    fn full(&self) -> Option<(Expr, Expr)> {
        let left = self.left.0.broadcast(&self.left.1, &self.shape).ok()?;
        let right = self.right.0.broadcast(&self.right.1, &self.shape).ok()?;
        Some((left, right))
    }
}

impl Elaborator<'_> {
    /// A sum of terms of one shape; scalars stretch.
    pub(super) fn sum(&mut self, terms: Vec<Term>) -> Option<Value> {
        // The first tensor decides the shape.
        let mut lead: Option<(Value, Span)> = None;
        let mut clash = false;
        let mut values = Vec::with_capacity(terms.len());
        let first = terms.first().map_or_else(Span::default, |t| t.2);
        for (added, value, span) in terms {
            let Some(mut value) = value else {
                clash = true;
                continue;
            };
            if !value.is_scalar() {
                match &lead {
                    None => lead = Some((value.clone(), span)),
                    Some((l, _)) if l.expr.shape() == value.expr.shape() && l.row == value.row => {}
                    Some((l, _)) if value.row && l.expr.rank() == 2 && is_row_matrix(&l.expr, &value) => {
                        value = Value::new(value.into_expr());
                    }
                    Some((l, l_span)) if l.row && value.expr.rank() == 2 && is_row_matrix(&value.expr, l) => {
                        let (l, l_span) = (l.clone(), *l_span);
                        lead = Some((Value::new(l.into_expr()), l_span));
                    }
                    Some((l, _)) => {
                        let (l, left) = (l.clone(), Span { start: first.start, end: span.start });
                        self.shapes_clash(if added { "+" } else { "-" }, &l, left, &value, span);
                        clash = true;
                    }
                }
            }
            values.push((added, value));
        }
        if clash {
            return None;
        }
        let (shape, row) =
            lead.map_or_else(|| (Vec::new(), false), |(l, _)| (l.expr.shape().to_vec(), l.row));
        let terms = values.into_iter().map(|(added, v)| {
            let expr = match v.row && !row {
                true => v.into_expr(),
                false if v.expr.is_scalar() && !shape.is_empty() => v.expr.broadcast_to(shape.clone()),
                false => v.expr,
            };
            (if added { one() } else { -one() }, expr)
        });
        let sum = Expr::sum(shape.clone(), terms.collect());
        let expr = self.built(first, sum)?;
        Some(Value { row, expr })
    }

    fn shapes_clash(&mut self, op: &str, l: &Value, left: Span, r: &Value, right: Span) {
        let message = format!(
            "`{op}` needs equal shapes, but the left is {} and the right {}",
            l.describe(),
            r.describe()
        );
        let d = Diagnostic::error(right, message);
        let plain = op.trim_start_matches('.');
        let help = match (l.expr.rank(), r.expr.rank()) {
            (1, 1) if l.expr.shape() == r.expr.shape() => {
                "transpose one of them with `'`, or use the dotted operator to make a matrix of all pairs"
                    .into()
            }
            (2, 2) if l.expr.shape().iter().rev().eq(r.expr.shape()) => {
                "transpose one of them with `'`".into()
            }
            (2, 1) if !r.row && l.expr.shape()[0] == r.expr.shape()[0] => {
                format!("`.{plain}` applies a vector to every column")
            }
            (2, 1) if l.expr.shape()[1] == r.expr.shape()[0] && r.row => {
                format!("`.{plain}` applies a row to every row")
            }
            (2, 1) if l.expr.shape()[1] == r.expr.shape()[0] => {
                format!("`X .{plain} m'` applies a vector to every row")
            }
            (1, 2) if !l.row && l.expr.shape()[0] == r.expr.shape()[0] => {
                format!("`.{plain}` applies a vector to every column")
            }
            (2, _) if l.expr.shape().iter().all(Dim::is_one) => {
                "a 1 x 1 matrix is no scalar: take its entry with `sum(X)` or `X[1, 1]`".into()
            }
            (_, 2) if r.expr.shape().iter().all(Dim::is_one) => {
                "a 1 x 1 matrix is no scalar: take its entry with `sum(X)` or `X[1, 1]`".into()
            }
            _ => String::new(),
        };
        let d = d.label(left, format!("this is {}", l.describe()));
        let _: Option<()> = self.fail(if help.is_empty() { d } else { d.help(help) });
    }

    /// A product of linear algebra, from the left; runs of scalars are one contraction.
    pub(super) fn product(&mut self, factors: Vec<(Option<Value>, Span)>) -> Option<Value> {
        let mut scalars: Vec<Expr> = Vec::new();
        let mut tensor: Option<(Value, Span)> = None;
        let mut poisoned = false;
        let start = factors.first().map_or(0, |f| f.1.start);
        for (value, span) in factors {
            let Some(value) = value else {
                poisoned = true;
                tensor = None;
                continue;
            };
            if value.is_scalar() {
                scalars.push(value.expr);
                continue;
            }
            tensor = match tensor {
                None => Some((value, span)),
                Some((left, left_span)) => {
                    let whole = Span { start, end: span.end };
                    match self.tensor_product(left, left_span, value, span) {
                        Some(product) => Some((product, whole)),
                        None => {
                            poisoned = true;
                            None
                        }
                    }
                }
            };
            // A product that has become a scalar joins the scalars.
            if let Some((v, _)) = &tensor
                && v.is_scalar()
            {
                scalars.push(v.expr.clone());
                tensor = None;
            }
        }
        if poisoned {
            return None;
        }
        let (expr, row) = match tensor {
            Some((v, _)) => (Some(v.expr), v.row),
            None => (None, false),
        };
        if expr.is_none() && scalars.len() == 1 {
            return scalars.pop().map(Value::new);
        }
        let labels: Vec<u32> = (0..expr.as_ref().map_or(0, Expr::rank) as u32).collect();
        let operands: Vec<(Expr, &[u32])> = scalars
            .into_iter()
            .map(|s| (s, [].as_slice()))
            .chain(expr.map(|e| (e, labels.as_slice())))
            .collect();
        let span = Span { start, end: start };
        let product = self.built(span, Expr::contract(&operands, &labels, &[]))?;
        Some(Value { row, expr: product })
    }

    fn tensor_product(&mut self, l: Value, left: Span, r: Value, right: Span) -> Option<Value> {
        let (a, b) = (&l.expr, &r.expr);
        let agree = a.shape().last() == b.shape().first();
        match (a.rank(), l.row, b.rank(), r.row) {
            (1, false, 1, true) => return Some(Value::new(a.outer(b))),
            (1, true, 1, false) if agree => return self.built(right, a.matmul(b)).map(Value::new),
            (1, true, 2, _) if agree => {
                return self.built(right, a.matmul(b)).map(|expr| Value { expr, row: true });
            }
            (2, _, 1, false) if agree => return self.built(right, a.matmul(b)).map(Value::new),
            (2, _, 2, _) if agree => return self.built(right, a.matmul(b)).map(Value::new),
            (1, false, 2, _) if b.shape()[0].is_one() => {
                let row = self.built(right, b.sum_axis(0))?;
                return Some(Value::new(a.outer(&row)));
            }
            (2, _, 1, true) if a.shape()[1].is_one() => {
                let column = self.built(left, a.sum_axis(1))?;
                return Some(Value::new(column.outer(b)));
            }
            _ => {}
        }
        let (what, help) = match (a.rank(), l.row, b.rank(), r.row) {
            (1, false, 1, false) => (
                "the product of two vectors is not one thing".to_owned(),
                "write `x'*y` for their inner product, `x*y'` for their outer product, `x .* y` entry by entry",
            ),
            (1, true, 1, true) => (
                "the product of two rows is not one thing".to_owned(),
                "write `x'*y` for an inner product, `x*y'` for an outer product",
            ),
            (3.., ..) | (_, _, 3.., _) => {
                ("`*` multiplies matrices and vectors".to_owned(), "write a product of tensors with `einsum`")
            }
            (1, false, 2, _) if b.shape()[0] == a.shape()[0] => {
                (format!("{} cannot stand left of {}", l.describe(), r.describe()), "write `x'*A` or `A'*x`")
            }
            (2, _, 1, true) => (
                format!("{} cannot stand left of {}", l.describe(), r.describe()),
                "leave out the transpose: `A*x`",
            ),
            (2, _, 2 | 1, _) if a.shape()[0] == b.shape()[0] => (
                format!("the inner sizes of this product differ: {} and {}", l.describe(), r.describe()),
                "transpose the left one: `A'*B`",
            ),
            (2, _, 2, _) if a.shape() == b.shape() => (
                format!("the inner sizes of this product differ: {} and {}", l.describe(), r.describe()),
                "`.*` multiplies entry by entry",
            ),
            _ => {
                (format!("the inner sizes of this product differ: {} and {}", l.describe(), r.describe()), "")
            }
        };
        let d = Diagnostic::error(right, what).label(left, format!("this is {}", l.describe()));
        self.fail(if help.is_empty() { d } else { d.help(help) })
    }

    /// Every other operator.
    pub(super) fn binary(&mut self, op: BinaryOp, l: (Value, Span), r: (Value, Span)) -> Option<Value> {
        match op {
            BinaryOp::Div => self.quotient(l, r),
            BinaryOp::DotAdd | BinaryOp::DotSub => {
                let aligned = self.aligned(op, &l, &r)?;
                let (a, b) = aligned.full()?;
                let expr = if op == BinaryOp::DotAdd { a.add(&b) } else { a.subtract(&b) };
                let expr = self.built(r.1, expr)?;
                Some(Value { expr, row: aligned.row })
            }
            BinaryOp::DotMul => self.entrywise_product(op, &l, &r),
            BinaryOp::DotDiv => {
                self.no_zero(&r.0.expr, r.1)?;
                let inverse = reciprocal(&r.0.expr);
                self.entrywise_product(op, &l, &(r.0.like(inverse), r.1))
            }
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Equal | BinaryOp::NotEqual => {
                let f = match op {
                    BinaryOp::Less => Function::Less,
                    BinaryOp::LessEqual => Function::LessEqual,
                    BinaryOp::Equal => Function::Equal,
                    _ => Function::NotEqual,
                };
                self.entrywise(f, op.symbol(), &[l, r])
            }
            BinaryOp::Greater => self.entrywise(Function::Less, op.symbol(), &[r, l]),
            BinaryOp::GreaterEqual => self.entrywise(Function::LessEqual, op.symbol(), &[r, l]),
            // Chains of these are read elsewhere.
            BinaryOp::Add | BinaryOp::Sub => {
                self.sum(vec![(true, Some(l.0), l.1), (op == BinaryOp::Add, Some(r.0), r.1)])
            }
            BinaryOp::Mul => self.product(vec![(Some(l.0), l.1), (Some(r.0), r.1)]),
            BinaryOp::Pow | BinaryOp::DotPow => self.general_power(op, l, r),
        }
    }

    fn no_zero(&mut self, e: &Expr, span: Span) -> Option<()> {
        if e.is_zero() {
            return self.fail(Diagnostic::error(span, "this divides by zero"));
        }
        Some(())
    }

    fn quotient(&mut self, (l, left): (Value, Span), (r, right): (Value, Span)) -> Option<Value> {
        if !r.is_scalar() {
            let d =
                Diagnostic::error(right, format!("`/` divides by a scalar, but this is {}", r.describe()));
            let help = match (l.expr.rank(), r.expr.rank()) {
                (_, 2) if r.expr.shape()[0] == r.expr.shape()[1] && !l.is_scalar() => {
                    "`./` divides entry by entry; `solve(A, b)` is `inv(A)*b`"
                }
                _ => "`./` divides entry by entry",
            };
            return self.fail(d.help(help).label(left, format!("this is {}", l.describe())));
        }
        self.no_zero(&r.expr, right)?;
        let expr = self.built(right, l.expr.divide(&r.expr))?;
        Some(l.like(expr))
    }

    /// Functions of operands of one shape; scalars stretch.
    pub(super) fn entrywise(&mut self, f: Function, name: &str, operands: &[(Value, Span)]) -> Option<Value> {
        let lead = operands.iter().find(|(v, _)| !v.is_scalar()).cloned();
        let Some((lead, lead_span)) = lead else {
            let all = operands.iter().map(|(v, _)| v.expr.clone()).collect();
            return self.built(operands[0].1, Expr::map(f, all)).map(Value::new);
        };
        let mut all = Vec::with_capacity(operands.len());
        for (v, span) in operands {
            if v.is_scalar() {
                all.push(v.expr.broadcast_to(lead.expr.shape().to_vec()));
            } else if v.expr.shape() == lead.expr.shape() && v.row == lead.row {
                all.push(v.expr.clone());
            } else {
                self.shapes_clash(name, &lead, lead_span, v, *span);
                return None;
            }
        }
        let expr = self.built(operands[0].1, Expr::map(f, all))?;
        Some(lead.like(expr))
    }

    fn entrywise_product(&mut self, op: BinaryOp, l: &(Value, Span), r: &(Value, Span)) -> Option<Value> {
        if l.0.is_scalar() || r.0.is_scalar() {
            let expr = self.built(r.1, l.0.expr.hadamard(&r.0.expr))?;
            return Some(if l.0.is_scalar() { r.0.like(expr) } else { l.0.like(expr) });
        }
        let a = self.aligned(op, l, r)?;
        let labels = |axes: &[usize]| axes.iter().map(|k| *k as u32).collect::<Vec<_>>();
        let (left, right) = (labels(&a.left.1), labels(&a.right.1));
        let output: Vec<u32> = (0..a.shape.len() as u32).collect();
        let dims: Vec<(u32, Dim)> = output.iter().copied().zip(a.shape.iter().cloned()).collect();
        let operands = [(a.left.0.clone(), left.as_slice()), (a.right.0.clone(), right.as_slice())];
        let expr = self.built(r.1, Expr::contract(&operands, &output, &dims))?;
        Some(Value { expr, row: a.row })
    }

    /// The broadcasting rule of the dotted operators.
    fn aligned(
        &mut self,
        op: BinaryOp,
        (l, left): &(Value, Span),
        (r, right): &(Value, Span),
    ) -> Option<Aligned> {
        let flat =
            l.expr.rank() <= 1 && r.expr.rank() <= 1 && (l.row == r.row || l.is_scalar() || r.is_scalar());
        let axes = |v: &Value| match (v.expr.rank(), v.row, flat) {
            (0, ..) => Vec::new(),
            (1, true, false) => vec![1],
            (k, ..) => (0..k).collect::<Vec<usize>>(),
        };
        let (la, ra) = (axes(l), axes(r));
        let rank =
            if flat { l.expr.rank().max(r.expr.rank()) } else { 2.max(l.expr.rank()).max(r.expr.rank()) };
        let tensors = (l.expr.rank() > 2 || r.expr.rank() > 2)
            && l.expr.rank() != r.expr.rank()
            && !l.is_scalar()
            && !r.is_scalar();
        let size = |v: &Value, axes: &[usize], k: usize| {
            axes.iter().position(|a| *a == k).map_or(Dim::constant(1), |p| v.expr.shape()[p].clone())
        };
        let mut shape = Vec::new();
        for k in 0..rank {
            let (a, b) = (size(l, &la, k), size(r, &ra, k));
            if tensors || (a != b && !a.is_one() && !b.is_one()) {
                self.shapes_clash(op.symbol(), l, *left, r, *right);
                return None;
            }
            shape.push(if a.is_one() { b } else { a });
        }
        let squeezed = |v: &Value, axes: Vec<usize>| {
            let (mut expr, mut kept) = (v.expr.clone(), Vec::new());
            for k in axes {
                let p = kept.len();
                match expr.shape()[p] == shape[k] {
                    true => kept.push(k),
                    // A sum over an axis of size 1 takes the axis away.
                    false => expr = expr.sum_axis(p).unwrap_or(expr),
                }
            }
            (expr, kept)
        };
        let (left, right) = (squeezed(l, la), squeezed(r, ra));
        Some(Aligned { left, right, row: flat && (l.row || r.row), shape })
    }

    /// `base^exponent` or `base.^exponent`.
    pub(super) fn power(
        &mut self,
        op: BinaryOp,
        base: Option<Value>,
        left: Span,
        exponent: &Ast,
        whole: Span,
    ) -> Option<Value> {
        if let AstNode::Name(n) = &exponent.node
            && n == "T"
            && (self.names.inferred.contains(n) || !self.knows(n))
        {
            let span = Span { start: left.end, end: whole.end };
            let d = Diagnostic::error(span, "`^T` is no transpose, and no `T` is declared for a power");
            return self.fail(d.help("a transpose is written `x'`; for a power declare `T : []`"));
        }
        let other = self.value(exponent);
        let (base, other) = (base?, other?);
        self.general_power(op, (base, left), (other, exponent.span))
    }

    fn general_power(
        &mut self,
        op: BinaryOp,
        (base, left): (Value, Span),
        (exponent, right): (Value, Span),
    ) -> Option<Value> {
        if op == BinaryOp::Pow && !base.is_scalar() {
            return self.matrix_power(&base, left, &exponent, right);
        }
        if op == BinaryOp::Pow && !exponent.is_scalar() {
            let message = format!("the exponent of `^` is a scalar, but this is {}", exponent.describe());
            return self.fail(Diagnostic::error(right, message).help("`.^` takes powers entry by entry"));
        }
        let Some(p) = exponent.expr.as_rational().cloned() else {
            if matches!(base.expr.kind(), Kind::Constant(Constant::E)) {
                return Some(exponent.like(exponent.expr.apply(Function::Exp)));
            }
            if base.is_scalar() || exponent.is_scalar() {
                return self.entrywise(Function::Pow, op.symbol(), &[(base, left), (exponent, right)]);
            }
            let a = self.aligned(op, &(base, left), &(exponent, right))?;
            let (x, y) = a.full()?;
            let expr = self.built(right, Expr::map(Function::Pow, vec![x, y]))?;
            return Some(Value { expr, row: a.row });
        };
        if let Some(b) = base.expr.as_rational() {
            if b.is_zero() && p.is_negative() {
                return self.fail(Diagnostic::error(left, "this divides by zero"));
            }
            if b.is_negative() && !p.is_integer() {
                let message = "a negative number has no real power with this exponent";
                return self.fail(Diagnostic::error(left, message));
            }
            if let Some(r) = rational_power(b, &p) {
                return Some(Value::new(Expr::rational(r)));
            }
        }
        let expr = match (p.numer().to_i64(), p.denom().to_i64()) {
            (Some(n), Some(d)) => base.expr.power(n, d),
            _ => {
                let e = base.expr.apply_with(Function::Pow, &exponent.expr);
                self.built(right, e)?
            }
        };
        Some(base.like(expr))
    }

    fn matrix_power(&mut self, base: &Value, left: Span, exponent: &Value, right: Span) -> Option<Value> {
        if base.expr.rank() != 2 {
            let d = Diagnostic::error(
                left,
                format!("`^` needs a scalar or a square matrix, but this is {}", base.describe()),
            );
            return self.fail(d.help("`x.^2` takes powers entry by entry, `x'*x` is the sum of squares"));
        }
        if base.expr.shape()[0] != base.expr.shape()[1] {
            let d = Diagnostic::error(
                left,
                format!("only a square matrix has powers, but this is {}", base.describe()),
            );
            return self.fail(d.help("`A.^2` takes powers entry by entry, `A'*A` is always defined"));
        }
        let k = exponent.expr.as_rational().filter(|r: &&Rational| r.is_integer());
        match k.and_then(|r| r.to_integer().to_i64()) {
            Some(k) => {
                let power = base.expr.matrix_power(k);
                self.built(right, power).map(Value::new)
            }
            None => {
                let d = Diagnostic::error(right, "the power of a matrix is an integer such as 2 or -1");
                self.fail(d.help("`.^` takes powers entry by entry"))
            }
        }
    }
}

fn is_row_matrix(matrix: &Expr, row: &Value) -> bool {
    matrix.shape()[0].is_one() && matrix.shape()[1] == row.expr.shape()[0]
}

fn reciprocal(e: &Expr) -> Expr {
    match e.as_rational() {
        Some(r) if !r.is_zero() => Expr::rational(r.recip()),
        _ => e.reciprocal(),
    }
}
