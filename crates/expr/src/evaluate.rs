//! The reference evaluator: slow, plain, over any kind of number.
//!
//! Every node is computed once, operands first, by the definition of its operation, on full tensors. It is the
//! judge of faster ways: compiled programs, rewritten expressions and derivatives (by a complex step) are
//! tested against it. Work is limited by a stated fuel, so that an absurd size is refused before memory is
//! taken for it.
//!
//! Cost: the product of all index ranges for a contraction. Use `gradus-program` where speed matters.

mod complex;
mod contraction;
mod matrix;
mod number;
mod reduction;
mod sizes;

pub use complex::Complex;
pub use number::Number;
pub use sizes::Sizes;

use crate::{Constant, Contraction, Dim, Expr, Function, Kind, Symbol, postorder, show_shape};
use contraction::{Operand, contract};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A dense tensor, its last axis contiguous; a scalar has the shape `[]` and one entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor<T> {
    /// The length of every axis.
    pub shape: Vec<usize>,
    /// The entries, last index fastest.
    pub data: Vec<T>,
}

impl<T> Tensor<T> {
    /// A tensor without axes.
    pub fn scalar(x: T) -> Tensor<T> {
        Tensor { shape: Vec::new(), data: vec![x] }
    }

    /// A tensor with one axis.
    pub fn vector(data: Vec<T>) -> Tensor<T> {
        Tensor { shape: vec![data.len()], data }
    }

    /// A tensor of the given shape; `None` when the number of entries is not the shape's.
    pub fn new(shape: Vec<usize>, data: Vec<T>) -> Option<Tensor<T>> {
        let count = shape.iter().try_fold(1usize, |c, n| c.checked_mul(*n));
        (count == Some(data.len())).then_some(Tensor { shape, data })
    }
}

/// The values of symbols and of sizes that no symbol's shape tells.
#[derive(Clone, Debug)]
pub struct Bindings<T> {
    tensors: BTreeMap<String, Tensor<T>>,
    sizes: Sizes,
    /// How many steps (loop turns and entries written) an evaluation may take; 10^8 at first.
    pub fuel: u64,
}

impl<T> Default for Bindings<T> {
    fn default() -> Self {
        Bindings { tensors: BTreeMap::new(), sizes: Sizes::default(), fuel: 100_000_000 }
    }
}

impl<T> Bindings<T> {
    /// No values yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With the value of a symbol.
    #[must_use]
    pub fn with(mut self, name: &str, value: Tensor<T>) -> Self {
        self.set(name, value);
        self
    }

    /// With the value of a named size; needed only when no bound symbol's shape tells it.
    #[must_use]
    pub fn with_size(mut self, name: &str, value: usize) -> Self {
        self.sizes.set(name, value, "the given sizes");
        self
    }

    /// Sets the value of a symbol.
    pub fn set(&mut self, name: &str, value: Tensor<T>) {
        self.tensors.insert(name.to_owned(), value);
    }

    /// The value of a symbol.
    pub fn get(&self, name: &str) -> Option<&Tensor<T>> {
        self.tensors.get(name)
    }

    /// The values of the named sizes that follow from the bound ones among `symbols`, whose shapes are checked.
    ///
    /// # Errors
    /// [`EvaluateError::ShapeMismatch`] for a value of another shape than its symbol's.
    pub fn sizes(&self, symbols: &[Arc<Symbol>]) -> Result<Sizes, EvaluateError> {
        let mut bound = Vec::new();
        for s in symbols {
            let name: &str = &s.name;
            let Some(t) = self.get(name) else { continue };
            let wrong_count = t.shape.iter().product::<usize>() != t.data.len();
            if t.shape.len() != s.shape.len() || wrong_count {
                return Err(self.mismatch(name, &s.shape, &t.shape, &self.sizes));
            }
            bound.push((name, s.shape.as_slice(), t.shape.as_slice()));
        }
        let mut sizes = self.sizes.clone();
        sizes.learn_all(bound.iter().copied());
        for (name, shape, given) in bound {
            for (d, v) in shape.iter().zip(given) {
                if sizes.missing(d).next().is_none() && sizes.value(d) != Some(*v) {
                    return Err(self.mismatch(name, shape, given, &sizes));
                }
            }
        }
        Ok(sizes)
    }

    fn mismatch(&self, name: &str, shape: &[Dim], given: &[usize], sizes: &Sizes) -> EvaluateError {
        EvaluateError::ShapeMismatch {
            name: name.into(),
            expected: show_shape(shape),
            because: sizes.evidence(shape.iter().flat_map(Dim::names)),
            given: given.to_vec(),
        }
    }
}

