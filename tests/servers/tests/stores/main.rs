//! Every store keeps the contract, and the contract finds every store out that
//! does not.

mod bites;
mod broken;
mod cluster;
mod memory;
mod postgres;
mod redis;
mod sql;
mod sqlite;
