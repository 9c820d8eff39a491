//! A form's input, from the request that keeps it to the one that shows it again.

use super::entry_names::{EntryNames, SUFFIX};
use crate::payload::names::INPUT_PREFIX;

/// The input that waits. There is one: the input of a later request replaces it.
#[derive(Default)]
pub(super) struct Input {
    /// What earlier requests kept, the newest last. Two that overlapped may both have
    /// kept one; only the newest is shown.
    found: Vec<Found>,
    new: Option<New>,
    /// What was shown, if anything asked. A second look shows the same.
    shown: Option<Option<String>>,
    /// The session is too large with it.
    is_given_up: bool,
}

struct Found {
    /// The name of its entry in a store.
    name: String,
    text: String,
}

/// What this request kept.
struct New {
    text: String,
    is_shown: bool,
}

impl Input {
    /// From a cookie's entry or those of a store, the newest last: name and text.
    pub(super) fn load<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>) -> Input {
        let found = entries.map(|(name, text)| Found { name: name.into(), text: text.into() });
        Input { found: found.collect(), ..Input::default() }
    }

    pub(super) fn keep(&mut self, text: String) {
        self.new = Some(New { text, is_shown: false });
    }

    /// Returns the input that waits, and marks it as shown.
    pub(super) fn show(&mut self) -> Option<String> {
        if self.shown.is_none() {
            self.shown = Some(self.newest().map(str::to_owned));
            if let Some(new) = &mut self.new {
                new.is_shown = true;
            }
        }
        self.peek()
    }

    /// What `show` would return, without counting it as shown.
    pub(super) fn peek(&self) -> Option<String> {
        match &self.shown {
            Some(shown) => shown.clone(),
            None => self.newest().map(str::to_owned),
        }
    }

    fn newest(&self) -> Option<&str> {
        self.new.as_ref().map(|new| new.text.as_str()).or_else(|| self.newest_found())
    }

    fn newest_found(&self) -> Option<&str> {
        self.found.last().map(|found| found.text.as_str())
    }

    /// What is left for the next request; with `consume`, not what was shown.
    pub(super) fn waiting(&self, consume: bool) -> Option<&str> {
        let is_gone = match &self.new {
            Some(new) => consume && new.is_shown,
            None => consume && self.shown.is_some(),
        };
        self.newest().filter(|_| !is_gone && !self.is_given_up)
    }

    pub(super) fn changed(&self, consume: bool) -> bool {
        match self.waiting(consume) {
            Some(_) => self.new.is_some(),
            None => !self.found.is_empty(),
        }
    }

    /// Drops what is left, and says whether there was anything: what a visitor typed
    /// must not make the session too large to be kept.
    pub(super) fn give_up(&mut self, consume: bool) -> bool {
        let had = self.waiting(consume).is_some();
        self.is_given_up |= had;
        had
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.is_given_up
    }

    /// Its size, in bytes of a store's text.
    pub(super) fn size(&self, consume: bool) -> usize {
        self.waiting(consume).map_or(0, |text| INPUT_PREFIX.len() + SUFFIX + text.len())
    }

    /// What is left, as an entry of a store that has none of it.
    pub(super) fn entry(&self, consume: bool, names: &mut EntryNames) -> Option<(String, String)> {
        self.waiting(consume).map(|text| (names.next(INPUT_PREFIX), text.to_owned()))
    }

    /// The same, if this request kept it.
    pub(super) fn new_entry(
        &self,
        consume: bool,
        names: &mut EntryNames,
    ) -> Option<(String, String)> {
        self.new.as_ref().and_then(|_| self.entry(consume, names))
    }

    /// The entries of what was shown, replaced or given up.
    pub(super) fn gone_entries(&self, consume: bool) -> impl Iterator<Item = &str> {
        let gone = self.changed(consume);
        self.found.iter().filter(move |_| gone).map(|found| found.name.as_str())
    }
}
