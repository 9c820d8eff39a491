//! Compares what is read and written here with what Python reads and writes.
//!
//! ```sh
//! cargo differential 100000
//! ```
//!
//! Sessions come from Python and from here, are changed, signed, and judged by
//! both. What is read here Flask reads as well, as the same value; what Flask
//! reads and is refused here has a documented reason; what is written here, with
//! everything that was passed through, Flask reads as the same value, and what
//! Flask writes is read here and written back to the byte.
//!
//! The numbers are drawn from a seed, so that a run can be repeated; a second
//! argument sets it. `PYTHON` names the Python; one that has Flask asks Flask
//! itself. The exit code is 1 if the two disagree.

#![forbid(unsafe_code)]

mod cases;
mod python;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use session_fuzz::flask::{MAX_INFLATED, SALT, Signer};
use session_fuzz::random::Random;
use session_fuzz::{NAME, NOW, keys};
use session_runtime::fuzzing::{Envelope, Times, Visit, flask};
use session_runtime::{FlaskDigest, Session};

use crate::cases::{Cases, Class};
use crate::python::{Answer, Python, hex};

/// What Python is asked at once.
const BATCH: usize = 256;

const MAX_AGE: u64 = 31 * 24 * 60 * 60;

/// More of them say nothing new.
const MAX_SHOWN: usize = 10;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| match arguments.next() {
        Some(text) => text.replace('_', "").parse().unwrap_or_else(|_| {
            eprintln!("`{text}` is not a number. Type `cargo differential 100000`.");
            std::process::exit(2);
        }),
        None => default,
    };
    let (count, seed) = (number(100_000), number(1));
    let program = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let key = keys()[0];
    let python = match Python::start(&program, &key) {
        Ok(python) => python,
        Err(error) => {
            eprintln!("{error}. Install Python 3.11 or newer, or set PYTHON to one.");
            return ExitCode::FAILURE;
        }
    };
    session_fuzz::log::install();
    println!("{count} cases, seed {seed}");

    let start = Instant::now();
    let signer = Signer::new(&key, FlaskDigest::Sha1, SALT);
    let mut run = Run {
        python,
        cases: Cases::new(Random::new(seed), signer),
        envelope: Envelope::flask(NAME, FlaskDigest::Sha1, SALT, &[], &[key]),
        counts: Default::default(),
        disagreements: 0,
    };
    let mut left = usize::try_from(count).unwrap_or(usize::MAX);
    while left > 0 && run.disagreements < MAX_SHOWN {
        run.batch(left.min(BATCH));
        left -= left.min(BATCH);
    }
    let seconds = start.elapsed().as_secs_f64();

    let columns = ["cases", "both read", "both refuse", "documented"];
    println!(
        "\n{:<42}{:>10}{:>11}{:>13}{:>12}",
        "class", columns[0], columns[1], columns[2], columns[3]
    );
    for (class, counts) in Class::ALL.iter().zip(run.counts) {
        let [cases, read, refused, documented] = counts;
        println!("{:<42}{cases:>10}{read:>11}{refused:>13}{documented:>12}", class.name());
    }
    let cases: u64 = run.counts.iter().map(|counts| counts[0]).sum();
    println!(
        "\n`documented` is what Flask reads and is refused here; guide/flask.md has the reasons.\n\
         {seconds:.0} s, {:.0} a second.",
        cases as f64 / seconds,
    );
    if run.disagreements > 0 {
        eprintln!("{} cases of disagreement, with seed {seed}.", run.disagreements);
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

struct Run {
    python: Python,
    cases: Cases,
    envelope: Envelope,
    /// By class: cases, and how many of them both read, both refuse, and only
    /// Flask reads.
    counts: [[u64; 4]; Class::ALL.len()],
    disagreements: usize,
}

/// What this library makes of a cookie.
enum Ours {
    Refused(String),
    Read(Box<Read>),
}

struct Read {
    payload: String,
    plain: String,
    /// With a field and a message more, signed.
    rewritten: String,
}

impl fmt::Display for Ours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ours::Refused(why) => write!(f, "refused here ({why})"),
            Ours::Read(read) => write!(f, "read here as {:?}", read.payload),
        }
    }
}

