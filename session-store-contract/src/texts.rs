//! Names and values that a store with a mistake in it trips over.

/// JSON texts, each with something in it that a store might change.
const VALUES: [&str; 20] = [
    "null",
    "true",
    "1",
    "1.0",
    "1e2",
    "-0",
    "-0.0",
    "0.1000",
    "18446744073709551615",
    "123456789012345678901234567890.123456789012345678901234567890",
    r#""""#,
    r#""\u0000""#,
    r#""a\u0000b\n\r\t\"\\\/ ' ` % * $1 ? ; --""#,
    r#""\ud83d\ude00 😀 é e\u0301 é""#,
    " [ 1 ,\t2 ]\n",
    r#"{"b":1,"a":2,"b":3}"#,
    r#"{ "a" : {} }"#,
    "{}",
    "[]",
    r#""2026-01-01T00:00:00Z""#,
];

/// Names of fields.
const NAMES: [&str; 37] = [
    "",
    " ",
    "a",
    "A",
    "a ",
    " a",
    "a\0",
    "\0",
    "a\0b",
    "a*",
    "*",
    "?",
    "[a]",
    "a.b",
    "$.a",
    "a/b",
    "../",
    "%",
    "_",
    "%00",
    "\\",
    "\\0",
    "\\u0000",
    "\"",
    "'",
    "';--",
    "{a}",
    "a:b",
    "a\nb",
    "\r\n",
    "\t",
    "\u{7f}\u{80}\u{feff}\u{ffff}",
    "é",
    "e\u{301}",
    "😀",
    "\u{10ffff}",
    "1",
];

/// Names that a store may have given to things of its own.
const OWN: [&str; 14] = [
    "created", "seen", "expires", "owner", "key", "id", "fields", "data", "name", "value", "set",
    "remove", "session", "now",
];

/// What a store may put before a name to tell it from its own.
const PREFIXES: [&str; 8] = ["f:", "field:", "f.", "$", "_", ":", "@", "\0"];

/// Fields with all of these names and all of these values.
pub(crate) fn fields() -> Vec<(String, String)> {
    let prefixed = PREFIXES.iter().flat_map(|prefix| OWN.map(|own| format!("{prefix}{own}")));
    let plain = NAMES.iter().chain(&OWN).map(|name| (*name).to_owned());
    let long = ["n".repeat(299), "n".repeat(300), format!("{}m", "n".repeat(299))];
    let wide = ["é".repeat(300), "😀".repeat(300)];
    let names = plain.chain(prefixed).chain(long).chain(wide);
    names.zip(VALUES.iter().cycle()).map(|(name, json)| (name, (*json).to_owned())).collect()
}

/// Owners that a store might confuse.
pub(crate) fn owners(nobody_elses: &str) -> Vec<String> {
    let text = nobody_elses.trim_matches('"');
    let ends = [
        "", "a", "A", "a*", "a ", " a", "a%", "a_", "?", "[a]", "'", "\\\"", "\\\\", "\\u0000",
        "a\\u0000", "\\n", ":", "/../", "é", "e\u{301}", "😀", "a,b", "{a}",
    ];
    let mut owners: Vec<String> = ends.iter().map(|end| format!("\"{text}{end}\"")).collect();
    owners.push(format!("\"{text}{}\"", "x".repeat(1000)));
    owners.push(format!("\"{text}{}y\"", "x".repeat(999)));
    owners.push(format!("\"{}\"", text.to_uppercase()));
    owners.push(format!("[\"{text}\"]"));
    owners.push(format!("{{\"id\":\"{text}\",\"realm\":\"*\"}}"));
    owners.push(format!("\"{text}\" "));
    owners
}
