//! Whole responses, compared byte by byte where it matters.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use session_tests::forge::payload;
use session_tests::log::{Level, ours};

use super::{NAME, forge, pair, server, value};
use session_tests::NOW;

#[test]
fn the_set_cookie_line_is_exactly_this() {
    let server = server();
    let answer = server.get("/set/1", &[]);
    let line = format!("{}; Path=/; Secure; HttpOnly; SameSite=Lax", pair(1));
    assert_eq!(answer.all("Set-Cookie"), [line]);
    let answer = server.get("/permanent", &[]);
    let permanent = forge().sign(r#"{"n":1,"_permanent":true}"#, NOW);
    let attributes = "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2678400";
    assert_eq!(answer.all("Set-Cookie"), [format!("{NAME}={permanent}; {attributes}")]);
    let answer = server.get("/clear", &[pair(1).as_bytes()]);
    let removal = "__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0; \
                   Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    assert_eq!(answer.all("Set-Cookie"), [removal]);
}

#[test]
fn a_value_has_no_character_that_a_cookie_may_not_have() {
    let server = server();
    let cookie = server.get("/set/4294967295", &[]).issued();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    assert!(cookie.value.bytes().all(allowed), "{}", cookie.value);
    assert_eq!(payload(&cookie.value), r#"{"n":4294967295}"#);
    for part in cookie.value.split('.') {
        assert!(URL_SAFE_NO_PAD.decode(part).is_ok());
    }
}

#[test]
fn the_caches_are_told_once() {
    let server = server();
    let answer = server.get("/set/1", &[]);
    assert_eq!(answer.all("Vary"), ["Cookie"]);
    assert_eq!(answer.list("Cache-Control"), ["no-cache", "private"]);
    assert_eq!(answer.all("Cache-Control").len(), 1);
    let answer = server.get("/read", &[]);
    assert_eq!(answer.all("Vary"), ["Cookie"]);
    assert_eq!(answer.all("Cache-Control"), ["private"]);
    let answer = server.get("/plain", &[pair(1).as_bytes()]);
    for name in ["Vary", "Cache-Control", "Set-Cookie"] {
        assert_eq!(answer.all(name), [""; 0], "{name}");
    }
}

#[test]
fn head_has_the_headers_of_get_and_no_body() {
    let server = server();
    let get = server.get("/set/1", &[]);
    let mut connection = server.connect();
    let head = connection.request("HEAD", "/set/1", &[]);
    assert_eq!(head.status, 200);
    for name in ["Set-Cookie", "Vary", "Cache-Control", "Content-Length", "Content-Type"] {
        assert_eq!(head.all(name), get.all(name), "{name}");
    }
    // There is no body: the next response begins right after this one.
    assert_eq!(connection.get("/read", &[pair(7).as_bytes()]).body, "7");
}

#[test]
fn head_consumes_no_message() {
    let server = server();
    let waiting = format!("{NAME}={}", forge().sign(r#"{"_flashes":[["message","hi"]]}"#, NOW));
    let head = server.connect().request("HEAD", "/show", &[waiting.as_bytes()]);
    assert_eq!((head.status, head.set_cookie()), (200, None));
    let get = server.get("/show", &[waiting.as_bytes()]);
    assert_eq!(get.body, "hi");
    assert!(get.issued().is_removal());
}

#[test]
fn a_304_consumes_no_message_and_keeps_a_change() {
    let server = server();
    let waiting = format!("{NAME}={}", forge().sign(r#"{"_flashes":[["message","hi"]]}"#, NOW));
    let mut connection = server.connect();
    let answer = connection.get("/show-as/304", &[waiting.as_bytes()]);
    assert_eq!((answer.status, answer.set_cookie()), (304, None));
    assert_eq!(answer.all("Vary"), ["Cookie"]);
    let answer = connection.get("/set-as/304/5", &[waiting.as_bytes()]);
    assert_eq!(answer.status, 304);
    assert_eq!(answer.issued().payload(), r#"{"n":5,"_flashes":[["message","hi"]]}"#);
    assert_eq!(connection.get("/read", &[pair(7).as_bytes()]).body, "7");
}

#[test]
fn a_change_while_the_body_streams_is_lost_and_logged() {
    let server = server();
    let answer = server.get("/stream", &[pair(1).as_bytes()]);
    assert_eq!((answer.status, answer.body.as_str()), (200, "ab"));
    assert_eq!(answer.set_cookie(), None);
    let log = server.log();
    let errors = ours(&log, Level::Error);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("http/main.rs:"), "{errors:?}");
}

#[test]
fn a_panic_is_a_500_without_a_cookie_and_the_server_lives_on() {
    let server = server();
    let mut connection = server.connect();
    let answer = connection.get("/panic", &[]);
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    assert_eq!(connection.get("/read", &[pair(7).as_bytes()]).body, "7");
}

#[test]
fn the_applications_own_cookies_stay_beside_the_session() {
    let answer = server().get("/beside", &[]);
    let cookies = answer.all("Set-Cookie");
    let count = |name: &str| cookies.iter().filter(|line| line.starts_with(name)).count();
    assert_eq!((count("own="), count("_flash="), count(NAME)), (1, 1, 1), "{cookies:?}");
    let session = cookies.iter().find(|line| line.starts_with(NAME)).unwrap();
    assert!(session.starts_with(&format!("{NAME}={}; ", value(9))), "{session}");
}
