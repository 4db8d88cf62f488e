//! Functions when equality is decided: many are rewritten into few, with the axioms of those few.
//!
//! The basis is exp, log, sin, cos, |x|, step and powers. `exp` of a sum splits into powers of `exp` of its terms;
//! `log` of a product splits over positive factors; sines and cosines of sums split by the addition theorems;
//! max, min, relu, sign and comparisons become |x| and steps.

use super::angles::angle;
use super::exponentials::{exponential, logarithm};
use super::normalise::{Goal, Normalizer, product};
use super::poly::{Factor, Label, Poly, Power, content, small};
use super::powers::{number_power, power};
use crate::{Constant, Dim, Expr, Function, Rational, Reduction};
use num_traits::{One, Signed, Zero};

pub(super) fn integer(k: i64) -> Rational {
    Rational::from_integer(k.into())
}

fn half() -> Rational {
    Rational::new(1.into(), 2.into())
}

pub(super) fn constant(dims: &[Dim], k: i64) -> Poly {
    Poly::constant(dims.to_vec(), integer(k))
}

/// `a*x + b*y`
pub(super) fn combine(a: i64, x: &Poly, b: i64, y: &Poly) -> Poly {
    let mut p = x.scaled(&integer(a));
    p.add_scaled(y, &integer(b));
    p
}

/// The product of two polynomials entry by entry.
pub(super) fn times(nz: &mut Normalizer, x: &Poly, y: &Poly) -> Poly {
    let labels: Vec<Label> = (0..x.rank() as Label).collect();
    let operands = vec![(x.clone().into(), labels.clone()), (y.clone().into(), labels)];
    nz.multiply(&x.dims.clone(), &[], operands)
}

/// The value of a function of exact constants, where it is rational.
pub(crate) fn exact_value(f: Function, args: &[Poly], dims: &[Dim]) -> Option<Poly> {
    if f == Function::Where {
        // Equal branches need no condition.
        if args[1] == args[2] {
            return Some(args[1].clone());
        }
        let c = args[0].as_constant()?;
        return Some(if c.is_zero() { args[2].clone() } else { args[1].clone() });
    }
    let c: Vec<Rational> = args.iter().map(Poly::as_constant).collect::<Option<_>>()?;
    let (x, y) = (&c[0], c.get(1));
    let flag = |b: bool| Some(if b { Rational::one() } else { Rational::zero() });
    let value = match f {
        Function::Abs => Some(x.abs()),
        Function::Sign => Some(x.signum()),
        Function::Relu => Some(if x.is_positive() { x.clone() } else { Rational::zero() }),
        Function::Step => flag(x.is_positive()),
        Function::Max => y.map(|y| x.max(y).clone()),
        Function::Min => y.map(|y| x.min(y).clone()),
        Function::Less => y.and_then(|y| flag(x < y)),
        Function::LessEqual => y.and_then(|y| flag(x <= y)),
        Function::Equal => y.and_then(|y| flag(x == y)),
        Function::NotEqual => y.and_then(|y| flag(x != y)),
        Function::Clamp => y.map(|lo| x.max(lo).min(&c[2]).clone()),
        Function::Exp | Function::Cos | Function::Cosh | Function::Erfc if x.is_zero() => {
            Some(Rational::one())
        }
        Function::Sigmoid if x.is_zero() => Some(half()),
        Function::Log if x.is_one() => Some(Rational::zero()),
        Function::Lgamma if x.is_one() || *x == integer(2) => Some(Rational::zero()),
        Function::Log1p
        | Function::Expm1
        | Function::Sin
        | Function::Tan
        | Function::Asin
        | Function::Atan
        | Function::Sinh
        | Function::Tanh
        | Function::Erf
            if x.is_zero() =>
        {
            Some(Rational::zero())
        }
        Function::Acos if x.is_one() => Some(Rational::zero()),
        Function::Pow => y.and_then(|y| {
            let (value, roots) = number_power(x, small(y)?)?;
            roots.is_empty().then_some(value)
        }),
        // No rational value is known; `power` finds that of powers, `where` came before.
        Function::Power(_)
        | Function::Where
        | Function::Polygamma(_)
        | Function::Exp
        | Function::Log
        | Function::Log1p
        | Function::Expm1
        | Function::Sin
        | Function::Cos
        | Function::Tan
        | Function::Asin
        | Function::Acos
        | Function::Atan
        | Function::Sinh
        | Function::Cosh
        | Function::Tanh
        | Function::Sigmoid
        | Function::Softplus
        | Function::Erf
        | Function::Erfc
        | Function::Lgamma => None,
    };
    value.map(|v| Poly::constant(dims.to_vec(), v))
}

