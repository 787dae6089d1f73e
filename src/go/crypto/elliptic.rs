//! ECDSA keys on NIST's curves. Source: crypto/ecdsa, crypto/x509 sec1.go.
//!
//! Go also takes P-224, which has no released crate of this generation and which browsers never took: it is refused.

use p256::ecdsa::signature::hazmat::PrehashSigner;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::Random;
use super::asn1::{self, OID, Reader, bit_string, context, element, integer, sequence};

/// A curve that keys can be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    P256,
    P384,
    P521,
}

const P224: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x21];

impl Curve {
    /// The content of its object identifier.
    pub fn oid(self) -> &'static [u8] {
        match self {
            Curve::P256 => &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
            Curve::P384 => &[0x2b, 0x81, 0x04, 0x00, 0x22],
            Curve::P521 => &[0x2b, 0x81, 0x04, 0x00, 0x23],
        }
    }

    pub fn of_oid(oid: &[u8]) -> Option<Curve> {
        [Curve::P256, Curve::P384, Curve::P521].into_iter().find(|c| c.oid() == oid)
    }

    fn scalar_bytes(self) -> usize {
        match self {
            Curve::P256 => 32,
            Curve::P384 => 48,
            Curve::P521 => 66,
        }
    }

    /// The last byte of the identifier of its signature algorithm, 1.2.840.10045.4.3.x.
    pub fn signature_algorithm(self) -> u8 {
        match self {
            Curve::P256 => 2,
            Curve::P384 => 3,
            Curve::P521 => 4,
        }
    }
}

/// A private key.
#[derive(Clone, Debug)]
pub struct Key {
    pub curve: Curve,
    scalar: Vec<u8>,
    /// The uncompressed point.
    public: Vec<u8>,
}

impl Key {
    /// A new key on P-256.
    pub fn generate(random: &mut Random<'_>) -> Key {
        loop {
            let mut scalar = vec![0; Curve::P256.scalar_bytes()];
            (random.0)(&mut scalar);
            if let Some(key) = Key::new(Curve::P256, scalar) {
                return key;
            }
        }
    }

    /// `None` for a scalar that is 0 or not below the curve's order.
    fn new(curve: Curve, scalar: Vec<u8>) -> Option<Key> {
        let public = match curve {
            Curve::P256 => {
                let key = p256::ecdsa::SigningKey::from_slice(&scalar).ok()?;
                key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
            }
            Curve::P384 => {
                let key = p384::ecdsa::SigningKey::from_slice(&scalar).ok()?;
                key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
            }
            Curve::P521 => {
                let key = p521::ecdsa::SigningKey::from_slice(&scalar).ok()?;
                key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
            }
        };
        Some(Key { curve, scalar, public })
    }

    /// SEC 1, the format of "EC PRIVATE KEY".
    pub fn to_der(&self) -> Vec<u8> {
        self.der(true)
    }

    /// The same, with or without the curve's name: PKCS #8 has it elsewhere.
    pub fn der(&self, named: bool) -> Vec<u8> {
        let curve = if named { element(context(0), &element(OID, self.curve.oid())) } else { Vec::new() };
        sequence(&[
            integer(&1u8.into()),
            element(asn1::OCTET_STRING, &self.scalar),
            curve,
            element(context(1), &bit_string(&self.public)),
        ])
    }

    /// Reads SEC 1; `outer` is the curve's identifier when the container names it. Errors have Go's words.
    pub fn from_der(der: &[u8], outer: Option<&[u8]>) -> Result<Key, String> {
        let malformed = || "x509: failed to parse EC private key: asn1: structure error: malformed key".to_owned();
        let mut inner = Reader::new(der).enter().ok_or_else(malformed)?;
        let version = inner.integer().ok_or_else(malformed)?;
        let mut scalar = inner.take(asn1::OCTET_STRING).ok_or_else(malformed)?;
        let named = inner.optional(context(0)).ok_or_else(malformed)?;
        let named = named.map(|n| Reader::new(n).take(OID).ok_or_else(malformed)).transpose()?;
        if version != (false, 1u8.into()) {
            let sign = if version.0 { "-" } else { "" };
            return Err(format!("x509: unknown EC private key version {sign}{}", version.1));
        }
        let name = outer.or(named);
        if name == Some(P224) {
            return Err("elliptic curve P-224 is not supported".into());
        }
        let curve = name.and_then(Curve::of_oid).ok_or("x509: unknown elliptic curve")?;
        while scalar.len() > curve.scalar_bytes() {
            scalar = scalar.strip_prefix(&[0]).ok_or("x509: invalid private key length")?;
        }
        let padded = [vec![0; curve.scalar_bytes() - scalar.len()], scalar.to_vec()].concat();
        Key::new(curve, padded).ok_or_else(|| "ecdsa: private key scalar is out of range".to_owned())
    }

    /// The content of the public key's bit string.
    pub fn public(&self) -> Vec<u8> {
        self.public.clone()
    }

    /// Hashes with the curve's own size and signs; the nonce follows from key and message (RFC 6979), so that a seeded
    /// world repeats itself.
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let fixed: Vec<u8> = match self.curve {
            Curve::P256 => {
                let key = p256::ecdsa::SigningKey::from_slice(&self.scalar).ok()?;
                let signature: p256::ecdsa::Signature = key.sign_prehash(&Sha256::digest(message)).ok()?;
                signature.to_bytes().to_vec()
            }
            Curve::P384 => {
                let key = p384::ecdsa::SigningKey::from_slice(&self.scalar).ok()?;
                let signature: p384::ecdsa::Signature = key.sign_prehash(&Sha384::digest(message)).ok()?;
                signature.to_bytes().to_vec()
            }
            Curve::P521 => {
                let key = p521::ecdsa::SigningKey::from_slice(&self.scalar).ok()?;
                let signature: p521::ecdsa::Signature = key.sign_prehash(&Sha512::digest(message)).ok()?;
                signature.to_bytes().to_vec()
            }
        };
        let (r, s) = fixed.split_at_checked(fixed.len() / 2)?;
        let number = |bytes| integer(&num_bigint::BigUint::from_bytes_be(bytes));
        Some(sequence(&[number(r), number(s)]))
    }
}
