//! The raw `Cookie` header.

use session_runtime::Refused;
use session_tests::{Forge, KEY, NOW};

use super::{NAME, forge, pair, server, value};

/// Cookies that would win if their names were taken for the session's.
fn impostors() -> Vec<Vec<u8>> {
    let evil = value(666);
    let named = |name: &str| format!("{name}={evil}").into_bytes();
    let mut pairs: Vec<_> = [
        "__%48ost-session",
        "%5F%5FHost%2Dsession",
        "__Host-session%20",
        "\u{2000}__Host-session",
        "\u{a0}__Host-session",
        "\u{feff}__Host-session",
        "__Host-session\u{2000}",
        "__Host-session\u{a0}",
        "__Host-session\u{85}",
        "=__Host-session",
        "__host-session",
        "__HOST-SESSION",
        "__Host-session ",
        "__Host-session\t",
        "x __Host-session",
        "$__Host-session",
        "__Host-session2",
        "\"__Host-session\"",
        "",
    ]
    .into_iter()
    .map(named)
    .collect();
    pairs.push(format!("{NAME}:{evil}").into_bytes());
    pairs.push(format!("x=\"; {NAME}={evil}\"").into_bytes());
    pairs.push(format!("{NAME}=\"{evil}\"").into_bytes());
    pairs.push(format!("{NAME}=%65{}", &evil[1..]).into_bytes());
    pairs
}

fn join(pairs: &[&[u8]]) -> Vec<u8> {
    pairs.join(&b"; "[..])
}

#[test]
fn line_14_only_the_exact_name_is_the_session() {
    let server = server();
    let real = pair(1);
    for impostor in impostors() {
        let shown = String::from_utf8_lossy(&impostor).into_owned();
        assert_eq!(server.get("/read", &[&impostor]).body, "none", "{shown} alone");
        for lines in [
            vec![join(&[&impostor, real.as_bytes()])],
            vec![join(&[real.as_bytes(), &impostor])],
            vec![impostor.clone(), real.clone().into_bytes()],
            vec![real.clone().into_bytes(), impostor.clone()],
        ] {
            let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
            assert_eq!(server.get("/read", &lines).body, "1", "{shown}");
        }
    }
}

#[test]
fn line_14_what_only_looks_like_the_name_is_neither_counted_nor_removed() {
    let server = server();
    for name in ["__%48ost-session", "\u{2000}__Host-session", "__host-session"] {
        let line = format!("{name}=forged");
        let answer = server.get("/clear", &[line.as_bytes()]);
        assert_eq!(answer.set_cookie(), None, "{name}");
    }
    assert_eq!(server.stop().unwrap().all_refused(), 0);
}

