//! Makes many millions of near-valid cookies and counts acceptances.
//!
//! ```sh
//! cargo forge 100000000
//! ```
//!
//! Each forgery is one way to change one of 1,000 valid cookies, or to make one
//! with everything but the key. The numbers are drawn from a seed, so that a run
//! can be repeated; a second argument sets it. The exit code is 1 if anything is
//! accepted that is not, byte for byte, a cookie that was made validly, or if a
//! valid one is refused.

#![forbid(unsafe_code)]

use std::collections::HashSet;
use std::process::ExitCode;
use std::time::Instant;

use session_fuzz::maker::{Maker, Words, decode, encode, header};
use session_fuzz::random::Random;
use session_fuzz::{Judge, Kind, NAME, Sample, foreign_key, judges, keys, samples};
use session_runtime::fuzzing::Times;

const SAMPLES: usize = 1000;

/// One in so many values is a valid one, to see that the judges are awake.
const GUARD: u64 = 1024;

const CLASSES: usize = 24;

/// What it is, and how a value of it is made.
type Class<'a> = (&'static str, fn(&mut Forger<'a>) -> String);

/// The ways to forge. Each makes a value of a sample.
fn classes<'a>() -> [Class<'a>; CLASSES] {
    [
        ("one bit of the text flipped", Forger::bit),
        ("several bits of the text flipped", Forger::bits),
        ("truncated at either end", Forger::truncated),
        ("extended, before, behind or within", Forger::extended),
        ("parts of several valid cookies", Forger::spliced),
        ("parts left out, emptied, doubled, swapped", Forger::rearranged),
        ("another payload, a valid header and MAC", Forger::other_payload),
        ("header: version or flags changed", Forger::header_kind),
        ("header: times or lifetime changed", Forger::header_times),
        ("header: bytes missing or added", Forger::header_size),
        ("header: the id of another key", Forger::key_id),
        ("a bit of the decoded bytes flipped", Forger::byte),
        ("MAC or tag zero, random, constant", Forger::blank_mac),
        ("MAC or tag right in part", Forger::partial_mac),
        ("MAC or tag of another length", Forger::short_mac),
        ("base64 that is not canonical", Forger::not_canonical),
        ("letter case changed", Forger::letter_case),
        ("signed passed off as encrypted, and back", Forger::other_format),
        ("made with an unknown key under a known id", Forger::foreign),
        ("made with a known key under another's id", Forger::wrong_id),
        ("made for a cookie of another name", Forger::other_name),
        ("made with another purpose's key", Forger::other_purpose),
        ("the parts put together otherwise", Forger::moved),
        ("MAC over the decoded bytes", Forger::decoded_mac),
    ]
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| match arguments.next() {
        Some(text) => text.replace('_', "").parse().unwrap_or_else(|_| {
            eprintln!("`{text}` is not a number. Type `cargo forge 1000000`.");
            std::process::exit(2);
        }),
        None => default,
    };
    let (count, seed) = (number(1_000_000), number(1));
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    println!("{count} forgeries, {threads} threads, seed {seed}");

    let samples = samples(SAMPLES);
    let start = Instant::now();
    let work = |thread: u64| {
        let share = count / threads + u64::from(thread < count % threads);
        let random = Random::new(seed.wrapping_mul(0x1_0000).wrapping_add(thread));
        Forger::new(&samples, random).run(share)
    };
    let counts = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|n| scope.spawn(move || work(n))).collect();
        let counts = handles.into_iter().map(|handle| handle.join().expect("it does not panic"));
        counts.fold(Counts::default(), Counts::and)
    });
    let seconds = start.elapsed().as_secs_f64();

    println!("\n{:<44}{:>12}{:>11}{:>10}", "class", "forgeries", "identical", "accepted");
    for (n, (name, _)) in classes().iter().enumerate() {
        let [made, identical, accepted] = counts.classes[n];
        println!("{name:<44}{made:>12}{identical:>11}{accepted:>10}");
    }
    let [made, identical, accepted] = counts.sum();
    println!("{:<44}{made:>12}{identical:>11}{accepted:>10}", "all");
    println!(
        "\n`identical` came out as a valid cookie again, byte for byte, and was made anew.\n\
         Guard: {} of {} valid cookies accepted, {} of {} refused where their key or format is \
         not configured.\n{seconds:.0} s, {:.0} a second.",
        counts.guard[0],
        counts.guard[1],
        counts.guard[2],
        counts.guard[3],
        made as f64 / seconds,
    );
    let awake = counts.guard[0] == counts.guard[1] && counts.guard[2] == counts.guard[3];
    match (accepted, awake) {
        (0, true) => ExitCode::SUCCESS,
        (0, false) => {
            eprintln!("A valid cookie was refused, or one accepted where it is not valid.");
            ExitCode::FAILURE
        }
        _ => {
            eprintln!("{accepted} forgeries were accepted.");
            ExitCode::FAILURE
        }
    }
}

