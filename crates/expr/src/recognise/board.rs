//! The board on which a contraction is reduced to matrix notation.

use super::notation::Recogniser;
use super::piece::*;
use super::reading::cost;
use super::write::*;
use crate::syntax::{Ast, AstNode, BinaryOp};
use crate::{Contraction, Dim, Expr, Function, Kind, Rational};
use num_traits::{One, Zero};

pub(super) struct Board<'a> {
    rank: usize,
    dims: &'a [Dim],
    coefficient: Rational,
    above: Vec<Ast>,
    below: Vec<Ast>,
    pieces: Vec<Piece>,
    /// Something was placed that matrix notation cannot hold.
    stuck: bool,
}

impl<'a> Board<'a> {
    pub(super) fn new(c: &'a Contraction, coefficient: &Rational) -> Self {
        Self {
            rank: c.rank,
            dims: &c.dims,
            coefficient: coefficient.clone(),
            above: Vec::new(),
            below: Vec::new(),
            pieces: Vec::new(),
            stuck: false,
        }
    }

    pub(super) fn place(&mut self, room: &Recogniser, e: &Expr, labels: &[u16]) {
        match (labels.len(), e.kind()) {
            (0, Kind::Map(Function::Power(p), args)) if p < &num_rational::Ratio::zero() => {
                self.below.push(room.power(&args[0], -*p.numer(), *p.denom()));
            }
            (0, _) => self.above.push(room.of(e)),
            (1 | 2, Kind::Map(Function::Power(p), args)) if p < &num_rational::Ratio::zero() => {
                let ast = room.power(&args[0], -*p.numer(), *p.denom());
                self.piece(labels, ast, true, false, false);
            }
            (1 | 2, Kind::Map(Function::Power(p), args)) if *p == num_rational::Ratio::from_integer(2) => {
                self.piece(labels, room.of(e), false, false, false);
                if let Some(last) = self.pieces.last_mut() {
                    last.square_of = Some(room.of(&args[0]));
                }
            }
            (1 | 2, _) => {
                let symmetric = e.rank() == 2 && room.is_symmetric(e);
                self.piece(labels, room.of(e), false, symmetric, room.is_chain(e));
                if let Some(last) = self.pieces.last_mut() {
                    last.selects = selection(room, e);
                }
            }
            _ => self.stuck = true,
        }
    }

    fn piece(&mut self, labels: &[u16], ast: Ast, below: bool, symmetric: bool, chain: bool) {
        // The transpose of a transpose, and chains inside a factor, read flat.
        let factors = if chain && !below { flat_product(ast) } else { vec![ast] };
        let symmetric = symmetric && factors.len() == 1;
        let chain = factors.into_iter().map(|ast| Link { ast, symmetric }).collect();
        self.pieces.push(Piece { below, ..Piece::of(labels.to_vec(), chain) });
    }

    fn is_bound(&self, l: u16) -> bool {
        l as usize >= self.rank
    }

    fn carriers(&self, l: u16) -> Vec<usize> {
        (0..self.pieces.len()).filter(|k| self.pieces[*k].labels.contains(&l)).collect()
    }

    fn take(&mut self, k: usize) -> Piece {
        self.pieces.remove(k)
    }

    pub(super) fn reduce(mut self) -> Option<Ast> {
        if self.stuck {
            return None;
        }
        while self.diagonals() || self.hadamard() || self.join() || self.sum_out() || self.scale() {}
        self.finish()
    }

    /// `M[i, i]`: a trace, or the diagonal.
    fn diagonals(&mut self) -> bool {
        let Some(k) = self.pieces.iter().position(|p| p.labels.len() == 2 && p.labels[0] == p.labels[1])
        else {
            return false;
        };
        let p = self.take(k);
        let l = p.labels[0];
        if p.below {
            self.stuck = true;
            return false;
        }
        if self.is_bound(l) && self.carriers(l).is_empty() {
            self.above.push(Ast::call("trace", vec![p.ast()]));
        } else {
            let chain = vec![plain(Ast::call("diag", vec![p.ast()]))];
            self.pieces.push(Piece::of(vec![l], chain));
        }
        true
    }

