//! Promises that must hold in every case, checked on the observations.

use super::{Case, Content, Cookie, Deed, Owner, Step, Story};

/// Counts the sign-ins whose cookie the browser lacks in the end, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// The answer never arrived.
    pub answer: usize,
    /// The answer of a request that ended earlier arrived later, with an older
    /// identifier or a removal.
    pub overtaken: usize,
    /// The answer of a request that was sent without a cookie arrived later, with a
    /// session of its own.
    pub other_session: usize,
}

impl Lost {
    pub(super) fn add(&mut self, other: Lost) {
        self.answer += other.answer;
        self.overtaken += other.overtaken;
        self.other_session += other.other_session;
    }
}

/// Checks all promises for a case.
///
/// # Errors
///
/// The broken promise.
pub fn check(case: &Case, story: &Story) -> Result<Lost, String> {
    let observed = Observed { case, story };
    observed.identifiers_open_what_they_may()?;
    observed.lists_agree()?;
    observed.messages_are_shown()?;
    observed.only_the_empty_expires()?;
    let mut lost = Lost::default();
    for request in 0..case.deeds.len() {
        observed.a_write_is_there(request)?;
        observed.a_sign_out_holds(request)?;
        observed.nothing_old_in_a_new_session(request)?;
        lost.add(observed.a_sign_in_is_there(request)?);
    }
    Ok(lost)
}

struct Observed<'a> {
    case: &'a Case,
    story: &'a Story,
}

fn that(holds: bool, broken: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(broken()) }
}

