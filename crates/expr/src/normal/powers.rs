//! Powers: merging equal factors, expanding sums, powers of products.

use super::atom::{Atom, Body};
use super::draft::Draft;
use super::entries;
use super::normalise::{Goal, Normalizer, product};
use super::poly::{Factor, Poly, Power, content, small};
use super::stable;
use crate::{Constant, Expr, Function, Kind, Rational};
use num_bigint::BigInt;
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedMul, One, Signed, ToPrimitive, Zero};

/// The largest power to which a sum is multiplied out.
const MAX_EXPANDED: i64 = 12;
/// Numbers up to this are factored into primes under a root.
const MAX_FACTORED: i64 = 1_000_000;

/// Merges two factors with one base, or tidies one; false when nothing fits.
///
/// `x^p * x^q = x^(p+q)` needs: p and q of one sign and integers, or x > 0, or x >= 0 with p and q of one sign,
/// or x nonzero with integers.
pub(crate) fn merge(nz: &mut Normalizer, draft: &mut Draft) -> bool {
    for k in 0..draft.factors.len() {
        let f = draft.factors[k].clone();
        if f.power.is_zero() {
            draft.factors.remove(k);
            return true;
        }
        if is_indicator(&f.atom) && f.power > Power::one() {
            draft.factors[k].power = Power::one();
            return true;
        }
        if is_plus_or_minus_one(&f.atom) && f.power.is_integer() && f.power != Power::one() {
            let odd = f.power.numer() % 2 != 0;
            draft.factors[k].power = if odd { Power::one() } else { Power::zero() };
            return true;
        }
        if let Some(c) = integer_part(&f) {
            draft.coefficient *= c;
            draft.factors[k].power = f.power - f.power.floor();
            return true;
        }
        let place = f.atom.least(&f.labels);
        for j in k + 1..draft.factors.len() {
            let g = &draft.factors[j];
            if g.atom != f.atom || g.atom.least(&g.labels) != place {
                continue;
            }
            let (p, q) = (f.power, g.power);
            let integers = p.is_integer() && q.is_integer();
            let one_sign = p.is_positive() == q.is_positive();
            let allowed = (integers && one_sign)
                || nz.is_positive(&f.atom)
                || (one_sign && nz.is_nonneg(&f.atom))
                || (integers && nz.is_nonzero(&f.atom));
            if allowed && let Some(sum) = p.checked_add(&q) {
                draft.factors[k].power = sum;
                draft.factors.remove(j);
                return true;
            }
        }
    }
    false
}

/// Is every entry declared to be -1 or 1, as labels are?
fn is_plus_or_minus_one(atom: &Atom) -> bool {
    let values = atom.expr().as_symbol().and_then(|s| s.domain.values.as_ref());
    values.is_some_and(|v| !v.is_empty() && v.iter().all(|x| x.abs().is_one()))
}

/// A prime under a root keeps an exponent in [0, 1).
fn integer_part(f: &Factor) -> Option<Rational> {
    let r = f.atom.expr().as_rational()?;
    let whole = f.power.floor().to_integer();
    (whole != 0).then(|| rational_power(r, whole)).flatten()
}

/// Does the atom take only the values 0 and 1?
fn is_indicator(atom: &Atom) -> bool {
    match atom.body() {
        Body::OneHot(_) => true,
        Body::Map(f, _) => matches!(
            f,
            Function::Step | Function::Less | Function::LessEqual | Function::Equal | Function::NotEqual
        ),
        _ => matches!(atom.expr().kind(), Kind::Structure(_)),
    }
}

