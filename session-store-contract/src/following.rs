//! Calls that follow a key to where it leads, and calls that do not.

use std::sync::Arc;

use session_runtime::store::{Follow, Key, Record, Store, Verdict};

use crate::trial::{DAY, HOUR, Trial};
use crate::with::with;

pub(crate) async fn a_patch_follows_renames<S: Store>(trial: &Arc<Trial<S>>) {
    let now = trial.now;
    for times in [1, 2, 3, 16] {
        let owners = [trial.owner(), trial.owner()];
        let mut expected = with!(
            trial.owned(&owners[0], &[("rest", "1"), ("shared", "0"), ("goes 1", "1")]),
            created = now - 60
        );
        let keys = trial.begin_renamed(&expected, times).await;
        let (newest, former) = keys.split_last().expect("a key");
        for (n, key) in (1_u64..).zip(former) {
            let what = format!("patch of a key after {times} renames");
            // Files it under one owner, the other, and nobody.
            let owner = match n % 3 {
                0 => None,
                1 => Some(owners[1].clone()),
                _ => Some(owners[0].clone()),
            };
            let patch = with!(
                trial.setting(&[("shared", &n.to_string()), (&format!("goes {}", n + 1), "1")]),
                remove = vec![format!("goes {n}"), "never there".into()],
                seen = now + n,
                expires = now + DAY + n,
                created = Some(now - 30 + n),
                owner = Some(owner.clone())
            );
            patch.apply(&mut expected, now);
            trial.same(&what, trial.patch(key, &patch, now).await, Verdict::Followed);
            trial.is_there(&what, newest, now, &expected).await;
            trial.is_gone(&what, key, now).await;
            for of in &owners {
                let keys = (owner.as_ref() == Some(of)).then_some(*newest);
                trial.lists(&what, of, now, keys.as_slice()).await;
            }
        }
        let late = with!(trial.touch(), seen = now - 60, expires = now + HOUR);
        let what = "patch with earlier times of a key that was renamed";
        trial.same(what, trial.patch(&former[0], &late, now).await, Verdict::Followed);
        trial.is_there(what, newest, now, &expected).await;
        trial.done("patch of the newest key", trial.patch(newest, &trial.touch(), now).await);
    }
}

/// Nothing that belongs to the old session reaches the one that was created in
/// its place, unless the patch asks for that.
pub(crate) async fn a_patch_reaches_the_next_session_only_on_request<S: Store>(
    trial: &Arc<Trial<S>>,
) {
    let (now, owner, next) = (trial.now, trial.owner(), trial.owner());
    // In place of a session under its first key, of one that was renamed, and of
    // one that has ended.
    for (times, replaced, ends) in
        [(0, 0, false), (1, 0, false), (1, 1, false), (3, 1, false), (0, 0, true), (1, 0, true)]
    {
        let keys = trial.begin_renamed(&trial.owned(&owner, &[("old", "1")]), times).await;
        if ends {
            trial.same("destroy", trial.destroy(&keys[times]).await, true);
        }
        let mut expected = trial.owned(&next, &[("new", "1")]);
        let first = trial.replaced(&keys[replaced], &expected).await;
        let renamed = trial.renamed(&first).await;
        let patches = [
            trial.touch(),
            trial.setting(&[("old", "2"), ("new", "2")]),
            with!(trial.touch(), remove = vec!["new".into()]),
            trial.filing(Some(&owner)),
            trial.filing(None),
        ];
        for key in &keys {
            for patch in &patches {
                let what = "patch of a key after a create in its place";
                trial.same(what, trial.patch(key, patch, now).await, Verdict::Gone);
                trial.is_there(what, &renamed, now, &expected).await;
                trial.lists(what, &owner, now, &[]).await;
                trial.lists(what, &next, now, &[renamed]).await;
            }
            let what = "rename of a key after a create in its place";
            let verdict = trial.rename(key, &trial.beside(key), &trial.touch(), now).await;
            trial.same(what, verdict, Verdict::Gone);
        }
        // Its own key does follow.
        let patch = trial.setting(&[("own", "1")]);
        patch.apply(&mut expected, now);
        let what = "patch of the newer session's own key";
        trial.same(what, trial.patch(&first, &patch, now).await, Verdict::Followed);
        trial.is_there(what, &renamed, now, &expected).await;
        for (n, key) in keys.iter().enumerate() {
            let follow = Follow::Newest;
            let patch = with!(trial.setting(&[("asked", &n.to_string())]), follow = follow);
            patch.apply(&mut expected, now);
            let what = "patch with `Follow::Newest` after a create in place";
            trial.same(what, trial.patch(key, &patch, now).await, Verdict::Followed);
            trial.is_there(what, &renamed, now, &expected).await;
        }
        let follow = Follow::Newest;
        let patch = with!(trial.filing(None), follow = follow);
        let what = "patch with `Follow::Newest` that takes the owner away";
        trial.same(what, trial.patch(&keys[0], &patch, now).await, Verdict::Followed);
        trial.lists(what, &next, now, &[]).await;
        trial.same("destroy", trial.destroy(&renamed).await, true);
    }
}

