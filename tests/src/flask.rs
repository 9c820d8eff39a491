//! A second implementation of Flask's cookie, written from its description.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::read::ZlibDecoder;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The cookie that a Flask application with this `SECRET_KEY` would send for the
/// session `json` at `time`, without compression.
#[must_use]
pub fn sign(secret: impl AsRef<[u8]>, json: &str, time: u64) -> String {
    let time: Vec<u8> = time.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(json), URL_SAFE_NO_PAD.encode(time));
    let key = mac(secret.as_ref(), b"cookie-session");
    let mac = URL_SAFE_NO_PAD.encode(mac(&key, signed.as_bytes()));
    format!("{signed}.{mac}")
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mac = Hmac::<Sha1>::new_from_slice(key).expect("a key of any length");
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

/// The session in a cookie.
///
/// # Panics
///
/// If it is not a cookie of Flask's.
#[must_use]
pub fn payload(value: &str) -> String {
    let (signed, _) = value.rsplit_once('.').expect("a signature");
    let (payload, _) = signed.rsplit_once('.').expect("a time");
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("canonical base64");
    let mut json = String::new();
    match payload.strip_prefix('.') {
        None => json = String::from_utf8(decode(payload)).expect("UTF-8"),
        Some(deflated) => {
            let deflated = decode(deflated);
            let mut inflate = ZlibDecoder::new(deflated.as_slice());
            inflate.read_to_string(&mut json).expect("a zlib stream");
        }
    }
    json
}
