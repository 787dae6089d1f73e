//! Private keys of every kind that Sprig's certificate functions make or take. Source: sprig crypto.go
//! `generatePrivateKey`, `parsePrivateKeyPEM`, `pemBlockForKey`; crypto/x509 pkcs8.go.

use bstr::ByteSlice;
use ed25519_dalek::Signer;

use super::asn1::{self, OID, Reader, element, integer, sequence};
use super::rsa::Size;
use super::{Random, dsa, elliptic, pem, rsa};

/// A kind of key that can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Rsa2048,
    Rsa4096,
    Dsa,
    /// On P-256.
    Ecdsa,
    Ed25519,
}

/// A private key.
#[derive(Clone, Debug)]
pub enum PrivateKey {
    Rsa(rsa::Key),
    Dsa(dsa::Key),
    Ecdsa(elliptic::Key),
    /// The seed.
    Ed25519([u8; 32]),
    /// Can be read from PKCS #8, but can neither sign nor be certified.
    X25519([u8; 32]),
}

/// Contents of object identifiers.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const X25519: &[u8] = &[0x2b, 0x65, 0x6e];

impl PrivateKey {
    /// A new key. `None` only if the random bytes never give a prime.
    pub fn generate(kind: Kind, random: &mut Random<'_>) -> Option<PrivateKey> {
        Some(match kind {
            Kind::Rsa2048 => PrivateKey::Rsa(rsa::Key::generate(Size::Bits2048, random)?),
            Kind::Rsa4096 => PrivateKey::Rsa(rsa::Key::generate(Size::Bits4096, random)?),
            Kind::Dsa => PrivateKey::Dsa(dsa::Key::generate(random)?),
            Kind::Ecdsa => PrivateKey::Ecdsa(elliptic::Key::generate(random)),
            Kind::Ed25519 => {
                let mut seed = [0; 32];
                (random.0)(&mut seed);
                PrivateKey::Ed25519(seed)
            }
        })
    }

    /// The PEM block that Sprig writes for the key.
    pub fn to_pem(&self) -> String {
        match self {
            PrivateKey::Rsa(key) => pem::encode("RSA PRIVATE KEY", &key.to_der()),
            PrivateKey::Dsa(key) => pem::encode("DSA PRIVATE KEY", &key.to_der()),
            PrivateKey::Ecdsa(key) => pem::encode("EC PRIVATE KEY", &key.to_der()),
            PrivateKey::Ed25519(seed) => pem::encode("PRIVATE KEY", &pkcs8(ED25519, seed)),
            PrivateKey::X25519(seed) => pem::encode("PRIVATE KEY", &pkcs8(X25519, seed)),
        }
    }

    /// The first PEM block of a text. Errors have Sprig's words.
    pub fn from_pem(text: &[u8]) -> Result<PrivateKey, String> {
        let (kind, der) = pem::decode(text).ok_or("no PEM data in input")?;
        if kind == b"PRIVATE KEY" {
            return from_pkcs8(&der).map_err(|e| format!("decoding PEM as PKCS#8: {e}"));
        }
        match kind.strip_suffix(b" PRIVATE KEY") {
            Some(b"RSA") => rsa::Key::from_der(&der)
                .map(PrivateKey::Rsa)
                .map_err(|e| format!("parsing RSA private key from PEM: {}", misnamed(&der, b"RSA").unwrap_or(e))),
            Some(b"EC") => elliptic::Key::from_der(&der, None)
                .map(PrivateKey::Ecdsa)
                .map_err(|e| format!("parsing EC private key from PEM: {}", misnamed(&der, b"EC").unwrap_or(e))),
            Some(b"DSA") => dsa::Key::from_der(&der)
                .map(PrivateKey::Dsa)
                .ok_or_else(|| "parsing DSA private key from PEM: asn1: structure error: malformed DSA key".to_owned()),
            Some(_) => Err(format!("invalid private key type {}", kind.as_bstr())),
            None => Err(format!("no private key data in PEM block of type {}", kind.as_bstr())),
        }
    }

