//! The address of Redis.

use std::fmt;
use std::time::Duration;

use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::io::tcp::{TcpSettings, socket2::TcpKeepalive};
use redis::{Client, ConnectionInfo, ErrorKind, ProtocolVersion, RedisError, RedisResult};

use super::super::StoreError;
#[cfg(feature = "tls")]
use super::tls;

const FORM: &str = "Type `redis://[user:password@]host[:port][/database]`, or \
     `redis-cluster://[user:password@]host:port[,host:port…]` for a cluster. In a user or password, \
     `@`, `:`, `/`, `?` and `#` are written `%40`, `%3A`, `%2F`, `%3F` and `%23`. Over TLS it is \
     `rediss://` or `rediss-cluster://`.";

#[cfg(not(feature = "tls"))]
const NO_TLS: &str = "`rediss://` is Redis over TLS, which needs a Cargo feature that is not on. Type \
     `cargo add session-runtime --features tls`.";

/// The longest wait for a connection. It is the default of `store_timeout`, so a
/// caller waits about as long.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// The longest wait for an answer of one machine of a cluster. The caller has given
/// up by then. But the client also asks the machines where keys are, and all calls
/// wait for that.
const ANSWER: Duration = Duration::from_secs(3);

/// A machine that has vanished does not close its connections. The kernel closes
/// them after this long without a sign of life.
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const SILENCE: Duration = Duration::from_secs(5);

/// An idle connection is probed after this long, so that no router on the way
/// forgets it.
const IDLE: Duration = Duration::from_secs(60);

/// What to connect to. It knows the password and does not show it.
pub(super) struct Address {
    pub(super) target: Target,
    /// Hosts and ports, for messages.
    shown: String,
}

pub(super) enum Target {
    Server(Box<Client>),
    Cluster(Box<ClusterClient>),
}

impl Address {
    /// Reads a URL of the configuration.
    pub(super) fn parse(url: &str) -> Result<Address, StoreError> {
        match url.split_once("://") {
            Some(("redis", _)) => Address::server(url, Client::open),
            Some(("redis-cluster", rest)) => Address::cluster(&nodes("redis", rest)),
            #[cfg(feature = "tls")]
            Some(("rediss", _)) => {
                let (url, certificates) = tls::split(url)?;
                Address::server(&url, |info| Client::build_with_tls(info, certificates))
            }
            #[cfg(feature = "tls")]
            Some(("rediss-cluster", rest)) => {
                let (rest, certificates) = tls::split(rest)?;
                Address::cluster_with(&nodes("rediss", &rest), |builder| {
                    builder.certs(certificates)
                })
            }
            #[cfg(not(feature = "tls"))]
            Some(("rediss" | "rediss-cluster", _)) => Err(StoreError::new(NO_TLS)),
            _ => Err(StoreError::new(format!("That is no URL of Redis. {FORM}"))),
        }
    }

    fn server(
        url: &str,
        open: impl FnOnce(ConnectionInfo) -> RedisResult<Client>,
    ) -> Result<Address, StoreError> {
        let info = connection(url)?;
        let shown = info.addr().to_string();
        let client = open(info).map_err(|error| malformed(&error))?;
        Ok(Address { target: Target::Server(client.into()), shown })
    }

    pub(super) fn cluster(urls: &[String]) -> Result<Address, StoreError> {
        Address::cluster_with(urls, |builder| builder)
    }

