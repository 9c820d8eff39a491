//! What the fuzz targets and the forger share: keys, valid cookies, and the
//! cookie's format written down a second time, so that a value can be signed
//! which the library itself would never write.
//!
//! Run one target with `cargo fuzz run payload` at the root of the repository,
//! and all of them with `scripts/fuzz`. The programs in `examples` are started in
//! this folder: `cargo forge 1000000`, `cargo differential 100000`, `cargo keys`.

#![forbid(unsafe_code)]

#[cfg(not(fuzzing))]
compile_error!(
    "the inside of session-runtime is compiled with `--cfg fuzzing` only: start this in the \
     folder `fuzz`, where `.cargo/config.toml` sets it, or with cargo-fuzz"
);

pub mod flask;
pub mod log;
pub mod maker;
pub mod random;

use session_runtime::Format;
use session_runtime::fuzzing::{Envelope, Times};

use crate::maker::Maker;

/// The name of the cookie.
pub const NAME: &str = "session";

/// The time of all this, in seconds since 1970.
pub const NOW: u64 = 1_700_000_000;

/// As many keys as there may be, from a public number: they protect nothing.
#[must_use]
pub fn keys() -> [[u8; 32]; 8] {
    use sha2::{Digest, Sha256};
    std::array::from_fn(|n| Sha256::digest(format!("fuzz key {n}")).into())
}

/// A key that no envelope has.
#[must_use]
pub fn foreign_key() -> [u8; 32] {
    keys()[0].map(|byte| byte ^ 0x55)
}

/// The two formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `payload.header.mac`
    Signed,
    /// `box.header`
    Encrypted,
}

/// A valid cookie and how it was made.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The cookie's value.
    pub value: String,
    /// Its format.
    pub kind: Kind,
    /// The index of its key.
    pub key: usize,
    /// What it holds.
    pub payload: String,
    /// Its times.
    pub times: Times,
}

impl Sample {
    /// The parts between the dots.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        self.value.split('.').collect()
    }
}

/// So many valid cookies of both formats under all keys, every time the same.
/// Every second one has the first key.
///
/// # Panics
///
/// If the library and this crate make two different values of one session.
#[must_use]
pub fn samples(count: usize) -> Vec<Sample> {
    let keys = keys();
    let makers = keys.map(|key| Maker::new(&key, NAME));
    let sealers = keys.map(|key| Envelope::new(NAME, Format::Signed, &[], &[key]));
    let mut random = random::Random::new(0x5e55_1017);
    let make = |n: usize| {
        let kind = if n % 4 < 2 { Kind::Signed } else { Kind::Encrypted };
        let key = if n.is_multiple_of(2) { 0 } else { random.below(keys.len()) };
        let payload = match random.below(4) {
            0 => format!(r#"{{"id":{n}}}"#),
            1 => format!(r#"{{"id":{n},"user":"user{}","admin":false}}"#, random.below(1000)),
            2 => format!(r#"{{"id":{n},"cart":{{"tea":{}}},"name":"Zoë"}}"#, random.below(100)),
            _ => format!(
                r#"{{"id":{n},"note":"{}","_flashes":[["info","saved"]],"_permanent":true}}"#,
                "x".repeat(random.below(300))
            ),
        };
        let issued = NOW - random.below(86_400) as u64;
        let created = issued - random.below(86_400) as u64;
        let lifetime = (random.below(3) == 0).then(|| random.below(10_000_000) as u64);
        let times = Times { created, issued, lifetime };
        let header = maker::header(makers[key].id, times);
        let value = match kind {
            Kind::Signed => {
                let value = sealers[key].seal(&payload, times);
                let own = makers[key].sign(payload.as_bytes(), &header);
                assert_eq!(value, own, "two programs make one value");
                value
            }
            Kind::Encrypted => {
                let nonce = std::array::from_fn(|_| random.next() as u8);
                makers[key].encrypt(nonce, payload.as_bytes(), &header)
            }
        };
        Sample { value, kind, key, payload, times }
    };
    (0..count).map(make).collect()
}

/// An envelope as an application may have configured it, and which samples it
/// accepts.
pub struct Judge {
    /// What the configuration is.
    pub what: &'static str,
    /// Opens values.
    pub envelope: Envelope,
    kinds: &'static [Kind],
    keys: usize,
}

impl Judge {
    /// Whether the sample is valid here.
    #[must_use]
    pub fn knows(&self, sample: &Sample) -> bool {
        sample.key < self.keys && self.kinds.contains(&sample.kind)
    }
}

/// One key and all of them, one format and both.
#[must_use]
pub fn judges() -> Vec<Judge> {
    use Format::{Encrypted, Signed};
    let all = keys();
    let judge = |what, format, accept: &[Format], keys, kinds| Judge {
        what,
        envelope: Envelope::new(NAME, format, accept, &all[..keys]),
        kinds,
        keys,
    };
    const BOTH: &[Kind] = &[Kind::Signed, Kind::Encrypted];
    vec![
        judge("signed, 1 key", Signed, &[], 1, &[Kind::Signed]),
        judge("signed, 8 keys", Signed, &[], 8, &[Kind::Signed]),
        judge("encrypted, 1 key", Encrypted, &[], 1, &[Kind::Encrypted]),
        judge("encrypted, 8 keys", Encrypted, &[], 8, &[Kind::Encrypted]),
        judge("signed and encrypted, 8 keys", Signed, &[Encrypted], 8, BOTH),
    ]
}
