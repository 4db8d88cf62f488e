//! The value of a declaration: any expression of columns, files, sizes, numbers and values already known.
//!
//! Calls that read data (`column`, `columns`, `codes`, `one_hot`, `signs`, `load`) and `standardize` are computed
//! first and stand in the expression as names; what remains is evaluated as every other expression is.

use crate::{Error, source};
use gradus_data::Dataset;
use gradus_expr::evaluate::{Bindings, Tensor, evaluate};
use gradus_expr::syntax::{Ast, AstNode, Scope, Subscript, print};
use gradus_expr::{Dim, Role, Symbol};
use std::collections::BTreeMap;
use std::path::Path;

/// Why a value is not there.
pub(crate) enum Pending {
    /// It waits for the value of a name.
    Needs(String),
    Failed(Error),
}

impl From<Error> for Pending {
    fn from(e: Error) -> Self {
        Pending::Failed(e)
    }
}

/// What an initial value may use.
pub(crate) struct Initial<'a> {
    /// The declared name.
    pub(crate) name: &'a str,
    pub(crate) table: Option<&'a Dataset>,
    pub(crate) base: Option<&'a Path>,
    /// Values that are already known.
    pub(crate) values: &'a BTreeMap<String, Tensor<f64>>,
    /// Names that are declared.
    pub(crate) declared: &'a dyn Fn(&str) -> bool,
    pub(crate) size: &'a dyn Fn(&str) -> Option<usize>,
    pub(crate) is_size: &'a dyn Fn(&str) -> bool,
}

/// Calls that read a table.
pub(crate) const TABLE_CALLS: [&str; 5] = ["column", "columns", "codes", "one_hot", "signs"];

struct Reading<'a, 'b> {
    initial: &'b Initial<'a>,
    /// Values that stand in the expression as names.
    placed: Vec<(String, Tensor<f64>)>,
    locals: Vec<String>,
}

impl Initial<'_> {
    /// The value of an expression.
    pub(crate) fn value(&self, ast: &Ast) -> Result<Tensor<f64>, Pending> {
        let mut reading = Reading { initial: self, placed: Vec::new(), locals: Vec::new() };
        let rest = reading.rewrite(ast)?;
        self.evaluate(&rest, reading.placed)
    }

    fn evaluate(&self, ast: &Ast, mut placed: Vec<(String, Tensor<f64>)>) -> Result<Tensor<f64>, Pending> {
        if let AstNode::Name(n) = &ast.node
            && let Some(k) = placed.iter().position(|(p, _)| p == n)
        {
            return Ok(placed.swap_remove(k).1);
        }
        let mut scope = Scope::new();
        let mut bindings = Bindings::new();
        bindings.fuel = 2_000_000_000;
        for (name, t) in placed {
            let shape = t.shape.iter().map(|n| Dim::constant(*n)).collect();
            scope.add(Symbol::new(&name, shape).role(Role::Data));
            bindings.set(&name, t);
        }
        let text = print(ast);
        let e = scope.expression(&text).map_err(|d| {
            let reason = d.first().map_or_else(String::new, |d| d.message.clone());
            self.failed(reason)
        })?;
        evaluate(&e, &bindings).map_err(|e| self.failed(e.to_string()))
    }

    fn failed(&self, reason: impl Into<String>) -> Pending {
        Pending::Failed(Error::Initial { name: self.name.to_owned(), reason: reason.into() })
    }
}

impl Reading<'_, '_> {
    fn place(&mut self, value: Tensor<f64>) -> Ast {
        let name = format!("value_{}_of_{}", self.placed.len() + 1, self.initial.name);
        self.placed.push((name.clone(), value));
        Ast::name(&name)
    }

    fn all(&mut self, asts: &[Ast]) -> Result<Vec<Ast>, Pending> {
        asts.iter().map(|a| self.rewrite(a)).collect()
    }

