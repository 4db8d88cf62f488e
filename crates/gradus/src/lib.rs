//! gradus: write the mathematics of machine learning once; derive it, check it, solve it, run it, learn it.

pub use gradus_data as data;
pub use gradus_expr as expr;
pub use gradus_linalg as linalg;
pub use gradus_optimize as optimize;
pub use gradus_plot as plot;
pub use gradus_problem as problem;
pub use gradus_program as program;
pub use gradus_scalar as scalar;
