//! A log that writes every line and keeps none.
//!
//! The text of a line is made, so that what can go wrong in making it does, and
//! no line may hold [`SECRET`]: what a visitor's session holds and what keys are
//! made of does not belong into a log.

use std::fmt::Write;

use log::{LevelFilter, Log, Metadata, Record};

/// A word that no log line may hold. The seeds and dictionaries have it.
pub const SECRET: &str = "S3CRET";

struct Sink;

static SINK: Sink = Sink;

impl Log for Sink {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("session_runtime")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let mut line = String::new();
            write!(line, "{}", record.args()).expect("a string grows");
            assert!(!line.contains(SECRET), "a log line tells a secret: {line}");
        }
    }

    fn flush(&self) {}
}

/// From now on all log lines go there.
pub fn install() {
    if log::set_logger(&SINK).is_ok() {
        log::set_max_level(LevelFilter::Debug);
    }
}
