//! What is written so far, and what must still be found.

use super::{Figures, Formula, Lesson, Piece};
use crate::map::{Map, Topic};
use crate::mathematics::Formulas;
use crate::problem::nearest;
use crate::{Fault, Problem};
use std::collections::BTreeMap;

/// Marks, between HTML, a place to fill: `MARK kind:name MARK`.
pub(super) const MARK: char = '\0';

pub(super) struct Writer<'a> {
    pub(super) map: &'a Map,
    pub(super) topic: &'a Topic,
    pub(super) formulas: &'a Formulas,
    pub(super) figures: &'a dyn Figures,
    pub(super) html: String,
    pub(super) lesson: Lesson,
    pub(super) problems: Vec<Problem>,
    /// What each anchor is called.
    pub(super) anchors: BTreeMap<String, String>,
    /// Links to anchors of this lesson.
    pub(super) references: Vec<(usize, String)>,
    /// The anchor that the text stands under.
    pub(super) near: String,
    /// A theorem whose proof has not come: line and title.
    pub(super) unproved: Option<(usize, String)>,
    /// How many answers of exercises were written.
    pub(super) answers: usize,
    pub(super) has_title: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        topic: &'a Topic,
        map: &'a Map,
        formulas: &'a Formulas,
        figures: &'a dyn Figures,
    ) -> Self {
        let lesson = Lesson {
            topic: topic.id.clone(),
            title: String::new(),
            title_html: String::new(),
            headings: Vec::new(),
            statements: Vec::new(),
            cells: Vec::new(),
            figures: Vec::new(),
            formulas: Vec::new(),
            links: Vec::new(),
            pieces: Vec::new(),
        };
        Self {
            map,
            topic,
            formulas,
            figures,
            html: String::new(),
            lesson,
            problems: Vec::new(),
            anchors: BTreeMap::new(),
            references: Vec::new(),
            near: String::new(),
            unproved: None,
            answers: 0,
            has_title: false,
        }
    }

    pub(super) fn report(&mut self, line: usize, fault: Fault) {
        self.problems.push(Problem { line, fault });
    }

    /// A new anchor, called `label`; an anchor that is there already is reported.
    pub(super) fn anchor(&mut self, line: usize, id: &str, label: String) {
        if self.anchors.insert(id.to_owned(), label).is_some() {
            self.report(line, Fault::Twice(format!("#{id}")));
        }
    }

    /// The HTML of a formula; empty when it cannot be read.
    pub(super) fn formula(&mut self, line: usize, latex: &str, display: bool) -> String {
        let result = if display { self.formulas.display(latex) } else { self.formulas.inline(latex) };
        self.lesson.formulas.push(Formula { latex: latex.trim().to_owned(), near: self.near.clone(), line });
        result.unwrap_or_else(|message| {
            self.report(line, Fault::Formula { latex: latex.trim().to_owned(), message });
            String::new()
        })
    }

    /// Reports the theorem that waits for its proof, if one does.
    pub(super) fn proof_is_due(&mut self) {
        if let Some((line, title)) = self.unproved.take() {
            self.report(line, Fault::Unproved(title));
        }
    }

    pub(super) fn finish(mut self) -> Result<Lesson, Vec<Problem>> {
        self.proof_is_due();
        if !self.has_title {
            self.report(1, Fault::NoTitle);
        }
        for (line, anchor) in std::mem::take(&mut self.references) {
            if !self.anchors.contains_key(&anchor) {
                let nearest = nearest(&anchor, self.anchors.keys().map(String::as_str));
                self.report(line, Fault::UnknownAnchor { anchor, nearest });
            }
        }
        if !self.problems.is_empty() {
            self.problems.sort_by_key(|p| p.line);
            return Err(self.problems);
        }
        self.lesson.pieces = pieces(&self.html, &self.anchors);
        Ok(self.lesson)
    }
}

/// The HTML cut at its marks, names of anchors filled in.
fn pieces(html: &str, anchors: &BTreeMap<String, String>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    for (k, part) in html.split(MARK).enumerate() {
        match part.split_once(':') {
            Some(("label", anchor)) if k % 2 == 1 => {
                text.push_str(&escape(anchors.get(anchor).map_or("", String::as_str)));
            }
            Some(("output", cell)) if k % 2 == 1 => {
                pieces.push(Piece::Html(std::mem::take(&mut text)));
                pieces.push(Piece::Output(cell.to_owned()));
            }
            _ => text.push_str(part),
        }
    }
    pieces.push(Piece::Html(text));
    pieces
}

/// Text as HTML, also inside a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// A text as part of an address: letters and digits in lower case, everything else a hyphen.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        let plain = crate::search::unaccented(c);
        if c.is_alphanumeric() {
            out.push(plain);
        } else if c != '\'' && c != '\u{2019}' && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_lower_case_words_with_hyphens() {
        assert_eq!(slug("What's steepest? (A proof)"), "whats-steepest-a-proof");
        assert_eq!(slug("Bézier -- 2"), "bezier-2");
    }

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(escape("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
    }
}
