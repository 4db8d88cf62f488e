//! A Python function from a graph: the walk that NumPy and JAX share.
//!
//! Nodes are written operands first. What is used once and is short stands in its user's expression; the rest
//! is assigned to a name. A sum is written in lines of bounded length, so that neither deep chains nor wide sums
//! nest further than Python's own compiler can follow.
//!
//! A tensor that is constant along axes is kept without them as long as broadcasting gives the same
//! (`loose`), and written out where an operation needs its full shape.

use super::functions::number;
use crate::{Constant, Dim, Expr, Kind, Rational, Shape, Structure, Symbol};
use num_traits::{One, Signed};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How tightly Python's operators bind.
pub(super) mod level {
    pub(in crate::print) const SUM: u8 = 1;
    pub(in crate::print) const PRODUCT: u8 = 2;
    pub(in crate::print) const UNARY: u8 = 3;
    pub(in crate::print) const POWER: u8 = 4;
    pub(in crate::print) const ATOM: u8 = 5;
}

/// What differs between the libraries.
pub(super) struct Dialect {
    pub(super) np: &'static str,
    pub(super) imports: &'static [&'static str],
    pub(super) special: &'static str,
}

/// Python code for a value.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) code: String,
    pub(super) level: u8,
    /// Must it still be broadcast to its node's shape?
    pub(super) loose: bool,
}

impl Text {
    pub(super) fn new(code: String, level: u8) -> Self {
        Text { code, level, loose: false }
    }

    pub(super) fn atom(code: String) -> Self {
        Text::new(code, level::ATOM)
    }

    /// The code, in parentheses when it binds more loosely than `level`.
    pub(super) fn at(&self, level: u8) -> String {
        if self.level >= level { self.code.clone() } else { format!("({})", self.code) }
    }
}

/// Longer code than this gets a name.
const LONG: usize = 56;
/// Terms of a sum on one line.
const TERMS: usize = 24;

/// A function being written.
pub(super) struct Writer<'d> {
    pub(super) dialect: &'d Dialect,
    pub(super) special: BTreeSet<&'static str>,
    lines: Vec<String>,
    values: HashMap<u128, Text>,
    uses: HashMap<u128, usize>,
    names: HashMap<String, String>,
    taken: HashSet<String>,
    sizes: BTreeMap<String, String>,
    used_sizes: BTreeSet<String>,
    temporaries: usize,
}

/// The whole function with its imports.
pub(super) fn function(dialect: &Dialect, e: &Expr, name: &str) -> String {
    let order = e.postorder();
    let symbols: Vec<&Symbol> = order.iter().filter_map(|x| x.as_symbol().map(|s| &**s)).collect();
    let mut uses: HashMap<u128, usize> = HashMap::new();
    for x in order.iter().flat_map(|x| x.children()) {
        *uses.entry(x.digest()).or_default() += 1;
    }
    // Equations use the inverted matrix wherever the inverse stands.
    for x in &order {
        if let Kind::Matrix(crate::MatrixFunction::Inverse, a) = x.kind() {
            let inverse_uses = uses.get(&x.digest()).copied().unwrap_or(0);
            *uses.entry(a.digest()).or_default() += inverse_uses;
        }
    }
    let mut w = Writer {
        dialect,
        special: BTreeSet::new(),
        lines: Vec::new(),
        values: HashMap::new(),
        uses,
        names: HashMap::new(),
        taken: RESERVED.iter().map(|s| (*s).to_owned()).collect(),
        sizes: BTreeMap::new(),
        used_sizes: BTreeSet::new(),
        temporaries: 0,
    };
    let name = w.claim(name);
    let mut arguments: Vec<String> = Vec::new();
    for s in &symbols {
        if !w.names.contains_key(&*s.name) {
            let own = w.claim(&s.name);
            arguments.push(own.clone());
            w.names.insert(s.name.to_string(), own);
        }
    }
    for x in &order {
        w.node(x);
    }
    let value = w.full(e);
    w.finish(&name, arguments, &symbols, &value.code)
}

