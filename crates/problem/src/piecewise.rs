//! Are the pieces of a function joined with equal slopes?
//!
//! An elementwise function `F` of scalars switches between pieces: `abs(q)` at `q = 0`, `max(p, q)` at `p = q`,
//! `where(u <= v, a, b)` at `u = v`. For each switch with the surface `g = 0`, let `D` be `F` with the one piece less
//! `F` with the other. If `D` and its derivative across the surface vanish on `g = 0`, the gradients agree there, and
//! `F` is continuously differentiable. So
//!
//! 1. `g = 0` is solved for a symbol in which `g` is affine with a constant slope (an `abs` inside `g` is taken with
//!    both its signs in turn);
//! 2. every other switch is settled by the sign of its own `g` on the surface, which must be proved: no two surfaces
//!    may meet;
//! 3. `D` and its slope must simplify to 0 there.
//!
//! What is not of this form is not proved, which says nothing. Huber's function, squared hinges and quadratic
//! splines are.

use crate::constraints::varies;
use gradus_expr::facts::Facts;
use gradus_expr::{Expr, Function, Kind, Property, Rational, Role, Symbol, derivative, simplify};
use num_traits::Zero;
use std::collections::HashMap;

/// The most switches of a function that is looked at.
const MOST_SWITCHES: usize = 6;
/// The most switches inside the condition of another.
const MOST_INNER: usize = 2;

/// A switch: the piece `below` where `g <= 0`, `above` where `g >= 0`.
struct Switch {
    g: Expr,
    below: Expr,
    above: Expr,
}

impl Switch {
    fn of(e: &Expr) -> Option<Switch> {
        let Kind::Map(f, x) = e.kind() else { return None };
        Some(match f {
            Function::Abs => Switch { g: x[0].clone(), below: x[0].negate(), above: x[0].clone() },
            Function::Relu => Switch { g: x[0].clone(), below: Expr::integer(0), above: x[0].clone() },
            Function::Max => {
                Switch { g: x[0].subtract(&x[1]).ok()?, below: x[1].clone(), above: x[0].clone() }
            }
            Function::Min => {
                Switch { g: x[0].subtract(&x[1]).ok()?, below: x[0].clone(), above: x[1].clone() }
            }
            Function::Where => match x[0].kind() {
                Kind::Map(Function::Less | Function::LessEqual, c) => {
                    Switch { g: c[0].subtract(&c[1]).ok()?, below: x[1].clone(), above: x[2].clone() }
                }
                _ => return None,
            },
            _ => return None,
        })
    }

    fn piece(&self, above: bool) -> &Expr {
        if above { &self.above } else { &self.below }
    }
}

fn is_switch(e: &Expr) -> bool {
    matches!(
        e.kind(),
        Kind::Map(Function::Abs | Function::Relu | Function::Max | Function::Min | Function::Where, _)
    )
}

fn switches(e: &Expr) -> Vec<Expr> {
    e.postorder().into_iter().filter(is_switch).collect()
}

fn replaced(e: &Expr, node: &Expr, by: &Expr) -> Expr {
    e.rewrite(|n| if n == *node { by.clone() } else { n })
}

/// Is `e` continuously differentiable, as an elementwise function or a sum of such, by the criterion above?
///
/// `positive` proves signs of what no variable reaches; `smooth` tells whether a part that is taken as a symbol is
/// continuously differentiable itself.
pub(crate) fn is_joined(e: &Expr, positive: &dyn Fn(&Expr) -> bool, smooth: &dyn Fn(&Expr) -> bool) -> bool {
    let mut entry = Entry { atoms: atoms(e), symbols: HashMap::new(), positive, smooth };
    let Some(f) = entry.root(e) else { return false };
    let all = switches(&f);
    !all.is_empty() && all.len() <= MOST_SWITCHES && all.iter().all(|s| joined_at(&f, s) == Some(true))
}

/// Do value and slope agree on the surface of one switch? `None` where that cannot be told.
fn joined_at(f: &Expr, switch: &Expr) -> Option<bool> {
    let inner = switches(&Switch::of(switch)?.g);
    if inner.len() > MOST_INNER {
        return None;
    }
    for choice in 0..1_usize << inner.len() {
        let (mut f, mut switch, mut inner) = (f.clone(), switch.clone(), inner.clone());
        let mut signs = Vec::new();
        for k in 0..inner.len() {
            let (node, above) = (inner[k].clone(), choice >> k & 1 == 1);
            let s = Switch::of(&node)?;
            let take = |e: &Expr| replaced(e, &node, s.piece(above));
            (f, switch) = (take(&f), take(&switch));
            inner = inner.iter().map(take).collect();
            signs.push((s.g, above));
        }
        let s = Switch::of(&switch)?;
        let surface = Surface::of(&s.g)?;
        // A branch that is nowhere on the surface.
        if signs.iter().any(|(g, above)| surface.sign(g).is_some_and(|known| known != *above)) {
            continue;
        }
        let below = surface.settled(&replaced(&f, &switch, &s.below))?;
        let above = surface.settled(&replaced(&f, &switch, &s.above))?;
        let gap = above.subtract(&below).ok()?;
        let slope = derivative(&gap, &surface.symbol);
        if !(surface.vanishes(&gap) && surface.vanishes(&slope)) {
            return Some(false);
        }
    }
    Some(true)
}

/// `g = 0`, solved for a symbol.
struct Surface {
    symbol: Symbol,
    solution: Expr,
}

impl Surface {
    fn of(g: &Expr) -> Option<Surface> {
        g.symbols().iter().filter(|s| s.role == Role::Var).find_map(|s| {
            let slope = derivative(g, s).as_rational().filter(|c| !c.is_zero())?.clone();
            let x = Expr::symbol(Symbol::clone(s));
            let solution = simplify(&x.subtract(&g.scale(slope.recip())).ok()?);
            (!solution.mentions(&s.name)).then(|| Surface { symbol: Symbol::clone(s), solution })
        })
    }

