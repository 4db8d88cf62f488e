//! NumPy's NPY files, format versions 1 to 3.
//!
//! Magic `\x93NUMPY`, two version bytes, the header's length (2 bytes in version 1, else 4), a Python dictionary with
//! the element type, the order and the shape, then the elements. Booleans, integers and floats of either byte order
//! are read; integers that no double equals, complex numbers, text and records are errors.
//!
//! Nothing is allocated on a header's word: the promised size is checked against the bytes that are there first.
//!
//! Source: NumPy manual, `numpy.lib.format`; NEP 1.

use crate::array::{Array, elements};
use crate::error::{Error, Result};

const FORMAT: &str = "NPY";

/// The array in an NPY file.
pub(crate) fn read(bytes: &[u8]) -> Result<Array> {
    let Some(rest) = bytes.strip_prefix(b"\x93NUMPY") else {
        return Err(malformed("the first bytes are not \\x93NUMPY"));
    };
    let (length, rest) = match rest {
        [1, _, a, b, rest @ ..] => (usize::from(u16::from_le_bytes([*a, *b])), rest),
        [2 | 3, _, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, rest),
        [1..=3, ..] | [] => return Err(malformed("the header ends early")),
        [version, ..] => {
            return Err(Error::Unsupported { format: FORMAT, what: format!("format version {version}") });
        }
    };
    let Some((header, data)) = rest.split_at_checked(length) else {
        return Err(Error::Truncated { format: FORMAT, expected: length as u128, found: rest.len() as u64 });
    };
    let header = Header::parse(header)?;
    let count =
        elements(&header.shape).ok_or_else(|| malformed("the shape's product is beyond the machine"))?;
    let expected = count as u128 * header.element.width() as u128;
    if (data.len() as u128) < expected {
        return Err(Error::Truncated { format: FORMAT, expected, found: data.len() as u64 });
    } else if data.len() as u128 > expected {
        return Err(malformed(format!("{} bytes follow the array", data.len() as u128 - expected)));
    }
    let values = header.element.decode(data)?;
    if header.column_major {
        Array::from_column_major(header.shape, values)
    } else {
        Array::new(header.shape, values)
    }
}

fn malformed(problem: impl Into<String>) -> Error {
    Error::Malformed { format: FORMAT, problem: problem.into() }
}

/// The type of the elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Element {
    class: Class,
    big_endian: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Bool,
    Signed(usize),
    Unsigned(usize),
    Float(usize),
}

impl Element {
    /// From a descriptor such as `<f8`, `|b1` or `>i4`.
    fn parse(descr: &str) -> Result<Self> {
        let unsupported =
            || Error::Unsupported { format: FORMAT, what: format!("elements of type `{descr}`") };
        let (big_endian, code) = match descr.split_at_checked(1) {
            Some((">", code)) => (true, code),
            Some(("<" | "|", code)) => (false, code),
            Some(("=", code)) => (cfg!(target_endian = "big"), code),
            _ => return Err(unsupported()),
        };
        let class = match code {
            "b1" => Class::Bool,
            "i1" => Class::Signed(1),
            "i2" => Class::Signed(2),
            "i4" => Class::Signed(4),
            "i8" => Class::Signed(8),
            "u1" => Class::Unsigned(1),
            "u2" => Class::Unsigned(2),
            "u4" => Class::Unsigned(4),
            "u8" => Class::Unsigned(8),
            "f2" => Class::Float(2),
            "f4" => Class::Float(4),
            "f8" => Class::Float(8),
            _ => return Err(unsupported()),
        };
        Ok(Self { class, big_endian })
    }

    fn width(self) -> usize {
        match self.class {
            Class::Bool => 1,
            Class::Signed(n) | Class::Unsigned(n) | Class::Float(n) => n,
        }
    }

    fn decode(self, data: &[u8]) -> Result<Vec<f64>> {
        data.chunks_exact(self.width()).enumerate().map(|(i, word)| self.value(i, word)).collect()
    }

