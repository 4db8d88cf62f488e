//! Names bound to values: initial values in the order in which they need each other, sizes, declared ranges.

use crate::Error;
use crate::initial::{Initial, Pending, columns_read, tensor};
use crate::source::{self, Found, Override};
use gradus_data::{Dataset, bundled};
use gradus_expr::evaluate::{Bindings, EvaluateError, Sizes, Tensor};
use gradus_expr::syntax::{self, Declared, TableSource, parse_expression};
use gradus_expr::{Domain, Property, Role, Symbol};
use num_traits::ToPrimitive;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The values and sizes of a problem.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The values of data and parameters.
    pub values: BTreeMap<String, Tensor<f64>>,
    /// The starts of variables, where the problem gives them.
    pub starts: BTreeMap<String, Tensor<f64>>,
    /// The named sizes, and what fixed each.
    pub sizes: Sizes,
    /// How many rows with a missing value were left out of each table.
    pub dropped_rows: Vec<(String, usize)>,
}

impl Bound {
    /// The values as a program takes them.
    pub fn bindings(&self, problem: &syntax::Problem) -> Bindings<f64> {
        let mut bindings = Bindings::new();
        for (name, value) in &self.values {
            bindings.set(name, value.clone());
        }
        for name in problem.declared.iter().flat_map(|d| d.symbol.dim_names()) {
            if let Some(k) = self.sizes.get(name) {
                bindings = bindings.with_size(name, k);
            }
        }
        bindings
    }

    /// The numbers of entries along each axis of a symbol.
    ///
    /// # Errors
    /// [`Error::UnknownSize`] for a size that nothing fixes.
    pub fn shape(&self, s: &Symbol) -> Result<Vec<usize>, Error> {
        let size = |d| match (self.sizes.value(d), self.sizes.missing(d).next()) {
            (Some(k), _) => Ok(k),
            (None, Some(dim)) => Err(Error::UnknownSize { dim: dim.to_owned(), name: s.name.to_string() }),
            (None, None) => Err(self.sizes.resolve(d).map_or_else(Error::from, |_| Error::NoObjective)),
        };
        s.shape.iter().map(size).collect()
    }
}

struct Binder<'a> {
    problem: &'a syntax::Problem,
    base: Option<&'a Path>,
    tables: Vec<Dataset>,
    bound: Bound,
}

/// Binds all declared names.
pub(crate) fn bind(
    problem: &syntax::Problem,
    base: Option<&Path>,
    overrides: &[Override],
) -> Result<Bound, Error> {
    let bound = Bound {
        values: BTreeMap::new(),
        starts: BTreeMap::new(),
        sizes: Sizes::default(),
        dropped_rows: Vec::new(),
    };
    let mut binder = Binder { problem, base, tables: Vec::new(), bound };
    binder.open_tables(overrides)?;
    binder.given(overrides)?;
    binder.initial_values()?;
    binder.spread()?;
    binder.check()?;
    Ok(binder.bound)
}

