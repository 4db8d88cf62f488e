//! Steps on whole tensors: products, reductions, running sums, gathers, scatters and factorisations.

use crate::graph::{Ask, Step};
use crate::math::{self, Operand};
use crate::view::{View, count};
use crate::{Error, Warning};
use gradus_expr::evaluate::EvaluateError;
use gradus_expr::{MatrixFunction, Reduction};
use gradus_linalg::{Cholesky, LinalgError, Lu, Matrix};

/// A factored matrix.
#[derive(Clone, Debug)]
pub(crate) enum Factored {
    Cholesky(Cholesky),
    Lu(Lu),
    /// NaN or an infinity was in it.
    NonFinite,
}

/// Runs one step.
pub(crate) fn run(
    step: &Step,
    buffers: &mut [Vec<f64>],
    slots: &mut [Option<Factored>],
    warnings: &mut Vec<Warning>,
) -> Result<(), Error> {
    match step {
        Step::Gemm { a, b, out } => {
            writing(buffers, *out, |buffers, data| gemm(a, b, buffers, data));
            Ok(())
        }
        Step::Reduce { reduction, x, axis, out } => {
            writing(buffers, *out, |buffers, data| reduce(*reduction, x, *axis, &buffers[x.buffer], data));
            Ok(())
        }
        Step::CumulativeSum { x, backwards, out } => {
            writing(buffers, *out, |buffers, data| {
                x.read(&buffers[x.buffer], 0, data);
                let n = x.shape.last().copied().unwrap_or(1).max(1);
                for line in data.chunks_exact_mut(n) {
                    let mut total = 0.0;
                    let mut add = |v: &mut f64| {
                        total += *v;
                        *v = total;
                    };
                    if *backwards {
                        line.iter_mut().rev().for_each(&mut add)
                    } else {
                        line.iter_mut().for_each(&mut add)
                    }
                }
            });
            Ok(())
        }
        Step::Gather { x, index, stride, classes, out } => {
            let mut result = Ok(());
            writing(buffers, *out, |buffers, data| {
                for (k, o) in data.iter_mut().enumerate() {
                    match class(index, k, *classes, buffers) {
                        Ok(c) => *o = buffers[x.buffer][(x.place(k) as isize + c as isize * stride) as usize],
                        Err(e) => {
                            result = Err(e);
                            return;
                        }
                    }
                }
            });
            result
        }
        Step::Scatter { x, to, picks } => {
            let mut result = Ok(());
            writing(buffers, to.buffer, |buffers, data| {
                data.fill(0.0);
                for k in 0..count(&x.shape) {
                    let mut place = to.place(k) as isize;
                    for p in picks {
                        match class(&p.index, k, p.classes, buffers) {
                            Ok(c) => place += c as isize * p.stride,
                            Err(e) => {
                                result = Err(e);
                                return;
                            }
                        }
                    }
                    data[place as usize] += buffers[x.buffer][x.place(k)];
                }
            });
            result
        }
        Step::Factor { a, n, slot, symmetric } => {
            slots[*slot] = Some(factor(&matrix(a, *n, buffers), *symmetric));
            Ok(())
        }
        Step::Ask { slot, n, ask, rhs, out } => {
            let factored = slots[*slot].as_ref();
            writing(buffers, *out, |buffers, data| {
                let rhs = rhs.as_ref().map(|v| &buffers[v.buffer][v.offset as usize..][..v.len()]);
                match factored.map(|f| answer(f, *n, *ask, rhs, warnings)) {
                    Some(Some(values)) => data.copy_from_slice(&values),
                    Some(None) | None => data.fill(f64::NAN),
                }
            });
            Ok(())
        }
        Step::Cholesky { a, n, out } => {
            let m = matrix(a, *n, buffers);
            let data = &mut buffers[*out];
            match Cholesky::factor(&m) {
                Ok(c) => data.copy_from_slice(c.lower().data()),
                Err(e) => {
                    data.fill(f64::NAN);
                    warnings.push(match e {
                        LinalgError::NotPositiveDefinite { pivot, .. } => {
                            Warning::NotPositiveDefinite { order: *n, pivot: pivot + 1 }
                        }
                        _ => Warning::NonFinite { operation: "cholesky", order: *n },
                    });
                }
            }
            Ok(())
        }
    }
}

