//! The scripts that Redis runs, which are in the folder `scripts`, and their
//! arguments.

use std::borrow::Cow;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use redis::{Cmd, cmd};
use sha2::{Digest, Sha256};

use super::super::{Fields, Follow, Patch, REMEMBERED, Record};

/// The answers of the scripts that write. `shared.lua` has the same numbers.
pub(super) const DONE: u8 = 0;
pub(super) const GONE: u8 = 1;
pub(super) const TAKEN: u8 = 2;
pub(super) const FOLLOWED: u8 = 3;

/// The start of a field's name in the hash of a session. The other entries of the
/// hash have names of one letter.
pub(super) const FIELD: &str = "f:";

/// The length of the name of an owner's list.
pub(super) const LIST_NAME: usize = 22;

/// Redis keeps a session for this many seconds after it has expired, because clocks
/// differ.
const GRACE: u64 = 60;

/// The longest that Redis is told to keep something: over a hundred years, in
/// seconds. It refuses a number that it cannot hold.
const LONGEST: u64 = 1 << 32;

pub(super) static CREATE: LazyLock<Script> = script!("create");
pub(super) static PATCH: LazyLock<Script> = script!("patch");
pub(super) static RENAME: LazyLock<Script> = script!("rename");
pub(super) static DESTROY: LazyLock<Script> = script!("destroy");
pub(super) static LIST: LazyLock<Script> = script!("list");
pub(super) static DESTROY_OWNED: LazyLock<Script> = script!("destroy_owned");
pub(super) static DESTROY_OLDEST: LazyLock<Script> = script!("destroy_oldest");

/// All scripts.
pub(super) fn all() -> [&'static Script; 7] {
    [&CREATE, &PATCH, &RENAME, &DESTROY, &LIST, &DESTROY_OWNED, &DESTROY_OLDEST]
}

macro_rules! script {
    ($name:literal) => {
        LazyLock::new(|| {
            Script::new(concat!(
                include_str!("scripts/shared.lua"),
                include_str!(concat!("scripts/", $name, ".lua"))
            ))
        })
    };
}
use script;

/// A script, and the hash by which Redis knows it.
pub(super) struct Script {
    text: &'static str,
    hash: String,
}

impl Script {
    fn new(text: &'static str) -> Script {
        Script { text, hash: redis::Script::new(text).get_hash().to_owned() }
    }

    pub(super) fn load(&self) -> Cmd {
        let mut load = cmd("SCRIPT");
        load.arg("LOAD").arg(self.text);
        load
    }

    /// The call of a script that Redis has loaded.
    pub(super) fn call(&self, names: &[String], args: &[Cow<'_, str>]) -> Cmd {
        command("EVALSHA", &self.hash, names, args)
    }

    /// The call that brings the script's text along.
    pub(super) fn call_with_text(&self, names: &[String], args: &[Cow<'_, str>]) -> Cmd {
        command("EVAL", self.text, names, args)
    }
}

fn command(verb: &str, script: &str, names: &[String], args: &[Cow<'_, str>]) -> Cmd {
    let mut command = cmd(verb);
    command.arg(script).arg(names.len()).arg(names);
    args.iter().for_each(|arg| {
        command.arg(arg.as_bytes());
    });
    command
}

/// The first arguments of every script: the caller's time, and how long a key is
/// remembered that is renamed or destroyed at this time.
pub(super) fn times(now: u64) -> Vec<Cow<'static, str>> {
    let until = now.saturating_add(REMEMBERED);
    [now, until, life(until, now)].map(|number| number.to_string().into()).into()
}

/// How long Redis is told to keep something, in milliseconds.
fn life(expires: u64, now: u64) -> u64 {
    (expires.saturating_sub(now).min(LONGEST) + GRACE) * 1000
}

/// The part of a list's name that stands for the owner, who may be long: half of a
/// SHA-256, which is enough to tell owners apart.
pub(super) fn list_of(owner: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(owner)[..16])
}

/// An owner as the scripts know it, with the name of the owner's lists in front.
pub(super) fn owner(text: &str) -> Cow<'static, str> {
    (list_of(text) + text).into()
}

/// What a script must write.
pub(super) struct Change<'a> {
    now: u64,
    follows: bool,
    created: Option<u64>,
    seen: u64,
    expires: u64,
    /// The last second of the session if it is left empty.
    empty_expires: u64,
    shortens: bool,
    owner: Option<Option<&'a str>>,
    remove: &'a [String],
    set: &'a Fields,
}

impl<'a> Change<'a> {
    pub(super) fn create(record: &'a Record, now: u64) -> Change<'a> {
        Change {
            now,
            follows: false,
            created: Some(record.created),
            seen: record.seen,
            expires: record.expires,
            empty_expires: record.expires,
            shortens: true,
            owner: Some(record.owner.as_deref()),
            remove: &[],
            set: &record.fields,
        }
    }

    pub(super) fn patch(patch: &'a Patch, now: u64) -> Change<'a> {
        Change {
            now,
            follows: patch.follow == Follow::Newest,
            created: patch.created,
            seen: patch.seen,
            expires: patch.expires,
            empty_expires: patch.empty_expires(now),
            shortens: patch.shortens,
            owner: patch.owner.as_ref().map(Option::as_deref),
            remove: &patch.remove,
            set: &patch.set,
        }
    }

    /// The arguments, as `shared.lua` reads them. `call` is the name of the call, if
    /// it may arrive twice.
    pub(super) fn args(&self, call: &str) -> Vec<Cow<'a, str>> {
        let Change { now, seen, expires, empty_expires, .. } = *self;
        let flag = |is_set| Cow::from(if is_set { "1" } else { "" });
        let (filing, owner) = match self.owner {
            None => ("keep", "".into()),
            Some(None) => ("remove", "".into()),
            Some(Some(text)) => ("set", owner(text)),
        };
        let numbers = [seen, expires, life(expires, now), empty_expires, life(empty_expires, now)];
        let mut args: Vec<Cow<'a, str>> = times(now);
        args.extend([call.to_owned().into(), flag(self.follows)]);
        args.extend(numbers.map(|number| number.to_string().into()));
        args.extend([flag(self.shortens), filing.into(), owner]);
        args.push(self.remove.len().to_string().into());
        args.extend(self.remove.iter().map(|name| field(name)));
        if let Some(created) = self.created {
            args.extend(["c".into(), created.to_string().into()]);
        }
        args.extend(self.set.iter().flat_map(|(name, json)| [field(name), json.into()]));
        args
    }
}

/// The name of a field in the hash.
fn field(name: &str) -> Cow<'static, str> {
    format!("{FIELD}{name}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_written_with_a_name_of_one_length() {
        for text in ["", "1", "\"zoe\"", &"zoe ".repeat(7_500)] {
            let owner = owner(text);
            assert_eq!(owner.split_at(LIST_NAME), (list_of(text).as_str(), text));
        }
    }
}
