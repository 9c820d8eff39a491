//! A launch that may fail.

use rocket::{Build, Rocket};

use crate::log::{self, Level, Line, ours};

/// The result of a launch.
#[derive(Debug)]
pub struct Launch {
    /// Whether the application would serve.
    pub started: bool,
    /// Rocket's name for the failure.
    pub failure: String,
    /// The lines that were logged.
    pub log: Vec<Line>,
}

/// Launches an application up to the point where it would begin to serve.
#[must_use]
pub fn ignite(rocket: Rocket<Build>) -> Launch {
    log::take();
    let outcome = rocket::execute(rocket.ignite());
    // Rocket panics if the error is not inspected.
    let failure = outcome.as_ref().err().map(|error| format!("{:?}", error.kind()));
    Launch { started: outcome.is_ok(), failure: failure.unwrap_or_default(), log: log::take() }
}

impl Launch {
    /// The library's errors.
    #[must_use]
    pub fn errors(&self) -> Vec<&str> {
        ours(&self.log, Level::Error)
    }

    /// The library's warnings.
    #[must_use]
    pub fn warnings(&self) -> Vec<&str> {
        ours(&self.log, Level::Warn)
    }

    /// Checks that the program does not start, and that one error has all these words.
    ///
    /// # Panics
    ///
    /// If the check fails.
    pub fn fails_with(&self, words: &[&str]) {
        assert!(!self.started, "the program started: {self:#?}");
        let said = self.errors().iter().any(|line| words.iter().all(|word| line.contains(word)));
        assert!(said, "no error says {words:?}: {self:#?}");
    }
}
