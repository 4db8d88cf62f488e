//! The graph of needs: cycles, depths, and what comes before.
//!
//! One depth-first search with an own stack; a topic on the stack that is met again closes a cycle.

use super::Map;
use std::collections::{BTreeMap, BTreeSet};

/// A cycle of needs, its first topic again at the end; `None` when there is none.
pub(super) fn cycle(map: &Map) -> Option<Vec<String>> {
    let mut finished: BTreeSet<&str> = BTreeSet::new();
    for root in map.topics() {
        let mut path: Vec<(&str, usize)> = vec![(&root.id, 0)];
        while let Some((id, next)) = path.pop() {
            let need = map.topic(id).and_then(|t| t.needs.get(next));
            let Some(need) = need.filter(|_| !finished.contains(id)) else {
                finished.insert(id);
                continue;
            };
            path.push((id, next + 1));
            if let Some(start) = path.iter().position(|(on_path, _)| on_path == need) {
                let round = path[start..].iter().map(|(on_path, _)| *on_path).chain([need.as_str()]);
                return Some(round.map(str::to_owned).collect());
            }
            path.push((need, 0));
        }
    }
    None
}

/// The topics in an order in which each comes after its needs.
fn sorted<'a>(map: &'a Map, roots: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut order = Vec::new();
    for root in roots {
        let mut stack = vec![(root, false)];
        while let Some((id, needs_done)) = stack.pop() {
            if needs_done {
                order.push(id);
            } else if seen.insert(id) {
                stack.push((id, true));
                let needs = map.topic(id).map_or(&[][..], |t| &t.needs);
                stack.extend(needs.iter().rev().map(|n| (n.as_str(), false)));
            }
        }
    }
    order
}

/// The length of the longest path of needs to each topic.
pub(super) fn depths(map: &Map) -> BTreeMap<&str, usize> {
    let mut depth: BTreeMap<&str, usize> = BTreeMap::new();
    for id in sorted(map, map.topics().map(|t| t.id.as_str())) {
        let needs = map.topic(id).map_or(&[][..], |t| &t.needs);
        let deepest = needs.iter().filter_map(|n| depth.get(n.as_str())).map(|d| d + 1).max();
        depth.insert(id, deepest.unwrap_or(0));
    }
    depth
}

/// Everything that a topic needs, directly or not.
pub(super) fn before<'a>(map: &'a Map, topic: &str) -> Vec<&'a str> {
    let Some(topic) = map.topic(topic) else { return Vec::new() };
    let mut order = sorted(map, std::iter::once(topic.id.as_str()));
    order.pop();
    order
}
