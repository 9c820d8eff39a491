//! The connection, and what happens to a command on it.

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo, SingleNodeRoutingInfo};
use redis::{
    Client, Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, ServerErrorKind, Value, cmd,
    from_redis_value,
};

use super::super::StoreError;
#[cfg(feature = "tls")]
use super::super::certificate;
use super::scripts::Script;
use super::url::{Address, PATIENCE, Target};

const IS_CLUSTER: &str = "Begin its URL with `redis-cluster://`.";
const IS_REPLICA: &str = "Put the primary's address into the URL.";

/// A connection to one server or to a cluster. All calls share it, and it connects
/// again by itself.
pub(super) enum Link {
    Server {
        manager: RwLock<ConnectionManager>,
        /// Makes another manager. `None` if the application gave the manager.
        again: Option<Box<Client>>,
    },
    Cluster(ClusterConnection),
}

impl Link {
    pub(super) async fn connect(address: &Address) -> Result<Link, StoreError> {
        let link = match &address.target {
            Target::Server(client) => {
                ConnectionManager::new_with_config((**client).clone(), patience()).await.map(
                    |manager| Link::Server { manager: manager.into(), again: Some(client.clone()) },
                )
            }
            Target::Cluster(client) => client.get_async_connection().await.map(Link::Cluster),
        };
        let link = link.map_err(|error| unreachable(address, &error))?;
        match link.why_not().await {
            Some(why) => Err(StoreError::new(format!("Redis at {address} is {why}"))),
            None => Ok(link),
        }
    }

    /// Why this is not the server to connect to. A user who may not ask finds out at
    /// the first write.
    async fn why_not(&self) -> Option<String> {
        if self.is_cluster() {
            return None;
        }
        let info: String = self.send(&cmd("INFO")).await.ok()?;
        if info.contains("cluster_enabled:1") {
            return Some(format!("a machine of a cluster. {IS_CLUSTER}"));
        }
        info.contains("role:slave").then(|| format!("a replica. {IS_REPLICA}"))
    }

    pub(super) fn is_cluster(&self) -> bool {
        matches!(self, Link::Cluster(_))
    }

    /// A command that only reads.
    pub(super) async fn read<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        let answer = self.send(command).await;
        // The command may have arrived. To read twice does no harm.
        let answer = match answer {
            Err(error) if error.is_connection_dropped() => self.send(command).await,
            answer => answer,
        };
        answer.map_err(|error| failed(&error))
    }

    /// Loads a script into Redis, on all machines of a cluster.
    pub(super) async fn load(&self, script: &Script) -> Result<(), StoreError> {
        let _: Value = self.send(&script.load()).await.map_err(|error| failed(&error))?;
        Ok(())
    }

    /// The values of some settings, for each machine.
    pub(super) async fn settings<const N: usize>(
        &self,
        names: &[&str; N],
    ) -> RedisResult<Vec<[String; N]>> {
        let mut machines: Vec<[String; N]> = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let mut command = cmd("CONFIG");
            command.arg("GET").arg(*name);
            let answers: Vec<(String, String)> = match self {
                Link::Server { .. } => self.send(&command).await?,
                Link::Cluster(connection) => {
                    let answers = connection.clone().route_command(command, everywhere()).await?;
                    // For each machine, its address and its answer.
                    let answers: Vec<(String, Vec<(String, String)>)> = from_redis_value(answers)?;
                    answers.into_iter().flat_map(|(_, answer)| answer).collect()
                }
            };
            machines.resize(answers.len(), [const { String::new() }; N]);
            for (machine, (_, value)) in machines.iter_mut().zip(answers) {
                machine[at] = value;
            }
        }
        Ok(machines)
    }

    /// The names of all keys that match a pattern, on all machines. A name may be
    /// there twice.
    pub(super) async fn names(&self, pattern: &str) -> Result<Vec<String>, StoreError> {
        let scan = |cursor: u64| {
            let mut scan = cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(1000);
            scan
        };
        type Found = (u64, Vec<String>);
        let connection = match self {
            Link::Server { .. } => {
                let (mut cursor, mut names): Found = self.read(&scan(0)).await?;
                while cursor != 0 {
                    let (next, more): Found = self.read(&scan(cursor)).await?;
                    cursor = next;
                    names.extend(more);
                }
                return Ok(names);
            }
            Link::Cluster(connection) => connection,
        };
        let send = async |command, routing| {
            let answer = connection.clone().route_command(command, routing).await;
            answer.map_err(|error| failed(&error))
        };
        let machines: Vec<(String, Found)> = read_as(send(scan(0), everywhere()).await?)?;
        let mut names = Vec::new();
        for (address, (mut cursor, found)) in machines {
            names.extend(found);
            let (host, port) = address.rsplit_once(':').unwrap_or((&address, ""));
            let (host, port) = (host.to_owned(), port.parse().unwrap_or(6379));
            while cursor != 0 {
                let machine = SingleNodeRoutingInfo::ByAddress { host: host.clone(), port };
                let machine = RoutingInfo::SingleNode(machine);
                let (next, more): Found = read_as(send(scan(cursor), machine).await?)?;
                cursor = next;
                names.extend(more);
            }
        }
        Ok(names)
    }

    /// Runs a script.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        names: &[String],
        args: &[Cow<'_, str>],
    ) -> Result<T, StoreError> {
        let answer = match self.send(&script.call(names, args)).await {
            // Redis has forgotten it after a restart or `SCRIPT FLUSH`, or a machine
            // has joined the cluster.
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                self.send(&script.call_with_text(names, args)).await
            }
            answer => answer,
        };
        answer.map_err(|error| failed(&error))
    }

    async fn send<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let (manager, again) = match self {
            Link::Cluster(connection) => return command.query_async(&mut connection.clone()).await,
            Link::Server { manager, again } => (manager, again),
        };
        let current = || manager.read().unwrap_or_else(PoisonError::into_inner).clone();
        let answer = command.query_async(&mut current()).await;
        match &answer {
            // This is how the last attempt to connect ended, perhaps hours ago. The
            // manager has begun another attempt now, and the command was never sent.
            Err(error) if error.is_connection_refusal() => {
                command.query_async(&mut current()).await
            }
            // Redis refused the password, perhaps only for a moment, and a manager
            // that was refused does not try again. Or the primary has become a
            // replica, and its host name may lead to another machine now.
            Err(error) if takes_another_connection(error) => {
                if let Some(client) = again {
                    let fresh =
                        ConnectionManager::new_lazy_with_config((**client).clone(), patience());
                    *manager.write().unwrap_or_else(PoisonError::into_inner) = fresh?;
                }
                answer
            }
            _ => answer,
        }
    }
}

