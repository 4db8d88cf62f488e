//! Derivatives of any expression by any symbol, in reverse mode over tensors.
//!
//! For y of shape s and x of shape t the derivative has shape `s + t`: the gradient of a scalar has x's
//! shape, the Jacobian of a vector has its outputs as rows. The root's adjoint is a product of Kronecker
//! deltas (1 for a scalar); each node hands to each operand the contraction of its adjoint with the local
//! derivative. Deltas are operands like any other, so structure survives by itself.
//!
//! Cost: one adjoint for each distinct node. Points without a derivative follow the conventions written at each
//! function in `op.rs`; [`subgradient_at_kinks`] adds that of norms.
//!
//! A derivative by a *symmetric* matrix is the gradient within the symmetric matrices, `(G + G')/2` where G is
//! the derivative by an unconstrained matrix. Declare the matrix without `symmetric` to get G itself.
//!
//! Source: Laue, Mitterreiter, Giesen (2018), Computing Higher Order Derivatives of Matrix and Tensor
//! Expressions, NeurIPS 31, section 3; Giles (2008) for the matrix functions.

use crate::facts::Facts;
use crate::{
    Constant, Contraction, Dim, Expr, Function, Kind, MatrixFunction, Rational, Reduction, Shape, Structure,
    Symbol,
};
use num_traits::{One, Zero};
use std::collections::{HashMap, HashSet};

/// The labels of the root's axes in every contraction here start at this; those of nodes lie below.
const LEAD: u32 = 1 << 16;

/// The derivative of `e` by `x`, not simplified.
///
/// ```
/// use gradus_expr::{Dim, Expr, Symbol, differentiate};
/// let x = Symbol::new("x", vec![]);
/// let cube = Expr::symbol(x.clone()).power(3, 1);
/// let slope = differentiate(&cube, &x);
/// assert_eq!(slope, Expr::symbol(x).power(2, 1).scale(gradus_expr::Rational::from_integer(3.into())));
/// ```
pub fn differentiate(e: &Expr, x: &Symbol) -> Expr {
    let order = e.postorder();
    let depends = nodes_that_mention(&order, x);
    let lead: Shape = e.shape().to_vec();
    let result_shape: Shape = lead.iter().chain(&x.shape).cloned().collect();
    if !depends.contains(&e.digest()) {
        return Expr::zeros(result_shape);
    }
    let mut adjoints: HashMap<u128, Adjoint> = HashMap::new();
    adjoints.entry(e.digest()).or_default().add(identity(&lead));
    let mut result = Expr::zeros(result_shape.clone());
    for node in order.iter().rev().filter(|n| depends.contains(&n.digest())) {
        let Some(adjoint) = adjoints.remove(&node.digest()) else { continue };
        if node.as_symbol().is_some() {
            let shape = lead.iter().chain(node.shape()).cloned().collect();
            result = adjoint.total(shape);
            continue;
        }
        let step = Step { node, lead: &lead, depends: &depends };
        for g in adjoint.parts(&lead, node) {
            step.hand_down(&g, &mut |operand: &Expr, part: Expr| {
                adjoints.entry(operand.digest()).or_default().add(part);
            });
        }
    }
    if x.is_symmetric() { symmetric_part(&result, lead.len()) } else { result }
}

/// The digests of the nodes that depend on `x` through differentiable paths or not.
fn nodes_that_mention(order: &[Expr], x: &Symbol) -> HashSet<u128> {
    let mut found = HashSet::new();
    for node in order {
        let here = node.as_symbol().is_some_and(|s| s.name == x.name);
        if here || node.children().iter().any(|c| found.contains(&c.digest())) {
            found.insert(node.digest());
        }
    }
    found
}

/// The product of deltas that is the derivative of a tensor by itself.
fn identity(shape: &[Dim]) -> Expr {
    let r = shape.len() as u32;
    let deltas = (0..r).map(|k| (Expr::eye(shape[k as usize].clone()), vec![k, k + r])).collect();
    let output: Vec<u32> = (0..2 * r).collect();
    let dims = output.iter().map(|k| (*k, shape[(k % r.max(1)) as usize].clone())).collect();
    Expr::contract_unchecked(deltas, &output, &dims)
}

