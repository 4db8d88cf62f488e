use gradus_data::{Column, Error, bundled};

#[test]
fn every_set_is_what_its_card_says() {
    let list = bundled::list();
    assert_eq!(list.len(), bundled::names().count());
    for info in list {
        let table = bundled::table(&info.name).unwrap();
        assert_eq!(table.n_rows(), info.rows, "{}", info.name);
        let kinds: Vec<_> = table.iter().map(|(name, c, _)| (name.to_owned(), c.kind())).collect();
        let carded: Vec<_> = info.columns.iter().map(|c| (c.name.clone(), c.kind)).collect();
        assert_eq!(kinds, carded, "{}", info.name);
        assert!(info.columns.iter().all(|c| !c.description.is_empty()), "{}", info.name);
        assert!(
            !info.title.is_empty() && !info.source.is_empty() && !info.licence.is_empty(),
            "{}",
            info.name
        );
        assert_eq!(table.provenance().licence.as_ref(), Some(&info.licence));
    }
}

#[test]
fn sums_agree_with_the_packages() {
    // Column sums computed with pandas 3.1.1 from scikit-learn 1.9.1, statsmodels 0.15.0, palmerpenguins 0.1.6.
    for (set, column, sum) in [
        ("iris", "petal_width", 179.9),
        ("wine", "proline", 132947.0),
        ("wine", "od280_od315", 464.88),
        ("breast_cancer", "mean_radius", 8038.429),
        ("breast_cancer", "worst_fractal_dimension", 47.76517),
        ("diabetes", "s5", 2051.5036),
        ("diabetes", "progression", 67243.0),
        ("digits", "pixel_4_5", 17839.0),
        ("digits", "digit", 8070.0),
        ("penguins", "bill_length_mm", 15021.3),
        ("penguins", "body_mass_g", 1437000.0),
        ("longley", "gnp", 6203175.0),
        ("nile", "volume", 91935.0),
        ("engel", "foodexp", 146675.27615863856),
    ] {
        let (table, _) = bundled::table(set).unwrap().drop_missing(&[column]).unwrap();
        let found: f64 = table.column(column).unwrap().iter().sum();
        assert!((found / sum - 1.0).abs() < 1e-13, "{set} {column}: {found} for {sum}");
    }
}

#[test]
fn a_misspelt_set_has_a_suggestion() {
    let error = bundled::table("breast_cancr").unwrap_err();
    assert_eq!(error.to_string(), "no bundled data set `breast_cancr`; did you mean `breast_cancer`?");
    assert!(
        matches!(bundled::table("misra1a"), Err(Error::UnknownDataset { suggestion: Some(s), .. }) if s == "nist/Misra1a")
    );
    assert_eq!(bundled::table("nist/misra1a").unwrap().n_rows(), 14);
    assert!(bundled::table("").is_err() && bundled::table("nist/").is_err());
}

#[test]
fn longley_is_the_certified_one() {
    // The same data reach us by two ways.
    let (ours, nist) = (bundled::table("longley").unwrap(), bundled::table("nist/longley").unwrap());
    let names = ["totemp", "gnpdefl", "gnp", "unemp", "armed", "pop", "year"];
    assert_eq!(ours.columns(&names).unwrap(), nist.columns(&["*"]).unwrap());
    assert!(matches!(ours.get("gnp"), Some((Column::Integer(_), _))));
}
