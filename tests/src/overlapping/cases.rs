//! Which requests overlap, and how.

use std::fmt;

/// What a request does to its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Nothing.
    Read,
    /// Sets its own field and a field that all requests set, and flashes a message.
    Write,
    /// Shows the messages.
    Show,
    /// Removes every field but the owner, and shows the messages.
    Empty,
    /// `renew()`.
    Renew,
    /// Sets the owner to the first of two, and sets its own field.
    SignIn,
    /// Sets the owner to the second.
    SignInAsOther,
    /// Removes the owner.
    Leave,
    /// `clear()`.
    Clear,
    /// `clear()`, and then what [`Deed::Write`] does.
    ClearAndWrite,
}

impl Deed {
    /// All of them.
    pub const ALL: [Deed; 10] = [
        Deed::Read,
        Deed::Write,
        Deed::Show,
        Deed::Empty,
        Deed::Renew,
        Deed::SignIn,
        Deed::SignInAsOther,
        Deed::Leave,
        Deed::Clear,
        Deed::ClearAndWrite,
    ];

    /// Its name in a path.
    #[must_use]
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// Whether it sets the owner.
    #[must_use]
    pub fn signs_in(self) -> bool {
        matches!(self, Deed::SignIn | Deed::SignInAsOther)
    }

    /// Whether it ends the session.
    #[must_use]
    pub fn clears(self) -> bool {
        matches!(self, Deed::Clear | Deed::ClearAndWrite)
    }
}

/// What the visitor has at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// No cookie.
    Nothing,
    /// A session without an owner, with a field and a message.
    Anonymous,
    /// The same with the first owner.
    SignedIn,
}

impl Start {
    /// All of them.
    pub const ALL: [Start; 3] = [Start::Nothing, Start::Anonymous, Start::SignedIn];
}

/// One step of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is sent with the cookie that the browser has at that time, and loads its
    /// session.
    Send(usize),
    /// Its handler runs, and it ends.
    End(usize),
    /// Its answer arrives. An answer without this step is lost.
    Arrive(usize),
}

/// Requests that overlap.
#[derive(Clone, Debug)]
pub struct Case {
    /// The state before the requests.
    pub start: Start,
    /// What each request does.
    pub deeds: Vec<Deed>,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Case { start, deeds, steps } = self;
        write!(f, "{start:?}, then {deeds:?}: ")?;
        let step = |step: &Step| match step {
            Step::Send(request) => format!("send {request}"),
            Step::End(request) => format!("end {request}"),
            Step::Arrive(request) => format!("arrive {request}"),
        };
        f.write_str(&steps.iter().map(step).collect::<Vec<_>>().join(", "))
    }
}

impl Case {
    /// The position of a step, if there is one.
    #[must_use]
    pub fn at(&self, step: Step) -> Option<usize> {
        self.steps.iter().position(|other| *other == step)
    }

    /// The step in which a request ends.
    ///
    /// # Panics
    ///
    /// If it does not end.
    #[must_use]
    pub fn end(&self, request: usize) -> usize {
        self.at(Step::End(request)).expect("every request ends")
    }

    /// The step in which it is sent.
    ///
    /// # Panics
    ///
    /// If it is not sent.
    #[must_use]
    pub fn sent(&self, request: usize) -> usize {
        self.at(Step::Send(request)).expect("every request is sent")
    }
}

/// Every order of the steps of this number of requests. They are sent in order of
/// their numbers; other orders of sending are covered by other orders of deeds.
/// `lost` adds the orders in which answers never arrive.
#[must_use]
pub fn orders(requests: usize, lost: bool) -> Vec<Vec<Step>> {
    let mut orders = Vec::new();
    extend(&mut Vec::new(), &mut vec![0; requests], lost, &mut orders);
    orders
}

fn extend(steps: &mut Vec<Step>, progress: &mut [usize], lost: bool, orders: &mut Vec<Vec<Step>>) {
    if progress.iter().all(|done| *done == 3 || (lost && *done == 2)) {
        orders.push(steps.clone());
    }
    for request in 0..progress.len() {
        let step = match progress[request] {
            0 if request == 0 || progress[request - 1] > 0 => Step::Send(request),
            1 => Step::End(request),
            2 => Step::Arrive(request),
            _ => continue,
        };
        progress[request] += 1;
        steps.push(step);
        extend(steps, progress, lost, orders);
        steps.pop();
        progress[request] -= 1;
    }
}

/// Every combination of deeds for this number of requests.
#[must_use]
pub fn all_of(requests: usize) -> Vec<Vec<Deed>> {
    (0..requests).fold(vec![Vec::new()], |choices, _| {
        let longer = |choice: Vec<Deed>| {
            Deed::ALL.map(|deed| choice.iter().copied().chain([deed]).collect::<Vec<_>>())
        };
        choices.into_iter().flat_map(longer).collect()
    })
}

/// Every case with this number of requests. `lost` adds the cases in which answers
/// never arrive.
pub fn every(requests: usize, lost: bool) -> impl Iterator<Item = Case> {
    let (orders, deeds) = (orders(requests, lost), all_of(requests));
    let cases = orders.len() * deeds.len() * Start::ALL.len();
    (0..cases).map(move |n| {
        let (n, start) = (n / Start::ALL.len(), Start::ALL[n % Start::ALL.len()]);
        let (n, deeds) = (n / deeds.len(), deeds[n % deeds.len()].clone());
        Case { start, deeds, steps: orders[n].clone() }
    })
}

/// The cases of two requests in which both have loaded their session before either
/// ends. Either may be sent first, either may end first, and either answer may
/// arrive first.
pub fn beside(one: Deed, other: Deed) -> impl Iterator<Item = Case> {
    every(2, false).filter(move |case| {
        let both = case.deeds == [one, other] || case.deeds == [other, one];
        both && case.start != Start::Nothing && case.sent(1) < case.end(0).min(case.end(1))
    })
}

/// A request with an identifier that another request has just renewed or ended. The
/// answer of that one has not arrived.
pub fn a_moment_after(renewal: Deed) -> impl Iterator<Item = Case> {
    every(2, false).filter(move |case| {
        let renewed = case.deeds[0] == renewal && case.start != Start::Nothing;
        let arrives = case.at(Step::Arrive(0)).is_some_and(|at| case.sent(1) < at);
        renewed && case.end(0) < case.sent(1) && arrives
    })
}
