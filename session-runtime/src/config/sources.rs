//! Reads the settings from Rocket.toml and the environment.

use figment::Figment;
use figment::error::Kind;
#[cfg(feature = "cli")]
use figment::providers::{Env, Format as _, Toml};

use super::settings::Settings;

/// The configuration that an application in this directory would have, read as
/// Rocket reads it.
#[cfg(feature = "cli")]
pub(crate) fn figment(profile: &str) -> Figment {
    Figment::new()
        .merge(Toml::file(Env::var_or("ROCKET_CONFIG", "Rocket.toml")).nested())
        .merge(Env::prefixed("ROCKET_").ignore(&["PROFILE"]).global())
        .select(profile)
}

/// The settings in Rocket.toml and the environment.
pub(crate) fn settings(figment: &Figment) -> Result<Settings, String> {
    if figment.find_value("session").is_err() {
        return Ok(Settings::default());
    }
    figment.extract_inner::<Settings>("session").map_err(|errors| {
        let errors: Vec<String> =
            errors.into_iter().map(|error| describe(figment, &error)).collect();
        format!("The session's configuration: {}.", errors.join("; "))
    })
}

/// What is wrong, and where. The value is not shown: somebody may have put a key
/// there.
fn describe(figment: &Figment, error: &figment::Error) -> String {
    let what = match &error.kind {
        Kind::InvalidType(_, expected) => format!("expected {expected}"),
        Kind::InvalidValue(_, expected) => format!("expected {expected}, in range"),
        Kind::InvalidLength(_, expected) => format!("expected {expected}"),
        Kind::Unsupported(_) | Kind::UnsupportedKey(..) => "expected another type".into(),
        Kind::UnknownVariant(_, allowed) => format!("expected one of `{}`", allowed.join("`, `")),
        Kind::UnknownField(name, settings) => unknown(name, settings),
        kind @ (Kind::Message(_)
        | Kind::MissingField(_)
        | Kind::DuplicateField(_)
        | Kind::ISizeOutOfRange(_)
        | Kind::USizeOutOfRange(_)) => kind.to_string(),
    };
    // Figment puts the section's name after the key.
    let keys = error.path.iter().map(String::as_str).filter(|key| *key != "session");
    let path = std::iter::once("session").chain(keys).collect::<Vec<_>>().join(".");
    // An error about a name has none.
    let metadata = error.metadata.as_ref().or_else(|| figment.find_metadata(&path));
    let place = match metadata.map(|metadata| (&metadata.source, &metadata.name)) {
        Some((Some(source), _)) => format!(" in {source}"),
        Some((None, name)) => format!(" in {name}"),
        None => String::new(),
    };
    format!("`{path}`{place}: {what}")
}

/// For a name that no setting has: the one that was probably meant, and all there are.
fn unknown(name: &str, settings: &[&str]) -> String {
    let likeness = settings.iter().map(|setting| (strsim::jaro_winkler(name, setting), setting));
    let nearest = likeness.max_by(|(a, _), (b, _)| a.total_cmp(b)).filter(|(most, _)| *most > 0.8);
    let meant = nearest.map_or("".into(), |(_, setting)| format!(" Did you mean `{setting}`?"));
    format!("no such setting.{meant} There are `{}`", settings.join("`, `"))
}

/// The error for a setting outside of its section. Rocket would take the variable
/// `ROCKET_SESSION_SECRET_KEY` for a setting of its own, and ignore it, and the section
/// `sessions` as well.
pub(crate) fn misplaced(figment: &Figment) -> Option<String> {
    let found = |before: &str| {
        let is_there = |key: &&&str| figment.find_value(&format!("{before}{key}")).is_ok();
        Settings::KEYS.iter().find(is_there)
    };
    if let Some(key) = found("sessions.") {
        return Some(format!(
            "`{key}` in `[{0}.sessions]` is not read: the section is named `session`. Type \
             `[{0}.session]` in Rocket.toml, or `ROCKET_SESSION={{…}}` in the environment.",
            figment.profile(),
        ));
    }
    let key = found("session_")?;
    Some(format!(
        "`session_{key}` (or `ROCKET_SESSION_{}`) is no setting. Type `{key} = …` under \
         `[{}.session]` in Rocket.toml, or `ROCKET_SESSION={{{key}=…}}` in the environment.",
        key.to_uppercase(),
        figment.profile(),
    ))
}
