//! `--data name=source`: numbers, literals, files, columns, bundled sets.

use crate::formula::{self, Declarations, listed};
use crate::outcome::Failure;
use clap::Args;
use gradus::data::{Array, Dataset, bundled};
use gradus::expr::evaluate::{Bindings, Tensor, evaluate};
use gradus::expr::sample::size_names;
use gradus::expr::syntax::{AstNode, Scope, parse_expression};
use gradus::expr::{Dim, Expr, Role, Symbol};
use std::path::Path;

/// `--data x=[1,2,3]`
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct DataArgs {
    /// Give a name its value: a number, a literal `[1, 2; 3, 4]`, a file, `file:column,column`, or
    /// `@set:column,column` of a bundled set. Around a column, `codes(c)`, `one_hot(c)` and `signs(c)` turn a
    /// category into numbers. May be repeated.
    #[arg(long, short = 'D', value_name = "NAME=SOURCE", help_heading = "Input")]
    pub(crate) data: Vec<String>,
}

/// The values given, and the names that they belong to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    tensors: Vec<(String, Tensor<f64>)>,
}

/// A formula together with the names and values in it.
pub(crate) struct Bound {
    /// The declared names and the given ones.
    pub(crate) scope: Scope,
    /// The values given.
    pub(crate) given: Given,
    /// The formula.
    pub(crate) expr: Expr,
}

impl DataArgs {
    /// Reads every source, then the formula. A name that is not declared gets the shape of its value; an integer
    /// whose name stands where only sizes can, as in `ones(n)`, is a size. With `scalars`, names that are neither
    /// declared nor given are scalars if that makes the formula one.
    pub(crate) fn read(
        &self,
        declarations: &Declarations,
        argument: &str,
        scalars: bool,
    ) -> Result<Bound, Failure> {
        let mut scope = declarations.scope()?;
        let given = self.values(&scope)?;
        let text = formula::text(argument)?;
        let known = |name: &str| is_declared(declarations, name).unwrap_or(true);
        given.declare(&mut scope, &known, false);
        let expr = match scope.expression(&text) {
            Ok(e) => e,
            Err(mistakes) => {
                let mut with_sizes = declarations.scope()?;
                given.declare(&mut with_sizes, &known, true);
                match with_sizes.expression(&text) {
                    Ok(e) => {
                        scope = with_sizes;
                        e
                    }
                    Err(_) => return Err(Failure::drawn(&mistakes, &text, "EXPR")),
                }
            }
        };
        let mut bound = Bound { scope, given, expr };
        let open: Vec<String> = bound
            .expr
            .symbols()
            .iter()
            .filter(|s| !known(&s.name) && bound.given.get(&s.name).is_none())
            .map(|s| s.name.to_string())
            .collect();
        if scalars && !(bound.expr.is_scalar() && bound.expr.symbols().iter().all(|s| s.shape.is_empty())) {
            let mut scope = declarations.scope()?;
            bound.given.declare(&mut scope, &known, false);
            open.iter().for_each(|name| scope.add(Symbol::new(name, vec![])));
            if let Ok(expr) = scope.expression(&text)
                && expr.is_scalar()
            {
                (bound.scope, bound.expr) = (scope, expr);
            }
        }
        Ok(bound)
    }

    fn values(&self, scope: &Scope) -> Result<Given, Failure> {
        let mut given = Given::default();
        for text in &self.data {
            let (name, source) = split(text)?;
            if given.tensors.iter().any(|(n, _)| *n == name) {
                return Err(Failure::new(format_args!("`{name}` is given twice in `--data`")));
            }
            let tensor = read(&name, source)?;
            let rank = scope.symbols().iter().find(|s| *s.name == *name).map(|s| s.shape.len());
            let tensor = rank.map_or_else(|| natural(&tensor), |rank| of_rank(&tensor, rank));
            given.tensors.push((name, tensor));
        }
        Ok(given)
    }
}

/// The integer at least 0 that a scalar is.
fn size(t: &Tensor<f64>) -> Option<usize> {
    match t.data.as_slice() {
        [x] if t.shape.is_empty() && *x >= 0.0 && x.fract() == 0.0 && *x < 1e15 => Some(*x as usize),
        _ => None,
    }
}

