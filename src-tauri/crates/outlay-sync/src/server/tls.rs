//! How a server proves who it is: whose certificates are trusted, chain and name always checked.
//!
//! There is no switch that turns the check off.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::server::address::Trust;
use crate::server::failure::Failure;

/// TLS as this trust wants it.
pub(crate) fn connector(trust: &Trust) -> Result<MakeRustlsConnect, Failure> {
    let roots = match trust {
        Trust::System => of_system()?,
        Trust::File(path) => of_file(path)?,
    };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::Tls { reason: error.to_string() })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn of_system() -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    // A system has some that no library can read; what matters is that there are others.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() { Err(Failure::NoRoots) } else { Ok(roots) }
}

fn of_file(path: &Path) -> Result<RootCertStore, Failure> {
    let bad = |reason: String| Failure::BadRoots { path: path.to_owned(), reason };
    let pem = fs_err::read(path).map_err(|error| bad(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| bad(error.to_string()))?;
        roots.add(certificate).map_err(|error| bad(error.to_string()))?;
    }
    if roots.is_empty() { Err(bad("there is none in it".into())) } else { Ok(roots) }
}
