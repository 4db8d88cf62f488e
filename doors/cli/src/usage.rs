//! Command lines that could not be read: what clap says, and what was probably meant.

use crate::formula::listed;
use crate::outcome::FAILED;
use crate::{Command, complain};
use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::process::ExitCode;

/// Help and versions are answers; everything else is a question that could not be read.
pub(crate) fn answer(e: &clap::Error) -> ExitCode {
    let _ = e.print();
    if matches!(e.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return ExitCode::SUCCESS;
    }
    let context = |kind| match e.get(kind) {
        Some(ContextValue::String(word)) => Some(word.as_str()),
        _ => None,
    };
    let help = match e.kind() {
        ErrorKind::UnknownArgument => context(ContextKind::InvalidArg).and_then(|word| {
            transposed(word)
                .map(|o| format!("did you mean `--{o}`?"))
                .or_else(|| known(word))
                .or_else(|| elsewhere(word))
                .or_else(|| left_over(word, &std::env::args().collect::<Vec<_>>()))
        }),
        ErrorKind::InvalidSubcommand => context(ContextKind::InvalidSubcommand).and_then(meant),
        _ => None,
    };
    if let Some(help) = help {
        complain(&format!("  = help: {help}\n"));
    }
    ExitCode::from(FAILED)
}

/// The option with the same letters in another order: a slip that is not found by counting common letters.
fn transposed(option: &str) -> Option<String> {
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    let word = option.strip_prefix("--")?;
    let wanted = letters(word);
    let command = Command::command();
    let all = command.get_subcommands().flat_map(|c| c.get_arguments()).filter_map(|a| a.get_long());
    all.map(str::to_owned).find(|long| letters(long) == wanted && long != word)
}

/// The commands that have the option.
fn elsewhere(option: &str) -> Option<String> {
    let word = option.strip_prefix("--")?;
    let command = Command::command();
    let has = |c: &&clap::Command| c.get_arguments().any(|a| a.get_long() == Some(word));
    let names: Vec<&str> = command.get_subcommands().filter(has).map(clap::Command::get_name).collect();
    (!names.is_empty()).then(|| format!("`--{word}` is an option of {}", listed(&names)))
}

/// What is done here with an option that other programs have.
fn known(option: &str) -> Option<String> {
    let word = option.trim_start_matches('-');
    match word {
        "latex" | "numpy" | "jax" | "rust" | "json" | "text" => {
            Some(format!("the form of the answer is chosen with `--format {word}`"))
        }
        "by" | "var" | "variable" | "variables" | "x" => {
            Some("the variable to differentiate by is named with `--wrt x`".to_owned())
        }
        "d" | "declare" => Some(
            "a problem file declares its own names; values are given with `--data name=source`".to_owned(),
        ),
        _ => None,
    }
}

/// What a word belongs to that stands alone after an option's value.
fn left_over(word: &str, args: &[String]) -> Option<String> {
    let at = args.iter().position(|a| a == word)?;
    let value = args.get(at.checked_sub(1)?)?;
    match args.get(at.checked_sub(2)?)?.as_str() {
        "--wrt" | "-w" => Some(format!("several names are separated by commas: `--wrt {value},{word}`")),
        "--data" | "-D" => Some(format!("a name and its value are joined by `=`: `--data {value}={word}`")),
        "--declare" | "-d" => Some(format!("a declaration with spaces needs quotes: `-d '{value} {word}'`")),
        _ => word.contains(['*', '+', '^', '/']).then(|| "a formula with spaces needs quotes".to_owned()),
    }
}

/// What somebody meant who left the command out, or named it in another way.
fn meant(word: &str) -> Option<String> {
    if word.ends_with(".gr") {
        return Some(format!("to solve a problem file: gradus solve {word}"));
    }
    let like_a_formula = word.contains(['(', '*', '^', '+', '/', '\'']);
    if like_a_formula {
        return Some(format!("to differentiate a formula: gradus derive \"{word}\" --wrt NAME"));
    }
    let words = match word {
        "diff" | "differentiate" | "grad" | "gradient" | "jacobian" | "d" => {
            "to differentiate: gradus derive EXPR --wrt x"
        }
        "hessian" => "the Hessian is the second derivative: gradus derive EXPR --wrt x --order 2",
        "minimize" | "minimise" | "maximize" | "optimize" | "optimise" | "fit" | "run" => {
            "to solve a problem file: gradus solve FILE"
        }
        "plot" | "draw" => "to draw a function: gradus eval EXPR --plot file.svg",
        "prove" | "compare" | "same" => "to compare two expressions: gradus equal EXPR EXPR",
        "calc" | "compute" | "evaluate" | "print" => "to compute a value: gradus eval EXPR --data x=3",
        "latex" | "convert" => "to write a formula in LaTeX: gradus simplify --keep EXPR --format latex",
        "convex" | "curvature" | "sign" | "shape" => "to ask what can be proved: gradus facts EXPR",
        "datasets" | "list" | "show" | "describe" => "the data sets: gradus data list, describe, show",
        _ => return None,
    };
    Some(words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_of_another_command_is_named_with_it() {
        assert_eq!(elsewhere("--order").as_deref(), Some("`--order` is an option of `derive` and `check`"));
        assert_eq!(elsewhere("--nothing"), None);
        // Not "did you mean" what was written.
        assert_eq!(transposed("--order"), None);
        assert_eq!(transposed("--toler"), None);
        assert_eq!(transposed("--lpot").as_deref(), Some("plot"));
    }

    #[test]
    fn a_word_left_over_is_put_where_it_belongs() {
        let args = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (line, word, help) in [
            ("gradus derive f --wrt x y", "y", Some("`--wrt x,y`")),
            ("gradus eval f --data x 3", "3", Some("`--data x=3`")),
            ("gradus derive f -d A symmetric", "symmetric", Some("`-d 'A symmetric'`")),
            ("gradus derive x + y*z", "y*z", Some("needs quotes")),
            ("gradus derive x y", "y", None),
        ] {
            let found = left_over(word, &args(line));
            let agrees = match (&found, help) {
                (Some(f), Some(h)) => f.contains(h),
                (f, h) => f.is_none() && h.is_none(),
            };
            assert!(agrees, "{line}: {found:?}");
        }
    }
}
