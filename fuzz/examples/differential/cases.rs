//! What both sides are asked: cookies that are changed before they are signed,
//! and after, and values of Rust's types.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde_json::Value;
use session_fuzz::NOW;
use session_fuzz::flask::{MAX_INFLATED, Signer, canonical, deflate, deflate_raw};
use session_fuzz::flask::{inflate_raw, plain, time, wrap, zlib};
use session_fuzz::maker::encode;
use session_fuzz::random::Random;
use session_runtime::flask::{Bytes, Markup};
use session_runtime::fuzzing::flask;

/// How a case is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A session that Python made, as it stands.
    Made,
    /// Its JSON changed, then signed.
    Json,
    /// Dates, UUIDs and base64 in the spellings that Python knows.
    Tags,
    /// A damaged zlib stream, signed.
    Zlib,
    /// Changed deflate, with a checksum that fits, signed.
    Deflate,
    /// Payload and time as other base64, signed.
    Base64,
    /// Changed after it was signed.
    Unsigned,
    /// A value that Rust writes.
    Written,
}

impl Class {
    pub(crate) const ALL: [Class; 8] = [
        Class::Made,
        Class::Json,
        Class::Tags,
        Class::Zlib,
        Class::Deflate,
        Class::Base64,
        Class::Unsigned,
        Class::Written,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Class::Made => "made by Python",
            Class::Json => "other JSON, signed",
            Class::Tags => "dates, UUIDs and bytes, signed",
            Class::Zlib => "damaged zlib, signed",
            Class::Deflate => "changed deflate, right checksum, signed",
            Class::Base64 => "other base64 and times, signed",
            Class::Unsigned => "changed after it was signed",
            Class::Written => "values that Rust writes",
        }
    }
}

const WORDS: [&str; 68] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    " ",
    "\n",
    "0",
    "-",
    ".",
    "e",
    "E+",
    "1",
    "12e3",
    "-0",
    "-0.0",
    "1e999",
    "1e-400",
    "0.1",
    "1.50",
    "NaN",
    "Infinity",
    "-Infinity",
    "-NaN",
    "null",
    "true",
    "false",
    "\"a\"",
    "\"a\":1",
    "{}",
    "[]",
    "[[[[",
    "]]]]",
    "{\" t\":[",
    "]}",
    "{\" t\":[1,2]}",
    "{\" b\":\"AQI=\"}",
    "{\" m\":\"<b>\"}",
    "{\" m\":1}",
    "{\" t\":1}",
    "{\" u\":\"00112233445566778899aabbccddeeff\"}",
    "{\" d\":\"Sun, 06 Nov 1994 08:49:37 GMT\"}",
    "{\" d\":null}",
    "{\" di\":{\" t__\":1}}",
    "{\" di\":{\"ab\":1}}",
    "{\" di\":{\"\\u00e9\":1}}",
    "\" t\":1",
    "\" t\":[1],",
    "\" di\":",
    "\"_flashes\":[{\" t\":[\"a\",\"b\"]}]",
    "\"_permanent\":true",
    "\\ud800",
    "\\udc00",
    "\\ud83d\\ude00",
    "\\u0061",
    "\\u00",
    "\\/",
    "\u{e9}",
    "\u{1f600}",
    "\u{7f}",
    "\u{0}",
    "\u{feff}",
    "\u{a0}",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
];

/// Makes cases from a seed.
pub(crate) struct Cases {
    pub(crate) random: Random,
    signer: Signer,
}

impl Cases {
    pub(crate) fn new(random: Random, signer: Signer) -> Cases {
        Cases { random, signer }
    }

