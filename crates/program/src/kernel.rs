//! Fused elementwise work in blocks of 1,024 entries.
//!
//! A kernel walks a shape in row-major order. For each block it computes its instructions into registers of one
//! block each (which stay in the first-level cache), then stores and sums what is asked for. Blocks are grouped in
//! chunks, which threads share; how the shape is cut depends on its size alone, and sums over chunks are added in
//! order, so the bits do not depend on the number of threads.

use crate::math::{self, Operand};
use crate::schedule::MOST_STORES;
use crate::view::{View, count};
use gradus_expr::Function;
use std::sync::Mutex;

/// Entries in a block.
pub(crate) const BLOCK: usize = 1024;
/// Work, in units of about a nanosecond, from which chunks go to threads.
const PARALLEL: f64 = 50_000.0;

/// Where an operand of an instruction is.
#[derive(Clone, Debug)]
pub(crate) enum Arg {
    Reg(usize),
    /// The buffer's entries from `offset` on, in the order of the kernel's shape.
    Slice {
        buffer: usize,
        offset: usize,
    },
    /// One entry of a buffer for all.
    Scalar {
        buffer: usize,
        place: usize,
    },
    Number(f64),
}

#[derive(Clone, Debug)]
pub(crate) enum KernelOp {
    Read(View),
    MatVec { matrix: View, vector: View },
    Linear(Vec<(f64, Arg)>, f64),
    Product(Vec<Arg>),
    Map(Function, Vec<Arg>),
}

impl KernelOp {
    /// The registers that are read.
    pub(crate) fn registers(&self) -> Vec<usize> {
        let reg = |a: &Arg| match a {
            Arg::Reg(r) => Some(*r),
            Arg::Slice { .. } | Arg::Scalar { .. } | Arg::Number(_) => None,
        };
        match self {
            KernelOp::Read(_) | KernelOp::MatVec { .. } => Vec::new(),
            KernelOp::Linear(terms, _) => terms.iter().filter_map(|t| reg(&t.1)).collect(),
            KernelOp::Product(list) | KernelOp::Map(_, list) => list.iter().filter_map(reg).collect(),
        }
    }

