//! One-line use: declarations and expressions as strings.

use super::elaborate::{Elaborator, Names, Value, dim_of};
use super::infer::Inference;
use super::statement::{Declaration, Statement, parse_declarations};
use super::{Ast, Diagnostic, parse_expression};
use crate::{Dim, Expr, Property, Role, Shape, Symbol};
use std::collections::BTreeSet;

/// Declared names, in which expressions are read.
///
/// ```
/// use gradus_expr::syntax::Scope;
/// let mut scope = Scope::new();
/// scope.declare("A : [n, n] symmetric; x : [n]").unwrap();
/// assert!(scope.expression("x'*A*x").unwrap().is_scalar());
/// // What is not declared is inferred from its use.
/// let e = Scope::new().expression("norm2(A*x - b)^2").unwrap();
/// let shapes: Vec<String> = e.symbols().iter().map(|s| gradus_expr::show_shape(&s.shape)).collect();
/// assert_eq!(shapes, ["[m, n]", "[m]", "[n]"]);
/// ```
#[derive(Default)]
pub struct Scope {
    names: Names,
    symbols: Vec<Symbol>,
    /// Declared without a shape.
    open: Vec<Symbol>,
}

impl std::fmt::Debug for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scope").field("symbols", &self.symbols).field("open", &self.open).finish()
    }
}

/// A declaration's symbol, once its shape is known.
pub(super) fn symbol_of(d: &Declaration, shape: Shape) -> Symbol {
    Symbol {
        name: d.name.as_str().into(),
        shape,
        role: d.role,
        properties: d.properties,
        domain: d.domain.clone(),
    }
}

/// The names in the sizes of a shape become dimensions.
pub(super) fn declare_dims(shape: &[Ast], names: &mut Names) {
    for size in shape {
        let mut pending = vec![size];
        while let Some(ast) = pending.pop() {
            let (first, rest) = ast.spine();
            pending.extend(rest.iter().map(|(_, right, _)| *right));
            if let super::AstNode::Name(n) = &first.node
                && !n.is_empty()
                && !names.values.contains_key(n)
            {
                names.dims.insert(n.clone());
            }
        }
    }
}

/// The sizes of a declared shape, and whether the properties suit it.
pub(super) fn shape_of(d: &Declaration, names: &Names, out: &mut Vec<Diagnostic>) -> Option<Shape> {
    let mut elaborator = Elaborator::new(names);
    let sizes = d.shape.as_deref().unwrap_or_default();
    let shape: Vec<Option<Dim>> = sizes.iter().map(|a| elaborator.dim(a)).collect();
    for (size, ast) in shape.iter().zip(sizes) {
        if size.as_ref().and_then(Dim::as_constant).is_some_and(|k| k < 0) {
            elaborator.diagnostics.push(Diagnostic::error(ast.span, "a size cannot be negative"));
        }
    }
    out.append(&mut elaborator.diagnostics);
    let shape: Shape = shape.into_iter().collect::<Option<_>>()?;
    suits(d, &shape, out);
    Some(shape)
}

/// The properties that only square matrices have.
pub(super) fn of_square_matrices() -> [Property; 8] {
    [
        Property::Symmetric,
        Property::Psd,
        Property::Pd,
        Property::Diagonal,
        Property::LowerTriangular,
        Property::UpperTriangular,
        Property::Orthogonal,
        Property::Nonsingular,
    ]
}

/// Reports properties that the shape cannot have.
fn suits(d: &Declaration, shape: &[Dim], out: &mut Vec<Diagnostic>) {
    if let Some(p) = of_square_matrices().into_iter().find(|p| d.properties.has(*p))
        && !matches!(shape, [a, b] if a == b)
    {
        let (word, name, shape) = (p.word(), &d.name, crate::show_shape(shape));
        let message = format!("only a square matrix is {word}, but the shape of `{name}` is {shape}");
        out.push(Diagnostic::error(d.name_span, message));
    }
}

