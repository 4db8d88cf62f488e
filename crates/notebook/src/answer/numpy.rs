//! A cell as code in NumPy, for a notebook of Jupyter.

use super::values::Known;
use super::{Mistakes, Place, Read};
use crate::parsed::{Item, text_of};
use crate::python;
use crate::question::Question;
use gradus_expr::Expr;
use gradus_expr::evaluate::Tensor;
use gradus_expr::print::{arguments, numpy};
use gradus_expr::sample::size_names;
use std::collections::BTreeMap;

/// The most numbers that are written into a program.
const MOST: usize = 20_000;

/// A part of an exported cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Code in Python.
    Code(String),
    /// What has no code here, and why.
    Words(String),
}

impl Place<'_> {
    /// The values of data and parameters in this cell, as assignments.
    pub(crate) fn given_in_python(&self) -> Vec<Written> {
        let names: Vec<&String> = self
            .parsed()
            .items
            .iter()
            .filter_map(|i| if let Item::Given { name } = i { Some(name) } else { None })
            .collect();
        if names.is_empty() {
            return Vec::new();
        }
        let found = self.slice().and_then(|slice| Known::new(self, &slice).get().cloned());
        let Ok(bound) = found else {
            return vec![Written::Words("The data of this cell could not be read.".into())];
        };
        let mut out = Vec::new();
        for name in names {
            let Some(t) = bound.values.get(name) else { continue };
            out.push(match t.data.len() {
                n if n > MOST => Written::Words(format!(
                    "`{name}` has {n} entries; load it here as `{}`.",
                    python::name(name)
                )),
                _ => Written::Code(format!("{} = {}", python::name(name), python::value(t))),
            });
        }
        out
    }

    /// What the cell asks, as functions and calls.
    pub(crate) fn in_python(&self) -> Result<Vec<Written>, Mistakes> {
        let (parsed, slice) = (self.parsed(), self.slice()?);
        let mut places = Vec::new();
        let mut first = Vec::new();
        for item in &parsed.items {
            first.push(places.len());
            if let Item::Asked { question, .. } = item {
                places.extend(question.expressions());
            }
        }
        let read = self.read(&slice, &places, &[])?;
        let mut known = Known::new(self, &slice);
        let mut out = Vec::new();
        for (k, (item, first)) in parsed.items.iter().zip(first).enumerate() {
            match item {
                Item::Given { .. } => {}
                Item::Defined { name, parameters: None, .. } => {
                    if let Some(e) = read.lets.get(name) {
                        out.push(Written::Code(numpy(e, &python::name(name), &arguments(e))));
                    }
                }
                Item::Defined { name, .. } => {
                    out.push(Written::Words(format!("`{name}` is written out where it is used.")))
                }
                Item::Problem { .. } => out.push(Written::Words(
                    "This problem is solved by gradus; NumPy has no solver for it.".into(),
                )),
                Item::Asked { question, .. } => {
                    let e = &read.expressions[first];
                    out.extend(self.asked_in_python(
                        question,
                        e,
                        &format!("{}", k + 1),
                        &read,
                        &mut known,
                    )?);
                }
            }
        }
        Ok(out)
    }

    fn asked_in_python(
        &self,
        question: &Question,
        e: &Expr,
        k: &str,
        read: &Read,
        known: &mut Known<'_>,
    ) -> Result<Vec<Written>, Mistakes> {
        let words = |w: &str| Ok(vec![Written::Words(w.to_owned())]);
        match question {
            Question::Show(_) => Ok(vec![Written::Code(numpy(e, &format!("expression_{k}"), &arguments(e)))]),
            Question::Simplify(_) => {
                let simple = gradus_expr::simplify(e);
                Ok(vec![Written::Code(numpy(&simple, &format!("simplified_{k}"), &arguments(e)))])
            }
            Question::Derive { of, wrt, order } => {
                let mut out = Vec::new();
                for x in self.variables(e, wrt, read, known, *of)? {
                    let d = self.derivative(e, &x, *order, *of)?;
                    let name = format!("derivative_{k}_by_{}", python::name(&x.name));
                    out.push(Written::Code(numpy(&d, &name, &arguments(e))));
                }
                Ok(out)
            }
            Question::Eval { of, at } => {
                let mut given: BTreeMap<&str, Tensor<f64>> = BTreeMap::new();
                for (name, span) in at {
                    given.insert(name, self.constant_value(*span)?);
                }
                let function = format!("value_{k}");
                let code = numpy(e, &function, &arguments(e));
                match self.call(&function, &code, e, &given, known)? {
                    Some(call) => Ok(vec![Written::Code(format!("{code}\n\n{call}"))]),
                    None => words(&format!(
                        "`{}` needs values that are not in this notebook.",
                        text_of(self.source(), *of)
                    )),
                }
            }
            Question::Equal(..) => {
                words("Whether two expressions are equal is decided by gradus; NumPy compares numbers only.")
            }
            Question::Check { .. } => words("A derivative is checked by gradus."),
            Question::Explain { .. } => words("What is proved of an expression is known to gradus."),
            Question::Plot { .. } => words("This figure is drawn by gradus."),
        }
    }

    /// The call of a printed function: its arguments are the symbols in their order, then sizes.
    fn call(
        &self,
        function: &str,
        code: &str,
        e: &Expr,
        given: &BTreeMap<&str, Tensor<f64>>,
        known: &mut Known<'_>,
    ) -> Result<Option<String>, Mistakes> {
        let bound = known.get()?;
        let mut values = Vec::new();
        for s in arguments(e) {
            match (given.get(&*s.name), bound.values.contains_key(&*s.name)) {
                (Some(t), _) => values.push(python::value(&super::values::of_rank(t.clone(), s.shape.len()))),
                (None, true) => values.push(python::name(&s.name)),
                (None, false) => return Ok(None),
            }
        }
        let head = code.lines().find_map(|l| l.strip_prefix(&format!("def {function}(")));
        let count = head
            .and_then(|h| h.strip_suffix("):"))
            .map_or(0, |list| list.split(", ").filter(|a| !a.is_empty()).count());
        if count > values.len() {
            let bindings = self.bindings(e, bound);
            let sizes = bindings.sizes(&e.symbols()).ok();
            for name in size_names(std::slice::from_ref(e)) {
                let listed = head.is_some_and(|h| h.trim_end_matches("):").split(", ").any(|a| a == name));
                if !listed {
                    continue;
                }
                match (given.get(name.as_str()), sizes.as_ref().and_then(|s| s.get(&name))) {
                    (Some(t), _) => {
                        values.push(t.data.first().map_or_else(String::new, |n| format!("{n:.0}")))
                    }
                    (None, Some(n)) => values.push(n.to_string()),
                    (None, None) => return Ok(None),
                }
            }
        }
        Ok((count == values.len()).then(|| format!("{function}({})", values.join(", "))))
    }
}
