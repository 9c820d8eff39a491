//! Writes a program of handlers in which every two choices meet (in the full
//! one, every three): what the handler takes, what it returns, what it
//! declares, whether it is async, and where the session stands. The program
//! mounts them all and checks what each answers to a visitor with a name, and
//! to one without.

use std::collections::HashSet;
use std::fmt::Write as _;

/// What a list declares, and what is read through it.
struct List {
    entries: &'static str,
    /// An expression of the type `String`, with `SESSION` for the parameter.
    read: &'static str,
    /// Through the guard.
    append: &'static str,
    /// With the name `Ann`, and without one. `Err` is the answer of an `else`.
    named: &'static str,
    nameless: Result<&'static str, &'static str>,
}

const LISTS: &[List] = &[
    List {
        entries: "username: String",
        read: "SESSION.username().unwrap_or(\"nobody\").to_owned()",
        append: "if let Some(mut name) = SESSION.username_mut() { name.push('!'); }",
        named: "Ann",
        nameless: Ok("nobody"),
    },
    List {
        entries: "theme: String = \"light\".into()",
        read: "SESSION.theme().to_owned()",
        append: "SESSION.theme_mut().push('!');",
        named: "light",
        nameless: Ok("light"),
    },
    List {
        entries: "username: String else (Status::Unauthorized, \"handler\")",
        read: "SESSION.username().to_owned()",
        append: "SESSION.username_mut().push('!');",
        named: "Ann",
        nameless: Err("handler"),
    },
    List {
        entries: "..Visitor",
        read: "SESSION.username().unwrap_or(\"nobody\").to_owned()",
        append: "if let Some(mut name) = SESSION.username_mut() { name.push('!'); }",
        named: "Ann",
        nameless: Ok("nobody"),
    },
    List {
        entries: "..Visitor, username: String else (Status::Unauthorized, \"handler\"), coupon: u32",
        read: "{ let _ = SESSION.coupon(); SESSION.username().to_owned() }",
        append: "SESSION.username_mut().push('!');",
        named: "Ann",
        nameless: Err("handler"),
    },
    List {
        entries: "..LoggedIn",
        read: "SESSION.username().to_owned()",
        append: "SESSION.username_mut().push('!');",
        named: "Ann",
        nameless: Err("schema"),
    },
    List {
        entries: "..LoggedIn, username: String = \"guest\".into()",
        read: "SESSION.username().to_owned()",
        append: "SESSION.username_mut().push('!');",
        named: "Ann",
        nameless: Ok("guest"),
    },
    List {
        entries: "flash(success)",
        read: "{ SESSION.flash_success(\"done\"); SESSION.peek_flashes().len().to_string() }",
        append: "let _ = &mut SESSION;",
        named: "1",
        nameless: Ok("1"),
    },
];

