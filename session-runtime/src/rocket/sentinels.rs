//! The checks that Rocket runs before launch for each type in a mounted route.

use rocket::{Ignite, Rocket, Sentinel};

use super::error::SessionError;
use super::sessions::Sessions;
use crate::schema::Schema;
use crate::schema::table::Table;
use crate::session::Session;

impl<S: Schema> Sentinel for Session<S> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_missing(rocket) || is_in_conflict(rocket, S::TABLE)
    }
}

impl Sentinel for &Sessions {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_missing(rocket)
    }
}

/// Whether the fairing is not attached. Logs an error once for each type.
fn is_missing(rocket: &Rocket<Ignite>) -> bool {
    let missing = rocket.state::<Sessions>().is_none();
    if missing {
        log::error!("{}", SessionError::NoFairing);
    }
    missing
}

fn is_in_conflict(rocket: &Rocket<Ignite>, table: &'static Table) -> bool {
    let Some(sessions) = rocket.state::<Sessions>() else { return false };
    let verdict = sessions.engine.registry.check(table);
    if let Err(conflict) = &verdict {
        log::error!("{conflict}");
    }
    verdict.is_err()
}
