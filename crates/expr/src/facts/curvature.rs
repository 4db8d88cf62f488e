//! Curvature: which entries are affine, convex or concave functions of the variables.
//!
//! Disciplined convex programming's composition rule, `f(g)` is convex if f is convex and each g is affine, or
//! convex where f increases, or concave where f decreases; made sharper by three things that are recorded per
//! node beside the curvature. The curvature of the logarithm, so that `log(sum(exp(x)))` and a product of
//! exponentials are convex and `log(sigmoid(x))` concave. The power p for which the p-th root is still convex,
//! so that `(sum of squares)^(1/2)` is. And quadratic forms are read off products (`contraction_curvature`).
//!
//! As in that discipline, functions with a domain count as defined on it: `log(x)` is concave although x may be
//! negative, where it is nothing. `1/x` is not so: it is defined on both sides of 0 and convex on one.
//!
//! Source: Grant, Boyd, Ye (2006), Disciplined Convex Programming; Boyd and Vandenberghe (2004), Convex
//! Optimization, sections 3.2 and 3.5.

use super::contraction_curvature::contraction;
use super::image::{at_least_one, is_even};
use super::{Interval, Record};
use crate::{Expr, Function, Kind, MatrixFunction, Property, Reduction, Role};
use num_rational::Ratio;
use num_traits::{Signed, Zero};
use std::f64::consts::{FRAC_PI_2, PI};

/// How an expression bends as its variables move along a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curvature {
    /// It does not depend on the variables.
    Constant,
    /// Linear plus a constant.
    Affine,
    /// Between two points at most the chord.
    Convex,
    /// Between two points at least the chord.
    Concave,
    /// Nothing is proved.
    Unknown,
}

impl Curvature {
    /// Is it constant or affine?
    pub fn is_affine(self) -> bool {
        matches!(self, Curvature::Constant | Curvature::Affine)
    }

    /// Is it constant, affine or convex?
    pub fn is_convex(self) -> bool {
        self.is_affine() || self == Curvature::Convex
    }

    /// Is it constant, affine or concave?
    pub fn is_concave(self) -> bool {
        self.is_affine() || self == Curvature::Concave
    }

    /// The curvature of a sum.
    pub(super) fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Curvature::Constant, c) | (c, Curvature::Constant) => c,
            (Curvature::Affine, c) | (c, Curvature::Affine) => c,
            (a, b) if a == b => a,
            _ => Curvature::Unknown,
        }
    }

    /// The curvature of the negative.
    pub(super) fn negated(self) -> Self {
        match self {
            Curvature::Convex => Curvature::Concave,
            Curvature::Concave => Curvature::Convex,
            Curvature::Constant | Curvature::Affine | Curvature::Unknown => self,
        }
    }

    /// The curvature of a multiple by a number of which the interval is known.
    pub(super) fn times(self, factor: &Interval) -> Self {
        if factor.is_nonneg() || self.is_affine() {
            self
        } else if factor.is_nonpos() {
            self.negated()
        } else {
            Curvature::Unknown
        }
    }

    /// What remains when something non-constant is proved convex, concave or both.
    fn proved(convex: bool, concave: bool) -> Self {
        match (convex, concave) {
            (true, true) => Curvature::Affine,
            (true, false) => Curvature::Convex,
            (false, true) => Curvature::Concave,
            (false, false) => Curvature::Unknown,
        }
    }
}

/// Of which root a nonneg expression is still convex.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Root {
    /// Of every one: it is constant.
    Any,
    /// Of the p-th, p at least 1: it is the p-th power of a norm of affine functions.
    Of(Ratio<i64>),
    /// Not known.
    Unknown,
}

impl Root {
    /// Of a sum of two.
    pub(super) fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Root::Any, r) | (r, Root::Any) => r,
            (Root::Of(p), Root::Of(q)) if p == q => self,
            _ => Root::Unknown,
        }
    }
}

/// How an expression, its logarithm and its roots bend.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bend {
    pub(super) curvature: Curvature,
    /// The curvature of the logarithm, where the expression is positive.
    pub(super) logarithm: Curvature,
    pub(super) root: Root,
}

impl Bend {
    pub(super) const UNKNOWN: Bend =
        Bend { curvature: Curvature::Unknown, logarithm: Curvature::Unknown, root: Root::Unknown };
}