#[derive(Default)]
struct Counts {
    /// Forgeries, those made anew because they came out valid, and those accepted.
    classes: [[u64; 3]; CLASSES],
    /// Valid cookies accepted, of how many; those of elsewhere refused, of how many.
    guard: [u64; 4],
}

impl Counts {
    fn and(mut self, other: Counts) -> Counts {
        for (own, other) in self.classes.iter_mut().zip(other.classes) {
            own.iter_mut().zip(other).for_each(|(own, other)| *own += other);
        }
        self.guard.iter_mut().zip(other.guard).for_each(|(own, other)| *own += other);
        self
    }

    fn sum(&self) -> [u64; 3] {
        let mut sum = [0; 3];
        for class in self.classes {
            sum.iter_mut().zip(class).for_each(|(sum, class)| *sum += class);
        }
        sum
    }
}

/// One thread's forger.
struct Forger<'a> {
    samples: &'a [Sample],
    /// The samples' values, which are no forgeries.
    valid: HashSet<&'a str>,
    judges: Vec<Judge>,
    random: Random,
    makers: Vec<Maker>,
    foreign: Vec<Maker>,
    names: Vec<Maker>,
    purposes: Vec<Maker>,
}

impl<'a> Forger<'a> {
    fn new(samples: &'a [Sample], random: Random) -> Forger<'a> {
        let keys = keys();
        let first = &keys[0];
        let own = Words::OWN;
        let with = |words| Maker::with(first, NAME, words);
        let zeros = [0; 32];
        let foreign: [&[u8]; 5] = [&foreign_key(), &zeros, b"", &first[..31], NAME.as_bytes()];
        let names = ["", "Session", "__Host-session", "session2", "sessio", "session\0"];
        Forger {
            valid: samples.iter().map(|sample| sample.value.as_str()).collect(),
            judges: judges(),
            samples,
            random,
            makers: keys.iter().map(|key| Maker::new(key, NAME)).collect(),
            foreign: foreign.iter().map(|key| Maker::new(key, NAME)).collect(),
            names: names.iter().map(|name| Maker::new(first, name)).collect(),
            purposes: vec![
                with(Words { mac_purpose: own.box_purpose, box_purpose: own.mac_purpose, ..own }),
                with(Words { mac_purpose: own.id_purpose, box_purpose: own.id_purpose, ..own }),
                with(Words {
                    mac_purpose: "session-runtime v2 signed cookie",
                    box_purpose: "session-runtime v2 encrypted cookie",
                    ..own
                }),
                with(Words { mac_purpose: "", box_purpose: "", ..own }),
            ],
        }
    }

    fn run(mut self, count: u64) -> Counts {
        let mut counts = Counts::default();
        let classes = classes();
        for n in 0..count {
            if n % GUARD == 0 {
                self.guard(&mut counts.guard);
            }
            let class = (n % CLASSES as u64) as usize;
            let (name, forge) = classes[class];
            let count = &mut counts.classes[class];
            let mut value = forge(&mut self);
            while self.valid.contains(value.as_str()) {
                count[1] += 1;
                value = forge(&mut self);
            }
            let judge = self.random.pick(&self.judges);
            count[0] += 1;
            if judge.envelope.open(&value).is_ok() {
                count[2] += 1;
                eprintln!("ACCEPTED ({name}; {}): {value}", judge.what);
            }
        }
        counts
    }

    fn guard(&mut self, counts: &mut [u64; 4]) {
        let sample = self.random.pick(self.samples);
        for judge in &self.judges {
            let opened = judge.envelope.open(&sample.value);
            if judge.knows(sample) {
                counts[1] += 1;
                counts[0] += u64::from(opened.is_ok_and(|opened| {
                    opened.payload == sample.payload && opened.times == sample.times
                }));
            } else {
                counts[3] += 1;
                counts[2] += u64::from(opened.is_err());
            }
        }
    }

    fn sample(&mut self) -> &'a Sample {
        self.random.pick(self.samples)
    }

