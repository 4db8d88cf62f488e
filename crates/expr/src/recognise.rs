//! Recognition: from index notation back to matrix notation.
//!
//! A contraction is a graph: operands are vertices, shared indices edges. It is reduced step by step, each step
//! an identity of matrix notation: factors on the same axes are a Hadamard product, an index that joins two
//! factors is a matrix product, an index that meets one factor only is a sum, one that comes back a trace, a
//! vector on a surviving index a scaling. What does not fit prints as `einsum`.
//!
//! What is recognised parses back to an expression with the same normal form.

use crate::facts::Facts;
use crate::syntax::{Ast, AstNode, BinaryOp, Subscript};
use crate::{
    Constant, Contraction, Dim, Expr, Function, Kind, MatrixFunction, Property, Rational, Reduction,
    Structure,
};
use num_traits::{One, Signed, Zero};
use std::collections::{HashMap, HashSet};

/// Expressions used more than once are named when writing them costs more than this.
const NAMED_FROM: usize = 5;
/// No printed formula nests deeper than this; deeper parts get names.
const MAX_DEPTH: usize = 64;
/// Nor does one part grow larger than this, whatever is shared in it.
const MAX_COST: usize = 400;
/// Parts larger than this are all as long to the reader who compares two forms.
const LARGE: usize = 120;

/// The notation for an expression, with repeated parts named in a `where` clause.
pub fn recognise(e: &Expr) -> Ast {
    let order = e.postorder();
    let mut uses: HashMap<u128, usize> = HashMap::new();
    for node in &order {
        for child in node.children() {
            *uses.entry(child.digest()).or_default() += 1;
        }
    }
    let taken: HashSet<String> = e
        .symbols()
        .iter()
        .flat_map(|s| s.dim_names().map(str::to_owned).chain([s.name.to_string()]).collect::<Vec<_>>())
        .collect();
    let mut room = Recogniser { done: HashMap::new(), named: Vec::new(), taken, facts: Some(Facts::of(e)) };
    for node in &order {
        let notation = room.node(node);
        let repeated = uses.get(&node.digest()).is_some_and(|n| *n > 1) && notation.cost >= NAMED_FROM;
        let deep = notation.depth > MAX_DEPTH || notation.cost > MAX_COST;
        let is_root = node.digest() == e.digest();
        let plumbing = is_plumbing(node);
        let notation = if !is_root && !plumbing && (repeated || deep) {
            let name = room.fresh_name(node);
            room.named.push((name.clone(), notation.ast));
            Notation::of(Ast::name(&name))
        } else {
            notation
        };
        room.done.insert(node.digest(), notation);
    }
    let body = room.done.remove(&e.digest()).map_or_else(|| Ast::name("?"), |n| n.ast);
    let used = used_names(&body, &room.named);
    let named: Vec<(String, Ast)> = room.named.into_iter().filter(|(n, _)| used.contains(n)).collect();
    if named.is_empty() { body } else { Ast::new(AstNode::Where(Box::new(body), named)) }
}

/// Measures what forms cost to read, without names for repeated parts; what was measured once costs nothing.
pub(crate) struct Reader {
    room: Recogniser,
    costs: HashMap<u128, usize>,
}

impl Reader {
    pub(crate) fn new() -> Self {
        let room = Recogniser { done: HashMap::new(), named: Vec::new(), taken: HashSet::new(), facts: None };
        Self { room, costs: HashMap::new() }
    }

    pub(crate) fn cost(&mut self, e: &Expr) -> usize {
        let mut stack = vec![(e.clone(), false)];
        while let Some((node, entered)) = stack.pop() {
            if self.room.done.contains_key(&node.digest()) {
                continue;
            }
            if entered {
                let notation = self.room.node(&node);
                self.costs.insert(node.digest(), notation.cost);
                // Inside others a large part counts as a name would.
                let large = notation.cost > LARGE;
                let notation = if large { Notation::of(Ast::name("part")) } else { notation };
                self.room.done.insert(node.digest(), notation);
            } else {
                let children: Vec<Expr> = node.children().into_iter().cloned().collect();
                stack.push((node, true));
                stack.extend(children.into_iter().map(|c| (c, false)));
            }
        }
        self.costs.get(&e.digest()).copied().unwrap_or(0)
    }
}

/// Broadcasts and parts of patterns that are read through rather than named.
fn is_plumbing(e: &Expr) -> bool {
    match e.kind() {
        Kind::Contract(c) => c.operands.len() <= 1 && c.bound().is_empty(),
        Kind::Sum(terms) => terms.len() == 1 || e.rank() > 2,
        Kind::Map(..) => e.rank() > 2,
        Kind::OneHot { .. } | Kind::Structure(_) => true,
        Kind::Reduce(..) => false,
        Kind::Symbol(_) | Kind::Constant(_) | Kind::Size(_) | Kind::Matrix(..) => false,
    }
}

/// The names that the body needs, directly or through other names.
fn used_names(body: &Ast, named: &[(String, Ast)]) -> HashSet<String> {
    let mut used = HashSet::new();
    names_in(body, &mut used);
    for (name, ast) in named.iter().rev() {
        if used.contains(name) {
            names_in(ast, &mut used);
        }
    }
    used
}

fn names_in(ast: &Ast, into: &mut HashSet<String>) {
    let mut stack = vec![ast];
    while let Some(a) = stack.pop() {
        match &a.node {
            AstNode::Name(n) => {
                into.insert(n.clone());
            }
            AstNode::Number(_) | AstNode::Text(_) => {}
            AstNode::Neg(x) | AstNode::Transpose(x) => stack.push(x),
            AstNode::Binary(_, x, y) => stack.extend([&**x, &**y]),
            AstNode::Call(_, args) => stack.extend(args),
            AstNode::Subscript(x, subscripts) => {
                stack.push(x);
                for s in subscripts {
                    match s {
                        Subscript::All => {}
                        Subscript::Range { from, step, to } => {
                            stack.extend([from, to]);
                            stack.extend(step);
                        }
                        Subscript::At(x) => stack.push(x),
                    }
                }
            }
            AstNode::Rows(rows) => stack.extend(rows.iter().flatten()),
            AstNode::Where(x, named) => {
                stack.push(x);
                stack.extend(named.iter().map(|(_, a)| a));
            }
        }
    }
}

