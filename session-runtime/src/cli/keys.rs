//! Makes keys, and finds those of the application.

use std::fs;

use zeroize::Zeroizing;

use super::KeySource;
use crate::config::{self, Settings};
use crate::cookie::keys::MasterKey;
use crate::printable;

/// The settings of the application, with the keys as they were written.
pub(super) struct Configured {
    pub(super) settings: Settings,
    /// The signing one first.
    pub(super) keys: Vec<Zeroizing<String>>,
    /// Whether the keys come from elsewhere than the settings.
    pub(super) are_given: bool,
}

/// A fresh key in base64.
fn make() -> Result<Zeroizing<String>, String> {
    let key = MasterKey::random();
    let key = key.map_err(|error| format!("the operating system gave no random bytes: {error}"))?;
    Ok(key.to_base64())
}

pub(super) fn fresh() -> Result<String, String> {
    let key = make()?;
    Ok(format!(
        "{key}\n\n# In Rocket.toml:\n[release.session]\nsecret_key = \"{key}\"\n\n# Or in the \
         environment:\n# ROCKET_SESSION={{secret_key=\"{key}\"}}\n",
        key = *key
    ))
}

pub(super) fn rotated(configured: &Configured) -> Result<String, String> {
    if configured.keys.is_empty() {
        return Err(
            "there is no key to rotate. Set SESSION_SECRET_KEY, give `--key-file FILE`, or run \
             this where Rocket.toml is. `session key` makes a first key."
                .into(),
        );
    }
    let key = make()?;
    let old: Vec<String> = configured.keys.iter().take(7).map(|key| quoted(key)).collect();
    let forgotten = match configured.keys.len() {
        0..=7 => "",
        _ => "# The oldest key is left out: an application has eight at most.\n",
    };
    Ok(format!(
        "# In Rocket.toml. Deploy it everywhere; when one lifetime has passed, remove the old \
         keys.\n{forgotten}[release.session]\nsecret_key = \"{}\"\nfallback_keys = [{}]\n",
        *key,
        old.join(", ")
    ))
}

/// A key as a string of TOML. A Flask application's key may have any character in
/// it, so characters that a terminal would obey are escaped.
fn quoted(key: &str) -> String {
    let mut text = String::from("\"");
    for c in key.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            _ if printable::acts(c) => text.push_str(&format!("\\U{:08X}", u32::from(c))),
            _ => text.push(c),
        }
    }
    text + "\""
}

/// The keys in `--key-file`, in SESSION_SECRET_KEY, or in the configuration.
pub(super) fn configured(source: &KeySource) -> Result<Configured, String> {
    let figment = config::figment(&source.profile);
    let settings = config::settings(&figment)?;
    if let Some(file) = &source.key_file {
        let text = fs::read_to_string(file).map(Zeroizing::new);
        let text = text.map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        let lines = text.lines().map(str::trim).enumerate();
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let keys = lines.map(|(n, line)| match MasterKey::parse(line).1 {
            Ok(()) => Ok(Zeroizing::new(line.to_owned())),
            Err(weakness) => Err(format!(
                "line {} of {} is no key: {weakness}. A key file has one key a line; `session \
                 key | head -n 1` makes one",
                n + 1,
                file.display(),
            )),
        });
        let keys = keys.collect::<Result<_, _>>()?;
        return Ok(Configured { settings, keys, are_given: true });
    }
    let variable = std::env::var("SESSION_SECRET_KEY").ok().filter(|key| !key.trim().is_empty());
    if let Some(key) = variable {
        return Ok(Configured { settings, keys: vec![Zeroizing::new(key)], are_given: true });
    }
    let of_rocket = || figment.extract_inner::<String>("secret_key").ok().map(Zeroizing::new);
    let first = settings.secret_key.clone().or_else(of_rocket);
    let keys = first.into_iter().chain(settings.fallback_keys.clone().unwrap_or_default());
    let keys = keys.collect();
    Ok(Configured { settings, keys, are_given: false })
}