/// Takes the output's memory out while the other buffers are read.
fn writing(buffers: &mut [Vec<f64>], out: usize, f: impl FnOnce(&[Vec<f64>], &mut [f64])) {
    let mut data = std::mem::take(&mut buffers[out]);
    f(buffers, &mut data);
    buffers[out] = data;
}

/// The class, from 0, at position k of an index array.
fn class(index: &View, k: usize, classes: usize, buffers: &[Vec<f64>]) -> Result<usize, Error> {
    let value = buffers[index.buffer][index.place(k)];
    if value.fract() == 0.0 && value >= 1.0 && value <= classes as f64 {
        Ok(value as usize - 1)
    } else {
        Err(EvaluateError::IndexOutOfRange { position: k + 1, value, classes }.into())
    }
}

fn gemm(a: &View, b: &View, buffers: &[Vec<f64>], out: &mut [f64]) {
    let (m, k, n) = (a.shape[1], a.shape[2], b.shape[2]);
    if m * n == 0 {
        return;
    }
    for (batch, c) in out.chunks_exact_mut(m * n).enumerate() {
        let window = |v: &View| {
            let from = (v.offset + batch as isize * v.strides[0]) as usize;
            let data = buffers[v.buffer].get(from..).unwrap_or(&[]);
            let strides = (v.strides[1] as usize, v.strides[2] as usize);
            gradus_linalg::View::strided(data, (v.shape[1], v.shape[2]), strides)
        };
        let product = window(a).and_then(|a| {
            let b = window(b)?;
            let mut c = gradus_linalg::ViewMut::row_major(c, m, n)?;
            gradus_linalg::gemm(1.0, a, b, 0.0, &mut c)
        });
        // The shapes were checked when the step was made.
        debug_assert!(product.is_ok(), "{m} {k} {n}");
        if product.is_err() {
            c.fill(f64::NAN);
        }
    }
}

fn reduce(r: Reduction, x: &View, axis: usize, data: &[f64], out: &mut [f64]) {
    let (n, step) = (x.shape[axis], x.strides[axis]);
    let rest = x.clone_without(axis);
    for (k, o) in out.iter_mut().enumerate() {
        let start = rest.place(k) as isize;
        let at = |j: usize| data[(start + j as isize * step) as usize];
        *o = along(r, n, at);
    }
}

/// The first entry that none exceeds in `sign * x`; a NaN exceeds everything.
fn first_best(n: usize, at: impl Fn(usize) -> f64, sign: f64) -> Option<usize> {
    let mut best = 0;
    for k in 1..n {
        let (b, v) = (sign * at(best), sign * at(k));
        if !b.is_nan() && (v > b || v.is_nan()) {
            best = k;
        }
    }
    (n > 0).then_some(best)
}

fn along(r: Reduction, n: usize, at: impl Fn(usize) -> f64) -> f64 {
    match r {
        Reduction::Max => first_best(n, &at, 1.0).map_or(f64::NEG_INFINITY, &at),
        Reduction::Min => first_best(n, &at, -1.0).map_or(f64::INFINITY, &at),
        Reduction::Prod => (0..n).map(&at).product(),
        Reduction::ArgMax => first_best(n, &at, 1.0).map_or(f64::NAN, |k| (k + 1) as f64),
        Reduction::ArgMin => first_best(n, &at, -1.0).map_or(f64::NAN, |k| (k + 1) as f64),
        Reduction::LogSumExp => {
            let m = first_best(n, &at, 1.0).map_or(f64::NEG_INFINITY, &at);
            if !m.is_finite() {
                return m;
            }
            m + sum_exp(n, |j| at(j) - m).ln()
        }
    }
}

