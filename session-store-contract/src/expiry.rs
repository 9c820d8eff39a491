//! When a session expires. The caller's time moves; no clock does.

use std::sync::Arc;

use session_runtime::store::{
    EMPTY_LIFETIME, Key, Loaded, Patch, REMEMBERED, Record, Store, Verdict,
};

use crate::trial::{DAY, HOUR, Trial};
use crate::with::with;

pub(crate) async fn a_session_is_there_in_its_last_second<S: Store>(trial: &Arc<Trial<S>>) {
    let (owner, last) = (trial.owner(), trial.now + HOUR);
    let mut expected = with!(trial.record(&[("a", "1"), ("b", "2")]), owner = Some(owner.clone()));
    let key = trial.begin(&expected).await;
    trial.is_there("load", &key, last, &expected).await;
    trial.lists("list", &owner, last, &[key]).await;
    let verdict = trial.create(&key, &trial.record(&[]), last).await;
    trial.same("create", verdict, Verdict::Taken);
    let other = trial.beside(&key);
    trial.done("create", trial.create(&other, &trial.record(&[]), trial.now).await);
    let verdict = trial.rename(&other, &key, &trial.touch(), last).await;
    trial.same("rename to its key", verdict, Verdict::Taken);
    // Written in its last second, without a longer life.
    let patch = with!(trial.setting(&[("a", "7")]), seen = last);
    patch.apply(&mut expected, trial.now);
    trial.done("patch", trial.patch(&key, &patch, last).await);
    trial.is_there("after the patch", &key, last, &expected).await;
    let new = trial.beside(&key);
    trial.done("rename", trial.rename(&key, &new, &patch, last).await);
    trial.is_there("after the rename", &new, last, &expected).await;
    // Written in its last second, with a longer life.
    let patch = Patch::new(last, last + HOUR);
    patch.apply(&mut expected, trial.now);
    trial.done("patch with a longer life", trial.patch(&new, &patch, last).await);
    trial.is_there("one second after a patch with a longer life", &new, last + 1, &expected).await;
}

pub(crate) async fn an_expired_session_is_not_there<S: Store>(trial: &Arc<Trial<S>>) {
    let (owner, next, last) = (trial.owner(), trial.owner(), trial.now + HOUR);
    let record = with!(trial.record(&[("a", "1")]), owner = Some(owner.clone()));
    let key = trial.begin(&record).await;
    for late in [last + 1, last + 2, last + 24 * HOUR] {
        trial.is_gone("load", &key, late).await;
        trial.lists("list", &owner, late, &[]).await;
        let filing = with!(trial.filing(Some(&next)), set = trial.fields(&[("a", "2")]));
        for patch in [filing, trial.touch()] {
            let patch = with!(patch, seen = late, expires = late + HOUR);
            trial.same("patch", trial.patch(&key, &patch, late).await, Verdict::Gone);
            let new = trial.beside(&key);
            let verdict = trial.rename(&key, &new, &patch, late).await;
            trial.same("rename", verdict, Verdict::Gone);
            for key in [&key, &new] {
                trial.is_gone("after a patch and a rename", key, late).await;
            }
            trial.lists("after a patch and a rename", &next, late, &[]).await;
        }
    }
    // The store may have deleted it. If not, nothing was written.
    if trial.load(&key, last).await.is_some() {
        trial.is_there("one second before", &key, last, &record).await;
    }
}

pub(crate) async fn a_patch_moves_the_last_second<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner) = (trial.now, trial.owner());
    let mut key = trial.begin_of(&owner).await;
    let moves = [
        ("a longer life", 2 * HOUR),
        ("a shorter life", HOUR / 2),
        ("a much longer life", 1000 * HOUR),
    ];
    for (what, life) in moves.into_iter().chain([("a shorter life again", HOUR)]) {
        let patch = with!(Patch::new(now, now + life), shortens = true);
        let new = trial.beside(&key);
        trial.done(what, trial.patch(&key, &patch, now).await);
        // The patch of a rename follows the same rules.
        for renamed in [false, true] {
            if renamed {
                trial.done("touch", trial.patch(&key, &trial.touch(), now).await);
                trial.done(what, trial.rename(&key, &new, &patch, now).await);
                key = new;
            }
            let is_in_time = trial.load(&key, now + life).await.is_some();
            trial.same(format_args!("{what}, in its last second"), is_in_time, true);
            trial.lists(what, &owner, now + life, &[key]).await;
            trial.is_gone(what, &key, now + life + 1).await;
            trial.lists(what, &owner, now + life + 1, &[]).await;
        }
    }
}

