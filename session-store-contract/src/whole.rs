//! All sessions of a store that nothing else uses.

use std::sync::Arc;

use session_runtime::store::{Count, Key, Store, Verdict};
use tokio::task::JoinSet;

use crate::race::{both, ended};
use crate::races::ends::moving_on;
use crate::trial::{HOUR, Trial};
use crate::with::with;

/// How many bytes the field of each session has.
const BYTES: u64 = 1_000;

async fn begin<S: Store>(trial: &Trial<S>, owner: Option<&str>, expires: u64) -> Key {
    let text = format!("\"{}\"", "x".repeat(BYTES as usize - 2));
    let record = trial.record(&[("text", &text)]);
    let owner = owner.map(str::to_owned);
    trial.begin(&with!(record, owner = owner, expires = expires)).await
}

pub(crate) async fn a_count_counts_what_is_there<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, one, other) = (trial.now, trial.owner(), trial.owner());
    let (later, long) = (now + 20, now + HOUR);
    trial.destroy_all(now).await;
    trial.same("the count of an empty store", trial.count(now).await, Count::default());
    let counts = async |what: &str, now, sessions, owners| {
        let seen = trial.count(now).await;
        trial.same(what, (seen.sessions, seen.owners), (sessions, owners));
        // The store may need a few more for a field.
        let bytes = sessions * BYTES..=sessions * (BYTES + 100);
        trial.same(format_args!("{what}: {} bytes", seen.bytes), bytes.contains(&seen.bytes), true);
    };
    let nobodys = begin(trial, None, long).await;
    counts("the count of a session without an owner", now, 1, 0).await;
    let first = begin(trial, Some(&one), long).await;
    begin(trial, Some(&one), long).await;
    begin(trial, Some(&other), later - 1).await;
    counts("the count of four sessions of two owners", now, 4, 2).await;
    counts("the count when one has expired", later, 3, 1).await;
    trial.renamed(&first).await;
    trial.same("destroy", trial.destroy(&nobodys).await, true);
    counts("the count beside remembered keys", later, 2, 1).await;
}

pub(crate) async fn an_end_of_all_ends_every_session<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner, what) = (trial.now, trial.owner(), "destroy_all");
    trial.destroy_all(now).await;
    let mut keys = trial.begin_renamed(&trial.owned(&owner, &[("rest", "1")]), 2).await;
    for n in 0..30 {
        keys.push(begin(trial, (n % 3 == 0).then_some(&*owner), now + HOUR).await);
    }
    trial.same(what, trial.destroy_all(now).await, 31);
    for key in &keys {
        trial.is_former(what, key, now).await;
        trial.same("patch after it", trial.patch(key, &trial.touch(), now).await, Verdict::Gone);
    }
    trial.lists(what, &owner, now, &[]).await;
    trial.same("the count after it", trial.count(now).await, Count::default());
    trial.same("a second destroy_all", trial.destroy_all(now).await, 0);
    // Everybody may come back, by an old key as well.
    let key = trial.replaced(&keys[0], &trial.owned(&owner, &[("rest", "1")])).await;
    trial.lists("after a new sign-in", &owner, now, &[key]).await;
}

pub(crate) async fn no_renamed_session_escapes_the_end_of_all<S: Store>(trial: &Arc<Trial<S>>) {
    const SESSIONS: u64 = 20;
    for order in 0..trial.load.others().div_ceil(5) {
        trial.destroy_all(trial.now).await;
        let mut keys = Vec::new();
        for _ in 0..SESSIONS {
            keys.push(trial.begin_of(&trial.owner()).await);
        }
        let mut moves: JoinSet<Key> = JoinSet::new();
        for key in keys {
            moves.spawn(moving_on(Arc::clone(trial), key));
        }
        let moves = async move {
            let mut last = Vec::new();
            while let Some(moved) = moves.join_next().await {
                last.push(ended(moved));
            }
            last
        };
        let (last, count) = both(order, moves, trial.ending_all()).await;
        for key in &last {
            trial.is_gone("the last key after an end of all", key, trial.now).await;
        }
        trial.same("how many sessions ended", count, SESSIONS);
        trial.same("the count after it", trial.count(trial.now).await, Count::default());
    }
}
