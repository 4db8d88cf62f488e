//! Fenced blocks: statements, proofs, figures, cells, and boxes.

use super::writer::{MARK, Writer, escape, slug};
use super::{Cell, CellKind, Statement, StatementKind};
use crate::Fault;
use crate::problem::nearest;

/// The words of blocks, for the reader of an error.
const KNOWN: &str = "figure NAME, gr cell [id=NAME], derivation [id=NAME], definition TITLE, theorem TITLE, proof, question, study, summary, \
                     exercise TITLE, challenge TITLE, hint, answer, resources; listings are text, gr, python, rust, latex, sh";

/// The name of a cell: letters, digits, `-` and `_`, at most 64.
fn is_name(name: Option<&str>) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    name.is_some_and(|n| !n.is_empty() && n.len() <= 64 && n.chars().all(is_part))
}

/// How many blocks may stand inside one another.
const MAX_DEPTH: usize = 4;

impl Writer<'_> {
    /// A fenced block: `info` is what stands after the fence, `text` begins on `line`.
    pub(super) fn block(&mut self, info: &str, text: &str, line: usize, within: &[&str]) {
        let info = info.trim();
        let (word, rest) = info.split_once(char::is_whitespace).map_or((info, ""), |(w, r)| (w, r.trim()));
        let fence = line.saturating_sub(1).max(1);
        if within.len() >= MAX_DEPTH {
            let needs = format!("to stand in fewer than {MAX_DEPTH} others");
            self.report(fence, Fault::Incomplete { block: word.to_owned(), needs });
            return;
        }
        let mut inner = within.to_vec();
        inner.push(word);
        match word {
            "gr" if rest == "cell" => self.cell(CellKind::Code, None, text, line),
            "gr" if is_name(rest.strip_prefix("cell id=")) => {
                self.cell(CellKind::Code, rest.strip_prefix("cell id="), text, line);
            }
            "derivation" if rest.is_empty() => self.cell(CellKind::Derivation, None, text, line),
            "derivation" if is_name(rest.strip_prefix("id=")) => {
                self.cell(CellKind::Derivation, rest.strip_prefix("id="), text, line);
            }
            "figure" => self.figure(rest, text, line, &inner),
            "definition" => self.statement(StatementKind::Definition, rest, text, line, &inner),
            "theorem" => self.statement(StatementKind::Theorem, rest, text, line, &inner),
            "proof" => self.proof(text, line, &inner),
            "question" | "study" | "summary" | "resources" => self.set_apart(rest, text, line, &inner),
            "exercise" => self.exercise(rest, text, line, &inner),
            "challenge" if rest.is_empty() => self.incomplete(line, word, "a title after the word"),
            "challenge" => self.set_apart(rest, text, line, &inner),
            "hint" | "answer" if within.iter().any(|w| matches!(*w, "exercise" | "challenge")) => {
                self.folded(text, line, &inner);
            }
            "hint" | "answer" => self.report(fence, Fault::OutsideExercise(word.to_owned())),
            "" | "text" | "gr" | "python" | "rust" | "latex" | "sh" if rest.is_empty() => {
                let language = if word.is_empty() { "text" } else { word };
                let code = escape(text);
                self.html.push_str(&format!(
                    "<pre class=\"listing\" tabindex=\"0\"><code class=\"language-{language}\">{code}</code></pre>\n"
                ));
            }
            _ => {
                let fault = Fault::UnknownBlock { word: info.to_owned(), known: KNOWN.to_owned() };
                self.report(fence, fault);
            }
        }
    }

    fn incomplete(&mut self, line: usize, block: &str, needs: &str) {
        let fault = Fault::Incomplete { block: block.to_owned(), needs: needs.to_owned() };
        self.report(line.saturating_sub(1).max(1), fault);
    }

    fn cell(&mut self, kind: CellKind, name: Option<&str>, source: &str, line: usize) {
        let (class, word) = match kind {
            CellKind::Code => ("cell", "gr cell"),
            CellKind::Derivation => ("cell derivation", "derivation"),
        };
        if source.trim().is_empty() {
            self.incomplete(line, word, "some text");
            return;
        }
        let number = self.lesson.cells.len() + 1;
        let id = name.map_or_else(|| format!("cell-{number}"), str::to_owned);
        self.anchor(line, &id, format!("Cell {number}"));
        let kind_name = if kind == CellKind::Code { "code" } else { "derivation" };
        let code = escape(source);
        self.html.push_str(&format!(
            "<section class=\"{class}\" id=\"{id}\" data-cell=\"{id}\" data-kind=\"{kind_name}\" aria-label=\"Cell {number}\">\n\
             <pre class=\"source\" tabindex=\"0\"><code class=\"language-gr\">{code}</code></pre>\n\
             <div class=\"output\" data-output=\"{id}\">{MARK}output:{id}{MARK}</div>\n</section>\n"
        ));
        self.lesson.cells.push(Cell { id, kind, source: source.to_owned(), line });
    }

    fn figure(&mut self, name: &str, caption: &str, line: usize, within: &[&str]) {
        if name.is_empty() {
            self.incomplete(line, "figure", "the figure's name after the word");
            return;
        }
        let Some(picture) = self.figures.picture(name) else {
            let names = self.figures.names();
            let nearest = nearest(name, names.iter().map(String::as_str));
            let fault = Fault::UnknownFigure { name: name.to_owned(), nearest };
            self.report(line.saturating_sub(1).max(1), fault);
            return;
        };
        let number = self.lesson.figures.len() + 1;
        let name = escape(name);
        self.anchor(line, &format!("figure-{name}"), format!("Figure {number}"));
        self.html.push_str(&format!(
            "<figure class=\"live\" id=\"figure-{name}\" data-figure=\"{name}\" aria-label=\"{}\">\n\
             <div class=\"picture\">{}</div>\n<figcaption>\n",
            escape(&picture.title),
            picture.html
        ));
        self.lesson.figures.push(name);
        let start = self.html.len();
        self.prose(caption, line, within);
        // The name runs into the caption's first line.
        let shown = format!("<span class=\"name\">Figure {number}.</span> ");
        let at = if self.html[start..].starts_with("<p>") { start + "<p>".len() } else { start };
        self.html.insert_str(at, &shown);
        self.html.push_str("</figcaption>\n</figure>\n");
    }

    fn statement(&mut self, kind: StatementKind, title: &str, text: &str, line: usize, within: &[&str]) {
        let word = kind.word();
        let lower = word.to_lowercase();
        if title.is_empty() {
            self.incomplete(line, &lower, "a title after the word");
            return;
        }
        let (title, id) = match title.split_once("{#").map(|(t, id)| (t.trim(), id.trim_end_matches('}'))) {
            Some((title, id)) => (title, id.to_owned()),
            None => (title, format!("{lower}-{}", slug(title))),
        };
        self.proof_is_due();
        if kind == StatementKind::Theorem {
            self.unproved = Some((line.saturating_sub(1).max(1), title.to_owned()));
        }
        let number = self.lesson.statements.len() + 1;
        self.anchor(line, &id, format!("{word} {number}"));
        self.near.clone_from(&id);
        let (shown, address) = (escape(title), escape(&id));
        self.html.push_str(&format!(
            "<div class=\"statement {lower}\" id=\"{address}\" role=\"group\" aria-label=\"{word} {number}: {shown}\">\n\
             <p class=\"name\"><a href=\"#{address}\">{word} {number}</a> <span class=\"title\">{shown}</span></p>\n"
        ));
        self.lesson.statements.push(Statement {
            id,
            kind,
            number,
            title: title.to_owned(),
            text: text.trim().to_owned(),
            line,
        });
        self.prose(text, line, within);
        self.html.push_str("</div>\n");
    }

    fn proof(&mut self, text: &str, line: usize, within: &[&str]) {
        if self.unproved.take().is_none() {
            self.report(line.saturating_sub(1).max(1), Fault::ProofOfNothing);
        }
        if text.trim().is_empty() {
            self.incomplete(line, "proof", "some text");
        }
        let number = self.lesson.statements.len();
        self.html.push_str(&format!(
            "<div class=\"proof\" role=\"group\" aria-label=\"Proof of Theorem {number}\">\n<p class=\"name\">Proof</p>\n"
        ));
        self.prose(text, line, within);
        // The mark stands in the last line, if that is text.
        let mark = "<span class=\"qed\" aria-hidden=\"true\">\u{220E}</span>";
        if self.html.ends_with("</p>\n") {
            self.html.truncate(self.html.len() - "</p>\n".len());
            self.html.push_str(&format!(" {mark}</p>\n</div>\n"));
        } else {
            self.html.push_str(&format!("<p>{mark}</p>\n</div>\n"));
        }
    }

    /// What the reader is to find out, with its answer folded away.
    fn exercise(&mut self, title: &str, text: &str, line: usize, within: &[&str]) {
        if title.is_empty() {
            self.incomplete(line, "exercise", "a title after the word");
            return;
        }
        let before = self.answers;
        self.set_apart(title, text, line, within);
        if self.answers == before {
            self.incomplete(line, "exercise", "an `answer` block in it");
        }
    }

    /// A hint or an answer, which the reader opens.
    fn folded(&mut self, text: &str, line: usize, within: &[&str]) {
        let word = within.last().copied().unwrap_or_default();
        if text.trim().is_empty() {
            self.incomplete(line, word, "some text");
            return;
        }
        let name = if word == "answer" {
            self.answers += 1;
            "Answer"
        } else {
            "Hint"
        };
        self.html.push_str(&format!("<details class=\"{word}\">\n<summary>{name}</summary>\n"));
        self.prose(text, line, within);
        self.html.push_str("</details>\n");
    }

    /// A box with the block's word as its class, and a title if it has one.
    fn set_apart(&mut self, title: &str, text: &str, line: usize, within: &[&str]) {
        let word = within.last().copied().unwrap_or_default();
        let name = match word {
            "question" => "Question",
            "study" => "Study",
            "summary" => "Summary",
            "exercise" => "Exercise",
            "challenge" => "From scratch",
            _ => "Read on",
        };
        let shown = if title.is_empty() {
            String::new()
        } else {
            format!(" <span class=\"title\">{}</span>", escape(title))
        };
        let label = if title.is_empty() { name.to_owned() } else { format!("{name}: {}", escape(title)) };
        self.html.push_str(&format!(
            "<div class=\"box {word}\" role=\"group\" aria-label=\"{label}\">\n<p class=\"name\">{name}{shown}</p>\n"
        ));
        self.prose(text, line, within);
        if word == "resources" {
            self.map_resources();
        }
        self.html.push_str("</div>\n");
    }

    /// The map's links for this topic.
    fn map_resources(&mut self) {
        let items: Vec<String> = self
            .map
            .resources_of(&self.topic.id)
            .map(|r| {
                let by = r.by.as_ref().map_or(String::new(), |b| format!(", {}", escape(b)));
                let (url, title) = (escape(&r.url), escape(&r.title));
                format!("<li><a href=\"{url}\" rel=\"noopener noreferrer\">{title}</a>{by}</li>\n")
            })
            .collect();
        if !items.is_empty() {
            self.html.push_str(&format!("<ul>\n{}</ul>\n", items.concat()));
        }
    }
}
