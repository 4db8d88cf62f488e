//! Rust: a function over slices with plain loops.
//!
//! Tensors are row-major slices; every product is a nest of loops over its indices, in which tensors of zeros
//! and ones fix an index instead of being multiplied with. Products of many factors are contracted in pairs.
//! Entrywise operations that are used once are fused into their user's loop.

use super::rust_linalg;
use crate::{
    Constant, Contraction, Dim, Expr, Function, Index, Kind, MatrixFunction, Rational, Reduction, Structure,
};
use num_rational::Ratio;
use num_traits::{One, Signed, ToPrimitive};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Longer code than this gets a variable.
const LONG: usize = 64;
/// Terms of a sum in one statement.
const TERMS: usize = 32;

/// A complete Rust function that computes the expression.
///
/// The arguments are the symbols in the order of their first appearance (`f64` for scalars, row-major `&[f64]`
/// for tensors), then the sizes in alphabetical order. A scalar is returned as `f64`, a tensor as a row-major
/// `Vec<f64>`. It needs the standard library alone, except that `erf`, `erfc`, `lgamma`, `digamma` and
/// `polygamma` are called in `gradus_scalar`. The function panics when a slice is shorter than its sizes say.
///
/// ```
/// use gradus_expr::{Dim, Expr, Function, Symbol, print::rust};
/// let x = Expr::symbol(Symbol::new("x", vec![Dim::symbol("n")]));
/// let code = rust(&x.apply(Function::Exp), "f");
/// assert!(code.contains("pub fn f(x: &[f64], n: usize) -> Vec<f64> {"));
/// assert!(code.contains("t1[k] = x[k].exp();"));
/// ```
pub fn rust(e: &Expr, name: &str) -> String {
    let e = &e.rewrite(in_pairs);
    let order = e.postorder();
    let mut uses: HashMap<u128, usize> = HashMap::new();
    for x in order.iter().flat_map(|x| x.children()) {
        *uses.entry(x.digest()).or_default() += 1;
    }
    let mut w = Writer {
        lines: Vec::new(),
        values: HashMap::new(),
        uses,
        names: HashMap::new(),
        taken: RESERVED.iter().map(|s| (*s).to_owned()).collect(),
        sizes: BTreeMap::new(),
        helpers: BTreeSet::new(),
        temporaries: 0,
    };
    let name = w.claim(name);
    let mut arguments: Vec<String> = Vec::new();
    for s in order.iter().filter_map(|x| x.as_symbol()) {
        if !w.names.contains_key(&*s.name) {
            let own = w.claim(&s.name);
            arguments.push(format!("{own}: {}", if s.shape.is_empty() { "f64" } else { "&[f64]" }));
            w.names.insert(s.name.to_string(), own);
        }
    }
    let mut sizes: BTreeSet<String> = BTreeSet::new();
    for x in &order {
        let inner = match x.kind() {
            Kind::Contract(c) => c.dims.as_slice(),
            Kind::Size(d) => std::slice::from_ref(d),
            _ => &[],
        };
        sizes.extend(x.shape().iter().chain(inner).flat_map(Dim::names).map(str::to_owned));
    }
    for n in sizes {
        let own = w.claim(&n);
        arguments.push(format!("{own}: usize"));
        w.sizes.insert(n, own);
    }
    for x in &order {
        w.node(x);
    }
    let (kind, result) = if e.is_scalar() {
        ("f64", w.entry(e))
    } else {
        let array = w.array(e);
        ("Vec<f64>", if e.as_symbol().is_some() { format!("{array}.to_vec()") } else { array })
    };
    let mut out = vec![
        "#[allow(non_snake_case, clippy::all)]".to_owned(),
        format!("pub fn {name}({}) -> {kind} {{", arguments.join(", ")),
    ];
    let helpers = w.helpers.iter().flat_map(|h| h.lines());
    out.extend(helpers.chain(w.lines.iter().map(String::as_str)).map(|l| format!("    {l}")));
    out.push(format!("    {result}"));
    out.push("}".to_owned());
    out.join("\n") + "\n"
}

