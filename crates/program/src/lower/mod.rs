//! From expressions at known sizes to a graph of kernels and steps.
//!
//! Every distinct expression is lowered once (shared by digest). Symbols, constants and windows on them are loads;
//! sums and maps are elementwise nodes; contractions are taken apart by `structure` (windows, gathers, running
//! sums) and `contraction` (products of two); matrix functions share one factorisation of each matrix.

mod contraction;
mod structure;

use crate::Error;
use crate::graph::{Ask, Elem, Graph, Op, Staged, Step};
use crate::view::{View, count};
use gradus_expr::evaluate::{EvaluateError, Sizes};
use gradus_expr::{Constant, Dim, Expr, Function, Kind, MatrixFunction, Property, Rational, postorder};
use num_traits::ToPrimitive;
use std::collections::{BTreeMap, HashMap};

/// What an expression became.
#[derive(Clone, Debug)]
enum Value {
    Elem(Elem),
    /// The inverse of a factored matrix, computed only if something other than a product needs it.
    Inverse(usize),
}

/// An operand of a contraction.
#[derive(Clone, Debug)]
struct Term {
    value: Value,
    labels: Vec<usize>,
}

/// A matrix whose factorisation is wanted.
struct Matrix {
    a: View,
    n: usize,
    symmetric: bool,
    /// The slot of the factorisation of the matrix, and of its transpose.
    slots: [Option<usize>; 2],
    inverse: Option<Elem>,
}

pub(crate) struct Lowering {
    pub(crate) graph: Graph,
    sizes: Sizes,
    symbols: BTreeMap<String, usize>,
    values: HashMap<u128, Value>,
    matrices: Vec<Matrix>,
    matrix_of: HashMap<u128, usize>,
    /// The stage and dependence of each slot.
    slots: Vec<(usize, bool)>,
}

/// The most numbers that a program may hold: 16 GiB.
pub(crate) const LIMIT: usize = 1 << 31;

/// The float nearest to a rational.
fn float(r: &Rational) -> f64 {
    r.to_f64().unwrap_or(f64::NAN)
}

impl Lowering {
    /// A lowering whose symbols are in the given buffers.
    pub(crate) fn new(graph: Graph, sizes: Sizes, symbols: BTreeMap<String, usize>) -> Lowering {
        Lowering {
            graph,
            sizes,
            symbols,
            values: HashMap::new(),
            matrices: Vec::new(),
            matrix_of: HashMap::new(),
            slots: Vec::new(),
        }
    }

    pub(crate) fn size(&self, d: &Dim) -> Result<usize, Error> {
        Ok(self.sizes.resolve(d)?)
    }

    fn shape(&self, e: &Expr) -> Result<Vec<usize>, Error> {
        let shape = e.shape().iter().map(|d| self.size(d)).collect::<Result<Vec<_>, _>>()?;
        self.room(&shape)?;
        Ok(shape)
    }

    /// Refuses a tensor beyond the limit of memory.
    fn room(&self, shape: &[usize]) -> Result<(), Error> {
        let needed = shape.iter().fold(1u128, |p, n| p.saturating_mul(*n as u128));
        if needed > LIMIT as u128 { Err(Error::TooLarge { needed, limit: LIMIT }) } else { Ok(()) }
    }

    /// Lowers all outputs; answers a contiguous window for each.
    pub(crate) fn outputs(&mut self, outputs: &[Expr]) -> Result<Vec<View>, Error> {
        for node in postorder(outputs) {
            // Structures stay what they are inside contractions.
            if matches!(node.kind(), Kind::Structure(_) | Kind::OneHot { .. }) {
                continue;
            }
            let value = self.node(&node)?;
            self.values.insert(node.digest(), value);
        }
        let mut views = Vec::with_capacity(outputs.len());
        for e in outputs {
            let elem = self.operand(e)?;
            views.push(self.graph.contiguous(elem));
        }
        Ok(views)
    }

    /// The elementwise node of an operand; structures are written out.
    fn operand(&mut self, e: &Expr) -> Result<Elem, Error> {
        if let Some(v) = self.values.get(&e.digest()).cloned() {
            return Ok(self.elem_of(&v));
        }
        let elem = self.written_out(e)?;
        self.values.insert(e.digest(), Value::Elem(elem));
        Ok(elem)
    }

    fn elem_of(&mut self, v: &Value) -> Elem {
        match v {
            Value::Elem(e) => *e,
            Value::Inverse(id) => self.inverse(*id),
        }
    }

    fn node(&mut self, e: &Expr) -> Result<Value, Error> {
        let shape = self.shape(e)?;
        Ok(Value::Elem(match e.kind() {
            Kind::Symbol(s) => match self.symbols.get(&*s.name) {
                Some(buffer) => self.graph.load(View::whole(*buffer, &shape)),
                None => return Err(EvaluateError::Unbound { name: s.name.to_string() }.into()),
            },
            Kind::Constant(c) => {
                let value = match c {
                    Constant::Rational(r) => float(r),
                    Constant::Pi => std::f64::consts::PI,
                    Constant::E => std::f64::consts::E,
                };
                self.graph.elem(&[], Op::Constant(value))
            }
            Kind::Size(d) => {
                let value = self.size(d)? as f64;
                self.graph.elem(&[], Op::Constant(value))
            }
            Kind::Structure(_) | Kind::OneHot { .. } => self.written_out(e)?,
            Kind::Sum(terms) => self.sum(terms, &shape)?,
            Kind::Contract(c) => self.contract(c)?,
            Kind::Map(f, args) => self.map(*f, args, &shape)?,
            Kind::Reduce(reduction, x, axis) => {
                let elem = self.operand(x)?;
                let x = self.graph.view(elem);
                let (reduction, axis) = (*reduction, *axis);
                let out = self.graph.step(&[&x], count(&shape), |out| Step::Reduce {
                    reduction,
                    x: x.clone(),
                    axis,
                    out,
                });
                self.graph.load(View::whole(out, &shape))
            }
            Kind::Matrix(f, x) => return self.matrix(*f, x),
        }))
    }

