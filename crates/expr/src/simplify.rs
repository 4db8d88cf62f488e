//! Simplification: the form that a mathematician would write.
//!
//! The expression's normal form (with sums kept in parentheses) is written back term by term; terms that share
//! a factor are joined, `A'*A*x - A'*b` to `A'*(A*x - b)`. Among the ways of joining, the one whose notation costs
//! least to read wins. Every step is an identity on the expression's own domain.

use crate::normal::{Atom, Body, Conditions, Draft, Factor, Goal, Label, Normalizer, Poly, Power, Term};
use crate::normal::{content, entry_of, label_dims};
use crate::recognise::Reader;
use crate::{Dim, Expr, Function, Kind, Rational, Structure, Symbol};
use num_traits::{One, Signed};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Sums of more terms than this are written as they are.
const MAX_JOINED: usize = 40;
/// How deep factors are pulled out of what is left of others.
const MAX_DEPTH: usize = 24;
/// The most factors that are written as one product.
const MAX_FLAT: usize = 16;
/// The most entries that are written one by one.
const MAX_ENTRIES: usize = 16;
/// How many common factors are tried at one level.
const MAX_TRIED: usize = 3;
/// How many levels of joining try more than the most promising factor.
const MAX_LEVELS: usize = 3;

/// The expression in its simplest notation.
///
/// ```
/// use gradus_expr::{Dim, Expr, Rational, Symbol, simplify};
/// let x = Expr::symbol(Symbol::new("x", vec![]));
/// let twice = Expr::sum(vec![], vec![(Rational::from_integer(3.into()), x.clone()),
///     (Rational::from_integer((-1).into()), x.clone())]).unwrap();
/// assert_eq!(simplify(&twice), x.scale(Rational::from_integer(2.into())));
/// ```
pub fn simplify(e: &Expr) -> Expr {
    let granted = own_conditions(e);
    simplify_on(e, granted)
}

/// The derivative of `e` by `x`, simplified, valid where e is defined.
///
/// The derivative of a scalar by X has X's shape; that of a vector has its outputs as rows, whether the vector
/// is written as a column or as a row.
pub fn derivative(e: &Expr, x: &Symbol) -> Expr {
    let e = &row_as_vector(e);
    let granted = own_conditions(e);
    // Stable forms first: the derivative of softplus(t) is sigmoid(t), not exp(t)/(1 + exp(t)).
    let simple = simplify_on(e, granted.clone());
    // Products written flat may share less; then the expression is better differentiated as it stands.
    let prepared = if edges(&simple) <= 2 * edges(e) + 16 { &simple } else { e };
    simplify_on(&crate::differentiate(prepared, x), granted)
}

/// How many operands all nodes have together.
fn edges(e: &Expr) -> usize {
    e.postorder().iter().map(|node| node.children().len()).sum()
}

/// A row, of shape `[1, n]`, as the vector of its entries.
fn row_as_vector(e: &Expr) -> Expr {
    match e.shape() {
        [one, n] if one.is_one() => {
            let dims = [(0, n.clone()), (1, one.clone())].into_iter().collect();
            Expr::contract_unchecked(vec![(e.clone(), vec![1, 0])], &[0], &dims)
        }
        _ => e.clone(),
    }
}

/// What the expression needs to be defined, and so may be taken as granted when it is rewritten.
fn own_conditions(e: &Expr) -> Conditions {
    Conditions::of_expr(e, &mut Normalizer::new(Goal::Write))
}

fn simplify_on(e: &Expr, granted: Conditions) -> Expr {
    let mut writer = Writer {
        nz: Normalizer::with_granted(Goal::Write, granted),
        atoms: HashMap::new(),
        reader: Reader::new(),
        depth: 0,
    };
    let p = writer.nz.normalise(e);
    writer.write(&p)
}

struct Writer {
    nz: Normalizer,
    /// The written form of every atom seen.
    atoms: HashMap<u128, Expr>,
    reader: Reader,
    /// How many factors are being pulled out around the sum at hand.
    depth: usize,
}

