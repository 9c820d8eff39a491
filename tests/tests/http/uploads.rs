//! An upload of three megabytes: a visitor who may not send it is answered before
//! it has arrived.

use session_tests::http::Connection;
use session_tests::{Answer, NOW};

use super::{NAME, forge, server};

const SIZE: usize = 3 << 20;
/// The number of bytes to send at first.
const BEGUN: usize = 16 << 10;

/// Sends the head of the request and the beginning of its body.
fn begin(connection: &mut Connection, path: &str, headers: &str) {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {SIZE}\r\n\r\n"
    );
    connection.send(head.as_bytes());
    connection.send(&vec![b'x'; BEGUN]);
}

fn is_sent_to_sign_in(answer: &Answer) {
    assert_eq!((answer.status, answer.one("Location")), (303, Some("/sign-in")));
    assert_eq!(answer.one("Cache-Control"), Some("private"));
}

#[test]
fn line_55_an_anonymous_upload_is_answered_while_most_of_it_is_not_sent() {
    let server = server();
    for path in ["/upload", "/upload/file", "/upload/form"] {
        for content_type in ["application/octet-stream", "application/x-www-form-urlencoded"] {
            let mut connection = server.connect();
            begin(&mut connection, path, &format!("Content-Type: {content_type}\r\n"));
            is_sent_to_sign_in(&connection.receive(false));
        }
    }
    assert_eq!(server.get("/uploaded", &[]).body, "0");
}

#[test]
fn an_upload_by_a_visitor_with_a_name_is_read() {
    let server = server();
    let pair = format!("{NAME}={}", forge().sign(r#"{"name":"Ann"}"#, NOW));
    let mut connection = server.connect();
    begin(&mut connection, "/upload", &format!("Cookie: {pair}\r\n"));
    connection.send(&vec![b'x'; SIZE - BEGUN]);
    let answer = connection.receive(false);
    assert_eq!((answer.status, answer.body), (200, format!("Ann {SIZE}")));
    assert_eq!(server.get("/uploaded", &[]).body, SIZE.to_string());
}
