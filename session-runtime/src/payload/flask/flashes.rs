//! Flask's flash messages: a list of tuples of category and message.

use super::encode;
use super::tag::Tag;
use super::text;
use super::value::{Elements, Kind};
use crate::flash::Flash;

/// A message of the list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Message<'a> {
    /// As it stands in the list, to be kept byte for byte while it waits: it may
    /// be markup, and here it is only text.
    Stored {
        text: &'a str,
        /// `None` for what is no message: it waits, and is never shown.
        flash: Option<Flash>,
    },
    New(&'a Flash),
}

/// The messages of a stored list, or `None` if it is none.
pub(crate) fn read_flashes(list: &str) -> Option<Vec<Message<'_>>> {
    let mut elements = elements(list)?;
    let mut messages = Vec::new();
    while let Some(text) = elements.next().ok()? {
        messages.push(Message::Stored { text, flash: flash(text) });
    }
    Some(messages)
}

/// The list of these messages, as Flask writes it.
pub(crate) fn write_flashes<'a>(messages: impl IntoIterator<Item = Message<'a>>) -> String {
    let mut out = String::from("[");
    for message in messages {
        if out.len() > 1 {
            out.push(',');
        }
        match message {
            Message::Stored { text, .. } => out.push_str(text),
            Message::New(Flash { category, message, .. }) => {
                out.push_str(&encode(&(category, message)).unwrap_or_else(|_| {
                    unreachable!("a tuple of strings always has a form in JSON")
                }));
            }
        }
    }
    out.push(']');
    out
}

/// Lists and tuples alike.
fn elements(text: &str) -> Option<Elements<'_>> {
    match Kind::of(text).ok()? {
        Kind::List(list) | Kind::Tagged(Tag::Tuple, list) => Some(Elements::new(list)),
        _ => None,
    }
}

fn flash(text: &str) -> Option<Flash> {
    let mut pair = elements(text)?;
    let (category, message) = (pair.next().ok()??, pair.next().ok()??);
    if pair.next().ok()?.is_some() {
        return None;
    }
    let category = text::unescape(Kind::of(category).ok()?.text()?)?;
    // Python flashes anything: a number shows as a template would print it.
    let message = match Kind::of(message).ok()?.text() {
        Some(raw) => text::unescape(raw)?,
        None => message.into(),
    };
    Some(Flash::new(category.into_owned(), message.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = concat!(
        r#"[{" t":["message","m1"]},["error","b\u00e9d"],{" t":["info",{" m":"<b>x</b>"}]}, "#,
        r#"{" t":["n",5]},{" t":["one"]},[1,"2"],"three",["a","b","c"],["s","\ud800"]]"#
    );

    fn shown(list: &str) -> Vec<Option<(String, String)>> {
        let pair = |flash: &Flash| (flash.category.clone(), flash.message.clone());
        let messages = read_flashes(list).unwrap();
        let flashes = messages.iter().map(|message| match message {
            Message::Stored { flash, .. } => flash.as_ref().map(pair),
            Message::New(flash) => Some(pair(flash)),
        });
        flashes.collect()
    }

    #[test]
    fn reads_tuples_and_lists_of_text_and_markup() {
        let flash = |category: &str, message: &str| Some((category.into(), message.into()));
        assert_eq!(
            shown(LIST),
            [
                flash("message", "m1"),
                flash("error", "béd"),
                flash("info", "<b>x</b>"),
                flash("n", "5"),
                None,
                None,
                None,
                None,
                None,
            ]
        );
        assert_eq!(shown(r#"{" t":[["a","b"]]}"#), [flash("a", "b")]);
        assert_eq!(shown("[]"), []);
        for none in ["{}", "1", "null", r#"{" m":"x"}"#] {
            assert_eq!(read_flashes(none), None);
        }
    }

    #[test]
    fn what_waits_keeps_its_bytes() {
        let messages = read_flashes(LIST).unwrap();
        let new = Flash::new("info".into(), "é".into());
        let kept = messages.into_iter().skip(2).take(2).chain([Message::New(&new)]);
        assert_eq!(
            write_flashes(kept),
            r#"[{" t":["info",{" m":"<b>x</b>"}]},{" t":["n",5]},{" t":["info","\u00e9"]}]"#
        );
        assert_eq!(write_flashes([]), "[]");
    }
}
