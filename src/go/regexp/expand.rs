//! Replacement templates: `$1`, `${1}`, `$name`, `$$`. Source: regexp.go `expand` and `extract`.

use super::Groups;
use crate::go::{unicode, utf8};

/// Appends the template with each reference replaced by what its group matched; a malformed `$` stands for itself.
pub(super) fn expand(out: &mut Vec<u8>, template: &[u8], text: &[u8], groups: &Groups, names: &[String]) {
    let mut rest = template;
    while let Some(at) = rest.iter().position(|&b| b == b'$') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(b"$") {
            out.push(b'$');
            rest = after;
            continue;
        }
        let Some((name, after)) = reference(rest) else {
            out.push(b'$');
            continue;
        };
        rest = after;
        let found = match number(name) {
            Some(n) => groups.get(n).cloned().flatten(),
            // Of groups that share a name, the first that took part.
            None => names.iter().zip(groups).find_map(|(n, g)| g.clone().filter(|_| n.as_bytes() == name)),
        };
        if let Some(range) = found {
            out.extend_from_slice(&text[range]);
        }
    }
    out.extend_from_slice(rest);
}

/// The name at the start of what follows `$`, in braces or as long as letters, digits and underscores go.
fn reference(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (text, braced) = match text.strip_prefix(b"{") {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let in_name = |c: char| unicode::is_letter(c) || unicode::is_digit(c) || c == '_';
    let end = utf8::runes(text).find(|(_, rune)| !in_name(rune.char)).map_or(text.len(), |(at, _)| at);
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    if braced { rest.strip_prefix(b"}").map(|rest| (name, rest)) } else { Some((name, rest)) }
}

/// The name as a group's number; a leading zero or too many digits make it a name.
fn number(name: &[u8]) -> Option<usize> {
    if name.len() > 1 && name.starts_with(b"0") {
        return None;
    }
    name.iter().try_fold(0usize, |n, &b| match b {
        b'0'..=b'9' if n < 100_000_000 => Some(n * 10 + usize::from(b - b'0')),
        _ => None,
    })
}
