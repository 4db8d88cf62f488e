//! Which elementwise nodes are computed together, in which order, with which registers.
//!
//! Nodes of one stage and one shape form a group, and each group becomes one kernel. A node that only one later
//! group needs is computed there instead of being stored; a node that no variable reaches is computed once and
//! kept, unless it is larger than what it is made from (then it is computed again where it is used).

use crate::graph::{Elem, Graph, Op, Sink, SinkKind};
use crate::kernel::{Arg, Instr, Kernel, KernelOp, KernelSink, Store};
use crate::view::{View, count};
use std::collections::{BTreeMap, BTreeSet};

/// What runs together: (varies, stage, shape).
type Group = (bool, usize, Vec<usize>);

/// How many buffers one kernel writes entry by entry; more are split over several kernels.
pub(crate) const MOST_STORES: usize = 16;

/// The kernels, each with its stage and whether it depends on a variable.
pub(crate) fn kernels(graph: &mut Graph) -> Vec<(bool, usize, Kernel)> {
    let sources = source_sizes(graph);
    let mut needed: Vec<BTreeSet<Group>> = vec![BTreeSet::new(); graph.elems.len()];
    for s in &graph.sinks {
        needed[s.elem].insert(own_group(graph, s.elem));
    }
    let mut members: BTreeMap<Group, Vec<Elem>> = BTreeMap::new();
    for e in (0..graph.elems.len()).rev() {
        let places = places(graph, e, &needed[e], &sources);
        for g in places {
            for o in operands(&graph.elems[e].op) {
                needed[o].insert(g.clone());
            }
            members.entry(g).or_default().push(e);
        }
    }
    let mut list = Vec::new();
    for (group, mut elems) in members {
        elems.reverse();
        let sinks: Vec<Sink> =
            graph.sinks.iter().filter(|s| own_group(graph, s.elem) == group).cloned().collect();
        let stored = |e: &Elem| {
            let node = &graph.elems[*e];
            node.stored.filter(|_| own_group(graph, *e) == group).map(|b| (*e, b))
        };
        let stores: Vec<(Elem, usize)> = elems.iter().filter_map(stored).collect();
        let (runs, partial): (Vec<Sink>, Vec<Sink>) =
            sinks.into_iter().partition(|s| matches!(s.kind, SinkKind::Runs(_)));
        // Most kernels need one turn of this loop.
        let (mut stores, mut runs, mut partial) = (stores.as_slice(), runs.as_slice(), partial.as_slice());
        while !(stores.is_empty() && runs.is_empty() && partial.is_empty()) {
            let (some, rest) = stores.split_at(stores.len().min(MOST_STORES));
            stores = rest;
            let (few, rest) = runs.split_at(runs.len().min(MOST_STORES - some.len()));
            runs = rest;
            let sinks: Vec<&Sink> = few.iter().chain(std::mem::take(&mut partial)).collect();
            list.push((group.0, group.1, Emitter::kernel(graph, &group.2, &elems, some, &sinks)));
        }
    }
    list
}

fn own_group(graph: &Graph, e: Elem) -> Group {
    let node = &graph.elems[e];
    (node.varies, node.stage, node.shape.clone())
}

fn operands(op: &Op) -> Vec<Elem> {
    match op {
        Op::Load(_) | Op::Constant(_) | Op::MatVec { .. } => Vec::new(),
        Op::Linear(terms, _) => terms.iter().map(|t| t.1).collect(),
        Op::Product(list) | Op::Map(_, list) => list.clone(),
    }
}

/// For every node the length of the largest buffer that it reads, through its operands.
fn source_sizes(graph: &Graph) -> Vec<usize> {
    let mut sizes = vec![0; graph.elems.len()];
    for e in 0..graph.elems.len() {
        sizes[e] = match &graph.elems[e].op {
            Op::Load(v) => graph.buffers[v.buffer].len,
            Op::MatVec { .. } => usize::MAX / 8,
            other => operands(other).into_iter().map(|o| sizes[o]).max().unwrap_or(0),
        };
    }
    sizes
}

/// The groups in which a node is computed; elsewhere it is read from where it is stored.
fn places(graph: &mut Graph, e: Elem, needed: &BTreeSet<Group>, sources: &[usize]) -> Vec<Group> {
    let own = own_group(graph, e);
    let node = &graph.elems[e];
    if matches!(node.op, Op::Load(_) | Op::Constant(_)) {
        return match node.stored {
            Some(_) => needed.iter().cloned().chain([own]).collect::<BTreeSet<_>>().into_iter().collect(),
            None => needed.iter().cloned().collect(),
        };
    }
    if node.stored.is_some() {
        return vec![own];
    }
    if needed.is_empty() {
        return Vec::new();
    }
    let expanding = count(&node.shape) > sources[e].saturating_mul(4);
    let once_in_time = needed.iter().all(|g| g.0 == node.varies);
    if (once_in_time && needed.len() == 1) || (!once_in_time && expanding) {
        return needed.iter().cloned().collect();
    }
    if needed.len() == 1 && needed.contains(&own) {
        return vec![own];
    }
    graph.view(e);
    vec![own]
}

