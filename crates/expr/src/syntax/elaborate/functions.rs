//! The functions of the language.

use super::{Elaborator, Value, plural};
use crate::syntax::{Ast, AstNode, Diagnostic, Span};
use crate::{Dim, Expr, Function, MatrixFunction, Rational, Reduction, Shape, Structure};
use num_traits::{One, Signed, Zero};

/// Functions that act entry by entry: nothing in them asks for a vector.
pub(in crate::syntax) fn is_elementwise(name: &str) -> bool {
    NAMES[..ELEMENTWISE].contains(&name)
}

/// How many names, from the first, are those of elementwise functions.
const ELEMENTWISE: usize = 32;

/// The names of all functions.
pub(in crate::syntax) const NAMES: [&str; 83] = [
    "abs",
    "sign",
    "exp",
    "log",
    "ln",
    "log1p",
    "expm1",
    "sqrt",
    "square",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "sigmoid",
    "softplus",
    "relu",
    "step",
    "erf",
    "erfc",
    "lgamma",
    "digamma",
    "polygamma",
    "max",
    "min",
    "clamp",
    "where",
    "pow",
    "sum",
    "mean",
    "prod",
    "logsumexp",
    "norm1",
    "norm2",
    "norminf",
    "normfro",
    "argmax",
    "argmin",
    "softmax",
    "dot",
    "outer",
    "kron",
    "einsum",
    "trace",
    "det",
    "logdet",
    "inv",
    "solve",
    "cholesky",
    "diag",
    "eye",
    "ones",
    "zeros",
    "vec",
    "reshape",
    "transpose",
    "row",
    "col",
    "hcat",
    "vcat",
    "cumsum",
    "sqdist",
    "one_hot",
    "rows",
    "cols",
    "quadform",
    "columns",
    "column",
    "codes",
    "load",
    "norm",
    "tr",
    "sum_squares",
    "minimum",
    "maximum",
    "unit",
    "lower_ones",
    "slice_matrix",
    "merge_tensor",
];

/// What is written here for a function that other languages have.
pub(super) fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "log10" => "write `log(x)/log(10)`",
        "log2" => "write `log(x)/log(2)`",
        "arcsin" => "write `asin(x)`",
        "arccos" => "write `acos(x)`",
        "arctan" => "write `atan(x)`",
        "var" | "variance" => "write `mean((x - mean(x)).^2)`",
        "std" | "sd" | "stddev" => "write `sqrt(mean((x - mean(x)).^2))`",
        "len" | "length" | "size" | "numel" => {
            "write the name of the size, such as `n` for `x : [n]`, or `rows(x)`"
        }
        "median" => {
            "there are no order statistics but `max` and `min`; `norm1(x - m)` is least at the median `m`"
        }
        "gamma" => "write `exp(lgamma(x))`",
        "loggamma" | "gammaln" => "write `lgamma(x)`",
        "factorial" => "write `exp(lgamma(n + 1))`",
        "logistic" | "expit" => "write `sigmoid(x)`",
        "logit" => "write `log(p/(1 - p))`",
        "inverse" | "pinv" => "write `inv(A)`; least squares are `solve(A'*A, A'*b)`",
        "norm_2" | "l2" => "write `norm2(x)`",
        "l1" | "norm_1" => "write `norm1(x)`",
        "frobenius" | "norm_f" => "write `normfro(X)`",
        "identity" => "write `eye(n)`",
        "matmul" | "mm" => "a product is written `A*B`",
        "inner" => "write `x'*y` or `dot(x, y)`",
        "concat" | "concatenate" | "hstack" | "vstack" => {
            "write `[x; y]` below each other, `[X, Y]` side by side"
        }
        "diff" | "grad" | "gradient" => {
            "a derivative is not written but asked for, by the name of its variable"
        }
        _ => return None,
    })
}

/// An elementwise function of one operand by its name.
fn elementwise(name: &str) -> Option<Function> {
    Some(match name {
        "abs" => Function::Abs,
        "sign" => Function::Sign,
        "exp" => Function::Exp,
        "log" | "ln" => Function::Log,
        "log1p" => Function::Log1p,
        "expm1" => Function::Expm1,
        "sqrt" => Function::power(1, 2),
        "square" => Function::power(2, 1),
        "sin" => Function::Sin,
        "cos" => Function::Cos,
        "tan" => Function::Tan,
        "asin" => Function::Asin,
        "acos" => Function::Acos,
        "atan" => Function::Atan,
        "sinh" => Function::Sinh,
        "cosh" => Function::Cosh,
        "tanh" => Function::Tanh,
        "sigmoid" => Function::Sigmoid,
        "softplus" => Function::Softplus,
        "relu" => Function::Relu,
        "step" => Function::Step,
        "erf" => Function::Erf,
        "erfc" => Function::Erfc,
        "lgamma" => Function::Lgamma,
        "digamma" => Function::Polygamma(0),
        _ => return None,
    })
}

