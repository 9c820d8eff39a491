//! Keys that were renamed or ended: how long they are remembered.

use std::sync::Arc;

use session_runtime::store::{Follow, Key, Patch, REMEMBERED, Record, Store, Verdict};

use crate::trial::{DAY, HOUR, Trial};
use crate::with::with;

pub(crate) async fn a_renamed_key_is_remembered_for_an_hour<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, record) = (trial.now, trial.owned(&trial.owner(), &[("rest", "1")]));
    let mut newest = trial.begin(&record).await;
    let mut former = Vec::new();
    for minute in 0..4 {
        let (old, renamed) = (newest, now + 60 * minute);
        newest = trial.beside(&old);
        trial.done("rename", trial.rename(&old, &newest, &trial.touch(), renamed).await);
        trial.is_former("right after the rename", &old, renamed).await;
        former.push((old, renamed));
    }
    for (old, renamed) in &former {
        let last = renamed + REMEMBERED;
        trial.is_former("an hour after the rename", old, last).await;
        trial.is_unknown("an hour and a second after the rename", old, last + 1).await;
    }
    trial.is_there("the renamed session", &newest, now + DAY, &record).await;
}

/// What ends a session.
#[derive(Clone, Copy, Debug)]
enum End {
    Destroy,
    DestroyOldKey,
    DestroyOfOwner,
    AllOfOwner,
    OthersOfOwner,
    CreateInPlace,
    CreateInPlaceOfOldKey,
}

impl End {
    const ALL: [End; 7] = [
        End::Destroy,
        End::DestroyOldKey,
        End::DestroyOfOwner,
        End::AllOfOwner,
        End::OthersOfOwner,
        End::CreateInPlace,
        End::CreateInPlaceOfOldKey,
    ];

    /// Ends a session of the owner that was renamed once.
    async fn end<S: Store>(self, trial: &Trial<S>, owner: &str, old: &Key, key: &Key) {
        let (now, what) = (trial.now, format!("{self:?}"));
        match self {
            End::Destroy => trial.same(what, trial.destroy(key).await, true),
            End::DestroyOldKey => trial.same(what, trial.destroy(old).await, true),
            End::DestroyOfOwner => {
                trial.same(what, trial.destroy_of(key, Some(owner), now).await, true);
            }
            End::AllOfOwner => trial.same(what, trial.destroy_all_of(owner).await, 1),
            End::OthersOfOwner => {
                trial.same(what, trial.destroy_others_of(owner, &trial.key(), now).await, 1);
            }
            End::CreateInPlace => drop(trial.replaced(key, &trial.record(&[])).await),
            End::CreateInPlaceOfOldKey => drop(trial.replaced(old, &trial.record(&[])).await),
        }
    }
}

pub(crate) async fn an_ended_key_is_remembered_for_an_hour<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, last) = (trial.now, trial.now + REMEMBERED);
    for end in End::ALL {
        let owner = trial.owner();
        let keys = trial.begin_renamed(&trial.owned(&owner, &[("rest", "1")]), 1).await;
        end.end(trial, &owner, &keys[0], &keys[1]).await;
        for key in &keys {
            trial.is_former(&format!("right after {end:?}"), key, now).await;
        }
        trial.lists(&format!("right after {end:?}"), &owner, now, &[]).await;
        // The end of what has ended does not begin another hour.
        trial.destroy_of(&keys[1], None, now + 60).await;
        for key in &keys {
            trial.is_former(&format!("an hour after {end:?}"), key, last).await;
            trial.is_unknown(&format!("an hour and a second after {end:?}"), key, last + 1).await;
        }
    }
}

