//! The alternative text of a figure: what is shown, over which ranges, and what could not be drawn.

use std::fmt::Write;

use crate::draw::{drawable, each_point};
use crate::number::format_number;
use crate::words::plain;
use crate::{Axes, Axis, Figure, Graph, Mark, Scale};

pub(crate) fn describe(figure: &Figure) -> String {
    let mut out = Vec::new();
    out.extend([&figure.subtitle, &figure.description].into_iter().filter(|s| !s.is_empty()).cloned());
    for (i, axes) in figure.panels.iter().enumerate() {
        if figure.panels.len() > 1 {
            let title = if axes.title.is_empty() { String::new() } else { format!(" \"{}\"", axes.title) };
            out.push(format!("Panel {}{title}.", i + 1));
        }
        out.extend(axis("Horizontal", &axes.x));
        out.extend(axis("Vertical", &axes.y));
        out.extend(axes.marks.iter().map(|m| mark(m, axes)));
    }
    plain(&out.join(" ")).into_owned()
}

fn axis(which: &str, axis: &Axis) -> Option<String> {
    let caption = axis.caption();
    let scale = match axis.scale {
        Scale::Linear => "",
        Scale::Log10 => ", logarithmic",
    };
    (!caption.is_empty()).then(|| format!("{which} axis: {caption}{scale}."))
}

fn mark(mark: &Mark, axes: &Axes) -> String {
    if let Mark::Graph(graph) = mark {
        return graph_in_words(graph);
    }
    let (kind, label) = kind(mark);
    let name = if label.is_empty() { String::new() } else { format!(" \"{label}\"") };
    let (mut total, mut shown) = (0usize, 0usize);
    let mut ranges = [None::<(f64, f64)>; 2];
    each_point(mark, &mut |x, y| {
        total += 1;
        let fine = x.is_none_or(|v| drawable(v, axes.x.scale)) && y.is_none_or(|v| drawable(v, axes.y.scale));
        if fine {
            shown += 1;
            for (range, v) in ranges.iter_mut().zip([x, y]) {
                if let Some(v) = v {
                    let (lo, hi) = range.unwrap_or((v, v));
                    *range = Some((lo.min(v), hi.max(v)));
                }
            }
        }
    });
    let mut out = format!("{kind}{name}");
    let plain =
        matches!(mark, Mark::Line(_) | Mark::Points(_) | Mark::Step(_) | Mark::Path(_) | Mark::Quiver(_));
    if plain {
        let _ = write!(out, " with {shown} point{}", if shown == 1 { "" } else { "s" });
    }
    for (axis, range) in ["x", "y"].into_iter().zip(ranges) {
        if let Some((lo, hi)) = range {
            let _ = match lo == hi {
                true => write!(out, ", {axis} = {}", format_number(lo, 4)),
                false => write!(out, ", {axis} from {} to {}", format_number(lo, 4), format_number(hi, 4)),
            };
        }
    }
    if let Some((lo, hi)) = values(mark) {
        let _ = write!(out, ", values from {} to {}", format_number(lo, 4), format_number(hi, 4));
    }
    out.push('.');
    let of = if label.is_empty() { format!("the {}", kind.to_lowercase()) } else { format!("\"{label}\"") };
    let foot = usize::from(matches!(mark, Mark::Bars(_)) && axes.y.scale == Scale::Log10);
    if plain && shown < total {
        let (n, were) = (total - shown, if total - shown == 1 { "was" } else { "were" });
        let _ = write!(out, " {n} of {total} points of {of} could not be drawn and {were} left out.");
    } else if shown < total && foot == 0 {
        let _ = write!(out, " Parts of {of} could not be drawn and were left out.");
    }
    let lone = surplus(mark);
    if lone > 0 {
        let (values, were) = if lone == 1 { ("value", "was") } else { ("values", "were") };
        let _ = write!(out, " {lone} {values} of {of} had no counterpart and {were} left out.");
    }
    if let Mark::Bars(m) = mark
        && m.skipped > 0
    {
        let _ = write!(out, " {} of the data behind {of} could not be counted.", m.skipped);
    }
    out
}