    /// The expression with data in place of the calls that read them and numbers in place of sizes.
    fn rewrite(&mut self, ast: &Ast) -> Result<Ast, Pending> {
        let node = match &ast.node {
            AstNode::Number(_) | AstNode::Text(_) => return Ok(ast.clone()),
            AstNode::Name(n) => return self.name(n),
            AstNode::Neg(x) => AstNode::Neg(Box::new(self.rewrite(x)?)),
            AstNode::Transpose(x) => AstNode::Transpose(Box::new(self.rewrite(x)?)),
            AstNode::Binary(..) => {
                let (first, rest) = ast.spine();
                let mut left = self.rewrite(first)?;
                for (op, right, _) in rest {
                    left = Ast::binary(op, left, self.rewrite(right)?);
                }
                return Ok(left);
            }
            AstNode::Call(f, arguments) => return self.call(f, arguments),
            AstNode::Subscript(x, all) => {
                let x = Box::new(self.rewrite(x)?);
                let all = all.iter().map(|s| {
                    Ok(match s {
                        Subscript::All => Subscript::All,
                        Subscript::At(e) => Subscript::At(self.rewrite(e)?),
                        Subscript::Range { from, step, to } => Subscript::Range {
                            from: self.rewrite(from)?,
                            step: step.as_ref().map(|s| self.rewrite(s)).transpose()?,
                            to: self.rewrite(to)?,
                        },
                    })
                });
                AstNode::Subscript(x, all.collect::<Result<_, Pending>>()?)
            }
            AstNode::Rows(rows) => {
                AstNode::Rows(rows.iter().map(|r| self.all(r)).collect::<Result<_, Pending>>()?)
            }
            AstNode::Where(body, names) => {
                let before = self.locals.len();
                let mut rewritten = Vec::new();
                for (name, value) in names {
                    rewritten.push((name.clone(), self.rewrite(value)?));
                    self.locals.push(name.clone());
                }
                let body = self.rewrite(body)?;
                self.locals.truncate(before);
                AstNode::Where(Box::new(body), rewritten)
            }
        };
        Ok(Ast::new(node))
    }

    fn name(&mut self, n: &str) -> Result<Ast, Pending> {
        let i = self.initial;
        if self.locals.iter().any(|l| l == n) || matches!(n, "pi" | "e") && !(i.declared)(n) {
            return Ok(Ast::name(n));
        }
        if let Some(t) = i.values.get(n) {
            if !self.placed.iter().any(|(p, _)| p == n) {
                self.placed.push((n.to_owned(), t.clone()));
            }
            return Ok(Ast::name(n));
        }
        if let Some(k) = (i.size)(n) {
            return Ok(Ast::new(AstNode::Number(gradus_expr::Rational::from_integer(k.into()))));
        }
        if (i.declared)(n) || (i.is_size)(n) {
            return Err(Pending::Needs(n.to_owned()));
        }
        if let Some(Dataset::Table(t)) = i.table
            && t.names().any(|c| c == n)
        {
            return Err(i.failed(format!("`{n}` is a column: write `column({n})`")));
        }
        Err(i.failed(format!("there is no `{n}`")))
    }

    fn call(&mut self, f: &str, arguments: &[Ast]) -> Result<Ast, Pending> {
        let i = self.initial;
        let value = match f {
            "standardize" => {
                let [x] = arguments else { return Err(i.failed("`standardize` takes one matrix or vector")) };
                let mut inner = Reading { initial: i, placed: Vec::new(), locals: Vec::new() };
                let rest = inner.rewrite(x)?;
                standardize(i.evaluate(&rest, inner.placed)?).map_err(|r| i.failed(r))?
            }
            "load" => self.load(arguments)?,
            f if TABLE_CALLS.contains(&f) => self.columns(f, arguments)?,
            _ => return Ok(Ast::call(f, self.all(arguments)?)),
        };
        Ok(self.place(value))
    }

    fn load(&self, arguments: &[Ast]) -> Result<Tensor<f64>, Pending> {
        let i = self.initial;
        let texts: Vec<String> = arguments.iter().filter_map(word).collect();
        let (file, entry) = match texts.as_slice() {
            [file] => (file, None),
            [file, entry] => (file, Some(entry)),
            _ => return Err(i.failed("write `load(\"file.npy\")` or `load(\"file.npz\", \"name\")`")),
        };
        let data = source::read(i.name, &source::relative(i.base, file))?;
        let array = match entry {
            Some(entry) => data.array(entry),
            None => data.only(),
        };
        Ok(tensor(array.map_err(|e| Error::data(i.name, e))?))
    }

