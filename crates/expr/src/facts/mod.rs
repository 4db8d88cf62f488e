//! What can be proved about an expression: sign, interval, curvature and structure.
