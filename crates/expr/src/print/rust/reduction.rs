//! Reductions along an axis, by loops over the other axes.

use super::writer::{Value, Writer};
use crate::{Expr, Reduction};

impl Writer {
    /// Writes a reduction.
    pub(super) fn reduction(&mut self, e: &Expr, r: Reduction, x: &Expr, axis: usize) {
        let a = self.array(x);
        let (outer, inner) = (self.length(&x.shape()[..axis]), self.length(&x.shape()[axis + 1..]));
        let n = self.size(&x.shape()[axis]);
        let t = self.names.temporary();
        let at = "axis_entry(j)";
        let body = match r {
            Reduction::Max => "(0..axis_count).map(axis_entry).fold(f64::NEG_INFINITY, f64::max)".to_owned(),
            Reduction::Min => "(0..axis_count).map(axis_entry).fold(f64::INFINITY, f64::min)".to_owned(),
            Reduction::Prod => "(0..axis_count).map(axis_entry).product::<f64>()".to_owned(),
            Reduction::LogSumExp => {
                "{ let top = (0..axis_count).map(axis_entry).fold(f64::NEG_INFINITY, f64::max); if top.is_infinite() \
                 { top } else { top + (0..axis_count).map(|j| (axis_entry(j) - top).exp()).sum::<f64>().ln() } }"
                    .to_owned()
            }
            Reduction::ArgMax => {
                format!("(1 + (0..axis_count).fold(0, |best, j| if {at} > axis_entry(best) {{ j }} else {{ best }})) as f64")
            }
            Reduction::ArgMin => {
                format!("(1 + (0..axis_count).fold(0, |best, j| if {at} < axis_entry(best) {{ j }} else {{ best }})) as f64")
            }
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
