//! Contractions in Python: `@`, `.T` and broadcasting where they fit, `einsum` where they do not.
//!
//! Tensors of zeros and ones become idioms first: slices, takes, cumulative sums, reshapes. What remains is
//! contracted in pairs as matrix products, vectors before matrices, an inverse as a solution of equations;
//! then multiplied entry by entry; and what fits nothing is one `einsum`.

mod core;
mod entrywise;
mod idiom;
mod labels;
mod matmul;

use super::text::{Text, level};
use super::writer::Writer;
use crate::{Contraction, Dim, Expr, Index, Kind, MatrixFunction, Structure};
use core::multiply;

/// A factor: its code, its indices, and of an inverse the matrix that is inverted.
struct Factor {
    node: Option<Expr>,
    text: Text,
    labels: Vec<Index>,
    inverse_of: Option<Text>,
}

impl Factor {
    fn new(text: Text, labels: Vec<Index>) -> Self {
        Factor { node: None, text, labels, inverse_of: None }
    }
}

/// A contraction on its way into Python.
struct Draft<'c> {
    product: &'c Contraction,
    /// Tensors of zeros and ones that are not written yet.
    structural: Vec<(Expr, Vec<Index>)>,
    scalars: Vec<Text>,
    factors: Vec<Factor>,
    output: Vec<Index>,
    /// Have axes of the output been split?
    split: bool,
}

impl Writer<'_> {
    /// A contraction; its result may be loose.
    pub(super) fn product(&mut self, c: &Contraction) -> Text {
        let mut draft = self.draft(c);
        self.idioms(&mut draft);
        let diagonal = diagonal(&draft);
        let Draft { mut scalars, factors, output, split, .. } = draft;
        let inner = diagonal.map_or_else(|| output.clone(), |i| vec![i]);
        let mut core = self.core(factors, &inner);
        if let Some(diagonal) = diagonal {
            let np = self.dialect.np;
            core.text = Text::atom(if core.labels.is_empty() {
                scalars.push(core.text);
                format!("{np}.eye({})", self.size(&c.dims[usize::from(diagonal)]).code)
            } else {
                format!("{np}.diag({})", core.text.code)
            });
            core.labels.clone_from(&output);
        }
        let scaled = multiply(scalars, core.text);
        let missing = output.iter().any(|l| !core.labels.contains(l));
        if !split {
            return Text { loose: missing, ..scaled };
        }
        // The output's own shape, from its split axes.
        let text = if missing {
            let dims: Vec<Dim> = output.iter().map(|l| c.dims[usize::from(*l)].clone()).collect();
            self.broadcast(&scaled, &dims)
        } else {
            scaled
        };
        let shape = self.shape(&c.dims[..c.rank]);
        Text::atom(format!("{}.reshape({shape})", text.at(level::ATOM)))
    }

    /// The operands by what is done with them.
    fn draft<'c>(&mut self, c: &'c Contraction) -> Draft<'c> {
        let mut draft = Draft {
            product: c,
            structural: Vec::new(),
            scalars: Vec::new(),
            factors: Vec::new(),
            output: c.output().collect(),
            split: false,
        };
        for (x, l) in &c.operands {
            match x.kind() {
                Kind::Structure(_) | Kind::OneHot { .. } => draft.structural.push((x.clone(), l.clone())),
                Kind::Matrix(MatrixFunction::Inverse, a) => draft.factors.push(Factor {
                    node: Some(x.clone()),
                    text: Text::atom(String::new()),
                    labels: l.clone(),
                    inverse_of: Some(self.full(a)),
                }),
                _ if l.is_empty() => draft.scalars.push(self.value(x)),
                _ => draft.factors.push(Factor::new(self.full(x), l.clone())),
            }
        }
        draft
    }

    /// Writes an inverse that no equation uses.
    fn force(&mut self, f: &mut Factor) {
        if f.inverse_of.take().is_some()
            && let Some(node) = &f.node
        {
            f.text = self.value(node);
        }
    }
}

/// The first output index of a delta that makes the product a diagonal matrix.
fn diagonal(draft: &Draft<'_>) -> Option<Index> {
    match (draft.structural.as_slice(), draft.output.as_slice()) {
        ([(x, l)], [i, j]) if matches!(x.kind(), Kind::Structure(Structure::Delta(_))) => {
            ((l[0] == *i && l[1] == *j) || (l[0] == *j && l[1] == *i)).then_some(*i)
        }
        _ => None,
    }
}
