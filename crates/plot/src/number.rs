//! Numbers as people write them: 0.25, 1,500, 10⁻⁶, 2.5×10⁸.

/// A number with `digits` significant digits, in powers of ten outside of [10⁻³, 10⁵).
///
/// ```
/// use gradus_plot::format_number;
/// assert_eq!(format_number(1e-6, 3), "10⁻⁶");
/// assert_eq!(format_number(-2.5e8, 3), "−2.5×10⁸");
/// assert_eq!(format_number(0.25, 3), "0.25");
/// ```
#[must_use]
pub fn format_number(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞".into() } else { "−∞".into() };
    }
    if value == 0.0 {
        return "0".into();
    }
    // Rounding first, so that 999.96 with three digits counts as 1000.
    let text = format!("{:.*e}", digits.max(1) - 1, value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if value < 0.0 { "−" } else { "" };
    if (-3..5).contains(&exponent) {
        let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
        let rounded: f64 = text.parse().unwrap_or(value.abs());
        return format!("{sign}{}", strip(&format!("{rounded:.decimals$}")));
    }
    let mantissa = strip(mantissa);
    let power = format!("10{}", superscript(exponent));
    if mantissa == "1" { format!("{sign}{power}") } else { format!("{sign}{mantissa}×{power}") }
}

/// Labels of linear ticks: common decimals, a common power of ten and a common offset where they shorten.
///
/// The second value, shown once at the end of the axis, is what the labels are to be multiplied by or added to.
pub(crate) fn tick_labels(ticks: &[f64]) -> (Vec<String>, Option<String>) {
    let largest = ticks.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    let step = ticks.windows(2).map(|w| (w[1] - w[0]).abs()).fold(f64::INFINITY, f64::min);
    if ticks.is_empty() || largest == 0.0 || !step.is_finite() || step == 0.0 {
        return (ticks.iter().map(|v| format_number(*v, 6)).collect(), None);
    }
    let magnitude = largest.log10().floor() as i32;
    if largest / step > 1e5 {
        let base = ticks[0];
        let (labels, factor) = tick_labels(&ticks.iter().map(|v| v - base).collect::<Vec<_>>());
        let sign = if base < 0.0 { "−" } else { "+" };
        let offset = format!("{sign}{}", plain(base.abs()));
        return (labels, Some(factor.map_or(offset.clone(), |f| format!("{f} {offset}"))));
    }
    let exponent = if (-3..5).contains(&magnitude) { 0 } else { magnitude };
    let scale =
        |v: f64| -> f64 { format!("{v:e}").split_once('e').map_or(v, |(m, e)| shifted(m, e, exponent)) };
    let scaled: Vec<f64> = ticks.iter().map(|v| scale(*v)).collect();
    let decimals = (0..=12)
        .find(|d| scaled.iter().all(|v| (round_to(*v, *d) - v).abs() <= 1e-6 * scale(step).abs()))
        .unwrap_or(12);
    let labels = scaled.iter().map(|v| signed(&format!("{:.decimals$}", v + 0.0))).collect();
    (labels, (exponent != 0).then(|| format!("×10{}", superscript(exponent))))
}

/// Label of a tick on a logarithmic axis.
pub(crate) fn log_label(value: f64, powers: bool) -> String {
    if powers {
        let exponent = value.log10().round() as i32;
        return format!("10{}", superscript(exponent));
    }
    format_number(value, 6)
}

/// `mantissa * 10^(exponent - shift)` by moving the point in the decimal text, so that nothing is rounded twice.
fn shifted(mantissa: &str, exponent: &str, shift: i32) -> f64 {
    let exponent: i32 = exponent.parse().unwrap_or(0);
    format!("{mantissa}e{}", exponent - shift).parse().unwrap_or(f64::NAN)
}

fn round_to(value: f64, decimals: usize) -> f64 {
    format!("{value:.decimals$}").parse().unwrap_or(value)
}

/// Up to 15 significant digits without an exponent where that is short.
fn plain(value: f64) -> String {
    if (1e-4..1e15).contains(&value) { strip(&format!("{value:.6}")) } else { format_number(value, 12) }
}

/// A minus sign as wide as a plus; no negative zero.
fn signed(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|b| matches!(b, b'0' | b'.')) => rest.to_string(),
        Some(rest) => format!("−{rest}"),
        None => text.to_string(),
    }
}

/// Removes zeros at the end of decimals.
fn strip(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text.to_string()
    }
}

fn superscript(exponent: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let text = exponent.to_string();
    text.chars().map(|c| c.to_digit(10).map_or('⁻', |d| DIGITS[d as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::{format_number, log_label, tick_labels};

    #[test]
    fn ticks_share_decimals_powers_and_offsets() {
        assert_eq!(tick_labels(&[0.0, 0.25, 0.5]).0, ["0.00", "0.25", "0.50"]);
        assert_eq!(tick_labels(&[-1.0, -0.5, 0.0]).0, ["−1.0", "−0.5", "0.0"]);
        assert_eq!(
            tick_labels(&[0.0, 2e-7, 4e-7]),
            (vec!["0".into(), "2".into(), "4".into()], Some("×10⁻⁷".into()))
        );
        assert_eq!(tick_labels(&[1e6, 1.5e6]), (vec!["1.0".into(), "1.5".into()], Some("×10⁶".into())));
        let (labels, offset) = tick_labels(&[1_000_000.0, 1_000_001.0, 1_000_002.0]);
        assert_eq!((labels[2].as_str(), offset.as_deref()), ("2", Some("+1000000")));
    }

    #[test]
    fn single_numbers() {
        assert_eq!(format_number(999.96, 3), "1000");
        assert_eq!(format_number(12345.0, 3), "12300");
        assert_eq!(format_number(123_456.0, 3), "1.23×10⁵");
        assert_eq!(format_number(-0.002, 3), "−0.002");
        assert_eq!(format_number(f64::NEG_INFINITY, 3), "−∞");
        assert_eq!(log_label(1e-12, true), "10⁻¹²");
    }
}
