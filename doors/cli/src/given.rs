//! `--data`: the values that names are given, and formulas that are read together with them.

use crate::formula::{self, Declarations, listed};
use crate::outcome::Failure;
use crate::source;
use clap::Args;
use gradus::expr::evaluate::{Bindings, Tensor};
use gradus::expr::sample::size_names;
use gradus::expr::syntax::Scope;
use gradus::expr::{Dim, Expr, Role, Symbol};

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
    /// The formulas of those that were written as formulas.
    formulas: Vec<(String, Expr)>,
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
    /// Reads every source, then the formula. With `scalars`, names that are neither declared nor given are scalars if
    /// that makes the formula one.
    pub(crate) fn read(
        &self,
        declarations: &Declarations,
        argument: &str,
        scalars: bool,
    ) -> Result<Bound, Failure> {
        let text = formula::text(argument)?;
        let found = self.bind(declarations, |scope| scope.expression(&text))?;
        let (scope, given, expr) = found.map_err(|mistakes| Failure::drawn(&mistakes, &text, "EXPR"))?;
        let known = |name: &str| is_declared(declarations, name).unwrap_or(true);
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

    /// Reads every source, then formulas by `read` with the names declared and given; the inner error is that of
    /// `read`. A name that is not declared gets the shape of its value; an integer whose name stands where only sizes
    /// can, as in `ones(n)`, is a size.
    pub(crate) fn bind<T, E>(
        &self,
        declarations: &Declarations,
        read: impl Fn(&Scope) -> Result<T, E>,
    ) -> Result<Result<(Scope, Given, T), E>, Failure> {
        let mut scope = declarations.scope()?;
        let given = self.values(&scope)?;
        let known = |name: &str| is_declared(declarations, name).unwrap_or(true);
        given.declare(&mut scope, &known, false);
        let mistakes = match read(&scope) {
            Ok(found) => return Ok(Ok((scope, given, found))),
            Err(mistakes) => mistakes,
        };
        let mut with_sizes = declarations.scope()?;
        given.declare(&mut with_sizes, &known, true);
        Ok(read(&with_sizes).map(|found| (with_sizes, given, found)).map_err(|_| mistakes))
    }

    fn values(&self, scope: &Scope) -> Result<Given, Failure> {
        let mut given = Given::default();
        for text in &self.data {
            let (name, source) = source::split(text)?;
            if given.get(&name).is_some() {
                return Err(Failure::new(format_args!("`{name}` is given twice in `--data`")));
            }
            let source::Value { tensor, formula } = source::read(&name, source)?;
            let rank = scope.symbols().iter().find(|s| *s.name == *name).map(|s| s.shape.len());
            let tensor = rank.map_or_else(|| natural(&tensor), |rank| of_rank(&tensor, rank));
            given.formulas.extend(formula.map(|f| (name.clone(), f)));
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

    /// The expression with the values that were written as formulas in place of their names: exact, where numbers
    /// would be rounded.
    pub(crate) fn put_into(&self, e: &Expr) -> Result<Expr, Failure> {
        e.symbols().iter().try_fold(e.clone(), |e, s| {
            match self.formulas.iter().find(|(name, f)| **name == *s.name && f.shape() == &*s.shape) {
                Some((_, value)) => Ok(e.substitute(s, value)?),
                None => Ok(e),
            }
        })
    }

    /// Values of symbols and of sizes.
    pub(crate) fn bindings(&self, all: &[Expr]) -> Bindings<f64> {
        let symbols: Vec<_> = all.iter().flat_map(Expr::symbols).collect();
        let mut b = Bindings::new();
        for (name, t) in &self.tensors {
            match size(t) {
                Some(n) if !symbols.iter().any(|s| *s.name == **name) => b = b.with_size(name, n),
                _ => b.set(name, t.clone()),
            }
        }
        b
    }

    /// An error for a value that nothing in these expressions asked for.
    pub(crate) fn all_used(&self, all: &[Expr]) -> Result<(), Failure> {
        let mut symbols: Vec<_> = all.iter().flat_map(Expr::symbols).collect();
        symbols.sort_by(|a, b| a.name.cmp(&b.name));
        symbols.dedup_by(|a, b| a.name == b.name);
        let sizes = size_names(all);
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
