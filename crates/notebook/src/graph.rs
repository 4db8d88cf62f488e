//! Which definition uses which: the order of cells is the reader's, the order of work is the graph's.
//!
//! A name is defined in one place. What a definition uses is found in its notation, so that the graph is exact: a
//! change reaches what mentions it, through any number of definitions, and nothing else. Each definition has a digest
//! of its own text and of the digests of all that it uses; a result belongs to the digests that it was made from.

use crate::digest::Digest;
use crate::parsed::{Class, Definition, Parsed, text_of};
use crate::{Cell, DataSource, Kind};
use gradus_expr::syntax::{Diagnostic, Span};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A definition in its cell.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) cell: usize,
    pub(crate) definition: Definition,
    /// What it uses.
    pub(crate) uses: Vec<usize>,
    pub(crate) digest: u128,
}

/// The definitions of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    names: HashMap<String, usize>,
    /// Names that hold in one derivation.
    local: HashMap<(usize, String), usize>,
    /// The first declaration whose shape names a size.
    sizes: HashMap<String, usize>,
    /// The definitions in each cell.
    pub(crate) of_cell: Vec<Vec<usize>>,
    /// What is wrong with the cells together, by cell.
    pub(crate) mistakes: Vec<Vec<Diagnostic>>,
    stamps: HashMap<String, Result<u64, String>>,
}

/// What a piece of text needs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slice {
    /// The definitions, each after those that it uses.
    pub(crate) nodes: Vec<usize>,
    /// Names that nothing defines.
    pub(crate) free: BTreeSet<String>,
}

impl Graph {
    pub(crate) fn new(cells: &[Cell], parsed: &[Arc<Parsed>], data: &dyn DataSource) -> Graph {
        let mut graph = Graph {
            of_cell: vec![Vec::new(); cells.len()],
            mistakes: vec![Vec::new(); cells.len()],
            ..Graph::default()
        };
        for (cell, p) in parsed.iter().enumerate() {
            for definition in &p.definitions {
                graph.of_cell[cell].push(graph.nodes.len());
                graph.nodes.push(Node { cell, definition: definition.clone(), uses: Vec::new(), digest: 0 });
            }
        }
        graph.claim(cells);
        graph.stamp(parsed, data);
        for k in 0..graph.nodes.len() {
            graph.nodes[k].uses = graph.used_by(k);
        }
        graph.order(cells);
        graph
    }

    /// Gives every name to the one place that defines it.
    fn claim(&mut self, cells: &[Cell]) {
        let mut twice: Vec<(usize, Span, String, usize)> = Vec::new();
        for local in [false, true] {
            for k in 0..self.nodes.len() {
                let cell = self.nodes[k].cell;
                if (cells[cell].kind == Kind::Derivation) != local {
                    continue;
                }
                for (name, span) in &self.nodes[k].definition.names {
                    let own = (cell, name.clone());
                    let other = self.names.get(name).or_else(|| self.local.get(&own)).copied();
                    match other {
                        Some(other) => twice.push((cell, *span, name.clone(), other)),
                        None if local => {
                            self.local.insert(own, k);
                        }
                        None => {
                            self.names.insert(name.clone(), k);
                        }
                    }
                }
                for size in &self.nodes[k].definition.sizes {
                    if !local {
                        self.sizes.entry(size.clone()).or_insert(k);
                    }
                }
            }
        }
        for (cell, span, name, other) in twice {
            let there = self.nodes[other].cell;
            let first = self.nodes[other].definition.names.iter().find(|(n, _)| *n == name);
            let first = first.map_or(Span::default(), |(_, s)| *s);
            if there == cell {
                let d =
                    Diagnostic::error(span, format!("`{name}` is defined twice")).label(first, "first here");
                self.mistakes[cell].push(d);
                continue;
            }
            let help = "a name is defined in one cell; rename one of them";
            for (at, place, elsewhere) in [(cell, span, there), (there, first, cell)] {
                let message = format!(
                    "`{name}` is defined in cell `{}` and in cell `{}`",
                    cells[at].id, cells[elsewhere].id
                );
                self.mistakes[at].push(Diagnostic::error(place, message).help(help));
            }
        }
    }

