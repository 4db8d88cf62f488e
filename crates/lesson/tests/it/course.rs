//! The whole course compiles: what `lessons/` holds is tested as code is.

use gradus_lesson::render::Picture;
use gradus_lesson::{Lesson, Map, render};
use std::path::Path;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons")
}

/// The map and every lesson that is written.
pub(crate) fn course() -> (Map, Vec<Lesson>) {
    let text = std::fs::read_to_string(folder().join("map.toml")).unwrap();
    let map = Map::read(&text, &|path| folder().join(path).is_file()).unwrap();
    let figures = |name: &str| Some(Picture::new("<svg></svg>", name));
    let lessons = map.topics().filter(|t| t.written).map(|topic| {
        let text = std::fs::read_to_string(folder().join(topic.path())).unwrap();
        match render(topic, &text, &map, &figures) {
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

#[test]
fn every_lesson_compiles() {
    course();
}
