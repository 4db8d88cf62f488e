//! From notation to relations between types.

use super::{Form, Inference, Relation, Type};
use crate::Dim;
use crate::syntax::elaborate::{is_elementwise, is_function};
use crate::syntax::{Ast, AstNode, BinaryOp, Subscript};
use num_traits::ToPrimitive;
use std::rc::Rc;

/// A name, perhaps negated.
fn is_name(ast: &Ast) -> bool {
    match &ast.node {
        AstNode::Name(_) => true,
        AstNode::Neg(x) => matches!(x.node, AstNode::Name(_)),
        _ => false,
    }
}

impl Inference<'_> {
    fn fresh(&mut self, form: Option<Form>) -> Type {
        let t = self.state.fresh();
        if let Some(form) = form {
            self.state.set(t, form);
        }
        t
    }

    fn related(&mut self, make: impl FnOnce(Type) -> Relation) -> Type {
        let out = self.state.fresh();
        let relation = make(out);
        self.state.relate(&relation);
        self.relations.push(relation);
        out
    }

    fn link(&mut self, a: (Type, usize), b: (Type, usize)) {
        let (ra, rb) = (self.state.root(a.0), self.state.root(b.0));
        let (x, y) = (self.state.sizes[ra][a.1], self.state.sizes[rb][b.1]);
        self.state.same_size(x, y);
    }

    /// A square matrix.
    pub(super) fn square(&mut self, t: Type) {
        self.state.set(t, Form::Matrix);
        self.link((t, 0), (t, 1));
    }

    /// The type of notation, with what its operators say.
    pub(super) fn walk(&mut self, ast: &Ast) -> Type {
        let (first, rest) = ast.spine();
        let mut t = self.single(first);
        let mut from: Option<&Ast> = Some(first);
        let mut k = 0;
        while k < rest.len() {
            let (op, right, _) = rest[k];
            if matches!(op, BinaryOp::Add | BinaryOp::Sub) {
                let mut parts = vec![t];
                while let Some((BinaryOp::Add | BinaryOp::Sub, right, _)) = rest.get(k) {
                    parts.push(self.walk(right));
                    k += 1;
                }
                t = self.related(|out| Relation::Sum { out, parts });
            } else {
                let r = self.walk(right);
                t = self.operator(op, (t, from), (r, right));
                k += 1;
            }
            from = None;
        }
        t
    }

    fn operator(&mut self, op: BinaryOp, (l, left): (Type, Option<&Ast>), (r, right): (Type, &Ast)) -> Type {
        match op {
            BinaryOp::Mul => {
                let transposed = matches!(right.node, AstNode::Transpose(_));
                if left.is_some_and(is_name) && !transposed {
                    self.left_factors.push(l);
                }
                if matches!(right.node, AstNode::Name(_)) {
                    self.right_factors.push((l, r));
                }
                self.related(|out| Relation::Product { out, l, r })
            }
            BinaryOp::Div => {
                self.state.set(r, Form::Scalar);
                l
            }
            BinaryOp::Pow => {
                self.state.set(r, Form::Scalar);
                self.related(|out| Relation::Power { out, base: l })
            }
            BinaryOp::DotAdd | BinaryOp::DotSub | BinaryOp::DotMul | BinaryOp::DotDiv | BinaryOp::DotPow => {
                self.vectors = true;
                self.related(|out| Relation::Dotted { out, l, r })
            }
            _ => self.related(|out| Relation::Sum { out, parts: vec![l, r] }),
        }
    }

    fn single(&mut self, ast: &Ast) -> Type {
        match &ast.node {
            AstNode::Number(_) => {
                let t = self.fresh(Some(Form::Scalar));
                self.literals.insert(t);
                t
            }
            AstNode::Text(_) => self.fresh(None),
            AstNode::Name(name) => self.named_type(name),
            AstNode::Neg(x) => self.walk(x),
            AstNode::Binary(..) => self.walk(ast),
            AstNode::Transpose(x) => {
                self.vectors = true;
                let x = self.walk(x);
                self.related(|out| Relation::Transpose { out, x })
            }
            AstNode::Call(name, arguments) => self.call(name, arguments),
            AstNode::Subscript(x, positions) => {
                self.vectors = true;
                self.subscript(x, positions)
            }
            AstNode::Rows(rows) => {
                self.vectors = true;
                let outside = std::mem::replace(&mut self.entry, true);
                let parts: Vec<Type> = rows.iter().flatten().map(|e| self.walk(e)).collect();
                self.entry = outside;
                let rows = rows.len();
                self.related(|out| Relation::Literal { out, parts, rows })
            }
            AstNode::Where(body, names) => {
                let outer = self.locals.len();
                for (name, value) in names {
                    let t = self.walk(value);
                    self.locals.push((name.clone(), t));
                }
                let t = self.walk(body);
                self.locals.truncate(outer);
                t
            }
        }
    }

    fn named_type(&mut self, name: &str) -> Type {
        if let Some((_, t)) = self.locals.iter().rev().find(|(n, _)| n == name) {
            return *t;
        }
        if let Some((_, t)) = self.unknown.iter().find(|(n, _)| n == name) {
            self.entries.extend(self.entry.then_some(*t));
            return *t;
        }
        if let Some(value) = self.names.values.get(name) {
            return match value.clone() {
                Some(value) => {
                    self.vectors |= value.expr.rank() > 0;
                    self.known(&value)
                }
                None => self.fresh(None),
            };
        }
        if self.names.dims.contains(name) || matches!(name, "pi" | "e") {
            return self.fresh(Some(Form::Scalar));
        }
        let t = self.fresh(None);
        if self.open && !name.is_empty() && name != "end" && !is_function(name) {
            self.unknown.push((name.to_owned(), t));
            self.entries.extend(self.entry.then_some(t));
        }
        t
    }

    fn subscript(&mut self, x: &Ast, positions: &[Subscript]) -> Type {
        let base = self.walk(x);
        let known = self.state.form(base);
        if matches!(known, None | Some(Form::Column | Form::Matrix)) {
            match positions.len() {
                1 => self.state.set(base, Form::Column),
                2 => self.state.set(base, Form::Matrix),
                _ => {}
            }
        }
        let mut kept = Vec::new();
        for (k, position) in positions.iter().enumerate() {
            match position {
                Subscript::All => kept.push(Some((base, k))),
                Subscript::Range { from, step, to } => {
                    for e in [Some(from), step.as_ref(), Some(to)].into_iter().flatten() {
                        let t = self.walk(e);
                        self.state.set(t, Form::Scalar);
                    }
                    kept.push(None);
                }
                Subscript::At(e) => {
                    let t = self.walk(e);
                    if let AstNode::Name(name) = &e.node {
                        self.integers.insert(name.clone());
                    }
                    match self.state.form(t) {
                        Some(Form::Scalar) => {}
                        _ => kept.push(Some((t, 0))),
                    }
                }
            }
        }
        let form = [Form::Scalar, Form::Column, Form::Matrix].get(kept.len()).copied();
        let out = self.fresh(form);
        for (k, from) in kept.into_iter().enumerate().take(2) {
            if let Some(from) = from.filter(|f| f.1 < 2) {
                self.link((out, k), from);
            }
        }
        out
    }

    fn call(&mut self, name: &str, arguments: &[Ast]) -> Type {
        if let Some(d) = self.names.definitions.get(name) {
            let d = Rc::clone(d);
            let types: Vec<Type> = arguments.iter().map(|a| self.walk(a)).collect();
            if self.depth >= 40 || self.budget == 0 || types.len() != d.parameters.len() {
                return self.fresh(None);
            }
            self.budget -= 1;
            self.depth += 1;
            let locals = d.parameters.iter().cloned().zip(types).collect();
            let outer = std::mem::replace(&mut self.locals, locals);
            let t = self.walk(&d.body);
            self.locals = outer;
            self.depth -= 1;
            return t;
        }
        // With one operand, max and min reduce.
        let reduces = matches!(name, "max" | "min") && arguments.len() == 1;
        if !reduces && is_elementwise(name) {
            return self.applied(name, arguments);
        }
        self.vectors = true;
        let outside = std::mem::replace(&mut self.entry, false);
        let t = self.applied(name, arguments);
        self.entry = outside;
        t
    }

    fn applied(&mut self, name: &str, arguments: &[Ast]) -> Type {
        let named_axis = |a: &Ast| matches!(&a.node, AstNode::Call(n, _) if n == "axis");
        match (name, arguments) {
            ("einsum", [text, operands @ ..]) => self.einsum(text, operands),
            (
                "sum" | "mean" | "prod" | "logsumexp" | "norm1" | "norm2" | "norminf" | "argmax" | "argmin"
                | "sum_squares",
                [x, axis],
            ) => self.along(x, axis),
            ("max" | "min" | "maximum" | "minimum", [x, axis]) if named_axis(axis) => self.along(x, axis),
            ("softmax" | "cumsum", [x, _]) => {
                let t = self.walk(x);
                self.state.set(t, Form::Matrix);
                t
            }
            ("softmax" | "cumsum", [x]) => {
                let t = self.walk(x);
                if self.state.form(t).is_none() {
                    self.state.set(t, Form::Column);
                }
                t
            }
            ("max" | "min", [x]) => {
                self.walk(x);
                self.fresh(Some(Form::Scalar))
            }
            ("max" | "min" | "maximum" | "minimum" | "where" | "clamp", _) => {
                let parts: Vec<Type> = arguments.iter().map(|a| self.walk(a)).collect();
                self.related(|out| Relation::Sum { out, parts })
            }
            ("polygamma", [_, x]) => self.walk(x),
            ("eye" | "ones" | "zeros", _) => {
                let form = if name == "eye" || arguments.len() == 2 { Form::Matrix } else { Form::Column };
                for a in arguments {
                    self.used_as_scalar(a);
                }
                let out = self.fresh(Some(form));
                for (k, a) in arguments.iter().enumerate().take(2) {
                    self.literal_size((out, k), a);
                }
                if name == "eye" {
                    self.square(out);
                }
                out
            }
            ("unit" | "lower_ones" | "slice_matrix" | "merge_tensor", _) => {
                for a in arguments {
                    self.used_as_scalar(a);
                }
                self.fresh(match name {
                    "unit" => Some(Form::Column),
                    "merge_tensor" => Some(Form::Tensor),
                    _ => Some(Form::Matrix),
                })
            }
            _ => {
                let types: Vec<Type> = arguments.iter().map(|a| self.walk(a)).collect();
                self.function(name, &types)
            }
        }
    }

    /// Binds a size to one that is written: a number or the name of a dimension.
    fn literal_size(&mut self, at: (Type, usize), ast: &Ast) {
        let dim = match &ast.node {
            AstNode::Number(r) if r.is_integer() => r.to_integer().to_usize().map(Dim::constant),
            AstNode::Name(n) if self.names.dims.contains(n) => Some(Dim::symbol(n)),
            _ => None,
        };
        if let Some(d) = dim {
            let root = self.state.root(at.0);
            let size = self.state.sizes[root][at.1];
            self.state.bind(size, &d);
        }
    }

    fn along(&mut self, x: &Ast, axis: &Ast) -> Type {
        let x = self.walk(x);
        let axis = match &axis.node {
            AstNode::Call(_, a) if a.len() == 1 => &a[0],
            _ => axis,
        };
        let axis = match &axis.node {
            AstNode::Number(r) => r.to_integer().to_usize().and_then(|k| k.checked_sub(1)).unwrap_or(9),
            _ => 9,
        };
        if self.state.form(x).is_none() {
            self.state.set(x, Form::Matrix);
        }
        self.related(|out| Relation::Along { out, x, axis })
    }

    fn einsum(&mut self, text: &Ast, operands: &[Ast]) -> Type {
        let types: Vec<Type> = operands.iter().map(|a| self.walk(a)).collect();
        let AstNode::Text(text) = &text.node else { return self.fresh(None) };
        let Some((inputs, output)) =
            crate::build::einsum::read(text).ok().filter(|(i, _)| i.len() == types.len())
        else {
            return self.fresh(None);
        };
        let form = |rank: usize| [Form::Scalar, Form::Column, Form::Matrix].get(rank).copied();
        let mut axes: std::collections::HashMap<u32, (Type, usize)> = std::collections::HashMap::new();
        for (t, labels) in types.iter().zip(&inputs) {
            let Some(f) = form(labels.len()) else { continue };
            if self.state.form(*t) != Some(Form::Row) {
                self.state.set(*t, f);
            }
            for (k, l) in labels.iter().enumerate() {
                let first = *axes.entry(*l).or_insert((*t, k));
                self.link(first, (*t, k));
            }
        }
        let out = self.fresh(form(output.len()));
        for (k, l) in output.iter().enumerate().take(2) {
            if let Some(from) = axes.get(l).copied() {
                self.link((out, k), from);
            }
        }
        out
    }

    fn function(&mut self, name: &str, types: &[Type]) -> Type {
        match (name, types) {
            (
                "sum" | "mean" | "prod" | "logsumexp" | "norm" | "norm1" | "norm2" | "norminf"
                | "sum_squares",
                _,
            ) => self.fresh(Some(Form::Scalar)),
            ("argmax" | "argmin", [x]) => {
                if self.state.form(*x).is_none() {
                    self.state.set(*x, Form::Column);
                }
                self.fresh(Some(Form::Scalar))
            }
            ("normfro", [x]) => {
                self.state.set(*x, Form::Matrix);
                self.fresh(Some(Form::Scalar))
            }
            ("trace" | "tr" | "det" | "logdet", [x]) => {
                self.square(*x);
                self.fresh(Some(Form::Scalar))
            }
            ("inv", [x]) if self.state.form(*x) == Some(Form::Scalar) => *x,
            ("inv" | "cholesky", [x]) => {
                self.square(*x);
                *x
            }
            ("solve", [a, b]) => {
                self.square(*a);
                if self.state.form(*b).is_none() {
                    self.state.set(*b, Form::Column);
                }
                self.link((*a, 0), (*b, 0));
                *b
            }
            ("quadform", [x, a]) => {
                self.square(*a);
                self.state.set(*x, Form::Column);
                self.link((*a, 0), (*x, 0));
                self.fresh(Some(Form::Scalar))
            }
            ("dot", [a, b]) => {
                self.state.unify(*a, *b);
                self.fresh(Some(Form::Scalar))
            }
            ("outer", [a, b]) => {
                for t in [*a, *b] {
                    if self.state.form(t).is_none() {
                        self.state.set(t, Form::Column);
                    }
                }
                let out = self.fresh(Some(Form::Matrix));
                self.link((out, 0), (*a, 0));
                self.link((out, 1), (*b, 0));
                out
            }
            ("sqdist", [a, b]) => {
                for t in [*a, *b] {
                    if self.state.form(t).is_none() {
                        self.state.set(t, Form::Matrix);
                    }
                }
                let out = self.fresh(Some(Form::Matrix));
                self.link((out, 0), (*a, 0));
                self.link((out, 1), (*b, 0));
                if self.state.form(*a) == Some(Form::Matrix) {
                    self.link((*a, 1), (*b, 1));
                }
                out
            }
            ("row" | "col", [x, _]) => {
                self.state.set(*x, Form::Matrix);
                let out = self.fresh(Some(Form::Column));
                self.link((out, 0), (*x, usize::from(name == "row")));
                out
            }
            ("diag", [x]) => {
                let x = *x;
                self.related(|out| Relation::Diagonal { out, x })
            }
            ("vec", _) => self.fresh(Some(Form::Column)),
            ("transpose", [x]) => {
                let x = *x;
                self.related(|out| Relation::Transpose { out, x })
            }
            ("kron" | "hcat" | "vcat" | "reshape" | "one_hot", _) => self.fresh(None),
            ("pow", [l, r]) => {
                let (l, r) = (*l, *r);
                self.related(|out| Relation::Dotted { out, l, r })
            }
            // The elementwise functions.
            (_, [x]) => *x,
            _ => self.fresh(None),
        }
    }
}