/// What a handler takes beside the session.
struct Takes {
    parameter: Option<&'static str>,
    method: &'static str,
    uri: &'static str,
    data: &'static str,
    /// The request that gives the parameter its value, and how it is read.
    asks: (&'static str, &'static str),
    read: &'static str,
    value: &'static str,
    generics: &'static str,
    /// A `&str` that is returned: its type, its expression, its text.
    tied: (&'static str, &'static str, &'static str),
}

const STATIC: (&str, &str, &str) = ("&'static str", "\"static\"", "static");

const TAKES: &[Takes] = &[
    Takes {
        parameter: None,
        method: "get",
        uri: "",
        data: "",
        asks: ("", ""),
        read: "\"none\"",
        value: "none",
        generics: "",
        tied: STATIC,
    },
    Takes {
        parameter: Some("id: u32"),
        method: "get",
        uri: "/<id>",
        data: "",
        asks: ("/7", ""),
        read: "id",
        value: "7",
        generics: "",
        tied: STATIC,
    },
    Takes {
        parameter: Some("page: Option<u32>"),
        method: "get",
        uri: "?<page>",
        data: "",
        asks: ("?page=8", ""),
        read: "page.unwrap_or(0)",
        value: "8",
        generics: "",
        tied: STATIC,
    },
    Takes {
        parameter: Some("item: Form<Item>"),
        method: "post",
        uri: "",
        data: ", data = \"<item>\"",
        asks: ("", "sku=tea"),
        read: "item.sku",
        value: "tea",
        generics: "",
        tied: STATIC,
    },
    Takes {
        parameter: Some("name: &str"),
        method: "get",
        uri: "/<name>",
        data: "",
        asks: ("/bob", ""),
        read: "name",
        value: "bob",
        generics: "",
        tied: ("&str", "name", "bob"),
    },
    Takes {
        parameter: Some("name: &'r str"),
        method: "get",
        uri: "/<name>",
        data: "",
        asks: ("/bob", ""),
        read: "name",
        value: "bob",
        generics: "'r",
        tied: ("&'r str", "name", "bob"),
    },
    Takes {
        parameter: Some("login: Form<Login<'_>>"),
        method: "post",
        uri: "",
        data: ", data = \"<login>\"",
        asks: ("", "name=bob"),
        read: "login.name",
        value: "bob",
        generics: "",
        tied: ("&str", "login.into_inner().name", "bob"),
    },
];

const RETURNS: &[&str] = &[
    "String",
    "()",
    "&str",
    "Result<String, Status>",
    "Option<String>",
    "impl Responder<'r, 'static>",
    "Redirect",
    "(Status, String)",
    "Wrapped<String>",
];

/// Where the session stands: first, in the middle, last, under another name,
/// and mutable.
const PLACES: usize = 5;

/// What the answer to a request must be.
#[derive(Clone, PartialEq, Eq)]
struct Answer {
    status: u16,
    body: String,
    location: Option<String>,
}

impl Answer {
    fn new(status: u16, body: &str) -> Answer {
        Answer { status, body: body.into(), location: None }
    }
}

/// How `text` is returned as the type, and what that answers.
fn returned(ty: &str, takes: &Takes) -> (String, String, fn(&str, &Takes) -> Answer) {
    let ok = |text: &str, _: &Takes| Answer::new(200, text);
    let (ty, code): (&str, &str) = match ty {
        "()" => return ("()".into(), "drop(text);".into(), |_, _| Answer::new(200, "")),
        "&str" => {
            let (ty, tied, _) = takes.tied;
            return (ty.into(), format!("drop(text); {tied}"), |_, t| Answer::new(200, t.tied.2));
        }
        "Redirect" => {
            return (ty.into(), "Redirect::to(format!(\"/{text}\"))".into(), |text, _| Answer {
                status: 303,
                body: String::new(),
                location: Some(format!("/{text}")),
            });
        }
        "(Status, String)" => {
            return (ty.into(), "(Status::Accepted, text)".into(), |text, _| {
                Answer::new(202, text)
            });
        }
        "Wrapped<String>" => {
            return (ty.into(), "Wrapped(text)".into(), |text, _| {
                Answer::new(200, &format!("<{text}>"))
            });
        }
        "Result<String, Status>" => {
            (ty, "let text = text.parse::<String>().ok().ok_or(Status::Gone)?; Ok(text)")
        }
        "Option<String>" => (ty, "let text = text.parse::<String>().ok()?; Some(text)"),
        "impl Responder<'r, 'static>" => (ty, "if !text.is_empty() { return text; } text"),
        ty => (ty, "text"),
    };
    (ty.into(), code.into(), ok)
}

fn fill(code: &str, session: &str) -> String {
    code.replace("SESSION", session)
}

/// Puts the session among the other parameters.
fn parameters(mut others: Vec<String>, place: usize) -> (String, &'static str) {
    let (name, parameter, at) = match place {
        0 => ("session", "session: Session", 0),
        1 => ("session", "session: Session", 1),
        2 => ("session", "session: Session", others.len()),
        3 => ("visit", "visit: Session", 0),
        _ => ("session", "mut session: Session", others.len()),
    };
    others.insert(at.min(others.len()), parameter.into());
    (others.join(", "), name)
}

/// The answers to a visitor with a name and to one without.
fn answers(list: &List, mutable: bool, text: impl Fn(&str) -> Answer) -> [Answer; 2] {
    let appended = |value: &str| match (mutable, value) {
        (true, "nobody" | "1") | (false, _) => value.to_owned(),
        (true, value) => format!("{value}!"),
    };
    let nameless = match list.nameless {
        Ok(value) => text(&appended(value)),
        Err(answer) => Answer::new(401, answer),
    };
    [text(&appended(list.named)), nameless]
}

fn body(list: &List, mutable: bool, session: &str, asynchronous: bool) -> String {
    let mut body = String::new();
    if asynchronous {
        body.push_str("rocket::tokio::task::yield_now().await; ");
    }
    if mutable {
        write!(body, "{} ", fill(list.append, session)).unwrap();
    }
    write!(body, "let field: String = {}; ", fill(list.read, session)).unwrap();
    body
}

#[derive(Default)]
struct Program {
    items: String,
    routes: Vec<String>,
    catchers: Vec<String>,
    checks: String,
}

impl Program {
    fn check(&mut self, method: &str, uri: &str, data: &str, [named, nameless]: &[Answer; 2]) {
        for (has_name, answer) in [(true, named), (false, nameless)] {
            writeln!(
                self.checks,
                "    Check({has_name}, Method::{method}, {uri:?}, {data:?}, {}, {:?}, {:?}),",
                answer.status, answer.body, answer.location,
            )
            .unwrap();
        }
    }

