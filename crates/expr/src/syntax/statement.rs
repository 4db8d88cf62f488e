//! Statements: declarations, definitions, the objective, constraints; one a line.
//!
//! A line goes on while a bracket is open, after an operator or a comma, and when the next line starts with an
//! operator. A line that starts with a statement's word always starts a statement, so that an unclosed bracket
//! costs one line. After `subject to`, every further line is a constraint.

use super::lexer::{Lexed, Token, lex};
use super::nearest::nearest;
use super::parser::Parser;
use super::print::binding;
use super::{Ast, AstNode, BinaryOp, Diagnostic, Span};
use crate::{Bound, Domain, Properties, Property, Rational, Role};
use num_traits::{One, ToPrimitive, Zero};

/// What a text says, before names and shapes are looked at.
#[derive(Clone, Debug, Default)]
pub struct FileAst {
    /// The statements that were understood, in their order.
    pub statements: Vec<Statement>,
}

/// Where columns come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableSource {
    /// `@name`, a data set that is bundled.
    Bundled(String),
    /// A file.
    File(String),
}

/// One statement.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are named in each variant's line")]
pub enum Statement {
    /// `from @penguins drop missing`
    From { source: TableSource, drop_missing: bool, span: Span },
    /// `data X : [n, d] positive = columns(a, b)`
    Declare(Declaration),
    /// `let name = value`
    Let { name: String, name_span: Span, value: Ast },
    /// `def name(parameters) = body`
    Def { name: String, name_span: Span, parameters: Vec<String>, body: Ast },
    /// `minimize value`
    Objective { sense: Sense, value: Ast },
    /// `subject to conditions`
    Constraints(Vec<Ast>),
    /// `start name = value`
    Start { name: String, name_span: Span, value: Ast },
}

/// Which way the objective is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// As small as possible.
    Minimize,
    /// As large as possible.
    Maximize,
}

/// A declared name.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// What the name is for.
    pub role: Role,
    /// The name in its ASCII spelling.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// The size of each axis; `None` when it is to be inferred.
    pub shape: Option<Vec<Ast>>,
    /// The declared properties.
    pub properties: Properties,
    /// The declared range.
    pub domain: Domain,
    /// The value of a data or a parameter, the start of a variable.
    pub initial: Option<Ast>,
}

/// The words that start a statement.
pub(super) const WORDS: [&str; 11] =
    ["data", "param", "var", "let", "def", "minimize", "maximize", "subject", "from", "start", "where"];

/// Words that may follow the value in a declaration.
const AFTER_VALUE: [&str; 19] = [
    "from",
    "symmetric",
    "psd",
    "pd",
    "diagonal",
    "lower_triangular",
    "upper_triangular",
    "triangular",
    "orthogonal",
    "nonsingular",
    "invertible",
    "full_rank",
    "positive",
    "nonneg",
    "nonnegative",
    "nonzero",
    "simplex",
    "integer",
    "in",
];

type Tokens = Vec<(Token, Span)>;

/// Reads an expression: what was understood, and every mistake.
///
/// ```
/// use gradus_expr::syntax::{parse_expression, print};
/// let (ast, mistakes) = parse_expression("2*A'*(A*x-b)");
/// assert_eq!(print(&ast.unwrap()), "2*A'*(A*x - b)");
/// assert!(mistakes.is_empty());
/// ```
pub fn parse_expression(text: &str) -> (Option<Ast>, Vec<Diagnostic>) {
    let Lexed { mut tokens, mut diagnostics } = lex(text);
    tokens.retain(|(t, _)| *t != Token::Newline);
    if tokens.len() == 1 {
        let span = Span { start: 0, end: text.len() };
        diagnostics
            .push(Diagnostic::error(span, "there is no expression").help("write, for example, `x'*x`"));
        return (None, diagnostics);
    }
    let mut parser = Parser::new(&tokens);
    let ast = parser.expression(binding::WHERE);
    parser.finish();
    diagnostics.append(&mut parser.diagnostics);
    (Some(ast), diagnostics)
}

/// Reads a problem file: the statements that were understood, and every mistake.
pub fn parse_file(text: &str) -> (FileAst, Vec<Diagnostic>) {
    read(text, false)
}

/// Reads declarations, of which the role may be left out.
pub(super) fn parse_declarations(text: &str) -> (FileAst, Vec<Diagnostic>) {
    read(text, true)
}

