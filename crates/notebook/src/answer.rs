//! A cell is run: its text is read together with what it depends on, and every line is answered.

mod check;
mod diagnose;
mod equality;
mod gestures;
mod numpy;
mod plot;
mod solve;
mod values;

pub(crate) use equality::judge;
pub use gestures::Gesture;
pub(crate) use numpy::Written;

use crate::graph::{Graph, Slice};
use crate::limits::{Limits, Watch};
use crate::output::{Formula, Line, Output, Shown, Values, Verdict, said_once};
use crate::parsed::{Item, Parsed, text_of};
use crate::question::Question;
use crate::text::Text;
use crate::{Cell, DataSource};
use gradus_expr::facts::{Fact, Facts};
use gradus_expr::print::latex;
use gradus_expr::syntax::{AstNode, Diagnostic, Severity, Span, parse_expression, print, read_problem};
use gradus_expr::{
    Dim, Expr, Property, Role, Symbol, derivative, postorder, recognise, show_shape, simplify,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use values::Known;

/// All that a cell may look at.
pub(crate) struct Place<'a> {
    pub(crate) cells: &'a [Cell],
    pub(crate) parsed: &'a [Arc<Parsed>],
    pub(crate) graph: &'a Graph,
    pub(crate) cell: usize,
    pub(crate) limits: &'a Limits,
    pub(crate) data: &'a dyn DataSource,
}

type Mistakes = Vec<Diagnostic>;

fn mistake(span: Span, words: impl Into<String>) -> Mistakes {
    vec![Diagnostic::error(span, words)]
}

/// The names that expressions of a cell are given in the text that is read.
fn answer_name(k: usize) -> String {
    format!("answer_{k}_of_this_cell")
}

/// A cell's expressions after reading.
struct Read {
    /// By place, in the order in which they were asked for.
    expressions: Vec<Expr>,
    /// Declared symbols, also those that no expression uses.
    symbols: Vec<Symbol>,
    /// Named values.
    lets: BTreeMap<String, Expr>,
    /// Names that nothing defines.
    free: Vec<String>,
}

