//! `session list`, `end`, `count` and `purge`: the sessions in the application's store.

use std::cmp::Reverse;
use std::io::{IsTerminal as _, stdin};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::de::IgnoredAny;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::{StoreSource, Which, date};
use crate::clock::Clock;
use crate::config;
use crate::payload::json;
use crate::store::{self, Key, Listed, Store, StoreError};

/// What to print, and whether the command found what it was to find.
type Outcome = Result<(String, bool), String>;

/// How long to wait for the store to connect.
const PREPARATION: Duration = Duration::from_secs(10);

/// How often to say that the store is still working.
const PATIENCE: Duration = Duration::from_secs(3);

const IN_COOKIES: &str = "this configuration keeps sessions in their cookies, in the visitors' \
     browsers, where nobody can list or end them. To end all of them, replace the key: type \
     `session key`. To list and end sessions, keep them in a store: type `store = \
     \"redis://127.0.0.1:6379\"`, or the URL of another store. If the application has its store in \
     the code, type its URL as `ROCKET_SESSION={store=\"…\"} session …`";

const IN_MEMORY: &str = "this configuration keeps sessions in the memory of the application's \
     process, which no other process can see. To end all of them, restart the application. To list \
     and end sessions from here, type `store = \"sqlite://sessions.db\"`, or the URL of another \
     store";

pub(super) fn list(owner: &str, source: &StoreSource) -> Outcome {
    let operator = Operator::of(source)?;
    let mut sessions: Vec<Listed> = Vec::new();
    for owner in texts(owner)? {
        sessions.extend(operator.wait(operator.store.list(&owner, operator.now))?);
    }
    sessions.sort_by_key(|one| Reverse((one.seen, one.created, one.key)));
    if source.json {
        let session = |one: &Listed| {
            json!({
                "id": one.key.to_hex(),
                "created": one.created,
                "last_seen": one.seen,
                "expires": one.expires,
            })
        };
        return Ok((printed(&sessions.iter().map(session).collect()), true));
    }
    if sessions.is_empty() {
        return Ok(("This owner has no sessions.\n".into(), true));
    }
    let mut table = format!("{:<64}  {:<20}  {:<20}  EXPIRES\n", "ID", "CREATED", "LAST SEEN");
    for Listed { key, created, seen, expires } in sessions {
        let dates = [created, seen, expires].map(date).join("  ");
        table.push_str(&format!("{}  {dates}\n", key.to_hex()));
    }
    Ok((table, true))
}

pub(super) fn end(which: &Which, yes: bool, source: &StoreSource) -> Outcome {
    let operator = Operator::of(source)?;
    let (store, now) = (&operator.store, operator.now);
    let mut ended = 0;
    if let Some(id) = &which.id {
        let key = Key::from_hex(&id.trim().to_ascii_lowercase()).ok_or(
            "`--id` is not the hash of a session: that has 64 digits and letters from a to f. \
             `session list --owner …` shows them",
        )?;
        ended += u64::from(operator.wait(store.destroy(&key, None, now))?);
    } else if let Some(owner) = &which.owner {
        for owner in texts(owner)? {
            ended += operator.wait(store.destroy_all_of(&owner, now))?;
        }
    } else {
        if !yes {
            operator.confirm()?;
        }
        ended += operator.wait(store.destroy_all(now))?;
    }
    let text = match ended {
        _ if source.json => printed(&json!({ "ended": ended })),
        0 if which.id.is_some() => "There is no such session.\n".into(),
        1 => "Ended 1 session.\n".into(),
        _ => format!("Ended {ended} sessions.\n"),
    };
    Ok((text, ended > 0 || which.id.is_none()))
}

pub(super) fn count(source: &StoreSource) -> Outcome {
    let operator = Operator::of(source)?;
    let count = operator.wait(operator.store.count(operator.now))?;
    let store::Count { sessions, owners, bytes } = count;
    let text = if source.json {
        printed(&json!({ "sessions": sessions, "owners": owners, "bytes": bytes }))
    } else {
        format!("sessions  {sessions}\nowners    {owners}\nbytes     {bytes}\n")
    };
    Ok((text, true))
}

