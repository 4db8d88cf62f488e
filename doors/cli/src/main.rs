//! The `gradus` command: each subcommand reads its question, asks the library, and prints the answer.

mod check;
mod completions;
mod curve;
mod data;
mod derive;
mod equal;
mod eval;
mod facts;
mod figure;
mod formula;
mod given;
mod kinks;
mod lab;
mod numbers;
mod outcome;
mod output;
mod simplify;
mod solve;
mod source;
mod table;
mod usage;

use clap::{Parser, Subcommand};
use outcome::{Answer, FAILED, Failure};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// Write the mathematics of machine learning once; derive it, check it, solve it, run it.
#[derive(Parser, Debug)]
#[command(name = "gradus", version, max_term_width = 100)]
#[command(after_help = "Examples:
  gradus derive 'norm2(A*x - b)^2' --wrt x        2*A'*(A*x - b)
  gradus check 'log(sum(exp(x)))' --wrt x         the derivative against a complex step
  gradus equal 'tr(A*B)' 'tr(B*A)'                Equal
  gradus eval 'mean(x)' --data x=@nile:volume     919.35
  gradus solve fit.gr                             a stated problem, solved
  gradus lab                                      the course and a workbench, in the browser
  gradus                                          an example, solved; then the Lab

Exit status, the same for every command:
  0  done, and the answer is yes (equal, agrees, solved)
  1  done, and the answer is no (different, disagrees, no solution, not a finite number)
  2  no answer was found (unknown, out of iterations)
  3  the question could not be read or carried out

Colour is used on terminals only, and never when NO_COLOR is set.")]
struct Command {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand, Debug)]
enum Action {
    Derive(derive::DeriveArgs),
    Check(check::CheckArgs),
    Equal(equal::EqualArgs),
    Solve(solve::SolveArgs),
    Eval(eval::EvalArgs),
    Simplify(simplify::SimplifyArgs),
    Facts(facts::FactsArgs),
    Data(data::DataCommand),
    Lab(lab::LabArgs),
    Completions(completions::CompletionsArgs),
}

fn main() -> ExitCode {
    let command = match Command::try_parse() {
        Ok(command) => command,
        Err(e) => return usage::answer(&e),
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let answer = run(command.action.as_ref(), &mut out).and_then(|a| Ok(out.flush().map(|()| a)?));
    match answer {
        Ok(answer) => answer.exit_code(),
        Err(Failure::Unread) => ExitCode::SUCCESS,
        Err(Failure::Said(text)) => {
            // What was written before the failure stands before it.
            let _ = out.flush();
            complain(&text);
            ExitCode::from(FAILED)
        }
    }
}

fn run(action: Option<&Action>, out: &mut dyn Write) -> Result<Answer, Failure> {
    match action {
        Some(Action::Derive(args)) => derive::run(args, out),
        Some(Action::Check(args)) => check::run(args, out),
        Some(Action::Equal(args)) => equal::run(args, out),
        Some(Action::Solve(args)) => solve::run(args, out),
        Some(Action::Eval(args)) => eval::run(args, out),
        Some(Action::Simplify(args)) => simplify::run(args, out),
        Some(Action::Facts(args)) => facts::run(args, out),
        Some(Action::Data(args)) => data::run(args, out),
        Some(Action::Lab(args)) => lab::run(args),
        Some(Action::Completions(args)) => completions::run(args, out),
        None => {
            solve::flagship(out)?;
            writeln!(
                out,
                "\nAnd here is the Lab, the course and a workbench in your browser (`gradus lab`):"
            )?;
            out.flush()?;
            lab::here()
        }
    }
}

/// Text on standard error; the words `error` and `help` in colour on a terminal.
fn complain(text: &str) {
    let quiet = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let coloured = !quiet && std::io::stderr().is_terminal();
    let shown = if !coloured {
        text.to_owned()
    } else {
        let paint = |line: &str| {
            for (word, colour) in
                [("error:", "1;31"), ("warning:", "1;33"), ("  = help:", "36"), (" = help:", "36")]
            {
                if let Some(rest) = line.strip_prefix(word) {
                    return format!("\x1b[{colour}m{word}\x1b[0m{rest}");
                }
            }
            line.to_owned()
        };
        text.split('\n').map(paint).collect::<Vec<_>>().join("\n")
    };
    // Nobody to tell if standard error is gone.
    let _ = std::io::stderr().write_all(shown.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use std::collections::BTreeMap;

    /// Every argument of every command, with the command's name.
    fn arguments() -> Vec<(String, clap::Arg)> {
        let mut open = vec![Command::command()];
        let mut found = Vec::new();
        while let Some(command) = open.pop() {
            found.extend(command.get_arguments().map(|a| (command.get_name().to_owned(), a.clone())));
            open.extend(command.get_subcommands().cloned());
        }
        found
    }

    #[test]
    fn an_option_has_the_same_short_form_and_place_in_every_command() {
        let mut by_long: BTreeMap<String, (Option<char>, Option<String>, String)> = BTreeMap::new();
        let mut by_short: BTreeMap<char, (String, String)> = BTreeMap::new();
        for (command, argument) in arguments() {
            let Some(long) = argument.get_long().map(str::to_owned) else { continue };
            let short = argument.get_short();
            let heading = argument.get_help_heading().map(str::to_owned);
            let (s, h, first) =
                by_long.entry(long.clone()).or_insert((short, heading.clone(), command.clone()));
            assert_eq!((*s, h.clone()), (short, heading), "--{long} of `{first}` and of `{command}`");
            if let Some(short) = short {
                let (l, first) = by_short.entry(short).or_insert((long.clone(), command.clone()));
                assert_eq!(*l, long, "-{short} of `{first}` and of `{command}`");
            }
        }
        for (long, short) in [("declare", 'd'), ("data", 'D'), ("format", 'f'), ("wrt", 'w')] {
            assert_eq!(by_long[long].0, Some(short), "--{long}");
        }
    }

    #[test]
    fn every_argument_is_described() {
        for (command, argument) in arguments() {
            assert!(argument.get_help().is_some(), "`{command}`: {}", argument.get_id());
        }
        Command::command().debug_assert();
    }
}
