//! A visitor signs in on one side, and out on the other.

use rocket::form::{Contextual, FromForm};
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

#[derive(FromForm)]
#[allow(dead_code)] // Only what is wrong with it is looked at.
struct Typed<'r> {
    #[field(validate = len(9..).or_else(msg!("zu kürz")))]
    name: &'r str,
}

#[post("/typed?<form..>")]
fn typed(session: Session<Visitor>, form: Contextual<'_, Typed<'_>>) {
    session.keep_input(&form.context);
}

#[get("/typed")]
fn old(session: Session<Visitor>) -> String {
    let old = session.old_input();
    format!("{:?} {:?} {:?}", old.values("name"), old.values(" t"), old.errors("name"))
}

fn tell(name: &str, digest: FlaskDigest, salt: &str) {
    let Some(flask) = Flask::start(name, salt) else { return };
    let fairing = shared().flask_digest(digest).flask_salt(salt);
    let routes = routes![who, sign_in, sign_out, flash, messages, typed, old];
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
    // Flask writes the session again, with a form's input that it knows nothing of.
    for form in ["name=b%C3%A4d&+t=tag", "name=x&name=y"] {
        jar.post(rust, &format!("/typed?{form}"));
        jar.post(python, "/flash/x");
        assert_eq!(jar.get(python, "/messages"), "error:x");
        let shown = match form.contains('t') {
            true => r#"["bäd"] ["tag"] ["zu kürz"]"#,
            false => r#"["x", "y"] [] ["zu kürz"]"#,
        };
        assert_eq!(jar.get(rust, "/typed"), shown);
        assert_eq!(jar.get(rust, "/typed"), "[] [] []");
    }
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
