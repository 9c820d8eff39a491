//! How much work a check does.

/// How much work a check does. More finds rarer mistakes and takes longer.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub(crate) writers: usize,
    pub(crate) rounds: usize,
    races: usize,
}

/// 64 writers, 1,000 rounds and 10,000 races: seconds for a store in the process,
/// minutes for a database.
impl Default for Load {
    fn default() -> Load {
        Load { writers: 64, rounds: 1_000, races: 10_000 }
    }
}

impl Load {
    /// How many tasks write to one session at the same time, each to its own
    /// field.
    #[must_use]
    pub fn writers(self, writers: usize) -> Load {
        Load { writers, ..self }
    }

    /// How many times each of these tasks writes. After each round the session
    /// is read, and every write must be there.
    #[must_use]
    pub fn rounds(self, rounds: usize) -> Load {
        Load { rounds, ..self }
    }

    /// How many times each race of two calls is run. A few races, in which less
    /// can go wrong, are run a tenth as often.
    #[must_use]
    pub fn races(self, races: usize) -> Load {
        Load { races, ..self }
    }

    pub(crate) fn ends(self) -> usize {
        self.races
    }

    pub(crate) fn others(self) -> usize {
        self.races.div_ceil(10)
    }
}
