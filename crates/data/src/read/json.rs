//! JSON and newline-delimited JSON.
//!
//! | text | becomes |
//! |---|---|
//! | array of objects, or one object on each line | table; a key that a row lacks and `null` are missing values |
//! | object of arrays of scalars, all of one length | table |
//! | any other object | arrays by name: numbers (of shape `[]`), nested arrays; objects within give `outer.inner` |
//! | array of (nested) numbers | one array |
//!
//! Numbers are read correctly rounded. A column that mixes numbers and words is one of words.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::array::Array;
use crate::column::{Column, Missing};
use crate::dataset::{Arrays, Dataset};
use crate::error::{Error, Result};
use crate::table::{Lines, Table};

const FORMAT: &str = "JSON";

/// The data of a JSON text; an array that has no name is called `name`.
pub(crate) fn read(text: &str, name: &str) -> Result<Dataset> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(Error::Empty { what: "the text has no JSON value".to_owned() });
    }
    match serde_json::from_str(text).map_err(|e| malformed(e.to_string()))? {
        Value::Array(items) if items.is_empty() => {
            Err(Error::Empty { what: "the JSON array has no items".to_owned() })
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let rows = items.into_iter().zip(1..).map(|(item, place)| match item {
                Value::Object(row) => Ok(row),
                _ => Err(malformed(format!("item {place} is not an object"))),
            });
            table(rows.collect::<Result<_>>()?).map(Dataset::Table)
        }
        array @ Value::Array(_) => Ok(Dataset::Arrays(Arrays::new(vec![(
            name.to_owned(),
            nested(&array, name).map_err(malformed)?,
        )])?)),
        Value::Object(map) if map.is_empty() => {
            Err(Error::Empty { what: "the JSON object has no entries".to_owned() })
        }
        Value::Object(map) => match equal_columns(&map) {
            Some(columns) => table_of(columns).map(Dataset::Table),
            None => {
                let (mut arrays, mut unfit) = (Vec::new(), Vec::new());
                gather(&map, "", &mut arrays, &mut unfit);
                if let (true, Some((_, _, problem))) = (arrays.is_empty(), unfit.first()) {
                    return Err(malformed(problem.clone()));
                }
                Ok(Dataset::Arrays(Arrays::new(arrays)?.with_unfit(unfit)))
            }
        },
        _ => Err(malformed("neither an array nor an object")),
    }
}

/// The table of a text with one JSON object on each line; blank lines are skipped.
pub(crate) fn read_lines(text: &str) -> Result<Table> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for (line, place) in text.lines().zip(1u64..).filter(|(line, _)| !line.trim().is_empty()) {
        let row: Map<String, Value> =
            serde_json::from_str(line).map_err(|e| malformed(format!("line {place}: {e}")))?;
        rows.push(row);
        lines.push(place);
    }
    if rows.is_empty() {
        return Err(Error::Empty { what: "the text has no JSON objects".to_owned() });
    }
    Ok(table(rows)?.with_lines(Lines::new(lines)))
}

fn malformed(problem: impl Into<String>) -> Error {
    Error::Malformed { format: FORMAT, problem: problem.into() }
}

/// The table of these rows, with the columns in the order in which their names first appear.
fn table(rows: Vec<Map<String, Value>>) -> Result<Table> {
    // Rows that share no keys would make a table far larger than the text.
    let given: usize = rows.iter().map(Map::len).sum();
    let keys: HashSet<&str> = rows.iter().flat_map(|row| row.keys()).map(String::as_str).collect();
    if rows.len().saturating_mul(keys.len()) > given.saturating_mul(100).max(1_000_000) {
        let what = format!("{} rows of {} different keys, and {given} values", rows.len(), keys.len());
        return Err(Error::Unsupported { format: FORMAT, what });
    }
    let mut columns: Map<String, Value> = Map::new();
    for (i, row) in rows.into_iter().enumerate() {
        for (key, value) in row {
            let cells = columns.entry(key).or_insert_with(|| Value::Array(vec![Value::Null; i]));
            if let Value::Array(cells) = cells {
                cells.push(value);
            }
        }
        for cells in columns.values_mut().filter_map(Value::as_array_mut) {
            cells.resize(i + 1, Value::Null);
        }
    }
    if columns.is_empty() {
        return Err(Error::Empty { what: "the JSON objects have no keys".to_owned() });
    }
    table_of(columns.iter().filter_map(|(key, cells)| Some((key.as_str(), cells.as_array()?.as_slice()))))
}

