//! The statements of a code cell: where each begins and ends, and which kind it is.
//!
//! A cell is read by lines, as a problem file is. Beside the statements of the language a line may declare or define
//! without a word for it, `x : [n]`, `f = x'*x`, `g(t) = t^2`, ask a question, `derive f wrt x`, or be an expression to be
//! shown. A line goes on while a bracket is open, after an operator or a comma, and where the next one starts with an
//! operator.

use gradus_expr::syntax::Span;

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `x : [n]`, or a definition: a statement of the language, perhaps with its word left out.
    Statement(&'static str),
    /// `from @iris`
    From,
    /// `start x = [1, 2]`
    Start,
    /// `minimize ...`, with its constraints.
    Problem,
    /// A question, by its word; the empty word shows an expression.
    Question(&'static str),
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Where it stands in the source of its cell; after the word, for a question.
    pub(crate) span: Span,
    pub(crate) form: Form,
}

/// The words of questions.
pub(crate) const QUESTIONS: [&str; 8] =
    ["derive", "simplify", "equal", "eval", "plot", "check", "explain", "show"];
/// The words of statements that define names.
const DEFINING: [&str; 5] = ["data", "param", "var", "let", "def"];

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The first word and what follows it.
pub(crate) fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

fn assigns(rest: &str) -> bool {
    rest.starts_with('=') && !rest.starts_with("==")
}

/// What a line that starts so says; `None` when it is an expression.
fn form(text: &str) -> Option<Form> {
    let (first, rest) = word(text);
    if first.is_empty() || first.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if assigns(rest) {
        return Some(Form::Statement("let "));
    }
    if rest.starts_with(':') {
        return Some(Form::Statement("var "));
    }
    let names = rest.starts_with(|c: char| is_part(c));
    match first {
        "minimize" | "maximize" => return Some(Form::Problem),
        "start" if names => return Some(Form::Start),
        "from" if rest.starts_with(['@', '"', '\'']) || names => return Some(Form::From),
        _ if DEFINING.contains(&first) && names => return Some(Form::Statement("")),
        _ => {}
    }
    if let Some(question) = QUESTIONS.iter().find(|q| **q == first)
        && !rest.is_empty()
    {
        return Some(Form::Question(question));
    }
    // `a, b : [n]`
    let mut tail = rest;
    while let Some(next) = tail.strip_prefix(',') {
        let (name, after) = word(next.trim_start());
        if name.is_empty() {
            return None;
        }
        tail = after;
    }
    if tail.starts_with(':') && tail.len() < rest.len() {
        return Some(Form::Statement("var "));
    }
    // `g(s, t) = ...`
    let close = rest.strip_prefix('(').and_then(|inside| inside.split_once(')'));
    let is_list = |list: &str| list.chars().all(|c| is_part(c) || c == ',' || c == ' ');
    match close {
        Some((list, after)) if is_list(list) && assigns(after.trim_start()) => Some(Form::Statement("def ")),
        _ => None,
    }
}

/// Is it a problem, with `solve` before it or without?
fn is_problem(text: &str) -> bool {
    let (first, rest) = word(text);
    form(if first == "solve" { rest } else { text }) == Some(Form::Problem)
}

/// Does a line go on after this text?
fn is_open(text: &str) -> bool {
    text.ends_with([
        '+', '-', '*', '/', '^', ',', '=', ':', '(', '[', '{', '<', '>', '\u{2264}', '\u{2265}', '\u{2212}',
    ]) || text.split_whitespace().next_back() == Some("to")
}

/// Does a text that starts so go on with the line before?
fn goes_on(text: &str) -> bool {
    let operator = |c: char| {
        matches!(c, '+' | '-' | '*' | '/' | '^' | ')' | ']' | '}' | ',' | '<' | '>' | '\'' | '\u{2212}')
    };
    let (first, _) = word(text);
    text.starts_with(operator)
        || text.starts_with("==")
        || matches!(first, "where" | "in" | "wrt" | "for" | "at" | "subject")
        || (text.starts_with('.') && !text[1..].starts_with(|c: char| c.is_ascii_digit()))
}

/// The statements of a source, each with the place of its text.
pub(crate) fn lines(source: &str) -> Vec<Line> {
    let mut out = Vec::new();
    for span in pieces(source) {
        let text = &source[span.start..span.end];
        let form = form(text).unwrap_or(Form::Question(""));
        let mut line = Line { span, form };
        if let Form::Question(q) = form {
            let rest = text[q.len()..].trim_start();
            line.span.start = span.end - rest.len();
        }
        // `solve` after a problem says what is done anyway.
        if text == "solve" && out.iter().any(|l: &Line| l.form == Form::Problem) {
            continue;
        }
        // `solve minimize ...` is the problem.
        if let (Form::Question(""), ("solve", rest)) = (line.form, word(text))
            && is_problem(rest)
        {
            line = Line { span: Span { start: span.end - rest.len(), end: span.end }, form: Form::Problem };
        }
        out.push(line);
    }
    out
}

/// A statement while it is read.
#[derive(Default)]
struct Piece {
    start: Option<usize>,
    /// The end of its last character that is no blank and no comment.
    end: usize,
    depth: usize,
}

/// The places of the statements.
fn pieces(source: &str) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let mut piece = Piece::default();
    let mut at = 0;
    let mut finish = |piece: &mut Piece| {
        if let Some(start) = piece.start {
            out.push(Span { start, end: piece.end });
        }
        *piece = Piece::default();
    };
    for line in source.split_inclusive('\n') {
        let text = line.trim_start();
        let begins = at + line.len() - text.len();
        let is_blank = text.is_empty() || text.starts_with('#');
        if let Some(start) = piece.start
            && !is_blank
        {
            let before = &source[start..piece.end];
            let constrains = is_problem(before) && before.contains("subject") && form(text).is_none();
            // An unclosed bracket costs one statement: `let` without its word may be an argument, `axis = 1`.
            let inside = piece.depth > 0
                && matches!(form(text), None | Some(Form::Statement("let " | "var " | "def ")));
            if !(inside || is_open(before) || goes_on(text) || constrains) {
                finish(&mut piece);
            }
        } else if let Some(start) = piece.start
            && text.is_empty()
            && piece.depth == 0
            && !is_open(&source[start..piece.end])
        {
            finish(&mut piece);
        }
        scan(text, begins, &mut piece, &mut finish);
        at += line.len();
    }
    finish(&mut piece);
    out
}