/// The nodes' names and what leads where, as far as one wants to hear it.
fn graph_in_words(graph: &Graph) -> String {
    const MOST: usize = 40;
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let name = |k: usize| match graph.labels.get(k) {
        Some(label) if !label.is_empty() => label.clone(),
        _ => format!("node {}", k + 1),
    };
    let edges: Vec<[usize; 2]> = graph.joined().map(|(_, edge)| edge).collect();
    let word = if graph.directed { "to" } else { "and" };
    let listed: Vec<String> =
        edges.iter().take(MOST).map(|[a, b]| format!("{} {word} {}", name(*a), name(*b))).collect();
    let named = if graph.key.label.is_empty() { String::new() } else { format!(" \"{}\"", graph.key.label) };
    let mut out =
        format!("Graph{named} with {} and {}", count(graph.nodes.len(), "node"), count(edges.len(), "edge"));
    if !listed.is_empty() {
        let more = if edges.len() > MOST { ", and more" } else { "" };
        let _ = write!(out, ": {}{more}", listed.join(", "));
    }
    out.push('.');
    let lost = graph.edges.len() - edges.len();
    if lost > 0 {
        let (has, was) = if lost == 1 { ("has", "was") } else { ("have", "were") };
        let _ = write!(out, " {} {has} no node to join and {was} left out.", count(lost, "edge"));
    }
    out
}

/// What a mark is, and its own words.
fn kind(mark: &Mark) -> (&'static str, &str) {
    match mark {
        Mark::Line(_) => ("Line", mark.name()),
        Mark::Points(_) => ("Points", mark.name()),
        Mark::Step(_) => ("Step line", mark.name()),
        Mark::Band(_) => ("Band", mark.name()),
        Mark::Bars(_) => ("Bars", mark.name()),
        Mark::ErrorBars(_) => ("Error bars", mark.name()),
        Mark::Contour(_) => ("Contour lines", ""),
        Mark::HeatMap(m) => ("Heat map", &m.label),
        Mark::Surface(_) => ("Surface", ""),
        Mark::Quiver(_) => ("Arrows", mark.name()),
        Mark::Arrow(_) | Mark::Arrow3(_) => ("Arrow", mark.name()),
        Mark::Area(_) => ("Area", mark.name()),
        Mark::Curve3(_) => ("Curve", mark.name()),
        Mark::Points3(_) => ("Points", mark.name()),
        Mark::Plane(_) => ("Plane", mark.name()),
        Mark::Path(_) => ("Path", mark.name()),
        Mark::Graph(_) => ("Graph", mark.name()),
        Mark::Text(m) => ("Text", &m.words),
        Mark::Rule(_) => ("Reference line", mark.name()),
    }
}

fn values(mark: &Mark) -> Option<(f64, f64)> {
    match mark {
        Mark::Contour(m) => m.grid.value_range(),
        Mark::HeatMap(m) => m.grid.value_range(),
        Mark::Surface(m) => m.grid.value_range(),
        _ => None,
    }
}

/// By how much the lists of a mark differ in length.
fn surplus(mark: &Mark) -> usize {
    let lengths = match mark {
        Mark::Line(m) => vec![m.x.len(), m.y.len()],
        Mark::Points(m) => vec![m.x.len(), m.y.len()],
        Mark::Step(m) => vec![m.x.len(), m.y.len()],
        Mark::Path(m) => vec![m.x.len(), m.y.len()],
        Mark::Band(m) => vec![m.x.len(), m.low.len(), m.high.len()],
        Mark::ErrorBars(m) => vec![m.x.len(), m.y.len(), m.low.len(), m.high.len()],
        Mark::Quiver(m) => vec![m.x.len(), m.y.len(), m.u.len(), m.v.len()],
        Mark::Bars(m) => vec![m.edges.len().saturating_sub(1), m.heights.len()],
        Mark::Area(m) => vec![m.x.len(), m.y.len()],
        Mark::Graph(_) => Vec::new(),
        Mark::Contour(_) | Mark::HeatMap(_) | Mark::Surface(_) | Mark::Text(_) | Mark::Rule(_) => Vec::new(),
        Mark::Arrow(_) | Mark::Arrow3(_) | Mark::Curve3(_) | Mark::Points3(_) | Mark::Plane(_) => Vec::new(),
    };
    lengths.iter().max().zip(lengths.iter().min()).map_or(0, |(most, least)| most - least)
}
