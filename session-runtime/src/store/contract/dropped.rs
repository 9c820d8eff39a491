//! Calls that the caller does not wait for to the end.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::race::race;
use super::trial::Trial;
use crate::store::{Patch, Record, Store, Verdict};

/// A call that has to wait more often is rare, and ends as one that was not
/// dropped.
const WAITS: usize = 8;

/// Drops a call that has to wait for so many times. The last time it is
/// dropped on the spot, with its answer still under way.
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

/// It may happen later, but then it happens altogether.
pub(super) async fn a_dropped_call_has_happened_or_not<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, order| async move {
        let waits = order / 4 % WAITS;
        match order % 4 {
            0 => dropped_create(&trial, waits).await,
            1 => dropped_patch(&trial, waits).await,
            2 => dropped_rename(&trial, waits).await,
            _ => dropped_destroy(&trial, waits).await,
        }
    })
    .await;
}

const PARTS: [(&str, &str); 3] = [("left", "1"), ("right", "1"), ("rest", "1")];

async fn dropped_create<S: Store>(trial: &Trial<S>, waits: usize) {
    let (key, record) = (trial.key(), trial.record(&PARTS));
    dropped(waits, trial.create(&key, &record, trial.now)).await;
    if trial.load(&key, trial.now).await.is_some() {
        trial.is_there("a dropped create", &key, trial.now, &record).await;
    }
}

async fn dropped_patch<S: Store>(trial: &Trial<S>, waits: usize) {
    let now = trial.now;
    let before = Record { created: now - 60, ..trial.record(&PARTS) };
    let key = trial.begin(&before).await;
    let patch = Patch {
        remove: vec!["rest".into()],
        seen: now + 1,
        ..trial.setting(&[("left", "2"), ("right", "2")])
    };
    let mut after = before.clone();
    patch.apply(&mut after, trial.now);
    dropped(waits, trial.patch(&key, &patch, now)).await;
    let Some(seen) = trial.load(&key, now).await else {
        trial.broken("a dropped patch: the session is not there");
    };
    if seen != before && seen != after {
        let left = seen.fields.get("left");
        trial.broken(format_args!(
            "a dropped patch has happened in part: left is {left:?}, and there is {seen:?}"
        ));
    }
    // Nor does it bring the session back if it happens later.
    trial.destroy(&key).await;
    trial.is_gone("a dropped patch, and the end", &key, now).await;
}

async fn dropped_rename<S: Store>(trial: &Trial<S>, waits: usize) {
    let (now, owner) = (trial.now, trial.owner());
    let before = Record { owner: Some(owner.clone()), ..trial.record(&PARTS) };
    let mut after = before.clone();
    let patch = trial.setting(&[("left", "2"), ("right", "2")]);
    patch.apply(&mut after, trial.now);
    let old = trial.begin(&before).await;
    let new = trial.beside(&old);
    dropped(waits, trial.rename(&old, &new, &patch, now)).await;
    // If it is under the old key now, it may be under the new one in a moment.
    match trial.load(&old, now).await {
        None => trial.is_there("a dropped rename", &new, now, &after).await,
        Some(seen) if seen != before => trial.broken("a dropped rename changes the old key"),
        Some(_) if trial.load(&new, now).await.is_some() => {
            trial.is_there("a dropped rename", &new, now, &after).await;
            trial.is_gone("the old key after a dropped rename", &old, now).await;
        }
        Some(_) => {}
    }
    let listed: Vec<_> = trial.list(&owner, now).await.iter().map(|one| one.key).collect();
    if listed != [old] && listed != [new] {
        trial.broken(format_args!("a dropped rename leaves its owner with {listed:?}"));
    }
}

async fn dropped_destroy<S: Store>(trial: &Trial<S>, waits: usize) {
    let (now, owner) = (trial.now, trial.owner());
    let record = Record { owner: Some(owner.clone()), ..trial.record(&PARTS) };
    let key = trial.begin(&record).await;
    dropped(waits, trial.destroy(&key)).await;
    if let Some(seen) = trial.load(&key, now).await
        && seen != record
    {
        trial.broken(format_args!("a dropped end leaves a part: {seen:?}"));
    }
    trial.destroy(&key).await;
    trial.is_gone("a dropped end, and another one", &key, now).await;
    trial.lists("a dropped end, and another one", &owner, now, &[]).await;
}

/// A connection that is given back in the middle of an answer, say, gives the
/// next caller an answer that is not its own.
pub(super) async fn a_dropped_call_leaves_the_store_usable<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.others(), |trial, order| async move {
        let (now, owner) = (trial.now, trial.owner());
        let mut expected = Record { owner: Some(owner.clone()), ..trial.record(&[("rest", "1")]) };
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
        trial.same("a patch", trial.patch(&key, &patch, now).await, Verdict::Done);
        trial.is_there("a patch", &key, now, &expected).await;
        trial.lists("a patch", &owner, now, &[key]).await;
    })
    .await;
}
