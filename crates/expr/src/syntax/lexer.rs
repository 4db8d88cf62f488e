//! From characters to tokens; a character without a meaning is reported and skipped.

use super::{BinaryOp, Diagnostic, Span, greek};
use crate::Rational;
use num_bigint::BigInt;
use num_traits::Num;

/// What a word ends with that is the name of a data file. No expression has a dot before a letter.
const DATA_FILES: [&str; 16] = [
    "csv", "tsv", "tab", "txt", "dat", "json", "jsonl", "ndjson", "npy", "npz", "parquet", "pq", "arrow",
    "feather", "xlsx", "gz",
];

/// More digits, or a larger decimal exponent, than any number needs.
const LONGEST_NUMBER: usize = 1000;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(Rational),
    Name(String),
    Text(String),
    /// The name of a file without its quotes, perhaps with `:column` after it: always a mistake.
    File(String),
    Op(BinaryOp),
    /// The transposing quote.
    Quote,
    /// A superscript power.
    Power(i64),
    /// `‖` or `||`, with the norm that a subscript on it names: 1, 2, 0 for the largest entry, 3 for Frobenius.
    Norm(u8),
    /// `|`
    Bar,
    /// `@name`
    At(String),
    Open(char),
    Close(char),
    Comma,
    Semicolon,
    Colon,
    Assign,
    Newline,
    End,
}

impl Token {
    /// Can an operand end with this token?
    pub(super) fn ends_operand(&self) -> bool {
        matches!(
            self,
            Token::Number(_)
                | Token::Name(_)
                | Token::Text(_)
                | Token::File(_)
                | Token::Quote
                | Token::Power(_)
                | Token::Close(')' | ']')
        )
    }

    /// What the token is called in a message.
    pub(super) fn describe(&self) -> String {
        match self {
            Token::Number(r) => format!("the number {}", super::print::number(r)),
            Token::Name(n) => format!("`{n}`"),
            Token::Text(_) => "a string".into(),
            Token::File(_) => "the name of a file".into(),
            Token::Op(op) => format!("`{}`", op.symbol()),
            Token::Quote => "`'`".into(),
            Token::Power(_) => "a superscript".into(),
            Token::Norm(_) => "a norm bar".into(),
            Token::Bar => "`|`".into(),
            Token::At(n) => format!("`@{n}`"),
            Token::Open(c) | Token::Close(c) => format!("`{c}`"),
            Token::Comma => "`,`".into(),
            Token::Semicolon => "`;`".into(),
            Token::Colon => "`:`".into(),
            Token::Assign => "`=`".into(),
            Token::Newline | Token::End => "the end".into(),
        }
    }
}

pub(super) struct Lexed {
    pub(super) tokens: Vec<(Token, Span)>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    out: Lexed,
}