impl Observed<'_> {
    fn deed(&self, request: usize) -> Deed {
        self.case.deeds[request]
    }

    /// The first request in the line of sessions to which the request belongs, or
    /// `None` for the line that existed at the start.
    fn line(&self, request: usize) -> Option<usize> {
        let mut request = request;
        loop {
            let Some(sent) = self.story.answers[request].sent else { return Some(request) };
            request = self.story.issued_by[sent]?;
        }
    }

    /// The other requests of its line that ended later.
    fn later(&self, request: usize) -> impl Iterator<Item = usize> {
        let end = self.case.end(request);
        let requests = 0..self.case.deeds.len();
        requests.filter(move |other| {
            self.case.end(*other) > end && self.line(*other) == self.line(request)
        })
    }

    /// The identifiers of its line, each with the step in which it was issued.
    fn identifiers(&self, request: usize) -> impl Iterator<Item = (usize, usize)> {
        let issued = self.story.issued_by.iter().enumerate();
        issued.filter_map(move |(identifier, by)| match by {
            None => self.line(request).is_none().then_some((identifier, 0)),
            Some(by) => {
                (self.line(*by) == self.line(request)).then(|| (identifier, self.case.end(*by)))
            }
        })
    }

    /// The newest identifier of its line.
    fn newest(&self, request: usize) -> Option<usize> {
        self.identifiers(request).max_by_key(|(_, issued)| *issued).map(|(newest, _)| newest)
    }

    fn content(&self, identifier: usize) -> Option<&Content> {
        self.story.looks[identifier].content()
    }

    /// Whether the request signed in under an identifier that was already renewed or
    /// ended, so that it began another session.
    fn signs_in_late(&self, request: usize) -> bool {
        let Some(sent) = self.story.answers[request].sent else { return false };
        let end = self.case.end(request);
        let ended = |other: usize| {
            let newer =
                matches!(self.story.answers[other].cookie, Cookie::Identifier(n) if n > sent);
            newer || self.deed(other).clears()
        };
        self.deed(request).signs_in()
            && (0..self.case.deeds.len()).any(|other| {
                let issued = self.story.issued_by[sent].map_or(0, |by| self.case.end(by));
                let between = (issued + 1..end).contains(&self.case.end(other));
                between && self.line(other) == self.line(request) && ended(other)
            })
    }

    /// Promises 1 and 2.
    fn a_write_is_there(&self, request: usize) -> Result<(), String> {
        let deed = self.deed(request);
        if !matches!(deed, Deed::Write | Deed::ClearAndWrite) && !deed.signs_in() {
            return Ok(());
        }
        let (answer, own) = (&self.story.answers[request], format!("w{request}"));
        if answer.warned {
            that(answer.cookie == Cookie::None, || format!("{request} was dropped with a cookie"))?;
            let mut looks = self.story.looks.iter().filter_map(|look| look.content());
            return that(!looks.any(|content| content.fields.contains(&own)), || {
                format!("{request} was dropped, and what it wrote is there")
            });
        }
        let accounted = self.later(request).any(|other| {
            self.deed(other).clears()
                || self.deed(other) == Deed::Empty && self.case.sent(other) > self.case.end(request)
                || self.signs_in_late(other)
        });
        let content = self.newest(request).and_then(|newest| self.content(newest));
        let is_there = content.is_some_and(|content| content.fields.contains(&own));
        that(is_there || accounted, || format!("an update of {request} is lost"))?;
        // The last write of the common field counts, unless it was dropped with a
        // warning.
        let is_last = !self.later(request).any(|other| {
            let deed = self.deed(other);
            let writes = matches!(deed, Deed::Write | Deed::ClearAndWrite | Deed::Empty);
            writes && !self.story.answers[other].warned
        });
        let last = format!("last={request}");
        let holds = content.is_some_and(|content| content.fields.contains(&last));
        that(deed.signs_in() || accounted || !is_last || holds, || {
            format!("{request} was the last to write, and is not the last")
        })
    }

    /// Promise 3.
    fn a_sign_out_holds(&self, request: usize) -> Result<(), String> {
        let (deed, end) = (self.deed(request), self.case.end(request));
        if deed.clears() && self.story.answers[request].sent.is_some() {
            for (identifier, issued) in self.identifiers(request) {
                let survived = issued < end && self.content(identifier).is_some();
                that(!survived, || format!("identifier {identifier} survived {request}"))?;
            }
        }
        if deed == Deed::Leave && self.story.answers[request].sent.is_some() {
            let again = self.later(request).any(|other| self.deed(other).signs_in());
            for (identifier, _) in self.identifiers(request) {
                let owned = self.content(identifier).is_some_and(|one| one.owner.is_some());
                let listed = self.story.lists.iter().any(|list| list.contains(&identifier));
                that(again || !(owned || listed), || {
                    format!("{identifier} is somebody's, and {request} gave it up")
                })?;
            }
        }
        Ok(())
    }

    /// Promise 4.
    fn a_sign_in_is_there(&self, request: usize) -> Result<Lost, String> {
        let mut lost = Lost::default();
        let owner = match self.deed(request) {
            Deed::SignIn => Owner::First,
            Deed::SignInAsOther => Owner::Second,
            _ => return Ok(lost),
        };
        let taken = self.later(request).any(|other| {
            let deed = self.deed(other);
            deed.clears() || deed.signs_in() || deed == Deed::Leave
        });
        if taken {
            return Ok(lost);
        }
        let newest = self.newest(request).ok_or("a sign-in without an identifier")?;
        let content = self.content(newest);
        that(content.is_some_and(|content| content.owner == Some(owner)), || {
            format!("the sign-in of {request} is lost")
        })?;
        if self.story.browser == Some(newest) {
            return Ok(lost);
        }
        let issuer = self.story.issued_by[newest].ok_or("a sign-in under the first identifier")?;
        let Some(arrived) = self.case.at(Step::Arrive(issuer)) else {
            lost.answer = 1;
            return Ok(lost);
        };
        let mut others = (0..self.case.deeds.len()).filter(|other| {
            self.story.answers[*other].cookie != Cookie::None
                && self.case.at(Step::Arrive(*other)).is_some_and(|other| other > arrived)
        });
        let last = others.clone().max_by_key(|other| self.case.at(Step::Arrive(*other)));
        let last = last.ok_or_else(|| format!("nothing overtook the sign-in of {request}"))?;
        if self.line(last) != self.line(request) {
            lost.other_session = 1;
        } else if self.case.end(last) < self.case.end(issuer)
            && self.case.sent(last) < arrived
            && others.all(|other| self.case.sent(other) < arrived)
        {
            lost.overtaken = 1;
        } else {
            return Err(format!("{last} took the cookie of {request}, and is no older"));
        }
        Ok(lost)
    }

    /// Promise 5.
    fn nothing_old_in_a_new_session(&self, request: usize) -> Result<(), String> {
        let begins = self.signs_in_late(request) || self.deed(request) == Deed::ClearAndWrite;
        let (Cookie::Identifier(issued), true) = (self.story.answers[request].cookie, begins)
        else {
            return Ok(());
        };
        let end = self.case.end(request);
        let may = |text: &String| {
            let by = text.trim_start_matches(['w', 'm']).trim_start_matches("last=");
            by.parse::<usize>().is_ok_and(|by| self.case.end(by) >= end)
        };
        for (identifier, at) in self.identifiers(request).filter(|(_, at)| *at >= end) {
            let Some(content) = self.content(identifier) else { continue };
            let old = content.fields.iter().chain(&content.messages).find(|text| !may(text));
            that(old.is_none(), || {
                format!("{old:?} of before {issued} is under {identifier}, issued at {at}")
            })?;
        }
        Ok(())
    }

    /// At most one identifier of a line opens a session, and it is the newest.
    fn identifiers_open_what_they_may(&self) -> Result<(), String> {
        for request in 0..self.case.deeds.len() {
            let newest = self.newest(request);
            for (identifier, _) in self.identifiers(request) {
                that(Some(identifier) == newest || self.content(identifier).is_none(), || {
                    format!("{identifier} is not the newest, and opens a session")
                })?;
            }
        }
        Ok(())
    }

    /// Promise 7.
    fn lists_agree(&self) -> Result<(), String> {
        for (list, owner) in self.story.lists.iter().zip([Owner::First, Owner::Second]) {
            for identifier in 0..self.story.looks.len() {
                let content = self.content(identifier);
                let is_theirs = content.is_some_and(|content| content.owner == Some(owner));
                that(list.contains(&identifier) == is_theirs, || {
                    format!("the list of {owner:?} is wrong about {identifier}")
                })?;
            }
        }
        Ok(())
    }

    /// Promise 8.
    fn messages_are_shown(&self) -> Result<(), String> {
        let Observed { case, story } = self;
        let requests = 0..case.deeds.len();
        let flashed = requests.clone().filter(|by| {
            matches!(self.deed(*by), Deed::Write | Deed::ClearAndWrite)
                && !story.answers[*by].warned
        });
        let first = (case.start != super::Start::Nothing).then(|| ("m".to_owned(), None));
        for (message, by) in flashed.map(|by| (format!("m{by}"), Some(by))).chain(first) {
            let shown: Vec<_> = requests
                .clone()
                .filter(|request| story.answers[*request].shown.contains(&message))
                .collect();
            for one in &shown {
                let apart = |other: &&usize| case.sent(**other) > case.end(*one);
                that(!shown.iter().any(|other| apart(&other)), || {
                    format!("{message} was shown twice, one after the other")
                })?;
            }
            let waits = story.looks.iter().filter_map(|look| look.content());
            let waits = waits.filter(|content| content.messages.contains(&message)).count();
            that(waits <= 1 && (waits == 0 || shown.is_empty()), || {
                format!("{message} waits, and was shown")
            })?;
            // It ended with its session.
            let mut others = requests.clone().filter(|other| match by {
                Some(by) => case.end(*other) > case.end(by) && self.line(*other) == self.line(by),
                None => self.line(*other).is_none(),
            });
            let ended = others.any(|other| self.deed(other).clears() || self.signs_in_late(other));
            that(ended || waits == 1 || !shown.is_empty(), || format!("{message} is lost"))?;
        }
        Ok(())
    }

    /// Promise 9.
    fn only_the_empty_expires(&self) -> Result<(), String> {
        for (now, later) in self.story.looks.iter().zip(&self.story.later) {
            let stays = now.content().is_some_and(|content| !content.is_empty());
            let kept = if stays { now == later } else { *later == super::Look::Unknown };
            that(kept, || format!("{now:?} is {later:?} an hour later"))?;
        }
        Ok(())
    }
}
