//! `gradus data`: which data sets there are, and what is in them.

use crate::numbers;
use crate::outcome::{Answer, Failure, note};
use crate::output::{self, AnswerFormat};
use crate::table::{Align, table, wrapped};
use clap::{Args, Subcommand};
use gradus::data::bundled::{self, Info};
use gradus::data::{Column, Dataset, Missing, Provenance, Summary, Table};
use gradus::plot::{Format, Theme, figures, save};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Cells longer than this are cut.
const WIDEST: usize = 40;
/// Columns that are shown at first.
const COLUMNS: usize = 10;
/// Columns that are drawn, and groups that have colours.
const DRAWN: usize = 5;
const LEVELS: usize = 8;

/// Data sets: which are bundled, and what is in them or in a file.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  gradus data list
  gradus data describe penguins --plot penguins.svg
  gradus data show measurements.csv --rows 5
  gradus data show digits --columns 'pixel_1*'")]
pub(crate) struct DataCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Clone, Debug)]
enum What {
    /// The bundled data sets.
    List {
        /// Only sets whose name or title has this word.
        word: Option<String>,
        /// How the answer is written.
        #[arg(long, short, value_enum, value_name = "FORMAT", default_value_t)]
        format: AnswerFormat,
    },
    /// The columns of a data set with counts, moments and levels, its source and licence.
    Describe {
        /// A bundled set (`penguins` or `@penguins`) or a file.
        #[arg(value_name = "NAME_OR_FILE")]
        source: String,
        /// Draw the columns of numbers against one another in an .svg or .png file, coloured by the first category.
        #[arg(long, value_name = "FILE", help_heading = "Figure")]
        plot: Option<PathBuf>,
        /// How the answer is written.
        #[arg(long, short, value_enum, value_name = "FORMAT", default_value_t)]
        format: AnswerFormat,
    },
    /// The first rows.
    Show {
        /// A bundled set (`penguins` or `@penguins`) or a file.
        #[arg(value_name = "NAME_OR_FILE")]
        source: String,
        /// How many rows.
        #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
        rows: usize,
        /// Which columns; a name that ends in `*` stands for all that begin so.
        #[arg(long, value_name = "NAME", value_delimiter = ',')]
        columns: Vec<String>,
        /// How the answer is written.
        #[arg(long, short, value_enum, value_name = "FORMAT", default_value_t)]
        format: AnswerFormat,
    },
}

pub(crate) fn run(args: &DataCommand, out: &mut dyn Write) -> Result<Answer, Failure> {
    let text = match &args.what {
        What::List { word, format } => list(word.as_deref(), *format)?,
        What::Describe { source, plot, format } => {
            let (data, info) = open(source)?;
            if let Some(path) = plot {
                draw(&data, source, path)?;
            }
            describe(&data, info, *format)
        }
        What::Show { source, rows, columns, format } => show(source, *rows, columns, *format)?,
    };
    write!(out, "{text}")?;
    Ok(Answer::Yes)
}

/// A bundled set by its name, or a file.
fn open(source: &str) -> Result<(Dataset, Option<Info>), Failure> {
    let name = source.strip_prefix('@').unwrap_or(source);
    if !source.starts_with('@') && std::path::Path::new(source).exists() {
        return Ok((gradus::data::read(source)?, None));
    }
    let looks_like_a_file = name.contains(['/', '\\', '.']) && !name.starts_with("nist/");
    if !source.starts_with('@') && looks_like_a_file {
        return Ok((gradus::data::read(source)?, None));
    }
    match bundled::table(name) {
        Ok(t) => Ok((Dataset::Table(t), bundled::info(name).ok())),
        Err(e) => Err(Failure::new(e).help("`gradus data list` names all; a file is given by its path")),
    }
}

