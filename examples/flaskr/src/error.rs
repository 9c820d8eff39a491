//! What a handler answers when it cannot do its work.

use rocket::Responder;
use rocket::http::Status;
use rocket::response::{Debug, status::NotFound};
use session_runtime::SessionError;

#[derive(Responder)]
pub(crate) enum Error {
    /// A 500, and the reason in the log.
    Database(Debug<sqlx::Error>),
    Session(SessionError),
    Missing(NotFound<String>),
    Refused(Status),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        Error::Database(Debug(error))
    }
}

impl From<SessionError> for Error {
    fn from(error: SessionError) -> Error {
        Error::Session(error)
    }
}

pub(crate) type Result<T> = std::result::Result<T, Error>;
