//! Recognition: from index notation back to matrix notation.
//!
//! A contraction is a graph: operands are vertices, shared indices edges. It is reduced step by step, each step
//! an identity of matrix notation: factors on the same axes are a Hadamard product, an index that joins two
//! factors is a matrix product, an index that meets one factor only is a sum, one that comes back a trace, a
//! vector on a surviving index a scaling. What does not fit prints as `einsum`.
//!
//! What is recognised parses back to an expression with the same normal form.

mod block;
mod board;
mod notation;
mod pattern;
mod piece;
mod reading;
mod write;

pub(crate) use reading::Reader;

use crate::facts::Facts;
use crate::syntax::{Ast, AstNode, Subscript};
use crate::{Expr, Kind};
use notation::Recogniser;
use reading::Notation;
use std::collections::{HashMap, HashSet};

/// Expressions used more than once are named when writing them costs more than this.
const NAMED_FROM: usize = 5;
/// No printed formula nests deeper than this; deeper parts get names.
const MAX_DEPTH: usize = 64;
/// Nor does one part grow larger than this, whatever is shared in it.
const MAX_COST: usize = 400;

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
    let mut room = Recogniser::new(taken, Some(Facts::of(e)));
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
