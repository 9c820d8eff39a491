//! The command `session`, run as an operator runs it.

#![cfg(feature = "cli")]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use rocket::form::{Error, Errors};
use rocket::local::blocking::Client;
use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::{Clock, Format, SessionFairing};

const KEY: &str = "Q0x9mU3Wf1v7nB5sZk2Rj8pTgYhLdEaXcV4bN6mKiOs=";
const OTHER: &str = "p7Jt3kRz9QwXs1VdF5gH8jL2mNb4cYxE6uAoTiPqWeI=";

/// A folder without a configuration, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    fn run(&self, key: Option<&str>, arguments: &[&str], input: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_session"));
        command.args(arguments).current_dir(&self.0).env_remove("ROCKET_SESSION");
        command.env_remove("SESSION_SECRET_KEY").envs(key.map(|key| ("SESSION_SECRET_KEY", key)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Output and exit code.
    fn inspect(&self, key: Option<&str>, arguments: &[&str]) -> (String, i32) {
        let output = self.run(key, &[&["inspect"], arguments].concat(), "");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[session(username: String, visits: u32 = 0, flash(success))]
struct Visitor;

#[get("/")]
fn sign_in(session: Session<Visitor>) {
    session.set_username("Ann the Tester");
    session.set_visits(3);
    session.flash_success("a private message");
    let error = Error::validation("a private matter").with_name("iban");
    session.keep_input(&Errors::from(error).into());
}

fn now() -> u64 {
    std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()
}

/// A real cookie, `name=value`.
fn cookie(time: u64, format: Format) -> String {
    cookie_of(Sessions::fairing().secret_key(KEY).clock(Clock::manual(time)).format(format))
}

fn cookie_of(fairing: SessionFairing) -> String {
    let config = rocket::Config { log_level: rocket::config::LogLevel::Off, ..Default::default() };
    let fairing = fairing.cookie("session").secure(false);
    let rocket = rocket::custom(config).attach(fairing).mount("/", routes![sign_in]);
    let client = Client::untracked(rocket).unwrap();
    let response = client.get("/").dispatch();
    let set = response.headers().get_one("Set-Cookie").unwrap();
    set.split(';').next().unwrap().to_owned()
}

fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in:\n{text}");
    }
}

#[test]
fn key_prints_a_fresh_key_and_where_to_put_it() {
    let folder = Folder::new("key");
    let keys = [(); 2].map(|()| {
        let output = String::from_utf8(folder.run(None, &["key"], "").stdout).unwrap();
        let key = output.lines().next().unwrap().to_owned();
        assert_has(&output, &["[release.session]", &format!("secret_key = \"{key}\"")]);
        assert_eq!(key.len(), 44);
        key
    });
    assert_ne!(keys[0], keys[1]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_a_reader_that_had_enough_is_none() {
    let run = |stdout: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_session"));
        command.arg("key").stdout(stdout).stderr(Stdio::piped()).output().unwrap()
    };
    let full = run(fs::OpenOptions::new().write(true).open("/dev/full").unwrap().into());
    let error = String::from_utf8(full.stderr).unwrap();
    assert_eq!(full.status.code(), Some(2), "{error}");
    assert_has(&error, &["session: standard output cannot be written: No space left"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let enough = run(writer.into());
    assert_eq!((enough.status.code(), enough.stderr), (Some(0), vec![]));
}

#[cfg(feature = "flask")]
#[test]
fn inspect_knows_flasks_cookies() {
    let folder = Folder::new("flask");
    let cookie = cookie(now() - 60, Format::Flask);
    let (text, code) = folder.inspect(Some(KEY), &[&cookie]);
    assert_eq!(code, 0, "{text}");
    assert_has(
        &text,
        &[
            "shared with a Flask application",
            "issued",
            "username: a string of 16 bytes",
            "accepted",
        ],
    );
    assert!(!text.contains("key id") && !text.contains("created"), "{text}");
    let (text, _) = folder.inspect(Some(KEY), &["--values", &cookie]);
    assert_has(&text, &["username: \"Ann the Tester\"", "success: a private message"]);
    let (text, code) = folder.inspect(Some(OTHER), &[&cookie]);
    assert_eq!(code, 1, "{text}");
    assert_has(&text, &["REFUSED: its signature does not fit", "another key, digest or salt"]);
}

#[test]
fn rotate_puts_a_new_key_in_front_and_the_old_ones_behind() {
    let folder = Folder::new("rotate");
    let output = folder.run(Some(KEY), &["rotate"], "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_has(&text, &[&format!("fallback_keys = [\"{KEY}\"]"), "secret_key = \""]);

    fs::write(folder.0.join("keys"), format!("{KEY}\n\n{OTHER}\n")).unwrap();
    let output = folder.run(None, &["rotate", "--key-file", "keys"], "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_has(&text, &[&format!("fallback_keys = [\"{KEY}\", \"{OTHER}\"]")]);

    let toml =
        format!("[release.session]\nsecret_key = \"{OTHER}\"\nfallback_keys = [\"{KEY}\"]\n");
    fs::write(folder.0.join("Rocket.toml"), toml).unwrap();
    let output = folder.run(None, &["rotate"], "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_has(&text, &[&format!("fallback_keys = [\"{OTHER}\", \"{KEY}\"]")]);
}

#[test]
fn a_key_file_with_anything_else_in_it_is_refused() {
    let folder = Folder::new("key-file");
    let run = |text: &str| {
        fs::write(folder.0.join("keys"), text).unwrap();
        folder.run(None, &["rotate", "--key-file", "keys"], "")
    };
    for (text, line) in [("abc\n", "line 1"), (&*format!("{KEY}\n\n[release.session]"), "line 3")] {
        let output = run(text);
        assert_eq!(output.status.code(), Some(2));
        assert_has(&String::from_utf8(output.stderr).unwrap(), &[line, "is no key", "session key"]);
    }
    assert_eq!(run(&format!("# signing\n{KEY}\n# old\n{OTHER}\n")).status.code(), Some(0));
}

#[test]
fn rotate_without_a_key_says_where_one_is_read_from() {
    let output = Folder::new("rotate-nothing").run(None, &["rotate"], "");
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert_has(&error, &["SESSION_SECRET_KEY", "--key-file", "Rocket.toml", "session key"]);
}

#[test]
fn inspect_shows_a_valid_cookie_without_its_values() {
    let folder = Folder::new("inspect");
    let cookie = cookie(now(), Format::Signed);
    let (text, code) = folder.inspect(Some(KEY), &[&cookie]);
    assert_has(&text, &["signed (version 1)", "key id", "created", "expires", "of 4096 bytes"]);
    assert_has(&text, &["username: a string", "visits: a number", "flash     success", "accepted"]);
    assert_has(&text, &["form      what was typed: an object of"]);
    assert!(!text.contains("Ann") && !text.contains("private"), "{text}");
    assert_eq!(code, 0);

    let (text, _) = folder.inspect(Some(KEY), &["--values", &cookie]);
    assert_has(&text, &["username: \"Ann the Tester\"", "success: a private message"]);

    // The forms a cookie is found in.
    let (name, value) = cookie.split_once('=').unwrap();
    let line = format!("Set-Cookie: {cookie}; Path=/; HttpOnly");
    for arguments in [vec![line.as_str()], vec![value, "--name", name]] {
        assert_eq!(folder.inspect(Some(KEY), &arguments).1, 0);
    }
    let output = folder.run(Some(KEY), &["inspect", "-"], &cookie);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn inspect_opens_an_encrypted_cookie_with_the_key_alone() {
    if !cfg!(feature = "encrypted") {
        return;
    }
    let folder = Folder::new("inspect-encrypted");
    let cookie = cookie(now(), Format::Encrypted);
    let (text, code) = folder.inspect(None, &[&cookie]);
    assert_has(&text, &["encrypted (version 1)", "not readable", "not verified: no key"]);
    assert_eq!(code, 0);
    let (text, code) = folder.inspect(Some(KEY), &["--values", &cookie]);
    assert_has(&text, &["username: \"Ann the Tester\"", "accepted"]);
    assert_eq!(code, 0);
}

/// What the application reads is in its configuration: `format`, and `accept`.
#[cfg(feature = "flask")]
#[test]
fn inspect_refuses_a_format_that_the_application_does_not_read() {
    let folder = Folder::new("accept");
    let verdict = |settings: &str, profile: &str, key: Option<&str>, format| {
        let toml = format!("[{}.session]\n{settings}\n", profile.to_lowercase());
        fs::write(folder.0.join("Rocket.toml"), toml).unwrap();
        let (text, code) = folder.inspect(key, &["--profile", profile, &cookie(now(), format)]);
        (text.lines().last().unwrap().to_owned(), code)
    };
    let own = format!("secret_key = \"{KEY}\"");
    let flask = format!("{own}\nformat = \"flask\"");
    let refused = |(text, code): (String, i32)| {
        assert_has(&text, &["REFUSED", "to `accept`"]);
        assert_eq!(code, 1, "{text}");
    };
    refused(verdict(&flask, "release", None, Format::Signed));
    refused(verdict(&own, "release", None, Format::Flask));
    refused(verdict("format = \"flask\"", "release", Some(KEY), Format::Signed));
    let both = format!("{own}\naccept = [\"flask\"]");
    for accepted in [
        verdict(&both, "release", None, Format::Flask),
        verdict(&flask, "release", None, Format::Flask),
        verdict(&own, "Debug", None, Format::Signed),
        verdict("", "release", Some(KEY), Format::Flask),
    ] {
        assert_eq!(accepted.1, 0, "{}", accepted.0);
    }
}

#[test]
fn inspect_says_why_a_cookie_is_refused_and_what_to_look_at() {
    let folder = Folder::new("refused");
    let good = cookie(now(), Format::Signed);
    let (rest, mac) = good.rsplit_once('.').unwrap();
    let (pair, header) = rest.rsplit_once('.').unwrap();
    let old = cookie(now() - 40 * 24 * 60 * 60, Format::Signed);
    let future = cookie(now() + 3600, Format::Signed);
    let renamed = good.replacen("session=", "other=", 1);
    let cut = &good[..good.len() - 5];
    let payload = format!("{pair}A.{header}.{mac}");
    let version = format!("{pair}.Ag{}.{mac}", &header[2..]);
    for (key, cookie, why, what) in [
        (KEY, cut, "not the parts", "cut off"),
        (KEY, "session=nonsense", "not the parts", "another cookie"),
        (KEY, version.as_str(), "header is not of this version", "another program"),
        (OTHER, good.as_str(), "a key that is not configured", "fallback_keys"),
        (KEY, renamed.as_str(), "does not fit", "another name (this was read as `other`"),
        (KEY, payload.as_str(), "does not fit", "was changed"),
        (KEY, old.as_str(), "it has expired", "nothing is wrong"),
        (KEY, future.as_str(), "in the future", "clocks"),
    ] {
        let (text, code) = folder.inspect(Some(key), &[cookie]);
        assert_has(&text, &["verdict   REFUSED", why, what]);
        assert_eq!(code, 1, "{text}");
    }
}

/// A payload that says it was accepted, with what a terminal obeys.
const HOSTILE: &str = concat!(
    r#"{"evil\u001b[2J\r\nverdict   accepted":1,"\u009b31m":"\u001b]0;owned\u0007","#,
    "\"\u{202e}\u{2066}\u{9b}\":\"\u{2028}verdict   accepted\",",
    r#""_flashes":[["cat\nverdict   accepted","msg\u001b[31m\nverdict   accepted"],"#,
    r#"["\u009b","\u202e"]]}"#
);

/// Nothing in it acts, and there is at most one verdict: the last line.
fn is_harmless(text: &str) {
    let invisible = ['\u{2028}', '\u{202e}', '\u{2066}', '\u{200b}'];
    let acts = |c: char| c.is_control() && c != '\n' || invisible.contains(&c);
    assert!(!text.contains(acts), "{text:?}");
    let verdicts: Vec<_> = text.lines().filter(|line| line.starts_with("verdict")).collect();
    assert!(verdicts.len() < 2, "{text}");
    assert!(verdicts.is_empty() || text.lines().last() == Some(verdicts[0]), "{text}");
}

#[test]
fn line_45_nothing_that_a_cookie_holds_is_printed_raw() {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let folder = Folder::new("hostile");
    let good = cookie(now(), Format::Signed);
    let (_, signature) = good.split_once('.').unwrap();
    let forged = format!("session={}.{signature}", URL_SAFE_NO_PAD.encode(HOSTILE));
    for (key, code) in [(None, 0), (Some(KEY), 1)] {
        for arguments in [vec![forged.as_str()], vec!["--values", &forged]] {
            let (text, exit) = folder.inspect(key, &arguments);
            assert_eq!(exit, code, "{text}");
            is_harmless(&text);
            let names = [r"evil\u{1b}[2J\r\nverdict", r"cat\nverdict", r"\u{202e}\u{2066}\u{9b}"];
            assert_has(&text, &names);
        }
    }
    // A line that the terminal breaks would begin with a verdict of its own.
    let long = format!(r#"{{"{}verdict   accepted":1}}"#, " ".repeat(150));
    let forged = format!("session={}.{signature}", URL_SAFE_NO_PAD.encode(long));
    let (text, _) = folder.inspect(None, &[&forged]);
    assert!(!text.contains("verdict   accepted"), "{text}");
}

#[test]
fn line_45_nor_is_any_other_text_that_somebody_gave() {
    const BAD: &str = "a\u{1b}[31m\u{9b}\u{202e}\nverdict   accepted\r";
    let folder = Folder::new("hostile-errors");
    let good = cookie(now(), Format::Signed);
    let value = good.split_once('=').unwrap().1;
    let option = format!("--{BAD}");
    let named = format!("{BAD}={value}");
    let broken = format!("session={BAD}");
    let attributes = format!("{good}; Path={BAD}");
    for arguments in [
        vec!["inspect", &named],
        vec!["inspect", value, "--name", BAD],
        vec!["inspect", &broken],
        vec!["inspect", BAD],
        vec!["inspect", &attributes],
        vec!["inspect", &good, "--key-file", BAD],
        vec!["inspect", &good, "--profile", BAD],
        vec!["inspect", &good, &option],
        vec!["inspect", &good, BAD],
        vec!["rotate", "--key-file", BAD],
        vec!["rotate", "--profile", BAD],
        vec!["rotate", &option],
        vec![BAD],
        vec![&option],
    ] {
        for key in [None, Some(KEY)] {
            let output = folder.run(key, &arguments, "");
            is_harmless(&String::from_utf8(output.stdout).unwrap());
            let error = String::from_utf8(output.stderr).unwrap();
            is_harmless(&error);
            assert!(!error.contains("\nverdict"), "{arguments:?}: {error}");
        }
    }
    let output = folder.run(None, &["inspect", "-"], BAD);
    is_harmless(&String::from_utf8(output.stdout).unwrap());
    fs::write(folder.0.join("keys"), BAD).unwrap();
    let output = folder.run(None, &["rotate", "--key-file", "keys"], "");
    assert_eq!(output.status.code(), Some(2));
    is_harmless(&String::from_utf8(output.stderr).unwrap());
}

/// Flask's keys are any text.
#[test]
fn line_49_what_rotate_prints_reads_back() {
    use rocket::figment::Figment;
    use rocket::figment::providers::{Format as _, Toml};

    let folder = Folder::new("quotes");
    let read = |output: Output| {
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{text}");
        is_harmless(&text);
        let printed = Figment::from(Toml::string(&text));
        printed.extract_inner::<Vec<String>>("release.session.fallback_keys").unwrap()
    };
    for key in [
        r#"it's a "quoted" \back\slash\ \n \u0041"#,
        "tab\tline\nbreak\r\u{1b}[31m\u{7f}\u{9b}",
        "\u{202e}Zoë 漢字 😀\u{2028}\u{e0001}",
        r#"""\"""\"#,
        "'''",
    ] {
        assert_eq!(read(folder.run(Some(key), &["rotate"], "")), [key]);
    }
    if cfg!(feature = "flask") {
        let toml = r#"
            [release.session]
            format = "flask"
            secret_key = '"a\b"'
            fallback_keys = ['c\d"e"', "f\tg\u0000"]
        "#;
        fs::write(folder.0.join("Rocket.toml"), toml).unwrap();
        let keys = read(folder.run(None, &["rotate"], ""));
        assert_eq!(keys, [r#""a\b""#, r#"c\d"e""#, "f\tg\0"]);
    }
}

#[test]
fn a_key_is_never_an_argument() {
    let help = Folder::new("help").run(None, &["inspect", "--help"], "");
    let help = String::from_utf8(help.stdout).unwrap();
    assert_has(&help, &["--key-file", "SESSION_SECRET_KEY"]);
    assert!(!help.contains("--key <") && !help.contains("--secret"), "{help}");
}

#[cfg(feature = "memory")]
#[test]
fn inspect_says_where_a_store_has_the_session_and_not_how_to_get_in() {
    use session_runtime::store::Memory;

    let fairing = Sessions::fairing().secret_key(KEY).store(Memory::new());
    let cookie = cookie_of(fairing);
    let folder = Folder::new("identifier");
    for key in [None, Some(KEY)] {
        let (text, code) = folder.inspect(key, &[&cookie]);
        assert_eq!(code, 0, "{text}");
        assert_has(&text, &["in the store, under the key "]);
        assert!(!text.contains("expires") && !text.contains("Ann"), "{text}");
        let payload = cookie.split(['=', '.']).nth(1).unwrap();
        assert!(!text.contains(payload), "{text}");
    }
    let (text, code) = folder.inspect(Some(KEY), &[&cookie]);
    assert_eq!(code, 0);
    assert_has(&text, &["accepted, if the store has the session"]);
    let (text, code) = folder.inspect(Some(OTHER), &[&cookie]);
    assert_eq!(code, 1);
    assert_has(&text, &["REFUSED"]);
}

/// The commands that need a store, and what they say without one.
const OVER_STORES: [&[&str]; 6] = [
    &["list", "--owner", "ann"],
    &["end", "--owner", "ann"],
    &["end", "--id", "00"],
    &["end", "--all", "--yes"],
    &["count"],
    &["purge"],
];

#[test]
fn without_a_store_it_says_where_the_sessions_are_and_what_to_type() {
    let folder = Folder::new("no-store");
    let toml = "[release.session]\nstore = \"cookie\"\n[debug.session]\nstore = \"memory:\"\n";
    fs::write(folder.0.join("Rocket.toml"), toml).unwrap();
    for arguments in OVER_STORES {
        for (profile, words) in [
            ("release", ["in their cookies", "`session key`", "`store = \"redis://"]),
            ("other", ["in their cookies", "`session key`", "`store = \"redis://"]),
            ("debug", ["in the memory of", "restart the application", "`store = \"sqlite://"]),
        ] {
            let output = folder.run(None, &[arguments, &["--profile", profile]].concat(), "");
            assert_eq!(output.status.code(), Some(2));
            assert!(output.stdout.is_empty());
            assert_has(&String::from_utf8(output.stderr).unwrap(), &words);
        }
    }
}

#[test]
fn the_help_says_how_owners_are_written_and_how_it_exits() {
    let folder = Folder::new("help-of-stores");
    let help = |arguments: &[&str]| {
        String::from_utf8(folder.run(None, arguments, "").stdout).unwrap().replace("\n ", " ")
    };
    assert_has(&help(&["--help"]), &["Exit codes: 0", "1 if", "2 if"]);
    for command in ["list", "end"] {
        assert_has(&help(&[command, "--help"]), &["the number 42 and the text \"42\"", "--json"]);
    }
}

#[test]
fn what_to_end_is_said_once() {
    let folder = Folder::new("what-to-end");
    for arguments in [
        &["end"][..],
        &["end", "--all", "--owner", "ann"],
        &["end", "--id", "00", "--owner", "ann"],
        &["end", "--owner", "ann", "--yes"],
        &["list"],
    ] {
        let output = folder.run(None, arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_has(&String::from_utf8(output.stderr).unwrap(), &["Usage: session"]);
    }
}

#[cfg(feature = "sqlite")]
#[test]
fn an_id_that_is_none_is_an_error_that_repeats_nothing() {
    let folder = Folder::new("no-id");
    let toml = "[release.session]\nstore = \"sqlite://sessions.db\"\n";
    fs::write(folder.0.join("Rocket.toml"), toml).unwrap();
    // The application has made the file. It has no sessions yet.
    fs::write(folder.0.join("sessions.db"), "").unwrap();
    for id in ["", "00", "\u{1b}[31m", &"g".repeat(64)] {
        let output = folder.run(None, &["end", "--id", id], "");
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8(output.stderr).unwrap();
        assert_has(&error, &["`--id` is not the hash", "`session list --owner …`"]);
        assert!(!error.contains('\u{1b}'), "{error}");
    }
    let output = folder.run(None, &["end", "--id", &"0".repeat(64)], "");
    assert_eq!(output.status.code(), Some(1));
    let output = folder.run(None, &["count", "--json"], "");
    let count = String::from_utf8(output.stdout).unwrap();
    assert_eq!(count, "{\"bytes\":0,\"owners\":0,\"sessions\":0}\n");
}
