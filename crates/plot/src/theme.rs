//! Themes: the colour of each role on a light and on a dark page.
//!
//! The series colours start from Okabe and Ito's palette (2008, "Color Universal Design") and are shifted in lightness
//! until each has a contrast of at least 3:1 with its page and any two stay apart (CIELAB distance above 16) for
//! normal, protanopic and deuteranopic sight (simulated after Machado, Oliveira and Fernandes 2009). Text has at least
//! 4.5:1. Tests compute the contrasts.

use crate::Role;
use crate::colour::Rgb;
use crate::display::Ink;

/// Which page a figure is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Theme {
    /// Dark on white.
    Light,
    /// Light on near-black.
    Dark,
    /// SVG: follows the reader's `prefers-color-scheme`, light where that is unknown. PNG: light.
    ///
    /// A page that embeds the SVG inline can set the custom properties (`--gradus-text`, `--gradus-series-0`, ...) in
    /// a rule for `.gradus-figure`; the figure's own values yield to any such rule.
    #[default]
    Auto,
}

/// The colours of one page.
struct Palette {
    background: Rgb,
    text: Rgb,
    muted: Rgb,
    grid: Rgb,
    frame: Rgb,
    series: [Rgb; Role::SERIES],
    contour: Rgb,
    tint: Rgb,
    relief: [Rgb; 2],
}

const LIGHT: Palette = Palette {
    background: Rgb::hex(0xFFFFFF),
    text: Rgb::hex(0x1B1F24),
    muted: Rgb::hex(0x565E6B),
    grid: Rgb::hex(0xE6E9ED),
    frame: Rgb::hex(0x868E9A),
    series: [
        Rgb::hex(0x0069B4),
        Rgb::hex(0xD55E00),
        Rgb::hex(0x008A66),
        Rgb::hex(0xB0478C),
        Rgb::hex(0x6B5300),
        Rgb::hex(0x2A97CE),
        Rgb::hex(0x2F343C),
    ],
    contour: Rgb::hex(0x4278A3),
    tint: Rgb::hex(0xA9CCE6),
    relief: [Rgb::hex(0xE9F2F9), Rgb::hex(0x5C9DD1)],
};

const DARK: Palette = Palette {
    background: Rgb::hex(0x15181D),
    text: Rgb::hex(0xE8EAED),
    muted: Rgb::hex(0xA9B1BD),
    grid: Rgb::hex(0x2A2F37),
    frame: Rgb::hex(0x727B88),
    series: [
        Rgb::hex(0x4DA6FF),
        Rgb::hex(0xFF8A47),
        Rgb::hex(0x2FC49A),
        Rgb::hex(0xE07FBE),
        Rgb::hex(0xF5D547),
        Rgb::hex(0x9BDCFF),
        Rgb::hex(0xF2F4F7),
    ],
    contour: Rgb::hex(0x7FB2DA),
    tint: Rgb::hex(0x23496B),
    relief: [Rgb::hex(0x26374A), Rgb::hex(0x4C97D4)],
};

impl Palette {
    fn colour(&self, role: Role) -> Rgb {
        match role {
            Role::Background => self.background,
            Role::Text => self.text,
            Role::Muted => self.muted,
            Role::Grid => self.grid,
            Role::Frame => self.frame,
            Role::Series(n) => self.series[n % Role::SERIES],
            Role::Contour => self.contour,
            Role::Relief(t) => self.relief[0].mix(self.relief[1], tint_step(t) as f64 / f64::from(TINTS)),
            Role::Tint(t) => self.background.mix(self.tint, tint_step(t) as f64 / f64::from(TINTS)),
        }
    }
}

/// Tints come in this many steps.
pub(crate) const TINTS: u8 = 24;

pub(crate) fn tint_step(t: f64) -> u8 {
    (t.clamp(0.0, 1.0) * f64::from(TINTS)).round() as u8
}

/// Light falls on a surface in this many steps above none.
pub(crate) const LIGHTS: u8 = 31;

/// The step of a light between 0 (none) and 1 (full).
pub(crate) fn light_step(light: f64) -> u8 {
    (light.clamp(0.0, 1.0) * f64::from(LIGHTS)).round() as u8
}

/// What a light multiplies the channels of a colour by.
pub(crate) fn light_factor(step: u8) -> f64 {
    0.62 + 0.44 * f64::from(step) / f64::from(LIGHTS)
}

impl Theme {
    /// The colour of an ink on this page.
    pub(crate) fn ink(self, ink: Ink) -> Rgb {
        match ink {
            Ink::Role(role) => self.colour(role),
            Ink::Lit(role, step) => self.colour(role).lit(light_factor(step)),
            Ink::Rgb(rgb) => rgb,
        }
    }

    /// The colour of a role on this page (light for [`Theme::Auto`]).
    ///
    /// ```
    /// use gradus_plot::{Role, Theme, colour::Rgb};
    /// assert_eq!(Theme::Light.colour(Role::Background), Rgb::hex(0xffffff));
    /// ```
    #[must_use]
    pub fn colour(self, role: Role) -> Rgb {
        match self {
            Self::Light | Self::Auto => LIGHT.colour(role),
            Self::Dark => DARK.colour(role),
        }
    }
}
