//! The oldest sessions of an owner who has too many.

use std::sync::Arc;

use session_runtime::store::{Key, Store, Verdict};
use tokio::task::JoinSet;

use crate::race::ended;
use crate::trial::{HOUR, Trial};
use crate::with::with;

/// A session of an owner that was seen and created this many seconds ago.
async fn begin<S: Store>(trial: &Trial<S>, owner: &str, seen: u64, created: u64) -> Key {
    let record = trial.owned(owner, &[("rest", "1")]);
    let (seen, created) = (trial.now - seen, trial.now - created);
    trial.begin(&with!(record, seen = seen, created = created)).await
}

pub(crate) async fn the_oldest_sessions_of_an_owner_end<S: Store>(trial: &Arc<Trial<S>>) {
    let (owner, other, later) = (trial.owner(), trial.owner(), trial.now + 20);
    // The ones to end are neither the first nor the last that were made.
    let third = begin(trial, &owner, 2, 90).await;
    let sixth = begin(trial, &owner, 8, 20).await;
    let first = begin(trial, &owner, 1, 50).await;
    let fifth = begin(trial, &owner, 7, 10).await;
    let fourth = begin(trial, &owner, 7, 9).await;
    let second = begin(trial, &owner, 2, 5).await;
    let others = [begin(trial, &other, 99, 99).await, begin(trial, &other, 98, 99).await];
    // It was seen last, and has expired.
    let expiring = with!(trial.owned(&owner, &[("rest", "1")]), expires = later - 1);
    let expired = trial.begin(&expiring).await;
    // An end reaches a session under its newest key.
    let moved = trial.beside(&sixth);
    let mut patch = trial.touch();
    patch.seen = 0;
    trial.done("rename", trial.rename(&sixth, &moved, &patch, trial.now).await);

    let what = "destroy_oldest_of";
    for (most, count) in [(7, 0), (6, 0), (4, 2), (4, 0)] {
        let seen = trial.destroy_oldest_of(&owner, &first, most, later).await;
        trial.same(format_args!("{what} that leaves {most}"), seen, count);
    }
    trial.lists(what, &owner, later, &[first, second, third, fourth]).await;
    trial.lists(what, &other, later, &others).await;
    for key in [&fifth, &sixth, &moved] {
        trial.is_former(what, key, later).await;
        trial.same("patch after it", trial.patch(key, &trial.touch(), later).await, Verdict::Gone);
    }
    trial.is_unknown(what, &expired, later).await;
    trial.same(what, trial.destroy_oldest_of(&owner, &first, 1, later).await, 3);
    trial.lists(what, &owner, later, &[first]).await;
    let unknown = trial.destroy_oldest_of(&trial.owner(), &first, 1, later).await;
    trial.same("destroy_oldest_of of an unknown owner", unknown, 0);
}

/// The clock of the machine that filed it may be behind. A store that ends the sessions
/// in one step knows it, and one that takes several steps does not.
pub(crate) async fn the_session_that_was_just_filed_is_the_last_to_end<S: Store>(
    trial: &Arc<Trial<S>>,
) {
    let what = "destroy_oldest_of that keeps the oldest session";
    for is_renamed in [false, true] {
        let (now, owner) = (trial.now, trial.owner());
        let first = begin(trial, &owner, 1, 1).await;
        let second = begin(trial, &owner, 2, 2).await;
        let keep = begin(trial, &owner, 3, 3).await;
        let mut kept = keep;
        if is_renamed {
            kept = trial.beside(&keep);
            let mut patch = trial.touch();
            patch.seen = 0;
            trial.done("rename", trial.rename(&keep, &kept, &patch, now).await);
        }
        trial.same(what, trial.destroy_oldest_of(&owner, &keep, 2, now).await, 1);
        let left: Vec<Key> = trial.list(&owner, now).await.iter().map(|one| one.key).collect();
        let sorted = |mut keys: Vec<Key>| {
            keys.sort();
            keys
        };
        let right = [sorted(vec![first, kept]), sorted(vec![first, second])];
        trial.one_of(what, left, &right);
    }
    // What is kept need not be the owner's.
    let (now, owner) = (trial.now, trial.owner());
    let first = begin(trial, &owner, 1, 1).await;
    begin(trial, &owner, 2, 2).await;
    let other = begin(trial, &trial.owner(), 0, 0).await;
    for (keep, count) in [(other, 1), (trial.key(), 0)] {
        let seen = trial.destroy_oldest_of(&owner, &keep, 1, now).await;
        trial.same("destroy_oldest_of that keeps a session that is not the owner's", seen, count);
        trial.lists("what is left", &owner, now, &[first]).await;
    }
    trial.same("another owner's session", trial.load(&other, now).await.is_some(), true);
}

/// How many sessions may be left.
const MOST: usize = 5;

/// All within a second, and each in one of the three ways to file a session.
pub(crate) async fn sign_ins_at_once_leave_exactly_as_many_sessions<S: Store>(
    trial: &Arc<Trial<S>>,
) {
    for _ in 0..trial.load.others().div_ceil(20) {
        let (now, owner) = (trial.now, trial.owner());
        let mut keys = Vec::new();
        for ago in 1..=MOST as u64 {
            keys.push(begin(trial, &owner, ago, ago).await);
        }
        let mut sign_ins = JoinSet::new();
        for turn in 0..trial.load.writers {
            let (trial, owner) = (Arc::clone(trial), owner.clone());
            sign_ins.spawn(async move {
                let key = sign_in(&trial, &owner, turn).await;
                (key, trial.destroy_oldest_of(&owner, &key, MOST, now).await)
            });
        }
        let mut count = 0;
        while let Some(sign_in) = sign_ins.join_next().await {
            let (key, ended) = ended(sign_in);
            keys.push(key);
            count += ended;
        }
        let left: Vec<Key> = trial.list(&owner, now).await.iter().map(|one| one.key).collect();
        trial.same("how many sessions are left", left.len(), MOST.min(keys.len()));
        trial.same("how many sessions ended", count, (keys.len() - left.len()) as u64);
        for key in &keys {
            let is_there = trial.load(key, now).await.is_some();
            trial.same("a session is there", is_there, left.contains(key));
            if !is_there {
                trial.is_former("a session that ended", key, now).await;
            }
        }
        trial.same("destroy_all_of", trial.destroy_all_of(&owner).await, left.len() as u64);
    }
}

/// Files a session under an owner, and returns its key.
async fn sign_in<S: Store>(trial: &Trial<S>, owner: &str, turn: usize) -> Key {
    if turn.is_multiple_of(3) {
        return trial.begin(&trial.owned(owner, &[("rest", "1")])).await;
    }
    let key = trial.begin(&trial.record(&[("rest", "1")])).await;
    let patch = with!(trial.filing(Some(owner)), expires = trial.now + 2 * HOUR);
    if turn % 3 == 1 {
        trial.done("patch that files a session", trial.patch(&key, &patch, trial.now).await);
        return key;
    }
    let new = trial.beside(&key);
    trial.done("rename that files a session", trial.rename(&key, &new, &patch, trial.now).await);
    new
}
