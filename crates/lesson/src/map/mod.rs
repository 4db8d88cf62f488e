//! The map of the course: units of two weeks, their topics, and what each topic needs first.
//!
//! Needs are a directed graph without cycles. A topic's layer is the length of the longest path to it, so that every
//! arrow of a drawing points forward. Time is linear in topics and arrows.

mod order;
mod read;

pub(crate) use read::is_web;

use std::collections::BTreeSet;

/// The whole course, as `lessons/map.toml` tells it.
///
/// ```
/// use gradus_lesson::Map;
/// let text = r#"
///     title = "Two steps"
///     weeks = 2
///     [[unit]]
///     id = "calculus"
///     title = "Calculus"
///     weeks = [1, 2]
///     [[unit.topic]]
///     id = "limits"
///     title = "Limits"
///     [[unit.topic]]
///     id = "derivatives"
///     title = "Derivatives"
///     needs = ["limits"]
/// "#;
/// let map = Map::read(text, &|path| path == "calculus/limits.md").unwrap();
/// assert!(map.topic("limits").unwrap().written);
/// assert!(!map.topic("derivatives").unwrap().written);
/// assert_eq!(map.layers(), [["limits"], ["derivatives"]]);
/// assert_eq!(map.next(&["limits".to_owned()].into()), ["derivatives"]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Map {
    /// The course's title.
    pub title: String,
    /// How many weeks it takes.
    pub weeks: u32,
    /// The units in order.
    pub units: Vec<Unit>,
    /// What runs through all units.
    pub strands: Vec<Strand>,
    /// Books and courses for the whole of it.
    pub resources: Vec<Resource>,
}

/// Some weeks about one subject.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Unit {
    /// Its part of an address, and its folder's name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The month's title, if it has one.
    pub month: Option<String>,
    /// First and last week, counted from 1.
    pub weeks: (u32, u32),
    /// In the order of the roadmap.
    pub topics: Vec<Topic>,
    /// Links for the unit and its topics.
    pub resources: Vec<Resource>,
}

/// What one lesson is about.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Topic {
    /// Its part of an address, and its file's name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The unit that it belongs to.
    pub unit: String,
    /// One sentence.
    pub about: String,
    /// Topics to know first.
    pub needs: Vec<String>,
    /// Whether its lesson exists.
    pub written: bool,
}

impl Topic {
    /// The lesson's file, relative to the folder of lessons.
    pub fn path(&self) -> String {
        format!("{}/{}.md", self.unit, self.id)
    }
}

/// Something that every unit practises.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Strand {
    /// A short name.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A link to something elsewhere; nothing is fetched.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Resource {
    /// What it is called.
    pub title: String,
    /// Who made it.
    pub by: Option<String>,
    /// Where it is.
    pub url: String,
    /// `book`, `course` or `video`.
    pub kind: String,
    /// The topics that it is about; none: the whole unit.
    pub topics: Vec<String>,
}

impl Map {
    /// All topics in the order of the units.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.units.iter().flat_map(|u| &u.topics)
    }

    /// The topic of that name.
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.topics().find(|t| t.id == id)
    }

    /// The unit of that name.
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.iter().find(|u| u.id == id)
    }

    /// The links that belong to a topic itself, in the order of the file.
    pub fn resources_of(&self, topic: &str) -> impl Iterator<Item = &Resource> {
        self.units.iter().flat_map(|u| &u.resources).filter(move |r| r.topics.iter().any(|t| t == topic))
    }

    /// The topics by layers: in layer 0 those that need nothing, in layer k those whose longest path of needs has k
    /// arrows. Within a layer they keep the order of the units.
    pub fn layers(&self) -> Vec<Vec<&str>> {
        let depth = order::depths(self);
        let mut layers = vec![Vec::new(); depth.values().max().map_or(0, |d| d + 1)];
        for topic in self.topics() {
            if let Some(layer) = depth.get(topic.id.as_str()).and_then(|d| layers.get_mut(*d)) {
                layer.push(topic.id.as_str());
            }
        }
        layers
    }

    /// The topics that are not done and all of whose needs are, in the order of the units.
    pub fn next(&self, done: &BTreeSet<String>) -> Vec<&str> {
        self.topics()
            .filter(|t| !done.contains(&t.id) && t.needs.iter().all(|n| done.contains(n)))
            .map(|t| t.id.as_str())
            .collect()
    }

    /// What needs this topic, in the order of the units.
    pub fn leads_to(&self, topic: &str) -> Vec<&str> {
        self.topics().filter(|t| t.needs.iter().any(|n| n == topic)).map(|t| t.id.as_str()).collect()
    }

    /// Everything to know before this topic, each after its own needs.
    pub fn before(&self, topic: &str) -> Vec<&str> {
        order::before(self, topic)
    }
}
