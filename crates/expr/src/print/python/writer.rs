//! The walk over the graph: what every node's code is, and which of it gets a name.

use super::Dialect;
use super::text::{Text, level, number};
use crate::print::names::Names;
use crate::print::uses::Uses;
use crate::{Constant, Dim, Expr, Kind, MatrixFunction, Structure};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Longer code than this gets a name.
pub(super) const LONG: usize = 56;
/// Names that mean something else in Python or in the file that is written.
const RESERVED: &str = "
    False None True and as assert async await break class continue def del elif else except finally for from
    global if import in is lambda nonlocal not or pass raise return try while with yield np jnp jax int float
    expit erf erfc gammaln digamma polygamma logsumexp print len range sum min max abs pow match case type";

/// A function being written.
pub(super) struct Writer<'d> {
    pub(super) dialect: &'d Dialect,
    pub(super) names: Names,
    /// The arguments' own names.
    pub(super) symbols: HashMap<String, String>,
    /// The names of sizes that the code needs.
    pub(super) sizes: BTreeMap<String, String>,
    /// Special functions to import.
    pub(super) special: BTreeSet<&'static str>,
    pub(super) lines: Vec<String>,
    values: HashMap<u128, Text>,
    uses: Uses,
}

impl<'d> Writer<'d> {
    /// An empty function for these nodes.
    pub(super) fn new(dialect: &'d Dialect, order: &[Expr]) -> Self {
        let mut uses = Uses::of(order);
        // Equations use the inverted matrix wherever the inverse stands.
        for x in order {
            if let Kind::Matrix(MatrixFunction::Inverse, a) = x.kind() {
                uses.add(a, uses.count(x));
            }
        }
        Writer {
            dialect,
            names: Names::new(RESERVED, '_', |_| false),
            symbols: HashMap::new(),
            sizes: BTreeMap::new(),
            special: BTreeSet::new(),
            lines: Vec::new(),
            values: HashMap::new(),
            uses,
        }
    }

    /// Gives the code a name, by an assignment.
    pub(super) fn assign(&mut self, text: Text) -> Text {
        let name = self.names.temporary();
        self.lines.push(format!("{name} = {}", text.code));
        Text { code: name, level: level::ATOM, loose: text.loose }
    }

    /// Gives the code a name when it is long.
    pub(super) fn shortened(&mut self, text: Text) -> Text {
        if text.code.len() > LONG { self.assign(text) } else { text }
    }

    /// Writes a node whose operands are written.
    pub(super) fn node(&mut self, e: &Expr) {
        let text = match e.kind() {
            Kind::Symbol(s) => Text::atom(self.symbols.get(&*s.name).cloned().unwrap_or_default()),
            // Written where they are used, in the shape that the use asks for.
            Kind::Structure(_) | Kind::OneHot { .. } => return,
            Kind::Matrix(MatrixFunction::Inverse, _) => return,
            Kind::Constant(Constant::Rational(r)) => number(r),
            Kind::Constant(Constant::Pi) => Text::atom(format!("{}.pi", self.dialect.np)),
            Kind::Constant(Constant::E) => Text::atom(format!("{}.e", self.dialect.np)),
            Kind::Size(d) => self.size(d),
            Kind::Sum(terms) => self.sum(e, terms),
            Kind::Contract(c) => self.product(c),
            Kind::Map(f, args) => {
                let values: Vec<Text> = args.iter().map(|x| self.value(x)).collect();
                let loose = values.iter().all(|x| x.loose);
                Text { loose, ..self.map(*f, &values) }
            }
            Kind::Reduce(r, x, axis) => {
                let x = self.full(x);
                self.reduction(*r, &x, *axis)
            }
            Kind::Matrix(f, x) => {
                let x = self.full(x);
                self.matrix(*f, &x)
            }
        };
        let shared = self.uses.shared(e);
        let is_name = text.code.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
        let text = if !is_name && (shared || text.code.len() > LONG) { self.assign(text) } else { text };
        self.values.insert(e.digest(), text);
    }

    /// The code of a node, perhaps still to be broadcast.
    pub(super) fn value(&mut self, e: &Expr) -> Text {
        if let Some(text) = self.values.get(&e.digest()) {
            return text.clone();
        }
        let text = match e.kind() {
            Kind::Structure(s) => self.structure(s),
            Kind::OneHot { index, classes } => {
                let index = self.positions(index);
                let classes = self.size(classes).code;
                Text::atom(format!("{}.eye({classes})[{index}]", self.dialect.np))
            }
            Kind::Matrix(f, x) => {
                let x = self.full(x);
                self.matrix(*f, &x)
            }
            Kind::Symbol(_)
            | Kind::Constant(_)
            | Kind::Size(_)
            | Kind::Sum(_)
            | Kind::Contract(_)
            | Kind::Map(..)
            | Kind::Reduce(..) => Text::atom(String::new()),
        };
        let text = if self.uses.shared(e) || text.code.len() > LONG { self.assign(text) } else { text };
        self.values.insert(e.digest(), text.clone());
        text
    }

    /// The code of a node in its full shape.
    pub(super) fn full(&mut self, e: &Expr) -> Text {
        let text = self.value(e);
        if text.loose { self.broadcast(&text, e.shape()) } else { text }
    }

    pub(super) fn broadcast(&mut self, text: &Text, shape: &[Dim]) -> Text {
        let shape = self.shape(shape);
        Text::atom(format!("{}.broadcast_to({}, {shape})", self.dialect.np, text.code))
    }

    /// Integer positions from 0.
    pub(super) fn positions(&mut self, index: &Expr) -> String {
        let index = self.full(index);
        format!("{}.asarray({}, dtype=int) - 1", self.dialect.np, index.code)
    }

    /// A tensor of zeros and ones, written out.
    fn structure(&mut self, s: &Structure) -> Text {
        let np = self.dialect.np;
        let code = match s {
            Structure::Delta(n) => format!("{np}.eye({})", self.size(n).code),
            Structure::LowerOnes(n) => format!("{np}.tri({})", self.size(n).code),
            Structure::Unit { n, at } => {
                format!("{np}.eye({})[{}]", self.size(n).code, self.size(at).code)
            }
            Structure::Slice { rows, cols, offset, stride } => {
                let (rows, cols) = (self.size(rows).code, self.size(cols).code);
                let offset = self.size(offset).code;
                format!("{np}.eye({cols})[{offset} + {stride} * {np}.arange({rows})]")
            }
            Structure::Merge { outer, inner } => {
                let total = self.size(&(outer.clone() * inner.clone())).code;
                let shape = s.shape();
                let shape = self.shape(&shape);
                format!("{np}.eye({total}).reshape({shape})")
            }
        };
        Text::atom(code)
    }
}
