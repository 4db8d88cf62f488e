//! Colours: sRGB, WCAG contrast, and the two colour maps.
//!
//! [`sequential`] is matplotlib's viridis by the degree-6 polynomial that Matt Zucker fitted to each channel and
//! published into the public domain (shadertoy.com/view/WlfXRN, 2019); it stays within 0.013 of the table.
//! [`diverging`] follows Moreland (2009), "Diverging Color Maps for Scientific Visualization": the ends' saturation
//! falls linearly in the Msh space to a neutral middle, with the hue turned on the way there.

/// An sRGB colour, 8 bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb(
    /// Red.
    pub u8,
    /// Green.
    pub u8,
    /// Blue.
    pub u8,
);

impl Rgb {
    /// From `0xRRGGBB`.
    #[must_use]
    pub const fn hex(code: u32) -> Self {
        Self((code >> 16) as u8, (code >> 8) as u8, code as u8)
    }

    /// Relative luminance in [0, 1].
    ///
    /// Source: W3C, Web Content Accessibility Guidelines 2.2, "relative luminance".
    #[must_use]
    pub fn luminance(self) -> f64 {
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Contrast ratio with another colour, 1 (equal) to 21 (black on white).
    ///
    /// Source: W3C, Web Content Accessibility Guidelines 2.2, "contrast ratio".
    ///
    /// ```
    /// use gradus_plot::colour::Rgb;
    /// assert_eq!(Rgb::hex(0x000000).contrast(Rgb::hex(0xffffff)), 21.0);
    /// ```
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The colour a part `t` of the way from `self` to `other`, channel by channel.
    #[must_use]
    pub fn mix(self, other: Self, t: f64) -> Self {
        let m = |a: u8, b: u8| byte((f64::from(a) + (f64::from(b) - f64::from(a)) * t) / 255.0);
        Self(m(self.0, other.0), m(self.1, other.1), m(self.2, other.2))
    }

    /// Light thrown on the colour: multiplies the channels by `light`.
    pub(crate) fn lit(self, light: f64) -> Self {
        let m = |c: u8| byte(f64::from(c) / 255.0 * light);
        Self(m(self.0), m(self.1), m(self.2))
    }
}

fn linear(c: u8) -> f64 {
    let c = f64::from(c) / 255.0;
    if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

fn byte(c: f64) -> u8 {
    (c.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// Viridis at `t` in [0, 1]: perceptually uniform, readable in grey and by the colour blind.
///
/// ```
/// use gradus_plot::colour::{Rgb, sequential};
/// let Rgb(r, g, b) = sequential(0.5); // matplotlib 3.11: (0.1276, 0.5669, 0.5506) * 255
/// assert!(r.abs_diff(33) <= 3 && g.abs_diff(145) <= 3 && b.abs_diff(140) <= 3);
/// ```
#[must_use]
pub fn sequential(t: f64) -> Rgb {
    const C: [[f64; 3]; 7] = [
        [0.2777273272234177, 0.005407344544966578, 0.3340998053353061],
        [0.1050930431085774, 1.404613529898575, 1.384590162594685],
        [-0.3308618287255563, 0.214847559468213, 0.09509516302823659],
        [-4.634230498983486, -5.799100973351585, -19.33244095627987],
        [6.228269936347081, 14.17993336680509, 56.69055260068105],
        [4.776384997670288, -13.74514537774601, -65.35303263337234],
        [-5.435455855934631, 4.645852612178535, 26.3124352495832],
    ];
    let t = t.clamp(0.0, 1.0);
    let channel = |k: usize| byte(C.iter().rev().fold(0.0, |s, c| s * t + c[k]));
    Rgb(channel(0), channel(1), channel(2))
}

/// Blue (0), light grey (1/2), red (1), for values with a sign.
///
/// ```
/// use gradus_plot::colour::{Rgb, diverging};
/// assert_eq!(diverging(0.0), Rgb(59, 76, 192)); // the ends that Moreland (2009) gives
/// assert_eq!(diverging(1.0), Rgb(180, 4, 38));
/// ```
#[must_use]
pub fn diverging(t: f64) -> Rgb {
    const MIDDLE: f64 = 88.0;
    let t = t.clamp(0.0, 1.0);
    let (end, part) =
        if t < 0.5 { (Rgb(59, 76, 192), 1.0 - 2.0 * t) } else { (Rgb(180, 4, 38), 2.0 * t - 1.0) };
    let [m, s, h] = msh(end);
    // The hue of the unsaturated middle, turned so that the path keeps its speed (Moreland's AdjustHue).
    let turn = s * (MIDDLE * MIDDLE - m * m).max(0.0).sqrt() / (m * s.sin());
    let grey_hue = if h > -std::f64::consts::FRAC_PI_3 { h + turn } else { h - turn };
    let mix = |grey: f64, end: f64| grey + (end - grey) * part;
    if part == 1.0 {
        return end;
    }
    rgb_of_msh([mix(MIDDLE, m), mix(0.0, s), mix(grey_hue, h)])
}

const WHITE: [f64; 3] = [0.95047, 1.0, 1.08883];

/// Polar form of CIELAB: length M, saturation angle s, hue h.
fn msh(c: Rgb) -> [f64; 3] {
    let [r, g, b] = [linear(c.0), linear(c.1), linear(c.2)];
    let xyz = [
        0.4124564 * r + 0.3575761 * g + 0.1804375 * b,
        0.2126729 * r + 0.7151522 * g + 0.0721750 * b,
        0.0193339 * r + 0.1191920 * g + 0.9503041 * b,
    ];
    let f = |k: usize| {
        let v = xyz[k] / WHITE[k];
        if v > 216.0 / 24389.0 { v.cbrt() } else { (24389.0 / 27.0 * v + 16.0) / 116.0 }
    };
    let (l, a, b) = (116.0 * f(1) - 16.0, 500.0 * (f(0) - f(1)), 200.0 * (f(1) - f(2)));
    let m = (l * l + a * a + b * b).sqrt();
    [m, (l / m).acos(), b.atan2(a)]
}

fn rgb_of_msh([m, s, h]: [f64; 3]) -> Rgb {
    let (l, a, b) = (m * s.cos(), m * s.sin() * h.cos(), m * s.sin() * h.sin());
    let y = (l + 16.0) / 116.0;
    let inverse = |f: f64| if f > 6.0 / 29.0 { f * f * f } else { (116.0 * f - 16.0) * 27.0 / 24389.0 };
    let (x, y, z) = (inverse(y + a / 500.0) * WHITE[0], inverse(y), inverse(y - b / 200.0) * WHITE[2]);
    let gamma = |c: f64| if c <= 0.0031308 { 12.92 * c } else { 1.055 * c.max(0.0).powf(1.0 / 2.4) - 0.055 };
    Rgb(
        byte(gamma(3.2404542 * x - 1.5371385 * y - 0.4985314 * z)),
        byte(gamma(-0.9692660 * x + 1.8760108 * y + 0.0415560 * z)),
        byte(gamma(0.0556434 * x - 0.2040259 * y + 1.0572252 * z)),
    )
}
