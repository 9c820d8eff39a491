//! What becomes of the session when its request ends: carried out.

use std::io::Cursor;

use rocket::Response;
use rocket::http::{ContentType, Status};

use super::headers;
use super::sessions::Sessions;
use super::visit::Visit;
use crate::commit::{Action, Content, End, decide};
use crate::envelope::Stamp;
use crate::state::{Dialect, Ending};

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
    /// The store cannot keep it now: a plain 503 in the response's place.
    Unavailable,
}

impl Sessions {
    /// Ends a request whose session is in its cookie.
    pub(super) fn end(&self, visit: &Visit, head: bool, response: &mut Response<'_>) {
        let ending = visit.state.end();
        let end = self.ended(visit, &ending, response.status(), head, self.clock.now());
        let answer = match decide(&end, &self.policy) {
            Action::Keep => Answer::Read,
            Action::Remove => Answer::Cookie(self.template.removal().to_owned()),
            Action::Fail => Answer::Failed(ending.failure().unwrap_or_default().to_owned()),
            Action::Issue { stamp, consume, changed } => {
                match self.seal_session(&ending, &stamp, consume, end.now) {
                    Ok(cookie) => Answer::Cookie(cookie),
                    Err(why) if changed => Answer::Failed(why),
                    Err(why) => {
                        log::warn!("An unchanged session is not issued again. {why}");
                        Answer::Read
                    }
                }
            }
        };
        answer.give(response);
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

    /// The `Set-Cookie` value, or why there can be none.
    fn seal_session(
        &self,
        ending: &Ending<'_>,
        stamp: &Stamp,
        consume: bool,
        now: u64,
    ) -> Result<String, String> {
        let payload = ending.payload(consume);
        let cookie = self.seal(&payload, stamp, self.max_age(ending, stamp, now))?;
        cookie.map_err(|size| {
            let largest = ending.largest(consume);
            let largest = largest.iter().map(|(name, size)| format!("`{name}` ({size} bytes)"));
            let or_a_store = match self.envelope.dialect() {
                Dialect::Json => "; or keep sessions on the server, with `store`",
                #[cfg(feature = "flask")]
                Dialect::Flask => "",
            };
            format!(
                "The session is too large for a cookie: name and value have {size} bytes, and {} \
                 is the limit. The largest fields are {}. Keep large things elsewhere, and a key \
                 to them in the session{or_a_store}.",
                self.template.max_size(),
                largest.collect::<Vec<_>>().join(", "),
            )
        })
    }

    /// The `Set-Cookie` value for a payload, or its size if that is too much.
    pub(super) fn seal(
        &self,
        payload: &str,
        stamp: &Stamp,
        max_age: Option<u64>,
    ) -> Result<Result<String, usize>, String> {
        let mut cookie = self.template.begin(payload.len() * 4 / 3 + 128);
        self.envelope.seal(payload, stamp, &mut cookie).map_err(|error| {
            format!("The operating system gave no random bytes to encrypt the session: {error}.")
        })?;
        Ok(self.template.finish(cookie, max_age))
    }
}

impl Answer {
    pub(super) fn give(self, response: &mut Response<'_>) {
        match &self {
            Answer::Failed(why) => {
                log::error!("{why}");
                *response = plain(Status::InternalServerError, "500 Internal Server Error");
            }
            Answer::Unavailable => {
                *response = plain(Status::ServiceUnavailable, "503 Service Unavailable");
            }
            Answer::Read | Answer::Changed | Answer::Cookie(_) => {}
        }
        headers::vary(response);
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

/// In the place of a response whose session cannot be kept.
fn plain<'r>(status: Status, body: &'static str) -> Response<'r> {
    Response::build()
        .status(status)
        .header(ContentType::Plain)
        .sized_body(body.len(), Cursor::new(body))
        .finalize()
}
