//! The values of data and parameters that a cell may use, and evaluation within limits.

use super::{Mistakes, Place, mistake};
use crate::graph::Slice;
use crate::limits::Limits;
use crate::output::Values;
use crate::parsed::text_of;
use crate::text::Text;
use gradus_expr::evaluate::{Bindings, Sizes, Tensor, evaluate};
use gradus_expr::sample::size_names;
use gradus_expr::syntax::{Scope, Span};
use gradus_expr::{Dim, Expr, Kind, postorder};
use gradus_problem::{Error, Problem};
use std::collections::BTreeMap;

/// Values of data and parameters, and the sizes that follow from them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bound {
    pub(crate) values: BTreeMap<String, Tensor<f64>>,
    sizes: Sizes,
}

/// Values that are computed when they are first asked for.
pub(crate) struct Known<'a> {
    place: &'a Place<'a>,
    slice: &'a Slice,
    bound: Option<Result<Bound, Mistakes>>,
}

impl<'a> Known<'a> {
    pub(crate) fn new(place: &'a Place<'a>, slice: &'a Slice) -> Self {
        Known { place, slice, bound: None }
    }

    pub(crate) fn get(&mut self) -> Result<&Bound, Mistakes> {
        let (place, slice) = (self.place, self.slice);
        self.bound.get_or_insert_with(|| place.bind(slice)).as_ref().map_err(Clone::clone)
    }
}

/// Refuses tensors with more entries than the limit, as far as sizes are known.
pub(crate) fn entries_of(
    nodes: &[Expr],
    size: &dyn Fn(&Dim) -> Option<usize>,
    limits: &Limits,
) -> Result<(), String> {
    for node in nodes.iter().filter(|n| !matches!(n.kind(), Kind::Structure(_) | Kind::OneHot { .. })) {
        let count = node.shape().iter().try_fold(1usize, |n, d| Some(n.saturating_mul(size(d)?)));
        if let Some(count) = count.filter(|n| *n > limits.entries) {
            let most = limits.entries;
            return Err(format!("a part of this has {count} entries, and the limit is {most}"));
        }
    }
    Ok(())
}