#[test]
fn line_15_of_duplicates_the_one_that_verifies_is_the_session() {
    let server = server();
    let real = pair(1);
    let forged = [
        format!("{NAME}=forged"),
        format!("{NAME}="),
        format!("{NAME}={}", Forge::new(KEY, "other").sign(r#"{"n":2}"#, NOW)),
        format!("{NAME}={}", forge().sign(r#"{"n":2}"#, NOW + 61)),
    ];
    for forged in &forged {
        for lines in [
            vec![format!("{real}; {forged}")],
            vec![format!("{forged}; {real}")],
            vec![real.clone(), forged.clone()],
            vec![forged.clone(), real.clone()],
            vec![format!("a=1; {forged}"), format!("{real}; b=2"), forged.clone()],
        ] {
            let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
            assert_eq!(server.get("/read", &lines).body, "1", "{forged}");
        }
    }
}

#[test]
fn line_15_of_several_valid_ones_the_one_issued_last_is_the_session() {
    let server = server();
    let at = |n: u32, issued: u64| {
        let header = forge().stamp(NOW - 1000, issued).encode();
        format!("{NAME}={}", forge().seal(format!(r#"{{"n":{n}}}"#), &header))
    };
    let (oldest, older, last) = (at(1, NOW - 20), at(2, NOW - 10), at(3, NOW));
    for order in [
        [&oldest, &older, &last],
        [&oldest, &last, &older],
        [&older, &oldest, &last],
        [&older, &last, &oldest],
        [&last, &oldest, &older],
        [&last, &older, &oldest],
    ] {
        let [a, b, c] = order;
        let one_line = format!("{a}; {b};{c}");
        assert_eq!(server.get("/read", &[one_line.as_bytes()]).body, "3");
        let lines = order.map(|line| line.as_bytes());
        assert_eq!(server.get("/read", &lines).body, "3");
    }
}

#[test]
fn line_16_a_neighbour_that_is_not_utf_8_does_not_hide_the_session() {
    let server = server();
    let real = pair(1);
    for neighbour in [&b"x=\xff"[..], b"\xfe=1", b"x=\xc3", b"caf\xe9=1; y=2"] {
        assert_eq!(server.get("/read", &[neighbour, real.as_bytes()]).body, "1");
        assert_eq!(server.get("/read", &[real.as_bytes(), neighbour]).body, "1");
        assert_eq!(server.get("/read", &[neighbour, real.as_bytes(), neighbour]).body, "1");
        // On the session's own line, Rocket drops the whole line. That gives a
        // new session, and no error.
        let answer = server.get("/read", &[&join(&[real.as_bytes(), neighbour])]);
        assert_eq!((answer.status, answer.body.as_str()), (200, "none"));
    }
}

#[test]
fn line_17_five_thousand_pairs_do_not_hide_the_session() {
    let server = server();
    let neighbours: Vec<_> = (0..5000).map(|n| format!("c{n}=12345")).collect();
    let neighbours = neighbours.join("; ");
    assert!(neighbours.len() > 54_000);
    let real = pair(1);
    for line in [format!("{neighbours}; {real}"), format!("{real}; {neighbours}")] {
        assert_eq!(server.get("/read", &[line.as_bytes()]).body, "1");
    }
    assert_eq!(server.get("/read", &[neighbours.as_bytes(), real.as_bytes()]).body, "1");
    assert_eq!(server.stop().unwrap().all_refused(), 0);
}

#[test]
fn line_17_at_most_eight_signatures_are_looked_at() {
    let server = server();
    // A header with a known key, so that only the signature is wrong.
    let forged = format!("{NAME}={}", Forge::new(KEY, "other").sign("{}", NOW));
    let line = vec![forged.as_str(); 500].join("; ");
    assert!(line.len() > 40_000);
    let answer = server.get("/read", &[line.as_bytes()]);
    assert_eq!((answer.status, answer.body.as_str()), (200, "none"));
    let real = pair(1);
    let seven = [forged.as_str(); 7].join("; ");
    assert_eq!(server.get("/read", &[format!("{seven}; {real}").as_bytes()]).body, "1");
    assert_eq!(server.get("/read", &[format!("{real}; {line}").as_bytes()]).body, "1");
    assert_eq!(server.stop().unwrap().refused(Refused::Forged), 8 + 7 + 7);
}

#[test]
fn line_17_what_costs_no_signature_does_not_hide_the_session() {
    let server = server();
    let real = pair(1);
    let cheap = vec![format!("{NAME}=x"); 3000].join(";");
    assert_eq!(server.get("/read", &[format!("{cheap};{real}").as_bytes()]).body, "1");
}

#[test]
fn line_17_a_flood_of_cookies_is_not_a_flood_of_log_lines() {
    let server = server();
    let cheap = vec![format!("{NAME}=x"); 3000].join(";");
    server.get("/read", &[cheap.as_bytes()]);
    let lines = server.log();
    let ours = lines.iter().filter(|line| line.is_ours()).count();
    assert!(ours <= 10, "{ours} lines for one request");
}

#[test]
fn blanks_of_the_headers_grammar_are_not_part_of_the_value() {
    let server = server();
    let real = pair(1);
    for line in [
        format!("a=1;{real};b=2"),
        format!("a=1;   {real}   ;b=2"),
        format!("a=1;\t{real}\t; b=2"),
        format!(";;; {real};;;"),
        format!("  {real}  "),
        format!("a; =; b=; {real}; ="),
    ] {
        assert_eq!(server.get("/read", &[line.as_bytes()]).body, "1", "{line:?}");
    }
}

#[test]
fn the_headers_name_has_no_case() {
    let server = server();
    let mut connection = server.connect();
    let request = format!("GET /read HTTP/1.1\r\nhost: x\r\ncOOKIE: {}\r\n\r\n", pair(1));
    connection.send(request.as_bytes());
    assert_eq!(connection.receive(false).body, "1");
}