    /// A valid value's bytes.
    fn bytes(&mut self) -> Vec<u8> {
        self.sample().value.clone().into_bytes()
    }

    fn parts(&mut self) -> Vec<String> {
        self.sample().value.split('.').map(str::to_owned).collect()
    }

    fn bit(&mut self) -> String {
        let mut bytes = self.bytes();
        let at = self.random.below(bytes.len());
        bytes[at] ^= 1 << self.random.below(7);
        text(bytes)
    }

    fn bits(&mut self) -> String {
        let mut bytes = self.bytes();
        for _ in 0..2 + self.random.below(15) {
            let at = self.random.below(bytes.len());
            bytes[at] ^= 1 << self.random.below(7);
        }
        text(bytes)
    }

    fn truncated(&mut self) -> String {
        let mut bytes = self.bytes();
        let at = self.random.below(bytes.len());
        match self.random.below(4) {
            0 => drop(bytes.drain(..at)),
            1 => bytes.truncate(at),
            // Most of it stays.
            2 => bytes.truncate(bytes.len() - 1 - at % 8),
            _ => drop(bytes.drain(..1 + at % 8)),
        }
        text(bytes)
    }

    fn extended(&mut self) -> String {
        const MORE: &[u8] = b"AZaz09-_.=+/ \t\"%;,\0";
        let mut bytes = self.bytes();
        let at = match self.random.below(3) {
            0 => 0,
            1 => bytes.len(),
            _ => self.random.below(bytes.len()),
        };
        for _ in 0..1 + self.random.below(8) {
            bytes.insert(at, *self.random.pick(MORE));
        }
        text(bytes)
    }

    fn spliced(&mut self) -> String {
        let mut parts = self.parts();
        for part in &mut parts {
            let other = self.sample().parts();
            if self.random.below(2) == 0 {
                *part = (*self.random.pick(&other)).to_owned();
            }
        }
        // One part comes from elsewhere in any case.
        let n = self.random.below(parts.len());
        let other = self.sample().parts();
        parts[n] = other[n % other.len()].to_owned();
        parts.join(".")
    }

    fn rearranged(&mut self) -> String {
        let mut parts = self.parts();
        let n = self.random.below(parts.len());
        match self.random.below(5) {
            0 => drop(parts.remove(n)),
            1 => parts[n].clear(),
            2 => parts.insert(n, parts[n].clone()),
            3 => parts.rotate_left(1),
            _ => parts.swap(0, n),
        }
        parts.join(".")
    }