/// How much there is to read: a token counts one, what readers stumble over more.
fn cost(ast: &Ast) -> usize {
    let mut total = 0usize;
    let mut stack = vec![ast];
    while let Some(a) = stack.pop() {
        total += 1;
        match &a.node {
            AstNode::Name(_) | AstNode::Number(_) | AstNode::Text(_) => {}
            AstNode::Neg(x) | AstNode::Transpose(x) => stack.push(x),
            AstNode::Binary(op, x, y) => {
                total += match op {
                    BinaryOp::DotAdd | BinaryOp::DotSub => 4,
                    BinaryOp::DotMul | BinaryOp::DotDiv | BinaryOp::DotPow => 1,
                    _ => 0,
                };
                stack.extend([&**x, &**y]);
            }
            AstNode::Call(f, args) => {
                total += match f.as_str() {
                    "einsum" => 24,
                    "ones" | "reshape" => 3,
                    _ => 1,
                };
                stack.extend(args);
            }
            AstNode::Subscript(x, s) => {
                total += 2 * s.len();
                stack.push(x);
            }
            AstNode::Rows(rows) => stack.extend(rows.iter().flatten()),
            AstNode::Where(x, named) => {
                stack.push(x);
                stack.extend(named.iter().map(|(_, a)| a));
            }
        }
    }
    total
}

#[derive(Clone, Debug)]
struct Notation {
    ast: Ast,
    /// Is it a product of matrices and vectors without numbers, which may join a longer product?
    chain: bool,
    cost: usize,
    depth: usize,
}

impl Notation {
    fn of(ast: Ast) -> Self {
        Self { cost: cost(&ast), depth: depth(&ast), chain: false, ast }
    }
}

fn depth(ast: &Ast) -> usize {
    let mut deepest = 0;
    let mut stack = vec![(ast, 1)];
    while let Some((a, d)) = stack.pop() {
        deepest = deepest.max(d);
        match &a.node {
            AstNode::Name(_) | AstNode::Number(_) | AstNode::Text(_) => {}
            AstNode::Neg(x) | AstNode::Transpose(x) => stack.push((x, d + 1)),
            // Chains of sums and products nest on the left without parentheses.
            AstNode::Binary(_, x, y) => stack.extend([(&**x, d), (&**y, d + 1)]),
            AstNode::Call(_, args) => stack.extend(args.iter().map(|a| (a, d + 1))),
            AstNode::Subscript(x, _) => stack.push((x, d + 1)),
            AstNode::Rows(rows) => stack.extend(rows.iter().flatten().map(|a| (a, d + 1))),
            AstNode::Where(x, _) => stack.push((x, d + 1)),
        }
    }
    deepest
}

struct Recogniser {
    done: HashMap<u128, Notation>,
    named: Vec<(String, Ast)>,
    taken: HashSet<String>,
    /// What is known of symmetry; absent where only the length of the notation is asked for.
    facts: Option<Facts>,
}

impl Recogniser {
    fn fresh_name(&mut self, e: &Expr) -> String {
        let candidates: &[&str] = match e.rank() {
            0 => &["c", "s", "r", "t"],
            1 => &["p", "q", "u", "v", "r", "s", "z"],
            _ => &["P", "Q", "R", "S", "T", "U", "V"],
        };
        let stem = candidates.first().copied().unwrap_or("p");
        let numbered = (1..).map(|k| format!("{stem}{k}"));
        let name =
            candidates.iter().map(|s| (*s).to_owned()).chain(numbered).find(|n| !self.taken.contains(n));
        let name = name.unwrap_or_else(|| stem.to_owned());
        self.taken.insert(name.clone());
        name
    }

    fn of(&self, e: &Expr) -> Ast {
        self.done.get(&e.digest()).map_or_else(|| Ast::name("?"), |n| n.ast.clone())
    }

    fn node(&mut self, e: &Expr) -> Notation {
        let chain = match e.kind() {
            Kind::Contract(c) => is_chain(c),
            _ => false,
        };
        Notation { chain, ..Notation::of(self.notation(e)) }
    }

    fn is_chain(&self, e: &Expr) -> bool {
        self.done.get(&e.digest()).is_some_and(|n| n.chain)
    }

    fn notation(&mut self, e: &Expr) -> Ast {
        match e.kind() {
            Kind::Symbol(s) => Ast::name(&s.name),
            Kind::Constant(Constant::Rational(r)) => number(r),
            Kind::Constant(Constant::Pi) => Ast::name("pi"),
            Kind::Constant(Constant::E) => Ast::name("e"),
            Kind::Size(d) => size(d),
            Kind::Structure(s) => structure(s),
            Kind::OneHot { index, classes } => Ast::call("one_hot", vec![self.of(index), size(classes)]),
            Kind::Sum(terms) => self.sum(e, terms),
            Kind::Contract(c) => self.contraction(c, &Rational::one()),
            Kind::Map(f, args) => self.map(*f, args),
            Kind::Reduce(r, x, axis) => {
                let mut args = vec![self.of(x)];
                // Over all of a matrix: the inner reduction already stands there.
                if x.rank() == 1
                    && let Kind::Reduce(inner, y, 1) = x.kind()
                    && inner == r
                    && y.rank() == 2
                    && !matches!(r, Reduction::ArgMax | Reduction::ArgMin)
                {
                    args = vec![self.of(y)];
                } else if x.rank() > 1 {
                    // `max(X, 1)` would be the larger of X and 1.
                    args.push(Ast::call("axis", vec![integer(*axis as i64 + 1)]));
                }
                Ast::call(r.name(), args)
            }
            Kind::Matrix(f, x) => match (f, x.kind()) {
                (MatrixFunction::Inverse, Kind::Contract(c)) if self.is_transpose(c) => {
                    let inner = self.of(&c.operands[0].0);
                    transpose(Ast::call("inv", vec![inner]))
                }
                _ => Ast::call(f.name(), vec![self.of(x)]),
            },
        }
    }

    fn is_symmetric(&self, e: &Expr) -> bool {
        match (&self.facts, e.kind()) {
            (Some(facts), _) => facts.has(e, Property::Symmetric),
            (None, Kind::Symbol(s)) => s.is_symmetric(),
            (None, Kind::Structure(Structure::Delta(_))) => true,
            (None, _) => false,
        }
    }

    fn is_transpose(&self, c: &Contraction) -> bool {
        c.operands.len() == 1 && c.rank == 2 && c.operands[0].1 == [1, 0]
    }

    // ---- sums

