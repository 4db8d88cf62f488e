//! Inverses, determinants and orthogonal matrices in the normal form.

use super::atom::{Atom, Body};
use super::draft::Draft;
use super::kronecker::{self, Kronecker};
use super::normalise::{Goal, Normalizer, product};
use super::poly::{Factor, Label, Poly, Power, Term, content};
use super::{entries, sylvester};
use crate::{Dim, Expr, Function, Kind, MatrixFunction, Property, Rational, Reduction, Structure};
use num_traits::{One, Signed};

/// One square matrix in a chain of matrix products.
pub(crate) struct Link {
    pub(crate) factor: Factor,
    /// Does the chain run from the factor's second slot to its first?
    transposed: bool,
}

/// A single term as a product of square matrices from axis 0 to axis 1, when it is one and carries nothing
/// else but scalars.
pub(crate) fn chain(p: &Poly) -> Option<Vec<Link>> {
    let (term, _) = p.single()?;
    let n = p.dims.first()?;
    let matrices: Vec<&Factor> = term.factors.iter().filter(|f| !f.labels.is_empty()).collect();
    let fits = |f: &&Factor| {
        f.labels.len() == 2
            && f.power.is_one()
            && f.labels[0] != f.labels[1]
            && f.atom.dims().iter().all(|d| d == n)
    };
    if p.rank() != 2 || matrices.len() != term.bound.len() + 1 || !matrices.iter().all(fits) {
        return None;
    }
    let mut links = Vec::new();
    let mut used = vec![false; matrices.len()];
    let mut at: Label = 0;
    while links.len() < matrices.len() {
        let next = (0..matrices.len()).find(|k| !used[*k] && matrices[*k].labels.contains(&at))?;
        used[next] = true;
        let f = matrices[next];
        let transposed = f.labels[1] == at;
        at = if transposed { f.labels[0] } else { f.labels[1] };
        links.push(Link { factor: f.clone(), transposed });
    }
    (at == 1).then_some(links)
}

/// The scalar part of a single term: its coefficient and the factors without labels.
fn scalars(term: &Term, c: &Rational) -> (Rational, Vec<Factor>) {
    (c.clone(), term.factors.iter().filter(|f| f.labels.is_empty()).cloned().collect())
}

/// A link as a polynomial over two axes, in the chain's direction.
fn link_poly(nz: &mut Normalizer, link: &Link, dims: &[Dim]) -> Poly {
    let labels = if link.transposed { vec![1, 0] } else { vec![0, 1] };
    nz.settle(dims, vec![product(dims, vec![Factor { labels, ..link.factor.clone() }])])
}

/// The diagonal of a single term `delta_01 * (factors on axis 0 and scalars)`.
fn diagonal(p: &Poly) -> Option<(Rational, Vec<Factor>)> {
    let (term, c) = p.single()?;
    let is_delta = |f: &Factor| matches!(f.atom.expr().kind(), Kind::Structure(Structure::Delta(_)));
    let on_axis = |f: &Factor| f.labels.iter().all(|l| *l == 0);
    if !term.bound.is_empty() || !term.factors.iter().any(is_delta) {
        return None;
    }
    let rest: Vec<Factor> = term.factors.iter().filter(|f| !is_delta(f)).cloned().collect();
    rest.iter().all(on_axis).then(|| (c.clone(), rest))
}

/// A function of a square matrix in normal form.
pub(crate) fn function(nz: &mut Normalizer, f: MatrixFunction, p: &Poly) -> Poly {
    match f {
        MatrixFunction::Inverse => inverse(nz, p),
        MatrixFunction::Det => determinant(nz, p),
        MatrixFunction::LogDet => log_determinant(nz, p),
        MatrixFunction::Cholesky => nz.matrix_atom(f, p, &p.dims.clone()),
    }
}

