//! Turns answers of Redis into sessions.

use super::super::{Fields, Key, Listed, Loaded, Record, StoreError};
use super::scripts::{FIELD, LIST_NAME};

/// What the entries of a hash stand for.
pub(super) fn loaded(entries: Vec<(String, String)>, now: u64) -> Result<Loaded, StoreError> {
    if entries.is_empty() {
        return Ok(Loaded::Nothing);
    }
    let (mut created, mut seen, mut expires, mut owner) = (None, None, None, None);
    let (mut remembered, mut fields): (Option<u64>, _) = (None, Fields::new());
    for (name, value) in entries {
        match name.as_str() {
            "c" => created = value.parse().ok(),
            "s" => seen = value.parse().ok(),
            "x" => expires = value.parse().ok(),
            "o" => owner = Some(value.get(LIST_NAME..).ok_or_else(not_ours)?.to_owned()),
            "u" => remembered = value.parse().ok(),
            name => {
                let field = name.strip_prefix(FIELD);
                fields.extend(field.map(|field| (field.to_owned(), value)));
            }
        }
    }
    match (created, seen, expires, remembered) {
        (Some(created), Some(seen), Some(expires), None) if now <= expires => {
            Ok(Loaded::Session(Record { fields, created, seen, expires, owner }))
        }
        (None, None, None, Some(until)) if now <= until => Ok(Loaded::Former),
        (Some(_), Some(_), Some(_), None) | (None, None, None, Some(_)) => Ok(Loaded::Nothing),
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

fn not_ours() -> StoreError {
    StoreError::new(
        "Redis: there is something else under a session's name. Give the sessions a name of their \
         own with `Redis::prefix`.",
    )
}
