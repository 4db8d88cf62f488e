//! Documents are read and written without loss.

use gradus_notebook::{CellId, Document, Draft, Kind};
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn an_arrangement_that_changes_nothing_changes_no_byte(text in texts()) {
        let mut document = Document::read(&text);
        document.arrange(document.cells.iter().map(Draft::of).collect());
        prop_assert_eq!(document.write(), text);
    }

    #[test]
    fn what_an_editor_arranges_is_read_back(
        text in texts(),
        moves in prop::collection::vec((0u8..5, 0usize..12, 0usize..12, "[a-z=+ `~#\n]{0,30}"), 0..6),
    ) {
        let mut document = Document::read(&text);
        let mut drafts: Vec<Draft> = document.cells.iter().map(Draft::of).collect();
        for (k, (what, from, to, source)) in moves.into_iter().enumerate() {
            let n = drafts.len();
            let source = source.trim_end_matches('\n').to_owned();
            match what {
                0 if n > 0 => drafts[from % n].source = source,
                1 if n > 0 => {
                    let moved = drafts.remove(from % n);
                    drafts.insert(to % n, moved);
                }
                2 if n > 0 => drop(drafts.remove(from % n)),
                3 if n > 0 => drafts[from % n].kind = [Kind::Code, Kind::Derivation, Kind::Prose][to % 3],
                _ => {
                    let kind = [Kind::Code, Kind::Derivation, Kind::Prose][to % 3];
                    let id = CellId::new(&format!("n{k}")).unwrap();
                    drafts.insert(from % (n + 1), Draft { id, kind, source });
                }
            }
        }
        document.arrange(drafts.clone());
        let again = Document::read(&document.write());
        let is_prose_only = |d: &Draft| d.kind == Kind::Prose;
        // Prose may hold blocks of its own; then there is more to read than was arranged.
        let plain = drafts.iter().filter(|d| is_prose_only(d)).all(|d| !d.source.contains(['`', '~']));
        let ends = |s: &str| s.trim_end_matches(['\n', '\r']).to_owned();
        if plain {
            let code = |d: &Document| d.cells.iter().filter(|c| c.kind != Kind::Prose).map(|c| (c.id.clone(), c.kind, ends(&c.source))).collect::<Vec<_>>();
            let wanted: Vec<_> = drafts.iter().filter(|d| !is_prose_only(d)).map(|d| (d.id.clone(), d.kind, ends(&d.source))).collect();
            prop_assert_eq!(code(&again), wanted);
        }
        // What is arranged again as it was stays as it is.
        let once = document.write();
        document.arrange(document.cells.iter().map(Draft::of).collect());
        prop_assert_eq!(document.write(), once);
    }
}

#[test]
fn a_new_cell_stands_apart_and_ends_its_lines_as_the_others() {
    let mut document = Document::read("Text\r\n\r\n```gr id=a\r\nx = 1\r\n```\r\n");
    let mut drafts: Vec<Draft> = document.cells.iter().map(Draft::of).collect();
    let new =
        |id: &str, kind, source: &str| Draft { id: CellId::new(id).unwrap(), kind, source: source.into() };
    drafts.push(new("b", Kind::Derivation, "x\n= x"));
    drafts.push(new("p9", Kind::Prose, "After"));
    document.arrange(drafts);
    let text = document.write();
    assert_eq!(
        text,
        "Text\r\n\r\n```gr id=a\r\nx = 1\r\n```\r\n\r\n```derivation id=b\r\nx\n= x\r\n```\r\n\r\nAfter"
    );
    // Of two of one name the second is called otherwise, and nothing is lost.
    document.arrange(vec![new("a", Kind::Code, "1"), new("a", Kind::Code, "2")]);
    let names: Vec<&str> = document.cells.iter().map(|c| c.id.as_str()).collect();
    assert_eq!((names, document.cells[1].source.as_str()), (vec!["a", "c1"], "2"));
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