/// Why an expression could not be evaluated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message names every field")]
pub enum EvaluateError {
    /// A symbol without a value.
    #[error("{name} has no value")]
    Unbound { name: String },
    /// A value of another shape than the symbol's.
    #[error("{name} must be {expected} with {because}, but was given {given:?}")]
    ShapeMismatch { name: String, expected: String, because: String, given: Vec<usize> },
    /// A size that the bound shapes do not tell, or that is negative.
    #[error("the size {dim} is not known or not possible: {because}")]
    UnknownSize { dim: String, because: String },
    /// A one-hot index that is no integer from 1 to the number of classes.
    #[error("index entry {position} is {value}, not an integer from 1 to {classes}")]
    IndexOutOfRange { position: usize, value: f64, classes: usize },
    /// More steps than the fuel allows.
    #[error("the evaluation needs more than the {limit} steps allowed")]
    OutOfFuel { limit: u64 },
}

/// The steps that are left.
struct Fuel {
    left: u64,
    limit: u64,
}

impl Fuel {
    fn spend(&mut self, steps: u64) -> Result<(), EvaluateError> {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(EvaluateError::OutOfFuel { limit: self.limit }),
        }
    }

    /// A tensor full of `x`, paid for before it is allocated.
    fn filled<T: Clone>(&mut self, shape: &[usize], x: T) -> Result<Tensor<T>, EvaluateError> {
        let count = shape.iter().try_fold(1usize, |c, n| c.checked_mul(*n));
        let count = count.ok_or(EvaluateError::OutOfFuel { limit: self.limit })?;
        self.spend(count as u64)?;
        Ok(Tensor { shape: shape.to_vec(), data: vec![x; count] })
    }
}

fn size_of(sizes: &Sizes, d: &Dim) -> Result<usize, EvaluateError> {
    sizes.resolve(d)
}

/// The value of an expression.
///
/// ```
/// use gradus_expr::{Dim, Expr, Symbol, evaluate::{Bindings, Tensor, evaluate}};
/// let x = Expr::symbol(Symbol::new("x", vec![Dim::symbol("n")]));
/// let square = Expr::contract(&[(x.clone(), &[0]), (x, &[0])], &[], &[]).unwrap();
/// let bindings = Bindings::new().with("x", Tensor::vector(vec![3.0, 4.0]));
/// assert_eq!(evaluate(&square, &bindings).unwrap().data, [25.0]);
/// ```
///
/// # Errors
/// [`EvaluateError`]: a symbol without a value, shapes that disagree, an unknown size, an index out of range, or
/// more steps than the bindings' fuel.
pub fn evaluate<T: Number>(e: &Expr, bindings: &Bindings<T>) -> Result<Tensor<T>, EvaluateError> {
    let mut values = evaluate_all(std::slice::from_ref(e), bindings)?;
    values.pop().ok_or(EvaluateError::OutOfFuel { limit: bindings.fuel })
}

/// The values of several expressions, shared parts computed once.
///
/// # Errors
/// As [`evaluate`].
pub fn evaluate_all<T: Number>(
    roots: &[Expr],
    bindings: &Bindings<T>,
) -> Result<Vec<Tensor<T>>, EvaluateError> {
    let nodes = postorder(roots);
    let symbols: Vec<Arc<Symbol>> = nodes.iter().filter_map(|e| e.as_symbol().cloned()).collect();
    if let Some(s) = symbols.iter().find(|s| bindings.get(&s.name).is_none()) {
        return Err(EvaluateError::Unbound { name: s.name.to_string() });
    }
    let sizes = bindings.sizes(&symbols)?;
    let fuel = Fuel { left: bindings.fuel, limit: bindings.fuel };
    let mut run = Run { bindings, sizes, fuel, values: HashMap::new() };
    for node in &nodes {
        // Structures become numbers only where an operation other than a contraction asks.
        if !is_structural(node) {
            let value = run.node(node)?;
            run.values.insert(node.digest(), value);
        }
    }
    roots
        .iter()
        .map(|e| {
            run.materialise(e)?;
            run.dense(e).cloned()
        })
        .collect()
}

fn is_structural(e: &Expr) -> bool {
    matches!(e.kind(), Kind::Structure(_) | Kind::OneHot { .. })
}

struct Run<'a, T> {
    bindings: &'a Bindings<T>,
    sizes: Sizes,
    fuel: Fuel,
    values: HashMap<u128, Tensor<T>>,
}

