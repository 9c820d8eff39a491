//! What a store in SQL owes to keys that were renamed or ended, and to calls
//! that meet there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rocket::tokio::task::JoinSet;
use session_runtime::store::{Follow, Loaded, Patch, REMEMBERED, Record, Store, Verdict};
use session_tests::{HOUR, NOW};

use crate::sql::{create, key, loaded, session, set};

const DONE: Verdict = Verdict::Done;
const FOLLOWED: Verdict = Verdict::Followed;
const GONE: Verdict = Verdict::Gone;
const TAKEN: Verdict = Verdict::Taken;

/// Runs all checks; those in which calls meet, `rounds` times.
pub(crate) async fn check<S: Store>(store: &Arc<S>, rounds: u64) {
    any_number_of_renames_is_followed(&**store).await;
    a_new_session_is_only_ended_by_the_old_key(&**store).await;
    a_wrong_owner_ends_nothing(&**store).await;
    the_key_of_a_living_session_is_taken(&**store).await;
    a_key_may_be_given_again(&**store).await;
    an_expired_session_leaves_nothing_behind(&**store).await;
    purging_forgets_keys(&**store).await;
    no_patch_is_lost_while_a_session_moves(store, rounds).await;
    an_end_meets_a_rename(store, rounds / 4).await;
    a_patch_meets_a_new_session(store, rounds / 4).await;
    an_end_meets_a_new_session(store, rounds / 4).await;
    one_of_many_sessions_in_place_is_left(store).await;
}

/// Keys that no other call here has been given.
fn fresh<const COUNT: usize>() -> [u64; COUNT] {
    static NEXT: AtomicU64 = AtomicU64::new(1 << 32);
    std::array::from_fn(|_| NEXT.fetch_add(1, Ordering::Relaxed))
}

fn owned(owner: &str) -> Record {
    let mut record = session(&[("rest", "1")]);
    record.owner = Some(owner.to_owned());
    record
}

fn newest(list: &[(&str, &str)]) -> Patch {
    let mut patch = set(list);
    patch.follow = Follow::Newest;
    patch
}

async fn rename(store: &impl Store, old: u64, new: u64) -> Verdict {
    store.rename(&key(old), &key(new), &Patch::new(NOW, NOW + HOUR), NOW).await.unwrap()
}

async fn begin(store: &impl Store, n: u64, old: u64) -> Verdict {
    let record = session(&[("new", "1")]);
    store.create(&key(n), &record, Some(&key(old)), NOW).await.unwrap()
}

async fn patch(store: &impl Store, n: u64, patch: &Patch) -> Verdict {
    store.patch(&key(n), patch, NOW).await.unwrap()
}

async fn destroy(store: &impl Store, n: u64) -> bool {
    store.destroy(&key(n), None, NOW).await.unwrap()
}

async fn is_former(store: &impl Store, n: u64, now: u64) -> bool {
    match store.load(&key(n), now).await.unwrap() {
        Loaded::Former => true,
        Loaded::Nothing => false,
        Loaded::Session(_) => panic!("a session"),
    }
}

async fn any_number_of_renames_is_followed(store: &impl Store) {
    let keys = fresh::<101>();
    create(store, keys[0], &session(&[("rest", "1")])).await;
    for (renames, new) in keys.iter().enumerate().skip(1) {
        assert_eq!(rename(store, keys[renames - 1], *new).await, DONE);
        if [1, 2, 100].contains(&renames) {
            let name = renames.to_string();
            assert_eq!(patch(store, keys[0], &set(&[(&name, "1")])).await, FOLLOWED);
            assert!(loaded(store, *new).await.unwrap().fields.contains_key(&name));
            assert!(is_former(store, keys[0], NOW).await);
        }
    }
    assert!(destroy(store, keys[0]).await);
    for n in keys {
        assert!(is_former(store, n, NOW).await);
        assert_eq!(patch(store, n, &newest(&[("a", "1")])).await, GONE);
    }
    assert!(!destroy(store, keys[1]).await);
}

async fn a_new_session_is_only_ended_by_the_old_key(store: &impl Store) {
    let [first, old, new, newer] = fresh();
    create(store, first, &owned("\"zoe\"")).await;
    assert_eq!(rename(store, first, old).await, DONE);
    assert_eq!(begin(store, new, first).await, DONE);
    for n in [first, old] {
        assert!(is_former(store, n, NOW).await);
        assert_eq!(patch(store, n, &set(&[("a", "1")])).await, GONE);
    }
    assert!(store.list("\"zoe\"", NOW).await.unwrap().is_empty());
    assert_eq!(rename(store, new, newer).await, DONE);
    assert_eq!(patch(store, new, &set(&[("b", "1")])).await, FOLLOWED);
    assert_eq!(patch(store, old, &newest(&[("c", "1")])).await, FOLLOWED);
    let names: Vec<String> = loaded(store, newer).await.unwrap().fields.into_keys().collect();
    assert_eq!(names, ["b", "c", "new"]);
    // After its end the keys still lead to what is created in its place.
    assert!(destroy(store, old).await);
    let [last] = fresh();
    assert_eq!(begin(store, last, newer).await, DONE);
    assert!(destroy(store, first).await);
    assert!(is_former(store, last, NOW).await);
}

