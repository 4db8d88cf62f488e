//! Where an axis has its ticks.
//!
//! Linear axes: the search of Talbot, Lin and Hanrahan (2010), "An Extension of Wilkinson's Algorithm for Positioning
//! Tick Labels on Axes", IEEE TVCG 16(6), 1036-1043. Labels are `q * 10^z * {start, ...}` with q in Q = (1, 5, 2, 2.5, 4,
//! 3), and the sequence with the largest score 0.25 simplicity + 0.2 coverage + 0.5 density + 0.05 legibility wins, where
//! legibility is 1 (overlap is ruled out later, when the labels' widths are known). Upper bounds on each score cut the
//! search short.
//!
//! Logarithmic axes: powers of ten with a stride, joined by 2 and 5 when fewer than three powers are in view, and linear
//! ticks when the range is narrower than a factor of about five.

const NICE: [f64; 6] = [1.0, 5.0, 2.0, 2.5, 4.0, 3.0];
const WEIGHT: [f64; 4] = [0.25, 0.2, 0.5, 0.05];

/// Round values that label `[low, high]` with about `count` ticks.
///
/// The first and last may lie a little outside of the range. Empty unless both ends are finite and `low < high`.
///
/// ```
/// // Talbot, Lin and Hanrahan's own example.
/// assert_eq!(gradus_plot::linear_ticks(8.1, 14.1, 4), [8.0, 10.0, 12.0, 14.0]);
/// ```
#[must_use]
pub fn linear_ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let span = high - low;
    if low.is_finite() && high.is_finite() && span.is_infinite() {
        // Powers of ten keep the values round.
        let tenths = linear_ticks(low / 10.0, high / 10.0, count);
        return tenths.into_iter().map(|v| v * 10.0).filter(|v| v.is_finite()).collect();
    }
    if !span.is_finite() || span <= 0.0 {
        return Vec::new();
    }
    // Below this the ticks differ in less than the last digits of a double.
    if span < 1e-13 * low.abs().max(high.abs()) || span < 1e-300 {
        return vec![low, high];
    }
    let m = count.max(2) as f64;
    let mut best = (-2.0, 0.0, 0.0, 0i64, 0usize); // score, step, unit, start, ticks
    let mut skip = 1i64;
    'search: loop {
        for (i, &q) in NICE.iter().enumerate() {
            let simplest = simplicity_bound(i, skip);
            if total(simplest, 1.0, 1.0) < best.0 {
                break 'search;
            }
            for k in 2usize.. {
                let densest = density_bound(k as f64, m);
                if total(simplest, 1.0, densest) < best.0 || k > 200 {
                    break;
                }
                let delta = span / (k as f64 + 1.0) / (skip as f64 * q);
                let first = delta.log10().ceil() as i32;
                for z in first..first + 40 {
                    let unit = q * 10f64.powi(z);
                    let step = skip as f64 * unit;
                    let cover = coverage_bound(low, high, step * (k as f64 - 1.0));
                    if total(simplest, cover, densest) < best.0 {
                        break;
                    }
                    let from = (high / step).floor() * skip as f64 - (k as f64 - 1.0) * skip as f64;
                    let to = (low / step).ceil() * skip as f64;
                    if !(to - from).is_finite() || from > to {
                        continue;
                    }
                    let (from, to) = (from as i64, to as i64);
                    for start in from..=to.min(from.saturating_add(1000)) {
                        let lmin = start as f64 * unit;
                        let lmax = lmin + step * (k as f64 - 1.0);
                        let score = total(
                            simplicity(i, skip, start, k as i64),
                            coverage(low, high, lmin, lmax),
                            density(k as f64, m, (low, high), (lmin, lmax)),
                        );
                        if score > best.0 {
                            best = (score, step, unit, start, k);
                        }
                    }
                }
            }
        }
        skip += 1;
        if skip > 50 {
            break;
        }
    }
    let (_, step, unit, start, ticks) = best;
    let jump = (step / unit).round() as i64;
    // Multiples of the unit, divided where the unit is a negative power of ten, so that 3 * 0.1 is 0.3.
    (0..ticks as i64).map(|t| multiple(start + t * jump, unit)).collect()
}

/// `n * unit`, rounded to the decimals of the unit.
fn multiple(n: i64, unit: f64) -> f64 {
    let digits = (1.0 - unit.abs().log10().floor()).max(0.0);
    let v = n as f64 * unit;
    if digits == 0.0 || digits > 300.0 {
        return v;
    }
    format!("{v:.*}", digits as usize).parse().unwrap_or(v)
}

