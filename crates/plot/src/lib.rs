//! Figures as scenes.
