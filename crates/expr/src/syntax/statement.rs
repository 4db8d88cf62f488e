//! Statements: declarations, definitions, the objective, constraints; one a line.
//!
//! A line goes on while a bracket is open, after an operator or a comma, and when the next line starts with an
//! operator. A line that starts with a statement's word always starts a statement, so that an unclosed bracket
//! costs one line. After `subject to`, every further line is a constraint.

mod declaration;
mod line;
mod number;
mod table;

use super::lexer::{Lexed, Token, lex};
use super::nearest::nearest;
use super::parser::Parser;
use super::print::binding;
use super::{Ast, AstNode, BinaryOp, Diagnostic, Span};
use crate::{Domain, Properties, Role};
use declaration::{AFTER_VALUE, declare};
use line::lines;
pub(super) use number::{power, value_of};
use table::from;

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
