//! `session.render(…)`, in all three engines.

#![allow(missing_docs, reason = "it is a test")]

mod contexts;
mod fields;
mod forms;
mod messages;
mod places;
mod serialize;
