//! Search over topics, headings, definitions, theorems and formulas.
//!
//! A query is cut into words; case and accents do not matter. An entry is found when each word of the query meets one
//! of its words: the same word counts most, then a word that begins with it, then, for words of four letters and more, a
//! word that, or whose beginning, differs by one letter (inserted, left out, replaced, or exchanged with its neighbour). A
//! word met in a title counts five times as much as one met in the text below it, and rare words count more than frequent ones. A formula is
//! found by its LaTeX, in which commands are words: `nabla f` finds `\nabla f`.
//!
//! Cost: one pass over all words of the index for each word of the query; the whole course is some ten thousand words.

use crate::map::Map;
use crate::render::{Lesson, StatementKind};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum HitKind {
    /// A topic of the map.
    Topic,
    /// A definition.
    Definition,
    /// A theorem.
    Theorem,
    /// A section of a lesson.
    Heading,
    /// A formula.
    Formula,
}

/// Something that answers a query.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// The topic that it belongs to.
    pub topic: String,
    /// Where in its lesson.
    pub anchor: Option<String>,
    /// What to show: a title, or a formula's LaTeX.
    pub title: String,
    /// A line below it: the topic's title, or what the topic is about.
    pub below: String,
    /// How well it answers; comparable within one query.
    pub score: f64,
    /// Which words were met, in words.
    pub why: String,
}

/// Everything that can be found.
///
/// ```
/// use gradus_lesson::{Map, search::Index};
/// let toml = "title = 'T'\nweeks = 1\n[[unit]]\nid = 'u'\ntitle = 'U'\nweeks = [1, 1]\n[[unit.topic]]\nid = 'b'\ntitle = 'Bézier curves'";
/// let map = Map::read(toml, &|_| false).unwrap();
/// let index = Index::new(&map, &[]);
/// assert_eq!(index.search("bezeir", 10)[0].topic, "b"); // two letters exchanged, and an accent
/// assert!(index.search("spline", 10).is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Index {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    hit: Hit,
    title: Vec<String>,
    text: Vec<String>,
}

/// How a word of the query met a word of an entry.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Meeting {
    Typo,
    Prefix,
    Same,
}

impl Meeting {
    fn weight(self) -> f64 {
        match self {
            Self::Same => 1.0,
            Self::Prefix => 0.7,
            Self::Typo => 0.4,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Same => "is",
            Self::Prefix => "begins",
            Self::Typo => "is nearly",
        }
    }
}

impl Index {
    /// Of a map and the lessons that are written.
    pub fn new(map: &Map, lessons: &[Lesson]) -> Self {
        let mut index = Self::default();
        for topic in map.topics() {
            let unit = map.unit(&topic.unit).map_or("", |u| &u.title);
            index.add(HitKind::Topic, &topic.id, None, (&topic.title, &topic.about), unit);
        }
        for lesson in lessons {
            let title = &lesson.title;
            for s in &lesson.statements {
                let kind = match s.kind {
                    StatementKind::Definition => HitKind::Definition,
                    StatementKind::Theorem => HitKind::Theorem,
                };
                index.add(kind, &lesson.topic, Some(&s.id), (&s.title, title), &s.text);
            }
            for h in &lesson.headings {
                index.add(HitKind::Heading, &lesson.topic, Some(&h.id), (&h.text, title), "");
            }
            for (k, f) in lesson.formulas.iter().enumerate() {
                // A letter alone is no formula to look for, and one formula is found once.
                let twice = lesson.formulas[..k].iter().any(|g| g.latex == f.latex);
                if f.latex.chars().count() > 3 && !twice {
                    index.add(HitKind::Formula, &lesson.topic, Some(&f.near), (&f.latex, title), "");
                }
            }
        }
        index
    }

    fn add(
        &mut self,
        kind: HitKind,
        topic: &str,
        anchor: Option<&str>,
        (title, below): (&str, &str),
        text: &str,
    ) {
        let hit = Hit {
            kind,
            topic: topic.to_owned(),
            anchor: anchor.filter(|a| !a.is_empty()).map(str::to_owned),
            title: title.to_owned(),
            below: below.to_owned(),
            score: 0.0,
            why: String::new(),
        };
        let mut more = words(text);
        if kind == HitKind::Topic {
            more.extend(words(below));
        }
        self.entries.push(Entry { hit, title: words(title), text: more });
    }

    /// The best answers, best first, at most `limit`; of equal ones, in the order of the course. Nothing for a query
    /// without a word.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit> {
        let asked = words(query);
        if asked.is_empty() {
            return Vec::new();
        }
        let rarity: Vec<f64> = asked.iter().map(|w| self.rarity(w)).collect();
        let mut hits: Vec<Hit> = self.entries.iter().filter_map(|e| e.answer(&asked, &rarity)).collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        hits.truncate(limit);
        hits
    }

    /// ln(1 + entries / entries with that word): 0.7 for a word that all have.
    fn rarity(&self, word: &str) -> f64 {
        let with = self.entries.iter().filter(|e| best(word, &e.title).or(best(word, &e.text)).is_some());
        (1.0 + self.entries.len() as f64 / with.count().max(1) as f64).ln()
    }
}

