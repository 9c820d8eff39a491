//! What a form's fields have in common.

use rocket::form;

/// Validates a field that must not be blank, nor longer than `most` characters.
pub(crate) fn filled<'v>(value: &str, what: &str, most: usize) -> form::Result<'v, ()> {
    let wrong = match value.trim().chars().count() {
        0 => format!("Please enter {what}."),
        length if length > most => format!("Please enter {what} in at most {most} characters."),
        _ => return Ok(()),
    };
    Err(form::Error::validation(wrong).into())
}
