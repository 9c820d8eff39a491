//! Connections that stay open, and several at a time.

use super::{kept, pair, server};

#[test]
fn visitors_on_one_kept_connection_see_their_own_session() {
    let server = server();
    let mut connection = server.connect();
    for round in 0..100 {
        let n = round % 10;
        let answer = connection.get("/read", &[pair(n).as_bytes()]);
        assert_eq!(answer.body, n.to_string());
        assert_eq!(connection.get("/read", &[]).body, "none", "after visitor {n}");
        let answer = connection.get(&format!("/set/{round}"), &[pair(n).as_bytes()]);
        assert_eq!(answer.body, round.to_string());
    }
}

#[test]
fn many_visitors_at_a_time_see_their_own_session() {
    let server = server();
    std::thread::scope(|scope| {
        for visitor in 0..8 {
            let server = &server;
            scope.spawn(move || {
                let mut connection = server.connect();
                let mut cookie = kept(&connection.get(&format!("/set/{visitor}"), &[]));
                for round in 1..100 {
                    let expected = visitor + (round - 1) * 8;
                    let seen = connection.get("/read", &[cookie.as_bytes()]).body;
                    assert_eq!(seen, expected.to_string());
                    let next = visitor + round * 8;
                    let answer = connection.get(&format!("/set/{next}"), &[cookie.as_bytes()]);
                    cookie = kept(&answer);
                }
            });
        }
    });
    assert_eq!(server.stop().unwrap().all_refused(), 0);
}

#[test]
fn requests_sent_at_once_are_answered_in_order() {
    let server = server();
    let mut connection = server.connect();
    let request = |n: u32| format!("GET /read HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n", pair(n));
    let requests: String = (0..20).map(request).collect();
    connection.send(requests.as_bytes());
    for n in 0..20 {
        assert_eq!(connection.receive(false).body, n.to_string());
    }
}
