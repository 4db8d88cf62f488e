//! Tables of text: columns under headings, numbers to the right.

/// Which way the cells of a column are pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Rows under headings, with a rule between; lines have no spaces at their end.
pub(crate) fn table(headings: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let width = |k: usize| {
        let cells = rows.iter().filter_map(|r| r.get(k)).map(|c| c.chars().count());
        cells.chain(headings.get(k).map(|h| h.0.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded: Vec<String> = widths
            .iter()
            .zip(headings)
            .enumerate()
            .map(|(k, (w, (_, align)))| {
                let cell = cells.get(k).map_or("", String::as_str);
                match align {
                    Align::Left => format!("{cell:<w$}"),
                    Align::Right => format!("{cell:>w$}"),
                }
            })
            .collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let heading: Vec<String> = headings.iter().map(|h| h.0.to_owned()).collect();
    let rule: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
    let mut out = line(&heading) + &line(&rule);
    rows.iter().for_each(|r| out.push_str(&line(r)));
    out
}

/// Words in lines of at most `width` characters, each after `indent`.
pub(crate) fn wrapped(words: &[String], width: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in words {
        let w = word.chars().count();
        if length == 0 || length + 1 + w > width {
            out.push_str(if length == 0 { "" } else { "\n" });
            out.push_str(indent);
            out.push_str(word);
            length = indent.len() + w;
        } else {
            out.push(' ');
            out.push_str(word);
            length += 1 + w;
        }
    }
    if length > 0 {
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = vec![vec!["a".into(), "1".into()], vec!["long".into(), "22".into()]];
        let text = table(&[("name", Align::Left), ("n", Align::Right)], &rows);
        assert_eq!(text, "name   n\n----  --\na      1\nlong  22\n");
    }

    #[test]
    fn words_are_wrapped() {
        let words: Vec<String> = ["aa", "bb", "cc"].map(String::from).to_vec();
        assert_eq!(wrapped(&words, 6, " "), " aa bb\n cc\n");
    }
}
