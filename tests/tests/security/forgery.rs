//! Forged values.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use rocket::http::{Header, Method};
use rocket::local::blocking::Client;
use rocket::routes;
use session_runtime::{Format, Refused, Sessions};
use session_tests::{Forge, KEY, NOW, OTHER_KEY, Stamp, THIRD_KEY, app, clock, fairing, log};

use super::{forge, is_accepted, is_refused, read, visitor, visitor_of};

const PAYLOAD: &str = r#"{"n":1}"#;

/// Every value that differs from `value` in one bit, is truncated, or has one more
/// character at either end.
fn mutants(value: &str) -> Vec<String> {
    let flip = |at: usize, bit: u32| {
        let mut bytes = value.as_bytes().to_vec();
        bytes[at] ^= 1 << bit;
        // The eighth bit would make invalid UTF-8. Such a header line never
        // arrives, which another test covers.
        String::from_utf8(bytes).expect("seven bits")
    };
    let flips = (0..value.len()).flat_map(|at| (0..7).map(move |bit| (at, bit)));
    let flips = flips.map(|(at, bit)| flip(at, bit));
    let shorter = (0..value.len()).flat_map(|n| [value[..n].to_owned(), value[n + 1..].to_owned()]);
    let longer = ["A", "=", ".", "-", "0"].map(|c| [format!("{value}{c}"), format!("{c}{value}")]);
    flips.chain(shorter).chain(longer.into_iter().flatten()).collect()
}

#[test]
fn line_01_every_changed_value_of_1000_is_refused() {
    let threads = 2;
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                (0..1000).filter(|n| n % threads == thread).for_each(|n| {
                    thousandth(n);
                });
            });
        }
    });
}