fn list(word: Option<&str>, format: AnswerFormat) -> Result<String, Failure> {
    let lower = word.map(str::to_lowercase);
    let fits = |i: &Info| {
        lower.as_ref().is_none_or(|w| i.name.to_lowercase().contains(w) || i.title.to_lowercase().contains(w))
    };
    let all: Vec<Info> = bundled::list().into_iter().filter(fits).collect();
    if format == AnswerFormat::Json {
        return Ok(output::pretty(&all.iter().map(json_info).collect()));
    }
    if all.is_empty() {
        let f = Failure::new(format_args!(
            "no bundled data set has `{}` in its name or title",
            word.unwrap_or_default()
        ));
        return Err(f.help("`gradus data list` names all"));
    }
    let (nist, own): (Vec<&Info>, Vec<&Info>) = all.iter().partition(|i| i.name.starts_with("nist/"));
    let row =
        |i: &&Info| vec![i.name.clone(), i.rows.to_string(), i.columns.len().to_string(), i.title.clone()];
    let headings =
        [("name", Align::Left), ("rows", Align::Right), ("columns", Align::Right), ("title", Align::Left)];
    if word.is_some() {
        return Ok(table(&headings, &all.iter().map(|i| row(&i)).collect::<Vec<_>>()));
    }
    let mut out = table(&headings, &own.iter().map(row).collect::<Vec<_>>());
    let names: Vec<String> = nist.iter().map(|i| i.name.clone()).collect();
    out.push_str(&format!(
        "\n{} NIST reference sets with certified values (`gradus data list nist` for titles):\n",
        names.len()
    ));
    out.push_str(&wrapped(&names, 96, "  "));
    Ok(out)
}

fn json_info(i: &Info) -> Value {
    let column = |c: &bundled::ColumnInfo| json!({ "name": c.name, "kind": c.kind.to_string(), "unit": c.unit, "description": c.description });
    json!({
        "name": i.name, "title": i.title, "rows": i.rows,
        "columns": i.columns.iter().map(column).collect::<Vec<_>>(),
        "source": i.source, "licence": i.licence,
    })
}

/// The columns against one another: those of numbers that vary, at most [`DRAWN`] of them.
fn draw(data: &Dataset, name: &str, path: &Path) -> Result<(), Failure> {
    Format::of(path)?;
    let Some(t) = data.table() else {
        return Err(Failure::new("a figure is drawn of a table, and these are arrays"));
    };
    let varies =
        |v: &[f64]| v.iter().filter(|x| !x.is_nan()).any(|x| v.first().is_some_and(|first| x != first));
    let columns: Vec<(&str, Vec<f64>)> =
        t.iter().filter_map(|(name, column, missing)| Some((name, numbers_of(column, missing)?))).collect();
    let columns: Vec<(&str, &[f64])> = columns.iter().map(|(n, v)| (*n, v.as_slice())).collect();
    let shown: Vec<(&str, &[f64])> = columns.iter().copied().filter(|(_, v)| varies(v)).take(DRAWN).collect();
    if shown.is_empty() {
        return Err(Failure::new(format_args!("`{name}` has no column of numbers that vary")));
    }
    let few = |s: &&Summary| (2..=LEVELS).contains(&s.levels.len());
    let groups: Vec<String> = match t.describe().iter().find(few).and_then(|s| t.get(&s.name)) {
        Some((column, missing)) => (0..t.n_rows())
            .map(|i| if missing.at(i) { "missing".to_owned() } else { column.text(i) })
            .collect(),
        None => Vec::new(),
    };
    let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
    let mut figure = figures::pairs(&shown, &groups);
    name.trim_start_matches('@').clone_into(&mut figure.title);
    let left_out = columns.len() - shown.len();
    if left_out > 0 {
        figure = figure.subtitle(format!("{} of {} columns of numbers", shown.len(), columns.len()));
    }
    save(&figure, path, Theme::Auto)?;
    note(&format!("wrote {}", path.display()));
    Ok(())
}

/// A column as numbers, NaN where a value is missing; none if it holds no numbers.
fn numbers_of(column: &Column, missing: &Missing) -> Option<Vec<f64>> {
    let at = |(i, x): (usize, f64)| if missing.at(i) { f64::NAN } else { x };
    match column {
        Column::Number(v) => Some(v.iter().copied().enumerate().map(at).collect()),
        Column::Integer(v) => Some(v.iter().map(|k| *k as f64).enumerate().map(at).collect()),
        _ => None,
    }
}

