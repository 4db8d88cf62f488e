//! From expressions to the normal form.
//!
//! The same walk serves two goals that must not be confused: *deciding* equality distributes products over sums
//! and rewrites functions into few canonical ones; *writing* keeps sums in parentheses and prefers the forms
//! that people write and that evaluate stably. Every rule is an identity; a rule with a side condition fires
//! only if the condition is proved, or is needed anyway for the expression to be defined (see
//! [`super::conditions`]).

mod axes;
mod signs;

use super::atom::{Atom, Body};
use super::canonical::canonical_term;
use super::conditions::Conditions;
use super::draft::Draft;
use super::inverses::{self, Rules};
use super::poly::{Factor, Label, Poly, Term, content};
use super::structure::{self, Change};
use super::{denominators, entries, express, functions, matrices, powers, quotients, stable};
use crate::facts::Facts;
use crate::{Constant, Dim, Expr, Function, Kind, MatrixFunction, Rational, Reduction};
pub(crate) use axes::rearranged;
use num_traits::{Signed, Zero};
use std::collections::HashMap;
use std::sync::Arc;

/// What the normal form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// To decide equality: distribute, and rewrite functions into few.
    Decide,
    /// To write the expression well: keep its structure.
    Write,
}

/// The most terms that one product may make.
const MAX_TERMS: usize = 4096;
/// The most factors in a term before it is put in parentheses.
const MAX_FACTORS: usize = 48;
/// The same when an expression is written: longer products are not flattened.
const MAX_WRITTEN: usize = 16;
/// Axes longer than this are not taken apart.
const MAX_POSITIONS: i64 = 4;
/// The most rule applications for one node.
const MAX_STEPS: usize = 50_000;
/// The most functions of quotients, and the most sums with inverses, that are compared with others.
const MAX_COMPARED: usize = 24;
/// The most differences of terms with inverses that are looked at by completed rules.
const MAX_COMPLETIONS: usize = 32;

/// How finely angles and axes are taken apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grain {
    /// Angles are multiples of this part of their monomials.
    pub(crate) angle_parts: u32,
    /// Are axes of small constant size taken apart into their positions?
    pub(crate) by_entries: bool,
}

impl Default for Grain {
    fn default() -> Self {
        Self { angle_parts: 1, by_entries: false }
    }
}

/// Turns expressions into normal forms; remembers what it has seen.
pub(crate) struct Normalizer {
    pub(crate) goal: Goal,
    /// Conditions that may be taken as true.
    pub(crate) granted: Conditions,
    pub(crate) grain: Grain,
    /// Was some limit reached, so that equal expressions may have got different forms?
    pub(crate) overflowed: bool,
    memo: HashMap<u128, Arc<Poly>>,
    /// Functions of quotients, by which an equal function in another form is known again.
    maps: Vec<(Function, Vec<Poly>, Poly)>,
    /// Sums with inverses in parentheses, by which an equal one in another form is known again.
    sums: Vec<(Poly, Factor)>,
    /// What is proved of atoms' values.
    facts: Facts,
    /// Sums in parentheses that come from expressions of a known sign: `(at least 0, above 0)`.
    noted: HashMap<u128, (bool, bool)>,
    /// Completed rules for the inverses of the difference that is being looked at.
    pub(crate) rules: Option<Rules>,
    /// How many more differences may be looked at by completed rules.
    pub(crate) completions: usize,
    /// Which matrices, by the digests of their inverses, are proved or granted to be nonsingular.
    invertible: HashMap<u128, bool>,
    /// How deep such proofs are nested.
    depth: usize,
    /// Sums in parentheses, and whether each was first met with the other sign.
    turned: HashMap<u128, bool>,
}

impl Normalizer {
    pub(crate) fn new(goal: Goal) -> Self {
        Self {
            goal,
            granted: Conditions::default(),
            grain: Grain::default(),
            overflowed: false,
            maps: Vec::new(),
            sums: Vec::new(),
            memo: HashMap::new(),
            facts: Facts::new(),
            noted: HashMap::new(),
            rules: None,
            completions: MAX_COMPLETIONS,
            invertible: HashMap::new(),
            depth: 0,
            turned: HashMap::new(),
        }
    }

    pub(crate) fn with_granted(goal: Goal, granted: Conditions) -> Self {
        Self { granted, ..Self::new(goal) }
    }

    pub(crate) fn deciding(granted: Conditions, grain: Grain) -> Self {
        Self { grain, ..Self::with_granted(Goal::Decide, granted) }
    }

