//! What to do about a certificate that is refused.

/// The next step, by what rustls says. Both databases' clients pass its words on and
/// do not tell them apart themselves.
pub(super) fn next(error: &str) -> Option<&'static str> {
    let says = |words: &[&str]| words.iter().any(|word| error.contains(word));
    // An alert is the server's word about this side's certificate.
    if says(&[
        "valid client certificate",
        "alert: Certificate",
        "alert: BadCertificate",
        "alert: UnknownCA",
        "alert: DecryptError",
    ]) {
        Some(
            "The server wants a certificate that it trusts. Put the files into the URL, as \
             `?sslcert=/path/cert.pem&sslkey=/path/key.pem`.",
        )
    } else if says(&["certificate: UnknownIssuer", "certificate: BadSignature"]) {
        Some(
            "Nobody who is trusted here has signed the server's certificate. Put the file with \
             the authority's certificate into the URL, as `?sslrootcert=/path/ca.pem`.",
        )
    } else if says(&["certificate not valid for name", "certificate: NotValidForName"]) {
        Some("Write the host into the URL as it stands in the server's certificate.")
    } else if says(&["certificate expired", "certificate: Expired"]) {
        Some("Renew the server's certificate, or set this machine's clock.")
    } else {
        None
    }
}