    fn sum(&self, e: &Expr, terms: &[(Rational, Expr)]) -> Ast {
        if terms.is_empty() {
            return match e.shape() {
                [] => integer(0),
                shape => Ast::call("zeros", shape.iter().map(size).collect()),
            };
        }
        // A scalar may stand beside a tensor; it needs no ones. Not when nothing in the sum has the shape.
        let shaped = |t: &Expr| scalar_broadcast(t).is_none();
        let any_shaped = terms.iter().any(|(_, t)| shaped(t));
        let mut written: Vec<(bool, Ast)> = Vec::new();
        let mut order: Vec<usize> = (0..terms.len()).collect();
        // A positive term leads, if there is one.
        if terms[0].0.is_negative()
            && let Some(k) = terms.iter().position(|(c, _)| c.is_positive())
        {
            order.remove(k);
            order.insert(0, k);
        }
        for k in &order {
            let (c, t) = &terms[*k];
            let magnitude = c.abs();
            let ast = match scalar_broadcast(t) {
                Some(inner) if any_shaped => match inner {
                    Some(s) => scaled(self.of(s), &magnitude),
                    None => number(&magnitude),
                },
                _ => self.scaled_term(t, &magnitude),
            };
            written.push((c.is_negative(), ast));
        }
        if e.rank() == 2 && written.len() > 1 {
            let flipped: Vec<(bool, Ast)> = order
                .iter()
                .map(|k| (terms[*k].0.is_negative(), self.transposed_term(&terms[*k].1, &terms[*k].0.abs())))
                .collect();
            let count = |w: &[(bool, Ast)]| w.iter().map(|(_, a)| cost(a)).sum::<usize>();
            if count(&flipped) + 1 < count(&written) {
                return transpose(signed_sum(flipped));
            }
        }
        signed_sum(written)
    }

    /// The transpose of a matrix term with its coefficient.
    fn transposed_term(&self, t: &Expr, c: &Rational) -> Ast {
        match t.kind() {
            Kind::Contract(k) => {
                let mut k = k.clone();
                let swap = |l: &mut u16| *l = if *l < 2 { 1 - *l } else { *l };
                k.operands.iter_mut().flat_map(|(_, l)| l.iter_mut()).for_each(swap);
                k.dims.swap(0, 1);
                self.contraction(&k, c)
            }
            _ if self.is_symmetric(t) => scaled(self.of(t), c),
            _ => scaled(transpose(self.of(t)), c),
        }
    }

    /// A term with its coefficient, which goes where it reads best.
    fn scaled_term(&self, t: &Expr, c: &Rational) -> Ast {
        match t.kind() {
            Kind::Contract(k) if !c.is_one() => self.contraction(k, c),
            _ => match t.as_rational() {
                Some(r) => number(&(c * r)),
                None => scaled(self.of(t), c),
            },
        }
    }

    // ---- functions

    fn map(&self, f: Function, args: &[Expr]) -> Ast {
        let x = &args[0];
        let scalar = x.is_scalar();
        match f {
            Function::Power(p) => self.power(x, *p.numer(), *p.denom()),
            Function::Pow => {
                let op = if scalar { BinaryOp::Pow } else { BinaryOp::DotPow };
                Ast::binary(op, self.unbroadcast(x), self.unbroadcast(&args[1]))
            }
            Function::Less | Function::LessEqual | Function::Equal | Function::NotEqual => {
                let op = match f {
                    Function::Less => BinaryOp::Less,
                    Function::LessEqual => BinaryOp::LessEqual,
                    Function::Equal => BinaryOp::Equal,
                    _ => BinaryOp::NotEqual,
                };
                let (a, b) = self.beside(x, &args[1]);
                Ast::binary(op, a, b)
            }
            Function::Max | Function::Min => {
                let (a, b) = self.beside(x, &args[1]);
                Ast::call(f.name(), vec![a, b])
            }
            Function::Clamp | Function::Where => {
                let full = args.iter().position(|a| scalar_broadcast(a).is_none());
                let parts = args.iter().enumerate().map(|(k, a)| match full {
                    Some(j) if j != k => self.unbroadcast(a),
                    _ => self.of(a),
                });
                Ast::call(f.name(), parts.collect())
            }
            Function::Polygamma(k) if k > 0 => {
                Ast::call("polygamma", vec![integer(i64::from(k)), self.of(x)])
            }
            Function::Exp => match self.softmax(x) {
                Some(ast) => ast,
                None => Ast::call("exp", vec![self.of(x)]),
            },
            _ => Ast::call(f.name(), vec![self.of(x)]),
        }
    }

    /// Two operands of one shape, of which one may be a repeated scalar.
    fn beside(&self, a: &Expr, b: &Expr) -> (Ast, Ast) {
        if scalar_broadcast(a).is_none() {
            (self.of(a), self.unbroadcast(b))
        } else if scalar_broadcast(b).is_none() {
            (self.unbroadcast(a), self.of(b))
        } else {
            (self.of(a), self.of(b))
        }
    }

    /// A repeated scalar as the scalar.
    fn unbroadcast(&self, e: &Expr) -> Ast {
        match (scalar_broadcast(e), e.kind()) {
            (Some(Some(s)), _) => self.of(s),
            (Some(None), Kind::Sum(terms)) if terms.len() == 1 => signed_number(&terms[0].0),
            (Some(None), Kind::Sum(_)) => integer(0),
            (Some(None), _) => integer(1),
            (None, _) => self.of(e),
        }
    }

    /// `exp(x - logsumexp(x))`, along the last or the only axis.
    fn softmax(&self, t: &Expr) -> Option<Ast> {
        let Kind::Sum(terms) = t.kind() else { return None };
        let (x, lse, axis) = terms.iter().find_map(|(c, term)| {
            if !(-c).is_one() {
                return None;
            }
            let (inner, labels) = match term.kind() {
                Kind::Contract(k) if k.operands.len() == 1 && k.bound().is_empty() => &k.operands[0],
                _ => return None,
            };
            let Kind::Reduce(Reduction::LogSumExp, x, axis) = inner.kind() else { return None };
            let expected: Vec<u16> = (0..t.rank() as u16).filter(|l| *l as usize != *axis).collect();
            (x.shape() == t.shape() && *labels == expected).then_some((x.clone(), term.clone(), *axis))
        })?;
        let rest: Vec<(Rational, Expr)> = terms.iter().filter(|(_, e)| *e != lse).cloned().collect();
        if Expr::sum_unchecked(t.shape().to_vec(), rest) != x {
            return None;
        }
        let mut args = vec![self.of(&x)];
        if t.rank() > 1 {
            args.push(integer(axis as i64 + 1));
        }
        Some(Ast::call("softmax", args))
    }

    fn power(&self, x: &Expr, p: i64, q: i64) -> Ast {
        if let Some(norm) = self.norm(x) {
            // (v'*v)^(p/q) is norm2(v)^(2p/q)
            let twice = num_rational::Ratio::new(2 * p, q);
            if twice.is_integer() {
                return scalar_power(norm, twice.to_integer());
            }
        }
        if x.is_scalar() {
            return match (p, q) {
                (1, 2) => Ast::call("sqrt", vec![self.of(x)]),
                (-1, 2) => divided(integer(1), Ast::call("sqrt", vec![self.of(x)])),
                (p, 1) => scalar_power(self.of(x), p),
                _ => Ast::binary(BinaryOp::Pow, self.of(x), fraction(p, q)),
            };
        }
        match (p, q) {
            (1, 1) => self.of(x),
            (1, 2) => Ast::call("sqrt", vec![self.of(x)]),
            (-1, 1) => Ast::binary(BinaryOp::DotDiv, integer(1), self.of(x)),
            (-1, 2) => {
                let root = Ast::call("sqrt", vec![self.of(x)]);
                Ast::binary(BinaryOp::DotDiv, integer(1), root)
            }
            (p, 1) if p < 0 => {
                let raised = Ast::binary(BinaryOp::DotPow, self.of(x), integer(-p));
                Ast::binary(BinaryOp::DotDiv, integer(1), raised)
            }
            (p, 1) => Ast::binary(BinaryOp::DotPow, self.of(x), integer(p)),
            _ => Ast::binary(BinaryOp::DotPow, self.of(x), fraction(p, q)),
        }
    }

