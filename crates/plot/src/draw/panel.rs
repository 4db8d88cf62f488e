//! Panels: margins that line up across the grid, axes with ticks that never overlap, and the marks inside.

use super::extent::ranges;
use super::field::{self, Bar};
use super::frame::{Frame, Map};
use super::space::Scenery;
use super::{HALF_DIGIT, LABEL, PANEL_TITLE, TICK, legend, marks, shorten, surface};
use crate::display::{Anchor, Item, Label, Rect, Stroke};
use crate::font::{Weight, width};
use crate::live::PanelMap;
use crate::number::{log_label, tick_labels};
use crate::ticks::{linear_ticks, log_ticks};
use crate::{Axes, Axis, Figure, Mark, Role, Scale, Ticks};

/// Draws all panels into `body` and says where each has its data.
pub(crate) fn panels(figure: &Figure, body: Rect, items: &mut Vec<Item>) -> Vec<PanelMap> {
    let n = figure.panels.len();
    if n == 0 {
        return Vec::new();
    }
    let mut maps = Vec::with_capacity(n);
    let columns = if figure.columns == 0 { n } else { figure.columns.min(n) };
    let rows = n.div_ceil(columns);
    let gap = 22.0;
    let cell_w = ((body.w - gap * (columns - 1) as f64) / columns as f64).max(1.0);
    let cell_h = ((body.h - gap * (rows - 1) as f64) / rows as f64).max(1.0);
    let margins: Vec<Margins> = figure.panels.iter().map(|axes| margins(axes, cell_w, cell_h)).collect();
    let most = |pick: &dyn Fn(&Margins) -> f64, wanted: &dyn Fn(usize) -> bool| -> f64 {
        (0..n).filter(|i| wanted(*i)).map(|i| pick(&margins[i])).fold(0.0, f64::max)
    };
    for (i, axes) in figure.panels.iter().enumerate() {
        let (row, column) = (i / columns, i % columns);
        let in_row = |k: usize| k / columns == row;
        let in_column = |k: usize| k % columns == column;
        let m = Margins {
            left: most(&|m| m.left, &in_column),
            right: most(&|m| m.right, &in_column),
            top: most(&|m| m.top, &in_row),
            bottom: most(&|m| m.bottom, &in_row),
        };
        let cell = Rect {
            x: body.x + column as f64 * (cell_w + gap),
            y: body.y + row as f64 * (cell_h + gap),
            w: cell_w,
            h: cell_h,
        };
        maps.push(panel(axes, cell, &m, items));
    }
    maps
}

