//! Anything drawn inside axes.

use super::{
    Area, Arrow, Arrow3, Band, Bars, Contour, Curve3, ErrorBars, Graph, HeatMap, Key, Line, Path, Plane,
    Points, Points3, Quiver, Rule, Step, Surface, Text,
};

/// Anything drawn inside axes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Mark {
    /// Points joined by a line.
    Line(Line),
    /// Markers.
    Points(Points),
    /// A staircase.
    Step(Step),
    /// The area between two curves.
    Band(Band),
    /// Bars from zero.
    Bars(Bars),
    /// Intervals around points.
    ErrorBars(ErrorBars),
    /// Level lines of a function of two variables.
    Contour(Contour),
    /// A function of two variables as colour.
    HeatMap(HeatMap),
    /// A function of two variables as height; turns the panel into a projected box.
    Surface(Surface),
    /// A curve in the box of a surface.
    Curve3(Curve3),
    /// Markers in the box of a surface.
    Points3(Points3),
    /// An arrow in the box of a surface.
    Arrow3(Arrow3),
    /// A piece of a plane in the box of a surface.
    Plane(Plane),
    /// Arrows.
    Quiver(Quiver),
    /// One arrow, true to scale.
    Arrow(Arrow),
    /// A filled polygon.
    Area(Area),
    /// The way of an iteration, with arrows.
    Path(Path),
    /// Nodes and edges.
    Graph(Graph),
    /// Words at a point.
    Text(Text),
    /// A horizontal or vertical reference line.
    Rule(Rule),
}

impl Mark {
    /// Its entry in the legend, for the marks that can have one.
    pub(crate) fn key(&self) -> Option<&Key> {
        match self {
            Self::Line(m) => Some(&m.key),
            Self::Points(m) => Some(&m.key),
            Self::Step(m) => Some(&m.key),
            Self::Band(m) => Some(&m.key),
            Self::Bars(m) => Some(&m.key),
            Self::ErrorBars(m) => Some(&m.key),
            Self::Quiver(m) => Some(&m.key),
            Self::Path(m) => Some(&m.key),
            Self::Rule(m) => Some(&m.key),
            Self::Arrow(m) => Some(&m.key),
            Self::Area(m) => Some(&m.key),
            Self::Curve3(m) => Some(&m.key),
            Self::Points3(m) => Some(&m.key),
            Self::Arrow3(m) => Some(&m.key),
            Self::Plane(m) => Some(&m.key),
            Self::Graph(m) => Some(&m.key),
            Self::Contour(_) | Self::HeatMap(_) | Self::Surface(_) | Self::Text(_) => None,
        }
    }

    /// Its name in the legend; empty for none.
    pub(crate) fn name(&self) -> &str {
        self.key().map_or("", |key| &key.label)
    }
}

macro_rules! mark {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Mark {
            fn from(mark: $kind) -> Self {
                Self::$kind(mark)
            }
        }
    )*};
}
mark!(Line, Points, Step, Band, Bars, ErrorBars, Contour, HeatMap, Surface, Quiver, Path, Text, Rule);
mark!(Arrow, Area, Curve3, Points3, Arrow3, Plane, Graph);
