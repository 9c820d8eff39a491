//! Renames beside other calls.

use std::sync::Arc;

use session_runtime::store::{Key, Store};

use super::{DONE, GONE, TAKEN};
use crate::race::{both, race};
use crate::trial::Trial;
use crate::with::with;

pub(crate) async fn one_of_two_renames_is_done<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, order| async move {
        let (owner, now) = (trial.owner(), trial.now);
        let old = trial.begin_of(&owner).await;
        let (a, b) = (trial.beside(&old), trial.beside(&old));
        let rename = |new, name| trial.renaming(old, new, trial.setting(&[(name, "1")]));
        let (winner, loser, name) = match both(order, rename(a, "a"), rename(b, "b")).await {
            (DONE, GONE) => (a, b, "a"),
            (GONE, DONE) => (b, a, "b"),
            verdicts => trial.broken(format_args!(
                "two renames of one session: expected one Done and one Gone, but saw {verdicts:?}"
            )),
        };
        let rest = trial.record(&[("rest", "1"), (name, "1")]);
        let expected = with!(rest, owner = Some(owner.clone()));
        trial.is_there("the rename that is done", &winner, now, &expected).await;
        trial.is_gone("the old key after two renames", &old, now).await;
        trial.is_gone("the new key of the rename that is not done", &loser, now).await;
        trial.lists("after two renames", &owner, now, &[winner]).await;
    })
    .await;
}

/// Two sessions are renamed to one key, or one is and another is created under it.
pub(crate) async fn one_of_two_sessions_gets_a_key<S: Store>(trial: &Arc<Trial<S>>) {
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
            trial.done("create", trial.create(&b, &record("b"), now).await);
            trial.renaming(b, new, trial.touch())
        };
        match both(order, trial.renaming(a, new, trial.touch()), second).await {
            (DONE, TAKEN) => {
                trial.is_there("the session that was renamed", &new, now, &record("a")).await;
                trial.is_gone("its old key", &a, now).await;
                if !begins {
                    trial.is_there("the other session", &b, now, &record("b")).await;
                }
            }
            (TAKEN, DONE) => {
                trial.is_there("the other session", &new, now, &record("b")).await;
                trial.is_gone("its old key", &b, now).await;
                trial.is_there("the session that was renamed", &a, now, &record("a")).await;
            }
            verdicts => trial.broken(format_args!(
                "two sessions for one key: expected one Done and one Taken, but saw {verdicts:?}"
            )),
        }
    })
    .await;
}

/// At every moment the session is under exactly one of its keys.
pub(crate) async fn a_session_is_under_one_key_at_every_moment<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, order| async move {
        let owner = trial.owner();
        let old = trial.begin_of(&owner).await;
        let new = trial.beside(&old);
        let rename = trial.renaming(old, new, trial.touch());
        let looks = looking_on(Arc::clone(&trial), owner, old, new);
        let (verdict, ()) = both(order, rename, looks).await;
        trial.done("rename", verdict);
    })
    .await;
}

async fn looking_on<S: Store>(trial: Arc<Trial<S>>, owner: String, old: Key, new: Key) {
    let is_there = async |key: &Key| trial.load(key, trial.now).await.is_some();
    for _ in 0..4 {
        if is_there(&new).await && is_there(&old).await {
            trial.broken("load during a rename: saw the session under both keys");
        }
        if !is_there(&old).await && !is_there(&new).await {
            trial.broken("load during a rename: saw the session under neither key");
        }
        let listed: Vec<Key> =
            trial.list(&owner, trial.now).await.iter().map(|session| session.key).collect();
        if listed != [old] && listed != [new] {
            trial.broken(format_args!(
                "list during a rename from {old:?} to {new:?}: expected the one or the other, but \
                 saw {listed:?}"
            ));
        }
    }
}
