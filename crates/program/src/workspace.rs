//! A bound program with its memory: set variables, run, read outputs.

use crate::kernel::{BLOCK, Scratch};
use crate::program::{Input, Item, Plan, Statistics};
use crate::step::{self, Factored};
use crate::{Error, Warning};
use gradus_expr::evaluate::{Bindings, EvaluateError};
use std::sync::{Arc, Mutex};

/// A program bound to data, with all the memory that it needs: running it allocates nothing, but for
/// factorisations and large matrix products. A clone shares the compiled program and has its own memory.
#[derive(Debug)]
pub struct Workspace {
    plan: Arc<Plan>,
    buffers: Vec<Vec<f64>>,
    scratch: Scratch,
    partial: Vec<f64>,
    slots: Vec<Option<Factored>>,
    /// Has each input a value?
    given: Vec<bool>,
    /// Is what depends on data alone up to date?
    fresh: bool,
    warnings_once: Vec<Warning>,
    warnings: Vec<Warning>,
}

impl Clone for Workspace {
    fn clone(&self) -> Self {
        Workspace {
            plan: self.plan.clone(),
            buffers: self.buffers.clone(),
            scratch: scratch(&self.plan),
            partial: self.partial.clone(),
            slots: self.slots.clone(),
            given: self.given.clone(),
            fresh: self.fresh,
            warnings_once: self.warnings_once.clone(),
            warnings: self.warnings.clone(),
        }
    }
}

/// Registers for every thread of the pool and for a caller outside of it.
fn scratch(plan: &Plan) -> Scratch {
    let registers = |i: &Item| match i {
        Item::Kernel(k) => k.registers,
        Item::Step(_) => 0,
    };
    let most = plan.once.iter().chain(&plan.each).map(registers).max().unwrap_or(0);
    (0..=rayon::current_num_threads()).map(|_| Mutex::new(vec![vec![0.0; BLOCK]; most])).collect()
}

impl Workspace {
    pub(crate) fn new(
        plan: Arc<Plan>,
        initial: Vec<(usize, Vec<f64>)>,
        bindings: &Bindings<f64>,
    ) -> Result<Workspace, Error> {
        let mut buffers: Vec<Vec<f64>> = plan.lengths.iter().map(|n| vec![0.0; *n]).collect();
        for (k, data) in initial {
            buffers[k] = data;
        }
        let mut given = vec![false; plan.inputs.len()];
        for (slot, input) in given.iter_mut().zip(&plan.inputs) {
            if let Some(t) = bindings.get(&input.name) {
                buffers[input.buffer].copy_from_slice(&t.data);
                *slot = true;
            }
        }
        let partial = |i: &Item| match i {
            Item::Kernel(k) => k.partial_total(),
            Item::Step(_) => 0,
        };
        let most = plan.once.iter().chain(&plan.each).map(partial).max().unwrap_or(0);
        let mut workspace = Workspace {
            scratch: scratch(&plan),
            partial: vec![0.0; most],
            slots: vec![None; plan.slots],
            buffers,
            given,
            fresh: false,
            warnings_once: Vec::new(),
            warnings: Vec::new(),
            plan,
        };
        workspace.refresh()?;
        Ok(workspace)
    }