/// Names that mean something else in Python or in the file that is written.
const RESERVED: [&str; 58] = [
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "np",
    "jnp",
    "jax",
    "int",
    "float",
    "expit",
    "erf",
    "erfc",
    "gammaln",
    "digamma",
    "polygamma",
    "logsumexp",
    "print",
    "len",
    "range",
    "sum",
    "min",
    "max",
    "abs",
    "pow",
    "match",
    "case",
    "type",
];

impl Writer<'_> {
    /// A Python name that nothing else has, close to the one wanted.
    fn claim(&mut self, wanted: &str) -> String {
        let mut name: String =
            wanted.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            name.insert(0, '_');
        }
        while !self.taken.insert(name.clone()) {
            name.push('_');
        }
        name
    }

    fn temporary(&mut self) -> String {
        loop {
            self.temporaries += 1;
            let name = format!("t{}", self.temporaries);
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }

    /// Gives the code a name, by an assignment.
    pub(super) fn assign(&mut self, text: Text) -> Text {
        let name = self.temporary();
        self.lines.push(format!("{name} = {}", text.code));
        Text { code: name, level: level::ATOM, loose: text.loose }
    }

    /// Gives the code a name when it is long.
    pub(super) fn shortened(&mut self, text: Text) -> Text {
        if text.code.len() > LONG { self.assign(text) } else { text }
    }

    /// Writes a node whose operands are written.
    fn node(&mut self, e: &Expr) {
        let text = match e.kind() {
            Kind::Symbol(s) => Text::atom(self.names.get(&*s.name).cloned().unwrap_or_default()),
            // Written where they are used, in the shape that the use asks for.
            Kind::Structure(_) | Kind::OneHot { .. } => return,
            Kind::Matrix(crate::MatrixFunction::Inverse, _) => return,
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
        let shared = self.uses.get(&e.digest()).copied().unwrap_or(0) > 1;
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
        let text = if self.uses.get(&e.digest()).copied().unwrap_or(0) > 1 || text.code.len() > LONG {
            self.assign(text)
        } else {
            text
        };
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

    /// A size as a Python expression.
    pub(super) fn size(&mut self, d: &Dim) -> Text {
        let terms = d.terms();
        if terms.is_empty() {
            return Text::atom("0".into());
        }
        let mut code = String::new();
        for (k, (names, c)) in terms.iter().enumerate() {
            code += match (k, *c < 0) {
                (0, true) => "-",
                (0, false) => "",
                (_, true) => " - ",
                (_, false) => " + ",
            };
            let mut factors: Vec<String> = Vec::new();
            if c.unsigned_abs() != 1 || names.is_empty() {
                factors.push(c.unsigned_abs().to_string());
            }
            for n in names {
                factors.push(self.size_name(n));
            }
            code += &factors.join(" * ");
        }
        let plain =
            terms.len() == 1 && terms[0].1 >= 0 && terms[0].0.len() + usize::from(terms[0].1 != 1) <= 1;
        Text::new(code, if plain { level::ATOM } else { level::SUM })
    }

    fn size_name(&mut self, n: &str) -> String {
        self.used_sizes.insert(n.to_owned());
        match self.sizes.get(n) {
            Some(name) => name.clone(),
            None => {
                let name = self.claim(n);
                self.sizes.insert(n.to_owned(), name.clone());
                name
            }
        }
    }

    /// A shape as a Python tuple.
    pub(super) fn shape(&mut self, shape: &[Dim]) -> String {
        let sizes: Vec<String> = shape.iter().map(|d| self.size(d).code).collect();
        match sizes.as_slice() {
            [one] => format!("({one},)"),
            all => format!("({})", all.join(", ")),
        }
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
                let shape: Shape = s.shape();
                let shape = self.shape(&shape);
                format!("{np}.eye({total}).reshape({shape})")
            }
        };
        Text::atom(code)
    }

    fn sum(&mut self, e: &Expr, terms: &[(Rational, Expr)]) -> Text {
        if terms.is_empty() {
            let shape = self.shape(e.shape());
            return Text::atom(format!("{}.zeros({shape})", self.dialect.np));
        }
        if let Some(text) = self.concatenation(e, terms) {
            return text;
        }
        let mut loose = true;
        let mut line: Option<Text> = None;
        for (k, (c, x)) in terms.iter().enumerate() {
            let value = self.value(x);
            loose &= value.loose;
            let scaled = scaled(&c.abs(), &value);
            line = Some(match line {
                None if c.is_negative() => Text::new(format!("-{}", scaled.at(level::PRODUCT)), level::SUM),
                None => scaled,
                Some(sum) => {
                    let sign = if c.is_negative() { '-' } else { '+' };
                    Text::new(format!("{} {sign} {}", sum.code, scaled.at(level::PRODUCT)), level::SUM)
                }
            });
            let long = line.as_ref().is_some_and(|l| l.code.len() > 2 * LONG);
            if ((k + 1) % TERMS == 0 || long) && k + 1 < terms.len() {
                line = line.map(|l| self.assign(l));
            }
        }
        Text { loose, ..line.unwrap_or_else(|| Text::atom("0".into())) }
    }

    fn finish(&mut self, name: &str, mut arguments: Vec<String>, symbols: &[&Symbol], value: &str) -> String {
        let mut head: Vec<String> = Vec::new();
        let used: Vec<String> = self.used_sizes.iter().cloned().collect();
        for n in used {
            let own = self.sizes.get(&n).cloned().unwrap_or_else(|| n.clone());
            match origin(symbols, &n) {
                Some((symbol, axis, c, k)) => {
                    let source = self.names.get(symbol).cloned().unwrap_or_default();
                    let length = format!("{source}.shape[{axis}]");
                    let code = match (c, k) {
                        (1, 0) => length,
                        (1, _) => format!("{length} - {k}"),
                        (_, 0) => format!("{length} // {c}"),
                        _ => format!("({length} - {k}) // {c}"),
                    };
                    head.push(format!("{own} = {}", code.replace("- -", "+ ")));
                }
                None => arguments.push(own),
            }
        }
        let mut out: Vec<String> = self.dialect.imports.iter().map(|s| (*s).to_owned()).collect();
        if !self.special.is_empty() {
            let names: Vec<&str> = self.special.iter().copied().collect();
            let line = format!("from {} import {}", self.dialect.special, names.join(", "));
            let at = out.iter().position(String::is_empty).unwrap_or(out.len());
            out.insert(at, line);
        }
        out.push(String::new());
        out.push(String::new());
        out.push(format!("def {name}({}):", arguments.join(", ")));
        out.extend(head.iter().chain(&self.lines).map(|l| format!("    {l}")));
        out.push(format!("    return {value}"));
        out.join("\n") + "\n"
    }
}

