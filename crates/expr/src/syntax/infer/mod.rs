//! The shapes of names that are used but not declared, by unification.
//!
//! Every operator relates the forms (scalar, column, row, matrix) and the sizes of its operands and result; what
//! follows is taken. What use leaves open is decided by the way names are written, one name at a time, each followed
//! by what it implies:
//!
//! 1. a name with an upper-case initial is a matrix;
//! 2. the right factor of a product with a matrix or a row on its left is a vector;
//! 3. what is transposed is a vector;
//! 4. a small Greek letter is a scalar;
//! 5. another name is a scalar when it is the left factor of a product, stands in a sum with scalars only or among
//!    the entries of a literal (`[r*cos(t); r*sin(t)]`), or nothing in the text asks for vectors (as in `exp(x)`, calculus in one variable); else a vector.
//!
//! In a problem file every entry of a variable is a number to be found, so one that was not meant is a silent mistake. A
//! variable or a parameter that is declared there without a shape is therefore *a scalar wherever that agrees with the
//! whole file*. Else, and where a vector is how it would be written (rules 2 and 3), its shape follows from use. An
//! upper-case initial counts only beside a matrix or another such name in a product: `A*exp(-k*t)` has an amplitude,
//! `W*H` two matrices.
//!
//! A decision that contradicts the expression is tried in another way. Sizes that stay open get fresh names.
//! Nothing is reported here: elaboration with the completed shapes reports what is wrong.

mod relate;
mod walk;

use super::elaborate::{Names, Value};
use super::scope::of_square_matrices;
use super::{Ast, greek};
use crate::{Dim, Property, Shape, Symbol};
use std::collections::{BTreeSet, HashMap};

/// With more undeclared names than this, all are decided at once by their spelling.
const MOST_TRIED: usize = 200;

/// What kind of thing a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Scalar,
    Column,
    Row,
    Matrix,
    /// More axes: nothing is inferred from it.
    Tensor,
}

/// A type that is being found out, by its number.
type Type = usize;

/// A size that is being found out, by its number.
type Size = usize;

#[derive(Clone, Default)]
struct State {
    parents: Vec<Type>,
    forms: Vec<Option<Form>>,
    sizes: Vec<[Size; 2]>,
    size_parents: Vec<Size>,
    bound: Vec<Option<Dim>>,
    conflicts: usize,
    changed: bool,
}

/// A relation between types that an operator makes.
#[derive(Clone)]
enum Relation {
    Transpose {
        out: Type,
        x: Type,
    },
    Sum {
        out: Type,
        parts: Vec<Type>,
    },
    Dotted {
        out: Type,
        l: Type,
        r: Type,
    },
    Product {
        out: Type,
        l: Type,
        r: Type,
    },
    Power {
        out: Type,
        base: Type,
    },
    Diagonal {
        out: Type,
        x: Type,
    },
    Along {
        out: Type,
        x: Type,
        axis: usize,
    },
    /// Blocks in so many rows.
    Literal {
        out: Type,
        parts: Vec<Type>,
        rows: usize,
    },
}

/// An undeclared name with what was found out.
pub(super) struct Inferred {
    pub(super) name: String,
    pub(super) shape: Shape,
    /// Is it used as positions?
    pub(super) integer: bool,
}

pub(super) struct Inference<'a> {
    names: &'a Names,
    state: State,
    relations: Vec<Relation>,
    /// The undeclared names, in the order of their first use.
    unknown: Vec<(String, Type)>,
    /// Those that are scalars wherever that agrees with the rest.
    free: BTreeSet<Type>,
    /// May names be added to `unknown`?
    open: bool,
    locals: Vec<(String, Type)>,
    used: BTreeSet<String>,
    integers: BTreeSet<String>,
    literals: BTreeSet<Type>,
    /// Undeclared names among the entries of a literal.
    entries: Vec<Type>,
    /// Is an entry of a literal being read, outside what reduces it?
    entry: bool,
    left_factors: Vec<Type>,
    right_factors: Vec<(Type, Type)>,
    /// Does something in the text ask for vectors: a reduction, a dotted operator, a transpose, brackets, a declared
    /// vector?
    vectors: bool,
    budget: usize,
    depth: usize,
}

