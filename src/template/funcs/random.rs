//! Randomness, from the world: a seeded one gives the same again at the same call site.
//! Source: sprig strings.go, crypto.go; goutils cryptorandomstringutils.go; xstrings `Shuffle`.

use super::args::{Out, int, text};
use super::panics::negative_length;
use super::{Call, Func};
use crate::go::{encode, utf8};
use crate::value::{CallError, Ty, Value};
use crate::world::Stream;

pub(super) const FUNCS: &[Func] = &[
    Func::new("randAlpha", &[Ty::Int], |c, a| characters(c, int(a, 0), |b| b.is_ascii_alphabetic())),
    Func::new("randAlphaNum", &[Ty::Int], |c, a| characters(c, int(a, 0), |b| b.is_ascii_alphanumeric())),
    Func::new("randAscii", &[Ty::Int], |c, a| characters(c, int(a, 0), |b| (32..127).contains(&b))),
    Func::new("randBytes", &[Ty::Int], |c, a| {
        let count = usize::try_from(int(a, 0)).map_err(|_| negative_length())?;
        c.heap.reserve(count.saturating_mul(3))?;
        let mut bytes = vec![0; count];
        stream(c)?.fill(&mut bytes);
        Ok(c.heap.str(encode::base64_encode(&bytes)))
    }),
    Func::new("randInt", &[Ty::Int, Ty::Int], |c, a| {
        let (min, max) = (int(a, 0), int(a, 1));
        match u64::try_from(max.wrapping_sub(min)) {
            Ok(width @ 1..) => Ok(Value::int(min.wrapping_add(stream(c)?.below(width) as i64))),
            _ => Err(CallError::failed("invalid argument to Intn")),
        }
    }),
    Func::new("randNumeric", &[Ty::Int], |c, a| characters(c, int(a, 0), |b| b.is_ascii_digit())),
    Func::new("shuffle", &[Ty::Str], |c, a| {
        let text = text(a, 0);
        c.heap.reserve(text.len().saturating_mul(7))?;
        let mut characters = utf8::chars(text);
        let mut stream = stream(c)?;
        for i in (1..characters.len()).rev() {
            let j = stream.below(i as u64 + 1) as usize;
            characters.swap(i, j);
        }
        Ok(c.heap.str(characters.into_iter().collect::<String>()))
    }),
    Func::new("uuidv4", &[], |c, _| {
        let mut bytes = [0u8; 16];
        stream(c)?.fill(&mut bytes);
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        let groups = [hex.get(..8), hex.get(8..12), hex.get(12..16), hex.get(16..20), hex.get(20..)];
        Ok(c.heap.str(groups.map(Option::unwrap_or_default).join("-")))
    }),
];

/// This call's own randomness.
pub(super) fn stream(c: &Call<'_, '_>) -> Result<Stream, CallError> {
    c.visit.random(c.site).map_err(CallError::Failed)
}

/// So many characters out of an alphabet. A negative number is an error that Sprig drops: the empty string.
fn characters<'h>(c: &Call<'_, 'h>, count: i64, belongs: fn(u8) -> bool) -> Out<'h> {
    let Ok(count @ 1..) = usize::try_from(count) else { return Ok(Value::str("")) };
    // Hashing makes a random character dearer than a copied one.
    c.heap.reserve(count.saturating_mul(2))?;
    c.heap.spend(count as u64)?;
    let alphabet: Vec<u8> = (0..128).filter(|b| belongs(*b)).collect();
    let mut stream = stream(c)?;
    let pick = |_| alphabet.get(stream.below(alphabet.len() as u64) as usize).copied().unwrap_or(b'0');
    Ok(c.heap.str((0..count).map(pick).collect::<Vec<u8>>()))
}
