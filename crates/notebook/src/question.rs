//! Questions: `derive f wrt x`, `equal a == b`, `plot f for x in -3..3`.

use crate::names::Mentions;
use gradus_expr::syntax::{AstNode, BinaryOp, Diagnostic, Span, parse_expression};

/// A question, its parts as places in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// The expression as it is written; of a name, what it stands for.
    Show(Span),
    Simplify(Span),
    Equal(Span, Span),
    Derive {
        of: Span,
        wrt: Vec<String>,
        order: usize,
    },
    Check {
        of: Span,
        wrt: Vec<String>,
    },
    /// What is proved of the expression, as a function of these names or of all.
    Explain {
        of: Span,
        wrt: Vec<String>,
    },
    Eval {
        of: Span,
        at: Vec<(String, Span)>,
    },
    Plot {
        of: Vec<Span>,
        over: Vec<Over>,
    },
}

/// A variable of a plot, and the ends of its range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Over {
    pub(crate) name: String,
    pub(crate) range: Option<(Span, Span)>,
}

/// The highest order of a derivative.
const MOST_ORDER: usize = 4;

impl Question {
    /// The places of the expressions.
    pub(crate) fn expressions(&self) -> Vec<Span> {
        match self {
            Question::Show(of) | Question::Simplify(of) => vec![*of],
            Question::Equal(a, b) => vec![*a, *b],
            Question::Derive { of, .. }
            | Question::Check { of, .. }
            | Question::Explain { of, .. }
            | Question::Eval { of, .. } => vec![*of],
            Question::Plot { of, .. } => of.clone(),
        }
    }

    /// Names beside those in the expressions.
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Question::Show(_) | Question::Simplify(_) | Question::Equal(..) => Vec::new(),
            Question::Derive { wrt, .. } | Question::Check { wrt, .. } | Question::Explain { wrt, .. } => {
                wrt.iter().map(String::as_str).collect()
            }
            Question::Eval { at, .. } => at.iter().map(|(n, _)| n.as_str()).collect(),
            Question::Plot { over, .. } => over.iter().map(|o| o.name.as_str()).collect(),
        }
    }

    /// Reads what stands after the word.
    pub(crate) fn read(word: &str, source: &str, span: Span) -> Result<Question, Vec<Diagnostic>> {
        let p = Part { source, span };
        match word {
            "simplify" => Ok(Question::Simplify(p.expression()?.span)),
            "derive" => {
                let (of, wrt) = p.before("wrt");
                let (names, order) = match wrt {
                    Some(wrt) => {
                        let (names, order) = wrt.before("order");
                        (names.names()?, order)
                    }
                    None => (Vec::new(), None),
                };
                let order = match order {
                    None => 1,
                    Some(k) => match k.text().parse() {
                        Ok(k @ 1..=MOST_ORDER) => k,
                        _ => return Err(k.mistake("the order is a number from 1 to 4")),
                    },
                };
                Ok(Question::Derive { of: of.expression()?.span, wrt: names, order })
            }
            "check" | "explain" => {
                let (of, wrt) = p.before("wrt");
                let wrt = wrt.map_or(Ok(Vec::new()), |w| w.names())?;
                let of = of.expression()?.span;
                Ok(if word == "check" { Question::Check { of, wrt } } else { Question::Explain { of, wrt } })
            }
            "eval" => {
                let (of, at) = p.before("at");
                let at = at.map_or(Ok(Vec::new()), |a| a.values())?;
                Ok(Question::Eval { of: of.expression()?.span, at })
            }
            "plot" => {
                let (of, over) = p.before("for");
                let of = of
                    .list()
                    .into_iter()
                    .map(|e| e.expression().map(|e| e.span))
                    .collect::<Result<_, _>>()?;
                let over = over.map_or(Ok(Vec::new()), |o| o.ranges())?;
                Ok(Question::Plot { of, over })
            }
            "equal" => {
                p.equal()?.ok_or_else(|| p.mistake("two expressions are needed: `equal (A*B)' == B'*A'`"))
            }
            _ => {
                let of = p.expression()?.span;
                Ok(p.equal()?.unwrap_or(Question::Show(of)))
            }
        }
    }

    /// What the expressions mention, and the names beside them.
    pub(crate) fn mentions(&self, source: &str) -> Mentions {
        let mut m = Mentions::default();
        let values = match self {
            Question::Eval { at, .. } => at.iter().map(|(_, s)| *s).collect(),
            _ => Vec::new(),
        };
        for span in self.expressions().into_iter().chain(values) {
            if let Some(ast) = parse_expression(&source[span.start..span.end]).0 {
                m.add(&ast, &[]);
            }
        }
        m.names.extend(self.names().into_iter().map(str::to_owned));
        m
    }
}

