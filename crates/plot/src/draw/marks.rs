//! Marks from sequences of numbers, drawn in their frame.

use super::arrows;
use super::field;
use super::frame::Frame;
use super::graph;
use super::legend::Look;
use super::{HALF_DIGIT, TICK};
use crate::display::{Dots, Fill, Ink, Item, Label, Point, Rect, Stroke};
use crate::{Area, Band, Bars, ErrorBars, Line, Mark, Points, Rule, Shape, Step};

/// Draws a mark, to be cut off at the panel's border.
pub(crate) fn draw(mark: &Mark, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    match mark {
        Mark::Line(m) => line(m, look, frame, items),
        Mark::Step(m) => step(m, look, frame, items),
        Mark::Band(m) => band(m, look, frame, items),
        Mark::Bars(m) => bars(m, look, frame, items),
        Mark::ErrorBars(m) => error_bars(m, look, frame, items),
        Mark::Contour(m) => field::contour(m, frame, items),
        Mark::HeatMap(m) => field::heat_map(m, frame, items),
        Mark::Quiver(m) => arrows::quiver(m, look, frame, items),
        Mark::Area(m) => area(m, look, frame, items),
        Mark::Arrow(m) => arrows::single(m, look, frame, items),
        Mark::Path(m) => arrows::path(m, look, frame, items),
        Mark::Rule(m) => rule(m, look, frame, items),
        // Points, words and nodes are drawn over the border; a surface has a panel of its own.
        Mark::Points(_) | Mark::Text(_) | Mark::Graph(_) | Mark::Surface(_) => {}
        Mark::Curve3(_) | Mark::Points3(_) | Mark::Arrow3(_) | Mark::Plane(_) => {}
    }
}

/// Draws what the panel's border does not cut: markers and words whose anchor lies inside.
pub(crate) fn draw_unclipped(mark: &Mark, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    match mark {
        Mark::Points(m) => points(m, look, frame, items),
        Mark::Text(m) => {
            if let Some([x, y]) = inside(frame, m.x, m.y) {
                let label = Label::new([x + 7.0, y - 7.0 + HALF_DIGIT * TICK * 0.5], &m.words, TICK);
                let over = x + 7.0 + crate::font::width(&m.words, TICK, label.weight) > frame.rect.right();
                let label = label.role(look.role).haloed();
                items.push(Item::Label(if over {
                    Label { at: [x - 7.0, label.at[1]], ..label.anchor(crate::display::Anchor::End) }
                } else {
                    label
                }));
            }
        }
        Mark::Graph(m) => graph::draw(m, look, frame, items),
        Mark::Path(m) => arrows::path_ends(m, look, frame, items),
        Mark::Arrow(m) => arrows::single_words(m, look, frame, items),
        Mark::Contour(m) => field::contour_labels(m, frame, items),
        Mark::Line(_)
        | Mark::Step(_)
        | Mark::Band(_)
        | Mark::Bars(_)
        | Mark::ErrorBars(_)
        | Mark::HeatMap(_)
        | Mark::Quiver(_)
        | Mark::Rule(_)
        | Mark::Area(_)
        | Mark::Surface(_)
        | Mark::Curve3(_)
        | Mark::Points3(_)
        | Mark::Arrow3(_)
        | Mark::Plane(_) => {}
    }
}

/// The pixel of a point inside of the panel.
pub(crate) fn inside(frame: &Frame, x: f64, y: f64) -> Option<Point> {
    let p = frame.at(x, y)?;
    let r = frame.rect.grown(0.5);
    (p[0] >= r.x && p[0] <= r.right() && p[1] >= r.y && p[1] <= r.bottom()).then_some(p)
}

fn line(m: &Line, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let runs = frame.polylines(m.x.iter().copied().zip(m.y.iter().copied()));
    // A point without neighbours has no line: it is shown as a dot.
    let (single, runs): (Vec<_>, Vec<_>) = runs.into_iter().partition(|r| r.len() == 1);
    let at: Vec<Point> = single.into_iter().flatten().collect();
    let fill = Fill { ink: Ink::Role(look.role), opacity: 1.0 };
    items.push(Item::Dots(Dots { at, shape: Shape::Circle, size: m.width + 3.0, fill }));
    items.push(Item::lines(runs, Stroke::new(look.role, m.width).dash(m.dash)));
}