#[derive(Debug, Clone, Copy)]
struct Margins {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

fn header(axes: &Axes, room: f64) -> f64 {
    let title = if axes.title.is_empty() { 0.0 } else { PANEL_TITLE * 1.55 };
    title + legend::height(axes, room)
}

fn margins(axes: &Axes, w: f64, h: f64) -> Margins {
    let bar = Bar::of(axes);
    let right = bar.as_ref().map_or(8.0, |b| b.width(h * 0.75));
    if surface::of(axes).is_some() {
        return Margins { left: 0.0, right, top: header(axes, w), bottom: 0.0 };
    }
    if axes.bare {
        return Margins { left: 0.0, right, top: header(axes, w), bottom: 4.0 };
    }
    let (xr, yr) = ranges(axes);
    let plot_h = (h - header(axes, w * 0.85) - 45.0).max(20.0);
    let y = scale(&axes.y, yr, plot_h, Side::Vertical);
    let widest = y.labels.iter().map(|(_, s)| width(s, TICK, Weight::Regular)).fold(0.0, f64::max);
    let caption = |a: &Axis| if a.caption().is_empty() { 0.0 } else { LABEL * 1.7 };
    let left = caption(&axes.y) + if widest > 0.0 { widest + 10.0 } else { 4.0 };
    let plot_w = (w - left - right).max(20.0);
    let x = scale(&axes.x, xr, plot_w, Side::Horizontal);
    // Half of the last label hangs out on the right.
    let map = Map::new(axes.x.scale, xr, 0.0, plot_w);
    let hang =
        x.labels.last().and_then(|(v, s)| Some(map.at(*v)? + width(s, TICK, Weight::Regular) / 2.0 - plot_w));
    let factor = if y.factor.is_some() { TICK * 1.5 } else { 6.0 };
    let below = if x.labels.is_empty() { 4.0 } else { TICK + 11.0 };
    let beside = if caption(&axes.x) == 0.0 && x.factor.is_some() { LABEL * 1.7 } else { caption(&axes.x) };
    Margins {
        left,
        right: right.max(hang.unwrap_or(0.0) + 2.0),
        top: header(axes, plot_w) + factor,
        bottom: below + beside,
    }
}

fn panel(axes: &Axes, cell: Rect, m: &Margins, items: &mut Vec<Item>) -> PanelMap {
    let rect = Rect {
        x: cell.x + m.left,
        y: cell.y + m.top,
        w: (cell.w - m.left - m.right).max(10.0),
        h: (cell.h - m.top - m.bottom).max(10.0),
    };
    let rect = if axes.equal_aspect && surface::of(axes).is_none() { fitted(axes, rect) } else { rect };
    let mut top = cell.y;
    if !axes.title.is_empty() {
        let words = shorten(&axes.title, PANEL_TITLE, Weight::SemiBold, cell.w - m.left);
        items.push(Item::Label(Label::new([rect.x, top + PANEL_TITLE], words, PANEL_TITLE).bold()));
        top += PANEL_TITLE * 1.55;
    }
    legend::draw(axes, [rect.x, top], rect.w, items);
    // A box has its labels inside of its room, which may be that of the margins too.
    let room = Rect { x: cell.x, w: cell.w - m.right, h: rect.h + m.bottom, ..rect };
    let scenery = surface::of(axes).and_then(|s| Scenery::of(axes, s, room));
    let map = match &scenery {
        Some(scenery) => {
            surface::draw(axes, scenery, items);
            PanelMap::space(room, scenery)
        }
        None => flat(axes, rect, items),
    };
    if let Some(bar) = Bar::of(axes) {
        bar.draw(rect, items);
    }
    map
}

fn flat(axes: &Axes, rect: Rect, items: &mut Vec<Item>) -> PanelMap {
    let (xr, yr) = ranges(axes);
    let (xr, yr) = if axes.equal_aspect { equalised(axes, (xr, yr), rect) } else { (xr, yr) };
    let frame = Frame {
        rect,
        x: Map::new(axes.x.scale, xr, rect.x, rect.right()),
        y: Map::new(axes.y.scale, yr, rect.bottom(), rect.y),
    };
    let x = scale(&axes.x, xr, rect.w, Side::Horizontal);
    let y = scale(&axes.y, yr, rect.h, Side::Vertical);
    let filled = axes.marks.iter().any(field::covers);
    if !filled && !axes.bare {
        gridlines(&frame, &x, &y, items);
    }
    let looks = legend::looks(axes);
    let mut inside = Vec::new();
    for (mark, look) in axes.marks.iter().zip(&looks) {
        marks::draw(mark, *look, &frame, &mut inside);
    }
    items.push(Item::Clip(rect.grown(0.75), inside));
    // Words and markers on the border are not cut.
    for (mark, look) in axes.marks.iter().zip(&looks) {
        marks::draw_unclipped(mark, *look, &frame, items);
    }
    if !axes.bare {
        axis_lines(axes, &frame, (&x, &y), items);
    }
    PanelMap::flat(&frame)
}

fn gridlines(frame: &Frame, x: &Scaled, y: &Scaled, items: &mut Vec<Item>) {
    let r = frame.rect;
    let mut lines = Vec::new();
    let vertical = x.labels.iter().filter_map(|(v, _)| frame.x.at(*v));
    lines.extend(vertical.map(|px| vec![[px, r.y], [px, r.bottom()]]));
    let horizontal = y.labels.iter().filter_map(|(v, _)| frame.y.at(*v));
    lines.extend(horizontal.map(|py| vec![[r.x, py], [r.right(), py]]));
    items.push(Item::lines(lines, Stroke::new(Role::Grid, 1.0)));
}

fn axis_lines(axes: &Axes, frame: &Frame, (x, y): (&Scaled, &Scaled), items: &mut Vec<Item>) {
    let r = frame.rect;
    let mut lines = vec![vec![[r.x, r.y], [r.x, r.bottom()], [r.right(), r.bottom()]]];
    let (mut minor, mut words) = (Vec::new(), Vec::new());
    for (v, label) in &x.labels {
        let Some(px) = frame.x.at(*v) else { continue };
        lines.push(vec![[px, r.bottom()], [px, r.bottom() + 4.0]]);
        words.push(Label::new([px, r.bottom() + 7.0 + TICK * 0.8], label, TICK).anchor(Anchor::Middle));
    }
    for (v, label) in &y.labels {
        let Some(py) = frame.y.at(*v) else { continue };
        lines.push(vec![[r.x - 4.0, py], [r.x, py]]);
        words.push(Label::new([r.x - 7.0, py + HALF_DIGIT * TICK], label, TICK).anchor(Anchor::End));
    }
    minor.extend(
        x.minor.iter().filter_map(|v| frame.x.at(*v)).map(|p| vec![[p, r.bottom()], [p, r.bottom() + 2.5]]),
    );
    minor.extend(y.minor.iter().filter_map(|v| frame.y.at(*v)).map(|p| vec![[r.x - 2.5, p], [r.x, p]]));
    items.push(Item::lines(lines, Stroke::new(Role::Frame, 1.0)));
    items.push(Item::lines(minor, Stroke::new(Role::Frame, 0.75)));
    let caption_y = r.bottom() + TICK + 11.0 + LABEL;
    if let Some(factor) = &y.factor {
        words.push(Label::new([r.x - 7.0, r.y - TICK * 0.75], factor, TICK).anchor(Anchor::Start));
    }
    let mut room = r.w;
    if let Some(factor) = &x.factor {
        room -= 2.0 * width(factor, TICK, Weight::Regular) + 10.0;
        words.push(Label::new([r.right(), caption_y], factor, TICK).anchor(Anchor::End));
    }
    items.extend(words.into_iter().map(|l| Item::Label(l.role(Role::Muted))));
    let caption = |a: &Axis, room: f64| shorten(&a.caption(), LABEL, Weight::Regular, room);
    if !axes.x.caption().is_empty() {
        let at = [r.x + r.w / 2.0, caption_y];
        items.push(Item::Label(Label::new(at, caption(&axes.x, room), LABEL).anchor(Anchor::Middle)));
    }
    if !axes.y.caption().is_empty() {
        let widest = y.labels.iter().map(|(_, s)| width(s, TICK, Weight::Regular)).fold(0.0, f64::max);
        let at = [r.x - widest - 15.0, r.y + r.h / 2.0];
        let label = Label::new(at, caption(&axes.y, r.h + 20.0), LABEL).anchor(Anchor::Middle);
        items.push(Item::Label(label.turned(-90.0)));
    }
}

/// The part of the plot area that axes of fixed ranges, or of a field, fill when their units are equally long.
fn fitted(axes: &Axes, rect: Rect) -> Rect {
    let fixed = axes.x.range.is_some() && axes.y.range.is_some();
    let (x, y) = ranges(axes);
    let unit = (rect.w / (x.1 - x.0)).min(rect.h / (y.1 - y.0));
    let linear = axes.x.scale == Scale::Linear && axes.y.scale == Scale::Linear;
    if !(linear && unit > 0.0 && (fixed || axes.marks.iter().any(field::covers))) {
        return rect;
    }
    Rect { w: unit * (x.1 - x.0), h: unit * (y.1 - y.0), ..rect }
}

/// Widens one range so that both axes have the same number of pixels per unit.
fn equalised(axes: &Axes, (x, y): ((f64, f64), (f64, f64)), rect: Rect) -> ((f64, f64), (f64, f64)) {
    let linear = axes.x.scale == Scale::Linear && axes.y.scale == Scale::Linear;
    let (ux, uy) = ((x.1 - x.0) / rect.w, (y.1 - y.0) / rect.h);
    if !(linear && ux > 0.0 && uy > 0.0 && ux.is_finite() && uy.is_finite()) {
        return (x, y);
    }
    let widened = |(lo, hi): (f64, f64), by: f64| {
        let (middle, half) = ((lo + hi) / 2.0, (hi - lo) / 2.0 * by);
        (middle - half, middle + half)
    };
    if ux < uy { (widened(x, uy / ux), y) } else { (x, widened(y, ux / uy)) }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Horizontal,
    Vertical,
}

/// Ticks with labels that fit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scaled {
    pub(crate) labels: Vec<(f64, String)>,
    pub(crate) minor: Vec<f64>,
    /// What the labels are to be multiplied by or added to.
    pub(crate) factor: Option<String>,
}

