//! What is wrong with a cell, without running it.

use super::{Mistakes, Place, equality::differ};
use crate::parsed::Item;
use crate::question::Question;
use crate::text::Text;
use crate::{CellId, Reading};
use gradus_expr::syntax::{Severity, read_problem};

impl Reading {
    /// What is wrong with a cell in the company of the others, with places in its source. Nothing is evaluated and no
    /// file is read.
    ///
    /// ```
    /// use gradus_notebook::{Bundled, CellId, Document, Limits, Reading};
    /// let document = Document::read("```gr id=a\nA : [m, n]\nx : [n]\n```\n\n```gr id=b\nA'*x\n```\n");
    /// let reading = Reading::new(document, Limits::default(), std::sync::Arc::new(Bundled));
    /// assert!(reading.diagnose(&CellId::new("a").unwrap()).is_empty());
    /// let found = reading.diagnose(&CellId::new("b").unwrap());
    /// assert_eq!(found[0].span.start, 3);
    /// ```
    pub fn diagnose(&self, id: &CellId) -> Vec<gradus_expr::syntax::Diagnostic> {
        self.place_of(id).map(|k| self.place(k).diagnose()).unwrap_or_default()
    }
}

impl Place<'_> {
    fn diagnose(&self) -> Mistakes {
        let mut found = self.graph.mistakes[self.cell].clone();
        found.extend(self.parsed().mistakes.iter().cloned());
        if !found.iter().any(|d| d.severity == Severity::Error)
            && let Err(more) = self.meaning()
        {
            found.extend(more);
        }
        found.sort_by_key(|d| (d.span.start, d.span.end));
        found.dedup();
        found
    }

    /// Reads everything that the cell would read to answer.
    fn meaning(&self) -> Result<(), Mistakes> {
        let (parsed, slice) = (self.parsed(), self.slice()?);
        let (mut places, mut pairs) = (Vec::new(), Vec::new());
        for item in &parsed.items {
            if let Item::Asked { question, .. } = item {
                if let Question::Equal(..) = question {
                    pairs.push((places.len(), places.len() + 1));
                }
                places.extend(question.expressions());
            }
        }
        places.extend(parsed.chain.iter().flat_map(|c| &c.steps).map(|s| s.expression()));
        let read = self.read(&slice, &places, &pairs)?;
        // A derivative has a shape of its own, which is known when it has been taken.
        let steps = parsed.chain.iter().flat_map(|c| c.steps.windows(2)).zip(read.expressions.windows(2));
        for (steps, sides) in steps {
            if let ([before, step], [a, b]) = (steps, sides)
                && before.derive.is_none()
                && step.derive.is_none()
                && let Some(found) = differ(a, b, step.span)
            {
                return Err(found);
            }
        }
        for item in &parsed.items {
            if let Item::Problem { span } = item {
                let mut text = Text::default();
                self.problem(&slice, *span, &mut text);
                read_problem(&text.text).map_err(|d| text.back(&d, self.cells, self.cell, *span))?;
            }
        }
        Ok(())
    }
}