impl Writer {
    /// A polynomial in its best form; the atoms inside it first, innermost first.
    fn write(&mut self, p: &Poly) -> Expr {
        let mut stack: Vec<(Arc<Poly>, Option<Atom>)> = vec![(Arc::new(p.clone()), None)];
        let mut entered: std::collections::HashSet<u128> = std::collections::HashSet::new();
        while let Some((poly, ready)) = stack.pop() {
            if let Some(atom) = ready {
                let e = self.write_atom(&atom);
                self.atoms.insert(atom.digest(), e);
                continue;
            }
            for f in poly.terms.keys().flat_map(|t| &t.factors) {
                if !entered.insert(f.atom.digest()) {
                    continue;
                }
                let inside: Vec<Arc<Poly>> = match f.atom.body() {
                    Body::Leaf => continue,
                    Body::OneHot(q) | Body::Reduce(_, q) | Body::Matrix(_, q) | Body::Sum(q) => {
                        vec![q.clone()]
                    }
                    Body::Map(_, args) => args.clone(),
                };
                stack.push((poly.clone(), Some(f.atom.clone())));
                stack.extend(inside.into_iter().map(|q| (q, None)));
            }
        }
        self.sum(p, MAX_LEVELS)
    }

    fn write_atom(&mut self, atom: &Atom) -> Expr {
        let e = match atom.body() {
            Body::Leaf => atom.expr().clone(),
            Body::Sum(q) => self.sum(q, MAX_LEVELS),
            Body::Map(f, args) => {
                let args: Vec<Expr> = args.iter().map(|q| self.sum(q, 1)).collect();
                Expr::map_unchecked(*f, args)
            }
            Body::OneHot(q) | Body::Reduce(_, q) | Body::Matrix(_, q) => {
                let inner = self.sum(q, 1);
                atom.expr().with_children(&[inner])
            }
        };
        debug_assert_eq!(e.shape(), atom.expr().shape());
        e
    }

    fn atom(&self, atom: &Atom) -> Expr {
        self.atoms.get(&atom.digest()).unwrap_or_else(|| atom.expr()).clone()
    }

    /// A factor, and whether its sign was turned: a sum stands in the direction in which it was first met.
    fn factor(&self, f: &Factor) -> (bool, Expr) {
        let mut base = self.atom(&f.atom);
        let mut turned = false;
        if self.nz.is_turned(&f.atom) && f.power.is_integer() && matches!(f.atom.body(), Body::Sum(_)) {
            base = negative(&base);
            turned = f.power.numer() % 2 != 0;
        }
        (turned, if f.power.is_one() { base } else { base.apply(Function::Power(f.power)) })
    }

    /// One term without its coefficient.
    fn term(&self, axes: &[Dim], t: &Term) -> Expr {
        if t.factors.is_empty() {
            return Expr::ones(axes.to_vec());
        }
        let mut negate = false;
        let mut operands = Vec::with_capacity(t.factors.len());
        for f in &t.factors {
            let (turned, e) = self.factor(f);
            negate ^= turned;
            operands.push((e, f.labels.clone()));
        }
        let output: Vec<Label> = (0..axes.len() as Label).collect();
        let product = one_product(operands, &output, label_dims(axes, t));
        if negate { product.scale(-Rational::one()) } else { product }
    }

    /// The terms one by one, in an order that reads well.
    fn flat(&self, p: &Poly) -> Expr {
        let mut terms: Vec<(&Term, &Rational)> = p.terms.iter().collect();
        terms.sort_by_key(|(t, _)| reading_order(t));
        let written: Vec<(Rational, Expr)> =
            terms.into_iter().map(|(t, c)| (c.clone(), self.term(&p.dims, t))).collect();
        match written.as_slice() {
            [(c, e)] if p.dims.is_empty() => e.scale(c.clone()),
            _ => Expr::sum_unchecked(p.dims.clone(), written),
        }
    }

