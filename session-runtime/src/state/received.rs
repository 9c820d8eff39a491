//! The session as it came with the request: a payload, and where in it the
//! fields are.

use std::ops::Range;
use std::sync::OnceLock;
use std::time::Duration;

use super::log::Mark;
use crate::payload::names::{
    FLASH_PREFIX, FLASHES, INPUT, INPUT_PREFIX, LIFETIME, PERMANENT, is_reserved,
};
use crate::payload::{Malformed, Shared, Syntax, are_unique};
use crate::store::Fields;

/// A field, with its name, takes about this many bytes of a cookie's session.
const FIELD: usize = 32;

/// Everything that a `State` begins with. It is smaller by far, so it is what a
/// request passes on while it looks for its session.
#[derive(Default)]
pub(crate) struct Received {
    pub(super) syntax: Syntax,
    pub(super) payload: String,
    pub(super) fields: Vec<ReceivedField>,
    pub(super) waiting: Waiting,
    pub(super) permanent: bool,
    /// How a cookie's payload says whether it is permanent: Flask writes `false`
    /// as well.
    pub(super) permanent_text: Option<Span>,
    /// The session's own lifetime, if it has one.
    pub(super) lifetime: Option<Duration>,
}

/// A part of the payload. Four bytes an end, because every field has two spans.
#[derive(Clone, Copy, Default)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

/// Where in the payload is what waits to be shown. An empty span is nothing.
pub(super) enum Waiting {
    /// A cookie's list of messages, and a form's input.
    Cookie { list: Span, input: Span },
    /// A store's entries of both, sorted by name: name and text.
    Entries(Vec<(Span, Span)>),
}

impl Default for Waiting {
    fn default() -> Self {
        Waiting::Cookie { list: Span::default(), input: Span::default() }
    }
}

pub(super) struct ReceivedField {
    pub(super) name: Name,
    pub(super) value: Span,
    pub(super) decoded: Decoded,
    /// The field's latest change in the log.
    pub(super) latest: Mark,
}

/// What a field's text decodes to, from the first typed read on. `None` if it is
/// not of the field's type.
pub(super) type Decoded = OnceLock<Option<Shared>>;

pub(super) enum Name {
    Plain(Span),
    /// One that the payload writes with escapes.
    Escaped(Box<Escaped>),
}

pub(super) struct Escaped {
    raw: Span,
    name: String,
}

impl Received {
    /// A session that has nothing in it yet.
    pub(crate) fn nothing(syntax: Syntax) -> Received {
        Received { syntax, ..Received::default() }
    }

    /// The session of a verified payload, with the lifetime of its own, if any.
    pub(crate) fn from_payload(
        payload: String,
        lifetime: Option<Duration>,
        syntax: Syntax,
    ) -> Result<Received, Malformed> {
        let fields = Vec::with_capacity((payload.len() / FIELD).clamp(1, 8));
        let mut received = Received { fields, lifetime, ..Received::nothing(syntax) };
        let mut twice = false;
        let (mut list, mut input) = (Span::default(), Span::default());
        syntax.index(&payload, |entry| match entry.name(&payload) {
            FLASHES => {
                twice |= !list.is_empty();
                list = entry.value.into();
            }
            PERMANENT => {
                twice |= received.permanent_text.is_some();
                received.permanent = &payload[entry.value.clone()] == "true";
                received.permanent_text = Some(entry.value.into());
            }
            INPUT => {
                twice |= !input.is_empty();
                input = entry.value.into();
            }
            _ => {
                let raw = entry.key.into();
                let name = match entry.unescaped {
                    None => Name::Plain(raw),
                    Some(name) => Name::Escaped(Box::new(Escaped { raw, name })),
                };
                received.fields.push(ReceivedField::new(name, entry.value.into()));
            }
        })?;
        received.payload = payload;
        received.waiting = Waiting::Cookie { list, input };
        let names = received.fields.iter().map(|field| field.name.get(&received.payload));
        if twice || !are_unique(names) {
            return Err(Malformed::DuplicateKey);
        }
        Ok(received)
    }

