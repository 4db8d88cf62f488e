//! The curvature of products and sums of products.
//!
//! A product with one factor that varies is linear in it. Beyond that: squares and quadratic forms of affine
//! functions (found by mirroring), the same divided by a positive concave function, `x'*inv(P)*x` jointly in x
//! and a psd P, `x*log(x)` and `x*log(x/y)`, and products of positive factors whose logarithms are convex.
//!
//! Source: Boyd and Vandenberghe (2004), Convex Optimization, sections 3.1.5, 3.1.7 and 3.2.6.

use super::curvature::{Bend, Curvature, Root};
use super::flat::Flat;
use super::mirror::{Form, find_form};
use super::{Interval, Record};
use crate::{Contraction, Expr, Function, Kind, MatrixFunction, Property};

/// The bend of a contraction that is not constant.
pub(super) fn contraction<'a>(e: &Expr, c: &Contraction, of: &dyn Fn(&Expr) -> &'a Record) -> Bend {
    let is_constant = |x: &Expr| of(x).bend.curvature == Curvature::Constant;
    let varying: Vec<usize> = (0..c.operands.len()).filter(|k| !is_constant(&c.operands[*k].0)).collect();
    let constant = c
        .operands
        .iter()
        .filter(|(x, _)| is_constant(x))
        .fold(Interval::point(1.0), |product, (x, _)| product.mul(&of(x).interval));
    let mut bend = Bend { logarithm: logarithm(c, of), ..Bend::UNKNOWN };
    if let [k] = varying.as_slice() {
        let x = of(&c.operands[*k].0);
        bend.curvature = x.bend.curvature.times(&constant);
        if constant.is_nonneg() {
            bend.root = x.bend.root;
        }
    }
    if bend.curvature == Curvature::Unknown {
        bend.curvature = square_of_nonneg(c, &varying, &constant, of);
    }
    if bend.curvature == Curvature::Unknown {
        bend.curvature = relative_entropy(c, &varying, of).times(&constant);
    }
    if bend.curvature == Curvature::Unknown {
        let forms = Flat::readings(e).into_iter().map(|flat| quadratic(&flat, of));
        let found = forms.into_iter().find(|(c, _)| *c != Curvature::Unknown);
        (bend.curvature, bend.root) = found.unwrap_or((Curvature::Unknown, Root::Unknown));
    }
    bend
}

/// The logarithm of a product is the sum of logarithms; a sum of log-convex terms is log-convex.
fn logarithm<'a>(c: &Contraction, of: &dyn Fn(&Expr) -> &'a Record) -> Curvature {
    let total = c.operands.iter().fold(Curvature::Constant, |total, (x, _)| total.plus(of(x).bend.logarithm));
    if c.bound().next().is_none() {
        total
    } else if total.is_convex() {
        Curvature::Convex
    } else {
        Curvature::Unknown
    }
}

/// `w .* g .* g` summed or not, with w constant and nonneg and g nonneg and convex, or nonpos and concave.
fn square_of_nonneg<'a>(
    c: &Contraction,
    varying: &[usize],
    constant: &Interval,
    of: &dyn Fn(&Expr) -> &'a Record,
) -> Curvature {
    let [j, k] = varying else { return Curvature::Unknown };
    let ((x, l), (y, m)) = (&c.operands[*j], &c.operands[*k]);
    let r = of(x);
    let fits = (r.interval.is_nonneg() && r.bend.curvature.is_convex())
        || (r.interval.is_nonpos() && r.bend.curvature.is_concave());
    if x == y && l == m && fits { Curvature::Convex.times(constant) } else { Curvature::Unknown }
}

