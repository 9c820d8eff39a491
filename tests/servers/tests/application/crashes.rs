//! `kill -9`, of the application and of the server, while visitors write.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use session_server_tests::postgres::PostgresServer;
use session_server_tests::redis::RedisServer;
use session_server_tests::{Application, Visitor, folder, text};

use super::application;

const ROUNDS: usize = 100;
const VISITORS: usize = 4;
/// Under load for so long, before something is killed.
const LOAD: Duration = Duration::from_millis(50);

/// A visitor that writes one number after the other, and remembers the last one
/// that the application said was kept.
#[derive(Default)]
struct Writer {
    visitor: Visitor,
    tried: u64,
    acknowledged: u64,
}

impl Writer {
    fn write_until(&mut self, stop: &AtomicBool, port: u16, writes: &AtomicUsize) {
        while !stop.load(Ordering::Relaxed) {
            self.tried += 1;
            let path = format!("/field/n/{}", self.tried);
            match self.visitor.send("POST", port, &path) {
                Ok(answer) if answer.status == 200 => {
                    self.acknowledged = self.tried;
                    writes.fetch_add(1, Ordering::Relaxed);
                }
                // A 503, or nobody there.
                _ => thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    fn check(&mut self, port: u16) {
        let mut body = String::new();
        // The first connections may be those that broke.
        session_server_tests::wait_for("an answer", || {
            let answer = self.visitor.send("GET", port, "/field/n");
            let answer = answer.ok().filter(|answer| answer.status == 200);
            answer.map(|answer| body = answer.body).is_some()
        });
        let kept = body.parse().unwrap_or(0);
        let Writer { acknowledged, tried, .. } = *self;
        assert!(
            (acknowledged..=tried).contains(&kept),
            "{acknowledged} was acknowledged, {tried} tried, and `{body}` is there"
        );
    }
}

/// Kills the application in one round and the server in the next.
fn no_acknowledged_write_is_lost(store: &str, mut crash_server: impl FnMut()) {
    let mut application = application(store);
    let port = application.port();
    let writes = AtomicUsize::new(0);
    let mut writers: Vec<Writer> = (0..VISITORS).map(|_| Writer::default()).collect();
    for round in 0..ROUNDS {
        // A session that begins in this very round.
        writers[round % VISITORS] = Writer::default();
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            for writer in &mut writers {
                scope.spawn(|| writer.write_until(&stop, port, &writes));
            }
            thread::sleep(LOAD);
            if round % 2 == 0 {
                application.kill()
            } else {
                crash_server()
            }
            stop.store(true, Ordering::Relaxed);
        });
        if round % 2 == 0 {
            application.start_again();
        }
        recovers(&application);
        writers.iter_mut().for_each(|writer| writer.check(port));
    }
    let writes = writes.into_inner();
    println!("{ROUNDS} rounds, {writes} acknowledged writes, none lost.");
    assert!(writes > ROUNDS, "{writes} writes in {ROUNDS} rounds are no load");
}

/// Waits until the application is healthy again.
fn recovers(application: &Application) {
    session_server_tests::wait_for("recovery", || {
        let answer = Visitor::default().send("POST", application.port(), "/visit");
        answer.is_ok_and(|answer| answer.status == 200)
    });
}

#[test]
fn redis_that_writes_every_command_loses_nothing() {
    let Some(mut redis) =
        RedisServer::start_with(&["--appendonly", "yes", "--appendfsync", "always"])
    else {
        return;
    };
    no_acknowledged_write_is_lost(&redis.url(), || redis.restart());
}

#[test]
fn postgres_loses_nothing() {
    let Some(mut postgres) = PostgresServer::start(&[]) else { return };
    no_acknowledged_write_is_lost(&postgres.url(), || postgres.restart());
}

#[test]
fn sqlite_loses_nothing_with_the_application() {
    let folder = folder();
    let url = format!("sqlite://{}/sessions.db", text(folder.path()));
    // There is no server to kill: the application has the file.
    no_acknowledged_write_is_lost(&url, || {});
}