/// `(G + G')/2` over the last two axes.
fn symmetric_part(g: &Expr, lead: usize) -> Expr {
    let labels: Vec<u32> = (0..g.rank() as u32).collect();
    let mut swapped = labels.clone();
    swapped.swap(lead, lead + 1);
    let transposed = contract(vec![(g.clone(), swapped)], &labels, &shape_dims(&labels, g.shape()));
    let half = Rational::new(1.into(), 2.into());
    Expr::sum_unchecked(g.shape().to_vec(), vec![(half.clone(), g.clone()), (half, transposed)])
}

fn contract(operands: Vec<(Expr, Vec<u32>)>, output: &[u32], dims: &HashMap<u32, Dim>) -> Expr {
    Expr::contract_unchecked(operands, output, dims)
}

fn shape_dims(labels: &[u32], shape: &[Dim]) -> HashMap<u32, Dim> {
    labels.iter().copied().zip(shape.iter().cloned()).collect()
}

/// What has been handed to one node so far, equal parts counted.
#[derive(Default)]
struct Adjoint {
    parts: Vec<(Rational, Expr)>,
    position: HashMap<u128, usize>,
}

impl Adjoint {
    fn add(&mut self, part: Expr) {
        let (c, e) = match part.kind() {
            Kind::Sum(terms) if terms.len() == 1 => terms[0].clone(),
            _ => (Rational::one(), part),
        };
        match self.position.get(&e.digest()) {
            Some(k) => self.parts[*k].0 += c,
            None => {
                self.position.insert(e.digest(), self.parts.len());
                self.parts.push((c, e));
            }
        }
    }

    fn total(self, shape: Shape) -> Expr {
        Expr::sum_unchecked(shape, self.parts)
    }

    /// The adjoint as one sum; or part by part where one is masked, so that each keeps its own mask.
    fn parts(self, lead: &[Dim], node: &Expr) -> Vec<Expr> {
        if self.parts.iter().any(|(_, e)| masked(e).is_some()) {
            return self.parts.into_iter().map(|(c, e)| e.scale(c)).collect();
        }
        vec![self.total(lead.iter().chain(node.shape()).cloned().collect())]
    }
}

/// `(c, u)` when the expression is `where(c, u, 0)`: a derivative that must not leak from what was not
/// selected.
fn masked(e: &Expr) -> Option<(&Expr, &Expr)> {
    match e.kind() {
        Kind::Map(Function::Where, args) if args[2].is_zero() => Some((&args[0], &args[1])),
        Kind::Sum(terms) if terms.len() == 1 && terms[0].0.is_one() => masked(&terms[0].1),
        _ => None,
    }
}

/// One node of the backward pass.
struct Step<'a> {
    node: &'a Expr,
    lead: &'a [Dim],
    depends: &'a HashSet<u128>,
}

