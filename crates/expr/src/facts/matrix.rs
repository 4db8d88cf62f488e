//! What is known of a square matrix: symmetric, psd, diagonal, triangular, orthogonal, nonsingular.
//!
//! Products are judged with their nested products opened: a chain of nonsingular matrices and diagonals is
//! nonsingular, a mirrored product is symmetric, a psd form of one half is psd. A psd matrix that is nonsingular
//! is pd. Of facts about inverses and factors, all hold where these are defined.

use super::flat::{Flat, LIMIT};
use super::mirror::{Form, are_transposes, find_form, is_symmetric};
use super::{Interval, Known, Record};
use crate::{Constant, Expr, Function, Kind, MatrixFunction, Property, Rational, Structure};
use num_traits::{One, Signed};

/// Wider sums than this are not searched for terms that are each other's transposes.
const PAIRED_TERMS: usize = 12;

/// Adds what holds for the matrix `e`.
pub(super) fn matrix<'a>(e: &Expr, own: &Interval, known: &mut Known, of: &dyn Fn(&Expr) -> &'a Record) {
    let [n, m] = e.shape() else { return };
    if n != m {
        return;
    }
    match e.kind() {
        Kind::Symbol(_) => {}
        Kind::Constant(_) | Kind::Size(_) | Kind::OneHot { .. } => {}
        Kind::Structure(s) => structure(s, known),
        Kind::Sum(terms) => sum(terms, known, of),
        Kind::Contract(c) if c.operands.len() > LIMIT => {}
        Kind::Contract(_) => {
            for reading in Flat::readings(e) {
                product(&reading, known, of);
            }
        }
        Kind::Map(f, args) => map(*f, args, known, of),
        // Entries of the reduced tensor need not be symmetric in what remains.
        Kind::Reduce(..) => {}
        Kind::Matrix(f, x) => function(*f, of(x), known),
    }
    let lower = known.is(Property::LowerTriangular);
    let upper = known.is(Property::UpperTriangular);
    if (lower && upper) || (known.is(Property::Symmetric) && (lower || upper)) {
        known.add(Property::Diagonal, "it is zero above and below the diagonal");
    }
    if known.is(Property::Diagonal) {
        known.add(Property::LowerTriangular, "it is diagonal");
        known.add(Property::UpperTriangular, "it is diagonal");
        if own.is_nonneg() {
            known.add(Property::Psd, "it is diagonal with entries of at least 0");
        }
    }
    if known.is(Property::Psd) && known.is(Property::Nonsingular) {
        known.add(Property::Pd, "it is psd and nonsingular");
    }
}

fn structure(s: &Structure, known: &mut Known) {
    match s {
        Structure::Delta(_) => {
            for p in [Property::Pd, Property::Orthogonal, Property::Diagonal] {
                known.add(p, "it is the identity");
            }
        }
        Structure::LowerOnes(_) => {
            known.add(Property::LowerTriangular, "it is the triangle of ones");
            known.add(Property::Nonsingular, "it is triangular with ones on the diagonal");
        }
        Structure::Slice { .. } | Structure::Unit { .. } | Structure::Merge { .. } => {}
    }
}

fn sum<'a>(terms: &[(Rational, Expr)], known: &mut Known, of: &dyn Fn(&Expr) -> &'a Record) {
    let all = |p: Property| terms.iter().all(|(_, x)| of(x).is(p));
    for (p, why) in [
        (Property::Symmetric, "every term is symmetric"),
        (Property::LowerTriangular, "every term is lower triangular"),
        (Property::UpperTriangular, "every term is upper triangular"),
        (Property::Diagonal, "every term is diagonal"),
    ] {
        if all(p) {
            known.add(p, why);
        }
    }
    if terms.iter().all(|(c, _)| c.is_positive()) && all(Property::Psd) {
        known.add(Property::Psd, "it is a sum of psd matrices");
        if terms.iter().any(|(_, x)| of(x).is(Property::Pd)) {
            known.add(Property::Pd, "it is a sum of psd matrices of which one is pd");
        }
    }
    if let [(c, x)] = terms {
        if of(x).is(Property::Nonsingular) {
            known.add(Property::Nonsingular, "it is a nonsingular matrix times a number that is not 0");
        }
        if c.abs().is_one() && of(x).is(Property::Orthogonal) {
            known.add(Property::Orthogonal, "it is an orthogonal matrix with its sign changed");
        }
    }
    if !known.is(Property::Symmetric) && terms_pair_up(terms, of) {
        known.add(Property::Symmetric, "its terms are each other's transposes");
    }
}

