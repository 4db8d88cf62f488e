//! Layout: from a figure to a display list in pixels, independent of the theme.

mod arrows;
mod extent;
mod field;
mod frame;
mod graph;
mod legend;
mod marks;
mod panel;
mod space;
mod spatial;
mod surface;
mod walls;

pub(crate) use extent::{drawable, each_point};
pub(crate) use frame::{Frame, Map};
pub(crate) use space::{Scenery, cell};

use crate::display::{Anchor, Drawing, Item, Label, Rect};
use crate::font::{Weight, run_width, width};
use crate::words::{Run, is_plain, plain, runs};
use crate::{Figure, Role};

/// Sizes of text in CSS pixels.
pub(crate) const TITLE: f64 = 17.0;
pub(crate) const PANEL_TITLE: f64 = 14.0;
pub(crate) const LABEL: f64 = 13.0;
pub(crate) const TICK: f64 = 12.0;
/// Half the height of a digit, in em: how far below the middle of a line of digits its baseline lies.
pub(crate) const HALF_DIGIT: f64 = 0.345;

/// Lays out the whole figure.
pub(crate) fn drawing(figure: &Figure) -> Drawing {
    let sane = |v: f64, default: f64| if (1.0..=100_000.0).contains(&v) { v } else { default };
    let (w, h) = (sane(figure.width, 720.0), sane(figure.height, 450.0));
    let mut items = Vec::new();
    let margin = 16.0;
    let mut top = 14.0;
    let room = w - 2.0 * margin;
    if !figure.title.is_empty() {
        for line in wrap(&figure.title, TITLE, Weight::SemiBold, room) {
            items.push(Item::Label(Label::new([margin, top + TITLE], line, TITLE).bold()));
            top += TITLE * 1.3;
        }
        top += 4.0;
    }
    if !figure.subtitle.is_empty() {
        for line in wrap(&figure.subtitle, LABEL, Weight::Regular, room) {
            items.push(Item::Label(Label::new([margin, top + LABEL * 0.8], line, LABEL).role(Role::Muted)));
            top += LABEL * 1.4;
        }
        top += 2.0;
    }
    let body = Rect { x: margin, y: top + 4.0, w: room, h: h - top - 4.0 - 12.0 };
    let panels = panel::panels(figure, body, &mut items);
    let (title, description) = (plain(&figure.title).into_owned(), figure.summary());
    Drawing { width: w, height: h, title, description, items: typeset(items), panels }
}

/// Labels with mathematics become labels in one style each, so that no backend needs to know.
fn typeset(items: Vec<Item>) -> Vec<Item> {
    let one = |item| match item {
        Item::Label(label) if !is_plain(&label.words) => pieces(&label),
        Item::Clip(rect, items) => vec![Item::Clip(rect, typeset(items))],
        item => vec![item],
    };
    items.into_iter().flat_map(one).collect()
}

fn pieces(label: &Label) -> Vec<Item> {
    let runs = runs(&label.words);
    let whole: f64 = runs.iter().map(|run| run_width(run, label.size, label.weight)).sum();
    let mut pen = match label.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -0.5 * whole,
        Anchor::End => -whole,
    };
    let (sin, cos) = label.turn.to_radians().sin_cos();
    let mut out = Vec::with_capacity(2 * runs.len());
    for run in &runs {
        let rise = run.rise * label.size;
        // A space in front is a step of the pen: backends drop it.
        let words = run.words.trim_start();
        let blank = run_width(
            &Run { words: run.words[..run.words.len() - words.len()].into(), ..run.clone() },
            label.size,
            label.weight,
        );
        pen += blank;
        out.push(Label {
            at: [label.at[0] + pen * cos + rise * sin, label.at[1] + pen * sin - rise * cos],
            words: words.into(),
            size: label.size * run.size,
            weight: if run.slanted { label.weight.slanted() } else { label.weight },
            anchor: Anchor::Start,
            ..label.clone()
        });
        pen += run_width(run, label.size, label.weight) - blank;
    }
    // All rims first: none covers the letters of its neighbour.
    let rims: Vec<Label> = if label.halo {
        out.iter().map(|l| Label { role: Role::Background, ..l.clone() }).collect()
    } else {
        Vec::new()
    };
    let plain = out.into_iter().map(|l| Label { halo: false, ..l });
    rims.into_iter().chain(plain).map(Item::Label).collect()
}

/// Breaks words into lines no wider than `room`, at most three; what does not fit ends in an ellipsis.
pub(crate) fn wrap(words: &str, size: f64, weight: Weight, room: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let line = lines.last().cloned().unwrap_or_default();
        let longer = if line.is_empty() { word.to_string() } else { format!("{line} {word}") };
        if line.is_empty() || width(&longer, size, weight) <= room {
            if let Some(last) = lines.last_mut() {
                *last = longer;
            }
        } else if lines.len() < 3 {
            lines.push(word.to_string());
        } else {
            if let Some(last) = lines.last_mut() {
                last.push('…');
            }
            break;
        }
    }
    lines.into_iter().map(|line| shorten(&line, size, weight, room)).collect()
}

/// The longest beginning of a line that fits, with an ellipsis if anything is cut; what is cut has no mathematics.
pub(crate) fn shorten(line: &str, size: f64, weight: Weight, room: f64) -> String {
    if width(line, size, weight) <= room {
        return line.to_string();
    }
    // A character is at least a fifth of an em wide, which bounds the work for absurdly long names.
    let most = (room.max(0.0) / (0.2 * size)) as usize + 1;
    let mut cut: Vec<char> = plain(line).chars().take(most).collect();
    loop {
        let text: String = cut.iter().copied().chain(['…']).collect();
        if cut.is_empty() || width(&text, size, weight) <= room {
            return text;
        }
        cut.pop();
    }
}