/// A symbol's axis of the size `c*n + k`, from which the size n follows.
fn origin<'s>(symbols: &[&'s Symbol], n: &str) -> Option<(&'s str, usize, i64, i64)> {
    let mut linear = None;
    for s in symbols {
        for (axis, d) in s.shape.iter().enumerate() {
            match d.terms() {
                [(p, 1)] if p.len() == 1 && &*p[0] == n => return Some((&s.name, axis, 1, 0)),
                [(p, c)] if p.len() == 1 && &*p[0] == n && *c > 0 => {
                    linear = linear.or(Some((&*s.name, axis, *c, 0)));
                }
                [(p, c), (q, k)] if p.len() == 1 && &*p[0] == n && q.is_empty() && *c > 0 => {
                    linear = linear.or(Some((&*s.name, axis, *c, *k)));
                }
                _ => {}
            }
        }
    }
    linear
}

/// `c*x` for positive c: a division where c is the reciprocal of an integer.
pub(super) fn scaled(c: &Rational, x: &Text) -> Text {
    if c.is_one() {
        return x.clone();
    }
    let code = if c.numer().is_one() {
        format!("{} / {}", x.at(level::PRODUCT), c.denom())
    } else if x.code == "1" {
        return Text { loose: x.loose, ..number(c) };
    } else {
        format!("{} * {}", number(c).at(level::PRODUCT), x.at(level::UNARY))
    };
    Text { code, level: level::PRODUCT, loose: x.loose }
}