    /// Factors on the same axes multiply entry by entry.
    fn hadamard(&mut self) -> bool {
        for a in 0..self.pieces.len() {
            for b in a + 1..self.pieces.len() {
                let same = self.pieces[a].labels == self.pieces[b].labels;
                let crossed = self.pieces[a].labels.len() == 2
                    && self.pieces[a].labels.iter().rev().eq(self.pieces[b].labels.iter());
                if !same && !crossed {
                    continue;
                }
                // tr(A*B) is better than sum(A .* B')
                let closed =
                    self.pieces[a].labels.iter().all(|l| self.is_bound(*l) && self.carriers(*l).len() == 2);
                let plain = !self.pieces[a].below && !self.pieces[b].below;
                if closed
                    && plain
                    && self.pieces[a].labels.len() == 2
                    && self.pieces[a].labels[0] != self.pieces[a].labels[1]
                    && (crossed || self.pieces[a].chain.len() > 1 || self.pieces[b].chain.len() > 1)
                {
                    let (x, y) = (self.pieces[a].clone(), self.pieces[b].clone());
                    self.pieces.remove(b);
                    self.pieces.remove(a);
                    let y = y.starting(x.labels[1]);
                    let chain = x.chain.into_iter().chain(y.chain).collect();
                    self.above.push(Ast::call("trace", vec![product(asts(chain))]));
                    return true;
                }
                if self.is_dot(a, b) {
                    continue;
                }
                let mut y = self.take(b);
                let x = self.take(a);
                if crossed && !same {
                    y = y.transposed();
                }
                self.pieces.push(entrywise(x, y));
                return true;
            }
        }
        false
    }

    /// Two vectors, and nothing else, on a summed index: an inner product.
    fn is_dot(&self, a: usize, b: usize) -> bool {
        let l = self.pieces[a].labels[0];
        self.pieces[a].is_vector()
            && self.is_bound(l)
            && self.carriers(l).len() == 2
            && !self.pieces[a].below
            && !self.pieces[b].below
    }

    /// An index summed over between exactly two factors is a product of linear algebra.
    fn join(&mut self) -> bool {
        let bound: Vec<u16> = (self.rank as u16..self.dims.len() as u16).collect();
        let mut best: Option<(usize, u16)> = None;
        for l in bound {
            let at = self.carriers(l);
            let [a, b] = at.as_slice() else { continue };
            // Vectors first, so that a chain is applied rather than multiplied out.
            let vectors = usize::from(self.pieces[*a].is_vector()) + usize::from(self.pieces[*b].is_vector());
            let rank = 2 - vectors;
            if best.is_none_or(|(r, _)| rank < r) {
                best = Some((rank, l));
            }
        }
        let Some((_, l)) = best else { return false };
        let at = self.carriers(l);
        let b = self.take(at[1]).upright();
        let a = self.take(at[0]).upright();
        if let Some(done) = selected(&a, &b, l).or_else(|| selected(&b, &a, l)) {
            if done.labels.is_empty() {
                self.above.push(done.ast());
            } else {
                self.pieces.push(done);
            }
            return true;
        }
        // Left ends in l, right starts with l; a vector on the left stands as a row.
        let (left, right) = if a.is_vector() && !b.is_vector() {
            (b, a)
        } else if order_left(&a, &b, l) {
            (a, b)
        } else {
            (b, a)
        };
        let left = if left.is_vector() { left.transposed() } else { left.starting(l).transposed() };
        let right = right.starting(l);
        let mut labels: Vec<u16> = Vec::new();
        labels.extend(left.labels.iter().copied().filter(|m| *m != l));
        labels.extend(right.labels.iter().copied().filter(|m| *m != l));
        let chain: Vec<Link> = left.chain.into_iter().chain(right.chain).collect();
        if labels.is_empty() {
            // A scalar is its own transpose: the reading with fewer marks wins.
            let piece = Piece::of(labels, chain);
            let (this, other) = (piece.ast(), piece.transposed().ast());
            self.above.push(if cost(&other) < cost(&this) { other } else { this });
        } else {
            self.pieces.push(Piece::of(labels, chain));
        }
        true
    }

    /// An index summed over in one factor alone.
    fn sum_out(&mut self) -> bool {
        let bound: Vec<u16> = (self.rank as u16..self.dims.len() as u16).collect();
        for l in bound {
            let at = self.carriers(l);
            let [k] = at.as_slice() else { continue };
            let p = self.take(*k);
            let inner = if p.below { Ast::binary(BinaryOp::DotDiv, integer(1), p.ast()) } else { p.ast() };
            let rest: Vec<u16> = p.labels.iter().copied().filter(|m| *m != l).collect();
            let total = |norm: &str| match &p.square_of {
                Some(x) => scalar_power(Ast::call(norm, vec![x.clone()]), 2),
                None => Ast::call("sum", vec![inner.clone()]),
            };
            if let [other] = rest.as_slice() {
                if self.is_bound(*other) && self.carriers(*other).is_empty() {
                    self.above.push(total("normfro"));
                } else {
                    let axis = if p.labels[0] == l { 1 } else { 2 };
                    let chain = vec![plain(Ast::call("sum", vec![inner, integer(axis)]))];
                    self.pieces.push(Piece::of(rest, chain));
                }
            } else {
                self.above.push(total("norm2"));
            }
            return true;
        }
        false
    }

