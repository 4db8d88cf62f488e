//! Documents as notebooks of Jupyter, with the same mathematics in NumPy.
//!
//! Prose stays Markdown. A cell of code becomes functions and calls in NumPy below its source; what NumPy cannot say (a
//! proof, a figure, a solution) becomes a Markdown cell that says so, with the answer that gradus gave. Values of data
//! come first, since the order of cells is free here and not in Jupyter.
//!
//! Source: the notebook file format, version 4.5, <https://nbformat.readthedocs.io>.

use crate::answer::Written;
use crate::{Cell, Kind, Output, Session, Shown, Verdict};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The notebook as JSON, format 4.5.
pub fn jupyter(session: &Session) -> String {
    let mut out = Writer { cells: Vec::new(), names: BTreeSet::new() };
    let cells = &session.document().cells;
    let mut data = Vec::new();
    for k in 0..cells.len() {
        session.place(k).given_in_python().into_iter().for_each(|w| match w {
            Written::Code(code) => data.push(code),
            Written::Words(words) => out.markdown("data", &words),
        });
    }
    if !data.is_empty() {
        data.insert(0, "import numpy as np\n".to_owned());
        out.code("data", &data.join("\n"));
    }
    for (k, cell) in cells.iter().enumerate() {
        if cell.kind == Kind::Prose {
            out.markdown(cell.id.as_str(), &cell.source);
        } else {
            out.cell(session, k, cell);
        }
    }
    let notebook = json!({
        "cells": out.cells,
        "metadata": {
            "kernelspec": { "display_name": "Python 3", "language": "python", "name": "python3" },
            "language_info": { "name": "python" }
        },
        "nbformat": 4,
        "nbformat_minor": 5
    });
    format!("{notebook:#}\n")
}

struct Writer {
    cells: Vec<Value>,
    names: BTreeSet<String>,
}

impl Writer {
    /// A name that no cell of the notebook has yet.
    fn name(&mut self, stem: &str) -> String {
        let stem: String = stem.chars().take(56).collect();
        let mut name = stem.clone();
        let mut k = 2;
        while !self.names.insert(name.clone()) {
            name = format!("{stem}-{k}");
            k += 1;
        }
        name
    }

    fn markdown(&mut self, stem: &str, text: &str) {
        let id = self.name(stem);
        self.cells.push(json!({ "cell_type": "markdown", "id": id, "metadata": {}, "source": lines(text) }));
    }

    fn code(&mut self, stem: &str, text: &str) {
        let id = self.name(stem);
        self.cells.push(json!({
            "cell_type": "code", "execution_count": null, "id": id, "metadata": {}, "outputs": [],
            "source": lines(text.trim_end()),
        }));
    }

    fn cell(&mut self, session: &Session, k: usize, cell: &Cell) {
        let id = cell.id.as_str();
        let fence = "`".repeat(3 + cell.source.matches("```").count());
        let word = cell.kind.word().unwrap_or_default();
        let mut words = format!("{fence}{word}\n{}\n{fence}\n", cell.source);
        let written = match cell.kind {
            Kind::Code => session.place(k).in_python(),
            Kind::Derivation => {
                Ok(vec![Written::Words("The steps of a derivation are judged by gradus.".into())])
            }
            Kind::Prose | Kind::Figure => {
                Ok(vec![Written::Words("This live figure is drawn by gradus.".into())])
            }
        };
        let written = written.unwrap_or_else(|mistakes| {
            let first = mistakes.first().map_or_else(String::new, |d| format!(": {}", d.message));
            vec![Written::Words(format!("This cell has mistakes, so there is no code for it{first}."))]
        });
        for w in &written {
            if let Written::Words(w) = w {
                words.push_str(&format!("\n{w}\n"));
            }
        }
        for answer in answers(session.output(&cell.id)) {
            words.push_str(&format!("\n{answer}\n"));
        }
        self.markdown(id, &words);
        for w in written {
            if let Written::Code(code) = w {
                self.code(id, &code);
            }
        }
    }
}

/// Lines with their ends, as the format wants them.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// What gradus answered and NumPy does not.
fn answers(output: &Output) -> Vec<String> {
    match output {
        Output::Results(all) => all.iter().filter_map(answer).collect(),
        Output::Derivation(steps) => steps
            .iter()
            .map(|s| {
                let verdict = s.verdict.as_ref().map_or(String::new(), |v| format!(" ({})", v.word()));
                format!("$$ {} $${verdict} {}", s.formula.latex, s.reason).trim_end().to_owned()
            })
            .collect(),
        Output::Nothing | Output::Pending | Output::Error(_) | Output::Stopped(_) | Output::Stale(_) => {
            Vec::new()
        }
    }
}

fn answer(shown: &Shown) -> Option<String> {
    match shown {
        Shown::Formula(f) if f.name_latex.is_empty() => Some(format!("$$ {} $$", f.latex)),
        Shown::Formula(f) => Some(format!("$$ {} = {} $$", f.name_latex, f.latex)),
        Shown::Verdict(v @ Verdict::Tested { points, .. }) => {
            Some(format!("Answer: {}, both sides agree at {points} random points.", v.word()))
        }
        Shown::Verdict(v) => Some(format!("Answer: {}.", v.word())),
        Shown::Check(c) if c.compared == 0 => Some("Answer: open.".to_owned()),
        Shown::Check(c) => {
            Some(format!("Answer: the derivative {}.", if c.agrees { "agrees" } else { "differs" }))
        }
        Shown::Solved(s) => {
            Some(format!("Answer: {}, with the objective {}.", s.report.status, s.report.value))
        }
        Shown::Facts(all) => {
            Some(all.iter().map(|(name, why)| format!("- {name}: {why}")).collect::<Vec<_>>().join("\n"))
        }
        Shown::Values(_) | Shown::Figure(_) | Shown::Failed(_) => None,
    }
}