/// A part of a source.
#[derive(Clone, Copy)]
struct Part<'a> {
    source: &'a str,
    span: Span,
}

impl<'a> Part<'a> {
    fn text(&self) -> &'a str {
        &self.source[self.span.start..self.span.end]
    }

    fn mistake(&self, words: &str) -> Vec<Diagnostic> {
        let end = self.span.end.max(self.span.start + usize::from(self.span.start < self.source.len()));
        vec![Diagnostic::error(Span { start: self.span.start, end }, words)]
    }

    /// Without blanks around it.
    fn trimmed(self, start: usize, end: usize) -> Part<'a> {
        let text = &self.source[start..end];
        let from = start + text.len() - text.trim_start().len();
        Part { source: self.source, span: Span { start: from, end: from + text.trim().len() } }
    }

    /// An expression without mistakes.
    fn expression(self) -> Result<Part<'a>, Vec<Diagnostic>> {
        let (_, mistakes) = parse_expression(self.text());
        if mistakes.is_empty() { Ok(self) } else { Err(shifted(mistakes, self.span.start)) }
    }

    /// The places of characters outside of brackets and strings, where words and commas separate.
    fn outside(&self) -> Vec<(usize, char)> {
        let (mut depth, mut quoted, mut out) = (0usize, false, Vec::new());
        for (k, c) in self.text().char_indices() {
            match c {
                '"' => quoted = !quoted,
                _ if quoted => {}
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ if depth == 0 => out.push((k, c)),
                _ => {}
            }
        }
        out
    }

    /// What stands before and after a word.
    fn before(self, word: &str) -> (Part<'a>, Option<Part<'a>>) {
        let (text, is_part) = (self.text(), |c: char| c.is_alphanumeric() || c == '_');
        for (k, _) in self.outside() {
            let alone = text[k..].starts_with(word)
                && k > 0
                && !text[..k].ends_with(is_part)
                && !text[k + word.len()..].starts_with(is_part);
            if alone {
                let (at, Span { start, end }) = (self.span.start + k, self.span);
                return (self.trimmed(start, at), Some(self.trimmed(at + word.len(), end)));
            }
        }
        (self, None)
    }

    /// The parts between commas.
    fn list(self) -> Vec<Part<'a>> {
        let mut start = self.span.start;
        let mut out = Vec::new();
        for (k, c) in self.outside() {
            if c == ',' {
                out.push(self.trimmed(start, self.span.start + k));
                start = self.span.start + k + 1;
            }
        }
        out.push(self.trimmed(start, self.span.end));
        out
    }

    fn name(self) -> Result<String, Vec<Diagnostic>> {
        match parse_expression(self.text()) {
            (Some(ast), m) if m.is_empty() => match &ast.node {
                AstNode::Name(n) => Ok(n.clone()),
                _ => Err(self.mistake("the name of a variable is expected here")),
            },
            _ => Err(self.mistake("the name of a variable is expected here")),
        }
    }

    fn names(self) -> Result<Vec<String>, Vec<Diagnostic>> {
        self.list().into_iter().map(Part::name).collect()
    }

    /// `x = [1, 2], t = 3`
    fn values(self) -> Result<Vec<(String, Span)>, Vec<Diagnostic>> {
        let one = |part: Part<'a>| {
            let Some(k) = part.text().find('=') else {
                return Err(part.mistake("a value is given as `x = 3`"));
            };
            let (start, end) = (part.span.start, part.span.end);
            let value = part.trimmed(start + k + 1, end).expression()?;
            Ok((part.trimmed(start, start + k).name()?, value.span))
        };
        self.list().into_iter().map(one).collect()
    }

    /// `x in -3..3, y in 0..2*pi`
    fn ranges(self) -> Result<Vec<Over>, Vec<Diagnostic>> {
        let one = |part: Part<'a>| {
            let (name, range) = part.before("in");
            let name = name.name()?;
            let Some(range) = range else { return Ok(Over { name, range: None }) };
            let Some(k) = range.text().find("..") else {
                return Err(range.mistake("a range is written `-3..3`"));
            };
            let (start, end) = (range.span.start, range.span.end);
            let low = range.trimmed(start, start + k).expression()?;
            let high = range.trimmed(start + k + 2, end).expression()?;
            Ok(Over { name, range: Some((low.span, high.span)) })
        };
        self.list().into_iter().map(one).collect()
    }

    /// The two sides of `a == b`.
    fn equal(self) -> Result<Option<Question>, Vec<Diagnostic>> {
        let (Some(ast), mistakes) = parse_expression(self.text()) else { return Ok(None) };
        if !mistakes.is_empty() {
            return Err(shifted(mistakes, self.span.start));
        }
        let AstNode::Binary(BinaryOp::Equal, left, right) = &ast.node else { return Ok(None) };
        // Brackets around a side are no part of its place.
        let between = self.text().get(left.span.end..right.span.start).unwrap_or_default();
        let Some(k) = between.find("==") else { return Ok(None) };
        let at = self.span.start + left.span.end + k;
        let (a, b) = (self.trimmed(self.span.start, at), self.trimmed(at + 2, self.span.end));
        Ok(Some(Question::Equal(a.span, b.span)))
    }
}