    /// A vector beside a matrix on one of its axes scales its rows or columns: a diagonal factor.
    fn scale(&mut self) -> bool {
        for v in 0..self.pieces.len() {
            if !self.pieces[v].is_vector() {
                continue;
            }
            let l = self.pieces[v].labels[0];
            let Some(m) = (0..self.pieces.len())
                .find(|m| self.pieces[*m].labels.len() == 2 && self.pieces[*m].labels.contains(&l))
            else {
                continue;
            };
            if self.pieces[m].below {
                continue;
            }
            let matrix = self.pieces[m].clone();
            let vector = self.pieces[v].clone();
            let (hi, lo) = (v.max(m), v.min(m));
            self.pieces.remove(hi);
            self.pieces.remove(lo);
            let column = match vector.below {
                false => vector.ast(),
                true => Ast::binary(BinaryOp::DotDiv, integer(1), vector.ast()),
            };
            let diagonal = Link { ast: Ast::call("diag", vec![column]), symmetric: true };
            let is_eye = matches!(matrix.chain.as_slice(),
                [Link { ast: Ast { node: AstNode::Call(f, _), .. }, .. }] if f == "eye");
            let chain = if is_eye {
                vec![diagonal]
            } else if matrix.labels[0] == l {
                std::iter::once(diagonal).chain(matrix.chain).collect()
            } else {
                matrix.chain.into_iter().chain([diagonal]).collect()
            };
            self.pieces.push(Piece::of(matrix.labels, chain));
            return true;
        }
        false
    }

    /// What is left must be the output.
    fn finish(mut self) -> Option<Ast> {
        if self.stuck {
            return None;
        }
        let uncarried: Vec<u16> = (0..self.rank as u16).filter(|l| self.carriers(*l).is_empty()).collect();
        if !uncarried.is_empty() && self.rank == 1 && self.pieces.is_empty() {
            let ones = Ast::call("ones", vec![size(&self.dims[0])]);
            return Some(self.numbered(vec![ones], None));
        }
        if self.rank == 2 && uncarried.len() == 2 && self.pieces.is_empty() {
            let ones = Ast::call("ones", self.dims[..2].iter().map(size).collect());
            return Some(self.numbered(vec![ones], None));
        }
        if self.rank == 2 && uncarried.len() == 1 {
            let l = uncarried[0];
            let ones = Ast::call("ones", vec![size(&self.dims[l as usize])]);
            self.pieces.push(Piece::of(vec![l], vec![plain(ones)]));
        } else if !uncarried.is_empty() {
            return None;
        }
        match self.pieces.len() {
            0 if self.rank == 0 => Some(self.numbered(Vec::new(), None)),
            1 => {
                let p = self.take(0);
                let output: Vec<u16> = (0..self.rank as u16).collect();
                let p = if p.labels == output {
                    p
                } else if p.labels.iter().rev().eq(output.iter()) {
                    p.transposed()
                } else {
                    return None;
                };
                if p.below {
                    Some(self.numbered(Vec::new(), Some(p.ast())))
                } else {
                    Some(self.numbered(asts(p.chain), None))
                }
            }
            // u_i v_j: an outer product.
            2 if self.rank == 2 && self.pieces.iter().all(Piece::is_vector) => {
                let (a, b) = (self.take(0), self.take(0));
                let (u, v) = if a.labels[0] == 0 { (a, b) } else { (b, a) };
                let column = |p: &Piece| match p.below {
                    true => vec![Ast::binary(BinaryOp::DotDiv, integer(1), p.ast())],
                    false => asts(p.chain.clone()),
                };
                let right = match v.below {
                    true => vec![transpose(column(&v).swap_remove(0))],
                    false => asts(v.transposed().chain),
                };
                Some(self.numbered(column(&u).into_iter().chain(right).collect(), None))
            }
            _ => None,
        }
    }

    /// The product with its coefficient and scalars in front, divided by the scalars below; `under` divides
    /// entry by entry.
    fn numbered(self, chain: Vec<Ast>, under: Option<Ast>) -> Ast {
        let mut front: Vec<Ast> = Vec::new();
        let (p, q) = (self.coefficient.numer().clone(), self.coefficient.denom().clone());
        let bare = self.above.is_empty() && chain.is_empty();
        if let Some(under) = under {
            // c ./ v
            let top = product(
                std::iter::once(number(&Rational::from_integer(p)))
                    .filter(|_| !self.coefficient.numer().is_one() || self.above.is_empty())
                    .chain(self.above.clone())
                    .collect(),
            );
            let mut all = Ast::binary(BinaryOp::DotDiv, top, under);
            for d in self.below {
                all = divided(all, d);
            }
            return if q.is_one() { all } else { divided(all, number(&Rational::from_integer(q))) };
        }
        if !p.is_one() || bare {
            front.push(number(&Rational::from_integer(p)));
        }
        front.extend(self.above);
        front.extend(chain);
        let mut all = product(front);
        if !q.is_one() {
            all = divided(all, number(&Rational::from_integer(q)));
        }
        for d in self.below {
            all = divided(all, d);
        }
        all
    }
}
