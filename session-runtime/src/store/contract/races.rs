//! Two calls at once that must not disturb each other.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::race::{both, ended, race};
use super::trial::Trial;
use crate::store::{Key, Record, Store, Verdict};

const DONE: Verdict = Verdict::Done;
const FOLLOWED: Verdict = Verdict::Followed;
const GONE: Verdict = Verdict::Gone;
const TAKEN: Verdict = Verdict::Taken;

/// The slow request that ends after the logout.
pub(super) async fn a_destroyed_session_never_comes_back<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (owner, now) = (trial.owner(), trial.now);
        let key = trial.begin_of(&owner).await;
        let mut patch = trial.filing(Some(&owner));
        patch.set = (0..20).map(|n| (format!("field {n}"), n.to_string())).collect();
        let late = patch.clone();
        let patch = trial.patching(key, patch);
        let (verdict, ()) = both(order, patch, trial.destroying(key)).await;
        trial.same("a patch beside the end is done or gone", verdict != TAKEN, true);
        trial.is_gone("a patch beside the end", &key, now).await;
        trial.same("a patch after the end", trial.patch(&key, &late, now).await, GONE);
        trial.is_gone("a patch after the end", &key, now).await;
        trial.lists("after the end", &owner, now, &[]).await;
    })
    .await;
}

/// The end of the old key follows to the new one.
pub(super) async fn a_renamed_session_does_not_escape_its_end<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (owner, now) = (trial.owner(), trial.now);
        let old = trial.begin_of(&owner).await;
        let new = trial.beside(&old);
        let rename = trial.renaming(old, new, trial.touch());
        let (verdict, ()) = both(order, rename, trial.destroying(old)).await;
        let expected = [DONE, GONE].contains(&verdict);
        trial.same("a rename beside the end is done or gone", expected, true);
        trial.is_gone("the old key", &old, now).await;
        trial.is_gone("the new key", &new, now).await;
        trial.lists("after the end", &owner, now, &[]).await;
    })
    .await;
}

/// All of them, or all others: a session that was the owner's before ends,
/// wherever it moves in the meantime.
pub(super) async fn no_renamed_session_escapes_its_owners_end<S: Store>(trial: &Arc<Trial<S>>) {
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
        trial.is_gone("where the session began", &old, now).await;
        trial.is_gone("where the session moved to", &last, now).await;
        trial.lists("after the end", &owner, now, &left).await;
        trial.same("the count", count, 2 - left.len() as u64);
    })
    .await;
}

/// Renames a session until it is gone, or for long enough, and says where to.
async fn moving_on<S: Store>(trial: Arc<Trial<S>>, mut key: Key) -> Key {
    for _ in 0..64 {
        let next = trial.beside(&key);
        if trial.rename(&key, &next, &trial.touch(), trial.now).await != DONE {
            break;
        }
        key = next;
    }
    key
}

pub(super) async fn one_of_many_creates_is_done<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, _| async move {
        let key = trial.key();
        let mut creates = JoinSet::new();
        for n in 0..4 {
            let record = trial.record(&[("n", &n.to_string())]);
            let record = Record { owner: Some(trial.owner()), ..record };
            let trial = Arc::clone(&trial);
            creates.spawn(async move {
                let verdict = trial.create(&key, &record, trial.now).await;
                (verdict, record)
            });
        }
        let mut winners = Vec::new();
        while let Some(create) = creates.join_next().await {
            let (verdict, record) = ended(create);
            let owner = record.owner.clone().unwrap_or_default();
            if verdict == DONE {
                winners.push(record);
                trial.lists("the one that is done", &owner, trial.now, &[key]).await;
            } else {
                trial.same("a create of the same key", verdict, TAKEN);
                trial.lists("one that came late", &owner, trial.now, &[]).await;
            }
        }
        trial.same("how many are done", winners.len(), 1);
        trial.is_there("the one that is done", &key, trial.now, &winners[0]).await;
    })
    .await;
}

pub(super) async fn one_of_two_renames_is_done<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, order| async move {
        let (owner, now) = (trial.owner(), trial.now);
        let old = trial.begin_of(&owner).await;
        let (a, b) = (trial.beside(&old), trial.beside(&old));
        let rename = |new, name| trial.renaming(old, new, trial.setting(&[(name, "1")]));
        let (winner, loser, name) = match both(order, rename(a, "a"), rename(b, "b")).await {
            (DONE, GONE) => (a, b, "a"),
            (GONE, DONE) => (b, a, "b"),
            verdicts => trial.broken(format_args!("the two renames are {verdicts:?}")),
        };
        let rest = trial.record(&[("rest", "1"), (name, "1")]);
        let expected = Record { owner: Some(owner.clone()), ..rest };
        trial.is_there("the one that is done", &winner, now, &expected).await;
        trial.is_gone("the old key", &old, now).await;
        trial.is_gone("the other new key", &loser, now).await;
        trial.lists("after both", &owner, now, &[winner]).await;
    })
    .await;
}

