//! When a session is over. The caller's time moves, and no clock does.

use std::sync::Arc;

use super::trial::{HOUR, Trial};
use crate::store::{Key, Patch, Record, Store, Verdict};

pub(super) async fn a_session_is_there_in_its_last_second<S: Store>(trial: &Arc<Trial<S>>) {
    let (owner, last) = (trial.owner(), trial.now + HOUR);
    let mut expected =
        Record { owner: Some(owner.clone()), ..trial.record(&[("a", "1"), ("b", "2")]) };
    let key = trial.begin(&expected).await;
    trial.is_there("load", &key, last, &expected).await;
    trial.lists("list", &owner, last, &[key]).await;
    let verdict = trial.create(&key, &trial.record(&[]), last).await;
    trial.same("create", verdict, Verdict::Taken);
    let other = trial.beside(&key);
    trial.done("a new session", trial.create(&other, &trial.record(&[]), trial.now).await);
    let verdict = trial.rename(&other, &key, &trial.touch(), last).await;
    trial.same("a rename to its key", verdict, Verdict::Taken);
    // Written in its last second, and not made longer.
    let patch = Patch { seen: last, ..trial.setting(&[("a", "7")]) };
    patch.apply(&mut expected, trial.now);
    trial.done("patch", trial.patch(&key, &patch, last).await);
    trial.is_there("after the patch", &key, last, &expected).await;
    let new = trial.beside(&key);
    trial.done("rename", trial.rename(&key, &new, &patch, last).await);
    trial.is_there("after the rename", &new, last, &expected).await;
    // Written in its last second, and made longer.
    let patch = Patch::new(last, last + HOUR);
    patch.apply(&mut expected, trial.now);
    trial.done("a patch that extends", trial.patch(&new, &patch, last).await);
    trial.is_there("one second later, extended", &new, last + 1, &expected).await;
}

pub(super) async fn a_session_is_not_there_when_it_is_over<S: Store>(trial: &Arc<Trial<S>>) {
    let (owner, next, last) = (trial.owner(), trial.owner(), trial.now + HOUR);
    let record = Record { owner: Some(owner.clone()), ..trial.record(&[("a", "1")]) };
    let key = trial.begin(&record).await;
    for late in [last + 1, last + 2, last + 24 * HOUR] {
        trial.is_gone("load", &key, late).await;
        trial.lists("list", &owner, late, &[]).await;
        let filing = Patch { set: trial.fields(&[("a", "2")]), ..trial.filing(Some(&next)) };
        for patch in [filing, trial.touch()] {
            let patch = Patch { seen: late, expires: late + HOUR, ..patch };
            trial.same("patch", trial.patch(&key, &patch, late).await, Verdict::Gone);
            let new = trial.beside(&key);
            let verdict = trial.rename(&key, &new, &patch, late).await;
            trial.same("rename", verdict, Verdict::Gone);
            for key in [&key, &new] {
                trial.is_gone("after a patch and a rename", key, late).await;
            }
            trial.lists("after a patch and a rename", &next, late, &[]).await;
        }
    }
    // A store may have freed it. If not, nothing was written.
    if trial.load(&key, last).await.is_some() {
        trial.is_there("one second before", &key, last, &record).await;
    }
}

pub(super) async fn a_patch_moves_the_last_second<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner) = (trial.now, trial.owner());
    let mut key = trial.begin_of(&owner).await;
    let moves = [("longer", 2 * HOUR), ("shorter", HOUR / 2), ("much longer", 1000 * HOUR)];
    for (what, life) in moves.into_iter().chain([("shorter again", HOUR)]) {
        let patch = Patch { shortens: true, ..Patch::new(now, now + life) };
        let new = trial.beside(&key);
        trial.done(what, trial.patch(&key, &patch, now).await);
        // What holds for a patch holds for the one of a rename.
        for renamed in [false, true] {
            if renamed {
                trial.done("back", trial.patch(&key, &trial.touch(), now).await);
                trial.done(what, trial.rename(&key, &new, &patch, now).await);
                key = new;
            }
            let is_in_time = trial.load(&key, now + life).await.is_some();
            trial.same(format_args!("{what}, in time"), is_in_time, true);
            trial.lists(what, &owner, now + life, &[key]).await;
            trial.is_gone(what, &key, now + life + 1).await;
            trial.lists(what, &owner, now + life + 1, &[]).await;
        }
    }
}

pub(super) async fn a_session_that_is_over_holds_no_key<S: Store>(trial: &Arc<Trial<S>>) {
    let (owner, late) = (trial.owner(), trial.now + HOUR + 1);
    let over = Record { owner: Some(owner.clone()), ..trial.record(&[("old", "1"), ("a", "1")]) };
    let next = trial.owner();
    let fresh = Record {
        owner: Some(next.clone()),
        ..Record::new(trial.fields(&[("a", "2"), ("new", "1")]), late, late + HOUR)
    };
    let created = trial.begin(&over).await;
    trial.done("a new session", trial.create(&created, &fresh, late).await);
    let key = trial.begin(&Record { expires: late + HOUR, ..trial.record(&[("b", "1")]) }).await;
    let renamed = trial.beside(&key);
    trial.done("a new session", trial.create(&renamed, &over, trial.now).await);
    let mut moved = trial.record(&[("b", "1")]);
    let patch = Patch { seen: late, expires: late + HOUR, ..trial.filing(Some(&next)) };
    patch.apply(&mut moved, trial.now);
    trial.done("a rename", trial.rename(&key, &renamed, &patch, late).await);
    for (what, key, expected) in [("create", created, fresh), ("rename", renamed, moved)] {
        trial.is_there(what, &key, late, &expected).await;
    }
    trial.lists("the owner of those that are over", &owner, trial.now, &[]).await;
    trial.lists("the owner of the new ones", &next, late, &[created, renamed]).await;
}

/// The sessions that are over began two hours ago: a shared store frees nothing
/// that its other users still need.
pub(super) async fn purging_ends_what_is_over_and_nothing_else<S: Store>(trial: &Arc<Trial<S>>) {
    let (owner, now) = (trial.owner(), trial.now);
    let (began, over) = (now - 2 * HOUR, now - 1);
    let record = |expires| Record {
        owner: Some(owner.clone()),
        ..Record::new(trial.fields(&[("a", "1")]), began, expires)
    };
    let mut keys: Vec<(Key, Record)> = Vec::new();
    for n in 0..30 {
        let (key, record) = (trial.key(), record([over, now, now + HOUR][n % 3]));
        trial.done("a new session", trial.create(&key, &record, began).await);
        keys.push((key, record));
    }
    for times in ["once", "twice"] {
        trial.purge_expired(now).await;
        let living = keys.iter().filter(|(_, record)| record.expires >= now);
        for (key, record) in living.clone() {
            trial.is_there(times, key, now, record).await;
        }
        let living: Vec<Key> = living.map(|(key, _)| *key).collect();
        trial.lists(times, &owner, now, &living).await;
        // Whatever it freed, it freed altogether.
        let mut left = Vec::new();
        for (key, _) in &keys {
            left.extend(trial.load(key, over).await.map(|_| *key));
        }
        trial.lists("what a store has not freed", &owner, over, &left).await;
    }
}
