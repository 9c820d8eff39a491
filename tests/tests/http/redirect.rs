//! A message shown after a redirect, as browsers follow it.

use super::{kept, server};

#[test]
fn line_37_a_message_is_shown_once_over_a_redirect_with_parallel_requests() {
    let server = server();
    for _ in 0..20 {
        let posted = server.connect().request("POST", "/flash", &[]);
        assert_eq!((posted.status, posted.one("Location")), (303, Some("/show")));
        let cookie = kept(&posted);

        // The page, and the requests that the browser sends at the same time
        // with the same cookie: pictures, and requests that take the session
        // but read no messages.
        let (page, others) = std::thread::scope(|scope| {
            let (server, cookie) = (&server, cookie.as_bytes());
            let others: Vec<_> = ["/read", "/plain", "/read", "/plain", "/read"]
                .into_iter()
                .map(|path| scope.spawn(move || server.get(path, &[cookie])))
                .collect();
            let page = server.get("/show", &[cookie]);
            let others = others.into_iter().map(|other| other.join().expect("an answer"));
            (page, others.collect::<Vec<_>>())
        });
        assert_eq!(page.body, "saved");
        assert!(page.issued().is_removal());
        // None of them brings the message back, in any order.
        for other in others {
            assert_eq!((other.status, other.set_cookie()), (200, None));
        }
        assert_eq!(server.get("/show", &[]).body, "");
    }
}
