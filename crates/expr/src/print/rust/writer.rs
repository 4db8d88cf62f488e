//! The walk over the graph: what every node's code is, and which of it gets a name.

use super::number::number;
use crate::print::names::Names;
use crate::print::uses::Uses;
use crate::{Constant, Contraction, Dim, Expr, Index, Kind, Rational};
use num_traits::One;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Longer code than this gets a variable.
const LONG: usize = 64;
/// Terms of a sum in one statement.
const TERMS: usize = 32;

/// Names that mean something in Rust or in the code that is written.
const RESERVED: &str = "
    as break const continue crate else enum extern false fn for if impl in let loop match mod move mut pub ref
    return self Self static struct super trait true type unsafe use where while async await dyn abstract become
    box do final macro override priv typeof unsized virtual yield try gen f64 usize vec std k s sign sigmoid
    softplus maximum minimum argmax logsumexp lu det logdet inverse cholesky axis_count axis_width axis_entry gradus_scalar";

/// What a node's code is.
#[derive(Clone)]
pub(super) enum Value {
    /// A number.
    Scalar(String),
    /// The name of a slice or vector.
    Array(String),
    /// The entry at the flat position `k`.
    Entry(String),
}

/// A function being written.
pub(super) struct Writer {
    pub(super) names: Names,
    /// The arguments' own names.
    pub(super) symbols: HashMap<String, String>,
    pub(super) sizes: BTreeMap<String, String>,
    /// The functions that the code calls, as source text.
    pub(super) functions: BTreeSet<&'static str>,
    pub(super) lines: Vec<String>,
    pub(super) values: HashMap<u128, Value>,
    uses: Uses,
}

impl Writer {
    /// An empty function for these nodes.
    pub(super) fn new(order: &[Expr]) -> Self {
        Writer {
            names: Names::new(RESERVED, 'v', is_index),
            symbols: HashMap::new(),
            sizes: BTreeMap::new(),
            functions: BTreeSet::new(),
            lines: Vec::new(),
            values: HashMap::new(),
            uses: Uses::of(order),
        }
    }

    pub(super) fn size(&self, d: &Dim) -> String {
        let mut positive: Vec<String> = Vec::new();
        let mut negative: Vec<String> = Vec::new();
        for (names, c) in d.terms() {
            let mut factors: Vec<String> = Vec::new();
            if c.unsigned_abs() != 1 || names.is_empty() {
                factors.push(c.unsigned_abs().to_string());
            }
            factors.extend(names.iter().map(|n| self.sizes.get(&**n).cloned().unwrap_or_default()));
            if *c > 0 { &mut positive } else { &mut negative }.push(factors.join(" * "));
        }
        match (positive.as_slice(), negative.as_slice()) {
            ([], []) => "0".into(),
            ([one], []) if !one.contains(' ') => one.clone(),
            (p, []) => format!("({})", p.join(" + ")),
            ([], n) => format!("(0 - {})", n.join(" - ")),
            (p, n) => format!("({} - {})", p.join(" + "), n.join(" - ")),
        }
    }

    pub(super) fn length(&self, shape: &[Dim]) -> String {
        let sizes: Vec<String> = shape.iter().map(|d| self.size(d)).collect();
        if sizes.is_empty() { "1".into() } else { sizes.join(" * ") }
    }

    /// The code of one entry at the flat position `k`, or of the scalar.
    pub(super) fn entry(&mut self, e: &Expr) -> String {
        match self.values.get(&e.digest()).cloned() {
            Some(Value::Scalar(code) | Value::Entry(code)) => code,
            Some(Value::Array(name)) => format!("{name}[k]"),
            None => {
                let name = self.array(e);
                format!("{name}[k]")
            }
        }
    }

    /// The name of a vector that holds the node's entries.
    pub(super) fn array(&mut self, e: &Expr) -> String {
        match self.values.get(&e.digest()).cloned() {
            Some(Value::Array(name)) => name,
            Some(Value::Scalar(code) | Value::Entry(code)) => self.fill(e, &code),
            // A tensor of zeros and ones, written out.
            None => {
                let labels: Vec<Index> = (0..e.rank() as Index).collect();
                let c = Contraction {
                    operands: vec![(e.clone(), labels)],
                    rank: e.rank(),
                    dims: e.shape().to_vec(),
                };
                let name = self.contraction(&c, e.shape());
                self.values.insert(e.digest(), Value::Array(name.clone()));
                name
            }
        }
    }

