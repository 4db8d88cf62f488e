//! A cell after reading: the names that it defines and what it asks, each with its place.

use crate::derivation::Chain;
use crate::lines::{self, Form};
use crate::names::Mentions;
use crate::question::{Question, shifted};
use crate::{Cell, Kind};
use gradus_expr::Role;
use gradus_expr::syntax::{Ast, Declaration, Diagnostic, Severity, Span, Statement, TableSource, parse_file};

/// In which part of a text a definition stands: the language wants tables before columns, functions before values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// `from`, with everything that reads columns from it.
    Table,
    /// A declaration.
    Declaration,
    /// `def`
    Function,
    /// `let`
    Value,
}

/// A piece of a source and the word that the language needs before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) prefix: &'static str,
    pub(crate) span: Span,
    /// Does it give data or a parameter a value?
    pub(crate) has_value: bool,
    pub(crate) is_table: bool,
}

/// Something that defines names.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) class: Class,
    pub(crate) parts: Vec<Part>,
    pub(crate) names: Vec<(String, Span)>,
    /// The sizes named in declared shapes.
    pub(crate) sizes: Vec<String>,
    pub(crate) mentions: Mentions,
}

/// What a cell shows, in the order of its lines.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// A definition, as notation: its name, its parameters, its right side.
    Defined {
        name: String,
        parameters: Option<Vec<String>>,
        value: Ast,
    },
    /// Data or a parameter with a value.
    Given {
        name: String,
    },
    Asked {
        question: Question,
        span: Span,
    },
    Problem {
        span: Span,
    },
}

/// A cell after reading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) definitions: Vec<Definition>,
    pub(crate) items: Vec<Item>,
    /// What the questions mention.
    pub(crate) asks: Mentions,
    /// The `start` lines.
    pub(crate) starts: Vec<Span>,
    pub(crate) chain: Option<Chain>,
    pub(crate) mistakes: Vec<Diagnostic>,
}

impl Parsed {
    /// Reads a cell; prose and figures define nothing, and neither does a cell of more than `most` bytes.
    pub(crate) fn of(cell: &Cell, most: usize) -> Parsed {
        let mut parsed = Parsed::default();
        let length = cell.source.len();
        if cell.kind.has_output() && length > most {
            let words =
                format!("this cell has {length} bytes, and the limit is {most}; make several cells of it");
            parsed.mistakes.push(Diagnostic::error(Span::default(), words));
            return parsed;
        }
        match cell.kind {
            Kind::Prose | Kind::Figure => {}
            Kind::Code => parsed.statements(&cell.source, cell.source.len()),
            Kind::Derivation => {
                let (chain, preamble) = Chain::read(&cell.source, &mut parsed.mistakes);
                parsed.statements(&cell.source, preamble);
                for m in chain.steps.iter().map(|s| s.mentions(&cell.source)) {
                    parsed.asks.merge(m);
                }
                parsed.chain = Some(chain);
            }
        }
        parsed
    }

    fn statements(&mut self, source: &str, end: usize) {
        let mut table: Option<usize> = None;
        for line in lines::lines(&source[..end]) {
            let text = &source[line.span.start..line.span.end];
            match line.form {
                Form::Statement(prefix) => self.statement(source, prefix, line.span, table),
                Form::From => {
                    let file = self.read("", text, line.span.start);
                    let mut mentions = Mentions::default();
                    for s in file {
                        if let Statement::From { source: TableSource::File(f), .. } = s {
                            mentions.files.insert(f);
                        }
                    }
                    let part = Part { prefix: "", span: line.span, has_value: false, is_table: true };
                    table = Some(self.definitions.len());
                    self.definitions.push(Definition {
                        class: Class::Table,
                        parts: vec![part],
                        names: Vec::new(),
                        sizes: Vec::new(),
                        mentions,
                    });
                }
                Form::Start => {
                    let file = self.read("", text, line.span.start);
                    for s in &file {
                        if let Statement::Start { value, .. } = s {
                            self.asks.add(value, &[]);
                        }
                    }
                    self.starts.push(line.span);
                }
                Form::Problem => {
                    for s in self.read("", text, line.span.start) {
                        match s {
                            Statement::Objective { value, .. } => self.asks.add(&value, &[]),
                            Statement::Constraints(all) => all.iter().for_each(|c| self.asks.add(c, &[])),
                            _ => {}
                        }
                    }
                    self.items.push(Item::Problem { span: line.span });
                }
                Form::Question(word) => match Question::read(word, source, line.span) {
                    Ok(question) => {
                        self.asks.merge(question.mentions(source));
                        self.items.push(Item::Asked { question, span: line.span });
                    }
                    Err(mistakes) => self.mistakes.extend(mistakes),
                },
            }
        }
    }

