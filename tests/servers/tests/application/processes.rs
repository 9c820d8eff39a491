//! Two applications over one store, and visitors who alternate between them.

use session_server_tests::postgres::PostgresServer;
use session_server_tests::redis::{RedisCluster, RedisServer};
use session_server_tests::{Visitor, folder, text};

use super::application;

fn two_processes_have_one_session(store: &str) {
    let (one, two) = (application(store), application(store));
    let ports = [one.port(), two.port()];
    let mut visitor = Visitor::default();
    for visit in 1..=20 {
        let answer = visitor.post(ports[visit % 2], "/visit");
        assert_eq!(answer.body, visit.to_string());
    }
    visitor.post(ports[0], "/flash/hello");
    visitor.post(ports[1], "/flash/again");
    assert_eq!(visitor.get(ports[0], "/flashes").body, "hello again");
    assert_eq!(visitor.get(ports[1], "/flashes").body, "");
    visitor.post(ports[1], "/login/zoe");
    assert_eq!(visitor.get(ports[0], "/").body, "zoe 20");
    visitor.send("DELETE", ports[0], "/login").expect("an answer");
    assert_eq!(visitor.get(ports[1], "/").body, "nobody 0");
}

#[test]
fn over_redis() {
    let Some(redis) = RedisServer::start() else { return };
    two_processes_have_one_session(&redis.url());
}

#[test]
fn over_a_redis_cluster() {
    let Some(cluster) = RedisCluster::start() else { return };
    two_processes_have_one_session(&cluster.url());
}

#[test]
fn over_postgres() {
    let Some(postgres) = PostgresServer::start(&["fsync=off"]) else { return };
    two_processes_have_one_session(&postgres.url());
}

#[test]
fn over_one_sqlite_file() {
    let folder = folder();
    two_processes_have_one_session(&format!("sqlite://{}/sessions.db", text(folder.path())));
}