    /// The normal form of an expression; its axes are the labels `0..rank`.
    pub(crate) fn normalise(&mut self, e: &Expr) -> Arc<Poly> {
        for node in e.postorder() {
            if !self.memo.contains_key(&node.digest()) {
                let p = Arc::new(self.node(&node));
                self.memo.insert(node.digest(), p);
            }
        }
        self.known(e)
    }

    fn known(&self, e: &Expr) -> Arc<Poly> {
        match self.memo.get(&e.digest()) {
            Some(p) => p.clone(),
            None => Arc::new(Poly::zero(e.shape().to_vec())),
        }
    }

    /// One node, its operands already known.
    fn node(&mut self, e: &Expr) -> Poly {
        let dims = e.shape().to_vec();
        match e.kind() {
            Kind::Constant(Constant::Rational(r)) => Poly::constant(dims, r.clone()),
            Kind::Symbol(_) | Kind::Constant(_) => {
                let labels = (0..e.rank() as Label).collect();
                self.settle(&dims, vec![product(&dims, vec![Factor::new(Atom::leaf(e.clone()), labels)])])
            }
            Kind::Structure(_) => {
                let labels = (0..e.rank() as Label).collect();
                self.settle(&dims, vec![product(&dims, vec![Factor::new(Atom::leaf(e.clone()), labels)])])
            }
            Kind::Size(d) => self.size(d),
            Kind::OneHot { index, classes } => {
                let p = self.known(index);
                self.one_hot(&p, classes, &dims)
            }
            Kind::Sum(terms) => {
                let mut total = Poly::zero(dims);
                for (c, t) in terms {
                    total.add_scaled(&self.known(t), c);
                }
                if self.goal == Goal::Write { stable::sum(self, total) } else { total }
            }
            Kind::Contract(c) => {
                let summed: Vec<(Label, Dim)> =
                    c.bound().map(|i| (Label::from(i), c.dims[i as usize].clone())).collect();
                let operands: Vec<(Arc<Poly>, Vec<Label>)> = c
                    .operands
                    .iter()
                    .map(|(x, l)| (self.known(x), l.iter().map(|i| Label::from(*i)).collect()))
                    .collect();
                self.multiply(&dims, &summed, operands)
            }
            Kind::Map(f, args) => {
                if matches!(f, Function::Power(_) | Function::Log | Function::Abs) {
                    self.note_sign(&args[0]);
                }
                let args: Vec<Arc<Poly>> = args.iter().map(|a| self.known(a)).collect();
                self.map(*f, args, &dims)
            }
            Kind::Reduce(r, x, axis) => {
                let p = self.known(x);
                self.reduction(*r, &p, *axis, &dims)
            }
            Kind::Matrix(f, x) => {
                let p = self.known(x);
                matrices::function(self, *f, &p)
            }
        }
    }

    /// A dimension as a number: its polynomial in positive integers.
    pub(crate) fn size(&mut self, d: &Dim) -> Poly {
        let mut total = Poly::zero(Vec::new());
        for (names, c) in d.terms() {
            let factors = names
                .iter()
                .map(|n| Factor::new(Atom::leaf(Expr::size(Dim::symbol(n))), Vec::new()))
                .collect();
            let p = self.settle(&[], vec![product(&[], factors)]);
            total.add_scaled(&p, &Rational::from_integer((*c).into()));
        }
        total
    }

    // ---- products

    /// The contraction of polynomials over the `summed` labels; `dims` are the result's axes.
    pub(crate) fn multiply(
        &mut self,
        dims: &[Dim],
        summed: &[(Label, Dim)],
        operands: Vec<(Arc<Poly>, Vec<Label>)>,
    ) -> Poly {
        let mut operands = operands;
        if operands.iter().any(|(p, _)| p.is_zero()) {
            return Poly::zero(dims.to_vec());
        }
        let several = operands.iter().filter(|(p, _)| p.terms.len() > 1).count();
        let count = operands.iter().fold(1usize, |n, (p, _)| n.saturating_mul(p.terms.len()));
        let distribute = match self.goal {
            Goal::Decide => count <= MAX_TERMS,
            // A single sum times numbers, or placed as a block, is linear; anything else keeps its parentheses.
            Goal::Write => {
                let linear = |(p, l): &(Arc<Poly>, Vec<Label>)| {
                    p.terms.len() > 1 || is_number(p) || entries::places(p, l, dims.len())
                };
                several == 1 && operands.iter().all(linear)
            }
        };
        if !distribute {
            if self.goal == Goal::Decide {
                self.overflowed = true;
            }
            for (p, labels) in operands.iter_mut().filter(|(p, _)| p.terms.len() > 1) {
                *p = Arc::new(self.parenthesised(p));
                debug_assert_eq!(p.rank(), labels.len());
            }
        }
        let lengths: usize =
            operands.iter().map(|(p, _)| p.terms.keys().map(|t| t.factors.len()).max().unwrap_or(0)).sum();
        let longest = if self.goal == Goal::Write { MAX_WRITTEN } else { MAX_FACTORS };
        if lengths > longest {
            self.overflowed = true;
            for (p, _) in operands.iter_mut() {
                if p.terms.keys().any(|t| t.factors.len() > longest / 4) {
                    *p = Arc::new(self.parenthesised(p));
                }
            }
        }
        let mut drafts = vec![Draft::new(dims, summed)];
        for (p, labels) in &operands {
            drafts = drafts.iter().flat_map(|d| d.times(p, labels)).collect();
        }
        self.settle(dims, drafts)
    }