/// The bend of a node whose other facts are known.
pub(super) fn bend<'a>(
    e: &Expr,
    own: &Record,
    varies: &dyn Fn(&str, Role) -> bool,
    of: &dyn Fn(&Expr) -> &'a Record,
) -> Bend {
    let constant = match e.kind() {
        Kind::Symbol(s) => !varies(&s.name, s.role),
        Kind::Constant(_) | Kind::Size(_) | Kind::Structure(_) => true,
        Kind::OneHot { .. }
        | Kind::Sum(_)
        | Kind::Contract(_)
        | Kind::Map(..)
        | Kind::Reduce(..)
        | Kind::Matrix(..) => e.children().iter().all(|x| of(x).bend.curvature == Curvature::Constant),
    };
    if constant {
        let logarithm = if own.interval.is_positive() { Curvature::Constant } else { Curvature::Unknown };
        let root = if own.interval.is_nonneg() { Root::Any } else { Root::Unknown };
        return Bend { curvature: Curvature::Constant, logarithm, root };
    }
    let mut bend = match e.kind() {
        Kind::Symbol(_) => Bend { curvature: Curvature::Affine, ..Bend::UNKNOWN },
        Kind::Constant(_) | Kind::Size(_) | Kind::Structure(_) | Kind::OneHot { .. } => Bend::UNKNOWN,
        Kind::Sum(terms) => {
            let all_positive = terms.iter().all(|(c, _)| c.is_positive());
            let curvature = terms.iter().fold(Curvature::Constant, |total, (c, x)| {
                total.plus(of(x).bend.curvature.times(&Interval::of_rational(c)))
            });
            let log_convex = all_positive && terms.iter().all(|(_, x)| of(x).bend.logarithm.is_convex());
            let logarithm = match terms.as_slice() {
                [(_, x)] if all_positive => of(x).bend.logarithm,
                _ => Curvature::proved(log_convex, false),
            };
            let root = if all_positive {
                terms.iter().fold(Root::Any, |r, (_, x)| r.plus(of(x).bend.root))
            } else {
                Root::Unknown
            };
            Bend { curvature, logarithm, root }
        }
        Kind::Contract(c) => contraction(e, c, of),
        Kind::Map(f, args) => map(*f, args, of),
        Kind::Reduce(r, x, _) => reduction(*r, of(x)),
        Kind::Matrix(f, x) => matrix(*f, of(x)),
    };
    if bend.curvature == Curvature::Unknown && bend.logarithm.is_convex() {
        bend.curvature = Curvature::Convex;
    }
    if bend.logarithm == Curvature::Unknown && own.interval.is_positive() && bend.curvature.is_concave() {
        bend.logarithm = Curvature::Concave;
    }
    if bend.root == Root::Unknown && own.interval.is_nonneg() && bend.curvature.is_convex() {
        bend.root = Root::Of(1.into());
    }
    bend
}

fn reduction(r: Reduction, x: &Record) -> Bend {
    let c = x.bend.curvature;
    let curvature = match r {
        Reduction::Max | Reduction::LogSumExp => Curvature::proved(c.is_convex(), false),
        Reduction::Min => Curvature::proved(false, c.is_concave()),
        Reduction::Prod | Reduction::ArgMax | Reduction::ArgMin => Curvature::Unknown,
    };
    let logarithm = match r {
        // log max = max log, and the logarithm of a product is the sum.
        Reduction::Max => Curvature::proved(x.bend.logarithm.is_convex(), false),
        Reduction::Min => Curvature::proved(false, x.bend.logarithm.is_concave()),
        Reduction::Prod => x.bend.logarithm,
        Reduction::LogSumExp | Reduction::ArgMax | Reduction::ArgMin => Curvature::Unknown,
    };
    Bend { curvature, logarithm, root: Root::Unknown }
}

fn matrix(f: MatrixFunction, x: &Record) -> Bend {
    let log_det = x.is(Property::Psd) && x.bend.curvature.is_affine();
    match f {
        MatrixFunction::LogDet => Bend { curvature: Curvature::proved(false, log_det), ..Bend::UNKNOWN },
        MatrixFunction::Det => Bend { logarithm: Curvature::proved(false, log_det), ..Bend::UNKNOWN },
        // Of the inverse, traces and quadratic forms are convex, entries are not.
        MatrixFunction::Inverse | MatrixFunction::Cholesky => Bend::UNKNOWN,
    }
}

