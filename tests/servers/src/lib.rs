//! Real servers for the tests: each of its own, on a free port of the loopback
//! address, in a temporary folder, ended with the test.
//!
//! Where a program is not installed, its tests say that they were skipped;
//! with `SESSION_TEST_SERVERS=required` they fail instead.

mod application;
pub mod certificates;
pub mod postgres;
pub mod redis;

pub use self::application::{Application, Visitor};
pub use session_tests::process::{Process, free_port, is_listening, wait_for};

use std::path::{Path, PathBuf};

/// Where a program is, on the `PATH` or in one of these folders. `None`, once
/// it was said that the test is skipped.
///
/// # Panics
///
/// If `SESSION_TEST_SERVERS=required` and it is nowhere.
pub fn program(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    session_tests::process::program(name, folders, "SESSION_TEST_SERVERS")
}

/// A folder that goes with the test.
///
/// # Panics
///
/// If it cannot be made.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// The folder's path as a program's argument.
///
/// # Panics
///
/// If it is not UTF-8.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
