//! No bytes lead to a panic, and no header to a huge allocation.

use gradus_data::{Format, read_bytes};
use proptest::prelude::*;

use crate::file;

const FORMATS: [Format; 8] = [
    Format::Csv,
    Format::Tsv,
    Format::Json,
    Format::Ndjson,
    Format::Npy,
    Format::Npz,
    Format::Parquet,
    Format::Nist,
];

fn npy(header: &str) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes
}

fn message(bytes: &[u8], format: Format) -> String {
    read_bytes(bytes, format).unwrap_err().to_string()
}

#[test]
fn an_npy_header_is_not_believed() {
    let header =
        |shape: &str| npy(&format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"));
    assert_eq!(
        message(&header("(1000000000000000000,)"), Format::Npy),
        "truncated NPY: 8000000000000000000 bytes are promised, 0 are there"
    );
    assert!(
        message(&header("(4000000000, 4000000000, 4000000000)"), Format::Npy).contains("beyond the machine")
    );
    assert!(message(&header("(99999999999999999999,)"), Format::Npy).contains("no length of a dimension"));
    assert!(message(&header("(-1,)"), Format::Npy).contains("no length of a dimension"));
    assert!(message(&header("(1"), Format::Npy).starts_with("malformed NPY"));
    assert!(read_bytes(&header("(0, 1000000000000000000)"), Format::Npy).is_ok());
    assert_eq!(
        message(&npy("{'descr': '<f8'}"), Format::Npy),
        "malformed NPY: the header lacks one of descr, fortran_order, shape"
    );
    let mut long = header("(1,)");
    long.extend([0; 9]);
    assert_eq!(message(&long, Format::Npy), "malformed NPY: 1 bytes follow the array");
    assert_eq!(
        message(b"\x93NUMPY\x02\x00\xff\xff\xff\xff", Format::Npy),
        "truncated NPY: 4294967295 bytes are promised, 0 are there"
    );
    assert_eq!(message(b"\x93NUMPY\x09\x00", Format::Npy), "NPY with format version 9 is not supported");
}

#[test]
fn every_prefix_of_a_good_file_is_an_error() {
    for (name, format) in
        [("big_f8.npy", Format::Npy), ("deflated.npz", Format::Npz), ("snappy.parquet", Format::Parquet)]
    {
        let bytes = std::fs::read(file(name)).unwrap();
        assert!(read_bytes(&bytes, format).is_ok());
        let step = 1 + bytes.len() / 400;
        for length in (0..bytes.len()).step_by(step) {
            assert!(read_bytes(&bytes[..length], format).is_err(), "{name} cut to {length} bytes");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for format in FORMATS {
            let _ = read_bytes(&bytes, format);
        }
        let _ = Format::detect(&bytes);
    }

    #[test]
    fn random_text_is_read_or_refused(text in "[-+0-9eE.,;\t\n\r\"' a-c{}\\[\\]:=NAtrueData*()]{0,200}") {
        for format in FORMATS {
            if let Ok(data) = read_bytes(text.as_bytes(), format) {
                for name in data.names() {
                    let _ = (data.column(name), data.codes(name), data.one_hot(name), data.array(name));
                }
                if let Some(table) = data.table() {
                    let _ = (table.describe(), table.drop_missing(&[]));
                }
            }
        }
    }

    #[test]
    fn damaged_files_are_read_or_refused(
        which in 0usize..6,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let (name, format) = [
            ("big_i4.npy", Format::Npy),
            ("stored.npz", Format::Npz),
            ("deflated.npz", Format::Npz),
            ("none.parquet", Format::Parquet),
            ("snappy.parquet", Format::Parquet),
            ("gzip.parquet", Format::Parquet),
        ][which];
        let mut bytes = std::fs::read(file(name)).unwrap();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = read_bytes(&bytes, format);
    }

    #[test]
    fn damaged_problems_are_read_or_refused(cut in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), text in "[ -~\n]{0,12}") {
        let good = include_str!("../../datasets/nist/Misra1a.dat");
        let mut damaged = good[..cut.index(good.len())].to_owned();
        damaged.insert_str(place.index(damaged.len() + 1), &text);
        let _ = read_bytes(damaged.as_bytes(), Format::Nist);
    }
}
