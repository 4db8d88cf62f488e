use gradus_data::{Array, Arrays, Column, CsvSettings, Dataset, Error, Missing, Table, bundled};

fn table(text: &str) -> Table {
    CsvSettings::default().read(text).unwrap()
}

#[test]
fn several_columns_make_a_matrix_in_row_major_order() {
    let t = table("a,b,c\n1,2,true\n3,4,false\n");
    let x = t.columns(&["c", "a"]).unwrap();
    assert_eq!((x.shape(), x.values()), (&[2, 2][..], &[1.0, 1.0, 0.0, 3.0][..]));
    assert_eq!(t.columns(&[]).unwrap().shape(), [2, 0]);
    let t = table("p_1,q,p_2\n1,2,3\n");
    assert_eq!(t.columns(&["p_*", "q"]).unwrap().values(), [1.0, 3.0, 2.0]);
    assert_eq!(t.columns(&["*"]).unwrap().values(), [1.0, 2.0, 3.0]);
    assert!(matches!(t.columns(&["r_*"]), Err(Error::UnknownColumn { .. })));
}

#[test]
fn an_unknown_column_has_a_suggestion() {
    let error = bundled::table("penguins").unwrap().column("bill_lenght_mm").unwrap_err();
    assert_eq!(
        error.to_string(),
        "penguins: no column `bill_lenght_mm`; did you mean `bill_length_mm`?; there are species, island, \
         bill_length_mm, bill_depth_mm, flipper_length_mm, body_mass_g, sex, year"
    );
}

#[test]
fn missing_values_of_penguins_are_named() {
    // Row 4 of the published table has no measurements; 2 rows lack them, 11 lack the sex.
    let penguins = bundled::table("penguins").unwrap();
    let error = penguins.columns(&["bill_length_mm", "body_mass_g"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "penguins: row 4 (line 5), column `bill_length_mm`: the value is missing (2 missing in this column)"
    );
    let (complete, dropped) = penguins.drop_missing(&[]).unwrap();
    assert_eq!((complete.n_rows(), dropped), (333, 11));
    let (measured, dropped) = penguins.drop_missing(&["bill_length_mm"]).unwrap();
    assert_eq!((measured.n_rows(), dropped), (342, 2));
    // Rows keep the lines of the file: the first row without a sex is the ninth.
    assert!(
        matches!(measured.codes("sex"), Err(e) if matches!(e.kind(), Error::Missing { cell, .. } if cell.line == Some(10)))
    );
}

#[test]
fn categories_become_codes_and_one_hot() {
    let t = table("g,n,x\nb,10,0.5\na,9,-0\nb,10,0\n");
    let codes = t.codes("g").unwrap();
    assert_eq!((codes.codes, codes.levels), (vec![2, 1, 2], vec!["a".to_owned(), "b".to_owned()]));
    // Numbers are ordered by size, not by their text; -0 is 0.
    assert_eq!(t.codes("n").unwrap().levels, ["9", "10"]);
    assert_eq!(t.codes("x").unwrap().codes, [2, 1, 1]);
    let hot = t.one_hot("g").unwrap();
    assert_eq!((hot.matrix.shape(), hot.matrix.values()), (&[3, 2][..], &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0][..]));
    assert_eq!(t.signs("g").unwrap(), [1.0, -1.0, 1.0]);
    let error = bundled::table("iris").unwrap().signs("species").unwrap_err();
    assert_eq!(
        error.to_string(),
        "iris: column `species` has 3 levels (setosa, versicolor, virginica) where 2 are expected"
    );
}

#[test]
fn an_integer_that_no_double_equals_is_an_error() {
    let t = Table::new([("k", Column::Integer(vec![1 << 53, (1 << 53) + 1]))]).unwrap();
    assert_eq!(
        t.column("k").unwrap_err().to_string(),
        "row 2, column `k`: the integer 9007199254740993 has no exact double"
    );
    let t = Table::new([("k", Column::Integer(vec![i64::MIN, i64::MAX]))]).unwrap();
    assert!(matches!(t.column("k"), Err(Error::Inexact { cell, .. }) if cell.row == 2));
}

#[test]
fn tables_check_their_columns() {
    let mut t = Table::new([("x", Column::Number(vec![1.0, f64::NAN]))]).unwrap();
    assert_eq!(t.get("x").unwrap().1.first(), Some(1));
    let error = t.push("y".into(), Column::Boolean(vec![true]), Missing::default()).unwrap_err();
    assert_eq!(error.to_string(), "column `y` has 1 rows where 2 are expected");
    assert!(t.push("x".into(), Column::Boolean(vec![true; 2]), Missing::default()).is_err());
    assert_eq!(t.n_columns(), 1);
}

#[test]
fn arrays_bind_like_columns() {
    let square = Array::new(vec![2, 2], vec![1.0, 2.0, 3.0, f64::NAN]).unwrap();
    let entries = vec![
        ("A".to_owned(), square),
        ("u".to_owned(), Array::vector(vec![5.0, 6.0])),
        ("v".to_owned(), Array::vector(vec![7.0, 8.0, 9.0])),
        ("s".to_owned(), Array::scalar(4.0)),
    ];
    let data = Dataset::Arrays(Arrays::new(entries).unwrap());
    assert_eq!(data.column("v").unwrap(), [7.0, 8.0, 9.0]);
    assert_eq!(data.array("s").unwrap().shape(), [0usize; 0]);
    assert_eq!(data.columns(&["u", "u"]).unwrap().values(), [5.0, 5.0, 6.0, 6.0]);
    assert_eq!(data.codes("u").unwrap().codes, [1, 2]);
    assert_eq!(
        data.columns(&["u", "v"]).unwrap_err().to_string(),
        "column `v` has 3 rows where 2 are expected"
    );
    assert_eq!(
        data.column("A").unwrap_err().to_string(),
        "array `A` has shape [2, 2] where a vector is expected"
    );
    assert_eq!(
        data.array("A").unwrap_err().to_string(),
        "row 2, column `A[:, 2]`: the value is missing (1 missing in this column)"
    );
    assert!(matches!(data.only(), Err(Error::UnknownColumn { .. })));
}
