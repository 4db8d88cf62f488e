//! Logical lines: where a statement ends.

use crate::syntax::Span;
use crate::syntax::lexer::Token;

/// The tokens of a statement.
pub(super) type Tokens = Vec<(Token, Span)>;

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
pub(super) fn lines(tokens: &[(Token, Span)]) -> Vec<Tokens> {
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