fn read(text: &str, roles_optional: bool) -> (FileAst, Vec<Diagnostic>) {
    let Lexed { tokens, mut diagnostics } = lex(text);
    let mut file = FileAst::default();
    for mut line in lines(&tokens) {
        let end = line.last().map_or(0, |(_, s)| s.end);
        line.push((Token::End, Span { start: end, end }));
        let mut parser = Parser::new(&line);
        statement(&mut parser, roles_optional, &mut file.statements);
        parser.finish();
        diagnostics.append(&mut parser.diagnostics);
    }
    diagnostics.sort_by_key(|d| d.span.start);
    (file, diagnostics)
}

/// Does a statement start here?
fn starts_statement(tokens: &[(Token, Span)], at: usize) -> bool {
    let next = tokens.get(at + 1).map(|(t, _)| t);
    let Some((Token::Name(word), _)) = tokens.get(at) else { return false };
    match word.as_str() {
        "data" | "param" | "var" | "let" | "def" | "start" => matches!(next, Some(Token::Name(_))),
        "minimize" | "maximize" => !matches!(next, Some(Token::Assign | Token::Colon)),
        "subject" => matches!(next, Some(Token::Name(w)) if w == "to"),
        "from" => matches!(next, Some(Token::At(_) | Token::Text(_) | Token::File(_))),
        _ => false,
    }
}

/// The logical lines.
fn lines(tokens: &[(Token, Span)]) -> Vec<Tokens> {
    let mut all: Vec<Tokens> = Vec::new();
    let mut line: Tokens = Vec::new();
    let mut depth = 0usize;
    let mut k = 0;
    while k < tokens.len() {
        let (token, span) = &tokens[k];
        k += 1;
        match token {
            Token::End => break,
            Token::Semicolon if depth == 0 => all.push(std::mem::take(&mut line)),
            Token::Newline => {
                while matches!(tokens.get(k), Some((Token::Newline, _))) {
                    k += 1;
                }
                let next = tokens.get(k).map(|(t, _)| t);
                let last = line.last().map(|(t, _)| t);
                let goes_on = depth > 0
                    || matches!(
                        last,
                        Some(Token::Op(_) | Token::Comma | Token::Assign | Token::Colon | Token::Open(_))
                    )
                    || matches!(last, Some(Token::Name(w)) if w == "to" && line.len() == 2)
                    || matches!(next, Some(Token::Op(_) | Token::Quote | Token::Close(_) | Token::Comma))
                    || matches!(next, Some(Token::Name(w)) if w == "where" || w == "in");
                let constrains = matches!(line.first(), Some((Token::Name(w), _)) if w == "subject");
                if starts_statement(tokens, k) || next == Some(&Token::End) {
                    all.push(std::mem::take(&mut line));
                    depth = 0;
                } else if goes_on {
                } else if constrains {
                    line.push((Token::Comma, *span));
                } else {
                    all.push(std::mem::take(&mut line));
                }
            }
            _ => {
                match token {
                    Token::Open(_) => depth += 1,
                    Token::Close(_) => depth = depth.saturating_sub(1),
                    _ => {}
                }
                line.push((token.clone(), *span));
            }
        }
    }
    all.push(line);
    all.retain(|l| !l.is_empty());
    all
}

