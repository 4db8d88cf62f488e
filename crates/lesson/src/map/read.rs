//! Reading `map.toml`, with every mistake and its line.

use super::{Map, Resource, Strand, Topic, Unit, order};
use crate::problem::nearest;
use crate::{Fault, Problem};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads and collects what is wrong.
struct Reader<'a> {
    text: &'a str,
    problems: Vec<Problem>,
    /// The line of each topic's id.
    lines: BTreeMap<String, usize>,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Map {
    /// Reads the map; `exists` answers whether a lesson's file (`unit/topic.md`) is there.
    ///
    /// # Errors
    /// Every mistake with its line: no TOML, keys missing or unknown, ids that are no ids or there twice, topics
    /// that nothing calls so, needs in a circle, addresses that are not on the web.
    pub fn read(text: &str, exists: &dyn Fn(&str) -> bool) -> Result<Self, Vec<Problem>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut reader = Reader { text, problems: Vec::new(), lines: BTreeMap::new() };
        for error in errors {
            let line = reader.line(&error.span().unwrap_or(0..0));
            reader.problems.push(Problem { line, fault: Fault::NotToml(error.message().to_owned()) });
        }
        let mut map = reader.map(&root);
        for topic in map.units.iter_mut().flat_map(|u| &mut u.topics) {
            topic.written = exists(&topic.path());
        }
        reader.check(&map);
        reader.problems.sort_by_key(|p| p.line);
        if reader.problems.is_empty() { Ok(map) } else { Err(reader.problems) }
    }
}