/// Does every term that is not symmetric stand beside its transpose, with the same coefficient?
fn terms_pair_up<'a>(terms: &[(Rational, Expr)], of: &dyn Fn(&Expr) -> &'a Record) -> bool {
    let mut open: Vec<Vec<Flat>> = Vec::new();
    for (c, x) in terms.iter().filter(|(_, x)| !of(x).is(Property::Symmetric)) {
        let mut readings = Flat::readings(x);
        for r in &mut readings {
            r.coefficient *= c;
        }
        let matches = |y: &Vec<Flat>| y.iter().any(|a| readings.iter().any(|b| are_transposes(a, b, of)));
        match open.iter().position(matches) {
            Some(k) => drop(open.swap_remove(k)),
            None if open.len() == PAIRED_TERMS => return false,
            None => open.push(readings),
        }
    }
    open.is_empty()
}

fn product<'a>(flat: &Flat, known: &mut Known, of: &dyn Fn(&Expr) -> &'a Record) {
    let record = |k: &usize| of(&flat.operands[*k].0);
    triangle(flat, known, of);
    if is_symmetric(flat, of) {
        known.add(Property::Symmetric, "it is its own mirror image under transposition");
    }
    let delta = |(e, l): &(Expr, Vec<usize>)| {
        matches!(e.kind(), Kind::Structure(Structure::Delta(_))) && (l[..] == [0, 1] || l[..] == [1, 0])
    };
    if flat.rank == 2 && flat.operands.iter().any(delta) {
        known.add(Property::Diagonal, "it is zero off the diagonal");
    }
    if known.is(Property::Symmetric) && flat.coefficient.is_positive() {
        let mut psd = |f: &Form| {
            f.weights.iter().all(|k| record(k).interval.is_nonneg())
                && f.bridges.iter().all(|k| record(k).is(Property::Psd))
        };
        if find_form(flat, true, of, &mut psd) {
            known.add(Property::Psd, "it is M'*K*M with K psd");
        }
    }
    if let Some(chain) = chain(flat) {
        let fine = |p: Property| chain.iter().all(|k| record(k).is(p));
        let others = || (0..flat.operands.len()).filter(|k| !chain.contains(k));
        if fine(Property::Nonsingular) && others().all(|k| record(&k).is(Property::Nonzero)) {
            known.add(Property::Nonsingular, "it is a product of nonsingular matrices");
        }
        if fine(Property::Orthogonal) && others().next().is_none() && flat.coefficient.abs().is_one() {
            known.add(Property::Orthogonal, "it is a product of orthogonal matrices");
        }
    }
}

/// The matrices of a chain from the first output index to the second through every summed index, the rest
/// being scalars and diagonals: `D*A*B` is the chain A, B.
fn chain(flat: &Flat) -> Option<Vec<usize>> {
    let links: Vec<usize> = (0..flat.operands.len()).filter(|k| flat.operands[*k].1.len() == 2).collect();
    if flat.operands.iter().any(|(_, l)| l.len() > 2) {
        return None;
    }
    let (mut at, mut chain) = (0, Vec::new());
    while at != 1 {
        let mut next = links.iter().filter(|k| !chain.contains(*k) && flat.operands[**k].1.contains(&at));
        let (k, None) = (*next.next()?, next.next()) else { return None };
        let l = &flat.operands[k].1;
        // Every matrix on the way is square of one size.
        if l[0] == l[1] || flat.dims[l[0]] != flat.dims[0] || flat.dims[l[1]] != flat.dims[0] {
            return None;
        }
        at = if l[0] == at { l[1] } else { l[0] };
        chain.push(k);
    }
    let covered = |i: &usize| !flat.is_bound(*i) || chain.iter().any(|k| flat.operands[*k].1.contains(i));
    (chain.len() == links.len() && flat.indices().iter().all(covered)).then_some(chain)
}

/// A triangular factor says which of its two indices is the larger where it is not 0; what follows for the
/// output's two indices makes the product triangular.
fn triangle<'a>(flat: &Flat, known: &mut Known, of: &dyn Fn(&Expr) -> &'a Record) {
    let mut at_least: Vec<(usize, usize)> = Vec::new();
    for (x, l) in &flat.operands {
        if l.len() == 2 {
            if of(x).is(Property::LowerTriangular) || of(x).is(Property::Diagonal) {
                at_least.push((l[0], l[1]));
            }
            if of(x).is(Property::UpperTriangular) || of(x).is(Property::Diagonal) {
                at_least.push((l[1], l[0]));
            }
        }
    }
    let reaches = |from: usize, to: usize| {
        let mut seen = vec![from];
        let mut k = 0;
        while k < seen.len() {
            let here = seen[k];
            for (_, q) in at_least.iter().filter(|(p, _)| *p == here) {
                if !seen.contains(q) {
                    seen.push(*q);
                }
            }
            k += 1;
        }
        seen.contains(&to)
    };
    if reaches(0, 1) {
        known.add(Property::LowerTriangular, "its factors are lower triangular");
    }
    if reaches(1, 0) {
        known.add(Property::UpperTriangular, "its factors are upper triangular");
    }
}