    fn cluster_with(
        urls: &[String],
        with: impl FnOnce(ClusterClientBuilder) -> ClusterClientBuilder,
    ) -> Result<Address, StoreError> {
        let infos = urls.iter().map(|url| connection(url)).collect::<Result<Vec<_>, _>>()?;
        if infos.iter().any(|info| info.redis_settings().db() != 0) {
            let why = "A cluster of Redis has no databases. Take the number off the end of the URL; \
                 `Redis::prefix` tells two applications apart.";
            return Err(StoreError::new(why));
        }
        let shown: Vec<_> = infos.iter().map(|info| info.addr().to_string()).collect();
        // If its machine does not answer for a moment, a call is sent again, six
        // times in about half a second. `shared.lua` expects that.
        let client = with(ClusterClientBuilder::new(infos))
            .use_protocol(ProtocolVersion::RESP3)
            .tcp_settings(tcp())
            .connection_timeout(PATIENCE)
            .response_timeout(ANSWER)
            .overall_response_timeout(None)
            .retries(6)
            .min_retry_wait(10)
            .max_retry_wait(200)
            .build()
            .map_err(|error| malformed(&error))?;
        Ok(Address { target: Target::Cluster(client.into()), shown: shown.join(", ") })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// The URLs of a cluster's machines.
fn nodes(scheme: &str, rest: &str) -> Vec<String> {
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (user, hosts) = rest.rsplit_once('@').map_or(("", rest), |(user, hosts)| (user, hosts));
    let at = if user.is_empty() { "" } else { "@" };
    hosts.split(',').map(|host| format!("{scheme}://{user}{at}{host}")).collect()
}

fn connection(url: &str) -> Result<ConnectionInfo, StoreError> {
    let info: ConnectionInfo = url.parse().map_err(|error| malformed(&error))?;
    // Only with RESP3 does the client notice a lost connection before it is used.
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    Ok(info.set_redis_settings(settings).set_tcp_settings(tcp()))
}

fn tcp() -> TcpSettings {
    let settings =
        TcpSettings::default().set_nodelay(true).set_keepalive(TcpKeepalive::new().with_time(IDLE));
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let settings = settings.set_user_timeout(SILENCE);
    settings
}

/// What the client says of a URL, without the URL.
fn malformed(error: &RedisError) -> StoreError {
    debug_assert_eq!(error.kind(), ErrorKind::InvalidClientConfig);
    StoreError::new(format!("The URL of Redis: {error}. {FORM}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_of_a_server_or_a_cluster() {
        let shown = |url: &str| Address::parse(url).map(|address| address.to_string());
        for (url, address) in [
            ("redis://localhost", "localhost:6379"),
            ("redis://10.0.0.1:7000/2", "10.0.0.1:7000"),
            ("redis://zoe:s3cret@host:1", "host:1"),
            ("redis://:p%40ss@[::1]:7", "::1:7"),
            ("redis-cluster://a:1", "a:1"),
            ("redis-cluster://zoe:s3cret@a:1,b,c:3/", "a:1, b:6379, c:3"),
            ("redis-cluster://:p%40ss%2C@a:1,b:2", "a:1, b:2"),
            #[cfg(feature = "tls")]
            ("rediss://zoe:s3cret@host/2", "host:6379"),
            #[cfg(feature = "tls")]
            ("rediss-cluster://a:1,b:2", "a:1, b:2"),
        ] {
            assert_eq!(shown(url).unwrap(), address, "{url}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for (url, says) in [
            ("redis:localhost", "no URL of Redis"),
            ("postgres://zoe:s3cret@host", "no URL of Redis"),
            ("redis://zoe:s3cret@host:port", "did not parse"),
            ("redis://zoe:s3cret@host/first", "Invalid database number"),
            ("redis://zoe:s3/cret@host", "%2F"),
            #[cfg(not(feature = "tls"))]
            ("rediss://zoe:s3cret@host", "--features tls"),
            #[cfg(feature = "tls")]
            ("rediss://zoe:s3cret@host?sslrootcert=/no/such/file", "/no/such/file"),
            #[cfg(feature = "tls")]
            ("rediss://zoe:s3cret@host?sslcert=Cargo.toml", "`sslkey`"),
            #[cfg(feature = "tls")]
            ("rediss-cluster://zoe:s3cret@a:1,b:2?sslmode=disable", "`sslmode`"),
            ("redis-cluster://zoe:s3cret@a:1,b:2/3", "no databases"),
            ("redis-cluster://", "redis-cluster://[user:password@]host"),
        ] {
            let error = Address::parse(url).err().unwrap().to_string();
            assert!(error.contains(says), "{url}: {error}");
            assert!(!error.contains("s3") && !error.contains("cret"), "{error}");
        }
        let mixed = ["redis://a:one@a:1".to_owned(), "redis://a:two@b:1".to_owned()];
        let error = Address::cluster(&mixed).err().unwrap().to_string();
        assert!(error.contains("different password") && !error.contains("two"), "{error}");
        assert!(Address::cluster(&[]).is_err());
    }
}
