//! The whole course compiles: what `lessons/` holds is tested as code is.

use gradus_lesson::mathematics::Formulas;
use gradus_lesson::render::{CellKind, Figures};
use gradus_lesson::{Lesson, Map, figures, render};
use gradus_notebook::{Bundled, CellId, Limits, Output, Session, Shown, Verdict};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons")
}

/// The map and every lesson that is written, with the real figures.
pub(crate) fn course() -> (Map, Vec<Lesson>) {
    let text = std::fs::read_to_string(folder().join("map.toml")).unwrap();
    let map = Map::read(&text, &|path| folder().join(path).is_file()).unwrap();
    let gallery = figures::all().unwrap();
    let lessons = map.topics().filter(|t| t.written).map(|topic| {
        let text = std::fs::read_to_string(folder().join(topic.path())).unwrap();
        match render(topic, &text, &map, &gallery) {
            Ok(lesson) => lesson,
            Err(problems) => {
                let lines: Vec<String> =
                    problems.iter().map(|p| format!("lessons/{}: {p}", topic.path())).collect();
                panic!("{}", lines.join("\n"))
            }
        }
    });
    let lessons = lessons.collect();
    (map, lessons)
}

/// A lesson's cells, run with the limits of the Lab and no files.
fn run(lesson: &Lesson) -> Session {
    let mut session = Session::new(lesson.document(), Limits::default(), Arc::new(Bundled));
    session.run(&mut ());
    session
}

#[test]
fn every_lesson_compiles_with_its_figures_and_formulas() {
    let (_, lessons) = course();
    assert!(!lessons.is_empty());
    for lesson in &lessons {
        let html = lesson.html();
        assert_eq!(html.matches("<figure ").count(), lesson.figures.len());
        assert_eq!(html.matches("<math").count(), lesson.formulas.len(), "{}", lesson.topic);
        assert_eq!(html.matches("<section class=\"cell").count(), lesson.cells.len());
        assert!(!html.contains('\0') && !html.contains('$'), "{}", lesson.topic);
    }
}

#[test]
fn every_id_of_a_page_is_there_once() {
    for lesson in course().1 {
        let html = lesson.html();
        let mut seen = BTreeSet::new();
        for id in html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(seen.insert(id), "{}: #{id} twice", lesson.topic);
        }
        for used in html.split("url(#").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(seen.contains(used), "{}: url(#{used})", lesson.topic);
        }
        for used in html.split("aria-labelledby=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(used.split(' ').all(|id| seen.contains(id)), "{}: {used}", lesson.topic);
        }
    }
}

#[test]
fn links_between_lessons_lead_somewhere() {
    let (map, lessons) = course();
    for lesson in &lessons {
        for link in &lesson.links {
            assert!(map.topic(&link.topic).is_some(), "{link:?}");
            if let Some(anchor) = &link.anchor {
                let target = lessons.iter().find(|l| l.topic == link.topic);
                assert!(target.is_some_and(|l| l.has_anchor(anchor)), "{}: {link:?}", lesson.topic);
            }
        }
    }
}

fn is_proved(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Proved)
}

/// What is wrong with an answer, in a word.
fn fault(shown: &Shown) -> Option<String> {
    match shown {
        Shown::Verdict(v) if !is_proved(v) => Some(format!("{v:?}")),
        Shown::Check(c) if !c.agrees => Some(format!("{c:?}")),
        Shown::Failed(why) => Some(format!("{why:?}")),
        _ => None,
    }
}

#[test]
fn every_cell_runs_and_every_step_is_proved() {
    for lesson in course().1 {
        let session = run(&lesson);
        for cell in &lesson.cells {
            let place = format!("lessons/{}, line {}, {}", lesson.topic, cell.line, cell.id);
            let output = session.output(&CellId::new(&cell.id).unwrap());
            match (cell.kind, output) {
                (CellKind::Code, Output::Results(results)) => {
                    for shown in results {
                        assert_eq!(fault(shown), None, "{place}");
                    }
                }
                (CellKind::Derivation, Output::Derivation(lines)) => {
                    assert!(lines.len() > 1, "{place}");
                    for line in &lines[1..] {
                        assert!(line.verdict.as_ref().is_some_and(is_proved), "{place}: {line:?}");
                    }
                }
                (_, other) => panic!("{place}: {other:?}"),
            }
        }
    }
}

#[test]
fn every_formula_that_a_cell_answers_can_be_set() {
    let formulas = Formulas::new().unwrap();
    for lesson in course().1 {
        let session = run(&lesson);
        for cell in &lesson.cells {
            let latex: Vec<String> = match session.output(&CellId::new(&cell.id).unwrap()) {
                Output::Results(results) => results
                    .iter()
                    .filter_map(|s| if let Shown::Formula(f) = s { Some(f) } else { None })
                    .flat_map(|f| [f.latex.clone(), f.name_latex.clone()])
                    .collect(),
                Output::Derivation(lines) => lines.iter().map(|l| l.formula.latex.clone()).collect(),
                _ => Vec::new(),
            };
            for latex in latex {
                assert!(
                    formulas.display(&latex).is_ok(),
                    "{}: {latex}: {:?}",
                    cell.id,
                    formulas.display(&latex)
                );
            }
        }
    }
}

/// The numbers in the text, which come from Python's own arithmetic on the file of the data, against the cells.
#[test]
fn the_numbers_of_the_study_are_those_of_the_data() {
    let (_, lessons) = course();
    let lesson = lessons.iter().find(|l| l.topic == "partial-derivatives-and-gradients").unwrap();
    let session = run(lesson);
    let values = |id: &str| match session.output(&CellId::new(id).unwrap()) {
        Output::Results(results) => results
            .iter()
            .rev()
            .find_map(|s| if let Shown::Values(v) = s { Some(v.tensor.data.clone()) } else { None })
            .unwrap(),
        other => panic!("{other:?}"),
    };
    let columns = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"];
    let html = lesson.html();
    for (column, value) in columns.iter().zip(values("patients")) {
        let row = html.split("<tr>").find(|r| r.contains(&format!("<code>{column}</code>"))).unwrap();
        let shown = format!("{value:.1}").replace('-', "\u{2212}");
        assert!(row.contains(&format!("<td class=\"right\">{shown}</td>")), "{column} {shown}: {row}");
    }
    assert!((values("bowl")[0] - 4.6049).abs() < 5e-5);
    assert_eq!(values("fold"), [0.5]);
}

#[test]
fn a_gallery_knows_its_figures_by_name() {
    let gallery = figures::all().unwrap();
    assert!(gallery.names().contains(&"tangent-plane".to_owned()));
    assert!(gallery.picture("tangent-plane").unwrap().html.starts_with("<svg"));
    assert!(gallery.picture("no-such-figure").is_none());
}
