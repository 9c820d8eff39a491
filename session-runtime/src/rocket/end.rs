//! What becomes of the session when its request ends: carried out.

use std::io::Cursor;

use rocket::Response;
use rocket::http::{ContentType, Status};

use super::error::SessionError;
use super::headers;
use super::sessions::Sessions;
use super::visit::Visit;
use crate::cookie::envelope::Stamp;
use crate::payload::Syntax;
use crate::printable::Printable;
use crate::request::decide::{Action, Content, End, decide};
use crate::state::Ending;

/// What the response is to say.
pub(super) enum Answer {
    /// The session was looked at.
    Read,
    /// The session was changed, and the browser need not know.
    Changed,
    /// A `Set-Cookie`.
    Cookie(String),
    /// It cannot be kept: a plain 500 in the response's place.
    Failed(String),
    /// It cannot be kept now, because a store or the operating system failed: a
    /// plain 503 in the response's place.
    Unavailable,
}

/// Ends a request that was given no session. A catcher had an empty one.
pub(super) fn end_denied(visit: &Visit, why: &SessionError, response: &mut Response<'_>) {
    let ending = visit.state.end();
    if ending.changed(true) || ending.cleared() {
        log::warn!("{why} What was written to the session in this request is dropped.");
    }
    Answer::Read.give(false, response);
    if *why == SessionError::CrossOrigin {
        // What the answer depended on. The answer to an allowed request does not
        // need it: caches give that to nobody, or to requests that are not judged.
        headers::vary(response, "Origin");
        headers::vary(response, "Sec-Fetch-Site");
    }
}

impl Sessions {
    /// Ends a request whose session is in its cookie.
    pub(super) fn end(&self, visit: &Visit, head: bool, response: &mut Response<'_>) {
        let mut ending = visit.state.end();
        let end = self.ended(visit, &ending, response.status(), head, self.clock.now());
        let answer = match decide(&end, &self.policy) {
            Action::Keep => Answer::Read,
            Action::Remove => Answer::Cookie(self.template.removal().to_owned()),
            Action::Fail => Answer::Failed(ending.failure().unwrap_or_default().to_owned()),
            Action::Issue { stamp, consume, changed: true } => {
                self.issue(&mut ending, &stamp, consume, end.now)
            }
            Action::Issue { stamp, consume, changed: false } => {
                let max_age = self.max_age(&ending, &stamp, end.now);
                match self.seal(&ending.payload(consume), &stamp, max_age) {
                    Ok(cookie) => Answer::Cookie(cookie),
                    Err(unsealed) => {
                        let why = unsealed.why(|size| self.too_large(&ending, consume, size));
                        log::warn!("An unchanged session is not issued again. {why}");
                        Answer::Read
                    }
                }
            }
        };
        answer.give(visit.state.is_proven(), response);
    }

    /// The cookie of a session that has changed. Of one that is too large the
    /// oldest messages go, as far as that helps.
    fn issue(&self, ending: &mut Ending<'_>, stamp: &Stamp, consume: bool, now: u64) -> Answer {
        let max_age = self.max_age(ending, stamp, now);
        let size = match self.seal(&ending.payload(consume), stamp, max_age) {
            Err(Unsealed::TooLarge(size)) => size,
            sealed => return self.sealed(ending, consume, sealed),
        };
        let why = self.too_large(ending, consume, size);
        while ending.give_up_oldest_message(consume) {
            match self.seal(&ending.payload(consume), stamp, max_age) {
                Err(Unsealed::TooLarge(_)) => {}
                sealed => return self.sealed(ending, consume, sealed),
            }
        }
        Answer::Failed(why)
    }

    fn sealed(
        &self,
        ending: &Ending<'_>,
        consume: bool,
        sealed: Result<String, Unsealed>,
    ) -> Answer {
        match sealed {
            Ok(cookie) => {
                ending.report_surplus(consume);
                Answer::Cookie(cookie)
            }
            Err(unsealed) => unsealed.answer(|size| self.too_large(ending, consume, size)),
        }
    }

    /// Everything that decides.
    pub(super) fn ended(
        &self,
        visit: &Visit,
        ending: &Ending<'_>,
        status: Status,
        head: bool,
        now: u64,
    ) -> End {
        // A handler that panics is answered with a 500, and Rocket says why.
        if ending.abandoned() && status.code < 500 {
            report_loss(ending, status);
        }
        let content =
            |consume| Content { changed: ending.changed(consume), empty: ending.is_empty(consume) };
        End {
            abandoned: ending.abandoned(),
            failed: ending.failure().is_some(),
            sent: visit.sent,
            loaded: visit.loaded,
            cleared: ending.cleared(),
            begins_anew: ending.begins_anew(self.registry.owner_key()),
            permanent: ending.permanent(),
            lifetime: ending.lifetime(),
            shown: content(true),
            unshown: content(false),
            status: status.code,
            head,
            now,
        }
    }

