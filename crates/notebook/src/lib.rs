//! Documents of live cells: text, formulas, data and figures that depend on one another.
