//! Tera's functions. Their arguments have names.

use std::collections::HashMap;

use rocket_dyn_templates::tera::{Error, Tera, Value};

use super::functions;

pub(super) fn register(tera: &mut Tera) {
    for function in functions::ALL {
        tera.register_function(function.name, move |arguments: &HashMap<String, Value>| {
            function.run([], arguments.clone()).map_err(Error::msg)
        });
    }
}
