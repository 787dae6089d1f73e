//! Classes of characters as the emitter has them (`yamlprivateh.go`). Positions are starts of characters of valid UTF-8.

#[inline]
pub(super) fn width(byte: u8) -> usize {
    match byte {
        0x00..=0x7F => 1,
        0x80..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xFF => 4,
    }
}

#[inline]
fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

#[inline]
pub(super) fn is_break(text: &[u8], at: usize) -> bool {
    match byte(text, at) {
        b'\r' | b'\n' => true,
        0xC2 => byte(text, at + 1) == 0x85,
        0xE2 => byte(text, at + 1) == 0x80 && matches!(byte(text, at + 2), 0xA8 | 0xA9),
        _ => false,
    }
}

/// Characters beyond the basic plane are not printable to goyaml.
#[inline]
pub(super) fn is_printable(text: &[u8], at: usize) -> bool {
    let next = |ahead| byte(text, at + ahead);
    match byte(text, at) {
        0x0A | 0x20..=0x7E => true,
        0xC2 => next(1) >= 0xA0,
        0xC3..=0xEC | 0xEE => true,
        0xED => next(1) < 0xA0,
        0xEF => !matches!((next(1), next(2)), (0xBB, 0xBF) | (0xBF, 0xBE | 0xBF)),
        _ => false,
    }
}