/// `inv(A*B) = inv(B)*inv(A)` for square factors, `inv(c*A) = inv(A)/c`, of a diagonal entry by entry, of an
/// orthogonal matrix its transpose. Both sides are defined for the same matrices.
fn inverse(nz: &mut Normalizer, p: &Poly) -> Poly {
    let dims = p.dims.clone();
    if let Some(done) = entries::inverse(nz, p) {
        return done;
    }
    if let Some((c, entries)) = diagonal(p) {
        let mut factors: Vec<Factor> = entries.into_iter().map(|f| Factor { power: -f.power, ..f }).collect();
        factors.push(Factor::new(Atom::leaf(Expr::eye(dims[0].clone())), vec![0, 1]));
        let mut draft = product(&dims, factors);
        draft.coefficient = c.recip();
        return nz.settle(&dims, vec![draft]);
    }
    if let Some(links) = chain(p)
        && let Some((term, c)) = p.single()
    {
        let (c, scalar) = scalars(term, c);
        if links.len() > 1 || !c.is_one() || !scalar.is_empty() {
            let n = dims[0].clone();
            let last = links.len() as Label;
            let summed: Vec<(Label, Dim)> = (2..=last).map(|l| (l, n.clone())).collect();
            let end = |k: Label| {
                if k == 0 {
                    0
                } else if k == last {
                    1
                } else {
                    k + 1
                }
            };
            let mut operands = Vec::new();
            for (k, link) in links.iter().rev().enumerate() {
                let q = link_poly(nz, link, &dims);
                let inverted = inverse(nz, &q);
                operands.push((inverted.into(), vec![end(k as Label), end(k as Label + 1)]));
            }
            let mut reciprocal =
                product(&[], scalar.into_iter().map(|f| Factor { power: -f.power, ..f }).collect());
            reciprocal.coefficient = c.recip();
            let reciprocal = nz.settle(&[], vec![reciprocal]);
            operands.push((reciprocal.into(), vec![]));
            return nz.multiply(&dims, &summed, operands);
        }
        let factor = links[0].factor.clone();
        match factor.atom.body() {
            Body::Matrix(MatrixFunction::Inverse, inner) => {
                let labels = if links[0].transposed { vec![1, 0] } else { vec![0, 1] };
                return nz.multiply(&dims, &[], vec![(inner.clone(), labels)]);
            }
            _ if is_orthogonal(&factor.atom) => {
                let labels = if links[0].transposed { vec![0, 1] } else { vec![1, 0] };
                return nz.settle(&dims, vec![product(&dims, vec![Factor { labels, ..factor }])]);
            }
            _ => {}
        }
    }
    if nz.goal == Goal::Decide
        && let Some(k) = kronecker::split(nz, p)
    {
        let (left, right) = (inverse(nz, &k.left), inverse(nz, &k.right));
        return kronecker::kron(nz, &Kronecker { left, right });
    }
    let c = content(p);
    let atom = nz.matrix_atom(MatrixFunction::Inverse, &p.scaled(&c.recip()), &dims);
    atom.scaled(&c.recip())
}

/// `det(A*B) = det(A)*det(B)`, `det(c*A) = c^n det(A)`, `det(inv(A)) = 1/det(A)`, of a diagonal its product.
fn determinant(nz: &mut Normalizer, p: &Poly) -> Poly {
    if let Some(done) = entries::determinant(nz, p) {
        return done;
    }
    if let Some((c, entries)) = diagonal(p) {
        let axis = [p.dims[0].clone()];
        let mut draft = product(&axis, entries);
        draft.coefficient = c;
        let d = nz.settle(&axis, vec![draft]);
        return reduced_product(nz, &d);
    }
    if nz.goal == Goal::Decide
        && let Some(k) = kronecker::split(nz, p)
    {
        let mut operands = Vec::new();
        for (a, b) in [(&k.left, &k.right), (&k.right, &k.left)] {
            let (det, size) = (determinant(nz, a), nz.size(&b.dims[0].clone()));
            operands.push((sylvester::raised(nz, &det, &size).into(), vec![]));
        }
        return nz.multiply(&[], &[], operands);
    }
    if nz.goal == Goal::Decide
        && let Some(core) = sylvester::core(nz, p)
    {
        return sylvester::determinant(nz, &core);
    }
    let split = chain(p).and_then(|links| p.single().map(|(t, c)| (links, scalars(t, c))));
    let Some((links, (c, scalar))) = split else {
        return nz.matrix_atom(MatrixFunction::Det, p, &[]);
    };
    let mut operands = Vec::new();
    for link in &links {
        let q = link_poly(nz, link, &p.dims);
        let d = match link.factor.atom.body() {
            Body::Matrix(MatrixFunction::Inverse, inner) => {
                let inner = determinant(nz, &inner.clone());
                super::powers::power(nz, &inner, -Power::one())
            }
            _ => nz.matrix_atom(MatrixFunction::Det, &q, &[]),
        };
        operands.push((d.into(), vec![]));
    }
    if !c.is_one() || !scalar.is_empty() {
        let mut draft = product(&[], scalar);
        draft.coefficient = c;
        let s = nz.settle(&[], vec![draft]);
        let n = nz.size(&p.dims[0].clone());
        operands.push((sylvester::raised(nz, &s, &n).into(), vec![]));
    }
    nz.multiply(&[], &[], operands)
}