    fn columns(&self, f: &str, arguments: &[Ast]) -> Result<Tensor<f64>, Pending> {
        let i = self.initial;
        let Some(table) = i.table else {
            return Err(
                i.failed("there is no table to read columns from; write `from @name` before this line")
            );
        };
        let names: Vec<String> = arguments.iter().filter_map(word).collect();
        if names.len() != arguments.len() || names.is_empty() || (f != "columns" && names.len() != 1) {
            let count = if f == "columns" { "the names of columns" } else { "the name of one column" };
            return Err(i.failed(format!("`{f}` takes {count}")));
        }
        let fail = |e| Pending::Failed(Error::data(i.name, e));
        Ok(match f {
            "column" => Tensor::vector(table.column(&names[0]).map_err(fail)?),
            "codes" => {
                let codes = table.codes(&names[0]).map_err(fail)?.codes;
                Tensor::vector(codes.into_iter().map(|c| c as f64).collect())
            }
            "one_hot" => tensor(table.one_hot(&names[0]).map_err(fail)?.matrix),
            "signs" => Tensor::vector(table.signs(&names[0]).map_err(fail)?),
            _ => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                tensor(table.columns(&names).map_err(fail)?)
            }
        })
    }
}

/// A name or a text as a word.
pub(crate) fn word(ast: &Ast) -> Option<String> {
    match &ast.node {
        AstNode::Name(n) | AstNode::Text(n) => Some(n.clone()),
        _ => None,
    }
}

/// An array as a tensor.
pub(crate) fn tensor(a: gradus_data::Array) -> Tensor<f64> {
    let (shape, data) = a.into_parts();
    Tensor { shape, data }
}

/// Every column with its mean taken off and divided by its standard deviation, `sqrt(sum((x - mean)^2)/n)`.
fn standardize(mut x: Tensor<f64>) -> Result<Tensor<f64>, String> {
    let (n, k) = match x.shape.as_slice() {
        [n] => (*n, 1),
        [n, k] => (*n, *k),
        _ => return Err("`standardize` takes one matrix or vector".to_owned()),
    };
    for j in 0..k {
        let column: Vec<f64> = (0..n).map(|i| x.data[i * k + j]).collect();
        let mean = column.iter().sum::<f64>() / n as f64;
        let sd = (column.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n as f64).sqrt();
        if !(sd > 0.0 && sd.is_finite()) {
            return Err(format!("column {} of `standardize` has the standard deviation {sd}", j + 1));
        }
        for i in 0..n {
            x.data[i * k + j] = (column[i] - mean) / sd;
        }
    }
    Ok(x)
}

/// The columns that an initial value reads.
pub(crate) fn columns_read(ast: &Ast, out: &mut Vec<String>) {
    let (first, rest) = ast.spine();
    let mut visit = |a: &Ast| match &a.node {
        AstNode::Call(f, arguments) if TABLE_CALLS.contains(&f.as_str()) => {
            out.extend(arguments.iter().filter_map(word));
        }
        AstNode::Call(_, arguments) => arguments.iter().for_each(|x| columns_read(x, out)),
        AstNode::Neg(x) | AstNode::Transpose(x) | AstNode::Subscript(x, _) => columns_read(x, out),
        AstNode::Rows(rows) => rows.iter().flatten().for_each(|x| columns_read(x, out)),
        AstNode::Where(body, names) => {
            columns_read(body, out);
            names.iter().for_each(|(_, x)| columns_read(x, out));
        }
        AstNode::Binary(..) | AstNode::Number(_) | AstNode::Name(_) | AstNode::Text(_) => {}
    };
    visit(first);
    rest.iter().for_each(|(_, right, _)| visit_right(right, out));
}

fn visit_right(ast: &Ast, out: &mut Vec<String>) {
    columns_read(ast, out);
}
