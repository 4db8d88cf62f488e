//! The words of a view as JSON, beside the bytes of its drawing.

use std::fmt::Write;

use super::{Handle, Live, Parameter, View};

impl View {
    /// What the browser kit needs beside the drawing, as a JSON object: the figure's `title`, the `description` of this
    /// view, its `handles` and the figure's `parameters`, each with the fields of [`Handle`] and [`Parameter`]
    /// (`around` is null or `[x, y]`; a parameter that a handle lacks is null, as are the seconds of one that does not play).
    ///
    /// `figure` is the live figure that this is a view of.
    #[must_use]
    pub fn to_json(&self, figure: &dyn Live) -> String {
        let handles: Vec<String> = self.handles.iter().map(handle).collect();
        let parameters: Vec<String> = figure.parameters().iter().map(parameter).collect();
        format!(
            "{{\"title\":{},\"description\":{},\"handles\":[{}],\"parameters\":[{}]}}",
            text(figure.title()),
            text(&self.description),
            handles.join(","),
            parameters.join(",")
        )
    }
}

fn handle(h: &Handle) -> String {
    let name = |p: &Option<String>| p.as_deref().map_or("null".into(), text);
    let around = h.around.map_or("null".into(), |[x, y]| format!("[{},{}]", number(x), number(y)));
    format!(
        "{{\"panel\":{},\"x\":{},\"y\":{},\"x_parameter\":{},\"y_parameter\":{},\"around\":{around},\"label\":{}}}",
        h.panel,
        number(h.x),
        number(h.y),
        name(&h.x_parameter),
        name(&h.y_parameter),
        text(&h.label)
    )
}

fn parameter(p: &Parameter) -> String {
    format!(
        "{{\"name\":{},\"label\":{},\"value\":{},\"low\":{},\"high\":{},\"step\":{},\"plays\":{}}}",
        text(&p.name),
        text(&p.label),
        number(p.value),
        number(p.low),
        number(p.high),
        number(p.step),
        p.plays.map_or("null".into(), number)
    )
}

/// JSON has no infinities and no NaN.
fn number(v: f64) -> String {
    if v.is_finite() { format!("{v}") } else { "null".into() }
}

/// A string by RFC 8259, section 7.
fn text(s: &str) -> String {
    let mut out = String::from("\"");
    for c in s.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::{number, text};

    #[test]
    fn text_is_escaped_and_numbers_are_finite() {
        assert_eq!(text("a\"b\\c\nd ∇"), "\"a\\\"b\\\\c\\u000ad ∇\"");
        assert_eq!([number(0.1), number(f64::NAN), number(-3.0)], ["0.1", "null", "-3"]);
    }
}
