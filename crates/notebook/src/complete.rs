//! What may be written at a place of a cell.

use crate::parsed::{Class, text_of};
use crate::vocabulary::{Sort, WORDS};
use crate::{CellId, Reading};

/// The longest detail, in characters.
const LONGEST: usize = 70;

/// Something that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is written.
    pub label: String,
    /// What it is, in the words of editors: `variable`, `function`, `keyword`, `type`, `constant`, `property` or `text`.
    pub kind: &'static str,
    /// One line on it.
    pub detail: String,
}

fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some((k, _)) => format!("{}\u{2026}", &text[..k]),
    }
}

impl Reading {
    /// What may be written at a byte of a cell: names of the document first, then words of the language; after `@`, the
    /// data sets; among the columns of a bundled data set, their names.
    ///
    /// ```
    /// use gradus_notebook::{Bundled, CellId, Document, Limits, Reading};
    /// let document = Document::read("```gr id=a\nloss = x^2\n```\n\n```gr id=b\nderive lo\n```\n");
    /// let reading = Reading::new(document, Limits::default(), std::sync::Arc::new(Bundled));
    /// let all = reading.complete(&CellId::new("b").unwrap(), 9);
    /// assert_eq!((all[0].label.as_str(), all[0].detail.as_str()), ("loss", "loss = x^2"));
    /// ```
    pub fn complete(&self, id: &CellId, byte: usize) -> Vec<Completion> {
        let Some(k) = self.place_of(id) else { return Vec::new() };
        let source = self.document().cells[k].source.as_str();
        let mut byte = byte.min(source.len());
        while !source.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = source[..byte].rsplit('\n').next().unwrap_or_default();
        let stem = line.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
        if stem.ends_with('@') {
            return data_sets();
        }
        let before = line.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
        let mut out = columns(source, before);
        out.extend(self.names(k));
        let begins = before.trim().is_empty();
        let declares = before.contains(':');
        let fits = |sort: Sort| match sort {
            Sort::Function | Sort::Constant => true,
            Sort::Question | Sort::Statement => begins,
            Sort::Link => !begins || before.is_empty(),
            Sort::Assumption => declares,
        };
        let taken: Vec<String> = out.iter().map(|c| c.label.clone()).collect();
        let words = WORDS.iter().filter(|w| fits(w.sort) && !taken.iter().any(|t| t == w.name));
        out.extend(words.map(|w| Completion {
            label: w.name.to_owned(),
            kind: match w.sort {
                Sort::Function => "function",
                Sort::Question | Sort::Statement | Sort::Link => "keyword",
                Sort::Assumption => "type",
                Sort::Constant => "constant",
            },
            detail: w.meaning.to_owned(),
        }));
        out
    }

    /// The names that a cell sees, in their order.
    fn names(&self, k: usize) -> Vec<Completion> {
        let cells = &self.document().cells;
        let one = |(name, node): (&str, usize)| {
            let node = &self.graph.nodes[node];
            let source = &cells[node.cell].source;
            let has = |p: &&crate::parsed::Part| text_of(source, p.span).contains(name);
            let part = node.definition.parts.iter().find(has).or(node.definition.parts.first());
            let detail = part.map_or_else(String::new, |p| short(text_of(source, p.span)));
            let kind = if node.definition.class == Class::Function { "function" } else { "variable" };
            Completion { label: name.to_owned(), kind, detail }
        };
        self.graph.seen_by(k).into_iter().map(one).collect()
    }
}

/// The bundled data sets, as they are written.
fn data_sets() -> Vec<Completion> {
    let one = |info: gradus_data::bundled::Info| Completion {
        label: format!("@{}", info.name),
        kind: "text",
        detail: short(&info.title),
    };
    gradus_data::bundled::list().into_iter().map(one).collect()
}

/// The columns of the data set that the cell reads, between the brackets of a call that reads columns.
fn columns(source: &str, before: &str) -> Vec<Completion> {
    let call = |name: &str| before.rfind(&format!("{name}(")).is_some_and(|k| !before[k..].contains(')'));
    if !["columns", "column", "codes", "one_hot", "signs"].into_iter().any(call) {
        return Vec::new();
    }
    let mut table = source.lines().filter_map(|l| l.trim().strip_prefix("from")?.trim().strip_prefix('@'));
    let info = table.next_back().and_then(|name| gradus_data::bundled::info(name.trim()).ok());
    let one = |c: gradus_data::bundled::ColumnInfo| Completion {
        label: c.name,
        kind: "property",
        detail: short(&format!("{}, {}", c.kind, c.description)),
    };
    info.map(|i| i.columns.into_iter().map(one).collect()).unwrap_or_default()
}