pub(super) fn purge(source: &StoreSource) -> Outcome {
    let operator = Operator::of(source)?;
    let purged = operator.wait(operator.store.purge_expired(operator.now))?;
    let text = match purged {
        _ if source.json => printed(&json!({ "purged": purged })),
        1 => "Deleted 1 expired session.\n".into(),
        _ => format!("Deleted {purged} expired sessions.\n"),
    };
    Ok((text, true))
}

fn printed(value: &Value) -> String {
    format!("{value}\n")
}

/// The JSON texts of an owner: a text, and whatever else is written like this. A store
/// compares them byte for byte.
fn texts(owner: &str) -> Result<Vec<String>, String> {
    let text = json::encode(owner).map_err(|error| format!("`--owner`: {error}"))?;
    let is_json = serde_json::from_str::<IgnoredAny>(owner).is_ok();
    Ok(std::iter::once(text).chain(is_json.then(|| owner.trim().to_owned())).collect())
}

/// Whoever runs the command, and the store of the application.
struct Operator {
    runtime: Runtime,
    store: Arc<dyn Store>,
    now: u64,
}

impl Operator {
    fn of(source: &StoreSource) -> Result<Operator, String> {
        let settings = config::settings(&config::figment(&source.profile))?;
        let url = settings.store.as_ref().map_or("cookie", |url| url.as_str());
        if url.starts_with("memory:") || url.starts_with("sqlite:") && url.contains(":memory:") {
            return Err(IN_MEMORY.into());
        }
        // A wrong folder is an error. It must not leave an empty file there.
        let parameters = url.split_once('?').map(|(_, parameters)| parameters);
        let existing = url.starts_with("sqlite:") && !parameters.unwrap_or("").contains("mode=");
        let separator = if parameters.is_some() { '&' } else { '?' };
        let existing = existing.then(|| format!("{url}{separator}mode=rw"));
        let store = store::open(existing.as_deref().unwrap_or(url))
            .map_err(|error| format!("the session's configuration: `store`: {error}"))?;
        let store = store.ok_or(IN_COOKIES)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("no runtime can be started: {error}"))?;
        let prepared = runtime.block_on(async { timeout(PREPARATION, store.prepare(false)).await });
        match prepared {
            Ok(Ok(_)) => Ok(Operator { runtime, store, now: Clock::system().now() }),
            Ok(Err(error)) => Err(format!("the session store cannot be used: {error}")),
            Err(_) => Err(format!(
                "the session store cannot be used: no answer within {PREPARATION:?}. Start it, or \
                 correct `store`"
            )),
        }
    }

    /// The store's answer, and on standard error a word now and then.
    fn wait<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, String> {
        let start = Instant::now();
        let answer = self.runtime.block_on(async {
            let mut call = pin!(call);
            loop {
                match timeout(PATIENCE, &mut call).await {
                    Ok(answer) => return answer,
                    Err(_) => eprintln!(
                        "session: the store has been working for {} seconds …",
                        start.elapsed().as_secs()
                    ),
                }
            }
        });
        answer.map_err(|error| format!("the session store failed: {error}"))
    }

    /// Asks before all sessions end.
    fn confirm(&self) -> Result<(), String> {
        if !stdin().is_terminal() {
            return Err("`--all` ends the sessions of all visitors, and there is no terminal to \
                        ask at. Type `session end --all --yes`"
                .into());
        }
        let count = self.wait(self.store.count(self.now))?;
        eprint!(
            "This ends all {} sessions: {} owners are signed out. Type `yes` to go on: ",
            count.sessions, count.owners
        );
        let mut answer = String::new();
        let read = stdin().read_line(&mut answer);
        read.map_err(|error| format!("standard input cannot be read: {error}"))?;
        if answer.trim() == "yes" { Ok(()) } else { Err("nothing was ended".into()) }
    }
}
