//! A form that was wrong, on its way back to the visitor.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::Location;

use rocket::form::name::Name;
use rocket::form::{Context, Error};
use serde::{Deserialize, Serialize};

use crate::payload::Syntax;
use crate::printable::Printable;
use crate::schema::{AnySession, Handle};
use crate::session::Session;

/// The most bytes that are kept of a form, as they stand in the session.
const MOST: usize = 1024;
/// What surrounds the fields there, with room for a tag of Flask's.
const AROUND: usize = 64;
/// The values of fields with such names are never kept: with this anywhere in them, or
/// with this as a word.
const SECRET: [&str; 5] = ["passw", "passphrase", "passcode", "secret", "token"];
const SECRET_WORDS: [&str; 6] = ["pass", "pwd", "pin", "otp", "cvv", "cvc"];

/// What is kept instead of a message that repeats such a value.
const NOT_ACCEPTED: &str = "the value is not accepted";
/// Shorter values are repeated by chance.
const TELLING: usize = 3;

/// What a visitor typed into a form that was wrong, and what was wrong with it:
/// [`Session::old_input`].
///
/// Fields are named as in the form. As in Rocket, `address.city` and `address[city]`
/// name the same field. It serializes as an object with `values` and `errors`, each of
/// which maps a field's name to a list.
#[derive(Clone, Default, Serialize)]
pub struct OldInput(Fields);

#[derive(Clone, Default, Serialize, Deserialize)]
struct Fields {
    values: BTreeMap<String, Vec<String>>,
    errors: BTreeMap<String, Vec<String>>,
}

impl OldInput {
    /// What was typed into the field: its first value, if it has several.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<&str> {
        self.values(field).first().copied()
    }

    /// All values of a field that may have several, such as a group of checkboxes.
    #[must_use]
    pub fn values(&self, field: &str) -> Vec<&str> {
        let is_it = |name: &str| Name::new(name) == Name::new(field);
        texts(self.0.values.iter().filter(|(name, _)| is_it(name)))
    }

    /// What was wrong with the field. What was wrong with all of `address` counts for
    /// `address.city` too. `errors("")` is what was wrong with the form as a whole.
    #[must_use]
    pub fn errors(&self, field: &str) -> Vec<&str> {
        texts(self.0.errors.iter().filter(|(name, _)| is_within(field, name)))
    }

    /// Whether there is no old input: the visitor has not filled in the form yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.values.is_empty() && self.0.errors.is_empty()
    }
}

/// Shows the fields' names only: the rest is the visitor's.
impl fmt::Debug for OldInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OldInput")
            .field("values", &self.0.values.keys())
            .field("errors", &self.0.errors.keys())
            .finish()
    }
}

fn texts<'a>(fields: impl Iterator<Item = (&'a String, &'a Vec<String>)>) -> Vec<&'a str> {
    fields.flat_map(|(_, texts)| texts).map(String::as_str).collect()
}

/// Whether `field` is `name` or a part of it, by Rocket's rule for errors.
fn is_within(field: &str, name: &str) -> bool {
    Error::validation("").with_name(name).is_for(field)
}

fn is_secret(name: &str) -> bool {
    let lower = name.to_lowercase();
    SECRET.iter().any(|secret| lower.contains(secret))
        || words(name).split(' ').any(|word| SECRET_WORDS.contains(&word))
}

/// The words of a name, in lower case and with spaces between them: `card.cvc`, `cardCvc`
/// and `cvc2` have the word `cvc`.
fn words(name: &str) -> String {
    let (mut words, mut after_lower) = (String::with_capacity(name.len()), false);
    for c in name.chars() {
        if !c.is_alphabetic() || (after_lower && c.is_uppercase()) {
            words.push(' ');
        }
        words.extend(c.to_lowercase().filter(|c| c.is_alphabetic()));
        after_lower = c.is_lowercase();
    }
    words
}

/// What is kept of a form: errors first, then values in the form's order, as far as
/// they fit. A value is kept whole or not at all: a visitor would not notice that
/// its end is missing.
struct Keeping {
    syntax: Syntax,
    kept: Fields,
    room: usize,
    /// The first field that did not fit, and how many did not.
    dropped: Option<(String, usize)>,
}

