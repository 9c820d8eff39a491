//! What the library does, and when: one module for each row of the documented
//! behaviour, or for a few that belong together.

mod caching;
mod clear;
mod cross_origin;
mod equal_values;
mod expiry;
mod flash;
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
