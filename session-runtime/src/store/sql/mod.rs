//! What the stores in SQL share: everything but the statements.
//!
//! A session is one row of the table `rocket_sessions`. Its fields are a JSON object
//! in one column, from names to JSON texts. A patch of the fields is a JSON merge
//! patch (RFC 7396): a name with a text sets the field, and a name with `null`
//! removes it. So a load is one statement, and so is a patch, which the database
//! applies to the newest version of the row.
//!
//! With a row for each field, every write would need a transaction.
//!
//! # Families
//!
//! A row has the family and the origin of its session, which the
//! [module of the trait](super) explains. The family is unique and never changes:
//! a rename changes the row's key, and `create` in place of a key changes
//! everything but the family. So a session and all its successors are one row. A
//! statement that finds the row by its family, and waits for it, gets its newest
//! version.
//!
//! A key that was renamed or ended is a row of `rocket_sessions_former`. A second
//! statement looks it up, and only if no session has the key: a request with a
//! current key never pays for it. The row is written in the same step as the rename
//! or the end, so it is there as soon as the session is gone.

mod store;

use std::collections::BTreeMap;

use serde_json::Value;

pub(super) use self::store::{bind_owner, bind_patch, store};
use super::{Count, Fields, Key, Listed, Patch, REMEMBERED, Record, StoreError};

pub(super) const VERSION: &str = "SELECT version FROM rocket_sessions_version";

/// Deletes the session under a key if it has expired.
pub(super) const FREE: &str = "DELETE FROM rocket_sessions WHERE key = $1 AND expires < $2";

pub(super) const FORMER: &str =
    "SELECT until FROM rocket_sessions_former WHERE key = $1 AND until >= $2";

pub(super) const LIST: &str = "SELECT key, created, seen, expires FROM rocket_sessions \
     WHERE owner = $1 AND expires >= $2";

/// The family that a key leads to, or `NULL`.
macro_rules! family_of {
    ($key:literal, $now:literal) => {
        concat!(
            "COALESCE((SELECT family FROM rocket_sessions WHERE key = ",
            $key,
            " AND expires >= ",
            $now,
            "), (SELECT family FROM rocket_sessions_former WHERE key = ",
            $key,
            " AND until >= ",
            $now,
            "))",
        )
    };
}

/// The assignments of a patch. Each database has its own expression for the merged
/// fields, for those of them that are the application's own, and for the later of
/// two times.
macro_rules! changes {
    ($merged:expr, $own:expr, $later:literal) => {
        concat!(
            "fields = ",
            $merged,
            ", created = COALESCE($7, created), seen = ",
            $later,
            "(seen, $3), expires = CASE WHEN ",
            $own,
            " = '{}' THEN $5 WHEN $6 THEN $4 ELSE ",
            $later,
            "(expires, $4) END, owner = CASE WHEN $8 THEN $9 ELSE owner END",
        )
    };
}

/// Writes a change to the session that a former key leads to.
macro_rules! follow {
    ($changes:expr) => {
        concat!(
            "UPDATE rocket_sessions SET ",
            $changes,
            " FROM rocket_sessions_former AS former \
             WHERE former.key = $1 AND former.until >= $10 \
             AND rocket_sessions.family = former.family \
             AND ($11 OR rocket_sessions.origin = former.origin) \
             AND rocket_sessions.expires >= $10",
        )
    };
}

/// Remembers the keys that a `SELECT` finds. A key may have been remembered before.
macro_rules! remember {
    ($($select:expr),+) => {
        concat!(
            "INSERT INTO rocket_sessions_former (key, family, origin, until) ",
            $($select,)+
            " ON CONFLICT (key) DO UPDATE SET family = excluded.family, \
             origin = excluded.origin, until = excluded.until",
        )
    };
}

/// The order of an owner's sessions: the one to keep, and then the last seen.
macro_rules! newest_first {
    ($is_kept:expr) => {
        concat!("ORDER BY ", $is_kept, " DESC, seen DESC, created DESC, key DESC")
    };
}

pub(super) use {changes, family_of, follow, newest_first, remember};

/// How many rows one statement purges. No statement then takes long, and other
/// writers get their turn in between.
pub(super) const BATCH: i64 = 1000;

/// The columns of a session: fields, created, seen, expires, owner.
pub(super) type Row = (String, i64, i64, i64, Option<String>);

/// The columns of a session in a list: key, created, seen, expires.
pub(super) type ListedRow = (Vec<u8>, i64, i64, i64);