fn points(m: &Points, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let at = m.x.iter().zip(&m.y).filter_map(|(x, y)| inside(frame, *x, *y)).collect();
    let fill = Fill { ink: Ink::Role(look.role), opacity: m.opacity };
    items.push(Item::Dots(Dots { at, shape: look.shape, size: m.size, fill }));
}

fn step(m: &Step, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let n = m.x.len().min(m.y.len());
    let stairs = (0..n).flat_map(|i| {
        let landing = (i + 1 < n).then(|| (m.x[i + 1], m.y[i]));
        std::iter::once((m.x[i], m.y[i])).chain(landing)
    });
    items.push(Item::lines(frame.polylines(stairs), Stroke::new(look.role, 2.0)));
}

fn band(m: &Band, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let n = m.x.len().min(m.low.len()).min(m.high.len());
    let mut areas: Vec<Vec<Point>> = Vec::new();
    let mut i = 0;
    let at = |i: usize| {
        let x = frame.x.at(m.x[i])?;
        Some(([x, frame.y.at_or_foot(m.low[i])?], [x, frame.y.at_or_foot(m.high[i])?]))
    };
    while i < n {
        let run: Vec<(Point, Point)> = (i..n).map_while(at).collect();
        i += run.len() + 1;
        if run.len() > 1 {
            areas.push(run.iter().map(|p| p.0).chain(run.iter().rev().map(|p| p.1)).collect());
        }
    }
    items.push(Item::area(areas, Ink::Role(look.role), 0.25));
}

fn area(m: &Area, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let corners: Option<Vec<Point>> = m.x.iter().zip(&m.y).map(|(x, y)| frame.at(*x, *y)).collect();
    let Some(mut corners) = corners else { return };
    items.push(Item::area(vec![corners.clone()], Ink::Role(look.role), 0.28));
    corners.extend(corners.first().copied());
    items.push(Item::line(corners, Stroke::new(look.role, 1.75)));
}

fn bars(m: &Bars, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let Some(foot) = frame.y.at_or_foot(0.0) else { return };
    for (edges, h) in m.edges.windows(2).zip(&m.heights) {
        let (Some(a), Some(b), Some(top)) = (frame.x.at(edges[0]), frame.x.at(edges[1]), frame.y.at(*h))
        else {
            continue;
        };
        let room = (b - a) * (1.0 - m.fill.clamp(0.01, 1.0));
        // Wide bars of a histogram keep a hair of a pixel between them, and no more.
        let room = if m.fill > 0.9 { room.min(1.0) } else { room };
        let place = Rect { x: a + room / 2.0, y: top.min(foot), w: b - a - room, h: (top - foot).abs() };
        items.push(Item::rect(place, Ink::Role(look.role), 0.85));
    }
}

fn error_bars(m: &ErrorBars, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let n = m.x.len().min(m.y.len()).min(m.low.len()).min(m.high.len());
    let (mut lines, mut at) = (Vec::new(), Vec::new());
    for i in 0..n {
        let Some(p) = frame.at(m.x[i], m.y[i]) else { continue };
        at.push(p);
        if let (Some(low), Some(high)) = (frame.y.at_or_foot(m.low[i]), frame.y.at_or_foot(m.high[i])) {
            lines.push(vec![[p[0], low], [p[0], high]]);
            lines.extend([low, high].map(|y| vec![[p[0] - 4.0, y], [p[0] + 4.0, y]]));
        }
    }
    items.push(Item::lines(lines, Stroke::new(look.role, 1.5)));
    let fill = Fill { ink: Ink::Role(look.role), opacity: 1.0 };
    items.push(Item::Dots(Dots { at, shape: Shape::Circle, size: 6.5, fill }));
}

fn rule(m: &Rule, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let r = frame.rect;
    let ends = if m.vertical {
        frame.x.at(m.at).map(|x| vec![[x, r.y], [x, r.bottom()]])
    } else {
        frame.y.at(m.at).map(|y| vec![[r.x, y], [r.right(), y]])
    };
    items.extend(ends.map(|line| Item::line(line, Stroke::new(look.role, 1.25).dash(m.dash))));
}
