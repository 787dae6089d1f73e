//! Which style a string gets (`encode.go` `stringv`, `emitterc.go` `select_scalar_style`).

use super::super::resolve::{self, Scalar};
use super::Flavour;
use super::analyze::Analysis;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

/// The style of a string in the block context.
pub(super) fn choose(text: &[u8], analysis: Analysis, key: bool, tagged: bool, flavour: Flavour) -> Style {
    let wanted = if analysis.multiline && text.contains(&b'\n') {
        Style::Literal
    } else if tagged || !means_something(text, flavour) {
        Style::Plain
    } else {
        Style::DoubleQuoted
    };
    match wanted {
        _ if key && analysis.multiline => Style::DoubleQuoted,
        Style::Literal if analysis.block_allowed && !key => Style::Literal,
        Style::Literal | Style::DoubleQuoted => Style::DoubleQuoted,
        _ if analysis.plain_allowed && !(text.is_empty() && key) => Style::Plain,
        _ if analysis.single_quoted_allowed => Style::SingleQuoted,
        _ => Style::DoubleQuoted,
    }
}

/// Whether a text, written plain, would be read as something else than a string.
fn means_something(text: &[u8], flavour: Flavour) -> bool {
    match resolve::plain(text) {
        Scalar::Str(_) => {}
        _ => return true,
    }
    matches!(text.first(), Some(b'0'..=b'9' | b'+' | b'-'))
        && (is_base60(text) || flavour == Flavour::V3 && resolve::is_octal_v3(text))
}

/// YAML 1.1's sexagesimal numbers: `[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?`.
fn is_base60(text: &[u8]) -> bool {
    let text = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    let mut parts = text.split(|&byte| byte == b':');
    let digits = |part: &[u8]| part.iter().all(|byte| byte.is_ascii_digit() || *byte == b'_');
    let Some(first) = parts.next() else { return false };
    if !first.first().is_some_and(u8::is_ascii_digit) || !digits(first) {
        return false;
    }
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return false;
    }
    while let Some(mut part) = parts.next() {
        if parts.peek().is_none()
            && let Some(point) = part.iter().position(|&byte| byte == b'.')
        {
            if !digits(part.get(point + 1..).unwrap_or_default()) {
                return false;
            }
            part = part.get(..point).unwrap_or_default();
        }
        match part {
            [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'] => {}
            _ => return false,
        }
    }
    true
}
