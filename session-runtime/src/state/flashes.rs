//! The messages of one request: which wait, which were shown.

use super::entry_names::{EntryNames, SUFFIX};
use crate::flash::Flash;
#[cfg(feature = "flask")]
use crate::payload::flask;
use crate::payload::names::FLASH_PREFIX;
use crate::payload::{Syntax, json};

/// The most messages that may wait. A page that flashes and never
/// shows must not fill the session until it cannot be kept.
pub(crate) const MAX_WAITING: usize = 32;

/// The messages that the visitor has, oldest first.
#[derive(Default)]
pub(crate) struct Flashes {
    messages: Vec<Message>,
    read: Read,
    /// The next request shows what this one shows.
    kept: bool,
    /// How many of the oldest are dropped because the session is too large.
    given_up: usize,
}

struct Message {
    flash: Flash,
    origin: Origin,
    /// Not shown in this request: it was flashed after its category was read, or
    /// it is not a message at all.
    late: bool,
    /// Read in this request.
    shown: bool,
}

/// Where a message came from.
enum Origin {
    /// Flashed in this request.
    New,
    /// A cookie's list.
    List,
    /// A store's entry of this name.
    Entry(String),
    /// Flask's list, with its text there, which stays the same while it waits.
    #[cfg(feature = "flask")]
    Flask(String),
}

impl Message {
    /// One of an earlier request.
    fn old((category, message): (String, String), origin: Origin) -> Message {
        Message { flash: Flash::new(category, message), origin, late: false, shown: false }
    }

    fn is_new(&self) -> bool {
        matches!(self.origin, Origin::New)
    }

    fn encode(&self) -> String {
        json::encode(&(&self.flash.category, &self.flash.message))
            .unwrap_or_else(|_| unreachable!("strings always have a form in JSON"))
    }
}

/// Which categories this request has read. A second read of one gives the same
/// messages again, as Flask's does.
#[derive(Default)]
struct Read {
    all: bool,
    categories: Vec<String>,
}

impl Read {
    fn has(&self, category: &str) -> bool {
        self.all || self.categories.iter().any(|read| read == category)
    }
}

impl Flashes {
    /// From the payload's list of `[category, message]`, which is Flask's. A
    /// list that is anything else holds no messages.
    pub(crate) fn load(json: &str) -> Flashes {
        let pairs: Vec<(String, String)> = json::decode(json).unwrap_or_else(|_| {
            log::warn!("The session's flash messages are not a list of messages: none is shown.");
            Vec::new()
        });
        let messages = pairs.into_iter().map(|pair| Message::old(pair, Origin::List));
        Flashes { messages: messages.collect(), ..Flashes::default() }
    }

    /// From Flask's list. An element that is not a message is never shown, and
    /// stays where it is.
    #[cfg(feature = "flask")]
    pub(crate) fn load_flask(list: &str) -> Flashes {
        let messages = flask::read_flashes(list).unwrap_or_else(|| {
            log::warn!("Flask's `_flashes` is not a list of messages: none is shown.");
            Vec::new()
        });
        let old = |message| match message {
            flask::Message::Stored { text, flash } => Message {
                late: flash.is_none(),
                flash: flash.unwrap_or_else(|| Flash::new(String::new(), String::new())),
                origin: Origin::Flask(text.to_owned()),
                shown: false,
            },
            flask::Message::New(flash) => {
                Message { flash: flash.clone(), origin: Origin::New, late: false, shown: false }
            }
        };
        Flashes { messages: messages.into_iter().map(old).collect(), ..Flashes::default() }
    }