/// Places moved by an offset.
pub(crate) fn shifted(mut mistakes: Vec<Diagnostic>, by: usize) -> Vec<Diagnostic> {
    let shift = |s: &mut Span| *s = Span { start: s.start + by, end: s.end + by };
    for d in &mut mistakes {
        shift(&mut d.span);
        d.labels.iter_mut().for_each(|(s, _)| shift(s));
    }
    mistakes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(word: &str, source: &str) -> Result<Question, Vec<Diagnostic>> {
        Question::read(word, source, Span { start: 0, end: source.len() })
    }

    fn shown(source: &str, span: Span) -> &str {
        &source[span.start..span.end]
    }

    #[test]
    fn parts_are_found() {
        let s = "norm2(A*x - b)^2 wrt x, A order 2";
        let Ok(Question::Derive { of, wrt, order }) = read("derive", s) else { panic!() };
        assert_eq!((shown(s, of), wrt, order), ("norm2(A*x - b)^2", vec!["x".to_owned(), "A".to_owned()], 2));
        let s = "sin(a*x), cos(x) for x in -pi..2*pi, \u{3bb}";
        let Ok(Question::Plot { of, over }) = read("plot", s) else { panic!() };
        assert_eq!(of.iter().map(|p| shown(s, *p)).collect::<Vec<_>>(), ["sin(a*x)", "cos(x)"]);
        let (low, high) = over[0].range.unwrap();
        assert_eq!((shown(s, low), shown(s, high)), ("-pi", "2*pi"));
        assert_eq!((over[1].name.as_str(), over[1].range), ("lambda", None));
        let s = "(A*B)' == (B'*A')";
        let Ok(Question::Equal(a, b)) = read("", s) else { panic!() };
        assert_eq!((shown(s, a), shown(s, b)), ("(A*B)'", "(B'*A')"));
    }

    #[test]
    fn mistakes_have_their_places() {
        for (word, source, start) in
            [("derive", "x^2 wrt 3", 8), ("plot", "x for x in 3", 11), ("eval", "x at 3", 5)]
        {
            assert_eq!(read(word, source).unwrap_err()[0].span.start, start, "{word} {source}");
        }
    }
}