impl Scope {
    /// No names.
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares names, as in `A : [n, n] symmetric; y : [n] in {-1, 1}`: several by `;` or line ends, each with
    /// its role (`data`, `param`, `var`, which is also meant when there is none), its shape unless it is to be
    /// inferred, its properties and its range.
    ///
    /// # Errors
    /// Every mistake, with its place in `text`; then nothing is declared.
    pub fn declare(&mut self, text: &str) -> Result<(), Vec<Diagnostic>> {
        let (file, mut diagnostics) = parse_declarations(text);
        let mut declared = Vec::new();
        for s in file.statements {
            match s {
                Statement::Declare(d) => declared.push(d),
                _ => diagnostics.push(Diagnostic::error(
                    super::Span { start: 0, end: text.len() },
                    "only declarations can stand here",
                )),
            }
        }
        let mut names = Names { dims: self.names.dims.clone(), ..Names::default() };
        for d in declared.iter().filter(|d| d.shape.is_some()) {
            declare_dims(d.shape.as_deref().unwrap_or_default(), &mut names);
        }
        let mut symbols = Vec::new();
        for (k, d) in declared.iter().enumerate() {
            if let Some(value) = &d.initial {
                let e =
                    Diagnostic::error(value.span, "a value is given elsewhere, not in a declaration here");
                diagnostics.push(e);
            }
            let twice = self.has(&d.name) || declared[..k].iter().any(|o| o.name == d.name);
            if twice {
                let e = Diagnostic::error(d.name_span, format!("`{}` is declared twice", d.name));
                diagnostics.push(e);
            }
            let shape = match &d.shape {
                Some(_) => shape_of(d, &names, &mut diagnostics),
                None => None,
            };
            symbols.push((symbol_of(d, shape.clone().unwrap_or_default()), d.shape.is_some()));
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        self.names.dims = names.dims;
        for (symbol, complete) in symbols {
            if complete {
                self.add(symbol);
            } else {
                self.open.push(symbol);
            }
        }
        Ok(())
    }

    /// Declares a symbol that was made elsewhere.
    pub fn add(&mut self, symbol: Symbol) {
        self.names.dims.extend(symbol.dim_names().map(str::to_owned));
        let value = Value::new(Expr::symbol(symbol.clone()));
        self.names.values.insert(symbol.name.to_string(), Some(value));
        self.symbols.retain(|s| s.name != symbol.name);
        self.symbols.push(symbol);
    }

    /// The symbols with a declared shape, in the order of their declaration.
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    fn has(&self, name: &str) -> bool {
        self.names.values.contains_key(name) || self.open.iter().any(|s| &*s.name == name)
    }

    /// Reads an expression. Names that are not declared are variables whose shape is inferred from use; the
    /// symbols with their completed shapes are those of the result.
    ///
    /// # Errors
    /// Every mistake, with its place in `text`.
    pub fn expression(&self, text: &str) -> Result<Expr, Vec<Diagnostic>> {
        match self.expressions(&[text]) {
            Ok(mut all) => all.pop().ok_or_else(Vec::new),
            Err((_, diagnostics)) => Err(diagnostics),
        }
    }

    /// Reads expressions that share their undeclared names.
    ///
    /// # Errors
    /// The position of the first text with mistakes, and its mistakes.
    pub fn expressions(&self, texts: &[&str]) -> Result<Vec<Expr>, (usize, Vec<Diagnostic>)> {
        let mut asts = Vec::with_capacity(texts.len());
        for (k, text) in texts.iter().enumerate() {
            match parse_expression(text) {
                (Some(ast), d) if d.is_empty() => asts.push(ast),
                (_, d) => return Err((k, d)),
            }
        }
        let names = self.completed(&asts);
        asts.iter()
            .enumerate()
            .map(|(k, ast)| {
                let mut elaborator = Elaborator::new(&names);
                match (elaborator.value(ast), elaborator.diagnostics) {
                    (Some(value), d) if d.is_empty() => Ok(value.into_expr()),
                    (_, d) => Err((k, d)),
                }
            })
            .collect()
    }

    /// The dimension that a text such as `2*n + 1` stands for.
    ///
    /// # Errors
    /// Every mistake, with its place in `text`.
    pub fn size(&self, text: &str) -> Result<Dim, Vec<Diagnostic>> {
        let e = self.expression(text)?;
        let whole = super::Span { start: 0, end: text.len() };
        dim_of(&e).ok_or_else(|| vec![Diagnostic::error(whole, "this is no size")])
    }

    /// The names with the inferred ones added.
    fn completed(&self, asts: &[Ast]) -> Names {
        let mut inference = Inference::new(&self.names, true);
        for s in &self.open {
            inference.unknown(s, None);
        }
        asts.iter().for_each(|ast| inference.used(ast));
        let inferred = inference.solve();
        let mut names = Names {
            values: self.names.values.clone(),
            dims: self.names.dims.clone(),
            inferred: BTreeSet::new(),
            definitions: self.names.definitions.clone(),
        };
        for found in inferred {
            let declared = self.open.iter().find(|s| *s.name == *found.name);
            let mut symbol = match declared {
                Some(s) => Symbol { shape: found.shape, ..s.clone() },
                None => {
                    names.inferred.insert(found.name.clone());
                    Symbol::new(&found.name, found.shape).role(Role::Var)
                }
            };
            if found.integer {
                symbol = symbol.with(Property::Integer);
            }
            names.dims.extend(symbol.dim_names().map(str::to_owned));
            names.values.insert(found.name, Some(Value::new(Expr::symbol(symbol))));
        }
        names
    }
}
