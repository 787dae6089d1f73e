//! DSA keys, which can be made and kept but sign nothing. Source: crypto/dsa, sprig crypto.go `DSAKeyFormat`.

use crypto_bigint::{U256, U2048};
use crypto_primes::{Flavor, is_prime};
use num_bigint::BigUint;

use super::Random;
use super::asn1::{Reader, integer, sequence};

const P_BITS: u64 = 2048;
const Q_BITS: u32 = 256;

/// A private key.
#[derive(Clone, Debug)]
pub struct Key {
    p: BigUint,
    q: BigUint,
    g: BigUint,
    y: BigUint,
    x: BigUint,
}

impl Key {
    /// Parameters of 2048 and 256 bits, and a key for them.
    pub fn generate(random: &mut Random<'_>) -> Option<Key> {
        let (p, q) = loop {
            let q = super::rsa::prime::<U256>(random, Q_BITS)?;
            if let Some(p) = modulus(&q, random) {
                break (p, q);
            }
        };
        let power = (&p - 1u8) / &q;
        let mut h = BigUint::from(2u8);
        let g = loop {
            let g = h.modpow(&power, &p);
            if g != BigUint::from(1u8) {
                break g;
            }
            h += 1u8;
        };
        // 64 bits more than q: the remainder is as good as uniform.
        let x = bits(random, u64::from(Q_BITS) + 64) % (&q - 1u8) + 1u8;
        Some(Key { y: g.modpow(&x, &p), p, q, g, x })
    }

    /// Sprig's own sequence: 0, p, q, g, y, x.
    pub fn to_der(&self) -> Vec<u8> {
        sequence(&[&BigUint::ZERO, &self.p, &self.q, &self.g, &self.y, &self.x].map(integer))
    }

    /// `None` for anything but six numbers.
    pub fn from_der(der: &[u8]) -> Option<Key> {
        let mut inner = Reader::new(der).enter()?;
        let mut next = || inner.integer().map(|(_, n)| n);
        next()?;
        Some(Key { p: next()?, q: next()?, g: next()?, y: next()?, x: next()? })
    }
}

/// A prime of 2048 bits whose predecessor q divides; `None` after many tries, when another q is due.
fn modulus(q: &BigUint, random: &mut Random<'_>) -> Option<BigUint> {
    let double = q * 2u8;
    for _ in 0..4 * P_BITS {
        let mut candidate = bits(random, P_BITS);
        candidate.set_bit(P_BITS - 1, true);
        let remainder = &candidate % &double;
        candidate = candidate + 1u8 - remainder;
        if candidate.bits() == P_BITS && !has_small_factor(&candidate) && probably_prime(&candidate) {
            return Some(candidate);
        }
    }
    None
}

/// Spares most candidates the costly test.
fn has_small_factor(n: &BigUint) -> bool {
    (3u32..2000).step_by(2).any(|d| (n % d) == BigUint::ZERO)
}

fn probably_prime(n: &BigUint) -> bool {
    let mut bytes = [0u8; P_BITS as usize / 8];
    let digits = n.to_bytes_be();
    match bytes.len().checked_sub(digits.len()) {
        Some(at) => bytes[at..].copy_from_slice(&digits),
        None => return false,
    }
    is_prime(Flavor::Any, &U2048::from_be_slice(&bytes))
}

fn bits(random: &mut Random<'_>, count: u64) -> BigUint {
    let mut bytes = vec![0; count.div_ceil(8) as usize];
    (random.0)(&mut bytes);
    BigUint::from_bytes_be(&bytes)
}
