//! Calls that the caller does not wait for to the end.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use session_runtime::store::{Loaded, Record, Store, Verdict};

use crate::race::race;
use crate::trial::Trial;
use crate::with::with;

/// How many waits of a call are tried. A call that waits more often is not dropped.
const WAITS: usize = 8;

/// Runs a call until it has waited this many times, and drops it when it waits
/// again. Its answer is still on the way then.
async fn dropped<T>(waits: usize, call: impl Future<Output = T>) -> Option<T> {
    let (mut call, mut left) = (pin!(call), waits);
    poll_fn(|context| match call.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// The call may still take effect later, but then completely.
pub(crate) async fn a_dropped_call_has_happened_or_not<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, order| async move {
        let waits = order / 7 % WAITS;
        match order % 7 {
            0 => dropped_create(&trial, waits).await,
            1 => dropped_create_in_place(&trial, waits).await,
            2 => dropped_patch(&trial, waits, false).await,
            3 => dropped_patch(&trial, waits, true).await,
            4 => dropped_rename(&trial, waits).await,
            5 => dropped_destroy(&trial, waits).await,
            _ => dropped_end_of_others(&trial, waits).await,
        }
    })
    .await;
}

const PARTS: [(&str, &str); 3] = [("left", "1"), ("right", "1"), ("rest", "1")];

async fn dropped_create<S: Store>(trial: &Trial<S>, waits: usize) {
    let (key, record) = (trial.key(), trial.record(&PARTS));
    dropped(waits, trial.create(&key, &record, trial.now)).await;
    if trial.load(&key, trial.now).await.is_some() {
        trial.is_there("create, dropped", &key, trial.now, &record).await;
    }
}

/// Its old key leads to the session before or to the one in its place.
async fn dropped_create_in_place<S: Store>(trial: &Trial<S>, waits: usize) {
    let (now, owner) = (trial.now, trial.owner());
    let before = trial.owned(&owner, &PARTS);
    let keys = trial.begin_renamed(&before, 1).await;
    let new = trial.beside(&keys[0]);
    let after = trial.owned(&owner, &[("left", "2"), ("right", "2")]);
    dropped(waits, trial.create_in_place(&keys[0], &new, &after, now)).await;
    let what = "create in place of a key, dropped";
    // If the session before is there now, it may be gone in a moment.
    match trial.find(&keys[1], now).await {
        Loaded::Former => trial.is_there(what, &new, now, &after).await,
        Loaded::Session(seen) => {
            trial.same(what, seen, before);
            if trial.load(&new, now).await.is_some() {
                trial.is_there(what, &new, now, &after).await;
                trial.is_former(what, &keys[1], now).await;
            }
        }
        Loaded::Nothing => trial.broken(format_args!(
            "{what}: expected the session before, or its key to be remembered, but saw neither"
        )),
    }
    let listed: Vec<_> = trial.list(&owner, now).await.iter().map(|one| one.key).collect();
    trial.one_of(what, listed, &[vec![keys[1]], vec![new]]);
}

async fn dropped_patch<S: Store>(trial: &Trial<S>, waits: usize, follows: bool) {
    let now = trial.now;
    let before = with!(trial.record(&PARTS), created = now - 60);
    let key = trial.begin(&before).await;
    let newest = if follows { trial.renamed(&key).await } else { key };
    let patch = with!(
        trial.setting(&[("left", "2"), ("right", "2")]),
        remove = vec!["rest".into()],
        seen = now + 1
    );
    let mut after = before.clone();
    patch.apply(&mut after, trial.now);
    dropped(waits, trial.patch(&key, &patch, now)).await;
    let what = "patch, dropped";
    let Some(seen) = trial.load(&newest, now).await else {
        trial.broken(format_args!("{what}: expected a session, but saw none"));
    };
    trial.one_of(what, values(&seen), &[values(&before), values(&after)]);
    trial.one_of(what, seen, &[before, after]);
    // A patch that takes effect later does not bring the session back either.
    trial.same("destroy", trial.destroy(&key).await, true);
    trial.is_gone("destroy after a dropped patch", &newest, now).await;
}

/// For the message: a record does not show its values.
fn values(record: &Record) -> Vec<(&str, &str)> {
    record.fields.iter().map(|(name, json)| (name.as_str(), json.as_str())).collect()
}

