//! Named expressions compiled together, and bound to data.

use crate::graph::{Graph, Step};
use crate::kernel::Kernel;
use crate::lower::{LIMIT, Lowering};
use crate::view::{View, count};
use crate::workspace::Workspace;
use crate::{Error, schedule};
use gradus_expr::evaluate::{Bindings, EvaluateError};
use gradus_expr::{Expr, Role, Symbol, postorder};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::sync::Arc;

/// Named expressions over shared symbols: immutable, `Send + Sync`, and valid for every size.
///
/// ```
/// use gradus_expr::{Dim, Expr, Symbol, evaluate::{Bindings, Tensor}};
/// use gradus_program::Program;
/// let x = Expr::symbol(Symbol::new("x", vec![Dim::symbol("n")]));
/// let square = Expr::contract(&[(x.clone(), &[0]), (x, &[0])], &[], &[])?;
/// let program = Program::compile(&[("square", square)])?;
/// let mut workspace = program.bind(&Bindings::new().with_size("n", 2))?;
/// workspace.set("x", &[3.0, 4.0])?;
/// workspace.run()?;
/// assert_eq!(workspace.output("square"), Some(&[25.0][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Program {
    outputs: Vec<(String, Expr)>,
    symbols: Vec<Arc<Symbol>>,
}

/// An input of a bound program.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) buffer: usize,
    pub(crate) shape: Vec<usize>,
    pub(crate) is_variable: bool,
}

/// One thing to do.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    Kernel(Kernel),
    Step(Step),
}

/// A program at known sizes: what to do once, and what to do in each run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<(String, View)>,
    pub(crate) once: Vec<Item>,
    pub(crate) each: Vec<Item>,
    pub(crate) lengths: Vec<usize>,
    pub(crate) slots: usize,
}

/// Counts of what a bound program does in each run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Statistics {
    /// Fused kernels in each run.
    pub kernels: usize,
    /// Products, reductions and other whole-tensor steps in each run.
    pub steps: usize,
    /// Kernels and steps that were run once, when data were bound.
    pub once: usize,
    /// Numbers held in buffers: inputs, outputs and everything between.
    pub numbers: usize,
    /// Roughly the work of a run, in multiply-adds.
    pub work: f64,
}

impl Program {
    /// Compiles expressions together.
    ///
    /// # Errors
    /// [`Error::RepeatedOutput`] for an output name that stands twice, [`Error::ConflictingSymbols`] for two
    /// different symbols of one name.
    pub fn compile(outputs: &[(&str, Expr)]) -> Result<Program, Error> {
        let mut names = HashSet::new();
        if let Some((name, _)) = outputs.iter().find(|(name, _)| !names.insert(*name)) {
            return Err(Error::RepeatedOutput { name: (*name).to_owned() });
        }
        let exprs: Vec<Expr> = outputs.iter().map(|(_, e)| e.clone()).collect();
        let mut symbols: BTreeMap<String, Arc<Symbol>> = BTreeMap::new();
        for s in postorder(&exprs).iter().filter_map(Expr::as_symbol) {
            let known = symbols.entry(s.name.to_string()).or_insert_with(|| s.clone());
            if known != s {
                return Err(Error::ConflictingSymbols { name: s.name.to_string() });
            }
        }
        let outputs = outputs.iter().map(|(name, e)| ((*name).to_owned(), e.clone())).collect();
        Ok(Program { outputs, symbols: symbols.into_values().collect() })
    }

    /// The symbols that the program reads, in the order of their names.
    pub fn symbols(&self) -> &[Arc<Symbol>] {
        &self.symbols
    }

    /// The names of the outputs.
    pub fn outputs(&self) -> impl Iterator<Item = &str> {
        self.outputs.iter().map(|(name, _)| name.as_str())
    }

    /// Binds data and parameters (and, if wanted, first values of variables), finds all sizes, and computes what no
    /// variable reaches. Names that the program does not read are ignored.
    ///
    /// # Errors
    /// [`Error::Input`] for data or a parameter without a value, a shape that does not fit, an unknown size or a
    /// one-hot index out of range; [`Error::TooLarge`] for sizes beyond the limit of memory.
    pub fn bind(&self, bindings: &Bindings<f64>) -> Result<Workspace, Error> {
        let sizes = bindings.sizes(&self.symbols)?;
        let mut graph = Graph::default();
        let (mut inputs, mut buffers) = (Vec::new(), BTreeMap::new());
        for s in &self.symbols {
            let is_variable = s.role == Role::Var;
            if !is_variable && bindings.get(&s.name).is_none() {
                return Err(EvaluateError::Unbound { name: s.name.to_string() }.into());
            }
            let shape = s.shape.iter().map(|d| sizes.resolve(d)).collect::<Result<Vec<_>, _>>()?;
            let buffer = graph.buffer(count(&shape), 0, is_variable);
            buffers.insert(s.name.to_string(), buffer);
            inputs.push(Input { name: s.name.to_string(), buffer, shape, is_variable });
        }
        let mut lowering = Lowering::new(graph, sizes, buffers);
        let exprs: Vec<Expr> = self.outputs.iter().map(|(_, e)| e.clone()).collect();
        let views = lowering.outputs(&exprs)?;
        let mut graph = lowering.graph;
        let kernels = schedule::kernels(&mut graph);
        let needed = graph.buffers.iter().map(|b| b.len as u128).sum();
        if needed > LIMIT as u128 {
            return Err(Error::TooLarge { needed, limit: LIMIT });
        }
        let mut items: Vec<(bool, usize, Item)> =
            kernels.into_iter().map(|(v, s, k)| (v, s, Item::Kernel(k))).collect();
        items.extend(graph.steps.into_iter().map(|s| (s.varies, s.stage, Item::Step(s.step))));
        items.sort_by_key(|(_, stage, _)| *stage);
        let (each, once): (Vec<_>, Vec<_>) = items.into_iter().partition(|(varies, _, _)| *varies);
        let plan = Plan {
            inputs,
            outputs: self.outputs.iter().map(|(n, _)| n.clone()).zip(views).collect(),
            once: once.into_iter().map(|i| i.2).collect(),
            each: each.into_iter().map(|i| i.2).collect(),
            lengths: graph.buffers.iter().map(|b| b.len).collect(),
            slots: graph.slots,
        };
        let initial = graph.buffers.into_iter().enumerate().filter_map(|(k, b)| b.initial.map(|x| (k, x)));
        Workspace::new(Arc::new(plan), initial.collect(), bindings)
    }
}