impl<'a> Place<'a> {
    fn source(&self) -> &'a str {
        &self.cells[self.cell].source
    }

    fn parsed(&self) -> &'a Parsed {
        &self.parsed[self.cell]
    }

    /// The output of the cell.
    pub(crate) fn run(&self, watch: &mut Watch<'_>) -> Output {
        let parsed = self.parsed();
        let mut mistakes = self.graph.mistakes[self.cell].clone();
        mistakes.extend(parsed.mistakes.iter().cloned());
        if mistakes.iter().any(|d| d.severity == Severity::Error) {
            mistakes.sort_by_key(|d| (d.span.start, d.span.end));
            mistakes.dedup();
            return Output::Error(mistakes);
        }
        match &parsed.chain {
            Some(_) => self.derivation(watch).map_or_else(Output::Error, Output::Derivation),
            None => match self.code(watch) {
                Ok(shown) if shown.is_empty() => Output::Nothing,
                Ok(shown) => Output::Results(said_once(shown)),
                Err(mistakes) => Output::Error(mistakes),
            },
        }
    }

    fn whole(&self) -> Span {
        Span { start: 0, end: self.source().len() }
    }

    /// What the cell needs of the document.
    fn slice(&self) -> Result<Slice, Mistakes> {
        let (parsed, graph) = (self.parsed(), self.graph);
        let of_definitions = parsed.definitions.iter().map(|d| &d.mentions);
        let mentions: Vec<_> = of_definitions.chain([&parsed.asks]).collect();
        let calls = mentions.iter().flat_map(|m| &m.calls).filter(|c| graph.find(c, self.cell).is_some());
        let names = mentions.iter().flat_map(|m| &m.names);
        let own = parsed.definitions.iter().flat_map(|d| d.names.iter().map(|(n, _)| n));
        let most = self.limits.definitions;
        let mut slice = graph.slice(names.chain(calls).chain(own), self.cell, most).ok_or_else(|| {
            mistake(self.whole(), format!("this cell depends on more than {most} definitions"))
        })?;
        // What the cell defines without a name of its own: tables.
        for k in &graph.of_cell[self.cell] {
            if !slice.nodes.contains(k) {
                slice.nodes.push(*k);
            }
        }
        let sizes: Vec<&String> =
            slice.nodes.iter().flat_map(|k| &graph.nodes[*k].definition.sizes).collect();
        slice.free.retain(|n| !Graph::is_constant(n) && !sizes.contains(&n));
        self.refused(&slice)?;
        Ok(slice)
    }

    /// Files that may not be read, and definitions elsewhere that have no meaning.
    fn refused(&self, slice: &Slice) -> Result<(), Mistakes> {
        let (mut out, mut nearest) = (Vec::new(), None);
        for k in &slice.nodes {
            let node = &self.graph.nodes[*k];
            let part = node.definition.parts.first().map_or(self.whole(), |p| p.span);
            let at = if node.cell == self.cell { part } else { self.whole() };
            for file in &node.definition.mentions.files {
                if let Some(why) = self.graph.refused(file) {
                    out.push(Diagnostic::error(at, why));
                }
            }
            let broken = self.parsed[node.cell].has_errors() || !self.graph.mistakes[node.cell].is_empty();
            if node.cell != self.cell && broken {
                let id = &self.cells[node.cell].id;
                let words = format!("cell `{id}`, which this one uses, has mistakes");
                nearest = Some(Diagnostic::error(self.whole(), words));
            }
        }
        for file in &self.parsed().asks.files {
            if let Some(why) = self.graph.refused(file) {
                out.push(Diagnostic::error(self.whole(), why));
            }
        }
        out.extend(nearest);
        out.dedup();
        if out.is_empty() { Ok(()) } else { Err(out) }
    }

    /// Reads the expressions at these places, and those that compare pairs of them if that has a meaning.
    fn read(&self, slice: &Slice, places: &[Span], pairs: &[(usize, usize)]) -> Result<Read, Mistakes> {
        let compose = |pairs: &[(usize, usize)]| {
            let mut text = Text::default();
            for name in &slice.free {
                text.glue(&format!("data {name}\n"));
            }
            text.definitions(self.graph, self.cells, slice, false);
            for (k, span) in places.iter().enumerate() {
                text.glue(&format!("let {} = ", answer_name(k)));
                text.piece(self.cells, self.cell, *span);
                text.glue("\n");
            }
            // That two are compared says that their shapes agree, where undeclared names leave that open.
            for (k, (a, b)) in pairs.iter().enumerate() {
                text.glue(&format!("let pair_{k}_of_this_cell = ("));
                text.piece(self.cells, self.cell, places[*a]);
                text.glue("\n) - (");
                text.piece(self.cells, self.cell, places[*b]);
                text.glue("\n)\n");
            }
            text
        };
        self.slips(slice)?;
        let text = compose(pairs);
        let found = match read_problem(&text.text) {
            Err(_) if !pairs.is_empty() => {
                let text = compose(&[]);
                read_problem(&text.text).map_err(|d| text.back(&d, self.cells, self.cell, self.whole()))
            }
            other => other.map_err(|d| text.back(&d, self.cells, self.cell, self.whole())),
        }?;
        let mut lets: BTreeMap<String, Expr> = found.lets.into_iter().collect();
        let mut expressions = Vec::with_capacity(places.len());
        for (k, span) in places.iter().enumerate() {
            let e = lets.remove(&answer_name(k)).ok_or_else(|| mistake(*span, "this has no value"))?;
            expressions.push(e);
        }
        let symbols = found.declared.into_iter().map(|d| d.symbol).collect();
        Ok(Read { expressions, symbols, lets, free: slice.free.iter().cloned().collect() })
    }

    /// An undeclared name that is close to a known one is a slip, not a new name.
    fn slips(&self, slice: &Slice) -> Result<(), Mistakes> {
        let source = self.source();
        let one = |name: &String| {
            let meant = self.graph.near(name)?;
            let at = source.find(name.as_str());
            let span = at.map_or(self.whole(), |k| Span { start: k, end: k + name.len() });
            let d = Diagnostic::error(span, format!("there is no `{name}` here"));
            Some(d.help(format!("did you mean `{meant}`? If not, declare `{name}`")))
        };
        let slips: Mistakes = slice.free.iter().filter_map(one).collect();
        if slips.is_empty() { Ok(()) } else { Err(slips) }
    }

    fn code(&self, watch: &mut Watch<'_>) -> Result<Vec<Shown>, Mistakes> {
        let (parsed, slice) = (self.parsed(), self.slice()?);
        let (mut places, mut pairs) = (Vec::new(), Vec::new());
        let mut first = Vec::new();
        for item in &parsed.items {
            first.push(places.len());
            if let Item::Asked { question, .. } = item {
                if let Question::Equal(..) = question {
                    pairs.push((places.len(), places.len() + 1));
                }
                places.extend(question.expressions());
            }
        }
        let most = self.limits.definitions;
        if parsed.items.len() > most {
            let words =
                format!("this cell has {} lines to answer, and the limit is {most}", parsed.items.len());
            return Err(mistake(self.whole(), words));
        }
        let read = self.read(&slice, &places, &pairs)?;
        let mut known = Known::new(self, &slice);
        let mut shown = Vec::new();
        for (k, (item, first)) in parsed.items.iter().zip(first).enumerate() {
            if watch.step(k, parsed.items.len()).is_break() {
                break;
            }
            match item {
                Item::Defined { name, parameters, value } => {
                    let arguments =
                        parameters.as_ref().map(|p| format!("({})", p.join(", "))).unwrap_or_default();
                    let name_latex =
                        latex_of(&format!("{name}{arguments}")).unwrap_or_else(|| latex_name(name));
                    let notes =
                        read.lets.get(name).map(|e| read.notes(std::slice::from_ref(e))).unwrap_or_default();
                    let (text, latex) = (print(value), latex(value));
                    shown.push(Shown::Formula(Formula {
                        name: format!("{name}{arguments}"),
                        name_latex,
                        text,
                        latex,
                        notes,
                    }));
                }
                Item::Given { name } => {
                    let tensor = known.get()?.values.get(name).cloned();
                    shown.extend(tensor.map(|tensor| {
                        Shown::Values(Values { name: name.clone(), tensor, notes: Vec::new() })
                    }));
                }
                Item::Asked { question, span } => {
                    let expressions = &read.expressions[first..first + question.expressions().len()];
                    match self.question(question, *span, expressions, &read, &mut known, watch) {
                        Ok(all) => shown.extend(all),
                        Err(mistakes) => shown.push(Shown::Failed(mistakes)),
                    }
                }
                Item::Problem { span } => shown.push(match self.solve(&slice, *span, watch) {
                    Ok(solved) => Shown::Solved(solved),
                    Err(mistakes) => Shown::Failed(mistakes),
                }),
            }
        }
        Ok(shown)
    }

    fn question(
        &self,
        question: &Question,
        span: Span,
        expressions: &[Expr],
        read: &Read,
        known: &mut Known<'_>,
        watch: &mut Watch<'_>,
    ) -> Result<Vec<Shown>, Mistakes> {
        for (e, at) in expressions.iter().zip(question.expressions()) {
            self.small(e, at)?;
        }
        let one = |s: Shown| Ok(vec![s]);
        match (question, expressions) {
            (Question::Show(at), [e]) => one(Shown::Formula(self.shown(*at, e, read))),
            (Question::Simplify(_), [e]) => {
                let simple = simplify(e);
                let notes = read.notes(std::slice::from_ref(&simple));
                one(Shown::Formula(Formula { notes, ..formula("", "", &simple) }))
            }
            (Question::Equal(..), [a, b]) => one(Shown::Verdict(judge(a, b, span, self.limits))),
            (Question::Derive { of, wrt, order }, [e]) => {
                let mut out = Vec::new();
                for x in self.variables(e, wrt, read, known, span)? {
                    let d = self.derivative(e, &x, *order, span)?;
                    let (name, name_latex) = self.derivative_name(*of, e, &x, *order);
                    let notes = read.notes(&[e.clone(), d.clone()]);
                    out.push(Shown::Formula(Formula { notes, ..formula(&name, &name_latex, &d) }));
                }
                Ok(out)
            }
            (Question::Check { of, wrt }, [e]) => {
                let mut out = Vec::new();
                for x in self.variables(e, wrt, read, known, span)? {
                    let d = self.derivative(e, &x, 1, span)?;
                    let (name, name_latex) = self.derivative_name(*of, e, &x, 1);
                    let mut check = check::check(e, &d, &x, self.limits, watch);
                    check.formula = formula(&name, &name_latex, &d);
                    out.push(Shown::Check(check));
                }
                Ok(out)
            }
            (Question::Explain { wrt, .. }, [e]) if wrt.is_empty() => {
                // As a function of all names that are not declared to be data or parameters.
                let is_variable =
                    |s: &Symbol| read.symbols.iter().any(|d| d.name == s.name && d.role == Role::Var);
                let varies = |s: &Arc<Symbol>| read.free.iter().any(|f| **f == *s.name) || is_variable(s);
                let names: Vec<String> =
                    e.symbols().iter().filter(|s| varies(s)).map(|s| s.name.to_string()).collect();
                one(Shown::Facts(facts(e, &names)))
            }
            (Question::Explain { wrt, .. }, [e]) => one(Shown::Facts(facts(e, wrt))),
            (Question::Eval { of, at }, [e]) => one(Shown::Values(self.eval(*of, e, at, known)?)),
            (Question::Plot { over, .. }, all) => {
                one(Shown::Figure(Box::new(self.plot(all, over, span, known, watch)?)))
            }
            _ => Err(mistake(span, "this question has another number of expressions")),
        }
    }

    /// The variables to differentiate by: those asked for, else the only one without a value.
    fn variables(
        &self,
        e: &Expr,
        wrt: &[String],
        read: &Read,
        known: &mut Known<'_>,
        span: Span,
    ) -> Result<Vec<Arc<Symbol>>, Mistakes> {
        let symbols = e.symbols();
        if wrt.is_empty() {
            let values = known.get()?;
            let open: Vec<_> =
                symbols.into_iter().filter(|s| !values.values.contains_key(&*s.name)).collect();
            return match open.as_slice() {
                [_] => Ok(open),
                [] => Err(mistake(span, "there is no variable to differentiate by")),
                several => {
                    let names: Vec<String> = several.iter().map(|s| format!("`{}`", s.name)).collect();
                    let d = Diagnostic::error(span, "which variable shall it be differentiated by?");
                    Err(vec![d.help(format!("write `wrt` and one of {}", names.join(", ")))])
                }
            };
        }
        wrt.iter()
            .map(|name| {
                let among = symbols.iter().find(|s| *s.name == **name).cloned();
                let declared =
                    || read.symbols.iter().find(|s| *s.name == **name).map(|s| Arc::new(s.clone()));
                among.or_else(declared).ok_or_else(|| {
                    let words = match read.lets.contains_key(name) {
                        true => format!("`{name}` is defined by a formula, so it is no variable"),
                        false => format!("there is no variable `{name}` in this expression"),
                    };
                    mistake(span, words)
                })
            })
            .collect()
    }

    fn derivative(&self, e: &Expr, x: &Symbol, order: usize, span: Span) -> Result<Expr, Mistakes> {
        let mut d = e.clone();
        for _ in 0..order {
            d = derivative(&d, x);
            self.small(&d, span)?;
        }
        Ok(d)
    }

    /// Is the expression small enough to work with?
    fn small(&self, e: &Expr, span: Span) -> Result<(), Mistakes> {
        let (nodes, most) = (postorder(std::slice::from_ref(e)), self.limits.nodes);
        if nodes.len() > most {
            let words = format!("this expression has {} parts, and the limit is {most}", nodes.len());
            return Err(mistake(span, words));
        }
        values::entries_of(&nodes, &|d| d.as_constant().and_then(|k| usize::try_from(k).ok()), self.limits)
            .map_err(|words| mistake(span, words))
    }

    /// What a derivative is called: `f by x`, and in LaTeX by the kind that it is.
    fn derivative_name(&self, of: Span, e: &Expr, x: &Symbol, order: usize) -> (String, String) {
        let text = text_of(self.source(), of);
        let x_latex = latex_name(&x.name);
        let name = parse_expression(text).0.filter(|a| matches!(a.node, AstNode::Name(_)));
        let (f, f_latex) = match &name {
            Some(ast) => (print(ast), latex(ast)),
            None => (String::new(), String::new()),
        };
        let words =
            format!("{f}{}by {}", if f.is_empty() { "" } else { " " }, vec![&*x.name; order].join(", "));
        let latex = match (e.is_scalar() && !x.shape.is_empty(), order) {
            (true, 1) => format!("\\nabla_{{{x_latex}}} {f_latex}"),
            (true, 2) => format!("\\nabla_{{{x_latex}}}^{{2}} {f_latex}"),
            (_, 1) => format!("\\frac{{\\partial {f_latex}}}{{\\partial {x_latex}}}"),
            _ => format!("\\frac{{\\partial^{{{order}}} {f_latex}}}{{\\partial {x_latex}^{{{order}}}}}"),
        };
        (words, latex)
    }

    /// An expression as it is written; of a name, what it stands for.
    fn shown(&self, at: Span, e: &Expr, read: &Read) -> Formula {
        let (ast, _) = parse_expression(text_of(self.source(), at));
        let notes = read.notes(std::slice::from_ref(e));
        match ast {
            Some(ast) => match &ast.node {
                AstNode::Name(n) => Formula { notes, ..formula(n, &latex_name(n), e) },
                _ => Formula { text: print(&ast), latex: latex(&ast), notes, ..Formula::default() },
            },
            None => formula("", "", e),
        }
    }

    /// The steps of a derivation, each judged.
    fn derivation(&self, watch: &mut Watch<'_>) -> Result<Vec<Line>, Mistakes> {
        let (parsed, slice) = (self.parsed(), self.slice()?);
        let Some(chain) = &parsed.chain else { return Ok(Vec::new()) };
        let places: Vec<Span> = chain.steps.iter().map(|s| s.expression()).collect();
        let plain = |k: usize| chain.steps[k].derive.is_none();
        let pairs: Vec<(usize, usize)> =
            (1..places.len()).filter(|k| plain(*k) && plain(k - 1)).map(|k| (k - 1, k)).collect();
        let read = self.read(&slice, &places, &pairs)?;
        let mut known = Known::new(self, &slice);
        let mut lines: Vec<Line> = Vec::new();
        let mut previous: Option<Expr> = None;
        for (k, step) in chain.steps.iter().enumerate() {
            if watch.step(k, chain.steps.len()).is_break() {
                break;
            }
            let e = &read.expressions[k];
            self.small(e, step.span)?;
            let written = self.shown(step.expression(), e, &read);
            let (e, formula) = match &step.derive {
                Some(Question::Derive { of, wrt, order }) => {
                    let [x] = &self.variables(e, wrt, &read, &mut known, step.span)?[..] else {
                        return Err(mistake(step.span, "a step has one derivative"));
                    };
                    let (name, _) = self.derivative_name(*of, e, x, *order);
                    let d = self.derivative(e, x, *order, step.span)?;
                    let by = latex_name(&x.name);
                    let power = if *order == 1 { String::new() } else { format!("^{{{order}}}") };
                    let latex = format!(
                        "\\frac{{\\partial{power}}}{{\\partial {by}{power}}}\\left({}\\right)",
                        written.latex
                    );
                    (
                        d,
                        Formula {
                            name,
                            latex,
                            text: format!(
                                "derive {}",
                                text_of(self.source(), step.span).trim_start_matches("derive").trim_start()
                            ),
                            ..written
                        },
                    )
                }
                _ => (e.clone(), written),
            };
            let verdict = previous.as_ref().map(|p| judge(p, &e, step.span, self.limits));
            let is_error = matches!(verdict, Some(Verdict::Error(_)));
            lines.push(Line { formula, reason: step.reason.clone(), verdict });
            if !is_error {
                previous = Some(e);
            }
        }
        Ok(lines)
    }
}

