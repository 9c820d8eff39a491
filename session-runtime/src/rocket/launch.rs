//! Prepares the sessions at launch, and reports everything that is wrong.

use std::sync::Arc;
use std::time::Duration;

use rocket::figment::Figment;
use rocket::figment::value::Value;
use rocket::{Build, Rocket};

use super::builder::SessionFairing;
use super::cross_origin::CrossOrigin;
use super::sessions::Sessions;
use crate::config::{self, Contradiction, Format, Settings};
use crate::cookie::Template;
use crate::cookie::envelope::Envelope;
use crate::cookie::keys::{MasterKey, Weakness};
use crate::request::Engine;
use crate::request::counters::Counters;
use crate::request::policy::Policy;
use crate::schema::registry::Registry;
use crate::store::{self, Backend, Store};

/// Everything that requests need, or everything that is wrong.
pub(super) async fn sessions(
    fairing: SessionFairing,
    rocket: &Rocket<Build>,
) -> Result<Sessions, Vec<String>> {
    if rocket.state::<Sessions>().is_some() {
        return Err(vec![
            "`Sessions::fairing()` is attached twice. Remove one of the two: a request has one \
             session."
                .into(),
        ]);
    }
    let figment = rocket.figment();
    let debug = figment.profile() == rocket::Config::DEBUG_PROFILE;
    let configured = config::settings(figment).map_err(|error| vec![error])?;
    let store = fairing.store.clone();
    let settings = fairing.settings.clone().or(configured);

    let registry = Arc::new(Registry::default());
    let conflicts = fairing.schemas.iter().filter_map(|table| registry.check(table).err());
    let mut errors: Vec<String> = conflicts.chain(config::misplaced(figment)).collect();
    let config = settings.check(!debug).map_err(|wrong| {
        errors.extend(wrong.iter().map(|what| format!("The session's configuration: {what}")));
    });
    if store.is_some() && settings.reads(Format::Flask) {
        errors.push(format!("The session's configuration: {}", Contradiction::FlaskStore));
    }
    if settings.max_sessions_per_owner.is_some() && store.is_none() && !settings.is_stored() {
        errors.push(format!("The session's configuration: {}", Contradiction::OwnersNeedStore));
    }
    let keys = keys(&settings, figment, debug).map_err(|wrong| errors.extend(wrong));
    let (Ok(config), Ok(keys), true) = (config, keys, errors.is_empty()) else {
        return Err(errors);
    };
    let envelope = Envelope::new(&config.cookie, config.format, &config.accept, &keys);
    #[cfg(feature = "flask")]
    let envelope = match config.flask() {
        Some(settings) => envelope.with_flask(&settings, &keys),
        None => envelope,
    };
    if envelope.has_duplicate_keys() {
        return Err(vec![
            "The session's `secret_key` and `fallback_keys` have one key twice. Remove the \
             second: a rotation puts a *new* key first and the old one behind it."
                .into(),
        ]);
    }
    let store = prepared(store, &settings, !debug).await.map_err(|error| vec![error])?;
    let backend =
        store.map(|store| Backend::new(store, config.store_timeout, config.max_sessions_per_owner));
    let envelope = if backend.is_some() { envelope.for_identifiers() } else { envelope };
    let engine = Engine {
        envelope,
        template: Template::new(&config),
        policy: Policy::new(&config),
        clock: fairing.clock,
        registry,
        counters: Counters::default(),
        backend,
        max_session_size: config.max_session_size,
        starts_permanent: config.permanent,
    };
    let cross_origin = CrossOrigin::new(&config);
    Ok(Sessions {
        engine,
        cross_origin,
        purge_interval: config.purge_interval,
        #[cfg(feature = "testing")]
        edited_cookie: super::edited_cookie::EditedCookie::default(),
    })
}

/// How long the launch waits for the store to connect and to create tables.
const PREPARATION: Duration = Duration::from_secs(10);