    /// `AlgorithmIdentifier` of its signatures, or why it cannot sign.
    pub fn signature_algorithm(&self) -> Result<Vec<u8>, &'static str> {
        Ok(match self {
            PrivateKey::Rsa(_) => sequence(&[element(OID, SHA256_WITH_RSA), element(asn1::NULL, &[])]),
            PrivateKey::Ecdsa(key) => {
                const SHA2: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03];
                sequence(&[element(OID, &[SHA2, &[key.curve.signature_algorithm()]].concat())])
            }
            PrivateKey::Ed25519(_) => sequence(&[element(OID, ED25519)]),
            PrivateKey::Dsa(_) | PrivateKey::X25519(_) => {
                return Err("x509: certificate private key does not implement crypto.Signer");
            }
        })
    }

    /// The public key: `AlgorithmIdentifier` and the content of the bit string; or why x509 does not know it.
    pub fn public(&self) -> Result<(Vec<u8>, Vec<u8>), &'static str> {
        Ok(match self {
            PrivateKey::Rsa(key) => (sequence(&[element(OID, RSA), element(asn1::NULL, &[])]), key.public()),
            PrivateKey::Ecdsa(key) => (sequence(&[element(OID, EC), element(OID, key.curve.oid())]), key.public()),
            PrivateKey::Ed25519(seed) => {
                let key = ed25519_dalek::SigningKey::from_bytes(seed);
                (sequence(&[element(OID, ED25519)]), key.verifying_key().to_bytes().to_vec())
            }
            PrivateKey::Dsa(_) => return Err("x509: unsupported public key type: *dsa.PublicKey"),
            PrivateKey::X25519(_) => return Err("x509: unsupported public key type: *ecdh.PublicKey"),
        })
    }

    /// Signs what [`PrivateKey::signature_algorithm`] says.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            PrivateKey::Rsa(key) => key.sign(message),
            PrivateKey::Ecdsa(key) => key.sign(message).ok_or_else(|| "ecdsa: cannot sign".to_owned()),
            PrivateKey::Ed25519(seed) => {
                Ok(ed25519_dalek::SigningKey::from_bytes(seed).sign(message).to_bytes().to_vec())
            }
            PrivateKey::Dsa(_) | PrivateKey::X25519(_) => {
                Err("x509: certificate private key does not implement crypto.Signer".into())
            }
        }
    }
}

fn pkcs8(algorithm: &[u8], seed: &[u8]) -> Vec<u8> {
    let inner = element(asn1::OCTET_STRING, seed);
    sequence(&[integer(&0u8.into()), sequence(&[element(OID, algorithm)]), element(asn1::OCTET_STRING, &inner)])
}

fn from_pkcs8(der: &[u8]) -> Result<PrivateKey, String> {
    let Some((algorithm, parameters, private)) = open_pkcs8(der) else {
        return Err(misnamed(der, b"PKCS8").unwrap_or_else(|| "asn1: structure error: malformed key".into()));
    };
    let seed = |name: &str| -> Result<[u8; 32], String> {
        if !parameters.is_empty() {
            return Err(format!("x509: invalid {name} private key parameters"));
        }
        let seed = Reader::new(private)
            .take(asn1::OCTET_STRING)
            .ok_or_else(|| format!("x509: invalid {name} private key: asn1: structure error: malformed key"))?;
        seed.try_into().map_err(|_| format!("x509: invalid {name} private key length: {}", seed.len()))
    };
    match algorithm {
        RSA => rsa::Key::from_der(private)
            .map(PrivateKey::Rsa)
            .map_err(|e| format!("x509: failed to parse RSA private key embedded in PKCS#8: {e}")),
        EC => elliptic::Key::from_der(private, Reader::new(parameters).take(OID))
            .map(PrivateKey::Ecdsa)
            .map_err(|e| format!("x509: failed to parse EC private key embedded in PKCS#8: {e}")),
        ED25519 => seed("Ed25519").map(PrivateKey::Ed25519),
        X25519 => seed("X25519").map(PrivateKey::X25519),
        other => Err(format!("x509: PKCS#8 wrapping contained private key with unknown algorithm: {}", dotted(other))),
    }
}

/// Algorithm, its parameters as they stand, and the private key's octets.
fn open_pkcs8(der: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let mut inner = Reader::new(der).enter()?;
    inner.integer()?;
    let mut algorithm = inner.enter()?;
    let oid = algorithm.take(OID)?;
    let parameters = if algorithm.is_empty() { &[][..] } else { algorithm.any()?.whole };
    Some((oid, parameters, inner.take(asn1::OCTET_STRING)?))
}

/// Go's hint, when a key is of another format than it is read as.
fn misnamed(der: &[u8], read_as: &[u8]) -> Option<String> {
    let mut inner = Reader::new(der).enter()?;
    inner.integer()?;
    let looks_like = match inner.peek()? {
        asn1::OCTET_STRING => "EC",
        asn1::SEQUENCE => "PKCS8",
        asn1::INTEGER => "PKCS1",
        _ => return None,
    };
    let own = match read_as {
        b"RSA" => "PKCS1",
        b"EC" => "EC",
        _ => "PKCS8",
    };
    (looks_like != own).then(|| {
        format!("x509: failed to parse private key (use Parse{looks_like}PrivateKey instead for this key format)")
    })
}

/// An object identifier in dots.
fn dotted(oid: &[u8]) -> String {
    let mut arcs = Vec::new();
    let mut arc = 0u64;
    for byte in oid {
        arc = arc << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if arcs.is_empty() {
                let first = (arc / 40).min(2);
                arcs.push(first);
                arc -= first * 40;
            }
            arcs.push(arc);
            arc = 0;
        }
    }
    arcs.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}