/// The columns of an object whose entries are arrays of scalars of one length.
fn equal_columns(map: &Map<String, Value>) -> Option<impl Iterator<Item = (&str, &[Value])>> {
    let rows = map.values().next()?.as_array()?.len();
    let scalar = |v: &Value| !v.is_array() && !v.is_object();
    let fits = |v: &Value| v.as_array().is_some_and(|a| a.len() == rows && a.iter().all(scalar));
    (rows > 0 && map.values().all(fits))
        .then(|| map.iter().filter_map(|(key, v)| Some((key.as_str(), v.as_array()?.as_slice()))))
}

fn table_of<'a>(columns: impl Iterator<Item = (&'a str, &'a [Value])>) -> Result<Table> {
    let mut table = Table::default();
    for (name, cells) in columns {
        if let Some(row) = cells.iter().position(|v| v.is_array() || v.is_object()) {
            let cell = table.cell(name, row);
            return Err(Error::Unsupported { format: FORMAT, what: format!("a nested value at {cell}") });
        }
        let missing = Missing::from_flags(cells.iter().map(Value::is_null));
        table.push(name.to_owned(), column(cells), missing)?;
    }
    Ok(table)
}

fn column(cells: &[Value]) -> Column {
    fn every<T: Copy>(cells: &[Value], filler: T, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
        cells.iter().map(|v| if v.is_null() { Some(filler) } else { read(v) }).collect()
    }
    if cells.iter().all(Value::is_null) {
        return Column::Number(vec![f64::NAN; cells.len()]);
    }
    every(cells, 0, Value::as_i64)
        .map(Column::Integer)
        .or_else(|| every(cells, f64::NAN, Value::as_f64).map(Column::Number))
        .or_else(|| every(cells, false, Value::as_bool).map(Column::Boolean))
        .unwrap_or_else(|| {
            let texts: Vec<Option<String>> = cells
                .iter()
                .map(|v| (!v.is_null()).then(|| v.as_str().map_or_else(|| v.to_string(), str::to_owned)))
                .collect();
            Column::from_text(&texts.iter().map(Option::as_deref).collect::<Vec<_>>())
        })
}

/// Collects the arrays of an object and of the objects in it, and what is no array (words about the data, say).
fn gather(
    map: &Map<String, Value>,
    path: &str,
    arrays: &mut Vec<(String, Array)>,
    unfit: &mut Vec<(&'static str, String, String)>,
) {
    for (key, value) in map {
        let name = format!("{path}{key}");
        match value {
            Value::Object(inner) => gather(inner, &format!("{name}."), arrays, unfit),
            value => match nested(value, &name) {
                Ok(array) => arrays.push((name, array)),
                Err(problem) => unfit.push((FORMAT, name, problem)),
            },
        }
    }
}

/// The array of a number or of nested arrays of numbers, which must be rectangular; or what is wrong.
fn nested(value: &Value, name: &str) -> std::result::Result<Array, String> {
    let mut shape = Vec::new();
    let mut level = value;
    while let Value::Array(items) = level {
        shape.push(items.len());
        match items.first() {
            Some(first) => level = first,
            None => break,
        }
    }
    let mut values = Vec::new();
    flatten(value, &shape, &mut Vec::new(), &mut values).map_err(|(index, problem)| {
        let place: String = index.iter().map(|i| format!("[{i}]")).collect();
        format!("`{name}{place}` {problem}")
    })?;
    Array::new(shape, values).map_err(|e| e.to_string())
}

/// Appends the numbers of `value` in row-major order; an error has the index from 1 and what is wrong there.
fn flatten(
    value: &Value,
    shape: &[usize],
    index: &mut Vec<usize>,
    values: &mut Vec<f64>,
) -> std::result::Result<(), (Vec<usize>, String)> {
    let wrong = |index: &[usize], problem: String| Err((index.to_vec(), problem));
    match (value, shape) {
        (Value::Array(items), [length, inner @ ..]) if items.len() == *length => {
            for (item, place) in items.iter().zip(1..) {
                index.push(place);
                flatten(item, inner, index, values)?;
                index.pop();
            }
            return Ok(());
        }
        (Value::Array(items), [length, ..]) => {
            return wrong(index, format!("has {} items where {length} are expected", items.len()));
        }
        (Value::Number(number), []) => match number.as_f64() {
            Some(number) => values.push(number),
            None => return wrong(index, format!("is {number}, which overflows a double")),
        },
        (Value::Bool(truth), []) => values.push(f64::from(u8::from(*truth))),
        (other, []) => return wrong(index, format!("is {} where a number is expected", what(other))),
        (other, _) => return wrong(index, format!("is {} where an array is expected", what(other))),
    }
    Ok(())
}

fn what(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("the text \"{}\"", text.chars().take(40).collect::<String>()),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