    fn other_payload(&mut self) -> String {
        let (mut parts, n) = (self.parts(), self.random.next());
        let payload = match self.random.below(4) {
            0 => "{}".to_owned(),
            1 => format!(r#"{{"user":"admin{n}"}}"#),
            2 => format!(r#"{{"id":{n},"admin":true}}"#),
            _ => String::new(),
        };
        parts[0] = encode(payload.as_bytes());
        parts.join(".")
    }

    /// A valid cookie with a header of other bytes.
    fn reheaded(&mut self, change: impl FnOnce(&mut Self, &mut Vec<u8>)) -> String {
        let mut parts = self.parts();
        let mut header = decode(&parts[1]);
        change(self, &mut header);
        parts[1] = encode(&header);
        parts.join(".")
    }

    fn header_kind(&mut self) -> String {
        self.reheaded(|own, header| {
            let at = own.random.below(2);
            header[at] ^= 1 + own.random.below(255) as u8;
            // A flag that fits the length is the nearest to a valid one.
            if own.random.below(2) == 0 {
                header[0] = 1;
                match header.len() {
                    16 => header.extend([0, 1, 0, 0]),
                    _ => header.truncate(16),
                }
                header[1] = u8::from(header.len() == 20);
            }
        })
    }

    fn header_times(&mut self) -> String {
        self.reheaded(|own, header| {
            let at = 6 + own.random.below(header.len() - 6);
            let change = 1 + own.random.below(255) as u8;
            header[at] = header[at].wrapping_add(change);
        })
    }

    fn header_size(&mut self) -> String {
        self.reheaded(|own, header| match own.random.below(3) {
            0 => header.truncate(own.random.below(header.len())),
            1 => header.push(own.random.next() as u8),
            _ => drop(header.drain(..1 + own.random.below(header.len() - 1))),
        })
    }

    fn key_id(&mut self) -> String {
        self.reheaded(|own, header| {
            let mut id = own.random.pick(&own.makers).id;
            if id == header[2..6] {
                // Nearly that of a known key.
                id[own.random.below(4)] ^= 1 << own.random.below(8);
            }
            header[2..6].copy_from_slice(&id);
        })
    }

    fn byte(&mut self) -> String {
        let mut parts = self.parts();
        let n = self.random.below(parts.len());
        let mut bytes = decode(&parts[n]);
        let at = self.random.below(bytes.len());
        bytes[at] ^= 1 << self.random.below(8);
        parts[n] = encode(&bytes);
        parts.join(".")
    }

    /// A valid cookie with another MAC, or another tag behind the ciphertext.
    fn resigned(&mut self, change: impl FnOnce(&mut Self, &mut Vec<u8>)) -> String {
        let sample = self.sample();
        let mut parts: Vec<_> = sample.value.split('.').map(str::to_owned).collect();
        let (n, len) = match sample.kind {
            Kind::Signed => (2, 32),
            Kind::Encrypted => (0, 16),
        };
        let mut bytes = decode(&parts[n]);
        let mut mac = bytes.split_off(bytes.len() - len);
        change(self, &mut mac);
        bytes.extend(mac);
        parts[n] = encode(&bytes);
        parts.join(".")
    }

    fn blank_mac(&mut self) -> String {
        self.resigned(|own, mac| match own.random.below(4) {
            0 => mac.fill(0),
            1 => mac.fill(0xff),
            2 => mac.iter_mut().for_each(|byte| *byte = !*byte),
            _ => mac.iter_mut().for_each(|byte| *byte = own.random.next() as u8),
        })
    }

    fn partial_mac(&mut self) -> String {
        self.resigned(|own, mac| {
            let right = own.random.below(mac.len());
            match own.random.below(4) {
                0 => mac[right..].iter_mut().for_each(|byte| *byte ^= 1),
                1 => mac[..=right].iter_mut().for_each(|byte| *byte ^= 1),
                2 => mac[right] = mac[right].wrapping_add(1 + own.random.below(255) as u8),
                _ => {
                    let first = mac[0];
                    mac.rotate_left(1);
                    mac[0] ^= u8::from(mac[0] == first);
                }
            }
        })
    }

    fn short_mac(&mut self) -> String {
        self.resigned(|own, mac| {
            let len = own.random.below(mac.len());
            match own.random.below(3) {
                0 => mac.truncate(len),
                1 => mac.extend_from_within(..=len),
                _ => mac.push(0),
            }
        })
    }

    fn not_canonical(&mut self) -> String {
        let mut parts = self.parts();
        let n = self.random.below(parts.len());
        let part = &mut parts[n];
        match self.random.below(6) {
            0 => part.push('='),
            1 => part.push_str("=="),
            2 => {
                // The unused bits of the last character.
                const ALPHABET: &[u8] =
                    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
                if let Some(last) = part.pop() {
                    let at = ALPHABET.iter().position(|byte| char::from(*byte) == last);
                    let unused = 1 + self.random.below(3);
                    part.push(char::from(ALPHABET[at.unwrap_or(0) ^ unused]));
                }
            }
            3 => *part = part.replace('-', "+").replace('_', "/") + "\n",
            4 => part.insert(self.random.below(part.len()), *self.random.pick(&[' ', '\n', '\r'])),
            _ => {
                let other = part.replace('-', "+").replace('_', "/");
                *part = if other == *part { format!("%41{part}") } else { other };
            }
        }
        parts.join(".")
    }

    fn letter_case(&mut self) -> String {
        let mut bytes = self.bytes();
        match self.random.below(3) {
            0 => bytes.make_ascii_lowercase(),
            1 => bytes.make_ascii_uppercase(),
            _ => {
                let letters: Vec<_> =
                    (0..bytes.len()).filter(|at| bytes[*at].is_ascii_alphabetic()).collect();
                for _ in 0..1 + self.random.below(3) {
                    bytes[*self.random.pick(&letters)] ^= 0x20;
                }
            }
        }
        text(bytes)
    }

    fn other_format(&mut self) -> String {
        let sample = self.sample();
        let other = self.sample();
        let (own, theirs) = (sample.parts(), other.parts());
        match sample.kind {
            Kind::Signed if self.random.below(2) == 0 => format!("{}.{}", own[0], own[1]),
            // What a box looks like: nonce, ciphertext, tag.
            Kind::Signed => {
                let bytes = [decode(own[2]), decode(own[0])].concat();
                format!("{}.{}", encode(&bytes), own[1])
            }
            Kind::Encrypted => {
                let mac = theirs.get(2).copied().unwrap_or("");
                format!("{}.{}.{mac}", own[0], own[1])
            }
        }
    }

    /// A new cookie, of either format, with everything as it should be but
    /// what this maker has.
    fn made(&mut self, maker: &Maker, id: [u8; 4]) -> String {
        let sample = self.sample();
        let times = Times { issued: sample.times.issued + 1, ..sample.times };
        let header = header(id, times);
        match self.random.below(2) {
            0 => maker.sign(sample.payload.as_bytes(), &header),
            _ => {
                let nonce = std::array::from_fn(|_| self.random.next() as u8);
                maker.encrypt(nonce, sample.payload.as_bytes(), &header)
            }
        }
    }

    /// The same, with one of several makers, under the first key's id.
    fn made_with(&mut self, makers: impl Fn(&mut Self) -> &mut Vec<Maker>) -> String {
        // Out of the forger while it is used, for the borrow checker's sake.
        let set = std::mem::take(makers(self));
        let n = self.random.below(set.len());
        let value = self.made(&set[n], self.makers[0].id);
        *makers(self) = set;
        value
    }

    fn foreign(&mut self) -> String {
        self.made_with(|own| &mut own.foreign)
    }

    fn other_name(&mut self) -> String {
        self.made_with(|own| &mut own.names)
    }

    fn other_purpose(&mut self) -> String {
        self.made_with(|own| &mut own.purposes)
    }

    fn wrong_id(&mut self) -> String {
        let makers = std::mem::take(&mut self.makers);
        let n = self.random.below(makers.len());
        let other = (n + 1 + self.random.below(makers.len() - 1)) % makers.len();
        let value = self.made(&makers[n], makers[other].id);
        self.makers = makers;
        value
    }

    /// A MAC with the right key over the right parts, put together otherwise.
    fn moved(&mut self) -> String {
        let sample = self.sample();
        let times = Times { created: sample.times.created + 1, ..sample.times };
        let maker = &self.makers[0];
        let payload = encode(sample.payload.as_bytes());
        let header = encode(&header(maker.id, times));
        let at = 1 + self.random.below(payload.len() - 1);
        let bytes = match self.random.below(6) {
            0 => format!("{header}.{payload}"),
            1 => format!("{payload}{header}"),
            2 => format!("{}.{}{header}", &payload[..at], &payload[at..]),
            3 => payload.clone(),
            4 => format!("{payload}.{header}."),
            _ => format!("{NAME}.{payload}.{header}"),
        };
        format!("{payload}.{header}.{}", encode(&maker.mac_of(bytes.as_bytes())))
    }

    fn decoded_mac(&mut self) -> String {
        let sample = self.sample();
        let times = Times { created: sample.times.created + 1, ..sample.times };
        let maker = &self.makers[0];
        let bytes = header(maker.id, times);
        // No header is UTF-8 by chance; Latin-1 keeps its bytes apart.
        let latin: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let mac = match self.random.below(3) {
            0 => maker.mac(&sample.payload, &encode(&bytes)),
            1 => maker.mac(&encode(sample.payload.as_bytes()), &latin),
            _ => maker.mac(&sample.payload, &latin),
        };
        format!("{}.{}.{}", encode(sample.payload.as_bytes()), encode(&bytes), encode(&mac))
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("it is ASCII")
}