    /// A vector of entries by one loop.
    fn fill(&mut self, e: &Expr, code: &str) -> String {
        let name = self.names.temporary();
        let length = self.length(e.shape());
        self.lines.push(format!("let mut {name} = vec![0.0f64; {length}];"));
        self.lines.push(format!("for k in 0..{name}.len() {{"));
        self.lines.push(format!("    {name}[k] = {code};"));
        self.lines.push("}".into());
        self.values.insert(e.digest(), Value::Array(name.clone()));
        name
    }

    /// Writes a node whose operands are written.
    pub(super) fn node(&mut self, e: &Expr) {
        let code = match e.kind() {
            Kind::Symbol(s) => {
                let name = self.symbols.get(&*s.name).cloned().unwrap_or_default();
                let value = if e.is_scalar() { Value::Scalar(name) } else { Value::Array(name) };
                self.values.insert(e.digest(), value);
                return;
            }
            // Written where they are used.
            Kind::Structure(_) | Kind::OneHot { .. } => return,
            Kind::Constant(Constant::Rational(r)) => number(r),
            Kind::Constant(Constant::Pi) => "std::f64::consts::PI".into(),
            Kind::Constant(Constant::E) => "std::f64::consts::E".into(),
            Kind::Size(d) => format!("({} as f64)", self.size(d)),
            Kind::Sum(terms) => self.sum(e, terms),
            Kind::Map(f, args) => {
                let x: Vec<String> = args.iter().map(|x| self.entry(x)).collect();
                self.map(*f, &x)
            }
            Kind::Contract(c) => {
                let name = self.contraction(c, e.shape());
                let value = if e.is_scalar() { Value::Scalar(name) } else { Value::Array(name) };
                self.values.insert(e.digest(), value);
                return;
            }
            Kind::Reduce(r, x, axis) => return self.reduction(e, *r, x, *axis),
            Kind::Matrix(f, x) => return self.matrix(e, *f, x),
        };
        let shared = self.uses.shared(e);
        let name_it = (shared && code.contains(['(', ' '])) || code.len() > LONG;
        if e.is_scalar() {
            let value = if name_it {
                let name = self.names.temporary();
                self.lines.push(format!("let {name}: f64 = {code};"));
                name
            } else {
                code
            };
            self.values.insert(e.digest(), Value::Scalar(value));
        } else if name_it {
            self.fill(e, &code);
        } else {
            self.values.insert(e.digest(), Value::Entry(code));
        }
    }

    /// A sum entry by entry, in statements of bounded length.
    fn sum(&mut self, e: &Expr, terms: &[(Rational, Expr)]) -> String {
        let term = |w: &mut Self, (c, x): &(Rational, Expr)| {
            let x = w.entry(x);
            if c.is_one() {
                x
            } else if *c == -Rational::one() {
                format!("-{x}")
            } else {
                format!("{} * {x}", number(c))
            }
        };
        if terms.len() <= TERMS {
            let all: Vec<String> = terms.iter().map(|t| term(self, t)).collect();
            return if all.is_empty() { "0.0".into() } else { format!("({})", all.join(" + ")) };
        }
        let name = self.names.temporary();
        let (start, place) = if e.is_scalar() {
            ("0.0f64".to_owned(), name.clone())
        } else {
            (format!("vec![0.0f64; {}]", self.length(e.shape())), format!("{name}[k]"))
        };
        self.lines.push(format!("let mut {name} = {start};"));
        for chunk in terms.chunks(TERMS) {
            let all: Vec<String> = chunk.iter().map(|t| term(self, t)).collect();
            let line = format!("{place} += {};", all.join(" + "));
            if e.is_scalar() {
                self.lines.push(line);
            } else {
                self.lines.push(format!("for k in 0..{name}.len() {{"));
                self.lines.push(format!("    {line}"));
                self.lines.push("}".into());
            }
        }
        place
    }
}

/// Would the name hide a loop's index?
fn is_index(name: &str) -> bool {
    name.strip_prefix('i')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}