    /// A sum with its common factors pulled out, in the cheapest notation found.
    fn sum(&mut self, p: &Poly, levels: usize) -> Expr {
        let flat = self.flat(p);
        if p.terms.len() > MAX_JOINED || self.depth > MAX_DEPTH {
            return flat;
        }
        let mut best = (self.reader.cost(&flat), flat);
        if let Some(e) = self.entry_by_entry(p, levels) {
            let c = self.reader.cost(&e);
            if c < best.0 {
                best = (c, e);
            }
        }
        if p.terms.len() < 2 {
            return best.1;
        }
        let tried = if levels > 0 { MAX_TRIED } else { 1 };
        // One number that all terms have stands once: (a + b)/2.
        let c = content(p).abs();
        if p.terms.values().all(|d| d.abs() == c) && !c.is_one() {
            let e = self.sum(&p.scaled(&c.recip()), levels).scale(c);
            let k = self.reader.cost(&e);
            if k < best.0 {
                best = (k, e);
            }
        }
        for pattern in self.candidates(p).into_iter().take(tried) {
            let e = self.joined(p, &pattern, levels.saturating_sub(1));
            let c = self.reader.cost(&e);
            if c < best.0 {
                best = (c, e);
            }
        }
        best.1
    }

    /// A small vector or matrix of known size that is made of entries, each in its own best form.
    fn entry_by_entry(&mut self, p: &Poly, levels: usize) -> Option<Expr> {
        let sizes: Vec<usize> = p
            .dims
            .iter()
            .map(|d| d.as_constant().and_then(|n| usize::try_from(n).ok()))
            .collect::<Option<_>>()?;
        let count = sizes.iter().try_fold(1usize, |n, d| n.checked_mul(*d))?;
        if !(1..=2).contains(&sizes.len()) || count > MAX_ENTRIES || self.depth > 0 || !placed(p) {
            return None;
        }
        let unit = |axis: usize, k: usize| {
            Expr::structure(Structure::Unit { n: p.dims[axis].clone(), at: Dim::constant(k) })
        };
        let dims: HashMap<Label, Dim> =
            p.dims.iter().cloned().enumerate().map(|(k, d)| (k as Label, d)).collect();
        let axes: Vec<Label> = (0..sizes.len() as Label).collect();
        let mut terms = Vec::with_capacity(count);
        for position in 0..count {
            // Row by row.
            let at = match sizes.as_slice() {
                [_, columns] => vec![position / columns, position % columns],
                _ => vec![position],
            };
            let units: Vec<Expr> = at.iter().enumerate().map(|(axis, k)| unit(axis, *k)).collect();
            let entry = entry_of(&mut self.nz, p, &units);
            if entry.is_zero() {
                continue;
            }
            self.learn(&entry);
            let e = self.sum(&entry, levels.min(1));
            let mut operands = vec![(e, Vec::new())];
            operands.extend(units.into_iter().zip(&axes).map(|(u, l)| (u, vec![*l])));
            terms.push((Rational::one(), Expr::contract_unchecked(operands, &axes, &dims)));
        }
        Some(Expr::sum_unchecked(p.dims.clone(), terms))
    }

