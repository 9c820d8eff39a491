//! A session that came in one dialect and is kept in the other: the last step
//! from Flask, and the first one back.

use super::index::{self, Entry, Malformed};
use super::object::Object;
use super::{Dialect, FLASHES, PERMANENT, codec};
use crate::flash::Flash;
use crate::flask;
use crate::registry::Registry;
use crate::state::field::Value;

/// The payload in the other dialect. A field that is declared somewhere becomes
/// what its type says; the others what they look like.
pub(crate) fn translate(
    payload: &str,
    to: Dialect,
    registry: &Registry,
) -> Result<String, Malformed> {
    let from = match to {
        Dialect::Json => Dialect::Flask,
        Dialect::Flask => Dialect::Json,
    };
    let mut fields = Vec::new();
    from.index(payload, |entry| fields.push(entry))?;
    let fields = fields.iter().filter_map(|entry| {
        let (name, text) = (entry.name(payload), &payload[entry.value.clone()]);
        let translated = match name {
            FLASHES => flashes(text, to),
            PERMANENT => Some(text.to_owned()),
            _ => field(name, text, from, to, registry),
        };
        Some((key(entry, payload, to)?, translated?))
    });
    let fields: Vec<_> = fields.collect();
    Ok(match to {
        Dialect::Json => {
            let mut object = Object::with_capacity(payload.len());
            for (key, text) in &fields {
                object.member(|out| out.extend(["\"", key, "\""]), text);
            }
            object.close()
        }
        Dialect::Flask => {
            let fields = fields.iter().map(|(key, text)| (key.as_str().into(), text.as_str()));
            flask::object(fields.collect())
        }
    })
}

/// The text of a key between its quotes.
fn key(entry: &Entry, payload: &str, to: Dialect) -> Option<String> {
    let raw = &payload[entry.key.clone()];
    match to {
        Dialect::Flask => {
            let mut escaped = String::new();
            flask::escape(entry.name(payload), &mut escaped);
            Some(escaped)
        }
        // Python has strings with half a character in them, and nobody else.
        Dialect::Json => codec::decode::<String>(&format!("\"{raw}\"")).map_or_else(
            |_| {
                log::warn!(
                    "A field of a Flask session has a name that is no text: it is left out."
                );
                None
            },
            |_| Some(raw.to_owned()),
        ),
    }
}

fn field(
    name: &str,
    text: &str,
    from: Dialect,
    to: Dialect,
    registry: &Registry,
) -> Option<String> {
    let plain = match to {
        Dialect::Flask => flask::from_json(text).ok()?,
        Dialect::Json => {
            let flask::Plain { json, lossy } = flask::to_json(text).ok()?;
            if lossy {
                log::warn!(
                    "The field `{name}` of a Flask session has a number that is not finite, which \
                     has no form in JSON: it is null now."
                );
            }
            json
        }
    };
    let translated = match registry.translation(name) {
        Some(typed) => typed(from, text, to, plain),
        None => plain,
    };
    if to == Dialect::Json && !index::is_readable(&translated) {
        log::warn!(
            "The field `{name}` of a Flask session nests too deep for JSON: it is left out."
        );
        return None;
    }
    Some(translated)
}

/// The value through its declared type, where that reads it as it was; else the
/// plain form.
pub(super) fn typed<T: Value>(from: Dialect, text: &str, to: Dialect, plain: String) -> String {
    let Ok(value) = from.decode::<T>(text) else { return plain };
    let Ok(own) = to.encode(&value) else { return plain };
    // A type may know less than is there, such as a struct of some members.
    let is_whole = from.encode(&value).is_ok_and(|whole| from.same(text, &whole));
    let reads_alike = || {
        let again = to.decode::<T>(&plain).ok().and_then(|value| to.encode(&value).ok());
        again.is_some_and(|again| to.same(&again, &own))
    };
    if !is_whole && reads_alike() { plain } else { own }
}

fn flashes(list: &str, to: Dialect) -> Option<String> {
    match to {
        Dialect::Json => {
            let messages = flask::read_flashes(list)?;
            let flashes = messages.iter().filter_map(|message| match message {
                flask::Message::Stored { flash, .. } => flash.as_ref(),
                flask::Message::New(flash) => Some(*flash),
            });
            let pairs: Vec<_> = flashes.map(|flash| (&flash.category, &flash.message)).collect();
            codec::encode(&pairs).ok()
        }
        Dialect::Flask => {
            let pairs: Vec<(String, String)> = codec::decode(list).ok()?;
            let flashes: Vec<_> = pairs
                .into_iter()
                .map(|(category, message)| Flash::new(category, message))
                .collect();
            Some(flask::write_flashes(flashes.iter().map(flask::Message::New)))
        }
    }
}
