//! The text form of the NIST files.
//!
//! Blocks begin in the first column with a word and a colon (`Model:`, `Data:`); nonlinear problems tabulate
//! `b1 = start start value sd`, linear ones `B0 value sd`, univariate ones name each statistic before a colon. The
//! last `Data:` line names the columns, and only rows of numbers follow. Line numbers that a file claims for its own
//! blocks are not trusted.

use super::{Certified, NistProblem, Procedure};
use crate::column::Column;
use crate::error::{Error, Result};
use crate::read::cells::number;
use crate::table::{Lines, Table};

const FORMAT: &str = "NIST data set";

pub(super) fn problem(text: &str) -> Result<NistProblem> {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    if lines.iter().all(|l| l.trim().is_empty()) {
        return Err(Error::Empty { what: "the text has no lines".to_owned() });
    }
    let head =
        lines.iter().rposition(|l| l.starts_with("Data:")).ok_or_else(|| malformed("no `Data:` line"))?;
    let procedure = procedure(&lines[..head])?;
    let data = data(&lines, head)?;
    let lines = &lines[..head];
    if let Some(stated) = observations(lines)
        && stated != data.n_rows()
    {
        return Err(malformed(format!("{} rows of data where {stated} are stated", data.n_rows())));
    }
    let (class, response, model) = model(lines);
    let (certified, starts) = match procedure {
        Procedure::NonlinearRegression => nonlinear(lines)?,
        Procedure::LinearRegression => (linear(lines), Vec::new()),
        Procedure::Univariate => (univariate(lines), Vec::new()),
    };
    if certified.is_empty() {
        return Err(malformed("no certified values"));
    }
    let analysis = analysis_of_variance(lines);
    let after = |label| labelled(lines, label).and_then(|t| last_number(&t));
    Ok(NistProblem {
        name: labelled(lines, "Dataset Name:")
            .and_then(|t| t.split_whitespace().next().map(str::to_owned))
            .ok_or_else(|| malformed("no `Dataset Name:` line"))?,
        procedure,
        level: level(lines),
        description: block(lines, "Description:"),
        reference: block(lines, "Reference:"),
        class,
        response,
        model,
        starts,
        certified,
        residual_sum_of_squares: after("Residual Sum of Squares:").or(analysis.map(|(_, s)| s)),
        residual_sd: after("Residual Standard Deviation:").or_else(|| after("Standard Deviation  ")),
        degrees_of_freedom: after("Degrees of Freedom:").map(|v| v as usize).or(analysis.map(|(d, _)| d)),
        r_squared: after("R-Squared"),
        data,
    })
}

fn malformed(problem: impl Into<String>) -> Error {
    Error::Malformed { format: FORMAT, problem: problem.into() }
}

/// A number as these files write it; Fortran's `D` exponents too.
fn value(token: &str) -> Option<f64> {
    number(token).or_else(|| number(&token.replace(['D', 'd'], "E")))
}

fn last_number(text: &str) -> Option<f64> {
    text.split_whitespace().next_back().and_then(value)
}

/// What follows the label on the first line that begins with it, blanks apart.
fn labelled(lines: &[&str], label: &str) -> Option<String> {
    lines.iter().find_map(|l| l.trim_start().strip_prefix(label)).map(|rest| rest.trim().to_owned())
}

/// The text from the line with this label to the next line that begins in the first column, on one line.
fn block(lines: &[&str], label: &str) -> String {
    let Some(start) = lines.iter().position(|l| l.starts_with(label)) else {
        return String::new();
    };
    let rest = lines[start + 1..].iter().take_while(|l| l.is_empty() || l.starts_with(char::is_whitespace));
    let first = lines[start][label.len()..].split_whitespace();
    first.chain(rest.flat_map(|l| l.split_whitespace())).collect::<Vec<_>>().join(" ")
}

fn procedure(lines: &[&str]) -> Result<Procedure> {
    let stated =
        labelled(lines, "Procedure:").or_else(|| labelled(lines, "Stat Category:")).unwrap_or_default();
    if stated.contains("Nonlinear") {
        Ok(Procedure::NonlinearRegression)
    } else if stated.contains("Linear") {
        Ok(Procedure::LinearRegression)
    } else if stated.contains("Univariate") || lines.iter().any(|l| l.starts_with("Sample Mean")) {
        Ok(Procedure::Univariate)
    } else {
        Err(Error::Unsupported { format: FORMAT, what: format!("the procedure `{stated}`") })
    }
}

/// The word before `Level of Difficulty`.
fn level(lines: &[&str]) -> String {
    lines
        .iter()
        .find_map(|l| l.split_once("Level of Difficulty"))
        .and_then(|(before, _)| before.split_whitespace().next_back())
        .unwrap_or_default()
        .to_owned()
}

/// The stated number of observations.
fn observations(lines: &[&str]) -> Option<usize> {
    if let Some(stated) = labelled(lines, "Number of Observations:") {
        return stated.parse().ok();
    }
    lines.iter().find_map(|l| l.trim().strip_suffix("Observations")?.trim().parse().ok())
}

