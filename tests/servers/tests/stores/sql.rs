//! What the tests of both stores in SQL share.

use std::fmt::Display;
use std::time::Duration;

use session_runtime::store::{Fields, Key, Patch, Record, Store, StoreError, Verdict};
use session_tests::{HOUR, NOW};

/// A fraction of a second, if the machine has nothing else to do. What is stuck
/// here, in a locked file or a locked row, is stuck for longer.
pub(crate) const SOON: Duration = Duration::from_secs(4);

/// The nth key.
pub(crate) fn key(n: u64) -> Key {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&n.to_le_bytes());
    Key::from_bytes(bytes)
}

pub(crate) fn fields(list: &[(&str, &str)]) -> Fields {
    list.iter().map(|(name, json)| ((*name).into(), (*json).into())).collect()
}

/// A session of an hour's life.
pub(crate) fn session(list: &[(&str, &str)]) -> Record {
    Record::new(fields(list), NOW, NOW + HOUR)
}

pub(crate) fn set(list: &[(&str, &str)]) -> Patch {
    let mut patch = Patch::new(NOW, NOW + HOUR);
    patch.set = fields(list);
    patch
}

pub(crate) async fn create(store: &impl Store, n: u64, record: &Record) {
    assert_eq!(store.create(&key(n), record, None, NOW).await.unwrap(), Verdict::Done);
}

/// The session under the nth key.
pub(crate) async fn loaded(store: &impl Store, n: u64) -> Option<Record> {
    store.load(&key(n), NOW).await.unwrap().session()
}

pub(crate) async fn patch(
    store: &impl Store,
    n: u64,
    list: &[(&str, &str)],
) -> Result<Verdict, StoreError> {
    store.patch(&key(n), &set(list), NOW).await
}

/// What a visitor typically has, about 120 bytes of JSON.
pub(crate) async fn fill(store: &impl Store, count: u64) {
    for n in 0..count {
        let id = n.to_string();
        let cart = r#"{"items":[1001,1002,1003],"coupon":"SUMMER"}"#;
        let mut record = session(&[("user_id", &id), ("username", "\"Zoë\""), ("cart", cart)]);
        record.owner = Some(id.clone());
        create(store, n, &record).await;
    }
}

/// Makes sessions that are over, more than one statement purges.
pub(crate) async fn purges_in_batches(store: &impl Store) {
    for n in 0..2100 {
        let mut record = session(&[("a", "1")]);
        record.expires = NOW + n % 2;
        create(store, n, &record).await;
    }
    assert_eq!(store.purge_expired(NOW + 1).await.unwrap(), 1050);
    assert_eq!(store.purge_expired(NOW + 2).await.unwrap(), 1050);
    assert_eq!(store.purge_expired(NOW + 2).await.unwrap(), 0);
}

/// A call that fails, and a word that it says.
pub(crate) fn fails_with<T>(call: Result<T, impl Display>, words: &[&str]) {
    let Err(error) = call else { panic!("it did not fail") };
    let error = error.to_string();
    assert!(words.iter().all(|word| error.contains(word)), "{error}");
    assert!(!error.contains("secret"), "{error}");
}
