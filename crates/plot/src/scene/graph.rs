//! Graphs: nodes in the plane and what leads from one to another.

use super::Key;
use super::setters::{keyed, setters};

/// Nodes with words in them, and edges between nodes with words on them.
///
/// An edge that names a node that is not there, or one without a place, is left out and counted. A panel with a graph
/// usually has [bare](super::Axes::bare) axes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Graph {
    /// Where the nodes are.
    pub nodes: Vec<[f64; 2]>,
    /// Each edge as the indices of the nodes that it joins, counted from 0.
    pub edges: Vec<[usize; 2]>,
    /// The words in each node; missing ones are empty.
    pub labels: Vec<String>,
    /// Words below each node, above those in the upper half of the graph.
    pub notes: Vec<String>,
    /// Words on each edge.
    pub weights: Vec<String>,
    /// Edges end in arrow heads.
    pub directed: bool,
    /// Its name and the colour of its nodes.
    pub key: Key,
}

impl Graph {
    /// Nodes without words, and plain edges.
    ///
    /// ```
    /// use gradus_plot::{Axes, Figure, Graph};
    /// let graph = Graph::new(&[[0.0, 0.0], [1.0, 0.0]], &[[0, 1], [1, 7]]).labels(["x", "f"]).directed();
    /// let figure = Figure::new("").panel(Axes::new().bare().with(graph));
    /// assert!(figure.summary().contains("Graph with 2 nodes and 1 edge: x to f."));
    /// assert!(figure.summary().contains("1 edge has no node to join"));
    /// ```
    #[must_use]
    pub fn new(nodes: &[[f64; 2]], edges: &[[usize; 2]]) -> Self {
        Self {
            nodes: nodes.to_vec(),
            edges: edges.to_vec(),
            labels: Vec::new(),
            notes: Vec::new(),
            weights: Vec::new(),
            directed: false,
            key: Key::default(),
        }
    }

    /// Edges end in arrow heads.
    #[must_use]
    pub fn directed(mut self) -> Self {
        self.directed = true;
        self
    }

    /// The edges that join two nodes which have a place, with their indices.
    pub(crate) fn joined(&self) -> impl Iterator<Item = (usize, [usize; 2])> {
        let placed = |k: usize| self.nodes.get(k).is_some_and(|p| p.iter().all(|v| v.is_finite()));
        let edges = self.edges.iter().copied().enumerate();
        edges.filter(move |(_, [from, to])| from != to && placed(*from) && placed(*to))
    }
}

/// Words, one for each of something.
macro_rules! words {
    ($($(#[$doc:meta])* $field:ident)*) => {
        impl Graph {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $field<W: Into<String>>(mut self, $field: impl IntoIterator<Item = W>) -> Self {
                    self.$field = $field.into_iter().map(Into::into).collect();
                    self
                }
            )*
        }
    };
}
words! {
    /// The words in each node.
    labels
    /// Words below each node, above those in the upper half of the graph.
    notes
    /// Words on each edge.
    weights
}
setters!(Graph {
    /// The edges, as indices of nodes.
    edges: Vec<[usize; 2]>,
});
keyed!(Graph);
