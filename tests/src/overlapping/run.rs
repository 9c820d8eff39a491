//! Runs cases on a real application.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::Duration;

use rocket::http::Header;
use rocket::local::asynchronous::{Client, LocalRequest};
use rocket::tokio::runtime::Builder;
use rocket::tokio::select;
use session_runtime::{Clock, Refused, SessionFairing, Sessions};

use super::application::{Gates, application};
use super::promises::{self, Lost};
use super::{Answered, Case, Content, Cookie, Look, Owner, Start, Step, Story, rules};
use crate::faulty::{identifier, key_of};
use crate::{Answer, HOUR, clock, fairing, log};

/// The lifetime of sessions in these cases.
const LIFETIME: u64 = 3 * HOUR;

/// The number of cases that ran, and the lost sign-ins.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    /// The number of cases.
    pub cases: usize,
    /// The sign-ins whose cookie the browser lacks in the end, by reason.
    pub lost: Lost,
}

/// Runs the cases one after the other, in an application with the fairing that
/// `with_store` returns.
///
/// # Panics
///
/// If a case breaks a rule or a promise.
pub fn explore(
    with_store: impl FnOnce(SessionFairing) -> SessionFairing,
    cases: impl IntoIterator<Item = Case>,
) -> Report {
    let clock = clock();
    let fairing = fairing(&clock).lifetime(Duration::from_secs(LIFETIME));
    let rocket = application(with_store(fairing));
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime.enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = Client::untracked(rocket).await.expect("it launches");
        let mut report = Report::default();
        for case in cases {
            let story = Run::new(&client, &clock, report.cases as u64).story(&case).await;
            match promises::check(&case, &story) {
                Ok(lost) => report.lost.add(lost),
                Err(broken) => panic!("{broken}, in {case}: {story:#?}"),
            }
            let ruled = rules::story(&case);
            assert_eq!(story, ruled, "seen and ruled, {case}");
            report.cases += 1;
        }
        report
    })
}

struct Run<'c> {
    client: &'c Client,
    clock: &'c Clock,
    number: u64,
    /// The cookies of all identifiers, in the order in which they were issued.
    cookies: Vec<String>,
    issued_by: Vec<Option<usize>>,
    browser: Option<usize>,
}

type Pending<'c> = Pin<Box<dyn Future<Output = Answer> + 'c>>;