fn statement(p: &mut Parser<'_>, roles_optional: bool, out: &mut Vec<Statement>) {
    let span = p.span();
    let Token::Name(word) = p.peek() else {
        let d = Diagnostic::error(span, format!("a statement cannot start with {}", p.peek().describe()));
        p.report(d.help(
            "statements start with data, param, var, let, def, minimize, maximize, subject to or from",
        ));
        return skip(p);
    };
    let known = WORDS.contains(&word.as_str());
    let bare =
        matches!(p.peek_at(1), Token::Colon | Token::Comma | Token::Op(_) | Token::End | Token::Assign)
            || matches!(p.peek_at(1), Token::Name(w) if AFTER_VALUE.contains(&w.as_str()));
    if roles_optional && (!known || bare) {
        return declare(p, Role::Var, out);
    }
    let meant = if known { Some(word.clone()) } else { other_word(word).or_else(|| nearest(word, WORDS)) };
    if !known {
        let d = Diagnostic::error(span, format!("there is no statement `{word}`"));
        let help = match &meant {
            Some(w) if w == "subject" => "did you mean `subject to`?".into(),
            Some(w) => format!("did you mean `{w}`?"),
            None if matches!(p.peek_at(1), Token::Assign) => format!("write `let {word} = ...`"),
            None if matches!(p.peek_at(1), Token::Colon) => {
                format!("write `data {word} : ...`, `param {word} : ...` or `var {word} : ...`")
            }
            None => {
                "statements start with data, param, var, let, def, minimize, maximize, subject to or from"
                    .into()
            }
        };
        p.report(d.help(help));
    }
    p.bump();
    match meant.as_deref() {
        Some("data") => declare(p, Role::Data, out),
        Some("param") => declare(p, Role::Param, out),
        Some("var") => declare(p, Role::Var, out),
        Some("let") => {
            if let Some((name, name_span, value)) = named_value(p, "let") {
                out.push(Statement::Let { name, name_span, value });
            }
        }
        Some("start") => {
            if let Some((name, name_span, value)) = named_value(p, "start") {
                out.push(Statement::Start { name, name_span, value });
            }
        }
        Some("def") => define(p, out),
        Some(sense @ ("minimize" | "maximize")) => {
            p.stops = &["subject"];
            if *p.peek() == Token::Colon {
                let d = Diagnostic::error(p.span(), format!("no `:` follows `{sense}`"));
                p.report(d.help("remove it"));
                p.bump();
            }
            let sense = if sense == "minimize" { Sense::Minimize } else { Sense::Maximize };
            let value = p.expression(binding::WHERE);
            out.push(Statement::Objective { sense, value });
            if matches!(p.peek(), Token::Name(w) if w == "subject") {
                p.bump();
                constraints(p, out);
            }
        }
        Some("subject") if known => constraints(p, out),
        Some("subject") => {
            p.eat_word("that");
            p.eat(&Token::Colon);
            conditions(p, out);
        }
        Some("from") => from(p, span, out),
        _ => skip(p),
    }
}

/// A word of other languages for a statement.
fn other_word(word: &str) -> Option<String> {
    let meant = match word.to_lowercase().as_str() {
        "min" => "minimize",
        "max" => "maximize",
        "variable" | "variables" | "vars" | "unknown" => "var",
        "parameter" | "parameters" | "params" | "const" | "constant" => "param",
        "st" | "such" | "constraints" => "subject",
        "load" | "read" | "use" | "table" => "from",
        "set" => "let",
        "function" | "fn" | "func" => "def",
        "init" | "initial" | "guess" => "start",
        _ => return None,
    };
    Some(meant.to_owned())
}

fn skip(p: &mut Parser<'_>) {
    while !p.is_done() {
        p.bump();
    }
}

fn name(p: &mut Parser<'_>, after: &str) -> Option<(String, Span)> {
    match p.peek() {
        Token::Name(n) => {
            p.bump();
            Some((n.clone(), p.last_span()))
        }
        other => {
            let d = Diagnostic::error(p.span(), format!("`{after}` needs a name, not {}", other.describe()));
            p.report(d);
            None
        }
    }
}

fn equals(p: &mut Parser<'_>, name: &str) {
    if !p.eat(&Token::Assign) {
        let d = Diagnostic::error(p.span(), format!("`=` is expected after `{name}`"));
        let doubled = matches!(p.peek(), Token::Op(BinaryOp::Equal));
        p.report(if doubled { d.help("a name is given with one `=`") } else { d });
        if doubled {
            p.bump();
        }
    }
}

fn named_value(p: &mut Parser<'_>, word: &str) -> Option<(String, Span, Ast)> {
    let Some((name, span)) = name(p, word) else {
        skip(p);
        return None;
    };
    equals(p, &name);
    Some((name, span, p.expression(binding::WHERE)))
}

fn define(p: &mut Parser<'_>, out: &mut Vec<Statement>) {
    let Some((name_of, name_span)) = name(p, "def") else { return skip(p) };
    let mut parameters = Vec::new();
    if p.eat(&Token::Open('(')) {
        while let Token::Name(n) = p.peek() {
            p.bump();
            parameters.push(n.clone());
            if !p.eat(&Token::Comma) {
                break;
            }
        }
        p.close(')', name_span);
    } else {
        let d = Diagnostic::error(name_span, format!("`def {name_of}` needs parameters in parentheses"));
        p.report(d.help(format!("write `def {name_of}(x) = ...`, or `let {name_of} = ...` for a value")));
    }
    equals(p, &name_of);
    out.push(Statement::Def { name: name_of, name_span, parameters, body: p.expression(binding::WHERE) });
}