impl Step<'_> {
    fn lead_labels(&self) -> Vec<u32> {
        (0..self.lead.len() as u32).map(|k| LEAD + k).collect()
    }

    fn lead_dims(&self) -> HashMap<u32, Dim> {
        shape_dims(&self.lead_labels(), self.lead)
    }

    /// Hands the adjoint `g`, of shape `lead + node.shape`, down to every operand that depends on x.
    fn hand_down(&self, g: &Expr, give: &mut dyn FnMut(&Expr, Expr)) {
        match self.node.kind() {
            Kind::Symbol(_) | Kind::Constant(_) | Kind::Size(_) | Kind::Structure(_) => {}
            // Positions are integers: no derivative.
            Kind::OneHot { .. } => {}
            Kind::Sum(terms) => {
                for (c, e) in terms.iter().filter(|(_, e)| self.depends.contains(&e.digest())) {
                    give(e, g.scale(c.clone()));
                }
            }
            Kind::Contract(c) => {
                for k in 0..c.operands.len() {
                    if self.depends.contains(&c.operands[k].0.digest()) {
                        give(&c.operands[k].0, self.through_contraction(g, c, k));
                    }
                }
            }
            Kind::Map(f, args) => {
                for (k, x) in args.iter().enumerate() {
                    if self.depends.contains(&x.digest())
                        && let Some(part) = self.through_map(g, *f, args, k)
                    {
                        give(x, part);
                    }
                }
            }
            Kind::Reduce(r, x, axis) => {
                if let Some(local) = reduction_slope(*r, x, *axis, self.node) {
                    give(x, self.through_reduction(g, &local, *axis));
                }
            }
            Kind::Matrix(f, a) => give(a, self.through_matrix(g, *f, a)),
        }
    }

    /// The adjoint of operand k: the adjoint of the output contracted with the other operands.
    fn through_contraction(&self, g: &Expr, c: &Contraction, k: usize) -> Expr {
        let mut dims = self.lead_dims();
        dims.extend(c.dims.iter().enumerate().map(|(i, d)| (i as u32, d.clone())));
        let wide = |l: &[u16]| l.iter().map(|i| u32::from(*i)).collect::<Vec<u32>>();
        let g_labels: Vec<u32> = self.lead_labels().into_iter().chain(c.output().map(u32::from)).collect();
        let mut others: Vec<(Expr, Vec<u32>)> = Vec::with_capacity(c.operands.len());
        others.extend(
            c.operands.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, (e, l))| (e.clone(), wide(l))),
        );
        let mut output = self.lead_labels();
        // An index twice in the operand is a diagonal: its adjoint lies on that diagonal.
        let mut fresh = c.dims.len() as u32;
        for l in wide(&c.operands[k].1) {
            if output.contains(&l) {
                let d = c.dims[l as usize].clone();
                others.push((Expr::eye(d.clone()), vec![l, fresh]));
                dims.insert(fresh, d);
                output.push(fresh);
                fresh += 1;
            } else {
                output.push(l);
            }
        }
        // A mask over the same entries stays outermost: 0 times an unselected infinity is then never formed.
        if let Some((mask, u)) = masked(g)
            && output == g_labels
            && others.iter().all(|(_, l)| l.iter().all(|i| output.contains(i)))
        {
            let shape = output.iter().map(|l| dims[l].clone()).collect();
            let mut operands = vec![(u.clone(), g_labels)];
            operands.extend(others);
            let product = contract(operands, &output, &dims);
            return Expr::map_unchecked(Function::Where, vec![mask.clone(), product, Expr::zeros(shape)]);
        }
        let mut operands = vec![(g.clone(), g_labels)];
        operands.extend(others);
        contract(operands, &output, &dims)
    }

    /// `g .* slope`, with the slope repeated over the leading axes; a mask stays outermost.
    fn through_map(&self, g: &Expr, f: Function, args: &[Expr], k: usize) -> Option<Expr> {
        if f == Function::Where {
            return self.through_where(g, args, k);
        }
        let slope = slope(f, args, self.node, k)?;
        Some(match masked(g) {
            Some((mask, u)) => Expr::map_unchecked(
                Function::Where,
                vec![mask.clone(), self.times_local(u, &slope), Expr::zeros(g.shape().to_vec())],
            ),
            None => self.times_local(g, &slope),
        })
    }

    fn times_local(&self, g: &Expr, local: &Expr) -> Expr {
        let own: Vec<u32> = (0..local.rank() as u32).collect();
        let output: Vec<u32> = self.lead_labels().into_iter().chain(own.iter().copied()).collect();
        contract(
            vec![(g.clone(), output.clone()), (local.clone(), own)],
            &output,
            &shape_dims(&output, g.shape()),
        )
    }

    fn through_where(&self, g: &Expr, args: &[Expr], k: usize) -> Option<Expr> {
        let own: Vec<u32> = (0..args[0].rank() as u32).collect();
        let output: Vec<u32> = self.lead_labels().into_iter().chain(own.iter().copied()).collect();
        let condition = contract(vec![(args[0].clone(), own)], &output, &shape_dims(&output, g.shape()));
        let zero = Expr::zeros(g.shape().to_vec());
        let branches = match k {
            0 => return None,
            1 => vec![condition, g.clone(), zero],
            _ => {
                // The mask's form is where(c, u, 0), so the second branch negates its condition.
                let off = Expr::map_unchecked(Function::Equal, vec![condition, zero.clone()]);
                vec![off, g.clone(), zero]
            }
        };
        Some(Expr::map_unchecked(Function::Where, branches))
    }

    /// The adjoint of a reduced operand: `g` without the axis, times the local slope with it.
    fn through_reduction(&self, g: &Expr, local: &Expr, axis: usize) -> Expr {
        let own: Vec<u32> = (0..local.rank() as u32).collect();
        let reduced = own.iter().copied().filter(|l| *l != axis as u32);
        let g_labels: Vec<u32> = self.lead_labels().into_iter().chain(reduced).collect();
        let output: Vec<u32> = self.lead_labels().into_iter().chain(own.iter().copied()).collect();
        let mut dims = self.lead_dims();
        dims.extend(shape_dims(&own, local.shape()));
        contract(vec![(g.clone(), g_labels), (local.clone(), own)], &output, &dims)
    }

    fn through_matrix(&self, g: &Expr, f: MatrixFunction, a: &Expr) -> Expr {
        let n = &a.shape()[0];
        let (p, q, i, j) = (0, 1, 2, 3);
        let mut output = self.lead_labels();
        output.extend([p, q]);
        let mut dims = self.lead_dims();
        dims.extend((0..8).map(|l| (l, n.clone())));
        let lead = self.lead_labels();
        let with_lead = |rest: &[u32]| lead.iter().copied().chain(rest.iter().copied()).collect::<Vec<u32>>();
        match f {
            // d inv(A) = -inv(A) dA inv(A)
            MatrixFunction::Inverse => {
                let w = self.node.clone();
                let operands =
                    vec![(w.clone(), vec![i, p]), (g.clone(), with_lead(&[i, j])), (w, vec![q, j])];
                contract(operands, &output, &dims).scale(-Rational::one())
            }
            // d det(A) = det(A) trace(inv(A) dA)
            MatrixFunction::Det => {
                let inverse = a.matrix_unchecked(MatrixFunction::Inverse);
                let operands =
                    vec![(g.clone(), lead.clone()), (self.node.clone(), vec![]), (inverse, vec![q, p])];
                contract(operands, &output, &dims)
            }
            // d logdet(A) = trace(inv(A) dA)
            MatrixFunction::LogDet => {
                let inverse = a.matrix_unchecked(MatrixFunction::Inverse);
                contract(vec![(g.clone(), lead.clone()), (inverse, vec![q, p])], &output, &dims)
            }
            // With K = inv(L) and P(M) the lower triangle of M with its diagonal halved,
            // S = K' P(L' g) K, and A's adjoint is the symmetric part of S.
            MatrixFunction::Cholesky => {
                let l = self.node.clone();
                let k = l.matrix_unchecked(MatrixFunction::Inverse);
                let half = Rational::new((-1).into(), 2.into());
                let lower = Expr::sum_unchecked(
                    vec![n.clone(), n.clone()],
                    vec![
                        (Rational::one(), Expr::structure(Structure::LowerOnes(n.clone()))),
                        (half, Expr::eye(n.clone())),
                    ],
                );
                let (r, s, t) = (4, 5, 6);
                // S[p, q] = sum K[r, p] lower[r, s] L[t, r] g[t, s] K[s, q]
                let operands = vec![
                    (k.clone(), vec![r, p]),
                    (lower, vec![r, s]),
                    (l, vec![t, r]),
                    (g.clone(), with_lead(&[t, s])),
                    (k, vec![s, q]),
                ];
                symmetric_part(&contract(operands, &output, &dims), lead.len())
            }
        }
    }
}

