//! Sines and cosines of sums and multiples, by the addition theorems.

use super::functions::{combine, constant, integer, times};
use super::normalise::{Goal, Normalizer};
use super::poly::{Poly, Term, content};
use crate::{Constant, Expr, Function, Kind, Rational};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive};

/// The largest multiple of an angle that is expanded.
const MAX_MULTIPLE: i64 = 12;

/// The most terms of an angle to which the addition theorems are applied.
const MAX_ANGLE_TERMS: usize = 3;

/// The least number such that every sine, cosine and tangent in the expressions is of integer multiples of that
/// part of a monomial; 1 when it is large.
pub(crate) fn angle_parts(expressions: &[&Expr]) -> u32 {
    let mut nz = Normalizer::new(Goal::Decide);
    let mut parts = 1u32;
    for node in expressions.iter().flat_map(|e| e.postorder()) {
        if let Kind::Map(Function::Sin | Function::Cos | Function::Tan, args) = node.kind() {
            for c in nz.normalise(&args[0]).terms.values() {
                let Some(d) = c.denom().to_u32() else { return 1 };
                parts = parts.lcm(&d);
                if i64::from(parts) > MAX_MULTIPLE {
                    return 1;
                }
            }
        }
    }
    parts
}

/// The cosine and the sine, split over the terms by the addition theorems.
pub(super) fn angle(nz: &mut Normalizer, x: &Poly) -> (Poly, Poly) {
    if x.terms.len() > MAX_ANGLE_TERMS {
        let sign = if content(x).is_negative() { -1 } else { 1 };
        let turned = x.scaled(&integer(sign));
        let c = nz.map_atom(Function::Cos, std::slice::from_ref(&turned), &x.dims);
        let s = nz.map_atom(Function::Sin, std::slice::from_ref(&turned), &x.dims);
        return (c, s.scaled(&integer(sign)));
    }
    let (mut cos, mut sin) = (constant(&x.dims, 1), constant(&x.dims, 0));
    for (t, c) in &x.terms {
        let (c1, s1) = angle_of_term(nz, x, t, c);
        let next_cos = combine(1, &times(nz, &cos, &c1), -1, &times(nz, &sin, &s1));
        let next_sin = combine(1, &times(nz, &sin, &c1), 1, &times(nz, &cos, &s1));
        (cos, sin) = (next_cos, next_sin);
    }
    (cos, sin)
}

fn angle_of_term(nz: &mut Normalizer, x: &Poly, t: &Term, c: &Rational) -> (Poly, Poly) {
    // Multiples of a quarter turn are exact.
    if let [f] = t.factors.as_slice()
        && f.power.is_one()
        && *f.atom.expr() == Expr::constant(Constant::Pi)
        && let quarters = c * integer(2)
        && quarters.is_integer()
    {
        let turn = ((quarters.to_integer() % 4u8 + 4u8) % 4u8).to_i64().unwrap_or(0);
        let (cos, sin) = [(1, 0), (0, 1), (-1, 0), (0, -1)][turn as usize];
        return (constant(&x.dims, cos), constant(&x.dims, sin));
    }
    // The part of which all angles are multiples, so that x and x/2 meet.
    let parts = c.denom().lcm(&nz.grain.angle_parts.into());
    let multiple = (c * Rational::from_integer(parts.clone())).to_i64().filter(|k| k.abs() <= MAX_MULTIPLE);
    let mut unit = Poly::zero(x.dims.clone());
    match multiple {
        Some(_) => unit.add_term(t.clone(), Rational::new(1.into(), parts)),
        None => unit.add_term(t.clone(), c.abs()),
    }
    let k = multiple.unwrap_or(if c.is_negative() { -1 } else { 1 });
    let c1 = nz.map_atom(Function::Cos, std::slice::from_ref(&unit), &x.dims);
    let s1 = nz.map_atom(Function::Sin, std::slice::from_ref(&unit), &x.dims);
    let (mut cos, mut sin) = (constant(&x.dims, 1), constant(&x.dims, 0));
    for _ in 0..k.abs() {
        let next_cos = combine(1, &times(nz, &cos, &c1), -1, &times(nz, &sin, &s1));
        let next_sin = combine(1, &times(nz, &sin, &c1), 1, &times(nz, &cos, &s1));
        (cos, sin) = (next_cos, next_sin);
    }
    if k < 0 { (cos, sin.scaled(&integer(-1))) } else { (cos, sin) }
}
