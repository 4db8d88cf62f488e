use gradus_lesson::render::{CellKind, Picture};
use gradus_lesson::{Lesson, Map, Problem, render};

const MAP: &str = "title = 'T'\nweeks = 2\n[[unit]]\nid = 'u'\ntitle = 'U'\nweeks = [1, 2]\n\
                   [[unit.topic]]\nid = 'limits'\ntitle = 'Limits'\n\
                   [[unit.topic]]\nid = 'slopes'\ntitle = 'Slopes'\nneeds = ['limits']\n\
                   [[unit.resource]]\ntitle = 'A <film>'\nurl = 'https://example.org/?a=1&b=2'\ntopics = ['slopes']\n";

fn compile(text: &str) -> Result<Lesson, Vec<Problem>> {
    let map = Map::read(MAP, &|path| path == "u/slopes.md").unwrap();
    let figures = |name: &str| (name == "bell").then(|| Picture::new("<svg id='b'></svg>", "A \"bell\""));
    render(map.topic("slopes").unwrap(), text, &map, &figures)
}

fn html(text: &str) -> String {
    match compile(&format!("# T\n{text}")) {
        Ok(lesson) => lesson.html(),
        Err(problems) => panic!("{problems:#?}"),
    }
}

fn problems(text: &str) -> Vec<String> {
    compile(&format!("# T\n{text}")).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn prose_is_common_mark() {
    assert_eq!(
        html("One *two* **three** `a<b`."),
        "<p>One <em>two</em> <strong>three</strong> <code>a&lt;b</code>.</p>\n"
    );
    assert_eq!(html("1. a\n2. b\n"), "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n");
    assert_eq!(
        html("| a | b |\n|---|--:|\n| 1 | 2 |\n"),
        "<div class=\"table\"><table>\n<thead><tr><th scope=\"col\">a</th><th scope=\"col\" class=\"right\">b</th></tr></thead><tbody>\n\
         <tr><td>1</td><td class=\"right\">2</td></tr>\n</tbody></table></div>\n"
    );
    assert_eq!(html("It's \"so\""), "<p>It\u{2019}s \u{201C}so\u{201D}</p>\n");
}

#[test]
fn formulas_become_mathml() {
    assert_eq!(html("$x_1$"), "<p><math><msub><mi>x</mi><mn>1</mn></msub></math></p>\n");
    assert!(
        html("$$\\frac{1}{2}$$")
            .contains("<math display=\"block\"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>")
    );
    let lesson = compile("# T\n## Part\n\n$a+b$\n").unwrap();
    assert_eq!(
        (lesson.formulas[0].latex.as_str(), lesson.formulas[0].near.as_str(), lesson.formulas[0].line),
        ("a+b", "part", 4)
    );
}

#[test]
fn statements_are_numbered_together_and_named_by_links() {
    let text = "# T\nSee [](#theorem-all-is-well) and [this](#slope).\n\n```definition Slope {#slope}\nRise over run.\n```\n\n\
                ```theorem All is well\nIndeed.\n```\n\n```proof\nClear.\n```\n";
    let lesson = compile(text).unwrap();
    let html = lesson.html();
    assert!(html.contains("<a href=\"#theorem-all-is-well\">Theorem 2</a>"), "{html}");
    assert!(html.contains("<a href=\"#slope\">this</a>"), "{html}");
    assert!(html.contains("<div class=\"statement definition\" id=\"slope\" role=\"group\" aria-label=\"Definition 1: Slope\">"), "{html}");
    assert!(html.contains("aria-label=\"Proof of Theorem 2\""), "{html}");
    assert_eq!(lesson.definitions().count(), 1);
    assert_eq!(
        lesson.theorems().map(|t| (t.number, t.title.as_str())).collect::<Vec<_>>(),
        [(2, "All is well")]
    );
    assert!(lesson.has_anchor("slope") && !lesson.has_anchor("hill"));
}

#[test]
fn cells_are_escaped_and_their_outputs_are_put_in() {
    let text = "# T\n```gr cell\nf = a < b\n```\n\n```derivation id=chain\nx + x\n= 2*x\n```\n";
    let lesson = compile(text).unwrap();
    assert_eq!(
        lesson.cells.iter().map(|c| (c.id.as_str(), c.kind, c.line)).collect::<Vec<_>>(),
        [("cell-1", CellKind::Code, 3), ("chain", CellKind::Derivation, 7)]
    );
    assert_eq!(lesson.cells[1].source, "x + x\n= 2*x\n");
    assert!(lesson.html().contains("<code class=\"language-gr\">f = a &lt; b\n</code>"));
    assert!(lesson.html().contains("<div class=\"output\" data-output=\"cell-1\"></div>"));
    let full = lesson.html_with(&|id| Some(format!("<b>{id}</b>")));
    assert!(full.contains("<div class=\"output\" data-output=\"chain\"><b>chain</b></div>"));
}

#[test]
fn a_figure_has_its_picture_and_its_caption() {
    let html = html("```figure bell\nThe *bell* of $x$.\n```\n\n[](#figure-bell)");
    assert!(html.contains("<figure class=\"live\" id=\"figure-bell\" data-figure=\"bell\" aria-label=\"A &quot;bell&quot;\">"), "{html}");
    assert!(html.contains("<svg id='b'></svg>") && html.contains("The <em>bell</em> of <math>"), "{html}");
    assert!(html.contains(">Figure 1</a>"), "{html}");
}

#[test]
fn blocks_hold_blocks_and_lines_stay_right() {
    let text = "# T\n\n````study Iris\nText.\n\n```gr cell\nx = 1\n```\n\n$\\nonsense$\n````\n";
    let wrong = compile(text).unwrap_err();
    assert_eq!(wrong.len(), 1);
    assert_eq!(wrong[0].line, 10);
    let lesson = compile(&text.replace("$\\nonsense$", "")).unwrap();
    assert_eq!(lesson.cells[0].line, 7);
    assert!(lesson.html().contains("aria-label=\"Study: Iris\""));
}

#[test]
fn resources_of_the_map_are_added() {
    let html = html("```resources\n- [A book](https://example.org/book)\n```\n");
    assert!(
        html.contains("<a href=\"https://example.org/book\" rel=\"noopener noreferrer\">A book</a>"),
        "{html}"
    );
    assert!(
        html.contains(
            "<a href=\"https://example.org/?a=1&amp;b=2\" rel=\"noopener noreferrer\">A &lt;film&gt;</a>"
        ),
        "{html}"
    );
}

#[test]
fn a_topic_is_linked_to_its_lesson_or_to_its_place_on_the_map() {
    assert!(html("[a](topic:slopes#x)").contains("<a href=\"/lesson/u/slopes#x\">a</a>"));
    assert!(html("[a](topic:limits)").contains("<a class=\"unwritten\" href=\"/#topic-limits\">a</a>"));
}

#[test]
fn nothing_that_runs_gets_through() {
    for text in [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "[a](javascript:alert(1))",
        "[a](http://example.org)",
        "[a](/lesson/../x)",
        "[a](//example.org)",
        "![a](https://example.org/x.png)",
        "<javascript:alert(1)>",
    ] {
        assert!(!problems(text).is_empty(), "{text}");
    }
    let html = html(
        "```text\n<script>\n```\n\n\\<b>\n\n`<i>` <!-- a comment -->\n\n```gr cell\n</code><script>\n```\n",
    );
    assert!(
        !html.contains("<script") && !html.contains("<b>") && !html.contains("<i>") && !html.contains("<!--"),
        "{html}"
    );
}

#[test]
fn the_answer_of_an_exercise_is_folded_away() {
    let text = "# T\n\n````exercise A slope\nOf $x^2$ at 1?\n\n```hint\nHalve the step.\n```\n\n```answer\nIt is *two*.\n```\n````\n\n\
                ```challenge Differences\nWrite them.\n```\n";
    let html = compile(text).unwrap().html();
    for part in [
        "<div class=\"box exercise\" role=\"group\" aria-label=\"Exercise: A slope\">",
        "<details class=\"hint\">\n<summary>Hint</summary>\n<p>Halve the step.</p>",
        "<details class=\"answer\">\n<summary>Answer</summary>\n<p>It is <em>two</em>.</p>\n</details>",
        "aria-label=\"From scratch: Differences\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert_eq!(
        problems("\n```answer\nx\n```\n")[0],
        "line 3: `answer` stands inside an `exercise` or a `challenge` block"
    );
}

#[test]
fn every_problem_is_told_with_its_line() {
    let text = "\n[a](#nowhere)\n\n## One\n\n## One\n\n```exercise derivative\n```\n\n```theorem Big\nx\n```\n\n\
                ```definiton X\n```\n\n```figure bel\n```\n\n```gr cell\n```\n\n```definition\nx\n```\n\n\
                [t](topic:limit)\n\n# Again\n\n```proof\n$\\frac{1}$\n```\n\n```proof\ny\n```\n";
    let found = problems(text);
    let expected = [
        "line 3: nothing here is called `#nowhere`",
        "line 7: `#one` is there already",
        "line 9: this `exercise` block needs an `answer` block in it",
        "line 16: there is no block `definiton X`; the blocks are",
        "line 19: there is no figure `bel`",
        "line 22: this `gr cell` block needs some text",
        "line 25: this `definition` block needs a title after the word",
        "line 29: there is no topic `limit`; did you mean `limits`?",
        "line 31: a lesson has one title; write `##` for a section",
        "line 34: the formula `\\frac{1}` cannot be read: ",
        "line 37: this proves no theorem: a `proof` block follows its theorem",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
    assert_eq!(
        problems("\n```theorem Big\nx\n```\n")[0],
        "line 3: the theorem \"Big\" has no proof: let a `proof` block follow before the next theorem"
    );
    assert_eq!(
        compile("text\n").unwrap_err()[0].to_string(),
        "line 1: a lesson begins with its title, `# Title`"
    );
}

#[test]
fn any_text_gives_a_lesson_or_problems() {
    let deep = format!("# T\n{}{}", "`".repeat(200), "study\n");
    for text in [
        "",
        "# ",
        "```",
        "# T\n$$",
        "# T\n````study\n```proof",
        "# T\n\0output:cell-1\0",
        "# T\n[](#)",
        "# [a](#b)",
        &deep,
        "# T\n> - ```gr cell\n>   x\n",
    ] {
        let _ = compile(text);
    }
    let html = html("\0output:cell-1\0 \0label:x\0");
    assert!(html.contains("\u{FFFD}output:cell-1\u{FFFD}"), "{html}");
    // Blocks in blocks end somewhere.
    let nested: String = (4..20).rev().map(|k| format!("{}study\n", "`".repeat(k))).collect();
    assert!(!problems(&nested).is_empty());
}
