//! JSON pointers (RFC 6901) and relative ones.

use super::{Checked, no};
use crate::go::utf8;

pub(super) fn absolute(text: &[u8]) -> Checked {
    if text.is_empty() {
        return Ok(());
    }
    if !text.starts_with(b"/") {
        return no("not starting with /");
    }
    for token in text.split(|b| *b == b'/').skip(1) {
        let mut after_tilde = false;
        for (_, rune) in utf8::runes(token) {
            if after_tilde && !matches!(rune.char, '0' | '1') {
                return no("~ must be followed by 0 or 1");
            }
            after_tilde = !after_tilde && rune.char == '~';
        }
        if after_tilde {
            return no("~ must be followed by 0 or 1");
        }
    }
    Ok(())
}

pub(super) fn relative(text: &[u8]) -> Checked {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 {
        return no("must start with non-negative integer");
    }
    if digits > 1 && text.starts_with(b"0") {
        return no("starts with zero");
    }
    match &text[digits..] {
        b"#" => Ok(()),
        rest => absolute(rest),
    }
}
