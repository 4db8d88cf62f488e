//! A small JSON writer: the few kinds of value that a report has.

use gradus_expr::evaluate::Tensor;
use std::fmt::Write;

/// A value to be written.
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
    Map(Vec<(String, Json)>),
}

impl Json {
    pub(crate) fn text(s: impl Into<String>) -> Json {
        Json::Text(s.into())
    }

    pub(crate) fn count(n: usize) -> Json {
        Json::Number(n as f64)
    }

    /// Nested lists, as deep as the tensor has axes.
    pub(crate) fn tensor(t: &Tensor<f64>) -> Json {
        fn nest(shape: &[usize], data: &[f64]) -> Json {
            match shape {
                [] => Json::Number(data.first().copied().unwrap_or(f64::NAN)),
                [n, rest @ ..] => {
                    let each: usize = rest.iter().product();
                    let part = |k: usize| nest(rest, data.get(k * each..(k + 1) * each).unwrap_or_default());
                    Json::List((0..*n).map(part).collect())
                }
            }
        }
        nest(&t.shape, &t.data)
    }

    /// The value as text, indented; lists of numbers stay on a line.
    pub(crate) fn write(&self) -> String {
        let mut out = String::new();
        self.put(&mut out, 0);
        out.push('\n');
        out
    }

    fn put(&self, out: &mut String, depth: usize) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            // JSON has no infinities and no NaN.
            Json::Number(x) if !x.is_finite() => out.push_str("null"),
            Json::Number(x) => {
                let _ = match x.abs() {
                    a if a != 0.0 && !(1e-5..1e16).contains(&a) => write!(out, "{x:e}"),
                    _ => write!(out, "{x}"),
                };
            }
            Json::Text(s) => quote(s, out),
            Json::List(all) => {
                out.push('[');
                for (k, v) in all.iter().enumerate() {
                    out.push_str(if k > 0 { ", " } else { "" });
                    v.put(out, depth + 1);
                }
                out.push(']');
            }
            Json::Object(all) => fields(all.iter().map(|(k, v)| (*k, v)), out, depth),
            Json::Map(all) => fields(all.iter().map(|(k, v)| (k.as_str(), v)), out, depth),
        }
    }
}

fn fields<'a>(all: impl Iterator<Item = (&'a str, &'a Json)>, out: &mut String, depth: usize) {
    out.push('{');
    let mut is_empty = true;
    for (key, value) in all {
        out.push_str(if is_empty { "\n" } else { ",\n" });
        is_empty = false;
        let _ = write!(out, "{:width$}", "", width = 2 * (depth + 1));
        quote(key, out);
        out.push_str(": ");
        value.put(out, depth + 1);
    }
    if !is_empty {
        let _ = write!(out, "\n{:width$}", "", width = 2 * depth);
    }
    out.push('}');
}

fn quote(s: &str, out: &mut String) {
    out.push('"');
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if (c as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_json() {
        let all = Json::Object(vec![
            ("a", Json::text("say \"x\"\n\\")),
            ("b", Json::List(vec![Json::Number(f64::NAN), Json::Number(1e-7), Json::Bool(true), Json::Null])),
            ("c", Json::tensor(&Tensor { shape: vec![2, 1], data: vec![1.0, -2.5] })),
        ]);
        let expected = "{\n  \"a\": \"say \\\"x\\\"\\n\\\\\",\n  \"b\": [null, 1e-7, true, null],\n  \"c\": [[1], [-2.5]]\n}\n";
        assert_eq!(all.write(), expected);
    }
}
