//! Many writes to one session at once.

use std::sync::Arc;

use session_runtime::store::{Fields, Store, Verdict};
use tokio::task::JoinSet;

use crate::race::{both, ended, race};
use crate::trial::Trial;
use crate::with::with;

/// Each writer sets a field of its own. When all have been answered, the
/// session has the last value of each, and what nobody wrote to.
pub(crate) async fn every_acknowledged_write_is_there<S: Store>(trial: &Arc<Trial<S>>) {
    let name = |writer: usize| format!("writer {writer}");
    let owner = trial.owner();
    let rest = [("rest", "1.0"), ("writer", "[ ]")];
    let record = with!(trial.record(&rest), owner = Some(owner.clone()));
    let key = trial.begin(&record).await;
    for round in 0..trial.load.rounds {
        let mut writers = JoinSet::new();
        for writer in 0..trial.load.writers {
            let (trial, field) = (Arc::clone(trial), (name(writer), round.to_string()));
            let patch = with!(trial.touch(), set = Fields::from([field]));
            writers.spawn(async move { trial.patch(&key, &patch, trial.now).await });
        }
        while let Some(writer) = writers.join_next().await {
            trial.done("patch of a field of its own", ended(writer));
        }
        let Some(seen) = trial.load(&key, trial.now).await else {
            trial.broken(format_args!("round {round}: expected a session, but saw none"));
        };
        let value = round.to_string();
        let is_there = |writer: &usize| seen.fields.get(&name(*writer)) == Some(&value);
        let found = (0..trial.load.writers).filter(is_there).count();
        if found < trial.load.writers {
            let (before, writers) = (round * trial.load.writers, trial.load.writers);
            trial.broken(format_args!(
                "expected all {} acknowledged writes, but saw {}: in round {round}, {found} of \
                 {writers}",
                before + writers,
                before + found,
            ));
        }
        for (name, json) in rest {
            let seen = seen.fields.get(name).map(String::as_str);
            trial.same(format_args!("the field {name}, which nobody wrote"), seen, Some(json));
        }
        let names = trial.load.writers + rest.len();
        trial.same("the number of fields", seen.fields.len(), names);
    }
    trial.lists("after all writes", &owner, trial.now, &[key]).await;
}

/// Two messages are added while two that were shown are removed.
pub(crate) async fn entries_that_come_and_go_at_once_are_all_right<S: Store>(
    trial: &Arc<Trial<S>>,
) {
    race(trial, trial.load.others(), |trial, order| async move {
        let rest = [("f:1", "\"a\""), ("f:2", "\"b\""), ("rest", "1")];
        let key = trial.begin(&trial.record(&rest)).await;
        let patch = |entry, remove: &str| {
            let patch = with!(trial.setting(&[entry]), remove = vec![remove.to_owned()]);
            trial.patching(key, patch)
        };
        let (first, second) = (("f:3", "\"c\""), ("f:4", "\"d\""));
        let verdicts = both(order, patch(first, "f:1"), patch(second, "f:2")).await;
        trial.same("two patches at once", verdicts, (Verdict::Done, Verdict::Done));
        let expected = trial.record(&[first, second, ("rest", "1")]);
        trial.is_there("after two patches at once", &key, trial.now, &expected).await;
    })
    .await;
}