impl Read {
    /// The shapes of names that nothing declares, where they stand in the expressions.
    fn notes(&self, all: &[Expr]) -> Vec<String> {
        let mut shapes: Vec<String> = Vec::new();
        for s in all.iter().flat_map(Expr::symbols) {
            if self.free.iter().any(|f| **f == *s.name) {
                let shape = if s.shape.is_empty() { "a number".to_owned() } else { show_shape(&s.shape) };
                let note = format!("{} : {shape}", s.name);
                if !shapes.contains(&note) {
                    shapes.push(note);
                }
            }
        }
        if shapes.is_empty() { shapes } else { vec![format!("read as {}", shapes.join(", "))] }
    }
}

/// What is proved of an expression, as a function of these names.
fn facts(e: &Expr, wrt: &[String]) -> Vec<(String, String)> {
    let names: Vec<&str> = wrt.iter().map(String::as_str).collect();
    let facts = Facts::with_respect_to(e, &names);
    let told = [("interval", Fact::Interval), ("sign", Fact::Sign), ("curvature", Fact::Curvature)];
    let shape = if e.is_scalar() { "a number".to_owned() } else { show_shape(e.shape()) };
    let mut out = vec![("shape".to_owned(), shape)];
    out.extend(told.map(|(name, fact)| (name.to_owned(), facts.explain(e, fact))));
    // The others follow from the sign.
    let of_sign = [Property::Positive, Property::Nonneg];
    let others = facts.properties(e).iter().filter(|p| !of_sign.contains(p));
    out.extend(others.map(|p| ("property".to_owned(), facts.explain(e, Fact::Is(p)))));
    out
}

/// The formula of an expression.
fn formula(name: &str, name_latex: &str, e: &Expr) -> Formula {
    let ast = recognise(e);
    Formula {
        name: name.to_owned(),
        name_latex: name_latex.to_owned(),
        text: print(&ast),
        latex: latex(&ast),
        notes: Vec::new(),
    }
}

fn latex_of(text: &str) -> Option<String> {
    match parse_expression(text) {
        (Some(ast), m) if m.is_empty() => Some(latex(&ast)),
        _ => None,
    }
}

fn latex_name(name: &str) -> String {
    latex(&gradus_expr::syntax::Ast::name(name))
}

/// A size as a number, if it is one.
fn constant(d: &Dim) -> Option<usize> {
    d.as_constant().and_then(|k| usize::try_from(k).ok())
}
