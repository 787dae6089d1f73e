//! RSA keys: two primes, and a signature that is one modular power. Source: crypto/rsa, crypto/x509 pkcs1.go.

use crypto_bigint::{Encoding, RandomBits, RandomMod, U1024, U2048, UnsignedWithMontyForm};
use crypto_primes::hazmat::{SetBits, SmallFactorsSieveFactory};
use crypto_primes::{Flavor, is_prime, sieve_and_find};
use num_bigint::BigUint;
use sha2::{Digest, Sha256};

use super::Random;
use super::asn1::{Reader, element, integer, sequence};

const EXPONENT: u32 = 65537;

/// A private key with its CRT values.
#[derive(Clone, Debug)]
pub struct Key {
    pub n: BigUint,
    pub e: BigUint,
    d: BigUint,
    p: BigUint,
    q: BigUint,
    dp: BigUint,
    dq: BigUint,
    qinv: BigUint,
}

/// How large a key is made; Sprig asks for these two.
#[derive(Clone, Copy)]
pub enum Size {
    Bits2048,
    Bits4096,
}

impl Key {
    /// A new key. Fails only if the random bytes never give a prime.
    pub fn generate(size: Size, random: &mut Random<'_>) -> Option<Key> {
        loop {
            let (p, q) = match size {
                Size::Bits2048 => (prime::<U1024>(random, 1024)?, prime::<U1024>(random, 1024)?),
                Size::Bits4096 => (prime::<U2048>(random, 2048)?, prime::<U2048>(random, 2048)?),
            };
            if p != q
                && let Some(key) = Key::of_primes(p, q)
            {
                return Some(key);
            }
        }
    }

    /// `None` when the public exponent divides `p - 1` or `q - 1`.
    fn of_primes(p: BigUint, q: BigUint) -> Option<Key> {
        let (p1, q1) = (&p - 1u8, &q - 1u8);
        let lambda = &p1 / gcd(&p1, &q1) * &q1;
        let e = BigUint::from(EXPONENT);
        let d = e.modinv(&lambda)?;
        Some(Key { n: &p * &q, dp: &d % &p1, dq: &d % &q1, qinv: q.modinv(&p)?, e, d, p, q })
    }

    /// PKCS #1, the format of "RSA PRIVATE KEY".
    pub fn to_der(&self) -> Vec<u8> {
        let zero = BigUint::ZERO;
        let parts = [&zero, &self.n, &self.e, &self.d, &self.p, &self.q, &self.dp, &self.dq, &self.qinv];
        sequence(&parts.map(integer))
    }

    /// Reads PKCS #1 and checks that its numbers belong together. Errors have Go's words.
    pub fn from_der(der: &[u8]) -> Result<Key, String> {
        let malformed = || "asn1: structure error: malformed RSA key".to_owned();
        let mut outer = Reader::new(der);
        let mut inner = outer.enter().ok_or_else(malformed)?;
        if !outer.is_empty() {
            return Err("asn1: syntax error: trailing data".into());
        }
        let mut numbers = Vec::new();
        for _ in 0..9 {
            numbers.push(inner.integer().ok_or_else(malformed)?);
        }
        if numbers.iter().skip(1).any(|(negative, n)| *negative || *n == BigUint::ZERO) {
            return Err("x509: private key contains zero or negative value".into());
        }
        let mut numbers = numbers.into_iter().map(|(_, n)| n);
        let mut next = || numbers.next().unwrap_or_default();
        if next() > BigUint::from(1u8) {
            return Err("x509: unsupported private key version".into());
        }
        let (n, e, d, p, q, dp, dq, qinv) = (next(), next(), next(), next(), next(), next(), next(), next());
        let key = Key { n, e, d, p, q, dp, dq, qinv };
        key.validate().map_err(|text| format!("crypto/rsa: {text}"))?;
        Ok(key)
    }

    /// `checkPrivateKey`.
    fn validate(&self) -> Result<(), &'static str> {
        let one = BigUint::from(1u8);
        let odd = |n: &BigUint| n.bit(0);
        if !odd(&self.n) {
            return Err("public modulus is even");
        }
        if self.e < BigUint::from(2u8) {
            return Err("public exponent too small or negative");
        }
        if !odd(&self.e) {
            return Err("public exponent is even");
        }
        if self.e.bits() > 31 {
            return Err("public exponent too large");
        }
        if self.p <= one || self.q <= one || self.p >= self.n || self.q >= self.n {
            return Err("invalid prime");
        }
        if &self.p * &self.q != self.n {
            return Err("p * q != n");
        }
        let (p1, q1) = (&self.p - 1u8, &self.q - 1u8);
        if self.dp >= p1 || self.dq >= q1 || &self.dp * &self.e % &p1 != one || &self.dq * &self.e % &q1 != one {
            return Err("invalid CRT exponent");
        }
        if &self.qinv * &self.q % &self.p != one {
            return Err("invalid CRT coefficient");
        }
        if &self.d % &p1 != self.dp {
            return Err("d does not match dP");
        }
        if &self.d % &q1 != self.dq {
            return Err("d does not match dQ");
        }
        let distance = if self.p > self.q { &self.p - &self.q } else { &self.q - &self.p };
        if distance.bits() + 100 <= self.n.bits() / 2 {
            return Err("|p - q| too small");
        }
        if self.d.bits() <= self.n.bits() / 2 {
            return Err("d too small");
        }
        Ok(())
    }

    /// The content of the public key's bit string.
    pub fn public(&self) -> Vec<u8> {
        sequence(&[integer(&self.n), integer(&self.e)])
    }

    /// SHA-256 with PKCS #1 v1.5 padding.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let bits = self.n.bits();
        if bits < 1024 {
            let link = "https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size";
            return Err(format!("crypto/rsa: {bits}-bit keys are insecure (see {link})"));
        }
        let size = bits.div_ceil(8) as usize;
        let digest = digest_info(&Sha256::digest(message));
        let mut padded = vec![0, 1];
        padded.resize(size - digest.len() - 1, 0xff);
        padded.push(0);
        padded.extend(digest);
        let m = BigUint::from_bytes_be(&padded);
        // By way of the remainders (CRT), which is four times as fast.
        let (m1, m2) = (m.modpow(&self.dp, &self.p), m.modpow(&self.dq, &self.q));
        let h = (&m1 + &self.p - &m2 % &self.p) * &self.qinv % &self.p;
        let signature = (m2 + h * &self.q).to_bytes_be();
        Ok([vec![0; size - signature.len()], signature].concat())
    }
}

/// `DigestInfo` of SHA-256.
fn digest_info(digest: &[u8]) -> Vec<u8> {
    const SHA256: &[u8] = &[0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];
    sequence(&[SHA256.to_vec(), element(super::asn1::OCTET_STRING, digest)])
}

/// A prime with both of its highest bits set, so that the product of two has twice the bits.
pub fn prime<T>(random: &mut Random<'_>, bits: u32) -> Option<BigUint>
where
    T: UnsignedWithMontyForm + RandomBits + RandomMod + Encoding,
{
    let factory = SmallFactorsSieveFactory::<T>::new(Flavor::Any, bits, SetBits::TwoMsb).ok()?;
    let found = sieve_and_find(random, factory, |_, candidate| is_prime(Flavor::Any, candidate)).ok()??;
    Some(BigUint::from_bytes_be(found.to_be_bytes().as_ref()))
}

fn gcd(a: &BigUint, b: &BigUint) -> BigUint {
    let (mut a, mut b) = (a.clone(), b.clone());
    while b != BigUint::ZERO {
        (a, b) = (b.clone(), a % b);
    }
    a
}