impl Binder<'_> {
    fn declared(&self, name: &str) -> Option<&Declared> {
        self.problem.declared.iter().find(|d| &*d.symbol.name == name)
    }

    /// The table that the columns of a declaration are in: the last one stated before it.
    fn table_of(&self, d: &Declared) -> Option<usize> {
        d.table.or_else(|| self.problem.tables.iter().rposition(|t| t.span.start < d.span.start))
    }

    fn open_tables(&mut self, overrides: &[Override]) -> Result<(), Error> {
        for (k, t) in self.problem.tables.iter().enumerate() {
            let (name, data) = match &t.source {
                TableSource::Bundled(set) => {
                    let table = bundled::table(set).map_err(|e| Error::data(&format!("@{set}"), e))?;
                    (format!("@{set}"), Dataset::Table(table))
                }
                TableSource::File(f) => (f.clone(), source::read(f, &source::relative(self.base, f))?),
            };
            let data = match data {
                Dataset::Table(table) if t.drop_missing => {
                    let mut names = Vec::new();
                    for d in &self.problem.declared {
                        let given = overrides.iter().any(|o| o.name == *d.symbol.name);
                        if !given
                            && self.table_of(d) == Some(k)
                            && let Some(ast) = &d.initial
                        {
                            columns_read(ast, &mut names);
                        }
                    }
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    let fail = |e| Error::data(&name, e);
                    let names = table.expand(&names).map_err(fail)?;
                    let (rest, dropped) = table.drop_missing(&names).map_err(fail)?;
                    self.bound.dropped_rows.push((name.clone(), dropped));
                    Dataset::Table(rest)
                }
                other => other,
            };
            self.tables.push(data);
        }
        Ok(())
    }

    /// The values given beside the problem.
    fn given(&mut self, overrides: &[Override]) -> Result<(), Error> {
        for o in overrides {
            let is_size = self.problem.declared.iter().any(|d| d.symbol.dim_names().any(|n| n == o.name));
            let found = source::open(&o.name, &o.source)?;
            let Some(declared) = self.declared(&o.name).cloned() else {
                if let (true, Found::Number(k)) = (is_size, &found)
                    && *k >= 1.0
                    && k.fract() == 0.0
                {
                    self.bound.sizes.set(&o.name, *k as usize, "the value given for it");
                    continue;
                }
                let known: Vec<&str> = self.problem.declared.iter().map(|d| &*d.symbol.name).collect();
                return Err(Error::UnknownName { name: o.name.clone(), known: known.join(", ") });
            };
            let value = match found {
                Found::Number(x) => Tensor::scalar(x),
                Found::Whole(data) => tensor(data.only().map_err(|e| Error::data(&o.name, e))?),
                Found::Part(data, part) if part.contains('(') => {
                    let (Some(ast), mistakes) = parse_expression(&part) else {
                        return Err(Error::BadSource { text: o.source.clone() });
                    };
                    if !mistakes.is_empty() {
                        return Err(Error::BadSource { text: o.source.clone() });
                    }
                    match self.initial(&o.name, Some(&data), None).value(&ast) {
                        Ok(value) => value,
                        Err(Pending::Failed(e)) => return Err(e),
                        Err(Pending::Needs(_)) => return Err(Error::BadSource { text: o.source.clone() }),
                    }
                }
                Found::Part(data, part) => tensor(source::columns(&o.name, &data, &part)?),
            };
            self.set(&declared.symbol, value);
        }
        Ok(())
    }

    fn initial<'b>(
        &'b self,
        name: &'b str,
        table: Option<&'b Dataset>,
        base: Option<&'b Path>,
    ) -> InitialOf<'b> {
        InitialOf { binder: self, name, table, base }
    }

    fn set(&mut self, s: &Symbol, mut value: Tensor<f64>) {
        // A vector is a matrix of one column, a tensor of one entry a number, where that is declared.
        match (s.shape.len(), value.shape.as_slice()) {
            (2, [n]) => value.shape = vec![*n, 1],
            (1, [n, 1] | [1, n]) => value.shape = vec![*n],
            (0, [1] | [1, 1]) => value.shape = Vec::new(),
            _ => {}
        }
        if value.shape.len() == s.shape.len() {
            for (d, k) in s.shape.iter().zip(&value.shape) {
                self.bound.sizes.learn(d, *k, &s.name);
            }
        }
        let into = if s.role == Role::Var { &mut self.bound.starts } else { &mut self.bound.values };
        into.insert(s.name.to_string(), value);
    }

    fn has(&self, name: &str) -> bool {
        self.bound.values.contains_key(name) || self.bound.starts.contains_key(name)
    }

    /// Every initial value, as soon as what it needs is there.
    fn initial_values(&mut self) -> Result<(), Error> {
        let all = &self.problem.declared;
        let mut open: Vec<&Declared> =
            all.iter().filter(|d| d.initial.is_some() && !self.has(&d.symbol.name)).collect();
        while !open.is_empty() {
            let mut waits = Vec::new();
            let mut reason = String::new();
            let before = open.len();
            for d in open {
                let Some(ast) = &d.initial else { continue };
                let table = self.table_of(d).and_then(|k| self.tables.get(k));
                let value = self.initial(&d.symbol.name, table, self.base).value(ast);
                match value {
                    Ok(value) => self.set(&d.symbol, value),
                    Err(Pending::Failed(e)) => return Err(e),
                    Err(Pending::Needs(name)) => {
                        reason = format!("it needs `{name}`, which has no value");
                        waits.push(d);
                    }
                }
            }
            if waits.len() == before && !self.learn_rows(&waits) {
                let name = waits[0].symbol.name.to_string();
                return Err(Error::Initial { name, reason });
            }
            open = waits;
        }
        match all.iter().find(|d| d.symbol.role != Role::Var && !self.has(&d.symbol.name)) {
            None => Ok(()),
            Some(d) => {
                let word = if d.symbol.role == Role::Data { "data" } else { "param" };
                Err(Error::NoValue { name: d.symbol.name.to_string(), word })
            }
        }
    }

    /// Where a value that reads a table needs the number of rows that it will itself have, the table tells it.
    fn learn_rows(&mut self, waits: &[&Declared]) -> bool {
        let mut learnt = false;
        for d in waits {
            let mut read = Vec::new();
            if let Some(ast) = &d.initial {
                columns_read(ast, &mut read);
            }
            let table = self.table_of(d).and_then(|k| self.tables.get(k)).and_then(Dataset::table);
            if let (false, Some(table), Some(rows)) = (read.is_empty(), table, d.symbol.shape.first()) {
                let n = table.n_rows();
                learnt |= self.bound.sizes.learn(rows, n, "the table's rows");
            }
        }
        learnt
    }

    /// One number given for a vector or a matrix is the value of every entry.
    fn spread(&mut self) -> Result<(), Error> {
        for d in &self.problem.declared {
            let s = &d.symbol;
            let here = self.bound.values.get(&*s.name).or_else(|| self.bound.starts.get(&*s.name));
            if let Some(t) = here
                && t.shape.is_empty()
                && !s.shape.is_empty()
            {
                let x = t.data[0];
                let shape = self.bound.shape(s)?;
                let count = shape.iter().product();
                self.set(s, Tensor { shape, data: vec![x; count] });
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), Error> {
        let mut bindings = Bindings::new();
        for (name, value) in self.bound.values.iter().chain(&self.bound.starts) {
            bindings.set(name, value.clone());
        }
        for n in self.problem.declared.iter().flat_map(|d| d.symbol.dim_names()) {
            if let Some(k) = self.bound.sizes.get(n) {
                // Sizes that a shape tells are told by it in messages.
                if self.bound.sizes.source(n) == Some("the value given for it") {
                    bindings = bindings.with_size(n, k);
                }
            }
        }
        let symbols: Vec<Arc<Symbol>> =
            self.problem.declared.iter().map(|d| Arc::new(d.symbol.clone())).collect();
        bindings.sizes(&symbols).map_err(|e| match e {
            EvaluateError::ShapeMismatch { name, expected, because, given } if because.is_empty() => {
                Error::WrongShape { name, expected, given }
            }
            other => other.into(),
        })?;
        for d in &self.problem.declared {
            let s = &d.symbol;
            if let Some(t) = self.bound.values.get(&*s.name).or_else(|| self.bound.starts.get(&*s.name)) {
                in_range(s, t)?;
            }
        }
        Ok(())
    }
}

/// The parts of [`Initial`] that borrow from the binder.
struct InitialOf<'b> {
    binder: &'b Binder<'b>,
    name: &'b str,
    table: Option<&'b Dataset>,
    base: Option<&'b Path>,
}

