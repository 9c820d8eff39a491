//! Every store keeps the contract, and the contract finds every store out that
//! does not.

mod bites;
mod broken;
mod cluster;
mod following;
mod memory;
mod oldest;
mod postgres;
mod redis;
mod redis_failures;
mod sql;
mod sqlite;
mod whole;

use session_store_contract::Load;

/// What the stores are put under. The whole load of the contract takes minutes
/// for each, and is for `SESSION_TEST_LOAD=full`; memory always has it.
fn load() -> Load {
    let load = Load::default();
    match std::env::var("SESSION_TEST_LOAD") {
        Ok(full) if full == "full" => load,
        _ => load.rounds(100).races(500),
    }
}