fn constraints(p: &mut Parser<'_>, out: &mut Vec<Statement>) {
    if !p.eat_word("to") {
        let d = Diagnostic::error(p.span(), "`subject` is followed by `to`");
        p.report(d);
    }
    conditions(p, out);
}

fn conditions(p: &mut Parser<'_>, out: &mut Vec<Statement>) {
    let mut all = Vec::new();
    loop {
        let mut condition = p.expression(binding::COMPARISON);
        if *p.peek() == Token::Assign {
            let d = Diagnostic::error(p.span(), "an equation is written with `==`");
            p.report(d.help("write `==`"));
            p.bump();
            let right = p.expression(binding::COMPARISON);
            let span = Span { start: condition.span.start, end: right.span.end };
            condition =
                Ast { node: AstNode::Binary(BinaryOp::Equal, Box::new(condition), Box::new(right)), span };
        }
        all.push(condition);
        if !p.eat(&Token::Comma) || p.is_done() {
            break;
        }
    }
    out.push(Statement::Constraints(all));
}

fn from(p: &mut Parser<'_>, span: Span, out: &mut Vec<Statement>) {
    let at = p.span();
    let known = p.diagnostics.len();
    let source = match p.peek() {
        Token::At(n) => TableSource::Bundled(n.clone()),
        Token::Text(f) => TableSource::File(f.clone()),
        Token::File(f) => {
            let d = Diagnostic::error(at, "the name of a file needs quotes");
            p.report(d.help(format!("write `from \"{f}\"`")));
            TableSource::File(f.clone())
        }
        Token::Name(n) => {
            let d = Diagnostic::error(at, format!("a table is expected, not `{n}`"));
            p.report(d.help(format!("write `from @{n}` for a bundled one or `from \"{n}.csv\"` for a file")));
            TableSource::Bundled(n.clone())
        }
        other => {
            let d = Diagnostic::error(at, format!("a table is expected, not {}", other.describe()));
            p.report(d.help("write `from @name` for a bundled one or `from \"file.csv\"`"));
            // What reads columns is no further mistake.
            TableSource::File(String::new())
        }
    };
    p.bump();
    let mut drop_missing = p.eat_word("drop");
    if drop_missing && !p.eat_word("missing") {
        let d = Diagnostic::error(p.last_span(), "`drop` is followed by `missing`");
        p.report(d);
        drop_missing = false;
    }
    let span = Span { start: span.start, end: p.last_span().end };
    out.push(Statement::From { source, drop_missing, span });
    if p.diagnostics.len() > known {
        skip(p);
    }
}

/// `data x from "file.csv"`, as if the table could stand in the declaration: one mistake, and the table is known.
fn from_in_declaration(p: &mut Parser<'_>, d: &Declaration, out: &mut Vec<Statement>) {
    let span = p.span();
    p.bump();
    let source = match p.peek() {
        Token::At(n) => TableSource::Bundled(n.clone()),
        Token::Name(n) => TableSource::Bundled(n.clone()),
        Token::Text(f) | Token::File(f) => {
            TableSource::File(f.split(':').next().unwrap_or_default().to_owned())
        }
        _ => TableSource::File(String::new()),
    };
    p.bump();
    let table = match &source {
        TableSource::Bundled(n) => format!("@{n}"),
        TableSource::File(f) if f.is_empty() => "\"file.csv\"".to_owned(),
        TableSource::File(f) => format!("\"{f}\""),
    };
    let place = Span { start: span.start, end: p.last_span().end };
    let e = Diagnostic::error(place, "`from` stands on a line of its own");
    p.report(e.help(format!("write `from {table}`, and below it `data {0} = column({0})`", d.name)));
    let drop_missing = p.eat_word("drop") && p.eat_word("missing");
    out.push(Statement::From { source, drop_missing, span: place });
}

