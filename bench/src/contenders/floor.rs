//! The arithmetic and nothing else, from cookie to cookie: HMAC-SHA256 with a prepared
//! key, base64, and serde_json on a typed struct. Tuned: SIMD base64, buffers used again.

use std::cell::RefCell;
use std::hint::black_box;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as PLAIN};
use base64_turbo::URL_SAFE_NO_PAD as SIMD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::contender::{Answer, Client, Contender, Data, KEY};

pub struct Floor {
    pub tuned: bool,
}

impl Contender for Floor {
    fn name(&self) -> &'static str {
        if self.tuned { "tuned floor" } else { "floor" }
    }
    fn client(&self, items: usize) -> Option<Box<dyn Client>> {
        let mac = Hmac::new_from_slice(KEY.as_bytes()).unwrap();
        Some(Box::new(Running { tuned: self.tuned, mac, items, buffers: RefCell::default() }))
    }
    fn serves(&self) -> bool {
        false
    }
    fn serve(&self, _: usize, _: u16) {
        panic!("the floor is no server");
    }
}

struct Running {
    tuned: bool,
    mac: Hmac<Sha256>,
    items: usize,
    buffers: RefCell<(Vec<u8>, Vec<u8>, Vec<u8>)>,
}

impl Running {
    fn seal(&self, json: &[u8], raw: &mut Vec<u8>) {
        raw.clear();
        raw.extend_from_slice(&self.mac.clone().chain_update(json).finalize().into_bytes());
        raw.extend_from_slice(json);
    }

    fn open(&self, raw: &[u8]) -> Data {
        let (tag, json) = raw.split_at(32);
        self.mac.clone().chain_update(json).verify_slice(tag).expect("a good tag");
        serde_json::from_slice(json).expect("a session")
    }

    fn read(&self, cookie: &str) -> Data {
        if !self.tuned {
            return self.open(&PLAIN.decode(cookie).expect("base64"));
        }
        let raw = &mut self.buffers.borrow_mut().0;
        raw.resize(SIMD.decoded_len_estimate(cookie.len()), 0);
        let length = SIMD.decode_slice(cookie, raw).expect("base64");
        self.open(&raw[..length])
    }

    /// Gives the new cookie to `then`.
    fn write<T>(&self, data: &Data, then: impl FnOnce(&str) -> T) -> T {
        if !self.tuned {
            let mut raw = Vec::new();
            self.seal(&serde_json::to_vec(data).unwrap(), &mut raw);
            return then(&PLAIN.encode(raw));
        }
        let (raw, json, text) = &mut *self.buffers.borrow_mut();
        json.clear();
        serde_json::to_writer(&mut *json, data).unwrap();
        self.seal(json, raw);
        text.resize(SIMD.encoded_len(raw.len()), 0);
        let length = SIMD.encode_slice(&*raw, text).unwrap();
        then(std::str::from_utf8(&text[..length]).unwrap())
    }

    fn run<T>(&self, path: &str, cookie: &str, then: impl FnOnce(&str) -> T) -> Option<T> {
        if path == "/untouched" {
            return None;
        }
        let mut data = self.read(cookie);
        if path == "/ro" {
            assert!(black_box(data.visits) >= 41);
            return None;
        }
        data.visits += 1;
        Some(self.write(&data, then))
    }
}

impl Client for Running {
    fn get(&self, path: &str, cookie: &str) -> Answer {
        let cookie = cookie.trim_start_matches("session=");
        let set = |text: &str| format!("session={text}");
        let (body, set) = match path {
            "/fill" => ("hello".into(), vec![self.write(&Data::new(self.items), set)]),
            "/show" => (self.read(cookie).visits.to_string(), vec![]),
            _ => ("hello".into(), self.run(path, cookie, set).into_iter().collect()),
        };
        Answer { body, set }
    }

    fn ready<'a>(&'a self, path: &'a str, cookie: &'a str) -> Box<dyn FnOnce() + 'a> {
        let cookie = cookie.trim_start_matches("session=");
        Box::new(move || {
            black_box(self.run(path, cookie, |text| black_box(text).len()));
        })
    }
}