fn map<'a>(f: Function, args: &[Expr], of: &dyn Fn(&Expr) -> &'a Record) -> Bend {
    let x = of(&args[0]);
    let c = x.bend.curvature;
    match f {
        Function::Power(p) => power(p, x),
        Function::Log => {
            let composed = compose(f, x);
            let curvature = if composed == Curvature::Unknown { x.bend.logarithm } else { composed };
            Bend { curvature, ..Bend::UNKNOWN }
        }
        // log(1 + e^u) is convex and increasing in u.
        Function::Log1p if x.bend.logarithm.is_convex() => {
            Bend { curvature: Curvature::Convex, ..Bend::UNKNOWN }
        }
        Function::Exp => Bend { curvature: compose(f, x), logarithm: c, root: Root::Unknown },
        // Their logarithms are concave and increasing.
        Function::Sigmoid | Function::Softplus => Bend {
            curvature: compose(f, x),
            logarithm: Curvature::proved(false, c.is_concave()),
            root: Root::Unknown,
        },
        Function::Erfc => Bend {
            curvature: compose(f, x),
            logarithm: Curvature::proved(false, c.is_convex()),
            root: Root::Unknown,
        },
        Function::Cosh => Bend {
            curvature: compose(f, x),
            logarithm: Curvature::proved(c.is_affine(), false),
            root: Root::Unknown,
        },
        Function::Abs
        | Function::Sign
        | Function::Log1p
        | Function::Expm1
        | Function::Sin
        | Function::Cos
        | Function::Tan
        | Function::Asin
        | Function::Acos
        | Function::Atan
        | Function::Sinh
        | Function::Tanh
        | Function::Relu
        | Function::Step
        | Function::Erf
        | Function::Lgamma
        | Function::Polygamma(_) => Bend { curvature: compose(f, x), ..Bend::UNKNOWN },
        Function::Pow => pow(x, of(&args[1])),
        Function::Max => {
            let y = of(&args[1]);
            Bend {
                curvature: Curvature::proved(c.is_convex() && y.bend.curvature.is_convex(), false),
                logarithm: Curvature::proved(
                    x.bend.logarithm.is_convex() && y.bend.logarithm.is_convex(),
                    false,
                ),
                root: Root::Unknown,
            }
        }
        Function::Min => {
            let y = of(&args[1]);
            let concave = c.is_concave() && y.bend.curvature.is_concave();
            Bend { curvature: Curvature::proved(false, concave), ..Bend::UNKNOWN }
        }
        Function::Where if c == Curvature::Constant => {
            let (a, b) = (of(&args[1]).bend.curvature, of(&args[2]).bend.curvature);
            let curvature =
                Curvature::proved(a.is_convex() && b.is_convex(), a.is_concave() && b.is_concave());
            Bend { curvature, ..Bend::UNKNOWN }
        }
        Function::Less
        | Function::LessEqual
        | Function::Equal
        | Function::NotEqual
        | Function::Where
        | Function::Clamp => Bend::UNKNOWN,
    }
}

/// `x^p`, with the roots that remain convex and the logarithm `p*log(x)`.
fn power(p: Ratio<i64>, x: &Record) -> Bend {
    let affine_or_nonneg =
        x.bend.curvature.is_affine() || (x.interval.is_nonneg() && x.bend.curvature.is_convex());
    let mut curvature = compose(Function::Power(p), x);
    let root = match x.bend.root {
        Root::Of(q) if p.is_positive() => {
            let total = q * p;
            if curvature == Curvature::Unknown && at_least_one(total) {
                curvature = Curvature::Convex;
            }
            if at_least_one(total) { Root::Of(total) } else { Root::Unknown }
        }
        _ if is_even(p) && p.is_positive() && affine_or_nonneg => Root::Of(p),
        Root::Of(_) | Root::Any | Root::Unknown => Root::Unknown,
    };
    let logarithm = match x.bend.logarithm {
        _ if p.is_zero() => Curvature::Constant,
        l if p.is_positive() => l,
        l => l.negated(),
    };
    Bend { curvature, logarithm, root }
}

