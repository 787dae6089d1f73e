//! What clients make of a server's certificates. libpq's verdict (OpenSSL's rules, libpq's names) and rustls' (webpki's rules)
//! are given apart, for they differ: a name in the common name only, a certificate of its own as the root, an expired root.
//!
//! The handshake itself accepts any certificate whose key the server has; nothing is sent before the verdict is known.

use std::sync::Arc;

use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use super::halt::{Halt, quoted};
use super::peer::{Certificate, names_host};

/// The certificates of a bundle.
#[derive(Clone, Default)]
pub struct Bundle {
    ders: Vec<CertificateDer<'static>>,
    pub certificates: Vec<Certificate>,
    /// Blocks that are no certificates.
    pub broken: usize,
}

impl Bundle {
    /// Reads PEM: every block that says `CERTIFICATE`.
    pub fn read(pem: &[u8]) -> Bundle {
        let mut bundle = Bundle::default();
        for block in CertificateDer::pem_slice_iter(pem) {
            match block.ok().and_then(|der| Some((Certificate::read(&der).ok()?, der))) {
                Some((certificate, der)) => {
                    bundle.certificates.push(certificate);
                    bundle.ders.push(der.into_owned());
                }
                None => bundle.broken += 1,
            }
        }
        bundle
    }

    /// The roots that this machine trusts.
    pub fn of_system() -> Bundle {
        let found = rustls_native_certs::load_native_certs();
        let ders = found.certs.into_iter();
        let read = ders.filter_map(|der| Some((Certificate::read(&der).ok()?, der)));
        let (certificates, ders) = read.unzip();
        Bundle { ders, certificates, broken: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.ders.is_empty()
    }

    fn store(&self, wanted: impl Fn(&Certificate) -> bool) -> Arc<RootCertStore> {
        let mut store = RootCertStore::empty();
        let ders = self.ders.iter().zip(&self.certificates).filter(|(_, c)| wanted(c));
        store.add_parsable_certificates(ders.map(|(der, _)| der.clone()));
        Arc::new(store)
    }
}

/// Whether a chain leads to a CA that is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainVerdict {
    Trusted,
    Untrusted(String),
    /// Nobody here can tell what OpenSSL makes of it.
    Unknown(String),
}

/// What clients make of a chain, for one name and one set of roots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// libpq's, which is OpenSSL's.
    pub libpq: ChainVerdict,
    /// Whether libpq finds the host's name in the certificate.
    pub named: bool,
    /// What rustls says to the chain, with the name.
    pub rustls: Result<(), String>,
    /// What rustls says to the chain alone.
    pub rustls_chain: Result<(), String>,
}

/// Judges a chain as it would be at `now` (seconds since 1970).
pub fn judge(chain: &[CertificateDer<'_>], host: &str, roots: &Bundle, now: i64) -> Verdicts {
    let Some((leaf, rest)) = chain.split_first() else {
        let nothing = "the server showed no certificate".to_string();
        let rustls = Err(nothing.clone());
        return Verdicts {
            libpq: ChainVerdict::Untrusted(nothing),
            named: false,
            rustls: rustls.clone(),
            rustls_chain: rustls,
        };
    };
    let named = names_host(leaf, host);
    let whole = webpki(leaf, rest, host, roots.store(|_| true), now);
    let rustls_chain = match &whole {
        Err(Error::InvalidCertificate(e)) if is_about_name(e) => Ok(()),
        other => other.clone().map_err(|e| words(&e)),
    };
    // OpenSSL looks at the dates of roots, and ends a chain at a certificate that signs itself only; what else is in the file
    // helps to get there. webpki takes every certificate of the file for an end, whatever its dates.
    let anchors = roots.store(|c| c.self_issued && c.is_valid_at(now));
    let helpers =
        roots.ders.iter().zip(&roots.certificates).filter(|(_, c)| !c.self_issued).map(|(der, _)| der.clone());
    let rest: Vec<CertificateDer<'_>> = rest.iter().cloned().chain(helpers).collect();
    let libpq = match webpki(leaf, &rest, host, anchors, now) {
        Ok(()) => ChainVerdict::Trusted,
        Err(Error::InvalidCertificate(e)) if is_about_name(&e) => ChainVerdict::Trusted,
        Err(error) => as_openssl(&error, leaf, roots, now),
    };
    Verdicts { libpq, named, rustls: whole.map_err(|e| words(&e)), rustls_chain }
}

/// Where OpenSSL decides otherwise than webpki.
fn as_openssl(error: &Error, leaf: &CertificateDer<'_>, roots: &Bundle, now: i64) -> ChainVerdict {
    let own = Certificate::read(leaf);
    // A certificate that is signed by itself and stands among the roots is trusted.
    if let Ok(own) = &own
        && own.self_issued
        && own.is_valid_at(now)
        && roots.ders.iter().any(|root| root == leaf)
    {
        return ChainVerdict::Trusted;
    }
    let untrusted = || ChainVerdict::Untrusted(words(error));
    match error {
        Error::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
            | CertificateError::UnknownIssuer
            | CertificateError::BadSignature
            | CertificateError::BadEncoding,
        ) => untrusted(),
        Error::General(_) => untrusted(),
        _ => ChainVerdict::Unknown(format!("rustls refuses it ({}), OpenSSL may not", words(error))),
    }
}

fn is_about_name(error: &CertificateError) -> bool {
    matches!(error, CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. })
}

fn words(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => "no CA that is trusted signed it".into(),
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            "a certificate of its chain has expired".into()
        }
        Error::InvalidCertificate(e) if is_about_name(e) => "it was made for another name".into(),
        Error::General(text) => quoted(text),
        other => quoted(&other.to_string()),
    }
}

fn webpki(
    leaf: &CertificateDer<'_>,
    rest: &[CertificateDer<'_>],
    host: &str,
    roots: Arc<RootCertStore>,
    now: i64,
) -> Result<(), Error> {
    if roots.is_empty() {
        return Err(Error::General("no CA is trusted".into()));
    }
    let built = WebPkiServerVerifier::builder_with_provider(roots, provider()).build();
    let verifier = built.map_err(|e| Error::General(e.to_string()))?;
    let name =
        ServerName::try_from(host.to_string()).unwrap_or(ServerName::IpAddress(std::net::Ipv4Addr::UNSPECIFIED.into()));
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(u64::try_from(now).unwrap_or(0)));
    verifier.verify_server_cert(leaf, rest, &name, &[], now).map(|_| ())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Accepts every certificate whose key signs the handshake: what it is worth is judged afterwards.
#[derive(Debug)]
struct Later(Arc<CryptoProvider>);

impl ServerCertVerifier for Later {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// How the handshake is made. `direct`: TLS from the first byte, which needs ALPN (libpq 17).
///
/// # Errors
/// [`Halt::Client`]: rustls has no such versions.
pub fn config(sni: bool, direct: bool) -> Result<Arc<ClientConfig>, Halt> {
    let provider = provider();
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|e| Halt::Client(e.to_string()))?;
    let mut config =
        builder.dangerous().with_custom_certificate_verifier(Arc::new(Later(provider))).with_no_client_auth();
    config.enable_sni = sni;
    if direct {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(Arc::new(config))
}
