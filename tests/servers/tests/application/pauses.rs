//! A server that is there and does not answer.

use std::time::{Duration, Instant};

use session_server_tests::postgres::PostgresServer;
use session_server_tests::redis::RedisServer;
use session_server_tests::{Visitor, wait_for};

use super::application;

/// The default deadline of a call, and what a loaded machine needs besides.
const DEADLINE: Duration = Duration::from_millis(1000 + 500);

fn answers_in_time_and_recovers(store: &str, pause: impl Fn(), resume: impl Fn()) {
    let application = application(store);
    let port = application.port();
    let (mut visitor, mut other) = (Visitor::default(), Visitor::default());
    visitor.post(port, "/visit");
    for _ in 0..3 {
        pause();
        let start = Instant::now();
        let answer = visitor.get(port, "/");
        let elapsed = start.elapsed();
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert_eq!(answer.set_cookie(), None);
        assert!(elapsed < DEADLINE, "{elapsed:?}");
        // Who has no session yet needs the store only to write one.
        assert_eq!(other.get(port, "/").status, 200);
        let write = other.post(port, "/visit");
        assert_eq!((write.status, write.set_cookie()), (503, None));
        let start = Instant::now();
        assert_eq!(other.get(port, "/plain").body, "plain");
        assert!(start.elapsed() < Duration::from_millis(200));

        resume();
        let start = Instant::now();
        wait_for("recovery", || visitor.get(port, "/").status == 200);
        let elapsed = start.elapsed();
        assert!(elapsed < Duration::from_secs(1), "healthy after {elapsed:?}");
        assert_eq!(visitor.get(port, "/").body, "nobody 1");
    }
}

#[test]
fn redis_that_is_stopped_is_a_503_in_time() {
    let Some(redis) = RedisServer::start() else { return };
    answers_in_time_and_recovers(&redis.url(), || redis.pause(), || redis.resume());
}

#[test]
fn postgres_that_is_stopped_is_a_503_in_time() {
    let Some(postgres) = PostgresServer::start(&["fsync=off"]) else { return };
    answers_in_time_and_recovers(&postgres.url(), || postgres.pause(), || postgres.resume());
}
