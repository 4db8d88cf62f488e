//! Numbers as people write them.

/// Six significant digits, as `-0.5`, `123457`, `1.5 \u{b7} 10\u{207b}\u{2079}`.
pub(crate) fn number(v: f64) -> String {
    rounded(v, 6)
}

/// The same with so many significant digits, at least 1.
pub(crate) fn rounded(v: f64, digits: usize) -> String {
    if !v.is_finite() {
        return if v.is_nan() {
            "not a number".to_owned()
        } else if v > 0.0 {
            "\u{221e}".to_owned()
        } else {
            "\u{2212}\u{221e}".to_owned()
        };
    }
    let size = v.abs();
    let text = if v != 0.0 && !(1e-4..1e7).contains(&size) {
        let text = format!("{v:.*e}", digits.saturating_sub(1));
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        let power: String = power.chars().map(raised).collect();
        let digits =
            if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
        format!("{digits} \u{b7} 10{power}")
    } else {
        // How many of the digits stand after the point.
        let after = if v == 0.0 { 0 } else { digits as i32 - 1 - size.log10().floor() as i32 };
        let text = format!("{v:.*}", usize::try_from(after).unwrap_or(0));
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    text.replace('-', "\u{2212}")
}

/// A digit or a sign of an exponent.
fn raised(c: char) -> char {
    match c {
        '-' => '\u{207b}',
        '1' => '\u{b9}',
        '2' => '\u{b2}',
        '3' => '\u{b3}',
        '0'..='9' => char::from_u32(0x2070 + u32::from(c) - u32::from('0')).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_have_six_digits() {
        let shown = [0.0, 1.0, -0.5, 919.35, 1.0 / 3.0, 123_456.7, 9_999_999.0, 1.5e-9, -2e20].map(number);
        assert_eq!(
            shown,
            [
                "0",
                "1",
                "\u{2212}0.5",
                "919.35",
                "0.333333",
                "123457",
                "9999999",
                "1.5 \u{b7} 10\u{207b}\u{2079}",
                "\u{2212}2 \u{b7} 10\u{b2}\u{2070}"
            ]
        );
        assert_eq!(
            [f64::NAN, f64::INFINITY, -f64::INFINITY].map(number),
            ["not a number", "\u{221e}", "\u{2212}\u{221e}"]
        );
        assert_eq!([0.000_123_456_78, 0.01, 999_999.7].map(number), ["0.000123457", "0.01", "1000000"]);
    }
}