/// Two sessions move to one key, or one moves where another begins.
pub(super) async fn one_of_two_sessions_gets_a_key<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, order| async move {
        let now = trial.now;
        let record = |name| trial.record(&[(name, "1")]);
        let a = trial.begin(&record("a")).await;
        let (b, new) = (trial.beside(&a), trial.beside(&a));
        let begins = order / 2 % 2 == 0;
        let second = if begins {
            let (trial, record) = (Arc::clone(&trial), record("b"));
            Box::pin(async move { trial.create(&new, &record, now).await })
        } else {
            trial.done("a new session", trial.create(&b, &record("b"), now).await);
            trial.renaming(b, new, trial.touch())
        };
        match both(order, trial.renaming(a, new, trial.touch()), second).await {
            (DONE, TAKEN) => {
                trial.is_there("the first", &new, now, &record("a")).await;
                trial.is_gone("where the first was", &a, now).await;
                if !begins {
                    trial.is_there("the second", &b, now, &record("b")).await;
                }
            }
            (TAKEN, DONE) => {
                trial.is_there("the second", &new, now, &record("b")).await;
                trial.is_gone("where the second was", &b, now).await;
                trial.is_there("the first", &a, now, &record("a")).await;
            }
            verdicts => trial.broken(format_args!("the two are {verdicts:?}")),
        }
    })
    .await;
}

pub(super) async fn a_patch_during_a_rename_is_not_lost<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, order| async move {
        let (owner, now) = (trial.owner(), trial.now);
        let old = trial.begin_of(&owner).await;
        let new = trial.beside(&old);
        let patch = trial.patching(old, trial.setting(&[("patched", "1")]));
        let rename = trial.renaming(old, new, trial.setting(&[("renamed", "1")]));
        let mut fields = trial.fields(&[("rest", "1"), ("renamed", "1")]);
        match both(order, patch, rename).await {
            (DONE | FOLLOWED, DONE) => fields.extend(trial.fields(&[("patched", "1")])),
            verdicts => trial.broken(format_args!("patch and rename are {verdicts:?}")),
        }
        let expected = Record { fields, owner: Some(owner.clone()), ..trial.record(&[]) };
        trial.is_there("the new key", &new, now, &expected).await;
        trial.is_gone("the old key", &old, now).await;
        trial.lists("after both", &owner, now, &[new]).await;
    })
    .await;
}

/// Whoever looks on sees it once: not twice, and not never.
pub(super) async fn a_session_is_under_one_key_at_every_moment<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, order| async move {
        let owner = trial.owner();
        let old = trial.begin_of(&owner).await;
        let new = trial.beside(&old);
        let rename = trial.renaming(old, new, trial.touch());
        let looks = looking_on(Arc::clone(&trial), owner, old, new);
        let (verdict, ()) = both(order, rename, looks).await;
        trial.done("the rename", verdict);
    })
    .await;
}

async fn looking_on<S: Store>(trial: Arc<Trial<S>>, owner: String, old: Key, new: Key) {
    let is_there = async |key: &Key| trial.load(key, trial.now).await.is_some();
    for _ in 0..4 {
        if is_there(&new).await && is_there(&old).await {
            trial.broken("it is under the new key, and still under the old one");
        }
        if !is_there(&old).await && !is_there(&new).await {
            trial.broken("it is no longer under the old key, and not yet under the new one");
        }
        let listed: Vec<Key> =
            trial.list(&owner, trial.now).await.iter().map(|session| session.key).collect();
        if listed != [old] && listed != [new] {
            trial.broken(format_args!("its owner's list is {listed:?}: {old:?} became {new:?}"));
        }
    }
}

/// Whatever changes a session and its owner at once, a session is in the list
/// of its owner and in no other.
pub(super) async fn lists_agree_with_sessions<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, order| async move {
        let (first, second) = (trial.owner(), trial.owner());
        let key = trial.begin_of(&first).await;
        let new = trial.beside(&key);
        let filing = trial.patching(key, trial.filing(Some(&second)));
        let patch = |owner| trial.filing(owner);
        match order / 2 % 6 {
            0 => drop(both(order, filing, trial.patching(key, patch(None))).await),
            1 => drop(both(order, filing, trial.patching(key, patch(Some(&first)))).await),
            2 => drop(both(order, filing, trial.ending_all_of(&first)).await),
            3 => drop(both(order, filing, trial.ending_all_of(&second)).await),
            4 => drop(both(order, filing, trial.renaming(key, new, trial.touch())).await),
            _ => drop(both(order, filing, trial.destroying(key)).await),
        }
        let mut filed: Vec<(Key, Option<String>)> = Vec::new();
        for key in [key, new] {
            let record = trial.load(&key, trial.now).await;
            filed.extend(record.map(|record| (key, record.owner)));
        }
        for owner in [first, second] {
            let of = |(key, filed): &(Key, Option<String>)| {
                (filed.as_ref() == Some(&owner)).then_some(*key)
            };
            let keys: Vec<Key> = filed.iter().filter_map(of).collect();
            trial.lists("after both", &owner, trial.now, &keys).await;
        }
    })
    .await;
}