impl<'a> Inference<'a> {
    /// With the names that are known; any other becomes an unknown when `open`.
    pub(super) fn new(names: &'a Names, open: bool) -> Self {
        Inference {
            names,
            state: State::default(),
            relations: Vec::new(),
            unknown: Vec::new(),
            free: BTreeSet::new(),
            open,
            locals: Vec::new(),
            used: names.dims.iter().chain(names.values.keys()).cloned().collect(),
            integers: BTreeSet::new(),
            literals: BTreeSet::new(),
            entries: Vec::new(),
            entry: false,
            left_factors: Vec::new(),
            right_factors: Vec::new(),
            vectors: false,
            budget: 50_000,
            depth: 0,
        }
    }

    /// A declared symbol whose shape is to be found, perhaps with its form and sizes.
    pub(super) fn unknown(&mut self, symbol: &Symbol, known: Option<(Form, &[Dim])>) {
        let t = self.state.fresh();
        let square = of_square_matrices().into_iter().any(|p| symbol.has(p));
        if let Some((form, dims)) = known {
            self.state.set(t, form);
            for (k, d) in dims.iter().enumerate().take(2) {
                let size = self.state.sizes[t][k];
                self.state.bind(size, d);
            }
        } else if square {
            self.square(t);
        } else if symbol.has(Property::FullRank) {
            self.state.set(t, Form::Matrix);
        } else if symbol.has(Property::Simplex) {
            self.state.set(t, Form::Column);
        }
        self.unknown.push((symbol.name.to_string(), t));
    }

    /// A variable or a parameter without a shape: a scalar wherever that agrees with the rest.
    pub(super) fn free(&mut self, symbol: &Symbol, known: Option<(Form, &[Dim])>) {
        self.unknown(symbol, known);
        self.free.extend(self.unknown.last().map(|(_, t)| *t));
    }

    /// The value that a declared name has or starts from; one number may stand for every entry.
    pub(super) fn given(&mut self, name: &str, value: &Ast) {
        let Some((_, t)) = self.unknown.iter().find(|(n, _)| n == name).cloned() else { return };
        let v = self.walk(value);
        match self.state.form(v) {
            Some(Form::Column | Form::Matrix) => self.state.unify(t, v),
            // Numbers in brackets are a vector here.
            Some(Form::Row) => {
                self.state.set(t, Form::Column);
                self.state.link((t, 0), (v, 0));
            }
            Some(Form::Scalar | Form::Tensor) | None => {}
        }
    }

    /// A named value, and what follows from it.
    pub(super) fn define(&mut self, name: &str, value: &Ast) {
        let t = self.walk(value);
        self.locals.push((name.to_owned(), t));
    }

    /// An expression whose value may be anything.
    pub(super) fn used(&mut self, ast: &Ast) {
        self.walk(ast);
    }

    /// An expression that must be a scalar.
    pub(super) fn used_as_scalar(&mut self, ast: &Ast) {
        let t = self.walk(ast);
        self.state.set(t, Form::Scalar);
    }

