//! One move to another key after the other.

use std::sync::Arc;

use super::texts;
use super::trial::{HOUR, Trial};
use crate::store::{Patch, Record, Store, Verdict};

/// So many that a store which spreads sessions by their keys sees them move
/// within one of its parts and between two.
const MOVES: u64 = 64;

pub(super) async fn a_renamed_session_is_under_the_new_key_alone<S: Store>(trial: &Arc<Trial<S>>) {
    let now = trial.now;
    let mut expected = Record {
        fields: texts::fields().into_iter().collect(),
        created: now - 60,
        ..trial.record(&[])
    };
    let mut key = trial.begin(&expected).await;
    for n in 1..=MOVES {
        let (old, moves) = (key, format!("move {n}"));
        key = trial.beside(&old);
        let patch = Patch {
            remove: vec![format!("name {}", n - 1), "never there".into()],
            seen: now + n,
            expires: now + HOUR + n,
            ..trial.setting(&[("a", &n.to_string()), (&format!("name {n}"), "1.0")])
        };
        patch.apply(&mut expected, trial.now);
        trial.done(&moves, trial.rename(&old, &key, &patch, now).await);
        trial.is_there(&moves, &key, now, &expected).await;
        trial.is_gone("the old key", &old, now).await;
        let late = trial.setting(&[("late", &n.to_string())]);
        late.apply(&mut expected, now);
        let verdict = trial.patch(&old, &late, now).await;
        trial.same("a patch of the old key", verdict, Verdict::Followed);
        trial.is_there("a patch of the old key", &key, now, &expected).await;
        let verdict = trial.rename(&old, &trial.beside(&old), &trial.touch(), now).await;
        trial.same("a second rename of the old key", verdict, Verdict::Gone);
    }
}

pub(super) async fn a_renamed_session_stays_its_owners<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner, next) = (trial.now, trial.owner(), trial.owner());
    let other = trial.begin_of(&owner).await;
    let mut key = trial.begin_of(&owner).await;
    for n in 0..MOVES {
        let old = key;
        key = trial.beside(&old);
        trial.done("a rename", trial.rename(&old, &key, &trial.touch(), now).await);
        trial.lists(&format!("move {n}"), &owner, now, &[key, other]).await;
    }
    let owners = [None, Some(&owner), Some(&next), None, Some(&next), Some(&owner)];
    for filed in owners {
        let old = key;
        key = trial.beside(&old);
        let patch = trial.filing(filed.map(String::as_str));
        trial.done("a rename to another owner", trial.rename(&old, &key, &patch, now).await);
        let seen = trial.load(&key, now).await.and_then(|record| record.owner);
        trial.same("the new owner", seen.as_ref(), filed);
        let mut first = vec![other];
        first.extend((filed == Some(&owner)).then_some(key));
        let second = (filed == Some(&next)).then_some(key);
        trial.lists("the first", &owner, now, &first).await;
        trial.lists("the second", &next, now, second.as_slice()).await;
    }
}

pub(super) async fn a_rename_takes_no_key_of_another_session<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner, next) = (trial.now, trial.owner(), trial.owner());
    let record =
        |name, owner: &str| Record { owner: Some(owner.into()), ..trial.record(&[(name, "1")]) };
    let (mine, theirs) = (record("mine", &owner), record("theirs", &next));
    let key = trial.begin(&mine).await;
    let taken = trial.beside(&key);
    trial.done("a new session", trial.create(&taken, &theirs, now).await);
    let patch = Patch { set: trial.fields(&[("x", "1")]), ..trial.filing(Some(&next)) };
    for patch in [patch, trial.touch()] {
        let verdict = trial.rename(&key, &taken, &patch, now).await;
        trial.same("a rename to a session's key", verdict, Verdict::Taken);
        trial.is_there("the session", &key, now, &mine).await;
        trial.is_there("the session under the new key", &taken, now, &theirs).await;
        trial.lists("the session's", &owner, now, &[key]).await;
        trial.lists("the other session's", &next, now, &[taken]).await;
    }
}

pub(super) async fn a_rename_makes_no_session<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner) = (trial.now, trial.owner());
    let destroyed = trial.begin_of(&owner).await;
    trial.destroy(&destroyed).await;
    let filing = Patch { set: trial.fields(&[("a", "2")]), ..trial.filing(Some(&owner)) };
    for (what, key) in [("unknown", trial.key()), ("destroyed", destroyed)] {
        for patch in [&filing, &trial.touch()] {
            let new = trial.beside(&key);
            trial.same(what, trial.rename(&key, &new, patch, now).await, Verdict::Gone);
            trial.is_gone(what, &key, now).await;
            trial.is_gone("the new key", &new, now).await;
            trial.lists(what, &owner, now, &[]).await;
            // The new key is still free.
            trial.done("a new session", trial.create(&new, &trial.record(&[]), now).await);
        }
    }
}
