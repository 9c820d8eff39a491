//! Compiler errors for mistakes. The programs in `ui/pass`, which must compile and
//! run, are a package of their own.
//!
//! After a change, `TRYBUILD=overwrite cargo test -p session-tests --test ui`
//! writes the `.stderr` files. Read each of them like a user who made the
//! mistake. `cargo test -p session-tests --test ui -- ui trybuild=empty`
//! runs the cases with `empty` in their names.

/// No program that must compile is among them: then trybuild checks all with one call
/// of cargo, and does not build them one after the other.
#[test]
fn ui() {
    // Some of the pinned messages come from the compiler, and differ between its
    // versions.
    match compiler() {
        Some(version) if version.starts_with(COMPILER) => {
            trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
        }
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
