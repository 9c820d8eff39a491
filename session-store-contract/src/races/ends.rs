//! Ends beside other calls.

use std::sync::Arc;

use session_runtime::store::{Key, Store};

use super::{DONE, GONE};
use crate::race::{both, race};
use crate::trial::Trial;

/// A slow request ends after the sign-out.
pub(crate) async fn a_destroyed_session_never_comes_back<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (owner, now) = (trial.owner(), trial.now);
        let key = trial.begin_of(&owner).await;
        let mut patch = trial.filing(Some(&owner));
        patch.set = (0..20).map(|n| (format!("field {n}"), n.to_string())).collect();
        let late = patch.clone();
        let patch = trial.patching(key, patch);
        let (patched, destroyed) = both(order, patch, trial.destroying(key)).await;
        trial.same("destroy beside a patch", destroyed, true);
        trial.one_of("patch beside a destroy", patched, &[DONE, GONE]);
        trial.is_gone("patch beside a destroy", &key, now).await;
        trial.same("patch after a destroy", trial.patch(&key, &late, now).await, GONE);
        trial.is_gone("patch after a destroy", &key, now).await;
        trial.lists("patch after a destroy", &owner, now, &[]).await;
    })
    .await;
}

/// The end of an old key follows to the newest one, wherever it is by then.
pub(crate) async fn a_renamed_session_does_not_escape_its_end<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (owner, now) = (trial.owner(), trial.now);
        let mut keys = vec![trial.begin_of(&owner).await];
        for n in 0..=order / 2 % 3 {
            keys.push(trial.beside(&keys[n]));
        }
        let renames = trial.renaming_along(keys.clone());
        let (verdicts, destroyed) = both(order, renames, trial.destroying(keys[0])).await;
        let what = "destroy of the first key beside renames";
        trial.same(what, destroyed, true);
        let renamed = verdicts.iter().take_while(|verdict| **verdict == DONE).count();
        let gone = verdicts[renamed..].iter().all(|verdict| *verdict == GONE);
        trial.same("renames beside a destroy are done first and then gone", gone, true);
        for (n, key) in keys.iter().enumerate() {
            // A key that the session was never renamed to is unknown.
            if n <= renamed {
                trial.is_former(what, key, now).await;
            }
            trial.is_gone(what, key, now).await;
        }
        trial.lists(what, &owner, now, &[]).await;
    })
    .await;
}

/// The end of all sessions, or of all others: a session that was the owner's before
/// ends, even if it is renamed meanwhile.
pub(crate) async fn no_renamed_session_escapes_its_owners_end<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (owner, now) = (trial.owner(), trial.now);
        let (old, other) = (trial.begin_of(&owner).await, trial.begin_of(&owner).await);
        let moves = moving_on(Arc::clone(&trial), old);
        // Not the last digit, which is the order in which they begin.
        let keeps = order / 2 % 2 == 0;
        let (end, left) = if keeps {
            (trial.ending_others_of(&owner, other), vec![other])
        } else {
            (trial.ending_all_of(&owner), vec![])
        };
        let (last, count) = both(order, moves, end).await;
        trial.is_gone("the first key after an end of all", &old, now).await;
        trial.is_gone("the last key after an end of all", &last, now).await;
        trial.lists("after an end of all", &owner, now, &left).await;
        trial.same("how many sessions ended", count, 2 - left.len() as u64);
    })
    .await;
}

/// Renames a session until it is gone, at most 64 times, and returns the key that it
/// used last.
pub(crate) async fn moving_on<S: Store>(trial: Arc<Trial<S>>, mut key: Key) -> Key {
    for _ in 0..64 {
        let next = trial.beside(&key);
        if trial.rename(&key, &next, &trial.touch(), trial.now).await != DONE {
            break;
        }
        key = next;
    }
    key
}