/// Writes one kernel's instructions, giving registers back after their last use.
struct Emitter {
    args: BTreeMap<Elem, Arg>,
    uses: BTreeMap<Elem, usize>,
    free: Vec<usize>,
    registers: usize,
    instrs: Vec<Instr>,
}

impl Emitter {
    fn kernel(
        graph: &Graph,
        shape: &[usize],
        members: &[Elem],
        stores: &[(Elem, usize)],
        sinks: &[&Sink],
    ) -> Kernel {
        // Only what these outputs need, which is everything unless the kernel was split.
        let mut wanted: BTreeSet<Elem> =
            stores.iter().map(|s| s.0).chain(sinks.iter().map(|s| s.elem)).collect();
        let inside: BTreeSet<Elem> = members.iter().copied().collect();
        let mut uses: BTreeMap<Elem, usize> = wanted.iter().map(|e| (*e, usize::MAX / 2)).collect();
        for e in members.iter().rev() {
            if wanted.contains(e) {
                for o in operands(&graph.elems[*e].op) {
                    *uses.entry(o).or_insert(0) += 1;
                    if inside.contains(&o) {
                        wanted.insert(o);
                    }
                }
            }
        }
        let mut out =
            Emitter { args: BTreeMap::new(), uses, free: Vec::new(), registers: 0, instrs: Vec::new() };
        for e in members.iter().filter(|e| wanted.contains(e)) {
            out.emit(graph, *e);
        }
        let arg = |e: Elem| out.args.get(&e).cloned().unwrap_or(Arg::Number(f64::NAN));
        let stores = stores.iter().map(|(e, buffer)| Store { arg: arg(*e), buffer: *buffer }).collect();
        let sinks = sinks
            .iter()
            .map(|s| {
                let kind = match &s.kind {
                    SinkKind::Strided(strides) => {
                        let window = View {
                            buffer: s.out,
                            offset: 0,
                            shape: shape.to_vec(),
                            strides: strides.clone(),
                        };
                        KernelSink::Strided(window.collapsed())
                    }
                    SinkKind::Runs(n) => KernelSink::Runs(*n),
                    SinkKind::VecMat(m) => KernelSink::VecMat(m.clone()),
                };
                (arg(s.elem), s.out, graph.buffers[s.out].len, kind)
            })
            .collect();
        Kernel::new(shape, out.instrs, out.registers, stores, sinks)
    }

    fn arg(&mut self, graph: &Graph, e: Elem) -> Arg {
        let arg = match self.args.get(&e) {
            Some(a) => a.clone(),
            None => match graph.elems[e].stored {
                Some(buffer) => Arg::Slice { buffer, offset: 0 },
                None => Arg::Number(f64::NAN),
            },
        };
        if let Some(left) = self.uses.get_mut(&e) {
            *left -= 1;
            if let (0, Arg::Reg(r)) = (*left, &arg) {
                self.free.push(*r);
            }
        }
        arg
    }

    fn emit(&mut self, graph: &Graph, e: Elem) {
        let op = match &graph.elems[e].op {
            Op::Constant(c) => {
                self.args.insert(e, Arg::Number(*c));
                return;
            }
            Op::Load(v) if v.is_scalar() => {
                let arg = Arg::Scalar { buffer: v.buffer, place: v.offset as usize };
                self.args.insert(e, arg);
                return;
            }
            Op::Load(v) if v.is_contiguous() => {
                let arg = Arg::Slice { buffer: v.buffer, offset: v.offset as usize };
                self.args.insert(e, arg);
                return;
            }
            Op::Load(v) => KernelOp::Read(v.collapsed()),
            Op::MatVec { matrix, vector } => {
                KernelOp::MatVec { matrix: matrix.clone(), vector: vector.clone() }
            }
            Op::Linear(terms, c) => KernelOp::Linear(
                terms.iter().map(|(k, o)| (*k, *o)).map(|(k, o)| (k, self.arg(graph, o))).collect(),
                *c,
            ),
            Op::Product(list) => KernelOp::Product(list.iter().map(|o| self.arg(graph, *o)).collect()),
            Op::Map(f, list) => KernelOp::Map(*f, list.iter().map(|o| self.arg(graph, *o)).collect()),
        };
        // The operands' registers were given back, but the result may not overwrite them while they are read.
        let reads: Vec<usize> = op.registers();
        let register = match self.free.iter().position(|r| !reads.contains(r)) {
            Some(k) => self.free.swap_remove(k),
            None => {
                self.registers += 1;
                self.registers - 1
            }
        };
        self.instrs.push(Instr { to: register, op });
        self.args.insert(e, Arg::Reg(register));
    }
}