async fn a_wrong_owner_ends_nothing(store: &impl Store) {
    let [old, new] = fresh();
    create(store, old, &owned("\"zoe\"")).await;
    assert_eq!(rename(store, old, new).await, DONE);
    for n in [old, new] {
        assert!(!store.destroy(&key(n), Some("\"mia\""), NOW).await.unwrap());
    }
    assert!(loaded(store, new).await.is_some());
    assert_eq!(store.destroy_others_of("\"zoe\"", &key(old), NOW).await.unwrap(), 0);
    assert_eq!(store.destroy_others_of("\"mia\"", &key(9), NOW).await.unwrap(), 0);
    assert!(store.destroy(&key(old), Some("\"zoe\""), NOW).await.unwrap());
    assert!(is_former(store, new, NOW).await);
}

/// And nothing is ended or remembered by a call that is refused.
async fn the_key_of_a_living_session_is_taken(store: &impl Store) {
    let [old, new, other] = fresh();
    create(store, old, &session(&[("a", "1")])).await;
    create(store, other, &session(&[("b", "1")])).await;
    assert_eq!(begin(store, other, old).await, TAKEN);
    assert_eq!(begin(store, old, old).await, TAKEN);
    assert_eq!(rename(store, old, new).await, DONE);
    assert_eq!(begin(store, new, old).await, TAKEN);
    assert_eq!(rename(store, new, other).await, TAKEN);
    for (n, name) in [(new, "a"), (other, "b")] {
        assert!(loaded(store, n).await.unwrap().fields.contains_key(name));
        assert!(!is_former(store, n, NOW + HOUR + 1).await);
    }
}

/// The first key of a family that lives is free, though its name is taken.
async fn a_key_may_be_given_again(store: &impl Store) {
    let [old, new, unknown] = fresh();
    create(store, old, &session(&[("a", "1")])).await;
    assert_eq!(rename(store, old, new).await, DONE);
    create(store, old, &session(&[("b", "1")])).await;
    assert!(destroy(store, old).await);
    assert!(loaded(store, new).await.is_some());
    assert_eq!(begin(store, old, unknown).await, DONE);
    assert!(destroy(store, old).await);
    assert!(destroy(store, new).await);
}

async fn an_expired_session_leaves_nothing_behind(store: &impl Store) {
    let late = NOW + HOUR + 1;
    let [a, b, c, d, new] = fresh();
    for n in [a, b, c, d] {
        create(store, n, &owned("\"kim\"")).await;
    }
    assert!(!store.destroy(&key(a), None, late).await.unwrap());
    let record = Record::new(session(&[("new", "1")]).fields, late, late + HOUR);
    assert_eq!(store.create(&key(new), &record, Some(&key(b)), late).await.unwrap(), DONE);
    assert_eq!(store.create(&key(c), &record, Some(&key(c)), late).await.unwrap(), DONE);
    store.destroy_all_of("\"kim\"", late).await.unwrap();
    for n in [a, b, d] {
        assert!(!is_former(store, n, late).await);
        assert_eq!(store.patch(&key(n), &newest(&[]), late).await.unwrap(), GONE);
    }
    for n in [c, new] {
        assert!(store.destroy(&key(n), None, late).await.unwrap());
    }
}

async fn purging_forgets_keys(store: &impl Store) {
    let [old, new, ended] = fresh();
    create(store, old, &session(&[("a", "1")])).await;
    create(store, ended, &session(&[("a", "1")])).await;
    assert_eq!(rename(store, old, new).await, DONE);
    assert!(destroy(store, ended).await);
    let last = NOW + REMEMBERED;
    for now in [last, last + 1] {
        store.purge_expired(now).await.unwrap();
        for n in [old, ended] {
            assert_eq!(is_former(store, n, last).await, now == last);
        }
    }
}

/// Writers know the key of a moment ago, as requests do.
async fn no_patch_is_lost_while_a_session_moves<S: Store>(store: &Arc<S>, rounds: u64) {
    const WRITERS: u64 = 4;
    const WRITES: u64 = 20;
    let mut followed = 0;
    for _ in 0..rounds.div_ceil(WRITERS * WRITES) {
        let keys = fresh::<400>();
        create(&**store, keys[0], &session(&[("rest", "1")])).await;
        let (at, writing) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(WRITERS)));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let (store, at, writing) = (Arc::clone(store), Arc::clone(&at), Arc::clone(&writing));
            writers.spawn(async move {
                let mut followed = 0;
                for n in 0..WRITES {
                    let known = keys[at.load(Ordering::Relaxed) as usize];
                    let write = set(&[(&format!("{writer} {n}"), "1")]);
                    match patch(&*store, known, &write).await {
                        DONE => {}
                        FOLLOWED => followed += 1,
                        verdict => panic!("{verdict:?}"),
                    }
                }
                writing.fetch_sub(1, Ordering::Relaxed);
                followed
            });
        }
        let mut last = 0;
        while writing.load(Ordering::Relaxed) > 0 && last + 1 < keys.len() {
            assert_eq!(rename(&**store, keys[last], keys[last + 1]).await, DONE);
            last += 1;
            at.store(last as u64, Ordering::Relaxed);
        }
        followed += writers.join_all().await.into_iter().sum::<u64>();
        let fields = loaded(&**store, keys[last]).await.unwrap().fields;
        assert_eq!(fields.len() as u64, WRITERS * WRITES + 1);
        assert!(destroy(&**store, keys[0]).await);
    }
    println!("{followed} of about {rounds} patches followed");
    assert!(followed > 0);
}

