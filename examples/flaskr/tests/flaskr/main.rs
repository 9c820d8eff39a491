//! The tests of Flask's tutorial, over HTTP, and what the tutorial does not have.

mod account;
mod auth;
mod blog;
mod db;
mod site;