fn total(simplicity: f64, coverage: f64, density: f64) -> f64 {
    WEIGHT[0] * simplicity + WEIGHT[1] * coverage + WEIGHT[2] * density + WEIGHT[3]
}

fn simplicity(i: usize, skip: i64, start: i64, k: i64) -> f64 {
    // Zero is among the ticks when a multiple of the step hits it.
    let zero = start % skip == 0 && start <= 0 && start + skip * (k - 1) >= 0;
    1.0 - i as f64 / (NICE.len() as f64 - 1.0) - skip as f64 + f64::from(u8::from(zero))
}

fn simplicity_bound(i: usize, skip: i64) -> f64 {
    1.0 - i as f64 / (NICE.len() as f64 - 1.0) - skip as f64 + 1.0
}

fn coverage(low: f64, high: f64, lmin: f64, lmax: f64) -> f64 {
    let tenth = 0.1 * (high - low);
    1.0 - 0.5 * (((high - lmax) / tenth).powi(2) + ((low - lmin) / tenth).powi(2))
}

fn coverage_bound(low: f64, high: f64, span: f64) -> f64 {
    let range = high - low;
    if span <= range {
        return 1.0;
    }
    let half = (span - range) / 2.0;
    1.0 - (half / (0.1 * range)).powi(2)
}

fn density(k: f64, m: f64, (low, high): (f64, f64), (lmin, lmax): (f64, f64)) -> f64 {
    let r = (k - 1.0) / (lmax - lmin);
    let target = (m - 1.0) / (lmax.max(high) - lmin.min(low));
    2.0 - (r / target).max(target / r)
}

fn density_bound(k: f64, m: f64) -> f64 {
    if k >= m { 2.0 - (k - 1.0) / (m - 1.0) } else { 1.0 }
}

/// Ticks of a logarithmic axis over `[low, high]`, `0 < low < high`: at most about `count` labelled values, and the
/// unlabelled values between them.
///
/// ```
/// let (labelled, minor) = gradus_plot::log_ticks(1.0, 1000.0, 6);
/// assert_eq!(labelled, [1.0, 10.0, 100.0, 1000.0]);
/// assert_eq!(minor.len(), 24); // 2..9 in each of three decades
/// ```
#[must_use]
pub fn log_ticks(low: f64, high: f64, count: usize) -> (Vec<f64>, Vec<f64>) {
    if !(low > 0.0 && high > low && high.is_finite()) {
        return (Vec::new(), Vec::new());
    }
    let within = |v: &f64| *v >= low * (1.0 - 1e-9) && *v <= high * (1.0 + 1e-9);
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let decades = (high / low).log10().abs().min(700.0);
    if decades < 0.7 {
        return (linear_ticks(low, high, count).into_iter().filter(within).collect(), Vec::new());
    }
    let at = |digits: &[f64]| -> Vec<f64> {
        (first..=last).flat_map(|e| digits.iter().map(move |d| power(*d, e))).filter(within).collect()
    };
    let powers = at(&[1.0]);
    if powers.len() >= 3 || decades >= 2.5 {
        let stride = powers.len().div_ceil(count.max(2)).max(1);
        // Strides 1, 2, 3, 5, 10, 20, ... and powers that are multiples of the stride read best.
        let stride = [1, 2, 3, 5, 10, 20, 50, 100, 200].into_iter().find(|s| *s >= stride).unwrap_or(300);
        let labelled: Vec<f64> = (first..=last)
            .filter(|e| e.rem_euclid(stride as i32) == 0)
            .map(|e| power(1.0, e))
            .filter(within)
            .collect();
        let minor = match (stride, powers.len()) {
            (1, 0..=9) => at(&[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]),
            (1, _) => Vec::new(),
            (2..=5, _) => powers.into_iter().filter(|p| !labelled.contains(p)).collect(),
            _ => Vec::new(),
        };
        return (labelled, minor);
    }
    let (labelled, minor) = (at(&[1.0, 2.0, 5.0]), at(&[3.0, 4.0, 6.0, 7.0, 8.0, 9.0]));
    if labelled.len() > count.max(2) {
        (powers, at(&[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]))
    } else {
        (labelled, minor)
    }
}

/// `digit * 10^exponent`, correctly rounded.
fn power(digit: f64, exponent: i32) -> f64 {
    format!("{digit}e{exponent}").parse().unwrap_or(f64::INFINITY)
}