    /// Roughly the nanoseconds for an entry.
    fn cost(&self) -> f64 {
        match self {
            KernelOp::Read(_) => 1.0,
            KernelOp::MatVec { matrix, .. } => matrix.shape[1] as f64 * 0.5,
            KernelOp::Linear(terms, _) => 0.2 * terms.len() as f64,
            KernelOp::Product(list) => 0.2 * list.len() as f64,
            KernelOp::Map(f, _) => math::cost(*f),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Instr {
    pub(crate) to: usize,
    pub(crate) op: KernelOp,
}

#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) arg: Arg,
    pub(crate) buffer: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum KernelSink {
    /// Sums of runs of this length.
    Runs(usize),
    /// Adds each entry to its place.
    Strided(View),
    /// Adds each entry times the matrix's row of its number.
    VecMat(View),
}

/// Entries written for each entry walked: `chunk / per` a chunk, from the argument.
#[derive(Clone, Debug)]
struct Direct {
    arg: Arg,
    buffer: usize,
    per: usize,
}

/// A sum over everything, for which each chunk has a place of its own at `at`.
#[derive(Clone, Debug)]
struct Partial {
    arg: Arg,
    buffer: usize,
    at: usize,
    len: usize,
    sink: KernelSink,
}

/// A compiled fused loop.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    pub(crate) shape: Vec<usize>,
    pub(crate) instrs: Vec<Instr>,
    pub(crate) registers: usize,
    len: usize,
    direct: Vec<Direct>,
    partial: Vec<Partial>,
    /// The entries of all partial sums of one chunk.
    partial_len: usize,
    chunk: usize,
    parallel: bool,
    cost: f64,
}

/// What a chunk writes: entry by entry, and its own partial sums.
struct Target<'a> {
    direct: [&'a mut [f64]; MOST_STORES],
    partial: &'a mut [f64],
}

/// The registers of each thread.
pub(crate) type Scratch = Vec<Mutex<Vec<Vec<f64>>>>;

impl Kernel {
    pub(crate) fn new(
        shape: &[usize],
        instrs: Vec<Instr>,
        registers: usize,
        stores: Vec<Store>,
        sinks: Vec<(Arg, usize, usize, KernelSink)>,
    ) -> Kernel {
        let len = count(shape);
        let mut direct: Vec<Direct> =
            stores.into_iter().map(|s| Direct { arg: s.arg, buffer: s.buffer, per: 1 }).collect();
        let (mut partial, mut at) = (Vec::new(), 0);
        let mut cost: f64 = 0.2 + instrs.iter().map(|i| i.op.cost()).sum::<f64>();
        for (arg, buffer, out_len, sink) in sinks {
            match sink {
                KernelSink::Runs(per) if per > 0 => direct.push(Direct { arg, buffer, per }),
                sink => {
                    cost += match &sink {
                        KernelSink::VecMat(m) => m.shape[1] as f64 * 0.3,
                        KernelSink::Strided(_) | KernelSink::Runs(_) => 0.3,
                    };
                    partial.push(Partial { arg, buffer, at, len: out_len, sink });
                    at += out_len;
                }
            }
        }
        // Runs stay whole in a chunk; lengths of runs in one shape divide one another.
        let align = direct.iter().map(|d| d.per).max().unwrap_or(1);
        let most_chunks = (1usize << 21).checked_div(at).map_or(256, |most| most.clamp(1, 64));
        let least = ((20_000.0 / cost) as usize).max(1);
        let chunk = len.div_ceil(most_chunks).max(least).next_multiple_of(align.max(1));
        let chunk = if align == 1 { chunk.next_multiple_of(BLOCK) } else { chunk }.max(1);
        let parallel = len > chunk && len as f64 * cost > PARALLEL;
        Kernel {
            shape: shape.to_vec(),
            instrs,
            registers,
            len,
            direct,
            partial,
            partial_len: at,
            chunk,
            parallel,
            cost,
        }
    }

    fn chunks(&self) -> usize {
        self.len.div_ceil(self.chunk)
    }

    /// The entries of scratch for partial sums.
    pub(crate) fn partial_total(&self) -> usize {
        self.partial_len * self.chunks()
    }

    /// Roughly the multiply-adds and function calls.
    pub(crate) fn work(&self) -> f64 {
        self.len as f64 * self.cost
    }

    /// The buffers that are written.
    pub(crate) fn writes(&self) -> impl Iterator<Item = usize> + '_ {
        self.direct.iter().map(|d| d.buffer).chain(self.partial.iter().map(|p| p.buffer))
    }

    /// Runs the kernel; `partial` has room for [`Kernel::partial_total`] entries.
    pub(crate) fn run(&self, buffers: &mut [Vec<f64>], scratch: &Scratch, partial: &mut [f64]) {
        let mut written: [Vec<f64>; MOST_STORES] = Default::default();
        for (slot, d) in written.iter_mut().zip(&self.direct) {
            *slot = std::mem::take(&mut buffers[d.buffer]);
        }
        let partial = &mut partial[..self.partial_total()];
        if self.len > 0 {
            let target =
                Target { direct: written.each_mut().map(|v| v.as_mut_slice()), partial: &mut *partial };
            self.chunks_in(0, self.chunks(), target, buffers, scratch);
        }
        for (slot, d) in written.iter_mut().zip(&self.direct) {
            buffers[d.buffer] = std::mem::take(slot);
        }
        for p in &self.partial {
            let out = &mut buffers[p.buffer];
            out.fill(0.0);
            for chunk in partial.chunks_exact(self.partial_len.max(1)) {
                out.iter_mut().zip(&chunk[p.at..p.at + p.len]).for_each(|(o, x)| *o += x);
            }
        }
    }

    /// Chunks `first..last`, halved between threads.
    fn chunks_in(
        &self,
        first: usize,
        last: usize,
        target: Target<'_>,
        buffers: &[Vec<f64>],
        scratch: &Scratch,
    ) {
        if last - first > 1 && self.parallel {
            let middle = first + (last - first) / 2;
            let (left, right) = self.split(target, middle - first);
            rayon::join(
                || self.chunks_in(first, middle, left, buffers, scratch),
                || self.chunks_in(middle, last, right, buffers, scratch),
            );
            return;
        }
        let thread = rayon::current_thread_index().map_or(0, |k| k + 1) % scratch.len().max(1);
        let Some(mut registers) = scratch.get(thread).and_then(|m| m.lock().ok()) else { return };
        let mut rest = target;
        for k in first..last {
            let (now, later) = self.split(rest, 1);
            rest = later;
            self.chunk(k, now, buffers, &mut registers);
        }
    }

    fn split<'a>(&self, target: Target<'a>, chunks: usize) -> (Target<'a>, Target<'a>) {
        let mut right: [&mut [f64]; MOST_STORES] = Default::default();
        let mut left: [&mut [f64]; MOST_STORES] = Default::default();
        for (k, (slice, d)) in target.direct.into_iter().zip(&self.direct).enumerate() {
            let at = (chunks * self.chunk / d.per).min(slice.len());
            (left[k], right[k]) = slice.split_at_mut(at);
        }
        let (a, b) = target.partial.split_at_mut(chunks * self.partial_len);
        (Target { direct: left, partial: a }, Target { direct: right, partial: b })
    }

