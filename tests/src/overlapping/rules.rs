//! The rules for overlapping requests, as a pure function.
//!
//! It knows sessions, identifiers, and the session to which each identifier leads.
//! It knows nothing about stores.

use std::collections::BTreeSet;

use super::{Answered, Case, Content, Cookie, Deed, Look, Owner, Start, Step, Story};

/// The outcome of a case by the rules.
#[must_use]
pub fn story(case: &Case) -> Story {
    let mut world = World::default();
    let mut browser = None;
    if case.start != Start::Nothing {
        let owner = (case.start == Start::SignedIn).then_some(Owner::First);
        let content = Content { owner, fields: set(["note"]), messages: set(["m"]) };
        browser = Some(world.begin(content, None, None));
    }
    let mut answers = vec![Answered::default(); case.deeds.len()];
    let mut loaded = vec![Loaded::Nothing; case.deeds.len()];
    for step in &case.steps {
        match *step {
            Step::Send(request) => {
                answers[request].sent = browser;
                loaded[request] = world.load(browser);
            }
            Step::End(request) => {
                let what = Request { number: request, deed: case.deeds[request] };
                world.end(what, &loaded[request], &mut answers[request]);
            }
            Step::Arrive(request) => match answers[request].cookie {
                Cookie::None => {}
                Cookie::Removal => browser = None,
                Cookie::Identifier(identifier) => browser = Some(identifier),
            },
        }
    }
    Story {
        answers,
        issued_by: world.identifiers.iter().map(|one| one.issued_by).collect(),
        looks: world.looks(),
        lists: [Owner::First, Owner::Second].map(|owner| world.list(owner)),
        browser,
        later: world.later(),
    }
}

/// All sessions and identifiers that ever existed.
#[derive(Default)]
struct World {
    sessions: Vec<Session>,
    identifiers: Vec<Identifier>,
}

struct Session {
    /// `None` once it has ended.
    content: Option<Content>,
    /// The identifier that opens it.
    identifier: usize,
    /// The session that replaced it, after a sign-in or a clear.
    next: Option<usize>,
}

struct Identifier {
    session: usize,
    issued_by: Option<usize>,
}

struct Request {
    number: usize,
    deed: Deed,
}

#[derive(Clone)]
enum Loaded {
    Nothing,
    Former(usize),
    Session(usize, Content),
}

/// The changes of a request to the session that it loaded.
struct Written {
    owner: Option<Option<Owner>>,
    fields: BTreeSet<String>,
    message: Option<String>,
    removed: BTreeSet<String>,
    shown: BTreeSet<String>,
}

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

impl Request {
    fn written(&self, seen: &Content) -> Written {
        let Request { number, deed } = self;
        let nothing = Written {
            owner: None,
            fields: BTreeSet::new(),
            message: None,
            removed: BTreeSet::new(),
            shown: BTreeSet::new(),
        };
        let own = BTreeSet::from([format!("w{number}")]);
        let shown = seen.messages.clone();
        match deed {
            Deed::Read | Deed::Renew | Deed::Clear => nothing,
            Deed::Write | Deed::ClearAndWrite => Written {
                fields: own.into_iter().chain([format!("last={number}")]).collect(),
                message: Some(format!("m{number}")),
                ..nothing
            },
            Deed::Show => Written { shown, ..nothing },
            Deed::Empty => Written { removed: seen.fields.clone(), shown, ..nothing },
            Deed::SignIn => Written { owner: Some(Some(Owner::First)), fields: own, ..nothing },
            Deed::SignInAsOther => {
                Written { owner: Some(Some(Owner::Second)), fields: own, ..nothing }
            }
            Deed::Leave => Written { owner: Some(None), ..nothing },
        }
    }
}

impl Written {
    fn apply(&self, content: &mut Content) {
        for field in self.removed.iter().chain(&self.fields) {
            let name = field.split('=').next().unwrap_or_default();
            content.fields.retain(|other| other.split('=').next() != Some(name));
        }
        content.fields.extend(self.fields.iter().cloned());
        content.messages.retain(|message| !self.shown.contains(message));
        content.messages.extend(self.message.clone());
        content.owner = self.owner.unwrap_or(content.owner);
    }

    fn is_more_than_owner(&self) -> bool {
        let Written { owner: _, fields, message, removed, shown } = self;
        !(fields.is_empty() && message.is_none() && removed.is_empty() && shown.is_empty())
    }

    fn alone(&self) -> Content {
        let mut content = Content::default();
        self.apply(&mut content);
        content
    }
}

