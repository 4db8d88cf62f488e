//! What one `--data name=source` says: a number, a literal, a file, columns, a bundled set.

use crate::outcome::Failure;
use gradus::data::{Array, Dataset, bundled};
use gradus::expr::Expr;
use gradus::expr::evaluate::{Bindings, Tensor, evaluate};
use gradus::expr::syntax::{AstNode, Scope, parse_expression};
use std::path::Path;

/// A value, and its formula where it was written as one.
pub(crate) struct Value {
    pub(crate) tensor: Tensor<f64>,
    /// Exact where the numbers of the tensor are rounded.
    pub(crate) formula: Option<Expr>,
}

impl From<Tensor<f64>> for Value {
    fn from(tensor: Tensor<f64>) -> Self {
        Value { tensor, formula: None }
    }
}

/// The name and the source in `name=source`.
pub(crate) fn split(text: &str) -> Result<(String, &str), Failure> {
    let example =
        "write `--data x=[1,2,3]`, `--data x=file.csv:column` or `--data X=@iris:petal_length,petal_width`";
    let Some((name, source)) = text.split_once('=') else {
        return Err(Failure::new(format_args!("`--data {text}` has no `=`")).help(example));
    };
    let source = source.trim();
    match parse_expression(name) {
        (Some(ast), mistakes) if mistakes.is_empty() => match &ast.node {
            AstNode::Name(n) if source.is_empty() => {
                Err(Failure::new(format_args!("`--data {n}=` gives no value")).help(example))
            }
            AstNode::Name(n) => Ok((n.clone(), source)),
            _ => Err(Failure::new(format_args!("`{name}` in `--data` is not a name")).help(example)),
        },
        _ => Err(Failure::new(format_args!("`{name}` in `--data` is not a name")).help(example)),
    }
}

/// The value of a name.
pub(crate) fn read(name: &str, source: &str) -> Result<Value, Failure> {
    if let Ok(x) = source.parse::<f64>() {
        if x.is_finite() {
            return Ok(Value { tensor: Tensor::scalar(x), formula: Scope::new().expression(source).ok() });
        }
        return Err(Failure::new(format_args!("`{source}`, given for `{name}`, is not a finite number")));
    }
    if let Some(rest) = source.strip_prefix('@') {
        let (set, columns) = rest.split_once(':').map_or((rest, None), |(s, c)| (s, Some(c)));
        return Ok(columns_of(&Dataset::Table(bundled::table(set)?), columns)?.into());
    }
    if source.starts_with('[') {
        return literal(name, source);
    }
    if Path::new(source).exists() {
        return Ok(columns_of(&gradus::data::read(source)?, None)?.into());
    }
    if let Some((path, columns)) = source.rsplit_once(':')
        && (Path::new(path).exists() || looks_like_a_file(path))
    {
        return Ok(columns_of(&gradus::data::read(path)?, Some(columns))?.into());
    }
    if looks_like_a_file(source) {
        return Ok(columns_of(&gradus::data::read(source)?, None)?.into());
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if let Some((set, columns)) = source.split_once(':')
        && set.chars().all(is_word)
        && !set.is_empty()
    {
        let f = Failure::new(format_args!("there is no file `{set}` to read `{name}` from"));
        return Err(match bundled::info(set) {
            Ok(_) => f.help(format_args!("the bundled set is written `@{set}:{columns}`")),
            Err(_) => f.help("a file has an ending such as .csv; a bundled set is written `@name:column`"),
        });
    }
    if source.contains(',') && !source.contains('(') || tuple(source).is_some() {
        let entries = tuple(source).unwrap_or(source);
        let f = Failure::new(format_args!("`{source}`, given for `{name}`, is no value"));
        return Err(f.help(format_args!("a vector is written `--data {name}=[{entries}]`")));
    }
    literal(name, source)
}

/// What stands in `(1, 2, 3)`.
fn tuple(source: &str) -> Option<&str> {
    source.strip_prefix('(')?.strip_suffix(')').filter(|s| s.contains(',') && !s.contains(['(', ')']))
}

fn looks_like_a_file(source: &str) -> bool {
    let extension = Path::new(source).extension().and_then(|e| e.to_str());
    let known = |e: &str| gradus::data::Format::from_extension(e).is_some() || e.eq_ignore_ascii_case("gz");
    source.contains('/') && parse_expression(source).0.is_none() || extension.is_some_and(known)
}

/// A formula without names, evaluated; nested lists as in JSON and Python.
fn literal(name: &str, source: &str) -> Result<Value, Failure> {
    if source.starts_with("[[")
        && let Ok(value) = serde_json::from_str::<Vec<Vec<f64>>>(source)
    {
        let width = value.first().map_or(0, Vec::len);
        if let Some(k) = value.iter().position(|row| row.len() != width) {
            let found = value[k].len();
            let message = format!("row {} of `{name}` has {found} entries, the first has {width}", k + 1);
            return Err(Failure::new(message));
        }
        return Ok(Tensor { shape: vec![value.len(), width], data: value.concat() }.into());
    }
    let is_gap = |w: &str| matches!(w.to_ascii_lowercase().as_str(), "nan" | "na" | "null" | "none" | "inf");
    if let Some(word) = source.split(|c: char| !c.is_alphanumeric()).find(|w| is_gap(w)) {
        let f = Failure::new(format_args!("`{word}` in the value of `{name}` is not a finite number"));
        return Err(f.help("leave the entry out"));
    }
    let drawn = |mistakes: &[_]| Failure::drawn(mistakes, source, &format!("--data {name}"));
    let e = Scope::new().expression(source).map_err(|m| drawn(&m))?;
    if let Some(s) = e.symbols().first() {
        let f = Failure::new(format_args!(
            "`{source}`, given for `{name}`, is neither a file nor a number: there is no `{}` here",
            s.name
        ));
        let help =
            "a bundled set is written `@name:column` (see `gradus data list`), a literal `[1, 2; 3, 4]`";
        return Err(f.help(help));
    }
    Ok(Value { tensor: evaluate(&e, &Bindings::new())?, formula: Some(e) })
}

fn tensor(a: Array) -> Tensor<f64> {
    let (shape, data) = a.into_parts();
    Tensor { shape, data }
}

fn columns_of(data: &Dataset, columns: Option<&str>) -> Result<Tensor<f64>, Failure> {
    let Some(text) = columns else {
        let names = data.names();
        return Ok(tensor(if names.len() == 1 { data.only()? } else { data.columns(&names)? }));
    };
    let names: Vec<&str> = text.split(',').map(str::trim).collect();
    if names.iter().any(|n| n.is_empty()) {
        return Err(Failure::new(format_args!("a column has no name in `{text}`")));
    }
    if let [one] = names.as_slice()
        && let Some((function, column)) = one.strip_suffix(')').and_then(|c| c.split_once('('))
    {
        return match function.trim() {
            "codes" => {
                let codes = data.codes(column.trim())?.codes;
                Ok(Tensor::vector(codes.into_iter().map(|k| k as f64).collect()))
            }
            "one_hot" | "onehot" => Ok(tensor(data.one_hot(column.trim())?.matrix)),
            "signs" => Ok(Tensor::vector(data.signs(column.trim())?)),
            other => Err(Failure::new(format_args!("there is no `{other}(...)` for columns"))
                .help("write `codes(c)`, `one_hot(c)` or `signs(c)`")),
        };
    }
    match names.as_slice() {
        [one] if !one.ends_with('*') => Ok(tensor(data.array(one)?)),
        several => Ok(tensor(data.columns(several)?)),
    }
}
