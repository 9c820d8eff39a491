//! Compiler errors for mistakes, and valid combinations that must compile.
//!
//! After a change, `TRYBUILD=overwrite cargo test -p session-tests --test ui`
//! writes the `.stderr` files. Read each of them like a user who made the
//! mistake. `cargo test -p session-tests --test ui -- ui trybuild=empty`
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
    // Some of the pinned messages come from the compiler, and differ between its
    // versions.
    match compiler() {
        Some(version) if version.starts_with(COMPILER) => cases.compile_fail("ui/fail/*.rs"),
        other => println!(
            "SKIPPED: the messages are those of {COMPILER}, and this is {}.",
            other.as_deref().unwrap_or("another compiler").trim(),
        ),
    }
}

/// The compiler that the `.stderr` files were written with.
const COMPILER: &str = "rustc 1.95.";

fn compiler() -> Option<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = std::process::Command::new(rustc).arg("--version").output().ok()?;
    String::from_utf8(output.stdout).ok()
}
