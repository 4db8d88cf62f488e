//! The whole course compiles: what `lessons/` holds is tested as code is.

use gradus_expr::syntax::Scope;
use gradus_expr::{Equality, equal};
use gradus_lesson::render::{Cell, CellKind, Figures};
use gradus_lesson::{Lesson, Map, figures, render};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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

fn all_cells() -> Vec<(String, Cell)> {
    let cells = |l: Lesson| l.cells.into_iter().map(move |c| (l.topic.clone(), c)).collect::<Vec<_>>();
    course().1.into_iter().flat_map(cells).collect()
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

/// Is `left == right` proved?
fn proved(left: &str, right: &str, declared: &str) -> bool {
    let mut scope = Scope::new();
    scope.declare(declared).unwrap();
    let pair = scope.expressions(&[left, right]).unwrap();
    matches!(equal(&pair[0], &pair[1]), Ok(Equality::Equal))
}

#[test]
fn every_step_of_every_derivation_is_proved() {
    let mut steps = 0;
    for (topic, cell) in all_cells().iter().filter(|(_, c)| c.kind == CellKind::Derivation) {
        let lines: Vec<&str> = cell
            .source
            .lines()
            .filter_map(|l| l.split('#').next())
            .map(|l| l.trim().trim_start_matches("= "))
            .collect();
        for pair in lines.windows(2) {
            assert!(proved(pair[0], pair[1], ""), "{topic}, {}: {} = {}", cell.id, pair[0], pair[1]);
            steps += 1;
        }
    }
    assert!(steps >= 6);
}

#[test]
fn every_question_about_equality_is_answered_yes() {
    for (topic, cell) in all_cells().iter().filter(|(_, c)| c.kind == CellKind::Code) {
        let declared: Vec<&str> =
            cell.source.lines().filter(|l| l.contains(" : ") && !l.starts_with("data ")).collect();
        for line in cell.source.lines().filter_map(|l| l.strip_prefix("equal ")) {
            let (left, right) = line.split_once("==").unwrap();
            assert!(proved(left, right, &declared.join("\n")), "{topic}, {}: {line}", cell.id);
        }
    }
}

#[test]
fn a_gallery_knows_its_figures_by_name() {
    let gallery = figures::all().unwrap();
    assert!(gallery.names().contains(&"tangent-plane".to_owned()));
    assert!(gallery.picture("tangent-plane").unwrap().svg.starts_with("<svg"));
    assert!(gallery.picture("no-such-figure").is_none());
}
