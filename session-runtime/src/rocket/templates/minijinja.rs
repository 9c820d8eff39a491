//! MiniJinja's functions.

use rocket_dyn_templates::minijinja::value::{Kwargs, Rest, Value, from_args};
use rocket_dyn_templates::minijinja::{Environment, Error, ErrorKind};

use super::functions;

pub(super) fn register(environment: &mut Environment<'_>) {
    for function in functions::ALL {
        environment.add_function(function.name, move |arguments: Rest<Value>| {
            let (positional, named): (&[Value], Kwargs) = from_args(&arguments)?;
            let positional: Vec<_> = positional.iter().map(json).collect::<Result<_, _>>()?;
            let named = named.args().map(|name| {
                let value: &Value = named.get(name)?;
                Ok((name.to_owned(), json(value)?))
            });
            let named: Vec<_> = named.collect::<Result<_, Error>>()?;
            let answer = function.run(positional, named).map_err(error)?;
            Ok(match answer {
                // It is written as nothing, and `default` replaces it.
                serde_json::Value::Null => Value::UNDEFINED,
                answer => Value::from_serialize(answer),
            })
        });
    }
}

fn json(value: &Value) -> Result<serde_json::Value, Error> {
    serde_json::to_value(value).map_err(|why| error(why.to_string()))
}

fn error(why: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, why)
}
