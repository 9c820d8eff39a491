//! The helpers for an application's tests, over stores with connections of their own.
//! Those belong to the runtime of the client.

use rocket::local::{asynchronous, blocking};
use rocket::{Build, Rocket, get, post, routes};
use session_runtime::prelude::*;
use session_runtime::testing::{AsyncSessionClient, SessionClient};
use session_server_tests::postgres::PostgresServer;
use session_server_tests::redis::{RedisCluster, RedisServer};
use session_server_tests::{folder, text};
use session_tests::{KEY, debug};

#[session(#[owner] username: String, visits: u32 = 0)]
struct Visitor;

#[get("/")]
async fn index(session: Session<Visitor>, sessions: &Sessions) -> Result<String, SessionError> {
    let Some(name) = session.username() else { return Ok("nobody".into()) };
    let list = sessions.list(name, &session).await?;
    Ok(format!("{name} {} {}", session.visits(), list.len()))
}

#[post("/logout")]
fn logout(session: Session<Visitor>) {
    session.clear();
}

fn application(store: &str) -> Rocket<Build> {
    let config = debug().merge(("session.store", store));
    let sessions = Sessions::fairing().secret_key(KEY);
    rocket::custom(config).attach(sessions).mount("/", routes![index, logout])
}

fn both_clients(store: &str) {
    blocking(store);
    rocket::async_test(asynchronous(store));
}

fn blocking(store: &str) {
    let client = blocking::Client::tracked(application(store)).expect("a client");
    let index = || client.get("/").dispatch().into_string().expect("a body");
    client.edit_session(|session: &mut Session<Visitor>| session.set_username("ann"));
    client.edit_session(|session: &mut Session<Visitor>| *session.visits_mut() += 2);
    assert_eq!(index(), "ann 2 1");
    assert_eq!(client.session::<Visitor>().visits(), 2);
    client.post("/logout").dispatch();
    assert_eq!(index(), "nobody");
    assert!(client.session::<Visitor>().is_empty());
}

async fn asynchronous(store: &str) {
    let client = asynchronous::Client::tracked(application(store)).await.expect("a client");
    client.edit_session(|session: &mut Session<Visitor>| session.set_username("bob")).await;
    client.edit_session(|session: &mut Session<Visitor>| *session.visits_mut() += 3).await;
    let index = client.get("/").dispatch().await.into_string().await;
    assert_eq!(index.as_deref(), Some("bob 3 1"));
    assert_eq!(client.session::<Visitor>().await.visits(), 3);
    client.post("/logout").dispatch().await;
    assert!(client.session::<Visitor>().await.is_empty());
}

#[test]
fn over_sqlite() {
    let folder = folder();
    both_clients(&format!("sqlite://{}", text(&folder.path().join("sessions.db"))));
    both_clients("sqlite::memory:");
}

#[test]
fn over_redis() {
    let Some(redis) = RedisServer::start() else { return };
    both_clients(&redis.url());
}

#[test]
fn over_a_redis_cluster() {
    let Some(cluster) = RedisCluster::start() else { return };
    both_clients(&cluster.url());
}

#[test]
fn over_postgres() {
    let Some(postgres) = PostgresServer::start(&["fsync=off"]) else { return };
    both_clients(&postgres.url());
}
