//! Minimisation.
