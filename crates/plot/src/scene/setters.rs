//! Methods that set one field and give the value back.

/// Methods named after fields, each with its documentation.
macro_rules! setters {
    ($kind:ident { $($(#[$doc:meta])* $field:ident: $value:ty,)* }) => {
        impl $kind {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $field(mut self, $field: $value) -> Self {
                    self.$field = $field.into();
                    self
                }
            )*
        }
    };
}

/// The methods `label` and `role` of a mark with a [`Key`](super::Key).
macro_rules! keyed {
    ($kind:ident) => {
        impl $kind {
            /// Names the mark in the legend.
            #[must_use]
            pub fn label(mut self, label: impl Into<String>) -> Self {
                self.key.label = label.into();
                self
            }

            /// Sets what the colour stands for; by default the next series of the panel.
            #[must_use]
            pub fn role(mut self, role: super::Role) -> Self {
                self.key.role = Some(role);
                self
            }
        }
    };
}

pub(super) use {keyed, setters};