/// The tokens of a text, an `End` last.
pub(super) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer { text, at: 0, out: Lexed { tokens: Vec::new(), diagnostics: Vec::new() } };
    while let Some(c) = lexer.peek() {
        lexer.token(c);
    }
    lexer.push(text.len(), Token::End);
    lexer.out
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn peek_second(&self) -> Option<char> {
        self.text[self.at..].chars().nth(1)
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&keep) {
            self.bump();
        }
    }

    fn push(&mut self, start: usize, token: Token) {
        self.out.tokens.push((token, Span { start, end: self.at }));
    }

    fn error(&mut self, start: usize, message: &str, help: &str) {
        let d = Diagnostic::error(Span { start, end: self.at }, message);
        self.out.diagnostics.push(if help.is_empty() { d } else { d.help(help) });
    }

    fn follows_operand(&self) -> bool {
        self.out.tokens.last().is_some_and(|(t, _)| t.ends_operand())
    }

    /// Where a file's name ends that starts here.
    fn file_name(&self) -> Option<usize> {
        let before = self.text[..self.at].chars().next_back();
        if before.is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | '=' | ',' | ';' | ':')) {
            return None;
        }
        let rest = &self.text[self.at..];
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '\\' | '.' | '~');
        let word = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        let extension = word.rsplit_once('.').map_or("", |(_, e)| e);
        let known = DATA_FILES.iter().any(|e| e.eq_ignore_ascii_case(extension));
        let path = word.contains(['.', '/']) && word.contains(char::is_alphanumeric);
        let is_file = known || (path && self.follows_from());
        if !is_file {
            return None;
        }
        let column = rest[word.len()..].strip_prefix(':').unwrap_or_default();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ',' | '*');
        let column = column.find(|c| !is_part(c)).unwrap_or(column.len());
        Some(self.at + word.len() + if column > 0 { 1 + column } else { 0 })
    }

    fn is_after_from(&self) -> bool {
        matches!(self.out.tokens.last(), Some((Token::Name(w), _)) if w == "from")
    }

    /// After `from` and a space.
    fn follows_from(&self) -> bool {
        self.is_after_from() && self.out.tokens.last().is_some_and(|(_, span)| span.end < self.at)
    }

    fn token(&mut self, c: char) {
        let start = self.at;
        if (c.is_alphanumeric() || matches!(c, '.' | '/' | '~' | '_'))
            && let Some(end) = self.file_name()
        {
            self.at = end;
            return self.push(start, Token::File(self.text[start..end].to_owned()));
        }
        match c {
            '\n' => {
                self.bump();
                self.push(start, Token::Newline);
            }
            c if c.is_whitespace() => {
                self.bump();
            }
            // The mark of the byte order at the start of files from some editors.
            '\u{feff}' if start == 0 => {
                self.bump();
            }
            '#' => self.take_while(|c| c != '\n'),
            '%' => self.comment(start),
            '/' if self.peek_second() == Some('/') => self.comment(start),
            '\\' => self.latex(start),
            '.' if self.follows_operand() && self.member() => {}
            '@' if self.follows_operand() && !self.is_after_from() => {
                self.bump();
                self.error(start, "`@` is no operator", "a product of matrices is written `*`");
                self.push(start, Token::Op(BinaryOp::Mul));
            }
            '0'..='9' => self.number(),
            '.' if self.peek_second().is_some_and(|d| d.is_ascii_digit()) => self.number(),
            '.' => self.dotted(),
            '"' => self.string('"'),
            '\'' if !self.follows_operand() || self.follows_from() => self.string('\''),
            '\u{201c}' | '\u{201d}' => {
                self.string('\u{201d}');
                self.error(start, "these quotes are not straight", "write \"...\"");
            }
            '@' => {
                self.bump();
                let from = self.at;
                self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
                let name = self.text[from..self.at].to_owned();
                if name.is_empty() {
                    self.error(start, "`@` needs the name of a data set", "write, for example, `@iris`");
                }
                self.push(start, Token::At(name));
            }
            '\u{3a3}' | '\u{3a0}' if self.peek_second() == Some('(') => {
                self.bump();
                self.push(start, Token::Name(if c == '\u{3a3}' { "sum" } else { "prod" }.into()));
            }
            c if c.is_alphabetic() || c == '_' => self.name(),
            _ => self.symbol(c),
        }
    }

    fn number(&mut self) {
        let start = self.at;
        self.take_while(|c| c.is_ascii_digit());
        if self.peek() == Some('.')
            && !self.peek_second().is_some_and(|c| matches!(c, '*' | '/' | '^' | '+' | '-' | '\'' | '.'))
        {
            self.bump();
            self.take_while(|c| c.is_ascii_digit());
        }
        let mantissa_end = self.at;
        let mut exponent: Option<i64> = Some(0);
        if matches!(self.peek(), Some('e' | 'E')) {
            let rest = &self.text[self.at + 1..];
            let digits = rest.strip_prefix(['+', '-']).unwrap_or(rest);
            if digits.starts_with(|c: char| c.is_ascii_digit()) {
                self.at += 1 + rest.len() - digits.len();
                self.take_while(|c| c.is_ascii_digit());
                exponent = self.text[mantissa_end + 1..self.at].trim_start_matches('+').parse().ok();
            }
        }
        let mantissa = &self.text[start..mantissa_end];
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let value = exponent
            .filter(|e| e.unsigned_abs() as usize <= LONGEST_NUMBER && mantissa.len() <= LONGEST_NUMBER)
            .and_then(|e| {
                let digits = BigInt::from_str_radix(&format!("0{whole}{part}"), 10).ok()?;
                let power = e - part.len() as i64;
                let ten = BigInt::from(10).pow(u32::try_from(power.unsigned_abs()).ok()?);
                Some(if power < 0 {
                    Rational::new(digits, ten)
                } else {
                    Rational::from_integer(digits * ten)
                })
            });
        match value {
            Some(r) => self.push(start, Token::Number(r)),
            None => {
                self.error(start, "this number has too many digits", "a number may have 1000 digits");
                self.push(start, Token::Number(Rational::from_integer(1.into())));
            }
        }
    }

    fn dotted(&mut self) {
        let start = self.at;
        self.bump();
        let op = match self.peek() {
            Some('+') => BinaryOp::DotAdd,
            Some('-' | '\u{2212}') => BinaryOp::DotSub,
            Some('*') => BinaryOp::DotMul,
            Some('/') => BinaryOp::DotDiv,
            Some('^') => BinaryOp::DotPow,
            Some('\'') => {
                self.bump();
                return self.push(start, Token::Quote);
            }
            _ => return self.error(start, "a dot stands alone", "dotted operators are .+ .- .* ./ .^"),
        };
        self.bump();
        self.push(start, Token::Op(op));
    }

    /// A comment of another language: one mistake, and the line ends here.
    fn comment(&mut self, start: usize) {
        let mark = if self.text[start..].starts_with("//") { "//" } else { "%" };
        self.at += mark.len();
        self.error(start, &format!("`{mark}` starts no comment"), "a comment starts with `#`");
        self.take_while(|c| c != '\n');
    }

    /// A command of LaTeX, passed over with its braces.
    fn latex(&mut self, start: usize) {
        self.bump();
        self.take_while(char::is_alphabetic);
        let word = self.text[start + 1..self.at].to_owned();
        let help = match word.as_str() {
            "frac" => "a quotient is written `a/b`".to_owned(),
            "sum" | "log" | "exp" | "sqrt" | "sin" | "cos" => format!("write `{word}(...)`"),
            "top" | "intercal" | "prime" => "a transpose is written `x'`".to_owned(),
            "cdot" | "times" => "a product is written `*`".to_owned(),
            "le" | "leq" => "write `<=`".to_owned(),
            "ge" | "geq" => "write `>=`".to_owned(),
            w if greek::is_small_letter(w) => format!("write `{w}`"),
            _ => "formulas are written as text, as in `2*A'*(A*x - b)`".to_owned(),
        };
        self.error(start, "LaTeX is written here, not read", &help);
        if word.is_empty() {
            return;
        }
        self.push(start, Token::Name(word));
        // One mistake is enough for a formula in another language.
        self.take_while(|c| c != '\n');
    }

    /// `x.T` and `np.sum`, as in Python: reports it and reads what was meant.
    fn member(&mut self) -> bool {
        let start = self.at;
        let word: String =
            self.text[start + 1..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if !word.starts_with(|c: char| c.is_alphabetic()) {
            return false;
        }
        let calls = self.text[start + 1 + word.len()..].starts_with('(');
        if word == "T" && !calls {
            self.at += 2;
            self.error(start, "`.T` is no transpose", "a transpose is written `x'`");
            self.push(start, Token::Quote);
            return true;
        }
        // A module before the name of a function, or before another module.
        let Some((Token::Name(module), span)) = self.out.tokens.last().cloned() else { return false };
        if span.end != start {
            return false;
        }
        self.at += 1;
        let last = !self.text[self.at + word.len()..].starts_with('.');
        let (place, help) =
            (span.start, format!("functions have no module: write `{word}` for `{module}.{word}`"));
        self.out.tokens.pop();
        if last {
            self.error(place, &format!("there is no `{module}` that has parts"), &help);
        }
        true
    }

    fn string(&mut self, quote: char) {
        let start = self.at;
        self.bump();
        let from = self.at;
        self.take_while(|c| c != quote && c != '\n');
        let text = self.text[from..self.at].to_owned();
        if self.peek() == Some(quote) {
            self.bump();
        } else {
            self.error(start, "this string is never closed", "close it on the same line");
        }
        self.push(start, Token::Text(text));
    }

    fn name(&mut self) {
        let start = self.at;
        let mut name = String::new();
        while let Some(c) = self.peek() {
            match (greek::name(c), subscript(c)) {
                (Some(letter), _) => name.push_str(letter),
                (None, Some(digit)) => {
                    if !name.ends_with(|c: char| c.is_ascii_digit()) {
                        name.push('_');
                    }
                    name.push_str(&digit.to_string());
                }
                // A transposing superscript is no part of a name.
                _ if c == '\u{1d40}' => break,
                _ if superscript(c).is_some() => break,
                _ if c.is_alphanumeric() || c == '_' => name.push(c),
                _ => break,
            }
            self.bump();
        }
        if name.is_empty() {
            // Alphabetic, yet no part of a name: a superscript letter.
            return self.symbol(self.peek().unwrap_or(' '));
        }
        self.push(start, Token::Name(name));
    }

    fn symbol(&mut self, c: char) {
        let start = self.at;
        self.bump();
        let second = self.peek();
        let mut two = |token: Token| {
            self.bump();
            token
        };
        let token = match (c, second) {
            ('*', Some('*')) => {
                self.bump();
                self.error(start, "`**` is no operator", "a power is written `^`, elementwise `.^`");
                Token::Op(BinaryOp::Pow)
            }
            ('=', Some('=')) => two(Token::Op(BinaryOp::Equal)),
            ('<', Some('=')) => two(Token::Op(BinaryOp::LessEqual)),
            ('>', Some('=')) => two(Token::Op(BinaryOp::GreaterEqual)),
            ('!' | '~', Some('=')) => two(Token::Op(BinaryOp::NotEqual)),
            ('=', _) => Token::Assign,
            ('<', _) => Token::Op(BinaryOp::Less),
            ('>', _) => Token::Op(BinaryOp::Greater),
            ('+', _) => Token::Op(BinaryOp::Add),
            ('-' | '\u{2212}', _) => Token::Op(BinaryOp::Sub),
            ('*' | '\u{b7}' | '\u{22c5}' | '\u{d7}', _) => Token::Op(BinaryOp::Mul),
            ('/', _) => Token::Op(BinaryOp::Div),
            ('^', _) => Token::Op(BinaryOp::Pow),
            ('\u{2299}' | '\u{2218}', _) => Token::Op(BinaryOp::DotMul),
            ('\u{2264}', _) => Token::Op(BinaryOp::LessEqual),
            ('\u{2265}', _) => Token::Op(BinaryOp::GreaterEqual),
            ('\u{2260}', _) => Token::Op(BinaryOp::NotEqual),
            ('\u{2208}', _) => Token::Name("in".into()),
            ('\u{2211}', _) => Token::Name("sum".into()),
            ('\u{220f}', _) => Token::Name("prod".into()),
            ('\u{221a}', _) => Token::Name("sqrt".into()),
            ('\'' | '\u{2032}' | '\u{2019}' | '\u{22a4}' | '\u{1d40}', _) => Token::Quote,
            ('\u{2016}' | '\u{2225}', _) => Token::Norm(self.which_norm()),
            ('|', Some('|')) => {
                self.bump();
                Token::Norm(self.which_norm())
            }
            ('|', _) => Token::Bar,
            ('(' | '[' | '{', _) => Token::Open(c),
            (')' | ']' | '}', _) => Token::Close(c),
            (',', _) => Token::Comma,
            (';', _) => Token::Semicolon,
            (':', _) => Token::Colon,
            _ if superscript(c).is_some() => return self.superscripts(start),
            _ => {
                self.take_while(|d| d == c);
                let help = match c {
                    '\u{2202}' | '\u{2207}' => {
                        "a derivative is not written but asked for, by the name of its variable"
                    }
                    '!' => "`!=` compares; a factorial is `exp(lgamma(n + 1))`",
                    '&' => "conditions are multiplied: `(x > 0)*(y > 0)`",
                    _ => "",
                };
                self.error(start, &format!("the character `{c}` has no meaning here"), help);
                if c != '&' || !self.follows_operand() {
                    return;
                }
                Token::Op(BinaryOp::Mul)
            }
        };
        self.push(start, token);
    }

    /// The norm that a subscript after the bars names.
    fn which_norm(&mut self) -> u8 {
        let rest = &self.text[self.at..];
        let subscripts =
            [("\u{2081}", 1), ("\u{2082}", 2), ("\u{221e}", 0), ("_1", 1), ("_2", 2), ("_inf", 0), ("_F", 3)];
        let found = subscripts.into_iter().find(|(s, _)| {
            let after = rest.strip_prefix(s).map(|r| r.chars().next());
            after.is_some_and(|c| !s.starts_with('_') || !c.is_some_and(|c| c.is_alphanumeric() || c == '_'))
        });
        let (length, kind) = found.map_or((0, 2), |(s, k)| (s.len(), k));
        self.at += length;
        kind
    }

    fn superscripts(&mut self, start: usize) {
        self.take_while(|c| superscript(c).is_some());
        let text: String = self.text[start..self.at].chars().filter_map(superscript).collect();
        match text.parse::<i64>() {
            Ok(power) => self.push(start, Token::Power(power)),
            Err(_) => self.error(start, "this superscript is no integer", "write the power with `^`"),
        }
    }
}

fn superscript(c: char) -> Option<char> {
    match c {
        '\u{2070}' => Some('0'),
        '\u{b9}' => Some('1'),
        '\u{b2}' => Some('2'),
        '\u{b3}' => Some('3'),
        '\u{2074}'..='\u{2079}' => char::from_digit(c as u32 - 0x2070, 10),
        '\u{207b}' => Some('-'),
        _ => None,
    }
}

fn subscript(c: char) -> Option<u32> {
    matches!(c, '\u{2080}'..='\u{2089}').then(|| c as u32 - 0x2080)
}