    /// Factors that at least two terms share, the most promising first.
    fn candidates(&self, p: &Poly) -> Vec<Pattern> {
        let rank = p.rank() as Label;
        let mut patterns: BTreeMap<(Atom, Vec<Option<Label>>, bool), Pattern> = BTreeMap::new();
        for f in p.terms.keys().flat_map(|t| &t.factors) {
            let is_delta = matches!(f.atom.expr().kind(), Kind::Structure(Structure::Delta(_)));
            let slots: Vec<Option<Label>> = f.labels.iter().map(|l| Some(*l).filter(|l| *l < rank)).collect();
            let mut variants = vec![slots.clone()];
            // An axis may be reached through a delta where another term sums over it.
            for k in 0..slots.len() {
                if slots[k].is_some() && slots.len() > 1 && !is_delta {
                    let mut opened = slots.clone();
                    opened[k] = None;
                    variants.push(opened);
                }
            }
            for slots in variants {
                // An open axis of dimension 1 would be pulled out again and again.
                let pinned = slots.iter().zip(f.atom.dims()).any(|(s, d)| s.is_none() && d.is_one());
                // What takes entries of others stays beside them.
                let takes = matches!(f.atom.expr().kind(), Kind::Structure(_) | Kind::OneHot { .. });
                if pinned || (takes && slots.iter().any(Option::is_none)) {
                    continue;
                }
                let pattern = Pattern { atom: f.atom.clone(), slots: slots.clone(), power: f.power };
                patterns.entry((f.atom.clone(), slots, f.power.is_negative())).or_insert(pattern);
            }
        }
        let mut scored: Vec<(usize, usize, Pattern)> = patterns
            .into_values()
            .filter_map(|pattern| {
                let found: Vec<Found> = p.terms.keys().filter_map(|t| pattern.find(t)).collect();
                // Some term must sum over each open slot, or the factor is not one of a product.
                let open_needed = pattern
                    .slots
                    .iter()
                    .enumerate()
                    .all(|(k, s)| s.is_some() || found.iter().any(|f| f.labels[k] >= rank));
                let is_delta = matches!(pattern.atom.expr().kind(), Kind::Structure(Structure::Delta(_)));
                if is_delta && found.len() < p.terms.len() {
                    return None;
                }
                let size = pattern.slots.len() + usize::from(matches!(pattern.atom.body(), Body::Sum(_)));
                (found.len() >= 2 && open_needed).then_some((found.len(), size, pattern))
            })
            .collect();
        scored.sort_by_key(|(count, size, _)| std::cmp::Reverse((*count, *size)));
        scored.into_iter().map(|(_, _, p)| p).collect()
    }

    /// `factor * (what is left of the terms that have it) + the other terms`.
    fn joined(&mut self, p: &Poly, pattern: &Pattern, levels: usize) -> Expr {
        let rank = p.rank() as Label;
        // Open slots become axes of what is left.
        let mut axes = p.dims.clone();
        let mut placed: Vec<Label> = Vec::new();
        for (k, slot) in pattern.slots.iter().enumerate() {
            placed.push(slot.unwrap_or_else(|| {
                axes.push(pattern.atom.dims()[k].clone());
                axes.len() as Label - 1
            }));
        }
        let mut rest = Poly::zero(p.dims.clone());
        let mut drafts = Vec::new();
        for (t, c) in &p.terms {
            match pattern.find(t) {
                None => rest.add_term(t.clone(), c.clone()),
                Some(found) => drafts.push(remainder(p, &axes, t, c, &found, &placed, rank)),
            }
        }
        let inner = self.nz.settle(&axes, drafts);
        let scale = content(&inner);
        let scale =
            if inner.terms.len() > 1 && scale.abs() != Rational::one() { scale } else { Rational::one() };
        self.learn(&inner);
        self.depth += 1;
        let inside = self.sum(&inner.scaled(&scale.recip()), levels);
        self.depth -= 1;
        let factor = Factor { atom: pattern.atom.clone(), labels: placed, power: pattern.power };
        let product = self.product(&axes, &p.dims, &factor, inside).scale(scale);
        if rest.is_zero() {
            return product;
        }
        let others = self.sum(&rest, levels);
        let mut terms = vec![(Rational::one(), product)];
        match others.kind() {
            Kind::Sum(more) => terms.extend(more.iter().cloned()),
            _ => terms.push((Rational::one(), others)),
        }
        Expr::sum_unchecked(p.dims.clone(), terms)
    }

    /// Atoms that settling made are written before they are used.
    fn learn(&mut self, p: &Poly) {
        let new: Vec<Atom> = p
            .terms
            .keys()
            .flat_map(|t| &t.factors)
            .map(|f| f.atom.clone())
            .filter(|a| !self.atoms.contains_key(&a.digest()) && !matches!(a.body(), Body::Leaf))
            .collect();
        for atom in new {
            let e = self.write_atom(&atom);
            self.atoms.insert(atom.digest(), e);
        }
    }

