//! Each type as Flask writes the equal value of Python, and back.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, FixedOffset, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::{Uuid, uuid};

use crate::payload::flask::{Bytes, Date, Markup, decode, encode, is_undeclared};

/// Writes as `text` and comes back from it.
fn is<T>(value: T, text: &str)
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    assert_eq!(encode(&value).unwrap(), text);
    assert_eq!(decode::<T>(text).unwrap(), value);
}

fn unencodable<T: Serialize>(value: T) -> String {
    encode(&value).unwrap_err().to_string()
}

fn is_no<T: DeserializeOwned + Debug>(text: &str) {
    let read = decode::<T>(text);
    assert!(read.is_err(), "{text} read as {read:?}");
}

const ID: Uuid = uuid!("12345678-9abc-def0-1234-56789abcdef0");
const ID_TEXT: &str = r#"{" u":"123456789abcdef0123456789abcdef0"}"#;
const DATE: &str = r#"{" d":"Thu, 29 Feb 2024 23:59:59 GMT"}"#;
const SECONDS: i64 = 1_709_251_199;

#[test]
fn plain_types() {
    is(true, "true");
    is(Some(1), "1");
    is(None::<i32>, "null");
    is((), "null");
    is('é', r#""\u00e9""#);
    is(i64::MIN, "-9223372036854775808");
    is(u128::MAX, "340282366920938463463374607431768211455");
    is(i128::MIN, "-170141183460469231731687303715884105728");
    is(vec![1, 2], "[1,2]");
    is(vec![0_u8; 2], "[0,0]");
}

#[test]
fn strings_are_escaped_to_ascii() {
    is("\u{8}\u{c}\n\r\t\"\\/".to_owned(), r#""\b\f\n\r\t\"\\/""#);
    is("\0\x1f\x7f~ ".to_owned(), r#""\u0000\u001f\u007f~ ""#);
    is("Zoë 無\u{2028}😀".to_owned(), r#""Zo\u00eb \u7121\u2028\ud83d\ude00""#);
    assert_eq!(decode::<String>(r#""é\/\uD83D\uDE00""#).unwrap(), "é/😀");
    is_no::<String>(r#""\ud800""#);
    is_no::<String>(r#""\ud800\u0041""#);
}

#[test]
fn floats_are_written_as_python_writes_them() {
    for (value, text) in [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (0.1, "0.1"),
        (1e15, "1000000000000000.0"),
        (1e16, "1e+16"),
        (1.5e300, "1.5e+300"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (5e-324, "5e-324"),
        // As near to one as to the other: the even digit.
        (2_111_272_859_535_333.0 + 0.25, "2111272859535333.2"),
        (2_111_272_859_535_333.0 + 0.75, "2111272859535333.8"),
        (9_007_199_254_740_993.0, "9007199254740992.0"),
        (2.0_f64.powi(-44), "5.684341886080802e-14"),
        (2.0_f64.powi(122), "5.316911983139664e+36"),
        (f64::MAX, "1.7976931348623157e+308"),
    ] {
        is(value, text);
    }
    is(0.1_f32, "0.1");
    is(16_777_216_f32, "16777216.0");
    assert_eq!(decode::<f64>("1").unwrap(), 1.0);
    assert_eq!(decode::<f64>("123456789012345678901234567890").unwrap(), 1.2345678901234568e29);
    assert!(decode::<f64>("NaN").unwrap().is_nan());
    assert_eq!(decode::<f64>("1e999").unwrap(), f64::INFINITY);
    assert_eq!(decode::<f32>("-Infinity").unwrap(), f32::NEG_INFINITY);
    is_no::<f64>(&"9".repeat(400));
    for value in [f64::NAN, f64::INFINITY] {
        assert_eq!(unencodable(vec![value]), "a float that is not finite has no form in JSON");
        assert!(encode(&BTreeMap::from([("a", (1, value))])).is_err());
    }
    assert!(encode(&f32::NAN).is_err());
}

#[test]
fn integers_fit_or_are_none() {
    assert_eq!(decode::<i8>("-0").unwrap(), 0);
    is_no::<u8>("256");
    is_no::<u8>("-1");
    is_no::<i64>("1.0");
    is_no::<u64>("18446744073709551616");
    is_no::<u128>("340282366920938463463374607431768211456");
    is_no::<i32>("NaN");
    is_no::<Value>(&"9".repeat(40));
}

#[test]
fn tuples() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Point(f64, f64);
    is((1, "a".to_owned(), (2, Vec::<u8>::new())), r#"{" t":[1,"a",{" t":[2,[]]}]}"#);
    is((true,), r#"{" t":[true]}"#);
    is([1, 2, 3], r#"{" t":[1,2,3]}"#);
    is(Point(1.0, 2.5), r#"{" t":[1.0,2.5]}"#);
    is(vec![(1, 2)], r#"[{" t":[1,2]}]"#);
    // Each reads the other's.
    assert_eq!(decode::<Vec<u8>>(r#"{" t":[1,2]}"#).unwrap(), [1, 2]);
    assert_eq!(decode::<(u8, u8)>("[1, 2]").unwrap(), (1, 2));
    is_no::<(u8, u8)>(r#"{" t":[1]}"#);
    is_no::<(u8, u8)>(r#"{" t":[1,2,3]}"#);
}

#[test]
fn bytes() {
    is(Bytes(vec![1]), r#"{" b":"AQ=="}"#);
    is(Bytes(Vec::new()), r#"{" b":""}"#);
    is(Some(vec![Bytes(vec![0xfb, 0xff])]), r#"[{" b":"+/8="}]"#);
    assert_eq!(decode::<Bytes>("[1,2]").unwrap(), Bytes(vec![1, 2]));
    is_no::<Bytes>(r#""AQ==""#);
    is_no::<String>(r#"{" b":"AQ=="}"#);
    is_no::<Vec<u8>>(r#"{" b":"AQ=="}"#);
    // As long as a UUID.
    is(Bytes(vec![0; 16]), r#"{" b":"AAAAAAAAAAAAAAAAAAAAAA=="}"#);
}

#[test]
fn markup() {
    is(Markup("<b>\u{e9}".into()), r#"{" m":"<b>\u00e9"}"#);
    is(vec![Some(Markup(String::new()))], r#"[{" m":""}]"#);
    assert_eq!(decode::<String>(r#"{" m":"<b>"}"#).unwrap(), "<b>");
    // A template would not escape what a visitor wrote.
    is_no::<Markup>(r#""<script>""#);
    is_no::<Markup>(r#"{" u":"00000000000000000000000000000001"}"#);
    // Elsewhere it is a string, and bytes are a list.
    assert_eq!(serde_json::to_string(&Markup("<b>".into())).unwrap(), r#""<b>""#);
    assert_eq!(serde_json::from_str::<Markup>(r#""<b>""#).unwrap(), Markup("<b>".into()));
    assert_eq!(serde_json::to_string(&Bytes(vec![1, 2])).unwrap(), "[1,2]");
    assert_eq!(serde_json::from_str::<Bytes>("[1,2]").unwrap(), Bytes(vec![1, 2]));
}

#[test]
fn uuids_whatever_they_are_wrapped_in() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Newtype(Uuid);
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    #[serde(transparent)]
    struct Transparent(Box<Uuid>);
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Named {
        id: Uuid,
    }
    is(ID, ID_TEXT);
    is(Uuid::nil(), r#"{" u":"00000000000000000000000000000000"}"#);
    is(Some(ID), ID_TEXT);
    is(Box::new(ID), ID_TEXT);
    is(Newtype(ID), ID_TEXT);
    is(Transparent(Box::new(ID)), ID_TEXT);
    is(Named { id: ID }, &format!(r#"{{"id":{ID_TEXT}}}"#));
    is(HashMap::from([("a".to_owned(), (ID, 1))]), &format!(r#"{{"a":{{" t":[{ID_TEXT},1]}}}}"#));
    assert_eq!(encode(&&ID).unwrap(), ID_TEXT);
    // Text that looks like one is text, and a key is a string.
    is(ID.to_string(), &format!("\"{ID}\""));
    is(BTreeMap::from([(ID, 1)]), &format!("{{\"{ID}\":1}}"));
    for text in [format!("\"{ID}\""), format!(r#"{{" u":"urn:uuid:{{{ID}}}"}}"#)] {
        assert_eq!(decode::<Uuid>(&text).unwrap(), ID);
    }
    assert_eq!(decode::<String>(ID_TEXT).unwrap(), ID.to_string());
    is_no::<Uuid>(r#"{" m":"nothing"}"#);
}

#[test]
fn dates_of_three_libraries() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Since(Date<DateTime<Utc>>);
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Inner(DateTime<Utc>);
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    #[serde(transparent)]
    struct Transparent {
        since: Box<Date<DateTime<Utc>>>,
    }
    let system = SystemTime::UNIX_EPOCH + Duration::from_secs(SECONDS.unsigned_abs());
    let chrono = DateTime::<Utc>::from_timestamp(SECONDS, 0).unwrap();
    let time = Date(OffsetDateTime::from_unix_timestamp(SECONDS).unwrap());
    is(system, DATE);
    is(Date(system), DATE);
    is(Date(chrono), DATE);
    is(time, DATE);
    is(Since(Date(chrono)), DATE);
    is(Date(Inner(chrono)), DATE);
    is(Transparent { since: Box::new(Date(chrono)) }, DATE);
    is(vec![Some(time), None], &format!("[{DATE},null]"));
    is(
        BTreeMap::from([("a".to_owned(), (system, time))]),
        &format!(r#"{{"a":{{" t":[{DATE},{DATE}]}}}}"#),
    );
    let before = r#"{" d":"Wed, 31 Dec 1969 23:59:59 GMT"}"#;
    is(Date(DateTime::<Utc>::from_timestamp(-1, 0).unwrap()), before);
    is(Date(OffsetDateTime::from_unix_timestamp(-1).unwrap()), before);
    is_no::<SystemTime>(before);
    // Whole seconds, and UTC.
    let fraction = Duration::from_millis(999);
    assert_eq!(encode(&(system + fraction)).unwrap(), DATE);
    assert_eq!(encode(&Date(chrono + fraction)).unwrap(), DATE);
    let east = FixedOffset::east_opt(5 * 3600 + 1800).unwrap();
    assert_eq!(encode(&Date(chrono.with_timezone(&east))).unwrap(), DATE);
    assert_eq!(decode::<Date<DateTime<FixedOffset>>>(DATE).unwrap().to_utc(), chrono);
    let west = time::UtcOffset::from_hms(-11, -30, 0).unwrap();
    assert_eq!(encode(&Date(time.to_offset(west) + fraction)).unwrap(), DATE);
    let text = r#"{" d":"Friday, 01-Mar-24 01:59:59 +0200"}"#;
    assert_eq!(decode::<Date<DateTime<Utc>>>(text).unwrap(), Date(chrono));
    assert_eq!(decode::<String>(DATE).unwrap(), "2024-02-29T23:59:59Z");
    // In plain JSON it is what it is without `Date`.
    let json = serde_json::to_string(&Date(chrono)).unwrap();
    assert_eq!(json, r#""2024-02-29T23:59:59Z""#);
    assert_eq!(serde_json::from_str::<Date<DateTime<Utc>>>(&json).unwrap(), Date(chrono));
    let json = serde_json::to_string(&time).unwrap();
    assert_eq!(json, "[2024,60,23,59,59,0,0,0,0]");
    assert_eq!(serde_json::from_str::<Date<OffsetDateTime>>(&json).unwrap(), time);
}

/// Otherwise the next write would turn a date of Flask's into a string.
#[test]
fn only_what_is_declared_as_a_date_is_one() {
    let text = r#""2024-02-29T23:59:59Z""#;
    let chrono = DateTime::<Utc>::from_timestamp(SECONDS, 0).unwrap();
    let time = OffsetDateTime::from_unix_timestamp(SECONDS).unwrap();
    is(chrono, text);
    is(time, r#"{" t":[2024,60,23,59,59,0,0,0,0]}"#);
    fn refused<T: DeserializeOwned + Debug>(text: &str) {
        assert!(is_undeclared(&decode::<T>(text).unwrap_err()));
    }
    refused::<DateTime<Utc>>(DATE);
    refused::<DateTime<FixedOffset>>(DATE);
    refused::<OffsetDateTime>(DATE);
    refused::<i64>(DATE);
    refused::<HashMap<String, Vec<Option<DateTime<Utc>>>>>(&format!(r#"{{"a":[{DATE}]}}"#));
    assert!(!is_undeclared(&decode::<DateTime<Utc>>("1").unwrap_err()));
    is_no::<Date<DateTime<Utc>>>(text);
    is_no::<Date<OffsetDateTime>>(r#"{" t":[2024,60,23,59,59,0,0,0,0]}"#);
    is_no::<Date<i64>>(DATE);
    is_no::<Date<Uuid>>(DATE);
    for refusal in [unencodable(Date(1)), unencodable(Date(ID)), unencodable(Date((1, 2)))] {
        assert!(refusal.contains("`flask::Date` can only hold a date"), "{refusal}");
    }
}

#[test]
fn a_date_that_flask_cannot_read_back_is_refused() {
    let seconds = |year| DateTime::parse_from_rfc3339(&format!("{year}-01-01T00:00:00Z")).unwrap();
    is(Date(seconds("0100").to_utc()), r#"{" d":"Fri, 01 Jan 0100 00:00:00 GMT"}"#);
    let refused = "Flask reads no date before the year 100 or after 9999";
    assert_eq!(unencodable(Date(seconds("0099"))), refused);
    assert_eq!(unencodable(Date(DateTime::<Utc>::MAX_UTC)), refused);
    assert_eq!(unencodable(SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40)), refused);
    let early = OffsetDateTime::from_unix_timestamp(-60_000_000_000).unwrap();
    assert_eq!(unencodable(Date(early)), refused);
}

#[test]
fn dicts_are_sorted_and_a_single_tag_is_escaped() {
    let map = |pairs: &[(&str, u8)]| -> HashMap<String, u8> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect()
    };
    is(map(&[]), "{}");
    is(
        map(&[("b", 1), ("a", 2), ("é", 3), ("😀", 4), ("\u{ffff}", 5)]),
        r#"{"a":2,"b":1,"\u00e9":3,"\uffff":5,"\ud83d\ude00":4}"#,
    );
    is(map(&[(" t", 1)]), r#"{" di":{" t__":1}}"#);
    is(map(&[(" di", 1)]), r#"{" di":{" di__":1}}"#);
    is(map(&[(" t__", 1)]), r#"{" t__":1}"#);
    is(map(&[(" t", 1), ("b", 2)]), r#"{" t":1,"b":2}"#);
    is(BTreeMap::from([(10, 'a'), (9, 'b')]), r#"{"10":"a","9":"b"}"#);
    is(BTreeMap::from([(true, 1)]), r#"{"true":1}"#);
    // Flask takes off two characters, whatever they are.
    assert_eq!(decode::<HashMap<String, u8>>(r#"{" di":{"abcd":1}}"#).unwrap(), map(&[("ab", 1)]));
    assert_eq!(decode::<HashMap<String, u8>>(r#"{" di":{"é":1}}"#).unwrap(), map(&[("", 1)]));
    assert_eq!(unencodable(BTreeMap::from([(vec![1], 1)])), "key must be a string");
    assert_eq!(unencodable(BTreeMap::from([(Some(1), 1)])), "key must be a string");
}

#[test]
fn structs_and_enums() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Unit;
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Tagged {
        #[serde(rename = " u")]
        u: u8,
    }
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    enum Kind {
        Unit,
        New(Uuid),
        Pair(u8, u8),
        Struct {
            z: u8,
            a: Option<Bytes>,
        },
        #[serde(rename = " t")]
        Tag(u8),
        #[serde(rename = " b")]
        TagPair(u8, u8),
        #[serde(rename = " m")]
        TagStruct {
            a: u8,
        },
    }
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Flat {
        id: Uuid,
        #[serde(flatten)]
        rest: BTreeMap<String, (Uuid, u8)>,
    }
    is(Unit, "null");
    is(Tagged { u: 1 }, r#"{" di":{" u__":1}}"#);
    is(Kind::Unit, "\"Unit\"");
    is(Kind::New(ID), &format!(r#"{{"New":{ID_TEXT}}}"#));
    is(Kind::Pair(1, 2), r#"{"Pair":[1,2]}"#);
    is(Kind::Struct { z: 1, a: Some(Bytes(vec![1])) }, r#"{"Struct":{"a":{" b":"AQ=="},"z":1}}"#);
    is(Kind::Tag(1), r#"{" di":{" t__":1}}"#);
    is(Kind::TagPair(1, 2), r#"{" di":{" b__":[1,2]}}"#);
    is(Kind::TagStruct { a: 1 }, r#"{" di":{" m__":{"a":1}}}"#);
    is_no::<Kind>(r#"{"Tag":1,"New":2}"#);
    is_no::<Kind>("1");
    let rest = BTreeMap::from([("x".to_owned(), (ID, 1))]);
    is(Flat { id: ID, rest }, &format!(r#"{{"id":{ID_TEXT},"x":{{" t":[{ID_TEXT},1]}}}}"#));
}

#[test]
fn untyped_reads_give_what_json_has_for_it() {
    let text = format!(
        r#"{{"a":{{" t":[1,{{" m":"<i>"}}]}},"b":{{" b":"AQ=="}},"d":{DATE},"n":NaN,"u":{ID_TEXT}}}"#
    );
    assert_eq!(
        decode::<Value>(&text).unwrap(),
        json!({"a": [1, "<i>"], "b": "AQ==", "d": "2024-02-29T23:59:59Z", "n": null, "u": ID.to_string()})
    );
    is(json!({"b": [1.5, null], "a": {" t": 1}}), r#"{"a":{" di":{" t__":1}},"b":[1.5,null]}"#);
}

#[test]
fn verbatim_numbers_of_serde_json() {
    #[derive(Serialize)]
    #[serde(rename = "$serde_json::private::Number")]
    struct Number {
        #[serde(rename = "$serde_json::private::Number")]
        text: &'static str,
    }
    assert_eq!(encode(&[Number { text: "1e300" }]).unwrap(), r#"{" t":[1e300]}"#);
    let large = "9".repeat(400);
    assert_eq!(encode(&Number { text: large.clone().leak() }).unwrap(), large);
    assert_eq!(unencodable(Number { text: "1," }), "a raw value in it is not JSON");
    for infinite in ["1e400", "-Infinity", "NaN"] {
        assert!(unencodable(Number { text: infinite }).contains("out of range"));
    }
}

#[test]
fn depth_is_bounded_both_ways() {
    let nested = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    let tuples = |levels: usize| format!("{}1{}", r#"{" t":["#.repeat(levels), "]}".repeat(levels));
    is(nested(127), &format!("{}1{}", "[".repeat(127), "]".repeat(127)));
    assert_eq!(unencodable(nested(128)), "it nests deeper than 127 levels");
    is_no::<Value>(&format!("{}1{}", "[".repeat(128), "]".repeat(128)));
    assert_eq!(decode::<Value>(&tuples(127)).unwrap(), nested(127));
    is_no::<Value>(&tuples(128));
    // Deeper still, what nobody looks at is stepped over.
    let text = format!(r#"{{"a":1,"b":{}{}}}"#, "[".repeat(400), "]".repeat(400));
    #[derive(Deserialize)]
    struct First {
        a: u8,
    }
    assert_eq!(decode::<First>(&text).unwrap().a, 1);
}
