//! Rules that replace a product by a sum of simpler ones: squares of sines, and quotients of a sum by its own parts.

use super::atom::Body;
use super::draft::Draft;
use super::functions::{combine, constant};
use super::normalise::Normalizer;
use super::poly::{Factor, Label, Poly, Power, Term};
use super::powers::power;
use crate::{Function, MatrixFunction, Rational};
use num_traits::{One, Signed, Zero};

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
