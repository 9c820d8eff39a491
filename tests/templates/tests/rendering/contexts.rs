//! The handler's own context.

use std::collections::BTreeMap;

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, context};
use session_template_tests::{ENGINES, browser};

#[session(username: String = "ann".into(), visits: u32 = 7)]
struct Visitor;

#[get("/<engine>/own")]
fn own(engine: &str, session: Session<Visitor>) -> Rendered {
    session.render(format!("{engine}/page"), context! { session: context! { visits: 3 } })
}

#[get("/<engine>/unit")]
fn unit(engine: &str, session: Session<Visitor>) -> Rendered {
    session.render(format!("{engine}/page"), ())
}

#[get("/<engine>/numbers")]
fn numbers(engine: &str, session: Session<Visitor>) -> Rendered {
    session.render(format!("{engine}/page"), context! { stock: BTreeMap::from([(7, "green tea")]) })
}

#[get("/hbs/errors")]
fn errors(session: Session<Visitor>) -> Rendered {
    session.render("hbs/page", context! { own: true, errors: "two" })
}

#[get("/<engine>/list")]
fn list(engine: &str, session: Session<Visitor>) -> Rendered {
    session.render(format!("{engine}/page"), [1, 2])
}

#[get("/<engine>/pairs")]
fn pairs(engine: &str, session: Session<Visitor>) -> Rendered {
    session.render(format!("{engine}/page"), context! { at: BTreeMap::from([((1, 2), 3)]) })
}

#[test]
fn a_session_of_ones_own_replaces_the_whole() {
    let browser = browser(routes![own]);
    for engine in ENGINES {
        let answer = browser.get(&format!("/{engine}/own"));
        assert!(answer.body.contains("name=;"), "{answer:#?}");
        assert!(answer.body.contains("visits=3;"), "{answer:#?}");
    }
}

#[test]
fn a_context_may_be_empty_and_have_numbers_as_keys() {
    let browser = browser(routes![unit, numbers]);
    for engine in ENGINES {
        let answer = browser.get(&format!("/{engine}/unit"));
        assert!(answer.body.contains("name=ann;"), "{answer:#?}");
        let answer = browser.get(&format!("/{engine}/numbers"));
        assert!(answer.body.contains("stock=green tea;"), "{answer:#?}");
    }
}

/// Handlebars prefers a helper to a name in the context. The other engines do not.
#[test]
fn a_name_in_the_context_comes_before_a_function_without_arguments() {
    let answer = browser(routes![errors]).get("/hbs/errors");
    assert!(answer.body.contains("errors=two;"), "{answer:#?}");
}

#[test]
fn a_context_that_is_none_is_a_500() {
    let browser = browser(routes![list, pairs]);
    for engine in ENGINES {
        for (path, reason) in [
            ("list", "has no names. Pass a struct, a map, or `context! { … }`."),
            ("pairs", "cannot be serialized: key must be a string"),
        ] {
            let answer = browser.get(&format!("/{engine}/{path}"));
            assert_eq!(answer.status, 500);
            let [error] = answer.errors()[..] else { panic!("{answer:#?}") };
            assert!(error.contains(&format!("`{engine}/page` {reason}")), "{error}");
        }
    }
}