fn declare(p: &mut Parser<'_>, role: Role, out: &mut Vec<Statement>) {
    let word = match role {
        Role::Data => "data",
        Role::Param => "param",
        Role::Var => "var",
    };
    let mut names = Vec::new();
    while let Some(one) = name(p, word) {
        names.push(one);
        if !p.eat(&Token::Comma) {
            break;
        }
    }
    if names.is_empty() {
        return skip(p);
    }
    let mut d = Declaration {
        role,
        name: names[0].0.clone(),
        name_span: Span::default(),
        shape: None,
        properties: Properties::default(),
        domain: Domain::default(),
        initial: None,
    };
    if p.eat(&Token::Colon) {
        shape(p, &mut d);
    } else if matches!(p.peek(), Token::Open('[')) {
        let e = Diagnostic::error(p.span(), "`:` is missing before the shape");
        p.report(e.help(format!("write `{word} {} : [...]`", names[0].0)));
        shape(p, &mut d);
    }
    p.stops = &AFTER_VALUE;
    while !p.is_done() {
        if matches!(p.peek(), Token::Name(w) if w == "from") {
            from_in_declaration(p, &d, out);
        } else if !attribute(p, &mut d) {
            break;
        }
    }
    for (name, name_span) in names {
        out.push(Statement::Declare(Declaration { name, name_span, ..d.clone() }));
    }
}

fn shape(p: &mut Parser<'_>, d: &mut Declaration) {
    if p.eat_word("scalar") {
        d.shape = Some(Vec::new());
        return;
    }
    let opened = p.span();
    if !p.eat(&Token::Open('[')) {
        let is_property = |w: &str| w == "in" || w == "from" || Property::from_word(w).is_some();
        if matches!(p.peek(), Token::Name(w) if nearest_property(w).is_none() && !is_property(w))
            || matches!(p.peek(), Token::Number(_) | Token::Open('('))
        {
            no_shape(p, d);
        }
        return;
    }
    let mut dims = Vec::new();
    if !p.eat(&Token::Close(']')) {
        loop {
            dims.push(p.expression(binding::SUM));
            if !p.eat(&Token::Comma) {
                break;
            }
        }
        p.close(']', opened);
    }
    d.shape = Some(dims);
}

/// `x : n` and `x : vector`: says how shapes are written.
fn no_shape(p: &mut Parser<'_>, d: &Declaration) {
    let (start, name) = (p.span().start, &d.name);
    if matches!(p.peek(), Token::Open('(')) {
        // `(m, n)`
        while !p.is_done() && !p.eat(&Token::Close(')')) {
            p.bump();
        }
    } else {
        p.stops = &AFTER_VALUE;
        p.expression(binding::SUM);
    }
    let e = Diagnostic::error(Span { start, end: p.last_span().end }, "a shape stands in brackets");
    p.report(e.help(format!(
        "write `{name} : [n]` for a vector, `{name} : [m, n]` for a matrix, `{name} : []` for a scalar"
    )));
}

fn nearest_property(word: &str) -> Option<String> {
    nearest(word, Property::ALL.iter().map(|(_, word)| *word))
}

/// A property, a domain or a value; false when there is none.
fn attribute(p: &mut Parser<'_>, d: &mut Declaration) -> bool {
    let span = p.span();
    match p.peek() {
        Token::Assign => {
            p.bump();
            if let Token::Text(file) | Token::File(file) = p.peek() {
                return file_as_value(p, d, file);
            }
            d.initial = Some(p.expression(binding::SUM));
        }
        Token::Comma if matches!((p.peek_at(1), p.peek_at(2)), (Token::Name(_), Token::Colon)) => {
            let e = Diagnostic::error(span, "another declaration stands on a line of its own or after `;`");
            p.report(e.help("write `x : [n]; y : [m]`; names of one shape together: `x, y : [n]`"));
            skip(p);
        }
        Token::Comma => p.bump(),
        Token::Op(
            op @ (BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual),
        ) => {
            p.bump();
            if let Some(at) = constant(p) {
                let strict = matches!(op, BinaryOp::Less | BinaryOp::Greater);
                let bound = Some(Bound { at, strict });
                match op {
                    BinaryOp::Less | BinaryOp::LessEqual => d.domain.upper = bound,
                    _ => d.domain.lower = bound,
                }
            }
        }
        Token::Name(w) if w == "in" => {
            p.bump();
            domain(p, d);
        }
        Token::Name(w) => match Property::from_word(w) {
            Some(property) => {
                p.bump();
                d.properties = d.properties.with(property);
            }
            None => {
                let e = Diagnostic::error(span, format!("there is no property `{w}`"));
                let words = Property::ALL.iter().map(|(_, word)| *word);
                p.report(match nearest(w, words.clone()) {
                    Some(word) => e.help(format!("did you mean `{word}`?")),
                    None => e.help(format!("the properties are {}", words.collect::<Vec<_>>().join(", "))),
                });
                p.bump();
            }
        },
        _ => return false,
    }
    true
}

