//! Documents are read and written without loss.

use gradus_notebook::{CellId, Document, Kind};
use proptest::prelude::*;

/// Pieces that texts of documents are made of, well formed and not.
fn pieces() -> impl Strategy<Value = String> {
    let all = [
        "# Title\n",
        "prose with `code`\n",
        "\n",
        "\n\n",
        " \t\n",
        "```gr\n",
        "```gr id=a\n",
        "```gr id=a1 wide\r\n",
        "```\n",
        "````\n",
        "~~~ derivation id=d\n",
        "~~~\n",
        "```python\nx = 1\n",
        "``` figure tangent a=1\n",
        "   ```\n",
        "    ```gr\n",
        "> ```gr\n",
        "f = x^2\n",
        "x : [n]\r\n",
        "no end",
        "```gr",
        "```",
        "\u{3bb} = 1\n",
        "\r",
        "```gr `\n",
        "````gr id=b\n```\n````\n",
        "id=p1\n",
        "```gr id=p1 id=q\n",
        "```gr id=\u{e9}\n",
    ];
    prop::sample::select(all.to_vec()).prop_map(str::to_owned)
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec(pieces(), 0..24).prop_map(|p| p.concat()),
        1 => ".*".prop_map(|s| s),
    ]
}

fn meaning(d: &Document) -> Vec<(CellId, Kind, String)> {
    d.cells.iter().map(|c| (c.id.clone(), c.kind, c.source.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_read_is_written_byte_by_byte(text in texts()) {
        let document = Document::read(&text);
        prop_assert_eq!(document.write(), text);
        let mut names: Vec<_> = document.cells.iter().map(|c| c.id.clone()).collect();
        names.sort();
        names.dedup();
        prop_assert_eq!(names.len(), document.cells.len());
    }

    #[test]
    fn a_changed_cell_is_read_back(text in texts(), at in 0usize..8, source in texts(), settle in any::<bool>()) {
        let mut document = Document::read(&text);
        let code: Vec<usize> = (0..document.cells.len()).filter(|k| document.cells[*k].kind != Kind::Prose).collect();
        if code.is_empty() {
            return Ok(());
        }
        let k = code[at % code.len()];
        // A source ends without the end of its last line.
        document.cells[k].source = source.trim_end_matches(['\n', '\r']).to_owned();
        if settle {
            document.settle();
        }
        let again = Document::read(&document.write());
        prop_assert_eq!(meaning(&again), meaning(&document));
    }

    #[test]
    fn an_inserted_cell_is_read_back(text in texts(), at in 0usize..8, source in "[a-z=+ `~\n]{0,30}") {
        let mut document = Document::read(&text);
        document.settle();
        let source = source.trim_end_matches('\n');
        let id = document.insert(at, Kind::Code, source);
        let again = Document::read(&document.write());
        prop_assert_eq!(&again.get(&id).unwrap().source, source);
        let code = |d: &Document| meaning(d).into_iter().filter(|c| c.1 != Kind::Prose).collect::<Vec<_>>();
        prop_assert_eq!(code(&again), code(&document));
    }
}

#[test]
fn fences_are_those_of_commonmark() {
    let text = "````markdown\n```gr\nnot a cell\n```\n````\n\n   ~~~~ gr id=yes\na\n~~~\n~~~~~\n    ```gr\n    indented code\n";
    let document = Document::read(text);
    let kinds: Vec<Kind> = document.cells.iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [Kind::Prose, Kind::Code, Kind::Prose]);
    assert_eq!(document.cells[1].source, "a\n~~~");
    assert_eq!(document.cells[1].id.as_str(), "yes");
}

#[test]
fn a_name_that_is_taken_or_malformed_is_not_kept() {
    let document = Document::read("```gr id=a\n```\n```gr id=a\n```\n```gr id=c1\n```\n```gr id=x/y\n```\n");
    let names: Vec<&str> = document.cells.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(names, ["a", "c2", "c1", "c3"]);
}

#[test]
fn a_source_with_a_fence_gets_a_longer_one() {
    let mut document = Document::read("```gr id=a\nx\n```\n");
    document.cells[0].source = "````\n```".to_owned();
    assert_eq!(document.write(), "`````gr id=a\n````\n```\n`````\n");
}

#[test]
fn ten_thousand_cells_are_read_and_written() {
    let text: String = (0..10_000).map(|k| format!("text {k}\n\n```gr\nx{k} = {k}\n```\n\n")).collect();
    let mut document = Document::read(&text);
    assert_eq!(document.cells.len(), 20_000);
    assert_eq!(document.write(), text);
    document.settle();
    assert!(document.write().contains("```gr id=c10000\n"));
}
