//! Roles: what a colour, dash or shape means; the theme decides how it looks.

/// What a mark's colour stands for.
///
/// A theme gives each role a colour with enough contrast against its own background.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Role {
    /// The page behind everything.
    Background,
    /// Titles and labels.
    Text,
    /// Secondary text, tick labels, reference rules.
    Muted,
    /// Grid lines.
    Grid,
    /// Axis lines and tick marks.
    Frame,
    /// The n-th data series; the palette repeats after [`Role::SERIES`] colours.
    Series(usize),
    /// Contour lines.
    Contour,
    /// A filled level between background (0) and the deepest tint (1).
    Tint(f64),
    /// A surface, between its lowest (0) and its highest point (1).
    Relief(f64),
}

impl Role {
    /// Number of distinct series colours.
    pub const SERIES: usize = 7;
}

/// The pattern of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Dash {
    /// Unbroken.
    #[default]
    Solid,
    /// Long dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// A dash, a dot.
    DashDot,
}

/// The shape of a point marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Shape {
    /// Filled disc.
    #[default]
    Circle,
    /// Filled square.
    Square,
    /// Filled triangle, apex up.
    Triangle,
    /// Filled diamond.
    Diamond,
    /// Diagonal cross.
    Cross,
    /// Upright cross.
    Plus,
    /// Five-pointed star.
    Star,
}
