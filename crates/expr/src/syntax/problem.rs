//! Problem files: declarations, an objective, constraints.

use super::elaborate::{Definition, Elaborator, Names, Value};
use super::infer::{Form, Inference};
use super::nearest::nearest;
use super::scope::{declare_dims, shape_of, symbol_of};
use super::statement::{Declaration, Statement, value_of};
use super::{Ast, AstNode, BinaryOp, Diagnostic, FileAst, Sense, Span, TableSource, parse_file, print};
use crate::{Dim, Expr, Role, Symbol};
use std::rc::Rc;

/// What a problem file says.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Problem {
    /// The tables that columns are read from, in the order of their `from` lines.
    pub tables: Vec<Table>,
    /// The data, parameters and variables, in the order of their declarations.
    pub declared: Vec<Declared>,
    /// The named values, in order.
    pub lets: Vec<(String, Expr)>,
    /// What is minimised or maximised.
    pub objective: Option<(Sense, Expr)>,
    /// The objective as it was written.
    pub objective_text: String,
    /// What must hold.
    pub constraints: Vec<Constraint>,
}

/// A `from` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Where the columns are.
    pub source: TableSource,
    /// Are rows with a missing value left out?
    pub drop_missing: bool,
    /// Where the line stands.
    pub span: Span,
}

/// A declared name.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The symbol, with its shape completed.
    pub symbol: Symbol,
    /// The value of a data or a parameter, the start of a variable: for the binder to evaluate.
    pub initial: Option<Ast>,
    /// The table that its columns are in, a position in [`Problem::tables`].
    pub table: Option<usize>,
    /// Where the name stands.
    pub span: Span,
}

/// How the two sides of a constraint are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `==`
    Equal,
    /// `<=`
    LessEqual,
    /// `>=`
    GreaterEqual,
}

/// A condition on the variables, entry by entry.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// The left side.
    pub left: Expr,
    /// How the sides are related.
    pub relation: Relation,
    /// The right side: of the left one's shape, or one of them a scalar.
    pub right: Expr,
    /// The condition as it was written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Problem {
    /// What was declared with a role, in order.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Declared> {
        self.declared.iter().filter(move |d| d.symbol.role == role)
    }
}

struct Reader {
    names: Names,
    problem: Problem,
    diagnostics: Vec<Diagnostic>,
    places: Vec<(String, Span)>,
}

/// Reads a problem file.
///
/// A `data` without a shape gets it from its value and its use, as an undeclared name in a line of its own does. A `var`
/// or a `param` without a shape is a scalar wherever that agrees with the whole file, so that `b` in `y - X*w - b` is one
/// intercept and not one for each row; else, and where it stands right of a matrix or is transposed (`w` in `X*w` and
/// `w'*w`), its shape follows from use. Its value or start may say the shape too: `var w = ones(3)`.
///
/// ```
/// use gradus_expr::syntax::{Sense, read_problem};
/// let text = "data A : [m, n]\ndata b : [m]\nvar x : [n]\nminimize norm2(A*x - b)^2\nsubject to x >= 0";
/// let problem = read_problem(text).unwrap();
/// assert_eq!(problem.objective.unwrap().0, Sense::Minimize);
/// assert_eq!(problem.constraints.len(), 1);
/// // Three mistakes, each at its place.
/// let mistakes = read_problem("var x : [n]\nminimize sum(y) + lgo(x) + (x").unwrap_err();
/// assert_eq!(mistakes.len(), 3);
/// ```
///
/// # Errors
/// Every mistake in the text, in the order of their places.
pub fn read_problem(text: &str) -> Result<Problem, Vec<Diagnostic>> {
    let (file, diagnostics) = parse_file(text);
    let mut reader =
        Reader { names: Names::default(), problem: Problem::default(), diagnostics, places: Vec::new() };
    reader.declarations(&file);
    reader.statements(&file, text);
    if reader.diagnostics.is_empty() {
        return Ok(reader.problem);
    }
    reader.diagnostics.sort_by_key(|d| (d.span.start, d.span.end));
    reader.diagnostics.dedup();
    Err(reader.diagnostics)
}

