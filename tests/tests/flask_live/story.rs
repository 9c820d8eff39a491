//! A visitor signs in on one side, and out on the other.

use rocket::{get, post, routes};
use session_runtime::FlaskDigest;
use session_runtime::prelude::*;
use session_tests::debug;
use session_tests::http::Server;

use super::flask::Flask;
use super::jar::Jar;
use super::shared;

#[session(username: String, flash(error))]
struct Visitor;

#[get("/who")]
fn who(session: Session<Visitor>) -> String {
    format!("{} {}", session.username().unwrap_or("nobody"), session.is_permanent())
}

#[post("/sign-in/<name>")]
fn sign_in(session: Session<Visitor>, name: &str) {
    session.renew();
    session.set_username(name);
}

#[post("/sign-out")]
fn sign_out(session: Session<Visitor>) {
    session.clear();
}

#[post("/flash/<message>")]
fn flash(session: Session<Visitor>, message: &str) {
    session.flash_error(message);
}

#[get("/messages")]
fn messages(session: Session<Visitor>) -> String {
    let shown = session.flashes().into_iter();
    shown.map(|flash| format!("{}:{}", flash.category, flash.message)).collect::<Vec<_>>().join(";")
}

fn tell(name: &str, digest: FlaskDigest, salt: &str) {
    let Some(flask) = Flask::start(name, salt) else { return };
    let fairing = shared().flask_digest(digest).flask_salt(salt);
    let routes = routes![who, sign_in, sign_out, flash, messages];
    let server = Server::start(rocket::custom(debug()).attach(fairing).mount("/", routes));
    let (python, rust) = (&mut &flask, &mut server.connect());
    let mut jar = Jar::new();

    jar.post(python, "/sign-in/Ann");
    assert_eq!(jar.get(rust, "/who"), "Ann true");
    jar.post(rust, "/flash/b%C3%A4d");
    assert_eq!(jar.get(python, "/messages"), "error:bäd");
    assert_eq!(jar.get(rust, "/messages"), "");
    jar.post(python, "/flash/w%C3%B6rse");
    assert_eq!(jar.get(rust, "/messages"), "error:wörse");
    assert_eq!(jar.get(python, "/messages"), "");
    assert_eq!(jar.get(python, "/who"), "Ann");
    jar.post(rust, "/sign-out");
    assert!(jar.is_empty());
    assert_eq!(jar.get(python, "/who"), "nobody");

    jar.post(rust, "/sign-in/Bob");
    assert_eq!(jar.get(python, "/who"), "Bob");
    jar.post(python, "/sign-out");
    assert!(jar.is_empty());
    assert_eq!(jar.get(rust, "/who"), "nobody false");
    let stats = server.stop().expect("it had sessions");
    assert_eq!(stats.all_refused(), 0);
}

#[test]
fn one_visitor_is_one_visitor_to_both() {
    tell("sha1", FlaskDigest::Sha1, "cookie-session");
}

#[test]
fn with_every_digest_and_another_salt() {
    tell("sha256", FlaskDigest::Sha256, "sel");
    tell("sha512", FlaskDigest::Sha512, "");
}