/// `b^u` for a constant base, `u^c` for a constant exponent whose side of 0 and 1 is known.
fn pow(base: &Record, exponent: &Record) -> Bend {
    let (b, u) = (base.bend.curvature, exponent.bend.curvature);
    if b == Curvature::Constant && base.interval.is_positive() {
        // exp(u*log(b))
        let slope = if base.interval.lo >= 1.0 {
            Interval::NONNEG
        } else if base.interval.hi <= 1.0 {
            Interval::NONNEG.neg()
        } else {
            Interval::ALL
        };
        let logarithm = u.times(&slope);
        return Bend {
            curvature: Curvature::proved(logarithm.is_convex(), false),
            logarithm,
            root: Root::Unknown,
        };
    }
    if u != Curvature::Constant || !base.interval.is_nonneg() {
        return Bend::UNKNOWN;
    }
    let i = &exponent.interval;
    let curvature = if i.lo >= 1.0 {
        Curvature::proved(b.is_convex(), false)
    } else if i.is_within(&Interval::UNIT) {
        Curvature::proved(false, b.is_concave())
    } else if i.is_nonpos() && base.interval.is_positive() {
        Curvature::proved(b.is_concave(), false)
    } else {
        Curvature::Unknown
    };
    Bend { curvature, ..Bend::UNKNOWN }
}

/// The shape of a function over an interval.
struct Form {
    convex: bool,
    concave: bool,
    increasing: bool,
    decreasing: bool,
}

/// The composition rule for a function of one operand.
fn compose(f: Function, x: &Record) -> Curvature {
    let s = form(f, &x.interval);
    let c = x.bend.curvature;
    let fits =
        |same: bool, opposite: bool| c.is_affine() || (same && s.increasing) || (opposite && s.decreasing);
    Curvature::proved(
        s.convex && fits(c.is_convex(), c.is_concave()),
        s.concave && fits(c.is_concave(), c.is_convex()),
    )
}

/// Convex, concave, increasing, decreasing: which of these a function is over an interval.
fn form(f: Function, x: &Interval) -> Form {
    let is = |convex, concave, increasing, decreasing| Form { convex, concave, increasing, decreasing };
    let (right, left) = (x.is_nonneg(), x.is_nonpos());
    let above = x.is_positive();
    // The floating-point numbers below pi/2 and pi.
    let within = |lo: f64, hi: f64| x.is_within(&Interval::closed(lo, hi));
    match f {
        Function::Power(p) if p.is_integer() => {
            let even = is_even(p);
            match (p.is_positive(), even) {
                (true, true) => is(true, false, right, left),
                (true, false) => is(right, left, true, false),
                (false, true) => is(right || left, false, left, right),
                (false, false) => is(right, left, false, right || left),
            }
        }
        // Defined from 0 on.
        Function::Power(p) if p.is_negative() => is(true, false, false, true),
        Function::Power(p) => is(at_least_one(p), !at_least_one(p), true, false),
        Function::Abs => is(true, false, right, left),
        Function::Sign | Function::Step => is(false, false, true, false),
        Function::Exp | Function::Expm1 | Function::Softplus | Function::Relu => is(true, false, true, false),
        Function::Log | Function::Log1p => is(false, true, true, false),
        Function::Sin => is(within(-PI, 0.0), within(0.0, PI), within(-FRAC_PI_2, FRAC_PI_2), false),
        Function::Cos => is(false, within(-FRAC_PI_2, FRAC_PI_2), within(-PI, 0.0), within(0.0, PI)),
        Function::Tan => {
            is(within(0.0, FRAC_PI_2), within(-FRAC_PI_2, 0.0), within(-FRAC_PI_2, FRAC_PI_2), false)
        }
        Function::Asin => is(right, left, true, false),
        Function::Acos => is(left, right, false, true),
        Function::Atan | Function::Tanh | Function::Sigmoid | Function::Erf => is(left, right, true, false),
        Function::Sinh => is(right, left, true, false),
        Function::Cosh => is(true, false, right, left),
        Function::Erfc => is(right, left, false, true),
        Function::Lgamma => is(above, false, x.lo >= 1.5, false),
        Function::Polygamma(0) => is(false, above, above, false),
        Function::Polygamma(k) if k % 2 == 1 => is(above, false, false, above),
        Function::Polygamma(_) => is(false, above, above, false),
        // Functions of several operands have rules of their own.
        Function::Pow
        | Function::Max
        | Function::Min
        | Function::Less
        | Function::LessEqual
        | Function::Equal
        | Function::NotEqual
        | Function::Where
        | Function::Clamp => is(false, false, false, false),
    }
}