    /// `norm2(v)` or `normfro(M)` for a sum of squares `v'*v`.
    fn norm(&self, x: &Expr) -> Option<Ast> {
        let Kind::Contract(c) = x.kind() else { return None };
        let v = squared_operand(c)?;
        let f = if v.rank() == 1 { "norm2" } else { "normfro" };
        Some(Ast::call(f, vec![self.of(v)]))
    }

    // ---- contractions

    fn contraction(&self, c: &Contraction, coefficient: &Rational) -> Ast {
        if let Some(ast) = self.whole_pattern(c, coefficient) {
            return ast;
        }
        let mut board = Board::new(c, coefficient);
        for (e, labels) in &c.operands {
            board.place(self, e, labels);
        }
        match board.reduce() {
            Some(ast) => ast,
            None => self.einsum(c, coefficient),
        }
    }

    /// Contractions with a name of their own.
    fn whole_pattern(&self, c: &Contraction, coefficient: &Rational) -> Option<Ast> {
        if c.rank == 0
            && let Some(v) = squared_operand(c)
        {
            let f = if v.rank() == 1 { "norm2" } else { "normfro" };
            return Some(scaled(scalar_power(Ast::call(f, vec![self.of(v)]), 2), coefficient));
        }
        let pair = squared_distances(c)?;
        Some(scaled(Ast::call("sqdist", vec![self.of(pair.0), self.of(pair.1)]), coefficient))
    }

    fn einsum(&self, c: &Contraction, coefficient: &Rational) -> Ast {
        let letter = |i: &u16| char::from(b'a' + (8 + i % 18) as u8 % 26);
        let word = |l: &[u16]| l.iter().map(letter).collect::<String>();
        let inputs: Vec<String> = c.operands.iter().map(|(_, l)| word(l)).collect();
        let output: Vec<u16> = c.output().collect();
        let carried = |i: &u16| c.operands.iter().any(|(_, l)| l.contains(i));
        let mut inputs = inputs;
        let mut args: Vec<Ast> = c.operands.iter().map(|(e, _)| self.of(e)).collect();
        // An output index that nothing carries is carried by ones.
        for i in output.iter().filter(|i| !carried(i)) {
            inputs.push(word(&[*i]));
            args.push(Ast::call("ones", vec![size(&c.dims[*i as usize])]));
        }
        let spec = format!("{}->{}", inputs.join(","), word(&output));
        args.insert(0, Ast::new(AstNode::Text(spec)));
        scaled(Ast::call("einsum", args), coefficient)
    }
}

/// Has the contraction no scalar among its operands, so that it prints as a product that may be continued?
fn is_chain(c: &Contraction) -> bool {
    let joined = c.bound().all(|l| c.operands.iter().filter(|(_, m)| m.contains(&l)).count() == 2);
    let carried = c.output().all(|l| c.operands.iter().filter(|(_, m)| m.contains(&l)).count() == 1);
    joined && carried && c.operands.iter().all(|(_, l)| (1..=2).contains(&l.len())) && is_connected(c)
}

/// Do summed indices lead from the first operand to every other?
fn is_connected(c: &Contraction) -> bool {
    let mut reached: Vec<usize> = vec![0];
    let mut next = 0;
    while next < reached.len() {
        let (_, labels) = &c.operands[reached[next]];
        for (k, (_, other)) in c.operands.iter().enumerate() {
            let shares = other.iter().any(|l| *l as usize >= c.rank && labels.contains(l));
            if shares && !reached.contains(&k) {
                reached.push(k);
            }
        }
        next += 1;
    }
    reached.len() == c.operands.len()
}

/// The scalar that a tensor repeats (`None` inside for a plain number), when it is one.
fn scalar_broadcast(e: &Expr) -> Option<Option<&Expr>> {
    if e.is_scalar() {
        return None;
    }
    match e.kind() {
        Kind::Contract(c) if c.operands.is_empty() => Some(None),
        Kind::Contract(c) if c.operands.len() == 1 && c.operands[0].1.is_empty() => {
            Some(Some(&c.operands[0].0))
        }
        Kind::Sum(terms) if terms.is_empty() => Some(None),
        Kind::Sum(terms) if terms.len() == 1 => match scalar_broadcast(&terms[0].1) {
            Some(None) => Some(None),
            _ => None,
        },
        _ => None,
    }
}

/// v, when the contraction is the sum of the squares of its entries.
fn squared_operand(c: &Contraction) -> Option<&Expr> {
    if c.rank != 0 || c.operands.is_empty() {
        return None;
    }
    let distinct = |l: &[u16]| l.iter().enumerate().all(|(k, i)| !l[..k].contains(i));
    match c.operands.as_slice() {
        [(e, l)] if distinct(l) => match e.kind() {
            Kind::Map(Function::Power(p), args) if *p.numer() == 2 && *p.denom() == 1 => {
                Some(&args[0]).filter(|v| (1..=2).contains(&v.rank()))
            }
            _ => None,
        },
        [(a, l), (b, m)] if a == b && l == m && distinct(l) && (1..=2).contains(&a.rank()) => Some(a),
        _ => None,
    }
}

/// X and Y, when the contraction is `sum_k (X_ik - Y_jk)^2`.
fn squared_distances(c: &Contraction) -> Option<(&Expr, &Expr)> {
    let [(e, labels)] = c.operands.as_slice() else { return None };
    let Kind::Map(Function::Power(p), args) = e.kind() else { return None };
    let Kind::Sum(terms) = args[0].kind() else { return None };
    let ([(a, x), (b, y)], 2, 3) = (terms.as_slice(), c.rank, labels.len()) else { return None };
    if *p != num_rational::Ratio::from_integer(2) || !(a + b).is_zero() || !a.abs().is_one() {
        return None;
    }
    let (px, py) = (placed(x, labels)?, placed(y, labels)?);
    let summed = c.bound().next()?;
    match (px.1.as_slice(), py.1.as_slice()) {
        ([0, k], [1, m]) if *k == summed && *m == summed => Some((px.0, py.0)),
        ([1, k], [0, m]) if *k == summed && *m == summed => Some((py.0, px.0)),
        _ => None,
    }
}

