//! `kill -9`, of the application and of the server, while visitors write.

use std::sync::atomic::{AtomicBool, Ordering};
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
    writes: usize,
}

impl Writer {
    fn write_until(&mut self, stop: &AtomicBool, port: u16) {
        while !stop.load(Ordering::Relaxed) {
            self.tried += 1;
            let path = format!("/field/n/{}", self.tried);
            match self.visitor.send("POST", port, &path) {
                Ok(answer) if answer.status == 200 => {
                    self.acknowledged = self.tried;
                    self.writes += 1;
                }
                // A 503, or nobody there.
                _ => thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    fn check(&mut self, port: u16) {
        let answer = self.visitor.get(port, "/field/n");
        let kept = answer.body.parse().unwrap_or(0);
        assert!(
            (self.acknowledged..=self.tried).contains(&kept),
            "{} was acknowledged, {} tried, and `{}` is there",
            self.acknowledged,
            self.tried,
            answer.body
        );
    }
}

/// Kills the application in one round and the server in the next.
fn no_acknowledged_write_is_lost(store: &str, mut crash_server: impl FnMut()) {
    let mut application = application(store);
    let port = application.port();
    let mut writers: Vec<Writer> = (0..VISITORS).map(|_| Writer::default()).collect();
    for round in 0..ROUNDS {
        // A session that begins in this very round.
        writers[round % VISITORS] = Writer::default();
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            for writer in &mut writers {
                scope.spawn(|| writer.write_until(&stop, port));
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
    let writes: usize = writers.iter().map(|writer| writer.writes).sum();
    println!("{ROUNDS} rounds; the last writers alone had {writes} acknowledged writes.");
    assert!(writes > 0);
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
