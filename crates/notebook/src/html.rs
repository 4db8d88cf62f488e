//! Documents and outputs as HTML: fragments for a page that is served, and one page that needs nothing else.
//!
//! Mathematics is MathML, figures are SVG, and nothing needs a script. What a reader wrote is shown and never run: HTML in
//! prose is text, links lead to pages and mail alone, pictures from elsewhere are left out.
//!
//! A page whose policy allows no styles of elements may hold the fragments too: mathematics has classes (`left`, `right`)
//! in place of them, and what figures bring is taken out by whoever gives the page its style sheet ([`Writer::figures`]).

use crate::number::{number, rounded};
use crate::output::{Check, Formula, Line, Output, Refutation, Shown, Solved, Values, Verdict};
use crate::{Cell, Kind, Session};
use gradus_expr::evaluate::Tensor;
use gradus_expr::syntax::{Diagnostic, render_all};
use gradus_plot::{Figure, Theme, to_svg};
use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use pulldown_cmark::{Alignment, CowStr, Event, Options, Parser, Tag, TagEnd};
use std::fmt::Write;

/// Rows and columns of numbers that are shown before the rest is left out.
const ROWS: usize = 20;
const COLUMNS: usize = 12;
/// How many mistakes of one cell are shown.
const MISTAKES: usize = 20;

/// A text with the characters that HTML reads in another way written out.
///
/// ```
/// assert_eq!(gradus_notebook::html::escape("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
/// ```
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// MathML with classes in place of style attributes.
///
/// ```
/// let html = gradus_notebook::html::unstyled("<mtd style=\"text-align: right;justify-items: end;\"><mi>x</mi></mtd>");
/// assert_eq!(html, "<mtd class=\"right\"><mi>x</mi></mtd>");
/// ```
pub fn unstyled(mathml: &str) -> String {
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

/// May a link lead there?
fn is_harmless(address: &str) -> bool {
    let scheme = address.split(['/', '?', '#']).next().unwrap_or_default();
    match scheme.split_once(':') {
        None => true,
        Some((scheme, _)) => ["http", "https", "mailto"].iter().any(|s| scheme.eq_ignore_ascii_case(s)),
    }
}

/// Markdown as HTML, with mathematics between dollar signs.
///
/// ```
/// let html = gradus_notebook::html::prose("*a* <script>alert(1)</script> [b](javascript:c)");
/// assert_eq!(html, "<p><em>a</em> &lt;script&gt;alert(1)&lt;/script&gt; <a href=\"\">b</a></p>\n");
/// ```
pub fn prose(markdown: &str) -> String {
    Writer::default().prose(markdown)
}

/// The word for the state of an output, for a class of its element.
pub fn state(output: &Output) -> &'static str {
    match output {
        Output::Nothing => "nothing",
        Output::Pending => "pending",
        // A line that could not be answered is a mistake of its cell, though the others were.
        Output::Results(all) if all.iter().any(|s| matches!(s, Shown::Failed(_))) => "error",
        Output::Results(_) | Output::Derivation(_) => "done",
        Output::Error(_) => "error",
        Output::Stopped(_) => "stopped",
        Output::Stale(_) => "stale",
    }
}

/// Writes cells and outputs.
pub struct Writer<'a> {
    converter: Option<LatexToMathML>,
    svg: &'a dyn Fn(String) -> String,
}

impl Default for Writer<'_> {
    fn default() -> Self {
        Self::figures(&|svg| svg)
    }
}

impl<'a> Writer<'a> {
    /// A writer whose figures go through `svg`, as to a page that brings their styles itself.
    pub fn figures(svg: &'a dyn Fn(String) -> String) -> Self {
        Writer { converter: LatexToMathML::new(MathCoreConfig::default()).ok(), svg }
    }