    /// The expression on the surface, if all its parts are defined there: a product with 0 would hide one.
    fn on(&self, e: &Expr) -> Option<Expr> {
        let there = |n: &Expr| n.substitute(&self.symbol, &self.solution).ok();
        let is_defined = |n: &Expr| there(n).is_some_and(|n| !Facts::of(&n).maybe_undefined(&n));
        if !e.postorder().iter().all(is_defined) {
            return None;
        }
        Some(simplify(&there(e)?))
    }

    /// Whether `g` is proved positive (true) or negative (false) on the surface.
    fn sign(&self, g: &Expr) -> Option<bool> {
        let (above, below) = (self.on(g)?, self.on(&g.negate())?);
        if Facts::of(&above).is_positive(&above) {
            return Some(true);
        }
        Facts::of(&below).is_positive(&below).then_some(false)
    }

    /// The function near the surface: every switch replaced by its piece there.
    fn settled(&self, f: &Expr) -> Option<Expr> {
        let mut f = f.clone();
        loop {
            let all = switches(&f);
            if all.is_empty() {
                let facts = Facts::of(&f);
                let clean = f.postorder().iter().all(|n| crate::smooth::own_kink(n, &facts).is_none());
                return clean.then_some(f);
            }
            let (node, by) = all.iter().find_map(|node| {
                let s = Switch::of(node)?;
                let above = switches(&s.g).is_empty().then(|| self.sign(&s.g))??;
                Some((node, s.piece(above).clone()))
            })?;
            f = replaced(&f, node, &by);
        }
    }

    fn vanishes(&self, e: &Expr) -> bool {
        self.on(e).is_some_and(|e| e.is_zero())
    }
}

/// The parts without a switch that decide one: they become symbols, so that surfaces are solved for them.
fn atoms(e: &Expr) -> Vec<Expr> {
    let decides =
        |n: &Expr| is_switch(n) || matches!(n.kind(), Kind::Map(Function::Less | Function::LessEqual, _));
    let nodes = e.postorder();
    let deciding = nodes.iter().filter(|n| decides(n));
    let parts = deciding.flat_map(|n| {
        // The pieces of `where` decide nothing.
        let all = n.children().into_iter().cloned();
        all.take(if matches!(n.kind(), Kind::Map(Function::Where, _)) { 0 } else { usize::MAX })
    });
    parts.filter(|p| varies(p) && switches(p).is_empty()).collect()
}

/// One entry of an elementwise expression, over scalar symbols.
struct Entry<'a> {
    atoms: Vec<Expr>,
    symbols: HashMap<Expr, Expr>,
    positive: &'a dyn Fn(&Expr) -> bool,
    smooth: &'a dyn Fn(&Expr) -> bool,
}

impl Entry<'_> {
    /// One entry, or one term of a sum over entries.
    fn root(&mut self, e: &Expr) -> Option<Expr> {
        match e.kind() {
            Kind::Contract(c) => self.product(e, c.dims.len()),
            _ => self.of(e),
        }
    }

    fn of(&mut self, e: &Expr) -> Option<Expr> {
        if self.atoms.contains(e) {
            return self.symbol(e);
        }
        // A difference may stand there the other way round.
        let negative = if matches!(e.kind(), Kind::Sum(_)) { simplify(&e.negate()) } else { e.clone() };
        if let Some(atom) = self.atoms.iter().find(|a| **a == negative).cloned() {
            return Some(self.symbol(&atom)?.negate());
        }
        match e.kind() {
            Kind::Constant(_) => Some(e.clone()),
            Kind::Sum(terms) => {
                let terms = terms.iter().map(|(c, x)| Some((c.clone(), self.of(x)?)));
                let terms: Vec<(Rational, Expr)> = terms.collect::<Option<_>>()?;
                Expr::sum(Vec::new(), terms).ok()
            }
            Kind::Map(f, x) => Expr::map(*f, x.iter().map(|x| self.of(x)).collect::<Option<_>>()?).ok(),
            Kind::Contract(c) if c.dims.len() == c.rank => self.product(e, c.rank).or_else(|| self.symbol(e)),
            _ => self.symbol(e),
        }
    }

    /// A product of entries and scalars, no index of which is moved.
    fn product(&mut self, e: &Expr, rank: usize) -> Option<Expr> {
        let Kind::Contract(c) = e.kind() else { return None };
        let plain = |l: &[_]| l.is_empty() || l.iter().map(|i| usize::from(*i)).eq(0..rank);
        if !c.operands.iter().all(|(_, l)| plain(l)) {
            return None;
        }
        let entries: Option<Vec<Expr>> = c.operands.iter().map(|(x, _)| self.of(x)).collect();
        let entries = entries?;
        let none: &[u32] = &[];
        Expr::contract(&entries.into_iter().map(|x| (x, none)).collect::<Vec<_>>(), &[], &[]).ok()
    }

    /// A symbol in the place of an expression, with its sign.
    fn symbol(&mut self, e: &Expr) -> Option<Expr> {
        if let Some(known) = self.symbols.get(e) {
            return Some(known.clone());
        }
        let moves = varies(e);
        if moves && !(self.smooth)(e) {
            return None;
        }
        let mut symbol = Symbol::new(&format!("t{}", self.symbols.len()), Vec::new());
        if !moves {
            symbol = symbol.role(Role::Param);
        }
        if (self.positive)(e) {
            symbol = symbol.with(Property::Positive);
        }
        let symbol = Expr::symbol(symbol);
        self.symbols.insert(e.clone(), symbol.clone());
        Some(symbol)
    }
}
