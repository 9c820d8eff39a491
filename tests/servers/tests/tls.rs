//! TLS to Redis, single and cluster, and to PostgreSQL: with a good certificate sessions
//! are kept, and with any other the launch says what is wrong.

use std::fs;
use std::path::Path;

use session_runtime::store::{
    Fields, Key, Loaded, Postgres, Record, Redis, Store, StoreError, Verdict,
};
use session_server_tests::certificates::{Authority, Certificate};
use session_server_tests::postgres::{self, PostgresServer};
use session_server_tests::redis::{RedisCluster, RedisServer};
use session_server_tests::{folder, free_port, text};

const HOST: &str = "localhost";
const NOW: u64 = 1_700_000_000;

/// Authorities and certificates of all kinds.
struct Certificates {
    ours: Authority,
    foreign: Authority,
    good: Certificate,
    expired: Certificate,
    other: Certificate,
    client: Certificate,
    _folder: tempfile::TempDir,
}

impl Certificates {
    fn new() -> Certificates {
        let folder = folder();
        fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .unwrap();
        let [ours, foreign] =
            ["ours", "foreign"].map(|name| Authority::new(&folder.path().join(name)));
        Certificates {
            good: ours.certificate(HOST),
            other: ours.certificate("other.example"),
            client: ours.certificate("client"),
            expired: ours.expired("127.0.0.1"),
            ours,
            foreign,
            _folder: folder,
        }
    }
}

