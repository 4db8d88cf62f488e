//! Live figures: the first view inside a page, and every later one over the socket.
//!
//! A figure's SVG brings a `<style>` element and one style attribute, which the pages' policy does not allow. The colours
//! move to one sheet for all pages, as pairs that follow the theme that the reader chose.

use crate::frame::{Frame, Kind};
use gradus_lesson::render::{Figures, Picture};
use gradus_plot::live::{Live, drawing};
use gradus_plot::{Theme, to_svg};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

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

/// The figures by name, and the colours that their first views use.
pub(crate) struct Registry {
    figures: BTreeMap<String, Arc<dyn Live>>,
    /// By key: the colour on a light page and on a dark one.
    inks: Mutex<BTreeMap<String, (String, String)>>,
}

impl Registry {
    pub(crate) fn new(figures: Vec<Arc<dyn Live>>) -> Self {
        let figures = figures.into_iter().map(|f| (f.name().to_owned(), f)).collect();
        Self { figures, inks: Mutex::new(BTreeMap::new()) }
    }

    /// The two frames that answer a question: the handles and words, then the drawing.
    pub(crate) fn answer(&self, id: u32, wanted: &Wanted) -> Result<[Frame; 2], String> {
        let figure = self.figures.get(&wanted.figure).ok_or_else(|| {
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

    /// The style sheet of all first views that were drawn until now.
    pub(crate) fn sheet(&self) -> String {
        let inks = self.inks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut sheet = String::from(":root{");
        for (key, (light, dark)) in inks.iter() {
            let _ = write!(sheet, "--ink-{key}:light-dark({light},{dark});");
        }
        sheet.push_str("}\n");
        for key in inks.keys() {
            let _ = writeln!(
                sheet,
                ".gradus-figure .f-{key}{{fill:var(--gradus-{key},var(--ink-{key}))}}\
                 .gradus-figure .s-{key}{{stroke:var(--gradus-{key},var(--ink-{key}))}}"
            );
        }
        sheet.push_str(".gradus-figure image{image-rendering:pixelated}\n");
        sheet
    }

    /// An SVG that a page may hold, its colours noted in the sheet.
    pub(crate) fn inline(&self, svg: &str) -> String {
        let svg = svg.replace(" style=\"image-rendering:pixelated\"", "");
        let Some((before, rest)) = svg.split_once("<style>") else { return svg };
        let Some((style, after)) = rest.split_once("</style>") else { return svg };
        let mut blocks =
            style.split(":where(.gradus-figure){").skip(1).map(|b| b.split('}').next().unwrap_or_default());
        let (light, dark) = (blocks.next().map(colours), blocks.next().map(colours));
        if let Some((light, dark)) = light.zip(dark) {
            let mut inks = self.inks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            for (key, colour) in light {
                if let Some(other) = dark.get(key) {
                    inks.insert(key.to_owned(), (colour.to_owned(), (*other).to_owned()));
                }
            }
        }
        format!("{before}{after}")
    }
}

/// `--gradus-KEY:COLOUR;` by key.
fn colours(declarations: &str) -> BTreeMap<&str, &str> {
    let pairs = declarations.split(';').filter_map(|d| d.trim().strip_prefix("--gradus-")?.split_once(':'));
    pairs.collect()
}

impl Figures for Registry {
    fn picture(&self, name: &str) -> Option<Picture> {
        let figure = self.figures.get(name)?;
        let view = figure.view(&BTreeMap::new());
        Some(Picture::new(self.inline(&to_svg(&view.figure, Theme::Auto)), figure.title()))
    }

    fn names(&self) -> Vec<String> {
        self.figures.keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_plot::{Axes, Figure, Line};

    #[test]
    fn a_picture_in_a_page_has_no_style_of_its_own() {
        let registry = Registry::new(Vec::new());
        let figure = Figure::new("").panel(Axes::new().with(Line::by_index(&[1.0, 4.0, 9.0])));
        let svg = registry.inline(&to_svg(&figure, Theme::Auto));
        assert!(!svg.contains("<style") && !svg.contains("style="), "{svg}");
        let sheet = registry.sheet();
        for key in ["background", "series-0"] {
            assert!(svg.contains(&format!("-{key}")), "{key} is used");
            assert!(sheet.contains(&format!("--ink-{key}:light-dark(#")), "{sheet}");
            assert!(sheet.contains(&format!(".f-{key}{{fill:var(--gradus-{key},")), "{sheet}");
        }
    }
}
