//! A product as nested loops over its indices.

use super::structure::Structural;
use super::writer::Writer;
use crate::{Contraction, Dim, Index, Kind};

/// Loops that are being nested.
pub(super) struct Nest<'c> {
    pub(super) product: &'c Contraction,
    /// The factors that no loop or condition accounts for yet.
    pub(super) structural: Vec<Structural>,
    /// The indices that have a value.
    pub(super) known: Vec<Index>,
    depth: usize,
}

impl Writer {
    /// Nested loops over the indices of a product; the name of the result.
    pub(super) fn contraction(&mut self, c: &Contraction, shape: &[Dim]) -> String {
        let (structural, factors) = self.factors(c);
        let name = self.names.temporary();
        let scalar = shape.is_empty();
        let mut nest = Nest { product: c, structural, known: Vec::new(), depth: 0 };
        if !scalar {
            self.lines.push(format!("let mut {name} = vec![0.0f64; {}];", self.length(shape)));
        }
        for i in c.output() {
            let n = self.size(&c.dims[usize::from(i)]);
            self.open(&mut nest, &format!("for i{i} in 0..{n} {{"));
            nest.known.push(i);
        }
        let accumulator = if scalar { name.as_str() } else { "s" };
        self.line(&nest, &format!("let mut {accumulator} = 0.0f64;"));
        let outer = nest.depth;
        loop {
            self.settle(&mut nest);
            let Some(next) = c.bound().find(|i| !nest.known.contains(i)) else { break };
            let range = self.range(&mut nest, next);
            self.open(&mut nest, &format!("for i{next} in {range} {{"));
            nest.known.push(next);
        }
        let product = if factors.is_empty() { "1.0".to_owned() } else { factors.join(" * ") };
        self.line(&nest, &format!("{accumulator} += {product};"));
        self.close(&mut nest, outer);
        if !scalar {
            let place = self.flat(c, &c.output().collect::<Vec<_>>());
            self.line(&nest, &format!("{name}[{place}] = s;"));
        }
        self.close(&mut nest, 0);
        name
    }

    /// The tensors of zeros and ones, and the code of the other factors.
    fn factors(&mut self, c: &Contraction) -> (Vec<Structural>, Vec<String>) {
        let (mut structural, mut factors) = (Vec::new(), Vec::new());
        for (x, l) in &c.operands {
            let mut zeros_and_ones = |positions: String| {
                structural.push(Structural { node: x.clone(), labels: l.clone(), positions });
            };
            match x.kind() {
                Kind::Structure(_) => zeros_and_ones(String::new()),
                // A scalar's one entry and a tensor's entries are read alike.
                Kind::OneHot { index, .. } if index.is_scalar() => zeros_and_ones(self.entry(index)),
                Kind::OneHot { index, .. } => zeros_and_ones(self.array(index)),
                _ if l.is_empty() => factors.push(self.entry(x)),
                _ => {
                    let name = self.array(x);
                    factors.push(format!("{name}[{}]", self.flat(c, l)));
                }
            }
        }
        (structural, factors)
    }

    pub(super) fn line(&mut self, nest: &Nest<'_>, code: &str) {
        self.lines.push(format!("{}{code}", "    ".repeat(nest.depth)));
    }

    pub(super) fn open(&mut self, nest: &mut Nest<'_>, code: &str) {
        self.line(nest, code);
        nest.depth += 1;
    }

    fn close(&mut self, nest: &mut Nest<'_>, depth: usize) {
        while nest.depth > depth {
            nest.depth -= 1;
            self.line(nest, "}");
        }
    }

    /// The row-major position of an entry.
    pub(super) fn flat(&self, c: &Contraction, labels: &[Index]) -> String {
        let mut code = String::new();
        for (k, l) in labels.iter().enumerate() {
            code = match k {
                0 => format!("i{l}"),
                1 => format!("{code} * {} + i{l}", self.size(&c.dims[usize::from(*l)])),
                _ => format!("({code}) * {} + i{l}", self.size(&c.dims[usize::from(*l)])),
            };
        }
        if code.is_empty() { "0".into() } else { code }
    }
}
