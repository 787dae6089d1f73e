//! Keys and certificates, as crypto/x509, encoding/pem and encoding/asn1 write and read them, as far as Sprig's
//! certificate functions reach.
//!
//! Everything here happens on the machine that renders and is written into its output: nobody measures its time, so the
//! arithmetic is not made constant in time.

mod asn1;
mod certificate;
mod dsa;
mod elliptic;
mod key;
mod pem;
mod rsa;

pub use certificate::{Issuer, Template, Use, create};
pub use key::{Kind, PrivateKey};
pub use pem::{decode, encode};

use rand_core::{Infallible, TryCryptoRng, TryRng};

/// Where random bytes come from. Who asks knows how good they are.
pub struct Random<'r>(pub &'r mut dyn FnMut(&mut [u8]));

impl TryRng for Random<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        (self.0)(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        (self.0)(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        (self.0)(out);
        Ok(())
    }
}

impl TryCryptoRng for Random<'_> {}
