//! What a notation costs to read.

use super::notation::Recogniser;
use crate::Expr;
use crate::syntax::{Ast, AstNode, BinaryOp, Subscript};
use std::collections::{HashMap, HashSet};

/// Parts larger than this are all as long to the reader who compares two forms.
const LARGE: usize = 120;

/// Measures what forms cost to read, without names for repeated parts; what was measured once costs nothing.
pub(crate) struct Reader {
    room: Recogniser,
    costs: HashMap<u128, usize>,
}

impl Reader {
    pub(crate) fn new() -> Self {
        Self { room: Recogniser::new(HashSet::new(), None), costs: HashMap::new() }
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
/// How much there is to read: a token counts one, what readers stumble over more.
pub(super) fn cost(ast: &Ast) -> usize {
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
                    "unit" | "slice_matrix" => 4,
                    _ => 1,
                };
                stack.extend(args);
            }
            AstNode::Subscript(x, s) => {
                let entry =
                    |s: &Subscript| matches!(s, Subscript::At(i) if matches!(i.node, AstNode::Number(_)));
                total += if s.iter().all(entry) { 0 } else { 2 * s.len() };
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
pub(super) struct Notation {
    pub(super) ast: Ast,
    /// Is it a product of matrices and vectors without numbers, which may join a longer product?
    pub(super) chain: bool,
    pub(super) cost: usize,
    pub(super) depth: usize,
}

impl Notation {
    pub(super) fn of(ast: Ast) -> Self {
        Self { cost: cost(&ast), depth: depth(&ast), chain: false, ast }
    }
}

pub(super) fn depth(ast: &Ast) -> usize {
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