/// Chooses the ticks of an axis of `length` pixels: as many as are comfortable, fewer until no labels touch.
pub(crate) fn scale(axis: &Axis, range: (f64, f64), length: f64, side: Side) -> Scaled {
    let map = Map::new(axis.scale, range, 0.0, length);
    match &axis.ticks {
        Ticks::None => return Scaled::default(),
        Ticks::At(list) => {
            let labels =
                list.iter().filter(|(v, _)| map.at(*v).is_some() && map.contains(*v)).cloned().collect();
            return Scaled { labels, ..Scaled::default() };
        }
        Ticks::Auto => {}
    }
    let spacing = match side {
        Side::Horizontal => 82.0,
        Side::Vertical => 46.0,
    };
    let comfortable = (length / spacing).round().clamp(2.0, 11.0) as usize + 1;
    let mut count = comfortable;
    loop {
        let found = candidates(axis.scale, range, count);
        if count <= 2 || fits(&found.labels, &map, side) {
            return found;
        }
        count -= 1;
    }
}

fn candidates(scale: Scale, range: (f64, f64), count: usize) -> Scaled {
    let map = Map::new(scale, range, 0.0, 1.0);
    match scale {
        Scale::Linear => {
            let ticks: Vec<f64> =
                linear_ticks(range.0, range.1, count).into_iter().filter(|v| map.contains(*v)).collect();
            let (labels, factor) = tick_labels(&ticks);
            Scaled { labels: ticks.into_iter().zip(labels).collect(), minor: Vec::new(), factor }
        }
        Scale::Log10 => {
            let (ticks, minor) = log_ticks(range.0, range.1, count);
            let power = |v: &f64| format!("1e{}", v.log10().round()).parse() == Ok(*v);
            let small = ticks.iter().all(|v| (1e-3..1e5).contains(v));
            let powers = ticks.iter().all(power) && !small;
            let labels = ticks.into_iter().map(|v| (v, log_label(v, powers))).collect();
            Scaled { labels, minor, factor: None }
        }
    }
}

fn fits(labels: &[(f64, String)], map: &Map, side: Side) -> bool {
    let mut last = f64::NEG_INFINITY;
    labels.iter().filter_map(|(v, s)| Some((map.at(*v)?, s))).all(|(p, s)| {
        let (half, gap) = match side {
            Side::Horizontal => (width(s, TICK, Weight::Regular) / 2.0, 12.0),
            Side::Vertical => (TICK * 0.5, 5.0),
        };
        let free = p - half >= last + gap;
        last = p + half;
        free
    })
}

/// Whether a mark is a surface.
pub(crate) fn is_surface(mark: &Mark) -> bool {
    matches!(mark, Mark::Surface(_))
}