/// Two sign-outs at once, with the session's old key and with its new one.
pub(crate) async fn one_of_two_ends_is_told_of_it<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, order| async move {
        let owner = trial.owner();
        let record = trial.owned(&owner, &[("rest", "1")]);
        let keys = trial.begin_renamed(&record, order / 2 % 3).await;
        let (first, last) = (keys[0], keys[keys.len() - 1]);
        let ends = both(order, trial.destroying(first), trial.destroying_of(last, &owner)).await;
        trial.one_of("two calls of destroy at once", ends, &[(true, false), (false, true)]);
        trial.is_gone("two calls of destroy at once", &last, trial.now).await;
        trial.lists("two calls of destroy at once", &owner, trial.now, &[]).await;
    })
    .await;
}

/// A session that becomes somebody else's is not ended for its former owner.
pub(crate) async fn an_end_for_an_owner_spares_what_another_one_got<S: Store>(
    trial: &Arc<Trial<S>>,
) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (now, owner, next) = (trial.now, trial.owner(), trial.owner());
        let mut expected = trial.owned(&owner, &[("rest", "1")]);
        let keys = trial.begin_renamed(&expected, order / 2 % 3).await;
        let (first, last) = (keys[0], keys[keys.len() - 1]);
        let filing = trial.filing(Some(&next));
        filing.apply(&mut expected, now);
        let end = trial.destroying_of(first, &owner);
        let seen = both(order, end, trial.patching(last, filing)).await;
        let what = "destroy for an owner beside a change of the owner";
        trial.one_of(what, seen, &[(true, GONE), (false, DONE)]);
        if seen.0 {
            trial.is_gone(what, &last, now).await;
        } else {
            trial.is_there(what, &last, now, &expected).await;
        }
        let left = (!seen.0).then_some(last);
        trial.lists(what, &next, now, left.as_slice()).await;
        trial.lists(what, &owner, now, &[]).await;
    })
    .await;
}

pub(crate) async fn a_kept_session_that_is_renamed_stays<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (now, owner) = (trial.now, trial.owner());
        let record = trial.owned(&owner, &[("rest", "1")]);
        let mut keys = vec![trial.begin(&record).await];
        for n in 0..=order / 2 % 3 {
            keys.push(trial.beside(&keys[n]));
        }
        let other = trial.begin_of(&owner).await;
        let (first, last) = (keys[0], keys[keys.len() - 1]);
        let renames = trial.renaming_along(keys.clone());
        let end = trial.ending_others_of(&owner, first);
        let (verdicts, count) = both(order, renames, end).await;
        let what = "renames of the kept session beside destroy_others_of";
        trial.same(what, verdicts, vec![DONE; keys.len() - 1]);
        trial.same("destroy_others_of beside renames of the kept session", count, 1);
        trial.is_there(what, &last, now, &record).await;
        trial.is_former(what, &other, now).await;
        trial.lists(what, &owner, now, &[last]).await;
    })
    .await;
}

/// Whichever of the two was first, the old session has ended, and the new one
/// is whole and in its owner's list, or has ended as well.
pub(crate) async fn a_create_in_place_beside_an_end_is_whole<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (now, owner) = (trial.now, trial.owner());
        let old = trial.begin_of(&owner).await;
        let (new, record) = (trial.beside(&old), trial.owned(&owner, &[("new", "1")]));
        let create = trial.creating_in_place(old, new, record.clone());
        let kept = trial.key();
        let (created, what) = match order / 2 % 3 {
            0 => (both(order, create, trial.ending_all_of(&owner)).await.0, "destroy_all_of"),
            1 => {
                let end = trial.ending_others_of(&owner, kept);
                (both(order, create, end).await.0, "destroy_others_of")
            }
            _ => {
                let (created, destroyed) = both(order, create, trial.destroying(old)).await;
                trial.same("destroy beside a create in place", destroyed, true);
                (created, "destroy")
            }
        };
        let what = format!("create in place beside {what}");
        trial.done(&what, created);
        trial.is_former(&what, &old, now).await;
        let is_there = trial.load(&new, now).await.is_some();
        if is_there {
            trial.is_there(&what, &new, now, &record).await;
        } else {
            trial.is_former(&what, &new, now).await;
        }
        trial.lists(&what, &owner, now, is_there.then_some(new).as_slice()).await;
        trial.same("destroy after that", trial.destroy(&old).await, is_there);
        trial.lists("destroy after that", &owner, now, &[]).await;
    })
    .await;
}