/// Multiplies out a sum to a positive power, or an even power of an absolute value.
pub(crate) fn expand(nz: &mut Normalizer, draft: &Draft) -> Option<Vec<Draft>> {
    for (k, f) in draft.factors.iter().enumerate() {
        match f.atom.body() {
            Body::Sum(p) => {
                let whole = f.power.floor().to_integer();
                let alone = draft.factors.len() == 1 && f.power.is_one();
                let inline = match nz.goal {
                    Goal::Decide => {
                        (1..=MAX_EXPANDED).contains(&whole)
                            && p.terms.len() <= 64
                            && p.terms.keys().all(|t| t.factors.len() + draft.factors.len() <= 48)
                    }
                    // A product needs no parentheses, nor does a sum that stands alone or is taken apart.
                    Goal::Write => {
                        f.power.is_one()
                            && (alone || p.terms.len() == 1 || entries::selected(draft, k, p))
                            && p.terms.keys().all(|t| t.factors.len() + draft.factors.len() <= 16)
                    }
                };
                if inline {
                    let mut rest = draft.clone();
                    rest.factors[k].power -= Power::one();
                    return Some(rest.times(p, &f.labels));
                }
            }
            Body::Map(Function::Abs, args)
                if f.power.is_integer() && f.power.numer() % 2 == 0 && f.power.is_positive() =>
            {
                let mut rest = draft.clone();
                rest.factors.remove(k);
                let (p, labels) = ((*args[0]).clone(), f.labels.clone());
                let squared = power(nz, &p, f.power);
                return Some(rest.times(&squared, &labels));
            }
            _ => {}
        }
    }
    None
}

/// `P^p`, entry by entry.
pub(crate) fn power(nz: &mut Normalizer, base: &Poly, p: Power) -> Poly {
    if let Some(c) = base.as_constant() {
        return match number_power(&c, p) {
            Some((c, roots)) => {
                let mut draft = product(&base.dims, roots);
                draft.coefficient = c;
                nz.settle(&base.dims, vec![draft])
            }
            None => nz.map_atom(Function::Power(p), std::slice::from_ref(base), &base.dims),
        };
    }
    if nz.goal == Goal::Write
        && let Some(done) = stable::power(nz, base, p)
    {
        return done;
    }
    if let Some((term, c)) = base.single()
        && term.bound.is_empty()
    {
        let (factors, c) = (term.factors.clone(), c.clone());
        return power_of_product(nz, base, &factors, &c, p);
    }
    power_of_sum(nz, base, p)
}

/// `(c f g ...)^p`: factor by factor as far as signs allow.
fn power_of_product(nz: &mut Normalizer, base: &Poly, factors: &[Factor], c: &Rational, p: Power) -> Poly {
    let mut outside: Vec<Factor> = Vec::new();
    let mut inside: Vec<Factor> = Vec::new();
    for f in factors {
        let even = f.power.is_integer() && f.power.numer() % 2 == 0;
        let exponent = f.power.checked_mul(&p);
        let moves = if p.is_integer() {
            f.power.is_integer() || nz.is_nonneg(&f.atom)
        } else {
            nz.is_nonneg(&f.atom)
        };
        match exponent {
            Some(q) if moves => outside.push(Factor { power: q, ..f.clone() }),
            // (x^2)^(1/2) = |x|
            Some(q) if even && !p.is_integer() => match absolute(nz, f) {
                Some(a) => outside.push(Factor { power: q, ..a }),
                None => inside.push(f.clone()),
            },
            _ => inside.push(f.clone()),
        }
    }
    let whole = inside.is_empty();
    let number = if whole || p.is_integer() {
        number_power(c, p)
    } else {
        // The sign must stay with what is inside.
        number_power(&c.abs(), p)
    };
    let Some((coefficient, roots)) = number else { return power_of_sum(nz, base, p) };
    outside.extend(roots);
    if !whole {
        let mut rest = product(&base.dims, inside.clone());
        if !p.is_integer() && c.is_negative() {
            rest.coefficient = -Rational::one();
        }
        // A single factor to an integer power is a power of that factor.
        if let [f] = inside.as_slice()
            && rest.coefficient.is_one()
            && f.power.is_one()
        {
            outside.push(Factor { power: p, ..f.clone() });
        } else {
            let poly = nz.settle(&base.dims, vec![rest]);
            return match nz.sum_factor(&poly) {
                Some((k, f)) if k.is_one() => {
                    outside.push(Factor { power: p, ..f });
                    let mut draft = product(&base.dims, outside);
                    draft.coefficient = coefficient;
                    nz.settle(&base.dims, vec![draft])
                }
                _ => nz.map_atom(Function::Power(p), std::slice::from_ref(base), &base.dims),
            };
        }
    }
    let mut draft = product(&base.dims, outside);
    draft.coefficient = coefficient;
    nz.settle(&base.dims, vec![draft])
}