    fn stamp(&mut self, parsed: &[Arc<Parsed>], data: &dyn DataSource) {
        for p in parsed {
            let all = p.definitions.iter().map(|d| &d.mentions).chain([&p.asks]);
            for file in all.flat_map(|m| &m.files) {
                if !self.stamps.contains_key(file) {
                    self.stamps.insert(file.clone(), data.stamp(file));
                }
            }
        }
    }

    /// Why a file may not be read.
    pub(crate) fn refused(&self, file: &str) -> Option<&str> {
        self.stamps.get(file).and_then(|s| s.as_ref().err()).map(String::as_str)
    }

    /// The place that defines a name as a cell sees it, or the declaration that names it as a size.
    pub(crate) fn find(&self, name: &str, cell: usize) -> Option<usize> {
        let local = if self.local.is_empty() { None } else { self.local.get(&(cell, name.to_owned())) };
        local.or_else(|| self.names.get(name)).or_else(|| self.sizes.get(name)).copied()
    }

    /// The names that a cell sees with the places that define them, sorted.
    pub(crate) fn seen_by(&self, cell: usize) -> Vec<(&str, usize)> {
        let local = self.local.iter().filter(|((c, _), _)| *c == cell).map(|((_, n), k)| (n.as_str(), *k));
        let all = self.names.iter().map(|(n, k)| (n.as_str(), *k)).chain(local);
        all.collect::<std::collections::BTreeMap<&str, usize>>().into_iter().collect()
    }

    fn used_by(&self, k: usize) -> Vec<usize> {
        let Node { cell, definition: d, .. } = &self.nodes[k];
        let names = d.mentions.names.iter().chain(&d.mentions.calls);
        let uses = names.filter_map(|n| {
            let found = self.find(n, *cell).filter(|u| *u != k || d.class >= Class::Function)?;
            // A size that the definition itself names.
            let as_size = !self.names.contains_key(n) && d.sizes.contains(n);
            (!as_size).then_some(found)
        });
        uses.collect::<BTreeSet<usize>>().into_iter().collect()
    }

    /// Digests in the order of use, and a mistake for every circle.
    fn order(&mut self, cells: &[Cell]) {
        #[derive(Clone, Copy, PartialEq)]
        enum Mark {
            New,
            Open,
            Done,
        }
        let mut marks = vec![Mark::New; self.nodes.len()];
        for root in 0..self.nodes.len() {
            if marks[root] != Mark::New {
                continue;
            }
            let mut path: Vec<(usize, usize)> = vec![(root, 0)];
            marks[root] = Mark::Open;
            while let Some((k, next)) = path.last_mut() {
                let k = *k;
                if let Some(u) = self.nodes[k].uses.get(*next).copied() {
                    *next += 1;
                    match marks[u] {
                        Mark::New => {
                            marks[u] = Mark::Open;
                            path.push((u, 0));
                        }
                        Mark::Open => {
                            let from = path.iter().position(|(n, _)| *n == u).unwrap_or(0);
                            let circle: Vec<usize> = path[from..].iter().map(|(n, _)| *n).collect();
                            self.circle(&circle, cells);
                        }
                        Mark::Done => {}
                    }
                } else {
                    marks[k] = Mark::Done;
                    self.nodes[k].digest = self.digest(k, cells);
                    path.pop();
                }
            }
        }
    }

    /// The mistake of definitions that use each other in a circle.
    fn circle(&mut self, circle: &[usize], cells: &[Cell]) {
        const SHOWN: usize = 8;
        let name = |k: usize| self.nodes[k].definition.names.first().map_or("", |(n, _)| n.as_str());
        let mut words: Vec<String> = circle
            .iter()
            .take(SHOWN)
            .map(|k| format!("`{}` (cell `{}`)", name(*k), cells[self.nodes[*k].cell].id))
            .collect();
        if circle.len() > SHOWN {
            words.push(format!("{} more", circle.len() - SHOWN));
        }
        words.push(format!("`{}`", name(circle[0])));
        let message = format!("this depends on itself: {}", words.join(" uses "));
        for k in circle {
            let Node { cell, definition, .. } = &self.nodes[*k];
            let span = definition.names.first().map_or(Span::default(), |(_, s)| *s);
            self.mistakes[*cell].push(Diagnostic::error(span, message.clone()));
        }
    }