/// The only operand of a broadcast, and where its axes stand.
fn placed<'a>(t: &'a Expr, labels: &[u16]) -> Option<(&'a Expr, Vec<u16>)> {
    match t.kind() {
        Kind::Contract(k) if k.operands.len() == 1 && k.bound().is_empty() => {
            let (m, l) = &k.operands[0];
            Some((m, l.iter().map(|i| labels[*i as usize]).collect()))
        }
        _ => None,
    }
}

// ---- the board on which a contraction is reduced

/// One factor of a chain of matrix products.
#[derive(Clone, Debug)]
struct Link {
    ast: Ast,
    /// Is it its own transpose?
    symmetric: bool,
}

fn plain(ast: Ast) -> Link {
    Link { ast, symmetric: false }
}

/// The factors of a chain; a matrix that follows itself is a power. (A vector never does.)
fn asts(chain: Vec<Link>) -> Vec<Ast> {
    let mut factors: Vec<(Ast, i64)> = Vec::new();
    for link in chain {
        match factors.last_mut() {
            Some((last, times)) if *last == link.ast => *times += 1,
            _ => factors.push((link.ast, 1)),
        }
    }
    factors
        .into_iter()
        .map(|(ast, k)| if k == 1 { ast } else { Ast::binary(BinaryOp::Pow, ast, integer(k)) })
        .collect()
}

/// A factor on at most two indices: a chain of matrix notation, to be multiplied from the left.
#[derive(Clone, Debug)]
struct Piece {
    labels: Vec<u16>,
    chain: Vec<Link>,
    /// Divides instead of multiplying, entry by entry.
    below: bool,
    /// x, when the piece is `x.^2` entry by entry.
    square_of: Option<Ast>,
    /// What the piece selects when it is multiplied with, if it is a selection.
    selects: Option<Selection>,
}

/// A structural factor that takes entries of what it is multiplied with.
#[derive(Clone, Debug)]
enum Selection {
    /// Positions along its last index; one position drops the axis.
    Positions(Box<Subscript>),
    /// Running sums.
    RunningSum,
}

/// What multiplying with an operand selects along its last index.
fn selection(room: &Recogniser, e: &Expr) -> Option<Selection> {
    let one = || Dim::constant(1);
    match e.kind() {
        Kind::Structure(Structure::Unit { at, .. }) => {
            Some(Selection::Positions(Box::new(Subscript::At(size(&(at.clone() + one()))))))
        }
        Kind::Structure(Structure::Slice { rows, offset, stride, .. }) if *stride != 0 => {
            let steps = (rows.clone() - one()) * Dim::constant(usize::try_from(stride.unsigned_abs()).ok()?);
            let first = offset.clone() + one();
            let last = if *stride > 0 { first.clone() + steps } else { first.clone() - steps };
            let step = (*stride != 1).then(|| signed_number(&Rational::from_integer((*stride).into())));
            let range = Subscript::Range { from: size(&first), step, to: size(&last) };
            Some(Selection::Positions(Box::new(range)))
        }
        Kind::Structure(Structure::LowerOnes(_)) => Some(Selection::RunningSum),
        Kind::OneHot { index, .. } if index.rank() == 1 => {
            Some(Selection::Positions(Box::new(Subscript::At(room.of(index)))))
        }
        _ => None,
    }
}

impl Piece {
    fn ast(&self) -> Ast {
        product(asts(self.chain.clone()))
    }

    fn is_vector(&self) -> bool {
        self.labels.len() == 1
    }

    /// The chain read in the other direction.
    fn transposed(&self) -> Piece {
        let flipped = |l: Link| if l.symmetric { l } else { plain(transpose(l.ast)) };
        let chain = self.chain.iter().rev().cloned().map(flipped).collect();
        let labels = self.labels.iter().rev().copied().collect();
        Piece { labels, chain, ..self.clone() }
    }

    /// The piece as a factor that multiplies: `1 ./ v` for one that divides.
    fn upright(self) -> Piece {
        if !self.below {
            return self;
        }
        let chain = vec![plain(Ast::binary(BinaryOp::DotDiv, integer(1), self.ast()))];
        Piece { chain, below: false, ..self }
    }

    /// The piece with its first index `l`.
    fn starting(&self, l: u16) -> Piece {
        if self.labels.first() == Some(&l) { self.clone() } else { self.transposed() }
    }
}

struct Board<'a> {
    rank: usize,
    dims: &'a [Dim],
    coefficient: Rational,
    above: Vec<Ast>,
    below: Vec<Ast>,
    pieces: Vec<Piece>,
    /// Something was placed that matrix notation cannot hold.
    stuck: bool,
}

impl<'a> Board<'a> {
    fn new(c: &'a Contraction, coefficient: &Rational) -> Self {
        Self {
            rank: c.rank,
            dims: &c.dims,
            coefficient: coefficient.clone(),
            above: Vec::new(),
            below: Vec::new(),
            pieces: Vec::new(),
            stuck: false,
        }
    }

    fn place(&mut self, room: &Recogniser, e: &Expr, labels: &[u16]) {
        match (labels.len(), e.kind()) {
            (0, Kind::Map(Function::Power(p), args)) if p < &num_rational::Ratio::zero() => {
                self.below.push(room.power(&args[0], -*p.numer(), *p.denom()));
            }
            (0, _) => self.above.push(room.of(e)),
            (1 | 2, Kind::Map(Function::Power(p), args)) if p < &num_rational::Ratio::zero() => {
                let ast = room.power(&args[0], -*p.numer(), *p.denom());
                self.piece(labels, ast, true, false, false);
            }
            (1 | 2, Kind::Map(Function::Power(p), args)) if *p == num_rational::Ratio::from_integer(2) => {
                self.piece(labels, room.of(e), false, false, false);
                if let Some(last) = self.pieces.last_mut() {
                    last.square_of = Some(room.of(&args[0]));
                }
            }
            (1 | 2, _) => {
                let symmetric = e.rank() == 2 && room.is_symmetric(e);
                self.piece(labels, room.of(e), false, symmetric, room.is_chain(e));
                if let Some(last) = self.pieces.last_mut() {
                    last.selects = selection(room, e);
                }
            }
            _ => self.stuck = true,
        }
    }

    fn piece(&mut self, labels: &[u16], ast: Ast, below: bool, symmetric: bool, chain: bool) {
        // The transpose of a transpose, and chains inside a factor, read flat.
        let factors = if chain && !below { flat_product(ast) } else { vec![ast] };
        let symmetric = symmetric && factors.len() == 1;
        let chain = factors.into_iter().map(|ast| Link { ast, symmetric }).collect();
        self.pieces.push(Piece { labels: labels.to_vec(), chain, below, square_of: None, selects: None });
    }