    /// Solves; the unknown names in the order of their first use.
    pub(super) fn solve(mut self) -> Vec<Inferred> {
        self.propagate();
        if self.unknown.len() > MOST_TRIED {
            for (name, t) in self.unknown.clone() {
                let form = match name.chars().next() {
                    _ if self.free.contains(&t) => Form::Scalar,
                    Some(c) if c.is_uppercase() => Form::Matrix,
                    _ if greek::is_small_letter(&name) => Form::Scalar,
                    _ => Form::Column,
                };
                if self.state.form(t).is_none() {
                    self.state.set(t, form);
                }
            }
            self.propagate();
        }
        while let Some((t, candidates)) = self.next_decision() {
            let before = self.state.clone();
            let mut accepted = None;
            for form in candidates {
                self.state = before.clone();
                self.state.set(t, *form);
                self.propagate();
                if self.state.conflicts <= before.conflicts {
                    accepted = Some(self.state.clone());
                    break;
                }
            }
            self.state = match accepted {
                Some(state) => state,
                None => {
                    let mut state = before;
                    state.set(t, candidates[0]);
                    state
                }
            };
            self.propagate();
        }
        self.named()
    }

    fn next_decision(&mut self) -> Option<(Type, &'static [Form])> {
        const MATRIX_FIRST: &[Form] = &[Form::Matrix, Form::Column, Form::Scalar];
        const VECTOR_FIRST: &[Form] = &[Form::Column, Form::Scalar, Form::Matrix];
        const SCALAR_OR_VECTOR: &[Form] = &[Form::Scalar, Form::Column];
        const SCALAR_FIRST: &[Form] = &[Form::Scalar, Form::Column, Form::Matrix];
        let open: Vec<(String, Type)> =
            self.unknown.iter().filter(|(_, t)| self.state.form(*t).is_none()).cloned().collect();
        if open.is_empty() {
            return None;
        }
        let (free, rest): (Vec<_>, Vec<_>) = open.iter().partition(|(_, t)| self.free.contains(t));
        let upper = |n: &str| n.starts_with(char::is_uppercase);
        let found = |among: &[&(String, Type)], t: Type, s: &mut State| {
            let root = s.root(t);
            among.iter().find(|(_, o)| s.root(*o) == root).map(|(n, _)| upper(n))
        };
        let all: Vec<&(String, Type)> = open.iter().collect();
        if let Some((_, t)) = rest.iter().find(|(n, _)| upper(n)) {
            return Some((*t, MATRIX_FIRST));
        }
        for (l, r) in self.right_factors.clone() {
            if matches!(self.state.form(l), Some(Form::Matrix | Form::Row))
                && let Some(upper) = found(&all, r, &mut self.state)
            {
                return Some((r, if upper { MATRIX_FIRST } else { VECTOR_FIRST }));
            }
        }
        for relation in &self.relations {
            if let Relation::Transpose { x, .. } = relation
                && self.state.form(*x).is_none()
            {
                let upper = found(&free, *x, &mut self.state) == Some(true);
                return Some((*x, if upper { MATRIX_FIRST } else { VECTOR_FIRST }));
            }
        }
        for relation in &self.relations {
            let Relation::Product { l, r, .. } = relation else { continue };
            for (x, other) in [(*l, *r), (*r, *l)] {
                let beside_matrix = self.state.form(other) == Some(Form::Matrix)
                    || found(&free, other, &mut self.state) == Some(true);
                if beside_matrix && found(&free, x, &mut self.state) == Some(true) {
                    return Some((x, MATRIX_FIRST));
                }
            }
        }
        if let Some((_, t)) = open.iter().find(|(n, _)| greek::is_small_letter(n)) {
            return Some((*t, SCALAR_OR_VECTOR));
        }
        for l in self.left_factors.clone() {
            if found(&all, l, &mut self.state).is_some() {
                return Some((l, SCALAR_OR_VECTOR));
            }
        }
        for relation in &self.relations {
            let Relation::Sum { parts, .. } = relation else { continue };
            let forms: Vec<Option<Form>> = parts.iter().map(|t| self.state.form(*t)).collect();
            let scalars_only = forms.iter().flatten().all(|f| *f == Form::Scalar);
            let a_scalar = parts.iter().zip(&forms).any(|(t, f)| f.is_some() && !self.literals.contains(t));
            if scalars_only && a_scalar {
                for t in parts.clone() {
                    if found(&all, t, &mut self.state).is_some() {
                        return Some((t, SCALAR_OR_VECTOR));
                    }
                }
            }
        }
        for t in self.entries.clone() {
            if found(&all, t, &mut self.state).is_some() {
                return Some((t, SCALAR_OR_VECTOR));
            }
        }
        let Some((_, t)) = rest.first() else {
            // A matrix that nobody names as one has entries that nobody asked for.
            return free.first().map(|(n, t)| (*t, if upper(n) { SCALAR_FIRST } else { SCALAR_OR_VECTOR }));
        };
        let mut shaped = false;
        for (_, t) in self.unknown.clone() {
            shaped |= self.state.form(t).is_some_and(|f| f != Form::Scalar);
        }
        Some((*t, if self.vectors || shaped { VECTOR_FIRST } else { SCALAR_FIRST }))
    }