    /// The factor contracted with what is left; axes that only the factor has do not burden the rest.
    fn product(&self, axes: &[Dim], output: &[Dim], factor: &Factor, inside: Expr) -> Expr {
        let rank = output.len() as Label;
        let all: Vec<Label> = (0..axes.len() as Label).collect();
        let dims: HashMap<Label, Dim> = all.iter().copied().zip(axes.iter().cloned()).collect();
        let (inside, labels) = stripped(&inside, &all, &factor.labels);
        let (turned, first) = self.factor(factor);
        let sign = if turned { -Rational::one() } else { Rational::one() };
        let mut operands = vec![(first, factor.labels.clone())];
        operands.push((inside, labels));
        let output: Vec<Label> = (0..rank).collect();
        let product = one_product(operands, &output, dims);
        product.scale(sign)
    }
}

/// Do unit vectors or slices occur in the terms, or in the sums among their factors?
fn placed(p: &Poly) -> bool {
    let mut waiting = vec![p];
    while let Some(p) = waiting.pop() {
        for f in p.terms.keys().flat_map(|t| &t.factors) {
            if let Kind::Structure(Structure::Unit { .. } | Structure::Slice { .. }) = f.atom.expr().kind() {
                return true;
            }
            if let Body::Sum(q) = f.atom.body() {
                waiting.push(q);
            }
        }
    }
    false
}

/// A contraction in which a matrix product inside a product is one product.
fn one_product(operands: Vec<(Expr, Vec<Label>)>, output: &[Label], mut dims: HashMap<Label, Dim>) -> Expr {
    let mut flat: Vec<(Expr, Vec<Label>)> = Vec::with_capacity(operands.len());
    let mut next = dims.keys().max().map_or(0, |l| l + 1);
    for (e, labels) in operands {
        match e.kind() {
            Kind::Contract(c)
                if e.rank() == 2 && c.operands.len() > 1 && flat.len() + c.operands.len() <= MAX_FLAT =>
            {
                let mut at = labels;
                for d in &c.dims[c.rank..] {
                    dims.insert(next, d.clone());
                    at.push(next);
                    next += 1;
                }
                flat.extend(
                    c.operands.iter().map(|(x, l)| (x.clone(), l.iter().map(|i| at[*i as usize]).collect())),
                );
            }
            _ => flat.push((e, labels)),
        }
    }
    Expr::contract_unchecked(flat, output, &dims)
}

/// `-e`, term by term where e is a sum.
fn negative(e: &Expr) -> Expr {
    match e.kind() {
        Kind::Sum(terms) => {
            let terms = terms.iter().map(|(c, t)| (-c.clone(), t.clone())).collect();
            Expr::sum_unchecked(e.shape().to_vec(), terms)
        }
        _ => e.scale(-Rational::one()),
    }
}

/// A factor with some of its slots on axes and the others open.
#[derive(Clone)]
struct Pattern {
    atom: Atom,
    /// The axis of each slot; `None` is summed over in the terms, or reached through a delta.
    slots: Vec<Option<Label>>,
    power: Power,
}

/// Where a pattern was found in a term.
struct Found {
    position: usize,
    /// The power that leaves the term.
    power: Power,
    /// The labels in the order of the pattern's slots.
    labels: Vec<Label>,
}

impl Pattern {
    fn find(&self, t: &Term) -> Option<Found> {
        for (position, f) in t.factors.iter().enumerate() {
            let whole = self.power.is_one() && f.power.is_integer() && f.power >= Power::one();
            if f.atom != self.atom || (f.power != self.power && !whole) {
                continue;
            }
            for s in f.atom.symmetries() {
                let labels: Vec<Label> = s.iter().map(|k| f.labels[*k as usize]).collect();
                let fits = self.slots.iter().zip(&labels).all(|(slot, l)| slot.is_none_or(|s| s == *l));
                if fits {
                    return Some(Found { position, power: self.power, labels });
                }
            }
        }
        None
    }
}