/// An expired session is as if it had never been.
pub(crate) async fn an_expired_key_is_not_remembered<S: Store>(trial: &Arc<Trial<S>>) {
    let late = trial.now + HOUR + 1;
    let next = Record::new(trial.fields(&[("next", "1")]), late, late + HOUR);
    let touch = Patch::new(late, late + HOUR);

    let key = trial.begin(&trial.record(&[("a", "1")])).await;
    trial.is_unknown("an expired session", &key, late).await;
    trial.same("destroy", trial.destroy_of(&key, None, late).await, false);
    trial.is_unknown("destroy of an expired session", &key, late).await;
    trial.same("patch", trial.patch(&key, &touch, late).await, Verdict::Gone);
    let verdict = trial.rename(&key, &trial.beside(&key), &touch, late).await;
    trial.same("rename", verdict, Verdict::Gone);
    trial.is_unknown("patch and rename of an expired session", &key, late).await;
    let new = trial.beside(&key);
    let verdict = trial.create_in_place(&key, &new, &next, late).await;
    trial.done("create in place of an expired session", verdict);
    trial.is_unknown("create in place of an expired session", &key, late).await;
    trial.is_there("create in place of an expired session", &new, late, &next).await;
    trial.same("destroy", trial.destroy_of(&key, None, late).await, false);
    trial.is_there("destroy of an expired key", &new, late, &next).await;

    // The key before is still remembered, and leads nowhere.
    let old = trial.begin(&trial.record(&[("a", "1")])).await;
    let key = trial.beside(&old);
    let verdict = trial.rename(&old, &key, &trial.touch(), late - 60).await;
    trial.done("rename of a session in its last minute", verdict);
    let what = "a key whose session has expired under a newer one";
    trial.is_former(what, &old, late).await;
    trial.is_unknown("an expired session that was renamed", &key, late).await;
    for follow in [Follow::Renames, Follow::Newest] {
        let patch = with!(touch.clone(), follow = follow);
        trial.same(what, trial.patch(&old, &patch, late).await, Verdict::Gone);
    }
    trial.same(what, trial.destroy_of(&old, None, late).await, false);
    let new = trial.beside(&old);
    trial.done(what, trial.create_in_place(&old, &new, &next, late).await);
    trial.is_unknown("an expired session that was replaced", &key, late).await;
    trial.is_there(what, &new, late, &next).await;
}

pub(crate) async fn after_an_hour_no_key_leads_on<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, last, late) = (trial.now, trial.now + REMEMBERED, trial.now + REMEMBERED + 1);
    let owner = trial.owner();
    let mut record = trial.owned(&owner, &[("rest", "1")]);
    let keys = trial.begin_renamed(&record, 1).await;
    let replaced = trial.begin(&record).await;
    let replacing = trial.replaced(&replaced, &record).await;
    for (what, old, key, follow) in [
        ("a renamed key", keys[0], keys[1], Follow::Renames),
        ("a replaced key", replaced, replacing, Follow::Newest),
    ] {
        let patch = with!(trial.setting(&[("late", "1")]), follow = follow);
        patch.apply(&mut record, last);
        let verdict = trial.patch(&old, &patch, last).await;
        trial.same(format_args!("{what} in the last second"), verdict, Verdict::Followed);
        trial.is_there(what, &key, last, &record).await;
        let patch = with!(trial.setting(&[("too late", "1")]), follow = follow);
        trial.same(what, trial.patch(&old, &patch, late).await, Verdict::Gone);
        trial.same(what, trial.destroy_of(&old, None, late).await, false);
        trial.is_there(what, &key, late, &record).await;
        record.fields.remove("late");
    }
    // Nor is there anything to end, or to keep.
    record.fields.insert("late".into(), "1".into());
    let next = Record::new(trial.fields(&[("next", "1")]), late, late + HOUR);
    let new = trial.beside(&keys[0]);
    let verdict = trial.create_in_place(&keys[0], &new, &next, late).await;
    trial.done("create in place of a forgotten key", verdict);
    trial.is_there("the session it once led to", &keys[1], late, &record).await;
    trial.same("destroy", trial.destroy_of(&keys[0], None, late).await, false);
    trial.is_there("the session created in its place", &new, late, &next).await;
    let count = trial.destroy_others_of(&owner, &replaced, late).await;
    trial.same("destroy_others_of with a forgotten key", count, 2);
    trial.lists("after that", &owner, late, &[]).await;
    trial.is_gone("after that", &keys[1], now).await;
}
