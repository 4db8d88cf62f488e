//! The notation of every kind of node, from that of its operands.

use super::block::literal;
use super::board::Board;
use super::pattern::{is_chain, scalar_broadcast, squared_distances, squared_operand};
use super::reading::{Notation, cost};
use super::write::*;
use crate::facts::Facts;
use crate::syntax::{Ast, AstNode, BinaryOp};
use crate::{
    Constant, Contraction, Expr, Function, Kind, MatrixFunction, Property, Rational, Reduction, Structure,
};
use num_traits::{One, Signed};
use std::collections::{HashMap, HashSet};

pub(super) struct Recogniser {
    pub(super) done: HashMap<u128, Notation>,
    pub(super) named: Vec<(String, Ast)>,
    taken: HashSet<String>,
    /// What is known of symmetry; absent where only the length of the notation is asked for.
    facts: Option<Facts>,
}

impl Recogniser {
    /// A recogniser of expressions whose names are `taken`; facts are wanted where the notation is kept.
    pub(super) fn new(taken: HashSet<String>, facts: Option<Facts>) -> Self {
        Self { done: HashMap::new(), named: Vec::new(), taken, facts }
    }

    pub(super) fn fresh_name(&mut self, e: &Expr) -> String {
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

    pub(super) fn of(&self, e: &Expr) -> Ast {
        match (self.done.get(&e.digest()), e.kind()) {
            (Some(n), _) => n.ast.clone(),
            (None, Kind::Structure(s)) => structure(s),
            (None, _) => Ast::name("?"),
        }
    }

    pub(super) fn node(&mut self, e: &Expr) -> Notation {
        let written = Notation::of(self.notation(e));
        let literal = match e.kind() {
            Kind::Sum(terms) => literal(self, e.shape(), terms),
            Kind::Contract(_) | Kind::Structure(_) => {
                literal(self, e.shape(), &[(Rational::one(), e.clone())])
            }
            _ => None,
        };
        if let Some(literal) = literal.map(Notation::of)
            && literal.cost < written.cost
        {
            return literal;
        }
        let chain = match e.kind() {
            Kind::Contract(c) => is_chain(c),
            _ => false,
        };
        Notation { chain, ..written }
    }

    pub(super) fn is_chain(&self, e: &Expr) -> bool {
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

    pub(super) fn is_symmetric(&self, e: &Expr) -> bool {
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

    /// A product, which need not be a node that was met, with its coefficient.
    pub(super) fn term(&self, t: &Expr, c: &Rational) -> Ast {
        match t.kind() {
            Kind::Contract(k) => self.contraction(k, c),
            _ => self.scaled_term(t, c),
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

    pub(super) fn power(&self, x: &Expr, p: i64, q: i64) -> Ast {
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

    pub(super) fn contraction(&self, c: &Contraction, coefficient: &Rational) -> Ast {
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
