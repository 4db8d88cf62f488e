//! Expressions by precedence climbing. The parser is total: it reads any tokens, reports every mistake at its
//! place and goes on, with a nameless name where an operand is missing.
//!
//! From tightest: `'` and `[..]`; `^` and `.^`, to the right; unary `-`; `* / .* ./`; `+ - .+ .-`; comparisons;
//! `where`. Nesting beyond [`DEEPEST`] is a mistake like any other; chains of operators may be of any length.

use super::elaborate::is_function;
use super::lexer::Token;
use super::print::binding;
use super::{Ast, AstNode, BinaryOp, Diagnostic, Span, Subscript};
use crate::Rational;

/// How deep parentheses, calls, powers and postfixes may nest.
pub(super) const DEEPEST: usize = 200;

pub(super) struct Parser<'a> {
    tokens: &'a [(Token, Span)],
    at: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Words that end an expression instead of continuing it.
    pub(super) stops: &'static [&'static str],
    depth: usize,
    /// Is this an entry of `[...]`, where operands side by side lack a comma?
    in_entries: bool,
    /// The height of the expression read last.
    height: usize,
    abandoned: bool,
}

impl<'a> Parser<'a> {
    /// Over tokens of which the last is an `End`.
    pub(super) fn new(tokens: &'a [(Token, Span)]) -> Self {
        Parser {
            tokens,
            at: 0,
            diagnostics: Vec::new(),
            stops: &[],
            depth: 0,
            in_entries: false,
            height: 0,
            abandoned: false,
        }
    }

    pub(super) fn peek(&self) -> &'a Token {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> &'a Token {
        self.tokens.get(self.at + ahead).map_or(&Token::End, |(t, _)| t)
    }

    pub(super) fn span(&self) -> Span {
        self.tokens.get(self.at).or(self.tokens.last()).map_or_else(Span::default, |(_, s)| *s)
    }

    /// The place of the token read last.
    pub(super) fn last_span(&self) -> Span {
        self.at.checked_sub(1).and_then(|k| self.tokens.get(k)).map_or_else(Span::default, |(_, s)| *s)
    }

    pub(super) fn bump(&mut self) {
        if *self.peek() != Token::End {
            self.at += 1;
        }
    }