impl Reader {
    /// Is the name new? Reports it when not.
    fn claim(&mut self, name: &str, span: Span) -> bool {
        if let Some((_, first)) = self.places.iter().find(|(n, _)| n == name) {
            let d =
                Diagnostic::error(span, format!("`{name}` is declared twice")).label(*first, "first here");
            self.diagnostics.push(d);
            return false;
        }
        if self.names.dims.contains(name) {
            let d = Diagnostic::error(span, format!("`{name}` is already the name of a size"));
            self.diagnostics.push(d.help("choose another name for one of them"));
            return false;
        }
        self.places.push((name.to_owned(), span));
        true
    }

    /// Names and shapes of all declarations, the missing shapes inferred from the whole file.
    fn declarations(&mut self, file: &FileAst) {
        for s in &file.statements {
            if let Statement::Declare(d) = s {
                declare_dims(d.shape.as_deref().unwrap_or_default(), &mut self.names);
            }
        }
        let mut open: Vec<usize> = Vec::new();
        for s in &file.statements {
            match s {
                Statement::From { source, drop_missing, span } => self.problem.tables.push(Table {
                    source: source.clone(),
                    drop_missing: *drop_missing,
                    span: *span,
                }),
                Statement::Declare(d) => self.declare(d, &mut open),
                Statement::Def { name, name_span, parameters, body } => {
                    if self.claim(name, *name_span) {
                        let definition = Definition { parameters: parameters.clone(), body: body.clone() };
                        self.names.definitions.insert(name.clone(), Rc::new(definition));
                    }
                }
                Statement::Start { .. }
                | Statement::Let { .. }
                | Statement::Objective { .. }
                | Statement::Constraints(_) => {}
            }
        }
        if !open.is_empty() {
            self.infer(file, &open);
        }
    }

    fn declare(&mut self, d: &Declaration, open: &mut Vec<usize>) {
        if !self.claim(&d.name, d.name_span) {
            return;
        }
        let shape = match (&d.shape, d.role, &d.initial) {
            (Some(_), ..) => shape_of(d, &self.names, &mut self.diagnostics),
            // A parameter with one number is one number.
            (None, Role::Param, Some(e)) if value_of(e).is_some() => Some(Vec::new()),
            _ => None,
        };
        if d.shape.is_some() && shape.is_none() {
            self.names.values.insert(d.name.clone(), None);
            return;
        }
        if shape.is_none() {
            open.push(self.problem.declared.len());
        }
        let reads_table = d.initial.as_ref().is_some_and(reads_columns);
        let table = if reads_table { self.problem.tables.len().checked_sub(1) } else { None };
        if reads_table && table.is_none() {
            let at = d.initial.as_ref().map_or(d.name_span, |e| e.span);
            let e = Diagnostic::error(at, "there is no table to read columns from");
            self.diagnostics.push(e.help("write `from @name` or `from \"file.csv\"` before this line"));
        }
        let symbol = symbol_of(d, shape.clone().unwrap_or_default());
        if shape.is_some() {
            self.names.values.insert(d.name.clone(), Some(Value::new(Expr::symbol(symbol.clone()))));
        }
        self.problem.declared.push(Declared { symbol, initial: d.initial.clone(), table, span: d.name_span });
    }

    fn infer(&mut self, file: &FileAst, open: &[usize]) {
        let mut inference = Inference::new(&self.names, false);
        for k in open {
            let d = &self.problem.declared[*k];
            let rows =
                d.table.map(|t| Dim::symbol(&if t == 0 { "rows".into() } else { format!("rows{}", t + 1) }));
            let known = d.initial.as_ref().and_then(|e| initial_form(e, rows));
            let known = known.as_ref().map(|(form, dims)| (*form, dims.as_slice()));
            match d.symbol.role {
                Role::Data => inference.unknown(&d.symbol, known),
                // One number may be the start of every entry.
                Role::Param | Role::Var => {
                    inference.free(&d.symbol, known.filter(|(form, _)| *form != Form::Scalar));
                }
            }
        }
        for k in open {
            let d = &self.problem.declared[*k];
            if let Some(value) = d.initial.as_ref().filter(|e| !reads_columns(e)) {
                inference.given(&d.symbol.name, value);
            }
        }
        for s in &file.statements {
            match s {
                Statement::Let { name, value, .. } => inference.define(name, value),
                Statement::Objective { value, .. } => inference.used_as_scalar(value),
                Statement::Constraints(all) => all.iter().for_each(|c| inference.used(c)),
                Statement::Start { name, value, .. } => inference.given(name, value),
                Statement::From { .. } | Statement::Declare(_) | Statement::Def { .. } => {}
            }
        }
        for found in inference.solve() {
            let Some(d) = self.problem.declared.iter_mut().find(|d| *d.symbol.name == *found.name) else {
                continue;
            };
            d.symbol.shape = found.shape;
            self.names.dims.extend(d.symbol.dim_names().map(str::to_owned));
            let value = Value::new(Expr::symbol(d.symbol.clone()));
            self.names.values.insert(found.name, Some(value));
        }
    }

