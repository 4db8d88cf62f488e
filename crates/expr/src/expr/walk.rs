//! Walking an expression, never by recursion.

use super::{Expr, Kind};
use crate::{Error, Symbol, show_shape};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

impl Expr {
    /// The operands of the node at the top, in order.
    pub fn children(&self) -> Vec<&Expr> {
        match self.kind() {
            Kind::Symbol(_) | Kind::Constant(_) | Kind::Size(_) | Kind::Structure(_) => Vec::new(),
            Kind::OneHot { index, .. } => vec![index],
            Kind::Sum(terms) => terms.iter().map(|(_, e)| e).collect(),
            Kind::Contract(c) => c.operands.iter().map(|(e, _)| e).collect(),
            Kind::Map(_, args) => args.iter().collect(),
            Kind::Reduce(_, x, _) | Kind::Matrix(_, x) => vec![x],
        }
    }

    /// The same node over other operands, of the same shapes as the old ones.
    pub(crate) fn with_children(&self, new: &[Expr]) -> Expr {
        let shape = self.shape().to_vec();
        match self.kind() {
            Kind::Symbol(_) | Kind::Constant(_) | Kind::Size(_) | Kind::Structure(_) => self.clone(),
            Kind::OneHot { classes, .. } => Expr::one_hot(new[0].clone(), classes.clone()),
            Kind::Sum(terms) => Expr::sum_unchecked(
                shape,
                terms.iter().zip(new).map(|((c, _), e)| (c.clone(), e.clone())).collect(),
            ),
            Kind::Contract(c) => {
                let dims = c.dims.iter().enumerate().map(|(k, d)| (k as u32, d.clone())).collect();
                let operands = c
                    .operands
                    .iter()
                    .zip(new)
                    .map(|((_, l), e)| (e.clone(), l.iter().map(|i| u32::from(*i)).collect()))
                    .collect();
                let output: Vec<u32> = c.output().map(u32::from).collect();
                Expr::contract_unchecked(operands, &output, &dims)
            }
            Kind::Map(f, _) => Expr::map_unchecked(*f, new.to_vec()),
            Kind::Reduce(r, _, axis) => Expr::new(Kind::Reduce(*r, new[0].clone(), *axis), shape),
            Kind::Matrix(f, _) => new[0].matrix_unchecked(*f),
        }
    }

    /// Every distinct node once, operands before what uses them; the expression itself is last.
    pub fn postorder(&self) -> Vec<Expr> {
        postorder(std::slice::from_ref(self))
    }

    /// Computes a value for every distinct node from its operands' values, once each, and returns the top's.
    pub fn fold<T>(&self, mut f: impl FnMut(&Expr, &[&T]) -> T) -> T {
        let mut values: HashMap<u128, T> = HashMap::new();
        let mut last = None;
        for node in self.postorder() {
            let operands: Vec<&T> = node.children().iter().filter_map(|c| values.get(&c.digest())).collect();
            let value = f(&node, &operands);
            if node.digest() == self.digest() {
                last = Some(value);
            } else {
                values.insert(node.digest(), value);
            }
        }
        match last {
            Some(value) => value,
            None => unreachable!("the postorder of an expression ends with itself"),
        }
    }

    /// The expression with nodes replaced: `f` sees every distinct node, its operands already replaced, and
    /// answers with what stands in its place.
    pub fn rewrite(&self, mut f: impl FnMut(Expr) -> Expr) -> Expr {
        self.fold(|node, operands: &[&Expr]| {
            let children = node.children();
            let same = children.iter().zip(operands).all(|(a, b)| *a == *b);
            let rebuilt = if same {
                node.clone()
            } else {
                node.with_children(&operands.iter().map(|e| (*e).clone()).collect::<Vec<_>>())
            };
            f(rebuilt)
        })
    }

    /// The expression with a symbol replaced by an expression of the same shape.
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`] when the shapes differ.
    pub fn substitute(&self, symbol: &Symbol, by: &Expr) -> Result<Expr, Error> {
        if symbol.shape != by.shape() {
            return Err(Error::ShapesDiffer {
                operation: format!("the substitution for {}", symbol.name),
                left: show_shape(&symbol.shape),
                right: show_shape(by.shape()),
            });
        }
        Ok(self.rewrite(|e| match e.as_symbol() {
            Some(s) if s.name == symbol.name => by.clone(),
            _ => e,
        }))
    }

    /// The symbols that occur, in the order of their names.
    pub fn symbols(&self) -> Vec<Arc<Symbol>> {
        let mut found: Vec<Arc<Symbol>> =
            self.postorder().iter().filter_map(|e| e.as_symbol().cloned()).collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// Does the symbol named so occur?
    pub fn mentions(&self, name: &str) -> bool {
        self.postorder().iter().any(|e| e.as_symbol().is_some_and(|s| &*s.name == name))
    }
}

/// Every distinct node of several expressions once, operands before what uses them.
pub fn postorder(roots: &[Expr]) -> Vec<Expr> {
    let mut seen: HashSet<u128> = HashSet::new();
    let mut order = Vec::new();
    let mut stack: Vec<(Expr, bool)> = roots.iter().rev().map(|e| (e.clone(), false)).collect();
    while let Some((e, entered)) = stack.pop() {
        if entered {
            order.push(e);
        } else if seen.insert(e.digest()) {
            let children: Vec<Expr> = e.children().into_iter().cloned().collect();
            stack.push((e, true));
            stack.extend(children.into_iter().rev().map(|c| (c, false)));
        }
    }
    order
}