/// The store that was passed in, or the one at the configured URL, once it has
/// answered.
async fn prepared(
    given: Option<Arc<dyn Store>>,
    settings: &Settings,
    release: bool,
) -> Result<Option<Arc<dyn Store>>, String> {
    let store = match (given, &settings.store) {
        (Some(store), _) => store,
        (None, None) => return Ok(None),
        (None, Some(url)) => match store::open(url) {
            Ok(Some(store)) => store,
            Ok(None) => return Ok(None),
            Err(error) => return Err(format!("The session's configuration: `store`: {error}.")),
        },
    };
    let prepared = tokio::time::timeout(PREPARATION, store.prepare(release)).await;
    let why = match prepared {
        Ok(Ok(warnings)) => {
            warnings.iter().for_each(|warning| log::warn!("{warning}"));
            return Ok(Some(store));
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!(
            "no answer within {PREPARATION:?}. Start it, or correct the address that is given as \
             `store`"
        ),
    };
    Err(format!(
        "The session store cannot be used: {why}. Correct what is given as `store`, or type \
         `store = \"cookie\"` to keep sessions in their cookies."
    ))
}

/// Explains how to make a key, and where to put it.
fn make_a_key(figment: &Figment) -> String {
    format!(
        "Make one with `openssl rand -base64 32` and put it into Rocket.toml as `secret_key = \
         \"…\"` under `[{}.session]`, or into the environment as \
         `ROCKET_SESSION={{secret_key=\"…\"}}`.",
        figment.profile()
    )
}

/// Explains where to put the Flask application's key.
fn share_a_key(figment: &Figment) -> String {
    format!(
        "Put the Flask application's `SECRET_KEY`, as it is, into Rocket.toml as `secret_key = \
         \"…\"` under `[{}.session]`, or into the environment as \
         `ROCKET_SESSION={{secret_key=\"…\"}}`.",
        figment.profile()
    )
}

type Judged = (MasterKey, Result<(), Weakness>);

/// The keys, beginning with the one that signs.
fn keys(
    settings: &Settings,
    figment: &Figment,
    debug: bool,
) -> Result<Vec<MasterKey>, Vec<String>> {
    let mut errors = Vec::new();
    let (writes_flask, reads_flask) =
        (settings.format == Some(Format::Flask), settings.reads(Format::Flask));
    let make_a_key = if writes_flask { share_a_key(figment) } else { make_a_key(figment) };
    let mut judge = |what: &str, (key, judgement): Judged, flask: bool| {
        match judgement {
            _ if flask => return judge_for_flask(what, (key, judgement)),
            Err(weakness) if debug => log::warn!(
                "The session's `{what}` is not secret: {weakness}. In the release profile this \
                 stops the launch. {make_a_key}"
            ),
            Err(weakness) => {
                errors.push(format!(
                    "The session's `{what}` is not secret: {weakness}. {make_a_key}"
                ));
            }
            Ok(()) => {}
        }
        key
    };
    let first = match (&settings.secret_key, rocket_key(figment)) {
        (Some(text), _) => Some(judge("secret_key", MasterKey::parse(text), writes_flask)),
        (None, Some(key)) => Some(judge("secret_key", key, writes_flask)),
        (None, None) => None,
    };
    let fallback = settings.fallback_keys.iter().flatten();
    let fallback: Vec<_> =
        fallback.map(|text| judge("fallback_keys", MasterKey::parse(text), reads_flask)).collect();
    let mut texts = settings.secret_key.iter().chain(settings.fallback_keys.iter().flatten());
    if reads_flask && texts.any(|text| text.is_empty()) {
        errors.push(
            "One of the session's keys is empty. Type the Flask application's `SECRET_KEY`, or \
             remove the line."
                .into(),
        );
    }
    let first = match first {
        Some(key) => key,
        None if debug => {
            log::warn!(
                "The session has no `secret_key`: a random one is used, and all sessions end \
                 with this process. {make_a_key}"
            );
            MasterKey::random().map_err(|error| {
                vec![format!(
                    "The operating system gave no random bytes for the session's key: {error}."
                )]
            })?
        }
        None => {
            errors.push(format!("The session has no `secret_key`. {make_a_key}"));
            return Err(errors);
        }
    };
    if errors.is_empty() {
        Ok(std::iter::once(first).chain(fallback).collect())
    } else {
        Err(errors)
    }
}

/// Judges a key shared with a Flask application, which may be any text. A weak one
/// is accepted, because Flask has accepted it too, but only for Flask's cookies.
fn judge_for_flask(what: &str, (key, judgement): Judged) -> MasterKey {
    if let Err(weakness) = key.judge_text() {
        log::warn!(
            "The session's `{what}` has a weak key: {weakness}. It is used for Flask's cookies, as \
             Flask does; whoever guesses it is signed in as anybody, there and here. Make another \
             with `openssl rand -base64 32`, and put it into both applications, with the old one \
             behind it: `fallback_keys` here, `SECRET_KEY_FALLBACKS` there."
        );
    }
    if judgement.is_ok() { key } else { key.for_flask_only() }
}

/// Rocket's own `secret_key`. With Rocket's `secrets` feature, a key that is not
/// configured is zero bytes, which does not count.
fn rocket_key(figment: &Figment) -> Option<Judged> {
    let key = match figment.find_value("secret_key").ok()? {
        Value::String(_, text) => MasterKey::parse(&text),
        Value::Array(_, bytes) => {
            let byte = |value: &Value| u8::try_from(value.to_u128()?).ok();
            MasterKey::from_bytes(bytes.iter().map(byte).collect::<Option<_>>()?)
        }
        _ => return None,
    };
    (!key.0.is_zero()).then_some(key)
}
