//! Between Flask's JSON and the plain JSON of the other formats, value by value
//! and without a type: what no handler declares changes its format so.

use std::collections::BTreeMap;

use super::index::Flask;
use super::object::object;
use super::tag::Tag;
use super::text;
use super::value::{self, Elements, Kind, Members};
use super::{Malformed, decode};
use crate::payload::scan::Scan;
use crate::payload::walk;

/// A value in plain JSON, and whether something of it has no form there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plain {
    pub(crate) json: String,
    /// It was not finite, and is null now.
    pub(crate) lossy: bool,
}

/// The plain JSON of a checked value: lists for tuples, strings for markup,
/// UUIDs (with hyphens), dates (RFC 3339) and bytes (base64). Numbers and
/// strings keep their spelling.
pub(crate) fn to_json(text: &str) -> Result<Plain, Malformed> {
    let mut plain = Plain::default();
    plain.value(text)?;
    Ok(plain)
}

impl Plain {
    fn value(&mut self, text: &str) -> Result<(), Malformed> {
        match Kind::of(text)? {
            Kind::List(list) | Kind::Tagged(Tag::Tuple, list) => self.list(list),
            Kind::Dict(dict) => self.dict(dict, false),
            Kind::Tagged(Tag::Dict, dict) => self.dict(dict, true),
            Kind::Tagged(Tag::Uuid | Tag::Date, _) => {
                let text: String = decode(text).map_err(|_| Malformed::Tag)?;
                text::quote(&text, &mut self.json);
                Ok(())
            }
            Kind::Tagged(Tag::Markup | Tag::Bytes, value) => self.put(value),
            Kind::Number(number) if is_finite(number) => self.put(number),
            Kind::Number(_) => {
                self.lossy = true;
                self.put("null")
            }
            Kind::Null | Kind::Bool(_) | Kind::Text(_) => self.put(text),
        }
    }

    fn put(&mut self, text: &str) -> Result<(), Malformed> {
        self.json.push_str(text);
        Ok(())
    }

    fn list(&mut self, list: &str) -> Result<(), Malformed> {
        let mut elements = Elements::new(list);
        self.json.push('[');
        let mut separator = "";
        while let Some(element) = elements.next()? {
            self.json.push_str(separator);
            separator = ",";
            self.value(element)?;
        }
        self.put("]")
    }

    fn dict(&mut self, dict: &str, escaped: bool) -> Result<(), Malformed> {
        let mut members = Members::new(dict, escaped);
        self.json.push('{');
        let mut separator = "";
        while let Some((key, value)) = members.next()? {
            self.json.extend([separator, "\"", key, "\":"]);
            separator = ",";
            self.value(value)?;
        }
        self.put("}")
    }
}

/// JSON has no other numbers, and no format here reads one beyond an `f64`.
fn is_finite(number: &str) -> bool {
    number.parse::<f64>().is_ok_and(f64::is_finite)
}

/// A checked value of plain JSON as Flask writes it: in ASCII, keys in order, a
/// dict whose only key is a tag wrapped.
pub(crate) fn from_json(json: &str) -> Result<String, Malformed> {
    let mut scan = Scan::new(json);
    scan.space();
    respelled(&mut scan)
}

/// Nothing looks for tags here: what looks like one is none.
fn respelled(scan: &mut Scan<'_>) -> Result<String, Malformed> {
    let start = scan.at;
    match scan.peek() {
        Some(b'"') => {
            let text = scan.string()?;
            Ok(format!("\"{}\"", raw(&scan.text[text])))
        }
        Some(b'[') => {
            scan.at += 1;
            let mut values = Vec::new();
            while !value::at_end(scan, b']') {
                values.push(respelled(scan)?);
            }
            Ok(format!("[{}]", values.join(",")))
        }
        Some(b'{') => {
            scan.at += 1;
            // As in a dict, the last of equal keys wins.
            let mut fields = BTreeMap::new();
            while !value::at_end(scan, b'}') {
                let key = scan.key()?;
                fields.insert(raw(&scan.text[key]), respelled(scan)?);
            }
            let fields = fields.iter().map(|(key, value)| (key.as_str().into(), value.as_str()));
            Ok(object(fields.collect()))
        }
        _ => {
            walk::word::<Flask>(scan)?;
            Ok(scan.text[start..scan.at].to_owned())
        }
    }
}

/// A string's text in Flask's spelling. One that no `String` can hold stays.
fn raw(text: &str) -> String {
    let Some(unescaped) = text::unescape(text) else { return text.to_owned() };
    let mut out = String::with_capacity(text.len());
    text::escape(&unescaped, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        to_json(text).unwrap().json
    }

    #[test]
    fn every_tag_has_a_plain_form() {
        for (flask, json) in [
            (r#"{" t":[1,{" t":[]}]}"#, "[1,[]]"),
            (r#"{" m":"<b>\u00e9</b>"}"#, r#""<b>\u00e9</b>""#),
            (r#"{" b":"AQI="}"#, r#""AQI=""#),
            (
                r#"{" u":"00112233445566778899aabbccddeeff"}"#,
                r#""00112233-4455-6677-8899-aabbccddeeff""#,
            ),
            (r#"{" d":"Tue, 14 Nov 2023 22:13:20 GMT"}"#, r#""2023-11-14T22:13:20Z""#),
            (r#"{" di":{" t__":[1]}}"#, r#"{" t":[1]}"#),
            // Two characters are the suffix, whatever they are.
            (r#"{" di":{"a\u00e9\ud83d\ude00":1}}"#, r#"{"a":1}"#),
            (r#"{" di":{"\ud83d\"":1}}"#, r#"{"":1}"#),
            (r#"{" di":{"\\":1}}"#, r#"{"":1}"#),
            (r#"{"a": [1 , 2] ,"b":null}"#, r#"{"a":[1,2],"b":null}"#),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
        ] {
            assert_eq!(plain(flask), json);
        }
    }

    #[test]
    fn what_is_not_finite_is_null_and_says_so() {
        for text in ["NaN", "-Infinity", "1e999"] {
            let plain = to_json(&format!("[{text},1]")).unwrap();
            assert_eq!(plain, Plain { json: "[null,1]".into(), lossy: true });
        }
        assert!(!to_json("[1.5,1e308]").unwrap().lossy);
    }

    #[test]
    fn plain_json_is_written_in_flasks_spelling() {
        for (json, flask) in [
            ("\"é\\/\"", r#""\u00e9/""#),
            (r#"{"b":1,"a":{" t":"no tuple"}}"#, r#"{"a":{" di":{" t__":"no tuple"}},"b":1}"#),
            (r#"{"a":1," t":2,"a":3}"#, r#"{" t":2,"a":3}"#),
            (r#"{" t":1," t":2}"#, r#"{" di":{" t__":2}}"#),
            (r#" [ 1 , "x" ] "#, r#"[1,"x"]"#),
            (r#""\ud800""#, r#""\ud800""#),
            ("-1.5e3", "-1.5e3"),
        ] {
            assert_eq!(from_json(json).unwrap(), flask);
        }
    }
}