/// A function in the deciding basis.
pub(crate) fn map(nz: &mut Normalizer, f: Function, args: &[Poly], dims: &[Dim]) -> Poly {
    let x = &args[0];
    match f {
        Function::Power(p) => power(nz, x, p),
        Function::Exp => exponential(nz, x),
        Function::Expm1 => combine(1, &exponential(nz, x), -1, &constant(dims, 1)),
        Function::Log => logarithm(nz, x),
        Function::Log1p => logarithm(nz, &combine(1, x, 1, &constant(dims, 1))),
        // log(1 + e^x)
        Function::Softplus => {
            let e = exponential(nz, x);
            logarithm(nz, &combine(1, &e, 1, &constant(dims, 1)))
        }
        // e^x / (1 + e^x)
        Function::Sigmoid => {
            let e = exponential(nz, x);
            ratio(nz, &e.clone(), &combine(1, &e, 1, &constant(dims, 1)))
        }
        // (e^2x - 1) / (e^2x + 1)
        Function::Tanh => {
            let e = exponential(nz, &x.scaled(&integer(2)));
            let one = constant(dims, 1);
            ratio(nz, &combine(1, &e, -1, &one), &combine(1, &e, 1, &one))
        }
        Function::Sinh | Function::Cosh => {
            let sign = if f == Function::Sinh { -1 } else { 1 };
            let (up, down) = (exponential(nz, x), exponential(nz, &x.scaled(&integer(-1))));
            combine(1, &up, sign, &down).scaled(&half())
        }
        Function::Sin => angle(nz, x).1,
        Function::Cos => angle(nz, x).0,
        Function::Tan => {
            let (c, s) = angle(nz, x);
            ratio(nz, &s, &c)
        }
        Function::Asin | Function::Atan | Function::Erf => odd(nz, f, x),
        // acos(x) = pi/2 - asin(x)
        Function::Acos => {
            let pi = nz.normalise(&Expr::constant(Constant::Pi).broadcast_to(dims.to_vec()));
            let mut p = odd(nz, Function::Asin, x).scaled(&integer(-1));
            p.add_scaled(&pi, &half());
            p
        }
        Function::Erfc => combine(1, &constant(dims, 1), -1, &odd(nz, Function::Erf, x)),
        Function::Abs => absolute(nz, x),
        Function::Sign => combine(1, &step(nz, x), -1, &step(nz, &x.scaled(&integer(-1)))),
        Function::Step => step(nz, x),
        // (x + |x|)/2
        Function::Relu => combine(1, x, 1, &absolute(nz, x)).scaled(&half()),
        // (x + y + |x - y|)/2
        Function::Max | Function::Min => {
            let sign = if f == Function::Max { 1 } else { -1 };
            let gap = absolute(nz, &combine(1, x, -1, &args[1]));
            combine(1, &combine(1, x, 1, &args[1]), sign, &gap).scaled(&half())
        }
        Function::Less => step(nz, &combine(1, &args[1], -1, x)),
        Function::LessEqual => {
            let above = step(nz, &combine(1, x, -1, &args[1]));
            combine(1, &constant(dims, 1), -1, &above)
        }
        Function::Equal | Function::NotEqual => {
            let d = combine(1, x, -1, &args[1]);
            let apart = combine(1, &step(nz, &d), 1, &step(nz, &d.scaled(&integer(-1))));
            if f == Function::NotEqual { apart } else { combine(1, &constant(dims, 1), -1, &apart) }
        }
        Function::Clamp => {
            let raised = map(nz, Function::Max, &[x.clone(), args[1].clone()], dims);
            map(nz, Function::Min, &[raised, args[2].clone()], dims)
        }
        Function::Pow => general_power(nz, x, &args[1]),
        Function::Lgamma | Function::Polygamma(_) | Function::Where => nz.map_atom(f, args, dims),
    }
}

