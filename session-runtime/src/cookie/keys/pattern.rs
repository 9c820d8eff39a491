//! Recognizes keys that somebody typed or counted out instead of generating.
//!
//! The rules are strict: they refuse at most one random key in 10¹⁸.

use super::Weakness;

/// The order of characters on a keyboard, in an alphabet, or among digits.
const ROWS: [&str; 13] = [
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789abcdef",
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qawsedrftgyhujikolp",
];

/// The shortest run of neighbours that counts as a walk along a row. Walks this
/// long are rare among random letters and never make up half of a random key.
const WALK: usize = 4;

/// The longest repeated piece to look for, in bytes. A longer one may be a key
/// itself.
const LONGEST_PIECE: usize = 32;

/// The pattern that the bytes follow, if any. The bytes are a key's own or the
/// characters of its text.
pub(super) fn pattern(bytes: &[u8]) -> Option<Weakness> {
    if is_spelt(bytes) {
        Some(Weakness::Alphabet)
    } else if repeats(bytes) {
        Some(Weakness::Repetition)
    } else if counts(bytes) {
        Some(Weakness::Progression)
    } else {
        None
    }
}

/// Whether at least half of the bytes are walks along the rows, in either
/// direction.
fn is_spelt(bytes: &[u8]) -> bool {
    let neighbours = neighbours();
    let mut walked = 0;
    let mut rest = bytes;
    while !rest.is_empty() {
        let mut rows = u32::MAX;
        let pairs = rest.windows(2).take_while(|pair| {
            rows &= neighbours[place(pair[0])][place(pair[1])];
            rows != 0
        });
        let (walk, next) = rest.split_at(1 + pairs.count());
        walked += if walk.len() < WALK { 0 } else { walk.len() };
        rest = next;
    }
    walked > 0 && walked * 2 >= bytes.len()
}

/// The index of a letter or a digit; all other bytes share the last one.
fn place(byte: u8) -> usize {
    match byte.to_ascii_lowercase() {
        byte @ b'0'..=b'9' => usize::from(byte - b'0'),
        byte @ b'a'..=b'z' => usize::from(byte - b'a') + 10,
        _ => 36,
    }
}

/// For each pair of characters, a bit for each row and direction in which the
/// second follows the first.
fn neighbours() -> [[u32; 37]; 37] {
    let mut neighbours = [[0; 37]; 37];
    for (n, row) in ROWS.iter().enumerate() {
        for pair in row.as_bytes().windows(2) {
            let (one, other) = (place(pair[0]), place(pair[1]));
            neighbours[one][other] |= 1 << (2 * n);
            neighbours[other][one] |= 2 << (2 * n);
        }
    }
    neighbours
}

/// Whether one short piece repeats through all of the bytes.
fn repeats(bytes: &[u8]) -> bool {
    let longest = LONGEST_PIECE.min(bytes.len() / 2);
    (1..=longest).any(|piece| bytes.iter().skip(piece).eq(&bytes[..bytes.len() - piece]))
}

/// Whether the bytes count in equal steps: byte by byte, as numbers of several
/// bytes, or byte by byte with up to a third of exceptions.
fn counts(bytes: &[u8]) -> bool {
    let step = |at: usize, length: usize| bytes[at].wrapping_sub(bytes[at - length]);
    let goes_on = |at: usize, length| step(at, length) == step(at - length, length);
    (1..=bytes.len() / 3).any(|length| (2 * length..bytes.len()).all(|at| goes_on(at, length)))
        || bytes.len() > 2
            && (2..bytes.len()).filter(|at| !goes_on(*at, 1)).count() * 3 <= bytes.len()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD_NO_PAD;

    use super::*;

    fn of(text: &str) -> Option<Weakness> {
        pattern(text.as_bytes())
    }

    #[test]
    fn line_50_progressions_repetitions_and_alphabets_are_found() {
        let bytes = |byte: fn(u8) -> u8| (0..32).map(byte).collect::<Vec<_>>();
        for counted in [
            bytes(|n| n),
            bytes(|n| 31 - n),
            bytes(|n| n.wrapping_mul(7).wrapping_add(200)),
            bytes(|n| if n < 16 { n } else { 31 - n }),
            bytes(|n| n / 4 * u8::from(n % 4 == 3)),
            bytes(|n| n / 2),
            // Two of them, one between the bytes of the other.
            bytes(|n| if n % 2 == 0 { n } else { 255 - 3 * n }),
        ] {
            assert_eq!(pattern(&counted), Some(Weakness::Progression), "{counted:?}");
        }
        for (text, weakness) in [
            (
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                Weakness::Alphabet,
            ),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                Weakness::Alphabet,
            ),
            ("zyxwvutsrqponmlkjihgfedcba9876543210ZYXWVUTS", Weakness::Alphabet),
            ("qwertyuiopasdfghjklzxcvbnmqwertyuiopasdfghjk", Weakness::Alphabet),
            ("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0pQAZWSXED", Weakness::Alphabet),
            ("abcd1234efgh5678ijkl9012mnop3456qrst7890uvwx", Weakness::Alphabet),
            ("correcthorsecorrecthorsecorrecthorsecorrect", Weakness::Repetition),
            ("k3Zp9QxVk3Zp9QxVk3Zp9QxVk3Zp9QxVk3Zp9QxVk3Z", Weakness::Repetition),
            ("k3Zp9QxVbN4mTsWgYd7Hk2k3Zp9QxVbN4mTsWgYd7Hk2", Weakness::Repetition),
        ] {
            assert_eq!(of(text), Some(weakness), "{text}");
        }
    }

    #[test]
    fn every_row_has_two_bits() {
        assert!(ROWS.len() * 2 <= u32::BITS as usize);
    }

    #[test]
    fn line_50_of_100_000_random_keys_none_is_refused() {
        let mut bytes = [0; 32];
        for _ in 0..100_000 {
            getrandom::fill(&mut bytes).unwrap();
            let hex = bytes.map(|byte| [byte >> 4, byte & 15]);
            let hex: Vec<u8> = hex
                .as_flattened()
                .iter()
                .map(|digit| b"0123456789abcdef"[*digit as usize])
                .collect();
            assert_eq!(pattern(&bytes), None, "{bytes:?}");
            assert_eq!(pattern(&hex), None, "{bytes:?}");
            assert_eq!(of(&STANDARD_NO_PAD.encode(bytes)), None, "{bytes:?}");
        }
    }
}