impl Given {
    /// Adds the names that are not known yet, with the shapes of their values; integers as sizes where so wanted.
    fn declare(&self, scope: &mut Scope, known: &dyn Fn(&str) -> bool, integers_are_sizes: bool) {
        for (name, t) in &self.tensors {
            let is_size = scope.symbols().iter().any(|s| s.dim_names().any(|d| d == name));
            if known(name) || is_size {
                continue;
            }
            if integers_are_sizes && size(t).is_some() {
                // A symbol that no formula can name makes its size known.
                scope.add(Symbol::new(&format!("the size {name}"), vec![Dim::symbol(name)]));
                continue;
            }
            let shape = t.shape.iter().map(|n| Dim::constant(*n)).collect();
            scope.add(Symbol::new(name, shape).role(Role::Data));
        }
    }

    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Tensor<f64>> {
        self.tensors.iter().find(|(n, _)| n == name).map(|(_, t)| t)
    }

    /// Values of symbols and of sizes.
    pub(crate) fn bindings(&self, e: &Expr) -> Bindings<f64> {
        let symbols = e.symbols();
        let mut b = Bindings::new();
        for (name, t) in &self.tensors {
            match size(t) {
                Some(n) if !symbols.iter().any(|s| *s.name == **name) => b = b.with_size(name, n),
                _ => b.set(name, t.clone()),
            }
        }
        b
    }

    /// An error for a value that nothing asked for.
    pub(crate) fn all_used(&self, e: &Expr) -> Result<(), Failure> {
        let symbols = e.symbols();
        let sizes = size_names(std::slice::from_ref(e));
        let used = |name: &str| symbols.iter().any(|s| &*s.name == name) || sizes.contains(name);
        match self.tensors.iter().find(|(n, _)| !used(n)) {
            None => Ok(()),
            Some((n, _)) => {
                let names: Vec<&str> = symbols.iter().map(|s| &*s.name).collect();
                let f = Failure::new(format_args!("`--data {n}=...`: there is no `{n}` in this expression"));
                Err(f.help(format_args!("it has {}", listed(&names))))
            }
        }
    }
}

/// Is a name declared, with or without a shape?
fn is_declared(declarations: &Declarations, name: &str) -> Result<bool, Failure> {
    // Only what is declared already cannot be declared.
    Ok(declarations.scope()?.declare(&format!("{name} : []")).is_err())
}

fn split(text: &str) -> Result<(String, &str), Failure> {
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

fn read(name: &str, source: &str) -> Result<Tensor<f64>, Failure> {
    if let Ok(x) = source.parse::<f64>() {
        if x.is_finite() {
            return Ok(Tensor::scalar(x));
        }
        return Err(Failure::new(format_args!("`{source}`, given for `{name}`, is not a finite number")));
    }
    if let Some(rest) = source.strip_prefix('@') {
        let (set, columns) = rest.split_once(':').map_or((rest, None), |(s, c)| (s, Some(c)));
        return columns_of(&Dataset::Table(bundled::table(set)?), columns);
    }
    if source.starts_with('[') {
        return literal(name, source);
    }
    if Path::new(source).exists() {
        return columns_of(&gradus::data::read(source)?, None);
    }
    if let Some((path, columns)) = source.rsplit_once(':')
        && (Path::new(path).exists() || looks_like_a_file(path))
    {
        return columns_of(&gradus::data::read(path)?, Some(columns));
    }
    if looks_like_a_file(source) {
        return columns_of(&gradus::data::read(source)?, None);
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
fn literal(name: &str, source: &str) -> Result<Tensor<f64>, Failure> {
    if source.starts_with("[[")
        && let Ok(value) = serde_json::from_str::<Vec<Vec<f64>>>(source)
    {
        let width = value.first().map_or(0, Vec::len);
        if let Some(k) = value.iter().position(|row| row.len() != width) {
            let found = value[k].len();
            let message = format!("row {} of `{name}` has {found} entries, the first has {width}", k + 1);
            return Err(Failure::new(message));
        }
        return Ok(Tensor { shape: vec![value.len(), width], data: value.concat() });
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
    Ok(evaluate(&e, &Bindings::new())?)
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

/// A row or a column of numbers is a vector.
fn natural(t: &Tensor<f64>) -> Tensor<f64> {
    match t.shape.as_slice() {
        [1, n] | [n, 1] => Tensor { shape: vec![*n], data: t.data.clone() },
        _ => t.clone(),
    }
}

/// The tensor with this many axes, where axes of length 1 can be added or left out.
fn of_rank(t: &Tensor<f64>, rank: usize) -> Tensor<f64> {
    let shape = match (rank, t.shape.as_slice()) {
        (0, _) if t.data.len() == 1 => vec![],
        (1, [1, n] | [n, 1]) => vec![*n],
        (1, []) => vec![1],
        (2, [n]) => vec![*n, 1],
        (2, []) => vec![1, 1],
        _ => return t.clone(),
    };
    Tensor { shape, data: t.data.clone() }
}
