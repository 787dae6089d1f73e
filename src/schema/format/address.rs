//! Hosts, IP addresses and mail addresses.

use super::{Checked, ip, no, quoted};
use crate::go::{strconv, utf8};

pub(super) fn ipv4(text: &[u8]) -> Checked {
    let groups: Vec<&[u8]> = text.split(|b| *b == b'.').collect();
    if groups.len() != 4 {
        return no("expected four decimals");
    }
    for group in groups {
        if group.len() > 1 && group.starts_with(b"0") {
            return no("leading zeros");
        }
        let number = strconv::atoi(group).map_err(|e| e.to_string())?;
        if !(0..=255).contains(&number) {
            return no("decimal must be between 0 and 255");
        }
    }
    Ok(())
}

pub(super) fn ipv6(text: &[u8]) -> Checked {
    if !text.contains(&b':') {
        return no("missing colon");
    }
    match ip::parse(text)? {
        ip::Zone::Absent => Ok(()),
        ip::Zone::Present => no("zone id is not a part of ipv6 address"),
    }
}

pub(super) fn hostname(text: &[u8]) -> Checked {
    let text = text.strip_suffix(b".").unwrap_or(text);
    if text.len() > 253 {
        return no("more than 253 characters long");
    }
    for label in text.split(|b| *b == b'.') {
        if label.is_empty() || label.len() > 63 {
            return no("label must be 1 to 63 characters long");
        }
        if label.starts_with(b"-") {
            return no("label starts with hyphen");
        }
        if label.ends_with(b"-") {
            return no("label ends with hyphen");
        }
        let foreign = utf8::runes(label).find(|(_, r)| !r.char.is_ascii_alphanumeric() && r.char != '-');
        if let Some((_, rune)) = foreign {
            return Err(format!("invalid character {}", quoted(rune.char)));
        }
    }
    Ok(())
}

pub(super) fn email(text: &[u8]) -> Checked {
    if text.len() > 254 {
        return no("more than 255 characters long");
    }
    let Some(at) = text.iter().rposition(|b| *b == b'@') else { return no("missing @") };
    let (local, domain) = (&text[..at], &text[at + 1..]);
    if local.len() > 64 {
        return no("local part more than 64 characters long");
    }
    match local.strip_prefix(b"\"").and_then(|l| l.strip_suffix(b"\"")) {
        Some(inner) if inner.iter().any(|b| matches!(b, b'\\' | b'"')) => {
            return no("backslash and quote are not allowed within quoted local part");
        }
        Some(_) => {}
        None => unquoted(local)?,
    }
    if let Some(literal) = domain.strip_prefix(b"[").and_then(|d| d.strip_suffix(b"]")) {
        return match literal.strip_prefix(b"IPv6:") {
            Some(rest) => ipv6(rest).map_err(|e| format!("invalid ipv6 address: {e}")),
            None => ipv4(literal).map_err(|e| format!("invalid ipv4 address: {e}")),
        };
    }
    hostname(domain).map_err(|e| format!("invalid domain: {e}"))
}

fn unquoted(local: &[u8]) -> Checked {
    if local.starts_with(b".") {
        return no("starts with dot");
    }
    if local.ends_with(b".") {
        return no("ends with dot");
    }
    if local.windows(2).any(|w| w == b"..") {
        return no("consecutive dots");
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
    match utf8::runes(local).find(|(_, r)| !allowed(r.char)) {
        Some((_, rune)) => Err(format!("invalid character {}", quoted(rune.char))),
        None => Ok(()),
    }
}