impl Keeping {
    fn form(mut self, form: &Context<'_>, without: &[String]) -> Fields {
        let is_kept = |name: &str| {
            !is_secret(name) && !without.iter().any(|without| is_within(name, without))
        };
        let private = form.fields().filter(|name| !is_kept(name));
        let private = self.private(private.flat_map(|name| form.field_values(name)));
        for error in form.errors() {
            let field = error.name.as_ref().map(ToString::to_string).unwrap_or_default();
            let text = error.to_string();
            // Only what fits is searched for what is private: a visitor may send thousands
            // of wrong values with thousands of passwords.
            if [&*text, NOT_ACCEPTED].iter().any(|text| self.left(&field, &[text]).is_none()) {
                self.drop(field);
                continue;
            }
            let repeats = private.iter().any(|value| text.contains(&**value));
            let text = if repeats { NOT_ACCEPTED } else { &text };
            self.keep(|kept| &mut kept.errors, field, &[text]);
        }
        for name in form.fields().filter(|name| is_kept(name)) {
            let values: Vec<&str> = form.field_values(name).collect();
            // A file has none. A password may be typed twice, and the second time be called
            // `confirm`.
            if !values.is_empty() && !values.iter().any(|value| private.contains(*value)) {
                self.keep(|kept| &mut kept.values, name.to_string(), &values);
            }
        }
        if let Some((first, count)) = self.dropped {
            log::debug!(
                "A form has more than {MOST} bytes of input: {count} of its values and messages, \
                 the first of `{}`, are not kept.",
                Printable(&first.chars().take(40).collect::<String>()),
            );
        }
        self.kept
    }

    /// What nothing that is kept may repeat: these values, also as Rocket's
    /// `dbg_eq(self.password)` writes them. A longer one is in nothing that fits.
    fn private<'a>(&self, values: impl Iterator<Item = &'a str>) -> BTreeSet<Cow<'a, str>> {
        let telling = values.filter(|value| (TELLING..=self.room).contains(&value.len()));
        let both = |value: &'a str| [value.into(), value.escape_debug().to_string().into()];
        telling.flat_map(both).collect()
    }

    /// The room that these texts of a field leave, if they fit.
    fn left(&self, name: &str, texts: &[&str]) -> Option<usize> {
        let all = || texts.iter().copied().chain([name]);
        // A text may be very long, and is never shorter as JSON.
        let may_fit = all().map(str::len).sum::<usize>() <= self.room;
        // With a comma or a colon each, and brackets around the values.
        let size = |text: &str| self.syntax.encode(text).map_or(MOST, |json| json.len()) + 1;
        let size = may_fit.then(|| all().map(size).sum::<usize>() + 2);
        self.room.checked_sub(size?)
    }

    /// Keeps the texts of a field, if they fit.
    fn keep(
        &mut self,
        part: impl FnOnce(&mut Fields) -> &mut BTreeMap<String, Vec<String>>,
        name: String,
        texts: &[&str],
    ) {
        let Some(room) = self.left(&name, texts) else { return self.drop(name) };
        self.room = room;
        let kept = part(&mut self.kept).entry(name).or_default();
        kept.extend(texts.iter().map(|text| (*text).to_owned()));
    }

    /// Counts what does not fit.
    fn drop(&mut self, name: String) {
        self.dropped.get_or_insert((name, 0)).1 += 1;
    }
}

fn keep(handle: &Handle, form: &Context<'_>, without: &[String], at: &'static Location<'static>) {
    let (state, syntax) = (handle.state(), handle.state().syntax());
    let keeping = Keeping { syntax, kept: Fields::default(), room: MOST - AROUND, dropped: None };
    let kept = syntax.encode(&keeping.form(form, without));
    state.keep_input(kept.unwrap_or_else(|_| unreachable!("texts always have a form in JSON")), at);
}

fn show(handle: &Handle, at: &'static Location<'static>) -> OldInput {
    let state = handle.state();
    let Some(text) = state.show_input(at) else { return OldInput::default() };
    state.syntax().decode(&text).map(OldInput).unwrap_or_else(|_| {
        log::warn!("The session's `_old_input` is not a form's input: nothing of it is shown.");
        OldInput::default()
    })
}

