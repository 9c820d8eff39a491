//! Creates beside other calls.

use std::sync::Arc;

use session_runtime::store::{Record, Store};
use tokio::task::JoinSet;

use super::{DONE, FOLLOWED, GONE, TAKEN};
use crate::race::{both, ended, race};
use crate::trial::Trial;
use crate::with::with;

pub(crate) async fn one_of_many_creates_is_done<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, _| async move {
        let key = trial.key();
        let mut creates = JoinSet::new();
        for n in 0..4 {
            let record = trial.record(&[("n", &n.to_string())]);
            let record = with!(record, owner = Some(trial.owner()));
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
                trial.lists("the create that is done", &owner, trial.now, &[key]).await;
            } else {
                trial.same("create of the same key", verdict, TAKEN);
                trial.lists("a create that is not done", &owner, trial.now, &[]).await;
            }
        }
        trial.same("how many creates are done", winners.len(), 1);
        trial.is_there("the create that is done", &key, trial.now, &winners[0]).await;
    })
    .await;
}

/// Two sign-ins at once: one of the two sessions is left, and a sign-out with
/// the old key ends it.
pub(crate) async fn one_of_two_creates_in_place_is_left<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (now, owner, what) = (trial.now, trial.owner(), "two creates in place of one key");
        // In place of a session, of one that was renamed, and of an ended one.
        let kind = order / 2 % 3;
        let renames = usize::from(kind == 1);
        let keys = trial.begin_renamed(&trial.owned(&owner, &[("old", "1")]), renames).await;
        let old = keys[0];
        if kind == 2 {
            trial.same("destroy", trial.destroy(&old).await, true);
        }
        let (a, b) = (trial.beside(&old), trial.beside(&old));
        let (first, second) =
            (trial.owned(&owner, &[("a", "1")]), trial.owned(&owner, &[("b", "1")]));
        let create = |key, record: &Record| trial.creating_in_place(old, key, record.clone());
        let verdicts = both(order, create(a, &first), create(b, &second)).await;
        trial.same(what, verdicts, (DONE, DONE));
        let listed: Vec<_> = trial.list(&owner, now).await.iter().map(|one| one.key).collect();
        let (left, record, ended) = match listed[..] {
            [key] if key == a => (a, first, b),
            [key] if key == b => (b, second, a),
            _ => trial.broken(format_args!(
                "{what}: expected {a:?} or {b:?} in the owner's list, but saw {listed:?}"
            )),
        };
        trial.is_there(what, &left, now, &record).await;
        for key in keys.iter().chain([&ended]) {
            trial.is_former(what, key, now).await;
        }
        let key = if order % 3 == 0 { ended } else { old };
        trial.same("destroy of a key that leads to the one left", trial.destroy(&key).await, true);
        trial.is_former("destroy of a key that leads to the one left", &left, now).await;
        trial.lists("destroy of a key that leads to the one left", &owner, now, &[]).await;
    })
    .await;
}

/// A slow request of the session before a sign-in changes nothing after it.
pub(crate) async fn a_patch_during_a_create_in_place_reaches_the_old_session_alone<S: Store>(
    trial: &Arc<Trial<S>>,
) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (now, owner, next) = (trial.now, trial.owner(), trial.owner());
        let renames = order / 2 % 3;
        let keys = trial.begin_renamed(&trial.owned(&owner, &[("old", "1")]), renames).await;
        let new = trial.beside(&keys[0]);
        let record = trial.owned(&next, &[("new", "1")]);
        let late = trial.setting(&[("new", "2"), ("old", "2")]);
        // Every third one would also give the new session to the old owner.
        let late = with!(late, owner = (order % 3 == 0).then(|| Some(owner.clone())));
        let create = trial.creating_in_place(keys[0], new, record.clone());
        let patch = trial.patching(keys[0], late);
        let (created, patched) = both(order, create, patch).await;
        let what = "patch of a key beside a create in its place";
        trial.done("create in place of a key", created);
        trial.one_of(what, patched, &[if renames == 0 { DONE } else { FOLLOWED }, GONE]);
        trial.is_there(what, &new, now, &record).await;
        for key in &keys {
            trial.is_former(what, key, now).await;
        }
        trial.lists(what, &owner, now, &[]).await;
        trial.lists(what, &next, now, &[new]).await;
    })
    .await;
}

pub(crate) async fn a_renamed_session_does_not_escape_a_create_in_place<S: Store>(
    trial: &Arc<Trial<S>>,
) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (now, owner) = (trial.now, trial.owner());
        let keys = trial.begin_renamed(&trial.owned(&owner, &[("old", "1")]), order / 2 % 3).await;
        let last = keys[keys.len() - 1];
        let (renamed, new) = (trial.beside(&last), trial.beside(&last));
        let record = trial.owned(&owner, &[("new", "1")]);
        let rename = trial.renaming(last, renamed, trial.setting(&[("old", "2")]));
        let create = trial.creating_in_place(keys[0], new, record.clone());
        let (was_renamed, created) = both(order, rename, create).await;
        let what = "rename beside a create in place";
        trial.done("create in place of a key", created);
        trial.one_of(what, was_renamed, &[DONE, GONE]);
        trial.is_there(what, &new, now, &record).await;
        trial.is_gone(what, &renamed, now).await;
        trial.lists(what, &owner, now, &[new]).await;
        for key in &keys {
            trial.is_former(what, key, now).await;
        }
        // Every key of the old session leads to the new one.
        let key = if was_renamed == DONE { renamed } else { last };
        trial.same("destroy of the old session's newest key", trial.destroy(&key).await, true);
        trial.lists("destroy of the old session's newest key", &owner, now, &[]).await;
    })
    .await;
}