fn reduced_product(nz: &mut Normalizer, d: &Poly) -> Poly {
    let e = super::express::plain(d).reduce(Reduction::Prod, 0);
    match e {
        Ok(e) => (*nz.normalise(&e)).clone(),
        Err(_) => d.clone(),
    }
}

/// `logdet(inv(A)) = -logdet(A)`; of a diagonal with positive entries the sum of their logarithms; of a product
/// of positive definite matrices the sum.
fn log_determinant(nz: &mut Normalizer, p: &Poly) -> Poly {
    if let Some(det) = entries::determinant(nz, p) {
        return nz.map(Function::Log, vec![det.into()], &[]);
    }
    if let Some((c, entries)) = diagonal(p)
        && c.is_positive()
        && entries.iter().all(|f| nz.is_positive(&f.atom))
    {
        let axis = [p.dims[0].clone()];
        let mut draft = product(&axis, entries);
        draft.coefficient = c;
        let d = nz.settle(&axis, vec![draft]);
        let logs = super::express::plain(&d).apply(Function::Log);
        let total = Expr::contract_unchecked(
            vec![(logs, vec![0])],
            &[],
            &[(0, p.dims[0].clone())].into_iter().collect(),
        );
        return (*nz.normalise(&total)).clone();
    }
    if let Some(f) = p.as_factor()
        && let Body::Matrix(MatrixFunction::Inverse, inner) = f.atom.body()
    {
        let inner = inner.clone();
        return log_determinant(nz, &inner).scaled(&-Rational::one());
    }
    if let Some(links) = chain(p)
        && links.len() > 1
        && p.single().is_some_and(|(t, c)| c.is_one() && t.factors.len() == links.len())
        && links.iter().all(|link| nz.is_pd(&link.factor.atom))
    {
        let mut total = Poly::zero(Vec::new());
        for link in &links {
            let q = link_poly(nz, link, &p.dims);
            total.add_scaled(&log_determinant(nz, &q), &Rational::one());
        }
        return total;
    }
    if nz.goal == Goal::Decide
        && let Some(k) = kronecker::split(nz, p)
        && [&k.left, &k.right].iter().all(|q| is_pd(nz, q))
    {
        let mut total = Poly::zero(Vec::new());
        for (a, b) in [(&k.left, &k.right), (&k.right, &k.left)] {
            let (log, size) = (log_determinant(nz, a), nz.size(&b.dims[0].clone()));
            let scaled = nz.multiply(&[], &[], vec![(log.into(), vec![]), (size.into(), vec![])]);
            total.add_scaled(&scaled, &Rational::one());
        }
        return total;
    }
    if nz.goal == Goal::Decide
        && let Some(core) = sylvester::core(nz, p).filter(|core| core.positive)
    {
        return sylvester::log_determinant(nz, &core);
    }
    nz.matrix_atom(MatrixFunction::LogDet, p, &[])
}

/// Is a sum, or a single matrix, proved to be positive definite?
fn is_pd(nz: &mut Normalizer, p: &Poly) -> bool {
    nz.sum_factor(p).is_some_and(|(c, f)| c.is_positive() && nz.is_pd(&f.atom))
}