    /// Statements of the language; their mistakes are noted.
    fn read(&mut self, prefix: &str, text: &str, start: usize) -> Vec<Statement> {
        let (file, mistakes) = parse_file(&format!("{prefix}{text}"));
        let back = |d: Diagnostic| {
            let within = |s: Span| Span {
                start: start + s.start.saturating_sub(prefix.len()),
                end: start + s.end.saturating_sub(prefix.len()),
            };
            let labels = d.labels.iter().map(|(s, w)| (within(*s), w.clone())).collect();
            let mut out = Diagnostic::error(within(d.span), d.message.clone());
            (out.severity, out.help, out.labels) = (d.severity, d.help, labels);
            out
        };
        self.mistakes.extend(mistakes.into_iter().map(back));
        file.statements
    }

    fn statement(&mut self, source: &str, prefix: &'static str, span: Span, table: Option<usize>) {
        let text = &source[span.start..span.end];
        let mut d = Definition {
            class: Class::Declaration,
            parts: Vec::new(),
            names: Vec::new(),
            sizes: Vec::new(),
            mentions: Mentions::default(),
        };
        let mut has_value = false;
        let at = |s: Span| Span {
            start: span.start + s.start.saturating_sub(prefix.len()),
            end: span.start + s.end.saturating_sub(prefix.len()),
        };
        for s in self.read(prefix, text, span.start) {
            match s {
                Statement::Declare(Declaration { role, name, name_span, shape, initial, .. }) => {
                    let mut in_shape = Mentions::default();
                    shape.iter().flatten().for_each(|size| in_shape.add(size, &[]));
                    d.sizes.extend(in_shape.names);
                    if let Some(value) = &initial {
                        d.mentions.add(value, &[]);
                        if role != Role::Var {
                            has_value = true;
                            self.items.push(Item::Given { name: name.clone() });
                        }
                    }
                    d.names.push((name, at(name_span)));
                }
                Statement::Let { name, name_span, value } => {
                    d.class = Class::Value;
                    d.mentions.add(&value, &[]);
                    d.names.push((name.clone(), at(name_span)));
                    self.items.push(Item::Defined { name, parameters: None, value });
                }
                Statement::Def { name, name_span, parameters, body } => {
                    d.class = Class::Function;
                    d.mentions.add(&body, &parameters);
                    d.names.push((name.clone(), at(name_span)));
                    self.items.push(Item::Defined { name, parameters: Some(parameters), value: body });
                }
                Statement::From { .. }
                | Statement::Objective { .. }
                | Statement::Constraints(_)
                | Statement::Start { .. } => {}
            }
        }
        let part = Part { prefix, span, has_value, is_table: false };
        d.parts.push(part);
        if !d.mentions.reads_table {
            return self.definitions.push(d);
        }
        match table {
            Some(k) => {
                let group = &mut self.definitions[k];
                group.parts.push(part);
                group.names.append(&mut d.names);
                group.sizes.append(&mut d.sizes);
                group.mentions.merge(d.mentions);
            }
            None => {
                let e = Diagnostic::error(span, "there is no table to read columns from in this cell");
                self.mistakes.push(e.help("write `from @name` or `from \"file.csv\"` above this line"));
            }
        }
    }

    /// Is something wrong that leaves the cell without a meaning?
    pub(crate) fn has_errors(&self) -> bool {
        self.mistakes.iter().any(|d| d.severity == Severity::Error)
    }
}

/// The text of a place.
pub(crate) fn text_of(source: &str, span: Span) -> &str {
    source.get(span.start..span.end).unwrap_or_default()
}

/// A mistake at an offset.
pub(crate) fn at_offset(mistakes: Vec<Diagnostic>, by: usize) -> Vec<Diagnostic> {
    shifted(mistakes, by)
}
