//! The map: the units in order, their topics as cards, what each needs, and how far the learner is.
//!
//! The cards stand in the page's own layout; their needs are in the markup, and `lab.js` draws them as curves between the
//! cards, wherever these are.

use super::frame::Page;
use crate::guard::Nonce;
use crate::progress::Stage;
use crate::state::Lab;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::Response;
use gradus_lesson::Map;
use gradus_lesson::map::{Topic, Unit};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// `GET /`
pub(crate) async fn map(State(lab): State<Arc<Lab>>, Extension(nonce): Extension<Nonce>) -> Response {
    let course = lab.course();
    let stages = tokio::task::spawn_blocking(move || lab.progress.stages()).await.unwrap_or_default();
    let main = content(&course.map, &stages);
    Page { title: &course.map.title, kind: "map", main }.answer(&nonce, StatusCode::OK)
}

fn content(map: &Map, stages: &BTreeMap<String, Stage>) -> Markup {
    let done: BTreeSet<String> =
        stages.iter().filter(|(_, s)| **s == Stage::Done).map(|(t, _)| t.clone()).collect();
    let written = map.topics().filter(|t| t.written).count();
    let all = map.topics().count();
    let next: BTreeSet<&str> = map.next(&done).into_iter().collect();
    html! {
        h1 { (map.title) }
        p.lead {
            (map.weeks) " weeks, " (all) " topics. "
            @if written == 1 { "One lesson is written so far." } @else { (written) " lessons are written so far." }
            @if !done.is_empty() { " You have finished " (done.len()) "." }
        }
        @if let Some(topic) = map.topics().find(|t| t.written && !done.contains(&t.id)) {
            p.start { a.button.first href=(address(topic)) {
                @if stages.contains_key(&topic.id) { "Go on: " } @else { "Begin: " } (topic.title)
            } }
        }
        @if written < all {
            p.quiet { span.key { "dashed" } "is not written yet. Lines lead from what is needed to what needs it." }
        }
        div.course {
            svg.needs aria-hidden="true" {}
            @for unit in &map.units { (section(map, unit, stages, &next)) }
        }
        @if !map.strands.is_empty() {
            section.strands {
                h2 { "Through all weeks" }
                ul { @for strand in &map.strands { li { (strand.title) } } }
            }
        }
        @if !map.resources.is_empty() {
            section.resources {
                h2 { "Books and courses for the whole of it" }
                (links(&map.resources))
            }
        }
    }
}

fn section(map: &Map, unit: &Unit, stages: &BTreeMap<String, Stage>, next: &BTreeSet<&str>) -> Markup {
    // Within the unit, what is needed stands before what needs it.
    let mut topics: Vec<&Topic> = unit.topics.iter().collect();
    let layers = map.layers();
    topics.sort_by_key(|t| layers.iter().position(|l| l.contains(&t.id.as_str())));
    html! {
        section.unit id={ "unit-" (unit.id) } aria-labelledby={ "title-" (unit.id) } {
            header {
                @if let Some(month) = &unit.month { p.month { (month) } }
                h2 id={ "title-" (unit.id) } { (unit.title) }
                p.weeks { "Weeks " (unit.weeks.0) "–" (unit.weeks.1) }
                @if !unit.resources.is_empty() {
                    details.resources { summary { "To read and watch" } (links(&unit.resources)) }
                }
            }
            ul.topics { @for topic in topics { li { (card(map, topic, stages.get(&topic.id).copied(), next)) } } }
        }
    }
}

fn card(map: &Map, topic: &Topic, stage: Option<Stage>, next: &BTreeSet<&str>) -> Markup {
    let state = match (topic.written, stage) {
        (false, _) => "unwritten",
        (true, Some(stage)) => stage.word(),
        (true, None) => "open",
    };
    let words = match state {
        "unwritten" => "not written yet",
        "done" => "done",
        "begun" => "begun",
        _ if next.contains(topic.id.as_str()) => "lesson, ready for you",
        _ => "lesson",
    };
    let needs = topic.needs.iter().filter_map(|n| map.topic(n)).map(|t| t.title.as_str()).collect::<Vec<_>>();
    html! {
        article.topic.(state) id={ "topic-" (topic.id) } data-topic=(topic.id) data-needs=(topic.needs.join(" ")) {
            h3 {
                @if topic.written { a href=(address(topic)) { (topic.title) } } @else { (topic.title) }
            }
            @if !topic.about.is_empty() { p.about { (topic.about) } }
            @if !needs.is_empty() { p.after { "After " (needs.join(", ")) } }
            p.state { (words) }
        }
    }
}

/// Links that leave the Lab; nothing of them is fetched.
pub(crate) fn links<'a>(resources: impl IntoIterator<Item = &'a gradus_lesson::map::Resource>) -> Markup {
    html! {
        ul.links {
            @for resource in resources {
                li {
                    a href=(resource.url) rel="noreferrer noopener" target="_blank" { (resource.title) }
                    @if let Some(by) = &resource.by { span.by { ", " (by) } }
                    @if !resource.kind.is_empty() { span.kind { " " (resource.kind) } }
                }
            }
        }
    }
}

/// Where a topic's lesson is.
pub(crate) fn address(topic: &Topic) -> String {
    format!("/lesson/{}/{}", topic.unit, topic.id)
}