impl InitialOf<'_> {
    fn value(&self, ast: &syntax::Ast) -> Result<Tensor<f64>, Pending> {
        let binder = self.binder;
        let initial = Initial {
            name: self.name,
            table: self.table,
            base: self.base,
            values: &binder.bound.values,
            declared: &|n| binder.declared(n).is_some(),
            size: &|n| binder.bound.sizes.get(n),
            is_size: &|n| binder.problem.declared.iter().any(|d| d.symbol.dim_names().any(|m| m == n)),
        };
        initial.value(ast)
    }
}

/// The place of an entry in words, from 1: `entry 3`, `row 2, column 5`.
pub(crate) fn place(shape: &[usize], k: usize) -> String {
    match shape {
        [] => "the value".to_owned(),
        [_] => format!("entry {}", k + 1),
        [_, columns] => format!("row {}, column {}", k / columns + 1, k % columns + 1),
        [_, rest @ ..] => {
            let inner: usize = rest.iter().product();
            format!("entry {} of slice {}", k % inner + 1, k / inner + 1)
        }
    }
}

/// Checks the declared range and properties of every entry.
fn in_range(s: &Symbol, t: &Tensor<f64>) -> Result<(), Error> {
    let name = || s.name.to_string();
    for (k, &value) in t.data.iter().enumerate() {
        let entry = || place(&t.shape, k);
        if !value.is_finite() {
            return Err(Error::NotFinite { name: name(), entry: entry(), value });
        }
        if let Some(expected) = broken(s, value) {
            return Err(Error::OutsideDomain { name: name(), entry: entry(), value, expected });
        }
    }
    matrix_properties(s, t)
}

