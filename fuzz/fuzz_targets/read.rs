//! Whatever the text: reading it as a problem, as declarations and as an expression ends, without a panic.
#![no_main]

use gradus_expr::syntax::{Scope, read_problem, render_all};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for mistakes in
        [read_problem(text).err(), Scope::new().declare(text).err(), Scope::new().expression(text).err()]
    {
        render_all(&mistakes.unwrap_or_default(), text, "fuzz");
    }
});