    /// A polynomial as one atom with its content outside: `c * m * (sum)`.
    pub(crate) fn parenthesised(&mut self, p: &Poly) -> Poly {
        match self.sum_factor(p) {
            None => p.clone(),
            Some((c, factor)) => {
                let mut draft = product(&p.dims, vec![factor]);
                draft.coefficient = c;
                let mut result = Poly::zero(p.dims.clone());
                let (term, c) = finish(draft);
                result.add_term(term, c);
                result
            }
        }
    }

    /// A sum as an atom: its rational content and the factor. `None` for zero and for numbers.
    pub(crate) fn sum_factor(&mut self, p: &Poly) -> Option<(Rational, Factor)> {
        self.sum_factor_with(p, content(p))
    }

    /// The same with the content given.
    pub(crate) fn sum_factor_with(&mut self, p: &Poly, content: Rational) -> Option<(Rational, Factor)> {
        if p.as_constant().is_some() {
            return None;
        }
        let primitive = p.scaled(&content.recip());
        if let Some(f) = primitive.as_factor() {
            // In parentheses or not, an atom is one atom.
            return Some((content, f.clone()));
        }
        let inverses = self.goal == Goal::Decide && self.depth == 0 && inverses::occur(&primitive);
        if inverses {
            for (q, f) in self.sums.clone() {
                if q.dims == primitive.dims && denominators::equal(self, &q, &primitive) {
                    return Some((content, f));
                }
            }
        }
        let whole = primitive.clone();
        let (atom, labels) = self.atom_over(vec![primitive], p.rank(), |polys, dims| {
            let expr = express::plain(&polys[0]);
            debug_assert_eq!(expr.shape(), dims);
            (expr, Body::Sum(Arc::new(polys[0].clone())))
        });
        self.turned.entry(atom.digest()).or_insert_with(|| content.is_negative());
        let factor = Factor::new(atom, labels);
        if inverses && self.sums.len() < MAX_COMPARED {
            self.sums.push((whole, factor.clone()));
        }
        Some((content, factor))
    }

    /// Was a sum in parentheses first met with the other sign?
    pub(crate) fn is_turned(&self, atom: &Atom) -> bool {
        self.turned.get(&atom.digest()).copied().unwrap_or(false)
    }

    /// Applies every rule to drafts until none fits, and adds them up.
    pub(crate) fn settle(&mut self, dims: &[Dim], drafts: Vec<Draft>) -> Poly {
        let mut result = Poly::zero(dims.to_vec());
        let mut pending = drafts;
        let mut steps = 0usize;
        while let Some(mut draft) = pending.pop() {
            steps += 1;
            if draft.coefficient.is_zero() {
                continue;
            }
            if steps > MAX_STEPS {
                // Every form on the way is correct; only its canonicity is lost.
                self.overflowed = true;
                let (term, c) = finish(draft);
                result.add_term(term, c);
                continue;
            }
            self.split_unit_axes(&mut draft);
            match structure::apply(&mut draft) {
                Change::Some => {
                    pending.push(draft);
                    continue;
                }
                Change::Vanishes => continue,
                Change::None => {}
            }
            if powers::merge(self, &mut draft) || matrices::cancel(self, &mut draft) {
                pending.push(draft);
                continue;
            }
            if let Some(parts) = self.taken_apart(&draft) {
                pending.extend(parts);
                continue;
            }
            if let Some(parts) =
                self.uncarried(&draft).or_else(|| entries::take(self, &draft)).or_else(|| self.split(&draft))
            {
                pending.extend(parts);
                continue;
            }
            let (term, c) = finish(draft);
            result.add_term(term, c);
        }
        result
    }