/// A time as a column keeps it. The last time that fits is 292 billion years ahead.
pub(super) fn time(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// Until when a key is remembered that is renamed or ended now.
pub(super) fn remembered(now: u64) -> i64 {
    time(now.saturating_add(REMEMBERED))
}

fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn bytes(key: &Key) -> Vec<u8> {
    key.as_bytes().to_vec()
}

/// A name, escaped as in a JSON string. Most names stay as they are. PostgreSQL's
/// `jsonb` cannot hold U+0000, but it can hold the escape.
fn escaped(name: &str) -> String {
    let quoted = Value::from(name).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn unescaped(name: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str(&format!("\"{name}\""))
}

fn object<'a>(fields: impl Iterator<Item = (&'a String, Option<&'a String>)>) -> String {
    fields.map(|(name, json)| (escaped(name), json.cloned())).collect::<Value>().to_string()
}

/// The content of the column `fields`.
pub(super) fn column(fields: &Fields) -> String {
    object(fields.iter().map(|(name, json)| (name, Some(json))))
}

/// The merge patch for the column `fields`.
pub(super) fn merge(patch: &Patch) -> String {
    let removed = patch.remove.iter().map(|name| (name, None));
    object(removed.chain(patch.set.iter().map(|(name, json)| (name, Some(json)))))
}

fn fields(column: &str) -> Result<Fields, serde_json::Error> {
    let fields: BTreeMap<String, String> = serde_json::from_str(column)?;
    fields.into_iter().map(|(name, json)| Ok((unescaped(&name)?, json))).collect()
}

pub(super) fn record((column, created, seen, expires, owner): Row) -> Result<Record, StoreError> {
    let fields = fields(&column).map_err(|_| strange("fields"))?;
    let (created, seen, expires) = (natural(created), natural(seen), natural(expires));
    Ok(Record { fields, created, seen, expires, owner })
}

pub(super) fn count((sessions, owners, bytes): (i64, i64, i64)) -> Count {
    Count::new(natural(sessions), natural(owners), natural(bytes))
}

pub(super) fn listed((key, created, seen, expires): ListedRow) -> Result<Listed, StoreError> {
    let key = key.try_into().map_err(|_| strange("key"))?;
    Ok(Listed::new(Key::from_bytes(key), natural(created), natural(seen), natural(expires)))
}

/// An error that does not repeat the content of the column, as the error of
/// `serde_json` would.
fn strange(column: &str) -> StoreError {
    StoreError::new(format_args!(
        "a row of `rocket_sessions` has a `{column}` that this library did not write: delete it"
    ))
}

/// The migrations that have not been applied yet.
pub(super) fn due(
    migrations: &'static [&'static str],
    version: i64,
) -> Result<&'static [&'static str], StoreError> {
    let done = usize::try_from(version).ok();
    done.and_then(|done| migrations.get(done..)).ok_or_else(|| {
        StoreError::new(format_args!(
            "the table `rocket_sessions` has version {version}, and this program knows versions \
             up to {}: a newer `session-runtime` made it. Start the newer program, or give this \
             one a database of its own",
            migrations.len()
        ))
    })
}

/// Whether a write failed because another row has the key or the family.
pub(super) fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_gives_back_every_name_and_text() {
        let names = ["", "visits", "a b", "\"", "\\", "\\u0000", "\0", "\n", "Zoë", "🦀", "$.a[0]"];
        let texts =
            ["1", "1.0", "1e2", "\"\\u0000\"", "\"\\ud800\"", " null ", "{\"b\":1,\"a\":2}"];
        let written: Fields = names
            .iter()
            .flat_map(|name| {
                texts.iter().map(move |text| (format!("{name}{text}"), text.to_string()))
            })
            .chain(names.iter().map(|name| (name.to_string(), "0".to_owned())))
            .collect();
        let column = column(&written);
        assert_eq!(fields(&column).unwrap(), written);
        // PostgreSQL refuses it as an escape in `jsonb`.
        assert!(!column.replace("\\\\", "").contains("\\u0000"), "{column}");
    }

    #[test]
    fn a_patch_is_a_merge_patch() {
        let set = Fields::from([("a".into(), "1".into())]);
        let patch = Patch { set, remove: vec!["b".into()], ..Patch::new(1, 2) };
        assert_eq!(merge(&patch), r#"{"a":"1","b":null}"#);
        assert_eq!(merge(&Patch::new(1, 2)), "{}");
    }

    #[test]
    fn a_newer_version_of_the_tables_is_an_error() {
        assert_eq!(due(&["a", "b"], 0).unwrap(), ["a", "b"]);
        assert_eq!(due(&["a", "b"], 1).unwrap(), ["b"]);
        assert_eq!(due(&["a", "b"], 2).unwrap(), [""; 0]);
        let why = due(&["a", "b"], 3).unwrap_err().to_string();
        assert!(why.contains("has version 3") && why.contains("up to 2"), "{why}");
        assert!(due(&["a"], -1).is_err());
    }

    #[test]
    fn a_strange_row_is_an_error_that_shows_nothing_of_it() {
        for column in [
            "",
            "[]",
            "{\"a\":\"hidden\"",
            "{\"a\":\"\\\"hidden\\\"\",\"b\":123456}",
            "{\"\\\\x\":\"1\"}",
        ] {
            let why = record((column.into(), 1, 1, 2, None)).unwrap_err().to_string();
            assert!(!why.contains("hidden") && !why.contains("123456"), "{why}");
        }
        assert!(listed((vec![0; 31], 1, 1, 2)).is_err());
    }
}
