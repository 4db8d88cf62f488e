//! The nearest name to a misspelt one.
//!
//! Distance is the number of single-letter insertions, deletions, substitutions and swaps of neighbours that turn one
//! word into the other (optimal string alignment), without regard to case. Cost: O(length^2) for each name.
//!
//! Source: Damerau (1964), Communications of the ACM 7(3); Boytsov (2011), section 2.2.

/// The known name nearest to `name`, if it is within a third of its length (at least 2 edits are allowed).
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let word: Vec<char> = name.to_lowercase().chars().take(64).collect();
    let limit = (word.len() / 3).max(2).min(word.len());
    known
        .into_iter()
        .map(|k| (distance(&word, &k.to_lowercase().chars().take(64).collect::<Vec<_>>()), k))
        .filter(|&(d, k)| d <= limit && d < k.chars().count().max(1))
        .min_by_key(|&(d, _)| d)
        .map(|(_, k)| k.to_owned())
}

fn distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut d = vec![0; (a.len() + 1) * width];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            let at = |i: usize, j: usize| d[i * width + j];
            d[i * width + j] = if i == 0 || j == 0 {
                i + j
            } else {
                let substituted = at(i - 1, j - 1) + usize::from(a[i - 1] != b[j - 1]);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                let edit = substituted.min(at(i - 1, j) + 1).min(at(i, j - 1) + 1);
                if swapped { edit.min(at(i - 2, j - 2) + 1) } else { edit }
            };
        }
    }
    d[d.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_is_one_edit_and_a_far_word_has_no_suggestion() {
        assert_eq!(nearest("lenght", ["width", "length"]), Some("length".into()));
        assert_eq!(nearest("Spceies", ["island", "species"]), Some("species".into()));
        assert_eq!(nearest("zzz", ["island", "species"]), None);
        assert_eq!(nearest("", ["island"]), None);
    }
}
