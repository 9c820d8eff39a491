//! The end of a request whose session is kept in its cookie.

use super::seal::Unsealed;
use super::{Answered, Engine, Reply};
use crate::cookie::envelope::Stamp;
use crate::payload::Syntax;
use crate::request::decide::{Action, Keep, decide};
use crate::request::read::RequestSession;
use crate::state::Ending;

impl Engine {
    pub(crate) fn finish(&self, session: &RequestSession, answered: Answered) -> Reply {
        let mut ending = session.handle.state().end(self.registry.owner_key());
        let facts = self.facts(session, &ending, answered);
        let max_age = |stamp: &Stamp| self.max_age(facts.permanent, stamp, facts.now);
        match decide(&facts, &self.policy) {
            Action::Fail => Reply::Failed(ending.failure().unwrap_or_default().to_owned()),
            Action::Forget => Reply::Cookie(self.template.removal().to_owned()),
            Action::Issue { keep, changed: true } => {
                self.issue(&mut ending, keep, max_age(&keep.stamp))
            }
            Action::Issue { keep: Keep { stamp, consume }, changed: false } => {
                match self.seal(&ending.payload(consume), &stamp, max_age(&stamp)) {
                    Ok(cookie) => Reply::Cookie(cookie),
                    Err(unsealed) => {
                        let why = unsealed.why(|size| self.too_large(&ending, consume, size));
                        log::warn!("An unchanged session is not issued again. {why}");
                        Reply::Read
                    }
                }
            }
            // The other actions are for sessions in a store.
            Action::Nothing
            | Action::End(_)
            | Action::Create { .. }
            | Action::Patch { .. }
            | Action::Rename { .. }
            | Action::SignOut { .. }
            | Action::Drop => Reply::Read,
        }
    }

    /// The cookie of a changed session. If it is too large, a form's input is dropped,
    /// and then messages of earlier requests, the oldest first, until it fits.
    fn issue(&self, ending: &mut Ending<'_>, keep: Keep, max_age: Option<u64>) -> Reply {
        let Keep { stamp, consume } = keep;
        let mut sealed = self.seal(&ending.payload(consume), &stamp, max_age);
        let Err(Unsealed::TooLarge(size)) = sealed else {
            return self.sealed(ending, consume, sealed);
        };
        // Describe the session as the handler left it.
        let why = self.too_large(ending, consume, size);
        while let Err(Unsealed::TooLarge(_)) = sealed {
            if !ending.make_room(consume) {
                return Reply::Failed(why);
            }
            sealed = self.seal(&ending.payload(consume), &stamp, max_age);
        }
        self.sealed(ending, consume, sealed)
    }

    fn sealed(
        &self,
        ending: &Ending<'_>,
        consume: bool,
        sealed: Result<String, Unsealed>,
    ) -> Reply {
        match sealed {
            Ok(cookie) => {
                ending.report_dropped(consume);
                Reply::Cookie(cookie)
            }
            Err(unsealed) => unsealed.reply(|size| self.too_large(ending, consume, size)),
        }
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
            Engine::largest(ending, consume),
        )
    }
}