    fn input(&self, name: &str) -> Result<(usize, &Input), Error> {
        self.plan.inputs.iter().enumerate().find(|(_, i)| i.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.plan.inputs.iter().map(|i| i.name.as_str()).collect();
            Error::UnknownName { what: "input", name: name.to_owned(), known: known.join(", ") }
        })
    }

    /// Sets the entries of an input, last index fastest. New data or parameters are allowed too; what depends on
    /// them is then computed again in the next run.
    ///
    /// # Errors
    /// [`Error::UnknownName`], [`Error::EntryCount`].
    pub fn set(&mut self, name: &str, values: &[f64]) -> Result<(), Error> {
        let (k, input) = self.input(name)?;
        let (buffer, is_variable) = (input.buffer, input.is_variable);
        if values.len() != self.buffers[buffer].len() {
            return Err(Error::EntryCount {
                name: name.to_owned(),
                expected: self.buffers[buffer].len(),
                shape: input.shape.clone(),
                given: values.len(),
            });
        }
        self.buffers[buffer].copy_from_slice(values);
        self.given[k] = true;
        self.fresh &= is_variable;
        Ok(())
    }

    /// The present entries of an input.
    pub fn get(&self, name: &str) -> Option<&[f64]> {
        self.input(name).ok().map(|(_, i)| self.buffers[i.buffer].as_slice())
    }

    /// The names and shapes of the variables.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &[usize])> {
        let variables = self.plan.inputs.iter().filter(|i| i.is_variable);
        variables.map(|i| (i.name.as_str(), i.shape.as_slice()))
    }

    /// The first entry of an input that is NaN or infinite, as an error.
    ///
    /// # Errors
    /// [`Error::NonFinite`].
    pub fn check_finite(&self) -> Result<(), Error> {
        for i in &self.plan.inputs {
            let data = &self.buffers[i.buffer];
            if let Some(p) = data.iter().position(|x| !x.is_finite()) {
                return Err(Error::NonFinite { name: i.name.clone(), position: p + 1, value: data[p] });
            }
        }
        Ok(())
    }

    /// Computes all outputs from the present inputs. What is not defined (a singular inverse, `log(-1)`) is NaN;
    /// [`Workspace::warnings`] tells which matrix operations were not.
    ///
    /// # Errors
    /// [`Error::Input`] for a variable that was never set, or a one-hot index out of range.
    pub fn run(&mut self) -> Result<(), Error> {
        if let Some(k) = self.given.iter().position(|g| !g) {
            return Err(EvaluateError::Unbound { name: self.plan.inputs[k].name.clone() }.into());
        }
        if !self.fresh {
            self.refresh()?;
        }
        self.warnings.clear();
        let plan = self.plan.clone();
        for item in &plan.each {
            match item {
                Item::Kernel(k) => k.run(&mut self.buffers, &self.scratch, &mut self.partial),
                Item::Step(s) => step::run(s, &mut self.buffers, &mut self.slots, &mut self.warnings)?,
            }
        }
        Ok(())
    }

    /// Computes what depends on data and parameters alone.
    fn refresh(&mut self) -> Result<(), Error> {
        self.warnings_once.clear();
        let plan = self.plan.clone();
        for item in &plan.once {
            match item {
                Item::Kernel(k) => k.run(&mut self.buffers, &self.scratch, &mut self.partial),
                Item::Step(s) => step::run(s, &mut self.buffers, &mut self.slots, &mut self.warnings_once)?,
            }
        }
        self.fresh = true;
        Ok(())
    }

    /// The entries of an output after the last run, last index fastest; `None` for an unknown name.
    pub fn output(&self, name: &str) -> Option<&[f64]> {
        let (_, view) = self.plan.outputs.iter().find(|(n, _)| n == name)?;
        let from = view.offset as usize;
        self.buffers[view.buffer].get(from..from + view.len())
    }

    /// The shape of an output.
    pub fn output_shape(&self, name: &str) -> Option<&[usize]> {
        let output = self.plan.outputs.iter().find(|(n, _)| n == name);
        output.map(|(_, view)| view.shape.as_slice())
    }

    /// The matrix operations that had no answer, in the data and in the last run; their results are NaN.
    pub fn warnings(&self) -> impl Iterator<Item = &Warning> {
        self.warnings_once.iter().chain(&self.warnings)
    }

    /// Counts of what a run does.
    pub fn statistics(&self) -> Statistics {
        self.plan.statistics()
    }

    /// What is done once and in each run, in words, a line for each kernel and step.
    pub fn explain(&self) -> String {
        self.plan.explain()
    }
}