fn describe(data: &Dataset, info: Option<Info>, format: AnswerFormat) -> String {
    let Some(t) = data.table() else { return arrays(data, format) };
    let summaries = t.describe();
    if format == AnswerFormat::Json {
        let value = json!({
            "rows": t.n_rows(),
            "columns": summaries.iter().map(json_summary).collect::<Vec<_>>(),
            "provenance": json_provenance(t.provenance()),
        });
        return output::pretty(&value);
    }
    let mut out = String::new();
    if let Some(i) = &info {
        out.push_str(&format!("{}: {}\n", i.name, i.title));
    }
    out.push_str(&format!("{} rows, {} columns\n", t.n_rows(), t.n_columns()));
    let said = |label: &str, words: &Option<String>| {
        words.as_ref().map_or_else(String::new, |w| format!("{label}: {w}\n"))
    };
    out.push_str(&said("source", &t.provenance().source));
    out.push_str(&said("licence", &t.provenance().licence));
    out.push('\n');
    out.push_str(&summary_table(&summaries));
    if let Some(i) = info.filter(|i| !i.name.starts_with("nist/") && i.columns.len() <= 40) {
        let rows: Vec<Vec<String>> = i
            .columns
            .iter()
            .map(|c| vec![c.name.clone(), c.unit.clone().unwrap_or_default(), c.description.clone()])
            .collect();
        out.push('\n');
        out.push_str(&table(
            &[("column", Align::Left), ("unit", Align::Left), ("meaning", Align::Left)],
            &rows,
        ));
    }
    out
}

fn summary_table(summaries: &[Summary]) -> String {
    let mut rows = Vec::new();
    for s in summaries {
        let mut row = vec![s.name.clone(), s.kind.to_string(), s.count.to_string(), s.missing.to_string()];
        match (&s.moments, s.levels.is_empty()) {
            (_, false) => {
                let levels: Vec<String> =
                    s.levels.iter().take(6).map(|(l, n)| format!("{l} ({n})")).collect();
                let more = if s.levels.len() > 6 {
                    format!(", ... {} levels", s.levels.len())
                } else {
                    String::new()
                };
                row.extend(std::iter::repeat_n(String::new(), 5));
                row.push(levels.join(", ") + &more);
            }
            (Some(m), true) => {
                let r = |x: f64| numbers::rounded(x, 5);
                row.extend([r(m.mean), m.sd.map_or_else(String::new, r), r(m.min), r(m.median), r(m.max)]);
            }
            (None, true) => {}
        }
        rows.push(row);
    }
    let right = Align::Right;
    let mut headings = vec![
        ("column", Align::Left),
        ("kind", Align::Left),
        ("count", right),
        ("missing", right),
        ("mean", right),
        ("sd", right),
        ("min", right),
        ("median", right),
        ("max", right),
    ];
    if summaries.iter().any(|s| !s.levels.is_empty()) {
        headings.push(("levels", Align::Left));
    }
    table(&headings, &rows)
}

fn json_summary(s: &Summary) -> Value {
    let moments = s.moments.map(|m| {
        json!({
            "mean": m.mean, "sd": m.sd, "min": m.min, "q1": m.q1, "median": m.median, "q3": m.q3, "max": m.max,
        })
    });
    json!({
        "name": s.name, "kind": s.kind.to_string(), "count": s.count, "missing": s.missing, "moments": moments,
        "levels": s.levels.iter().map(|(l, n)| json!({ "level": l, "count": n })).collect::<Vec<_>>(),
    })
}

fn json_provenance(p: &Provenance) -> Value {
    json!({ "origin": p.origin, "source": p.source, "licence": p.licence })
}

