//! Sizes: read off the arguments' shapes where that is possible.

use super::text::{Text, level};
use super::writer::Writer;
use crate::{Dim, Symbol};
use std::collections::HashMap;
use std::sync::Arc;

impl Writer<'_> {
    /// A size as a Python expression.
    pub(super) fn size(&mut self, d: &Dim) -> Text {
        let terms = d.terms();
        if terms.is_empty() {
            return Text::atom("0".into());
        }
        let mut code = String::new();
        for (k, (names, c)) in terms.iter().enumerate() {
            code += match (k, *c < 0) {
                (0, true) => "-",
                (0, false) => "",
                (_, true) => " - ",
                (_, false) => " + ",
            };
            let mut factors: Vec<String> = Vec::new();
            if c.unsigned_abs() != 1 || names.is_empty() {
                factors.push(c.unsigned_abs().to_string());
            }
            for n in names {
                factors.push(self.size_name(n));
            }
            code += &factors.join(" * ");
        }
        let plain =
            terms.len() == 1 && terms[0].1 >= 0 && terms[0].0.len() + usize::from(terms[0].1 != 1) <= 1;
        Text::new(code, if plain { level::ATOM } else { level::SUM })
    }

    fn size_name(&mut self, n: &str) -> String {
        match self.sizes.get(n) {
            Some(name) => name.clone(),
            None => {
                let name = self.names.claim(n);
                self.sizes.insert(n.to_owned(), name.clone());
                name
            }
        }
    }

    /// A shape as a Python tuple.
    pub(super) fn shape(&mut self, shape: &[Dim]) -> String {
        let sizes: Vec<String> = shape.iter().map(|d| self.size(d).code).collect();
        match sizes.as_slice() {
            [one] => format!("({one},)"),
            all => format!("({})", all.join(", ")),
        }
    }
}

/// An axis of a symbol that has the length `factor*n + offset` for a size n.
pub(super) struct Origin<'s> {
    symbol: &'s str,
    axis: usize,
    factor: i64,
    offset: i64,
}

impl Origin<'_> {
    /// The size as Python code.
    pub(super) fn code(&self, symbols: &HashMap<String, String>) -> String {
        let length = format!("{}.shape[{}]", symbols.get(self.symbol).map_or("", String::as_str), self.axis);
        let multiple = match self.offset {
            0 => length,
            k if k > 0 => format!("{length} - {k}"),
            k => format!("{length} + {}", k.unsigned_abs()),
        };
        match (self.factor, self.offset) {
            (1, _) => multiple,
            (c, 0) => format!("{multiple} // {c}"),
            (c, _) => format!("({multiple}) // {c}"),
        }
    }
}

/// Where the size n can be read: the first axis of that length, else the first that tells it by a division.
pub(super) fn origin<'s>(symbols: &'s [Arc<Symbol>], n: &str) -> Option<Origin<'s>> {
    let axes = symbols.iter().flat_map(|s| s.shape.iter().enumerate().map(|(axis, d)| (&*s.name, axis, d)));
    let mut known = axes.filter_map(|(symbol, axis, d)| {
        let (factor, offset) = match d.terms() {
            [(p, c)] if p.len() == 1 && &*p[0] == n && *c > 0 => (*c, 0),
            [(p, c), (q, k)] if p.len() == 1 && &*p[0] == n && q.is_empty() && *c > 0 => (*c, *k),
            _ => return None,
        };
        Some(Origin { symbol, axis, factor, offset })
    });
    let first = known.next()?;
    let exact = |o: &Origin<'_>| o.factor == 1 && o.offset == 0;
    if exact(&first) { Some(first) } else { known.find(exact).or(Some(first)) }
}
