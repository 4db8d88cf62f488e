//! The Python spelling of every function and reduction.

use super::text::{Text, level, number};
use super::writer::Writer;
use crate::{Function, MatrixFunction, Rational, Reduction};
use num_rational::Ratio;
use num_traits::{One, Signed};

impl Writer<'_> {
    /// A function of operands, entry by entry.
    pub(super) fn map(&mut self, f: Function, x: &[Text]) -> Text {
        let np = self.dialect.np;
        let a = &x[0];
        let plain = |name: &str| Text::atom(format!("{np}.{name}({})", a.code));
        let truth = |op: &str| {
            let (l, r) = (a.at(level::SUM), x.get(1).map_or(String::new(), |b| b.at(level::SUM)));
            Text::atom(format!("{np}.where({l} {op} {r}, 1.0, 0.0)"))
        };
        let two = |name: &str| {
            let b = x.get(1).map_or("", |b| b.code.as_str());
            Text::atom(format!("{np}.{name}({}, {b})", a.code))
        };
        match f {
            Function::Power(p) => self.power(a, p),
            Function::Abs => plain("abs"),
            Function::Sign => plain("sign"),
            Function::Exp => plain("exp"),
            Function::Log => plain("log"),
            Function::Log1p => plain("log1p"),
            Function::Expm1 => plain("expm1"),
            Function::Sin => plain("sin"),
            Function::Cos => plain("cos"),
            Function::Tan => plain("tan"),
            Function::Asin => plain("arcsin"),
            Function::Acos => plain("arccos"),
            Function::Atan => plain("arctan"),
            Function::Sinh => plain("sinh"),
            Function::Cosh => plain("cosh"),
            Function::Tanh => plain("tanh"),
            Function::Sigmoid => self.special("expit", &a.code),
            Function::Softplus => Text::atom(format!("{np}.logaddexp(0.0, {})", a.code)),
            Function::Relu => Text::atom(format!("{np}.maximum({}, 0.0)", a.code)),
            Function::Step => Text::atom(format!("{np}.where({} > 0, 1.0, 0.0)", a.at(level::SUM))),
            Function::Erf => self.special("erf", &a.code),
            Function::Erfc => self.special("erfc", &a.code),
            Function::Lgamma => self.special("gammaln", &a.code),
            Function::Polygamma(0) => self.special("digamma", &a.code),
            Function::Polygamma(k) => self.special("polygamma", &format!("{k}, {}", a.code)),
            Function::Pow => two("power"),
            Function::Max => two("maximum"),
            Function::Min => two("minimum"),
            Function::Less => truth("<"),
            Function::LessEqual => truth("<="),
            Function::Equal => truth("=="),
            Function::NotEqual => truth("!="),
            Function::Where => {
                Text::atom(format!("{np}.where({} != 0, {}, {})", a.at(level::SUM), x[1].code, x[2].code))
            }
            Function::Clamp => {
                Text::atom(format!("{np}.minimum({np}.maximum({}, {}), {})", a.code, x[1].code, x[2].code))
            }
        }
    }

    fn power(&mut self, a: &Text, p: Ratio<i64>) -> Text {
        let np = self.dialect.np;
        let half = Ratio::new(1, 2);
        let positive = if p.abs().is_one() {
            a.clone()
        } else if p.abs() == half {
            Text::atom(format!("{np}.sqrt({})", a.code))
        } else if p.is_integer() {
            Text::new(format!("{}**{}", a.at(level::ATOM), p.to_integer().unsigned_abs()), level::POWER)
        } else {
            let exponent = number(&Rational::new((*p.numer()).abs().into(), (*p.denom()).into()));
            Text::new(format!("{}**{}", a.at(level::ATOM), exponent.at(level::ATOM)), level::POWER)
        };
        if p.is_negative() {
            Text::new(format!("1.0 / {}", positive.at(level::POWER)), level::PRODUCT)
        } else {
            positive
        }
    }

    fn special(&mut self, name: &'static str, arguments: &str) -> Text {
        self.special.insert(name);
        Text::atom(format!("{name}({arguments})"))
    }

    /// A reduction along an axis.
    pub(super) fn reduction(&mut self, r: Reduction, x: &Text, axis: usize) -> Text {
        let np = self.dialect.np;
        let along = |name: &str| format!("{np}.{name}({}, axis={axis})", x.code);
        match r {
            Reduction::Max => Text::atom(along("max")),
            Reduction::Min => Text::atom(along("min")),
            Reduction::Prod => Text::atom(along("prod")),
            Reduction::LogSumExp => self.special("logsumexp", &format!("{}, axis={axis}", x.code)),
            Reduction::ArgMax => Text::new(format!("{} + 1", along("argmax")), level::SUM),
            Reduction::ArgMin => Text::new(format!("{} + 1", along("argmin")), level::SUM),
        }
    }

    /// A function of a square matrix.
    pub(super) fn matrix(&mut self, f: MatrixFunction, x: &Text) -> Text {
        let np = self.dialect.np;
        Text::atom(match f {
            MatrixFunction::Inverse => format!("{np}.linalg.inv({})", x.code),
            MatrixFunction::Det => format!("{np}.linalg.det({})", x.code),
            MatrixFunction::LogDet => {
                let (sign, log) = (self.names.temporary(), self.names.temporary());
                self.lines.push(format!("{sign}, {log} = {np}.linalg.slogdet({})", x.code));
                // A negative determinant has no logarithm.
                format!("{np}.where({sign} < 0, {np}.nan, {log})")
            }
            MatrixFunction::Cholesky => format!("{np}.linalg.cholesky({})", x.code),
        })
    }
}
