//! What a failure of Redis would lose, judged by its settings.

use super::super::StoreError;
use super::link::Link;

/// The settings that decide it. Redis before version 7 returns only one for each
/// command.
const NAMES: [&str; 5] = ["appendonly", "appendfsync", "save", "maxmemory", "maxmemory-policy"];

const KEEP: &str = "Type `redis-cli CONFIG SET appendonly yes` and `redis-cli CONFIG REWRITE`.";

#[derive(Default)]
struct Settings {
    appendonly: String,
    appendfsync: String,
    save: String,
    maxmemory: String,
    policy: String,
}

/// The warnings of [`prepare`](crate::store::Store::prepare).
pub(super) async fn warnings(link: &Link, release: bool) -> Result<Vec<String>, StoreError> {
    let Ok(answers) = link.settings(&NAMES).await else {
        // An operator whom Redis does not let ask may know its settings in another
        // way.
        let unknown = "Redis does not say how it is set up (`CONFIG GET` is not allowed), so it is \
             not known what a failure of it would lose. Make sure of `appendonly yes` and \
             `maxmemory-policy noeviction`.";
        return Ok(if release { vec![unknown.into()] } else { Vec::new() });
    };
    let mut warnings: Vec<String> = Vec::new();
    for [appendonly, appendfsync, save, maxmemory, policy] in answers {
        let settings = Settings { appendonly, appendfsync, save, maxmemory, policy };
        for warning in [settings.loss(release), settings.eviction()].into_iter().flatten() {
            // The machines of a cluster usually have the same settings.
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }
    Ok(warnings)
}

impl Settings {
    /// What a failure of Redis or its machine would lose.
    fn loss(&self, release: bool) -> Option<String> {
        if self.appendonly == "yes" {
            return match self.appendfsync.as_str() {
                "no" => Some(
                    "If the machine of Redis fails, the sessions lose what they were told in the \
                     last half minute, sign-outs too, because Redis leaves it to the kernel when \
                     to write (`appendfsync no`). Type `redis-cli CONFIG SET appendfsync \
                     everysec`, or `always` to lose nothing, and `redis-cli CONFIG REWRITE`."
                        .into(),
                ),
                "everysec" if release => Some(
                    "If the machine of Redis fails, the sessions lose what they were told in the \
                     last second, sign-outs too (`appendfsync everysec`). If that is too much, \
                     type `redis-cli CONFIG SET appendfsync always` and `redis-cli CONFIG REWRITE`."
                        .into(),
                ),
                _ => None,
            };
        }
        // Pairs: seconds, and a number of changes.
        let every = self.save.split_whitespace().step_by(2).filter_map(|s| s.parse::<u64>().ok());
        Some(match every.max() {
            None => format!(
                "A restart of Redis ends all sessions, because it keeps them in memory alone. {KEEP}"
            ),
            Some(seconds) => format!(
                "If Redis fails, the sessions lose what they were told since its last snapshot, \
                 sign-outs too, which is up to {seconds} seconds ago (`save {}`). {KEEP}",
                self.save
            ),
        })
    }

    fn eviction(&self) -> Option<String> {
        let limited = self.maxmemory != "0" && self.policy != "noeviction";
        limited.then(|| {
            format!(
                "When its memory is full, Redis ends sessions before their time \
                 (`maxmemory-policy {}`), and forgets whose they are, so that a sign-out \
                 everywhere misses some. Type `redis-cli CONFIG SET maxmemory-policy noeviction` \
                 and `redis-cli CONFIG REWRITE`.",
                self.policy
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(appendonly: &str, appendfsync: &str, save: &str) -> Settings {
        let [appendonly, appendfsync, save] = [appendonly, appendfsync, save].map(str::to_owned);
        Settings { appendonly, appendfsync, save, maxmemory: "0".into(), ..Settings::default() }
    }

    #[test]
    fn a_warning_says_what_is_lost() {
        for (settings, debug, release) in [
            (settings("no", "everysec", ""), Some("ends all sessions"), Some("ends all sessions")),
            (
                settings("no", "always", "3600 1 300 100"),
                Some("up to 3600 seconds ago"),
                Some("up to 3600 seconds ago"),
            ),
            (settings("yes", "no", ""), Some("half minute"), Some("half minute")),
            (settings("yes", "everysec", ""), None, Some("last second")),
            (settings("yes", "always", "3600 1"), None, None),
        ] {
            for (release, expected) in [(false, debug), (true, release)] {
                let said = settings.loss(release);
                assert_eq!(said.is_some(), expected.is_some(), "{said:?}");
                let said = said.unwrap_or_default();
                assert!(said.contains(expected.unwrap_or_default()), "{said}");
                assert!(said.is_empty() || said.contains("`redis-cli CONFIG SET"), "{said}");
            }
        }
    }

    #[test]
    fn nothing_is_evicted_without_a_limit() {
        let with = |maxmemory: &str, policy: &str| {
            let (maxmemory, policy) = (maxmemory.into(), policy.into());
            Settings { maxmemory, policy, ..Settings::default() }.eviction()
        };
        assert!(with("1000000", "volatile-lru").unwrap().contains("volatile-lru"));
        assert!(with("1000000", "allkeys-random").is_some());
        assert_eq!(with("1000000", "noeviction"), None);
        assert_eq!(with("0", "volatile-lru"), None);
    }
}
