//! A launch that may fail.

use rocket::{Build, Rocket};

use crate::log::{self, Level, Line, ours};

/// What came of a launch.
#[derive(Debug)]
pub struct Launch {
    /// Whether the application would serve.
    pub started: bool,
    /// Rocket's own word for the failure.
    pub failure: String,
    /// Everything that was logged.
    pub log: Vec<Line>,
}

/// Brings an application to where it would begin to serve.
#[must_use]
pub fn ignite(rocket: Rocket<Build>) -> Launch {
    log::take();
    let outcome = rocket::execute(rocket.ignite());
    // Rocket panics if nobody looks at the error.
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

    /// The program does not start, and one error says all of these words.
    ///
    /// # Panics
    ///
    /// If not.
    pub fn fails_with(&self, words: &[&str]) {
        assert!(!self.started, "the program started: {self:#?}");
        let said = self.errors().iter().any(|line| words.iter().all(|word| line.contains(word)));
        assert!(said, "no error says {words:?}: {self:#?}");
    }
}