/// Keeps a session in the store and loads it, or says why it cannot.
async fn keeps(store: Result<impl Store, StoreError>) -> Result<(), String> {
    let store = store.map_err(|error| error.to_string())?;
    store.prepare(false).await.map_err(|error| error.to_string())?;
    let key = Key::from_hex(&"ab".repeat(32)).unwrap();
    let record = Record::new(Fields::new(), NOW, NOW + 60);
    let created = store.create(&key, &record, None, NOW).await;
    assert!(matches!(created, Ok(Verdict::Done)), "{created:?}");
    match store.load(&key, NOW).await {
        Ok(Loaded::Session(_)) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

fn refused(result: Result<(), String>, says: &str) {
    let error = result.unwrap_err();
    assert!(error.contains(says), "{error}");
}

/// The options of a server of Redis that has a port with TLS besides the plain one.
fn options(port: u16, certificate: &Certificate, ca: &Path) -> Vec<String> {
    let options = [
        ("--tls-port", port.to_string()),
        ("--tls-cert-file", text(&certificate.certificate).to_owned()),
        ("--tls-key-file", text(&certificate.key).to_owned()),
        ("--tls-ca-cert-file", text(ca).to_owned()),
    ];
    options.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect()
}

fn redis_with(certificate: &Certificate, ca: &Path, more: &[&str]) -> Option<(RedisServer, u16)> {
    let port = free_port();
    let options = options(port, certificate, ca);
    let options: Vec<_> = options.iter().map(String::as_str).chain(more.iter().copied()).collect();
    RedisServer::start_with(&options).map(|server| (server, port))
}

#[tokio::test]
async fn redis() {
    let certificates = Certificates::new();
    let (ca, no_client) = (certificates.ours.file(), ["--tls-auth-clients", "no"]);
    let start = |certificate| redis_with(certificate, &ca, &no_client);
    let Some((_server, port)) = start(&certificates.good) else { return };
    let url = |host: &str, port: u16, ca: &Path| {
        Redis::open(&format!("rediss://{host}:{port}?sslrootcert={}", text(ca)))
    };
    assert_eq!(keeps(url(HOST, port, &ca)).await, Ok(()));
    refused(
        keeps(url(HOST, port, &certificates.foreign.file())).await,
        "Nobody who is trusted here has signed",
    );
    refused(keeps(Redis::open(&format!("rediss://{HOST}:{port}"))).await, "?sslrootcert=");
    refused(keeps(url("127.0.0.1", port, &ca)).await, "Write the host into the URL");
    let (_other, port) = start(&certificates.other).unwrap();
    refused(keeps(url(HOST, port, &ca)).await, "not valid for name");
    let (expired, port) = start(&certificates.expired).unwrap();
    refused(keeps(url("127.0.0.1", port, &ca)).await, "Renew the server's certificate");
    // Without TLS on the other side.
    refused(keeps(url(HOST, expired.port(), &ca)).await, "No connection to Redis");
}

#[tokio::test]
async fn a_cluster_of_redis() {
    let certificates = Certificates::new();
    // Its machines name each other by their addresses.
    let (ca, certificate) = (certificates.ours.file(), certificates.ours.certificate("127.0.0.1"));
    let ports = std::cell::RefCell::new(vec![]);
    let cluster = RedisCluster::start_with(|| {
        let port = free_port();
        ports.borrow_mut().push(port);
        let mut options = options(port, &certificate, &ca);
        options.extend(["--tls-auth-clients", "no", "--tls-cluster", "yes"].map(str::to_owned));
        options
    });
    let Some(_cluster) = cluster else { return };
    let hosts: Vec<_> = ports.borrow().iter().map(|port| format!("127.0.0.1:{port}")).collect();
    let url = |ca: &Path| {
        let hosts = hosts.join(",");
        Redis::open(&format!("rediss-cluster://{hosts}?sslrootcert={}", text(ca)))
    };
    assert_eq!(keeps(url(&ca)).await, Ok(()));
    refused(keeps(url(&certificates.foreign.file())).await, "No connection to Redis");
}

#[tokio::test]
async fn redis_that_wants_a_certificate() {
    let certificates = Certificates::new();
    let ca = certificates.ours.file();
    let Some((_server, port)) = redis_with(&certificates.good, &ca, &[]) else { return };
    let url = format!("rediss://{HOST}:{port}?sslrootcert={}", text(&ca));
    let Certificate { certificate, key } = &certificates.client;
    let with = format!("{url}&sslcert={}&sslkey={}", text(certificate), text(key));
    assert_eq!(keeps(Redis::open(&with)).await, Ok(()));
    refused(keeps(Redis::open(&url)).await, "No connection to Redis");
}

#[tokio::test]
async fn postgresql() {
    let certificates = Certificates::new();
    let ca = certificates.ours.file();
    let start = |certificate: &Certificate| {
        let file = |name: &str, path: &Path| format!("{name}={}", text(path));
        postgres::give(&certificate.key);
        let settings = [
            "ssl=on".to_owned(),
            file("ssl_cert_file", &certificate.certificate),
            file("ssl_key_file", &certificate.key),
        ];
        PostgresServer::start(&settings.each_ref().map(String::as_str))
    };
    let Some(server) = start(&certificates.good) else { return };
    let url = |server: &PostgresServer, host: &str, ca: &Path| {
        let port = server.port();
        Postgres::open(&format!(
            "postgres://postgres@{host}:{port}/postgres?sslmode=verify-full&sslrootcert={}",
            text(ca)
        ))
    };
    assert_eq!(keeps(url(&server, HOST, &ca)).await, Ok(()));
    refused(
        keeps(url(&server, HOST, &certificates.foreign.file())).await,
        "Nobody who is trusted here has signed",
    );
    refused(keeps(url(&server, "127.0.0.1", &ca)).await, "Write the host into the URL");
    let other = start(&certificates.other).unwrap();
    refused(keeps(url(&other, HOST, &ca)).await, "not valid for name");
    let expired = start(&certificates.expired).unwrap();
    refused(keeps(url(&expired, "127.0.0.1", &ca)).await, "Renew the server's certificate");
}

#[tokio::test]
async fn postgresql_that_wants_a_certificate() {
    let certificates = Certificates::new();
    let ca = certificates.ours.file();
    let access = ca.with_file_name("pg_hba.conf");
    fs::write(&access, "hostssl all all 127.0.0.1/32 trust clientcert=verify-ca\n").unwrap();
    fs::set_permissions(&access, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    postgres::give(&certificates.good.key);
    let settings = [
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", text(&certificates.good.certificate)),
        format!("ssl_key_file={}", text(&certificates.good.key)),
        format!("ssl_ca_file={}", text(&ca)),
        format!("hba_file={}", text(&access)),
    ];
    let server = PostgresServer::start(&settings.each_ref().map(String::as_str));
    let Some(server) = server else { return };
    let url = format!(
        "postgres://postgres@{HOST}:{}/postgres?sslmode=verify-full&sslrootcert={}",
        server.port(),
        text(&ca)
    );
    let Certificate { certificate, key } = &certificates.client;
    let with = format!("{url}&sslcert={}&sslkey={}", text(certificate), text(key));
    assert_eq!(keeps(Postgres::open(&with)).await, Ok(()));
    refused(keeps(Postgres::open(&url)).await, "?sslcert=");
    let foreign = certificates.foreign.certificate("client");
    let with =
        format!("{url}&sslcert={}&sslkey={}", text(&foreign.certificate), text(&foreign.key));
    refused(keeps(Postgres::open(&with)).await, "?sslcert=");
}
