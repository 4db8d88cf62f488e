//! `gradus lab`: the Lab, a page on this machine with the course and a workbench.

use crate::outcome::{Answer, Failure};
use std::io::IsTerminal;
use std::path::PathBuf;

/// Opens the Lab, a page on this machine with the course and a workbench.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  gradus lab                          in the browser, documents below this folder
  gradus lab --no-open --port 8137    prints the address, which works once
  gradus lab --dir notes --watch      lessons in notes/lessons are read again when they are saved

Nothing leaves the machine: the Lab answers to 127.0.0.1 only. Ctrl-C stops it.")]
pub(crate) struct LabArgs {
    /// Prints the address and opens no browser
    #[arg(long)]
    no_open: bool,
    /// The port of 127.0.0.1 to answer at; 0 is any free one
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// The folder below which documents lie
    #[arg(long, value_name = "FOLDER", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// Reads the lessons of the folder, again whenever they are saved
    #[arg(long)]
    watch: bool,
}

/// The Lab of the current folder, as without arguments; in a script, which has no terminal, no browser is opened.
pub(crate) fn here() -> Result<Answer, Failure> {
    let no_open = !std::io::stdout().is_terminal();
    run(&LabArgs { no_open, port: 0, dir: PathBuf::from("."), watch: false })
}

pub(crate) fn run(args: &LabArgs) -> Result<Answer, Failure> {
    let settings = gradus_lab::Settings {
        open: !args.no_open,
        port: (args.port != 0).then_some(args.port),
        folder: args.dir.clone(),
        cache: gradus_lab::cache_folder(),
        watch: args.watch,
    };
    gradus_lab::run(&settings).map_err(|e| Failure::Said(format!("error: {e}\n")))?;
    Ok(Answer::Yes)
}
