//! The Rust spelling of every function of entries.

use super::{sources, writer::Writer};
use crate::Function;
use num_rational::Ratio;
use num_traits::{One, Signed, ToPrimitive};

impl Writer {
    /// A function of operands, for one entry.
    pub(super) fn map(&mut self, f: Function, x: &[String]) -> String {
        let a = &x[0];
        // A literal or a sign before a method call would bind to the result.
        let method = |name: &str| {
            let plain = a.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '[' | ']'))
                && a.starts_with(|c: char| c.is_ascii_alphabetic());
            let typed = a.starts_with('(') && a.ends_with(')') && is_one_group(a);
            if plain || typed { format!("{a}.{name}()") } else { format!("({a}).{name}()") }
        };
        match f {
            Function::Power(p) => self.power(a, p, &method),
            Function::Abs => method("abs"),
            Function::Sign => self.call(sources::SIGN, "sign", a),
            Function::Exp => method("exp"),
            Function::Log => method("ln"),
            Function::Log1p => method("ln_1p"),
            Function::Expm1 => method("exp_m1"),
            Function::Sin => method("sin"),
            Function::Cos => method("cos"),
            Function::Tan => method("tan"),
            Function::Asin => method("asin"),
            Function::Acos => method("acos"),
            Function::Atan => method("atan"),
            Function::Sinh => method("sinh"),
            Function::Cosh => method("cosh"),
            Function::Tanh => method("tanh"),
            Function::Sigmoid => self.call(sources::SIGMOID, "sigmoid", a),
            Function::Softplus => self.call(sources::SOFTPLUS, "softplus", a),
            Function::Relu => self.maximum(a, "0.0"),
            Function::Step => format!("f64::from({a} > 0.0)"),
            Function::Erf => format!("gradus_scalar::erf({a})"),
            Function::Erfc => format!("gradus_scalar::erfc({a})"),
            Function::Lgamma => format!("gradus_scalar::ln_gamma({a})"),
            Function::Polygamma(0) => format!("gradus_scalar::digamma({a})"),
            Function::Polygamma(k) => format!("gradus_scalar::polygamma({k}, {a})"),
            Function::Pow => format!("f64::powf({a}, {})", x[1]),
            Function::Max => self.maximum(a, &x[1]),
            Function::Min => self.minimum(a, &x[1]),
            Function::Less => format!("f64::from(({a}) < ({}))", x[1]),
            Function::LessEqual => format!("f64::from(({a}) <= ({}))", x[1]),
            Function::Equal => format!("f64::from(({a}) == ({}))", x[1]),
            Function::NotEqual => format!("f64::from(({a}) != ({}))", x[1]),
            Function::Where => format!("(if ({a}) != 0.0 {{ {} }} else {{ {} }})", x[1], x[2]),
            Function::Clamp => {
                let above = self.maximum(a, &x[1]);
                self.minimum(&above, &x[2])
            }
        }
    }

    fn power(&mut self, a: &str, p: Ratio<i64>, method: &dyn Fn(&str) -> String) -> String {
        let root = if p.abs() == Ratio::new(1, 2) {
            method("sqrt")
        } else if p.abs().is_one() {
            a.to_owned()
        } else if let (true, Some(k)) = (p.is_integer(), p.to_integer().abs().to_i32()) {
            format!("f64::powi({a}, {k})")
        } else {
            format!("f64::powf({a}, {:?} / {:?})", p.numer().abs() as f64, *p.denom() as f64)
        };
        if p.is_negative() { format!("(1.0 / ({root}))") } else { root }
    }

    fn maximum(&mut self, a: &str, b: &str) -> String {
        self.call(sources::MAXIMUM, "maximum", &format!("{a}, {b}"))
    }

    fn minimum(&mut self, a: &str, b: &str) -> String {
        self.call(sources::MINIMUM, "minimum", &format!("{a}, {b}"))
    }

    /// A call of a function that is written before the code.
    pub(super) fn call(&mut self, source: &'static str, name: &str, arguments: &str) -> String {
        self.functions.insert(source);
        format!("{name}({arguments})")
    }
}

/// Is the code one pair of parentheses around everything?
fn is_one_group(code: &str) -> bool {
    let mut open = 0usize;
    for (k, ch) in code.char_indices() {
        match ch {
            '(' => open += 1,
            ')' => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            return k + 1 == code.len();
        }
    }
    false
}
