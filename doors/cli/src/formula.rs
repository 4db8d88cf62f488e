//! Formulas and declarations as they are given on the command line.

use crate::outcome::Failure;
use clap::Args;
use gradus::expr::syntax::{AstNode, Scope, parse_expression, print};
use gradus::expr::{Expr, Properties, Role, Symbol, recognise, show_shape};
use std::io::Read;
use std::sync::Arc;

/// Formulas longer than this are refused, so that endless input ends.
const LONGEST: u64 = 16 << 20;

/// `-d 'A : [n, n] symmetric'`
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Declarations {
    /// Declare names: shape, properties, range. May be repeated; several by `;`.
    #[arg(short = 'd', long = "declare", value_name = "DECL", help_heading = "Input")]
    pub(crate) declare: Vec<String>,
}

impl Declarations {
    /// The names declared.
    pub(crate) fn scope(&self) -> Result<Scope, Failure> {
        let mut scope = Scope::new();
        for text in &self.declare {
            scope.declare(text).map_err(|m| Failure::drawn(&m, text, "-d"))?;
        }
        Ok(scope)
    }
}

/// The text of an argument; `-` stands for what comes on standard input.
pub(crate) fn text(argument: &str) -> Result<String, Failure> {
    if argument != "-" {
        let option = argument.strip_prefix("--").filter(|w| w.starts_with(|c: char| c.is_ascii_alphabetic()));
        if let Some(word) = option {
            let f = Failure::new(format_args!("there is no option `--{word}`"));
            return Err(f.help("a formula that starts with two minus signs stands in parentheses: `(--x)`"));
        }
        return Ok(argument.to_owned());
    }
    let mut text = String::new();
    let failed = |e| Failure::new(format_args!("cannot read the formula from standard input: {e}"));
    std::io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > LONGEST {
        return Err(Failure::new(format_args!(
            "the formula on standard input is longer than {LONGEST} bytes"
        )));
    }
    Ok(text)
}

/// The expression that an argument stands for.
pub(crate) fn read(scope: &Scope, argument: &str) -> Result<Expr, Failure> {
    let text = text(argument)?;
    scope.expression(&text).map_err(|m| Failure::drawn(&m, &text, "EXPR"))
}

/// An expression in the notation that the commands read.
pub(crate) fn show(e: &Expr) -> String {
    print(&recognise(e))
}

/// The symbol that is to be differentiated by: one of the expression, or a declared one.
pub(crate) fn variable(e: &Expr, scope: &Scope, wrt: &str) -> Result<Arc<Symbol>, Failure> {
    let name = match parse_expression(wrt) {
        (Some(ast), mistakes) if mistakes.is_empty() => match &ast.node {
            AstNode::Name(name) => name.clone(),
            _ => {
                let f = Failure::new(format_args!("`--wrt` needs the name of a variable, not `{wrt}`"));
                return Err(f.help("several names are separated by commas: `--wrt A,x`"));
            }
        },
        (_, mistakes) => return Err(Failure::drawn(&mistakes, wrt, "--wrt")),
    };
    let symbols = e.symbols();
    if let Some(s) = symbols.iter().find(|s| *s.name == *name) {
        return Ok(s.clone());
    }
    if let Some(s) = scope.symbols().iter().find(|s| *s.name == *name) {
        return Ok(Arc::new(s.clone()));
    }
    let f = Failure::new(format_args!("there is no `{name}` in this expression"));
    Err(if symbols.iter().any(|s| s.dim_names().any(|d| d == name)) {
        f.help(format_args!("`{name}` is a size, and sizes have no derivatives"))
    } else if symbols.is_empty() {
        f.help("it has no variables at all")
    } else {
        let names: Vec<&str> = symbols.iter().map(|s| &*s.name).collect();
        f.help(format_args!("it has {}", listed(&names)))
    })
}

/// "`A`, `b` and `x`"
pub(crate) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The word that declares a role.
pub(crate) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Data => "data",
        Role::Param => "param",
        Role::Var => "var",
    }
}

/// The words that declare properties, without those that others imply.
pub(crate) fn property_words(s: &Symbol) -> Vec<&'static str> {
    let all: Vec<_> = s.properties.iter().collect();
    let implied = |p| all.iter().any(|q| *q != p && Properties::default().with(*q).has(p));
    all.iter().filter(|p| !implied(**p)).map(|p| p.word()).collect()
}

/// A symbol as it would be declared: `A : [n, n] symmetric`.
pub(crate) fn declaration(s: &Symbol) -> String {
    let mut out = format!("{} : {}", s.name, show_shape(&s.shape));
    for word in property_words(s) {
        out.push(' ');
        out.push_str(word);
    }
    out
}
