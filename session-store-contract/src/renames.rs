//! One move to another key after the other.

use std::sync::Arc;

use session_runtime::store::{Store, Verdict};

use crate::texts;
use crate::trial::{HOUR, Trial};
use crate::with::with;

/// Enough for a store that spreads sessions by their keys to see one move both
/// within a part and between two.
const MOVES: u64 = 64;

pub(crate) async fn a_renamed_session_is_under_the_new_key_alone<S: Store>(trial: &Arc<Trial<S>>) {
    let now = trial.now;
    let mut expected = with!(
        trial.record(&[]),
        fields = texts::fields().into_iter().collect(),
        created = now - 60
    );
    let mut key = trial.begin(&expected).await;
    for n in 1..=MOVES {
        let (old, moves) = (key, format!("rename {n}"));
        key = trial.beside(&old);
        let patch = with!(
            trial.setting(&[("a", &n.to_string()), (&format!("name {n}"), "1.0")]),
            remove = vec![format!("name {}", n - 1), "never there".into()],
            seen = now + n,
            expires = now + HOUR + n
        );
        patch.apply(&mut expected, trial.now);
        trial.done(&moves, trial.rename(&old, &key, &patch, now).await);
        trial.is_there(&moves, &key, now, &expected).await;
        trial.is_gone("the old key after a rename", &old, now).await;
    }
}

pub(crate) async fn a_renamed_session_stays_its_owners<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner, next) = (trial.now, trial.owner(), trial.owner());
    let other = trial.begin_of(&owner).await;
    let mut key = trial.begin_of(&owner).await;
    for n in 0..MOVES {
        let old = key;
        key = trial.beside(&old);
        trial.done("rename", trial.rename(&old, &key, &trial.touch(), now).await);
        trial.lists(&format!("rename {n}"), &owner, now, &[key, other]).await;
    }
    let owners = [None, Some(&owner), Some(&next), None, Some(&next), Some(&owner)];
    for filed in owners {
        let old = key;
        key = trial.beside(&old);
        let patch = trial.filing(filed.map(String::as_str));
        trial.done("rename to another owner", trial.rename(&old, &key, &patch, now).await);
        let seen = trial.load(&key, now).await.and_then(|record| record.owner);
        trial.same("the owner after a rename", seen.as_ref(), filed);
        let mut first = vec![other];
        first.extend((filed == Some(&owner)).then_some(key));
        let second = (filed == Some(&next)).then_some(key);
        trial.lists("the first owner", &owner, now, &first).await;
        trial.lists("the second owner", &next, now, second.as_slice()).await;
    }
}

pub(crate) async fn a_rename_takes_no_key_of_another_session<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner, next) = (trial.now, trial.owner(), trial.owner());
    let record =
        |name, owner: &str| with!(trial.record(&[(name, "1")]), owner = Some(owner.into()));
    let (mine, theirs) = (record("mine", &owner), record("theirs", &next));
    let key = trial.begin(&mine).await;
    let taken = trial.beside(&key);
    trial.done("create", trial.create(&taken, &theirs, now).await);
    let patch = with!(trial.filing(Some(&next)), set = trial.fields(&[("x", "1")]));
    for patch in [patch, trial.touch()] {
        let verdict = trial.rename(&key, &taken, &patch, now).await;
        trial.same("rename to another session's key", verdict, Verdict::Taken);
        trial.is_there("the session after a rename to a taken key", &key, now, &mine).await;
        trial.is_there("the other session, whose key was taken", &taken, now, &theirs).await;
        trial.lists("the session's owner", &owner, now, &[key]).await;
        trial.lists("the other session's owner", &next, now, &[taken]).await;
    }
}

pub(crate) async fn a_rename_makes_no_session<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner) = (trial.now, trial.owner());
    let destroyed = trial.begin_of(&owner).await;
    trial.same("destroy", trial.destroy(&destroyed).await, true);
    let filing = with!(trial.filing(Some(&owner)), set = trial.fields(&[("a", "2")]));
    for (what, key) in
        [("rename of an unknown session", trial.key()), ("rename of a destroyed one", destroyed)]
    {
        for patch in [&filing, &trial.touch()] {
            let new = trial.beside(&key);
            trial.same(what, trial.rename(&key, &new, patch, now).await, Verdict::Gone);
            trial.is_gone(what, &key, now).await;
            trial.is_gone("the new key", &new, now).await;
            trial.lists(what, &owner, now, &[]).await;
            // The new key is still free.
            trial.done(
                "create under the new key",
                trial.create(&new, &trial.record(&[]), now).await,
            );
        }
    }
}
