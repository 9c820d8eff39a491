//! Sign-ins beyond `max_sessions_per_owner`.

use std::thread;

use session_server_tests::postgres::PostgresServer;
use session_server_tests::redis::{RedisCluster, RedisServer};
use session_server_tests::{Application, Visitor, folder, text};

use super::application_with;

/// 64 visitors who signed in at once as the same owner, at two processes.
struct Crowd {
    applications: [Application; 2],
    visitors: Vec<Visitor>,
}

fn signed_in_as(name: &str, port: u16) -> Visitor {
    let mut visitor = Visitor::default();
    assert_eq!(visitor.post(port, &format!("/login/{name}")).status, 200);
    visitor
}

impl Crowd {
    fn of(store: &str) -> Crowd {
        // All of them meet in the store, on a machine that may have two cores.
        let settings = ",max_sessions_per_owner=5,store_timeout=\"20s\"";
        let applications = [(); 2].map(|()| application_with(store, settings));
        let ports = applications.each_ref().map(Application::port);
        let mut stranger = signed_in_as("ada", ports[0]);
        let visitors = thread::scope(|scope| {
            let sign_in = |n: usize| scope.spawn(move || signed_in_as("zoe", ports[n % 2]));
            let sign_ins: Vec<_> = (0..64).map(sign_in).collect();
            sign_ins.into_iter().map(|sign_in| sign_in.join().expect("a sign-in")).collect()
        });
        assert_eq!(stranger.get(ports[1], "/").body, "ada 0");
        Crowd { applications, visitors }
    }

    /// How many of them are still signed in.
    fn signed_in(&mut self) -> usize {
        let port = self.applications[0].port();
        let is_in = |visitor: &mut Visitor| visitor.get(port, "/").body.starts_with("zoe ");
        self.visitors.iter_mut().map(is_in).filter(|is_in| *is_in).count()
    }
}

fn five_of_64_stay_signed_in(store: &str) {
    let mut crowd = Crowd::of(store);
    assert_eq!(crowd.signed_in(), 5);
    // The latest sign-in is never the one to go, and who was signed out writes nothing.
    let port = crowd.applications[1].port();
    let mut late = signed_in_as("zoe", port);
    assert_eq!(crowd.signed_in(), 4);
    for visitor in &mut crowd.visitors {
        visitor.post(port, "/visit");
    }
    assert_eq!(crowd.signed_in(), 4);
    assert_eq!(late.get(port, "/").body, "zoe 0");
}

#[test]
fn over_redis() {
    let Some(redis) = RedisServer::start() else { return };
    five_of_64_stay_signed_in(&redis.url());
}

#[test]
fn over_a_redis_cluster() {
    let Some(cluster) = RedisCluster::start() else { return };
    assert_eq!(Crowd::of(&cluster.url()).signed_in(), 5);
}

#[test]
fn over_postgres() {
    let Some(postgres) = PostgresServer::start(&["fsync=off"]) else { return };
    five_of_64_stay_signed_in(&postgres.url());
}

#[test]
fn over_one_sqlite_file() {
    let folder = folder();
    five_of_64_stay_signed_in(&format!("sqlite://{}/sessions.db", text(folder.path())));
}
