//! Whose session it is, one call after the other.

use std::sync::Arc;

use session_runtime::store::{Key, Listed, Patch, Store};

use crate::texts;
use crate::trial::{HOUR, Trial};
use crate::with::with;

pub(crate) async fn a_session_is_in_the_list_of_its_owner_alone<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, first, second) = (trial.now, trial.owner(), trial.owner());
    let key = trial.begin(&trial.record(&[("rest", "1.0")])).await;
    let mine = trial.begin_of(&first).await;
    let owners = [None, Some(&first), Some(&first), Some(&second), None, Some(&second)];
    let mut expected = trial.record(&[("rest", "1.0")]);
    for owner in owners {
        let patch = trial.filing(owner.map(String::as_str));
        patch.apply(&mut expected, trial.now);
        trial.done("change of the owner", trial.patch(&key, &patch, now).await);
        trial.is_there("change of the owner", &key, now, &expected).await;
        let mut firsts = vec![mine];
        firsts.extend((owner == Some(&first)).then_some(key));
        let seconds = (owner == Some(&second)).then_some(key);
        trial.lists("the first owner", &first, now, &firsts).await;
        trial.lists("the second owner", &second, now, seconds.as_slice()).await;
    }
    trial.same("destroy", trial.destroy(&key).await, true);
    trial.lists("the second owner, after destroy", &second, now, &[]).await;
}

pub(crate) async fn a_list_tells_the_times<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner) = (trial.now, trial.owner());
    let record = |n: u64| {
        with!(
            trial.record(&[("n", "1")]),
            owner = Some(owner.clone()),
            created = now - 100 - n,
            seen = now - n,
            expires = now + HOUR + n
        )
    };
    let mut expected = Vec::new();
    for n in 0..10 {
        let key = trial.begin(&record(n)).await;
        expected.push(Listed::new(key, now - 100 - n, now - n, now + HOUR + n));
    }
    let touch = Patch::new(now + 1, now + 2 * HOUR);
    trial.done("touch", trial.patch(&expected[0].key, &touch, now).await);
    let (old, new) = (expected[1].key, trial.beside(&expected[1].key));
    trial.done("rename", trial.rename(&old, &new, &touch, now).await);
    expected[1].key = new;
    for changed in &mut expected[..2] {
        (changed.seen, changed.expires) = (now + 1, now + 2 * HOUR);
    }
    expected.sort_by_key(|session| session.key);
    trial.same("the owner's list", trial.list(&owner, now).await, expected);
}

pub(crate) async fn owners_are_told_apart_byte_for_byte<S: Store>(trial: &Arc<Trial<S>>) {
    let now = trial.now;
    let owners = texts::owners(&trial.owner());
    let mut kept = Vec::new();
    for owner in &owners {
        let record = with!(trial.record(&[]), owner = Some(owner.clone()));
        let key = trial.begin(&record).await;
        trial.is_there("a session of an odd owner", &key, now, &record).await;
        let filed = trial.begin(&trial.record(&[])).await;
        trial.done(
            "patch that files it under an odd owner",
            trial.patch(&filed, &trial.filing(Some(owner)), now).await,
        );
        kept.push((owner, key, filed));
    }
    for (owner, key, filed) in &kept {
        trial.lists(owner, owner, now, &[*key, *filed]).await;
    }
    // One owner's sessions end after another's, and nobody else's end with them.
    for (n, (owner, key, _)) in kept.iter().enumerate() {
        trial.same(owner, trial.destroy_others_of(owner, key, now).await, 1);
        trial.lists("the one that is left", owner, now, &[*key]).await;
        trial.same(owner, trial.destroy_all_of(owner).await, 1);
        for (after, (owner, key, filed)) in kept.iter().enumerate() {
            let left = if after <= n { vec![] } else { vec![*key, *filed] };
            trial.lists(owner, owner, now, &left).await;
        }
    }
}

/// This owner is the same in every check, and another check may run at the same
/// time.
pub(crate) async fn an_owner_may_be_an_empty_text<S: Store>(trial: &Arc<Trial<S>>) {
    let key = trial.begin_of("\"\"").await;
    let is_listed = async || trial.list("\"\"", trial.now).await.iter().any(|one| one.key == key);
    trial.same("its session is in its list", is_listed().await, true);
    trial.same("destroy", trial.destroy(&key).await, true);
    trial.same("its session that was destroyed is in its list", is_listed().await, false);
}

