//! The interval of every node, from its operands' intervals.

use super::mirror::{Form, find_form};
use super::selection::{count, select};
use super::tiling::tiles;
use super::{Interval, Record, flat::Flat, image};
use crate::{Constant, Contraction, Expr, Kind, MatrixFunction, Property, Rational, Structure, Symbol};
use std::collections::HashMap;

/// The values that an entry of `e` can have where it is defined, and whether it may be undefined.
pub(super) fn range<'a>(e: &Expr, of: &dyn Fn(&Expr) -> &'a Record) -> (Interval, bool) {
    let operands_undefined = e.children().iter().any(|x| of(x).maybe_undefined);
    let (interval, undefined) = match e.kind() {
        Kind::Symbol(s) => (symbol(s), false),
        Kind::Constant(Constant::Rational(r)) => (Interval::of_rational(r), false),
        Kind::Constant(Constant::Pi) => {
            (Interval::open(std::f64::consts::PI, std::f64::consts::PI.next_up()), false)
        }
        Kind::Constant(Constant::E) => {
            (Interval::open(std::f64::consts::E, std::f64::consts::E.next_up()), false)
        }
        Kind::Size(d) => (count(d), false),
        Kind::Structure(s) => (structure(s), false),
        Kind::OneHot { .. } => (Interval::UNIT, false),
        Kind::Sum(terms) => {
            let sum = terms.iter().fold(Interval::point(0.0), |total, (c, x)| {
                total.add(&Interval::of_rational(c).mul(&of(x).interval))
            });
            let tiled = tiles(e, terms).and_then(|parts| {
                let of_part = |(c, x): (&Rational, Option<&Expr>)| {
                    let c = Interval::of_rational(c);
                    x.map_or(c, |x| c.mul(&of(x).interval))
                };
                parts.into_iter().map(of_part).reduce(|a, b| a.hull(&b))
            });
            (tiled.map_or(sum, |t| sum.intersect(&t)), false)
        }
        Kind::Contract(c) => (contraction(e, c, of), false),
        Kind::Map(f, args) => {
            let intervals: Vec<Interval> = args.iter().map(|x| of(x).interval).collect();
            image::function(*f, &intervals)
        }
        Kind::Reduce(r, x, axis) => image::reduction(*r, &of(x).interval, &count(&x.shape()[*axis])),
        Kind::Matrix(f, x) => matrix(*f, of(x)),
    };
    (interval, undefined || operands_undefined)
}

fn symbol(s: &Symbol) -> Interval {
    let mut i = Interval::ALL;
    if s.has(Property::Positive) {
        i = Interval::POSITIVE;
    } else if s.has(Property::Nonneg) {
        i = Interval::NONNEG;
    }
    if s.has(Property::Simplex) {
        i = i.intersect(&Interval::UNIT);
    }
    if s.has(Property::Orthogonal) {
        i = i.intersect(&Interval::closed(-1.0, 1.0));
    }
    if let Some(values) = &s.domain.values
        && let (Some(first), Some(last)) = (values.first(), values.last())
    {
        let all = values.iter().fold(Interval::of_rational(first), |i, v| i.hull(&Interval::of_rational(v)));
        i = i.intersect(&all.hull(&Interval::of_rational(last)));
    }
    if let Some(b) = &s.domain.lower {
        let at = Interval::of_rational(&b.at);
        i = i.intersect(&Interval::from_ends((at.lo, at.lo_open || b.strict), (f64::INFINITY, true)));
    }
    if let Some(b) = &s.domain.upper {
        let at = Interval::of_rational(&b.at);
        i = i.intersect(&Interval::from_ends((f64::NEG_INFINITY, true), (at.hi, at.hi_open || b.strict)));
    }
    i
}

fn structure(s: &Structure) -> Interval {
    match s {
        Structure::Delta(n) | Structure::LowerOnes(n) if n.is_one() => Interval::point(1.0),
        Structure::Merge { outer, inner } if outer.is_one() && inner.is_one() => Interval::point(1.0),
        Structure::Unit { n, .. } if n.is_one() => Interval::point(1.0),
        Structure::Delta(_)
        | Structure::LowerOnes(_)
        | Structure::Slice { .. }
        | Structure::Unit { .. }
        | Structure::Merge { .. } => Interval::UNIT,
    }
}

/// A product of powers of the distinct factors, times the number of terms summed.
fn contraction<'a>(e: &Expr, c: &Contraction, of: &dyn Fn(&Expr) -> &'a Record) -> Interval {
    let selection = select(c);
    let mut powers: Vec<(Interval, u32)> = Vec::new();
    let mut place: HashMap<(u128, Vec<u16>), usize> = HashMap::new();
    for k in &selection.factors {
        let (x, labels) = &c.operands[*k];
        let mut labels = labels.clone();
        let record = of(x);
        if record.is(Property::Symmetric) {
            labels.sort_unstable();
        }
        let diagonal = labels.len() == 2 && labels[0] == labels[1];
        match place.get(&(x.digest(), labels.clone())) {
            Some(p) => powers[*p].1 += 1,
            None => {
                place.insert((x.digest(), labels), powers.len());
                powers.push((if diagonal { on_diagonal(x, record) } else { record.interval }, 1));
            }
        }
    }
    let product = powers.iter().fold(Interval::point(1.0), |product, (i, k)| product.mul(&i.power(*k)));
    let total = selection.sums.iter().fold(product, |total, (_, n)| total.mul(n));
    if total.is_nonneg() || total.is_nonpos() || c.operands.len() < 2 && c.rank == 2 {
        return total;
    }
    // A sum of squares that only shows in the whole product.
    for flat in Flat::readings(e) {
        let mut psd = |f: &Form| {
            f.weights.iter().all(|k| of(&flat.operands[*k].0).interval.is_nonneg())
                && f.bridges.iter().all(|k| of(&flat.operands[*k].0).is(Property::Psd))
        };
        if find_form(&flat, false, of, &mut psd) {
            return total.intersect(&Interval::of_rational(&flat.coefficient).mul(&Interval::NONNEG));
        }
    }
    total
}

/// The diagonal of a psd matrix is nonneg, of a pd matrix and of a Cholesky factor positive.
fn on_diagonal(x: &Expr, record: &Record) -> Interval {
    if record.is(Property::Pd) || matches!(x.kind(), Kind::Matrix(MatrixFunction::Cholesky, _)) {
        record.interval.intersect(&Interval::POSITIVE)
    } else if record.is(Property::Psd) {
        record.interval.intersect(&Interval::NONNEG)
    } else {
        record.interval
    }
}

fn matrix(f: MatrixFunction, x: &Record) -> (Interval, bool) {
    let (pd, psd) = (x.is(Property::Pd), x.is(Property::Psd));
    let orthogonal = x.is(Property::Orthogonal);
    match f {
        MatrixFunction::Inverse => {
            let i = if orthogonal { Interval::closed(-1.0, 1.0) } else { Interval::ALL };
            (i, !x.is(Property::Nonsingular))
        }
        MatrixFunction::Det => {
            let i = if orthogonal {
                Interval::closed(-1.0, 1.0)
            } else if pd {
                Interval::POSITIVE
            } else if psd {
                Interval::NONNEG
            } else {
                Interval::ALL
            };
            (i, false)
        }
        MatrixFunction::LogDet => (if orthogonal { Interval::point(0.0) } else { Interval::ALL }, !pd),
        MatrixFunction::Cholesky => (Interval::ALL, !pd),
    }
}
