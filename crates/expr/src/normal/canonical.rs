//! Canonical names for summed labels.
//!
//! Two terms that differ only in the names of their summed labels get the same [`Term`]. Labels are coloured by
//! where they stand and refined until stable; what is still alike is told apart by trying each in turn and
//! keeping the least result. An atom's symmetries (the two slots of a symmetric matrix) make its slots one
//! colour. Whatever is returned is a correct renaming; only past [`MAX_LEAVES`] may two equal terms
//! be left with different names, which can cost an "equal" but never make a wrong one.
//!
//! Method: colour refinement with individualisation, as in McKay (1981), Practical Graph Isomorphism.

use super::poly::{Factor, Label, Term};
use crate::Dim;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many complete labellings are tried for one term.
const MAX_LEAVES: usize = 256;

type Colours = HashMap<Label, u64>;

/// The term with canonical labels; `rank` axes keep their labels `0..rank`.
pub(crate) fn canonical_term(rank: usize, mut factors: Vec<Factor>, dims: &HashMap<Label, Dim>) -> Term {
    let is_bound = |l: &Label| *l as usize >= rank;
    let mut bound: Vec<Label> = factors.iter().flat_map(|f| &f.labels).copied().filter(is_bound).collect();
    bound.sort_unstable();
    bound.dedup();
    if bound.len() <= 1 {
        let to = |l: Label| if (l as usize) < rank { l } else { rank as Label };
        return finish(&mut factors, &bound, dims, &to);
    }
    let mut colours: Colours = HashMap::new();
    for f in &factors {
        for l in &f.labels {
            let colour = if is_bound(l) { hash(&(1u8, dims.get(l))) } else { hash(&(0u8, l)) };
            colours.insert(*l, colour);
        }
    }
    let mut search = Search { rank, factors: &factors, bound: &bound, dims, best: None, leaves: 0 };
    search.explore(colours);
    search.best.unwrap_or_else(Term::one)
}

fn hash(value: &impl Hash) -> u64 {
    let mut h = DefaultHasher::new();
    value.hash(&mut h);
    h.finish()
}

struct Search<'a> {
    rank: usize,
    factors: &'a [Factor],
    bound: &'a [Label],
    dims: &'a HashMap<Label, Dim>,
    best: Option<Term>,
    leaves: usize,
}

impl Search<'_> {
    fn explore(&mut self, colours: Colours) {
        let colours = self.refine(colours);
        let mut classes: BTreeMap<u64, Vec<Label>> = BTreeMap::new();
        for l in self.bound {
            classes.entry(colours[l]).or_default().push(*l);
        }
        match classes.values().find(|class| class.len() > 1) {
            None => {
                self.leaves += 1;
                let order: Vec<Label> = classes.into_values().flatten().collect();
                let position: HashMap<Label, Label> =
                    order.iter().enumerate().map(|(k, l)| (*l, (self.rank + k) as Label)).collect();
                let to = |l: Label| position.get(&l).copied().unwrap_or(l);
                let term = finish(&mut self.factors.to_vec(), &order, self.dims, &to);
                if self.best.as_ref().is_none_or(|b| term < *b) {
                    self.best = Some(term);
                }
            }
            Some(class) => {
                for l in class {
                    if self.leaves >= MAX_LEAVES {
                        return;
                    }
                    let mut chosen = colours.clone();
                    chosen.insert(*l, hash(&(2u8, colours[l])));
                    self.explore(chosen);
                }
            }
        }
    }

    /// Each label's colour becomes its colour and the sorted list of its surroundings, until no class splits.
    fn refine(&self, mut colours: Colours) -> Colours {
        let count = |c: &Colours| {
            let mut all: Vec<u64> = self.bound.iter().map(|l| c[l]).collect();
            all.sort_unstable();
            all.dedup();
            all.len()
        };
        let mut classes = count(&colours);
        loop {
            let mut seen: HashMap<Label, Vec<u64>> = HashMap::new();
            for f in self.factors {
                for (slot, l) in f.labels.iter().enumerate() {
                    if *l as usize >= self.rank {
                        seen.entry(*l).or_default().push(surroundings(f, slot, &colours));
                    }
                }
            }
            let mut next = colours.clone();
            for l in self.bound {
                let mut around = seen.remove(l).unwrap_or_default();
                around.sort_unstable();
                next.insert(*l, hash(&(colours[l], around)));
            }
            let refined = count(&next);
            if refined == classes {
                return colours;
            }
            classes = refined;
            colours = next;
            if classes == self.bound.len() {
                return colours;
            }
        }
    }
}

/// The colour of one slot's place: the atom, its power and the colours in the other slots, up to the atom's
/// symmetries.
fn surroundings(f: &Factor, slot: usize, colours: &Colours) -> u64 {
    let seen_through = |permutation: &[u8]| {
        let order: Vec<(bool, u64)> =
            permutation.iter().map(|s| (*s as usize == slot, colours[&f.labels[*s as usize]])).collect();
        hash(&(f.atom.digest(), f.power.numer(), f.power.denom(), order))
    };
    f.atom.symmetries().iter().map(|p| seen_through(p)).min().unwrap_or(0)
}

fn finish(
    factors: &mut Vec<Factor>,
    order: &[Label],
    dims: &HashMap<Label, Dim>,
    to: &dyn Fn(Label) -> Label,
) -> Term {
    for f in factors.iter_mut() {
        let labels: Vec<Label> = f.labels.iter().map(|l| to(*l)).collect();
        f.labels = f.atom.least(&labels);
    }
    factors.sort();
    let bound = order.iter().map(|l| dims.get(l).cloned().unwrap_or_else(|| Dim::constant(0))).collect();
    Term { factors: std::mem::take(factors), bound }
}