    /// Rules that replace a draft by several.
    fn split(&mut self, draft: &Draft) -> Option<Vec<Draft>> {
        powers::expand(self, draft).or_else(|| match self.goal {
            Goal::Decide => inverses::apply(self, draft).or_else(|| quotients::reduce(self, draft)),
            Goal::Write => stable::product(self, draft),
        })
    }

    /// An axis of dimension 1 has one position: every slot on it gets a summed label of its own.
    fn split_unit_axes(&self, draft: &mut Draft) {
        let mut moves = Vec::new();
        for (k, f) in draft.factors.iter().enumerate() {
            for (slot, l) in f.labels.iter().enumerate() {
                let shared = !draft.is_bound(*l)
                    || draft.factors.iter().flat_map(|f| &f.labels).filter(|m| *m == l).count() > 1;
                if shared && draft.dims.get(l).is_some_and(Dim::is_one) {
                    moves.push((k, slot));
                }
            }
        }
        for (k, slot) in moves {
            let own = draft.fresh_bound(Dim::constant(1));
            draft.factors[k].labels[slot] = own;
        }
    }

    /// The draft at every position of an axis of small constant size.
    fn taken_apart(&self, draft: &Draft) -> Option<Vec<Draft>> {
        if !self.grain.by_entries {
            return None;
        }
        let labels = (0..draft.rank as Label).chain(draft.bound.iter().copied());
        let (l, n) = labels
            .filter_map(|l| {
                Some((l, draft.dims.get(&l)?.as_constant().filter(|n| (2..=MAX_POSITIONS).contains(n))?))
            })
            .find(|(l, _)| !entries::is_fixed(draft, *l))?;
        let at = |k: i64| {
            let mut d = draft.clone();
            d.push_unit(Dim::constant(n as usize), Dim::constant(k as usize), l);
            d
        };
        Some((0..n).map(at).collect())
    }

    /// A summed label that no factor carries counts its dimension.
    fn uncarried(&mut self, draft: &Draft) -> Option<Vec<Draft>> {
        let l = *draft.bound.iter().find(|l| draft.carriers(**l).is_empty())?;
        let mut rest = draft.clone();
        rest.bound.retain(|b| *b != l);
        let n = draft.dims.get(&l).cloned().unwrap_or_else(|| Dim::constant(1));
        if n.is_one() {
            return Some(vec![rest]);
        }
        let size = self.size(&n);
        Some(rest.times(&size, &[]))
    }

    // ---- atoms

    /// Makes an atom of polynomials over common axes: drops axes that none carries, puts the others in
    /// canonical order, finds the symmetries. The last `fixed_tail` axes may not move (see `atom_with`).
    pub(crate) fn atom_over(
        &mut self,
        polys: Vec<Poly>,
        rank: usize,
        make: impl FnOnce(&[Poly], &[Dim]) -> (Expr, Body),
    ) -> (Atom, Vec<Label>) {
        let used: Vec<Label> =
            (0..rank).filter(|k| polys.iter().any(|p| p.carries(*k))).map(|k| k as Label).collect();
        let (order, symmetries) = self.canonical_order(&polys, &used, &[]);
        let arranged: Vec<Poly> = polys.iter().map(|p| rearranged(p, &order)).collect();
        let dims: Vec<Dim> = order.iter().map(|l| polys[0].dims[*l as usize].clone()).collect();
        let (expr, body) = make(&arranged, &dims);
        (Atom::new(expr, body, symmetries), order)
    }

    /// An elementwise function as an atom times 1.
    pub(crate) fn map_atom(&mut self, f: Function, args: &[Poly], dims: &[Dim]) -> Poly {
        let quotient =
            self.goal == Goal::Decide && args.iter().any(|p| denominators::occur(p) || inverses::occur(p));
        if quotient && let Some(known) = self.known_map(f, args) {
            return known;
        }
        let p = self.new_map_atom(f, args, dims);
        if quotient && self.maps.len() < MAX_COMPARED {
            self.maps.push((f, args.to_vec(), p.clone()));
        }
        p
    }

    /// The same function of operands that are equal, though written over other denominators.
    fn known_map(&mut self, f: Function, args: &[Poly]) -> Option<Poly> {
        for (g, others, p) in self.maps.clone() {
            if g == f
                && others.len() == args.len()
                && others.iter().zip(args).all(|(a, b)| a.dims == b.dims && denominators::equal(self, a, b))
            {
                return Some(p);
            }
        }
        None
    }

