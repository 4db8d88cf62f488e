use gradus_data::nist::{self, Procedure};
use gradus_data::{CsvSettings, Kind, Moments, bundled};

/// Digits on which two numbers agree, at most 15.
fn digits(found: f64, expected: f64) -> f64 {
    if found == expected { 15.0 } else { (-((found - expected) / expected).abs().log10()).min(15.0) }
}

#[test]
fn mean_and_sd_have_the_certified_digits() {
    for name in nist::names() {
        let p = nist::problem(name).unwrap();
        if p.procedure != Procedure::Univariate {
            continue;
        }
        let m = p.data.describe()[0].moments.unwrap();
        let mean = digits(m.mean, p.value("mean").unwrap());
        let sd = digits(m.sd.unwrap(), p.value("sd").unwrap());
        println!("{name}: mean {mean:.1}, sd {sd:.1} digits");
        // The rounding of data such as 10000000.1 to doubles already costs the rest.
        let least = match name {
            "NumAcc3" => 9.4,
            "NumAcc4" => 8.2,
            _ => 13.0,
        };
        assert!(mean >= 14.0 && sd >= least, "{name}: mean {mean:.1}, sd {sd:.1} digits");
    }
}

#[test]
fn quartiles_are_numpy_s() {
    // numpy 2.4.6: quantile([1, 2, 4, 8, 16, 32], [0.25, 0.5, 0.75]) = [2.5, 6, 14].
    let m = Moments::of(vec![32.0, 1.0, 2.0, 16.0, 4.0, 8.0]).unwrap();
    assert_eq!((m.min, m.q1, m.median, m.q3, m.max), (1.0, 2.5, 6.0, 14.0, 32.0));
    let one = Moments::of(vec![3.0]).unwrap();
    assert_eq!((one.mean, one.sd, one.q1, one.max), (3.0, None, 3.0, 3.0));
    assert_eq!(Moments::of(vec![]), None);
    let infinite = Moments::of(vec![f64::INFINITY, 0.0, 1.0]).unwrap();
    assert_eq!((infinite.mean, infinite.sd, infinite.median), (f64::INFINITY, None, 1.0));
}

#[test]
fn extreme_values_neither_overflow_nor_underflow() {
    // The deviation of a, 2a, 3a is a.
    for a in [5e307, 1e300, 1.0, 1e-300, 5e-324] {
        let m = Moments::of(vec![a, 2.0 * a, 3.0 * a]).unwrap();
        assert!(digits(m.mean, 2.0 * a) > 14.0 && digits(m.sd.unwrap(), a) > 14.0, "{a}: {m:?}");
    }
    assert_eq!(Moments::of(vec![0.0, 0.0]).unwrap().sd, Some(0.0));
    assert_eq!(Moments::of(vec![7.1; 3]).unwrap().sd, Some(0.0));
    assert!(Moments::of(vec![f64::NAN, 1.0]).unwrap().mean.is_nan());
}

#[test]
fn penguins_are_described() {
    // pandas 3.1.1, DataFrame.describe and value_counts.
    let summary = bundled::table("penguins").unwrap().describe();
    let species = &summary[0];
    assert_eq!(
        (species.kind, species.count, species.missing, species.moments),
        (Kind::Category, 344, 0, None)
    );
    let levels = [("Adelie".to_owned(), 152), ("Chinstrap".to_owned(), 68), ("Gentoo".to_owned(), 124)];
    assert_eq!(species.levels, levels);
    let bill = &summary[2];
    let m = bill.moments.unwrap();
    assert_eq!((bill.count, bill.missing), (342, 2));
    assert!(digits(m.mean, 43.92192982456140) > 14.0);
    assert!(digits(m.sd.unwrap(), 5.4595837139265315) > 14.0);
    assert_eq!((m.min, m.q1, m.median, m.q3, m.max), (32.1, 39.225, 44.45, 48.5, 59.6));
}

#[test]
fn truth_values_and_absent_columns_are_described() {
    let table = CsvSettings::default().read("b,m\ntrue,\nfalse,\ntrue,\n").unwrap();
    let [b, m] = &table.describe()[..] else { panic!("two columns") };
    assert_eq!(b.levels, [("false".to_owned(), 1), ("true".to_owned(), 2)]);
    assert_eq!(b.moments.unwrap().max, 1.0);
    assert_eq!((m.count, m.missing, m.moments), (0, 3, None));
}