    fn handler(&mut self, list: &List, takes: &Takes, returns: &str, place: usize, is_async: bool) {
        let name = format!("route_{}", self.routes.len());
        let mutable = place == 4;
        let others =
            takes.parameter.map(str::to_owned).into_iter().chain(["method: Method".into()]);
        let (parameters, session) = parameters(others.collect(), place);
        let (ty, code, answer) = returned(returns, takes);
        let generics = match (takes.generics, ty.contains("'r")) {
            ("", false) => String::new(),
            _ => "<'r>".into(),
        };
        writeln!(
            self.items,
            "#[session({})]\n#[{}(\"/{name}{}\"{})]\n{}fn {name}{generics}({parameters}) -> {ty} {{\n    \
             {}\n    let text = format!(\"{{field}}-{{}}-{{method}}\", {});\n    {code}\n}}\n",
            list.entries,
            takes.method,
            takes.uri,
            takes.data,
            if is_async { "async " } else { "" },
            body(list, mutable, session, is_async),
            takes.read,
        )
        .unwrap();
        let method = takes.method.to_uppercase();
        let answers = answers(list, mutable, |field| {
            answer(&format!("{field}-{}-{method}", takes.value), takes)
        });
        let variant = match takes.method {
            "get" => "Get",
            _ => "Post",
        };
        self.check(variant, &format!("/{name}{}", takes.asks.0), takes.asks.1, &answers);
        self.routes.push(name);
    }

