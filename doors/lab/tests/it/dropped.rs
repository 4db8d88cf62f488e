//! Data files that are dropped in: told of, read by a cell that is ready, and refused where they are none.

use crate::cells::{ask, states, until_idle};
use crate::client::{Answer, Lab};
use serde_json::{Value, json};

fn drop_in(lab: &Lab, name: &str, bytes: &[u8]) -> Answer {
    lab.post_as("/api/data", "application/octet-stream", &format!("X-Name: {name}\r\n"), bytes)
}

#[test]
fn a_data_file_is_dropped_in_and_never_replaces_another() {
    let lab = Lab::start();
    let answer = drop_in(&lab, "growth.csv", b"t,y,who\n0,1,a\n1,3,b\n2,,a\n");
    assert_eq!(answer.status, 200, "{}", answer.text());
    let column =
        |name: &str, kind: &str, missing: u32| json!({ "name": name, "kind": kind, "missing": missing });
    assert_eq!(
        answer.json(),
        json!({
            "path": "growth.csv",
            "rows": 3,
            "columns": [column("t", "integer", 0), column("y", "integer", 1), column("who", "category", 0)],
            "source": "from \"growth.csv\"\ndata growth = column(t)",
        })
    );
    assert_eq!(
        drop_in(&lab, "growth.csv", b"t,y,who\n0,1,a\n1,3,b\n2,,a\n").status,
        200,
        "the same file again"
    );
    assert_eq!(drop_in(&lab, "growth.csv", b"t,y\n0,2\n").status, 409);
    assert!(std::fs::read(lab.place.path().join("growth.csv")).unwrap().starts_with(b"t,y,who"));
}

#[test]
fn the_cell_that_reads_it_runs_whatever_the_names_are() {
    let lab = Lab::start();
    let wide: String = (0..100).map(|k| format!("c{k},")).collect::<String>()
        + "z\n"
        + &"1,".repeat(100)
        + "2\n"
        + &"3,".repeat(100)
        + "4\n";
    // A NumPy array of two doubles, as numpy.save writes it.
    let mut npy =
        b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }".to_vec();
    npy.resize(127, b' ');
    npy.push(b'\n');
    npy.extend([1.5_f64, 2.5].iter().flat_map(|x| x.to_le_bytes()));
    let files: [(&str, &[u8], &str); 8] = [
        ("a.csv", b"t,y\n0,1\n1,3\n", "data a = columns(t, y)"),
        ("load.csv", "where,my column,\u{3bb},data\n0,1,2,3\n1,3,5,7\n".as_bytes(), "\"my column\""),
        ("2024 sales-2.tsv", b"a\tb\n0\t1\n1\t3\n", "= columns(a, b)"),
        ("words.csv", b"who\na\nb\na\n", "data words = codes(who)"),
        ("pi.json", b"[{\"a\": 1, \"b\": 2}, {\"a\": 3, \"b\": 4}]", "columns(a, b)"),
        ("wide.csv", wide.as_bytes(), "# the first 40 of 101 columns of numbers"),
        ("w.npy", &npy, "data w = load(\"w.npy\")"),
        ("minimize.csv", b"x\n1\n2\n", "column(x)"),
    ];
    let mut sources = Vec::new();
    for (name, bytes, part) in files {
        let answer = drop_in(&lab, name, bytes);
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        let source = answer.json()["source"].as_str().unwrap().to_owned();
        assert!(source.contains(part), "{name}: {source}");
        sources.push(source);
    }
    let mut stream = lab.socket();
    let ids: Vec<String> = (0..sources.len()).map(|k| format!("c{k}")).collect();
    let cells: Vec<(&str, &str)> =
        ids.iter().map(String::as_str).zip(sources.iter().map(String::as_str)).collect();
    ask(&mut stream, 1, &cells, true);
    let all = until_idle(&mut stream, 1);
    for (cell, source) in cells {
        let last: &Value = all.iter().rfind(|s| s["cell"] == cell).unwrap();
        assert_eq!(states(&all, cell).last(), Some(&"done"), "{source}: {last}");
    }
}

#[test]
fn what_is_no_data_is_refused_and_not_kept() {
    let lab = Lab::start();
    for (name, bytes) in [
        ("empty.csv", &b""[..]),
        ("torn.csv", b"a,b\n1,2\n3,4,5\n"),
        ("page.parquet", b"<script>alert(1)</script>"),
        ("w.npy", b"\x93NUMPY\x01\x00\xff\xff"),
        ("bomb.npy", b"\x93NUMPY\x01\x00\x46\x00{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999,), }\n"),
        ("w.npz", b"PK\x03\x04"),
        ("deep.json", "[".repeat(100_000).as_bytes()),
    ] {
        let answer = drop_in(&lab, name, bytes);
        assert_eq!(answer.status, 422, "{name}: {}", answer.text());
        assert!(answer.json()["error"].as_str().is_some_and(|e| !e.is_empty()), "{name}");
    }
    for name in ["x.sh", "../x.csv", "a/b.csv", ".x.csv", "x\"y.csv", "x.gr.md", "x.arrow", "csv", ""] {
        assert_eq!(drop_in(&lab, name, b"a\n1\n").status, 400, "{name}");
    }
    assert_eq!(std::fs::read_dir(lab.place.path()).unwrap().count(), 0);
}
