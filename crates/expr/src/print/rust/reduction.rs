//! Reductions along an axis, by loops over the other axes.

use super::sources;
use super::writer::{Value, Writer};
use crate::{Expr, Reduction};

impl Writer {
    /// Writes a reduction.
    pub(super) fn reduction(&mut self, e: &Expr, r: Reduction, x: &Expr, axis: usize) {
        let a = self.array(x);
        let (outer, inner) = (self.length(&x.shape()[..axis]), self.length(&x.shape()[axis + 1..]));
        let n = self.size(&x.shape()[axis]);
        let t = self.names.temporary();
        let body = match r {
            Reduction::Max => {
                self.functions.insert(sources::MAXIMUM);
                "(0..axis_count).map(axis_entry).fold(f64::NEG_INFINITY, maximum)".to_owned()
            }
            Reduction::Min => {
                self.functions.insert(sources::MINIMUM);
                "(0..axis_count).map(axis_entry).fold(f64::INFINITY, minimum)".to_owned()
            }
            Reduction::Prod => "(0..axis_count).map(axis_entry).product::<f64>()".to_owned(),
            Reduction::LogSumExp => {
                self.functions.insert(sources::MAXIMUM);
                self.call(sources::LOGSUMEXP, "logsumexp", "axis_count, axis_entry")
            }
            Reduction::ArgMax => self.call(sources::ARGMAX, "argmax", "axis_count, axis_entry"),
            Reduction::ArgMin => self.call(sources::ARGMAX, "argmax", "axis_count, |j| -axis_entry(j)"),
        };
        self.lines.push(format!("let mut {t} = vec![0.0f64; {outer} * {inner}];"));
        self.lines.push(format!("for i0 in 0..{outer} {{"));
        self.lines.push(format!("    for i1 in 0..{inner} {{"));
        self.lines.push(format!("        let (axis_count, axis_width) = ({n}, {inner});"));
        self.lines.push(format!(
            "        let axis_entry = |j: usize| {a}[(i0 * axis_count + j) * axis_width + i1];"
        ));
        self.lines.push(format!("        {t}[i0 * axis_width + i1] = {body};"));
        self.lines.push("    }".into());
        self.lines.push("}".into());
        let value = if e.is_scalar() { Value::Scalar(format!("{t}[0]")) } else { Value::Array(t) };
        self.values.insert(e.digest(), value);
    }
}
