//! The SQL for PostgreSQL.

use super::{Postgres, Words};
use crate::store::sql;

/// The assignments of a patch.
macro_rules! changes {
    () => {
        sql::changes!(
            "jsonb_strip_nulls(fields || $2::text::jsonb)",
            "jsonb_strip_nulls(fields || $2::text::jsonb) - ARRAY['_permanent', '_lifetime']",
            "GREATEST"
        )
    };
}

/// Ends sessions of an owner: all that `but` does not exclude, and of these the ones
/// that `which` says. The rows are locked in the order of their families, which never
/// change, so two such statements never wait for each other.
macro_rules! ends_of {
    ($but:expr, $which:expr) => {
        concat!(
            "WITH theirs AS (SELECT key, family, created, seen, expires FROM rocket_sessions \
             WHERE owner = $1",
            $but,
            " ORDER BY family FOR UPDATE), \
             chosen AS (SELECT family FROM theirs",
            $which,
            "), \
             ended AS (DELETE FROM rocket_sessions USING chosen \
             WHERE rocket_sessions.family = chosen.family \
             RETURNING key, rocket_sessions.family, origin, expires) ",
            sql::remember!("SELECT key, family, origin, $3 FROM ended WHERE expires >= $2"),
        )
    };
}

impl Postgres {
    pub(super) const HAS_VERSION: &str =
        "SELECT to_regclass('rocket_sessions_version') IS NOT NULL";