/// The partial derivative of `y = f(args)` by operand k, of the same shape; `None` where it is 0 everywhere.
fn slope(f: Function, args: &[Expr], y: &Expr, k: usize) -> Option<Expr> {
    let x = &args[0];
    let one = || Expr::ones(x.shape().to_vec());
    let rational = |p: i64, q: i64| Rational::new(p.into(), q.into());
    let sum = |terms: Vec<(i64, Expr)>| {
        let terms = terms.into_iter().map(|(c, e)| (rational(c, 1), e)).collect();
        Expr::sum_unchecked(x.shape().to_vec(), terms)
    };
    let map = |f: Function, operands: Vec<Expr>| Expr::map_unchecked(f, operands);
    Some(match f {
        Function::Power(p) => x.apply(Function::Power(p - 1)).scale(rational(*p.numer(), *p.denom())),
        Function::Abs => x.apply(Function::Sign),
        Function::Sign | Function::Step => return None,
        Function::Exp => y.clone(),
        Function::Log => x.power(-1, 1),
        Function::Log1p => sum(vec![(1, one()), (1, x.clone())]).power(-1, 1),
        Function::Expm1 => x.apply(Function::Exp),
        Function::Sin => x.apply(Function::Cos),
        Function::Cos => x.apply(Function::Sin).scale(rational(-1, 1)),
        Function::Tan => sum(vec![(1, one()), (1, y.power(2, 1))]),
        Function::Asin => sum(vec![(1, one()), (-1, x.power(2, 1))]).power(-1, 2),
        Function::Acos => sum(vec![(1, one()), (-1, x.power(2, 1))]).power(-1, 2).scale(rational(-1, 1)),
        Function::Atan => sum(vec![(1, one()), (1, x.power(2, 1))]).power(-1, 1),
        Function::Sinh => x.apply(Function::Cosh),
        Function::Cosh => x.apply(Function::Sinh),
        Function::Tanh => sum(vec![(1, one()), (-1, y.power(2, 1))]),
        Function::Sigmoid => times(y, &sum(vec![(1, one()), (-1, y.clone())])),
        Function::Softplus => x.apply(Function::Sigmoid),
        Function::Relu => x.apply(Function::Step),
        // 2/sqrt(pi) exp(-x^2)
        Function::Erf => gaussian(x).scale(rational(2, 1)),
        Function::Erfc => gaussian(x).scale(rational(-2, 1)),
        Function::Lgamma => x.apply(Function::Polygamma(0)),
        Function::Polygamma(order) => x.apply(Function::Polygamma(order.saturating_add(1))),
        Function::Pow if k == 0 => {
            let reduced = sum(vec![(1, args[1].clone()), (-1, one())]);
            times(&args[1], &map(Function::Pow, vec![x.clone(), reduced]))
        }
        Function::Pow => times(y, &x.apply(Function::Log)),
        Function::Max if k == 0 => map(Function::LessEqual, vec![args[1].clone(), x.clone()]),
        Function::Max => map(Function::Less, vec![x.clone(), args[1].clone()]),
        Function::Min if k == 0 => map(Function::LessEqual, vec![x.clone(), args[1].clone()]),
        Function::Min => map(Function::Less, vec![args[1].clone(), x.clone()]),
        Function::Less | Function::LessEqual | Function::Equal | Function::NotEqual => return None,
        Function::Where => return None,
        Function::Clamp if k == 0 => times(
            &map(Function::LessEqual, vec![args[1].clone(), x.clone()]),
            &map(Function::LessEqual, vec![x.clone(), args[2].clone()]),
        ),
        Function::Clamp if k == 1 => map(Function::Less, vec![x.clone(), args[1].clone()]),
        Function::Clamp => map(Function::Less, vec![args[2].clone(), x.clone()]),
    })
}

