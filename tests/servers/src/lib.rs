//! Real servers for the tests: each of its own, on a free port of the loopback
//! address, in a temporary folder, ended with the test.
//!
//! Where a program is not installed, its tests say that they were skipped;
//! with `SESSION_TEST_SERVERS=required` they fail instead.

mod application;
pub mod certificates;
pub mod postgres;
pub mod redis;

// Its examples show all stores, and the contract.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/stores.md")]
mod guide {}

pub use self::application::{Application, Visitor};

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Where a program is, on the `PATH` or in one of these folders. `None`, once
/// it was said that the test is skipped.
///
/// # Panics
///
/// If `SESSION_TEST_SERVERS=required` and it is nowhere.
pub fn program(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain(folders.iter().cloned())
        .map(|folder| folder.join(name))
        .find(|program| program.is_file());
    if found.is_none() {
        let required = std::env::var("SESSION_TEST_SERVERS").is_ok_and(|value| value == "required");
        assert!(!required, "`{name}` is not installed, and SESSION_TEST_SERVERS=required");
        println!("SKIPPED: `{name}` is not installed.");
    }
    found
}

/// A port that was free a moment ago.
///
/// # Panics
///
/// If there is none.
pub fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.expect("a free port").port()
}

/// A program that was started, and is killed when it is dropped.
#[derive(Debug)]
pub struct Process(Child);

impl Process {
    /// Starts it.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    pub fn start(command: &mut Command) -> Process {
        Process(command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    /// Sends it a signal: `STOP`, `CONT`, `KILL`.
    ///
    /// # Panics
    ///
    /// If there is no such process any more.
    pub fn signal(&self, signal: &str) {
        let mut kill = Command::new("kill");
        let sent = kill.arg(format!("-{signal}")).arg(self.0.id().to_string()).status();
        assert!(sent.expect("the program `kill`").success(), "no process for -{signal}");
    }

    /// Ends it with `kill -9` and waits until it is gone.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits until something is so.
///
/// # Panics
///
/// If it is not within 30 seconds.
pub fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether somebody listens on the port.
pub fn is_listening(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
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