impl Place<'_> {
    /// The values of the declarations in a slice.
    fn bind(&self, slice: &Slice) -> Result<Bound, Mistakes> {
        let nodes = || slice.nodes.iter().map(|k| &self.graph.nodes[*k]);
        if !nodes().any(|n| n.definition.parts.iter().any(|p| p.has_value)) {
            return Ok(Bound::default());
        }
        let mut text = Text::default();
        text.definitions(self.graph, self.cells, slice, true);
        self.initial_values(slice)?;
        // A problem needs something to solve.
        text.glue("var nothing_in_this_cell : scalar\nminimize nothing_in_this_cell^2\n");
        let problem = Problem::read(&text.text, self.data.base(), &[]).map_err(|e| self.told(&e, &text))?;
        let bound = problem.bound();
        for (name, t) in &bound.values {
            if t.data.len() > self.limits.entries {
                let (count, most) = (t.data.len(), self.limits.entries);
                return Err(mistake(
                    self.whole(),
                    format!("`{name}` has {count} entries, and the limit is {most}"),
                ));
            }
        }
        Ok(Bound { values: bound.values.clone(), sizes: bound.sizes.clone() })
    }

    /// An error of a problem as mistakes of this cell.
    pub(super) fn told(&self, e: &Error, text: &Text) -> Mistakes {
        match e {
            Error::Language(all) => text.back(all, self.cells, self.cell, self.whole()),
            other => mistake(self.whole(), other.to_string()),
        }
    }

    /// Tries values that need no data within the fuel, before they are computed without a limit.
    fn initial_values(&self, slice: &Slice) -> Result<(), Mistakes> {
        for node in slice.nodes.iter().map(|k| &self.graph.nodes[*k]) {
            for part in node.definition.parts.iter().filter(|p| p.has_value) {
                let text = text_of(&self.cells[node.cell].source, part.span);
                let Some((_, value)) = text.split_once('=') else { continue };
                let Ok(e) = Scope::new().expression(value) else { continue };
                if !e.symbols().is_empty() || !size_names(std::slice::from_ref(&e)).is_empty() {
                    continue;
                }
                let at = if node.cell == self.cell { part.span } else { self.whole() };
                self.small(&e, at)?;
                let mut bindings: Bindings<f64> = Bindings::new();
                bindings.fuel = self.limits.fuel;
                evaluate(&e, &bindings).map_err(|e| mistake(at, e.to_string()))?;
            }
        }
        Ok(())
    }

    /// What an expression is evaluated with.
    pub(super) fn bindings(&self, e: &Expr, bound: &Bound) -> Bindings<f64> {
        let mut bindings = Bindings::new();
        let symbols = e.symbols();
        for s in &symbols {
            if let Some(t) = bound.values.get(&*s.name) {
                bindings.set(&s.name, t.clone());
            }
        }
        for name in size_names(std::slice::from_ref(e)) {
            if let Some(n) = bound.sizes.get(&name) {
                bindings = bindings.with_size(&name, n);
            }
        }
        bindings.fuel = self.limits.fuel;
        bindings
    }

    /// Refuses what would take too much memory with these values.
    pub(super) fn fits(&self, e: &Expr, bindings: &Bindings<f64>, at: Span) -> Result<(), Mistakes> {
        let symbols: Vec<_> = e.symbols().into_iter().filter(|s| bindings.get(&s.name).is_some()).collect();
        let sizes = bindings.sizes(&symbols).map_err(|e| mistake(at, e.to_string()))?;
        entries_of(&postorder(std::slice::from_ref(e)), &|d| sizes.value(d), self.limits)
            .map_err(|words| mistake(at, words))
    }

    /// The value of an expression, with values given for some of its names.
    pub(super) fn eval(
        &self,
        of: Span,
        e: &Expr,
        at: &[(String, Span)],
        known: &mut Known<'_>,
    ) -> Result<Values, Mistakes> {
        let mut bindings = self.bindings(e, known.get()?);
        let symbols = e.symbols();
        let sizes = size_names(std::slice::from_ref(e));
        for (name, span) in at {
            let value = self.constant_value(*span)?;
            match symbols.iter().find(|s| *s.name == **name) {
                Some(s) => bindings.set(name, of_rank(value, s.shape.len())),
                None if sizes.contains(name) => {
                    let n = value.data.first().copied().filter(|n| *n >= 0.0 && n.fract() == 0.0 && *n < 1e9);
                    let Some(n) = n.filter(|_| value.shape.is_empty()) else {
                        return Err(mistake(*span, format!("`{name}` is a size: an integer at least 0")));
                    };
                    bindings = bindings.with_size(name, n as usize);
                }
                None => return Err(mistake(*span, format!("there is no `{name}` in this expression"))),
            }
        }
        let open: Vec<String> = symbols
            .iter()
            .filter(|s| bindings.get(&s.name).is_none())
            .map(|s| format!("`{}`", s.name))
            .collect();
        if let Some(first) = open.first() {
            let words = match open.len() {
                1 => format!("{first} has no value"),
                _ => format!("{} have no values", open.join(", ")),
            };
            let help = format!("write `data {0} = ...`, or `eval ... at {0} = ...`", first.trim_matches('`'));
            return Err(vec![gradus_expr::syntax::Diagnostic::error(of, words).help(help)]);
        }
        self.fits(e, &bindings, of)?;
        let tensor = evaluate(e, &bindings).map_err(|e| mistake(of, e.to_string()))?;
        let bad = tensor.data.iter().filter(|x| !x.is_finite()).count();
        let notes = match (bad, tensor.data.len()) {
            (0, _) => Vec::new(),
            (_, 1) => vec!["this is no finite number".to_owned()],
            (k, n) => vec![format!("{k} of {n} entries are no finite numbers")],
        };
        let name = text_of(self.source(), of).split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Values { name, tensor, notes })
    }

    /// The value of an expression without names.
    pub(super) fn constant_value(&self, span: Span) -> Result<Tensor<f64>, Mistakes> {
        let text = text_of(self.source(), span);
        let e = Scope::new().expression(text).map_err(|all| crate::parsed::at_offset(all, span.start))?;
        if let Some(s) = e.symbols().first() {
            return Err(mistake(span, format!("a number is expected here, not something with `{}`", s.name)));
        }
        self.small(&e, span)?;
        let mut bindings: Bindings<f64> = Bindings::new();
        bindings.fuel = self.limits.fuel;
        evaluate(&e, &bindings).map_err(|e| mistake(span, e.to_string()))
    }
}

/// A row or a column as a vector, one number as a scalar, where that is what is wanted.
pub(super) fn of_rank(t: Tensor<f64>, rank: usize) -> Tensor<f64> {
    let shape = match (rank, t.shape.as_slice()) {
        (0, _) if t.data.len() == 1 => vec![],
        (1, [1, n] | [n, 1]) => vec![*n],
        (1, []) => vec![1],
        (2, [n]) => vec![*n, 1],
        (2, []) => vec![1, 1],
        _ => return t,
    };
    Tensor { shape, data: t.data }
}