/// Runs two calls at once, either of them first.
async fn both<A: Send + 'static, B: Send + 'static>(
    round: u64,
    first: impl Future<Output = A> + Send + 'static,
    second: impl Future<Output = B> + Send + 'static,
) -> (A, B) {
    use rocket::tokio::spawn;
    if round.is_multiple_of(2) {
        let (first, second) = (spawn(first), spawn(second));
        (first.await.unwrap(), second.await.unwrap())
    } else {
        let (second, first) = (spawn(second), spawn(first));
        (first.await.unwrap(), second.await.unwrap())
    }
}

/// It ends, and both keys are remembered.
async fn an_end_meets_a_rename<S: Store>(store: &Arc<S>, rounds: u64) {
    for round in 0..rounds {
        let [old, new] = fresh();
        create(&**store, old, &owned("\"ann\"")).await;
        let (one, two) = (Arc::clone(store), Arc::clone(store));
        let end = async move {
            match round % 3 {
                0 => destroy(&*two, old).await,
                1 => two.destroy_all_of("\"ann\"", NOW).await.unwrap() == 1,
                _ => two.destroy_others_of("\"ann\"", &key(9), NOW).await.unwrap() == 1,
            }
        };
        let (renamed, ended) = both(round, async move { rename(&*one, old, new).await }, end).await;
        assert!(ended);
        assert!(is_former(&**store, old, NOW).await);
        assert_eq!(is_former(&**store, new, NOW).await, renamed == DONE);
    }
}

/// What belongs to the old session never reaches the new one, unless it follows
/// that far: then it is never lost.
async fn a_patch_meets_a_new_session<S: Store>(store: &Arc<S>, rounds: u64) {
    for round in 0..rounds {
        let [old, new] = fresh();
        create(&**store, old, &session(&[("rest", "1")])).await;
        let (one, two) = (Arc::clone(store), Arc::clone(store));
        let follows = round / 2 % 2 == 0;
        let change = if follows { newest(&[("late", "1")]) } else { set(&[("late", "1")]) };
        let patch = async move { patch(&*one, old, &change).await };
        let (verdict, begun) =
            both(round, patch, async move { begin(&*two, new, old).await }).await;
        assert_eq!(begun, DONE);
        let is_there = loaded(&**store, new).await.unwrap().fields.contains_key("late");
        match verdict {
            DONE => assert!(!is_there),
            FOLLOWED => assert!(follows && is_there),
            GONE => assert!(!follows && !is_there),
            TAKEN => panic!("taken"),
        }
        assert!(is_former(&**store, old, NOW).await);
        assert!(destroy(&**store, old).await);
    }
}

/// Whichever is first: there was a session, and one that is left is the new one.
async fn an_end_meets_a_new_session<S: Store>(store: &Arc<S>, rounds: u64) {
    for round in 0..rounds {
        let [first, old, new] = fresh();
        create(&**store, first, &session(&[("rest", "1")])).await;
        assert_eq!(rename(&**store, first, old).await, DONE);
        let (one, two) = (Arc::clone(store), Arc::clone(store));
        let end = async move { destroy(&*one, first).await };
        let (ended, begun) = both(round, end, async move { begin(&*two, new, old).await }).await;
        assert_eq!((ended, begun), (true, DONE));
        assert!(is_former(&**store, old, NOW).await);
        let is_left = loaded(&**store, new).await.is_some();
        assert_eq!(destroy(&**store, first).await, is_left);
        assert!(is_former(&**store, new, NOW).await);
    }
}

/// In place of one that lives, and of one that was ended.
async fn one_of_many_sessions_in_place_is_left<S: Store>(store: &Arc<S>) {
    for round in 0..6 {
        let ([old], keys) = (fresh(), fresh::<64>());
        create(&**store, old, &session(&[("rest", "1")])).await;
        if round % 2 == 1 {
            assert!(destroy(&**store, old).await);
        }
        let mut begins = JoinSet::new();
        for n in keys {
            let store = Arc::clone(store);
            begins.spawn(async move { begin(&*store, n, old).await });
        }
        assert!(begins.join_all().await.iter().all(|begun| *begun == DONE));
        let mut left = 0;
        for n in keys {
            match store.load(&key(n), NOW).await.unwrap() {
                Loaded::Session(_) => left += 1,
                Loaded::Former => {}
                Loaded::Nothing => panic!("a session that ended is not remembered"),
            }
        }
        assert_eq!(left, 1);
        assert!(destroy(&**store, old).await);
        assert!(!destroy(&**store, old).await);
    }
}
