//! The SQL for SQLite.

use super::{Sqlite, Words};
use crate::store::sql;

/// The assignments of a patch.
macro_rules! changes {
    () => {
        sql::changes!(
            "json_patch(fields, $2)",
            "json_remove(json_patch(fields, $2), '$._permanent', '$._lifetime')",
            "max"
        )
    };
}

/// The keys of the owner's sessions that end when there are too many.
macro_rules! oldest {
    () => {
        concat!(
            "SELECT key FROM rocket_sessions WHERE owner = $1 AND expires >= $2 ",
            sql::newest_first!(concat!("family IS ", sql::family_of!("$4", "$2"))),
            " LIMIT -1 OFFSET $5",
        )
    };
}

impl Sqlite {
    pub(super) const HAS_VERSION: &str = "SELECT count(*) > 0 FROM sqlite_schema \
         WHERE type = 'table' AND name = 'rocket_sessions_version'";

    pub(super) const MIGRATIONS: [&str; 1] = ["
        CREATE TABLE rocket_sessions_version (version INTEGER NOT NULL) STRICT;
        INSERT INTO rocket_sessions_version VALUES (1);
        CREATE TABLE rocket_sessions (
            key BLOB NOT NULL PRIMARY KEY,
            fields TEXT NOT NULL,
            created INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            owner TEXT,
            family BLOB NOT NULL UNIQUE,
            origin BLOB NOT NULL
        ) STRICT;
        CREATE INDEX rocket_sessions_expires ON rocket_sessions (expires);
        CREATE INDEX rocket_sessions_owner ON rocket_sessions (owner) WHERE owner IS NOT NULL;
        CREATE TABLE rocket_sessions_former (
            key BLOB NOT NULL PRIMARY KEY,
            family BLOB NOT NULL,
            origin BLOB NOT NULL,
            until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX rocket_sessions_former_until ON rocket_sessions_former (until);
    "];

    pub(super) const FREE: Words = &[sql::FREE];

    pub(super) const CREATE: Words = &["INSERT INTO rocket_sessions \
         (key, fields, created, seen, expires, owner, family, origin) \
         VALUES ($1, $2, $3, $4, $5, $6, $8, $1) \
         ON CONFLICT (key) DO UPDATE SET fields = excluded.fields, created = excluded.created, \
         seen = excluded.seen, expires = excluded.expires, owner = excluded.owner, \
         family = excluded.family, origin = excluded.origin \
         WHERE rocket_sessions.expires < $7"];

    pub(super) const CREATE_IN_PLACE: Words = &[
        sql::remember!(
            "SELECT key, family, origin, $10 FROM rocket_sessions WHERE family = ",
            sql::family_of!("$9", "$7"),
            " AND key <> $1 AND expires >= $7"
        ),
        concat!(
            "INSERT INTO rocket_sessions \
             (key, fields, created, seen, expires, owner, family, origin) \
             VALUES ($1, $2, $3, $4, $5, $6, COALESCE(",
            sql::family_of!("$9", "$7"),
            ", $8), $1) \
             ON CONFLICT (family) DO UPDATE SET key = excluded.key, fields = excluded.fields, \
             created = excluded.created, seen = excluded.seen, expires = excluded.expires, \
             owner = excluded.owner, origin = excluded.origin \
             WHERE rocket_sessions.key <> $1 AND rocket_sessions.family = ",
            sql::family_of!("$9", "$7"),
        ),
    ];

    pub(super) const LOAD: &str = "SELECT fields, created, seen, expires, owner \
         FROM rocket_sessions WHERE key = $1 AND expires >= $2";

    pub(super) const PATCH: Words =
        &[
            concat!(
                "UPDATE rocket_sessions SET ",
                changes!(),
                " WHERE key = $1 AND expires >= $10",
            ),
        ];

    pub(super) const FOLLOW: Words = &[sql::follow!(changes!())];

    pub(super) const RENAME: Words = &[
        sql::remember!(
            "SELECT key, family, origin, $12 FROM rocket_sessions \
             WHERE key = $1 AND expires >= $10"
        ),
        concat!(
            "UPDATE rocket_sessions SET ",
            changes!(),
            ", key = $11 WHERE key = $1 AND expires >= $10",
        ),
    ];

    pub(super) const DESTROY: Words = &[
        sql::FREE,
        sql::remember!(
            "SELECT key, family, origin, $3 FROM rocket_sessions WHERE family = ",
            sql::family_of!("$1", "$2"),
            " AND expires >= $2 AND ($4 IS NULL OR owner = $4)"
        ),
        concat!(
            "DELETE FROM rocket_sessions WHERE family = ",
            sql::family_of!("$1", "$2"),
            " AND expires >= $2 AND ($4 IS NULL OR owner = $4)",
        ),
    ];

    pub(super) const DESTROY_ALL_OF: Words = &[
        sql::remember!(
            "SELECT key, family, origin, $3 FROM rocket_sessions \
             WHERE owner = $1 AND expires >= $2"
        ),
        "DELETE FROM rocket_sessions WHERE owner = $1",
    ];

    pub(super) const DESTROY_OTHERS_OF: Words = &[
        sql::remember!(
            "SELECT key, family, origin, $3 FROM rocket_sessions \
             WHERE owner = $1 AND expires >= $2 AND family IS NOT ",
            sql::family_of!("$4", "$2")
        ),
        concat!(
            "DELETE FROM rocket_sessions WHERE owner = $1 AND family IS NOT ",
            sql::family_of!("$4", "$2"),
        ),
    ];

    pub(super) const DESTROY_OLDEST_OF: Words = &[
        sql::remember!(
            "SELECT key, family, origin, $3 FROM rocket_sessions WHERE key IN (",
            oldest!(),
            ")"
        ),
        concat!("DELETE FROM rocket_sessions WHERE key IN (", oldest!(), ")"),
    ];

    pub(super) const COUNT: &str = "SELECT count(*), count(DISTINCT owner), \
         COALESCE(sum(octet_length(fields)), 0) FROM rocket_sessions WHERE expires >= $1";

    pub(super) const DESTROY_ALL: Words = &[
        sql::remember!(
            "SELECT key, family, origin, $2 FROM rocket_sessions \
             WHERE expires >= $1 ORDER BY key LIMIT $3"
        ),
        "DELETE FROM rocket_sessions WHERE key IN (SELECT key FROM rocket_sessions \
         WHERE expires >= $1 ORDER BY key LIMIT $3)",
    ];

    pub(super) const PURGE: Words = &["DELETE FROM rocket_sessions WHERE key IN \
         (SELECT key FROM rocket_sessions WHERE expires < $1 LIMIT $2)"];

    pub(super) const FORGET: Words = &["DELETE FROM rocket_sessions_former WHERE key IN \
         (SELECT key FROM rocket_sessions_former WHERE until < $1 LIMIT $2)"];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// No statement reads a whole table.
    #[tokio::test]
    async fn every_statement_uses_indexes() {
        let store = Sqlite::open("sqlite::memory:").unwrap();
        assert!(store.prepare(false).await.unwrap().is_empty());
        let writes = [
            Sqlite::FREE,
            Sqlite::CREATE,
            Sqlite::CREATE_IN_PLACE,
            Sqlite::PATCH,
            Sqlite::FOLLOW,
            Sqlite::RENAME,
            Sqlite::DESTROY,
            Sqlite::DESTROY_ALL_OF,
            Sqlite::DESTROY_OTHERS_OF,
            Sqlite::DESTROY_OLDEST_OF,
            Sqlite::PURGE,
            Sqlite::FORGET,
        ];
        let reads = [Sqlite::LOAD, sql::FORMER, sql::LIST];
        for words in writes.into_iter().flatten().chain(&reads) {
            let plan = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {words}"));
            let steps: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(plan).fetch_all(&store.pool).await.unwrap();
            for (.., step) in steps {
                assert!(!step.contains("SCAN rocket_sessions"), "{step}: {words}");
                assert!(!step.contains("SCAN former"), "{step}: {words}");
            }
        }
    }
}