    /// A cookie of the class, from a valid one and what it holds.
    pub(crate) fn cookie(&mut self, class: Class, cookie: &str, json: &str) -> String {
        let now = time(NOW);
        match class {
            Class::Made | Class::Written => cookie.to_owned(),
            Class::Json => {
                let json = self.json(json.to_owned());
                let payload = match self.random.below(3) {
                    0 => zlib(&deflate(json.as_bytes(), 6)),
                    _ => plain(json.as_bytes()),
                };
                self.signer.sign(&payload, &now)
            }
            Class::Tags => {
                let tag = match self.random.below(5) {
                    0 => format!(r#"{{" u":"{}"}}"#, self.uuid()),
                    1 => format!(r#"{{" b":"{}"}}"#, self.base64()),
                    _ => format!(r#"{{" d":"{}"}}"#, self.date()),
                };
                self.signer.sign(&plain(format!(r#"{{"a":{tag}}}"#).as_bytes()), &now)
            }
            Class::Zlib => {
                let level = self.random.below(10) as u32;
                let mut stream = deflate(json.as_bytes(), level);
                for _ in 0..=self.random.below(2) {
                    self.damage(&mut stream);
                }
                self.signer.sign(&zlib(&stream), &now)
            }
            Class::Deflate => {
                // The level stands for how the blocks are made.
                let level = self.random.below(10) as u32;
                let mut stream = deflate_raw(json.as_bytes(), level);
                for _ in 0..self.random.below(3) {
                    self.damage(&mut stream);
                }
                let whole = match inflate_raw(&stream, 2 * MAX_INFLATED) {
                    Some((out, used)) => wrap(&stream[..used], &out),
                    None => wrap(&stream, json.as_bytes()),
                };
                self.signer.sign(&zlib(&whole), &now)
            }
            Class::Base64 => {
                let mut payload = plain(json.as_bytes());
                let mut when = self.time();
                let changed = if self.random.below(2) == 0 { &mut payload } else { &mut when };
                if self.random.below(4) > 0 {
                    *changed = self.text(changed);
                }
                self.signer.sign(&payload, &when)
            }
            Class::Unsigned => {
                let mut parts: Vec<_> = cookie.rsplitn(3, '.').collect();
                parts.reverse();
                match self.random.below(4) {
                    0 => self.text(cookie),
                    // The signature alone, which has many spellings of one MAC.
                    1 | 2 => [parts[0], parts[1], &self.text(parts[2])].join("."),
                    _ => {
                        let mut mac = canonical(parts[2]).unwrap_or_default();
                        self.damage(&mut mac);
                        [parts[0], parts[1], &encode(&mac)].join(".")
                    }
                }
            }
        }
    }

    /// A value that Rust writes, and its plain JSON if it is no more than that.
    pub(crate) fn written(&mut self) -> (String, Option<String>) {
        let own = |value: Result<String, String>| value.unwrap_or_else(|_| "null".into());
        fn write<T: Serialize>(value: T) -> Result<String, String> {
            flask::encode(&value)
        }
        let value = match self.random.below(12) {
            0..=4 => {
                let value = self.value(0);
                let plain = serde_json::to_string(&value).expect("it is JSON");
                return (own(flask::encode(&value)), Some(plain));
            }
            5 => write(f64::from_bits(self.random.next())),
            6 => write(f32::from_bits(self.random.next() as u32)),
            7 => {
                let wide = u128::from(self.random.next()) << 64 | u128::from(self.random.next());
                let wide = wide >> self.random.below(128);
                write((wide, wide as i128, wide as i8))
            }
            8 => {
                let bytes = (0..self.random.below(9)).map(|_| self.random.next() as u8);
                let bytes = Bytes(bytes.collect());
                write((bytes, Markup(self.string())))
            }
            9 => {
                let seconds = Duration::from_secs(self.random.below(253_402_300_800) as u64);
                write(SystemTime::UNIX_EPOCH + seconds)
            }
            10 => {
                let map: BTreeMap<_, _> =
                    (0..self.random.below(4)).map(|_| (self.key(), Some(self.string()))).collect();
                write(map)
            }
            _ => write(vec![(self.string(), self.value(2)), (self.key(), Value::Null)]),
        };
        (own(value), None)
    }

    fn one(&mut self, words: &[&'static str]) -> &'static str {
        words[self.random.below(words.len())]
    }

    fn string(&mut self) -> String {
        let alphabet = ['a', 'Z', '"', '\\', '/', '\n', '\u{0}', '\u{7f}', 'é', '\u{2028}', '😀'];
        (0..self.random.below(6)).map(|_| *self.random.pick(&alphabet)).collect()
    }

    fn key(&mut self) -> String {
        let keys = [" t", " b", " m", " u", " d", " di", " t__", "__", "", "a", "é", "\u{ffff}"];
        match self.random.below(4) {
            0 => self.string(),
            _ => (*self.random.pick(&keys)).to_owned(),
        }
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.random.below(if depth < 4 { 9 } else { 6 }) {
            0 => Value::Null,
            1 => (self.random.below(2) == 0).into(),
            2 => self.random.next().into(),
            3 => (self.random.next() as i64 >> self.random.below(64)).into(),
            4 => f64::from_bits(self.random.next()).into(),
            5 => self.string().into(),
            6 => (0..self.random.below(4)).map(|_| self.value(depth + 1)).collect(),
            _ => {
                let members = self.random.below(4);
                (0..members).map(|_| (self.key(), self.value(depth + 1))).collect()
            }
        }
    }

    fn boundary(&mut self, text: &str) -> usize {
        let at = self.random.below(text.len() + 1);
        (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    }

    fn word(&mut self) -> String {
        match self.random.below(40) {
            0 => "9".repeat(4290 + self.random.below(20)),
            1 => format!("{{\" d\":\"{}\"}}", self.date()),
            2 => format!("{{\" u\":\"{}\"}}", self.uuid()),
            3 => {
                // About as deep as Flask reads.
                let levels = 480 + self.random.below(20);
                format!("{}1{}", "[".repeat(levels), "]".repeat(levels))
            }
            _ => (*self.random.pick(&WORDS)).to_owned(),
        }
    }

    /// Some changes of a JSON text.
    fn json(&mut self, mut json: String) -> String {
        for _ in 0..=self.random.below(3) {
            let (a, b) = (self.boundary(&json), self.boundary(&json));
            let (start, end) = (a.min(b), a.max(b));
            match self.random.below(8) {
                0 => json.insert_str(start, &self.word()),
                1 => {
                    let end = (start + 4).min(end);
                    if json.is_char_boundary(end) {
                        json.replace_range(start..end, "");
                    }
                }
                2 => {
                    let part = json[start..end].to_owned();
                    if part.len() < 2000 {
                        json.insert_str(end, &part);
                    }
                }
                3 => json.replace_range(start..end, ""),
                // A member before all others, or a value for a number or a word.
                4 if json.starts_with('{') => {
                    let member = format!("\"{}\":{},", self.raw_key(), self.word());
                    json.insert_str(1, &member);
                }
                4 => json = format!("{{\"{}\":{}}}", self.raw_key(), self.word()),
                _ => {
                    let digits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
                    let Some(at) = json[start..].find(digits) else { continue };
                    let from = start + at;
                    let len = json[from..].find(|c| !digits(c)).unwrap_or(json.len() - from);
                    json.replace_range(from..from + len, &self.word());
                }
            }
            let mut cut = json.len().min(2 * MAX_INFLATED);
            while !json.is_char_boundary(cut) {
                cut -= 1;
            }
            json.truncate(cut);
        }
        json
    }

    fn raw_key(&mut self) -> &'static str {
        self.one(&["a", "n", " t", " u", "\\u0020t", "\\ud800", "\\u00e9", "_flashes", "é"])
    }

    fn date(&mut self) -> String {
        let mut one = |words| self.one(words);
        let day = one(&["Sun", "Sun", "Sunday", "sun", "X", "", "1", "S S", "é", "\\u00a0", "a,b"]);
        let comma = one(&[", ", ", ", ", ", ", ", ",", " ", ",  "]);
        let date = one(&[
            "06 Nov 1994",
            "6 Nov 1994",
            "31 Dec 9999",
            "01 Jan 0100",
            "01 Jan 0099",
            "29 Feb 2024",
            "29 Feb 2023",
            "30 Feb 2024",
            "31 Apr 2024",
            "00 Jan 2024",
            "06-Nov-94",
            "06-Nov-1994",
            "06-Nov-68",
            "06-Nov-69",
            "06 nov 1994",
            "Nov 06 1994",
            "06 Nov 94",
            "006 Nov 094",
            "06 Nov 10000",
            "06 Nov -1",
            "06 Nov",
            "06  Nov 1994",
            "06 Nov 0000",
            "06-Nov 1994",
        ]);
        let time = one(&[
            "08:49:37",
            "08:49:37",
            "23:59:59",
            "23:59:60",
            "24:00:00",
            "08:60:00",
            "8:9:7",
            "08:49",
            "008:049:037",
            "08:49:37.5",
            "08.49.37",
            "-8:49:37",
            "08:49:37:00",
            "\\u0660:49:37",
        ]);
        let zone = one(&[
            "GMT", "GMT", "GMT", "UTC", "Z", "EST", "gmt", "", "+0000", "-0000", "+0200", "-0130",
            "+2359", "-2359", "+2400", "+0060", "+0160", "+9999", "+02", "+053", "+05300",
            "+02:00", "CET", "GMT ", "GMT x",
        ]);
        format!("{day}{comma}{date} {time} {zone}")
    }

    fn uuid(&mut self) -> String {
        let number = u128::from(self.random.next()) << 64 | u128::from(self.random.next());
        let mut text = format!("{number:032x}");
        for _ in 0..self.random.below(3) {
            match self.random.below(8) {
                0 => text = text.to_uppercase(),
                1 => text = format!("{{{text}}}"),
                2 => text = format!("urn:uuid:{text}"),
                3 => drop(text.pop()),
                4 => {
                    let at = self.boundary(&text);
                    text.insert_str(at, self.one(&["_", " ", "g", "+", "0", "é", "{", "}"]));
                }
                5 => text.replace_range(0..1, self.one(&["_", " ", "+", "-", "0x"])),
                _ => {
                    let at = self.boundary(&text);
                    text.insert(at, '-');
                }
            }
        }
        text
    }

    fn base64(&mut self) -> String {
        use base64::Engine;
        let bytes: Vec<_> = (0..self.random.below(8)).map(|_| self.random.next() as u8).collect();
        let text = base64::engine::general_purpose::STANDARD.encode(bytes);
        match self.random.below(3) {
            0 => text,
            _ => self.text(&text).replace(['"', '\\'], "/"),
        }
    }

    /// Up to ten bytes, most of them near the present.
    fn time(&mut self) -> String {
        match self.random.below(4) {
            0 => {
                let bytes = (0..self.random.below(11)).map(|_| self.random.next() as u8);
                encode(&bytes.collect::<Vec<_>>())
            }
            1 => {
                let zeros = vec![0; self.random.below(6)];
                encode(&[&zeros[..], &NOW.to_be_bytes()[4..]].concat())
            }
            2 => {
                let edges = [0, 1, -1, 2_678_400, 2_678_401];
                time(NOW.saturating_add_signed(-*self.random.pick::<i64>(&edges)))
            }
            _ => time(NOW),
        }
    }

    /// One change of a text of base64.
    fn text(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        let at = self.boundary(&text);
        let letters = ['A', 'B', '_', '-', '+', '/', '=', '.', '!', ' ', '\n', 'é'];
        match self.random.below(6) {
            0 => text.truncate(at),
            1 => text.insert(at, *self.random.pick(&letters)),
            2 => text.push_str(self.one(&["=", "==", "===", "A", "!", "."])),
            3 => text.insert_str(0, self.one(&["=", ".", "A", " ", "-"])),
            _ => {
                // Often the last letter, which has bits that mean nothing.
                let at = if self.random.below(2) == 0 { text.len().saturating_sub(1) } else { at };
                if let Some(old) = text.get(at..at + 1) {
                    let next = char::from(old.as_bytes()[0].saturating_add(1).min(b'z'));
                    text.replace_range(at..at + 1, &next.to_string());
                }
            }
        }
        text
    }

    fn damage(&mut self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let at = self.random.below(bytes.len());
        // The headers of streams and blocks are at the beginning.
        let at = if self.random.below(2) == 0 { at % 24 } else { at };
        let at = at.min(bytes.len() - 1);
        match self.random.below(8) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, self.random.next() as u8),
            2 => drop(bytes.remove(at)),
            3 => bytes.push(self.random.next() as u8),
            4 => bytes[at] = self.random.next() as u8,
            _ => bytes[at] ^= 1 << self.random.below(8),
        }
    }
}