    fn value(self, place: usize, word: &[u8]) -> Result<f64> {
        let push = |bits: u64, &byte: &u8| bits << 8 | u64::from(byte);
        let bits = if self.big_endian { word.iter().fold(0, push) } else { word.iter().rev().fold(0, push) };
        let exact = |v: i128| {
            let double = v as f64;
            (double as i128 == v).then_some(double).ok_or_else(|| Error::Unsupported {
                format: FORMAT,
                what: format!("the integer {v} at element {}, which no double equals,", place + 1),
            })
        };
        match self.class {
            Class::Bool => Ok(f64::from(u8::from(bits != 0))),
            Class::Unsigned(_) => exact(i128::from(bits)),
            Class::Signed(n) => {
                let unused = 64 - 8 * n as u32;
                exact(i128::from((bits << unused) as i64 >> unused))
            }
            Class::Float(2) => Ok(half(bits as u16)),
            Class::Float(4) => Ok(f64::from(f32::from_bits(bits as u32))),
            Class::Float(_) => Ok(f64::from_bits(bits)),
        }
    }
}

/// The double equal to an IEEE 754 binary16.
pub(crate) fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let size = match bits >> 10 & 0x1f {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1024.0 + fraction) * 2f64.powi(i32::from(e) - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

struct Header {
    element: Element,
    column_major: bool,
    shape: Vec<usize>,
}

impl Header {
    /// From the text of a Python dictionary with the keys `descr`, `fortran_order` and `shape`.
    fn parse(text: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(text).map_err(|_| malformed("the header is not text"))?;
        let mut cursor = Cursor { rest: text };
        let (mut element, mut column_major, mut shape) = (None, None, None);
        cursor.expect("{")?;
        while !cursor.take("}") {
            let key = cursor.string()?;
            cursor.expect(":")?;
            match key {
                "descr" => element = Some(cursor.element()?),
                "fortran_order" => column_major = Some(cursor.boolean()?),
                "shape" => shape = Some(cursor.shape()?),
                _ => return Err(malformed(format!("unknown key `{key}` in the header"))),
            }
            if !cursor.take(",") {
                cursor.expect("}")?;
                break;
            }
        }
        match (element, column_major, shape) {
            (Some(element), Some(column_major), Some(shape)) => Ok(Self { element, column_major, shape }),
            _ => Err(malformed("the header lacks one of descr, fortran_order, shape")),
        }
    }
}

/// What is left of a header.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: &str) -> Result<()> {
        if self.take(token) {
            return Ok(());
        }
        let near: String = self.rest.chars().take(20).collect();
        Err(malformed(format!("`{token}` expected in the header at `{near}`")))
    }

    fn string(&mut self) -> Result<&'a str> {
        let quote = if self.take("\"") { '"' } else { self.expect("'").map(|()| '\'')? };
        let (text, rest) =
            self.rest.split_once(quote).ok_or_else(|| malformed("a quote in the header is not closed"))?;
        self.rest = rest;
        Ok(text)
    }

    fn element(&mut self) -> Result<Element> {
        if self.take("[") {
            return Err(Error::Unsupported { format: FORMAT, what: "records".to_owned() });
        }
        Element::parse(self.string()?)
    }

    fn boolean(&mut self) -> Result<bool> {
        if self.take("True") {
            return Ok(true);
        }
        self.expect("False").map(|()| false)
    }

    fn shape(&mut self) -> Result<Vec<usize>> {
        self.expect("(")?;
        let mut shape = Vec::new();
        while !self.take(")") {
            let digits = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, rest) = self.rest.split_at(digits);
            let length =
                number.parse().map_err(|_| malformed(format!("`{number}` is no length of a dimension")))?;
            shape.push(length);
            // Python 2 wrote long integers as 3L.
            self.rest = rest.strip_prefix('L').unwrap_or(rest);
            if !self.take(",") {
                self.expect(")")?;
                break;
            }
            if shape.len() > 64 {
                return Err(malformed("more than 64 dimensions"));
            }
        }
        Ok(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_those_of_ieee_754() {
        // IEEE 754-2008 binary16: one, the largest, the smallest subnormal, the smallest normal, minus two.
        for (bits, value) in
            [(0x3c00, 1.0), (0x7bff, 65504.0), (1, 2f64.powi(-24)), (0x0400, 2f64.powi(-14)), (0xc000, -2.0)]
        {
            assert_eq!(half(bits), value);
        }
        assert!(half(0x7c01).is_nan() && half(0xfc00) == f64::NEG_INFINITY);
    }
}
