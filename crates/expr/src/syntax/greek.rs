//! Greek letters and their ASCII names are the same name.

/// Letters with their names; a name in ASCII is the canonical spelling.
const LETTERS: [(char, &str); 52] = [
    ('\u{3b1}', "alpha"),
    ('\u{3b2}', "beta"),
    ('\u{3b3}', "gamma"),
    ('\u{3b4}', "delta"),
    ('\u{3b5}', "epsilon"),
    ('\u{3f5}', "epsilon"),
    ('\u{3b6}', "zeta"),
    ('\u{3b7}', "eta"),
    ('\u{3b8}', "theta"),
    ('\u{3d1}', "theta"),
    ('\u{3b9}', "iota"),
    ('\u{3ba}', "kappa"),
    ('\u{3bb}', "lambda"),
    ('\u{3bc}', "mu"),
    ('\u{b5}', "mu"),
    ('\u{3bd}', "nu"),
    ('\u{3be}', "xi"),
    ('\u{3bf}', "omicron"),
    ('\u{3c0}', "pi"),
    ('\u{3c1}', "rho"),
    ('\u{3c3}', "sigma"),
    ('\u{3c2}', "sigma"),
    ('\u{3c4}', "tau"),
    ('\u{3c5}', "upsilon"),
    ('\u{3c6}', "phi"),
    ('\u{3d5}', "phi"),
    ('\u{3c7}', "chi"),
    ('\u{3c8}', "psi"),
    ('\u{3c9}', "omega"),
    ('\u{391}', "Alpha"),
    ('\u{392}', "Beta"),
    ('\u{393}', "Gamma"),
    ('\u{394}', "Delta"),
    ('\u{395}', "Epsilon"),
    ('\u{396}', "Zeta"),
    ('\u{397}', "Eta"),
    ('\u{398}', "Theta"),
    ('\u{399}', "Iota"),
    ('\u{39a}', "Kappa"),
    ('\u{39b}', "Lambda"),
    ('\u{39c}', "Mu"),
    ('\u{39d}', "Nu"),
    ('\u{39e}', "Xi"),
    ('\u{39f}', "Omicron"),
    ('\u{3a0}', "Pi"),
    ('\u{3a1}', "Rho"),
    ('\u{3a3}', "Sigma"),
    ('\u{3a4}', "Tau"),
    ('\u{3a5}', "Upsilon"),
    ('\u{3a6}', "Phi"),
    ('\u{3a8}', "Psi"),
    ('\u{3a9}', "Omega"),
];

/// The name of a letter.
pub(crate) fn name(letter: char) -> Option<&'static str> {
    LETTERS.iter().find(|(c, _)| *c == letter).map(|(_, name)| *name)
}

/// Is the name a small Greek letter, perhaps with a number: `lambda`, `mu2`, `sigma_x`?
pub(crate) fn is_small_letter(word: &str) -> bool {
    let stem = word.split('_').next().unwrap_or(word).trim_end_matches(|c: char| c.is_ascii_digit());
    LETTERS.iter().any(|(_, name)| *name == stem && stem.starts_with(|c: char| c.is_ascii_lowercase()))
}
