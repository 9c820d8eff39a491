//! The documented behaviour: one module for each row of its table, or for a few
//! rows that belong together.

mod caching;
mod clear;
mod cross_origin;
mod equal_values;
mod expiry;
mod flash;
mod keep_flashes;
mod keys;
mod outcomes;
mod permanent;
mod refresh;
mod refused;
mod removal;
mod shared;
mod size;
mod streams;
mod undeclared;
mod undecodable;
mod underscores;
mod unencodable;
mod untouched;
mod untyped;
