//! Words found in a product: matrices along a path of summed labels, whatever else the product holds.

use super::alphabet::{Letter, Way};
use super::atom::Atom;
use super::draft::Draft;
use super::poly::{Factor, Label};

/// A word found in a draft: its factors, and the labels before, between and behind its letters.
pub(super) struct Path {
    pub(super) factors: Vec<usize>,
    pub(super) nodes: Vec<Option<Label>>,
    /// May the product that the path is part of be read from either end?
    either: bool,
}

impl Path {
    pub(super) fn find(draft: &Draft, letters: &[Letter], either: bool) -> Option<Self> {
        let mut path = Self { factors: Vec::new(), nodes: Vec::new(), either };
        path.extend(draft, letters).then_some(path)
    }

    /// Goes on from the last node, back where there is no way.
    fn extend(&mut self, draft: &Draft, letters: &[Letter]) -> bool {
        let Some(letter) = letters.get(self.factors.len()) else {
            return self.is_whole(draft) && (self.either || self.is_forward(draft));
        };
        for (k, f) in draft.factors.iter().enumerate() {
            if f.atom != letter.atom || f.power != letter.power || self.factors.contains(&k) {
                continue;
            }
            for (from, to) in steps(f, letter.way) {
                if self.nodes.last().is_some_and(|at| *at != from) {
                    continue;
                }
                let begins = self.nodes.is_empty();
                if begins {
                    self.nodes.push(from);
                }
                self.factors.push(k);
                self.nodes.push(to);
                if self.extend(draft, letters) {
                    return true;
                }
                self.factors.pop();
                self.nodes.pop();
                if begins {
                    self.nodes.pop();
                }
            }
        }
        false
    }

    /// The labels strictly between the ends.
    pub(super) fn inner(&self) -> Vec<Label> {
        let ends = [self.nodes.first().copied().flatten(), self.nodes.last().copied().flatten()];
        self.nodes.iter().flatten().copied().filter(|l| !ends.contains(&Some(*l))).collect()
    }

    /// Does the path lead from the lesser end of its product to the greater?
    fn is_forward(&self, draft: &Draft) -> bool {
        let end = |node: Option<Label>, from: Option<&usize>| {
            let (Some(mut at), Some(mut from)) = (node, from.copied()) else { return End::Open };
            for _ in 0..draft.factors.len() {
                if !draft.is_bound(at) {
                    return End::Axis(at);
                }
                let next: Vec<usize> = draft.carriers(at).into_iter().filter(|k| *k != from).collect();
                let [next] = next[..] else { return End::Open };
                match draft.factors[next].labels[..] {
                    [_] => return End::Vector(draft.factors[next].atom.clone()),
                    [i, j] if i != j => (at, from) = (if i == at { j } else { i }, next),
                    _ => return End::Open,
                }
            }
            End::Open
        };
        let own = |k: usize| draft.factors[k].atom.clone();
        let (first, last) = (self.factors.first(), self.factors.last());
        let start = match (self.nodes.first().copied().flatten(), first) {
            (None, Some(k)) => End::Vector(own(*k)),
            (node, from) => end(node, from),
        };
        let goal = match (self.nodes.last().copied().flatten(), last) {
            (None, Some(k)) => End::Vector(own(*k)),
            (node, from) => end(node, from),
        };
        start < goal
    }

    /// Are the inner labels summed, and carried by the path alone, as a product of matrices does?
    fn is_whole(&self, draft: &Draft) -> bool {
        let ends = self.nodes.len() - 1;
        let start = self.nodes[0];
        // The stretch of letters that stay at a label belongs to one node of the product.
        for (k, node) in self.nodes.iter().enumerate() {
            let Some(l) = *node else { continue };
            let outer = |range: &[Option<Label>]| range.iter().all(|n| *n == Some(l));
            if outer(&self.nodes[..=k]) || outer(&self.nodes[k..]) {
                continue;
            }
            if k > 0 && self.nodes[k - 1] == Some(l) {
                continue; // the node was looked at where the path came to it
            }
            let stays = self.nodes[k..].iter().take_while(|n| **n == Some(l)).count();
            let count = draft.factors.iter().flat_map(|f| &f.labels).filter(|m| **m == l).count();
            // One slot on either side, and one for each diagonal between.
            let slots = usize::from(k > 0) + stays - 1 + usize::from(k + stays <= ends);
            if !draft.is_bound(l) || count != slots || start == Some(l) || self.nodes[ends] == Some(l) {
                return false;
            }
        }
        true
    }
}

/// Where a product of matrices ends.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Axis(Label),
    Vector(Atom),
    /// Elsewhere.
    Open,
}

/// From which label to which a factor leads.
fn steps(f: &Factor, way: Way) -> Vec<(Option<Label>, Option<Label>)> {
    match (way, &f.labels[..]) {
        (Way::Along | Way::Against, [i, j]) => {
            let (from, to) = if way == Way::Along { (*i, *j) } else { (*j, *i) };
            let mut found = vec![(Some(from), Some(to))];
            if f.atom.symmetries().len() > 1 {
                found.push((Some(to), Some(from)));
            }
            found
        }
        (Way::Diagonal, [i]) => vec![(Some(*i), Some(*i))],
        (Way::Column, [i]) => vec![(Some(*i), None)],
        (Way::Row, [i]) => vec![(None, Some(*i))],
        _ => Vec::new(),
    }
}
