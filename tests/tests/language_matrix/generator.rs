//! Generates a program of handlers that covers every pair of choices (in the full
//! program every triple, except for the body): what the handler takes, its body
//! parameter, its return type, its list, whether it is async, and the position
//! of the session parameter. The program mounts them all and checks each answer
//! to a visitor with a name, and to one without. If an `else` answers, it does
//! so with any body.

use std::collections::HashSet;
use std::fmt::Write as _;

/// A list, and how its fields are read.
struct List {
    entries: &'static str,
    /// An expression of the type `String`, with `SESSION` for the parameter.
    read: &'static str,
    /// An expression that appends through the guard.
    append: &'static str,
    /// The text with the name `Ann`, and without one. `Err` is the answer of an `else`.
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
        entries: "username: String, user: User from username else (Status::Unauthorized, \"loaded\")",
        read: "{ assert_eq!(SESSION.user().0, \"Ann\"); SESSION.username().unwrap_or(\"-\").to_owned() }",
        append: "if let Some(mut name) = SESSION.username_mut() { name.push('!'); }",
        named: "Ann",
        nameless: Err("loaded"),
    },
    List {
        entries: "..Visitor, user: User from username",
        read: "{ assert_eq!(SESSION.user().is_some(), SESSION.username().is_some()); \
               SESSION.username().unwrap_or(\"nobody\").to_owned() }",
        append: "if let Some(mut name) = SESSION.username_mut() { name.push('!'); }",
        named: "Ann",
        nameless: Ok("nobody"),
    },
    List {
        entries: "flash(success)",
        read: "{ SESSION.flash_success(\"done\"); SESSION.peek_flashes().len().to_string() }",
        append: "let _ = &mut SESSION;",
        named: "1",
        nameless: Ok("1"),
    },
];

