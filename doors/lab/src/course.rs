//! The map and its lessons: read once, and again whenever a file changes while the Lab watches.

use crate::figures::Registry;
use gradus_lesson::search::Index;
use gradus_lesson::{Lesson, Map, Problem, render};
use gradus_notebook::html::unstyled;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

#[derive(RustEmbed)]
#[folder = "../../lessons/"]
struct BuiltIn;

/// Where lessons come from.
pub(crate) enum Source {
    /// Those that the binary brings.
    BuiltIn,
    /// Those of a folder, read again when they change.
    Folder(PathBuf),
}

impl Source {
    /// The folder of lessons in `folder` or `folder` itself, if one of them has a map.
    pub(crate) fn below(folder: &Path) -> Option<Self> {
        [folder.join("lessons"), folder.to_owned()]
            .into_iter()
            .find(|f| f.join("map.toml").is_file())
            .map(Self::Folder)
    }

    fn text(&self, path: &str) -> Option<String> {
        match self {
            Self::BuiltIn => BuiltIn::get(path).map(|f| String::from_utf8_lossy(&f.data).into_owned()),
            Self::Folder(folder) => {
                std::fs::read(folder.join(path)).ok().map(|b| String::from_utf8_lossy(&b).into_owned())
            }
        }
    }

    fn has(&self, path: &str) -> bool {
        match self {
            Self::BuiltIn => BuiltIn::get(path).is_some(),
            Self::Folder(folder) => folder.join(path).is_file(),
        }
    }

    /// What changes when a file does: the newest time and the number of the files.
    pub(crate) fn stamp(&self) -> Option<(SystemTime, usize)> {
        let Self::Folder(folder) = self else { return None };
        let mut stamp = (SystemTime::UNIX_EPOCH, 0);
        let mut open = vec![(folder.clone(), 0)];
        while let Some((folder, depth)) = open.pop() {
            for entry in std::fs::read_dir(folder).ok()?.flatten() {
                let Ok(about) = entry.metadata() else { continue };
                let name = entry.file_name();
                let name = name.to_string_lossy();
                if about.is_dir() && depth < 2 && !name.starts_with('.') {
                    open.push((entry.path(), depth + 1));
                } else if name.ends_with(".md") || name == "map.toml" {
                    stamp = (stamp.0.max(about.modified().ok()?), stamp.1 + 1);
                }
            }
        }
        Some(stamp)
    }
}

/// A lesson as a page shows it.
pub(crate) struct Written {
    pub(crate) lesson: Lesson,
    pub(crate) html: String,
    /// Whether the text itself has the links to read.
    pub(crate) has_resources: bool,
}

impl Written {
    fn of(lesson: Lesson) -> Self {
        let html = allowed(&lesson.html());
        Self { has_resources: html.contains("class=\"resources\""), html, lesson }
    }
}

/// The course at one time.
pub(crate) struct Course {
    pub(crate) map: Map,
    lessons: BTreeMap<String, Result<Written, Vec<Problem>>>,
    pub(crate) index: Index,
}

impl Course {
    /// Reads the map and compiles every lesson.
    ///
    /// # Errors
    /// Every problem of the map. Problems of a lesson are shown in its place.
    pub(crate) fn read(source: &Source, figures: &Registry) -> Result<Self, Vec<Problem>> {
        let text = source.text("map.toml").unwrap_or_default();
        let map = Map::read(&text, &|path| source.has(path))?;
        let mut lessons = BTreeMap::new();
        let mut good = Vec::new();
        for topic in map.topics().filter(|t| t.written) {
            let text = source.text(&topic.path()).unwrap_or_default();
            let compiled = render(topic, &text, &map, figures);
            if let Ok(lesson) = &compiled {
                good.push(lesson.clone());
            }
            lessons.insert(topic.id.clone(), compiled.map(Written::of));
        }
        let index = Index::new(&map, &good);
        Ok(Self { map, lessons, index })
    }

    /// The lesson of a topic, if it is written.
    pub(crate) fn lesson(&self, topic: &str) -> Option<&Result<Written, Vec<Problem>>> {
        self.lessons.get(topic)
    }
}

/// The HTML of a lesson with what the pages' policy allows in its mathematics.
fn allowed(html: &str) -> String {
    let pieces = html.split_inclusive("</math>").map(|piece| match piece.find("<math") {
        Some(at) => format!("{}{}", &piece[..at], unstyled(&piece[at..])),
        None => piece.to_owned(),
    });
    pieces.collect()
}
