//! Data sets that come with the crate, by name.
//!
//! Values are as published, not rescaled. Sources, licences and the script that extracts the sets stand in the folder
//! `datasets`. The NIST sets are named `nist/Misra1a`; their certified values are in [`crate::nist`].

use std::borrow::Cow;

use crate::column::Kind;
use crate::error::{Error, Result};
use crate::nist::{self, NistProblem};
use crate::read::{CsvSettings, gunzip, utf8};
use crate::spelling::nearest;
use crate::table::{Provenance, Table};

/// What is known about a bundled data set.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Info {
    /// The name to ask for.
    pub name: String,
    /// One line on what it is.
    pub title: String,
    /// Number of rows.
    pub rows: usize,
    /// Its columns.
    pub columns: Vec<ColumnInfo>,
    /// Who collected it, where it was published, and from which package it was extracted.
    pub source: String,
    /// The terms of use.
    pub licence: String,
}

/// What is known about a column of a bundled data set.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ColumnInfo {
    /// Name of the column.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// Unit of measurement, where there is one.
    pub unit: Option<String>,
    /// What it means.
    pub description: String,
}

struct Entry {
    name: &'static str,
    title: &'static str,
    rows: usize,
    source: &'static str,
    licence: &'static str,
    bytes: &'static [u8],
}

const SKLEARN: &str = "BSD-3-Clause, as part of scikit-learn 1.9.1";
const STATSMODELS: &str = "public domain, as stated by statsmodels 0.15.0";

static ENTRIES: &[Entry] = &[
    Entry {
        name: "iris",
        title: "Measurements of 150 irises of three species",
        rows: 150,
        source: "Fisher (1936), Annals of Eugenics 7(2); from scikit-learn 1.9.1",
        licence: SKLEARN,
        bytes: include_bytes!("../datasets/iris.csv"),
    },
    Entry {
        name: "wine",
        title: "Chemical analyses of wines from three cultivars of one region of Italy",
        rows: 178,
        source: "Forina et al. (1988), PARVUS; UCI Machine Learning Repository; from scikit-learn 1.9.1",
        licence: SKLEARN,
        bytes: include_bytes!("../datasets/wine.csv"),
    },
    Entry {
        name: "breast_cancer",
        title: "Cell nuclei in images of breast masses, malignant or benign (Wisconsin, diagnostic)",
        rows: 569,
        source: "Street, Wolberg and Mangasarian (1993); UCI Machine Learning Repository; from scikit-learn 1.9.1",
        licence: SKLEARN,
        bytes: include_bytes!("../datasets/breast_cancer.csv.gz"),
    },
    Entry {
        name: "diabetes",
        title: "Disease progression of 442 diabetes patients one year after baseline",
        rows: 442,
        source: "Efron, Hastie, Johnstone and Tibshirani (2004), Annals of Statistics 32(2); from scikit-learn 1.9.1",
        licence: SKLEARN,
        bytes: include_bytes!("../datasets/diabetes.csv"),
    },
    Entry {
        name: "digits",
        title: "Handwritten digits as images of 8 x 8 pixels",
        rows: 1797,
        source: "Alpaydin and Kaynak (1998), UCI Machine Learning Repository (test part); from scikit-learn 1.9.1",
        licence: SKLEARN,
        bytes: include_bytes!("../datasets/digits.csv.gz"),
    },
    Entry {
        name: "penguins",
        title: "Measurements of 344 penguins of three species near Palmer Station, Antarctica",
        rows: 344,
        source: "Gorman, Williams and Fraser (2014), PLoS ONE 9(3); Horst, Hill and Gorman (2020); \
                 from palmerpenguins 0.1.6",
        licence: "CC0-1.0",
        bytes: include_bytes!("../datasets/penguins.csv"),
    },
    Entry {
        name: "longley",
        title: "Employment in the United States 1947 to 1962: nearly collinear predictors",
        rows: 16,
        source: "Longley (1967), Journal of the American Statistical Association 62(319); from statsmodels 0.15.0",
        licence: STATSMODELS,
        bytes: include_bytes!("../datasets/longley.csv"),
    },
    Entry {
        name: "nile",
        title: "Annual discharge of the Nile at Aswan 1871 to 1970",
        rows: 100,
        source: "Cobb (1978), Biometrika 65(2); from statsmodels 0.15.0",
        licence: STATSMODELS,
        bytes: include_bytes!("../datasets/nile.csv"),
    },
    Entry {
        name: "engel",
        title: "Income and expenditure on food of 235 Belgian households of 1857",
        rows: 235,
        source: "Engel (1857); Koenker and Bassett (1982), Econometrica 50(1); from statsmodels 0.15.0",
        licence: STATSMODELS,
        bytes: include_bytes!("../datasets/engel.csv"),
    },
];