impl<T: Number> Run<'_, T> {
    fn dense(&self, e: &Expr) -> Result<&Tensor<T>, EvaluateError> {
        let unbound = || EvaluateError::Unbound { name: format!("{e:?}") };
        match e.as_symbol() {
            Some(s) => self.bindings.get(&s.name).ok_or_else(unbound),
            None => self.values.get(&e.digest()).ok_or_else(unbound),
        }
    }

    fn shape(&self, e: &Expr) -> Result<Vec<usize>, EvaluateError> {
        e.shape().iter().map(|d| size_of(&self.sizes, d)).collect()
    }

    /// Writes a structural tensor out in full, as the contraction of it alone.
    fn materialise(&mut self, e: &Expr) -> Result<(), EvaluateError> {
        if !is_structural(e) || self.values.contains_key(&e.digest()) {
            return Ok(());
        }
        let labels = (0..e.rank() as u16).collect();
        let c = Contraction { operands: vec![(e.clone(), labels)], rank: e.rank(), dims: e.shape().to_vec() };
        let value = self.contraction(&c)?;
        self.values.insert(e.digest(), value);
        Ok(())
    }

    fn contraction(&mut self, c: &Contraction) -> Result<Tensor<T>, EvaluateError> {
        // The fuel is taken out while the operands are borrowed.
        let mut fuel = Fuel { left: self.fuel.left, limit: self.fuel.limit };
        let mut operands = Vec::with_capacity(c.operands.len());
        for (e, _) in &c.operands {
            operands.push(match e.kind() {
                Kind::Structure(s) => Operand::Structure(s.clone()),
                Kind::OneHot { index, .. } => Operand::OneHot(self.dense(index)?),
                Kind::Symbol(_)
                | Kind::Constant(_)
                | Kind::Size(_)
                | Kind::Sum(_)
                | Kind::Contract(_)
                | Kind::Map(..)
                | Kind::Reduce(..)
                | Kind::Matrix(..) => Operand::Dense(self.dense(e)?),
            });
        }
        let value = contract(c, operands, &self.sizes, &mut fuel)?;
        self.fuel = fuel;
        Ok(value)
    }

    fn node(&mut self, e: &Expr) -> Result<Tensor<T>, EvaluateError> {
        for child in e.children() {
            let in_place = matches!(e.kind(), Kind::Contract(_)) && is_structural(child);
            if !in_place {
                self.materialise(child)?;
            }
        }
        match e.kind() {
            // Symbols are read in place; this is only a marker.
            Kind::Symbol(_) => Ok(Tensor { shape: Vec::new(), data: Vec::new() }),
            Kind::Constant(Constant::Rational(r)) => Ok(Tensor::scalar(T::from_rational(r))),
            Kind::Constant(Constant::Pi) => Ok(Tensor::scalar(T::from_f64(std::f64::consts::PI))),
            Kind::Constant(Constant::E) => Ok(Tensor::scalar(T::from_f64(std::f64::consts::E))),
            Kind::Size(d) => Ok(Tensor::scalar(T::from_f64(size_of(&self.sizes, d)? as f64))),
            Kind::Structure(_) | Kind::OneHot { .. } => {
                self.materialise(e)?;
                self.dense(e).cloned()
            }
            Kind::Sum(terms) => {
                let shape = self.shape(e)?;
                let mut out = self.fuel.filled(&shape, T::from_f64(0.0))?;
                for (c, term) in terms {
                    self.fuel.spend(out.data.len() as u64)?;
                    let c = T::from_rational(c);
                    for (o, x) in out.data.iter_mut().zip(&self.dense(term)?.data) {
                        *o = *o + c * *x;
                    }
                }
                Ok(out)
            }
            Kind::Contract(c) => self.contraction(c),
            Kind::Map(f, args) => self.map(*f, e, args),
            Kind::Reduce(r, x, axis) => {
                let shape = self.shape(e)?;
                let mut out = self.fuel.filled(&shape, T::from_f64(0.0))?;
                self.fuel.spend(self.dense(x)?.data.len() as u64)?;
                reduction::reduce(*r, self.dense(x)?, *axis, &mut out.data);
                Ok(out)
            }
            Kind::Matrix(f, x) => {
                let n = size_of(&self.sizes, &x.shape()[0])?;
                self.fuel.spend((n as u64).saturating_pow(3))?;
                let data = matrix::matrix_function(*f, &self.dense(x)?.data, n);
                Ok(Tensor { shape: self.shape(e)?, data })
            }
        }
    }

    fn map(&mut self, f: Function, e: &Expr, args: &[Expr]) -> Result<Tensor<T>, EvaluateError> {
        let shape = self.shape(e)?;
        let mut out = self.fuel.filled(&shape, T::from_f64(0.0))?;
        let operands = args.iter().map(|a| self.dense(a)).collect::<Result<Vec<_>, _>>()?;
        let mut x = vec![T::from_f64(0.0); operands.len()];
        for (k, o) in out.data.iter_mut().enumerate() {
            for (slot, t) in x.iter_mut().zip(&operands) {
                *slot = t.data[k];
            }
            *o = T::apply(f, &x);
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests;
