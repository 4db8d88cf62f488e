//! The normal form: a sum of products of atoms, by which equality is decided.
