//! Applications in processes of their own, over real servers.

mod commands;
mod crashes;
mod limits;
mod operator;
mod pauses;
mod processes;

use session_server_tests::Application;

/// An application with this store.
fn application(store: &str) -> Application {
    application_with(store, "")
}

/// The same, with more settings.
fn application_with(store: &str, settings: &str) -> Application {
    // Nothing is cleaned in between, or it would be counted.
    let session = format!("store=\"{store}\",purge_interval=\"1h\"{settings}");
    Application::start(env!("CARGO_BIN_EXE_application"), &session)
}