impl Run {
    fn batch(&mut self, size: usize) {
        let makes: Vec<_> =
            (0..size).map(|_| format!("make\t{}", self.cases.random.next())).collect();
        let made = self.python.ask(&makes);
        let (mut asked, mut requests) = (Vec::new(), Vec::new());
        for answer in made {
            let made = answer.cookie.expect("Python makes a cookie");
            let class = *self.cases.random.pick(&Class::ALL);
            if class == Class::Written {
                let (text, plain) = self.cases.written();
                let plain = plain.map(|plain| format!("\t{}", hex(plain)));
                requests.push(format!("write\t{}{}", hex(&text), plain.unwrap_or_default()));
                asked.push((class, text, None));
                continue;
            }
            // It may be one that is refused here for its size.
            let base = self.envelope.open(&made).map(|opened| opened.payload).unwrap_or_default();
            let cookie = self.cases.cookie(class, &made, &base);
            let ours = catch_unwind(AssertUnwindSafe(|| self.judge(&cookie)));
            let ours = ours.unwrap_or_else(|_| Ours::Refused("a panic".into()));
            requests.push(match &ours {
                Ours::Refused(_) => format!("judge\t{}", hex(&cookie)),
                Ours::Read(read) => {
                    let Read { plain, rewritten, .. } = &**read;
                    format!("judge\t{}\t{}\t{}", hex(&cookie), hex(plain), hex(rewritten))
                }
            });
            asked.push((class, cookie, Some(ours)));
        }
        let answers = self.python.ask(&requests);
        for ((class, text, ours), theirs) in asked.into_iter().zip(answers) {
            let compared = match &ours {
                Some(ours) => self.compare(ours, &theirs),
                None => compare_written(&text, &theirs),
            };
            let counts = &mut self.counts[class as usize];
            counts[0] += 1;
            match compared {
                Ok(verdict) => counts[verdict as usize] += 1,
                Err(what) => {
                    self.disagreements += 1;
                    eprintln!("\nDISAGREEMENT ({}): {what}", class.name());
                    eprintln!("  case: {text:?}");
                    if let Some(ours) = ours {
                        eprintln!("  {ours}");
                    }
                    eprintln!("  Python: {theirs:?}");
                }
            }
        }
    }

    fn judge(&self, cookie: &str) -> Ours {
        let opened = match self.envelope.open(cookie) {
            Ok(opened) => opened,
            Err(why) => return Ours::Refused(why.to_string()),
        };
        // The age is looked at where the request is.
        if NOW.checked_sub(opened.times.issued).is_none_or(|age| age > MAX_AGE) {
            return Ours::Refused("age".into());
        }
        let payload = opened.payload;
        let visit = match Visit::load_flask(&payload) {
            Ok(visit) => visit,
            Err(why) => return Ours::Refused(why),
        };
        let (plain, _) = flask::to_json(payload.trim()).expect("it was loaded");
        let session: Session = visit.session().expect("it requires nothing");
        session.set("n", vec![1]);
        session.flash("\u{e9}");
        let rewritten = self.seal(&visit.end().unshown.payload);
        Ours::Read(Box::new(Read { payload, plain, rewritten }))
    }

    fn seal(&self, payload: &str) -> String {
        self.envelope.seal(payload, Times { created: NOW, issued: NOW, lifetime: None })
    }

    fn compare(&self, ours: &Ours, theirs: &Answer) -> Result<Verdict, String> {
        if let Some(wrong) = &theirs.wrong {
            return Err(wrong.clone());
        }
        match (ours, &theirs.refused) {
            (Ours::Refused(why), _) if why == "a panic" => Err("a panic".into()),
            (Ours::Refused(_), Some(_)) => Ok(Verdict::Refused),
            (Ours::Refused(_), None) if theirs.why.is_empty() => {
                Err("Flask reads what is refused here for no documented reason".into())
            }
            (Ours::Refused(_), None) => Ok(Verdict::Documented),
            (Ours::Read(_), Some(_)) => Err("Flask refuses what is read here".into()),
            (Ours::Read(read), None) if read.payload != theirs.text => {
                Err("the payload is another text".into())
            }
            (Ours::Read(read), None) => {
                theirs.cookie.as_deref().map_or(Ok(()), |cookie| self.again(read, cookie))?;
                Ok(Verdict::Read)
            }
        }
    }

    /// What Flask writes of the same session is read here as the same.
    fn again(&self, read: &Read, cookie: &str) -> Result<(), String> {
        let opened = match self.envelope.open(cookie) {
            Ok(opened) => opened.payload,
            // It may get longer than what is inflated.
            Err(_) if read.payload.len() > MAX_INFLATED / 6 => return Ok(()),
            Err(why) => return Err(format!("Flask's cookie is refused: {why} {cookie}")),
        };
        let load = |text: &str| Visit::load_flask(text);
        let theirs = load(&opened).map_err(|why| format!("Flask's text: {why} {opened:?}"))?;
        let written = theirs.end().shown.payload;
        if written != opened {
            return Err(format!("Flask writes {opened:?}, and it is kept as {written:?}"));
        }
        let ours = load(&read.payload)?;
        let keys: Session = ours.session().expect("it requires nothing");
        for key in keys.keys() {
            let ours = ours.json(&key).unwrap_or_default();
            // Flask spells these anew.
            let anew = [" u", " d", " di", "\\u0020"].iter().any(|tag| ours.contains(tag));
            let deep = ours.matches(['[', '{']).count() > 127;
            let same = theirs.json(&key).is_some_and(|theirs| flask::same(ours, theirs));
            if !(same || anew || deep) {
                return Err(format!("Flask writes another value of {key:?} in {opened:?}"));
            }
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Verdict {
    Read = 1,
    Refused = 2,
    Documented = 3,
}

/// What Rust writes is what Flask would write.
fn compare_written(text: &str, theirs: &Answer) -> Result<Verdict, String> {
    match &theirs.wrong {
        Some(wrong) => Err(wrong.clone()),
        None if !theirs.why.is_empty() => Err(format!("it is not Flask's: {:?}", theirs.why)),
        None if theirs.text != text => Err(format!("Flask writes {:?}", theirs.text)),
        None => Ok(Verdict::Read),
    }
}
