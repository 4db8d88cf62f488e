//! What one operator's operands and result say about each other.

use super::{Form, Relation, Size, State, Type};
use crate::Dim;

impl State {
    pub(super) fn fresh(&mut self) -> Type {
        let t = self.parents.len();
        self.parents.push(t);
        self.forms.push(None);
        let s = self.size_parents.len();
        self.size_parents.extend([s, s + 1]);
        self.bound.extend([None, None]);
        self.sizes.push([s, s + 1]);
        t
    }

    pub(super) fn root(&mut self, mut t: Type) -> Type {
        while self.parents[t] != t {
            self.parents[t] = self.parents[self.parents[t]];
            t = self.parents[t];
        }
        t
    }

    pub(super) fn size_root(&mut self, mut s: Size) -> Size {
        while self.size_parents[s] != s {
            self.size_parents[s] = self.size_parents[self.size_parents[s]];
            s = self.size_parents[s];
        }
        s
    }

    pub(super) fn form(&mut self, t: Type) -> Option<Form> {
        let t = self.root(t);
        self.forms[t]
    }

    fn size(&mut self, t: Type, k: usize) -> Size {
        let t = self.root(t);
        self.size_root(self.sizes[t][k])
    }

    pub(super) fn set(&mut self, t: Type, form: Form) {
        let t = self.root(t);
        match self.forms[t] {
            None => {
                self.forms[t] = Some(form);
                self.changed = true;
            }
            Some(old) if old == form => {}
            Some(_) => self.conflicts += 1,
        }
    }

    pub(super) fn bind(&mut self, s: Size, dim: &Dim) {
        let s = self.size_root(s);
        match &self.bound[s] {
            None => {
                self.bound[s] = Some(dim.clone());
                self.changed = true;
            }
            Some(old) if old == dim => {}
            Some(_) => self.conflicts += 1,
        }
    }

    pub(super) fn same_size(&mut self, a: Size, b: Size) {
        let (a, b) = (self.size_root(a), self.size_root(b));
        if a == b {
            return;
        }
        match (self.bound[a].clone(), self.bound[b].clone()) {
            (Some(x), Some(y)) if x != y => self.conflicts += 1,
            (x, y) => {
                self.size_parents[b] = a;
                self.bound[a] = x.or(y);
                self.changed = true;
            }
        }
    }