/// `x .* log(x)`, and `x .* log(x ./ y)` jointly, for affine x and y.
fn relative_entropy<'a>(c: &Contraction, varying: &[usize], of: &dyn Fn(&Expr) -> &'a Record) -> Curvature {
    let [j, k] = varying else { return Curvature::Unknown };
    for (j, k) in [(j, k), (k, j)] {
        let ((x, l), (log, m)) = (&c.operands[*j], &c.operands[*k]);
        let Kind::Map(Function::Log, args) = log.kind() else { continue };
        if l != m || !of(x).bend.curvature.is_affine() {
            continue;
        }
        if *x == args[0] {
            return Curvature::Convex;
        }
        let Kind::Contract(quotient) = args[0].kind() else { continue };
        let [(a, p), (b, q)] = quotient.operands.as_slice() else { continue };
        if p != q || quotient.bound().next().is_some() || *p != quotient.output().collect::<Vec<_>>() {
            continue;
        }
        let inverted = if a == x { b } else { a };
        let Kind::Map(Function::Power(r), args) = inverted.kind() else { continue };
        // x*log(x/y) on x, y > 0; that x/y is positive leaves both negative as well.
        let y = of(&args[0]);
        if (a == x || b == x) && *r == (-1).into() && y.bend.curvature.is_affine() && y.interval.is_nonneg() {
            return Curvature::Convex;
        }
    }
    Curvature::Unknown
}

/// A psd form of affine functions: convex, and its root too; divided by something positive and concave, or
/// with the inverse of a psd affine matrix between, still convex.
fn quadratic<'a>(flat: &Flat, of: &dyn Fn(&Expr) -> &'a Record) -> (Curvature, Root) {
    let record = |k: &usize| of(&flat.operands[*k].0);
    let is_constant = |k: &&usize| record(k).bend.curvature == Curvature::Constant;
    let coefficient = Interval::of_rational(&flat.coefficient);
    let mut root = Root::Unknown;
    let mut accept = |f: &Form| {
        let varying: Vec<&usize> = f.half.iter().filter(|k| !is_constant(k)).collect();
        let affine_half = varying.len() <= 1 && varying.iter().all(|k| record(k).bend.curvature.is_affine());
        let constant_weights = f.weights.iter().filter(is_constant).all(|k| record(k).interval.is_nonneg());
        let constant_bridges = f.bridges.iter().filter(is_constant).all(|k| record(k).is(Property::Psd));
        if !affine_half || !constant_weights || !constant_bridges {
            return false;
        }
        let weights: Vec<&usize> = f.weights.iter().filter(|k| !is_constant(k)).collect();
        let bridges: Vec<&usize> = f.bridges.iter().filter(|k| !is_constant(k)).collect();
        root = Root::Unknown;
        match (weights.as_slice(), bridges.as_slice()) {
            ([], []) => {
                root = Root::Of(2.into());
                varying.len() == 1
            }
            ([k], []) => {
                let (x, l) = &flat.operands[**k];
                divides(x, of) || (l.len() == 2 && l[0] == l[1] && is_inverse(x, of))
            }
            ([], [k]) => is_inverse(&flat.operands[**k].0, of),
            _ => false,
        }
    };
    if find_form(flat, false, of, &mut accept) {
        (Curvature::Convex.times(&coefficient), if coefficient.is_nonneg() { root } else { Root::Unknown })
    } else {
        (Curvature::Unknown, Root::Unknown)
    }
}

/// Is it `1/y` with y positive and concave?
fn divides<'a>(x: &Expr, of: &dyn Fn(&Expr) -> &'a Record) -> bool {
    let Kind::Map(Function::Power(p), args) = x.kind() else { return false };
    let y = of(&args[0]);
    *p == (-1).into() && y.interval.is_nonneg() && y.bend.curvature.is_concave()
}

/// Is it `inv(P)` with P psd and affine?
fn is_inverse<'a>(x: &Expr, of: &dyn Fn(&Expr) -> &'a Record) -> bool {
    let Kind::Matrix(MatrixFunction::Inverse, p) = x.kind() else { return false };
    of(p).is(Property::Psd) && of(p).bend.curvature.is_affine()
}
