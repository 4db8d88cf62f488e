//! The name that was probably meant.

/// The candidate closest to `word`, when it is close enough to be a slip of the fingers.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let length = word.chars().count();
    if length > 40 {
        return None;
    }
    let allowed = match length {
        0..=1 => 0,
        2..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let best = candidates
        .into_iter()
        .filter(|c| *c != word)
        .map(|c| (distance(&word.to_lowercase(), &c.to_lowercase()), c))
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)))?;
    (best.0 <= allowed).then(|| best.1.to_owned())
}

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (0, j) => j,
                (i, 0) => i,
                (i, j) => {
                    let same = usize::from(a[i - 1] != b[j - 1]);
                    let mut d = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + same);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        d = d.min(rows[i - 2][j - 2] + 1);
                    }
                    d
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        assert_eq!(nearest("lamda", ["lambda", "x"]).as_deref(), Some("lambda"));
        assert_eq!(nearest("mimimize", ["minimize", "maximize"]).as_deref(), Some("minimize"));
        assert_eq!(nearest("teh", ["the"]).as_deref(), Some("the"));
        assert_eq!(nearest("q", ["x", "y"]), None);
        assert_eq!(nearest("banana", ["lambda", "x"]), None);
    }
}
