//! What a request costs the server, as the server counts it.

use std::thread;

use session_server_tests::Visitor;
use session_server_tests::postgres::PostgresServer;
use session_server_tests::redis::RedisServer;

use super::application;

/// Each kind of request, with how many commands it may cost.
fn costs(port: u16, mut commands: impl FnMut() -> usize) {
    let (mut visitor, mut other) = (Visitor::default(), Visitor::default());
    commands();
    let mut is = |what: &str, count: usize| assert_eq!(commands(), count, "{what}");
    visitor.get(port, "/plain");
    is("a handler without a session", 0);
    visitor.get(port, "/");
    is("a read of nobody", 0);
    visitor.post(port, "/visit");
    is("the first write", 1);
    visitor.get(port, "/plain");
    is("a handler without a session, with a cookie", 0);
    visitor.get(port, "/");
    is("a read", 1);
    visitor.post(port, "/visit");
    is("a read and a write", 2);
    visitor.post(port, "/login/zoe");
    is("a read and a sign-in, which files the owner and renews", 2);
    visitor.post(port, "/visit");
    is("a read and a write of an owner's session", 2);
    visitor.post(port, "/login/ada");
    is("a read and another owner", 2);
    visitor.send("DELETE", port, "/login").expect("an answer");
    is("a read and the end", 2);
    other.post(port, "/login/zoe");
    is("a first write with an owner", 1);
    other.post(port, "/flash/hello");
    is("a read and a message", 2);
    other.get(port, "/flashes");
    is("a read that shows a message", 2);
}

/// Visitors without a cookie who look, and write nothing.
fn leave_nothing(port: u16, requests: usize) {
    const VISITORS: usize = 4;
    thread::scope(|scope| {
        for _ in 0..VISITORS {
            scope.spawn(|| {
                let mut visitor = Visitor::default();
                for _ in 0..requests / VISITORS {
                    assert_eq!(visitor.get(port, "/").body, "nobody 0");
                }
            });
        }
    });
}

/// So many reads without a cookie, or as many as `SESSION_TEST_READS` says.
fn reads() -> usize {
    std::env::var("SESSION_TEST_READS").map_or(20_000, |reads| reads.parse().expect("a number"))
}

#[test]
fn of_redis() {
    let Some(redis) = RedisServer::start() else { return };
    let application = application(&redis.url());
    let mut commands = redis.commands();
    costs(application.port(), || commands.sent().len());
    let _ = redis.ask(&["FLUSHALL"]);
    let _ = commands.sent();
    leave_nothing(application.port(), reads());
    assert_eq!(commands.sent(), Vec::<String>::new(), "not even a command");
    assert_eq!(redis.ask(&["DBSIZE"]), "0");
}

#[test]
fn of_postgres() {
    let Some(postgres) = PostgresServer::start(&["log_statement=all", "fsync=off"]) else { return };
    let application = application(&postgres.url());
    let mut counted = 0;
    let mut statements = || {
        let log = postgres.log();
        let count = log.lines().filter(|line| is_statement(line)).count();
        count - std::mem::replace(&mut counted, count)
    };
    costs(application.port(), &mut statements);
    leave_nothing(application.port(), reads());
    assert_eq!(statements(), 0);
}

/// Whether the server logs that it executed something.
fn is_statement(line: &str) -> bool {
    line.contains("LOG:  execute ") || line.contains("LOG:  statement: ")
}