pub(crate) async fn a_session_left_empty_expires_within_an_hour<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, day) = (trial.now, trial.now + DAY);
    let own = [(Record::PERMANENT, "true"), (Record::LIFETIME, "31536000")];
    for own in [&own[..0], &own[..1], &own[1..], &own[..]] {
        let began = with!(
            trial.owned(&trial.owner(), &[]),
            fields = trial.fields(&[own, &[("a", "1"), ("b", "1")]].concat()),
            expires = day
        );
        let emptying = with!(Patch::new(now, day), remove = vec!["a".into(), "b".into()]);
        // The hour begins at the time of the call, which need not be `seen`.
        let early = with!(emptying.clone(), seen = now - 60);
        let soon = with!(emptying.clone(), expires = now + 60);
        let shortens = with!(emptying.clone(), shortens = true);
        for patch in [emptying, early, soon, shortens] {
            let mut expected = began.clone();
            let key = trial.begin(&began).await;
            let what = format!("patch that leaves {} own fields", own.len());
            patch.apply(&mut expected, now);
            trial.done(&what, trial.patch(&key, &patch, now).await);
            trial.is_there(&what, &key, now, &expected).await;
            trial.is_gone(&what, &key, now + EMPTY_LIFETIME + 1).await;
            // A touch of an empty session begins another hour.
            let touch = Patch::new(now + 30, day);
            touch.apply(&mut expected, now + 30);
            trial.done("touch of an empty session", trial.patch(&key, &touch, now + 30).await);
            trial.is_there("touch of an empty session", &key, now + 30, &expected).await;

            let mut expected = began.clone();
            let old = trial.begin(&began).await;
            let key = trial.beside(&old);
            let what = format!("rename that leaves {} own fields", own.len());
            patch.apply(&mut expected, now);
            trial.done(&what, trial.rename(&old, &key, &patch, now).await);
            trial.is_there(&what, &key, now, &expected).await;
        }
    }
}

pub(crate) async fn what_is_left_decides_whether_a_session_is_empty<S: Store>(
    trial: &Arc<Trial<S>>,
) {
    let (now, day) = (trial.now, trial.now + DAY);
    // Names that are like those that do not count.
    for name in ["b", "", "_", "permanent", "_Permanent", "_permanent ", "_lifetimes", "_flashes"] {
        let record = with!(trial.record(&[("a", "1"), (Record::PERMANENT, "true")]), expires = day);
        let mut expected = record.clone();
        let key = trial.begin(&record).await;
        // One request fills the session, another one had read it before that and
        // removes all that it saw.
        let filling = with!(Patch::new(now, day), set = trial.fields(&[(name, "1")]));
        let remove = vec!["a".into(), Record::PERMANENT.into(), Record::LIFETIME.into()];
        let emptying = with!(Patch::new(now, day), remove = remove);
        for (what, patch) in [
            (format!("patch that sets {name:?}"), filling),
            (format!("patch that leaves {name:?}"), emptying),
        ] {
            patch.apply(&mut expected, now);
            trial.done(&what, trial.patch(&key, &patch, now).await);
            trial.is_there(&what, &key, now, &expected).await;
        }
    }
    // One that removes what has gone already leaves what is there.
    let mut expected = with!(trial.record(&[("b", "1")]), expires = day);
    let key = trial.begin(&expected).await;
    let emptying = with!(Patch::new(now, now + HOUR), remove = vec!["a".into()]);
    emptying.apply(&mut expected, now);
    let what = "patch that removes a field that is not there";
    trial.done(what, trial.patch(&key, &emptying, now).await);
    trial.is_there(what, &key, now, &expected).await;
}

pub(crate) async fn a_session_filled_again_lives_on<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, day) = (trial.now, trial.now + DAY);
    for own in [&[][..], &[(Record::PERMANENT, "true")]] {
        let mut expected = with!(
            trial.owned(&trial.owner(), &[]),
            fields = trial.fields(&[own, &[("a", "1")]].concat())
        );
        let key = trial.begin(&expected).await;
        let emptying = with!(Patch::new(now, day), remove = vec!["a".into()]);
        let filling = with!(Patch::new(now + 60, day), set = trial.fields(&[("b", "1")]));
        let late = with!(Patch::new(now + 61, now + 61), set = trial.fields(&[("c", "1")]));
        for (what, patch) in [
            ("patch that empties a session", emptying),
            ("patch that fills it again", filling),
            ("patch of the filled session", late),
        ] {
            patch.apply(&mut expected, patch.seen);
            trial.done(what, trial.patch(&key, &patch, patch.seen).await);
            trial.is_there(what, &key, patch.seen, &expected).await;
        }
    }
}

