//! Live figures: the first view as a picture of its own, and every later one over the socket.
//!
//! A lesson's page holds an `<img>` for each figure, so that it stays light and can be read without JavaScript; the picture
//! is drawn when it is first asked for and kept. A figure that stands inside of a page, as the answer of a cell does, brings
//! a `<style>` element and one style attribute, which the pages' policy does not allow: one sheet for all pages has its rules.

use crate::frame::{Frame, Kind};
use crate::guard;
use crate::state::Lab;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use gradus_lesson::render::{Figures, Picture};
use gradus_plot::live::{Live, drawing};
use gradus_plot::{style_sheet, to_still_svg};
use maud::html;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

/// A question for a picture, the payload of a frame of kind 1.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) figure: String,
    #[serde(default)]
    pub(crate) values: BTreeMap<String, f64>,
    pub(crate) width: f64,
    /// Tells two of the same figure on one page apart.
    #[serde(default)]
    pub(crate) place: u32,
}

/// A figure and its first view, once somebody has asked for that.
struct Entry {
    live: Arc<dyn Live>,
    still: OnceLock<Bytes>,
}

/// The figures by name.
pub(crate) struct Registry {
    figures: BTreeMap<String, Entry>,
}

impl Registry {
    pub(crate) fn new(figures: Vec<Arc<dyn Live>>) -> Self {
        let entry = |live: Arc<dyn Live>| (live.name().to_owned(), Entry { live, still: OnceLock::new() });
        Self { figures: figures.into_iter().map(entry).collect() }
    }

    /// The two frames that answer a question: the handles and words, then the drawing.
    pub(crate) fn answer(&self, id: u32, wanted: &Wanted) -> Result<[Frame; 2], String> {
        let figure = self.figures.get(&wanted.figure).map(|e| &e.live).ok_or_else(|| {
            let name: String = wanted.figure.chars().take(80).collect();
            format!("there is no figure `{name}`")
        })?;
        if !(40.0..=8000.0).contains(&wanted.width) {
            return Err(format!("a figure is 40 to 8000 pixels wide, not {}", wanted.width));
        }
        let view = figure.view(&wanted.values);
        let words = view.to_json(figure.as_ref()).into_bytes();
        let bytes = drawing(&view.figure, wanted.width).to_bytes();
        Ok([
            Frame { kind: Kind::View, id, payload: words },
            Frame { kind: Kind::Drawing, id, payload: bytes },
        ])
    }

    /// The place on a page for a live figure, with its first view; in words what figures there are when that is none.
    pub(crate) fn live(&self, name: &str) -> Result<String, String> {
        let Some(picture) = self.picture(name) else {
            let short: String = name.chars().take(80).collect();
            return Err(format!("there is no figure `{short}`; there are {}", self.names().join(", ")));
        };
        let figure = html! {
            figure.live data-figure=(name) aria-label=(picture.title) {
                div.picture { (maud::PreEscaped(picture.html)) }
            }
        };
        Ok(figure.into_string())
    }

    /// The rules for figures that stand inside of pages.
    pub(crate) fn sheet(&self) -> &'static str {
        static SHEET: LazyLock<String> =
            LazyLock::new(|| style_sheet() + ".gradus-figure image{image-rendering:pixelated}\n");
        &SHEET
    }

    /// An SVG that a page may hold.
    pub(crate) fn inline(&self, svg: &str) -> String {
        let svg = svg.replace(" style=\"image-rendering:pixelated\"", "");
        let parts = svg.split_once("<style>").and_then(|(before, rest)| {
            let (_, after) = rest.split_once("</style>")?;
            Some(format!("{before}{after}"))
        });
        parts.unwrap_or(svg)
    }

    fn still(&self, name: &str) -> Option<Bytes> {
        let Entry { live, still } = self.figures.get(name)?;
        let draw = || Bytes::from(to_still_svg(&live.view(&BTreeMap::new()).figure));
        Some(still.get_or_init(draw).clone())
    }
}

/// `GET /figure/{name}`: the first view of a figure, `NAME.svg`.
pub(crate) async fn still(State(lab): State<Arc<Lab>>, Path(name): Path<String>) -> Response<Body> {
    // Drawing takes a few milliseconds, once.
    let draw = move || name.strip_suffix(".svg").and_then(|name| lab.figures.still(name));
    let Ok(Some(svg)) = tokio::task::spawn_blocking(draw).await else {
        return guard::refuse(StatusCode::NOT_FOUND, "there is no such figure");
    };
    let mut answer = Response::new(Body::from(svg));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    answer
}

impl Figures for Registry {
    fn picture(&self, name: &str) -> Option<Picture> {
        let live = &self.figures.get(name)?.live;
        let view = live.view(&BTreeMap::new());
        let [width, height] = [view.figure.width, view.figure.height].map(f64::round);
        let words = format!("{}. {}", live.title(), view.description);
        let img = html! {
            img src={ "/figure/" (name) ".svg" } width=(width) height=(height) alt=(words) loading="lazy" decoding="async";
        };
        Some(Picture::new(img.into_string(), live.title()))
    }

    fn names(&self) -> Vec<String> {
        self.figures.keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_plot::{Axes, Figure, Line, Theme, to_svg};

    #[test]
    fn a_picture_in_a_page_has_no_style_of_its_own() {
        let registry = Registry::new(Vec::new());
        let figure = Figure::new("").panel(Axes::new().with(Line::by_index(&[1.0, 4.0, 9.0])));
        let svg = registry.inline(&to_svg(&figure, Theme::Auto));
        assert!(!svg.contains("<style") && !svg.contains("style="), "{svg}");
        for key in ["background", "series-0"] {
            assert!(svg.contains(&format!("-{key}")), "{key} is used");
            assert!(registry.sheet().contains(&format!(".f-{key}{{fill:var(--gradus-{key})}}")));
        }
    }

    #[test]
    fn first_views_are_drawn_once_and_pages_only_name_them() {
        let registry = Registry::new(gradus_lesson::figures::all().unwrap());
        for name in registry.names() {
            let html = registry.picture(&name).unwrap().html;
            assert!(
                html.contains(&format!("src=\"/figure/{name}.svg\"")) && html.contains("alt=\""),
                "{html}"
            );
            assert!(html.len() < 600, "{html}");
            let [once, again] = [registry.still(&name).unwrap(), registry.still(&name).unwrap()];
            assert_eq!(once.as_ptr(), again.as_ptr());
            assert!(once.len() < 400_000, "{name} has {} bytes", once.len());
        }
        assert!(registry.still("none").is_none());
    }
}
