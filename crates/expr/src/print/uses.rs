//! How often every node of a graph is used.

use crate::Expr;
use std::collections::HashMap;

/// The number of operands that are the node, over all nodes.
pub(super) struct Uses(HashMap<u128, usize>);

impl Uses {
    /// Counts the uses within the nodes.
    pub(super) fn of(order: &[Expr]) -> Self {
        let mut uses = HashMap::new();
        for x in order.iter().flat_map(|x| x.children()) {
            *uses.entry(x.digest()).or_default() += 1;
        }
        Uses(uses)
    }

    /// The uses of one node.
    pub(super) fn count(&self, e: &Expr) -> usize {
        self.0.get(&e.digest()).copied().unwrap_or(0)
    }

    /// Is the node used more than once?
    pub(super) fn shared(&self, e: &Expr) -> bool {
        self.count(e) > 1
    }

    /// Counts further uses of a node.
    pub(super) fn add(&mut self, e: &Expr, more: usize) {
        *self.0.entry(e.digest()).or_default() += more;
    }
}
