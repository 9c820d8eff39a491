//! A new session in place of a key.

use std::sync::Arc;

use session_runtime::store::{Follow, Key, Record, Store, Verdict};

use crate::trial::{HOUR, Trial};
use crate::with::with;

/// A session that has nothing in common with the one in whose place it begins.
fn next<S: Store>(trial: &Trial<S>, owner: &str) -> Record {
    let fields = trial.fields(&[("new", "1"), ("both", "2")]);
    let now = trial.now;
    with!(Record::new(fields, now, now + HOUR), owner = Some(owner.to_owned()))
}

fn old<S: Store>(trial: &Trial<S>, owner: &str) -> Record {
    let record = trial.owned(owner, &[("old", "1"), ("both", "1")]);
    with!(record, created = trial.now - 60, seen = trial.now + 5)
}

pub(crate) async fn a_create_in_place_ends_the_session_before<S: Store>(trial: &Arc<Trial<S>>) {
    let now = trial.now;
    // A session under its only key, and under the others of one that was
    // renamed.
    for (times, which) in [(0, 0), (1, 0), (1, 1), (3, 0), (3, 2)] {
        let what = format!("create in place of key {which} after {times} renames");
        let (first, second) = (trial.owner(), trial.owner());
        let keys = trial.begin_renamed(&old(trial, &first), times).await;
        let other = trial.begin_of(&first).await;
        let expected = next(trial, &second);
        let new = trial.replaced(&keys[which], &expected).await;
        trial.is_there(&what, &new, now, &expected).await;
        for key in &keys {
            trial.is_gone(&what, key, now).await;
        }
        trial.lists(&what, &first, now, &[other]).await;
        trial.lists(&what, &second, now, &[new]).await;
        // In place of the new one there is a third, and again of an old key.
        let third = trial.replaced(&keys[which], &expected).await;
        trial.is_gone("a second create in place of the key", &new, now).await;
        trial.is_there("a second create in place of the key", &third, now, &expected).await;
        trial.lists("a second create in place of the key", &second, now, &[third]).await;
    }
}

pub(crate) async fn an_ended_key_leads_to_the_session_in_its_place<S: Store>(
    trial: &Arc<Trial<S>>,
) {
    let now = trial.now;
    for (how, which) in (0..3).flat_map(|how| [(how, 0), (how, 1)]) {
        let what = "create in place of an ended key";
        let (first, second) = (trial.owner(), trial.owner());
        let keys = trial.begin_renamed(&old(trial, &first), 1).await;
        match how {
            0 => trial.same("destroy", trial.destroy(&keys[1]).await, true),
            1 => trial.same("destroy_all_of", trial.destroy_all_of(&first).await, 1),
            _ => {
                let count = trial.destroy_others_of(&first, &trial.key(), now).await;
                trial.same("destroy_others_of", count, 1);
            }
        }
        let expected = next(trial, &second);
        let new = trial.replaced(&keys[which], &expected).await;
        trial.is_there(what, &new, now, &expected).await;
        trial.is_gone(what, &keys[which], now).await;
        trial.lists(what, &first, now, &[]).await;
        trial.lists(what, &second, now, &[new]).await;
        trial.same("destroy of the ended key", trial.destroy(&keys[which]).await, true);
        trial.is_gone("destroy of the ended key", &new, now).await;
        trial.lists("destroy of the ended key", &second, now, &[]).await;
    }
}

pub(crate) async fn a_create_in_place_of_an_unknown_key_is_a_create<S: Store>(
    trial: &Arc<Trial<S>>,
) {
    let (now, owner) = (trial.now, trial.owner());
    let (unknown, expected) = (trial.key(), next(trial, &owner));
    let what = "create in place of an unknown key";
    let new = trial.replaced(&unknown, &expected).await;
    trial.is_there(what, &new, now, &expected).await;
    trial.lists(what, &owner, now, &[new]).await;
    trial.is_unknown(what, &unknown, now).await;
    let patch = with!(trial.touch(), follow = Follow::Newest);
    trial.same(what, trial.patch(&unknown, &patch, now).await, Verdict::Gone);
    trial.same(what, trial.destroy(&unknown).await, false);
    trial.is_there(what, &new, now, &expected).await;
}

pub(crate) async fn a_create_in_place_that_is_taken_changes_nothing<S: Store>(
    trial: &Arc<Trial<S>>,
) {
    let (now, first, second) = (trial.now, trial.owner(), trial.owner());
    let (before, theirs) = (old(trial, &first), trial.owned(&second, &[("theirs", "1")]));
    let keys = trial.begin_renamed(&before, 1).await;
    let ended = trial.begin(&before).await;
    trial.same("destroy", trial.destroy(&ended).await, true);
    let what = "create, in place of a key, under the key of another session";
    // Under another session's key, and in place of a key of each kind.
    for in_place_of in [keys[0], keys[1], ended, trial.key()] {
        let taken = trial.beside(&in_place_of);
        trial.done("create", trial.create(&taken, &theirs, now).await);
        let record = next(trial, &second);
        let verdict = trial.create_in_place(&in_place_of, &taken, &record, now).await;
        trial.same(what, verdict, Verdict::Taken);
        trial.is_there(what, &keys[1], now, &before).await;
        trial.is_there(what, &taken, now, &theirs).await;
        trial.lists(what, &first, now, &[keys[1]]).await;
        trial.lists(what, &second, now, &[taken]).await;
        // The key leads where it led before.
        let leads = [keys[0], keys[1]].contains(&in_place_of);
        let expected = if leads { Verdict::Done } else { Verdict::Gone };
        let patch = with!(trial.touch(), follow = Follow::Newest);
        let verdict = trial.patch(&in_place_of, &patch, now).await;
        let followed = |verdict| if verdict == Verdict::Followed { Verdict::Done } else { verdict };
        trial.same("patch after that", followed(verdict), expected);
        trial.same("destroy", trial.destroy(&taken).await, true);
        trial.is_there("destroy of the other session", &keys[1], now, &before).await;
    }
    let keep: [Key; 1] = [keys[1]];
    trial.lists("after all", &first, now, &keep).await;
}