impl<'c> Run<'c> {
    fn new(client: &'c Client, clock: &'c Clock, number: u64) -> Run<'c> {
        let (cookies, issued_by) = (Vec::new(), Vec::new());
        Run { client, clock, number, cookies, issued_by, browser: None }
    }

    async fn story(mut self, case: &Case) -> Story {
        let number = self.number;
        let begin = match case.start {
            Start::Nothing => None,
            Start::Anonymous => Some(format!("/begin/{number}")),
            Start::SignedIn => Some(format!("/begin/{number}?owner=ann")),
        };
        if let Some(path) = begin {
            let answer = answered(self.client.post(path)).await;
            let cookie = self.cookie(&answer, None);
            self.arrive(cookie);
        }
        let client = self.client;
        let gates = client.rocket().state::<Gates>().expect("gates").set(case.deeds.len());
        let mut pending: Vec<Option<Pending<'_>>> = case.deeds.iter().map(|_| None).collect();
        let mut answers = vec![Answered::default(); case.deeds.len()];
        for step in &case.steps {
            match *step {
                Step::Send(request) => {
                    let deed = case.deeds[request].name();
                    let post = client.post(format!("/act/{number}/{request}/{deed}"));
                    let mut answer: Pending<'_> = Box::pin(answered(self.with(post, self.browser)));
                    select! {
                        early = &mut answer => panic!("it does not wait: {early:?}"),
                        () = gates[request].arrived.notified() => {}
                    }
                    answers[request].sent = self.browser;
                    pending[request] = Some(answer);
                }
                Step::End(request) => {
                    gates[request].open.notify_one();
                    log::take();
                    let answer = pending[request].take().expect("it was sent").await;
                    assert_eq!((answer.status, answer.errors()), (200, vec![]), "{answer:?}");
                    answers[request].cookie = self.cookie(&answer, Some(request));
                    answers[request].warned = !answer.warnings().is_empty();
                    answers[request].shown = answer.body.lines().map(|m| self.own(m)).collect();
                }
                Step::Arrive(request) => self.arrive(answers[request].cookie),
            }
        }
        let looks = self.looks().await;
        let lists = [self.list("ann").await, self.list("bob").await];
        self.clock.advance(Duration::from_secs(HOUR + 1));
        let later = self.looks().await;
        // The remaining sessions live through the last second of their lifetime.
        self.clock.advance(Duration::from_secs(LIFETIME - HOUR - 1));
        for (identifier, look) in later.iter().enumerate() {
            if look.content().is_some() {
                assert_eq!(self.look(identifier).await, *look, "at its last second, in {case}");
            }
        }
        Story { answers, issued_by: self.issued_by, looks, lists, browser: self.browser, later }
    }

    fn with(&self, request: LocalRequest<'c>, cookie: Option<usize>) -> LocalRequest<'c> {
        match cookie {
            None => request,
            Some(identifier) => {
                let pair = format!("session={}", self.cookies[identifier]);
                request.header(Header::new("Cookie", pair))
            }
        }
    }

    /// The cookie of an answer.
    fn cookie(&mut self, answer: &Answer, by: Option<usize>) -> Cookie {
        let Some(cookie) = answer.set_cookie() else { return Cookie::None };
        if cookie.is_removal() {
            return Cookie::Removal;
        }
        let issued = identifier(&cookie.value);
        let known = self.cookies.iter().position(|other| identifier(other) == issued);
        Cookie::Identifier(known.unwrap_or_else(|| {
            self.cookies.push(cookie.value);
            self.issued_by.push(by);
            self.cookies.len() - 1
        }))
    }

    fn arrive(&mut self, cookie: Cookie) {
        match cookie {
            Cookie::None => {}
            Cookie::Removal => self.browser = None,
            Cookie::Identifier(identifier) => self.browser = Some(identifier),
        }
    }

    /// A text of this case, without its number.
    fn own(&self, text: &str) -> String {
        let own = text.strip_suffix(&format!("-{}", self.number));
        own.unwrap_or_else(|| panic!("`{text}` is of another case")).to_owned()
    }

    async fn looks(&self) -> Vec<Look> {
        let mut looks = Vec::new();
        for identifier in 0..self.cookies.len() {
            looks.push(self.look(identifier).await);
        }
        looks
    }

    async fn look(&self, identifier: usize) -> Look {
        let stats = || self.client.rocket().state::<Sessions>().expect("the fairing").stats();
        let before = stats();
        let answer = answered(self.with(self.client.get("/look"), Some(identifier))).await;
        assert_eq!((answer.status, answer.set_cookie()), (200, None));
        let after = stats();
        let is = |reason| after.refused(reason) > before.refused(reason);
        if is(Refused::Former) || is(Refused::Absent) || is(Refused::Expired) {
            assert_eq!(answer.body, "");
            return if is(Refused::Former) { Look::Former } else { Look::Unknown };
        }
        let mut content = Content::default();
        for line in answer.body.lines() {
            match line.split_once(' ').expect("a name and a value") {
                ("owner", name) => content.owner = Some(self.owner(name)),
                ("message", text) => drop(content.messages.insert(self.own(text))),
                ("last", request) => drop(content.fields.insert(format!("last={request}"))),
                (field, case) => {
                    assert_eq!(case, self.number.to_string(), "`{field}` is of another case");
                    content.fields.insert(field.to_owned());
                }
            }
        }
        Look::Session(content)
    }

    fn owner(&self, name: &str) -> Owner {
        match self.own(name).as_str() {
            "ann" => Owner::First,
            "bob" => Owner::Second,
            other => panic!("{other} is nobody"),
        }
    }

    async fn list(&self, owner: &str) -> BTreeSet<usize> {
        let answer = answered(self.client.get(format!("/list/{owner}-{}", self.number))).await;
        assert_eq!(answer.status, 200);
        let known = |id: &str| {
            let mut cookies = self.cookies.iter();
            let known = cookies.position(|cookie| key_of(cookie).to_hex() == id);
            known.expect("a session that nobody has the identifier of")
        };
        answer.body.lines().map(known).collect()
    }
}

/// Sends a request and reads its answer, with the lines logged since the log was
/// last taken.
async fn answered(request: LocalRequest<'_>) -> Answer {
    let response = request.dispatch().await;
    let status = response.status().code;
    let lines = response.headers().iter();
    let headers = lines.map(|line| (line.name().to_string(), line.value().to_owned())).collect();
    let body = response.into_string().await.unwrap_or_default();
    Answer { status, headers, body, log: log::take() }
}