fn ratio(nz: &mut Normalizer, x: &Poly, y: &Poly) -> Poly {
    let inverse = power(nz, y, -Power::one());
    times(nz, x, &inverse)
}

/// `x^y`: a power where y is a number; `exp(y*log(x))` where x is positive.
fn general_power(nz: &mut Normalizer, x: &Poly, y: &Poly) -> Poly {
    if let Some(p) = super::powers::constant_exponent(y) {
        return power(nz, x, p);
    }
    let positive =
        x.single().is_some_and(|(t, c)| t.bound.is_empty() && nz.is_positive_term(&t.clone(), &c.clone()));
    if positive {
        let log = logarithm(nz, x);
        let exponent = times(nz, y, &log);
        return exponential(nz, &exponent);
    }
    nz.map_atom(Function::Pow, &[x.clone(), y.clone()], &x.dims.clone())
}

/// `f(-x) = -f(x)`: the leading coefficient of the operand becomes positive.
fn odd(nz: &mut Normalizer, f: Function, x: &Poly) -> Poly {
    if content(x).is_negative() {
        let p = nz.map_atom(f, &[x.scaled(&integer(-1))], &x.dims);
        return p.scaled(&integer(-1));
    }
    nz.map_atom(f, std::slice::from_ref(x), &x.dims)
}

/// `|c f g| = |c| |f| |g|`, and `|f| = f` where f >= 0.
fn absolute(nz: &mut Normalizer, x: &Poly) -> Poly {
    if let Some(c) = x.as_constant() {
        return Poly::constant(x.dims.clone(), c.abs());
    }
    let single = x.single().filter(|(t, _)| t.bound.is_empty()).map(|(t, c)| (t.factors.clone(), c.clone()));
    let Some((factors, c)) = single else {
        let c = content(x);
        let primitive = x.scaled(&c.recip());
        if let Some((_, f)) = nz.sum_factor(&primitive)
            && nz.is_nonneg(&f.atom)
        {
            return primitive.scaled(&c.abs());
        }
        return nz.map_atom(Function::Abs, &[primitive], &x.dims).scaled(&c.abs());
    };
    let mut result = Poly::constant(x.dims.clone(), c.abs());
    for f in factors {
        let even = f.power.is_integer() && f.power.numer() % 2 == 0;
        let plain = even || !f.power.is_integer() || nz.is_nonneg(&f.atom);
        let base = Factor { power: Power::one(), ..f.clone() };
        let base = nz.settle(&x.dims, vec![product(&x.dims, vec![base])]);
        let magnitude = if plain { base } else { nz.map_atom(Function::Abs, &[base], &x.dims) };
        let raised = power(nz, &magnitude, f.power);
        result = times(nz, &result, &raised);
    }
    result
}

/// 1 where x > 0: positive factors do not matter.
fn step(nz: &mut Normalizer, x: &Poly) -> Poly {
    if let Some(c) = x.as_constant() {
        return constant(&x.dims, i64::from(c.is_positive()));
    }
    let c = content(x).abs();
    let primitive = x.scaled(&c.recip());
    if let Some((sign, f)) = nz.sum_factor(&primitive) {
        if sign.is_positive() && nz.is_positive(&f.atom) {
            return constant(&x.dims, 1);
        }
        if sign.is_negative() && nz.is_nonneg(&f.atom) {
            return constant(&x.dims, 0);
        }
    }
    nz.map_atom(Function::Step, &[primitive], &x.dims)
}

/// `logsumexp` in terms of log and exp; `prod` of a product term by term.
pub(crate) fn reduction(
    nz: &mut Normalizer,
    r: Reduction,
    p: &Poly,
    axis: usize,
    dims: &[Dim],
) -> Option<Poly> {
    if nz.goal == Goal::Write || r != Reduction::LogSumExp {
        return None;
    }
    let e = exponential(nz, p);
    let n = p.dims[axis].clone();
    let place = |k: usize| match k.cmp(&axis) {
        std::cmp::Ordering::Less => k as Label,
        std::cmp::Ordering::Equal => dims.len() as Label,
        std::cmp::Ordering::Greater => k as Label - 1,
    };
    let labels = (0..p.rank()).map(place).collect();
    let total = nz.multiply(dims, &[(dims.len() as Label, n)], vec![(e.into(), labels)]);
    Some(logarithm(nz, &total))
}
