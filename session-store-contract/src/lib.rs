#![doc = include_str!("../README.md")]

mod dropped;
mod expiry;
mod following;
mod former;
mod in_place;
mod load;
mod oldest;
mod owners;
mod patches;
mod race;
mod races;
mod records;
mod renames;
mod texts;
mod trial;
mod whole;
mod with;
mod writers;

use std::sync::Arc;

use session_runtime::store::Store;
use tokio::runtime::{Handle, RuntimeFlavor};

pub use self::load::Load;
use self::races::{creates, ends, patches as patching, renames as renaming};
use self::trial::Trial;

/// Checks promises, one after the other.
macro_rules! hold {
    ($store:ident, $load:ident; $($topic:ident { $($promise:ident)* })*) => {$($(
        let trial = Trial::of(&$store, stringify!($promise), $load);
        $topic::$promise(&trial).await;
        trial.clean().await;
    )*)*};
}

/// [Prepares](Store::prepare) a store and checks it, under the default load.
///
/// # Panics
///
/// If the store breaks a promise, or the runtime has only one thread.
pub async fn check(store: impl Store) {
    check_with(store, Load::default()).await;
}

/// [Prepares](Store::prepare) a store and checks it, under this load.
///
/// # Panics
///
/// As [`check`].
pub async fn check_with(store: impl Store, load: Load) {
    let store = prepared(store).await;
    // First calls one after the other, then calls at the same time.
    hold! { store, load;
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
        patches {
            a_patch_moves_times_forward_only
        }
        expiry {
            a_session_is_there_in_its_last_second
            an_expired_session_is_not_there
            a_patch_moves_the_last_second
            a_session_left_empty_expires_within_an_hour
            what_is_left_decides_whether_a_session_is_empty
            a_session_filled_again_lives_on
            an_expired_session_holds_no_key
            purging_ends_expired_sessions_and_no_others
        }
        following {
            a_patch_follows_renames
            an_end_follows_renames
            a_patch_reaches_no_ended_session
            a_rename_does_not_follow
        }
        in_place {
            a_create_in_place_ends_the_session_before
            a_create_in_place_of_an_unknown_key_is_a_create
            a_create_in_place_that_is_taken_changes_nothing
            an_ended_key_leads_to_the_session_in_its_place
        }
        following {
            a_patch_reaches_the_next_session_only_on_request
            an_end_follows_creates_in_place
            an_end_for_an_owner_ends_only_the_owners
            the_session_that_a_kept_key_leads_to_stays
        }
        former {
            a_renamed_key_is_remembered_for_an_hour
            an_ended_key_is_remembered_for_an_hour
            an_expired_key_is_not_remembered
            after_an_hour_no_key_leads_on
        }
        expiry {
            purging_forgets_no_key_too_early
        }
        oldest {
            the_oldest_sessions_of_an_owner_end
            the_session_that_was_just_filed_is_the_last_to_end
        }
        writers {
            every_acknowledged_write_is_there
            entries_that_come_and_go_at_once_are_all_right
        }
        ends {
            a_destroyed_session_never_comes_back
            a_renamed_session_does_not_escape_its_end
            no_renamed_session_escapes_its_owners_end
            one_of_two_ends_is_told_of_it
            an_end_for_an_owner_spares_what_another_one_got
            a_kept_session_that_is_renamed_stays
            a_create_in_place_beside_an_end_is_whole
        }
        creates {
            one_of_many_creates_is_done
            one_of_two_creates_in_place_is_left
            a_patch_during_a_create_in_place_reaches_the_old_session_alone
            a_renamed_session_does_not_escape_a_create_in_place
        }
        renaming {
            one_of_two_renames_is_done
            one_of_two_sessions_gets_a_key
            a_session_is_under_one_key_at_every_moment
        }
        patching {
            a_patch_during_renames_is_not_lost
            what_two_patches_leave_decides_how_long_it_lives
            lists_agree_with_sessions
        }
        oldest {
            sign_ins_at_once_leave_exactly_as_many_sessions
        }
        dropped {
            a_dropped_call_has_happened_or_not
            a_dropped_call_leaves_the_store_usable
        }
    }
}

/// [Prepares](Store::prepare) a store that nothing else uses, and checks what is about
/// all of its sessions: [`count`](Store::count) and [`destroy_all`](Store::destroy_all).
/// **It ends all sessions in the store.**
///
/// # Panics
///
/// As [`check`].
pub async fn check_alone(store: impl Store, load: Load) {
    let store = prepared(store).await;
    hold! { store, load;
        whole {
            a_count_counts_what_is_there
            an_end_of_all_ends_every_session
            no_renamed_session_escapes_the_end_of_all
        }
    }
}

async fn prepared<S: Store>(store: S) -> Arc<S> {
    assert!(
        Handle::current().runtime_flavor() != RuntimeFlavor::CurrentThread,
        "The contract is about calls that run at the same time, and this runtime has only one \
         thread. Type \
         `#[tokio::test(flavor = \"multi_thread\")]`.",
    );
    let store = Arc::new(store);
    if let Err(error) = store.prepare(false).await {
        panic!("The store fails in `prepare`: {error}");
    }
    store
}
