//! Patches beside other calls.

use std::sync::Arc;

use session_runtime::store::{Key, Patch, Record, Store};

use super::{DONE, FOLLOWED};
use crate::race::{both, race};
use crate::trial::{HOUR, Trial};
use crate::with::with;

pub(crate) async fn a_patch_during_renames_is_not_lost<S: Store>(trial: &Arc<Trial<S>>) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (owner, next, now) = (trial.owner(), trial.owner(), trial.now);
        let mut expected = trial.owned(&owner, &[("rest", "1")]);
        let mut keys = vec![trial.begin(&expected).await];
        for n in 0..=order / 2 % 3 {
            keys.push(trial.beside(&keys[n]));
        }
        let renamed = keys[keys.len() - 1];
        let patch = with!(trial.filing(Some(&next)), set = trial.fields(&[("patched", "1")]));
        patch.apply(&mut expected, now);
        let what = "patch beside renames";
        let renames = trial.renaming_along(keys.clone());
        let (patched, verdicts) = both(order, trial.patching(keys[0], patch), renames).await;
        trial.same("renames beside a patch", verdicts, vec![DONE; keys.len() - 1]);
        trial.one_of(what, patched, &[DONE, FOLLOWED]);
        trial.is_there(what, &renamed, now, &expected).await;
        for key in &keys[..keys.len() - 1] {
            trial.is_former(what, key, now).await;
        }
        trial.lists(what, &owner, now, &[]).await;
        trial.lists(what, &next, now, &[renamed]).await;
    })
    .await;
}

/// One request removes all that it saw while another one fills the session, or
/// removes the rest.
pub(crate) async fn what_two_patches_leave_decides_how_long_it_lives<S: Store>(
    trial: &Arc<Trial<S>>,
) {
    race(trial, trial.load.ends(), |trial, order| async move {
        let (now, expires) = (trial.now, trial.now + 10 * HOUR);
        let began =
            with!(trial.record(&[("a", "1"), (Record::PERMANENT, "true")]), expires = expires);
        let fills = order / 2 % 3 != 0;
        let removing = |name: &str| with!(Patch::new(now, expires), remove = vec![name.into()]);
        let (began, second, what) = if fills {
            let set = trial.fields(&[("b", "1")]);
            (
                began,
                with!(Patch::new(now, expires), set = set),
                "a patch that empties and one that fills",
            )
        } else {
            let mut began = began;
            began.fields.insert("b".into(), "1".into());
            (began, removing("b"), "two patches that empty a session together")
        };
        let (key, first) = (trial.begin(&began).await, removing("a"));
        let mut expected = began;
        // In this order or in the other.
        first.apply(&mut expected, now);
        second.apply(&mut expected, now);
        let verdicts = both(order, trial.patching(key, first), trial.patching(key, second)).await;
        trial.same(what, verdicts, (DONE, DONE));
        trial.is_there(what, &key, now, &expected).await;
    })
    .await;
}

/// Whatever changes a session and its owner at once, a session is in the list
/// of its owner and in no other.
pub(crate) async fn lists_agree_with_sessions<S: Store>(trial: &Arc<Trial<S>>) {
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