async fn dropped_rename<S: Store>(trial: &Trial<S>, waits: usize) {
    let (now, owner) = (trial.now, trial.owner());
    let before = with!(trial.record(&PARTS), owner = Some(owner.clone()));
    let mut after = before.clone();
    let patch = trial.setting(&[("left", "2"), ("right", "2")]);
    patch.apply(&mut after, trial.now);
    let old = trial.begin(&before).await;
    let new = trial.beside(&old);
    dropped(waits, trial.rename(&old, &new, &patch, now)).await;
    // If it is under the old key now, it may be under the new one in a moment.
    match trial.load(&old, now).await {
        None => trial.is_there("rename, dropped", &new, now, &after).await,
        Some(seen) if seen != before => {
            trial.broken("rename, dropped: saw a change under the old key")
        }
        Some(_) if trial.load(&new, now).await.is_some() => {
            trial.is_there("rename, dropped", &new, now, &after).await;
            trial.is_gone("the old key after a dropped rename", &old, now).await;
        }
        Some(_) => {}
    }
    let listed: Vec<_> = trial.list(&owner, now).await.iter().map(|one| one.key).collect();
    trial.one_of("the owner's list after a dropped rename", listed, &[vec![old], vec![new]]);
}

async fn dropped_destroy<S: Store>(trial: &Trial<S>, waits: usize) {
    let (now, owner) = (trial.now, trial.owner());
    let record = with!(trial.record(&PARTS), owner = Some(owner.clone()));
    let key = trial.begin(&record).await;
    dropped(waits, trial.destroy_of(&key, Some(&owner), now)).await;
    match trial.find(&key, now).await {
        Loaded::Session(seen) => trial.same("destroy, dropped", seen, record),
        found => trial.same("destroy, dropped", found, Loaded::Former),
    }
    trial.destroy(&key).await;
    trial.is_former("destroy after a dropped destroy", &key, now).await;
    trial.lists("destroy after a dropped destroy", &owner, now, &[]).await;
}

/// Each session ends or does not. The one that is kept stays.
async fn dropped_end_of_others<S: Store>(trial: &Trial<S>, waits: usize) {
    let (now, owner, what) = (trial.now, trial.owner(), "destroy_others_of, dropped");
    let record = trial.owned(&owner, &PARTS);
    let keys = trial.begin_renamed(&record, 1).await;
    let others = [trial.begin(&record).await, trial.begin(&record).await];
    dropped(waits, trial.destroy_others_of(&owner, &keys[0], now)).await;
    trial.is_there(what, &keys[1], now, &record).await;
    for other in &others {
        match trial.find(other, now).await {
            Loaded::Session(seen) => trial.same(what, seen, record.clone()),
            found => trial.same(what, found, Loaded::Former),
        }
    }
    trial.destroy_others_of(&owner, &keys[0], now).await;
    trial.lists("destroy_others_of after a dropped one", &owner, now, &[keys[1]]).await;
}

/// A connection that is returned to its pool in the middle of an answer, for
/// example, gives the next caller an answer to another question.
pub(crate) async fn a_dropped_call_leaves_the_store_usable<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, order| async move {
        let (now, owner) = (trial.now, trial.owner());
        let mut expected = with!(trial.record(&[("rest", "1")]), owner = Some(owner.clone()));
        let key = trial.begin(&expected).await;
        let (waits, unknown) = (order / 4 % WAITS, trial.owner());
        match order % 4 {
            0 => drop(dropped(waits, trial.load(&key, now)).await),
            1 => drop(dropped(waits, trial.list(&owner, now)).await),
            2 => drop(dropped(waits, trial.destroy_all_of(&unknown)).await),
            _ => drop(dropped(waits, trial.patch(&trial.key(), &trial.touch(), now)).await),
        }
        let patch = trial.setting(&[("after", "1")]);
        patch.apply(&mut expected, trial.now);
        trial.same(
            "patch after a dropped call",
            trial.patch(&key, &patch, now).await,
            Verdict::Done,
        );
        trial.is_there("patch after a dropped call", &key, now, &expected).await;
        trial.lists("patch after a dropped call", &owner, now, &[key]).await;
    })
    .await;
}