    /// Two types are one.
    pub(super) fn unify(&mut self, a: Type, b: Type) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        match (self.forms[a], self.forms[b]) {
            (Some(x), Some(y)) if x != y => {
                self.conflicts += 1;
                return;
            }
            (x, y) => self.forms[a] = x.or(y),
        }
        self.parents[b] = a;
        self.changed = true;
        for k in 0..2 {
            self.same_size(self.sizes[a][k], self.sizes[b][k]);
        }
    }

    /// Two axes are of one size.
    pub(super) fn link(&mut self, a: (Type, usize), b: (Type, usize)) {
        let (x, y) = (self.size(a.0, a.1), self.size(b.0, b.1));
        self.same_size(x, y);
    }

    /// A literal of scalars is a row, or a column when each stands in a row of its own.
    fn literal(&mut self, out: Type, parts: &[Type], rows: usize) {
        if !parts.iter().all(|t| self.form(*t) == Some(Form::Scalar)) {
            return;
        }
        let form = match rows {
            1 => Form::Row,
            n if n == parts.len() => Form::Column,
            _ => Form::Matrix,
        };
        self.set(out, form);
        if form != Form::Matrix && self.form(out) == Some(form) {
            let size = self.size(out, 0);
            self.bind(size, &Dim::constant(parts.len()));
        } else if self.form(out) == Some(form) {
            for (axis, n) in [(0, rows), (1, parts.len() / rows.max(1))] {
                let size = self.size(out, axis);
                self.bind(size, &Dim::constant(n));
            }
        }
    }

    pub(super) fn relate(&mut self, relation: &Relation) {
        match relation {
            Relation::Transpose { out, x } => self.transpose(*out, *x),
            Relation::Literal { out, parts, rows } => self.literal(*out, parts, *rows),
            Relation::Sum { out, parts } => self.sum(*out, parts),
            Relation::Dotted { out, l, r } => self.dotted(*out, *l, *r),
            Relation::Product { out, l, r } => self.product(*out, *l, *r),
            Relation::Power { out, base } => match self.form(*base).or_else(|| self.form(*out)) {
                Some(Form::Column | Form::Row) => self.conflicts += 1,
                Some(Form::Matrix) => {
                    self.unify(*out, *base);
                    self.link((*base, 0), (*base, 1));
                }
                Some(Form::Scalar) => self.unify(*out, *base),
                Some(Form::Tensor) | None => {}
            },
            Relation::Diagonal { out, x } => match (self.form(*x), self.form(*out)) {
                (Some(Form::Column), _) | (None, Some(Form::Matrix)) => {
                    self.set(*x, Form::Column);
                    self.set(*out, Form::Matrix);
                    self.link((*out, 0), (*x, 0));
                    self.link((*out, 1), (*x, 0));
                }
                (Some(Form::Matrix), _) => {
                    self.set(*out, Form::Column);
                    self.link((*out, 0), (*x, 0));
                    self.link((*x, 0), (*x, 1));
                }
                (Some(Form::Scalar | Form::Row), _) => self.conflicts += 1,
                _ => {}
            },
            Relation::Along { out, x, axis } => match self.form(*x) {
                Some(Form::Matrix) if *axis < 2 => {
                    self.set(*out, Form::Column);
                    self.link((*out, 0), (*x, 1 - *axis));
                }
                Some(Form::Column) if *axis == 0 => self.set(*out, Form::Scalar),
                Some(Form::Scalar | Form::Column) => self.conflicts += 1,
                _ => {}
            },
        }
    }

    fn transpose(&mut self, out: Type, x: Type) {
        for (from, to) in [(x, out), (out, x)] {
            match self.form(from) {
                Some(Form::Scalar) => self.set(to, Form::Scalar),
                Some(Form::Column) => self.set(to, Form::Row),
                Some(Form::Row) => self.set(to, Form::Column),
                Some(Form::Matrix) => self.set(to, Form::Matrix),
                Some(Form::Tensor) | None => return,
            }
        }
        match self.form(x) {
            Some(Form::Column | Form::Row) => self.link((out, 0), (x, 0)),
            Some(Form::Matrix) => {
                self.link((out, 0), (x, 1));
                self.link((out, 1), (x, 0));
            }
            _ => {}
        }
    }

    fn sum(&mut self, out: Type, parts: &[Type]) {
        if self.form(out) == Some(Form::Scalar) {
            parts.iter().for_each(|p| self.set(*p, Form::Scalar));
            return;
        }
        let mut all_scalar = true;
        for p in parts {
            match self.form(*p) {
                Some(Form::Scalar) => {}
                Some(_) => {
                    all_scalar = false;
                    self.unify(out, *p);
                }
                None => all_scalar = false,
            }
        }
        if all_scalar {
            self.set(out, Form::Scalar);
        }
    }

    /// Sizes agree unless one of them is known to be 1.
    fn stretch(&mut self, a: (Type, usize), b: (Type, usize)) {
        let (x, y) = (self.size(a.0, a.1), self.size(b.0, b.1));
        let is_one = |s: &Self, z: Size| s.bound[z].as_ref().is_some_and(Dim::is_one);
        if !is_one(self, x) && !is_one(self, y) {
            self.same_size(x, y);
        }
    }

    fn dotted(&mut self, out: Type, l: Type, r: Type) {
        let (fl, fr, fo) = (self.form(l), self.form(r), self.form(out));
        match (fl, fr) {
            (Some(Form::Scalar), _) => self.unify(out, r),
            (_, Some(Form::Scalar)) => self.unify(out, l),
            (Some(a), Some(b)) if a == b && a != Form::Tensor => {
                self.set(out, a);
                for k in 0..super::rank(Some(a)) {
                    self.stretch((l, k), (r, k));
                    self.stretch((out, k), (l, k));
                }
            }
            (Some(a), Some(b)) if a != Form::Tensor && b != Form::Tensor => {
                self.set(out, Form::Matrix);
                for (t, f) in [(l, a), (r, b)] {
                    match f {
                        Form::Column => self.stretch((out, 0), (t, 0)),
                        Form::Row => self.stretch((out, 1), (t, 0)),
                        Form::Matrix => {
                            self.stretch((out, 0), (t, 0));
                            self.stretch((out, 1), (t, 1));
                        }
                        Form::Scalar | Form::Tensor => {}
                    }
                }
            }
            _ if fo == Some(Form::Scalar) => {
                self.set(l, Form::Scalar);
                self.set(r, Form::Scalar);
            }
            _ => {}
        }
    }

    fn product(&mut self, out: Type, l: Type, r: Type) {
        use Form::{Column, Matrix, Row, Scalar};
        match (self.form(l), self.form(r), self.form(out)) {
            (Some(Scalar), ..) => self.unify(out, r),
            (_, Some(Scalar), _) => self.unify(out, l),
            (Some(Row), Some(Column), _) => {
                self.set(out, Scalar);
                self.link((l, 0), (r, 0));
            }
            (Some(Row), Some(Matrix), _) => {
                self.set(out, Row);
                self.link((l, 0), (r, 0));
                self.link((out, 0), (r, 1));
            }
            (Some(Column), Some(Row), _) => {
                self.set(out, Matrix);
                self.link((out, 0), (l, 0));
                self.link((out, 1), (r, 0));
            }
            (Some(Matrix), Some(Column), _) => {
                self.set(out, Column);
                self.link((l, 1), (r, 0));
                self.link((out, 0), (l, 0));
            }
            (Some(Matrix), Some(Matrix), _) => {
                self.set(out, Matrix);
                self.link((l, 1), (r, 0));
                self.link((out, 0), (l, 0));
                self.link((out, 1), (r, 1));
            }
            (Some(Column), Some(Column), _) | (Some(Row), Some(Row), _) => self.conflicts += 1,
            (Some(Column), Some(Matrix), _) | (Some(Matrix), Some(Row), _) => self.conflicts += 1,
            (Some(Row), None, Some(Scalar)) => self.set(r, Column),
            (None, Some(Column), Some(Scalar)) => self.set(l, Row),
            (Some(Column), None, Some(Column)) => self.set(r, Scalar),
            (Some(Column), None, Some(Matrix)) => self.set(r, Row),
            (None, Some(Row), Some(Matrix)) => self.set(l, Column),
            (None, Some(Row), Some(Row)) => self.set(l, Scalar),
            (Some(Matrix), None, Some(Column)) => self.set(r, Column),
            (None, Some(Matrix), Some(Row)) => self.set(l, Row),
            _ => {}
        }
    }
}