impl<S> Session<S> {
    /// Keeps what the visitor typed into a form that was wrong, and what was wrong with
    /// it, for the page that shows the form again: [`old_input`](Self::old_input).
    ///
    /// ```
    /// use rocket::form::{Contextual, Form, FromForm};
    /// use rocket::response::Redirect;
    /// use session_runtime::prelude::*;
    ///
    /// #[derive(FromForm)]
    /// struct SignUp<'r> {
    ///     #[field(validate = len(3..))]
    ///     username: &'r str,
    ///     password: &'r str,
    /// }
    ///
    /// #[rocket::post("/sign-up", data = "<form>")]
    /// fn sign_up(session: Session, form: Form<Contextual<'_, SignUp<'_>>>) -> Redirect {
    ///     let Some(SignUp { username, password }) = &form.value else {
    ///         session.keep_input(&form.context);
    ///         return Redirect::to("/sign-up");
    ///     };
    ///     // …
    ///     Redirect::to("/")
    /// }
    /// ```
    ///
    /// What is kept replaces what was kept before. It waits until a page asks for it.
    ///
    /// The value of a field whose name contains `passw`, `passphrase`, `passcode`,
    /// `secret` or `token`, or one of the words `pass`, `pwd`, `pin`, `otp`, `cvv` and
    /// `cvc` (`card.cvc`, `cardCvc`, `cvc2`), in upper or lower case, is never kept;
    /// [`keep_input_without`](Self::keep_input_without) leaves out others. Messages are
    /// kept for these fields too, but one that repeats what was typed there, as that of
    /// Rocket's `dbg_eq(self.password)` does, becomes "the value is not accepted". Another
    /// field's value is not kept if it is the same, as that of `confirm` is. Files are not
    /// kept.
    ///
    /// At most 1024 bytes are kept altogether, as they stand in the session: messages
    /// first, then values in the form's order. A value that does not fit any more is
    /// left out whole, and the log says so at debug level. If a cookie or a store has no
    /// room for the session because of it, nothing of the form is kept, with a warning.
    #[track_caller]
    pub fn keep_input(&self, form: &Context<'_>) {
        keep(self.handle(), form, &[], Location::caller());
    }

    /// Keeps what the visitor typed, as [`keep_input`](Self::keep_input) does, and leaves
    /// out these fields as well: those that the next person at the computer, or anybody
    /// who gets the cookie, must not see. `card` stands for `card.number` too.
    ///
    /// ```
    /// # use rocket::form::Context;
    /// # use session_runtime::prelude::*;
    /// # fn example(session: &Session, context: &Context<'_>) {
    /// session.keep_input_without(context, ["iban", "card"]);
    /// # }
    /// ```
    #[track_caller]
    pub fn keep_input_without<I>(&self, form: &Context<'_>, fields: I)
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.any().keep_input_without(form, fields);
    }

    /// What an earlier request kept of a form, for the page that shows the form again.
    /// It is shown once, like a message; a second call in the same request returns the
    /// same. If nothing was kept, it is empty.
    ///
    /// ```
    /// # use session_runtime::prelude::*;
    /// #[rocket::get("/sign-up")]
    /// fn form(session: Session) -> String {
    ///     let old = session.old_input();
    ///     format!(
    ///         "username: {} ({})",
    ///         old.value("username").unwrap_or_default(),
    ///         old.errors("username").join(", "),
    ///     )
    /// }
    /// ```
    ///
    /// A template has to escape the values, as it does all text that is a visitor's.
    ///
    /// The input stays for the next request if no visitor reads this response: a 5xx, a
    /// 304, or the response to a HEAD.
    #[track_caller]
    #[must_use = "a form's input is shown once"]
    pub fn old_input(&self) -> OldInput {
        show(self.handle(), Location::caller())
    }
}

impl AnySession {
    /// Keeps what the visitor typed into a form that was wrong.
    /// More at [`Session::keep_input`].
    #[track_caller]
    pub fn keep_input(&self, form: &Context<'_>) {
        keep(self.handle(), form, &[], Location::caller());
    }

    /// The same, but for these fields. More at [`Session::keep_input_without`].
    #[track_caller]
    pub fn keep_input_without<I>(&self, form: &Context<'_>, fields: I)
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let fields: Vec<_> = fields.into_iter().map(|field| field.as_ref().to_owned()).collect();
        keep(self.handle(), form, &fields, Location::caller());
    }

    /// What an earlier request kept of a form. More at [`Session::old_input`].
    #[track_caller]
    #[must_use = "a form's input is shown once"]
    pub fn old_input(&self) -> OldInput {
        show(self.handle(), Location::caller())
    }
}
