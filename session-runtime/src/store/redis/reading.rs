//! What Redis answers, as the rest of the program knows it.

use super::super::{Fields, Key, Listed, Record, StoreError};
use super::scripts::FIELD;

/// A session of the entries of its hash.
pub(super) fn record(entries: Vec<(String, String)>) -> Result<Record, StoreError> {
    let (mut created, mut seen, mut expires, mut owner) = (None, None, None, None);
    let mut fields = Fields::new();
    for (name, value) in entries {
        match name.as_str() {
            "c" => created = value.parse().ok(),
            "s" => seen = value.parse().ok(),
            "x" => expires = value.parse().ok(),
            "o" => owner = Some(value),
            name => {
                let field = name.strip_prefix(FIELD);
                fields.extend(field.map(|field| (field.to_owned(), value)));
            }
        }
    }
    match (created, seen, expires) {
        (Some(created), Some(seen), Some(expires)) => {
            Ok(Record { fields, created, seen, expires, owner })
        }
        _ => Err(not_ours()),
    }
}

/// A session in the list of its owner.
pub(super) fn listed(values: &[String]) -> Result<Listed, StoreError> {
    let [key, created, seen, expires] = values else { return Err(not_ours()) };
    let key = Key::from_hex(key).ok_or_else(not_ours)?;
    match (created.parse(), seen.parse(), expires.parse()) {
        (Ok(created), Ok(seen), Ok(expires)) => Ok(Listed::new(key, created, seen, expires)),
        _ => Err(not_ours()),
    }
}

/// The key of 64 characters of hex.
fn not_ours() -> StoreError {
    StoreError::new(
        "Redis: there is something else under a session's name. Give the sessions a name of their \
         own with `Redis::prefix`.",
    )
}