/// The sum of `exp(at(j))`, in blocks of vector instructions.
fn sum_exp(n: usize, at: impl Fn(usize) -> f64) -> f64 {
    let (mut x, mut y, mut total) = ([0.0; 64], [0.0; 64], 0.0);
    for start in (0..n).step_by(64) {
        let len = (n - start).min(64);
        x[..len].iter_mut().enumerate().for_each(|(j, v)| *v = at(start + j));
        math::exp(Operand::Many(&x[..len]), &mut y[..len]);
        total += math::sum(Operand::Many(&y[..len]), len);
    }
    total
}

fn matrix(a: &View, n: usize, buffers: &[Vec<f64>]) -> Matrix {
    let mut m = Matrix::zeros(n, n);
    a.read(&buffers[a.buffer], 0, m.data_mut());
    m
}

/// By Cholesky when the matrix is symmetric with a positive diagonal and that succeeds, else by LU.
fn factor(a: &Matrix, symmetric: bool) -> Factored {
    let n = a.rows();
    let data = a.data();
    let looks_definite = (0..n).all(|i| data[i * n + i] > 0.0)
        && (0..n).all(|i| (0..i).all(|j| symmetric || data[i * n + j] == data[j * n + i]));
    if looks_definite && let Ok(c) = Cholesky::factor(a) {
        return Factored::Cholesky(c);
    }
    Lu::factor(a).map_or(Factored::NonFinite, Factored::Lu)
}

/// The value asked for; `None`, with a warning, where it is not defined.
fn answer(
    f: &Factored,
    n: usize,
    ask: Ask,
    rhs: Option<&[f64]>,
    warnings: &mut Vec<Warning>,
) -> Option<Vec<f64>> {
    let operation = match ask {
        Ask::Value(f) => f.name(),
        Ask::Solve => "solve",
    };
    let right = |b: Option<&[f64]>| {
        let b = b.unwrap_or(&[]);
        Matrix::from_vec(n, b.len() / n.max(1), b.to_vec())
    };
    let value = match (f, ask) {
        (Factored::NonFinite, _) => {
            warnings.push(Warning::NonFinite { operation, order: n });
            return None;
        }
        (Factored::Cholesky(c), Ask::Value(MatrixFunction::Inverse)) => c.inverse().map(Matrix::into_vec),
        (Factored::Cholesky(c), Ask::Value(MatrixFunction::LogDet)) => Ok(vec![c.log_det()]),
        (Factored::Cholesky(c), Ask::Value(MatrixFunction::Det)) => {
            let root: f64 = c.lower().data().iter().step_by(n + 1).product();
            Ok(vec![root * root])
        }
        (Factored::Cholesky(c), Ask::Value(MatrixFunction::Cholesky)) => Ok(c.lower().into_vec()),
        (Factored::Cholesky(c), Ask::Solve) => {
            right(rhs).and_then(|b| c.solve_matrix(&b)).map(Matrix::into_vec)
        }
        (Factored::Lu(l), Ask::Value(MatrixFunction::Inverse)) => l.inverse().map(Matrix::into_vec),
        (Factored::Lu(l), Ask::Value(MatrixFunction::Det)) => Ok(vec![l.det()]),
        (Factored::Lu(l), Ask::Value(MatrixFunction::LogDet)) => {
            let (sign, log) = l.log_det();
            Ok(vec![if sign < 0.0 { f64::NAN } else { log }])
        }
        (Factored::Lu(_), Ask::Value(MatrixFunction::Cholesky)) => Ok(vec![f64::NAN; n * n]),
        (Factored::Lu(l), Ask::Solve) => right(rhs).and_then(|b| l.solve_matrix(&b)).map(Matrix::into_vec),
    };
    match value {
        Ok(v) => Some(v),
        Err(LinalgError::Singular { pivot }) => {
            warnings.push(Warning::Singular { operation, order: n, pivot: pivot + 1 });
            None
        }
        Err(_) => {
            warnings.push(Warning::NonFinite { operation, order: n });
            None
        }
    }
}
