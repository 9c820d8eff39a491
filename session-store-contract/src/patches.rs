//! One change after the other.

use std::sync::Arc;

use session_runtime::store::{Fields, Patch, Store, Verdict};

use crate::texts;
use crate::trial::{DAY, HOUR, Trial};
use crate::with::with;

pub(crate) async fn a_patch_sets_removes_and_leaves_the_rest<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner) = (trial.now, trial.owner());
    let began = with!(
        trial.record(&[("a", "1"), ("b", "2.0"), ("c", " [ 1 ] "), ("d", "4")]),
        owner = Some(owner),
        created = now - 60
    );
    let key = trial.begin(&began).await;
    let patch = with!(
        trial.setting(&[("a", "1.0"), ("e", r#""\u0000""#)]),
        remove = vec!["d".into(), "never there".into()],
        seen = now + 1
    );
    let mut expected = began;
    // The second time there is nothing to remove.
    for what in ["patch", "the same patch again"] {
        patch.apply(&mut expected, trial.now);
        trial.done(what, trial.patch(&key, &patch, now).await);
        trial.is_there(what, &key, now, &expected).await;
    }
    let emptying =
        with!(trial.touch(), remove = expected.fields.keys().cloned().collect(), seen = now + 2);
    emptying.apply(&mut expected, trial.now);
    trial.done("patch that removes all fields", trial.patch(&key, &emptying, now).await);
    trial.is_there("patch that removes all fields", &key, now, &expected).await;
    let filling = with!(trial.setting(&[("a", "1")]), seen = now + 3);
    filling.apply(&mut expected, trial.now);
    trial.done("patch of a session without fields", trial.patch(&key, &filling, now).await);
    trial.is_there("patch of a session without fields", &key, now, &expected).await;
}

pub(crate) async fn a_patch_takes_any_name<S: Store>(trial: &Arc<Trial<S>>) {
    let now = trial.now;
    let odd: Fields = texts::fields().into_iter().collect();
    let mut expected = trial.record(&[("rest", "1")]);
    let key = trial.begin(&expected).await;
    let patch = with!(trial.touch(), set = odd.clone());
    patch.apply(&mut expected, trial.now);
    trial.done("patch that sets odd names", trial.patch(&key, &patch, now).await);
    trial.is_there("patch that sets odd names", &key, now, &expected).await;
    // Every second field is removed, and its neighbour stays.
    let remove = odd.keys().step_by(2).cloned().collect();
    let patch = with!(trial.touch(), remove = remove);
    patch.apply(&mut expected, trial.now);
    trial.done("patch that removes odd names", trial.patch(&key, &patch, now).await);
    trial.is_there("patch that removes odd names", &key, now, &expected).await;
}

pub(crate) async fn a_patch_has_any_size<S: Store>(trial: &Arc<Trial<S>>) {
    let now = trial.now;
    let many = |from: u32, to| (from..to).map(|n| (format!("field {n}"), n.to_string()));
    let mut expected = with!(trial.record(&[]), fields = many(0, 500).collect());
    let key = trial.begin(&expected).await;
    let remove = many(0, 250).map(|(name, _)| name).collect();
    let mut set: Fields = many(250, 750).collect();
    set.insert("long".into(), format!("\"{}\"", "0123456789".repeat(10_000)));
    let patch = with!(trial.touch(), set = set, remove = remove);
    patch.apply(&mut expected, trial.now);
    trial.done("large patch", trial.patch(&key, &patch, now).await);
    trial.is_there("large patch", &key, now, &expected).await;
}

pub(crate) async fn a_touch_changes_times_only<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner) = (trial.now, trial.owner());
    let odd = with!(trial.record(&[]), fields = texts::fields().into_iter().collect());
    let owned = with!(odd.clone(), owner = Some(owner.clone()), created = now - 60);
    for (what, mut expected) in
        [("touch of nobody's session", odd), ("touch of an owner's session", owned)]
    {
        let key = trial.begin(&expected).await;
        let touch = Patch::new(now + 1, now + 2 * HOUR);
        touch.apply(&mut expected, trial.now);
        trial.done(what, trial.patch(&key, &touch, now + 1).await);
        trial.is_there(what, &key, now + 1, &expected).await;
        let keys = expected.owner.map(|_| key);
        trial.lists(what, &owner, now + 1, keys.as_slice()).await;
    }
}

pub(crate) async fn a_patch_moves_times_forward_only<S: Store>(trial: &Arc<Trial<S>>) {
    let now = trial.now;
    let record = with!(trial.owned(&trial.owner(), &[("rest", "1")]), created = now - 60);
    // A late patch, from a request that took long.
    let earlier = with!(trial.setting(&[("a", "1")]), seen = now - 30, expires = now + HOUR);
    let later = with!(earlier.clone(), seen = now + 30, expires = now + 2 * DAY);
    let anew = with!(earlier.clone(), created = Some(now - 5));
    let back = with!(earlier.clone(), created = Some(now - 90));
    for (what, patch) in [
        ("with earlier times", earlier),
        ("with later times", later),
        ("that begins the session anew", anew),
        ("that moves the beginning back", back),
    ] {
        let (mut expected, key) = (record.clone(), trial.begin(&record).await);
        patch.apply(&mut expected, now);
        trial.done(format!("patch {what}"), trial.patch(&key, &patch, now).await);
        trial.is_there(&format!("patch {what}"), &key, now, &expected).await;
        let old = trial.begin(&record).await;
        let new = trial.beside(&old);
        trial.done(format!("rename {what}"), trial.rename(&old, &new, &patch, now).await);
        trial.is_there(&format!("rename {what}"), &new, now, &expected).await;
    }
}

pub(crate) async fn a_patch_makes_no_session<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner) = (trial.now, trial.owner());
    let destroyed = trial.begin(&trial.record(&[("a", "1")])).await;
    trial.same("destroy", trial.destroy(&destroyed).await, true);
    let filing = with!(trial.filing(Some(&owner)), set = trial.fields(&[("a", "2")]));
    let removing = with!(trial.touch(), remove = vec!["a".into()]);
    let patches = [trial.touch(), trial.setting(&[("a", "2")]), removing, filing];
    for (what, key) in
        &[("patch of an unknown session", trial.key()), ("patch of a destroyed one", destroyed)]
    {
        for patch in &patches {
            trial.same(what, trial.patch(key, patch, now).await, Verdict::Gone);
            trial.is_gone(what, key, now).await;
            trial.lists(what, &owner, now, &[]).await;
        }
    }
}
