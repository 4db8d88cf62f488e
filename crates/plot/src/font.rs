//! The shipped fonts: measuring text and outlining glyphs, the same on every machine.
//!
//! Fira Sans (regular and semi-bold, upright and slanted) with DejaVu Sans for mathematical signs; see `fonts/README.md` for origin and
//! licences. Glyphs are set left to right with pair kerning; a combining accent is centred over the glyph before it.

use std::sync::OnceLock;

use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

use crate::words::{self, Run};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
    Italic,
    SemiBoldItalic,
}

impl Weight {
    /// As heavy, and slanted.
    pub(crate) fn slanted(self) -> Self {
        match self {
            Self::Regular | Self::Italic => Self::Italic,
            Self::SemiBold | Self::SemiBoldItalic => Self::SemiBoldItalic,
        }
    }

    pub(crate) fn is_slanted(self) -> bool {
        self == self.slanted()
    }

    pub(crate) fn is_bold(self) -> bool {
        matches!(self, Self::SemiBold | Self::SemiBoldItalic)
    }

    /// Where a character is looked for, in this order.
    fn faces(self) -> [usize; 4] {
        match self {
            Self::Regular => [0, 0, 0, SIGNS],
            Self::SemiBold => [1, 1, 0, SIGNS],
            Self::Italic => [2, 0, 0, SIGNS],
            Self::SemiBoldItalic => [3, 1, 0, SIGNS],
        }
    }
}

static FILES: [&[u8]; 5] = [
    include_bytes!("../fonts/FiraSans-Regular.subset.ttf"),
    include_bytes!("../fonts/FiraSans-SemiBold.subset.ttf"),
    include_bytes!("../fonts/FiraSans-Italic.subset.ttf"),
    include_bytes!("../fonts/FiraSans-SemiBoldItalic.subset.ttf"),
    include_bytes!("../fonts/DejaVuSansMath.subset.ttf"),
];
const SIGNS: usize = 4;

fn face(index: usize) -> Option<&'static Face<'static>> {
    static FACES: OnceLock<[Option<Face<'static>>; 5]> = OnceLock::new();
    FACES.get_or_init(|| FILES.map(|bytes| Face::parse(bytes, 0).ok()))[index].as_ref()
}

/// A glyph at `x` em from the start of its line.
pub(crate) struct Glyph {
    face: usize,
    id: GlyphId,
    pub(crate) x: f64,
}

impl Glyph {
    /// What tells it from the other glyphs of all shipped fonts.
    pub(crate) fn key(&self) -> (usize, u16) {
        (self.face, self.id.0)
    }

    /// The units of its outline to the em.
    pub(crate) fn units_per_em(&self) -> f64 {
        face(self.face).map_or(1.0, |f| f64::from(f.units_per_em()))
    }
}

/// The glyphs of a line without mathematics and its width in em.
pub(crate) fn set(words: &str, weight: Weight) -> (Vec<Glyph>, f64) {
    let faces = weight.faces();
    let own = faces[0];
    let mut glyphs: Vec<Glyph> = Vec::new();
    let mut pen = 0.0;
    for c in words.chars().filter(|c| !c.is_control()) {
        let known = faces.into_iter().find_map(|f| Some((f, face(f)?.glyph_index(c)?)));
        let (f, id) = known.unwrap_or((own, GlyphId(0)));
        let Some(font) = face(f) else { continue };
        let em = f64::from(font.units_per_em());
        let advance = f64::from(font.glyph_hor_advance(id).unwrap_or(0)) / em;
        if ('\u{300}'..='\u{36f}').contains(&c) {
            let centre =
                |f: &Face<'_>, id| f.glyph_bounding_box(id).map(|b| f64::from(b.x_min + b.x_max) / 2.0);
            if let (Some(last), Some(own)) = (glyphs.last(), centre(font, id)) {
                let below =
                    face(last.face).and_then(|f| Some(centre(f, last.id)? / f64::from(f.units_per_em())));
                let x = last.x + below.unwrap_or(0.25) - own / em;
                glyphs.push(Glyph { face: f, id, x });
            }
            continue;
        }
        if let Some(last) = glyphs.last().filter(|last| last.face == f) {
            pen += kerning(font, last.id, id) / em;
        }
        glyphs.push(Glyph { face: f, id, x: pen });
        pen += advance;
    }
    (glyphs, pen)
}

/// Width of a line of text, with the mathematics in it, in pixels.
pub(crate) fn width(words: &str, size: f64, weight: Weight) -> f64 {
    if words::is_plain(words) {
        return set(words, weight).1 * size;
    }
    words::runs(words).iter().map(|run| run_width(run, size, weight)).sum()
}

/// Width of a part of a line whose size is `size`.
pub(crate) fn run_width(run: &Run, size: f64, weight: Weight) -> f64 {
    let weight = if run.slanted { weight.slanted() } else { weight };
    set(&run.words, weight).1 * run.size * size
}

/// Outlines a glyph, in the units of its font, with y upward.
pub(crate) fn outline(glyph: &Glyph, builder: &mut dyn OutlineBuilder) {
    if let Some(f) = face(glyph.face) {
        // A space has no outline.
        let _ = f.outline_glyph(glyph.id, builder);
    }
}

/// Kerning between two glyphs in font units, from the first pair adjustment that covers them.
fn kerning(face: &Face<'_>, left: GlyphId, right: GlyphId) -> f64 {
    let Some(gpos) = face.tables().gpos else { return 0.0 };
    for lookup in gpos.lookups {
        for subtable in lookup.subtables.into_iter::<PositioningSubtable<'_>>() {
            let PositioningSubtable::Pair(pair) = subtable else { continue };
            let Some(row) = pair.coverage().get(left) else { continue };
            let found = match pair {
                PairAdjustment::Format1 { sets, .. } => sets.get(row).and_then(|s| s.get(right)),
                PairAdjustment::Format2 { classes, matrix, .. } => {
                    matrix.get((classes.0.get(left), classes.1.get(right)))
                }
            };
            if let Some((first, _)) = found {
                return f64::from(first.x_advance);
            }
        }
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::{Weight, set, width};

    /// fontTools 4.68.0 reads the advance 558 of the zero and 1000 units per em from FiraSans-Regular 4.203.
    #[test]
    fn advances_come_from_the_font() {
        assert!((width("0", 1000.0, Weight::Regular) - 558.0).abs() < 1e-9);
        assert!(
            (width(r"\(x\)", 1000.0, Weight::Regular) - set("x", Weight::Italic).1 * 1000.0).abs() < 1e-9
        );
        assert!(width("AV", 10.0, Weight::Regular) < 2.0 * width("A", 10.0, Weight::Regular));
    }

    #[test]
    fn mathematics_has_glyphs() {
        for c in "αβγδελμσφωΣΩ∇∂‖∈≤≥≠≈∞⁰¹⁻⁶₀₁ₖᵀ−×·ℝ⊙→√∑∫x̂éŁ".chars()
        {
            let (glyphs, _) = set(&format!("x{c}"), Weight::SemiBold);
            assert!(glyphs.last().is_some_and(|g| g.id.0 != 0), "no glyph for {c}");
        }
    }
}