impl Entry {
    /// The hit with its score, if each word of the query is met.
    fn answer(&self, asked: &[String], rarity: &[f64]) -> Option<Hit> {
        let mut score = 0.0;
        let mut why = Vec::new();
        for (word, rare) in asked.iter().zip(rarity) {
            let in_title = best(word, &self.title);
            let in_text = best(word, &self.text);
            let title_weight = in_title.as_ref().map_or(0.0, |m| 5.0 * m.0.weight());
            let text_weight = in_text.as_ref().map_or(0.0, |m| m.0.weight());
            let (meeting, met, place) = if title_weight >= text_weight {
                in_title.map(|(m, w)| (m, w, "title"))?
            } else {
                in_text.map(|(m, w)| (m, w, "text"))?
            };
            score += rare * title_weight.max(text_weight);
            why.push(format!(
                "\u{201C}{word}\u{201D} {} \u{201C}{met}\u{201D} in its {place}",
                meeting.words()
            ));
        }
        // Of two titles with the same words, the one with fewer others says it better.
        score /= 1.0 + 0.05 * self.title.len() as f64;
        score *= kind_weight(self.hit.kind);
        Some(Hit { score, why: why.join(", "), ..self.hit.clone() })
    }
}

/// Topics before statements before headings before formulas, where the words decide nothing.
fn kind_weight(kind: HitKind) -> f64 {
    match kind {
        HitKind::Topic => 1.2,
        HitKind::Definition | HitKind::Theorem => 1.1,
        HitKind::Heading => 1.0,
        HitKind::Formula => 0.8,
    }
}

/// The best meeting of a word with some words.
fn best<'a>(word: &str, words: &'a [String]) -> Option<(Meeting, &'a str)> {
    let meetings = words.iter().filter_map(|w| meet(word, w).map(|m| (m, w.as_str())));
    meetings.reduce(|a, b| if b.0 > a.0 { b } else { a })
}

fn meet(asked: &str, word: &str) -> Option<Meeting> {
    if asked == word {
        Some(Meeting::Same)
    } else if word.starts_with(asked) {
        Some(Meeting::Prefix)
    } else if nearly_begins(asked, word) {
        Some(Meeting::Typo)
    } else {
        None
    }
}

/// Does a word of four letters and more differ by one letter from the other, or from its beginning?
fn nearly_begins(asked: &str, word: &str) -> bool {
    let length = asked.chars().count();
    let ends = word.char_indices().map(|(k, _)| k).chain([word.len()]);
    let near = ends.skip(length.saturating_sub(1)).take(3);
    length >= 4 && near.into_iter().any(|end| one_letter_apart(asked, &word[..end]))
}

/// Do the words differ by one letter inserted, left out or replaced, or by two neighbours exchanged?
fn one_letter_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([], [_]) | ([_], []) => true,
        ([_, rest @ ..], _) if rest == b => true,
        (_, [_, rest @ ..]) if rest == a => true,
        ([x, p @ ..], [y, q @ ..]) => {
            p == q || matches!((p, q), ([u, p @ ..], [v, q @ ..]) if x == v && y == u && p == q)
        }
        _ => false,
    }
}

/// The words of a text: letters and digits, in lower case and without accents.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| w.chars().flat_map(char::to_lowercase).map(unaccented).collect())
        .collect()
}

/// A small letter without its accent, for the Latin letters of Europe's languages.
pub(crate) fn unaccented(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĺ' | 'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' => 's',
        'ţ' | 'ť' | 'ŧ' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_may_be_wrong_and_two_may_not() {
        for (a, b) in [
            ("gradient", "gradeint"),
            ("gradient", "gradint"),
            ("gradient", "graddient"),
            ("gradient", "gradiant"),
        ] {
            assert!(one_letter_apart(a, b) && one_letter_apart(b, a), "{a} {b}");
        }
        assert!(!one_letter_apart("gradient", "gradint's"));
        assert!(!one_letter_apart("gradient", "radiant"));
        assert!(!one_letter_apart("gradient", "gradient"));
    }

    #[test]
    fn a_beginning_may_have_a_wrong_letter_too() {
        assert!(nearly_begins("eigenvectr", "eigenvectors"));
        assert!(nearly_begins("grda", "gradient"));
        assert!(!nearly_begins("gra", "grad"));
        assert!(!nearly_begins("entropy", "gradient"));
    }

    #[test]
    fn commands_of_latex_are_words() {
        assert_eq!(words(r"\nabla f(x_1)"), ["nabla", "f", "x", "1"]);
        assert_eq!(words("Clairaut–Schwarz, Poincaré"), ["clairaut", "schwarz", "poincare"]);
    }
}
