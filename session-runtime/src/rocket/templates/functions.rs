//! The functions that templates can call, whatever the engine.

use serde_json::{Value, json};

use super::rendered;
use crate::flash::Flash;
use crate::payload::Syntax;
use crate::schema::{AnySession, Generated as _, Handle};
use crate::state::State;

/// A function of templates.
#[derive(Clone, Copy)]
pub(super) struct Function {
    pub(super) name: &'static str,
    /// Its parameters, in the order in which they may be given without names.
    parameters: &'static [&'static str],
    /// Answers. An argument that is not given is null.
    answer: fn(&AnySession, &[Value]) -> Result<Value, String>,
}

/// All functions, for the engines to register.
pub(super) const ALL: [Function; 3] = [
    Function {
        name: "get_flashed_messages",
        parameters: &["with_categories", "category_filter"],
        answer: flashed_messages,
    },
    Function { name: "old", parameters: &["field"], answer: old },
    Function { name: "errors", parameters: &["field"], answer: errors },
];

impl Function {
    /// Calls the function with what the template gave.
    pub(super) fn run(
        self,
        positional: impl IntoIterator<Item = Value>,
        named: impl IntoIterator<Item = (String, Value)>,
    ) -> Result<Value, String> {
        let Function { name, parameters, answer } = self;
        let takes = || format!("it takes `{}`", parameters.join("`, `"));
        let mut arguments = vec![Value::Null; parameters.len()];
        for (index, value) in positional.into_iter().enumerate() {
            let argument = arguments.get_mut(index);
            *argument.ok_or_else(|| format!("`{name}` has too many arguments: {}", takes()))? =
                value;
        }
        for (given, value) in named {
            let index = parameters.iter().position(|parameter| *parameter == given);
            let argument = index.and_then(|index| arguments.get_mut(index));
            *argument
                .ok_or_else(|| format!("`{name}` has no argument `{given}`: {}", takes()))? = value;
        }
        rendered::with_session(|session| answer(session, &arguments)).unwrap_or_else(|| {
            log::error!(
                "A template calls `{name}`, and was not rendered by a session, so nothing is \
                 shown. Type `session.render(\"…\", context)` instead of `Template::render`.",
            );
            // A session with nothing in it answers with nothing.
            let empty = Handle::detached(State::empty(Syntax::Json));
            answer(&AnySession::new(&empty, AnySession::TABLE), &arguments)
        })
    }
}

/// Flask's `get_flashed_messages(with_categories=False, category_filter=())`.
fn flashed_messages(session: &AnySession, arguments: &[Value]) -> Result<Value, String> {
    let [with_categories, filter] = arguments else { unreachable!("as many as it has parameters") };
    let with_categories = match with_categories {
        Value::Null => false,
        Value::Bool(with) => *with,
        _ => return Err("`with_categories` must be true or false".into()),
    };
    let filter = match filter {
        Value::Null => Some(Vec::new()),
        Value::String(category) => Some(vec![category.as_str()]),
        Value::Array(categories) => categories.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let mut filter = filter.ok_or("`category_filter` must be a category or a list of them")?;
    // Flask's: an empty filter is none.
    filter.retain(|category| !category.is_empty());
    let flashes = match filter.is_empty() {
        true => session.flashes(),
        false => session.flashes_in(filter),
    };
    let shown = flashes.into_iter().map(|Flash { category, message }| match with_categories {
        true => json!([category, message]),
        false => message.into(),
    });
    Ok(shown.collect())
}

/// What was typed into the field of a form that was wrong.
fn old(session: &AnySession, arguments: &[Value]) -> Result<Value, String> {
    let field = field("old", arguments)?;
    Ok(session.old_input().value(field).into())
}

/// What was wrong with the field.
fn errors(session: &AnySession, arguments: &[Value]) -> Result<Value, String> {
    let field = field("errors", arguments)?;
    Ok(session.old_input().errors(field).into())
}

fn field<'a>(function: &str, arguments: &'a [Value]) -> Result<&'a str, String> {
    let field = arguments.first().and_then(Value::as_str);
    field.ok_or_else(|| format!("`{function}` needs the name of a field: `{function}(\"name\")`"))
}