    /// The cookie's `Max-Age`, if the browser is to keep it.
    pub(super) fn max_age(&self, ending: &Ending<'_>, stamp: &Stamp, now: u64) -> Option<u64> {
        ending.permanent().then(|| self.policy.expires(stamp).saturating_sub(now))
    }

    fn too_large(&self, ending: &Ending<'_>, consume: bool, size: usize) -> String {
        let or_a_store = match self.envelope.syntax() {
            Syntax::Json => "; or keep sessions on the server, with `store`",
            #[cfg(feature = "flask")]
            Syntax::Flask => "",
        };
        format!(
            "The session is too large for a cookie: name and value have {size} bytes, and {} is \
             the limit. {} Keep large things elsewhere, and a key to them in the \
             session{or_a_store}.",
            self.template.max_size(),
            self.largest(ending, consume),
        )
    }

    /// The largest fields, as a sentence: names, never values.
    pub(super) fn largest(&self, ending: &Ending<'_>, consume: bool) -> String {
        let largest = ending.largest(consume);
        let largest =
            largest.iter().map(|(name, size)| format!("`{}` ({size} bytes)", Printable(name)));
        format!("The largest fields are {}.", largest.collect::<Vec<_>>().join(", "))
    }

    /// The `Set-Cookie` value for a payload.
    pub(super) fn seal(
        &self,
        payload: &str,
        stamp: &Stamp,
        max_age: Option<u64>,
    ) -> Result<String, Unsealed> {
        let mut cookie = self.template.begin(payload.len() * 4 / 3 + 128);
        self.envelope.seal(payload, stamp, &mut cookie).map_err(Unsealed::NoRandomBytes)?;
        self.template.finish(cookie, max_age).map_err(Unsealed::TooLarge)
    }
}

/// Why there is no `Set-Cookie`.
#[derive(Debug)]
pub(super) enum Unsealed {
    /// The application's mistake: the size of name and value, in bytes.
    TooLarge(usize),
    /// The operating system gave none to encrypt with.
    NoRandomBytes(getrandom::Error),
}

impl Unsealed {
    /// What the response is to say: 500 for the application's mistake, 503 for
    /// the backend's failure, as where an identifier is made.
    pub(super) fn answer(self, too_large: impl FnOnce(usize) -> String) -> Answer {
        match self {
            Unsealed::TooLarge(size) => Answer::Failed(too_large(size)),
            Unsealed::NoRandomBytes(_) => {
                log::error!("{}", self.why(too_large));
                Answer::Unavailable
            }
        }
    }

    fn why(self, too_large: impl FnOnce(usize) -> String) -> String {
        match self {
            Unsealed::TooLarge(size) => too_large(size),
            Unsealed::NoRandomBytes(error) => format!(
                "The operating system gave no random bytes to encrypt the session: {error}."
            ),
        }
    }
}

/// Somebody was told that all went well.
fn report_loss(ending: &Ending<'_>, status: Status) {
    let lost = ending.lost();
    if lost.is_empty() {
        return;
    }
    log::error!(
        "A panic dropped a handle of the session, so that nothing of this request is kept, and \
         the answer was {} all the same. What it changed is lost: {}. Answer with an error if a \
         task panics (`spawn_blocking(…).await` says so), or give the task values instead of the \
         session.",
        status.code,
        lost.join(", "),
    );
}

impl Answer {
    /// Says it on the response, of a handler that was `proven` to have what it
    /// requires.
    pub(super) fn give(self, proven: bool, response: &mut Response<'_>) {
        match &self {
            Answer::Failed(why) => {
                log::error!("{why}");
                replace(response, Status::InternalServerError, "500 Internal Server Error");
            }
            Answer::Unavailable => {
                replace(response, Status::ServiceUnavailable, "503 Service Unavailable");
            }
            Answer::Read | Answer::Changed | Answer::Cookie(_) => {}
        }
        headers::vary(response, "Cookie");
        if proven {
            headers::proven(response);
        }
        match self {
            Answer::Cookie(cookie) => {
                headers::set(response);
                response.adjoin_raw_header("Set-Cookie", cookie);
            }
            Answer::Changed => headers::set(response),
            Answer::Read | Answer::Failed(_) | Answer::Unavailable => headers::read(response),
        }
    }
}

/// Puts a plain answer in the place of one whose session cannot be kept. What
/// other fairings say of every response (Shield, CORS, HSTS) stays.
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
    fn no_random_bytes_is_the_backends_failure_and_a_large_session_the_applications() {
        let answer = |unsealed: Unsealed| {
            let mut response = Response::new();
            unsealed.answer(|size| format!("{size} bytes")).give(false, &mut response);
            response.status().code
        };
        assert_eq!(answer(Unsealed::NoRandomBytes(getrandom::Error::UNSUPPORTED)), 503);
        assert_eq!(answer(Unsealed::TooLarge(5000)), 500);
    }
}
