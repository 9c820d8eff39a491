//! Authorities, and certificates that they have signed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};

/// An authority, whose certificates are files in a folder.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: PathBuf,
}

/// A certificate and its key, as files in PEM.
#[derive(Debug)]
pub struct Certificate {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Authority {
    /// A new one.
    ///
    /// # Panics
    ///
    /// If the folder cannot be written to.
    #[must_use]
    pub fn new(folder: &Path) -> Authority {
        fs::create_dir_all(folder).expect("a folder");
        readable(folder, 0o755);
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "an authority of the tests");
        let certificate = params.self_signed(&key).expect("a certificate");
        write(&folder.join("ca.pem"), &certificate.pem());
        Authority { issuer: Issuer::new(params, key), folder: folder.to_owned() }
    }

    /// The file with its own certificate.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// A certificate for a host or an address.
    #[must_use]
    pub fn certificate(&self, host: &str) -> Certificate {
        self.sign(host, |_| {})
    }

    /// One that is too old by years.
    #[must_use]
    pub fn expired(&self, host: &str) -> Certificate {
        self.sign(host, |params| {
            params.not_before = date_time_ymd(2000, 1, 1);
            params.not_after = date_time_ymd(2001, 1, 1);
        })
    }

    fn sign(&self, host: &str, change: impl FnOnce(&mut CertificateParams)) -> Certificate {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([host.to_owned()]).expect("a host");
        params.distinguished_name.push(DnType::CommonName, host);
        change(&mut params);
        let signed = params.signed_by(&key, &self.issuer).expect("a certificate");
        let [certificate, file] =
            ["pem", "key"].map(|end| self.folder.join(format!("{host}.{end}")));
        write(&certificate, &signed.pem());
        write(&file, &key.serialize_pem());
        Certificate { certificate, key: file }
    }
}

fn write(path: &Path, pem: &str) {
    fs::write(path, pem).expect("a file");
    readable(path, 0o644);
}

/// PostgreSQL may run as another user.
fn readable(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
}
