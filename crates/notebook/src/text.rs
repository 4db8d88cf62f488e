//! A text of the language made of pieces of cells, and the way back from its places to theirs.

use crate::graph::{Graph, Slice};
use crate::parsed::{Class, text_of};
use crate::{Cell, CellId};
use gradus_expr::syntax::{Diagnostic, Span};

/// A piece of a cell in the text.
#[derive(Clone, Copy, Debug)]
struct Piece {
    at: usize,
    length: usize,
    cell: usize,
    start: usize,
}

/// A text made of pieces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    pub(crate) text: String,
    pieces: Vec<Piece>,
}

impl Text {
    /// Words that are in no cell.
    pub(crate) fn glue(&mut self, words: &str) {
        self.text.push_str(words);
    }

    /// A piece of a cell.
    pub(crate) fn piece(&mut self, cells: &[Cell], cell: usize, span: Span) {
        let text = text_of(&cells[cell].source, span);
        self.pieces.push(Piece { at: self.text.len(), length: text.len(), cell, start: span.start });
        self.text.push_str(text);
    }

    /// The definitions of a slice, in the order that the language wants; `values` alone leaves out what has no value.
    pub(crate) fn definitions(&mut self, graph: &Graph, cells: &[Cell], slice: &Slice, values: bool) {
        for class in [Class::Table, Class::Declaration, Class::Function, Class::Value] {
            let of_class =
                slice.nodes.iter().map(|k| &graph.nodes[*k]).filter(|n| n.definition.class == class);
            for node in of_class {
                for part in &node.definition.parts {
                    if values && !part.is_table && !part.has_value {
                        continue;
                    }
                    self.glue(part.prefix);
                    self.piece(cells, node.cell, part.span);
                    self.glue("\n");
                }
            }
        }
    }

    /// Where a place of the text is: in which cell, and where there.
    fn place(&self, span: Span) -> Option<(usize, Span)> {
        let k = self.pieces.partition_point(|p| p.at <= span.start).checked_sub(1)?;
        let p = self.pieces[k];
        let within = |x: usize| p.start + x.saturating_sub(p.at).min(p.length);
        (span.start <= p.at + p.length)
            .then(|| (p.cell, Span { start: within(span.start), end: within(span.end) }))
    }

    /// Mistakes in the text as mistakes in a cell: those elsewhere are told at `at`.
    pub(crate) fn back(&self, all: &[Diagnostic], cells: &[Cell], cell: usize, at: Span) -> Vec<Diagnostic> {
        let one = |d: &Diagnostic| {
            let (span, words) = match self.place(d.span) {
                Some((c, span)) if c == cell => (span, d.message.clone()),
                Some((c, _)) => (at, elsewhere(&cells[c].id, &d.message)),
                None => (at, d.message.clone()),
            };
            let mut out = Diagnostic::error(span, words);
            (out.severity, out.help) = (d.severity, d.help.clone());
            let labels = d.labels.iter().filter_map(|(s, w)| Some((self.place(*s)?, w.clone())));
            out.labels = labels.filter(|((c, _), _)| *c == cell).map(|((_, s), w)| (s, w)).collect();
            out
        };
        all.iter().map(one).collect()
    }
}

fn elsewhere(id: &CellId, message: &str) -> String {
    format!("with what cell `{id}` says: {message}")
}
