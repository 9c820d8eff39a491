//! Sessions in Redis.

mod durability;
mod link;
mod reading;
mod scripts;
#[cfg(feature = "tls")]
mod tls;
mod url;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use futures_util::future::join_all;
use redis::aio::ConnectionManager;
use redis::cluster_async::ClusterConnection;
use redis::{FromRedisValue, cmd};

use self::link::Link;
use self::scripts::{Change, Script};
use self::url::Address;
use super::{
    Count, Key, Listed, Loaded, Patch, Record, Store, StoreError, Verdict, async_trait, oldest,
};

/// Sessions in Redis: on one server, or spread over a cluster.
///
/// Each session is a hash, and each call on it is one command: `load` is
/// `HGETALL`, and everything else is a script, which Redis runs completely or not
/// at all. Redis deletes expired sessions by itself, because their keys expire; the
/// time is computed from the caller's `now` and not from the server's clock. A
/// session that was renamed or destroyed leaves a small hash for an hour. A
/// renamed one also leaves a second key that says where it is.
///
/// The names of all keys begin with `session`, or another
/// [prefix](Self::prefix), and the first byte of the session's key in braces:
/// `session:{4f}`. In a cluster, the text in braces decides which machine keeps the
/// key. So a session, the list of its owner's sessions, and all keys that led to it
/// are on one machine, and that is why a rename keeps the first byte. No name
/// contains an owner: a list is named by a hash of its owner.
///
/// # What it needs
///
/// It needs Redis 6.2 or later, and a user who may call `HELLO`, `HGETALL`, `EVALSHA`,
/// `EVAL`, `SCRIPT LOAD`, `SCAN` (only for the command `session`), and what the
/// scripts call: `DEL`, `EXISTS`, `GET`, `HDEL`, `HEXISTS`, `HGET`, `HLEN`, `HMGET`,
/// `HSET`, `PEXPIRE`, `PTTL`, `RENAME`, `SET`, `ZADD`, `ZREM`, `ZREMRANGEBYSCORE` and
/// `ZUNION`.
///
/// When its memory is full, Redis refuses new sessions and changes of sessions.
/// Sessions can still be destroyed, and their keys are remembered.
///
/// # What a failure loses
///
/// [`prepare`](Store::prepare) reads the settings with `CONFIG GET`, and warns.
/// Only `appendonly yes` with `appendfsync always` loses nothing. If a replica
/// takes over, writes that the primary acknowledged and the replica has not seen
/// are lost. `min-replicas-to-write 1` limits that to a few seconds, and does not
/// prevent it.
///
/// In a cluster, an error of `destroy_all_of` or `destroy_others_of` means that
/// the call has not reached all machines. The machines that it has reached have
/// ended their sessions.
///
/// ```
/// use session_runtime::{Sessions, store::Redis};
///
/// // The same as `store = "redis://127.0.0.1:6379"` in the configuration.
/// let sessions = Sessions::fairing().store(Redis::open("redis://127.0.0.1:6379")?);
/// # drop(sessions);
/// # Ok::<(), session_runtime::store::StoreError>(())
/// ```
pub struct Redis {
    /// Where to connect to. `None` if the application gave the connection.
    address: Option<Address>,
    link: OnceLock<Link>,
    prefix: String,
}

/// How many commands are sent at once to all sessions, one after the other.
const AT_ONCE: usize = 500;

impl Redis {
    /// Opens one server, `redis://[user:password@]host[:port][/database]`, or a
    /// cluster, `redis-cluster://[user:password@]host:port[,host:port…]`. Some of
    /// the cluster's machines are enough. [`prepare`](Store::prepare) makes the
    /// connection.
    ///
    /// With the feature `tls`, `rediss://` and `rediss-cluster://` connect over TLS.
    /// The server's certificate and its name are checked against the authorities of
    /// the system, or only those in the file `?sslrootcert=/path/ca.pem`. A
    /// certificate of the application's own is `&sslcert=…&sslkey=…`. These are the
    /// names of PostgreSQL's parameters; the files are in PEM.
    ///
    /// # Errors
    ///
    /// If it is not such a URL, or if one of the files cannot be read.
    pub fn open(url: &str) -> Result<Redis, StoreError> {
        Ok(Redis::at(Some(Address::parse(url)?), OnceLock::new()))
    }

    /// Opens a cluster by the URLs `redis://[user:password@]host[:port]` of some of
    /// its machines.
    ///
    /// # Errors
    ///
    /// If one of them is not such a URL, if there is none, or if they have
    /// different passwords.
    pub fn cluster<U: AsRef<str>>(urls: impl IntoIterator<Item = U>) -> Result<Redis, StoreError> {
        let urls: Vec<_> = urls.into_iter().map(|url| url.as_ref().to_owned()).collect();
        Ok(Redis::at(Some(Address::cluster(&urls)?), OnceLock::new()))
    }

