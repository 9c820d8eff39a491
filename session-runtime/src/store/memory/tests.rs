use std::future::Future;
use std::pin::pin;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::thread;

use super::*;
use crate::store::{Fields, REMEMBERED};

const NOW: u64 = 1_700_000_000;

/// The store's answer, at once: this store never waits.
fn now<T>(answer: impl Future<Output = Result<T, StoreError>>) -> T {
    match pin!(answer).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer.unwrap(),
        Poll::Pending => panic!("the store waits for something"),
    }
}

/// A key for a number. In a large store, keys of small numbers are in different
/// shards.
fn key(n: u16) -> Key {
    let mut bytes = [0; 32];
    bytes[..2].copy_from_slice(&n.to_le_bytes());
    Key::from_bytes(bytes)
}

/// A session that was last seen this many seconds ago.
fn seen(ago: u64, owner: Option<&str>) -> Record {
    let owner = owner.map(str::to_owned);
    Record { owner, ..Record::new(Fields::new(), NOW - ago, NOW + 3600) }
}

fn create(store: &Memory, n: u16, record: &Record) {
    assert_eq!(now(store.create(&key(n), record, None, NOW)), Verdict::Done);
}

fn there(store: &Memory, keys: impl IntoIterator<Item = u16>) -> Vec<u16> {
    keys.into_iter().filter(|n| now(store.load(&key(*n), NOW)).session().is_some()).collect()
}

fn len(store: &Memory) -> usize {
    store.all().iter().map(|shard| shard.len()).sum()
}

#[test]
fn expired_sessions_go_first_then_the_anonymous_then_the_owned() {
    let store = Memory::new().capacity(5);
    create(&store, 1, &seen(50, Some("\"a\"")));
    create(&store, 2, &seen(40, Some("\"b\"")));
    create(&store, 3, &seen(30, None));
    create(&store, 4, &seen(20, None));
    let expired = Record { expires: NOW - 1, ..seen(10, Some("\"a\"")) };
    create(&store, 5, &expired);
    for (new, left) in [
        (6, vec![1, 2, 3, 4, 6]),
        (7, vec![1, 2, 4, 6, 7]),
        (8, vec![1, 2, 6, 7, 8]),
        (9, vec![1, 2, 7, 8, 9]),
        (10, vec![1, 2, 8, 9, 10]),
        (11, vec![2, 8, 9, 10, 11]),
    ] {
        // The last ones are owned, so that there are no anonymous ones left.
        create(&store, new, &seen(0, (new > 7).then_some("\"c\"")));
        assert_eq!(there(&store, 1..=11), left, "after {new}");
    }
    assert_eq!(now(store.list("\"a\"", NOW)), []);
    assert_eq!(now(store.list("\"b\"", NOW)).len(), 1);
}

#[test]
fn a_touch_puts_a_session_behind_the_others() {
    let store = Memory::new().capacity(2);
    create(&store, 1, &seen(20, None));
    create(&store, 2, &seen(10, None));
    assert_eq!(now(store.patch(&key(1), &Patch::new(NOW, NOW + 60), NOW)), Verdict::Done);
    create(&store, 3, &seen(0, None));
    assert_eq!(there(&store, 1..=3), [1, 3]);
}

#[test]
fn an_owner_keeps_a_session_from_going_and_its_loss_does_not() {
    let store = Memory::new().capacity(2);
    create(&store, 1, &seen(20, None));
    create(&store, 2, &seen(10, Some("1")));
    let files = |owner: Option<&str>| Patch {
        owner: Some(owner.map(str::to_owned)),
        ..Patch::new(NOW - 20, NOW + 60)
    };
    assert_eq!(now(store.patch(&key(1), &files(Some("1")), NOW)), Verdict::Done);
    assert_eq!(now(store.patch(&key(2), &files(None), NOW)), Verdict::Done);
    create(&store, 3, &seen(0, None));
    assert_eq!(there(&store, 1..=3), [1, 3]);
}

#[test]
fn no_capacity_is_exceeded_and_no_new_session_refused() {
    for capacity in [0, 1, 2, 10, 1_999, 2_000, 2_001, 16_001] {
        let store = Memory::new().capacity(capacity);
        let shares: usize = store.all().iter().map(|shard| shard.share()).sum();
        assert_eq!(shares, capacity.max(1));
        for n in 0..20_000 {
            create(&store, n, &seen(0, n.is_multiple_of(3).then_some("\"a\"")));
            assert!(now(store.load(&key(n), NOW)).session().is_some());
        }
        assert_eq!(len(&store), capacity.max(1));
    }
}

#[test]
fn a_rename_stays_within_a_first_byte() {
    let store = Memory::new();
    create(&store, 1, &seen(0, None));
    let touch = Patch::new(NOW, NOW + 60);
    let (one, two) = (key(1), key(2));
    let rename = pin!(store.rename(&one, &two, &touch, NOW));
    let Poll::Ready(answer) = rename.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("the store waits for something");
    };
    assert!(answer.unwrap_err().to_string().contains("another first byte"));
    assert_eq!(now(store.rename(&key(1), &key(1 + 256), &touch, NOW)), Verdict::Done);
}

