//! What cells answer, as HTML: formulas as mathematics, numbers as tables, figures as pictures, verdicts in words.

use crate::figures::Registry;
use gradus_lesson::mathematics::Formulas;
use gradus_notebook::{Check, Formula, Line, Output, Refutation, Shown, Solved, Values, Verdict};
use gradus_plot::{Figure, Theme, to_svg};
use maud::{Markup, PreEscaped, html};

/// Rows and columns of a table that are shown.
const SHOWN: usize = 12;

/// Writes the answers of cells.
pub(crate) struct Writer<'a> {
    formulas: Option<Formulas>,
    figures: &'a Registry,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(figures: &'a Registry) -> Self {
        Self { formulas: Formulas::new().ok(), figures }
    }

    /// The HTML of an output.
    pub(crate) fn write(&self, output: &Output) -> String {
        self.output(output.inner()).into_string()
    }

    fn output(&self, output: &Output) -> Markup {
        match output {
            Output::Results(results) => html! { @for shown in results { (self.shown(shown)) } },
            Output::Derivation(lines) => self.derivation(lines),
            Output::Error(mistakes) => errors(mistakes),
            Output::Stopped(why) => html! { p.error { (why) } },
            _ => html! {},
        }
    }

    fn shown(&self, shown: &Shown) -> Markup {
        match shown {
            Shown::Formula(formula) => self.formula(formula),
            Shown::Values(values) => self.values(values),
            Shown::Figure(figure) => self.figure(figure),
            Shown::Verdict(verdict) => html! { p.verdict { (self.verdict(verdict)) } },
            Shown::Check(check) => self.check(check),
            Shown::Solved(solved) => self.solved(solved),
            Shown::Failed(mistakes) => errors(mistakes),
            _ => html! {},
        }
    }

    fn mathematics(&self, latex: &str, text: &str) -> Markup {
        match self.formulas.as_ref().and_then(|f| f.display(latex).ok()) {
            Some(mathml) => html! { (PreEscaped(unstyled(&mathml))) },
            // What cannot be typeset is still true as text.
            None => html! { p { code { (text) } } },
        }
    }

    fn formula(&self, formula: &Formula) -> Markup {
        let latex = match formula.name_latex.as_str() {
            "" => formula.latex.clone(),
            name => format!("{name} = {}", formula.latex),
        };
        html! {
            div.formula { (self.mathematics(&latex, &formula.text)) }
            (notes(&formula.notes))
        }
    }

    fn values(&self, values: &Values) -> Markup {
        let tensor = &values.tensor;
        let (rows, columns) = match tensor.shape.as_slice() {
            [] => (1, 1),
            [n] => (*n, 1),
            [n, rest @ ..] => (*n, rest.iter().product()),
        };
        let at = |i: usize, j: usize| tensor.data.get(i * columns + j).map_or(String::new(), |v| number(*v));
        html! {
            @if tensor.shape.is_empty() {
                p.value { @if !values.name.is_empty() { (values.name) " = " } strong { (at(0, 0)) } }
            } @else {
                @if !values.name.is_empty() { p.value { (values.name) } }
                div.table tabindex="0" { table { tbody {
                    @for i in 0..rows.min(SHOWN) { tr {
                        th scope="row" { (i + 1) }
                        @for j in 0..columns.min(SHOWN) { td { (at(i, j)) } }
                        @if columns > SHOWN { td { "…" } }
                    } }
                } } }
                @if rows > SHOWN || columns > SHOWN { p.note { (rows) " × " (columns) ", the first shown" } }
            }
            (notes(&values.notes))
        }
    }

    fn figure(&self, figure: &Figure) -> Markup {
        html! { div.picture { (PreEscaped(self.figures.inline(&to_svg(figure, Theme::Auto)))) } }
    }

    fn verdict(&self, verdict: &Verdict) -> Markup {
        html! {
            span.(verdict.word()) { (verdict.word()) }
            @match verdict {
                Verdict::Proved => " by normal form",
                Verdict::Tested { points, reason } => { " at " (points) " random points, not proved: " (reason) }
                Verdict::Refuted(refutation) => (self.refutation(refutation)),
                Verdict::Open(why) => { ": " (why) }
                Verdict::Error(mistakes) => (errors(mistakes)),
                _ => "",
            }
        }
    }

    fn refutation(&self, Refutation { point, figure }: &Refutation) -> Markup {
        let place = point.values.iter().filter(|(_, v)| v.shape.is_empty());
        html! {
            ": " (number(point.left)) " is not " (number(point.right))
            @for (k, (name, value)) in place.enumerate() {
                @if k == 0 { " at " } @else { ", " }
                (name) " = " @if let Some(v) = value.data.first() { (number(*v)) }
            }
            @if let Some(figure) = figure { (self.figure(figure)) }
        }
    }

    fn check(&self, check: &Check) -> Markup {
        html! {
            div.formula { (self.mathematics(&check.formula.latex, &check.formula.text)) }
            p.verdict {
                @if check.agrees { span.tested { "agrees" } } @else { span.refuted { "disagrees" } }
                " with differences in " (check.compared) " entries, by " (check.by) "; the largest discrepancy is "
                (number(check.discrepancy))
            }
        }
    }

    fn derivation(&self, lines: &[Line]) -> Markup {
        html! {
            ol.chain {
                @for line in lines {
                    li {
                        div.formula { (self.mathematics(&line.formula.latex, &line.formula.text)) }
                        @if !line.reason.is_empty() { p.reason { (line.reason) } }
                        @if let Some(verdict) = &line.verdict { p.verdict { (self.verdict(verdict)) } }
                    }
                }
            }
        }
    }

    fn solved(&self, solved: &Solved) -> Markup {
        let report = &solved.report;
        html! {
            p.verdict { (report.message) " after " (report.iterations) " iterations; the value is " strong { (number(report.value)) } }
            @for (name, tensor) in &report.values {
                (self.values(&Values { name: name.clone(), tensor: tensor.clone(), notes: Vec::new() }))
            }
            @for figure in &solved.figures { (self.figure(figure)) }
        }
    }
}