/// `data x = "file.csv"`: says how files are read.
fn file_as_value(p: &mut Parser<'_>, d: &Declaration, file: &str) -> bool {
    let (path, column) =
        file.rsplit_once(':').filter(|(_, c)| !c.contains(['/', '\\'])).unwrap_or((file, &d.name));
    let e = Diagnostic::error(p.span(), "a file is no value");
    p.report(if path.ends_with(".npy") || path.ends_with(".npz") {
        e.help(format!("write `load(\"{path}\")`"))
    } else {
        let (name, word) = (&d.name, if column.contains(',') { "columns" } else { "column" });
        e.help(format!("write `from \"{path}\"` on the line before, and here `{name} = {word}({column})`"))
    });
    p.bump();
    true
}

fn domain(p: &mut Parser<'_>, d: &mut Declaration) {
    let opened = p.span();
    match p.peek() {
        Token::Open('{') => {
            p.bump();
            let mut values = Vec::new();
            loop {
                values.extend(constant(p));
                if !p.eat(&Token::Comma) {
                    break;
                }
            }
            p.close('}', opened);
            values.sort();
            values.dedup();
            d.domain.values = Some(values);
        }
        Token::Open(c @ ('[' | '(')) => {
            p.bump();
            let low = constant(p);
            if !p.eat(&Token::Comma) {
                let e = Diagnostic::error(p.span(), "an interval has two ends").help("write `in [0, 1]`");
                p.report(e);
            }
            let high = constant(p);
            let closes_strictly = match p.peek() {
                Token::Close(')') => true,
                Token::Close(']') => false,
                _ => return p.close(']', opened),
            };
            p.bump();
            if let (Some(l), Some(h)) = (&low, &high)
                && l > h
            {
                let e =
                    Diagnostic::error(opened, "this interval is empty: its lower end is above its upper end");
                p.report(e);
            }
            d.domain.lower = low.map(|at| Bound { at, strict: *c == '(' });
            d.domain.upper = high.map(|at| Bound { at, strict: closes_strictly });
        }
        Token::Name(w) if Property::from_word(w).is_some() => {}
        other => {
            let e = Diagnostic::error(opened, format!("`in` needs a set, not {}", other.describe()));
            p.report(e.help("write `in {-1, 1}` for values or `in [0, 1]` for an interval"));
            p.bump();
        }
    }
}

fn constant(p: &mut Parser<'_>) -> Option<Rational> {
    let e = p.expression(binding::SUM);
    let value = value_of(&e);
    if value.is_none() && !matches!(&e.node, AstNode::Name(n) if n.is_empty()) {
        p.report(Diagnostic::error(e.span, "a number is expected here").help("for example `0.5` or `-1/3`"));
    }
    value
}

/// The value of an expression of numbers.
pub(super) fn value_of(ast: &Ast) -> Option<Rational> {
    let (first, rest) = ast.spine();
    let mut value = match &first.node {
        AstNode::Number(r) => r.clone(),
        AstNode::Neg(x) => -value_of(x)?,
        _ => return None,
    };
    for (op, right, _) in rest {
        let r = value_of(right)?;
        value = match op {
            BinaryOp::Add => value + r,
            BinaryOp::Sub => value - r,
            BinaryOp::Mul => value * r,
            BinaryOp::Div if !r.is_zero() => value / r,
            BinaryOp::Pow => power(&value, &r)?,
            _ => return None,
        };
    }
    Some(value)
}

/// `base^exponent` when it is a rational number of moderate length.
pub(super) fn power(base: &Rational, exponent: &Rational) -> Option<Rational> {
    let k = exponent.is_integer().then(|| exponent.to_integer().to_i64())??;
    let bits = base.numer().bits().max(base.denom().bits());
    if k.unsigned_abs().checked_mul(bits)? > 4096 || (base.is_zero() && k.is_negative()) {
        return None;
    }
    let product = (0..k.unsigned_abs()).fold(Rational::one(), |p, _| p * base);
    Some(if k < 0 { product.recip() } else { product })
}