/// What is left of a term without the factor found, over the axes with the open slots added.
fn remainder(
    p: &Poly,
    axes: &[Dim],
    t: &Term,
    c: &Rational,
    found: &Found,
    placed: &[Label],
    rank: Label,
) -> Draft {
    let shift = axes.len() as Label - rank;
    let moved = |l: Label| if l < rank { l } else { l + shift };
    let wide = Term {
        factors: t
            .factors
            .iter()
            .map(|f| Factor { labels: f.labels.iter().map(|l| moved(*l)).collect(), ..f.clone() })
            .collect(),
        bound: t.bound.clone(),
    };
    let mut draft = Draft::from_term(axes, &wide, c);
    draft.factors[found.position].power -= found.power;
    // A summed label becomes the new axis where it is met first; a second slot on it is tied by a delta.
    let mut became: HashMap<Label, Label> = HashMap::new();
    for (slot, l) in placed.iter().zip(&found.labels) {
        let open = *slot >= rank;
        match became.get(l) {
            Some(first) => draft.push_delta(*first, *slot),
            None if open && *l >= rank => {
                draft.replace_label(moved(*l), *slot);
                became.insert(*l, *slot);
            }
            None if *slot != *l => draft.push_delta(*l, *slot),
            None => {}
        }
    }
    debug_assert_eq!(p.rank(), rank as usize);
    draft
}

/// An expression over `labels` without the axes on `burden` that it only repeats along.
fn stripped(e: &Expr, labels: &[Label], burden: &[Label]) -> (Expr, Vec<Label>) {
    let repeated: Vec<usize> =
        (0..labels.len()).filter(|k| burden.contains(&labels[*k]) && repeats_along(e, *k)).collect();
    if repeated.is_empty() {
        return (e.clone(), labels.to_vec());
    }
    let kept: Vec<Label> =
        labels.iter().enumerate().filter(|(k, _)| !repeated.contains(k)).map(|(_, l)| *l).collect();
    (without_axes(e, &repeated), kept)
}

/// Is every term a contraction that does not carry the axis?
fn repeats_along(e: &Expr, axis: usize) -> bool {
    match e.kind() {
        Kind::Sum(terms) => terms.iter().all(|(_, t)| repeats_along(t, axis)),
        Kind::Contract(c) => c.operands.iter().all(|(_, l)| !l.contains(&(axis as u16))),
        _ => false,
    }
}

fn without_axes(e: &Expr, gone: &[usize]) -> Expr {
    match e.kind() {
        Kind::Sum(terms) => {
            let shape: Vec<Dim> = e
                .shape()
                .iter()
                .enumerate()
                .filter(|(k, _)| !gone.contains(k))
                .map(|(_, d)| d.clone())
                .collect();
            let terms: Vec<(Rational, Expr)> =
                terms.iter().map(|(c, t)| (c.clone(), without_axes(t, gone))).collect();
            match terms.as_slice() {
                [(c, t)] if shape.is_empty() => t.scale(c.clone()),
                _ => Expr::sum_unchecked(shape, terms),
            }
        }
        Kind::Contract(c) => {
            let output: Vec<u32> =
                c.output().map(u32::from).filter(|l| !gone.contains(&(*l as usize))).collect();
            let dims = c.dims.iter().enumerate().map(|(k, d)| (k as u32, d.clone())).collect();
            let operands = c
                .operands
                .iter()
                .map(|(x, l)| (x.clone(), l.iter().map(|i| u32::from(*i)).collect()))
                .collect();
            if c.operands.is_empty() {
                let shape = output.iter().map(|l| c.dims[*l as usize].clone()).collect();
                return Expr::ones(shape);
            }
            Expr::contract_unchecked(operands, &output, &dims)
        }
        _ => e.clone(),
    }
}

/// Longer products first; numbers last.
fn reading_order(t: &Term) -> (bool, std::cmp::Reverse<(usize, usize)>) {
    (t.factors.is_empty(), std::cmp::Reverse((t.bound.len(), t.factors.len())))
}
