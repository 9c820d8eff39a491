//! Handlers and catchers of every kind. Written by `language_matrix/generator.rs`.
#![deny(warnings, missing_docs, unreachable_pub, nonstandard_style, rust_2018_idioms)]

include!(concat!(env!("OUT_DIR"), "/matrix.rs"));
