//! The normal form: a sum of products of atoms, by which equality is decided and expressions are rewritten.
//!
//! `poly` is its shape, `canonical` the canonical names of summed labels, `atom` what is not looked into,
//! `normalise` the way in (with `axes`, the order of an atom's axes, and `signs`, what is proved of it), `express` the way out. The
//! rules: `structure` (deltas and other structural tensors), `entries`, `powers`, `quotients`, `matrices`, `functions`
//! with `exponentials` and `angles` (for deciding; there also `kronecker`, `sylvester`, and `inverses` with its `words`,
//! `alphabet` and `path`), `stable` (for writing). `conditions` collects what an expression needs to be defined.

mod alphabet;
mod angles;
mod atom;
mod canonical;
mod conditions;
pub(crate) mod denominators;
mod draft;
mod entries;
mod exponentials;
mod express;
mod functions;
mod inverses;
mod kronecker;
mod matrices;
mod normalise;
mod path;
mod poly;
mod powers;
mod quotients;
mod stable;
mod structure;
mod sylvester;
mod words;

pub(crate) use angles::angle_parts;
pub(crate) use atom::{Atom, Body};
pub(crate) use conditions::Conditions;
pub(crate) use draft::Draft;
pub(crate) use entries::at as entry_of;
pub(crate) use express::label_dims;
pub(crate) use normalise::{Goal, Grain, Normalizer};
pub(crate) use poly::{Factor, Label, Poly, Power, Term, content};