#[test]
fn as_many_keys_are_remembered_as_sessions_kept() {
    let store = Memory::new().capacity(3);
    let touch = Patch::new(NOW, NOW + 60);
    let key = |n: u16| key((11 - n) * 256);
    assert_eq!(now(store.create(&key(0), &seen(0, None), None, NOW)), Verdict::Done);
    for n in 0..10 {
        let (old, new) = (key(n), key(n + 1));
        // All in one second, and the latest have the lowest keys.
        assert_eq!(now(store.rename(&old, &new, &touch, NOW)), Verdict::Done);
    }
    let loaded: Vec<_> = (0..11).map(|n| now(store.load(&key(n), NOW))).collect();
    assert!(loaded[..7].iter().all(|loaded| *loaded == Loaded::Nothing));
    assert!(loaded[7..10].iter().all(|loaded| *loaded == Loaded::Former));
    assert!(matches!(loaded[10], Loaded::Session(_)));
}

#[test]
fn a_rename_within_a_full_shard_costs_nobody_a_session() {
    let store = Memory::new().capacity(2);
    create(&store, 1, &seen(20, None));
    create(&store, 2, &seen(10, None));
    let touch = Patch::new(NOW, NOW + 60);
    assert_eq!(now(store.rename(&key(2), &key(2 + 256), &touch, NOW)), Verdict::Done);
    assert_eq!(there(&store, [1, 2, 2 + 256]), [1, 2 + 256]);
}

#[test]
fn purging_deletes_expired_sessions_in_every_shard() {
    let store = Memory::new();
    for n in 0..100 {
        let expires = if n < 60 { NOW - 1 } else { NOW };
        create(&store, n, &Record { expires, ..seen(10, Some("\"a\"")) });
    }
    assert_eq!(now(store.purge_expired(NOW)), 60);
    assert_eq!(now(store.purge_expired(NOW)), 0);
    assert_eq!(there(&store, 0..100), (60..100).collect::<Vec<_>>());
    assert_eq!(len(&store), 40);
}

#[test]
fn nothing_is_left_of_the_sessions_that_went() {
    let store = Memory::new();
    for n in 0..100 {
        create(&store, n, &seen(0, n.is_multiple_of(2).then_some("\"a\"")));
    }
    for n in (0..100).filter(|n| n % 2 == 1) {
        assert!(now(store.destroy(&key(n), None, NOW)));
    }
    assert_eq!(now(store.destroy_others_of("\"a\"", &key(4), NOW)), 49);
    assert_eq!(now(store.destroy_all_of("\"a\"", NOW)), 1);
    assert_eq!(now(store.load(&key(1), NOW + REMEMBERED)), Loaded::Former);
    assert_eq!(now(store.purge_expired(NOW + REMEMBERED + 1)), 0);
    assert!(store.all().iter().all(|shard| shard.is_blank()));
}

#[test]
fn an_expired_session_is_not_remembered_whatever_ends_it() {
    let in_place = |store: &Memory| {
        let (old, new) = (key(256), key(512));
        let record = seen(0, None);
        assert_eq!(now(store.create(&new, &record, Some(&old), NOW)), Verdict::Done);
    };
    let ends: [fn(&Memory); 2] = [
        |store| assert_eq!(now(store.destroy_all_of("1", NOW)), 1),
        |store| assert_eq!(now(store.destroy_others_of("1", &key(512), NOW)), 1),
    ];
    let ends = ends.iter().map(|end| end as &dyn Fn(&Memory)).chain([&in_place as _]);
    for end in ends {
        let store = Memory::new();
        // The key before is remembered, and leads to it.
        create(&store, 256, &seen(10, None));
        let patch = Patch {
            owner: Some(Some("1".into())),
            shortens: true,
            set: Fields::from([("a".into(), "1".into())]),
            ..Patch::new(NOW - 10, NOW - 1)
        };
        let (old, new) = (key(256), key(0));
        assert_eq!(now(store.rename(&old, &new, &patch, NOW - 10)), Verdict::Done);
        end(&store);
        assert_eq!(now(store.load(&key(0), NOW)), Loaded::Nothing);
        assert_eq!(now(store.load(&key(256), NOW)), Loaded::Former);
    }
}

#[test]
fn release_warns_of_the_next_restart_and_says_what_to_type() {
    let store = Memory::new();
    assert_eq!(now(store.prepare(false)), [""; 0]);
    let [warning] = now(store.prepare(true)).try_into().unwrap();
    for part in ["forgotten when this process ends", "a second process knows none", "store = \""] {
        assert!(warning.contains(part), "{warning}");
    }
}

#[test]
fn debug_shows_numbers_only() {
    let store = Memory::new().capacity(10);
    create(&store, 1, &seen(0, Some("\"zoe\"")));
    assert_eq!(format!("{store:?}"), "Memory { sessions: 1, capacity: 10 }");
}

#[test]
fn a_session_on_the_move_is_listed_once_and_does_not_escape_its_owners_end() {
    let store = Memory::new();
    let touch = Patch::new(NOW, NOW + 60);
    for _ in 0..1_000 {
        let (both, stop) = (Barrier::new(2), AtomicBool::new(false));
        create(&store, 0, &seen(0, Some("1")));
        let moves = || {
            let mut place = 0;
            both.wait();
            let next = |place: u16| place.wrapping_add(256);
            while now(store.rename(&key(place), &key(next(place)), &touch, NOW)) == Verdict::Done {
                place = next(place);
                if stop.load(Relaxed) {
                    break;
                }
            }
        };
        let (listed, ended) = thread::scope(|scope| {
            scope.spawn(moves);
            both.wait();
            let listed = (0..20).all(|_| now(store.list("1", NOW)).len() == 1);
            let ended = now(store.destroy_all_of("1", NOW));
            // One that escaped would move for ever.
            stop.store(true, Relaxed);
            (listed, ended)
        });
        assert_eq!((listed, ended, len(&store)), (true, 1, 0));
    }
}