    /// From a store's entries: name, and a `[category, message]`. Sorted by name
    /// they are sorted by age, the oldest first. An entry that holds anything else
    /// is not a message, and stays where it is.
    pub(crate) fn load_entries<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>) -> Flashes {
        let messages = entries.filter_map(|(name, json)| match json::decode(json) {
            Ok(pair) => Some(Message::old(pair, Origin::Entry(name.to_owned()))),
            Err(_) => {
                log::warn!("One of the session's flash messages is malformed: it is not shown.");
                None
            }
        });
        Flashes { messages: messages.collect(), ..Flashes::default() }
    }

    pub(crate) fn push(&mut self, category: String, message: String) {
        let late = self.read.has(&category);
        let flash = Flash::new(category, message);
        self.messages.push(Message { flash, origin: Origin::New, late, shown: false });
    }

    /// The messages of these categories (all, if `None`), which are then shown.
    pub(crate) fn take(&mut self, categories: Option<Vec<String>>) -> Vec<Flash> {
        let wanted = |category: &String| categories.as_ref().is_none_or(|c| c.contains(category));
        let mut taken = Vec::new();
        for message in self.messages.iter_mut().filter(|m| !m.late && wanted(&m.flash.category)) {
            message.shown = true;
            taken.push(message.flash.clone());
        }
        match categories {
            None => self.read.all = true,
            Some(categories) => self.read.categories.extend(categories),
        }
        taken
    }

    /// What `take(None)` would return, without counting it as shown.
    pub(crate) fn peek(&self) -> Vec<Flash> {
        self.peek_in(None)
    }

    /// What `take` would return, without counting it as shown.
    pub(crate) fn peek_in(&self, categories: Option<&[String]>) -> Vec<Flash> {
        let wanted = |category: &String| categories.is_none_or(|c| c.contains(category));
        let seen = self.messages.iter().filter(|m| !m.late && wanted(&m.flash.category));
        seen.map(|m| m.flash.clone()).collect()
    }

    /// Leaves what this request shows for the next one.
    pub(crate) fn keep(&mut self) {
        self.kept = true;
    }

    /// Whether this request has shown a message.
    pub(crate) fn is_shown(&self) -> bool {
        self.messages.iter().any(|message| message.shown)
    }

    /// Whether the next request does not get the message any more.
    fn is_over(&self, message: &Message, consume: bool) -> bool {
        consume && message.shown && !self.kept
    }

    /// What is left; with `consume`, without what was shown.
    fn left(&self, consume: bool) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(move |message| !self.is_over(message, consume))
    }

    /// How many of the oldest that are left are dropped.
    pub(crate) fn surplus(&self, consume: bool) -> usize {
        self.left(consume).count().saturating_sub(MAX_WAITING).max(self.given_up)
    }

    /// Gives up the oldest message of an earlier request that is left, and says
    /// whether there was one: a session that became too large with its messages
    /// must not lock its visitor out.
    pub(crate) fn give_up_oldest(&mut self, consume: bool) -> bool {
        let surplus = self.surplus(consume);
        let is_old = self.left(consume).nth(surplus).is_some_and(|oldest| !oldest.is_new());
        if is_old {
            self.given_up = surplus + 1;
        }
        is_old
    }

    /// Whether messages are dropped because the session is too large.
    pub(crate) fn made_room(&self) -> bool {
        self.given_up > 0
    }

    /// What is left for the next request.
    fn waiting(&self, consume: bool) -> impl Iterator<Item = &Message> {
        self.left(consume).skip(self.surplus(consume))
    }

    pub(crate) fn is_empty(&self, consume: bool) -> bool {
        self.waiting(consume).next().is_none()
    }

    pub(crate) fn changed(&self, consume: bool) -> bool {
        self.messages.iter().any(|message| message.is_new() != self.is_over(message, consume))
            || self.made_room()
    }

    /// The size of what is left, in bytes of a store's text.
    pub(crate) fn size(&self, consume: bool) -> usize {
        let entry = |message: &Message| FLASH_PREFIX.len() + SUFFIX + message.encode().len();
        self.waiting(consume).map(entry).sum()
    }

    /// Everything that is left, as entries of a store that has none of them.
    pub(crate) fn entries(
        &self,
        consume: bool,
        names: &mut EntryNames,
    ) -> impl Iterator<Item = (String, String)> {
        self.waiting(consume).map(|message| (names.next(FLASH_PREFIX), message.encode()))
    }

    /// What is left and was flashed in this request.
    pub(crate) fn new_entries(
        &self,
        consume: bool,
        names: &mut EntryNames,
    ) -> impl Iterator<Item = (String, String)> {
        let new = self.waiting(consume).filter(|message| message.is_new());
        new.map(|message| (names.next(FLASH_PREFIX), message.encode()))
    }

    /// The entries of messages that were shown, or that are dropped.
    pub(crate) fn gone_entries(&self, consume: bool) -> impl Iterator<Item = &str> {
        let shown = self.messages.iter().filter(move |message| self.is_over(message, consume));
        let gone = shown.chain(self.left(consume).take(self.surplus(consume)));
        gone.filter_map(|message| match &message.origin {
            Origin::Entry(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The list as the payload holds it.
    pub(crate) fn encode(&self, syntax: Syntax, consume: bool) -> String {
        match syntax {
            Syntax::Json => self.encode_json(consume),
            #[cfg(feature = "flask")]
            Syntax::Flask => flask::write_flashes(self.waiting(consume).map(|m| match &m.origin {
                Origin::Flask(text) => flask::Message::Stored { text, flash: None },
                _ => flask::Message::New(&m.flash),
            })),
        }
    }

    fn encode_json(&self, consume: bool) -> String {
        let pairs: Vec<_> =
            self.waiting(consume).map(|m| (&m.flash.category, &m.flash.message)).collect();
        json::encode(&pairs).unwrap_or_else(|_| unreachable!("strings always have a form in JSON"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(flashes: Vec<Flash>) -> Vec<String> {
        flashes.into_iter().map(|f| f.message).collect()
    }

    fn only(category: &str) -> Option<Vec<String>> {
        Some(vec![category.to_owned()])
    }

    #[test]
    fn a_second_read_gives_the_same_list_and_what_comes_later_waits() {
        let mut flashes = Flashes::load(r#"[["info","a"]]"#);
        flashes.push("error".into(), "b".into());
        assert_eq!(texts(flashes.take(None)), ["a", "b"]);
        flashes.push("info".into(), "c".into());
        assert_eq!(texts(flashes.take(None)), ["a", "b"]);
        assert_eq!(texts(flashes.peek()), ["a", "b"]);
        assert_eq!(flashes.encode(Syntax::Json, true), r#"[["info","c"]]"#);
        assert_eq!(
            flashes.encode(Syntax::Json, false),
            r#"[["info","a"],["error","b"],["info","c"]]"#
        );
    }

    #[test]
    fn reading_one_category_leaves_the_others() {
        let mut flashes = Flashes::load(r#"[["info","a"],["error","b"]]"#);
        assert_eq!(texts(flashes.take(only("error"))), ["b"]);
        flashes.push("error".into(), "late".into());
        flashes.push("info".into(), "c".into());
        assert_eq!(
            flashes.encode(Syntax::Json, true),
            r#"[["info","a"],["error","late"],["info","c"]]"#
        );
        assert_eq!(texts(flashes.take(only("error"))), ["b"]);
        assert_eq!(texts(flashes.take(None)), ["a", "b", "c"]);
    }

    #[test]
    fn only_a_difference_for_the_next_request_is_a_change() {
        let mut flashes = Flashes::load(r#"[["info","a"]]"#);
        assert!(!flashes.changed(true));
        flashes.take(only("error"));
        assert!(!flashes.changed(true));
        flashes.take(None);
        assert!(flashes.changed(true) && flashes.is_empty(true));
        assert!(!flashes.changed(false) && !flashes.is_empty(false));

        let mut flashes = Flashes::default();
        flashes.push("info".into(), "a".into());
        assert!(flashes.changed(true));
        flashes.take(None);
        assert!(!flashes.changed(true));
        assert!(flashes.changed(false));
    }

    #[test]
    fn of_many_the_newest_wait() {
        let numbered = |from: usize| {
            let pairs: Vec<_> = (from..40).map(|n| format!(r#"["info","{n}"]"#)).collect();
            format!("[{}]", pairs.join(","))
        };
        let mut flashes = Flashes::load(&numbered(0));
        // Nothing was flashed: nothing has changed.
        assert!(!flashes.changed(true));
        assert_eq!((flashes.surplus(true), flashes.peek().len()), (8, 40));
        assert_eq!(flashes.encode(Syntax::Json, true), numbered(8));
        flashes.push("info".into(), "new".into());
        assert!(flashes.changed(true));
        assert_eq!(flashes.surplus(true), 9);
        assert_eq!(flashes.take(None).len(), 41);
        assert_eq!((flashes.surplus(true), flashes.surplus(false)), (0, 9));
        assert!(flashes.is_empty(true) && !flashes.is_empty(false));

        let names: Vec<_> = (0..40).map(|n| format!("_flash.{n}")).collect();
        let mut flashes =
            Flashes::load_entries(names.iter().map(|name| (name.as_str(), r#"["info","x"]"#)));
        flashes.push("error".into(), "new".into());
        let gone: Vec<_> = flashes.gone_entries(true).collect();
        assert_eq!(gone, &names[..9]);
    }

    #[test]
    fn a_list_that_is_none_is_empty() {
        assert!(Flashes::load("{}").is_empty(false));
        assert!(Flashes::load("[[1,2]]").is_empty(false));
    }
}