    fn catcher(&mut self, list: &List, takes: usize, returns: &str, place: usize, is_async: bool) {
        let name = format!("catcher_{}", self.catchers.len());
        let mutable = place == 4;
        let (others, read) = match takes {
            0 => (vec![], "\"none\""),
            1 => (vec!["request: &Request<'_>"], "request.method()"),
            _ => (
                vec!["status: Status", "request: &Request<'_>"],
                "{ assert_eq!(request.method(), Method::Get); status.code }",
            ),
        };
        let (parameters, session) =
            parameters(others.into_iter().map(str::to_owned).collect(), place);
        let (ty, code, answer) = returned(returns, &TAKES[0]);
        writeln!(
            self.items,
            "#[session({})]\n#[catch({})]\n{}fn {name}{}({parameters}) -> {ty} {{\n    {}\n    \
             let text = format!(\"{{field}}-{{}}\", {read});\n    {code}\n}}\n",
            list.entries,
            if takes == 2 { "default" } else { "404" },
            if is_async { "async " } else { "" },
            if ty.contains("'r") { "<'r>" } else { "" },
            body(list, mutable, session, is_async),
        )
        .unwrap();
        let value = ["none", "GET", "404"][takes];
        let answers = answers(list, mutable, |field| {
            let mut answer = answer(&format!("{field}-{value}"), &TAKES[0]);
            if answer.status == 200 {
                // Rocket keeps the status that was caught.
                answer.status = 404;
            }
            answer
        });
        self.check("Get", &format!("/{name}/nowhere"), "", &answers);
        self.catchers.push(name);
    }

    fn source(&self) -> String {
        let catchers: String = self
            .catchers
            .iter()
            .map(|name| format!("        .register(\"/{name}\", catchers![{name}])\n"))
            .collect();
        format!(
            "{}\n{}fn rocket() -> Rocket<Build> {{\n    start()\n        .mount(\"/\", routes![{}])\n{catchers}}}\n\n\
             const CHECKS: &[Check] = &[\n{}];\n",
            include_str!("frame.rs"),
            self.items,
            self.routes.join(", "),
            self.checks,
        )
    }
}

/// The program, or the full one with twice as many handlers.
pub(crate) fn program(full: bool) -> String {
    let mut program = Program::default();
    let mut met = HashSet::new();
    for (l, list) in LISTS.iter().enumerate() {
        for (t, takes) in TAKES.iter().enumerate() {
            for (r, returns) in RETURNS.iter().enumerate() {
                if !full && (l + t + r) % 2 == 1 {
                    continue;
                }
                let (place, is_async) = ((l + t + 2 * r) % PLACES, (l / 2 + t + r / 2) % 2);
                program.handler(list, takes, returns, place, is_async == 1);
                met.extend(combinations([l, t, r, place, is_async], full));
            }
        }
    }
    let sizes = [LISTS.len(), TAKES.len(), RETURNS.len(), PLACES, 2];
    let forgotten = all(sizes)
        .flat_map(|choices| combinations(choices, full))
        .find(|combination| !met.contains(combination));
    assert_eq!(forgotten, None, "never together");

    let returns = RETURNS.iter().filter(|returns| **returns != "&str").collect::<Vec<_>>();
    let shapes = [(0, 0), (0, 3), (0, 4), (1, 0), (1, 2), (1, 4), (2, 0), (2, 1), (2, 2), (2, 4)];
    for (l, list) in LISTS.iter().enumerate() {
        for (s, (takes, place)) in shapes.into_iter().enumerate() {
            for is_async in 0..2 {
                if !full && (l + s + is_async) % 2 == 1 {
                    continue;
                }
                let returns = returns[(l + s + is_async) % returns.len()];
                program.catcher(list, takes, returns, place, is_async == 1);
            }
        }
    }
    program.source()
}

/// Every two of the choices, or every three, with the axis of each.
fn combinations(choices: [usize; 5], three: bool) -> impl Iterator<Item = Vec<(usize, usize)>> {
    let size = if three { 3 } else { 2 };
    let subsets = (0_u32..1 << choices.len()).filter(move |set| set.count_ones() == size);
    subsets.map(move |set| {
        let chosen = choices.into_iter().enumerate();
        chosen.filter(|(axis, _)| set & (1 << axis) != 0).collect()
    })
}

fn all(sizes: [usize; 5]) -> impl Iterator<Item = [usize; 5]> {
    (0..sizes.iter().product()).map(move |mut n: usize| {
        sizes.map(|size| {
            let choice = n % size;
            n /= size;
            choice
        })
    })
}
