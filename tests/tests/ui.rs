//! What the compiler says: to mistakes, and to every combination that is none.
//!
//! After a change, `TRYBUILD=overwrite cargo test -p session-tests --test ui`
//! writes the `.stderr` files: read each of them as the user would who made
//! the mistake. `cargo test -p session-tests --test ui -- ui trybuild=empty`
//! runs the cases with `empty` in their names. With `SESSION_MATRIX=full` the
//! generated program has twice as many handlers.

#[path = "language_matrix/generator.rs"]
mod matrix;

use std::fs;
use std::path::Path;

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    let matrix = Path::new(env!("CARGO_TARGET_TMPDIR")).join("matrix.rs");
    let full = std::env::var("SESSION_MATRIX").is_ok_and(|matrix| matrix == "full");
    fs::write(&matrix, matrix::program(full)).expect("the target directory can be written to");
    cases.pass(matrix);
    cases.pass("ui/pass/*.rs");
    cases.compile_fail("ui/fail/*.rs");
}
