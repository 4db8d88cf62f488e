//! Loops over blocks, compiled for each instruction set and chosen when they run.
//!
//! Each loop is written once, in plain Rust that the compiler turns into vector instructions, and compiled three
//! times on x86-64: for AVX-512, for AVX2 with fused multiply-add, and for the baseline. The exponential family is
//! `elementary`'s, since calls to the system's scalar functions would keep a loop from being vectorised.

use crate::elementary as el;
use gradus_expr::Function;
use gradus_expr::evaluate::Number;

/// An operand of a block: an entry each, or one number for all.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operand<'a> {
    Many(&'a [f64]),
    One(f64),
}

impl<'a> Operand<'a> {
    /// Entries `at..at + len`.
    pub(crate) fn part(self, at: usize, len: usize) -> Operand<'a> {
        match self {
            Operand::Many(x) => Operand::Many(&x[at..at + len]),
            Operand::One(_) => self,
        }
    }

    #[inline(always)]
    pub(crate) fn at(self, k: usize) -> f64 {
        match self {
            Operand::Many(x) => x[k],
            Operand::One(x) => x,
        }
    }
}

/// How wide the vector instructions of this machine are: 2 for AVX-512, 1 for AVX2 with FMA, 0 else.
#[cfg(target_arch = "x86_64")]
fn level() -> u8 {
    if is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
    {
        2
    } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        1
    } else {
        0
    }
}

/// Compiles each loop for every instruction set. Inside, `F` says whether a fused multiply-add is one
/// instruction.
macro_rules! vectorised {
    ($($(#[$doc:meta])* fn $name:ident($($arg:ident: $ty:ty),*) $(-> $ret:ty)? $body:block)*) => { $(
        $(#[$doc])*
        #[cfg_attr(target_arch = "x86_64", expect(
            unsafe_code,
            reason = "a function compiled for more instructions is called only after asking that they are there"
        ))]
        pub(crate) fn $name($($arg: $ty),*) $(-> $ret)? {
            #[inline(always)]
            #[allow(clippy::extra_unused_type_parameters)]
            fn body<const F: bool>($($arg: $ty),*) $(-> $ret)? $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
                fn wide($($arg: $ty),*) $(-> $ret)? { body::<true>($($arg),*) }
                #[target_feature(enable = "avx2,fma")]
                fn middle($($arg: $ty),*) $(-> $ret)? { body::<true>($($arg),*) }
                match level() {
                    // SAFETY: `level` has found these instructions on this machine.
                    2 => return unsafe { wide($($arg),*) },
                    // SAFETY: as above.
                    1 => return unsafe { middle($($arg),*) },
                    _ => {}
                }
            }
            body::<false>($($arg),*)
        }
    )* };
}

/// `out[k] = f(x[k])` over an operand of either kind.
macro_rules! each {
    ($x:expr, $out:expr, $f:expr) => {
        match $x {
            Operand::Many(x) => $out.iter_mut().zip(x).for_each(|(o, x)| *o = $f(*x)),
            Operand::One(x) => $out.fill($f(x)),
        }
    };
}

/// `out[k] = f(out[k], x[k], y[k])` over operands of any kind.
macro_rules! both {
    ($x:expr, $y:expr, $out:expr, $f:expr) => {
        match ($x, $y) {
            (Operand::Many(x), Operand::Many(y)) => {
                $out.iter_mut().zip(x.iter().zip(y)).for_each(|(o, (x, y))| *o = $f(*x, *y))
            }
            (Operand::Many(x), Operand::One(y)) => $out.iter_mut().zip(x).for_each(|(o, x)| *o = $f(*x, y)),
            (Operand::One(x), Operand::Many(y)) => $out.iter_mut().zip(y).for_each(|(o, y)| *o = $f(x, *y)),
            (Operand::One(x), Operand::One(y)) => $out.fill($f(x, y)),
        }
    };
}