    fn is_bound(&self, l: u16) -> bool {
        l as usize >= self.rank
    }

    fn carriers(&self, l: u16) -> Vec<usize> {
        (0..self.pieces.len()).filter(|k| self.pieces[*k].labels.contains(&l)).collect()
    }

    fn take(&mut self, k: usize) -> Piece {
        self.pieces.remove(k)
    }

    fn reduce(mut self) -> Option<Ast> {
        if self.stuck {
            return None;
        }
        while self.diagonals() || self.hadamard() || self.join() || self.sum_out() || self.scale() {}
        self.finish()
    }

    /// `M[i, i]`: a trace, or the diagonal.
    fn diagonals(&mut self) -> bool {
        let Some(k) = self.pieces.iter().position(|p| p.labels.len() == 2 && p.labels[0] == p.labels[1])
        else {
            return false;
        };
        let p = self.take(k);
        let l = p.labels[0];
        if p.below {
            self.stuck = true;
            return false;
        }
        if self.is_bound(l) && self.carriers(l).is_empty() {
            self.above.push(Ast::call("trace", vec![p.ast()]));
        } else {
            let chain = vec![plain(Ast::call("diag", vec![p.ast()]))];
            self.pieces.push(Piece { labels: vec![l], chain, below: false, square_of: None, selects: None });
        }
        true
    }

    /// Factors on the same axes multiply entry by entry.
    fn hadamard(&mut self) -> bool {
        for a in 0..self.pieces.len() {
            for b in a + 1..self.pieces.len() {
                let same = self.pieces[a].labels == self.pieces[b].labels;
                let crossed = self.pieces[a].labels.len() == 2
                    && self.pieces[a].labels.iter().rev().eq(self.pieces[b].labels.iter());
                if !same && !crossed {
                    continue;
                }
                // tr(A*B) is better than sum(A .* B')
                let closed =
                    self.pieces[a].labels.iter().all(|l| self.is_bound(*l) && self.carriers(*l).len() == 2);
                let plain = !self.pieces[a].below && !self.pieces[b].below;
                if closed
                    && plain
                    && self.pieces[a].labels.len() == 2
                    && self.pieces[a].labels[0] != self.pieces[a].labels[1]
                    && (crossed || self.pieces[a].chain.len() > 1 || self.pieces[b].chain.len() > 1)
                {
                    let (x, y) = (self.pieces[a].clone(), self.pieces[b].clone());
                    self.pieces.remove(b);
                    self.pieces.remove(a);
                    let y = y.starting(x.labels[1]);
                    let chain = x.chain.into_iter().chain(y.chain).collect();
                    self.above.push(Ast::call("trace", vec![product(asts(chain))]));
                    return true;
                }
                if self.is_dot(a, b) {
                    continue;
                }
                let mut y = self.take(b);
                let x = self.take(a);
                if crossed && !same {
                    y = y.transposed();
                }
                self.pieces.push(entrywise(x, y));
                return true;
            }
        }
        false
    }

    /// Two vectors, and nothing else, on a summed index: an inner product.
    fn is_dot(&self, a: usize, b: usize) -> bool {
        let l = self.pieces[a].labels[0];
        self.pieces[a].is_vector()
            && self.is_bound(l)
            && self.carriers(l).len() == 2
            && !self.pieces[a].below
            && !self.pieces[b].below
    }

    /// An index summed over between exactly two factors is a product of linear algebra.
    fn join(&mut self) -> bool {
        let bound: Vec<u16> = (self.rank as u16..self.dims.len() as u16).collect();
        let mut best: Option<(usize, u16)> = None;
        for l in bound {
            let at = self.carriers(l);
            let [a, b] = at.as_slice() else { continue };
            // Vectors first, so that a chain is applied rather than multiplied out.
            let vectors = usize::from(self.pieces[*a].is_vector()) + usize::from(self.pieces[*b].is_vector());
            let rank = 2 - vectors;
            if best.is_none_or(|(r, _)| rank < r) {
                best = Some((rank, l));
            }
        }
        let Some((_, l)) = best else { return false };
        let at = self.carriers(l);
        let b = self.take(at[1]).upright();
        let a = self.take(at[0]).upright();
        if let Some(done) = selected(&a, &b, l).or_else(|| selected(&b, &a, l)) {
            if done.labels.is_empty() {
                self.above.push(done.ast());
            } else {
                self.pieces.push(done);
            }
            return true;
        }
        // Left ends in l, right starts with l; a vector on the left stands as a row.
        let (left, right) = if a.is_vector() && !b.is_vector() {
            (b, a)
        } else if order_left(&a, &b, l) {
            (a, b)
        } else {
            (b, a)
        };
        let left = if left.is_vector() { left.transposed() } else { left.starting(l).transposed() };
        let right = right.starting(l);
        let mut labels: Vec<u16> = Vec::new();
        labels.extend(left.labels.iter().copied().filter(|m| *m != l));
        labels.extend(right.labels.iter().copied().filter(|m| *m != l));
        let chain: Vec<Link> = left.chain.into_iter().chain(right.chain).collect();
        if labels.is_empty() {
            // A scalar is its own transpose: the reading with fewer marks wins.
            let piece = Piece { labels, chain, below: false, square_of: None, selects: None };
            let (this, other) = (piece.ast(), piece.transposed().ast());
            self.above.push(if cost(&other) < cost(&this) { other } else { this });
        } else {
            self.pieces.push(Piece { labels, chain, below: false, square_of: None, selects: None });
        }
        true
    }

    /// An index summed over in one factor alone.
    fn sum_out(&mut self) -> bool {
        let bound: Vec<u16> = (self.rank as u16..self.dims.len() as u16).collect();
        for l in bound {
            let at = self.carriers(l);
            let [k] = at.as_slice() else { continue };
            let p = self.take(*k);
            let inner = if p.below { Ast::binary(BinaryOp::DotDiv, integer(1), p.ast()) } else { p.ast() };
            let rest: Vec<u16> = p.labels.iter().copied().filter(|m| *m != l).collect();
            let total = |norm: &str| match &p.square_of {
                Some(x) => scalar_power(Ast::call(norm, vec![x.clone()]), 2),
                None => Ast::call("sum", vec![inner.clone()]),
            };
            if let [other] = rest.as_slice() {
                if self.is_bound(*other) && self.carriers(*other).is_empty() {
                    self.above.push(total("normfro"));
                } else {
                    let axis = if p.labels[0] == l { 1 } else { 2 };
                    let chain = vec![plain(Ast::call("sum", vec![inner, integer(axis)]))];
                    self.pieces.push(Piece {
                        labels: rest,
                        chain,
                        below: false,
                        square_of: None,
                        selects: None,
                    });
                }
            } else {
                self.above.push(total("norm2"));
            }
            return true;
        }
        false
    }

