//! Which names a piece of notation uses.

use gradus_expr::syntax::{Ast, AstNode, Subscript};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Calls whose arguments are names of columns.
const TABLE_CALLS: [&str; 5] = ["column", "columns", "codes", "one_hot", "signs"];

/// What notation mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    /// Names of values and of functions, without those that the notation itself binds.
    pub(crate) names: BTreeSet<String>,
    /// Those that are called.
    pub(crate) calls: BTreeSet<String>,
    /// Files that are loaded.
    pub(crate) files: BTreeSet<String>,
    /// Are columns of a table read?
    pub(crate) reads_table: bool,
}

impl Mentions {
    /// Adds what the notation mentions, but for the names that are bound around it.
    pub(crate) fn add(&mut self, ast: &Ast, bound: &[String]) {
        let mut pending: Vec<(&Ast, Rc<Vec<String>>)> = vec![(ast, Rc::new(bound.to_vec()))];
        while let Some((ast, bound)) = pending.pop() {
            match &ast.node {
                AstNode::Number(_) | AstNode::Text(_) => {}
                AstNode::Name(n) => self.name(n, &bound),
                AstNode::Neg(x) | AstNode::Transpose(x) => pending.push((x, bound)),
                AstNode::Binary(..) => {
                    let (first, rest) = ast.spine();
                    pending.push((first, bound.clone()));
                    pending.extend(rest.iter().map(|(_, right, _)| (*right, bound.clone())));
                }
                AstNode::Call(f, arguments) => {
                    if TABLE_CALLS.contains(&f.as_str()) {
                        self.reads_table = true;
                        continue;
                    }
                    if let ("load", Some(AstNode::Text(file) | AstNode::Name(file))) =
                        (f.as_str(), arguments.first().map(|a| &a.node))
                    {
                        self.files.insert(file.clone());
                    }
                    if !bound.contains(f) {
                        self.calls.insert(f.clone());
                    }
                    pending.extend(arguments.iter().map(|a| (a, bound.clone())));
                }
                AstNode::Rows(rows) => pending.extend(rows.iter().flatten().map(|a| (a, bound.clone()))),
                AstNode::Subscript(x, all) => {
                    for s in all {
                        match s {
                            Subscript::All => {}
                            Subscript::At(e) => pending.push((e, bound.clone())),
                            Subscript::Range { from, step, to } => {
                                let parts = [Some(from), step.as_ref(), Some(to)];
                                pending.extend(parts.into_iter().flatten().map(|a| (a, bound.clone())));
                            }
                        }
                    }
                    pending.push((x, bound));
                }
                AstNode::Where(body, names) => {
                    // A name is bound in what follows it; a value that uses a later name is a mistake anyway.
                    let mut inner = Vec::clone(&bound);
                    for (name, value) in names {
                        pending.push((value, Rc::new(inner.clone())));
                        inner.push(name.clone());
                    }
                    pending.push((body, Rc::new(inner)));
                }
            }
        }
    }

    /// Adds what other notation mentions.
    pub(crate) fn merge(&mut self, other: Mentions) {
        self.names.extend(other.names);
        self.calls.extend(other.calls);
        self.files.extend(other.files);
        self.reads_table |= other.reads_table;
    }

    fn name(&mut self, name: &str, bound: &[String]) {
        // An operand that is missing has no name.
        if !name.is_empty() && !bound.iter().any(|b| b == name) {
            self.names.insert(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_expr::syntax::parse_expression;

    #[test]
    fn bound_names_and_columns_are_left_out() {
        let mut m = Mentions::default();
        let text = "p*q + g(a[1:k])' - columns(u, v) + load(\"w.npy\") where p = r, q = p + 2";
        m.add(&parse_expression(text).0.unwrap(), &["a".to_owned()]);
        assert_eq!(m.names.iter().collect::<Vec<_>>(), ["k", "r"]);
        assert_eq!(m.calls.iter().collect::<Vec<_>>(), ["g", "load"]);
        assert_eq!(m.files.iter().collect::<Vec<_>>(), ["w.npy"]);
        assert!(m.reads_table);
    }
}