    fn sum(&mut self, terms: &[(Rational, Expr)], shape: &[usize]) -> Result<Elem, Error> {
        let (mut list, mut constant) = (Vec::with_capacity(terms.len()), 0.0);
        for (c, e) in terms {
            let elem = self.operand(e)?;
            match self.graph.elems[elem].op {
                Op::Constant(v) => constant += float(c) * v,
                Op::Load(_) | Op::Linear(..) | Op::Product(_) | Op::Map(..) | Op::MatVec { .. } => {
                    list.push((float(c), elem));
                }
            }
        }
        let op = if list.is_empty() { Op::Constant(constant) } else { Op::Linear(list, constant) };
        Ok(self.graph.elem(shape, op))
    }

    fn map(&mut self, f: Function, args: &[Expr], shape: &[usize]) -> Result<Elem, Error> {
        let list = args.iter().map(|a| self.operand(a)).collect::<Result<Vec<_>, _>>()?;
        let known: Option<Vec<f64>> = list
            .iter()
            .map(|e| match self.graph.elems[*e].op {
                Op::Constant(c) => Some(c),
                Op::Load(_) | Op::Linear(..) | Op::Product(_) | Op::Map(..) | Op::MatVec { .. } => None,
            })
            .collect();
        let op = match known {
            Some(x) => Op::Constant(gradus_expr::evaluate::Number::apply(f, &x)),
            None => Op::Map(f, list),
        };
        Ok(self.graph.elem(shape, op))
    }

    fn matrix(&mut self, f: MatrixFunction, x: &Expr) -> Result<Value, Error> {
        let n = self.size(&x.shape()[0])?;
        if f == MatrixFunction::Cholesky {
            let elem = self.operand(x)?;
            let a = self.graph.view(elem);
            let out = self.graph.step(&[&a], n * n, |out| Step::Cholesky { a: a.clone(), n, out });
            return Ok(Value::Elem(self.graph.load(View::whole(out, &[n, n]))));
        }
        let id = match self.matrix_of.get(&x.digest()) {
            Some(id) => *id,
            None => {
                let elem = self.operand(x)?;
                let a = self.graph.view(elem);
                let symmetric = x.as_symbol().is_some_and(|s| s.has(Property::Symmetric));
                self.matrices.push(Matrix { a, n, symmetric, slots: [None; 2], inverse: None });
                self.matrix_of.insert(x.digest(), self.matrices.len() - 1);
                self.matrices.len() - 1
            }
        };
        if f == MatrixFunction::Inverse {
            return Ok(Value::Inverse(id));
        }
        let slot = self.factor(id, false);
        let after = self.slots[slot];
        let out = self.ask(slot, n, Ask::Value(f), None, 1, after);
        Ok(Value::Elem(self.graph.load(View::whole(out, &[]))))
    }

    /// The slot with the factorisation of a matrix, or of its transpose.
    fn factor(&mut self, id: usize, transposed: bool) -> usize {
        let m = &self.matrices[id];
        let transposed = transposed && !m.symmetric;
        if let Some(slot) = m.slots[usize::from(transposed)] {
            return slot;
        }
        let (mut a, n, symmetric) = (m.a.clone(), m.n, m.symmetric);
        if transposed {
            a.strides.swap(0, 1);
        }
        let slot = self.graph.slots;
        self.graph.slots += 1;
        let (stage, varies) = self.graph.after([&a]);
        self.graph.steps.push(Staged { step: Step::Factor { a, n, slot, symmetric }, stage, varies });
        self.slots.push((stage + 1, varies));
        self.matrices[id].slots[usize::from(transposed)] = Some(slot);
        slot
    }

    /// Asks a factorisation, from the stage and with the dependence that are given at least.
    fn ask(
        &mut self,
        slot: usize,
        n: usize,
        ask: Ask,
        rhs: Option<View>,
        len: usize,
        (stage, varies): (usize, bool),
    ) -> usize {
        let (s, v) = self.graph.after(&rhs);
        let (stage, varies) = (stage.max(s), varies | v);
        let out = self.graph.buffer(len, stage, varies);
        self.graph.steps.push(Staged { step: Step::Ask { slot, n, ask, rhs, out }, stage, varies });
        out
    }

    fn inverse(&mut self, id: usize) -> Elem {
        if let Some(e) = self.matrices[id].inverse {
            return e;
        }
        let n = self.matrices[id].n;
        let slot = self.factor(id, false);
        let after = self.slots[slot];
        let out = self.ask(slot, n, Ask::Value(MatrixFunction::Inverse), None, n * n, after);
        let e = self.graph.load(View::whole(out, &[n, n]));
        self.matrices[id].inverse = Some(e);
        e
    }
}