    /// A vector beside a matrix on one of its axes scales its rows or columns: a diagonal factor.
    fn scale(&mut self) -> bool {
        for v in 0..self.pieces.len() {
            if !self.pieces[v].is_vector() {
                continue;
            }
            let l = self.pieces[v].labels[0];
            let Some(m) = (0..self.pieces.len())
                .find(|m| self.pieces[*m].labels.len() == 2 && self.pieces[*m].labels.contains(&l))
            else {
                continue;
            };
            if self.pieces[m].below {
                continue;
            }
            let matrix = self.pieces[m].clone();
            let vector = self.pieces[v].clone();
            let (hi, lo) = (v.max(m), v.min(m));
            self.pieces.remove(hi);
            self.pieces.remove(lo);
            let column = match vector.below {
                false => vector.ast(),
                true => Ast::binary(BinaryOp::DotDiv, integer(1), vector.ast()),
            };
            let diagonal = Link { ast: Ast::call("diag", vec![column]), symmetric: true };
            let is_eye = matches!(matrix.chain.as_slice(),
                [Link { ast: Ast { node: AstNode::Call(f, _), .. }, .. }] if f == "eye");
            let chain = if is_eye {
                vec![diagonal]
            } else if matrix.labels[0] == l {
                std::iter::once(diagonal).chain(matrix.chain).collect()
            } else {
                matrix.chain.into_iter().chain([diagonal]).collect()
            };
            self.pieces.push(Piece {
                labels: matrix.labels,
                chain,
                below: false,
                square_of: None,
                selects: None,
            });
            return true;
        }
        false
    }

    /// What is left must be the output.
    fn finish(mut self) -> Option<Ast> {
        if self.stuck {
            return None;
        }
        let uncarried: Vec<u16> = (0..self.rank as u16).filter(|l| self.carriers(*l).is_empty()).collect();
        if !uncarried.is_empty() && self.rank == 1 && self.pieces.is_empty() {
            let ones = Ast::call("ones", vec![size(&self.dims[0])]);
            return Some(self.numbered(vec![ones], None));
        }
        if self.rank == 2 && uncarried.len() == 2 && self.pieces.is_empty() {
            let ones = Ast::call("ones", self.dims[..2].iter().map(size).collect());
            return Some(self.numbered(vec![ones], None));
        }
        if self.rank == 2 && uncarried.len() == 1 {
            let l = uncarried[0];
            let ones = Ast::call("ones", vec![size(&self.dims[l as usize])]);
            self.pieces.push(Piece {
                labels: vec![l],
                chain: vec![plain(ones)],
                below: false,
                square_of: None,
                selects: None,
            });
        } else if !uncarried.is_empty() {
            return None;
        }
        match self.pieces.len() {
            0 if self.rank == 0 => Some(self.numbered(Vec::new(), None)),
            1 => {
                let p = self.take(0);
                let output: Vec<u16> = (0..self.rank as u16).collect();
                let p = if p.labels == output {
                    p
                } else if p.labels.iter().rev().eq(output.iter()) {
                    p.transposed()
                } else {
                    return None;
                };
                if p.below {
                    Some(self.numbered(Vec::new(), Some(p.ast())))
                } else {
                    Some(self.numbered(asts(p.chain), None))
                }
            }
            // u_i v_j: an outer product.
            2 if self.rank == 2 && self.pieces.iter().all(Piece::is_vector) => {
                let (a, b) = (self.take(0), self.take(0));
                let (u, v) = if a.labels[0] == 0 { (a, b) } else { (b, a) };
                let column = |p: &Piece| match p.below {
                    true => vec![Ast::binary(BinaryOp::DotDiv, integer(1), p.ast())],
                    false => asts(p.chain.clone()),
                };
                let right = match v.below {
                    true => vec![transpose(column(&v).swap_remove(0))],
                    false => asts(v.transposed().chain),
                };
                Some(self.numbered(column(&u).into_iter().chain(right).collect(), None))
            }
            _ => None,
        }
    }

    /// The product with its coefficient and scalars in front, divided by the scalars below; `under` divides
    /// entry by entry.
    fn numbered(self, chain: Vec<Ast>, under: Option<Ast>) -> Ast {
        let mut front: Vec<Ast> = Vec::new();
        let (p, q) = (self.coefficient.numer().clone(), self.coefficient.denom().clone());
        let bare = self.above.is_empty() && chain.is_empty();
        if let Some(under) = under {
            // c ./ v
            let top = product(
                std::iter::once(number(&Rational::from_integer(p)))
                    .filter(|_| !self.coefficient.numer().is_one() || self.above.is_empty())
                    .chain(self.above.clone())
                    .collect(),
            );
            let mut all = Ast::binary(BinaryOp::DotDiv, top, under);
            for d in self.below {
                all = divided(all, d);
            }
            return if q.is_one() { all } else { divided(all, number(&Rational::from_integer(q))) };
        }
        if !p.is_one() || bare {
            front.push(number(&Rational::from_integer(p)));
        }
        front.extend(self.above);
        front.extend(chain);
        let mut all = product(front);
        if !q.is_one() {
            all = divided(all, number(&Rational::from_integer(q)));
        }
        for d in self.below {
            all = divided(all, d);
        }
        all
    }
}

/// `taker`, a selection whose last index is l, applied to a vector or along one axis of a matrix.
fn selected(taker: &Piece, from: &Piece, l: u16) -> Option<Piece> {
    let selection = taker.selects.as_ref()?;
    let repeats = taker.labels.len() == 2 && from.labels.contains(&taker.labels[0]);
    if taker.labels.last() != Some(&l) || from.selects.is_some() || repeats {
        return None;
    }
    // The axis that stays in the place of l, if any.
    let kept = (taker.labels.len() == 2).then(|| taker.labels[0]);
    let labels = from.labels.iter().filter_map(|m| if *m == l { kept } else { Some(*m) }).collect();
    let ast = match (selection, from.labels.as_slice()) {
        (Selection::RunningSum, [_]) => Ast::call("cumsum", vec![from.ast()]),
        (Selection::Positions(s), [_]) => subscripted(from.ast(), vec![(**s).clone()]),
        (Selection::Positions(s), [a, b]) if a != b && *b == l => {
            subscripted(from.ast(), vec![Subscript::All, (**s).clone()])
        }
        (Selection::Positions(s), [a, b]) if a != b => {
            subscripted(from.ast(), vec![(**s).clone(), Subscript::All])
        }
        _ => return None,
    };
    Some(Piece { labels, chain: vec![plain(ast)], below: false, square_of: None, selects: None })
}

fn subscripted(x: Ast, at: Vec<Subscript>) -> Ast {
    Ast::new(AstNode::Subscript(Box::new(x), at))
}

