//! TLS: the parameters of a URL, and the certificates that they name.

use redis::{ClientTlsConfig, TlsCertificates};

use super::super::StoreError;

/// Takes the parameters off a URL, and reads the files that they name.
///
/// The client of Redis asks the process for its cryptography, and panics if several
/// are compiled in and none is chosen. An application's choice is kept.
pub(super) fn split(url: &str) -> Result<(String, TlsCertificates), StoreError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (url, parameters) = url.split_once('?').unwrap_or((url, ""));
    let [mut root, mut certificate, mut key] = [const { None }; 3];
    for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, path) = parameter.split_once('=').unwrap_or((parameter, ""));
        let place = match name {
            "sslrootcert" => &mut root,
            "sslcert" => &mut certificate,
            "sslkey" => &mut key,
            _ => return Err(unknown(name)),
        };
        *place = Some(read(name, path)?);
    }
    let client_tls = match (certificate, key) {
        (Some(client_cert), Some(client_key)) => Some(ClientTlsConfig { client_cert, client_key }),
        (None, None) => None,
        (Some(_), None) => return Err(alone("sslcert", "sslkey")),
        (None, Some(_)) => return Err(alone("sslkey", "sslcert")),
    };
    Ok((url.to_owned(), TlsCertificates { client_tls, root_cert: root }))
}

fn read(name: &str, path: &str) -> Result<Vec<u8>, StoreError> {
    std::fs::read(path).map_err(|error| {
        StoreError::new(format_args!(
            "The file of `{name}` in the URL of Redis, `{path}`, cannot be read: {error}. Correct \
             its path."
        ))
    })
}

fn unknown(name: &str) -> StoreError {
    StoreError::new(format_args!(
        "The URL of Redis has no parameter `{name}`. It takes `sslrootcert`, `sslcert` and \
         `sslkey`, as in `rediss://host:6379?sslrootcert=/path/ca.pem`."
    ))
}

fn alone(given: &str, missing: &str) -> StoreError {
    StoreError::new(format_args!(
        "The URL of Redis has `{given}` without `{missing}`: a certificate is shown with its key. \
         Add `&{missing}=/path/to/file.pem`."
    ))
}
