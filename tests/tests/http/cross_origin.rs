//! Requests from other origins, byte for byte.

use rocket::{Build, Rocket, get, options, post, put, routes};
use session_runtime::prelude::*;
use session_tests::http::Server;
use session_tests::origins::{ROWS, TRUSTED};
use session_tests::{Answer, clock, fairing, release};

fn add(session: &Session, how: &str) -> String {
    session.set("n", session.get::<u32>("n").unwrap_or(0) + 1);
    how.to_owned()
}

#[get("/add")]
fn got(session: Session) -> String {
    add(&session, "got")
}

#[options("/add")]
fn asked(session: Session) -> String {
    add(&session, "asked")
}

#[post("/add")]
fn posted(session: Session) -> String {
    add(&session, "posted")
}

#[put("/add")]
fn put_there(session: Session) -> String {
    add(&session, "put")
}

#[post("/plain")]
fn plain() -> &'static str {
    "plain"
}

fn rocket() -> Rocket<Build> {
    let fairing = fairing(&clock()).trusted_origins([TRUSTED]);
    let routes = routes![got, asked, posted, put_there, plain];
    rocket::custom(release()).attach(fairing).mount("/", routes)
}

fn send(server: &Server, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = format!("{line} HTTP/1.1\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    let mut connection = server.connect();
    connection.send(format!("{request}\r\n{body}").as_bytes());
    connection.receive(false)
}

const CROSS_SITE: &[(&str, &str)] = &[
    ("Host", "shop.example"),
    ("Origin", "https://evil.example"),
    ("Sec-Fetch-Site", "cross-site"),
];
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// Whether it was allowed. Checks that it was either allowed or refused as a whole.
fn is_allowed(answer: &Answer) -> bool {
    assert!(matches!(answer.status, 200 | 403), "{answer:#?}");
    let allowed = answer.status == 200;
    assert_eq!(answer.set_cookie().is_some(), allowed, "{answer:#?}");
    allowed
}

#[test]
fn line_56_every_row_of_the_table() {
    let server = Server::start(rocket());
    for row in ROWS {
        let answer = send(&server, "POST /add", row.headers, "");
        assert_eq!(is_allowed(&answer), row.allowed, "{row:?}");
        let websocket = [row.headers, &[("Upgrade", "websocket"), ("Connection", "Upgrade")]];
        let answer = send(&server, "GET /add", &websocket.concat(), "");
        assert_eq!(is_allowed(&answer), row.allowed, "WebSocket, {row:?}");
        let answer = send(&server, "GET /add", row.headers, "");
        assert!(is_allowed(&answer), "GET, {row:?}");
        assert_eq!(send(&server, "POST /plain", row.headers, "").body, "plain");
    }
    let refused = ROWS.iter().filter(|row| !row.allowed).count() * 2;
    assert_eq!(server.stop().unwrap().cross_origin(), refused as u64);
}

/// The method that the request was sent with counts. Rocket changes it early if a
/// form's first field asks for that.
#[test]
fn line_56_a_form_does_not_get_through_as_another_method() {
    let server = Server::start(rocket());
    let own = [("Host", "shop.example"), ("Origin", "https://shop.example"), FORM];
    // HEAD is left out, because Rocket closes the connection after such a POST.
    for (method, how) in [
        ("get", "got"),
        ("GET", "got"),
        ("Get", "got"),
        // Rocket reads too few bytes to recognize this one.
        ("options", "posted"),
        ("post", "posted"),
        ("put", "put"),
    ] {
        let body = format!("_method={method}&n=1");
        // A page of our own may do it, and gets the method from the form.
        let answer = send(&server, "POST /add", &own, &body);
        assert!(is_allowed(&answer), "{method}");
        assert!(answer.body == how, "{method}: {answer:#?}");
        let other = [CROSS_SITE, &[FORM]].concat();
        assert!(!is_allowed(&send(&server, "POST /add", &other, &body)), "{method}");
    }
    // As plain text, which pages can send too, it stays a POST.
    let text = [CROSS_SITE, &[("Content-Type", "text/plain")]].concat();
    assert!(!is_allowed(&send(&server, "POST /add", &text, "_method=get")));
    assert!(!is_allowed(&send(&server, "POST /add", CROSS_SITE, "_method=get")));
}

/// Rocket drops a line that is not valid UTF-8. No browser sends such an `Origin`,
/// and the other headers of browsers still count.
#[test]
fn line_56_bytes_that_are_no_text() {
    let server = Server::start(rocket());
    let send = |lines: &[u8]| {
        let mut connection = server.connect();
        connection.send(b"POST /add HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 0\r\n");
        connection.send(lines);
        connection.send(b"\r\n");
        is_allowed(&connection.receive(false))
    };
    assert!(send(b"Origin: https://\xff\r\n"));
    assert!(!send(b"Origin: https://\xff\r\nSec-Fetch-Site: cross-site\r\n"));
    assert!(!send(b"Sec-Fetch-Site: \xff\r\nOrigin: https://evil.example\r\n"));
}

/// A method that Rocket does not know reaches a catcher, but no handler.
#[test]
fn an_unknown_method_reaches_no_handler() {
    let server = Server::start(rocket());
    for line in ["PROPFIND /add", "get /add", "Post /add"] {
        let answer = send(&server, line, CROSS_SITE, "");
        assert_eq!((answer.status, answer.set_cookie()), (400, None), "{line}");
    }
}