/// All machines of a cluster.
fn everywhere() -> RoutingInfo {
    RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllMasters, None))
}

fn read_as<T: FromRedisValue>(answer: Value) -> Result<T, StoreError> {
    from_redis_value(answer).map_err(|error| failed(&error.into()))
}

/// How long to wait. An error is better than a long wait: a caller has a second,
/// and the next request tries again.
fn patience() -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        // A paused server answers when it goes on. The caller has given up by then,
        // but the connection is still good.
        .set_response_timeout(None)
        .set_connection_timeout(Some(PATIENCE))
        // All callers wait for the same attempt to connect. The next call begins the
        // next attempt, so there are about ten attempts a second.
        .set_number_of_retries(1)
        .set_min_delay(Duration::from_millis(50))
}

fn takes_another_connection(error: &RedisError) -> bool {
    let read_only = ErrorKind::Server(ServerErrorKind::ReadOnly);
    wants_a_password(error) || [ErrorKind::RESP3NotSupported, read_only].contains(&error.kind())
}

fn wants_a_password(error: &RedisError) -> bool {
    error.kind() == ErrorKind::AuthenticationFailed
        || matches!(error.code(), Some("NOAUTH" | "WRONGPASS"))
}

fn unreachable(address: &Address, error: &RedisError) -> StoreError {
    let text = said(error);
    let next = match error.kind() {
        _ if text.contains("cluster support disabled") => "Begin its URL with `redis://`.",
        _ if wants_a_password(error) => {
            "Put the user and the password into the URL, as `redis://user:password@host`."
        }
        ErrorKind::RESP3NotSupported => "It takes Redis 6.2 or later.",
        #[cfg(feature = "tls")]
        _ if let Some(next) = certificate::next(&text) => next,
        _ => "Start Redis, or correct the URL.",
    };
    StoreError::new(format!("No connection to Redis at {address}: {text}. {next}"))
}

fn failed(error: &RedisError) -> StoreError {
    let next = match error.kind() {
        ErrorKind::Server(ServerErrorKind::Moved | ServerErrorKind::CrossSlot) => IS_CLUSTER,
        ErrorKind::Server(ServerErrorKind::ReadOnly) => IS_REPLICA,
        _ => "",
    };
    StoreError::new(format!("Redis: {}. {next}", said(error)).trim_end())
}

/// The text of an error, without what it quotes. Redis repeats the arguments of a
/// command that it does not know, and the client repeats an answer that it does
/// not understand. Both may contain a visitor's data.
fn said(error: &RedisError) -> String {
    let text = match (error.kind(), error.code(), error.detail()) {
        (ErrorKind::Parse | ErrorKind::UnexpectedReturnType, ..) => {
            "an answer of another kind than expected".into()
        }
        (_, Some(code), Some(detail)) => format!("{code} {detail}"),
        _ => error.to_string(),
    };
    let end = text.find(", with args beginning with").unwrap_or(text.len());
    text[..end].trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server_error(text: &str) -> RedisError {
        let answer = redis::parse_redis_value(format!("-{text}\r\n").as_bytes()).unwrap();
        answer.extract_error().unwrap_err()
    }

    #[test]
    fn an_error_quotes_nothing() {
        let unknown = "ERR unknown command 'EVALSHA', with args beginning with: 'f:name' 'hidden' ";
        let misread = from_redis_value::<u64>(Value::BulkString(b"hidden".into())).unwrap_err();
        for error in [server_error(unknown), misread.into()] {
            assert!(error.to_string().contains("hidden"), "{error}");
            let said = failed(&error).to_string();
            assert!(!said.contains("hidden"), "{said}");
        }
    }

    #[test]
    fn an_error_says_what_to_do() {
        for (error, says) in [
            ("MOVED 12 10.0.0.1:6379", "`redis-cluster://`"),
            ("CROSSSLOT Keys in request don't hash to the same slot", "`redis-cluster://`"),
            ("READONLY You can't write against a read only replica.", "the primary's address"),
            ("OOM command not allowed when used memory > 'maxmemory'.", "OOM command not allowed"),
        ] {
            let said = failed(&server_error(error)).to_string();
            assert!(said.starts_with("Redis: ") && said.contains(says), "{said}");
            // It becomes part of a sentence, which has its own full stop.
            assert!(!said.ends_with('.') && !said.contains(".."), "{said}");
        }
    }
}