impl World {
    fn load(&self, identifier: Option<usize>) -> Loaded {
        let Some(identifier) = identifier else { return Loaded::Nothing };
        match self.opened(identifier) {
            Some(content) => Loaded::Session(identifier, content.clone()),
            None => Loaded::Former(identifier),
        }
    }

    fn opened(&self, identifier: usize) -> Option<&Content> {
        let session = &self.sessions[self.identifiers[identifier].session];
        session.content.as_ref().filter(|_| session.identifier == identifier)
    }

    /// The last session to which the identifier leads, even if it has ended.
    fn newest(&self, identifier: usize) -> usize {
        let mut session = self.identifiers[identifier].session;
        while let Some(next) = self.sessions[session].next {
            session = next;
        }
        session
    }

    fn begin(&mut self, content: Content, by: Option<usize>, after: Option<usize>) -> usize {
        let (session, identifier) = (self.sessions.len(), self.identifiers.len());
        if let Some(after) = after {
            let before = self.newest(after);
            self.sessions[before].content = None;
            self.sessions[before].next = Some(session);
        }
        self.sessions.push(Session { content: Some(content), identifier, next: None });
        self.identifiers.push(Identifier { session, issued_by: by });
        identifier
    }

    fn renew(&mut self, session: usize, by: usize) -> usize {
        let identifier = self.identifiers.len();
        self.identifiers.push(Identifier { session, issued_by: Some(by) });
        self.sessions[session].identifier = identifier;
        identifier
    }

    fn end(&mut self, request: Request, loaded: &Loaded, answer: &mut Answered) {
        let (by, deed) = (Some(request.number), request.deed);
        let (sent, seen) = match loaded {
            Loaded::Nothing => (None, &Content::default()),
            Loaded::Former(identifier) => (Some(*identifier), &Content::default()),
            Loaded::Session(identifier, content) => (Some(*identifier), content),
        };
        let written = request.written(seen);
        answer.shown.clone_from(&written.shown);
        let begins = written.is_more_than_owner() || deed.signs_in();
        // Rule 2: `clear()` follows renewals, and a new session begins after it.
        if deed.clears()
            && let Some(sent) = sent
        {
            let newest = self.newest(sent);
            self.sessions[newest].content = None;
        }
        if deed.clears() || sent.is_none() {
            answer.cookie = match (begins, sent) {
                (true, _) => Cookie::Identifier(self.begin(written.alone(), by, sent)),
                (false, Some(_)) => Cookie::Removal,
                (false, None) => Cookie::None,
            };
            return;
        }
        let Some(sent) = sent else { return };
        let session = self.identifiers[sent].session;
        let had = matches!(loaded, Loaded::Session(..));
        let is_open = self.opened(sent).is_some();
        let renews = had
            && (deed == Deed::Renew || deed.signs_in() || {
                // A sign-out renews too, if the request saw an owner.
                deed == Deed::Leave && seen.owner.is_some()
            });
        let does = renews || deed == Deed::Renew || deed == Deed::Leave || begins;
        if !does {
            return;
        }
        if deed.signs_in() && !(had && is_open) {
            // Rule 4.
            answer.cookie = Cookie::Identifier(self.begin(written.alone(), by, Some(sent)));
        } else if had && let Some(content) = &mut self.sessions[session].content {
            // Rule 3: the changes apply to the session under its current identifier.
            written.apply(content);
            if renews && is_open {
                answer.cookie = Cookie::Identifier(self.renew(session, request.number));
            }
        } else {
            // Rules 1 and 3: only removing the owner follows further.
            if deed == Deed::Leave {
                let newest = self.newest(sent);
                if let Some(content) = &mut self.sessions[newest].content {
                    content.owner = None;
                }
            }
            answer.warned = deed != Deed::Leave || written.is_more_than_owner();
        }
    }

    fn looks(&self) -> Vec<Look> {
        let look = |identifier| match self.opened(identifier) {
            Some(content) => Look::Session(content.clone()),
            None => Look::Former,
        };
        (0..self.identifiers.len()).map(look).collect()
    }

    /// Rules 1 and 5, an hour later.
    fn later(&self) -> Vec<Look> {
        let later = |look| match look {
            Look::Session(content) if !content.is_empty() => Look::Session(content),
            _ => Look::Unknown,
        };
        self.looks().into_iter().map(later).collect()
    }

    fn list(&self, owner: Owner) -> BTreeSet<usize> {
        let is_theirs = |identifier: &usize| {
            self.opened(*identifier).is_some_and(|content| content.owner == Some(owner))
        };
        (0..self.identifiers.len()).filter(is_theirs).collect()
    }
}
