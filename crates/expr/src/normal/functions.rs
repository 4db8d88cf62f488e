//! Functions when equality is decided: many are rewritten into few, with the axioms of those few.
//!
//! The basis is exp, log, sin, cos, |x|, step and powers. `exp` of a sum splits into powers of `exp` of its terms;
//! `log` of a product splits over positive factors; sines and cosines of sums split by the addition theorems;
//! max, min, relu, sign and comparisons become |x| and steps.

use super::atom::{Atom, Body};
use super::draft::Draft;
use super::normalise::{Normalizer, content, product, small};
use super::poly::{Factor, Label, Poly, Power, Term};
use super::powers::{number_power, power, primes};
use crate::{Constant, Dim, Expr, Function, Kind, MatrixFunction, Rational, Reduction};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// The largest multiple of an angle that is expanded.
const MAX_MULTIPLE: i64 = 12;

/// The most terms of an angle to which the addition theorems are applied.
const MAX_ANGLE_TERMS: usize = 3;

fn integer(k: i64) -> Rational {
    Rational::from_integer(k.into())
}

fn half() -> Rational {
    Rational::new(1.into(), 2.into())
}

fn constant(dims: &[Dim], k: i64) -> Poly {
    Poly::constant(dims.to_vec(), integer(k))
}

/// `a*x + b*y`
fn combine(a: i64, x: &Poly, b: i64, y: &Poly) -> Poly {
    let mut p = x.scaled(&integer(a));
    p.add_scaled(y, &integer(b));
    p
}

