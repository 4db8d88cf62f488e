//! A lesson: its title, what it needs, its sections, its text with live figures, and where it leads.

use super::frame::Page;
use super::map::{address, links};
use crate::course::{Course, Written};
use crate::guard::Nonce;
use crate::progress::Stage;
use crate::state::Lab;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gradus_lesson::map::Topic;
use gradus_lesson::{Map, Problem};
use maud::{Markup, PreEscaped, html};
use std::sync::Arc;

/// `GET /lesson/{unit}/{topic}`
pub(crate) async fn lesson(
    State(lab): State<Arc<Lab>>,
    Path((unit, id)): Path<(String, String)>,
    Extension(nonce): Extension<Nonce>,
) -> Response {
    let course = lab.course();
    let Some(topic) = course.map.topic(&id).filter(|t| t.unit == unit) else {
        let main =
            html! { h1 { "No such lesson" } p { "The " a href="/" { "map" } " has all that there are." } };
        return Page { title: "No such lesson", kind: "absent", main }.answer(&nonce, StatusCode::NOT_FOUND);
    };
    let main = match course.lesson(&id) {
        None => unwritten(topic),
        Some(Err(problems)) => wrong(topic, problems),
        Some(Ok(written)) => {
            let stages = tokio::task::spawn_blocking(move || lab.progress.stages()).await.unwrap_or_default();
            content(&course, topic, written, stages.get(&id) == Some(&Stage::Done))
        }
    };
    Page { title: &topic.title, kind: "lesson", main }.answer(&nonce, StatusCode::OK)
}

fn content(course: &Course, topic: &Topic, written: &Written, done: bool) -> Markup {
    let Written { lesson, html, has_resources } = written;
    let map = &course.map;
    let sections = lesson.headings.iter().filter(|h| h.level == 2).collect::<Vec<_>>();
    html! {
        article.lesson data-lesson=(topic.id) {
            header {
                (place(map, topic))
                h1 { (PreEscaped(&lesson.title_html)) }
                (topics("It builds on", map, topic.needs.iter().map(String::as_str)))
            }
            @if sections.len() > 2 {
                nav.sections aria-label="Sections" {
                    ol { @for s in sections { li { a href={ "#" (s.id) } { (s.text) } } } }
                }
            }
            div.text { (PreEscaped(html)) }
            footer {
                p { button.done type="button" aria-pressed=(done) hidden {
                    @if done { "Understood ✓" } @else { "I understand this" }
                } }
                (topics("It leads to", map, map.leads_to(&topic.id)))
                @if map.resources_of(&topic.id).next().is_some() && !has_resources {
                    h2 { "To read and watch" }
                    (links(map.resources_of(&topic.id)))
                }
            }
        }
    }
}

/// The unit and its weeks, above the title.
fn place(map: &Map, topic: &Topic) -> Markup {
    html! {
        @if let Some(unit) = map.unit(&topic.unit) {
            p.place { a href={ "/#unit-" (unit.id) } { (unit.title) } " · Weeks " (unit.weeks.0) "–" (unit.weeks.1) }
        }
    }
}

fn topics<'a>(words: &str, map: &Map, ids: impl IntoIterator<Item = &'a str>) -> Markup {
    let found: Vec<&Topic> = ids.into_iter().filter_map(|id| map.topic(id)).collect();
    html! {
        @if !found.is_empty() {
            p.topics-near { (words) " " @for (k, topic) in found.iter().enumerate() {
                @if k > 0 { @if k + 1 < found.len() { ", " } @else { " and " } }
                @if topic.written { a href=(address(topic)) { (topic.title) } }
                @else { a.unwritten href={ "/#topic-" (topic.id) } { (topic.title) } }
            } "." }
        }
    }
}

fn unwritten(topic: &Topic) -> Markup {
    html! {
        h1 { (topic.title) }
        p.lead { (topic.about) }
        p { "This lesson is not written yet. Its place is " a href={ "/#topic-" (topic.id) } { "on the map" } "." }
    }
}

/// What an author sees who has made a mistake.
fn wrong(topic: &Topic, problems: &[Problem]) -> Markup {
    html! {
        h1 { (topic.title) }
        p { "This lesson does not compile. In " code { "lessons/" (topic.path()) } ":" }
        ul.problems { @for problem in problems { li { (problem) } } }
    }
}
