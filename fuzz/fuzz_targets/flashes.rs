//! The list of flash messages: read, shown, added to and kept, against a model.
//!
//! The input is the JSON text of the list, and after a zero byte one byte for
//! each step.
#![no_main]

use libfuzzer_sys::fuzz_target;
use session_runtime::fuzzing::Visit;
use session_runtime::{Flash, Session};

const CATEGORIES: [&str; 4] = ["message", "info", "error", "\u{e9}\""];

/// So many messages wait.
const MAX_WAITING: usize = 32;

/// What the documentation says of a message.
struct Message {
    category: String,
    text: String,
    new: bool,
    /// Added after its category was read: it waits for the next request.
    late: bool,
    shown: bool,
}

#[derive(Default)]
struct Model {
    messages: Vec<Message>,
    read: Vec<String>,
    all_read: bool,
}

impl Model {
    fn push(&mut self, category: &str, text: String) {
        let late = self.all_read || self.read.iter().any(|read| read == category);
        let category = category.to_owned();
        self.messages.push(Message { category, text, new: true, late, shown: false });
    }

    fn take(&mut self, categories: Option<&[&str]>) -> Vec<(String, String)> {
        let wanted = |category: &str| categories.is_none_or(|all| all.contains(&category));
        let mut taken = Vec::new();
        for message in &mut self.messages {
            if !message.late && wanted(&message.category) {
                message.shown = true;
                taken.push((message.category.clone(), message.text.clone()));
            }
        }
        match categories {
            None => self.all_read = true,
            Some(all) => self.read.extend(all.iter().map(|category| (*category).to_owned())),
        }
        taken
    }

    fn peek(&self) -> Vec<(String, String)> {
        let messages = self.messages.iter().filter(|message| !message.late);
        messages.map(|message| (message.category.clone(), message.text.clone())).collect()
    }

    /// Of a list that somebody touched, the newest.
    fn kept(&self, consume: bool, touched: bool) -> Vec<(String, String)> {
        let messages = self.messages.iter().filter(|message| !(consume && message.shown));
        let surplus = messages.clone().count().saturating_sub(MAX_WAITING);
        let messages = messages.skip(if touched { surplus } else { 0 });
        messages.map(|message| (message.category.clone(), message.text.clone())).collect()
    }

    /// A new one that stays, or an old one that goes.
    fn changed(&self, consume: bool) -> bool {
        self.messages.iter().any(|message| message.new != (consume && message.shown))
    }
}

fn pairs(flashes: Vec<Flash>) -> Vec<(String, String)> {
    flashes.into_iter().map(|flash| (flash.category, flash.message)).collect()
}

fn step(session: &Session, model: &mut Model, n: usize, step: u8) {
    let category = CATEGORIES[usize::from(step >> 4) % CATEGORIES.len()];
    let other = CATEGORIES[usize::from(step >> 6)];
    match step % 6 {
        0 => {
            session.flash(format!("{n}\u{1}"));
            model.push("message", format!("{n}\u{1}"));
        }
        1 => {
            session.flash_as(category, format!("\"{n}\u{1f600}"));
            model.push(category, format!("\"{n}\u{1f600}"));
        }
        2 => assert_eq!(pairs(session.flashes()), model.take(None)),
        3 => {
            let taken = session.flashes_in([category]);
            assert_eq!(pairs(taken), model.take(Some(&[category])));
        }
        4 => {
            let taken = session.flashes_in([category, other]);
            assert_eq!(pairs(taken), model.take(Some(&[category, other])));
        }
        _ => assert_eq!(pairs(session.peek_flashes()), model.peek()),
    }
}

fuzz_target!(|data: &[u8]| {
    session_fuzz::log::install();
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (list, steps) = text.split_once('\0').unwrap_or((text, ""));
    let payload = format!(r#"{{"a":1,"_flashes":{list}}}"#);
    let Ok(visit) = Visit::load(&payload) else { return };
    // Half a surrogate pair is no text.
    let Ok(whole) = serde_json::from_str::<serde_json::Value>(&payload) else { return };
    let list: Vec<(String, String)> =
        serde_json::from_value(whole["_flashes"].clone()).unwrap_or_default();
    let old = |(category, text)| Message { category, text, new: false, late: false, shown: false };
    let mut model = Model { messages: list.into_iter().map(old).collect(), ..Model::default() };
    let session: Session = visit.session().expect("it requires nothing");
    for (n, byte) in steps.bytes().enumerate().take(64) {
        step(&session, &mut model, n, byte);
    }
    if !steps.is_empty() {
        assert_eq!(pairs(session.peek_flashes()), model.peek());
    }
    let end = visit.end();
    assert_eq!(end.failure, None);
    for (consume, kept) in [(true, &end.shown), (false, &end.unshown)] {
        assert_eq!(kept.changed, model.changed(consume));
        let next = Visit::load(&kept.payload).expect("what is kept can be read");
        let session: Session = next.session().expect("it requires nothing");
        assert_eq!(pairs(session.flashes()), model.kept(consume, !steps.is_empty()));
        assert_eq!(next.json("a"), Some("1"));
    }
});
