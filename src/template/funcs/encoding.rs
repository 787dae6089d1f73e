//! base64 and base32. An input that is not what it should be is answered with the error's text. Source: sprig strings.go.

use super::Call;
use super::Func;
use super::args::{Out, text};
use crate::go::encode;
use crate::value::Ty;

pub(super) const FUNCS: &[Func] = &[
    Func::new("b32dec", &[Ty::Str], |c, a| decoded(c, text(a, 0).len(), encode::base32_decode(text(a, 0)))),
    Func::new("b32enc", &[Ty::Str], |c, a| {
        c.heap.reserve(text(a, 0).len().saturating_mul(3))?;
        Ok(c.heap.str(encode::base32_encode(text(a, 0))))
    }),
    Func::new("b64dec", &[Ty::Str], |c, a| decoded(c, text(a, 0).len(), encode::base64_decode(text(a, 0)))),
    Func::new("b64enc", &[Ty::Str], |c, a| {
        c.heap.reserve(text(a, 0).len().saturating_mul(3))?;
        Ok(c.heap.str(encode::base64_encode(text(a, 0))))
    }),
];

fn decoded<'h>(c: &Call<'_, 'h>, length: usize, data: Result<Vec<u8>, encode::Corrupt>) -> Out<'h> {
    c.heap.reserve(length)?;
    Ok(match data {
        Ok(data) => c.heap.str(data),
        Err(e) => c.heap.str(e.to_string()),
    })
}
