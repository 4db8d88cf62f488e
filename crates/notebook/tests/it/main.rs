//! What a user of the crate sees.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop where something is wrong")]

mod answers;
mod asking;
mod derivation;
mod document;
mod exports;
mod graph;
mod hostile;

use gradus_notebook::{Bundled, CellId, Document, Limits, Output, Session, Shown};
use std::sync::Arc;

/// A session on cells of code, named `a`, `b`, ....
fn session(cells: &[&str]) -> Session {
    let block = |(k, c): (usize, &&str)| format!("```gr id={}\n{c}\n```\n", (b'a' + k as u8) as char);
    let text: String = cells.iter().enumerate().map(block).collect();
    Session::new(Document::read(&text), Limits::default(), Arc::new(Bundled))
}

fn id(name: &str) -> CellId {
    CellId::new(name).unwrap()
}

/// The answers of a cell after a run.
fn shown(session: &mut Session, name: &str) -> Vec<Shown> {
    session.run(&mut ());
    match session.output(&id(name)) {
        Output::Results(all) => all.clone(),
        Output::Nothing => Vec::new(),
        other => panic!("{name}: {other:?}"),
    }
}

/// The answers of one cell alone.
fn answers(source: &str) -> Vec<Shown> {
    shown(&mut session(&[source]), "a")
}

/// The messages of a cell's mistakes, of the whole cell or of its lines.
fn mistakes(session: &mut Session, name: &str) -> Vec<String> {
    session.run(&mut ());
    match session.output(&id(name)) {
        Output::Error(all) => all.iter().map(|d| d.message.clone()).collect(),
        Output::Results(all) => {
            let failed = all.iter().filter_map(|s| if let Shown::Failed(d) = s { Some(d) } else { None });
            failed.flatten().map(|d| d.message.clone()).collect()
        }
        _ => Vec::new(),
    }
}
