//! What is never kept.

use session_runtime::Format;
use session_tests::faulty::{Faulty, key_of};
use session_tests::flask;
use session_tests::{Browser, clock, fairing};

use super::{send, visitor, visitor_of};

const NAMES: [&str; 21] = [
    "password",
    "Password2",
    "old_PASSWORD",
    "account.password",
    "account[passwordAgain]",
    "secret",
    "clientSecret",
    "csrf_token",
    "passwd",
    "PassPhrase",
    "user.pass",
    "user[pwd]",
    "card.cvc",
    "PIN",
    "otp-1",
    "userPwd",
    "cardCvc",
    "smsOTP",
    "pass2",
    "card.cvv2",
    "new_pin1_again",
];

fn form() -> String {
    let fields: Vec<_> = NAMES.iter().map(|name| format!("{name}=hunter2")).collect();
    format!("username=zo&{}&note=seen", fields.join("&"))
}

#[test]
fn passwords_secrets_and_tokens_are_in_no_cookie() {
    let browser = visitor();
    let payload = send(&browser, "/keep", &form()).issued().payload();
    assert!(payload.contains("seen") && !payload.contains("hunter2"), "{payload}");
    for name in NAMES {
        send(&browser, "/keep", &form());
        assert!(browser.get(&format!("/value/{name}")).body.starts_with("None [] ["), "{name}");
    }
}

#[test]
fn nor_in_flasks_cookie() {
    let browser = visitor_of(fairing(&clock()).format(Format::Flask));
    let payload = flask::payload(&send(&browser, "/keep", &form()).issued().value);
    assert!(payload.contains("seen") && !payload.contains("hunter2"), "{payload}");
}

#[test]
fn nor_in_a_store() {
    let store = Faulty::default();
    let browser = visitor_of(fairing(&clock()).store(store.clone()));
    send(&browser, "/keep", &form());
    let row = store.row(&key_of(&browser.cookie().unwrap())).unwrap();
    let texts: String = row.fields.into_iter().map(|(name, json)| name + &json).collect();
    assert!(texts.contains("seen") && !texts.contains("hunter2"), "{texts}");
}

/// A form that says nothing about the password that is too short helps nobody.
#[test]
fn what_is_wrong_with_a_password_is_kept() {
    let browser = visitor();
    send(&browser, "/keep", "password=hunter2");
    assert_eq!(browser.get("/value/password").body, r#"None [] ["expected at least 8"]"#);
}

/// As Rocket's `dbg_eq(self.password)` does, on whichever field it stands.
#[test]
fn a_message_that_repeats_a_password_is_not_kept() {
    for (typed, escaped) in [("hunter2", "hunter2"), ("hun\"ter", "hun\\\"ter")] {
        let browser = visitor();
        let sent = format!("username=zo&password={typed}&repeat=other");
        let payload = send(&browser, "/keep-repeated", &sent).issued().payload();
        assert!(!payload.contains(typed) && !payload.contains(escaped), "{payload}");
        let shown = browser.get("/show").body;
        let expected = concat!(
            r#"{"values":{"repeat":["other"],"username":["zo"]},"#,
            r#""errors":{"repeat":["the value is not accepted"],"username":["is taken"]}}"#
        );
        assert_eq!(shown, expected);
    }
}

/// Many forms ask for a password twice.
#[test]
fn a_field_that_repeats_a_password_is_not_kept() {
    for (typed, kept) in [("hunter2", ""), ("hunter", r#""confirm":["hunter"],"#)] {
        let browser = visitor();
        send(&browser, "/keep", &format!("username=zo&confirm={typed}&password=hunter2&age=20"));
        let shown = browser.get("/show").body;
        let values = format!(r#""values":{{"age":["20"],{kept}"username":["zo"]}}"#);
        assert!(shown.contains(&values), "{shown}");
    }
}

#[test]
fn words_within_words_are_kept() {
    let browser = visitor();
    let names = ["footprint", "spinach", "passport", "compass", "shipping", "pinned"];
    let fields: Vec<_> = names.iter().map(|name| format!("{name}=seen")).collect();
    let payload = send(&browser, "/keep", &fields.join("&")).issued().payload();
    for name in names {
        assert!(payload.contains(&format!("\"{name}\":[\"seen\"]")), "{name}: {payload}");
    }
}

#[test]
fn what_the_application_names_is_not_kept() {
    let without = |fields: &str| -> Browser {
        let browser = visitor();
        let path = format!("/keep-without?{fields}");
        send(&browser, &path, "username=zo&iban=1&card.number=2&card[cvc]=3&cardigan=4&password=5");
        browser
    };
    let shown = without("fields=iban&fields=card").get("/show").body;
    assert!(shown.contains(r#""values":{"cardigan":["4"],"username":["zo"]}"#), "{shown}");
    let shown = without("fields=card.cvc").get("/show").body;
    let values =
        r#""values":{"card.number":["2"],"cardigan":["4"],"iban":["1"],"username":["zo"]}"#;
    assert!(shown.contains(values), "{shown}");
    let shown = without("").get("/show").body;
    assert!(shown.contains(r#""iban":["1"]"#) && !shown.contains(r#""password":["5"]"#), "{shown}");
}
