//! Finds the session's cookies in a `Cookie` header.

/// The values of the cookies named `name` in a `Cookie` header, compared
/// byte for byte: nothing is decoded, and only the whitespace that the header's
/// grammar allows is trimmed.
pub(crate) fn values<'a>(header: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    header.split(';').filter_map(move |pair| {
        let pair = pair.trim_matches([' ', '\t']);
        pair.strip_prefix(name)?.strip_prefix('=')
    })
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn finds_a_cookie_by_its_exact_name() {
        let all = |header| values(header, "__Host-session").collect::<Vec<_>>();
        assert_eq!(all("__Host-session=a"), ["a"]);
        assert_eq!(all("x=1; __Host-session=a;\t__Host-session=b ;"), ["a", "b"]);
        assert_eq!(all("__Host-session=a=b"), ["a=b"]);
        for other in [
            "",
            ";;;",
            "__%48ost-session=a",
            "\u{2000}__Host-session=a",
            "\u{a0}__Host-session=a",
            "=__Host-session=a",
            "__host-session=a",
            "__Host-session",
            "__Host-session =a",
            "__Host-session2=a",
        ] {
            assert!(all(other).is_empty(), "{other}");
        }
    }
}
