//! What tells a mark from the others of its panel.

use super::Role;

/// A mark's name and colour.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Key {
    /// Name in the legend; empty for none.
    pub label: String,
    /// Meaning of the colour; by default the next series of the panel, muted for a rule.
    pub role: Option<Role>,
}