/// Names that mean something in Rust or in the code that is written.
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "crate",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "Self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
    "async",
    "await",
    "dyn",
    "abstract",
    "become",
    "box",
    "do",
    "final",
    "macro",
    "override",
    "priv",
    "typeof",
    "unsized",
    "virtual",
    "yield",
    "try",
    "gen",
    "f64",
    "usize",
    "vec",
    "std",
    "k",
    "s",
    "sign",
    "sigmoid",
    "softplus",
    "lu",
    "det",
    "inverse",
    "cholesky",
    "axis_count",
    "axis_width",
    "axis_entry",
    "gradus_scalar",
];

/// What a node's code is.
#[derive(Clone)]
enum Value {
    /// A number.
    Scalar(String),
    /// The name of a slice or vector.
    Array(String),
    /// The entry at the flat position `k`.
    Entry(String),
}

struct Writer {
    lines: Vec<String>,
    values: HashMap<u128, Value>,
    uses: HashMap<u128, usize>,
    names: HashMap<String, String>,
    taken: HashSet<String>,
    sizes: BTreeMap<String, String>,
    helpers: BTreeSet<&'static str>,
    temporaries: usize,
}

impl Writer {
    fn claim(&mut self, wanted: &str) -> String {
        let mut name: String =
            wanted.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || is_index(&name) {
            name.insert(0, 'v');
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

    fn size(&self, d: &Dim) -> String {
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

    fn length(&self, shape: &[Dim]) -> String {
        let sizes: Vec<String> = shape.iter().map(|d| self.size(d)).collect();
        if sizes.is_empty() { "1".into() } else { sizes.join(" * ") }
    }

    /// The code of one entry at the flat position `k`, or of the scalar.
    fn entry(&mut self, e: &Expr) -> String {
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
    fn array(&mut self, e: &Expr) -> String {
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
        let name = self.temporary();
        let length = self.length(e.shape());
        self.lines.push(format!("let mut {name} = vec![0.0f64; {length}];"));
        self.lines.push(format!("for k in 0..{name}.len() {{"));
        self.lines.push(format!("    {name}[k] = {code};"));
        self.lines.push("}".into());
        self.values.insert(e.digest(), Value::Array(name.clone()));
        name
    }

    fn node(&mut self, e: &Expr) {
        let code = match e.kind() {
            Kind::Symbol(s) => {
                let name = self.names.get(&*s.name).cloned().unwrap_or_default();
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
        let shared = self.uses.get(&e.digest()).copied().unwrap_or(0) > 1;
        let name_it = (shared && code.contains(['(', ' '])) || code.len() > LONG;
        if e.is_scalar() {
            let value = if name_it {
                let name = self.temporary();
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
        let name = self.temporary();
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

    fn map(&mut self, f: Function, x: &[String]) -> String {
        let a = &x[0];
        // A literal or a sign before a method call would bind to the result.
        let method = |name: &str| {
            let plain = a.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '[' | ']'))
                && a.starts_with(|c: char| c.is_ascii_alphabetic());
            let typed = a.starts_with('(') && a.ends_with(')') && is_one_group(a);
            if plain || typed { format!("{a}.{name}()") } else { format!("({a}).{name}()") }
        };
        match f {
            Function::Power(p) => self.power(a, p, &method),
            Function::Abs => method("abs"),
            Function::Sign => self.helper(rust_linalg::SIGN, "sign", a),
            Function::Exp => method("exp"),
            Function::Log => method("ln"),
            Function::Log1p => method("ln_1p"),
            Function::Expm1 => method("exp_m1"),
            Function::Sin => method("sin"),
            Function::Cos => method("cos"),
            Function::Tan => method("tan"),
            Function::Asin => method("asin"),
            Function::Acos => method("acos"),
            Function::Atan => method("atan"),
            Function::Sinh => method("sinh"),
            Function::Cosh => method("cosh"),
            Function::Tanh => method("tanh"),
            Function::Sigmoid => self.helper(rust_linalg::SIGMOID, "sigmoid", a),
            Function::Softplus => self.helper(rust_linalg::SOFTPLUS, "softplus", a),
            Function::Relu => format!("f64::max({a}, 0.0)"),
            Function::Step => format!("f64::from({a} > 0.0)"),
            Function::Erf => format!("gradus_scalar::erf({a})"),
            Function::Erfc => format!("gradus_scalar::erfc({a})"),
            Function::Lgamma => format!("gradus_scalar::ln_gamma({a})"),
            Function::Polygamma(0) => format!("gradus_scalar::digamma({a})"),
            Function::Polygamma(k) => format!("gradus_scalar::polygamma({k}, {a})"),
            Function::Pow => format!("f64::powf({a}, {})", x[1]),
            Function::Max => format!("f64::max({a}, {})", x[1]),
            Function::Min => format!("f64::min({a}, {})", x[1]),
            Function::Less => format!("f64::from(({a}) < ({}))", x[1]),
            Function::LessEqual => format!("f64::from(({a}) <= ({}))", x[1]),
            Function::Equal => format!("f64::from(({a}) == ({}))", x[1]),
            Function::NotEqual => format!("f64::from(({a}) != ({}))", x[1]),
            Function::Where => format!("(if ({a}) != 0.0 {{ {} }} else {{ {} }})", x[1], x[2]),
            Function::Clamp => format!("f64::min(f64::max({a}, {}), {})", x[1], x[2]),
        }
    }

    fn power(&mut self, a: &str, p: Ratio<i64>, method: &dyn Fn(&str) -> String) -> String {
        let root = if p.abs() == Ratio::new(1, 2) {
            method("sqrt")
        } else if p.abs().is_one() {
            a.to_owned()
        } else if let (true, Some(k)) = (p.is_integer(), p.to_integer().abs().to_i32()) {
            format!("f64::powi({a}, {k})")
        } else {
            format!("f64::powf({a}, {:?} / {:?})", p.numer().abs() as f64, *p.denom() as f64)
        };
        if p.is_negative() { format!("(1.0 / ({root}))") } else { root }
    }

    fn helper(&mut self, source: &'static str, name: &str, argument: &str) -> String {
        self.helpers.insert(source);
        format!("{name}({argument})")
    }

    fn matrix(&mut self, e: &Expr, f: MatrixFunction, x: &Expr) {
        let (a, n) = (self.array(x), self.size(&x.shape()[0]));
        let (source, name) = match f {
            MatrixFunction::Inverse => (rust_linalg::INVERSE, "inverse"),
            MatrixFunction::Det => (rust_linalg::DET, "det"),
            MatrixFunction::LogDet => (rust_linalg::LOGDET, "logdet"),
            MatrixFunction::Cholesky => (rust_linalg::CHOLESKY, "cholesky"),
        };
        if f != MatrixFunction::Cholesky {
            self.helpers.insert(rust_linalg::LU);
        }
        let call = self.helper(source, name, &format!("&{a}, {n}"));
        let t = self.temporary();
        self.lines.push(format!("let {t} = {call};"));
        self.values.insert(e.digest(), if e.is_scalar() { Value::Scalar(t) } else { Value::Array(t) });
    }

    fn reduction(&mut self, e: &Expr, r: Reduction, x: &Expr, axis: usize) {
        let a = self.array(x);
        let (outer, inner) = (self.length(&x.shape()[..axis]), self.length(&x.shape()[axis + 1..]));
        let n = self.size(&x.shape()[axis]);
        let t = self.temporary();
        let at = "axis_entry(j)";
        let body = match r {
            Reduction::Max => "(0..axis_count).map(axis_entry).fold(f64::NEG_INFINITY, f64::max)".to_owned(),
            Reduction::Min => "(0..axis_count).map(axis_entry).fold(f64::INFINITY, f64::min)".to_owned(),
            Reduction::Prod => "(0..axis_count).map(axis_entry).product::<f64>()".to_owned(),
            Reduction::LogSumExp => {
                "{ let top = (0..axis_count).map(axis_entry).fold(f64::NEG_INFINITY, f64::max); if top.is_infinite() \
                 { top } else { top + (0..axis_count).map(|j| (axis_entry(j) - top).exp()).sum::<f64>().ln() } }"
                    .to_owned()
            }
            Reduction::ArgMax => {
                format!("(1 + (0..axis_count).fold(0, |best, j| if {at} > axis_entry(best) {{ j }} else {{ best }})) as f64")
            }
            Reduction::ArgMin => {
                format!("(1 + (0..axis_count).fold(0, |best, j| if {at} < axis_entry(best) {{ j }} else {{ best }})) as f64")
            }
        };
        self.lines.push(format!("let mut {t} = vec![0.0f64; {outer} * {inner}];"));
        self.lines.push(format!("for i0 in 0..{outer} {{"));
        self.lines.push(format!("    for i1 in 0..{inner} {{"));
        self.lines.push(format!("        let (axis_count, axis_width) = ({n}, {inner});"));
        self.lines.push(format!(
            "        let axis_entry = |j: usize| {a}[(i0 * axis_count + j) * axis_width + i1];"
        ));
        self.lines.push(format!("        {t}[i0 * axis_width + i1] = {body};"));
        self.lines.push("    }".into());
        self.lines.push("}".into());
        let value = if e.is_scalar() { Value::Scalar(format!("{t}[0]")) } else { Value::Array(t) };
        self.values.insert(e.digest(), value);
    }

    /// Nested loops over the indices of a product; the name of the result.
    fn contraction(&mut self, c: &Contraction, shape: &[Dim]) -> String {
        let mut structural: Vec<(Expr, Vec<Index>, String)> = Vec::new();
        let mut factors: Vec<String> = Vec::new();
        for (x, l) in &c.operands {
            match x.kind() {
                Kind::Structure(_) => structural.push((x.clone(), l.clone(), String::new())),
                Kind::OneHot { index, .. } => {
                    // A scalar's one entry and a tensor's entries are read alike.
                    let name = if index.is_scalar() { self.entry(index) } else { self.array(index) };
                    structural.push((x.clone(), l.clone(), name));
                }
                _ if l.is_empty() => factors.push(self.entry(x)),
                _ => {
                    let name = self.array(x);
                    factors.push(format!("{name}[{}]", self.flat(c, l)));
                }
            }
        }
        let name = self.temporary();
        let scalar = shape.is_empty();
        let mut depth = 0;
        if !scalar {
            self.lines.push(format!("let mut {name} = vec![0.0f64; {}];", self.length(shape)));
        }
        let mut known: Vec<Index> = Vec::new();
        for i in c.output() {
            let n = self.size(&c.dims[usize::from(i)]);
            self.open(&mut depth, &format!("for i{i} in 0..{n} {{"));
            known.push(i);
        }
        let accumulator = if scalar { name.clone() } else { "s".to_owned() };
        self.line(depth, &format!("let mut {accumulator} = 0.0f64;"));
        let start = depth;
        loop {
            self.settle(c, &mut structural, &mut known, &mut depth);
            let Some(next) = c.bound().find(|i| !known.contains(i)) else { break };
            let range = self.range(c, next, &mut structural, &known);
            self.open(&mut depth, &format!("for i{next} in {range} {{"));
            known.push(next);
        }
        let product = if factors.is_empty() { "1.0".to_owned() } else { factors.join(" * ") };
        self.line(depth, &format!("{accumulator} += {product};"));
        while depth > start {
            depth -= 1;
            self.line(depth, "}");
        }
        if !scalar {
            let place = self.flat(c, &c.output().collect::<Vec<_>>());
            self.line(depth, &format!("{name}[{place}] = s;"));
        }
        while depth > 0 {
            depth -= 1;
            self.line(depth, "}");
        }
        name
    }

    fn line(&mut self, depth: usize, code: &str) {
        self.lines.push(format!("{}{code}", "    ".repeat(depth)));
    }

    fn open(&mut self, depth: &mut usize, code: &str) {
        self.line(*depth, code);
        *depth += 1;
    }

    /// The row-major position of an entry.
    fn flat(&self, c: &Contraction, labels: &[Index]) -> String {
        let mut code = String::new();
        for (k, l) in labels.iter().enumerate() {
            code = match k {
                0 => format!("i{l}"),
                1 => format!("{code} * {} + i{l}", self.size(&c.dims[usize::from(*l)])),
                _ => format!("({code}) * {} + i{l}", self.size(&c.dims[usize::from(*l)])),
            };
        }
        if code.is_empty() { "0".into() } else { code }
    }

    /// Uses every structural factor that is decided by the known indices: it fixes an index, or is a condition.
    fn settle(
        &mut self,
        c: &Contraction,
        structural: &mut Vec<(Expr, Vec<Index>, String)>,
        known: &mut Vec<Index>,
        depth: &mut usize,
    ) {
        let mut k = 0;
        while k < structural.len() {
            let (x, l, source) = &structural[k];
            let has: Vec<bool> = l.iter().map(|i| known.contains(i)).collect();
            let all = has.iter().all(|h| *h);
            // The last axis is where the index says, the one axis at its place, and so on.
            let (target, code) = match x.kind() {
                Kind::OneHot { index, .. } => {
                    let at = if index.is_scalar() {
                        source.clone()
                    } else {
                        format!("{source}[{}]", self.flat(c, &l[..l.len() - 1]))
                    };
                    (l.len() - 1, format!("{at} as usize - 1"))
                }
                Kind::Structure(Structure::Delta(_)) => (1, format!("i{}", l[0])),
                Kind::Structure(Structure::Slice { offset, stride, .. }) => {
                    let offset = self.size(offset);
                    let code = match *stride {
                        1 => format!("{offset} + i{}", l[0]),
                        s if s > 0 => format!("{offset} + {s} * i{}", l[0]),
                        s => format!("{offset} - {} * i{}", s.unsigned_abs(), l[0]),
                    };
                    (1, code)
                }
                Kind::Structure(Structure::Unit { at, .. }) => (0, self.size(at)),
                Kind::Structure(Structure::Merge { inner, .. }) => {
                    (0, format!("i{} * {} + i{}", l[1], self.size(inner), l[2]))
                }
                _ => (usize::MAX, String::new()),
            };
            let others = has.iter().enumerate().all(|(j, h)| j == target || *h);
            if all {
                let condition = match x.kind() {
                    Kind::Structure(Structure::LowerOnes(_)) => format!("i{} <= i{}", l[1], l[0]),
                    _ => format!("i{} == {code}", l[target]),
                };
                structural.remove(k);
                self.open(depth, &format!("if {condition} {{"));
                k = 0;
            } else if target < l.len()
                && others
                && !l.iter().enumerate().any(|(j, i)| j != target && *i == l[target])
            {
                let i = l[target];
                let line = format!("let i{i} = {code};");
                structural.remove(k);
                self.line(*depth, &line);
                known.push(i);
                k = 0;
            } else if let Kind::Structure(Structure::Merge { inner, .. }) = x.kind()
                && has == [true, false, false]
                && l[1] != l[2]
            {
                let (whole, i, j, inner) = (l[0], l[1], l[2], self.size(inner));
                structural.remove(k);
                self.line(*depth, &format!("let (i{i}, i{j}) = (i{whole} / {inner}, i{whole} % {inner});"));
                known.extend([i, j]);
                k = 0;
            } else if matches!(x.kind(), Kind::Structure(Structure::Delta(_))) && has == [false, true] {
                let line = format!("let i{} = i{};", l[0], l[1]);
                known.push(l[0]);
                structural.remove(k);
                self.line(*depth, &line);
                k = 0;
            } else {
                k += 1;
            }
        }
    }

    /// The range of a summed index: a triangle of ones cuts it.
    fn range(
        &self,
        c: &Contraction,
        i: Index,
        structural: &mut Vec<(Expr, Vec<Index>, String)>,
        known: &[Index],
    ) -> String {
        let n = self.size(&c.dims[usize::from(i)]);
        let cut = structural.iter().position(|(x, l, _)| {
            matches!(x.kind(), Kind::Structure(Structure::LowerOnes(_)))
                && l[0] != l[1]
                && ((l[1] == i && known.contains(&l[0])) || (l[0] == i && known.contains(&l[1])))
        });
        match cut {
            Some(k) => {
                let (_, l, _) = structural.remove(k);
                if l[1] == i { format!("0..i{} + 1", l[0]) } else { format!("i{}..{n}", l[1]) }
            }
            None => format!("0..{n}"),
        }
    }
}

/// Is the code one pair of parentheses around everything?
fn is_one_group(code: &str) -> bool {
    let mut open = 0usize;
    for (k, ch) in code.char_indices() {
        match ch {
            '(' => open += 1,
            ')' => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            return k + 1 == code.len();
        }
    }
    false
}

/// Would the name hide a loop's index?
fn is_index(name: &str) -> bool {
    name.strip_prefix('i')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// A rational number as Rust code, exact up to one rounding.
fn number(r: &Rational) -> String {
    let float = |r: &num_bigint::BigInt| r.to_i64().filter(|k| k.abs() < 1 << 53).map(|k| format!("{k}.0"));
    match (float(r.numer()), float(r.denom())) {
        (Some(n), Some(_)) if r.is_integer() => {
            if r.is_negative() {
                format!("({n})")
            } else {
                format!("{n}_f64")
            }
        }
        (Some(n), Some(d)) => format!("({n}_f64 / {d})"),
        _ => match r.to_f64() {
            Some(x) if x.is_finite() => format!("({x:?}_f64)"),
            _ if r.is_negative() => "f64::NEG_INFINITY".into(),
            _ => "f64::INFINITY".into(),
        },
    }
}

/// A product of more than two tensors as products of two, where two share an index that no other has.
fn in_pairs(e: Expr) -> Expr {
    let Kind::Contract(c) = e.kind() else { return e };
    let wide = |x: &Expr| !x.is_scalar();
    if c.operands.iter().filter(|(x, _)| wide(x)).count() < 3
        || c.operands.iter().any(|(x, _)| matches!(x.kind(), Kind::Structure(_) | Kind::OneHot { .. }))
    {
        return e;
    }
    let mut operands: Vec<(Expr, Vec<u32>)> =
        c.operands.iter().map(|(x, l)| (x.clone(), l.iter().map(|i| u32::from(*i)).collect())).collect();
    let dims: HashMap<u32, Dim> = c.dims.iter().enumerate().map(|(k, d)| (k as u32, d.clone())).collect();
    let output: Vec<u32> = c.output().map(u32::from).collect();
    while operands.len() > 2 {
        let mut best: Option<(usize, usize, usize, Vec<u32>)> = None;
        for j in 0..operands.len() {
            for k in j + 1..operands.len() {
                let (a, b) = (&operands[j].1, &operands[k].1);
                let mut all: Vec<u32> = a.iter().chain(b).copied().collect();
                all.sort_unstable();
                all.dedup();
                let kept: Vec<u32> = all
                    .iter()
                    .copied()
                    .filter(|l| {
                        output.contains(l)
                            || operands
                                .iter()
                                .enumerate()
                                .any(|(i, (_, m))| i != j && i != k && m.contains(l))
                    })
                    .collect();
                let shares = a.iter().any(|l| b.contains(l) && !kept.contains(l));
                if shares && best.as_ref().is_none_or(|(rank, ..)| kept.len() < *rank) {
                    best = Some((kept.len(), j, k, kept));
                }
            }
        }
        let Some((_, j, k, kept)) = best else { break };
        let b = operands.remove(k);
        let a = operands.remove(j);
        let pair = Expr::contract_unchecked(vec![a, b], &kept, &dims);
        operands.push((pair, kept));
    }
    Expr::contract_unchecked(operands, &output, &dims)
}
