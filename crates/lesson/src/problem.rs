//! What is wrong in a lesson or in the map, and on which line.

use thiserror::Error;

/// A mistake in a file, with its line.
///
/// ```
/// use gradus_lesson::{Fault, Problem};
/// let p = Problem { line: 7, fault: Fault::RawHtml("<b>".into()) };
/// assert_eq!(p.to_string(), "line 7: HTML is not passed on: `<b>`; write Markdown");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {fault}")]
pub struct Problem {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// What can be wrong in a lesson or in the map.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Fault {
    /// The file is not TOML.
    #[error("this is not TOML: {0}")]
    NotToml(String),
    /// A key without which the map makes no sense.
    #[error("`{table}` has no `{key}`")]
    MissingKey {
        /// The table's name.
        table: String,
        /// The key.
        key: String,
    },
    /// A value of another kind than expected.
    #[error("`{key}` is {found}, where {expected} was expected")]
    WrongKind {
        /// The key.
        key: String,
        /// What stands there.
        found: String,
        /// What belongs there.
        expected: String,
    },
    /// A key that nothing reads.
    #[error("`{table}` knows no key `{key}`; it knows {known}")]
    UnknownKey {
        /// The table's name.
        table: String,
        /// The key.
        key: String,
        /// Keys that are read.
        known: String,
    },
    /// Two things of one name.
    #[error("`{0}` is there already")]
    Twice(String),
    /// An id that is no part of an address.
    #[error("`{0}` is no id: write lower-case letters, digits and single hyphens")]
    BadId(String),
    /// A topic that the map does not have.
    #[error("there is no topic `{id}`{}", nearest.as_ref().map_or(String::new(), |n| format!("; did you mean `{n}`?")))]
    UnknownTopic {
        /// The name.
        id: String,
        /// A similar name of the map.
        nearest: Option<String>,
    },
    /// Topics that need each other.
    #[error("these topics need each other in a circle: {}", .0.join(" needs "))]
    Cycle(Vec<String>),
    /// An address that is no `https:` address.
    #[error("`{0}` is no address on the web: write https://...")]
    BadAddress(String),
    /// The file has no title.
    #[error("a lesson begins with its title, `# Title`")]
    NoTitle,
    /// A second title.
    #[error("a lesson has one title; write `##` for a section")]
    SecondTitle,
    /// A heading within a block.
    #[error("a heading cannot stand inside a `{0}` block")]
    HeadingInBlock(String),
    /// A fence with a word that means nothing.
    #[error("there is no block `{word}`; the blocks are {known}")]
    UnknownBlock {
        /// The word after the fence.
        word: String,
        /// The words that mean something.
        known: String,
    },
    /// A hint or an answer of nothing.
    #[error("`{0}` stands inside an `exercise` or a `challenge` block")]
    OutsideExercise(String),
    /// A block without what it needs.
    #[error("this `{block}` block needs {needs}")]
    Incomplete {
        /// The word.
        block: String,
        /// What is missing.
        needs: String,
    },
    /// A figure that nobody drew.
    #[error("there is no figure `{name}`{}", nearest.as_ref().map_or(String::new(), |n| format!("; did you mean `{n}`?")))]
    UnknownFigure {
        /// The name.
        name: String,
        /// A similar name.
        nearest: Option<String>,
    },
    /// A formula that is not LaTeX.
    #[error("the formula `{latex}` cannot be read: {message}")]
    Formula {
        /// The source.
        latex: String,
        /// What the reader of formulas says.
        message: String,
    },
    /// Raw HTML.
    #[error("HTML is not passed on: `{0}`; write Markdown")]
    RawHtml(String),
    /// A picture from elsewhere.
    #[error("pictures are not shown: `{0}`; draw a figure")]
    Picture(String),
    /// An anchor that nothing has.
    #[error("nothing here is called `#{anchor}`{}", nearest.as_ref().map_or(String::new(), |n| format!("; did you mean `#{n}`?")))]
    UnknownAnchor {
        /// The anchor.
        anchor: String,
        /// A similar anchor.
        nearest: Option<String>,
    },
    /// A link of a kind that lessons do not have.
    #[error("`{0}` is no link of a lesson: write https://..., `topic:ID` or `#anchor`")]
    BadLink(String),
    /// A theorem that nobody proves.
    #[error("the theorem \"{0}\" has no proof: let a `proof` block follow before the next theorem")]
    Unproved(String),
    /// A proof of nothing.
    #[error("this proves no theorem: a `proof` block follows its theorem")]
    ProofOfNothing,
}

/// The name that differs least from `name`, if it differs by at most a third of its letters.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let limit = 1 + name.chars().count() / 3;
    let close = names.map(|n| (distance(name, n), n)).min()?;
    (close.0 <= limit).then(|| close.1.to_owned())
}

/// Levenshtein's distance: how many letters to insert, delete or replace.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_textbook() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }

    #[test]
    fn only_a_similar_name_is_offered() {
        assert_eq!(nearest("gradient", ["gradients", "entropy"].into_iter()).as_deref(), Some("gradients"));
        assert_eq!(nearest("gradient", ["entropy"].into_iter()), None);
    }
}