    /// LaTeX as MathML; what cannot be read stands there as it was written.
    ///
    /// ```
    /// let html = gradus_notebook::html::Writer::default().mathematics("x^2", false);
    /// assert_eq!(html, "<math><msup><mi>x</mi><mn>2</mn></msup></math>");
    /// ```
    pub fn mathematics(&self, latex: &str, is_block: bool) -> String {
        let display = if is_block { MathDisplay::Block } else { MathDisplay::Inline };
        let found = self.converter.as_ref().and_then(|c| c.convert_with_local_state(latex, display).ok());
        let plain = || format!("<code class=\"latex\">{}</code>", escape(latex));
        found.map_or_else(plain, |r| unstyled(&r.mathml))
    }

    /// Markdown as HTML, with mathematics between dollar signs.
    pub fn prose(&self, markdown: &str) -> String {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
        // Of a table: how its columns are set, which one it is at, and whether that is in its head.
        let (mut columns, mut column, mut cell) = (Vec::new(), 0, "th");
        let safe = |event: Event<'_>| match event {
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(CowStr::from(text.into_string())),
            Event::InlineMath(latex) => Event::InlineHtml(self.mathematics(&latex, false).into()),
            Event::DisplayMath(latex) => Event::InlineHtml(self.mathematics(&latex, true).into()),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = if is_harmless(&dest_url) { dest_url.into_string() } else { String::new() };
                let (title, id) = (title.into_string().into(), id.into_string().into());
                Event::Start(Tag::Link { link_type, dest_url: dest_url.into(), title, id })
            }
            Event::Start(Tag::Image { .. }) => Event::Start(Tag::Emphasis),
            Event::End(TagEnd::Image) => Event::End(TagEnd::Emphasis),
            Event::Start(Tag::Table(sides)) => {
                columns = sides;
                Event::Start(Tag::Table(vec![Alignment::None; columns.len()]))
            }
            Event::Start(row @ (Tag::TableHead | Tag::TableRow)) => {
                (column, cell) = (0, if row == Tag::TableHead { "th" } else { "td" });
                Event::Start(row.into_static())
            }
            Event::Start(Tag::TableCell) => {
                let class = match columns.get(column) {
                    Some(Alignment::Left) => " class=\"left\"",
                    Some(Alignment::Center) => " class=\"centre\"",
                    Some(Alignment::Right) => " class=\"right\"",
                    Some(Alignment::None) | None => "",
                };
                column += 1;
                Event::InlineHtml(format!("<{cell}{class}>").into())
            }
            Event::Start(tag) => Event::Start(tag.into_static()),
            other => other.into_static(),
        };
        let mut out = String::new();
        pulldown_cmark::html::push_html(&mut out, Parser::new_ext(markdown, options).map(safe));
        out
    }

    /// A cell with its output: `<section class="cell" data-cell="ID">`; prose alone.
    pub fn cell(&self, cell: &Cell, output: &Output) -> String {
        match cell.kind {
            Kind::Prose => self.prose(&cell.source),
            Kind::Code | Kind::Derivation | Kind::Figure => {
                let word = cell.kind.word().unwrap_or_default();
                format!(
                    "<section class=\"cell {word} {}\" data-cell=\"{}\">\n<pre class=\"source\"><code>{}</code></pre>\n{}</section>\n",
                    state(output),
                    escape(cell.id.as_str()),
                    escape(&cell.source),
                    self.output(output, &cell.source)
                )
            }
        }
    }

    /// An output; `source` is the source of its cell, for mistakes to be drawn in.
    pub fn output(&self, output: &Output, source: &str) -> String {
        match output {
            Output::Nothing => String::new(),
            Output::Pending => "<p class=\"pending\">not run yet</p>\n".to_owned(),
            Output::Stopped(why) => format!("<p class=\"stopped\">{}</p>\n", escape(why)),
            Output::Error(all) => mistakes(all, source),
            Output::Results(all) => all.iter().map(|s| self.shown(s, source)).collect(),
            Output::Derivation(lines) => self.derivation(lines, source),
            Output::Stale(inner) => format!(
                "<div class=\"stale\"><p class=\"note\">from before a change</p>\n{}</div>\n",
                self.output(inner, source)
            ),
        }
    }

    fn shown(&self, s: &Shown, source: &str) -> String {
        match s {
            Shown::Formula(f) => self.formula(f),
            Shown::Values(v) => values(v),
            Shown::Figure(f) => self.figure(f),
            Shown::Verdict(v) => self.verdict(v, source),
            Shown::Check(c) => self.check(c),
            Shown::Facts(all) => list(all),
            Shown::Solved(s) => self.solved(s),
            Shown::Failed(all) => mistakes(all, source),
        }
    }

    fn formula(&self, f: &Formula) -> String {
        let math = self.mathematics(&equation(f), true);
        format!("<div class=\"formula\" data-text=\"{}\">{math}</div>\n{}", escape(&f.text), notes(&f.notes))
    }

    fn figure(&self, f: &Figure) -> String {
        format!("<figure class=\"plot\">{}</figure>\n", (self.svg)(to_svg(f, Theme::Auto)))
    }

    fn verdict(&self, v: &Verdict, source: &str) -> String {
        match v {
            Verdict::Proved => badge("proved", "\u{2713}", "proved: both sides have the same normal form"),
            Verdict::Tested { points, reason } => badge(
                "tested",
                "\u{2248}",
                &format!("tested, not proved: both sides agree at {points} random points; {reason}"),
            ),
            Verdict::Refuted(r) => self.refuted(r),
            Verdict::Open(why) => badge("open", "?", &format!("open: {why}")),
            Verdict::Error(all) => mistakes(all, source),
        }
    }

    fn refuted(&self, r: &Refutation) -> String {
        let p = &r.point;
        let entry = if p.entry.is_empty() { String::new() } else { format!(" in entry {:?}", p.entry) };
        let words = format!("refuted: {} is not {}{entry}, at this point", number(p.left), number(p.right));
        let mut out = badge("refuted", "\u{2717}", &words);
        out.extend(p.values.iter().map(|(name, t)| table(name, t)));
        out.extend(r.figure.iter().map(|f| self.figure(f)));
        out
    }

    fn check(&self, c: &Check) -> String {
        let words = match (c.compared, c.agrees) {
            (0, _) => "open: no point was found where it could be compared".to_owned(),
            (n, agrees) => format!(
                "{}: at {n} random points, the derivative by {} and complex steps differ by at most {} relatively",
                if agrees { "agrees" } else { "differs" },
                c.by,
                rounded(c.discrepancy, 2)
            ),
        };
        let (class, mark) = match (c.compared, c.agrees) {
            (0, _) => ("open", "?"),
            (_, true) => ("tested", "\u{2248}"),
            (_, false) => ("refuted", "\u{2717}"),
        };
        self.formula(&c.formula) + &badge(class, mark, &words)
    }

    fn solved(&self, s: &Solved) -> String {
        let r = &s.report;
        let class = if r.is_converged() { "proved" } else { "open" };
        let mark = if r.is_converged() { "\u{2713}" } else { "?" };
        let mut out = badge(class, mark, &format!("{}: {}", r.status, r.message));
        let facts = [
            ("method", r.reason.clone()),
            ("objective", number(r.value)),
            ("largest entry of the gradient", number(r.gradient_norm)),
            ("iterations", r.iterations.to_string()),
            ("curvature", r.curvature.clone()),
        ];
        out.push_str(&list(&facts));
        out.extend(r.values.iter().map(|(name, t)| table(name, t)));
        for g in &r.gradients {
            let math = self.mathematics(&format!("\\nabla_{{{}}} = {}", g.name, g.latex), true);
            let _ = writeln!(out, "<div class=\"formula\" data-text=\"{}\">{math}</div>", escape(&g.text));
        }
        out.extend(s.figures.iter().map(|f| self.figure(f)));
        out
    }

    fn derivation(&self, lines: &[Line], source: &str) -> String {
        let mut out = String::from("<ol class=\"derivation\">\n");
        for line in lines {
            let word = line.verdict.as_ref().map_or("start", Verdict::word);
            let sign = if line.verdict.is_some() { "= " } else { "" };
            let math = self.mathematics(&format!("{sign}{}", line.formula.latex), true);
            let _ = write!(out, "<li class=\"{word}\"><div class=\"formula\">{math}</div>");
            if !line.reason.is_empty() {
                let _ = write!(out, "<p class=\"reason\">{}</p>", escape(&line.reason));
            }
            out.extend(line.verdict.as_ref().map(|v| self.verdict(v, source)));
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n");
        out
    }
}