pub(crate) async fn a_patch_reaches_no_ended_session<S: Store>(trial: &Arc<Trial<S>>) {
    let now = trial.now;
    for how in 0..5 {
        let owner = trial.owner();
        let keys = trial.begin_renamed(&trial.owned(&owner, &[("rest", "1")]), 2).await;
        match how {
            0..=2 => trial.same("destroy", trial.destroy(&keys[how]).await, true),
            3 => trial.same("destroy_all_of", trial.destroy_all_of(&owner).await, 1),
            _ => {
                let count = trial.destroy_others_of(&owner, &trial.key(), now).await;
                trial.same("destroy_others_of", count, 1);
            }
        }
        let both = |key| [(key, Follow::Renames), (key, Follow::Newest)];
        for (key, follow) in keys.iter().flat_map(both) {
            let filing = with!(trial.filing(Some(&owner)), set = trial.fields(&[("a", "2")]));
            for patch in [trial.touch(), filing] {
                let what = format!("patch of an ended session's key with {follow:?}");
                let verdict = trial.patch(key, &with!(patch, follow = follow), now).await;
                trial.same(&what, verdict, Verdict::Gone);
                for key in &keys {
                    trial.is_gone(&what, key, now).await;
                }
                trial.lists(&what, &owner, now, &[]).await;
            }
        }
    }
}

pub(crate) async fn a_rename_does_not_follow<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner, next) = (trial.now, trial.owner(), trial.owner());
    let record = trial.owned(&owner, &[("rest", "1")]);
    let keys = trial.begin_renamed(&record, 2).await;
    let filing = with!(trial.filing(Some(&next)), set = trial.fields(&[("a", "2")]));
    for key in &keys[..2] {
        for follow in [Follow::Renames, Follow::Newest] {
            let (new, patch) = (trial.beside(key), with!(filing.clone(), follow = follow));
            let what = "rename of a key that was renamed before";
            trial.same(what, trial.rename(key, &new, &patch, now).await, Verdict::Gone);
            trial.is_unknown(what, &new, now).await;
            trial.is_there(what, &keys[2], now, &record).await;
            trial.lists(what, &owner, now, &[keys[2]]).await;
            trial.lists(what, &next, now, &[]).await;
        }
    }
}

