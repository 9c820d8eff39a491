//! A session that came in one syntax and is kept in the other: the last step
//! from Flask, and the first one back.

use super::names::{FLASHES, PERMANENT};
use super::{Entry, Malformed, Syntax, Value, flask, json};
use crate::flash::Flash;
use crate::printable::Printable;

/// From a text in one syntax to the other: the field's own, or the plain one
/// that is given.
pub(crate) type Translate = fn(Syntax, &str, Syntax, String) -> String;

/// The payload in the other syntax. A field that is declared somewhere becomes
/// what its type says (`declared` knows how, by its stored name); the others
/// what they look like.
pub(crate) fn translate(
    payload: &str,
    to: Syntax,
    declared: impl Fn(&str) -> Option<Translate>,
) -> Result<String, Malformed> {
    let from = match to {
        Syntax::Json => Syntax::Flask,
        Syntax::Flask => Syntax::Json,
    };
    let mut fields = Vec::new();
    from.index(payload, |entry| fields.push(entry))?;
    let fields = fields.iter().filter_map(|entry| {
        let (name, text) = (entry.name(payload), &payload[entry.value.clone()]);
        let translated = match name {
            FLASHES => flashes(text, to),
            // What is neither has no meaning, and perhaps no form there.
            PERMANENT => matches!(text, "true" | "false").then(|| text.to_owned()),
            _ => field(name, text, from, to, declared(name)),
        };
        Some((key(entry, payload, to)?, translated?))
    });
    let fields: Vec<_> = fields.collect();
    Ok(match to {
        Syntax::Json => {
            let mut object = json::Object::with_capacity(payload.len());
            for (key, text) in &fields {
                object.own_member(key, text);
            }
            object.close()
        }
        Syntax::Flask => {
            let fields = fields.iter().map(|(key, text)| (key.as_str().into(), text.as_str()));
            flask::object(fields.collect())
        }
    })
}

/// The text of a key between its quotes.
fn key(entry: &Entry, payload: &str, to: Syntax) -> Option<String> {
    let raw = &payload[entry.key.clone()];
    match to {
        Syntax::Flask => {
            let mut escaped = String::new();
            flask::escape(entry.name(payload), &mut escaped);
            Some(escaped)
        }
        // Python has strings with half a character in them, and nobody else.
        Syntax::Json => json::decode::<String>(&format!("\"{raw}\"")).map_or_else(
            |_| {
                log::warn!(
                    "A field of a Flask session has a name that is not valid Unicode: it is left out."
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
    from: Syntax,
    to: Syntax,
    declared: Option<Translate>,
) -> Option<String> {
    let plain = match to {
        Syntax::Flask => flask::from_json(text).ok()?,
        Syntax::Json => {
            let flask::Plain { json, lossy } = flask::to_json(text).ok()?;
            if lossy {
                log::warn!(
                    "The field `{}` of a Flask session has a number that is not finite, which \
                     JSON cannot express: it becomes null.",
                    Printable(name),
                );
            }
            json
        }
    };
    let translated = match declared {
        Some(typed) => typed(from, text, to, plain),
        None => plain,
    };
    if to == Syntax::Json && !json::is_readable(&translated) {
        log::warn!(
            "The field `{}` of a Flask session is nested too deeply for JSON: it is left out.",
            Printable(name),
        );
        return None;
    }
    Some(translated)
}

/// The value through its declared type, where that reads it as it was; else the
/// plain form.
pub(super) fn typed<T: Value>(from: Syntax, text: &str, to: Syntax, plain: String) -> String {
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

fn flashes(list: &str, to: Syntax) -> Option<String> {
    match to {
        Syntax::Json => {
            let messages = flask::read_flashes(list)?;
            let flashes = messages.iter().filter_map(|message| match message {
                flask::Message::Stored { flash, .. } => flash.as_ref(),
                flask::Message::New(flash) => Some(*flash),
            });
            let pairs: Vec<_> = flashes.map(|flash| (&flash.category, &flash.message)).collect();
            json::encode(&pairs).ok()
        }
        Syntax::Flask => {
            let pairs: Vec<(String, String)> = json::decode(list).ok()?;
            let flashes: Vec<_> = pairs
                .into_iter()
                .map(|(category, message)| Flash::new(category, message))
                .collect();
            Some(flask::write_flashes(flashes.iter().map(flask::Message::New)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permanent_flag_that_is_none_is_not_in_the_way() {
        for flag in ["NaN", "1e999", "[1e999]", r#""\ud800""#, r#"{" t":[]}"#, "1", "null"] {
            let flask = format!(r#"{{"_permanent":{flag},"a":1}}"#);
            let json = translate(&flask, Syntax::Json, |_| None).unwrap();
            assert_eq!(json, r#"{"a":1}"#, "{flag}");
            assert_eq!(Syntax::Json.index(&json, drop), Ok(()));
        }
        for flag in ["true", "false"] {
            let session = format!(r#"{{"_permanent":{flag},"a":1}}"#);
            for to in [Syntax::Json, Syntax::Flask] {
                let same = translate(&session, to, |_| None);
                assert_eq!(same.as_deref(), Ok(&*session));
            }
        }
    }
}