    fn digest(&self, k: usize, cells: &[Cell]) -> u128 {
        let Node { cell, definition: d, uses, .. } = &self.nodes[k];
        let source = &cells[*cell].source;
        let own = d.parts.iter().fold(Digest::new(), |h, p| h.text(p.prefix).text(text_of(source, p.span)));
        let files = self.files(d.mentions.files.iter(), own);
        uses.iter().fold(files, |h, u| h.number(self.nodes[*u].digest)).finish()
    }

    /// Adds what is known of files.
    pub(crate) fn files<'a>(&self, files: impl Iterator<Item = &'a String>, h: Digest) -> Digest {
        files.fold(h, |h, f| {
            let stamp = self.stamps.get(f).and_then(|s| s.as_ref().ok());
            h.text(f).number(stamp.map_or(0, |s| u128::from(*s) + 1))
        })
    }

    /// The definitions that names need, at most `most`; `None` beyond that.
    pub(crate) fn slice<'a>(
        &self,
        names: impl Iterator<Item = &'a String>,
        cell: usize,
        most: usize,
    ) -> Option<Slice> {
        let mut slice = Slice::default();
        let mut seen = BTreeSet::new();
        let mut roots = Vec::new();
        for n in names {
            match self.find(n, cell) {
                Some(k) => roots.push(k),
                None => {
                    slice.free.insert(n.clone());
                }
            }
        }
        for root in roots {
            if !seen.insert(root) {
                continue;
            }
            let mut path = vec![(root, 0usize)];
            while let Some((k, next)) = path.last_mut() {
                let k = *k;
                if let Some(u) = self.nodes[k].uses.get(*next).copied() {
                    *next += 1;
                    if seen.insert(u) {
                        path.push((u, 0));
                    }
                    if seen.len() > most {
                        return None;
                    }
                } else {
                    slice.nodes.push(k);
                    let node = &self.nodes[k];
                    let unknown =
                        |n: &&String| self.find(n, node.cell).is_none() && !node.definition.sizes.contains(n);
                    slice.free.extend(node.definition.mentions.names.iter().filter(unknown).cloned());
                    path.pop();
                }
            }
        }
        Some(slice)
    }

    /// A defined name that differs from `name` by one slip of the fingers.
    pub(crate) fn near(&self, name: &str) -> Option<&str> {
        // `x1` beside `x2` is a name of its own, and short names are close to each other.
        let stem = |s: &'_ str| s.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        let close = |other: &&String| stem(other) != stem(name) && is_slip(name, other);
        if name.len() < 3 { None } else { self.names.keys().filter(close).min().map(String::as_str) }
    }

    /// Is the name one that the language knows by itself?
    pub(crate) fn is_constant(name: &str) -> bool {
        matches!(name, "pi" | "e")
    }
}

/// Do two names differ by one letter more, less, other, or by two neighbours that changed places?
fn is_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().min(b.len()) < 3 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([_, rest @ ..], whole) | (whole, [_, rest @ ..]) if rest == whole => true,
        ([_, x @ ..], [_, y @ ..]) if x == y => true,
        ([p, q, x @ ..], [r, s, y @ ..]) => p == s && q == r && x == y,
        (_, [_, rest @ ..]) => rest == a,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn slips_are_one_letter_away() {
        for (a, b) in [
            ("lamda", "lambda"),
            ("lambda", "lamda"),
            ("lambad", "lambda"),
            ("lanbda", "lambda"),
            ("loss", "losss"),
        ] {
            assert!(is_slip(a, b), "{a} {b}");
        }
        for (a, b) in [("abc", "xyz"), ("ab", "abc"), ("gamma", "lambda"), ("lambda", "adbmal")] {
            assert!(!is_slip(a, b), "{a} {b}");
        }
    }
}
