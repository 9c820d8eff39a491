//! Headers that show where a request comes from, and whether such a request may
//! use its session. The application's host is `shop.example`, and it trusts
//! `https://pay.example`.

/// The headers of a request, and whether it is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The row's name.
    pub name: &'static str,
    /// The request's headers.
    pub headers: &'static [(&'static str, &'static str)],
    /// Whether it may use its session.
    pub allowed: bool,
}

const fn row(
    name: &'static str,
    headers: &'static [(&'static str, &'static str)],
    allowed: bool,
) -> Row {
    Row { name, headers, allowed }
}

/// The trusted origin.
pub const TRUSTED: &str = "https://pay.example";

/// The application's own host.
const HOST: (&str, &str) = ("Host", "shop.example");
const OWN: (&str, &str) = ("Origin", "https://shop.example");
const EVIL: (&str, &str) = ("Origin", "https://evil.example");
const PAY: (&str, &str) = ("Origin", TRUSTED);
const NULL: (&str, &str) = ("Origin", "null");
const SAME_ORIGIN: (&str, &str) = ("Sec-Fetch-Site", "same-origin");
const NONE: (&str, &str) = ("Sec-Fetch-Site", "none");
const SAME_SITE: (&str, &str) = ("Sec-Fetch-Site", "same-site");
const CROSS_SITE: (&str, &str) = ("Sec-Fetch-Site", "cross-site");

/// All rows. They hold for every method that is judged.
pub const ROWS: &[Row] = &[
    // 1. Trusted origins, regardless of other headers.
    row("a trusted origin", &[HOST, PAY], true),
    row("a trusted origin of another site", &[HOST, PAY, CROSS_SITE], true),
    row("a trusted origin, asked without a host", &[PAY], true),
    row("the trusted host by HTTP", &[HOST, ("Origin", "http://pay.example")], false),
    row("the trusted host's other port", &[HOST, ("Origin", "https://pay.example:8443")], false),
    row("a host below the trusted one", &[HOST, ("Origin", "https://a.pay.example")], false),
    row("the trusted origin with a slash", &[HOST, ("Origin", "https://pay.example/")], false),
    row("the trusted origin in upper case", &[HOST, ("Origin", "https://PAY.example")], false),
    row("the trusted origin twice", &[HOST, PAY, PAY], false),
    row("the trusted origin and another", &[HOST, EVIL, PAY], false),
    // 2. By `Sec-Fetch-Site`.
    row("the same origin", &[HOST, OWN, SAME_ORIGIN], true),
    row("the same origin, with no-referrer", &[HOST, NULL, SAME_ORIGIN], true),
    row("the same origin, behind a proxy", &[("Host", "10.0.0.1:8000"), OWN, SAME_ORIGIN], true),
    row("the same origin, without `Origin`", &[HOST, SAME_ORIGIN], true),
    row("the visitor, by a bookmark", &[HOST, NONE], true),
    row("the same site", &[HOST, ("Origin", "https://blog.shop.example"), SAME_SITE], false),
    row("the same site, which says it is the host", &[HOST, OWN, SAME_SITE], false),
    row("another site", &[HOST, EVIL, CROSS_SITE], false),
    row("another site, which says it is the host", &[HOST, OWN, CROSS_SITE], false),
    row("another site, without `Origin`", &[HOST, CROSS_SITE], false),
    row("a sandboxed frame", &[HOST, NULL, CROSS_SITE], false),
    row("an unknown site", &[HOST, OWN, ("Sec-Fetch-Site", "near-site")], false),
    row("a site in odd case", &[HOST, OWN, ("Sec-Fetch-Site", "Same-Origin")], false),
    row("an empty site", &[HOST, OWN, ("Sec-Fetch-Site", "")], false),
    row("two sites", &[HOST, OWN, SAME_ORIGIN, CROSS_SITE], false),
    row("one site twice", &[HOST, OWN, SAME_ORIGIN, SAME_ORIGIN], false),
    row("two sites in a line", &[HOST, OWN, ("Sec-Fetch-Site", "same-origin, none")], false),
    row("headers in odd case", &[HOST, EVIL, ("sEC-fETCH-sITE", "cross-site")], false),
    // 3. Without `Sec-Fetch-Site`.
    row("no browser", &[HOST], true),
    row("no browser, without a host", &[], true),
    row("the host", &[HOST, OWN], true),
    row("the host by HTTP", &[HOST, ("Origin", "http://shop.example")], true),
    row("the host in odd case", &[("hOST", "SHOP.Example"), ("oRIGIN", OWN.1)], true),
    row("the host with its scheme's port", &[("Host", "shop.example:443"), OWN], true),
    row("an origin with its scheme's port", &[HOST, ("Origin", "https://shop.example:443")], true),
    row("the other scheme's port", &[("Host", "shop.example:80"), OWN], false),
    row("another port", &[("Host", "shop.example:8443"), OWN], false),
    row("an origin with another port", &[HOST, ("Origin", "https://shop.example:8443")], false),
    row("one port", &[("Host", "localhost:8000"), ("Origin", "http://localhost:8000")], true),
    row("IPv6", &[("Host", "[::1]:8000"), ("Origin", "http://[::1]:8000")], true),
    row("IPv6 without a port", &[("Host", "[::1]"), ("Origin", "http://[::1]")], true),
    row("another IPv6", &[("Host", "[::1]:8000"), ("Origin", "http://[::2]:8000")], false),
    row("another IPv6 port", &[("Host", "[::1]:8000"), ("Origin", "http://[::1]:8001")], false),
    row("another host", &[HOST, EVIL], false),
    row("a host that begins alike", &[HOST, ("Origin", "https://shop.example.evil")], false),
    row("a host that ends alike", &[HOST, ("Origin", "https://evil.shop.example")], false),
    row("a user before another host", &[HOST, ("Origin", "https://shop.example@evil")], false),
    row("`null`", &[HOST, NULL], false),
    row("an empty origin", &[HOST, ("Origin", "")], false),
    row("an origin without a scheme", &[HOST, ("Origin", "shop.example")], false),
    row("an extension", &[HOST, ("Origin", "moz-extension://shop.example")], false),
    row("an origin with a path", &[HOST, ("Origin", "https://shop.example/")], false),
    row("the host's origin twice", &[HOST, OWN, OWN], false),
    row("two origins", &[HOST, OWN, EVIL], false),
    row("two origins in a line", &[HOST, ("Origin", "https://shop.example, null")], false),
    row("an origin, and no host", &[OWN], false),
    row("an origin, and an empty host", &[("Host", ""), ("Origin", "https://")], false),
    row("two hosts", &[HOST, ("Host", "evil.example"), OWN], false),
    row("two hosts, another first", &[("Host", "evil.example"), HOST, EVIL], false),
    row("a proxy that rewrites the host", &[("Host", "127.0.0.1:8000"), OWN], false),
];
