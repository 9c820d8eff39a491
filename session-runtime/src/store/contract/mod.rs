//! Holds a store to what the [trait's module](super) says it promises.
//!
//! A store of your own has one test:
//!
//! ```
//! #[tokio::test(flavor = "multi_thread")]
//! async fn keeps_the_contract() {
//!     session_runtime::store::contract::check(MyStore::new()).await;
//! }
//! ```
//!
//! No test harness is needed, but a tokio runtime with several threads, as
//! writes that run at once are half of the contract. A promise that is broken
//! is a panic with the promise, what was expected, and what was seen.
//!
//! The store may be a shared one with other sessions in it, and may be checked
//! again and again: the keys and owners are random, and what a check makes it
//! ends. Only after a failure a few sessions stay, of an hour's life. The store
//! is asked to purge what is over now, and nothing else.
//!
//! What is not checked: that a session outlives a restart of the store, that a
//! store without an answer fails, and what [`prepare`](Store::prepare) warns of.

mod dropped;
mod expiry;
mod owners;
mod patches;
mod race;
mod races;
mod records;
mod renames;
mod texts;
mod trial;
mod writers;

use std::sync::Arc;

use tokio::runtime::{Handle, RuntimeFlavor};

use self::trial::Trial;
use super::Store;

/// How much happens at once in a check.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    writers: usize,
    rounds: usize,
    races: usize,
}

/// 64 writers of 1,000 rounds, and 10,000 races: seconds for a store in the
/// process, a minute or two for a database.
impl Default for Load {
    fn default() -> Load {
        Load { writers: 64, rounds: 1_000, races: 10_000 }
    }
}

impl Load {
    /// So many tasks write to one session, each to a field of its own.
    #[must_use]
    pub fn writers(self, writers: usize) -> Load {
        Load { writers, ..self }
    }

    /// So many times each of them writes, and after each time all are read.
    #[must_use]
    pub fn rounds(self, rounds: usize) -> Load {
        Load { rounds, ..self }
    }

    /// So many sessions end while another call runs, for each call that might
    /// bring them back. Of the races that no session's end is in, a tenth.
    #[must_use]
    pub fn races(self, races: usize) -> Load {
        Load { races, ..self }
    }

    fn ends(self) -> usize {
        self.races
    }

    fn others(self) -> usize {
        self.races.div_ceil(10)
    }
}

/// Checks a store that is [prepared](Store::prepare) here, under the load that
/// is the default.
///
/// # Panics
///
/// If the store breaks a promise, or the runtime has one thread only.
pub async fn check(store: impl Store) {
    check_with(store, Load::default()).await;
}

/// Checks a store under another load.
///
/// # Panics
///
/// As [`check`].
pub async fn check_with(store: impl Store, load: Load) {
    assert!(
        Handle::current().runtime_flavor() != RuntimeFlavor::CurrentThread,
        "The contract is about calls that run at once, and this runtime has one thread. Type \
         `#[tokio::test(flavor = \"multi_thread\")]`.",
    );
    let store = Arc::new(store);
    if let Err(error) = store.prepare(false).await {
        panic!("The store fails in `prepare`: {error}");
    }

    macro_rules! hold {
        ($($topic:ident { $($promise:ident)* })*) => {$($(
            let trial = Trial::of(&store, stringify!($promise), load);
            $topic::$promise(&trial).await;
            trial.clean().await;
        )*)*};
    }

    // What one call after the other does, then what calls do that run at once.
    hold! {
        records {
            a_session_comes_back_byte_for_byte
            times_and_owner_come_back
            every_byte_of_a_key_counts
            an_unknown_session_is_not_there
            a_key_is_given_once
            a_destroyed_session_is_not_there
        }
        patches {
            a_patch_sets_removes_and_leaves_the_rest
            a_patch_takes_any_name
            a_patch_has_any_size
            a_touch_changes_times_only
            a_patch_makes_no_session
        }
        renames {
            a_renamed_session_is_under_the_new_key_alone
            a_renamed_session_stays_its_owners
            a_rename_takes_no_key_of_another_session
            a_rename_makes_no_session
        }
        owners {
            a_session_is_in_the_list_of_its_owner_alone
            a_list_tells_the_times
            owners_are_told_apart_byte_for_byte
            an_owner_may_be_an_empty_text
            all_sessions_of_an_owner_end
            all_others_of_an_owner_end
            nobody_has_no_sessions
        }
        expiry {
            a_session_is_there_in_its_last_second
            a_session_is_not_there_when_it_is_over
            a_patch_moves_the_last_second
            a_session_that_is_over_holds_no_key
            purging_ends_what_is_over_and_nothing_else
        }
        writers {
            every_acknowledged_write_is_there
            entries_that_come_and_go_at_once_are_all_right
        }
        races {
            a_destroyed_session_never_comes_back
            a_renamed_session_does_not_escape_its_end
            no_renamed_session_escapes_its_owners_end
            one_of_many_creates_is_done
            one_of_two_renames_is_done
            one_of_two_sessions_gets_a_key
            a_patch_during_a_rename_is_not_lost
            a_session_is_under_one_key_at_every_moment
            lists_agree_with_sessions
        }
        dropped {
            a_dropped_call_has_happened_or_not
            a_dropped_call_leaves_the_store_usable
        }
    }
}