/// Kind, unit and meaning of every column: `dataset column kind unit description`, separated by tabs.
static COLUMNS: &str = include_str!("../datasets/columns.tsv");

/// The names of all bundled data sets.
///
/// ```
/// assert_eq!(gradus_data::bundled::names().count(), 9 + 46);
/// ```
pub fn names() -> impl Iterator<Item = Cow<'static, str>> {
    let own = ENTRIES.iter().map(|e| Cow::Borrowed(e.name));
    own.chain(nist::names().map(|n| Cow::Owned(format!("nist/{n}"))))
}

/// All bundled data sets with what is known about them.
pub fn list() -> Vec<Info> {
    names().filter_map(|name| info(&name).ok()).collect()
}

/// What is known about a bundled data set.
///
/// ```
/// let info = gradus_data::bundled::info("engel")?;
/// assert_eq!((info.rows, info.columns[0].unit.as_deref()), (235, Some("Belgian francs")));
/// # Ok::<(), gradus_data::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownDataset`] with the nearest name.
pub fn info(name: &str) -> Result<Info> {
    if let Some(short) = name.strip_prefix("nist/") {
        return nist::problem(short).map(|p| nist_info(&p));
    }
    let entry = find(name)?;
    Ok(Info {
        name: entry.name.to_owned(),
        title: entry.title.to_owned(),
        rows: entry.rows,
        columns: column_infos(entry.name),
        source: entry.source.to_owned(),
        licence: entry.licence.to_owned(),
    })
}

/// A bundled data set, by its name in any case.
///
/// ```
/// let penguins = gradus_data::bundled::table("penguins")?;
/// assert_eq!((penguins.n_rows(), penguins.n_columns()), (344, 8));
/// let error = gradus_data::bundled::table("pengiuns").unwrap_err();
/// assert_eq!(error.to_string(), "no bundled data set `pengiuns`; did you mean `penguins`?");
/// # Ok::<(), gradus_data::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownDataset`] with the nearest name.
pub fn table(name: &str) -> Result<Table> {
    if let Some(short) = name.strip_prefix("nist/") {
        return nist::problem(short).map(|p| p.data);
    }
    let entry = find(name)?;
    let unpacked;
    let bytes = if entry.bytes.starts_with(b"\x1f\x8b") {
        unpacked = gunzip(entry.bytes)?;
        &unpacked[..]
    } else {
        entry.bytes
    };
    let table = CsvSettings::default().read(utf8(bytes)?)?;
    Ok(table.with_provenance(Provenance {
        origin: entry.name.to_owned(),
        source: Some(entry.source.to_owned()),
        licence: Some(entry.licence.to_owned()),
    }))
}

fn find(name: &str) -> Result<&'static Entry> {
    ENTRIES.iter().find(|e| e.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let known: Vec<Cow<str>> = names().collect();
        // A NIST set may be asked for without its folder.
        let suggestion = nist::names()
            .find(|n| n.eq_ignore_ascii_case(name))
            .map(|n| format!("nist/{n}"))
            .or_else(|| nearest(name, known.iter().map(|n| &**n)));
        Error::UnknownDataset { name: name.to_owned(), suggestion }
    })
}

fn column_infos(dataset: &str) -> Vec<ColumnInfo> {
    let rows = COLUMNS.lines().map(|l| l.split('\t').collect::<Vec<_>>());
    rows.filter_map(|row| match row[..] {
        [set, name, kind, unit, description] if set == dataset => Some(ColumnInfo {
            name: name.to_owned(),
            kind: match kind {
                "integer" => Kind::Integer,
                "category" => Kind::Category,
                "boolean" => Kind::Boolean,
                "text" => Kind::Text,
                _ => Kind::Number,
            },
            unit: (!unit.is_empty()).then(|| unit.to_owned()),
            description: description.to_owned(),
        }),
        _ => None,
    })
    .collect()
}

fn nist_info(problem: &NistProblem) -> Info {
    let task = match problem.procedure {
        nist::Procedure::NonlinearRegression => "nonlinear regression",
        nist::Procedure::LinearRegression => "linear regression",
        nist::Procedure::Univariate => "univariate statistics",
    };
    let level = problem.level.to_lowercase();
    let provenance = problem.data.provenance();
    let columns = problem.data.iter().map(|(name, column, _)| ColumnInfo {
        name: name.to_owned(),
        kind: column.kind(),
        unit: None,
        description: if name == "y" { "response" } else { "predictor" }.to_owned(),
    });
    Info {
        name: provenance.origin.clone(),
        title: match level.as_str() {
            "" => format!("NIST {task} with certified values"),
            level => format!("NIST {task} with certified values, {level} difficulty"),
        },
        rows: problem.data.n_rows(),
        columns: columns.collect(),
        source: provenance.source.clone().unwrap_or_default(),
        licence: provenance.licence.clone().unwrap_or_default(),
    }
}
