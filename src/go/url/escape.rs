//! Percent escapes, by the part of the URL that they stand in.

use crate::go::strconv;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Path,
    PathSegment,
    Host,
    Zone,
    UserPassword,
    QueryComponent,
    Fragment,
}

/// `url.QueryEscape`, which is also text/template's `urlquery` of one string.
pub fn query_escape(text: &[u8]) -> Vec<u8> {
    escape(text, Mode::QueryComponent)
}

/// `url.PathEscape`.
pub fn path_escape(text: &[u8]) -> Vec<u8> {
    escape(text, Mode::PathSegment)
}

/// `url.QueryUnescape`; the error is its text.
pub fn query_unescape(text: &[u8]) -> Result<Vec<u8>, String> {
    unescape(text, Mode::QueryComponent)
}

/// `url.PathUnescape`; the error is its text.
pub fn path_unescape(text: &[u8]) -> Result<Vec<u8>, String> {
    unescape(text, Mode::PathSegment)
}

/// `shouldEscape`.
pub(super) fn should_escape(byte: u8, mode: Mode) -> bool {
    if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
        return false;
    }
    if matches!(mode, Mode::Host | Mode::Zone) && b"!$&'()*+,;=:[]<>\"".contains(&byte) {
        return false;
    }
    if b"$&+,/:;=?@".contains(&byte) {
        return match mode {
            Mode::Path => byte == b'?',
            Mode::PathSegment => b"/;,?".contains(&byte),
            Mode::UserPassword => b"@/?:".contains(&byte),
            Mode::Fragment => false,
            Mode::QueryComponent | Mode::Host | Mode::Zone => true,
        };
    }
    !(mode == Mode::Fragment && b"!()*".contains(&byte))
}

pub(super) fn escape(text: &[u8], mode: Mode) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        match byte {
            b' ' if mode == Mode::QueryComponent => out.push(b'+'),
            _ if should_escape(byte, mode) => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out
}

pub(super) fn unescape(text: &[u8], mode: Mode) -> Result<Vec<u8>, String> {
    let invalid = |escape: &[u8]| Err(format!("invalid URL escape {}", strconv::quote(escape)));
    let in_host = matches!(mode, Mode::Host | Mode::Zone);
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'%' => {
                let digit = |i: usize| text.get(i).and_then(|&b| char::from(b).to_digit(16));
                let Some((high, low)) = digit(at).zip(digit(at + 1)) else {
                    return invalid(&text[at - 1..text.len().min(at + 2)]);
                };
                let escape = &text[at - 1..at + 2];
                let value = (high * 16 + low) as u8;
                at += 2;
                // A host may escape only what is not ASCII, and the percent sign before a zone.
                let refused = match mode {
                    Mode::Host => high < 8 && escape != b"%25",
                    Mode::Zone => escape != b"%25" && value != b' ' && should_escape(value, Mode::Host),
                    _ => false,
                };
                if refused {
                    return invalid(escape);
                }
                out.push(value);
            }
            b'+' if mode == Mode::QueryComponent => out.push(b' '),
            b'+' => out.push(b'+'),
            _ if in_host && byte < 0x80 && should_escape(byte, mode) => {
                return Err(format!("invalid character {} in host name", strconv::quote(&[byte])));
            }
            _ => out.push(byte),
        }
    }
    Ok(out)
}
