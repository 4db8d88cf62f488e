//! What is printed reads back as the same notation.
#![no_main]

use gradus_expr::syntax::{parse_expression, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let (Some(ast), mistakes) = parse_expression(text)
        && mistakes.is_empty()
    {
        let (again, mistakes) = parse_expression(&print(&ast));
        // Printing may nest deeper than the text did (a superscript becomes a power), never differently.
        assert!(!mistakes.is_empty() || again == Some(ast));
    }
});
