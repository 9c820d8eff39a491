//! Expired sessions are deleted by a background task, which ends with the server.

use std::time::Duration;

use rocket::local::asynchronous::Client;
use rocket::tokio::runtime::Handle;
use rocket::tokio::time::sleep;
use session_runtime::Clock;
use session_runtime::store::{Fields, Key, Record};
use session_tests::faulty::{Fault, Faulty};
use session_tests::gate::run;
use session_tests::{NOW, clock, fairing, log};

use super::application;

/// An application that purges often, with its store and its clock.
async fn cleaned_often() -> (Client, Faulty, Clock) {
    let (store, clock) = (Faulty::default(), clock());
    let fairing = fairing(&clock).store(store.clone()).purge_interval(Duration::from_millis(10));
    let client = Client::untracked(application(fairing)).await.expect("it launches");
    (client, store, clock)
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if is_so() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} did not happen");
}

/// Waits until the store was called this many more times.
async fn tried(store: &Faulty, times: usize) {
    let mut tries = 0;
    drop(store.calls());
    until("a cleaning", || {
        let calls = store.calls();
        assert!(calls.iter().all(|call| *call == "purge_expired"), "{calls:?}");
        tries += calls.len();
        tries >= times
    })
    .await;
}

#[test]
fn expired_sessions_are_deleted() {
    run(async {
        let (_client, store, clock) = cleaned_often().await;
        let [over, living] = [1, 2].map(|byte| Key::from_bytes([byte; 32]));
        store.put(&over, &Record::new(Fields::new(), NOW, NOW + 1));
        store.put(&living, &Record::new(Fields::new(), NOW, NOW + 2));
        clock.advance(Duration::from_secs(1));
        tried(&store, 3).await;
        assert_eq!(store.purged(), 0);
        clock.advance(Duration::from_secs(1));
        until("a cleaning", || store.purged() == 1).await;
        assert!(store.row(&over).is_none());
        assert!(store.row(&living).is_some());
    });
}

#[test]
fn the_purge_survives_errors_and_panics() {
    run(async {
        let (_client, store, _) = cleaned_often().await;
        for (fault, why) in [(Fault::Down, "the store was switched off"), (Fault::Panics, "panic")]
        {
            store.be(fault);
            log::take();
            store.put(&Key::from_bytes([1; 32]), &Record::new(Fields::new(), NOW - 9, NOW - 1));
            let purged = store.purged();
            tried(&store, 3).await;
            assert_eq!(store.purged(), purged, "{fault:?}");
            let log = log::take();
            let errors = log::ours(&log, log::Level::Error);
            assert!(errors.iter().any(|line| line.contains(why)), "{errors:?}");
            store.be(Fault::None);
            until("a cleaning", || store.purged() == purged + 1).await;
        }
    });
}

/// The number of tasks that run beside the test itself.
fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

#[test]
fn the_purge_stops_with_the_server() {
    for fault in [Fault::None, Fault::Silent] {
        run(async {
            let (client, store, _) = cleaned_often().await;
            store.be(fault);
            tried(&store, 1).await;
            assert!(tasks() > 0);
            client.rocket().shutdown().notify();
            until("the end of the cleaning", || tasks() == 0).await;
        });
    }
}

#[test]
fn the_purge_stops_with_the_application() {
    run(async {
        let (client, store, _) = cleaned_often().await;
        tried(&store, 1).await;
        assert!(tasks() > 0);
        drop(client);
        until("the end of the cleaning", || tasks() == 0).await;
    });
}
