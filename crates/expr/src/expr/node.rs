//! The identity of expressions, how they show themselves, and how they are taken apart.

use super::{Constant, Expr, Kind, Node};
use crate::show_shape;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Two independently salted 64-bit SipHash values, joined.
pub(super) fn digest(write: impl Fn(&mut DefaultHasher)) -> u128 {
    let half = |salt: u64| {
        let mut h = DefaultHasher::new();
        h.write_u64(salt);
        write(&mut h);
        h.finish()
    };
    u128::from(half(0x6772_6164_7573)) << 64 | u128::from(half(0x7374_6570))
}

impl PartialEq for Expr {
    fn eq(&self, other: &Expr) -> bool {
        self.0.digest == other.0.digest
    }
}

impl Eq for Expr {}

impl Hash for Expr {
    fn hash<H: Hasher>(&self, h: &mut H) {
        h.write_u128(self.0.digest);
    }
}

impl std::fmt::Debug for Expr {
    /// One line a distinct node: safe on shared and on deep graphs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let order = self.postorder();
        let number: HashMap<u128, usize> = order.iter().enumerate().map(|(k, e)| (e.digest(), k)).collect();
        let of = |e: &Expr| number.get(&e.digest()).copied().unwrap_or(usize::MAX);
        for (k, e) in order.iter().enumerate() {
            write!(f, "%{k} {} = ", show_shape(e.shape()))?;
            match e.kind() {
                Kind::Symbol(s) => writeln!(f, "{}", s.name)?,
                Kind::Constant(c) => writeln!(f, "{c:?}")?,
                Kind::Size(d) => writeln!(f, "size {d}")?,
                Kind::Structure(s) => writeln!(f, "{s:?}")?,
                Kind::OneHot { index, classes } => writeln!(f, "one_hot %{} {classes}", of(index))?,
                Kind::Sum(terms) => {
                    let terms: Vec<String> = terms.iter().map(|(c, e)| format!("{c}*%{}", of(e))).collect();
                    writeln!(f, "sum {}", terms.join(" + "))?;
                }
                Kind::Contract(c) => {
                    let operands: Vec<String> =
                        c.operands.iter().map(|(e, l)| format!("%{}{l:?}", of(e))).collect();
                    writeln!(f, "contract {} -> rank {} of {:?}", operands.join(" "), c.rank, c.dims)?;
                }
                Kind::Map(g, args) => {
                    let args: Vec<String> = args.iter().map(|e| format!("%{}", of(e))).collect();
                    writeln!(f, "{g:?} {}", args.join(" "))?;
                }
                Kind::Reduce(r, x, axis) => writeln!(f, "{r:?} %{} axis {axis}", of(x))?,
                Kind::Matrix(g, x) => writeln!(f, "{g:?} %{}", of(x))?,
            }
        }
        Ok(())
    }
}

impl Drop for Node {
    /// Takes deep chains apart without recursion.
    fn drop(&mut self) {
        fn take(kind: &mut Kind, into: &mut Vec<Expr>) {
            match std::mem::replace(kind, Kind::Constant(Constant::Pi)) {
                Kind::Symbol(_) | Kind::Constant(_) | Kind::Size(_) | Kind::Structure(_) => {}
                Kind::OneHot { index, .. } => into.push(index),
                Kind::Sum(terms) => into.extend(terms.into_iter().map(|(_, e)| e)),
                Kind::Contract(c) => into.extend(c.operands.into_iter().map(|(e, _)| e)),
                Kind::Map(_, args) => into.extend(args),
                Kind::Reduce(_, x, _) | Kind::Matrix(_, x) => into.push(x),
            }
        }
        let mut pending = Vec::new();
        take(&mut self.kind, &mut pending);
        while let Some(Expr(node)) = pending.pop() {
            if let Some(mut node) = Arc::into_inner(node) {
                take(&mut node.kind, &mut pending);
            }
        }
    }
}