impl Reader<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        1 + before.iter().filter(|b| **b == b'\n').count()
    }

    fn report(&mut self, span: Range<usize>, fault: Fault) {
        let line = self.line(&span);
        self.problems.push(Problem { line, fault });
    }

    fn wrong(&mut self, key: &str, value: &Value<'_>, expected: &str) {
        let found = value.get_ref().type_str().to_owned();
        let fault = Fault::WrongKind { key: key.to_owned(), found, expected: expected.to_owned() };
        self.report(value.span(), fault);
    }

    fn map(&mut self, root: &Spanned<DeTable<'_>>) -> Map {
        let table = root.get_ref();
        self.only(table, "the map", &["title", "weeks", "unit", "strand", "resource"]);
        let at = root.span();
        let title = self.required(table, "the map", "title", &at);
        let weeks = table.get("weeks").and_then(|v| self.number("weeks", v)).unwrap_or(0);
        let units = self.tables(table, "unit");
        let units: Vec<Unit> = units.iter().map(|(t, span)| self.unit(t, span)).collect();
        let strands = self.tables(table, "strand").into_iter().map(|(t, span)| {
            self.only(t, "strand", &["id", "title"]);
            let id = self.id(t, "strand", &span);
            Strand { id, title: self.required(t, "strand", "title", &span) }
        });
        let strands = strands.collect();
        let resources = self.resources(table);
        Map { title, weeks, units, strands, resources }
    }

    fn unit(&mut self, table: &DeTable<'_>, at: &Range<usize>) -> Unit {
        self.only(table, "unit", &["id", "title", "month", "weeks", "topic", "resource"]);
        let id = self.id(table, "unit", at);
        let title = self.required(table, "unit", "title", at);
        let month = self.text(table, "month");
        let weeks = self.weeks(table, at);
        let topics = self.tables(table, "topic");
        let topics = topics.into_iter().map(|(t, span)| self.topic(t, &span, &id)).collect();
        let resources = self.resources(table);
        Unit { id, title, month, weeks, topics, resources }
    }

    fn topic(&mut self, table: &DeTable<'_>, at: &Range<usize>, unit: &str) -> Topic {
        self.only(table, "topic", &["id", "title", "about", "needs"]);
        let id = self.id(table, "topic", at);
        let line = table.get("id").map_or_else(|| self.line(at), |v| self.line(&v.span()));
        if self.lines.insert(id.clone(), line).is_some() {
            self.problems.push(Problem { line, fault: Fault::Twice(id.clone()) });
        }
        let title = self.required(table, "topic", "title", at);
        let about = self.text(table, "about").unwrap_or_default();
        let needs = self.texts(table, "needs");
        Topic { id, title, unit: unit.to_owned(), about, needs, written: false }
    }

    fn resources(&mut self, table: &DeTable<'_>) -> Vec<Resource> {
        let tables = self.tables(table, "resource");
        let mut resources = Vec::new();
        for (t, at) in tables {
            self.only(t, "resource", &["title", "by", "url", "kind", "topics"]);
            let title = self.required(t, "resource", "title", &at);
            let url = self.required(t, "resource", "url", &at);
            if !is_web(&url) {
                let span = t.get("url").map_or(at, Spanned::span);
                self.report(span, Fault::BadAddress(url.clone()));
            }
            let by = self.text(t, "by");
            let kind = self.text(t, "kind").unwrap_or_else(|| "video".to_owned());
            resources.push(Resource { title, by, url, kind, topics: self.texts(t, "topics") });
        }
        resources
    }

    /// Names of topics are names of topics, and needs have no cycle.
    fn check(&mut self, map: &Map) {
        let mut units: Vec<&str> = Vec::new();
        for unit in &map.units {
            if units.contains(&unit.id.as_str()) {
                self.problems.push(Problem { line: 1, fault: Fault::Twice(unit.id.clone()) });
            }
            units.push(&unit.id);
        }
        let mut named: Vec<(usize, &String)> = Vec::new();
        for topic in map.topics() {
            let line = self.lines.get(&topic.id).copied().unwrap_or(1);
            named.extend(topic.needs.iter().map(|n| (line, n)));
        }
        for resource in map.units.iter().flat_map(|u| &u.resources).chain(&map.resources) {
            let line = self.text.lines().position(|l| l.contains(&resource.url)).map_or(1, |k| k + 1);
            named.extend(resource.topics.iter().map(|t| (line, t)));
        }
        for (line, id) in named {
            if map.topic(id).is_none() {
                let nearest = nearest(id, map.topics().map(|t| t.id.as_str()));
                self.problems.push(Problem { line, fault: Fault::UnknownTopic { id: id.clone(), nearest } });
            }
        }
        if let Some(cycle) = order::cycle(map) {
            let line = cycle.first().and_then(|id| self.lines.get(id)).copied().unwrap_or(1);
            self.problems.push(Problem { line, fault: Fault::Cycle(cycle) });
        }
    }

    /// Reports keys that are not among `known`.
    fn only(&mut self, table: &DeTable<'_>, name: &str, known: &[&str]) {
        for key in table.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                let fault = Fault::UnknownKey {
                    table: name.to_owned(),
                    key: key.get_ref().to_string(),
                    known: known.join(", "),
                };
                self.report(key.span(), fault);
            }
        }
    }

    fn required(&mut self, table: &DeTable<'_>, name: &str, key: &str, at: &Range<usize>) -> String {
        if !table.contains_key(key) {
            let fault = Fault::MissingKey { table: name.to_owned(), key: key.to_owned() };
            self.report(at.clone(), fault);
        }
        self.text(table, key).unwrap_or_default()
    }

    fn id(&mut self, table: &DeTable<'_>, name: &str, at: &Range<usize>) -> String {
        let id = self.required(table, name, "id", at);
        if table.contains_key("id") && !is_id(&id) {
            let span = table.get("id").map_or(at.clone(), Spanned::span);
            self.report(span, Fault::BadId(id.clone()));
        }
        id
    }

    fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        let value = table.get(key)?;
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(key, value, "a text");
        }
        text
    }

    fn texts(&mut self, table: &DeTable<'_>, key: &str) -> Vec<String> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let items = value.get_ref().as_array().map(|a| a.iter().collect::<Vec<_>>());
        let texts =
            items.and_then(|a| a.into_iter().map(|v| v.get_ref().as_str().map(str::to_owned)).collect());
        if texts.is_none() {
            self.wrong(key, value, "a list of texts");
        }
        texts.unwrap_or_default()
    }

    fn number(&mut self, key: &str, value: &Value<'_>) -> Option<u32> {
        let number = value.get_ref().as_integer().and_then(|i| i.as_str().parse().ok());
        if number.is_none() {
            self.wrong(key, value, "a small whole number");
        }
        number
    }

    fn weeks(&mut self, table: &DeTable<'_>, at: &Range<usize>) -> (u32, u32) {
        let Some(value) = table.get("weeks") else {
            self.report(at.clone(), Fault::MissingKey { table: "unit".into(), key: "weeks".into() });
            return (0, 0);
        };
        let numbers: Vec<u32> = value
            .get_ref()
            .as_array()
            .map(|a| a.iter().filter_map(|v| self.number("weeks", v)).collect())
            .unwrap_or_default();
        match numbers[..] {
            [first, last] if first <= last => (first, last),
            _ => {
                self.wrong("weeks", value, "the first and the last week");
                (0, 0)
            }
        }
    }

    /// The tables of `[[key]]`, each with its place.
    fn tables<'t, 'i>(&mut self, table: &'t DeTable<'i>, key: &str) -> Vec<(&'t DeTable<'i>, Range<usize>)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let items = value.get_ref().as_array().map(|a| a.iter().collect::<Vec<_>>());
        let tables =
            items.and_then(|a| a.into_iter().map(|v| Some((v.get_ref().as_table()?, v.span()))).collect());
        if tables.is_none() {
            self.wrong(key, value, "a list of tables");
        }
        tables.unwrap_or_default()
    }
}

/// Lower-case letters, digits and single hyphens.
fn is_id(id: &str) -> bool {
    let plain = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    plain && !id.is_empty() && !id.starts_with('-') && !id.ends_with('-') && !id.contains("--")
}

/// An address that a page may link to.
pub(crate) fn is_web(url: &str) -> bool {
    let host = url.strip_prefix("https://").unwrap_or_default();
    host.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !url.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>'))
}
