//! The captured log.
//!
//! Lines are kept by thread. Rocket's blocking local client handles a request on
//! the calling thread, and [`crate::http::Server`] runs on its own thread, so a
//! test sees only its own lines.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

use log::{LevelFilter, Metadata, Record};

pub use log::Level;

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The level.
    pub level: Level,
    /// The path of the module that wrote it.
    pub target: String,
    /// The text.
    pub text: String,
}

impl Line {
    /// Whether the library wrote it, rather than Rocket.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.target.starts_with("session_runtime")
    }
}

type Lines = HashMap<ThreadId, Vec<Line>>;

static LINES: LazyLock<Mutex<Lines>> = LazyLock::new(Mutex::default);

struct Capture;

impl log::Log for Capture {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Debug
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = Line {
            level: record.level(),
            target: record.target().to_owned(),
            text: record.args().to_string(),
        };
        lines().entry(std::thread::current().id()).or_default().push(line);
    }

    fn flush(&self) {}
}

fn lines() -> MutexGuard<'static, Lines> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Installs the capturing logger. Call it before the first `Rocket` is made, which
/// installs Rocket's own logger.
///
/// # Panics
///
/// If another logger was installed before.
pub fn install() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Capture).expect("the capturing logger comes first");
        log::set_max_level(LevelFilter::Debug);
    });
}

/// Keeps only warnings and errors from now on, in the whole process. For tests that
/// make many requests and read no other lines.
pub fn only_warnings() {
    install();
    log::set_max_level(LevelFilter::Warn);
}

/// All lines that the thread logged so far, including Rocket's.
#[must_use]
pub fn of(thread: ThreadId) -> Vec<Line> {
    lines().get(&thread).cloned().unwrap_or_default()
}

/// All lines logged so far, by any thread.
#[must_use]
pub fn everything() -> Vec<Line> {
    lines().values().flatten().cloned().collect()
}

/// Removes and returns the lines that this thread logged so far.
pub fn take() -> Vec<Line> {
    lines().remove(&std::thread::current().id()).unwrap_or_default()
}

/// The texts of the library's lines at one level.
#[must_use]
pub fn ours(lines: &[Line], level: Level) -> Vec<&str> {
    let ours = lines.iter().filter(|line| line.is_ours() && line.level == level);
    ours.map(|line| line.text.as_str()).collect()
}