/// What an entry should have been, if it is not.
fn broken(s: &Symbol, value: f64) -> Option<String> {
    let Domain { lower, upper, values } = &s.domain;
    if let Some(values) = values
        && !values.iter().any(|v| v.to_f64() == Some(value))
    {
        let set: Vec<String> = values.iter().map(ToString::to_string).collect();
        return Some(format!("in {{{}}}", set.join(", ")));
    }
    for (bound, sign, words) in [(lower, 1.0, ["> ", ">= "]), (upper, -1.0, ["< ", "<= "])] {
        if let Some(b) = bound {
            let at = b.at.to_f64().unwrap_or(f64::NAN);
            let beyond = sign * (value - at);
            if beyond < 0.0 || (b.strict && beyond == 0.0) {
                return Some(format!("{}{}", words[usize::from(!b.strict)], b.at));
            }
        }
    }
    let failed = |p: Property, holds: bool| (s.has(p) && !holds).then(|| p.word().to_owned());
    failed(Property::Positive, value > 0.0)
        .or_else(|| failed(Property::Nonneg, value >= 0.0))
        .or_else(|| failed(Property::Nonzero, value != 0.0))
        .or_else(|| failed(Property::Integer, value.fract() == 0.0))
}

/// Properties of a whole matrix that can be seen entry by entry.
fn matrix_properties(s: &Symbol, t: &Tensor<f64>) -> Result<(), Error> {
    let [rows, columns] = t.shape[..] else { return Ok(()) };
    for i in 0..rows {
        for j in 0..columns {
            let value = t.data[i * columns + j];
            let outside = |expected: &str| Error::OutsideDomain {
                name: s.name.to_string(),
                entry: place(&t.shape, i * columns + j),
                value,
                expected: expected.to_owned(),
            };
            if s.has(Property::Symmetric) && rows == columns {
                let other = t.data[j * columns + i];
                if (value - other).abs() > 1e-12 * value.abs().max(other.abs()) {
                    let words = format!("the entry opposite, {other}, though `{}` is symmetric", s.name);
                    return Err(outside(&words));
                }
            }
            let zero_by = [
                (Property::Diagonal, i != j),
                (Property::LowerTriangular, j > i),
                (Property::UpperTriangular, j < i),
            ];
            for (p, holds) in zero_by {
                if holds && s.properties.has(p) && value != 0.0 {
                    return Err(outside(&format!("0, as {} means", p.word())));
                }
            }
        }
    }
    Ok(())
}