/// Follows brackets, strings and comments through a line.
fn scan(text: &str, begins: usize, piece: &mut Piece, finish: &mut impl FnMut(&mut Piece)) {
    let mut quoted = false;
    for (k, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '#' => return,
            ';' if piece.depth == 0 => {
                finish(piece);
                continue;
            }
            '(' | '[' | '{' => piece.depth += 1,
            ')' | ']' | '}' => piece.depth = piece.depth.saturating_sub(1),
            _ => {}
        }
        if !c.is_whitespace() {
            piece.start.get_or_insert(begins + k);
            piece.end = begins + k + c.len_utf8();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Vec<(&str, Form)> {
        lines(source).into_iter().map(|l| (&source[l.span.start..l.span.end], l.form)).collect()
    }

    #[test]
    fn statements_are_told_apart() {
        let source = "x : [n]; a, b : [] positive # two\nf = norm2(A*x\n  - b)^2\n  + 1\n\ng(t) = t^2\nderive f wrt x\nx'*x\n\
                      data y = [1, 2; 3, 4]\nfrom @iris";
        assert_eq!(
            read(source),
            [
                ("x : [n]", Form::Statement("var ")),
                ("a, b : [] positive", Form::Statement("var ")),
                ("f = norm2(A*x\n  - b)^2\n  + 1", Form::Statement("let ")),
                ("g(t) = t^2", Form::Statement("def ")),
                ("f wrt x", Form::Question("derive")),
                ("x'*x", Form::Question("")),
                ("data y = [1, 2; 3, 4]", Form::Statement("")),
                ("from @iris", Form::From),
            ]
        );
    }

    #[test]
    fn a_problem_keeps_its_constraints() {
        let source = "solve minimize norm2(x)^2\nsubject to\n  x >= 0\n  x <= 1\nplot f for x in 0..1";
        assert_eq!(
            read(source),
            [
                ("minimize norm2(x)^2\nsubject to\n  x >= 0\n  x <= 1", Form::Problem),
                ("f for x in 0..1", Form::Question("plot")),
            ]
        );
    }

    #[test]
    fn an_unclosed_bracket_costs_one_statement() {
        let forms = |source: &str| read(source).iter().map(|l| l.1).collect::<Vec<_>>();
        let source = "f = norm2(A*x - b\nderive f wrt x\nplot f\nfrom @iris";
        let all = [Form::Statement("let "), Form::Question("derive"), Form::Question("plot"), Form::From];
        assert_eq!(forms(source), all);
        assert_eq!(forms("g = sum(X,\n  axis = 1)").len(), 1);
    }

    #[test]
    fn solve_after_a_problem_is_part_of_it() {
        assert_eq!(read("minimize x^2\nsolve"), [("minimize x^2", Form::Problem)]);
        assert_eq!(read("solve"), [("solve", Form::Question(""))]);
    }

    #[test]
    fn words_of_questions_may_be_names() {
        assert_eq!(
            read("eval = 3\nplot : [n]\neval + 1").iter().map(|l| l.1).collect::<Vec<_>>(),
            [Form::Statement("let "), Form::Statement("var "), Form::Question("eval"),]
        );
        assert_eq!(read("a == b"), [("a == b", Form::Question(""))]);
    }
}