/// Tests one of the thousand. Each request has eight values, which is as many as
/// are verified.
fn thousandth(n: u64) {
    thread_local! {
        static CLIENT: Client = {
            log::install();
            Client::untracked(app(fairing(&clock()), routes![read])).expect("it launches")
        };
    }
    let value = forge().sign(format!(r#"{{"n":{n}}}"#), NOW - n);
    CLIENT.with(|client| {
        let ask = |values: &[String]| {
            let pairs: Vec<_> = values.iter().map(|value| format!("session={value}")).collect();
            let mut request = client.req(Method::Get, "/read");
            request.add_header(Header::new("Cookie", pairs.join("; ")));
            request.dispatch().into_string()
        };
        assert_eq!(ask(std::slice::from_ref(&value)), Some(n.to_string()));
        // White space at the end belongs to the header, not to the value.
        let same = |mutant: &String| mutant.trim() == value;
        let mutants: Vec<_> = mutants(&value).into_iter().filter(|m| !same(m)).collect();
        assert!(mutants.len() > 8 * value.len());
        for eight in mutants.chunks(8) {
            assert_eq!(ask(eight).as_deref(), Some("none"), "one of {eight:#?}");
        }
        let stats = client.rocket().state::<Sessions>().expect("the fairing").stats();
        assert!(stats.refused(Refused::Forged) > 0);
        assert_eq!(stats.refused(Refused::TooLong), 0);
        log::take();
    });
}

#[test]
fn line_02_absent_empty_and_zero_macs_are_refused() {
    let browser = visitor();
    let value = forge().sign(PAYLOAD, NOW);
    let (signed, mac) = value.rsplit_once('.').unwrap();
    is_accepted(&browser, &value);
    is_refused(&browser, signed, Refused::Format);
    is_refused(&browser, &format!("{signed}."), Refused::Malformed);
    is_refused(&browser, &format!("{signed}.{}", "A".repeat(43)), Refused::Forged);
    is_refused(&browser, &format!("{signed}.{}", "A".repeat(42)), Refused::Malformed);
    for len in [1, 16, 20, 31, 33, 64] {
        let short = URL_SAFE_NO_PAD.encode(vec![0; len]);
        is_refused(&browser, &format!("{signed}.{short}"), Refused::Malformed);
    }
    let truncated = &URL_SAFE_NO_PAD.decode(mac).unwrap()[..16];
    let truncated = URL_SAFE_NO_PAD.encode(truncated);
    is_refused(&browser, &format!("{signed}.{truncated}"), Refused::Malformed);
}

#[test]
fn line_02_a_mac_over_other_bytes_is_refused() {
    let browser = visitor();
    let value = forge().sign(PAYLOAD, NOW);
    let parts: Vec<_> = value.split('.').collect();
    let others = [
        forge().sign(r#"{"n":2}"#, NOW),
        forge().sign(PAYLOAD, NOW - 1),
        Forge::new(KEY, "other").sign(PAYLOAD, NOW),
    ];
    for other in others {
        let mac = other.rsplit_once('.').unwrap().1;
        is_refused(&browser, &format!("{}.{}.{mac}", parts[0], parts[1]), Refused::Forged);
    }
    // Fields are separated: a byte cannot move from one into the next.
    let moved = format!("{}{}", parts[0], &parts[1][..1]);
    is_refused(&browser, &format!("{moved}.{}.{}", &parts[1][1..], parts[2]), Refused::Malformed);
    // The MAC of the decoded bytes, and of the parts in the other order.
    let header = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
    let decoded = String::from_utf8_lossy(&header);
    let macs = [forge().mac(PAYLOAD, &decoded), forge().mac(parts[1], parts[0])];
    for mac in macs.map(|mac| URL_SAFE_NO_PAD.encode(mac)) {
        is_refused(&browser, &format!("{}.{}.{mac}", parts[0], parts[1]), Refused::Forged);
    }
}

#[test]
fn line_02_a_header_cannot_choose_another_algorithm() {
    let browser = visitor();
    let token = |header: &str, mac: &str| {
        format!("{}.{}.{mac}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(PAYLOAD))
    };
    let zero = "A".repeat(43);
    is_refused(&browser, &token(r#"{"alg":"none"}"#, &zero), Refused::Header);
    is_refused(&browser, &token(r#"{"alg":"none"}"#, ""), Refused::Header);
    let stamp = forge().stamp(NOW, NOW);
    for (version, flags) in [(0, 0), (2, 0), (255, 0), (1, 1), (1, 4), (1, 128), (1, 255)] {
        let header = Stamp { version, flags, ..stamp }.encode();
        is_refused(&browser, &forge().seal(PAYLOAD, &header), Refused::Header);
    }
    // The header announces an identifier, but there is no store.
    let identifier = Stamp { flags: 2, ..stamp }.encode();
    is_refused(&browser, &forge().seal(PAYLOAD, &identifier), Refused::Format);
    // A header longer than its flags announce.
    let long = Stamp { flags: 0, ..stamp.lifetime(60) }.encode();
    is_refused(&browser, &forge().seal(PAYLOAD, &long), Refused::Header);
    is_refused(&browser, &forge().seal(PAYLOAD, &[]), Refused::Header);
}

#[test]
fn line_03_the_encrypted_format_does_not_fall_back() {
    let browser = visitor_of(fairing(&clock()).format(Format::Encrypted));
    let signed = forge().sign(PAYLOAD, NOW);
    is_refused(&browser, &signed, Refused::Format);
    // The signed value without its signature has the shape of an encrypted one.
    let (payload_and_header, _) = signed.rsplit_once('.').unwrap();
    let long = forge().sign(r#"{"n":1,"more":"than the nonce takes"}"#, NOW);
    let (long, _) = long.rsplit_once('.').unwrap();
    is_refused(&browser, payload_and_header, Refused::Malformed);
    is_refused(&browser, long, Refused::Forged);
    is_refused(&browser, PAYLOAD, Refused::Malformed);
    // Its own cookie is read, and does not show the payload.
    let cookie = browser.get("/set").issued();
    assert_eq!(browser.get("/read").body, "1");
    let bytes = URL_SAFE_NO_PAD.decode(cookie.value.split('.').next().unwrap()).unwrap();
    assert!(!bytes.windows(3).any(|three| three == b"\"n\""));
    // The signed format does not read it.
    is_refused(&visitor(), &cookie.value, Refused::Format);
}

#[test]
fn line_03_a_format_is_read_if_it_is_accepted_and_issued_anew() {
    let both = fairing(&clock()).format(Format::Encrypted).accept([Format::Signed]);
    let browser = visitor_of(both);
    let answer = browser.take_cookie(forge().sign(PAYLOAD, NOW)).get("/read");
    assert_eq!(answer.body, "1");
    assert_eq!(answer.issued().value.split('.').count(), 2);
    assert_eq!(browser.get("/read").body, "1");
    assert_eq!(browser.get("/read").set_cookie(), None);
}

#[test]
fn line_04_non_canonical_base64_is_refused() {
    let browser = visitor();
    let header = forge().stamp(NOW, NOW).encode();
    // The signature covers the text, so each of these is signed again.
    let signed = |payload: &str, header: &str| {
        let mac = URL_SAFE_NO_PAD.encode(forge().mac(payload, header));
        format!("{payload}.{header}.{mac}")
    };
    let canonical = URL_SAFE_NO_PAD.encode(&header);
    is_accepted(&browser, &signed(&URL_SAFE_NO_PAD.encode(PAYLOAD), &canonical));

    let text = r#"{"n":1,"t":"???>>>"}"#;
    let (good, padded) = (URL_SAFE_NO_PAD.encode(text), URL_SAFE.encode(text));
    let other_alphabet = STANDARD.encode(text).replace('=', "");
    assert!(good != other_alphabet && good != padded);
    is_accepted(&browser, &signed(&good, &canonical));
    // "{"n":1}" has seven bytes, so the last character has four unused bits.
    let trailing = "eyJuIjoxfR";
    for payload in [
        padded.as_str(),
        &other_alphabet,
        trailing,
        &good.replacen('i', "\u{a0}i", 1),
        &format!("{good}%3D"),
        &format!("{}\t{}", &good[..4], &good[4..]),
        &format!("{} {}", &good[..4], &good[4..]),
        &format!("{}\n{}", &good[..4], &good[4..]),
        &good[..good.len() - 2],
    ] {
        is_refused(&browser, &signed(payload, &canonical), Refused::Malformed);
    }
    let last = char::from(canonical.as_bytes()[canonical.len() - 1] + 1);
    let trailing = format!("{}{last}", &canonical[..canonical.len() - 1]);
    let payload = URL_SAFE_NO_PAD.encode(PAYLOAD);
    for header in [URL_SAFE.encode(&header), trailing, format!(" {canonical}")] {
        is_refused(&browser, &signed(&payload, &header), Refused::Malformed);
    }
    // The MAC's last character has two unused bits, so three other spellings.
    let value = signed(&payload, &canonical);
    let (start, last) = value.split_at(value.len() - 1);
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let place = alphabet.find(last).unwrap();
    for other in 1..4 {
        let spelling = &alphabet[place + other..=place + other];
        is_refused(&browser, &format!("{start}{spelling}"), Refused::Malformed);
    }
    is_refused(&browser, &format!("{value}="), Refused::Malformed);
}

#[test]
fn line_05_the_value_of_one_cookie_is_worth_nothing_in_another() {
    let browser = visitor();
    for name in ["other", "Session", "session2", "sessio", "", "__Host-session"] {
        is_refused(&browser, &Forge::new(KEY, name).sign(PAYLOAD, NOW), Refused::Forged);
    }
    // Purpose and name are separated too.
    let purpose = "session-runtime v1 signed cookie\0sess".into();
    let forge = Forge { purpose, name: "ion".into(), ..forge() };
    is_refused(&browser, &forge.sign(PAYLOAD, NOW), Refused::Forged);
}

#[test]
fn line_06_another_version_or_purpose_of_the_same_key_is_refused() {
    let browser = visitor();
    for purpose in [
        "session-runtime v2 signed cookie",
        "session-runtime v1 signed cooki",
        "session-runtime v1 encrypted cookie",
        "session-runtime v1: key id",
        "",
    ] {
        let forge = Forge { purpose: purpose.into(), ..forge() };
        is_refused(&browser, &forge.sign(PAYLOAD, NOW), Refused::Forged);
    }
}

#[test]
fn line_07_an_old_key_verifies_and_the_first_signs() {
    let browser = visitor_of(fairing(&clock()).fallback_keys([OTHER_KEY, THIRD_KEY]));
    for old in [OTHER_KEY, THIRD_KEY] {
        let old = Forge::new(old, "session").sign(PAYLOAD, NOW);
        let answer = browser.take_cookie(old).get("/read");
        assert_eq!(answer.body, "1");
        assert_eq!(answer.issued().stamp().key_id, forge().key_id());
        assert_eq!(answer.issued().value, forge().sign(PAYLOAD, NOW));
    }
}

#[test]
fn line_07_a_removed_key_is_refused() {
    let browser = visitor_of(fairing(&clock()).fallback_keys([OTHER_KEY]));
    let value = Forge::new(THIRD_KEY, "session").sign(PAYLOAD, NOW);
    is_refused(&browser, &value, Refused::UnknownKey);
}

#[test]
fn line_08_an_unknown_key_id_is_refused_without_trying_the_keys() {
    let browser = visitor_of(fairing(&clock()).fallback_keys([OTHER_KEY]));
    let good = forge().stamp(NOW, NOW);
    // Signed with the right key, but under the id of another.
    for key_id in [[0; 4], [255; 4], Forge::new(THIRD_KEY, "session").key_id()] {
        let header = Stamp { key_id, ..good }.encode();
        is_refused(&browser, &forge().seal(PAYLOAD, &header), Refused::UnknownKey);
    }
    // With the other key's id, only the other key is tried.
    let key_id = Forge::new(OTHER_KEY, "session").key_id();
    let header = Stamp { key_id, ..good }.encode();
    is_refused(&browser, &forge().seal(PAYLOAD, &header), Refused::Forged);
}