    /// Uses a connection to one server that the application has made. The
    /// application also sets its timeouts and how it connects again.
    #[must_use]
    pub fn from_manager(manager: ConnectionManager) -> Redis {
        Redis::at(None, Link::Server { manager: manager.into(), again: None }.into())
    }

    /// Uses a connection to a cluster that the application has made. It must not read
    /// from replicas: they learn of a sign-out a moment later.
    #[must_use]
    pub fn from_cluster(connection: ClusterConnection) -> Redis {
        Redis::at(None, Link::Cluster(connection).into())
    }

    /// The start of the names of all keys, instead of `session`, so that two
    /// applications can share one Redis.
    #[must_use]
    pub fn prefix(self, prefix: impl Into<String>) -> Redis {
        Redis { prefix: prefix.into(), ..self }
    }

    fn at(address: Option<Address>, link: OnceLock<Link>) -> Redis {
        Redis { address, link, prefix: "session".into() }
    }

    fn link(&self) -> Result<&Link, StoreError> {
        self.link.get().ok_or_else(|| {
            StoreError::new("Redis is not connected yet. Call `prepare` before anything else.")
        })
    }

    /// The name of the key that a session is kept under.
    fn name(&self, key: &Key) -> String {
        let hex = key.to_hex();
        format!("{}:{{{}}}:{hex}", self.prefix, &hex[..2])
    }

    /// The names of an owner's lists: one for each first byte.
    fn list_names(&self, list: &str) -> Vec<String> {
        let name = |byte| format!("{}:{{{byte:02x}}}:owner:{list}", self.prefix);
        (0..=u8::MAX).map(name).collect()
    }

    /// Runs a script over all lists of an owner, with `more` arguments. On one server,
    /// one call does it. In a cluster, each list is a call of its own, because the
    /// lists are on different machines.
    async fn over_lists<T: FromRedisValue>(
        &self,
        script: &Script,
        owner: &str,
        more: &[Cow<'_, str>],
        now: u64,
    ) -> Result<Vec<T>, StoreError> {
        let (link, list) = (self.link()?, scripts::list_of(owner));
        let names = self.list_names(&list);
        let mut args = scripts::times(now);
        args.extend([self.prefix.as_str().into(), list.into()]);
        args.extend(more.iter().cloned());
        let at_once = if link.is_cluster() { 1 } else { names.len() };
        let calls = names.chunks(at_once).map(|names| link.run(script, names, &args));
        // All calls are made even if one fails: a sign-out reaches all it can.
        join_all(calls).await.into_iter().collect()
    }

    /// The keys of all sessions, and those that are remembered. Redis has no list of
    /// them, and searches the names of everything that it keeps.
    async fn keys(&self) -> Result<Vec<Key>, StoreError> {
        // What `MATCH` reads as a pattern stands for itself.
        let special = |c| if "*?[]\\".contains(c) { vec!['\\', c] } else { vec![c] };
        let prefix: String = self.prefix.chars().flat_map(special).collect();
        let names = self.link()?.names(&format!("{prefix}:{{??}}:{}", "?".repeat(64))).await?;
        let key = |name: &String| Key::from_hex(name.get(name.len() - 64..)?);
        // It may find a name twice.
        let keys: HashSet<Key> = names.iter().filter_map(key).collect();
        Ok(keys.into_iter().collect())
    }

    /// The names of two keys, of which one is the other's successor.
    fn two_names(&self, one: &Key, other: &Key) -> Result<[String; 2], StoreError> {
        if one.as_bytes()[0] != other.as_bytes()[0] {
            return Err(StoreError::new(
                "Redis: a session was to move to a key with another first byte",
            ));
        }
        Ok([self.name(one), self.name(other)])
    }

    /// A name for a call, so that a script recognises a call that arrives twice. The
    /// client of a cluster may send one twice; one server gets each call at most
    /// once.
    fn name_call(&self) -> Result<String, StoreError> {
        if !self.link()?.is_cluster() {
            return Ok(String::new());
        }
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes)
            .map_err(|error| StoreError::new(format!("No random bytes: {error}.")))?;
        Ok(base16ct::lower::encode_string(&bytes))
    }

    async fn write(
        &self,
        script: &Script,
        names: &[String],
        change: Change<'_>,
        call: &str,
    ) -> Result<Verdict, StoreError> {
        match self.link()?.run(script, names, &change.args(call)).await? {
            scripts::DONE => Ok(Verdict::Done),
            scripts::GONE => Ok(Verdict::Gone),
            scripts::TAKEN => Ok(Verdict::Taken),
            scripts::FOLLOWED => Ok(Verdict::Followed),
            other => Err(StoreError::new(format!("Redis: a script answered {other}."))),
        }
    }
}