impl Plan {
    pub(crate) fn statistics(&self) -> Statistics {
        let mut s =
            Statistics { once: self.once.len(), numbers: self.lengths.iter().sum(), ..Default::default() };
        for item in &self.each {
            match item {
                Item::Kernel(k) => {
                    s.kernels += 1;
                    s.work += k.work();
                }
                Item::Step(step) => {
                    s.steps += 1;
                    s.work += step_work(step);
                }
            }
        }
        s
    }

    /// What is done, a line each.
    pub(crate) fn explain(&self) -> String {
        let mut text = String::new();
        let name = |b: &usize| {
            let input = self.inputs.iter().find(|i| i.buffer == *b).map(|i| i.name.clone());
            input.unwrap_or_else(|| format!("#{b}"))
        };
        for (title, items) in [("once", &self.once), ("each run", &self.each)] {
            let _ = writeln!(text, "{title}:");
            for item in items {
                let _ = match item {
                    Item::Kernel(k) => {
                        let writes: Vec<String> = k.writes().map(|b| name(&b)).collect();
                        writeln!(
                            text,
                            "  kernel over {:?}: {} instructions, {} registers -> {}",
                            k.shape,
                            k.instrs.len(),
                            k.registers,
                            writes.join(" ")
                        )
                    }
                    Item::Step(s) => writeln!(text, "  {}", describe(s, &name)),
                };
            }
        }
        for (output, view) in &self.outputs {
            let _ = writeln!(text, "{output} = {} {:?}", name(&view.buffer), view.shape);
        }
        text
    }
}

fn step_work(step: &Step) -> f64 {
    let volume = |v: &View| v.len() as f64;
    match step {
        Step::Gemm { a, b, .. } => volume(a) * b.shape[2] as f64,
        Step::Reduce { x, .. } | Step::CumulativeSum { x, .. } => volume(x),
        Step::Gather { x, .. } | Step::Scatter { x, .. } => volume(x),
        Step::Factor { n, .. } | Step::Cholesky { n, .. } => (*n as f64).powi(3) / 3.0,
        Step::Ask { n, rhs, .. } => rhs.as_ref().map_or(0.0, |v| volume(v) * *n as f64),
    }
}

fn describe(step: &Step, name: &dyn Fn(&usize) -> String) -> String {
    match step {
        Step::Gemm { a, b, out } => format!(
            "product [{}x] {}x{} * {}x{}: {} {} -> {}",
            a.shape[0],
            a.shape[1],
            a.shape[2],
            b.shape[1],
            b.shape[2],
            name(&a.buffer),
            name(&b.buffer),
            name(out)
        ),
        Step::Reduce { reduction, x, axis, out } => {
            format!(
                "{} of {} {:?} along axis {axis} -> {}",
                reduction.name(),
                name(&x.buffer),
                x.shape,
                name(out)
            )
        }
        Step::CumulativeSum { x, backwards, out } => {
            let way = if *backwards { "backwards" } else { "forwards" };
            format!("running sum {way} of {} {:?} -> {}", name(&x.buffer), x.shape, name(out))
        }
        Step::Gather { x, index, out, .. } => {
            format!(
                "gather from {} by {} {:?} -> {}",
                name(&x.buffer),
                name(&index.buffer),
                x.shape,
                name(out)
            )
        }
        Step::Scatter { x, to, picks } => {
            let by: Vec<String> = picks.iter().map(|p| name(&p.index.buffer)).collect();
            format!("scatter {} {:?} by [{}] -> {}", name(&x.buffer), x.shape, by.join(" "), name(&to.buffer))
        }
        Step::Factor { a, n, slot, .. } => format!("factor {} of order {n} -> slot {slot}", name(&a.buffer)),
        Step::Ask { slot, ask, out, .. } => format!("{ask:?} from slot {slot} -> {}", name(out)),
        Step::Cholesky { a, n, out } => {
            format!("cholesky of {} of order {n} -> {}", name(&a.buffer), name(out))
        }
    }
}
