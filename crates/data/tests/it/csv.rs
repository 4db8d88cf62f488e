use gradus_data::{Column, CsvSettings, Error, Format, Kind, Table, read, read_str};

fn table(text: &str) -> Table {
    CsvSettings::default().read(text).unwrap()
}

fn message(text: &str) -> String {
    read_str(text, Format::Csv).unwrap_err().to_string()
}

#[test]
fn a_first_row_with_a_number_is_data() {
    assert_eq!(table("a,b\n1,2\n").names().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(table("1,b\n1,2\n").names().collect::<Vec<_>>(), ["c1", "c2"]);
    assert_eq!(table("1,2\n3,4\n").n_rows(), 2);
    assert_eq!(table(",a\n0,1.5\n").names().collect::<Vec<_>>(), ["c1", "a"]);
    let settings = CsvSettings { header: Some(false), ..CsvSettings::default() };
    assert_eq!(settings.read("a,b\nc,d\n").unwrap().n_rows(), 2);
    let settings = CsvSettings { header: Some(true), ..CsvSettings::default() };
    assert_eq!(settings.read("2019,2020\n1,2\n").unwrap().column("2020").unwrap(), [2.0]);
}

#[test]
fn kinds_are_inferred_column_by_column() {
    let t = table("i,x,s,t,b,m\n1,0.5,u,p,true,\n-2,1e3,v,q,FALSE,NA\n3,.25,u,r,True,NaN\n");
    let kinds: Vec<Kind> = t.iter().map(|(_, c, _)| c.kind()).collect();
    assert_eq!(kinds, [Kind::Integer, Kind::Number, Kind::Category, Kind::Text, Kind::Boolean, Kind::Number]);
    assert_eq!(t.column("b").unwrap(), [1.0, 0.0, 1.0]);
    assert_eq!(t.get("m").unwrap().1.count(), 3);
}

#[test]
fn commas_are_decimal_between_semicolons() {
    let read = |text: &str| read_str(text, Format::Csv).unwrap().table().unwrap().clone();
    let t = read("x;y;z;w\n1,5;2;1,2;1.5\n-2,25;3,125;1,234,567;2,5\n");
    assert_eq!(t.column("x").unwrap(), [1.5, -2.25]);
    assert_eq!(t.column("y").unwrap(), [2.0, 3.125]);
    // Neither commas between thousands nor points beside commas are guessed at.
    assert!(["z", "w"].iter().all(|name| t.kind(name) == Some(Kind::Text)));
    // Without a header too.
    assert_eq!(read("1,5;2,5\n3;4\n").column("c2").unwrap(), [2.5, 4.0]);
    // Between commas, a comma separates.
    assert_eq!(read("a;b,c\n1;2,3\n").names().collect::<Vec<_>>(), ["a;b", "c"]);
}

#[test]
fn quotes_marks_line_ends_and_separators() {
    let t = table("\u{feff}\"a\",b\r\n\"x, \"\"y\"\"\nz\",1\r\n w ,2");
    assert_eq!(t.names().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(t.get("a").unwrap().0, &Column::Text(vec!["x, \"y\"\nz".into(), "w".into()]));
    assert_eq!(t.column("b").unwrap(), [1.0, 2.0]);
    let tsv = read_str("a\tb\n1,5\t2\n", Format::Tsv).unwrap();
    assert_eq!(tsv.column("b").unwrap(), [2.0]);
    let data = read_str("a;b\n1;2\n3,5,1;4\n", Format::Csv).unwrap();
    assert_eq!(data.column("b").unwrap(), [2.0, 4.0]);
    assert_eq!(
        data.column("a").unwrap_err().to_string(),
        "row 2 (line 3), column `a`: `3,5,1` is not a number"
    );
}

#[test]
fn a_missing_value_is_named_by_row_and_line() {
    let t = table("x,y\n1,2\n\n\"3\n\",4\n5,NaN\n6,NA\n");
    assert_eq!(
        t.column("y").unwrap_err().to_string(),
        "row 3 (line 6), column `y`: the value is missing (2 missing in this column)"
    );
    assert!(matches!(t.columns(&["x", "y"]).unwrap_err(), Error::Missing { cell, .. } if cell.row == 3));
}

#[test]
fn a_word_among_numbers_is_named_by_row_and_line() {
    let t = table("x\n1\n2\n3,5\n".replace(',', ".").as_str());
    assert_eq!(t.column("x").unwrap(), [1.0, 2.0, 3.5]);
    let t = table("x\n1\n2\noops\n4\n");
    assert_eq!(t.column("x").unwrap_err().to_string(), "row 3 (line 4), column `x`: `oops` is not a number");
}

#[test]
fn ragged_rows_are_named_by_line() {
    assert_eq!(message("a,b\n1,2\n\n\n3\n"), "line 5 has 1 cells where 2 are expected");
    assert_eq!(message("a,b\r\n1,2\r\n\r\n3,4,5\r\n"), "line 4 has 3 cells where 2 are expected");
    assert_eq!(message("a,b\n\"1\n\n\",2\n3\n"), "line 5 has 1 cells where 2 are expected");
}

#[test]
fn an_empty_text_is_an_error() {
    assert_eq!(message(""), "empty: the text has no rows");
    assert_eq!(message("\n\n"), "empty: the text has no rows");
    assert_eq!(message("\u{feff}"), "empty: the text has no rows");
    assert_eq!(message("a,b\n"), "empty: the text has a header and no rows");
}

#[test]
fn names_must_differ_and_text_must_be_utf8() {
    assert_eq!(message("a,b,a\n1,2,3\n"), "column name `a` appears twice, as columns 1 and 3");
    let error = gradus_data::read_bytes(b"a\n1\n\xe9t\xe9\n", Format::Csv).unwrap_err();
    assert_eq!(error.to_string(), "line 3 is not UTF-8 text (byte 0xe9); save the file as UTF-8");
}

#[test]
fn a_missing_file_is_named() {
    let error = read("no/such/file.csv").unwrap_err();
    assert!(matches!(error, Error::Io { .. }));
    assert!(error.to_string().starts_with("cannot read `no/such/file.csv`: "), "{error}");
}

#[test]
fn decimals_are_correctly_rounded() {
    // The decimal expansions of these doubles are Python 3.11's repr of them.
    let t = table("x\n0.1\n1e23\n8.41e21\n5e-324\n123456789012345680\n0.30000000000000004\n");
    let bits = [0x3fb999999999999a, 0x44b52d02c7e14af6];
    assert_eq!(t.column("x").unwrap()[..2].iter().map(|v| v.to_bits()).collect::<Vec<_>>(), bits);
    assert_eq!(t.column("x").unwrap()[3].to_bits(), 1);
    assert_eq!(t.column("x").unwrap()[5], 0.1 + 0.2);
}
