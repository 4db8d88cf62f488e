//! `data list`, `data describe`, `data show`.

use crate::{file, gradus};

#[test]
fn bundled_sets_are_listed() {
    let run = gradus(&["data", "list"]);
    for name in
        ["iris", "wine", "breast_cancer", "diabetes", "penguins", "longley", "nile", "engel", "digits"]
    {
        assert!(run.out.lines().any(|l| l.starts_with(&format!("{name} "))), "{name}: {}", run.out);
    }
    assert!(run.out.contains("nist/Misra1a"));
    let json = gradus(&["data", "list", "--format", "json"]).json();
    assert_eq!(json.as_array().map(Vec::len), Some(9 + 46));
}

#[test]
fn a_set_is_described_with_source_and_licence() {
    let run = gradus(&["data", "describe", "penguins"]);
    assert_eq!(run.status, 0, "{}", run.err);
    for part in
        ["344 rows, 8 columns", "licence: CC0-1.0", "Adelie (152), Chinstrap (68), Gentoo (124)", "mm"]
    {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    let json = gradus(&["data", "describe", "@nile", "--format", "json"]).json();
    assert_eq!(json["columns"][1]["moments"]["mean"], 919.35);
    let path = file("described.csv", "a,b\n1,u\n2,u\n,v\n");
    let run = gradus(&["data", "describe", &path]);
    assert!(run.out.starts_with("3 rows, 2 columns\n"), "{}", run.out);
}

#[test]
fn rows_are_shown() {
    let run = gradus(&["data", "show", "penguins", "-n", "4", "--columns", "species,bill*"]);
    assert_eq!(
        run.out,
        "row  species  bill_length_mm  bill_depth_mm\n---  -------  --------------  -------------\n  \
         1  Adelie             39.1           18.7\n  2  Adelie             39.5           17.4\n  \
         3  Adelie             40.3             18\n  4  Adelie                -              -\n... 340 more rows\n"
    );
    let json = gradus(&["data", "show", "penguins", "-n", "4", "--columns", "sex", "-f", "json"]).json();
    assert_eq!(json[3]["sex"], serde_json::Value::Null);
}

#[test]
fn the_columns_of_a_set_are_drawn_against_one_another() {
    let path = file("pairs.svg", "");
    let run = gradus(&["data", "describe", "penguins", "--plot", &path]);
    let svg = std::fs::read_to_string(&path).unwrap();
    assert_eq!(run.status, 0, "{}", run.err);
    for word in ["penguins", "bill_length_mm", "Adelie", "Gentoo"] {
        assert!(svg.contains(word), "{word}");
    }
    let only_words = file("words.csv", "a\nx\ny\n");
    let run = gradus(&["data", "describe", &only_words, "--plot", &path]);
    assert!(run.status == 3 && run.err.contains("no column of numbers that vary"), "{}", run.err);
    let run = gradus(&["data", "describe", "iris", "--plot", "iris.gif"]);
    assert!(run.status == 3 && run.out.is_empty() && run.err.contains(".svg"), "{}{}", run.out, run.err);
}