#[async_trait]
impl Store for Redis {
    async fn prepare(&self, release: bool) -> Result<Vec<String>, StoreError> {
        if let (None, Some(address)) = (self.link.get(), &self.address) {
            let link = Link::connect(address).await?;
            // If two calls prepare at the same time, one connection is enough.
            let _ = self.link.set(link);
        }
        let link = self.link()?;
        for script in scripts::all() {
            link.load(script).await?;
        }
        // If Redis is too old, or does not let this user run scripts, the launch
        // should fail.
        self.list("", 0).await?;
        durability::warnings(link, release).await
    }

    async fn create(
        &self,
        key: &Key,
        record: &Record,
        in_place_of: Option<&Key>,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        let names = match in_place_of {
            Some(old) => self.two_names(key, old)?.into(),
            None => vec![self.name(key)],
        };
        let change = Change::create(record, now);
        self.write(&scripts::CREATE, &names, change, &self.name_call()?).await
    }

    async fn load(&self, key: &Key, now: u64) -> Result<Loaded, StoreError> {
        let mut command = cmd("HGETALL");
        command.arg(self.name(key));
        reading::loaded(self.link()?.read(&command).await?, now)
    }

    async fn patch(&self, key: &Key, patch: &Patch, now: u64) -> Result<Verdict, StoreError> {
        let change = Change::patch(patch, now);
        self.write(&scripts::PATCH, &[self.name(key)], change, "").await
    }

    async fn rename(
        &self,
        old: &Key,
        new: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        let change = Change::patch(patch, now);
        let names = self.two_names(old, new)?;
        self.write(&scripts::RENAME, &names, change, &self.name_call()?).await
    }

    async fn destroy(&self, key: &Key, owner: Option<&str>, now: u64) -> Result<bool, StoreError> {
        let mut args = scripts::times(now);
        args.push(self.name_call()?.into());
        args.extend(owner.map(scripts::owner));
        let ended: u8 = self.link()?.run(&scripts::DESTROY, &[self.name(key)], &args).await?;
        Ok(ended == 1)
    }

    /// 0: Redis does it by itself.
    async fn purge_expired(&self, _now: u64) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn list(&self, owner: &str, now: u64) -> Result<Vec<Listed>, StoreError> {
        let found: Vec<Vec<String>> = self.over_lists(&scripts::LIST, owner, &[], now).await?;
        found.concat().chunks_exact(4).map(reading::listed).collect()
    }

    async fn destroy_all_of(&self, owner: &str, now: u64) -> Result<u64, StoreError> {
        let counts: Vec<u64> = self.over_lists(&scripts::DESTROY_OWNED, owner, &[], now).await?;
        Ok(counts.iter().sum())
    }

    async fn destroy_others_of(
        &self,
        owner: &str,
        keep: &Key,
        now: u64,
    ) -> Result<u64, StoreError> {
        let keep = [keep.to_hex().into()];
        let counts: Vec<u64> = self.over_lists(&scripts::DESTROY_OWNED, owner, &keep, now).await?;
        Ok(counts.iter().sum())
    }

    /// In a cluster, the owner's sessions are on different machines, and no step
    /// reaches all of them.
    async fn destroy_oldest_of(
        &self,
        owner: &str,
        keep: &Key,
        most: usize,
        now: u64,
    ) -> Result<u64, StoreError> {
        if self.link()?.is_cluster() {
            return oldest::end_each(self, owner, most, now).await;
        }
        let more = [most.to_string().into(), keep.to_hex().into()];
        let counts: Vec<u64> = self.over_lists(&scripts::DESTROY_OLDEST, owner, &more, now).await?;
        Ok(counts.iter().sum())
    }

    async fn count(&self, now: u64) -> Result<Count, StoreError> {
        let (mut owners, mut count) = (HashSet::new(), Count::default());
        for keys in self.keys().await?.chunks(AT_ONCE) {
            for found in join_all(keys.iter().map(|key| self.load(key, now))).await {
                let Loaded::Session(record) = found? else { continue };
                count.add(&record, &mut owners);
            }
        }
        Ok(count)
    }

    async fn destroy_all(&self, now: u64) -> Result<u64, StoreError> {
        let mut count = 0;
        for keys in self.keys().await?.chunks(AT_ONCE) {
            // A key whose session was renamed meanwhile leads to it.
            for ended in join_all(keys.iter().map(|key| self.destroy(key, None, now))).await {
                count += u64::from(ended?);
            }
        }
        Ok(count)
    }

    fn renames_within_first_byte(&self) -> bool {
        true
    }
}

/// No user, no password.
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address.as_ref().map(ToString::to_string);
        f.debug_struct("Redis").field("address", &address).field("prefix", &self.prefix).finish()
    }
}
