//! Files written by NumPy and PyArrow: see `tests/files/make.py`.

use gradus_data::{Column, Dataset, Error, Kind, read};

use crate::file;

fn array(name: &str) -> gradus_data::Array {
    read(file(name)).unwrap_or_else(|e| panic!("{e}")).only().unwrap()
}

fn message(name: &str) -> String {
    read(file(name)).unwrap_err().kind().to_string()
}

#[test]
fn npy_of_every_element_type_in_both_byte_orders() {
    for code in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"] {
        let expected = match code {
            "b1" => [0.0, 1.0, 0.0, 1.0, 0.0, 1.0],
            _ => [0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
        };
        for order in ["little", "big"] {
            let a = array(&format!("{order}_{code}.npy"));
            assert_eq!((a.shape(), a.values()), (&[2, 3][..], &expected[..]), "{order} {code}");
        }
    }
    assert_eq!(array("negative_i2.npy").values(), [-1.0, 300.0, -32768.0]);
}

#[test]
fn npy_orders_versions_and_scalars() {
    let expected: Vec<f64> = (0..24).map(f64::from).collect();
    assert_eq!(
        (array("fortran.npy").shape(), array("fortran.npy").values()),
        (&[2, 3, 4][..], &expected[..])
    );
    assert_eq!(array("version2.npy"), array("little_f8.npy"));
    assert_eq!(array("version3.npy"), array("little_f8.npy"));
    assert_eq!((array("scalar.npy").shape().len(), array("scalar.npy").values()), (0, &[2.5][..]));
    assert_eq!(read(file("fortran.npy")).unwrap().names(), ["fortran"]);
}

#[test]
fn npy_elements_that_are_no_doubles_are_errors() {
    assert_eq!(
        message("large_u8.npy"),
        "NPY with the integer 9223372036854775809 at element 2, which no double equals, is not supported"
    );
    assert_eq!(message("complex.npy"), "NPY with elements of type `<c16` is not supported");
    assert_eq!(message("records.npy"), "NPY with records is not supported");
}

#[test]
fn npz_stored_and_deflated() {
    for name in ["stored.npz", "deflated.npz"] {
        let data = read(file(name)).unwrap();
        assert_eq!(data.names(), ["X", "y"]);
        assert_eq!(data.array("X").unwrap(), array("little_f8.npy"));
        assert_eq!(data.column("y").unwrap(), [1.0, -1.0]);
    }
}

#[test]
fn parquet_of_each_type_and_compression() {
    let zstd = cfg!(feature = "zstd").then_some("zstd.parquet");
    for name in ["none.parquet", "snappy.parquet", "gzip.parquet"].into_iter().chain(zstd) {
        let data = read(file(name)).unwrap_or_else(|e| panic!("{e}"));
        let t = data.table().unwrap();
        assert_eq!(t.n_rows(), 4);
        assert_eq!(t.column("single").unwrap(), [0.5, 1.5, 2.5, 3.5]);
        assert_eq!(t.column("half").unwrap(), [0.5, 1.5, 2.5, -3.5]);
        assert_eq!(t.column("small").unwrap(), [200.0, 1.0, 2.0, 3.0]);
        assert_eq!(t.column("unsigned").unwrap()[0], 4294967295.0);
        assert_eq!(t.column("price").unwrap(), [1.23, -0.01, 99999.99, 0.1]);
        let (number, missing) = t.get("number").unwrap();
        assert_eq!((missing.count(), missing.first()), (1, Some(1)));
        assert!(matches!(number, Column::Number(v) if v[0] == 0.1 && v[2..] == [-2.5, 1e300]));
        let (integer, missing) = t.get("integer").unwrap();
        assert_eq!((missing.first(), integer), (Some(2), &Column::Integer(vec![1, 2, 0, (1 << 53) + 1])));
        assert_eq!(t.get("day").unwrap().0, &Column::Integer(vec![1, -1, 0, 10957]));
        assert_eq!(t.get("truth").unwrap().1.first(), Some(2));
        assert_eq!(t.kind("word"), Some(Kind::Category));
        assert_eq!(t.drop_missing(&["word"]).unwrap().0.codes("word").unwrap().codes, [2, 1, 2]);
        let (inner, missing) = t.get("inner.a").unwrap();
        assert_eq!((inner, missing.count()), (&Column::Integer(vec![1, 0, 0, 4]), 2));
    }
}

#[test]
fn parquet_that_is_not_read_says_so() {
    assert_eq!(message("list.parquet"), "Parquet with the repeated column `x.list.element` is not supported");
    if !cfg!(feature = "zstd") {
        assert_eq!(
            message("zstd.parquet"),
            "Parquet with pages compressed by Zstandard (the feature `zstd` of this crate reads it) is not supported"
        );
    }
}

#[test]
fn the_first_bytes_tell_the_format_where_the_extension_does_not() {
    let folder = std::env::temp_dir().join(format!("gradus-data-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let copy = |from: &str, to: &str| {
        std::fs::copy(file(from), folder.join(to)).map(|_| read(folder.join(to))).unwrap()
    };
    assert!(matches!(copy("fortran.npy", "a"), Ok(Dataset::Arrays(_))));
    assert!(matches!(copy("stored.npz", "b.bin"), Ok(Dataset::Arrays(_))));
    assert!(matches!(copy("none.parquet", "c.dat"), Ok(Dataset::Table(_))));
    for (name, text) in [
        ("d.txt", "x,y\n1,2\n"),
        ("e", "x\ty\n1\t2\n"),
        ("f", "[{\"y\":2}]"),
        ("g", "{\"y\":2}\n{\"y\":3}\n"),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
        let data = read(folder.join(name)).unwrap();
        assert_eq!(data.column("y").unwrap()[0], 2.0, "{name}");
        assert!(data.provenance().origin.ends_with(name));
    }
    let datasets = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets");
    for (name, rows) in [("digits.csv.gz", 1797), ("nist/Misra1a.dat", 14), ("nist/NumAcc1.dat", 3)] {
        assert_eq!(read(datasets.join(name)).unwrap().table().unwrap().n_rows(), rows, "{name}");
    }
    std::fs::write(folder.join("h.txt"), "hello").unwrap();
    assert!(matches!(read(folder.join("h.txt")), Err(Error::UnknownFormat { .. })));
    std::fs::write(folder.join("i.csv"), "").unwrap();
    let error = read(folder.join("i.csv")).unwrap_err().to_string();
    assert!(error.ends_with("i.csv: empty: the file has no bytes"), "{error}");
    // A gzip file that ends early.
    std::fs::write(folder.join("j.csv.gz"), &std::fs::read(datasets.join("digits.csv.gz")).unwrap()[..900])
        .unwrap();
    let error = read(folder.join("j.csv.gz")).unwrap_err().to_string();
    assert!(error.contains("j.csv.gz: malformed gzip: "), "{error}");
    assert!(matches!(read(&folder), Err(Error::Io { .. })));
    std::fs::remove_dir_all(&folder).unwrap();
}
