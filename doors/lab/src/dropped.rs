//! Data files that are dropped in: what they hold, and a cell that reads them.

use gradus::data::{Column, Dataset, Error, Format, Table, read_bytes};
use gradus::expr::syntax::{AstNode, parse_expression};
use gradus_notebook::{CellId, DataSource, Document, Kind, Limits, Reading};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// Columns that one cell names; a table may have thousands.
const MOST_COLUMNS: usize = 40;
/// Columns of which the page is told.
const MOST_TOLD: usize = 1000;
/// The longest name of a column that is written into a cell, in bytes.
const LONGEST_NAME: usize = 120;

/// The ends of names of files that can be read.
pub(crate) const ENDS: [&str; 7] = ["csv", "tsv", "json", "ndjson", "npy", "npz", "parquet"];

/// What a file of that name holds: `{rows, columns: [{name, kind, missing}], source}`.
///
/// # Errors
/// Why the bytes cannot be read.
pub(crate) fn describe(name: &str, bytes: &[u8]) -> Result<Value, Error> {
    let end = name.rsplit('.').next().unwrap_or_default();
    let format = Format::from_extension(end).unwrap_or(Format::Csv);
    let stem = &name[..name.len() - end.len().min(name.len())];
    Ok(match read_bytes(bytes, format)? {
        Dataset::Table(table) => {
            let columns: Vec<Value> =
                table.names().take(MOST_TOLD).filter_map(|n| column(&table, n)).collect();
            let source = of_table(name, stem, &table);
            json!({ "rows": table.n_rows(), "columns": columns, "source": source })
        }
        Dataset::Arrays(arrays) => {
            let columns: Vec<Value> = arrays
                .iter()
                .take(MOST_TOLD)
                .map(|(n, a)| json!({ "name": n, "kind": shape(a.shape()) }))
                .collect();
            let rows = arrays.iter().next().and_then(|(_, a)| a.shape().first().copied()).unwrap_or(1);
            let names: Vec<&str> = arrays.iter().map(|(n, _)| n).collect();
            json!({ "rows": rows, "columns": columns, "source": of_arrays(name, stem, format, &names) })
        }
        _ => json!({ "rows": 0, "columns": [], "source": from(name) }),
    })
}

fn column(table: &Table, name: &str) -> Option<Value> {
    let (column, missing) = table.get(name)?;
    Some(json!({ "name": name, "kind": column.kind().to_string(), "missing": missing.count() }))
}

fn shape(sizes: &[usize]) -> String {
    match sizes {
        [] => "number".to_owned(),
        _ => sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(" \u{d7} "),
    }
}

fn from(name: &str) -> String {
    format!("from \"{name}\"")
}

/// A cell that reads the columns of numbers, or the first category where there are none.
fn of_table(name: &str, stem: &str, table: &Table) -> String {
    let is_written = |n: &&str| n.len() <= LONGEST_NAME && !n.chars().any(|c| c == '"' || c.is_control());
    let complete = |n: &&str| table.get(n).is_some_and(|(_, missing)| missing.count() == 0);
    let kind = |n: &&str, is_number: bool| {
        let column = table.get(n).map(|(column, _)| column);
        match column {
            Some(Column::Number(_) | Column::Integer(_) | Column::Boolean(_)) => is_number,
            Some(Column::Category { .. }) => !is_number,
            Some(Column::Text(_)) | None => false,
        }
    };
    let good: Vec<&str> = table.names().filter(is_written).filter(complete).collect();
    let numbers: Vec<&str> = good.iter().copied().filter(|n| kind(n, true)).collect();
    let category = good.iter().copied().find(|n| kind(n, false));
    let call = match (numbers.as_slice(), category) {
        ([], None) => return from(name),
        ([], Some(one)) => format!("codes({})", written(one)),
        ([one], _) => format!("column({})", written(one)),
        (several, _) => {
            let names: Vec<String> = several.iter().take(MOST_COLUMNS).map(|n| written(n)).collect();
            format!("columns({})", names.join(", "))
        }
    };
    let note = match numbers.len() {
        n if n > MOST_COLUMNS => format!("# the first {MOST_COLUMNS} of {n} columns of numbers\n"),
        _ => String::new(),
    };
    named(stem, |x| format!("{note}{}\ndata {x} = {call}", from(name)))
}

/// A cell that loads arrays.
fn of_arrays(name: &str, stem: &str, format: Format, names: &[&str]) -> String {
    if format == Format::Npy {
        return named(stem, |x| format!("data {x} = load(\"{name}\")"));
    }
    let is_written = |n: &&&str| n.len() <= LONGEST_NAME && !n.chars().any(|c| c == '"' || c.is_control());
    let line = |n: &&str| named(&format!("{stem}_{n}"), |x| format!("data {x} = load(\"{name}\", \"{n}\")"));
    names.iter().filter(is_written).take(MOST_COLUMNS).map(line).collect::<Vec<_>>().join("\n")
}

/// A column as an argument: its name where that can be read as one, else as text.
fn written(name: &str) -> String {
    let is_name = match parse_expression(name) {
        (Some(ast), mistakes) => mistakes.is_empty() && matches!(&ast.node, AstNode::Name(n) if n == name),
        _ => false,
    };
    if is_name { name.to_owned() } else { format!("\"{name}\"") }
}

/// A text with the name of the file for its data, where the language takes that, else with another.
fn named(stem: &str, text: impl Fn(&str) -> String) -> String {
    let plain: String = stem
        .trim_end_matches('.')
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .take(40)
        .collect();
    let plain = plain.trim_matches('_');
    for name in [plain.to_owned(), format!("data_{plain}")] {
        let source = text(&name);
        if is_good(&source) {
            return source;
        }
    }
    text("X")
}

/// Files that are there, of which nothing is read.
struct AnyFile;

impl DataSource for AnyFile {
    fn base(&self) -> Option<&Path> {
        None
    }

    fn stamp(&self, _: &str) -> Result<u64, String> {
        Ok(0)
    }
}

fn is_good(source: &str) -> bool {
    let Some(id) = CellId::new("dropped") else { return false };
    let empty = Reading::new(Document::default(), Limits::default(), Arc::new(AnyFile));
    empty.with_source(&id, Kind::Code, source).diagnose(&id).is_empty()
}
