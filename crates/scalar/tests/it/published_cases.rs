//! Boost.Math's published test tables, from `GRADUS_CONFORM_DATA` (default `../shared/data`).

use crate::table::{Row, error_in_ulp, ulp};
use gradus_scalar::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// `[-]0x1.8p+3` as a double.
fn hex_float(text: &str) -> f64 {
    let (sign, digits) = text.strip_prefix('-').map_or((1.0, text), |t| (-1.0, t));
    let Some(digits) = digits.strip_prefix("0x") else { return text.parse().unwrap() };
    let (mantissa, exponent) = digits.split_once('p').unwrap();
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let bits = u64::from_str_radix(&format!("{whole}{fraction}"), 16).unwrap();
    let exponent = exponent.parse::<i32>().unwrap() - 4 * fraction.len() as i32;
    // In two steps, so that a subnormal value is rounded at most once.
    let half = exponent / 2;
    sign * bits as f64 * 2f64.powi(half) * 2f64.powi(exponent - half)
}

/// The error in ulp; near a negative root the reflected functions are measured against their terms.
fn error(name: &str, row: &Row) -> f64 {
    let x = row.arguments[0];
    let got = match name {
        "erf" => erf(x),
        "erfc" => erfc(x),
        "gamma" => gamma(x),
        "lgamma" => ln_gamma(x),
        "digamma" => digamma(x),
        _ => unreachable!("{name}"),
    };
    let scale = match name {
        "lgamma" if x < 0.0 => ln_gamma(-x).abs().max(1.0),
        "digamma" if x < 0.0 => digamma(1.0 - x).abs().max(1.0),
        _ => 0.0,
    };
    error_in_ulp(got, row) * ulp(row.value) / ulp(scale.max(row.value.abs()))
}

#[test]
fn boost_tables() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("GRADUS_CONFORM_DATA").map_or(root.join("../shared/data"), PathBuf::from);
    let path = folder.join("special_functions/cases.tsv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("no table at {}: nothing checked; set GRADUS_CONFORM_DATA", path.display());
        return;
    };
    let bounds =
        BTreeMap::from([("erf", 1.0), ("erfc", 3.0), ("gamma", 5.0), ("lgamma", 5.0), ("digamma", 4.0)]);
    let mut worst: BTreeMap<&str, (usize, f64, f64)> = BTreeMap::new();
    for line in text.lines() {
        let field: Vec<&str> = line.split('\t').collect();
        let Some((&name, _)) = bounds.get_key_value(field[0]) else { continue };
        let row = Row {
            arguments: field[2].split(',').map(hex_float).collect(),
            value: hex_float(field[3]),
            rest: hex_float(field[4]),
        };
        let error = error(name, &row);
        assert!(!error.is_nan(), "{name}({:?}) is NaN, not {:e}", row.arguments, row.value);
        let entry = worst.entry(name).or_insert((0, 0.0, 0.0));
        entry.0 += 1;
        if error >= entry.1 {
            (entry.1, entry.2) = (error, row.arguments[0]);
        }
    }
    for (name, (count, error, x)) in &worst {
        println!("{name}: {count} cases, worst {error:.2} ulp at {x:e}");
    }
    for (name, (_, error, x)) in &worst {
        assert!(*error <= bounds[name], "{name}({x:e}): {error:.2} ulp, bound {}", bounds[name]);
    }
}
