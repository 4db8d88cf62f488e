//! A lowered program: buffers, elementwise nodes over them, sums of elementwise nodes, and whole-tensor steps.
//!
//! Everything has a *stage*: what is stored at one stage may be read from the next stage on. Elementwise nodes of
//! one stage and one shape, their sums and their products with a matrix are later fused into one kernel.

use crate::view::{View, count};
use gradus_expr::{Function, MatrixFunction, Reduction};

/// The number of an elementwise node.
pub(crate) type Elem = usize;

/// A block of memory.
#[derive(Clone, Debug)]
pub(crate) struct Buffer {
    pub(crate) len: usize,
    /// The stage that writes it; 0 for what is there before.
    pub(crate) stage: usize,
    /// Does it depend on a variable?
    pub(crate) varies: bool,
    /// What it holds at first, when that is not all zeros.
    pub(crate) initial: Option<Vec<f64>>,
}

/// What an elementwise node computes; operands have its shape.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// Reads a window, of the node's shape.
    Load(View),
    /// The same number everywhere.
    Constant(f64),
    /// `constant + sum of coefficient * operand`.
    Linear(Vec<(f64, Elem)>, f64),
    /// The product of the operands.
    Product(Vec<Elem>),
    /// A function of the operands.
    Map(Function, Vec<Elem>),
    /// `matrix * vector`, an entry for each row of the matrix, whose rows are contiguous.
    MatVec { matrix: View, vector: View },
}

#[derive(Clone, Debug)]
pub(crate) struct ElemNode {
    pub(crate) op: Op,
    pub(crate) shape: Vec<usize>,
    pub(crate) stage: usize,
    pub(crate) varies: bool,
    /// Where the values are stored, when something needs them stored.
    pub(crate) stored: Option<usize>,
}

/// A sum that a kernel computes beside its elementwise work, into `out` (contiguous).
#[derive(Clone, Debug)]
pub(crate) struct Sink {
    pub(crate) elem: Elem,
    pub(crate) out: usize,
    pub(crate) kind: SinkKind,
}

#[derive(Clone, Debug)]
pub(crate) enum SinkKind {
    /// The sum over the last axes, together of this length: every run of entries gives one sum.
    Runs(usize),
    /// The entry at each position is added to the place that these strides give; 0 for a summed axis.
    Strided(Vec<isize>),
    /// `matrix' * elem`, whose rows are contiguous.
    VecMat(View),
}

/// What a factorisation is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ask {
    Value(MatrixFunction),
    Solve,
}

/// A computation on whole tensors.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// `out[b, i, j] = sum over k of a[b, i, k] * b[b, k, j]`; views of three axes, out contiguous.
    Gemm { a: View, b: View, out: usize },
    /// A reduction along an axis of the view.
    Reduce { reduction: Reduction, x: View, axis: usize, out: usize },
    /// Running sums along the last axis, forwards or backwards.
    CumulativeSum { x: View, backwards: bool, out: usize },
    /// `out[p] = x[place(p) + (index[p] - 1) * stride]`, both views of one shape.
    Gather { x: View, index: View, stride: isize, classes: usize, out: usize },
    /// `out[place(p) + sum of (index[p] - 1) * stride] += x[p]`, after zeros; `to` is the window of places.
    Scatter { x: View, to: View, picks: Vec<Pick> },
    /// Factors an n x n window into a slot.
    Factor { a: View, n: usize, slot: usize, symmetric: bool },
    /// Asks a factored slot; the right-hand side of a solve is a matrix view.
    Ask { slot: usize, n: usize, ask: Ask, rhs: Option<View>, out: usize },
    /// The lower triangular Cholesky factor.
    Cholesky { a: View, n: usize, out: usize },
}

/// An index array that chooses places in a scatter.
#[derive(Clone, Debug)]
pub(crate) struct Pick {
    pub(crate) index: View,
    pub(crate) stride: isize,
    pub(crate) classes: usize,
}

/// A step with its stage.
#[derive(Clone, Debug)]
pub(crate) struct Staged {
    pub(crate) step: Step,
    pub(crate) stage: usize,
    pub(crate) varies: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    pub(crate) buffers: Vec<Buffer>,
    pub(crate) elems: Vec<ElemNode>,
    pub(crate) sinks: Vec<Sink>,
    pub(crate) steps: Vec<Staged>,
    /// How many factorisation slots there are.
    pub(crate) slots: usize,
}