    pub(super) fn eat(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        if found {
            self.bump();
        }
        found
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Name(n) if n == word);
        if found {
            self.bump();
        }
        found
    }

    pub(super) fn is_done(&self) -> bool {
        *self.peek() == Token::End
    }

    /// Reports a mistake, unless one is known at this very place or the text was given up.
    pub(super) fn report(&mut self, d: Diagnostic) {
        let known = self.diagnostics.iter().rev().take(4).any(|o| o.span == d.span);
        if !self.abandoned && !known {
            self.diagnostics.push(d);
        }
    }

    /// Reads to the end, reporting what is left over.
    pub(super) fn finish(&mut self) {
        while !self.is_done() {
            self.left_over();
            self.bump();
            if !self.is_done() && self.starts_operand() {
                self.expression(binding::WHERE);
            }
        }
    }

    fn left_over(&mut self) {
        let span = self.span();
        let d = match self.peek() {
            Token::Open('{') => braces(span),
            Token::Close(c) => {
                Diagnostic::error(span, format!("nothing was opened that this `{c}` would close"))
                    .help("remove it")
            }
            Token::Assign => Diagnostic::error(span, "an equation is written with `==`")
                .help("leave out the name and `=`; `==` compares, `let name = ...` names a value in a file"),
            other => Diagnostic::error(span, format!("{} is not expected here", other.describe())),
        };
        self.report(d);
    }

    fn hole(&self, at: usize) -> Ast {
        Ast { node: AstNode::Name(String::new()), span: Span { start: at, end: at } }
    }

    fn to_here(&self, start: usize, node: AstNode) -> Ast {
        Ast { node, span: Span { start, end: self.last_span().end.max(start) } }
    }

    /// An expression of operators that bind at least as tightly as `least`.
    pub(super) fn expression(&mut self, least: u8) -> Ast {
        if self.depth >= DEEPEST {
            self.give_up();
        }
        if self.abandoned {
            self.height = 0;
            return self.hole(self.span().start);
        }
        self.depth += 1;
        let ast = self.operators(least);
        self.depth -= 1;
        ast
    }

    fn give_up(&mut self) {
        let d = Diagnostic::error(self.span(), format!("the nesting is deeper than {DEEPEST}"))
            .help("name a part of it with `let` or `where`");
        self.report(d);
        self.abandoned = true;
        self.at = self.tokens.len().saturating_sub(1);
    }

    fn operators(&mut self, least: u8) -> Ast {
        let start = self.span().start;
        let mut left = self.prefix();
        let mut height = self.height;
        loop {
            let op = match self.peek() {
                Token::Op(op) => *op,
                _ if self.misses_operator(least) => BinaryOp::Mul,
                _ => break,
            };
            let own = binding::of(op);
            if own < least {
                break;
            }
            if matches!(self.peek(), Token::Op(_)) {
                self.bump();
            }
            let right = self.expression(if own == binding::POWER { binding::NEGATION } else { own + 1 });
            height = height.max(self.height + 1);
            left = self.to_here(start, AstNode::Binary(op, Box::new(left), Box::new(right)));
        }
        if least == binding::WHERE && matches!(self.peek(), Token::Name(n) if n == "where") {
            left = self.clause(left);
            height = height.max(self.height) + 1;
        }
        self.height = height;
        left
    }

    /// Do two operands stand side by side? Reports it, and they are read as a product.
    fn misses_operator(&mut self, least: u8) -> bool {
        let side_by_side = match self.peek() {
            Token::Number(_) | Token::Open('(') => true,
            Token::Name(n) => n != "where" && n != "in" && !self.stops.contains(&n.as_str()),
            _ => false,
        };
        if !side_by_side
            || self.in_entries
            || least > binding::PRODUCT
            || self.at == 0
            || !self.tokens[self.at - 1].0.ends_operand()
        {
            return false;
        }
        let d = Diagnostic::error(self.span(), "an operator is missing before this");
        let before = |k: usize| self.at.checked_sub(k).and_then(|k| self.tokens.get(k)).map(|(t, _)| t);
        let function = |k: usize| match before(k) {
            Some(Token::Name(f)) if is_function(f) => Some(f),
            _ => None,
        };
        let d = match (function(1), function(3), before(2), before(1)) {
            (Some(f), ..) => d.help(format!("the argument stands in parentheses: `{f}(...)`")),
            (_, Some(f), Some(Token::Op(BinaryOp::Pow)), Some(Token::Number(k))) => {
                d.help(format!("the power of a value is written `{f}(...)^{}`", super::print::number(k)))
            }
            _ => d.help("a product is written with `*`, elementwise with `.*`"),
        };
        self.report(d);
        true
    }

    /// `where p = ..., q = ...`
    fn clause(&mut self, body: Ast) -> Ast {
        let start = body.span.start;
        self.bump();
        let (mut names, mut height) = (Vec::new(), 0);
        loop {
            let Token::Name(name) = self.peek() else {
                let d = Diagnostic::error(self.span(), "`where` needs a name and its value")
                    .help("write `where p = ...`");
                self.report(d);
                break;
            };
            self.bump();
            if !self.eat(&Token::Assign) {
                let d = Diagnostic::error(self.span(), format!("`=` is missing after `{name}`"));
                self.report(d);
            }
            let value = self.expression(binding::COMPARISON);
            height = height.max(self.height);
            names.push((name.clone(), value));
            if !self.eat(&Token::Comma) {
                break;
            }
        }
        self.height = height;
        if names.is_empty() { body } else { self.to_here(start, AstNode::Where(Box::new(body), names)) }
    }

    fn prefix(&mut self) -> Ast {
        let start = self.span().start;
        match self.peek() {
            Token::Op(BinaryOp::Sub) => {
                self.bump();
                let operand = self.expression(binding::NEGATION);
                self.height += 1;
                self.to_here(start, AstNode::Neg(Box::new(operand)))
            }
            Token::Op(BinaryOp::Add) => {
                self.bump();
                self.expression(binding::NEGATION)
            }
            _ => self.operand(),
        }
    }

    fn starts_operand(&self) -> bool {
        matches!(
            self.peek(),
            Token::Number(_)
                | Token::Name(_)
                | Token::Text(_)
                | Token::File(_)
                | Token::Open('(' | '[')
                | Token::Norm(_)
                | Token::Bar
                | Token::Op(BinaryOp::Sub)
        )
    }

    /// An operand with its postfixes.
    fn operand(&mut self) -> Ast {
        let start = self.span().start;
        let mut operand = self.atom();
        let mut height = self.height;
        loop {
            let node = match self.peek() {
                Token::Quote => {
                    self.bump();
                    AstNode::Transpose(Box::new(operand))
                }
                Token::Power(k) => {
                    self.bump();
                    let (size, span) = (Rational::from_integer(k.unsigned_abs().into()), self.last_span());
                    let size = Ast { node: AstNode::Number(size), span };
                    let power = match k {
                        0.. => size,
                        _ => Ast { node: AstNode::Neg(Box::new(size)), span },
                    };
                    AstNode::Binary(BinaryOp::Pow, Box::new(operand), Box::new(power))
                }
                Token::Open('[') => {
                    self.bump();
                    let positions = self.apart(Self::subscripts);
                    height = height.max(self.height);
                    AstNode::Subscript(Box::new(operand), positions)
                }
                _ => break,
            };
            height += 1;
            operand = self.to_here(start, node);
            if height > DEEPEST {
                self.give_up();
                break;
            }
        }
        self.height = height;
        operand
    }

    fn atom(&mut self) -> Ast {
        let (start, span) = (self.span().start, self.span());
        self.height = 1;
        match self.peek() {
            Token::Number(r) => {
                self.bump();
                Ast { node: AstNode::Number(r.clone()), span }
            }
            Token::Text(t) => {
                self.bump();
                Ast { node: AstNode::Text(t.clone()), span }
            }
            Token::File(text) => {
                self.bump();
                self.unquoted(text, span)
            }
            Token::Name(name) => {
                self.bump();
                if self.eat(&Token::Open('(')) {
                    let arguments = self.apart(|p| p.arguments(span));
                    self.height += 1;
                    return self.to_here(start, AstNode::Call(name.clone(), arguments));
                }
                Ast { node: AstNode::Name(name.clone()), span }
            }
            Token::Open('(') => {
                self.bump();
                let mut inner = self.apart(|p| p.expression(binding::WHERE));
                self.close(')', span);
                // The parentheses belong to the place.
                inner.span = Span { start, end: self.last_span().end.max(start) };
                inner
            }
            Token::Open('[') => {
                self.bump();
                self.rows(span)
            }
            Token::Open('{') => {
                self.report(braces(span));
                self.bump();
                let inner = self.expression(binding::WHERE);
                self.close('}', span);
                inner
            }
            Token::Norm(_) | Token::Bar => self.bars(),
            other => {
                let d = match other {
                    Token::Op(op) => {
                        Diagnostic::error(span, format!("an operand is missing before `{}`", op.symbol()))
                    }
                    Token::End | Token::Newline => {
                        Diagnostic::error(span, "the text ends where an operand is expected")
                    }
                    other => Diagnostic::error(
                        span,
                        format!("an operand is expected here, not {}", other.describe()),
                    ),
                };
                self.report(d);
                self.hole(start)
            }
        }
    }

    /// A file's name without quotes: reports it, and reads what was meant.
    fn unquoted(&mut self, text: &str, span: Span) -> Ast {
        let (path, column) = text.split_once(':').map_or((text, None), |(p, c)| (p, Some(c)));
        let d = Diagnostic::error(span, "the name of a file needs quotes");
        let Some(column) = column else {
            self.report(d.help(format!("write `\"{path}\"`")));
            return Ast { node: AstNode::Text(path.to_owned()), span };
        };
        let word = if column.contains(',') { "columns" } else { "column" };
        self.report(d.help(format!(
            "write `from \"{path}\"` on a line of its own before this one, and here `{word}({column})`"
        )));
        self.hole(span.start)
    }

    /// `‖x‖` or `|x|`
    fn bars(&mut self) -> Ast {
        let (start, span, open) = (self.span().start, self.span(), self.peek());
        self.bump();
        let inner = self.expression(binding::COMPARISON);
        let height = self.height + 1;
        let function = match (open, self.peek()) {
            (Token::Bar, Token::Bar) => "abs",
            (Token::Norm(_), Token::Norm(1)) => "norm1",
            (Token::Norm(_), Token::Norm(0)) => "norminf",
            (Token::Norm(_), Token::Norm(3)) => "normfro",
            (Token::Norm(_), Token::Norm(_)) => "norm2",
            _ => "",
        };
        if function.is_empty() {
            let d = Diagnostic::error(span, "this bar is never closed");
            self.report(match open {
                Token::Norm(_) => {
                    d.help("`||x||` is a norm; absolute values in each other are written `abs(...)`")
                }
                _ => d,
            });
            // Which of the bars that follow open and which close is anybody's guess.
            self.abandoned = true;
            self.at = self.tokens.len().saturating_sub(1);
        } else {
            self.bump();
        }
        self.height = height;
        let function = if function.is_empty() { "abs" } else { function };
        self.to_here(start, AstNode::Call(function.into(), vec![inner]))
    }

    /// Reads something in brackets of its own.
    fn apart<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.in_entries, false);
        let found = read(self);
        self.in_entries = outer;
        found
    }

    /// After an opening bracket's contents: its closing one.
    pub(super) fn close(&mut self, bracket: char, opened: Span) {
        if self.eat(&Token::Close(bracket)) || self.abandoned {
            return;
        }
        let d = match self.peek() {
            Token::Close(other) => {
                let (span, other) = (self.span(), *other);
                self.bump();
                Diagnostic::error(span, format!("`{other}` closes what `{}` opened", opening(bracket)))
                    .help(format!("write `{bracket}`"))
                    .label(opened, "opened here")
            }
            Token::End | Token::Newline => {
                Diagnostic::error(opened, format!("this `{}` is never closed", opening(bracket)))
            }
            other => {
                Diagnostic::error(self.span(), format!("`{bracket}` is expected before {}", other.describe()))
                    .label(opened, "opened here")
            }
        };
        self.report(d);
    }

    fn arguments(&mut self, name: Span) -> Vec<Ast> {
        let opened = self.last_span();
        let (mut arguments, mut height) = (Vec::new(), 0);
        if self.eat(&Token::Close(')')) {
            self.height = 0;
            return arguments;
        }
        loop {
            let start = self.span().start;
            let argument = match (self.peek(), self.peek_at(1)) {
                (Token::Name(n), Token::Assign) => {
                    if n != "axis" {
                        let d = Diagnostic::error(self.span(), format!("no function takes `{n}=`"))
                            .help("only `axis=` is given by name")
                            .label(name, "in this call");
                        self.report(d);
                    }
                    self.bump();
                    self.bump();
                    let value = self.expression(binding::COMPARISON);
                    self.height += 1;
                    self.to_here(start, AstNode::Call("axis".into(), vec![value]))
                }
                _ => self.expression(binding::COMPARISON),
            };
            height = height.max(self.height);
            arguments.push(argument);
            if !self.eat(&Token::Comma) {
                break;
            }
        }
        self.close(')', Span { start: name.start, end: opened.end });
        self.height = height;
        arguments
    }

    /// `[a, b; c, d]`, after the opening bracket.
    fn rows(&mut self, opened: Span) -> Ast {
        let (mut rows, mut height) = (vec![Vec::new()], 0);
        let outer = std::mem::replace(&mut self.in_entries, true);
        let mut lacking = false;
        loop {
            let entry = self.expression(binding::COMPARISON);
            height = height.max(self.height);
            if let Some(row) = rows.last_mut() {
                row.push(entry);
            }
            if self.eat(&Token::Semicolon) {
                rows.push(Vec::new());
            } else if self.starts_entry() {
                let d = Diagnostic::error(self.span(), "a comma is missing before this");
                if !lacking {
                    self.report(
                        d.help("entries are separated by commas, rows by semicolons: `[1, 2; 3, 4]`"),
                    );
                }
                lacking = true;
            } else if !self.eat(&Token::Comma) {
                break;
            }
        }
        self.in_entries = outer;
        self.close(']', opened);
        self.height = height + 1;
        self.to_here(opened.start, AstNode::Rows(rows))
    }

    fn starts_entry(&self) -> bool {
        match self.peek() {
            Token::Number(_) | Token::Open('(' | '[') => true,
            Token::Name(n) => n != "where" && n != "in",
            _ => false,
        }
    }

    /// `[2, :, 1:3]`, after the opening bracket.
    fn subscripts(&mut self) -> Vec<Subscript> {
        let opened = self.last_span();
        let (mut positions, mut height) = (Vec::new(), 0);
        loop {
            if *self.peek() == Token::Colon
                && matches!(self.peek_at(1), Token::Comma | Token::Close(']') | Token::End)
            {
                self.bump();
                positions.push(Subscript::All);
            } else {
                let from = self.expression(binding::SUM);
                height = height.max(self.height);
                if self.eat(&Token::Colon) {
                    let second = self.expression(binding::SUM);
                    height = height.max(self.height);
                    let (step, to) = if self.eat(&Token::Colon) {
                        let to = self.expression(binding::SUM);
                        height = height.max(self.height);
                        (Some(second), to)
                    } else {
                        (None, second)
                    };
                    positions.push(Subscript::Range { from, step, to });
                } else {
                    positions.push(Subscript::At(from));
                }
            }
            if !self.eat(&Token::Comma) {
                break;
            }
        }
        self.close(']', opened);
        self.height = height;
        positions
    }
}

fn braces(span: Span) -> Diagnostic {
    Diagnostic::error(span, "braces hold the values of a range, as in `in {-1, 1}`")
        .help("parts of a formula are grouped by parentheses")
}

fn opening(bracket: char) -> char {
    match bracket {
        ')' => '(',
        ']' => '[',
        _ => '{',
    }
}