fn mistakes(all: &[Diagnostic], source: &str) -> String {
    let shown = render_all(&all[..all.len().min(MISTAKES)], source, "cell");
    format!("<pre class=\"mistake\">{}</pre>\n", escape(&shown))
}

fn notes(all: &[String]) -> String {
    all.iter().map(|n| format!("<p class=\"note\">{}</p>\n", escape(n))).collect()
}

fn equation(f: &Formula) -> String {
    if f.name_latex.is_empty() { f.latex.clone() } else { format!("{} = {}", f.name_latex, f.latex) }
}

/// The positions of an axis that are shown, and where some are left out.
fn elided(n: usize, most: usize) -> Vec<Option<usize>> {
    if n <= most {
        (0..n).map(Some).collect()
    } else {
        (0..most - 1).map(Some).chain([None, Some(n - 1)]).collect()
    }
}

fn table(name: &str, t: &Tensor<f64>) -> String {
    let (rows, columns) = match t.shape.as_slice() {
        [] => {
            let x = t.data.first().map_or_else(String::new, |x| number(*x));
            return format!("<p class=\"value\"><code>{}</code> = {x}</p>\n", escape(name));
        }
        [n] => (1, *n),
        [n, m] => (*n, *m),
        [lead @ .., m] => (lead.iter().product(), *m),
    };
    let shape: Vec<String> = t.shape.iter().map(usize::to_string).collect();
    let caption = format!("<code>{}</code>, {} numbers", escape(name), shape.join(" \u{d7} "));
    let mut out = format!("<div class=\"table\"><table class=\"values\"><caption>{caption}</caption>\n");
    for i in elided(rows, ROWS) {
        out.push_str("<tr>");
        for j in elided(columns, COLUMNS) {
            let cell = match (i, j) {
                (Some(i), Some(j)) => t.data.get(i * columns + j).map_or_else(String::new, |x| number(*x)),
                _ => "\u{2026}".to_owned(),
            };
            let _ = write!(out, "<td>{cell}</td>");
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table></div>\n");
    out
}

fn values(v: &Values) -> String {
    table(&v.name, &v.tensor) + &notes(&v.notes)
}

fn badge(class: &str, mark: &str, words: &str) -> String {
    format!("<p class=\"verdict {class}\"><span aria-hidden=\"true\">{mark}</span> {}</p>\n", escape(words))
}

fn list<N: AsRef<str>>(all: &[(N, String)]) -> String {
    let row =
        |(name, value): &(N, String)| format!("<dt>{}</dt><dd>{}</dd>", escape(name.as_ref()), escape(value));
    format!("<dl class=\"report\">{}</dl>\n", all.iter().map(row).collect::<String>())
}

/// The look of an exported page.
const STYLE: &str = include_str!("page.css");

/// The whole document with its outputs as one page that needs no other file and no network.
pub fn page(session: &Session) -> String {
    let writer = Writer::default();
    let document = session.document();
    let heading = |c: &Cell| {
        let line = c.source.lines().find(|l| l.starts_with("# "));
        line.map(|l| l.trim_start_matches("# ").trim().to_owned())
    };
    let prose = document.cells.iter().filter(|c| c.kind == Kind::Prose);
    let title = prose.filter_map(heading).next().unwrap_or_else(|| "A notebook".to_owned());
    let body: String = document.cells.iter().map(|c| writer.cell(c, session.output(&c.id))).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        escape(&title)
    )
}