/// Why a constant is outside a function's domain.
fn outside(f: Function, x: &Rational) -> Option<&'static str> {
    let one = Rational::one();
    match f {
        Function::Log if !x.is_positive() => Some("the logarithm needs a positive number"),
        Function::Log1p if *x <= -one.clone() => Some("log1p needs a number above -1"),
        Function::Power(p) if x.is_negative() && !p.is_integer() => {
            Some("a negative number has no real square root")
        }
        Function::Asin | Function::Acos if x.abs() > one => {
            Some("the inverse sine and cosine need a number between -1 and 1")
        }
        Function::Lgamma | Function::Polygamma(_) if x.is_integer() && !x.is_positive() => {
            Some("the gamma function has a pole at 0 and at every negative integer")
        }
        _ => None,
    }
}

type Argument = (Value, Span);

impl Elaborator<'_> {
    pub(super) fn function(&mut self, name: &str, arguments: &[Ast], span: Span) -> Option<Value> {
        if let Some(f) = elementwise(name) {
            let [x] = self.operands::<1>(name, arguments, span)?;
            return self.apply(f, &x);
        }
        match name {
            "sum" | "mean" | "prod" | "logsumexp" | "norm1" | "norm2" | "norm" | "norminf" | "normfro"
            | "argmax" | "argmin" | "sum_squares" => self.reduction(name, arguments, span),
            "max" | "min" | "maximum" | "minimum" => self.extremum(name, arguments, span),
            "softmax" | "cumsum" => self.along(name, arguments, span),
            "einsum" => self.einsum(arguments, span),
            "eye" | "ones" | "zeros" => self.filled(name, arguments, span),
            "unit" | "lower_ones" | "slice_matrix" | "merge_tensor" => self.structure(name, arguments, span),
            "reshape" => self.reshape(arguments, span),
            "hcat" | "vcat" => {
                let rows: Vec<Vec<Ast>> = match name {
                    "hcat" => vec![arguments.to_vec()],
                    _ => arguments.iter().map(|a| vec![a.clone()]).collect(),
                };
                self.rows(&rows)
            }
            "row" | "col" => self.line(name, arguments, span),
            "rows" | "cols" => {
                let [x] = self.operands::<1>(name, arguments, span)?;
                let shape = x.0.into_expr().shape().to_vec();
                let axis = usize::from(name == "cols");
                Some(Value::new(Expr::size(shape.get(axis).cloned().unwrap_or(Dim::constant(1)))))
            }
            "polygamma" => self.polygamma(arguments, span),
            "one_hot" => {
                self.count(name, arguments, 2..=2, span)?;
                let index = self.value(&arguments[0])?;
                let classes = self.dim(&arguments[1])?;
                Some(Value::new(Expr::one_hot(index.expr, classes)))
            }
            "clamp" | "where" => {
                let f = if name == "clamp" { Function::Clamp } else { Function::Where };
                let all: [Argument; 3] = self.operands(name, arguments, span)?;
                self.entrywise(f, name, &all)
            }
            "pow" => {
                let [x, y] = self.operands::<2>(name, arguments, span)?;
                self.binary(crate::syntax::BinaryOp::DotPow, x, y)
            }
            "columns" | "column" | "codes" | "load" => self.fail(
                Diagnostic::error(span, format!("`{name}` reads data, which only a `data` declaration does"))
                    .help(format!("write `data X = {name}(...)`")),
            ),
            _ => self.linear(name, arguments, span),
        }
    }

    /// The number of arguments.
    fn count(
        &mut self,
        name: &str,
        arguments: &[Ast],
        allowed: std::ops::RangeInclusive<usize>,
        span: Span,
    ) -> Option<()> {
        if allowed.contains(&arguments.len()) {
            return Some(());
        }
        let (least, most) = (*allowed.start(), *allowed.end());
        let expected = match (least, most) {
            (a, b) if a == b => format!("{a} {}", plural(a, "argument")),
            (a, usize::MAX) => format!("at least {a} {}", plural(a, "argument")),
            (a, b) => format!("{a} to {b} arguments"),
        };
        self.fail(Diagnostic::error(span, format!("`{name}` takes {expected}, not {}", arguments.len())))
    }

    /// Exactly N arguments' values.
    fn operands<const N: usize>(
        &mut self,
        name: &str,
        arguments: &[Ast],
        span: Span,
    ) -> Option<[Argument; N]> {
        self.count(name, arguments, N..=N, span)?;
        let values: Vec<Option<Argument>> =
            arguments.iter().map(|a| self.value(a).map(|v| (v, a.span))).collect();
        let values: Vec<Argument> = values.into_iter().collect::<Option<_>>()?;
        values.try_into().ok()
    }

    fn apply(&mut self, f: Function, (x, span): &Argument) -> Option<Value> {
        if let Some(r) = x.expr.as_rational() {
            if let Some(why) = outside(f, r) {
                return self.fail(Diagnostic::error(*span, why));
            }
            if let Function::Power(p) = f
                && p.is_integer()
                && let Some(r) =
                    crate::syntax::statement::power(r, &Rational::from_integer((*p.numer()).into()))
            {
                return Some(Value::new(Expr::rational(r)));
            }
        }
        Some(x.like(x.expr.apply(f)))
    }

    fn polygamma(&mut self, arguments: &[Ast], span: Span) -> Option<Value> {
        self.count("polygamma", arguments, 2..=2, span)?;
        let order = self.integer("the order of `polygamma`", &arguments[0])?;
        let x = self.value(&arguments[1])?;
        match u32::try_from(order) {
            Ok(k) if k <= 1000 => self.apply(Function::Polygamma(k), &(x, arguments[1].span)),
            _ => self.fail(Diagnostic::error(arguments[0].span, "the order of `polygamma` is 0, 1, 2, ...")),
        }
    }

    /// An axis as an argument: `axis=1` or `1`, counted from 1.
    fn axis(&mut self, ast: &Ast, x: &Value) -> Option<usize> {
        let inner = match &ast.node {
            AstNode::Call(name, a) if name == "axis" && a.len() == 1 => &a[0],
            _ => ast,
        };
        let k = self.integer("an axis", inner)?;
        let rank = x.expr.rank();
        match usize::try_from(k) {
            Ok(k) if (1..=rank).contains(&k) => Some(k - 1),
            _ => {
                let d = Diagnostic::error(ast.span, format!("there is no axis {k} in {}", x.describe()));
                self.fail(d.help("axes are counted from 1: 1 runs over rows, 2 over columns"))
            }
        }
    }

    /// An operand whose axes can be named: a row has two.
    fn with_axes(&mut self, arguments: &[Ast]) -> Option<Value> {
        let x = self.value(&arguments[0])?;
        Some(if arguments.len() > 1 { Value::new(x.into_expr()) } else { x })
    }

    fn reduction(&mut self, name: &str, arguments: &[Ast], span: Span) -> Option<Value> {
        self.count(name, arguments, 1..=2, span)?;
        let x = self.with_axes(arguments)?;
        let axis = match arguments.get(1) {
            Some(a) => Some(self.axis(a, &x)?),
            None => None,
        };
        let e = &x.expr;
        let reduce = |r: Reduction| match axis {
            Some(a) => e.reduce(r, a),
            None => e.reduce_all(r),
        };
        if name == "normfro" && e.rank() != 2 {
            let d = Diagnostic::error(
                arguments[0].span,
                format!("`normfro` needs a matrix, but this is {}", x.describe()),
            );
            return self.fail(d.help("`norm2(x)` is the norm of a vector"));
        }
        let result = match (name, axis) {
            ("sum", None) => Ok(e.sum_all()),
            ("sum", Some(a)) => e.sum_axis(a),
            ("mean", None) => Ok(e.mean_all()),
            ("mean", Some(a)) => e.mean_axis(a),
            ("sum_squares", None) => e.dot(e),
            ("sum_squares", Some(a)) => e.square().sum_axis(a),
            ("prod", _) => reduce(Reduction::Prod),
            ("logsumexp", _) => reduce(Reduction::LogSumExp),
            ("argmax", _) => reduce(Reduction::ArgMax),
            ("argmin", _) => reduce(Reduction::ArgMin),
            ("norm1", None) => Ok(e.norm1()),
            ("norm1", Some(a)) => e.norm1_axis(a),
            ("norminf", None) => e.norminf(),
            ("norminf", Some(a)) => e.norminf_axis(a),
            (_, None) => Ok(e.norm2()),
            (_, Some(a)) => e.norm2_axis(a),
        };
        self.built(span, result).map(Value::new)
    }

    /// `max(x)`, `max(X, axis=1)`, `max(x, y)`.
    fn extremum(&mut self, name: &str, arguments: &[Ast], span: Span) -> Option<Value> {
        self.count(name, arguments, 1..=usize::MAX, span)?;
        let (f, r) = match name {
            "max" | "maximum" => (Function::Max, Reduction::Max),
            _ => (Function::Min, Reduction::Min),
        };
        let by_axis = matches!(arguments.get(1).map(|a| &a.node), Some(AstNode::Call(n, _)) if n == "axis");
        if arguments.len() == 1 || (arguments.len() == 2 && by_axis) {
            let x = self.with_axes(arguments)?;
            let result = match arguments.get(1) {
                Some(a) => {
                    let axis = self.axis(a, &x)?;
                    x.expr.reduce(r, axis)
                }
                None => x.expr.reduce_all(r),
            };
            return self.built(span, result).map(Value::new);
        }
        let values: Vec<Option<Argument>> =
            arguments.iter().map(|a| self.value(a).map(|v| (v, a.span))).collect();
        let mut values = values.into_iter().collect::<Option<Vec<_>>>()?.into_iter();
        let first = values.next()?;
        let folded = values.try_fold(first, |left, right| {
            let whole = Span { start: left.1.start, end: right.1.end };
            self.entrywise(f, name, &[left, right]).map(|v| (v, whole))
        });
        folded.map(|(v, _)| v)
    }

    /// `softmax` and `cumsum`, of a vector or along an axis.
    fn along(&mut self, name: &str, arguments: &[Ast], span: Span) -> Option<Value> {
        self.count(name, arguments, 1..=2, span)?;
        let x = self.with_axes(arguments)?;
        let axis = match arguments.get(1) {
            Some(a) => self.axis(a, &x)?,
            None if x.expr.rank() == 1 => 0,
            None => {
                let d = Diagnostic::error(
                    arguments[0].span,
                    format!("`{name}` needs a vector or an axis, but this is {}", x.describe()),
                );
                return self.fail(d.help(format!("write `{name}(X, 2)` for every row")));
            }
        };
        let result = if name == "softmax" { x.expr.softmax(axis) } else { x.expr.cumsum(axis) };
        let expr = self.built(span, result)?;
        Some(x.like(expr))
    }

    fn einsum(&mut self, arguments: &[Ast], span: Span) -> Option<Value> {
        let Some(AstNode::Text(specification)) = arguments.first().map(|a| &a.node) else {
            let d = Diagnostic::error(span, "`einsum` starts with a string that says which axes meet");
            return self.fail(d.help("write `einsum(\"ij,jk->ik\", A, B)`"));
        };
        let values: Vec<Option<Value>> = arguments[1..].iter().map(|a| self.value(a)).collect();
        let operands: Vec<Expr> = values.into_iter().map(|v| v.map(|v| v.expr)).collect::<Option<_>>()?;
        let result = Expr::einsum(specification, &operands);
        self.built(span, result).map(Value::new)
    }

    fn filled(&mut self, name: &str, arguments: &[Ast], span: Span) -> Option<Value> {
        let most = if name == "eye" { 1 } else { usize::MAX };
        self.count(name, arguments, 1..=most, span)?;
        let shape: Vec<Option<Dim>> = arguments.iter().map(|a| self.size(a)).collect();
        let shape: Shape = shape.into_iter().collect::<Option<_>>()?;
        Some(Value::new(match name {
            "eye" => Expr::eye(shape.first()?.clone()),
            "ones" => Expr::ones(shape),
            _ => Expr::zeros(shape),
        }))
    }

    /// The structural tensors by name: `unit(n, i)`, `lower_ones(n)`, `slice_matrix(rows, cols, offset, stride)` with
    /// the offset from 0, `merge_tensor(outer, inner)`.
    fn structure(&mut self, name: &str, arguments: &[Ast], span: Span) -> Option<Value> {
        let (least, most) = match name {
            "lower_ones" => (1, 1),
            "slice_matrix" => (3, 4),
            _ => (2, 2),
        };
        self.count(name, arguments, least..=most, span)?;
        let sizes: Vec<Option<Dim>> = arguments.iter().take(3).map(|a| self.size(a)).collect();
        let sizes: Vec<Dim> = sizes.into_iter().collect::<Option<_>>()?;
        let stride = match arguments.get(3) {
            Some(a) => self.integer("a stride", a)?,
            None => 1,
        };
        let structure = match (name, sizes.as_slice()) {
            ("unit", [n, at]) => Structure::Unit { n: n.clone(), at: at.clone() - Dim::constant(1) },
            ("slice_matrix", [rows, cols, offset]) => {
                let (rows, cols, offset) = (rows.clone(), cols.clone(), offset.clone());
                Structure::Slice { rows, cols, offset, stride }
            }
            ("merge_tensor", [outer, inner]) => {
                Structure::Merge { outer: outer.clone(), inner: inner.clone() }
            }
            (_, sizes) => Structure::LowerOnes(sizes.first()?.clone()),
        };
        Some(Value::new(Expr::structure(structure)))
    }

    /// A dimension that is not negative.
    fn size(&mut self, ast: &Ast) -> Option<Dim> {
        let d = self.dim(ast)?;
        if d.as_constant().is_some_and(|k| k < 0) {
            return self.fail(Diagnostic::error(ast.span, "a size cannot be negative"));
        }
        Some(d)
    }

    fn reshape(&mut self, arguments: &[Ast], span: Span) -> Option<Value> {
        self.count("reshape", arguments, 2..=usize::MAX, span)?;
        let x = self.value(&arguments[0])?;
        let shape: Vec<Option<Dim>> = arguments[1..].iter().map(|a| self.size(a)).collect();
        let shape: Shape = shape.into_iter().collect::<Option<_>>()?;
        let result = x.expr.reshape(shape);
        self.built(span, result).map(Value::new)
    }

    /// `row(X, i)` and `col(X, j)`, vectors like `X[i, :]` and `X[:, j]`.
    fn line(&mut self, name: &str, arguments: &[Ast], span: Span) -> Option<Value> {
        self.count(name, arguments, 2..=2, span)?;
        let x = self.value(&arguments[0])?;
        if x.expr.rank() != 2 {
            let message = format!("`{name}` needs a matrix, but this is {}", x.describe());
            return self.fail(Diagnostic::error(arguments[0].span, message));
        }
        let axis = usize::from(name == "col");
        let expr = self.position(x.expr, axis, &arguments[1])?;
        Some(Value::new(expr))
    }

    /// Linear algebra of one or two operands.
    fn linear(&mut self, name: &str, arguments: &[Ast], span: Span) -> Option<Value> {
        if matches!(name, "dot" | "outer" | "kron" | "solve" | "sqdist" | "quadform") {
            let [(a, _), (b, _)] = self.operands::<2>(name, arguments, span)?;
            let result = match name {
                "dot" => a.expr.dot(&b.expr),
                "outer" => Ok(a.expr.outer(&b.expr)),
                "kron" if a.row == b.row => {
                    let k = a.expr.kron(&b.expr);
                    return self.built(span, k).map(|e| a.like(e));
                }
                "kron" => a.into_expr().kron(&b.into_expr()),
                "solve" => a.expr.solve(&b.into_expr()),
                "sqdist" => a.expr.sqdist(&b.expr),
                _ => a.expr.quadratic_form(&b.expr),
            };
            return self.built(span, result).map(Value::new);
        }
        let [(x, at)] = self.operands::<1>(name, arguments, span)?;
        let e = &x.expr;
        let result = match name {
            "transpose" => return self.transpose(x, span),
            "vec" => Ok(e.vec()),
            "diag" => e.diag(),
            "trace" | "tr" => e.trace(),
            "det" => e.matrix(MatrixFunction::Det),
            "logdet" => e.matrix(MatrixFunction::LogDet),
            "cholesky" => e.matrix(MatrixFunction::Cholesky),
            "inv" => {
                if x.is_scalar() {
                    if e.as_rational().is_some_and(Zero::is_zero) {
                        return self.fail(Diagnostic::error(at, "this divides by zero"));
                    }
                    return Some(Value::new(e.reciprocal()));
                }
                e.matrix(MatrixFunction::Inverse)
            }
            other => {
                let message = format!("there is no function `{other}`");
                return self.fail(Diagnostic::error(span, message));
            }
        };
        self.built(at, result).map(Value::new)
    }
}