/// Should a, joined with b over l, stand on the left? The one whose other index comes first in the output.
fn order_left(a: &Piece, b: &Piece, l: u16) -> bool {
    let other = |p: &Piece| p.labels.iter().copied().find(|m| *m != l);
    match (other(a), other(b)) {
        (Some(x), Some(y)) => x <= y,
        (None, None) => !is_long(a) || is_long(b),
        (None, Some(_)) => false,
        (Some(_), None) => true,
    }
}

fn is_long(p: &Piece) -> bool {
    p.chain.len() > 1
}

/// The entry-by-entry product of two factors on the same axes.
fn entrywise(x: Piece, y: Piece) -> Piece {
    let labels = x.labels.clone();
    let (a, b) = (x.ast(), y.ast());
    let (ast, below) = match (x.below, y.below) {
        (false, true) => (Ast::binary(BinaryOp::DotDiv, a, b), false),
        (true, false) => (Ast::binary(BinaryOp::DotDiv, b, a), false),
        (both, _) => {
            // One flat chain, `a .* b .* c`.
            let all = flat(BinaryOp::DotMul, a).into_iter().chain(flat(BinaryOp::DotMul, b));
            (all.reduce(|a, b| Ast::binary(BinaryOp::DotMul, a, b)).unwrap_or_else(|| integer(1)), both)
        }
    };
    Piece { labels, chain: vec![plain(ast)], below, square_of: None, selects: None }
}

// ---- small pieces of notation

fn integer(k: i64) -> Ast {
    number(&Rational::from_integer(k.into()))
}

/// A number that is not negative; a fraction is written as a division.
fn number(r: &Rational) -> Ast {
    signed_number(r)
}

fn signed_number(r: &Rational) -> Ast {
    let whole = |n: &num_bigint::BigInt| Ast::new(AstNode::Number(Rational::from_integer(n.clone())));
    let magnitude = r.abs();
    let ast = if magnitude.denom().is_one() {
        whole(magnitude.numer())
    } else {
        Ast::binary(BinaryOp::Div, whole(magnitude.numer()), whole(magnitude.denom()))
    };
    if r.is_negative() { Ast::new(AstNode::Neg(Box::new(ast))) } else { ast }
}

fn fraction(p: i64, q: i64) -> Ast {
    number(&Rational::new(p.into(), q.into()))
}

fn scalar_power(base: Ast, p: i64) -> Ast {
    match p {
        1 => base,
        p if p < 0 => divided(integer(1), scalar_power(base, -p)),
        p => Ast::binary(BinaryOp::Pow, base, integer(p)),
    }
}

fn divided(top: Ast, bottom: Ast) -> Ast {
    Ast::binary(BinaryOp::Div, top, bottom)
}

/// `c * x`, with c positive or not.
fn scaled(x: Ast, c: &Rational) -> Ast {
    if c.is_one() {
        return x;
    }
    let (p, q) = (Rational::from_integer(c.numer().clone()), Rational::from_integer(c.denom().clone()));
    let top =
        if p.is_one() { x } else { product(std::iter::once(number(&p)).chain(flat_product(x)).collect()) };
    if q.is_one() { top } else { divided(top, number(&q)) }
}

/// `a + b - c` from terms with their signs.
fn signed_sum(written: Vec<(bool, Ast)>) -> Ast {
    let mut parts = written.into_iter();
    let mut total = match parts.next() {
        Some((true, ast)) => negated(ast),
        Some((false, ast)) => ast,
        None => integer(0),
    };
    for (negative, ast) in parts {
        let op = if negative { BinaryOp::Sub } else { BinaryOp::Add };
        total = Ast::binary(op, total, ast);
    }
    total
}

/// `-x`, with the sign on the first factor of a product.
fn negated(mut ast: Ast) -> Ast {
    match take_node(&mut ast) {
        AstNode::Binary(op @ (BinaryOp::Mul | BinaryOp::Div), a, b) => Ast::binary(op, negated(*a), *b),
        node => Ast::new(AstNode::Neg(Box::new(Ast::new(node)))),
    }
}

/// `a*b*c`, multiplied from the left.
fn product(factors: Vec<Ast>) -> Ast {
    factors.into_iter().reduce(|a, b| Ast::binary(BinaryOp::Mul, a, b)).unwrap_or_else(|| integer(1))
}

/// The factors of a product of linear algebra.
fn flat_product(ast: Ast) -> Vec<Ast> {
    flat(BinaryOp::Mul, ast)
}

/// The operands of a chain of one operator.
fn flat(op: BinaryOp, mut ast: Ast) -> Vec<Ast> {
    let mut operands = Vec::new();
    loop {
        match take_node(&mut ast) {
            AstNode::Binary(o, a, b) if o == op => {
                operands.push(*b);
                ast = *a;
            }
            node => {
                operands.push(Ast::new(node));
                break;
            }
        }
    }
    operands.reverse();
    operands
}

fn transpose(mut ast: Ast) -> Ast {
    match take_node(&mut ast) {
        AstNode::Transpose(x) => *x,
        node => Ast::new(AstNode::Transpose(Box::new(Ast::new(node)))),
    }
}

/// What stands in a notation that is not needed any more.
fn take_node(ast: &mut Ast) -> AstNode {
    std::mem::replace(&mut ast.node, AstNode::Rows(Vec::new()))
}

fn size(d: &Dim) -> Ast {
    let mut total: Option<Ast> = None;
    for (names, c) in d.terms() {
        let mut factors: Vec<Ast> = names.iter().map(|n| Ast::name(n)).collect();
        if c.unsigned_abs() != 1 || factors.is_empty() {
            factors.insert(0, Ast::new(AstNode::Number(Rational::from_integer(c.unsigned_abs().into()))));
        }
        let term = product(factors);
        total = Some(match total {
            None if *c < 0 => Ast::new(AstNode::Neg(Box::new(term))),
            None => term,
            Some(t) => Ast::binary(if *c < 0 { BinaryOp::Sub } else { BinaryOp::Add }, t, term),
        });
    }
    total.unwrap_or_else(|| Ast::new(AstNode::Number(Rational::zero())))
}

fn structure(s: &Structure) -> Ast {
    match s {
        Structure::Delta(n) => Ast::call("eye", vec![size(n)]),
        Structure::LowerOnes(n) => Ast::call("lower_ones", vec![size(n)]),
        Structure::Slice { rows, cols, offset, stride } => {
            let mut args = vec![size(rows), size(cols), size(offset)];
            if *stride != 1 {
                args.push(signed_number(&Rational::from_integer((*stride).into())));
            }
            Ast::call("slice_matrix", args)
        }
        Structure::Unit { n, at } => Ast::call("unit", vec![size(n), size(&(at.clone() + Dim::constant(1)))]),
        Structure::Merge { outer, inner } => Ast::call("merge_tensor", vec![size(outer), size(inner)]),
    }
}