    /// Runs the relations to a fixed point.
    fn propagate(&mut self) {
        // Relations stand in the order of evaluation: alternating directions settle chains of any length fast.
        for round in 0..60 {
            self.state.changed = false;
            let relations = std::mem::take(&mut self.relations);
            if round % 2 == 0 {
                relations.iter().for_each(|r| self.state.relate(r));
            } else {
                relations.iter().rev().for_each(|r| self.state.relate(r));
            }
            self.relations = relations;
            if !self.state.changed {
                break;
            }
        }
    }

    /// Gives open sizes their names: `n` when there is one, else `m, n, p, ...` in the order of appearance.
    fn named(mut self) -> Vec<Inferred> {
        let unknown = std::mem::take(&mut self.unknown);
        let mut open: Vec<Size> = Vec::new();
        for (name, t) in &unknown {
            self.used.insert(name.clone());
            for k in 0..rank(self.state.form(*t)) {
                let root = self.state.size_root(self.state.sizes[*t][k]);
                if self.state.bound[root].is_none() && !open.contains(&root) {
                    open.push(root);
                }
            }
        }
        let letters: &[&str] =
            if open.len() == 1 { &["n", "m", "p", "q"] } else { &["m", "n", "p", "q", "r", "s", "k", "l"] };
        let numbered = (1usize..).map(|i| format!("n{i}"));
        let mut fresh = letters.iter().map(|l| (*l).to_owned()).chain(numbered);
        let mut name_of: HashMap<Size, Dim> = HashMap::new();
        for size in open {
            let used = &self.used;
            if let Some(name) = fresh.find(|n| !used.contains(n)) {
                name_of.insert(size, Dim::symbol(&name));
            }
        }
        let mut found = Vec::with_capacity(unknown.len());
        for (name, t) in unknown {
            let mut shape = Vec::new();
            for k in 0..rank(self.state.form(t)) {
                let root = self.state.size_root(self.state.sizes[t][k]);
                let dim = self.state.bound[root].clone().or_else(|| name_of.get(&root).cloned());
                shape.push(dim.unwrap_or_else(|| Dim::constant(1)));
            }
            found.push(Inferred { integer: self.integers.contains(&name), name, shape });
        }
        found
    }

    /// The type of a known value.
    fn known(&mut self, value: &Value) -> Type {
        let t = self.state.fresh();
        let shape = value.expr.shape();
        let form = match (shape.len(), value.row) {
            (0, _) => Form::Scalar,
            (1, false) => Form::Column,
            (1, true) => Form::Row,
            (2, _) => Form::Matrix,
            _ => Form::Tensor,
        };
        self.state.set(t, form);
        if form != Form::Tensor {
            for (k, d) in shape.iter().enumerate() {
                let size = self.state.sizes[t][k];
                self.state.bind(size, d);
            }
        }
        t
    }
}

fn rank(form: Option<Form>) -> usize {
    match form {
        None | Some(Form::Scalar | Form::Tensor) => 0,
        Some(Form::Column | Form::Row) => 1,
        Some(Form::Matrix) => 2,
    }
}