pub(crate) async fn an_end_follows_renames<S: Store>(trial: &Arc<Trial<S>>) {
    let owner = trial.owner();
    for (times, which) in [(1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (16, 0), (16, 7)] {
        let what = format!("destroy of key {which} of a session that was renamed {times} times");
        let keys = trial.begin_renamed(&trial.owned(&owner, &[("rest", "1")]), times).await;
        trial.same(&what, trial.destroy(&keys[which]).await, true);
        is_ended(trial, &what, &owner, &keys).await;
    }
}

pub(crate) async fn an_end_follows_creates_in_place<S: Store>(trial: &Arc<Trial<S>>) {
    let owner = trial.owner();
    // In place of a renamed key, of one that was created in place, and renamed
    // after that.
    for which in 0..6 {
        let what = format!("destroy of key {which} of a line of three sessions");
        let record = trial.owned(&owner, &[("rest", "1")]);
        let mut keys = trial.begin_renamed(&record, 1).await;
        keys.push(trial.replaced(&keys[0], &record).await);
        keys.push(trial.renamed(&keys[2]).await);
        keys.push(trial.replaced(&keys[3], &record).await);
        keys.push(trial.renamed(&keys[4]).await);
        trial.lists(&what, &owner, trial.now, &[keys[5]]).await;
        trial.same(&what, trial.destroy(&keys[which]).await, true);
        is_ended(trial, &what, &owner, &keys).await;
    }
}

async fn is_ended<S: Store>(trial: &Trial<S>, what: &str, owner: &str, keys: &[Key]) {
    trial.lists(what, owner, trial.now, &[]).await;
    for key in keys {
        trial.is_gone(what, key, trial.now).await;
        trial.same("destroy of what has ended", trial.destroy(key).await, false);
    }
}

/// An end for an owner says whether it ended that owner's session.
pub(crate) async fn an_end_for_an_owner_ends_only_the_owners<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner, other) = (trial.now, trial.owner(), trial.owner());
    let mut record = trial.owned(&owner, &[("rest", "1")]);
    let keys = trial.begin_renamed(&record, 1).await;
    let spares = async |what: &str, of: &str, record: &Record| {
        for key in &keys {
            trial.same(what, trial.destroy_of(key, Some(of), now).await, false);
            trial.is_there(what, &keys[1], now, record).await;
        }
    };
    spares("destroy for another owner", &other, &record).await;
    trial.lists("destroy for another owner", &owner, now, &[keys[1]]).await;
    let filings = [(Some(&other), "another owner"), (None, "nobody")];
    for (to, whose) in filings {
        let patch = trial.filing(to.map(String::as_str));
        patch.apply(&mut record, now);
        trial.done("change of the owner", trial.patch(&keys[1], &patch, now).await);
        let what = format!("destroy for the former owner of a session that is now {whose}'s");
        spares(&what, &owner, &record).await;
    }
    for key in &keys {
        let owned = trial.begin_renamed(&trial.owned(&owner, &[("rest", "1")]), 1).await;
        let key = if key == &keys[0] { owned[0] } else { owned[1] };
        let what = "destroy for its owner";
        trial.same(what, trial.destroy_of(&key, Some(&owner), now).await, true);
        trial.is_gone(what, &owned[1], now).await;
        trial.same("a second destroy", trial.destroy_of(&key, Some(&owner), now).await, false);
        trial.lists(what, &owner, now, &[]).await;
    }
    trial.same("destroy", trial.destroy_of(&trial.key(), Some(&owner), now + HOUR).await, false);
}

pub(crate) async fn the_session_that_a_kept_key_leads_to_stays<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, what) = (trial.now, "destroy_others_of");
    for which in 0..4 {
        let owner = trial.owner();
        let record = trial.owned(&owner, &[("rest", "1")]);
        let mut keys = trial.begin_renamed(&record, 1).await;
        keys.push(trial.replaced(&keys[0], &record).await);
        keys.push(trial.renamed(&keys[2]).await);
        trial.begin_of(&owner).await;
        trial.begin_renamed(&record, 1).await;
        trial.same(what, trial.destroy_others_of(&owner, &keys[which], now).await, 2);
        trial.is_there("the kept session", &keys[3], now, &record).await;
        trial.lists("after that", &owner, now, &[keys[3]]).await;
        // A key whose session has ended keeps nothing.
        trial.same("destroy", trial.destroy(&keys[3]).await, true);
        trial.begin_of(&owner).await;
        trial.same(what, trial.destroy_others_of(&owner, &keys[which], now).await, 1);
        trial.lists("after that", &owner, now, &[]).await;
    }
}