/// `exp(-x^2) / sqrt(pi)`
fn gaussian(x: &Expr) -> Expr {
    let density = x.power(2, 1).scale(-Rational::one()).apply(Function::Exp);
    let root = Expr::constant(Constant::Pi).power(-1, 2);
    let labels: Vec<u32> = (0..x.rank() as u32).collect();
    contract(vec![(density, labels.clone()), (root, vec![])], &labels, &shape_dims(&labels, x.shape()))
}

/// The entry-by-entry product of two expressions of one shape.
pub(crate) fn times(a: &Expr, b: &Expr) -> Expr {
    let labels: Vec<u32> = (0..a.rank() as u32).collect();
    let operands = vec![(a.clone(), labels.clone()), (b.clone(), labels.clone())];
    contract(operands, &labels, &shape_dims(&labels, a.shape()))
}

/// The derivative of a reduction's result by each entry of its operand, of the operand's shape.
fn reduction_slope(r: Reduction, x: &Expr, axis: usize, y: &Expr) -> Option<Expr> {
    let own: Vec<u32> = (0..x.rank() as u32).collect();
    let rest: Vec<u32> = own.iter().copied().filter(|l| *l != axis as u32).collect();
    let dims = shape_dims(&own, x.shape());
    let repeated = |e: &Expr| contract(vec![(e.clone(), rest.clone())], &own, &dims);
    let selected = |arg: Reduction| {
        let mut shape = x.shape().to_vec();
        let classes = shape.remove(axis);
        let position = x.reduce(arg, axis).ok()?;
        let mut labels = rest.clone();
        labels.push(axis as u32);
        Some(contract(vec![(Expr::one_hot(position, classes), labels)], &own, &dims))
    };
    match r {
        Reduction::Max => selected(Reduction::ArgMax),
        Reduction::Min => selected(Reduction::ArgMin),
        Reduction::ArgMax | Reduction::ArgMin => None,
        Reduction::LogSumExp => Some(
            Expr::sum_unchecked(
                x.shape().to_vec(),
                vec![(Rational::one(), x.clone()), (-Rational::one(), repeated(y))],
            )
            .apply(Function::Exp),
        ),
        Reduction::Prod if Facts::of(x).is_nonzero(x) => Some(times(&repeated(y), &x.power(-1, 1))),
        Reduction::Prod => Some(products_of_the_others(x, axis)),
    }
}

