use gradus_data::{Dataset, Format, Kind, read_str};

fn read(text: &str) -> Dataset {
    read_str(text, Format::Json).unwrap()
}

fn message(text: &str) -> String {
    read_str(text, Format::Json).unwrap_err().to_string()
}

#[test]
fn objects_are_rows() {
    let data = read(r#"[{"z":1,"a":0.1},{"a":null,"z":2,"w":"p"},{"z":3,"a":2,"w":"p"}]"#);
    let table = data.table().unwrap();
    assert_eq!(table.names().collect::<Vec<_>>(), ["z", "a", "w"]);
    assert_eq!(table.column("z").unwrap(), [1.0, 2.0, 3.0]);
    assert_eq!(table.kind("w"), Some(Kind::Category));
    assert_eq!(
        table.column("a").unwrap_err().to_string(),
        "row 2, column `a`: the value is missing (1 missing in this column)"
    );
    assert_eq!(table.get("w").unwrap().1.first(), Some(0));
}

#[test]
fn a_word_among_numbers_makes_a_column_of_words() {
    let table = read(r#"{"x":[1,"two",3]}"#);
    assert_eq!(table.column("x").unwrap_err().to_string(), "row 2, column `x`: `two` is not a number");
}

#[test]
fn equal_arrays_are_columns_and_others_are_arrays() {
    assert!(read(r#"{"x":[1,2],"g":["a","b"]}"#).table().is_some());
    let data = read(r#"{"N":2,"X":[[1,2,3],[4,5,6]],"y":[true,false]}"#);
    assert_eq!(data.names(), ["N", "X", "y"]);
    assert_eq!(data.array("N").unwrap().values(), [2.0]);
    assert_eq!(data.array("X").unwrap().shape(), [2, 3]);
    assert_eq!(data.column("y").unwrap(), [1.0, 0.0]);
    assert_eq!(read("[[1,2],[3,4],[5,6]]").only().unwrap().shape(), [3, 2]);
    assert_eq!(read(r#"{"a":[],"n":0}"#).array("a").unwrap().shape(), [0]);
}

#[test]
fn objects_within_are_named_by_their_path_and_words_are_faults_only_when_asked_for() {
    let data = read(r#"{"title":"p","data":{"N":2,"y":[1,2]},"X":[[1],[null]]}"#);
    assert_eq!(data.names(), ["data.N", "data.y"]);
    assert_eq!(data.column("data.y").unwrap(), [1.0, 2.0]);
    let message = |name| data.array(name).unwrap_err().to_string();
    assert_eq!(message("title"), "malformed JSON: `title` is the text \"p\" where a number is expected");
    assert_eq!(message("X"), "malformed JSON: `X[2][1]` is null where a number is expected");
    assert!(message("dota.y").starts_with("no column `dota.y`; did you mean `data.y`?"));
}

#[test]
fn numbers_are_correctly_rounded() {
    // The hardest of Clinger's examples for a reader that rounds twice, and 2^53 + 1 with a tail.
    let data = read("[8.5679400000000000e+21, 9007199254740993.0000000000000000001]");
    assert_eq!(data.only().unwrap().values(), [8.56794e21, 9007199254740994.0]);
}

#[test]
fn faults_are_placed() {
    assert_eq!(message(r#"{"X":[[1,2],[3]]}"#), "malformed JSON: `X[2]` has 1 items where 2 are expected");
    assert_eq!(
        message(r#"{"X":[[1,2],[3,"4"]]}"#),
        "malformed JSON: `X[2][2]` is the text \"4\" where a number is expected"
    );
    assert_eq!(message(r#"[{"a":[1]}]"#), "JSON with a nested value at row 1, column `a` is not supported");
    assert_eq!(message(r#"[{"a":1},2]"#), "malformed JSON: item 2 is not an object");
    assert_eq!(message("3"), "malformed JSON: neither an array nor an object");
    assert_eq!(message(" "), "empty: the text has no JSON value");
    assert_eq!(message("[]"), "empty: the JSON array has no items");
    assert!(message("{\"a\":1,\n \"b\" 2}").contains("line 2"));
    assert!(message(&"[".repeat(10_000)).contains("recursion limit"));
}

#[test]
fn rows_that_share_no_key_do_not_fill_the_memory() {
    let rows: Vec<String> = (0..20_000).map(|i| format!("{{\"k{i}\":1}}")).collect();
    assert!(
        message(&format!("[{}]", rows.join(","))).starts_with("JSON with 20000 rows of 20000 different keys")
    );
}

#[test]
fn lines_of_objects_are_rows() {
    let data = read_str("{\"a\":1}\n\n{\"a\":null}\n", Format::Ndjson).unwrap();
    assert_eq!(
        data.column("a").unwrap_err().to_string(),
        "row 2 (line 3), column `a`: the value is missing (1 missing in this column)"
    );
    let error = read_str("{\"a\":1}\n[2]\n", Format::Ndjson).unwrap_err().to_string();
    assert!(error.starts_with("malformed JSON: line 2: "), "{error}");
}