    /// The index of owners is a hash index, because a B-tree cannot index an owner of
    /// any length.
    pub(super) const MIGRATIONS: [&str; 1] = ["
        CREATE TABLE rocket_sessions_version (version BIGINT NOT NULL);
        INSERT INTO rocket_sessions_version VALUES (1);
        CREATE TABLE rocket_sessions (
            key BYTEA NOT NULL PRIMARY KEY,
            fields JSONB NOT NULL,
            created BIGINT NOT NULL,
            seen BIGINT NOT NULL,
            expires BIGINT NOT NULL,
            owner TEXT,
            family BYTEA NOT NULL UNIQUE,
            origin BYTEA NOT NULL
        );
        CREATE INDEX rocket_sessions_expires ON rocket_sessions (expires);
        CREATE INDEX rocket_sessions_owner ON rocket_sessions USING hash (owner)
            WHERE owner IS NOT NULL;
        CREATE TABLE rocket_sessions_former (
            key BYTEA NOT NULL PRIMARY KEY,
            family BYTEA NOT NULL,
            origin BYTEA NOT NULL,
            until BIGINT NOT NULL
        );
        CREATE INDEX rocket_sessions_former_until ON rocket_sessions_former (until);
    "];

    pub(super) const FREE: Words = sql::FREE;

    pub(super) const CREATE: Words = "INSERT INTO rocket_sessions \
         (key, fields, created, seen, expires, owner, family, origin) \
         VALUES ($1, $2::text::jsonb, $3, $4, $5, $6, $8, $1) \
         ON CONFLICT (key) DO UPDATE SET fields = excluded.fields, created = excluded.created, \
         seen = excluded.seen, expires = excluded.expires, owner = excluded.owner, \
         family = excluded.family, origin = excluded.origin \
         WHERE rocket_sessions.expires < $7";

    /// The lock makes this one step: the row that is overwritten is the row whose key
    /// is remembered. If that row was inserted after the statement began, nothing is
    /// written, and the next try sees it.
    pub(super) const CREATE_IN_PLACE: Words = concat!(
        "WITH line AS (SELECT ",
        sql::family_of!("$9", "$7"),
        " AS family), \
         ended AS (SELECT key, family, origin, expires FROM rocket_sessions \
         WHERE family = (SELECT family FROM line) AND key <> $1 FOR UPDATE), \
         remembered AS (",
        sql::remember!("SELECT key, family, origin, $10 FROM ended WHERE expires >= $7"),
        ") INSERT INTO rocket_sessions \
         (key, fields, created, seen, expires, owner, family, origin) \
         SELECT $1, $2::text::jsonb, $3, $4, $5, $6, COALESCE(line.family, $8), $1 \
         FROM line LEFT JOIN ended ON TRUE \
         ON CONFLICT (family) DO UPDATE SET key = excluded.key, fields = excluded.fields, \
         created = excluded.created, seen = excluded.seen, expires = excluded.expires, \
         owner = excluded.owner, origin = excluded.origin \
         WHERE rocket_sessions.key = (SELECT key FROM ended)",
    );

    pub(super) const LOAD: &str = "SELECT fields::text, created, seen, expires, owner \
         FROM rocket_sessions WHERE key = $1 AND expires >= $2";

    pub(super) const PATCH: Words =
        concat!("UPDATE rocket_sessions SET ", changes!(), " WHERE key = $1 AND expires >= $10",);

    pub(super) const FOLLOW: Words = sql::follow!(changes!());

    pub(super) const RENAME: Words = concat!(
        "WITH renamed AS (UPDATE rocket_sessions SET ",
        changes!(),
        ", key = $11 WHERE key = $1 AND expires >= $10 RETURNING family, origin) ",
        sql::remember!("SELECT $1, family, origin, $12 FROM renamed"),
    );

    pub(super) const DESTROY: Words = concat!(
        "WITH ended AS (DELETE FROM rocket_sessions WHERE (family = ",
        sql::family_of!("$1", "$2"),
        " AND ($4 IS NULL OR owner = $4)) OR (key = $1 AND expires < $2) \
         RETURNING key, family, origin, expires) ",
        sql::remember!("SELECT key, family, origin, $3 FROM ended WHERE expires >= $2"),
    );

    pub(super) const DESTROY_ALL_OF: Words = ends_of!("", "");

    pub(super) const DESTROY_OTHERS_OF: Words =
        ends_of!(concat!(" AND family IS DISTINCT FROM ", sql::family_of!("$4", "$2")), "");

    /// The locks make this one step: whoever waits for them sees what is left, in its
    /// newest version. A session that was filed meanwhile is not seen, but its own
    /// request makes this call, too.
    pub(super) const DESTROY_OLDEST_OF: Words = ends_of!(
        "",
        concat!(
            " WHERE expires >= $2 ",
            sql::newest_first!(concat!(
                "(family IS NOT DISTINCT FROM ",
                sql::family_of!("$4", "$2"),
                ")"
            )),
            " OFFSET $5",
        )
    );

    pub(super) const COUNT: &str = "SELECT count(*), count(DISTINCT owner), \
         COALESCE(sum(octet_length(fields::text)), 0)::bigint \
         FROM rocket_sessions WHERE expires >= $1";

    /// In the order in which all rows are locked.
    pub(super) const DESTROY_ALL: Words = concat!(
        "WITH chosen AS (SELECT family FROM rocket_sessions WHERE expires >= $1 \
         ORDER BY family LIMIT $3 FOR UPDATE), \
         ended AS (DELETE FROM rocket_sessions USING chosen \
         WHERE rocket_sessions.family = chosen.family \
         RETURNING key, rocket_sessions.family, origin) ",
        sql::remember!("SELECT key, family, origin, $2 FROM ended"),
    );

    /// Skips rows that another statement is writing, so two purges do not wait for
    /// each other. The next purge deletes them.
    pub(super) const PURGE: Words = "DELETE FROM rocket_sessions WHERE key = ANY (ARRAY(\
         SELECT key FROM rocket_sessions WHERE expires < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))";

    pub(super) const FORGET: Words = "DELETE FROM rocket_sessions_former WHERE key = ANY (ARRAY(\
         SELECT key FROM rocket_sessions_former WHERE until < $1 LIMIT $2 \
         FOR UPDATE SKIP LOCKED))";
}