/// The product over `axis` of all entries but one, for each: right also where entries are 0.
///
/// Entry i is the product over j of `x_j*(1 - delta_ij) + delta_ij`.
fn products_of_the_others(x: &Expr, axis: usize) -> Expr {
    let own: Vec<u32> = (0..x.rank() as u32).collect();
    let n = x.shape()[axis].clone();
    // The result's axes are x's, with i at `axis`; j is a new last axis.
    let j = x.rank() as u32;
    let mut wide = own.clone();
    wide.push(j);
    let mut dims = shape_dims(&own, x.shape());
    dims.insert(j, n.clone());
    let x_labels: Vec<u32> = own.iter().map(|l| if *l == axis as u32 { j } else { *l }).collect();
    let delta = (Expr::eye(n), vec![axis as u32, j]);
    let terms = vec![
        (Rational::one(), contract(vec![(x.clone(), x_labels.clone())], &wide, &dims)),
        (-Rational::one(), contract(vec![(x.clone(), x_labels), delta.clone()], &wide, &dims)),
        (Rational::one(), contract(vec![delta], &wide, &dims)),
    ];
    let shape = wide.iter().map(|l| dims[l].clone()).collect();
    let factors = Expr::sum_unchecked(shape, terms);
    factors.reduce(Reduction::Prod, x.rank()).unwrap_or(factors)
}

/// Replaces `s^(-p)`, where s is a sum of squares and 0 < p < 1, by the same with 0 at s = 0.
///
/// The gradient of `norm2(x)` is `x/norm2(x)`, which is undefined at x = 0. The subgradient chosen there is 0.
/// Formulas are printed without this; programs that evaluate derivatives apply it.
pub fn subgradient_at_kinks(e: &Expr) -> Expr {
    e.rewrite(|node| match node.kind() {
        Kind::Map(Function::Power(p), args)
            if p < &num_rational::Ratio::zero() && !p.is_integer() && is_sum_of_squares(&args[0]) =>
        {
            let zero = Expr::zeros(node.shape().to_vec());
            let at_zero = Expr::map_unchecked(Function::Equal, vec![args[0].clone(), zero.clone()]);
            Expr::map_unchecked(Function::Where, vec![at_zero, zero, node.clone()])
        }
        _ => node,
    })
}

/// Is every term a positive multiple of a product in which each factor stands an even number of times?
fn is_sum_of_squares(e: &Expr) -> bool {
    let even = |e: &Expr| match e.kind() {
        Kind::Contract(c) => c.operands.iter().all(|(x, l)| {
            let square =
                matches!(x.kind(), Kind::Map(Function::Power(p), _) if p.is_integer() && p.numer() % 2 == 0);
            square || c.operands.iter().filter(|(y, m)| y == x && m == l).count() % 2 == 0
        }),
        Kind::Map(Function::Power(p), _) => p.is_integer() && p.numer() % 2 == 0,
        _ => false,
    };
    match e.kind() {
        Kind::Sum(terms) => terms.iter().all(|(c, e)| *c > Rational::zero() && even(e)) && !terms.is_empty(),
        _ => even(e),
    }
}
