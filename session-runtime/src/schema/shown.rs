//! A session's fields as JSON, for templates and for answers.

use std::collections::HashSet;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::payload::json;
use crate::schema::AnySession;
use crate::schema::table::Declared;
use crate::state::State;

impl AnySession {
    /// The fields that its schema declares, by their names in the code, if they have a
    /// value or a default. A session without a schema shows all, by their stored names.
    pub(crate) fn fields(&self) -> Map<String, Value> {
        let (state, table) = (self.handle().state(), self.table());
        if table.is_untyped() {
            return untyped(state);
        }
        let fields = table.all().map(|(_, declared)| declared);
        most_derived(fields, |declared| declared.name)
            .filter_map(|declared| Some((declared.name.to_owned(), value(state, declared)?)))
            .collect()
    }

    /// The same, with what was loaded.
    #[cfg(any(feature = "tera", feature = "handlebars", feature = "minijinja"))]
    pub(crate) fn fields_for_templates(&self) -> Map<String, Value> {
        let loaded = most_derived(self.table().loaded(), |loads| loads.name);
        let mut fields = self.fields();
        fields.extend(loaded.filter_map(|loads| {
            let show = loads.shown?;
            Some((loads.name.to_owned(), show(self.handle(), loads)?))
        }));
        fields
    }
}

fn value(state: &State, declared: &Declared) -> Option<Value> {
    let stored = state.json(declared.key);
    let stored = stored.and_then(|text| declared.field.to_json(state.syntax(), text));
    json::decode(&stored.or_else(|| declared.field.default_json())?).ok()
}

fn untyped(state: &State) -> Map<String, Value> {
    let value = |key: &str| state.syntax().decode(state.json(key)?).ok();
    let fields = state.keys().into_iter().filter_map(|key| value(&key).map(|value| (key, value)));
    fields.collect()
}

/// A value for any serializer. If any dependency of the application turns on
/// `serde_json`'s feature `arbitrary_precision`, its numbers serialize as a struct that
/// only `serde_json` takes for a number.
pub(crate) struct Plain<'a>(pub(crate) &'a Value);

impl Serialize for Plain<'_> {
    fn serialize<R: Serializer>(&self, serializer: R) -> Result<R::Ok, R::Error> {
        match self.0 {
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => serializer.serialize_u64(number),
                (_, Some(number), _) => serializer.serialize_i64(number),
                (.., Some(number)) => serializer.serialize_f64(number),
                (None, None, None) => number.serialize(serializer),
            },
            Value::Array(values) => serializer.collect_seq(values.iter().map(Plain)),
            Value::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, Plain(value))))
            }
            value => value.serialize(serializer),
        }
    }
}

/// Of fields that are declared again, the last declaration. It comes first in a table.
fn most_derived<T>(
    fields: impl Iterator<Item = T>,
    name: impl Fn(&T) -> &'static str,
) -> impl Iterator<Item = T> {
    let mut seen = HashSet::new();
    fields.filter(move |field| seen.insert(name(field)))
}

/// The fields that the session's schema declares. More at
/// [`Session`](crate::Session#impl-Serialize-for-Session<S>).
impl Serialize for AnySession {
    fn serialize<R: Serializer>(&self, serializer: R) -> Result<R::Ok, R::Error> {
        Plain(&self.fields().into()).serialize(serializer)
    }
}
