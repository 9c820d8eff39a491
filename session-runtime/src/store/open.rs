//! Opens the store that the setting `store` names.

use std::sync::Arc;

use super::{Store, StoreError};

/// Opens the store of a URL. `cookie` is no store: `None`.
pub(crate) fn open(url: &str) -> Result<Option<Arc<dyn Store>>, StoreError> {
    let scheme = url.split(':').next().unwrap_or_default();
    match scheme {
        "cookie" if url == "cookie" => Ok(None),
        "memory" => memory(url).map(Some),
        "sqlite" => sqlite(url).map(Some),
        "postgres" | "postgresql" => postgres(url).map(Some),
        "redis" | "rediss" | "redis-cluster" | "rediss-cluster" => redis(url).map(Some),
        _ => Err(StoreError::new(
            "it is not one of `cookie`, `memory:`, `sqlite://sessions.db`, \
             `postgres://user:password@host/database`, `redis://host:6379` and \
             `redis-cluster://host:6379,host:6380`. Type one of them",
        )),
    }
}

#[cfg(feature = "memory")]
fn memory(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match url {
        "memory:" | "memory://" => Ok(Arc::new(super::Memory::new())),
        _ => Err(StoreError::new(
            "a store in memory is written with a colon and no address. Type `memory:`, or give \
             another capacity in the code, with `.store(Memory::new().capacity(…))`",
        )),
    }
}

#[cfg(feature = "sqlite")]
fn sqlite(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(super::Sqlite::open(url)?))
}

#[cfg(feature = "postgres")]
fn postgres(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(super::Postgres::open(url)?))
}

#[cfg(feature = "redis")]
fn redis(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(super::Redis::open(url)?))
}

macro_rules! without {
    ($($name:ident $feature:literal),*) => {$(
        #[cfg(not(feature = $feature))]
        fn $name(_: &str) -> Result<Arc<dyn Store>, StoreError> {
            Err(StoreError::new(concat!(
                "it needs a Cargo feature that is not on. Type `cargo add session-runtime \
                 --features ", $feature, "`"
            )))
        }
    )*};
}

without!(memory "memory", sqlite "sqlite", postgres "postgres", redis "redis");

#[cfg(test)]
mod tests {
    use super::open;

    fn error(url: &str) -> String {
        open(url).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn cookie_is_no_store() {
        assert!(open("cookie").unwrap().is_none());
    }

    #[test]
    fn another_scheme_is_refused_with_all_there_are() {
        for url in ["", "cookies", "mysql://localhost", "cookie:", "Redis://localhost"] {
            assert!(error(url).contains("`redis-cluster://host:6379,host:6380`"), "{url}");
        }
    }

    #[test]
    fn a_store_needs_its_feature() {
        for (url, feature, on) in [
            ("memory:", "memory", cfg!(feature = "memory")),
            ("redis://localhost", "redis", cfg!(feature = "redis")),
            ("rediss://localhost", "redis", cfg!(feature = "redis")),
        ] {
            let missing = error(url).contains(&format!("--features {feature}"));
            assert_eq!(missing, !on, "{url}: {}", error(url));
        }
    }

    #[cfg(feature = "memory")]
    #[test]
    fn memory_has_no_address() {
        assert!(open("memory://").unwrap().is_some());
        for url in ["memory", "memory://localhost"] {
            assert!(error(url).contains("Type `memory:`"), "{url}");
        }
    }
}