    fn statements(&mut self, file: &FileAst, text: &str) {
        let mut objective_at: Option<Span> = None;
        for s in &file.statements {
            match s {
                Statement::Let { name, name_span, value } => {
                    let value = self.value(value);
                    if self.claim(name, *name_span) {
                        if let Some(v) = &value {
                            self.problem.lets.push((name.clone(), v.clone().into_expr()));
                        }
                        self.names.values.insert(name.clone(), value);
                    }
                }
                Statement::Objective { sense, value: ast } => {
                    if let Some(first) = objective_at {
                        let d = Diagnostic::error(ast.span, "a problem has one objective");
                        self.diagnostics.push(d.label(first, "the first").help("add them up with weights"));
                    }
                    objective_at = Some(ast.span);
                    if let Some(v) = self.value(ast) {
                        if v.expr.is_scalar() {
                            self.problem.objective = Some((*sense, v.expr));
                            self.problem.objective_text = excerpt(text, ast);
                        } else {
                            let shape = crate::show_shape(v.into_expr().shape());
                            let d = Diagnostic::error(
                                ast.span,
                                format!("the objective is a scalar, but this is {shape}"),
                            );
                            self.diagnostics
                                .push(d.help("reduce it, for example with `sum(...)` or `norm2(...)`"));
                        }
                    }
                }
                Statement::Constraints(all) => all.iter().for_each(|c| self.constraint(c, text)),
                Statement::Start { name, name_span, value } => self.start(name, *name_span, value),
                Statement::From { .. } | Statement::Declare(_) | Statement::Def { .. } => {}
            }
        }
    }

    fn value(&mut self, ast: &Ast) -> Option<Value> {
        let mut elaborator = Elaborator::new(&self.names);
        let value = elaborator.value(ast);
        self.diagnostics.append(&mut elaborator.diagnostics);
        value
    }

    fn start(&mut self, name: &str, span: Span, value: &Ast) {
        let found = self.problem.declared.iter_mut().find(|d| &*d.symbol.name == name);
        let message = match found {
            Some(d) if d.symbol.role != Role::Var => format!("`{name}` is no variable, so it has no start"),
            Some(d) if d.initial.is_some() => format!("`{name}` has two starts"),
            Some(d) => {
                d.initial = Some(value.clone());
                return;
            }
            None => format!("there is no variable `{name}`"),
        };
        let names = self.problem.declared.iter().map(|d| &*d.symbol.name);
        let d = Diagnostic::error(span, message);
        self.diagnostics.push(match nearest(name, names) {
            Some(meant) => d.help(format!("did you mean `{meant}`?")),
            None => d,
        });
    }

