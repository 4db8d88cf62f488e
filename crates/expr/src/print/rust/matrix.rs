//! Functions of square matrices, as calls of functions that are written before the code.

use super::sources;
use super::writer::{Value, Writer};
use crate::{Expr, MatrixFunction};

impl Writer {
    /// Writes a function of a square matrix.
    pub(super) fn matrix(&mut self, e: &Expr, f: MatrixFunction, x: &Expr) {
        let (a, n) = (self.array(x), self.size(&x.shape()[0]));
        let (source, name) = match f {
            MatrixFunction::Inverse => (sources::INVERSE, "inverse"),
            MatrixFunction::Det => (sources::DET, "det"),
            MatrixFunction::LogDet => (sources::LOGDET, "logdet"),
            MatrixFunction::Cholesky => (sources::CHOLESKY, "cholesky"),
        };
        if f != MatrixFunction::Cholesky {
            self.functions.insert(sources::LU);
        }
        let call = self.call(source, name, &format!("&{a}, {n}"));
        let t = self.names.temporary();
        self.lines.push(format!("let {t} = {call};"));
        self.values.insert(e.digest(), if e.is_scalar() { Value::Scalar(t) } else { Value::Array(t) });
    }
}