fn map<'a>(f: Function, args: &[Expr], known: &mut Known, of: &dyn Fn(&Expr) -> &'a Record) {
    let all = |p: Property| args.iter().all(|x| of(x).is(p));
    if all(Property::Symmetric) {
        known.add(Property::Symmetric, "it is a function of the entries of symmetric matrices");
    }
    if vanishes_at_zero(f) {
        for (p, why) in [
            (
                Property::LowerTriangular,
                "it is a function of a lower triangular matrix's entries that keeps 0",
            ),
            (
                Property::UpperTriangular,
                "it is a function of an upper triangular matrix's entries that keeps 0",
            ),
        ] {
            if all(p) {
                known.add(p, why);
            }
        }
    }
}

/// Is the function 0 where all its operands are?
fn vanishes_at_zero(f: Function) -> bool {
    match f {
        Function::Power(p) => p.is_positive(),
        Function::Abs
        | Function::Sign
        | Function::Log1p
        | Function::Expm1
        | Function::Sin
        | Function::Tan
        | Function::Asin
        | Function::Atan
        | Function::Sinh
        | Function::Tanh
        | Function::Relu
        | Function::Step
        | Function::Erf
        | Function::Max
        | Function::Min
        | Function::Less
        | Function::NotEqual
        | Function::Where
        | Function::Clamp => true,
        Function::Exp
        | Function::Log
        | Function::Cos
        | Function::Acos
        | Function::Cosh
        | Function::Sigmoid
        | Function::Softplus
        | Function::Erfc
        | Function::Lgamma
        | Function::Polygamma(_)
        | Function::Pow
        | Function::LessEqual
        | Function::Equal => false,
    }
}

fn function(f: MatrixFunction, x: &Record, known: &mut Known) {
    match f {
        MatrixFunction::Inverse => {
            known.add(Property::Nonsingular, "it is an inverse");
            for (p, why) in [
                (Property::Symmetric, "it is the inverse of a symmetric matrix"),
                (Property::Psd, "it is the inverse of a psd matrix"),
                (Property::Diagonal, "it is the inverse of a diagonal matrix"),
                (Property::LowerTriangular, "it is the inverse of a lower triangular matrix"),
                (Property::UpperTriangular, "it is the inverse of an upper triangular matrix"),
                (Property::Orthogonal, "it is the inverse of an orthogonal matrix"),
            ] {
                if x.is(p) {
                    known.add(p, why);
                }
            }
        }
        MatrixFunction::Cholesky => {
            known.add(Property::LowerTriangular, "it is a Cholesky factor");
            known.add(Property::Nonsingular, "it is a Cholesky factor, whose diagonal is positive");
            if x.is(Property::Diagonal) {
                known.add(Property::Pd, "it is the Cholesky factor of a diagonal matrix");
            }
        }
        MatrixFunction::Det | MatrixFunction::LogDet => {}
    }
}

/// Is every entry an integer?
pub(super) fn integer<'a>(e: &Expr, of: &dyn Fn(&Expr) -> &'a Record) -> bool {
    let is = |x: &Expr| of(x).is(Property::Integer);
    match e.kind() {
        Kind::Symbol(s) => s.has(Property::Integer),
        Kind::Constant(Constant::Rational(r)) => r.is_integer(),
        Kind::Constant(Constant::Pi | Constant::E) => false,
        Kind::Size(_) | Kind::Structure(_) | Kind::OneHot { .. } => true,
        Kind::Sum(terms) => terms.iter().all(|(c, x)| c.is_integer() && is(x)),
        Kind::Contract(c) => c.operands.iter().all(|(x, _)| is(x)),
        Kind::Map(f, args) => integer_map(*f, args, &is),
        Kind::Reduce(r, x, _) => match r {
            crate::Reduction::Max | crate::Reduction::Min | crate::Reduction::Prod => is(x),
            crate::Reduction::ArgMax | crate::Reduction::ArgMin => true,
            crate::Reduction::LogSumExp => false,
        },
        Kind::Matrix(MatrixFunction::Det, x) => is(x),
        Kind::Matrix(MatrixFunction::Inverse | MatrixFunction::LogDet | MatrixFunction::Cholesky, _) => false,
    }
}

fn integer_map(f: Function, args: &[Expr], is: &dyn Fn(&Expr) -> bool) -> bool {
    match f {
        Function::Power(p) => p.is_integer() && p.is_positive() && is(&args[0]),
        Function::Abs | Function::Relu => is(&args[0]),
        Function::Max | Function::Min | Function::Clamp => args.iter().all(is),
        Function::Where => is(&args[1]) && is(&args[2]),
        Function::Sign
        | Function::Step
        | Function::Less
        | Function::LessEqual
        | Function::Equal
        | Function::NotEqual => true,
        Function::Exp
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
        | Function::Lgamma
        | Function::Polygamma(_)
        | Function::Pow => false,
    }
}
