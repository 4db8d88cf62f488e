//! Mathematics in words: `\(f(x, y)\)` within a label is set with slanted letters, `_` lowers and `^` raises.
//!
//! Letters that stand together are one run; names of functions (`cos`, `det`) stay upright, as do digits and signs. `_` and
//! `^` take the next character, or what stands in braces. A `\(` that nothing closes is text.

use std::borrow::Cow;

/// Names that stand upright.
const UPRIGHT: [&str; 12] =
    ["arg", "cos", "det", "exp", "inf", "lim", "log", "max", "min", "sin", "tan", "tanh"];

/// Words in one style.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Run {
    pub(crate) words: String,
    pub(crate) slanted: bool,
    /// Size, as a part of the label's.
    pub(crate) size: f64,
    /// How far above the baseline, in em of the label.
    pub(crate) rise: f64,
}

/// Whether there is mathematics in these words.
pub(crate) fn is_plain(words: &str) -> bool {
    next(words).is_none()
}

/// The words before the next mathematics, the mathematics, and what follows.
fn next(words: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = words.split_once("\\(")?;
    let (inside, after) = rest.split_once("\\)")?;
    Some((before, inside, after))
}

/// The runs of a label, none of them empty.
pub(crate) fn runs(words: &str) -> Vec<Run> {
    let mut out = Vec::new();
    let mut rest = words;
    while let Some((before, inside, after)) = next(rest) {
        push(&mut out, before, false, (1.0, 0.0));
        mathematics(&mut out, inside, (1.0, 0.0));
        rest = after;
    }
    push(&mut out, rest, false, (1.0, 0.0));
    out
}

/// The words without what marks mathematics in them.
pub(crate) fn plain(words: &str) -> Cow<'_, str> {
    if is_plain(words) {
        return Cow::Borrowed(words);
    }
    Cow::Owned(runs(words).into_iter().map(|r| r.words).collect())
}

fn push(out: &mut Vec<Run>, words: &str, slanted: bool, (size, rise): (f64, f64)) {
    match out.last_mut() {
        _ if words.is_empty() => {}
        Some(last) if (last.slanted, last.size, last.rise) == (slanted, size, rise) => {
            last.words.push_str(words)
        }
        _ => out.push(Run { words: words.to_string(), slanted, size, rise }),
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{3b1}'..='\u{3c9}').contains(&c)
}

fn mathematics(out: &mut Vec<Run>, text: &str, at: (f64, f64)) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let shift = match c {
            '_' => Some(-0.2),
            '^' => Some(0.38),
            _ => None,
        };
        if let Some(shift) = shift {
            let after = &rest[1..];
            let (group, left) = match after.strip_prefix('{').and_then(|g| g.split_once('}')) {
                Some(found) => found,
                None => after.split_at(after.chars().next().map_or(0, char::len_utf8)),
            };
            let raised = (at.0 * 0.72, at.1 + shift * at.0);
            // One level, as figures need it: what is raised in what is raised stays beside it.
            if at.0 == 1.0 {
                mathematics(out, group, raised)
            } else {
                push(out, group, true, at)
            }
            rest = left;
            continue;
        }
        let letters = is_letter(c);
        let end = rest.find(|d| is_letter(d) != letters || matches!(d, '_' | '^')).unwrap_or(rest.len());
        let (run, left) = rest.split_at(end);
        push(out, run, letters && !UPRIGHT.contains(&run), at);
        rest = left;
    }
}

#[cfg(test)]
mod tests {
    use super::{is_plain, plain, runs};

    fn shown(words: &str) -> Vec<(String, bool, f64)> {
        runs(words).into_iter().map(|r| (r.words, r.slanted, r.rise)).collect()
    }

    #[test]
    fn letters_are_slanted_and_names_of_functions_are_not() {
        let run = |w: &str, slanted| (w.to_string(), slanted, 0.0);
        assert_eq!(
            shown(r"slope \(2 cos φ\) here"),
            [run("slope 2 cos ", false), run("φ", true), run(" here", false)]
        );
        let raised = shown(r"\(x_1^{2k}\)");
        assert_eq!(raised[1], ("1".into(), false, -0.2));
        assert_eq!((raised[2].2, raised[3].2), (0.38, 0.38));
        assert_eq!(raised[3].0, "k");
    }

    #[test]
    fn what_is_not_closed_is_text() {
        for words in [r"a \( b", "price ($)", r"\)", "x_1", ""] {
            assert!(is_plain(words), "{words}");
            assert_eq!(plain(words), words);
        }
        assert_eq!(plain(r"\(f(x, y)\) and \(D_u f\)"), "f(x, y) and Du f");
        // Absurd ones end, too.
        assert!(plain(r"\(_^_{x\)").ends_with('x'));
    }
}