    fn new_map_atom(&mut self, f: Function, args: &[Poly], dims: &[Dim]) -> Poly {
        let (atom, labels) = self.atom_over(args.to_vec(), dims.len(), |polys, _| {
            let operands: Vec<Expr> = polys.iter().map(express::plain).collect();
            let bodies = polys.iter().cloned().map(Arc::new).collect();
            (Expr::map_unchecked(f, operands), Body::Map(f, bodies))
        });
        self.settle(dims, vec![product(dims, vec![Factor::new(atom, labels)])])
    }

    pub(crate) fn map(&mut self, f: Function, args: Vec<Arc<Poly>>, dims: &[Dim]) -> Poly {
        let args: Vec<Poly> = args.iter().map(|p| (**p).clone()).collect();
        if let Function::Power(p) = f {
            return powers::power(self, &args[0], p);
        }
        if let Some(p) = functions::exact_value(f, &args, dims) {
            return p;
        }
        match self.goal {
            Goal::Decide => functions::map(self, f, &args, dims),
            Goal::Write => stable::map(self, f, &args, dims),
        }
    }

    fn one_hot(&mut self, index: &Poly, classes: &Dim, dims: &[Dim]) -> Poly {
        let free: Vec<Label> = (0..index.rank()).filter(|k| index.carries(*k)).map(|k| k as Label).collect();
        let (order, mut symmetries) = self.canonical_order(std::slice::from_ref(index), &free, &[]);
        let arranged = rearranged(index, &order);
        let expr = Expr::one_hot(express::plain(&arranged), classes.clone());
        for s in &mut symmetries {
            s.push(order.len() as u8);
        }
        let mut labels = order;
        labels.push(index.rank() as Label);
        let atom = Atom::new(expr, Body::OneHot(Arc::new(arranged)), symmetries);
        self.settle(dims, vec![product(dims, vec![Factor::new(atom, labels)])])
    }

    fn reduction(&mut self, r: Reduction, p: &Poly, axis: usize, dims: &[Dim]) -> Poly {
        if let Some(done) = functions::reduction(self, r, p, axis, dims) {
            return done;
        }
        let tail = [axis as Label];
        let free: Vec<Label> =
            (0..p.rank()).filter(|k| *k != axis && p.carries(*k)).map(|k| k as Label).collect();
        let (order, mut symmetries) = self.canonical_order(std::slice::from_ref(p), &free, &tail);
        let arranged = rearranged(p, &order);
        let operand = express::plain(&arranged);
        let last = order.len() - 1;
        let expr = operand.reduce(r, last).unwrap_or(operand);
        for s in &mut symmetries {
            s.pop();
        }
        // The result's axes are the operand's without the reduced one.
        let place = |l: Label| if l as usize > axis { l - 1 } else { l };
        let labels = order[..last].iter().map(|l| place(*l)).collect();
        let atom = Atom::new(expr, Body::Reduce(r, Arc::new(arranged)), symmetries);
        self.settle(dims, vec![product(dims, vec![Factor::new(atom, labels)])])
    }

    /// A function of a square matrix as an atom; `dims` are the result's axes.
    pub(crate) fn matrix_atom(&mut self, f: MatrixFunction, p: &Poly, dims: &[Dim]) -> Poly {
        let (order, symmetries) = match f {
            // The Cholesky factor of A' is that of A only for symmetric A, where the polynomial says so.
            MatrixFunction::Cholesky => (vec![0, 1], vec![vec![0, 1]]),
            _ => self.canonical_order(std::slice::from_ref(p), &[0, 1], &[]),
        };
        let arranged = rearranged(p, &order);
        let expr = express::plain(&arranged).matrix_unchecked(f);
        let scalar = matches!(f, MatrixFunction::Det | MatrixFunction::LogDet);
        let (labels, symmetries) = if scalar { (Vec::new(), vec![Vec::new()]) } else { (order, symmetries) };
        let atom = Atom::new(expr, Body::Matrix(f, Arc::new(arranged)), symmetries);
        self.settle(dims, vec![product(dims, vec![Factor::new(atom, labels)])])
    }
}

/// The product of factors over axes, nothing summed.
pub(crate) fn product(dims: &[Dim], factors: Vec<Factor>) -> Draft {
    let mut d = Draft::new(dims, &[]);
    d.factors = factors;
    d
}

/// The canonical term of a draft, with its coefficient.
fn finish(draft: Draft) -> (Term, Rational) {
    let rank = draft.rank;
    (canonical_term(rank, draft.factors, &draft.dims), draft.coefficient)
}

/// Is the polynomial a number, or a product of sizes and constants?
fn is_number(p: &Poly) -> bool {
    p.as_constant().is_some()
}
