//! The product of factors without tensors of zeros and ones.

use super::Factor;
use super::labels::{distinct, in_order, kept};
use crate::Index;
use crate::print::python::text::{Text, level};
use crate::print::python::writer::Writer;

impl Writer<'_> {
    /// The product of the factors over the indices that are not in the output. The labels of the result are
    /// those of the output that some factor carries, its code broadcastable to the output's axes when that is
    /// not all of them.
    pub(super) fn core(&mut self, mut factors: Vec<Factor>, output: &[Index]) -> Factor {
        loop {
            for f in &mut factors {
                self.take_diagonal(f);
            }
            let alone = self.sum_private(&mut factors, output);
            if !alone && !self.join_vectors(&mut factors) && !self.join_pair(&mut factors, output) {
                break;
            }
        }
        for f in &mut factors {
            self.force(f);
        }
        let (scalars, mut factors): (Vec<Factor>, Vec<Factor>) =
            factors.into_iter().partition(|f| f.labels.is_empty());
        let scalars: Vec<Text> = scalars.into_iter().map(|f| f.text).collect();
        let mut core = if factors.is_empty() {
            Factor::new(Text::atom("1.0".into()), Vec::new())
        } else if factors.iter().all(|f| f.labels.iter().all(|l| output.contains(l)) && distinct(&f.labels)) {
            self.elementwise(&factors, output)
        } else if factors.len() > 1
            && factors.iter().all(|f| f.labels == factors[0].labels && distinct(&f.labels))
            && in_order(&factors[0].labels, output)
        {
            let labels = factors[0].labels.clone();
            let all: Vec<String> = factors.iter().map(|f| f.text.at(level::UNARY)).collect();
            let text = Text::new(all.join(" * "), level::PRODUCT);
            self.summed(&text, &labels, output)
        } else if let [f] = factors.as_mut_slice()
            && distinct(&f.labels)
        {
            let order = kept(&f.labels, output);
            let (text, labels) = (f.text.clone(), f.labels.clone());
            let mut f = self.summed(&text, &labels, output);
            if f.labels != order {
                f = self.elementwise(&[f], output);
            }
            f
        } else {
            self.einsum(&factors, output)
        };
        core.text = multiply(scalars, core.text);
        let present: Vec<Index> = output.iter().copied().filter(|l| core.labels.contains(l)).collect();
        // With axes missing in front of present ones nothing is to do; after them, new axes of length 1.
        if !present.is_empty() && present.len() < output.len() && core.labels == present {
            core = self.expanded(core, output);
        }
        core
    }
}

/// The product of scalars and one more value.
pub(super) fn multiply(scalars: Vec<Text>, core: Text) -> Text {
    let mut product: Option<Text> = None;
    // The empty product is 1.
    let is_one = core.code == "1.0" && !scalars.is_empty();
    for part in scalars.into_iter().chain((!is_one).then_some(core)) {
        product = Some(match product {
            None => part,
            Some(p) => {
                let left = if p.code.contains(" @ ") { p.at(level::UNARY) } else { p.at(level::PRODUCT) };
                Text::new(format!("{left} * {}", part.at(level::UNARY)), level::PRODUCT)
            }
        });
    }
    let text = product.unwrap_or_else(|| Text::atom("1.0".into()));
    Text { loose: false, ..text }
}