/// A `&str` that is returned: its type, its expression, its text.
type Tied = (&'static str, &'static str, &'static str);

const STATIC: Tied = ("&'static str", "\"static\"", "static");

/// What a handler takes besides the session.
struct Takes {
    parameter: Option<&'static str>,
    uri: &'static str,
    /// The request that gives the parameter its value, and how it is read.
    asks: &'static str,
    read: &'static str,
    value: &'static str,
    generics: &'static str,
    tied: Tied,
}

const TAKES: &[Takes] = &[
    Takes {
        parameter: None,
        uri: "",
        asks: "",
        read: "\"none\"",
        value: "none",
        generics: "",
        tied: STATIC,
    },
    Takes {
        parameter: Some("id: u32"),
        uri: "/<id>",
        asks: "/7",
        read: "id",
        value: "7",
        generics: "",
        tied: STATIC,
    },
    Takes {
        parameter: Some("page: Option<u32>"),
        uri: "?<page>",
        asks: "?page=8",
        read: "page.unwrap_or(0)",
        value: "8",
        generics: "",
        tied: STATIC,
    },
    Takes {
        parameter: Some("name: &str"),
        uri: "/<name>",
        asks: "/bob",
        read: "name",
        value: "bob",
        generics: "",
        tied: ("&str", "name", "bob"),
    },
    Takes {
        parameter: Some("name: &'r str"),
        uri: "/<name>",
        asks: "/bob",
        read: "name",
        value: "bob",
        generics: "'r",
        tied: ("&'r str", "name", "bob"),
    },
];

/// What a handler makes of the request's body, which is [`DATA`].
struct Body {
    parameter: &'static str,
    read: &'static str,
    value: &'static str,
    /// What can be returned, if its type has a lifetime.
    tied: Option<Tied>,
}

const DATA: &str = "name=eve&sku=tea";
/// Not a valid body for most of them.
const WRONG_DATA: &str = "x";

const BODIES: &[Option<Body>] = &[
    None,
    Some(Body { parameter: "form: Form<Item>", read: "form.sku", value: "tea", tied: None }),
    Some(Body {
        parameter: "form: Form<Login<'_>>",
        read: "form.name",
        value: "eve",
        tied: Some(("&str", "form.into_inner().name", "eve")),
    }),
    Some(Body {
        parameter: "form: Result<Form<Login<'_>>, Errors<'_>>",
        read: "form.as_ref().map_or(\"\", |form| form.name)",
        value: "eve",
        tied: Some(STATIC),
    }),
    Some(Body {
        parameter: "form: Option<Form<Item>>",
        read: "form.map_or(0, |form| form.sku.len())",
        value: "3",
        tied: None,
    }),
    Some(Body {
        parameter: "file: TempFile<'_>",
        read: "file.len()",
        value: "16",
        tied: Some(STATIC),
    }),
    Some(Body {
        parameter: "data: Data<'_>",
        read: "{ drop(data); \"data\" }",
        value: "data",
        tied: Some(STATIC),
    }),
    Some(Body {
        parameter: "words: &str",
        read: "words",
        value: DATA,
        tied: Some(("&str", "words", DATA)),
    }),
    Some(Body {
        parameter: "mut bytes: Vec<u8>",
        read: "{ bytes.push(0); bytes.len() }",
        value: "17",
        tied: None,
    }),
    Some(Body { parameter: "own: Own", read: "own.0", value: "16", tied: None }),
];

impl Takes {
    /// What can be returned of it with this body. If both have an unnamed lifetime,
    /// neither can.
    fn tied(&self, body: Option<&Body>) -> Tied {
        match (self.tied, body.and_then(|body| body.tied)) {
            (named @ ("&'r str", ..), _) => named,
            (tied, None) => tied,
            (("&'static str", ..), Some(tied)) => tied,
            (_, Some(_)) => STATIC,
        }
    }
}

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

/// The positions of the session parameter: first, middle, last, under another name,
/// and mutable.
const PLACES: usize = 5;

/// The expected answer to a request.
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

/// How to return `text` as the type, and the answer that it gives.
fn returned(ty: &str, tied: Tied) -> (String, String, fn(&str, Tied) -> Answer) {
    let ok = |text: &str, _: Tied| Answer::new(200, text);
    let (ty, code): (&str, &str) = match ty {
        "()" => return ("()".into(), "drop(text);".into(), |_, _| Answer::new(200, "")),
        "&str" => {
            let (ty, tied, _) = tied;
            return (ty.into(), format!("drop(text); {tied}"), |_, tied| Answer::new(200, tied.2));
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
            self.one_check(has_name, method, uri, data, answer);
        }
    }

    fn one_check(&mut self, has_name: bool, method: &str, uri: &str, data: &str, answer: &Answer) {
        writeln!(
            self.checks,
            "    Check({has_name}, Method::{method}, {uri:?}, {data:?}, {}, {:?}, {:?}),",
            answer.status, answer.body, answer.location,
        )
        .unwrap();
    }

    fn handler(
        &mut self,
        list: &List,
        takes: &Takes,
        body: Option<&Body>,
        returns: &str,
        place: usize,
        is_async: bool,
    ) {
        let name = format!("route_{}", self.routes.len());
        let mutable = place == 4;
        let method = if body.is_some() { "Post" } else { "Get" };
        let mut others: Vec<String> =
            takes.parameter.into_iter().chain(["method: Method"]).map(str::to_owned).collect();
        let data = body.map_or_else(String::new, |body| {
            others.insert(place % others.len(), body.parameter.into());
            let (name, _) = body.parameter.split_once(':').expect("a name and a type");
            format!(", data = \"<{}>\"", name.trim_start_matches("mut "))
        });
        let (parameters, session) = parameters(others, place);
        let tied = takes.tied(body);
        let (ty, code, answer) = returned(returns, tied);
        let generics = match (takes.generics, ty.contains("'r")) {
            ("", false) => String::new(),
            _ => "<'r>".into(),
        };
        writeln!(
            self.items,
            "#[session({})]\n#[{}(\"/{name}{}\"{data})]\n{}fn {name}{generics}({parameters}) -> {ty} \
             {{\n    {}\n    let text = format!(\"{{field}}-{{}}-{{}}-{{method}}\", {}, {});\n    \
             {code}\n}}\n",
            list.entries,
            method.to_lowercase(),
            takes.uri,
            if is_async { "async " } else { "" },
            self::body(list, mutable, session, is_async),
            takes.read,
            body.map_or("\"none\"", |body| body.read),
        )
        .unwrap();
        let answers = answers(list, mutable, |field| {
            let value = body.map_or("none", |body| body.value);
            answer(&format!("{field}-{}-{value}-{}", takes.value, method.to_uppercase()), tied)
        });
        let uri = format!("/{name}{}", takes.asks);
        self.check(method, &uri, if body.is_some() { DATA } else { "" }, &answers);
        if body.is_some() && list.nameless.is_err() {
            let [_, refused] = answers;
            self.one_check(false, method, &uri, WRONG_DATA, &refused);
        }
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
        let (ty, code, answer) = returned(returns, STATIC);
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
            let mut answer = answer(&format!("{field}-{value}"), STATIC);
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
                let (place, is_async) = ((l + t + r) % PLACES, (l / 2 + t + r / 2) % 2);
                let b = (l + 3 * t + 4 * r) / 2 % BODIES.len();
                program.handler(list, takes, BODIES[b].as_ref(), returns, place, is_async == 1);
                met.extend(combinations([b, l, t, r, place, is_async], full));
            }
        }
    }
    let sizes = [BODIES.len(), LISTS.len(), TAKES.len(), RETURNS.len(), PLACES, 2];
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

/// Every pair of the choices, or every triple, with the axis of each. The body, the
/// first axis, has many choices, so it is only combined in pairs.
fn combinations(choices: [usize; 6], three: bool) -> impl Iterator<Item = Vec<(usize, usize)>> {
    let size = move |set: u32| if three && set & 1 == 0 { 3 } else { 2 };
    let subsets = (0_u32..1 << choices.len()).filter(move |set| set.count_ones() == size(*set));
    subsets.map(move |set| {
        let chosen = choices.into_iter().enumerate();
        chosen.filter(|(axis, _)| set & (1 << axis) != 0).collect()
    })
}

fn all(sizes: [usize; 6]) -> impl Iterator<Item = [usize; 6]> {
    (0..sizes.iter().product()).map(move |mut n: usize| {
        sizes.map(|size| {
            let choice = n % size;
            n /= size;
            choice
        })
    })
}