/// The product of two polynomials entry by entry.
fn times(nz: &mut Normalizer, x: &Poly, y: &Poly) -> Poly {
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

/// The product over the terms `c*t` of `exp(t)^c`.
fn exponential(nz: &mut Normalizer, x: &Poly) -> Poly {
    let mut result = constant(&x.dims, 1);
    for (t, c) in &x.terms {
        let factor = exp_of_term(nz, x, t, c);
        result = times(nz, &result, &factor);
    }
    result
}

fn exp_of_term(nz: &mut Normalizer, x: &Poly, t: &Term, c: &Rational) -> Poly {
    let mut alone = Poly::zero(x.dims.clone());
    alone.add_term(t.clone(), Rational::one());
    let Some(p) = small(c) else { return nz.map_atom(Function::Exp, &[alone.scaled(c)], &x.dims) };
    if t.factors.is_empty() {
        let e = Factor { atom: Atom::leaf(Expr::constant(Constant::E)), labels: vec![], power: p };
        return nz.settle(&x.dims, vec![product(&x.dims, vec![e])]);
    }
    // exp(c*log(u)) = u^c where u > 0
    if let [f] = t.factors.as_slice()
        && t.bound.is_empty()
        && f.power.is_one()
        && let Body::Map(Function::Log, args) = f.atom.body()
    {
        let inner = (*args[0]).clone();
        let positive = match inner.as_factor() {
            Some(g) => nz.is_positive(&g.atom.clone()),
            None => nz.sum_factor(&inner).is_some_and(|(c, g)| c.is_positive() && nz.is_positive(&g.atom)),
        };
        if positive {
            let raised = power(nz, &inner, p);
            return nz.multiply(&x.dims.clone(), &[], vec![(raised.into(), f.labels.clone())]);
        }
    }
    let e = nz.map_atom(Function::Exp, &[alone], &x.dims);
    power(nz, &e, p)
}

/// `log`: of powers of exp their exponents, of positive factors and of numbers apart, the rest together.
fn logarithm(nz: &mut Normalizer, x: &Poly) -> Poly {
    let mut result = Poly::zero(x.dims.clone());
    let parts: Option<(Vec<Factor>, Rational)> = match x.single() {
        Some((t, c)) if t.bound.is_empty() => Some((t.factors.clone(), c.clone())),
        Some(_) | None => super::powers::split_sum(nz, x, false),
    };
    let Some((factors, c)) = parts else {
        return nz.map_atom(Function::Log, std::slice::from_ref(x), &x.dims);
    };
    let mut inside: Vec<Factor> = Vec::new();
    for f in factors {
        let exponent = Rational::new((*f.power.numer()).into(), (*f.power.denom()).into());
        match f.atom.body() {
            Body::Map(Function::Exp, args) => {
                let t = nz.multiply(&x.dims.clone(), &[], vec![(args[0].clone(), f.labels.clone())]);
                result.add_scaled(&t, &exponent);
            }
            Body::Leaf if *f.atom.expr() == Expr::constant(Constant::E) => {
                result.add_term(Term::one(), exponent);
            }
            Body::Matrix(MatrixFunction::Det, p) if f.power.is_one() => {
                // Defined exactly where log(det(A)) is.
                let p = p.clone();
                let l = super::matrices::function(nz, MatrixFunction::LogDet, &p);
                let spread = nz.multiply(&x.dims.clone(), &[], vec![(l.into(), vec![])]);
                result.add_scaled(&spread, &Rational::one());
            }
            _ if nz.is_positive(&f.atom) => {
                let l = log_atom(nz, &f, &x.dims);
                result.add_scaled(&l, &exponent);
            }
            _ => inside.push(f),
        }
    }
    let sign_inside = c.is_negative();
    if sign_inside && inside.is_empty() {
        return nz.map_atom(Function::Log, std::slice::from_ref(x), &x.dims);
    }
    for (n, sign) in [(c.numer().abs(), 1), (c.denom().abs(), -1)] {
        for (prime, count) in primes(&n).unwrap_or_default() {
            let atom = Expr::rational(Rational::from_integer(prime)).apply(Function::Log);
            let leaf = Factor::new(Atom::leaf(atom), vec![]);
            let p = nz.settle(&x.dims, vec![product(&x.dims, vec![leaf])]);
            result.add_scaled(&p, &integer(i64::from(count) * sign));
        }
    }
    if !inside.is_empty() {
        let mut draft = product(&x.dims, inside);
        if sign_inside {
            draft.coefficient = integer(-1);
        }
        let p = nz.settle(&x.dims, vec![draft]);
        let l = nz.map_atom(Function::Log, &[p], &x.dims);
        result.add_scaled(&l, &Rational::one());
    }
    result
}

/// `log` of one factor's atom, at its labels.
fn log_atom(nz: &mut Normalizer, f: &Factor, dims: &[Dim]) -> Poly {
    let own = match f.atom.body() {
        Body::Sum(p) => (**p).clone(),
        _ => {
            let axes = f.atom.dims().to_vec();
            let labels = (0..axes.len() as Label).collect();
            nz.settle(&axes, vec![product(&axes, vec![Factor::new(f.atom.clone(), labels)])])
        }
    };
    let log = nz.map_atom(Function::Log, std::slice::from_ref(&own), &own.dims);
    nz.multiply(dims, &[], vec![(log.into(), f.labels.clone())])
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

/// The cosine and the sine, split over the terms by the addition theorems.
/// The least number such that every sine, cosine and tangent in the expressions is of integer multiples of that
/// part of a monomial; 1 when it is large.
pub(crate) fn angle_parts(expressions: &[&Expr]) -> u32 {
    let mut nz = Normalizer::new(super::normalise::Goal::Decide);
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

fn angle(nz: &mut Normalizer, x: &Poly) -> (Poly, Poly) {
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

/// `logsumexp` in terms of log and exp; `prod` of a product term by term.
pub(crate) fn reduction(
    nz: &mut Normalizer,
    r: Reduction,
    p: &Poly,
    axis: usize,
    dims: &[Dim],
) -> Option<Poly> {
    if nz.goal == super::normalise::Goal::Write || r != Reduction::LogSumExp {
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

/// Rules that replace a product by a sum of simpler ones: `sin^2 = 1 - cos^2`, and the division of a leading
/// monomial by its sum, `L/(c L + R) = (1 - R/(c L + R))/c`.
pub(crate) fn reduce(nz: &mut Normalizer, draft: &Draft) -> Option<Vec<Draft>> {
    for (k, f) in draft.factors.iter().enumerate() {
        match f.atom.body() {
            Body::Map(Function::Sin, args) if f.power >= Power::from_integer(2) => {
                let (t, labels) = (args[0].clone(), f.labels.clone());
                let mut rest = draft.clone();
                rest.factors[k].power -= Power::from_integer(2);
                let c = nz.map_atom(Function::Cos, std::slice::from_ref(&*t), &t.dims.clone());
                let squared = power(nz, &c, Power::from_integer(2));
                let one = constant(&t.dims, 1);
                return Some(rest.times(&combine(1, &one, -1, &squared), &labels));
            }
            Body::Sum(p) if f.power.is_negative() && f.power.is_integer() => {
                if let Some(parts) = divide(draft, k, p)
                    && nz.is_nonzero(&f.atom)
                {
                    return Some(parts);
                }
            }
            // Completed rules have an order of their own.
            Body::Matrix(MatrixFunction::Inverse, p)
                if f.power.is_one() && p.terms.len() > 1 && nz.rules.is_none() =>
            {
                if let Some(parts) = divide_by_matrix(draft, k, p)
                    && nz.is_invertible(&f.atom, p)
                {
                    return Some(parts);
                }
            }
            _ => {}
        }
    }
    None
}

/// The leading monomial of a sum: of the highest degree, nothing summed, positive integer powers.
fn leading(p: &Poly) -> Option<(&Term, &Rational)> {
    let degree = |t: &Term| t.factors.iter().map(|f| f.power).fold(Power::zero(), |a, b| a + b);
    let (term, c) = p.terms.iter().max_by(|a, b| degree(a.0).cmp(&degree(b.0)).then_with(|| a.0.cmp(b.0)))?;
    let plain = term.bound.is_empty()
        && !term.factors.is_empty()
        && term.factors.iter().all(|f| f.power.is_integer() && f.power.is_positive());
    plain.then_some((term, c))
}

/// Where draft holds `L * B^-k`, and B = c L + R: `L B^-k = (B^(1-k) - R B^-k)/c`. Where B = c L + r with a
/// number r, and the draft holds `L^-m B^-k`: `(L^-m B^(1-k) - c L^(1-m) B^-k)/r`.
fn divide(draft: &Draft, k: usize, p: &Poly) -> Option<Vec<Draft>> {
    let (lead, c) = leading(p)?;
    let labels = draft.factors[k].labels.clone();
    let at = |f: &Factor| f.labels.iter().map(|l| labels[*l as usize]).collect::<Vec<Label>>();
    let find = |f: &Factor| {
        let place = f.atom.least(&at(f));
        draft.factors.iter().position(|g| g.atom == f.atom && g.atom.least(&g.labels) == place)
    };
    let positions: Vec<usize> = lead.factors.iter().map(find).collect::<Option<_>>()?;
    let holds = |sign: i64| {
        lead.factors.iter().zip(&positions).all(|(f, j)| {
            let have = draft.factors[*j].power * sign;
            have >= f.power && have.is_integer()
        })
    };
    let mut rest = p.clone();
    rest.terms.remove(lead);
    let shifted = |by: i64, base: &Draft| {
        let mut d = base.clone();
        for (f, j) in lead.factors.iter().zip(&positions) {
            d.factors[*j].power += f.power * by;
        }
        d
    };
    let less = |base: &Draft| {
        let mut d = base.clone();
        d.factors[k].power += Power::one();
        d
    };
    if holds(1) {
        let without = shifted(-1, draft);
        let mut whole = less(&without);
        whole.coefficient /= c;
        let mut parts = without.times(&rest.scaled(&-c.recip()), &labels);
        parts.push(whole);
        return Some(parts);
    }
    let number = rest.as_constant().filter(|r| !r.is_zero())?;
    if holds(-1) {
        let mut whole = less(draft);
        whole.coefficient /= &number;
        let mut raised = shifted(1, draft);
        raised.coefficient *= -(c / &number);
        return Some(vec![whole, raised]);
    }
    None
}

/// `M*inv(c M + R) = (I - R*inv(c M + R))/c` where M is one matrix, on either side.
fn divide_by_matrix(draft: &Draft, k: usize, p: &Poly) -> Option<Vec<Draft>> {
    let is_matrix = |t: &Term| t.bound.is_empty() && t.factors.len() == 1 && t.factors[0].labels.len() == 2;
    let (lead, c) = p.terms.iter().rfind(|(t, _)| {
        is_matrix(t) && !matches!(t.factors[0].atom.expr().kind(), crate::Kind::Structure(_))
    })?;
    let m = &lead.factors[0];
    let (a, b) = (draft.factors[k].labels[0], draft.factors[k].labels[1]);
    for j in (0..draft.factors.len()).filter(|j| *j != k) {
        let g = &draft.factors[j];
        if g.atom != m.atom || g.power != m.power {
            continue;
        }
        for s in g.atom.symmetries() {
            // The operand of the inverse has M at its axes (0, 1), perhaps transposed.
            let here: Vec<Label> = s.iter().map(|t| g.labels[*t as usize]).collect();
            let (row, col) = if m.labels == [0, 1] { (here[0], here[1]) } else { (here[1], here[0]) };
            // M[row, col] inv[a, b] with col = a, or inv[a, b] M[row, col] with row = b.
            let (joined, outer, inner_axes) = if col == a {
                (a, (row, b), [row, a])
            } else if row == b {
                (b, (a, col), [b, col])
            } else {
                continue;
            };
            if !draft.joins_only(joined, k, j) {
                continue;
            }
            let mut rest = p.clone();
            rest.terms.remove(lead);
            let mut identity = draft.clone();
            identity.remove(vec![k, j]);
            let mut without = draft.clone();
            without.factors.remove(j);
            identity.bound.retain(|l| *l != joined);
            identity.push_delta(outer.0, outer.1);
            identity.coefficient /= c;
            let mut parts = without.times(&rest.scaled(&-c.recip()), &inner_axes);
            parts.push(identity);
            return Some(parts);
        }
    }
    None
}
