//! What every session can do, whatever its schema.
//!
//! [`Session`](crate::Session) has these methods, so that its documentation
//! shows them and no trait in scope comes before them. The end of every chain
//! of schemas, [`Untyped`](crate::Untyped), has them again, so that an
//! application's own methods on a schema reach them. They are written once.

/// The methods, for a type with a `handle()`.
macro_rules! verbs {
    () => {
        /// Ends the session: all fields, messages, permanence and the identity go.
        /// What is written after it belongs to a new session, which is permanent if
        /// the setting `permanent` says so.
        ///
        /// A cookie session cannot be revoked: whoever kept a copy of the cookie
        /// can send it until its lifetime is over.
        #[track_caller]
        pub fn clear(&self) {
            self.handle().state().clear(::std::panic::Location::caller());
        }

        /// Gives the session a new identity and keeps its data. Do it whenever the
        /// visitor's privileges change, above all at login ([OWASP: renew the
        /// session ID after any privilege level change][owasp]).
        ///
        /// [owasp]: https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
        #[track_caller]
        pub fn renew(&self) {
            self.handle().state().renew(::std::panic::Location::caller());
        }

        /// Whether the session has no fields and no messages.
        #[must_use]
        pub fn is_empty(&self) -> bool {
            self.handle().state().is_empty()
        }

        /// Whether the browser is told to keep the cookie when it is closed.
        #[must_use]
        pub fn is_permanent(&self) -> bool {
            self.handle().state().is_permanent()
        }

        /// Lets the session outlive the browser's window, as Flask's
        /// `session.permanent = True` ("remember me"), or no longer. With the setting
        /// `permanent = true` every new session starts like that.
        ///
        /// The server forgets a session after its lifetime either way.
        #[track_caller]
        pub fn set_permanent(&self, permanent: bool) {
            self.handle().state().set_permanent(permanent, ::std::panic::Location::caller());
        }

        /// Gives this session a lifetime of its own instead of the configured one.
        /// It counts from the last time the session was issued, in whole seconds:
        /// at least one, at most 2³² − 1 (136 years).
        ///
        /// Flask's cookie has no place for it: with `format = "flask"` the call is
        /// answered with a 500 and an error in the log.
        #[track_caller]
        pub fn set_lifetime(&self, lifetime: ::std::time::Duration) {
            self.handle().state().set_lifetime(lifetime, ::std::panic::Location::caller());
        }

        /// Adds a message of the category `message`, Flask's default. At most 32
        /// messages wait: of more, the oldest goes, with a warning in the log.
        #[track_caller]
        pub fn flash(&self, message: impl Into<String>) {
            $crate::access::flash(self.handle(), $crate::Flash::DEFAULT_CATEGORY, message.into());
        }

        /// The messages that wait, oldest first, which counts as showing them. A
        /// second call in the same request gives the same list.
        ///
        /// They are kept for the next request all the same if the response turns
        /// out to be one that no visitor reads: a 5xx, a 304, the answer to a HEAD.
        #[track_caller]
        #[must_use = "messages are shown once"]
        pub fn flashes(&self) -> Vec<$crate::Flash> {
            self.handle().state().take_flashes(None, ::std::panic::Location::caller())
        }

        /// The messages of these categories; the others go on waiting. A later
        /// [`flashes`](Self::flashes) of the same request gives these again, as
        /// every second read does.
        #[track_caller]
        #[must_use = "messages are shown once"]
        pub fn flashes_in<I>(&self, categories: I) -> Vec<$crate::Flash>
        where
            I: IntoIterator,
            I::Item: AsRef<str>,
        {
            let categories = categories.into_iter().map(|category| category.as_ref().to_owned());
            self.handle()
                .state()
                .take_flashes(Some(categories.collect()), ::std::panic::Location::caller())
        }

        /// The messages that wait, without showing them.
        #[must_use]
        pub fn peek_flashes(&self) -> Vec<$crate::Flash> {
            self.handle().state().peek_flashes()
        }

        /// The same session through another schema, one that requires nothing.
        #[must_use]
        pub fn view<Other: $crate::Schema<Missing: $crate::schema::NothingMissing>>(
            &self,
        ) -> $crate::Session<Other> {
            self.handle().state().check(Other::TABLE);
            match $crate::access::full(self.handle()) {
                Ok(session) => session,
                Err(missing) => $crate::schema::NothingMissing::impossible(missing),
            }
        }

        /// The same session through a schema with `else` fields, or `None` if one
        /// of them is missing.
        #[must_use]
        pub fn try_view<Other: $crate::Schema>(&self) -> Option<$crate::Session<Other>> {
            self.handle().state().check(Other::TABLE);
            $crate::access::full(self.handle()).ok()
        }
    };
}

pub(crate) use verbs;