/// Sessions of an owner, of another owner, and of nobody.
struct Crowd {
    owner: String,
    other: String,
    owned: Vec<Key>,
    others: Vec<Key>,
    anonymous: Key,
}

impl Crowd {
    async fn of<S: Store>(trial: &Trial<S>) -> Crowd {
        let (owner, other) = (trial.owner(), trial.owner());
        let (mut owned, mut others) = (Vec::new(), Vec::new());
        for _ in 0..20 {
            owned.push(trial.begin_of(&owner).await);
            others.push(trial.begin_of(&other).await);
        }
        // One that was renamed, one that was filed later, and one that is no longer
        // the owner's.
        let moved = trial.beside(&owned[0]);
        let verdict = trial.rename(&owned[0], &moved, &trial.touch(), trial.now).await;
        trial.done("rename", verdict);
        owned[0] = moved;
        let anonymous = trial.begin_of(&owner).await;
        let filed = trial.begin(&trial.record(&[("rest", "1")])).await;
        for (key, filing) in [(anonymous, None), (filed, Some(owner.as_str()))] {
            let verdict = trial.patch(&key, &trial.filing(filing), trial.now).await;
            trial.done("change of the owner", verdict);
        }
        owned.push(filed);
        Crowd { owner, other, owned, others, anonymous }
    }

    /// Whether these of the owner's are left, and all of the others.
    async fn is_left<S: Store>(&self, trial: &Trial<S>, left: &[Key]) {
        let (now, rest) = (trial.now, trial.record(&[("rest", "1")]));
        trial.lists("what is left", &self.owner, now, left).await;
        trial.lists("another owner", &self.other, now, &self.others).await;
        trial.is_there("nobody's session", &self.anonymous, now, &rest).await;
        for key in &self.owned {
            let is_there = trial.load(key, now).await.is_some();
            trial.same("the owner's session is there", is_there, left.contains(key));
        }
        for key in &self.others {
            let is_there = trial.load(key, now).await.is_some();
            trial.same("another owner's session is there", is_there, true);
        }
    }
}

pub(crate) async fn all_sessions_of_an_owner_end<S: Store>(trial: &Arc<Trial<S>>) {
    let crowd = Crowd::of(trial).await;
    let count = trial.destroy_all_of(&crowd.owner).await;
    trial.same("destroy_all_of", count, crowd.owned.len() as u64);
    crowd.is_left(trial, &[]).await;
    trial.same("a second destroy_all_of", trial.destroy_all_of(&crowd.owner).await, 0);
    // The owner may come back.
    let key = trial.begin_of(&crowd.owner).await;
    crowd.is_left(trial, &[key]).await;
}

pub(crate) async fn all_others_of_an_owner_end<S: Store>(trial: &Arc<Trial<S>>) {
    let crowd = Crowd::of(trial).await;
    let keep = crowd.owned[7];
    let count = trial.destroy_others_of(&crowd.owner, &keep, trial.now).await;
    trial.same("destroy_others_of", count, crowd.owned.len() as u64 - 1);
    crowd.is_left(trial, &[keep]).await;
    let count = trial.destroy_others_of(&crowd.owner, &keep, trial.now).await;
    trial.same("a second destroy_others_of", count, 0);
    // What is kept need not be the owner's.
    trial.same("destroy", trial.destroy(&keep).await, true);
    for keep in [crowd.others[0], crowd.anonymous, trial.key()] {
        let two = [trial.begin_of(&crowd.owner).await, trial.begin_of(&crowd.owner).await];
        crowd.is_left(trial, &two).await;
        let count = trial.destroy_others_of(&crowd.owner, &keep, trial.now).await;
        trial.same("destroy_others_of that keeps a session that is not the owner's", count, 2);
        crowd.is_left(trial, &[]).await;
    }
}

pub(crate) async fn nobody_has_no_sessions<S: Store>(trial: &Arc<Trial<S>>) {
    let (now, owner) = (trial.now, trial.owner());
    trial.begin(&trial.record(&[])).await;
    trial.lists("an unknown owner", &owner, now, &[]).await;
    trial.same("destroy_all_of of an unknown owner", trial.destroy_all_of(&owner).await, 0);
    let others = trial.destroy_others_of(&owner, &trial.key(), now).await;
    trial.same("destroy_others_of of an unknown owner", others, 0);
}