/// Class, left side and right side of the model.
fn model(lines: &[&str]) -> (String, String, String) {
    let Some(start) = lines.iter().position(|l| l.starts_with("Model:")) else {
        return Default::default();
    };
    let end = |l: &&&str| {
        let l = l.to_ascii_lowercase();
        !l.contains("starting values") && !l.contains("certified")
    };
    let block: Vec<&str> = lines[start..].iter().take_while(end).map(|l| l.trim()).collect();
    let class = block[0].trim_start_matches("Model:").trim();
    let class = if class.contains("Class") { class.to_owned() } else { String::new() };
    // The equation is the first with a left side other than a constant's name.
    let first = block.iter().position(|l| l.split_once('=').is_some_and(|(left, _)| left.trim() != "pi"));
    let equation = first.map(|i| block[i..].join(" ")).unwrap_or_default();
    let Some((response, right)) = equation.split_once('=') else {
        return (class, String::new(), String::new());
    };
    let right = right.split_whitespace().collect::<Vec<_>>().join(" ");
    let right =
        right.strip_suffix("e").map(str::trim_end).and_then(|r| r.strip_suffix('+')).unwrap_or(&right);
    (class, response.trim().to_owned(), right.trim().to_owned())
}

/// Rows `name = start start ... value sd` after the heading of the table.
fn nonlinear(lines: &[&str]) -> Result<(Vec<Certified>, Vec<Vec<f64>>)> {
    let heading = |l: &&str| {
        let l = l.to_ascii_lowercase();
        (l.contains("starting values") || l.contains("certified values")) && !l.contains("(lines")
    };
    let first = lines.iter().position(heading).ok_or_else(|| malformed("no table of certified values"))?;
    let mut certified = Vec::new();
    let mut starts: Vec<Vec<f64>> = Vec::new();
    for (line, place) in lines.iter().zip(1..).skip(first + 1) {
        let Some((name, row)) = line.split_once('=') else { continue };
        let row: Option<Vec<f64>> = row.split_whitespace().map(value).collect();
        let Some([begin @ .., value, sd]) = row.as_deref() else {
            return Err(malformed(format!("line {place}: starts, a value and its deviation are expected")));
        };
        if certified.is_empty() {
            starts = vec![Vec::new(); begin.len()];
        } else if starts.len() != begin.len() {
            let problem = format!("line {place}: {} starts where {} are expected", begin.len(), starts.len());
            return Err(malformed(problem));
        }
        starts.iter_mut().zip(begin).for_each(|(start, v)| start.push(*v));
        certified.push(Certified { name: name.trim().to_owned(), value: *value, sd: Some(*sd) });
    }
    Ok((certified, starts))
}

/// Rows `name value sd`, where a name is a letter and a number.
fn linear(lines: &[&str]) -> Vec<Certified> {
    let parameter = |name: &str| {
        let digits = name.strip_prefix(['B', 'b']).unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let rows = lines.iter().map(|l| l.split_whitespace().collect::<Vec<_>>());
    rows.filter_map(|row| match row[..] {
        [name, estimate, sd] if parameter(name) => {
            Some(Certified { name: name.to_owned(), value: value(estimate)?, sd: Some(value(sd)?) })
        }
        _ => None,
    })
    .collect()
}

fn univariate(lines: &[&str]) -> Vec<Certified> {
    let labels = [
        ("Sample Mean", "mean"),
        ("Sample Standard Deviation", "sd"),
        ("Sample Autocorrelation", "autocorrelation"),
    ];
    let rows = labels.iter().filter_map(|(label, name)| {
        let value = last_number(&labelled(lines, label)?)?;
        Some(Certified { name: (*name).to_owned(), value, sd: None })
    });
    rows.collect()
}

/// Degrees of freedom and sum of squares of the residual, from a row `Residual df ss ms`.
fn analysis_of_variance(lines: &[&str]) -> Option<(usize, f64)> {
    let rows = lines.iter().map(|l| l.split_whitespace().collect::<Vec<_>>());
    rows.into_iter().find_map(|row| match row[..] {
        ["Residual", df, ss, ..] => Some((df.parse().ok()?, value(ss)?)),
        _ => None,
    })
}

/// The table below line `head`, which names the columns.
fn data(lines: &[&str], head: usize) -> Result<Table> {
    let mut rows: Vec<(u64, Vec<f64>)> = Vec::new();
    for (line, place) in lines.iter().zip(1u64..).skip(head + 1) {
        let line = line.trim();
        if line.chars().all(|c| c == '-') {
            continue;
        }
        let row: Option<Vec<f64>> = line.split_whitespace().map(value).collect();
        let row = row.ok_or_else(|| malformed(format!("line {place}: `{line}` is no row of numbers")))?;
        let expected = rows.first().map_or(row.len(), |(_, first)| first.len());
        if row.len() != expected {
            return Err(Error::Ragged { line: place, expected, found: row.len() });
        }
        rows.push((place, row));
    }
    let Some(width) = rows.first().map(|(_, first)| first.len()) else {
        return Err(Error::Empty { what: "no data follow the last `Data:` line".to_owned() });
    };
    let named: Vec<String> = lines[head]["Data:".len()..].split_whitespace().map(str::to_lowercase).collect();
    let default = |j: usize| match (j, width) {
        (0, _) => "y".to_owned(),
        (_, 2) => "x".to_owned(),
        _ => format!("x{j}"),
    };
    let mut table = Table::default();
    for j in 0..width {
        let name = if named.len() == width { named[j].clone() } else { default(j) };
        let values = rows.iter().map(|(_, row)| row[j]).collect();
        table.push(name, Column::Number(values), Default::default())?;
    }
    Ok(table.with_lines(Lines::new(rows.iter().map(|(line, _)| *line).collect())))
}