    fn chunk(&self, k: usize, target: Target<'_>, buffers: &[Vec<f64>], registers: &mut [Vec<f64>]) {
        let Target { mut direct, partial } = target;
        partial.fill(0.0);
        for (slice, d) in direct.iter_mut().zip(&self.direct) {
            if d.per > 1 {
                slice.fill(0.0);
            }
        }
        let (from, to) = (k * self.chunk, ((k + 1) * self.chunk).min(self.len));
        for start in (from..to).step_by(BLOCK) {
            let n = BLOCK.min(to - start);
            for i in &self.instrs {
                // The register is taken out while its operands are read.
                let mut out = std::mem::take(&mut registers[i.to]);
                let block = Block { buffers, registers, start, n };
                block.compute(&i.op, &mut out[..n]);
                registers[i.to] = out;
            }
            let block = Block { buffers, registers, start, n };
            for (slice, d) in direct.iter_mut().zip(&self.direct) {
                let x = block.operand(&d.arg);
                if d.per == 1 {
                    math::copy(x, &mut slice[start - from..start - from + n]);
                } else {
                    add_runs(x, n, start - from, d.per, slice);
                }
            }
            for p in &self.partial {
                let out = &mut partial[p.at..p.at + p.len];
                block.add(&p.sink, block.operand(&p.arg), out);
            }
        }
    }
}

/// Adds `x`, entries `start..start + n` of a chunk, to the sums of runs of length `per`.
fn add_runs(x: Operand<'_>, n: usize, start: usize, per: usize, out: &mut [f64]) {
    let mut at = 0;
    while at < n {
        let run = (start + at) / per;
        let len = ((run + 1) * per - start - at).min(n - at);
        out[run] += math::sum(x.part(at, len), len);
        at += len;
    }
}

/// One block of a kernel's walk.
struct Block<'a> {
    buffers: &'a [Vec<f64>],
    registers: &'a [Vec<f64>],
    start: usize,
    n: usize,
}

impl Block<'_> {
    fn operand(&self, a: &Arg) -> Operand<'_> {
        match a {
            Arg::Reg(r) => Operand::Many(&self.registers[*r][..self.n]),
            Arg::Slice { buffer, offset } => {
                let from = offset + self.start;
                Operand::Many(&self.buffers[*buffer][from..from + self.n])
            }
            Arg::Scalar { buffer, place } => Operand::One(self.buffers[*buffer][*place]),
            Arg::Number(x) => Operand::One(*x),
        }
    }

    fn compute(&self, op: &KernelOp, out: &mut [f64]) {
        match op {
            KernelOp::Read(v) => v.read(&self.buffers[v.buffer], self.start, out),
            KernelOp::MatVec { matrix, vector } => {
                let w = &self.buffers[vector.buffer][vector.offset as usize..][..matrix.shape[1]];
                let rows = matrix.offset as usize + self.start * matrix.strides[0] as usize;
                math::rows_times_vector(
                    &self.buffers[matrix.buffer][rows..],
                    matrix.strides[0] as usize,
                    w,
                    out,
                );
            }
            KernelOp::Linear(terms, c) => match terms.as_slice() {
                [] => out.fill(*c),
                [(k, a)] => math::scale(*k, self.operand(a), *c, out),
                [(k, a), (l, b), rest @ ..] => {
                    math::combine(*k, self.operand(a), *l, self.operand(b), *c, out);
                    rest.iter().for_each(|(k, a)| math::add_scaled(*k, self.operand(a), out));
                }
            },
            KernelOp::Product(list) => match list.as_slice() {
                [] => out.fill(1.0),
                [a] => math::copy(self.operand(a), out),
                [a, b, rest @ ..] => {
                    math::multiply(self.operand(a), self.operand(b), out);
                    rest.iter().for_each(|a| math::multiply_by(self.operand(a), out));
                }
            },
            KernelOp::Map(f, list) => match list.as_slice() {
                [a] => math::unary(*f, self.operand(a), out),
                [a, b] => math::binary(*f, self.operand(a), self.operand(b), out),
                [a, b, c] => math::ternary(*f, [self.operand(a), self.operand(b), self.operand(c)], out),
                _ => out.fill(f64::NAN),
            },
        }
    }

    fn add(&self, sink: &KernelSink, x: Operand<'_>, out: &mut [f64]) {
        match sink {
            KernelSink::Strided(to) if to.is_scalar() => out[0] += math::sum(x, self.n),
            KernelSink::Strided(to) => {
                let last = to.shape.len() - 1;
                let (width, step) = (to.shape[last], to.strides[last] as usize);
                let mut at = 0;
                while at < self.n {
                    let position = self.start + at;
                    let len = (width - position % width).min(self.n - at);
                    let place = to.place(position);
                    let part = x.part(at, len);
                    match step {
                        0 => out[place] += math::sum(part, len),
                        1 => math::add_scaled(1.0, part, &mut out[place..place + len]),
                        _ => (0..len).for_each(|k| out[place + k * step] += part.at(k)),
                    }
                    at += len;
                }
            }
            KernelSink::VecMat(m) => {
                let rows = m.offset as usize + self.start * m.strides[0] as usize;
                math::add_vector_times_rows(
                    x,
                    self.n,
                    &self.buffers[m.buffer][rows..],
                    m.strides[0] as usize,
                    out,
                );
            }
            // Runs of no entries: the sums are zero.
            KernelSink::Runs(_) => {}
        }
    }
}