pub(crate) fn is_orthogonal(atom: &Atom) -> bool {
    atom.expr().as_symbol().is_some_and(|s| s.has(Property::Orthogonal))
}

/// Cancels `inv(A)*A`, `Q'*Q` and joins `L*L'` of a Cholesky factor; false when nothing fits.
pub(crate) fn cancel(nz: &mut Normalizer, draft: &mut Draft) -> bool {
    for k in 0..draft.factors.len() {
        let f = draft.factors[k].clone();
        if !f.power.is_one() || f.labels.len() != 2 {
            continue;
        }
        if is_orthogonal(&f.atom) && cancel_orthogonal(draft, k) {
            return true;
        }
        match f.atom.body() {
            Body::Matrix(MatrixFunction::Inverse, p) => {
                if let Some(inner) = p.as_factor()
                    && nz.is_nonsingular(&inner.atom)
                    && cancel_inverse(draft, k, &inner.clone())
                {
                    return true;
                }
            }
            Body::Matrix(MatrixFunction::Cholesky, p) => {
                if let Some(inner) = p.as_factor()
                    && join_cholesky(draft, k, &inner.clone())
                {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// `inv(A)[a, b] A[b, c] = delta_ac` when b is summed over and nowhere else.
fn cancel_inverse(draft: &mut Draft, k: usize, inner: &Factor) -> bool {
    // `inner` says how A's slots lie in the operand of the inverse: (0, 1), or (1, 0) for inv(A').
    let l = draft.factors[k].labels.clone();
    let (a, b) = if inner.labels == [0, 1] { (l[0], l[1]) } else { (l[1], l[0]) };
    for m in (0..draft.factors.len()).filter(|m| *m != k) {
        let g = &draft.factors[m];
        if g.atom != inner.atom || !g.power.is_one() {
            continue;
        }
        for s in g.atom.symmetries().to_vec() {
            let (c, d) = (g.labels[s[0] as usize], g.labels[s[1] as usize]);
            let (joined, left, right) = if c == b {
                (b, a, d)
            } else if d == a {
                (a, c, b)
            } else {
                continue;
            };
            if draft.joins_only(joined, k, m) {
                draft.bound.retain(|x| *x != joined);
                draft.remove(vec![k, m]);
                draft.push_delta(left, right);
                return true;
            }
        }
    }
    false
}

/// `Q[i, j] Q[i, k] = delta_jk` when i is summed over and nowhere else; likewise on the second slot.
fn cancel_orthogonal(draft: &mut Draft, k: usize) -> bool {
    for m in k + 1..draft.factors.len() {
        if draft.factors[m].atom != draft.factors[k].atom || !draft.factors[m].power.is_one() {
            continue;
        }
        for slot in 0..2 {
            let joined = draft.factors[k].labels[slot];
            if draft.factors[m].labels[slot] == joined && draft.joins_only(joined, k, m) {
                let (a, b) = (draft.factors[k].labels[1 - slot], draft.factors[m].labels[1 - slot]);
                draft.bound.retain(|x| *x != joined);
                draft.remove(vec![k, m]);
                draft.push_delta(a, b);
                return true;
            }
        }
    }
    false
}

/// `L[i, k] L[j, k] = A[i, j]` for L = cholesky(A).
fn join_cholesky(draft: &mut Draft, k: usize, inner: &Factor) -> bool {
    for m in k + 1..draft.factors.len() {
        if draft.factors[m].atom != draft.factors[k].atom || !draft.factors[m].power.is_one() {
            continue;
        }
        let joined = draft.factors[k].labels[1];
        if draft.factors[m].labels[1] == joined && draft.joins_only(joined, k, m) {
            let ends = [draft.factors[k].labels[0], draft.factors[m].labels[0]];
            draft.bound.retain(|x| *x != joined);
            draft.remove(vec![k, m]);
            let labels = inner.labels.iter().map(|l| ends[*l as usize]).collect();
            draft.factors.push(Factor { labels, ..inner.clone() });
            return true;
        }
    }
    false
}
