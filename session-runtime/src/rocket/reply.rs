//! Writes the session's outcome to Rocket's response.

use std::io::Cursor;

use rocket::Response;
use rocket::http::{ContentType, Status};

use super::headers;
use crate::request::finish::{Answered, Reply};

/// The parts of the response that decide what happens to the session.
pub(super) fn answered(response: &Response<'_>, head: bool) -> Answered {
    Answered { status: response.status().code, head }
}

/// Applies the reply to the response. `proven` means that the handler ran because
/// its required fields were present.
pub(super) fn give(reply: Reply, proven: bool, response: &mut Response<'_>) {
    match &reply {
        Reply::Failed(why) => {
            log::error!("{why}");
            replace(response, Status::InternalServerError, "500 Internal Server Error");
        }
        Reply::Unavailable => {
            replace(response, Status::ServiceUnavailable, "503 Service Unavailable");
        }
        Reply::Read | Reply::Changed | Reply::Cookie(_) => {}
    }
    headers::vary(response, "Cookie");
    if proven {
        headers::proven(response);
    }
    match reply {
        Reply::Cookie(cookie) => {
            headers::set(response);
            response.adjoin_raw_header("Set-Cookie", cookie);
        }
        Reply::Changed => headers::set(response),
        Reply::Read | Reply::Failed(_) | Reply::Unavailable => headers::read(response),
    }
}

/// Replaces a response whose session cannot be saved with a plain one. Headers
/// that other fairings set on every response (Shield, CORS, HSTS) stay.
fn replace(response: &mut Response<'_>, status: Status, body: &'static str) {
    let mut plain = Response::build();
    plain.status(status).sized_body(body.len(), Cursor::new(body));
    for header in response.headers().iter().filter(|header| headers::outlives(header.name())) {
        plain.raw_header_adjoin(header.name().to_string(), header.value().to_owned());
    }
    *response = plain.header(ContentType::Plain).finalize();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_cannot_be_kept_changes_the_status() {
        let status = |reply| {
            let mut response = Response::new();
            give(reply, false, &mut response);
            response.status().code
        };
        assert_eq!(status(Reply::Failed("too large".into())), 500);
        assert_eq!(status(Reply::Unavailable), 503);
        assert_eq!(status(Reply::Changed), 200);
    }
}