/// What an archive of arrays holds.
fn arrays(data: &Dataset, format: AnswerFormat) -> String {
    let Dataset::Arrays(arrays) = data else { return String::new() };
    if format == AnswerFormat::Json {
        let one = |(name, a): (&str, &gradus::data::Array)| json!({ "name": name, "shape": a.shape() });
        return output::pretty(&json!({ "arrays": arrays.iter().map(one).collect::<Vec<_>>() }));
    }
    let rows: Vec<Vec<String>> = arrays
        .iter()
        .map(|(name, a)| {
            let finite = || a.values().iter().copied().filter(|x| x.is_finite());
            let least = finite().fold(f64::INFINITY, f64::min);
            let most = finite().fold(f64::NEG_INFINITY, f64::max);
            let shown = |x: f64| if x.is_finite() { numbers::rounded(x, 5) } else { String::new() };
            vec![name.to_owned(), format!("{:?}", a.shape()), shown(least), shown(most)]
        })
        .collect();
    let right = Align::Right;
    table(&[("array", Align::Left), ("shape", Align::Left), ("min", right), ("max", right)], &rows)
}

fn show(source: &str, rows: usize, columns: &[String], format: AnswerFormat) -> Result<String, Failure> {
    let (data, _) = open(source)?;
    let Some(t) = data.table() else {
        if let Ok(a) = data.only() {
            return Ok(match format {
                AnswerFormat::Text => format!("{}\n", numbers::show(a.shape(), a.values(), 6)),
                AnswerFormat::Json => output::pretty(&json!({
                    "shape": a.shape(), "value": numbers::nested(a.shape(), a.values()),
                })),
            });
        }
        return Ok(arrays(&data, format));
    };
    let asked: Vec<&str> = columns.iter().map(|c| c.trim()).collect();
    let mut names: Vec<&str> = if asked.is_empty() { t.names().collect() } else { t.expand(&asked)? };
    if let Some(unknown) = names.iter().find(|n| t.get(n).is_none()) {
        // The reader's own words, with the nearest name.
        t.codes(unknown)?;
    }
    let count = rows.min(t.n_rows());
    if format == AnswerFormat::Json {
        let row = |i: usize| {
            names.iter().map(|n| ((*n).to_owned(), json_cell(t, n, i))).collect::<serde_json::Map<_, _>>()
        };
        return Ok(output::pretty(&(0..count).map(|i| Value::Object(row(i))).collect()));
    }
    let left_out = if asked.is_empty() { names.len().saturating_sub(COLUMNS) } else { 0 };
    names.truncate(names.len() - left_out);
    let cells = (0..count)
        .map(|i| {
            let row = names.iter().map(|n| cell(t, n, i));
            std::iter::once((i + 1).to_string()).chain(row).collect()
        })
        .collect::<Vec<Vec<String>>>();
    let align = |n: &&str| match t.get(n).map(|c| c.0) {
        Some(Column::Number(_) | Column::Integer(_)) => Align::Right,
        _ => Align::Left,
    };
    let headings: Vec<(&str, Align)> =
        std::iter::once(("row", Align::Right)).chain(names.iter().map(|n| (*n, align(n)))).collect();
    let mut out = table(&headings, &cells);
    let mut more = Vec::new();
    if t.n_rows() > count {
        more.push(format!("{} more rows", t.n_rows() - count));
    }
    if left_out > 0 {
        more.push(format!("{left_out} more columns (choose with --columns)"));
    }
    if !more.is_empty() {
        out.push_str(&format!("... {}\n", more.join(", ")));
    }
    Ok(out)
}

fn cell(t: &Table, name: &str, i: usize) -> String {
    let Some((column, missing)) = t.get(name) else { return String::new() };
    if missing.at(i) {
        return "-".to_owned();
    }
    let clean: String = column.text(i).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if clean.chars().count() <= WIDEST {
        clean
    } else {
        clean.chars().take(WIDEST - 1).chain(['…']).collect()
    }
}

fn json_cell(t: &Table, name: &str, i: usize) -> Value {
    let Some((column, missing)) = t.get(name) else { return Value::Null };
    if missing.at(i) {
        return Value::Null;
    }
    match column {
        Column::Number(v) => json!(v.get(i)),
        Column::Integer(v) => json!(v.get(i)),
        Column::Boolean(v) => json!(v.get(i)),
        Column::Category { .. } | Column::Text(_) => json!(column.text(i)),
    }
}