/// The factor `|x|` for a factor of x, to the power 1.
fn absolute(nz: &mut Normalizer, f: &Factor) -> Option<Factor> {
    let dims = f.atom.dims().to_vec();
    let labels = (0..dims.len() as u32).collect();
    let x = nz.settle(&dims, vec![product(&dims, vec![Factor::new(f.atom.clone(), labels)])]);
    let a = nz.map_atom(Function::Abs, &[x], &dims);
    let inner = a.as_factor()?;
    Some(Factor::new(inner.atom.clone(), inner.labels.iter().map(|l| f.labels[*l as usize]).collect()))
}

/// A sum to a power: its content, then the sum as one atom.
fn power_of_sum(nz: &mut Normalizer, base: &Poly, p: Power) -> Poly {
    // Under a root the sign stays inside.
    let c = if p.is_integer() { content(base) } else { content(base).abs() };
    let Some((mut coefficient, mut factors)) = number_power(&c, p) else {
        return nz.map_atom(Function::Power(p), std::slice::from_ref(base), &base.dims);
    };
    let primitive = base.scaled(&c.recip());
    if nz.goal == Goal::Write
        && let Some((c, f)) = nz.sum_factor(base)
    {
        let c = if p.is_integer() { c } else { Rational::one() };
        let root = if p.is_integer() { Some(f) } else { nz.sum_factor_with(&primitive, c).map(|(_, f)| f) };
        factors.extend(root.map(|f| Factor { power: p, ..f }));
    } else if let Some((inside, inner)) = split_primitive(nz, &primitive, p.is_integer()) {
        let Some((more, roots)) = number_power(&inner, p) else {
            return nz.map_atom(Function::Power(p), std::slice::from_ref(base), &base.dims);
        };
        coefficient *= more;
        factors.extend(roots);
        factors.extend(inside.into_iter().map(|f| Factor { power: f.power * p, ..f }));
    }
    let mut draft = product(&base.dims, factors);
    draft.coefficient = coefficient;
    nz.settle(&base.dims, vec![draft])
}

/// A sum as a number times the factors that all terms share times the rest as one atom, unexpanded.
pub(crate) fn split_sum(nz: &mut Normalizer, base: &Poly, integer: bool) -> Option<(Vec<Factor>, Rational)> {
    let c = content(base);
    let (factors, inner) = split_primitive(nz, &base.scaled(&c.recip()), integer)?;
    Some((factors, c * inner))
}

fn split_primitive(nz: &mut Normalizer, primitive: &Poly, integer: bool) -> Option<(Vec<Factor>, Rational)> {
    let common = common_factors(nz, primitive, integer);
    let mut rest = primitive.clone();
    if !common.is_empty() {
        let inverse: Vec<Factor> = common.iter().map(|f| Factor { power: -f.power, ..f.clone() }).collect();
        let drafts = primitive.terms.iter().map(|(t, c)| {
            let mut d = Draft::from_term(&primitive.dims, t, c);
            d.factors.extend(inverse.iter().cloned());
            d
        });
        let drafts = drafts.collect();
        rest = nz.settle(&primitive.dims, drafts);
    }
    if let Some((t, c)) = rest.single()
        && t.bound.is_empty()
        && (integer || t.factors.iter().all(|f| nz.is_nonneg(&f.atom)))
    {
        return Some((common.into_iter().chain(t.factors.iter().cloned()).collect(), c.clone()));
    }
    let (c, f) = nz.sum_factor_with(&rest, Rational::one())?;
    Some((common.into_iter().chain([f]).collect(), c))
}