impl Graph {
    pub(crate) fn buffer(&mut self, len: usize, stage: usize, varies: bool) -> usize {
        self.buffers.push(Buffer { len, stage, varies, initial: None });
        self.buffers.len() - 1
    }

    /// A buffer of known numbers.
    pub(crate) fn known(&mut self, data: Vec<f64>) -> usize {
        let len = data.len();
        self.buffers.push(Buffer { len, stage: 0, varies: false, initial: Some(data) });
        self.buffers.len() - 1
    }

    /// The first stage that may read the views, and whether one varies.
    pub(crate) fn after<'a>(&self, views: impl IntoIterator<Item = &'a View>) -> (usize, bool) {
        views.into_iter().fold((0, false), |(stage, varies), v| {
            let b = &self.buffers[v.buffer];
            (stage.max(b.stage + 1), varies | b.varies)
        })
    }

    pub(crate) fn elem(&mut self, shape: &[usize], op: Op) -> Elem {
        let over = |operands: &mut dyn Iterator<Item = Elem>| {
            operands.fold((0, false), |(s, v), e| (s.max(self.elems[e].stage), v | self.elems[e].varies))
        };
        let (stage, varies) = match &op {
            Op::Load(v) => self.after([v]),
            Op::Constant(_) => (0, false),
            Op::Linear(terms, _) => over(&mut terms.iter().map(|t| t.1)),
            Op::Product(list) | Op::Map(_, list) => over(&mut list.iter().copied()),
            Op::MatVec { matrix, vector } => self.after([matrix, vector]),
        };
        self.elems.push(ElemNode { op, shape: shape.to_vec(), stage, varies, stored: None });
        self.elems.len() - 1
    }

    pub(crate) fn load(&mut self, view: View) -> Elem {
        let shape = view.shape.clone();
        self.elem(&shape, Op::Load(view))
    }

    /// A window with the values of a node, which are stored if they are not yet.
    pub(crate) fn view(&mut self, e: Elem) -> View {
        if let Op::Load(v) = &self.elems[e].op {
            return v.clone();
        }
        let node = &self.elems[e];
        let (shape, stage, varies) = (node.shape.clone(), node.stage, node.varies);
        let buffer = match node.stored {
            Some(b) => b,
            None => {
                let b = self.buffer(count(&shape), stage, varies);
                self.elems[e].stored = Some(b);
                b
            }
        };
        View::whole(buffer, &shape)
    }

    /// A contiguous window with the values of a node.
    pub(crate) fn contiguous(&mut self, e: Elem) -> View {
        let view = self.view(e);
        if view.is_contiguous() {
            View { strides: crate::view::contiguous_strides(&view.shape), ..view }
        } else {
            self.copy(view)
        }
    }

    /// A contiguous copy of a window.
    pub(crate) fn copy(&mut self, view: View) -> View {
        let shape = view.shape.clone();
        // A sum of one term, since a load of its own would be read in place.
        let load = self.load(view);
        let copy = self.elem(&shape, Op::Linear(vec![(1.0, load)], 0.0));
        self.view(copy)
    }

    /// Adds a step whose output buffer has `len` entries; `make` builds it from the buffer's number.
    pub(crate) fn step(&mut self, reads: &[&View], len: usize, make: impl FnOnce(usize) -> Step) -> usize {
        let (stage, varies) = self.after(reads.iter().copied());
        let out = self.buffer(len, stage, varies);
        self.steps.push(Staged { step: make(out), stage, varies });
        out
    }

    /// Adds a sum beside the elementwise node, with an output buffer of `len` entries.
    pub(crate) fn sink(&mut self, elem: Elem, len: usize, kind: SinkKind) -> usize {
        let (mut stage, mut varies) = (self.elems[elem].stage, self.elems[elem].varies);
        if let SinkKind::VecMat(matrix) = &kind {
            let (s, v) = self.after([matrix]);
            stage = stage.max(s);
            varies |= v;
        }
        if (stage, varies) != (self.elems[elem].stage, self.elems[elem].varies) {
            // The kernel must run when the matrix is there: read the node again at that stage.
            let view = self.view(elem);
            let load = self.load(view);
            self.elems[load].stage = self.elems[load].stage.max(stage);
            self.elems[load].varies |= varies;
            stage = self.elems[load].stage;
            let out = self.buffer(len, stage, varies);
            self.sinks.push(Sink { elem: load, out, kind });
            return out;
        }
        let out = self.buffer(len, stage, varies);
        self.sinks.push(Sink { elem, out, kind });
        out
    }
}