    /// A condition; `a <= b <= c` is two.
    fn constraint(&mut self, ast: &Ast, text: &str) {
        let (first, rest) = match &ast.node {
            AstNode::Binary(..) => ast.spine(),
            _ => (ast, Vec::new()),
        };
        let comparisons: Vec<_> = rest.iter().filter(|(op, ..)| is_comparison(*op)).collect();
        if comparisons.is_empty() {
            if !matches!(&ast.node, AstNode::Name(n) if n.is_empty()) {
                let d = Diagnostic::error(ast.span, "a constraint compares two sides");
                self.diagnostics.push(d.help("with `==`, `<=` or `>=`"));
            }
            return;
        }
        // The sides: the spine cut at its comparisons, which bind loosest and so stand at its end.
        let mut sides: Vec<&Ast> = Vec::new();
        let mut at = ast;
        let mut relations = Vec::new();
        while let AstNode::Binary(op, left, right) = &at.node
            && is_comparison(*op)
        {
            sides.push(right);
            relations.push(*op);
            at = left;
        }
        sides.push(if comparisons.is_empty() { first } else { at });
        sides.reverse();
        relations.reverse();
        let values: Vec<Option<Value>> = sides.iter().map(|s| self.value(s)).collect();
        for (k, op) in relations.iter().enumerate() {
            let span = Span { start: sides[k].span.start, end: sides[k + 1].span.end };
            let relation = match op {
                BinaryOp::Equal => Relation::Equal,
                BinaryOp::LessEqual => Relation::LessEqual,
                BinaryOp::GreaterEqual => Relation::GreaterEqual,
                other => {
                    let d = Diagnostic::error(span, format!("a constraint cannot be `{}`", other.symbol()));
                    self.diagnostics.push(d.help("use `<=` or `>=`: an optimum may lie on the boundary"));
                    continue;
                }
            };
            let (Some(l), Some(r)) = (values[k].clone(), values[k + 1].clone()) else { continue };
            let (left, right) = (l.into_expr(), r.into_expr());
            if !left.is_scalar() && !right.is_scalar() && left.shape() != right.shape() {
                let (a, b) = (crate::show_shape(left.shape()), crate::show_shape(right.shape()));
                let d =
                    Diagnostic::error(span, format!("the sides of this constraint have shapes {a} and {b}"));
                self.diagnostics.push(d.help("they need equal shapes, or one of them a scalar"));
                continue;
            }
            let text = text.get(span.start..span.end).unwrap_or_default().trim().to_owned();
            self.problem.constraints.push(Constraint { left, relation, right, text, span });
        }
    }
}

fn excerpt(text: &str, ast: &Ast) -> String {
    match text.get(ast.span.start..ast.span.end) {
        Some(t) if !t.contains('\n') => t.trim().to_owned(),
        _ => print(ast),
    }
}

fn is_comparison(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
    )
}

/// Does the value read columns of a table?
fn reads_columns(ast: &Ast) -> bool {
    let (first, rest) = ast.spine();
    let reads = |a: &Ast| match &a.node {
        AstNode::Call(name, arguments) => {
            matches!(name.as_str(), "columns" | "column" | "codes" | "one_hot" | "signs")
                || arguments.iter().any(reads_columns)
        }
        AstNode::Neg(x) | AstNode::Transpose(x) | AstNode::Subscript(x, _) => reads_columns(x),
        AstNode::Rows(rows) => rows.iter().flatten().any(reads_columns),
        AstNode::Binary(..) => reads_columns(a),
        AstNode::Number(_) | AstNode::Name(_) | AstNode::Text(_) | AstNode::Where(..) => false,
    };
    reads(first) || rest.iter().any(|(_, right, _)| reads_columns(right))
}

/// What the value of a declaration says about its form.
fn initial_form(ast: &Ast, rows: Option<Dim>) -> Option<(Form, Vec<Dim>)> {
    let (first, rest) = ast.spine();
    let form = match &first.node {
        AstNode::Call(name, arguments) => match name.as_str() {
            "column" | "codes" | "signs" => Some((Form::Column, rows.into_iter().collect())),
            "columns" => {
                let count = Dim::constant(arguments.len());
                Some((Form::Matrix, rows.map(|r| vec![r, count]).unwrap_or_default()))
            }
            "one_hot" => Some((Form::Matrix, rows.into_iter().collect())),
            _ => None,
        },
        AstNode::Number(_) if rest.is_empty() => Some((Form::Scalar, Vec::new())),
        AstNode::Neg(x) if rest.is_empty() => initial_form(x, rows),
        AstNode::Rows(all) if rest.is_empty() => match all.as_slice() {
            [row] => Some((Form::Column, vec![Dim::constant(row.len())])),
            column if column.iter().all(|r| r.len() == 1) => {
                Some((Form::Column, vec![Dim::constant(column.len())]))
            }
            matrix => Some((Form::Matrix, vec![Dim::constant(matrix.len()), Dim::constant(matrix[0].len())])),
        },
        _ => None,
    };
    match form {
        // Another column in a sum or a quotient of scalars keeps its form.
        Some((Form::Scalar, _)) | None => form,
        some if rest.iter().all(|(_, right, _)| matches!(right.node, AstNode::Number(_))) => some,
        _ => None,
    }
}
