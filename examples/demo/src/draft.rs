//! A form that was wrong, on its way back to the visitor.
//!
//! The handler of the POST keeps a [`Draft`] in the session and redirects to
//! the form, which takes it out: what was typed is there again, once, and a
//! reload sends nothing twice.

use std::collections::BTreeMap;

use rocket::form::{self, Context};
use rocket::serde::{Deserialize, Serialize};

/// What was typed, and what is wrong with it, by the fields' names.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(crate = "rocket::serde")]
pub(crate) struct Draft {
    values: BTreeMap<String, String>,
    errors: BTreeMap<String, String>,
}

impl Draft {
    /// A draft of these fields of the form, each cut to its limit of characters.
    ///
    /// There are limits because a visitor can send any amount of text under any
    /// name, and a session that is too large for its cookie is an error.
    pub(crate) fn new<const N: usize>(form: &Context<'_>, fields: [(&str, usize); N]) -> Self {
        let mut draft = Draft::default();
        for (field, most) in fields {
            if let Some(value) = form.field_value(field) {
                // JSON makes six bytes of a control character.
                let kept = value.chars().filter(|c| !c.is_control() || *c == '\n').take(most);
                draft.values.insert(field.into(), kept.collect());
            }
            if let Some(error) = form.field_errors(field).next() {
                draft.errors.insert(field.into(), error.to_string());
            }
        }
        draft
    }

    /// A form that nobody filled in yet, with one field already known.
    pub(crate) fn with(field: &str, value: &str) -> Self {
        Draft { values: [(field.into(), value.into())].into(), ..Draft::default() }
    }
}

/// Validates a field that must not be blank, nor longer than `most` characters.
pub(crate) fn filled<'v>(value: &str, what: &str, most: usize) -> form::Result<'v, ()> {
    let wrong = match value.trim().chars().count() {
        0 => format!("Please enter {what}."),
        length if length > most => format!("Please enter {what} in at most {most} characters."),
        _ => return Ok(()),
    };
    Err(form::Error::validation(wrong).into())
}