fn notes(notes: &[String]) -> Markup {
    html! { @for note in notes { p.note { (note) } } }
}

fn errors(mistakes: &[gradus::expr::syntax::Diagnostic]) -> Markup {
    html! {
        @for mistake in mistakes {
            p.error { (mistake.message) @if let Some(help) = &mistake.help { span.help { " " (help) } } }
        }
    }
}

/// MathML with classes in place of style attributes, which the pages' policy does not allow.
pub(crate) fn unstyled(mathml: &str) -> String {
    let mut parts = mathml.split(" style=\"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((style, rest)) = part.split_once('"') else { continue };
        for (side, class) in
            [("text-align: left", " class=\"left\""), ("text-align: right", " class=\"right\"")]
        {
            if style.contains(side) {
                out.push_str(class);
            }
        }
        out.push_str(rest);
    }
    out
}

/// A digit or a sign of an exponent.
fn raised(c: char) -> char {
    match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0'..='9' => char::from_u32(0x2070 + u32::from(c) - u32::from('0')).unwrap_or(c),
        _ => c,
    }
}

/// Six significant digits.
fn number(v: f64) -> String {
    if !v.is_finite() {
        return if v.is_nan() {
            "not a number".to_owned()
        } else if v > 0.0 {
            "∞".to_owned()
        } else {
            "−∞".to_owned()
        };
    }
    let size = v.abs();
    let text = if v != 0.0 && !(1e-4..1e7).contains(&size) {
        let text = format!("{v:.5e}");
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        let power: String = power.chars().map(raised).collect();
        format!("{} · 10{power}", digits.trim_end_matches('0').trim_end_matches('.'))
    } else {
        let before = if size < 1.0 { 0 } else { size.log10() as usize + 1 };
        let text = format!("{v:.*}", 6_usize.saturating_sub(before));
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::{number, unstyled};

    #[test]
    fn mathematics_has_classes_and_no_styles() {
        let styled = "<mtd style=\"width: 50%;text-align: right;justify-items: end;\"><mi>x</mi></mtd><mtd style=\"a\"/>";
        assert_eq!(unstyled(styled), "<mtd class=\"right\"><mi>x</mi></mtd><mtd/>");
    }

    #[test]
    fn numbers_have_six_digits() {
        let shown = [0.0, 1.0, -0.5, 919.35, 1.0 / 3.0, 123_456.7, 1.5e-9, -2e20].map(number);
        assert_eq!(shown, ["0", "1", "−0.5", "919.35", "0.333333", "123457", "1.5 · 10⁻⁹", "−2 · 10²⁰"]);
    }
}