    /// A session as a store keeps it.
    pub(crate) fn from_fields(fields: &Fields) -> Received {
        let bytes = fields.iter().map(|(name, json)| name.len() + json.len()).sum();
        let mut received = Received {
            payload: String::with_capacity(bytes),
            fields: Vec::with_capacity(fields.len()),
            ..Received::nothing(Syntax::Json)
        };
        let mut waiting = Vec::new();
        let mut place = |text: &str| {
            let start = received.payload.len();
            received.payload.push_str(text);
            Span::from(start..received.payload.len())
        };
        for (name, json) in fields {
            match name.as_str() {
                PERMANENT => received.permanent = json == "true",
                LIFETIME => received.lifetime = json.parse().ok().map(Duration::from_secs),
                _ if name.starts_with(FLASH_PREFIX) || name.starts_with(INPUT_PREFIX) => {
                    waiting.push((place(name), place(json)));
                }
                // A cookie's own, or what a later version puts there.
                _ if is_reserved(name) => {}
                _ => {
                    let name = Name::Plain(place(name));
                    received.fields.push(ReceivedField::new(name, place(json)));
                }
            }
        }
        received.waiting = Waiting::Entries(waiting);
        received
    }

    /// The session's own lifetime, if it has one.
    pub(crate) fn lifetime(&self) -> Option<Duration> {
        self.lifetime
    }

    pub(super) fn text(&self, span: Span) -> &str {
        &self.payload[span.range()]
    }

    /// A cookie's list of messages.
    pub(super) fn flash_list(&self) -> Option<&str> {
        match self.waiting {
            Waiting::Cookie { list, .. } if !list.is_empty() => Some(self.text(list)),
            _ => None,
        }
    }

    /// A store's entries of what waits: name and text.
    fn entries(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> {
        let entries = match &self.waiting {
            Waiting::Entries(entries) => entries.as_slice(),
            Waiting::Cookie { .. } => &[],
        };
        entries.iter().map(|(name, text)| (self.text(*name), self.text(*text)))
    }

    /// The names of a store's entries of what waits.
    pub(super) fn entry_names(&self) -> impl Iterator<Item = &str> {
        self.entries().map(|(name, _)| name)
    }

    /// The messages that a store has: name and text.
    pub(super) fn flash_entries(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> {
        self.entries().filter(|(name, _)| name.starts_with(FLASH_PREFIX))
    }

    pub(super) fn has_messages(&self) -> bool {
        self.flash_list().is_some() || self.flash_entries().next().is_some()
    }

    /// The inputs of forms, the newest last: name and text. A cookie has one at most.
    pub(super) fn inputs(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> {
        let own = match self.waiting {
            Waiting::Cookie { input, .. } if !input.is_empty() => Some((INPUT, self.text(input))),
            _ => None,
        };
        self.entries().filter(|(name, _)| name.starts_with(INPUT_PREFIX)).chain(own)
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Span {
        let end = |at| u32::try_from(at).unwrap_or_else(|_| panic!("a session of 4 GiB"));
        Span { start: end(range.start), end: end(range.end) }
    }
}

impl Span {
    fn is_empty(self) -> bool {
        self.start == self.end
    }

    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl ReceivedField {
    fn new(name: Name, value: Span) -> ReceivedField {
        ReceivedField { name, value, decoded: OnceLock::new(), latest: Mark::default() }
    }
}

impl Name {
    pub(super) fn get<'a>(&'a self, payload: &'a str) -> &'a str {
        match self {
            Name::Plain(raw) => &payload[raw.range()],
            Name::Escaped(escaped) => &escaped.name,
        }
    }

    /// The text between the name's quotes.
    pub(super) fn raw<'a>(&self, payload: &'a str) -> &'a str {
        let raw = match self {
            Name::Plain(raw) => raw,
            Name::Escaped(escaped) => &escaped.raw,
        };
        &payload[raw.range()]
    }
}