/// The factors on axes that every term has (or lacks with a negative power elsewhere), each with its least power,
/// when they may leave the sum.
fn common_factors(nz: &mut Normalizer, p: &Poly, integer: bool) -> Vec<Factor> {
    let rank = p.rank() as u32;
    let mut common: Vec<Factor> = Vec::new();
    let all: Vec<Factor> = p.terms.keys().flat_map(|t| t.factors.iter().cloned()).collect();
    for f in all {
        if f.labels.iter().any(|l| *l >= rank)
            || common.iter().any(|g| g.atom == f.atom && g.labels == f.labels)
        {
            continue;
        }
        let powers = p.terms.keys().map(|t| {
            let here = t.factors.iter().filter(|g| g.atom == f.atom && g.labels == f.labels);
            here.map(|g| g.power).fold(Power::zero(), |a, b| a + b)
        });
        let least = powers.min().unwrap_or_else(Power::zero);
        let may_leave = nz.is_positive(&f.atom) || (integer && least.is_integer() && nz.is_nonzero(&f.atom));
        if !least.is_zero() && may_leave {
            common.push(Factor { power: least, ..f });
        }
    }
    common
}

/// `c^p` as a rational times primes under roots; `None` where it is undefined or too large.
pub(crate) fn number_power(c: &Rational, p: Power) -> Option<(Rational, Vec<Factor>)> {
    if c.is_zero() {
        return p.is_positive().then(|| (Rational::zero(), Vec::new()));
    }
    if p.is_integer() {
        return rational_power(c, p.to_integer()).map(|r| (r, Vec::new()));
    }
    if c.is_negative() {
        return None;
    }
    let mut coefficient = Rational::one();
    let mut roots = Vec::new();
    for (n, sign) in [(c.numer(), 1), (c.denom(), -1)] {
        for (prime, count) in primes(n)? {
            let exponent = p.checked_mul(&Ratio::from_integer(i64::from(count) * sign))?;
            let whole = exponent.floor();
            coefficient *= rational_power(&Rational::from_integer(prime.clone()), whole.to_integer())?;
            let rest = exponent - whole;
            if !rest.is_zero() {
                let atom = Atom::leaf(Expr::constant(Constant::Rational(Rational::from_integer(prime))));
                roots.push(Factor { atom, labels: Vec::new(), power: rest });
            }
        }
    }
    Some((coefficient, roots))
}

/// The prime factors with their multiplicities; a number past [`MAX_FACTORED`] counts as its own.
pub(crate) fn primes(n: &BigInt) -> Option<Vec<(BigInt, u32)>> {
    let Some(mut rest) = n.to_i64().filter(|n| *n <= MAX_FACTORED) else {
        return Some(vec![(n.clone(), 1)]);
    };
    let mut found = Vec::new();
    let mut d = 2i64;
    while d * d <= rest {
        let mut count = 0;
        while rest % d == 0 {
            rest /= d;
            count += 1;
        }
        if count > 0 {
            found.push((BigInt::from(d), count));
        }
        d += 1;
    }
    if rest > 1 {
        found.push((BigInt::from(rest), 1));
    }
    Some(found)
}

/// `r^k` exactly, while it has fewer than some ten thousand bits.
pub(crate) fn rational_power(r: &Rational, k: i64) -> Option<Rational> {
    let bits = r.numer().bits().max(r.denom().bits());
    let exponent = i32::try_from(k).ok()?;
    if bits > 1 && bits.saturating_mul(k.unsigned_abs()) > 16_384 {
        return None;
    }
    if r.is_zero() && k < 0 {
        return None;
    }
    if bits <= 1 {
        // 1 or -1
        return Some(if r.is_negative() && exponent % 2 != 0 { -Rational::one() } else { Rational::one() });
    }
    Some(r.pow(exponent))
}

/// The exponent as a power, when a polynomial is a small rational number.
pub(crate) fn constant_exponent(p: &Poly) -> Option<Power> {
    p.as_constant().and_then(|c| small(&c))
}
