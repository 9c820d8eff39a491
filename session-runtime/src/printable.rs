//! Makes text from visitors safe to show in a log or on a terminal.

use std::fmt;

/// A text in which no character has an effect on its surroundings. A line break
/// could forge a log line, an escape sequence could rewrite the terminal, and a
/// direction mark could make the text read as something else. These are escaped
/// as in Rust; everything else stays as it is.
pub(crate) struct Printable<'a>(pub(crate) &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(acts) {
            f.write_str(&rest[..at])?;
            let mut chars = rest[at..].chars();
            chars.next().map_or(Ok(()), |c| write!(f, "{}", c.escape_default()))?;
            rest = chars.as_str();
        }
        f.write_str(rest)
    }
}

/// Control characters, and Unicode's format characters and line separators,
/// which are invisible or move the text around them.
pub(crate) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_escaped_and_the_rest_stays() {
        for (text, printed) in [
            ("", ""),
            ("plain", "plain"),
            ("Zoë 漢字 😀 \"quoted\" 'too' \\n", "Zoë 漢字 😀 \"quoted\" 'too' \\n"),
            ("a\r\nb\tc\0", r"a\r\nb\tc\u{0}"),
            ("\u{1b}[2J\u{9b}31m\u{7f}", r"\u{1b}[2J\u{9b}31m\u{7f}"),
            ("\u{202e}gpj.exe\u{2066}", r"\u{202e}gpj.exe\u{2066}"),
            ("a\u{2028}b\u{2029}c\u{200b}\u{feff}", r"a\u{2028}b\u{2029}c\u{200b}\u{feff}"),
        ] {
            assert_eq!(Printable(text).to_string(), printed);
        }
    }

    #[test]
    fn no_control_character_comes_through() {
        let all: String = ('\0'..=char::MAX).collect();
        let printed = Printable(&all).to_string();
        assert!(!printed.contains(acts));
        assert!(printed.len() > all.len());
    }
}