pub(crate) async fn an_expired_session_holds_no_key<S: Store>(trial: &Arc<Trial<S>>) {
    let (owner, late) = (trial.owner(), trial.now + HOUR + 1);
    let expired = with!(trial.record(&[("old", "1"), ("a", "1")]), owner = Some(owner.clone()));
    let next = trial.owner();
    let fresh = with!(
        Record::new(trial.fields(&[("a", "2"), ("new", "1")]), late, late + HOUR),
        owner = Some(next.clone())
    );
    let created = trial.begin(&expired).await;
    trial.done("create", trial.create(&created, &fresh, late).await);
    let key = trial.begin(&with!(trial.record(&[("b", "1")]), expires = late + HOUR)).await;
    let renamed = trial.beside(&key);
    trial.done("create", trial.create(&renamed, &expired, trial.now).await);
    let mut moved = trial.record(&[("b", "1")]);
    let patch = with!(trial.filing(Some(&next)), seen = late, expires = late + HOUR);
    patch.apply(&mut moved, trial.now);
    trial.done(
        "rename to an expired session's key",
        trial.rename(&key, &renamed, &patch, late).await,
    );
    for (what, key, expected) in [
        ("create under an expired session's key", created, fresh),
        ("rename to an expired session's key", renamed, moved),
    ] {
        trial.is_there(what, &key, late, &expected).await;
    }
    trial.lists("the owner of the expired ones", &owner, trial.now, &[]).await;
    trial.lists("the owner of the new ones", &next, late, &[created, renamed]).await;
}

/// The expired sessions began two hours ago, so that a shared store deletes
/// nothing that its other users still need.
pub(crate) async fn purging_ends_expired_sessions_and_no_others<S: Store>(trial: &Arc<Trial<S>>) {
    let (owner, now) = (trial.owner(), trial.now);
    let (began, expired) = (now - 2 * HOUR, now - 1);
    let record = |expires| {
        with!(Record::new(trial.fields(&[("a", "1")]), began, expires), owner = Some(owner.clone()))
    };
    let mut keys: Vec<(Key, Record)> = Vec::new();
    for n in 0..30 {
        let (key, record) = (trial.key(), record([expired, now, now + HOUR][n % 3]));
        trial.done("create", trial.create(&key, &record, began).await);
        keys.push((key, record));
    }
    for what in ["purge", "a second purge"] {
        trial.purge_expired(now).await;
        let living = keys.iter().filter(|(_, record)| record.expires >= now);
        for (key, record) in living.clone() {
            trial.is_there(what, key, now, record).await;
        }
        let living: Vec<Key> = living.map(|(key, _)| *key).collect();
        trial.lists(what, &owner, now, &living).await;
        // What it deleted, it deleted altogether.
        let mut left = Vec::new();
        for (key, _) in &keys {
            left.extend(trial.load(key, expired).await.map(|_| *key));
        }
        trial.lists("expired sessions that were not deleted", &owner, expired, &left).await;
    }
}

/// The keys were renamed long ago, as the sessions above began long ago.
pub(crate) async fn purging_forgets_no_key_too_early<S: Store>(trial: &Arc<Trial<S>>) {
    let now = trial.now;
    for (what, renamed, is_remembered) in [
        ("a key in its last second", now - REMEMBERED, true),
        ("a key that was renamed a minute ago", now - 60, true),
        ("a key that is no longer remembered", now - REMEMBERED - 1, false),
    ] {
        let mut expected =
            with!(trial.owned(&trial.owner(), &[("a", "1")]), created = renamed, seen = renamed);
        let (old, replaced) = (trial.key(), trial.key());
        let (new, replacing) = (trial.beside(&old), trial.beside(&replaced));
        for key in [old, replaced] {
            trial.done("create", trial.create(&key, &expected, renamed).await);
        }
        let touch = Patch::new(renamed, now + HOUR);
        trial.done("rename", trial.rename(&old, &new, &touch, renamed).await);
        let verdict = trial.create_in_place(&replaced, &replacing, &expected, renamed).await;
        trial.done("create in place of a key", verdict);
        trial.purge_expired(now).await;
        let found = if is_remembered { Loaded::Former } else { Loaded::Nothing };
        for key in [&old, &replaced] {
            trial.same(format!("{what}, after a purge"), trial.find(key, now).await, found.clone());
        }
        let late = trial.setting(&[("late", "1")]);
        let verdict = if is_remembered { Verdict::Followed } else { Verdict::Gone };
        trial.same(format!("patch of {what}"), trial.patch(&old, &late, now).await, verdict);
        if is_remembered {
            late.apply(&mut expected, now);
        }
        trial.is_there(what, &new, now, &expected).await;
        let ends = trial.destroy(&replaced).await;
        trial.same(format_args!("destroy of {what}"), ends, is_remembered);
    }
}