vectorised! {
    /// `out = k*x + c`.
    fn scale(k: f64, x: Operand<'_>, c: f64, out: &mut [f64]) {
        if c == 0.0 { each!(x, out, |x: f64| k * x) } else { each!(x, out, |x: f64| k * x + c) }
    }

    /// `out = k*x + l*y + c`.
    fn combine(k: f64, x: Operand<'_>, l: f64, y: Operand<'_>, c: f64, out: &mut [f64]) {
        if c == 0.0 {
            both!(x, y, out, |x: f64, y: f64| k * x + l * y)
        } else {
            both!(x, y, out, |x: f64, y: f64| k * x + l * y + c)
        }
    }

    /// `out += k*x`.
    fn add_scaled(k: f64, x: Operand<'_>, out: &mut [f64]) {
        match x {
            Operand::Many(x) => out.iter_mut().zip(x).for_each(|(o, x)| *o += k * x),
            Operand::One(x) => out.iter_mut().for_each(|o| *o += k * x),
        }
    }

    /// `out = x*y`.
    fn multiply(x: Operand<'_>, y: Operand<'_>, out: &mut [f64]) {
        both!(x, y, out, |x: f64, y: f64| x * y)
    }

    /// `out *= x`.
    fn multiply_by(x: Operand<'_>, out: &mut [f64]) {
        match x {
            Operand::Many(x) => out.iter_mut().zip(x).for_each(|(o, x)| *o *= x),
            Operand::One(x) => out.iter_mut().for_each(|o| *o *= x),
        }
    }

    /// The sum of n entries, in 16 lanes that are added at the end.
    fn sum(x: Operand<'_>, n: usize) -> f64 {
        match x {
            Operand::One(x) => x * n as f64,
            Operand::Many(x) => {
                let mut lanes = [0.0; 16];
                let blocks = x.chunks_exact(16);
                let rest = blocks.remainder();
                for b in blocks {
                    for l in 0..16 {
                        lanes[l] += b[l];
                    }
                }
                let mut width = 8;
                while width > 0 {
                    for l in 0..width {
                        lanes[l] += lanes[l + width];
                    }
                    width /= 2;
                }
                rest.iter().fold(lanes[0], |s, x| s + x)
            }
        }
    }

    /// `out[i] = sum over j of data[i*stride + j] * w[j]`.
    fn rows_times_vector(data: &[f64], stride: usize, w: &[f64], out: &mut [f64]) {
        let d = w.len();
        let mut fours = out.chunks_exact_mut(4);
        let mut at = 0;
        for four in &mut fours {
            let rows: [&[f64]; 4] = std::array::from_fn(|r| &data[at + r * stride..][..d]);
            let sums = el::dots::<F, 4>(rows, w);
            four.copy_from_slice(&sums);
            at += 4 * stride;
        }
        for o in fours.into_remainder() {
            *o = el::dots::<F, 1>([&data[at..at + d]], w)[0];
            at += stride;
        }
    }

    /// `out[j] += sum over i < n of x[i] * data[i*stride + j]`.
    fn add_vector_times_rows(x: Operand<'_>, n: usize, data: &[f64], stride: usize, out: &mut [f64]) {
        let d = out.len();
        let mut i = 0;
        while i + 8 <= n {
            let rows: [&[f64]; 8] = std::array::from_fn(|r| &data[(i + r) * stride..][..d]);
            let k: [f64; 8] = std::array::from_fn(|r| x.at(i + r));
            for j in 0..d {
                let a = el::fma::<F>(k[0], rows[0][j], k[1] * rows[1][j]);
                let b = el::fma::<F>(k[2], rows[2][j], k[3] * rows[3][j]);
                let c = el::fma::<F>(k[4], rows[4][j], k[5] * rows[5][j]);
                let e = el::fma::<F>(k[6], rows[6][j], k[7] * rows[7][j]);
                out[j] += (a + b) + (c + e);
            }
            i += 8;
        }
        while i < n {
            let (row, k) = (&data[i * stride..][..d], x.at(i));
            out.iter_mut().zip(row).for_each(|(o, r)| *o += k * r);
            i += 1;
        }
    }

    fn exp(x: Operand<'_>, out: &mut [f64]) { each!(x, out, el::exp::<F>) }
    fn expm1(x: Operand<'_>, out: &mut [f64]) { each!(x, out, el::expm1::<F>) }
    fn log(x: Operand<'_>, out: &mut [f64]) { each!(x, out, el::log::<F>) }
    fn log1p(x: Operand<'_>, out: &mut [f64]) { each!(x, out, el::log1p::<F>) }
    fn sigmoid(x: Operand<'_>, out: &mut [f64]) { each!(x, out, el::sigmoid::<F>) }
    fn softplus(x: Operand<'_>, out: &mut [f64]) {
        // In two loops, since the compiler does not turn both halves in one into vector instructions.
        each!(x, out, |x: f64| el::exp::<F>(-x.abs()));
        match x {
            Operand::Many(x) => out.iter_mut().zip(x).for_each(|(o, x)| *o = el::softplus::<F>(*x, *o)),
            Operand::One(x) => out.iter_mut().for_each(|o| *o = el::softplus::<F>(x, *o)),
        }
    }
    fn tanh(x: Operand<'_>, out: &mut [f64]) { each!(x, out, el::tanh::<F>) }
    fn square(x: Operand<'_>, out: &mut [f64]) { each!(x, out, |x: f64| x * x) }
    fn cube(x: Operand<'_>, out: &mut [f64]) { each!(x, out, |x: f64| x * x * x) }
    fn recip(x: Operand<'_>, out: &mut [f64]) { each!(x, out, |x: f64| 1.0 / x) }
    fn recip_square(x: Operand<'_>, out: &mut [f64]) { each!(x, out, |x: f64| 1.0 / (x * x)) }
    fn sqrt(x: Operand<'_>, out: &mut [f64]) { each!(x, out, |x: f64| x.sqrt()) }
    fn recip_sqrt(x: Operand<'_>, out: &mut [f64]) { each!(x, out, |x: f64| 1.0 / x.sqrt()) }
    fn abs(x: Operand<'_>, out: &mut [f64]) { each!(x, out, |x: f64| x.abs()) }
    fn sign(x: Operand<'_>, out: &mut [f64]) {
        each!(x, out, |x: f64| if x > 0.0 { 1.0 } else if x < 0.0 { -1.0 } else { x * 0.0 })
    }
    fn relu(x: Operand<'_>, out: &mut [f64]) { each!(x, out, |x: f64| if x < 0.0 { 0.0 } else { x + 0.0 }) }
    fn step(x: Operand<'_>, out: &mut [f64]) { each!(x, out, |x: f64| if x > 0.0 { 1.0 } else { 0.0 }) }
    fn maximum(x: Operand<'_>, y: Operand<'_>, out: &mut [f64]) { both!(x, y, out, el::max) }
    fn minimum(x: Operand<'_>, y: Operand<'_>, out: &mut [f64]) { both!(x, y, out, el::min) }
    fn less(x: Operand<'_>, y: Operand<'_>, out: &mut [f64]) {
        both!(x, y, out, |x: f64, y: f64| if x < y { 1.0 } else { 0.0 })
    }
    fn less_equal(x: Operand<'_>, y: Operand<'_>, out: &mut [f64]) {
        both!(x, y, out, |x: f64, y: f64| if x <= y { 1.0 } else { 0.0 })
    }
    fn equal(x: Operand<'_>, y: Operand<'_>, out: &mut [f64]) {
        both!(x, y, out, |x: f64, y: f64| if x == y { 1.0 } else { 0.0 })
    }
    fn not_equal(x: Operand<'_>, y: Operand<'_>, out: &mut [f64]) {
        both!(x, y, out, |x: f64, y: f64| if x != y { 1.0 } else { 0.0 })
    }
}

/// `out = x`.
pub(crate) fn copy(x: Operand<'_>, out: &mut [f64]) {
    match x {
        Operand::Many(x) => out.copy_from_slice(x),
        Operand::One(x) => out.fill(x),
    }
}

/// Entry by entry through the reference definition.
fn by_definition(f: Function, x: Operand<'_>, out: &mut [f64]) {
    each!(x, out, |x: f64| f64::apply(f, &[x]));
}

/// A function of one operand.
pub(crate) fn unary(f: Function, x: Operand<'_>, out: &mut [f64]) {
    match f {
        Function::Power(p) => match (*p.numer(), *p.denom()) {
            (2, 1) => square(x, out),
            (3, 1) => cube(x, out),
            (-1, 1) => recip(x, out),
            (-2, 1) => recip_square(x, out),
            (1, 2) => sqrt(x, out),
            (-1, 2) => recip_sqrt(x, out),
            _ => by_definition(f, x, out),
        },
        Function::Exp => exp(x, out),
        Function::Expm1 => expm1(x, out),
        Function::Log => log(x, out),
        Function::Log1p => log1p(x, out),
        Function::Sigmoid => sigmoid(x, out),
        Function::Softplus => softplus(x, out),
        Function::Tanh => tanh(x, out),
        Function::Abs => abs(x, out),
        Function::Sign => sign(x, out),
        Function::Relu => relu(x, out),
        Function::Step => step(x, out),
        Function::Sin
        | Function::Cos
        | Function::Tan
        | Function::Asin
        | Function::Acos
        | Function::Atan
        | Function::Sinh
        | Function::Cosh
        | Function::Erf
        | Function::Erfc
        | Function::Lgamma
        | Function::Polygamma(_) => by_definition(f, x, out),
        // Functions of more operands do not come here.
        Function::Pow
        | Function::Max
        | Function::Min
        | Function::Less
        | Function::LessEqual
        | Function::Equal
        | Function::NotEqual
        | Function::Where
        | Function::Clamp => out.fill(f64::NAN),
    }
}

/// A function of two operands.
pub(crate) fn binary(f: Function, x: Operand<'_>, y: Operand<'_>, out: &mut [f64]) {
    match f {
        Function::Max => maximum(x, y, out),
        Function::Min => minimum(x, y, out),
        Function::Less => less(x, y, out),
        Function::LessEqual => less_equal(x, y, out),
        Function::Equal => equal(x, y, out),
        Function::NotEqual => not_equal(x, y, out),
        other => {
            for (k, o) in out.iter_mut().enumerate() {
                *o = f64::apply(other, &[x.at(k), y.at(k)]);
            }
        }
    }
}

/// A function of three operands.
pub(crate) fn ternary(f: Function, [x, y, z]: [Operand<'_>; 3], out: &mut [f64]) {
    for (k, o) in out.iter_mut().enumerate() {
        *o = f64::apply(f, &[x.at(k), y.at(k), z.at(k)]);
    }
}

/// Roughly the nanoseconds that an entry takes.
pub(crate) fn cost(f: Function) -> f64 {
    match f {
        Function::Power(p) => match (*p.numer(), *p.denom()) {
            (2 | 3, 1) => 0.2,
            (-2 | -1, 1) | (-1 | 1, 2) => 0.6,
            _ => 20.0,
        },
        Function::Abs
        | Function::Sign
        | Function::Relu
        | Function::Step
        | Function::Max
        | Function::Min
        | Function::Less
        | Function::LessEqual
        | Function::Equal
        | Function::NotEqual => 0.3,
        Function::Where | Function::Clamp => 1.0,
        Function::Exp | Function::Log | Function::Expm1 | Function::Log1p => 1.5,
        Function::Sigmoid | Function::Softplus | Function::Tanh => 3.0,
        Function::Sin
        | Function::Cos
        | Function::Tan
        | Function::Asin
        | Function::Acos
        | Function::Atan
        | Function::Sinh
        | Function::Cosh => 10.0,
        Function::Erf | Function::Erfc | Function::Pow => 20.0,
        Function::Lgamma | Function::Polygamma(_) => 50.0,
    }
}
