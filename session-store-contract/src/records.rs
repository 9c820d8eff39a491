//! One session after the other: kept, found, and ended.

use std::sync::Arc;

use session_runtime::store::{Fields, Key, Record, Store, Verdict};

use crate::texts;
use crate::trial::{HOUR, Trial};
use crate::with::with;

pub(crate) async fn a_session_comes_back_byte_for_byte<S: Store>(trial: &Arc<Trial<S>>) {
    let odd = with!(trial.record(&[]), fields = texts::fields().into_iter().collect());
    let long = format!("\"{}\"", "0123456789".repeat(10_000));
    let sessions = [
        ("no fields", trial.record(&[])),
        ("odd names and values", odd),
        ("a value of 100 kB", trial.record(&[("long", &long), ("short", "1")])),
    ];
    for (what, record) in &sessions {
        let key = trial.begin(record).await;
        trial.is_there(what, &key, trial.now, record).await;
    }
}

pub(crate) async fn times_and_owner_come_back<S: Store>(trial: &Arc<Trial<S>>) {
    /// The last second of the year 9999.
    const LAST: u64 = 253_402_300_799;
    let (now, owner) = (trial.now, trial.owner());
    let begun = trial.record(&[("name", "1")]);
    let sessions = [
        ("now", begun.clone()),
        ("three times", with!(begun.clone(), created = 1, seen = now - 60)),
        ("the year 9999", with!(begun.clone(), expires = LAST)),
        ("an owner", with!(begun, owner = Some(owner))),
    ];
    for (what, record) in &sessions {
        let key = trial.begin(record).await;
        trial.is_there(what, &key, now, record).await;
    }
    let late = Record::new(Fields::new(), LAST - HOUR, LAST);
    let key = trial.key();
    let verdict = trial.create(&key, &late, LAST - HOUR).await;
    trial.done("create of a session that begins in the year 9999", verdict);
    trial.is_there("the year 9999", &key, LAST - HOUR, &late).await;
}

pub(crate) async fn every_byte_of_a_key_counts<S: Store>(trial: &Arc<Trial<S>>) {
    let first = *trial.key().as_bytes();
    let near = (0..32).flat_map(|at| [1, 0x20, 0x80].map(|bit| (at, bit))).map(|(at, bit)| {
        let mut bytes = first;
        bytes[at] ^= bit;
        bytes
    });
    // Keys with the bytes of texts, patterns and ends of texts.
    let special = b"\0\0'\"\\*?[]%_/../\r\n:;{}";
    let odd = (0..special.len()).map(|at| {
        let mut bytes = first;
        bytes[8..].iter_mut().zip(special.iter().cycle().skip(at)).for_each(|(to, of)| *to = *of);
        bytes
    });
    let keys: Vec<Key> = near.chain(odd).map(|bytes| trial.made(bytes)).collect();
    let records: Vec<Record> =
        (0..keys.len()).map(|n| trial.record(&[("n", &n.to_string())])).collect();
    for (key, record) in keys.iter().zip(&records) {
        let verdict = trial.create(key, record, trial.now).await;
        trial.done("create of a session under a similar key", verdict);
    }
    for (key, record) in keys.iter().zip(&records) {
        trial.is_there("a session among similar keys", key, trial.now, record).await;
    }
}

pub(crate) async fn an_unknown_session_is_not_there<S: Store>(trial: &Arc<Trial<S>>) {
    trial.is_unknown("a random key", &trial.key(), trial.now).await;
    trial.same("destroy of a random key", trial.destroy(&trial.key()).await, false);
}

pub(crate) async fn a_key_is_given_once<S: Store>(trial: &Arc<Trial<S>>) {
    let (first, second) = (trial.owner(), trial.owner());
    let record = with!(trial.record(&[("a", "1"), ("b", "2")]), owner = Some(first.clone()));
    let key = trial.begin(&record).await;
    let other = with!(
        trial.record(&[("a", "7"), ("c", "3")]),
        owner = Some(second.clone()),
        created = 1,
        seen = trial.now + 1,
        expires = trial.now + 2 * HOUR
    );
    for other in [&other, &record] {
        let verdict = trial.create(&key, other, trial.now).await;
        trial.same("create of a second session under one key", verdict, Verdict::Taken);
        trial.is_there("create of a second session under one key", &key, trial.now, &record).await;
    }
    trial.lists("the first", &first, trial.now, &[key]).await;
    trial.lists("the second", &second, trial.now, &[]).await;
}

pub(crate) async fn a_destroyed_session_is_not_there<S: Store>(trial: &Arc<Trial<S>>) {
    let (owner, now) = (trial.owner(), trial.now);
    let (key, other) = (trial.begin_of(&owner).await, trial.begin_of(&owner).await);
    for (what, was_there) in [("destroy", true), ("a second destroy", false)] {
        trial.same(what, trial.destroy(&key).await, was_there);
        trial.is_gone(what, &key, now).await;
        trial.lists(what, &owner, now, &[other]).await;
    }
    let rest = with!(trial.record(&[("rest", "1")]), owner = Some(owner));
    trial.is_there("another session", &other, now, &rest).await;
}
