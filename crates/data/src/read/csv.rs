//! Text tables of separated values: CSV (RFC 4180) and TSV.
//!
//! *Header.* The first row names the columns unless one of its cells is a number, `true` or `false`; then the columns
//! are named `c1`, `c2`, ... [`CsvSettings::header`] overrides this. An empty name in a header becomes `c` and its
//! place. *Cells.* Blanks around a cell are dropped; quoted cells may hold the separator, line breaks and doubled
//! quotes. *Missing.* The empty cell and the marks of [`CsvSettings::missing`] are missing values. *Lines.* Empty
//! lines are skipped, also in a file of one column: write `NA` there. A byte order mark is skipped. *Commas.* Where
//! semicolons separate the cells, as in files of countries that write 2,5 for 5/2, commas may be decimal.
//!
//! Cost: linear; columns of numbers are read in one pass over the rows, others in one more pass each.
//!
//! Source: RFC 4180 (2005), section 2.

use crate::error::{Error, Result};
use crate::read::cells::{self, Numbers};
use crate::table::{Lines, Table};

/// How a text table is laid out.
///
/// ```
/// use gradus_data::CsvSettings;
/// let table = CsvSettings { delimiter: b';', ..CsvSettings::default() }.read("a;b\n1;2\n")?;
/// assert_eq!(table.column("b")?, [2.0]);
/// # Ok::<(), gradus_data::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvSettings {
    /// What separates cells: a comma unless told otherwise.
    pub delimiter: u8,
    /// Whether the first row names the columns; `None` decides by its cells.
    pub header: Option<bool>,
    /// Whether numbers may have a decimal comma, `2,5`: they have it in columns whose cells are numbers only then.
    pub decimal_comma: bool,
    /// Cells that stand for a missing value, beside the empty one.
    pub missing: Vec<String>,
}

impl Default for CsvSettings {
    fn default() -> Self {
        let missing = ["NA", "N/A", "NaN", "nan", "NAN", "null", "NULL"];
        let missing = missing.map(str::to_owned).to_vec();
        Self { delimiter: b',', header: None, decimal_comma: false, missing }
    }
}

impl CsvSettings {
    /// The table written in this text.
    ///
    /// # Errors
    /// [`Error::Empty`] for a text without a row, [`Error::Ragged`] at the first row whose length differs,
    /// [`Error::DuplicateColumn`] for a name that a header repeats.
    pub fn read(&self, text: &str) -> Result<Table> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let records = self.records(text)?;
        let Some((_, first)) = records.first() else {
            return Err(Error::Empty { what: "the text has no rows".to_owned() });
        };
        let header = self.header.unwrap_or_else(|| !first.iter().any(|c| self.is_value(c.trim())));
        let names = first.iter().zip(1..).map(|(cell, place)| match cell.trim() {
            name if header && !name.is_empty() => name.to_owned(),
            _ => format!("c{place}"),
        });
        let rows = &records[usize::from(header)..];
        if rows.is_empty() {
            return Err(Error::Empty { what: "the text has a header and no rows".to_owned() });
        }
        let mut numbers: Vec<Numbers> = first.iter().map(|_| Numbers::new()).collect();
        for (_, row) in rows {
            row.iter().zip(&mut numbers).for_each(|(cell, column)| column.push(self.present(cell)));
        }
        let mut table = Table::default();
        for ((j, name), column) in names.enumerate().zip(numbers) {
            let cells = || rows.iter().map(|(_, row)| row.get(j).and_then(|cell| self.present(cell)));
            let (column, missing) = column
                .finish()
                .or_else(|| self.decimal_comma.then(|| with_points(cells()).finish())?)
                .unwrap_or_else(|| cells::words(&cells().collect::<Vec<_>>()));
            table.push(name, column, missing)?;
        }
        Ok(table.with_lines(Lines::new(rows.iter().map(|(line, _)| *line).collect())))
    }

    /// Every row with the line on which it begins, all of one length.
    fn records(&self, text: &str) -> Result<Vec<(u64, csv::StringRecord)>> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut lines = LineCounter::new(text);
        let mut records: Vec<(u64, csv::StringRecord)> = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| Error::Malformed { format: "CSV", problem: e.to_string() })?;
            let line = lines.first_text_from(record.position().map_or(0, csv::Position::byte));
            let expected = records.first().map_or(record.len(), |(_, first)| first.len());
            if record.len() != expected {
                return Err(Error::Ragged { line, expected, found: record.len() });
            }
            records.push((line, record));
        }
        Ok(records)
    }

    /// Whether a cell of the first row is a value rather than a name.
    fn is_value(&self, cell: &str) -> bool {
        let is_number = |text: &str| cells::number(text).is_some_and(f64::is_finite);
        is_number(cell)
            || cells::truth(cell).is_some()
            || self.decimal_comma && point(cell).is_some_and(|c| is_number(&c))
    }

    /// The cell without blanks around it, if it holds a value.
    fn present<'a>(&self, cell: &'a str) -> Option<&'a str> {
        let cell = cell.trim();
        (!cell.is_empty() && !self.missing.iter().any(|mark| mark == cell)).then_some(cell)
    }
}

/// The text with a decimal point where it has a decimal comma; nothing where a point separates thousands, or is
/// decimal itself.
fn point(cell: &str) -> Option<String> {
    (!cell.contains('.')).then(|| cell.replacen(',', ".", 1))
}

/// A column of numbers with decimal commas.
fn with_points<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> Numbers {
    let mut numbers = Numbers::new();
    cells.for_each(|cell| numbers.push(cell.map(|c| point(c).unwrap_or_default()).as_deref()));
    numbers
}

/// Counts lines up to increasing byte offsets.
struct LineCounter<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: u64,
    /// Whether some line may end with a carriage return alone.
    returns: bool,
}

impl<'a> LineCounter<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), offset: 0, line: 1, returns: text.contains('\r') }
    }

    /// The line of the first byte at or after `offset` that does not end a line (the reader skips empty lines).
    fn first_text_from(&mut self, offset: u64) -> u64 {
        let target = usize::try_from(offset).map_or(self.bytes.len(), |o| o.min(self.bytes.len()));
        if !self.returns && target > self.offset {
            self.line += self.bytes[self.offset..target].iter().filter(|&&b| b == b'\n').count() as u64;
            self.offset = target;
        }
        while let Some(&byte) = self.bytes.get(self.offset) {
            if self.offset >= target && byte != b'\n' && byte != b'\r' {
                break;
            }
            let carriage_return = byte == b'\r' && self.bytes.get(self.offset + 1) != Some(&b'\n');
            self.line += u64::from(byte == b'\n' || carriage_return);
            self.offset += 1;
        }
        self.line
    }
}
