//! `netip.ParseAddr`, for its verdict and its errors: the address itself is not wanted.

use crate::go::strconv::quote;

/// Whether the address names a zone (`fe80::1%eth0`).
pub enum Zone {
    Absent,
    Present,
}

/// `netip.ParseAddr`.
pub fn parse(text: &[u8]) -> Result<Zone, String> {
    match text.iter().find(|b| matches!(b, b'.' | b':' | b'%')) {
        Some(b'.') => v4(text, text).map(|()| Zone::Absent),
        Some(b':') => v6(text),
        Some(_) => Err(failed(text, "missing IPv6 address", b"")),
        None => Err(failed(text, "unable to parse IP", b"")),
    }
}

fn failed(text: &[u8], words: &str, at: &[u8]) -> String {
    let at = if at.is_empty() { String::new() } else { format!(" (at {})", quote(at)) };
    format!("ParseAddr({}): {words}{at}", quote(text))
}

/// The four decimals in `part` of `text`.
fn v4(text: &[u8], part: &[u8]) -> Result<(), String> {
    let wrong = |words, at| Err(failed(text, words, at));
    let (mut value, mut dots, mut digits) = (0u32, 0, 0);
    for (i, byte) in part.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return wrong("IPv4 field has octet with leading zero", b"");
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return wrong("IPv4 field has value >255", b"");
                }
            }
            b'.' => {
                if i == 0 || i == part.len() - 1 || part[i - 1] == b'.' {
                    return wrong("IPv4 field must have at least one digit", &part[i..]);
                }
                if dots == 3 {
                    return wrong("IPv4 address too long", b"");
                }
                dots += 1;
                (value, digits) = (0, 0);
            }
            _ => return wrong("unexpected character", &part[i..]),
        }
    }
    if dots < 3 { wrong("IPv4 address too short", b"") } else { Ok(()) }
}

fn v6(text: &[u8]) -> Result<Zone, String> {
    let wrong = |words, at| Err(failed(text, words, at));
    let percent = text.iter().position(|b| *b == b'%');
    let mut rest = &text[..percent.unwrap_or(text.len())];
    if percent.is_some_and(|at| at + 1 == text.len()) {
        return wrong("zone must be a non-empty string", b"");
    }
    let zone = || if percent.is_some() { Zone::Present } else { Zone::Absent };
    let mut ellipsis = false;
    if let Some(after) = rest.strip_prefix(b"::") {
        ellipsis = true;
        rest = after;
        if rest.is_empty() {
            return Ok(zone());
        }
    }
    let mut bytes = 0;
    while bytes < 16 {
        let digits = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        if digits > 4 {
            return wrong("each group must have 4 or less digits", rest);
        }
        if digits == 0 {
            return wrong("each colon-separated field must have at least one digit", rest);
        }
        if rest.get(digits) == Some(&b'.') {
            if !ellipsis && bytes != 12 {
                return wrong("embedded IPv4 address must replace the final 2 fields of the address", rest);
            }
            if bytes + 4 > 16 {
                return wrong("too many hex fields to fit an embedded IPv4 at the end of the address", rest);
            }
            v4(text, rest)?;
            rest = b"";
            bytes += 4;
            break;
        }
        bytes += 2;
        rest = &rest[digits..];
        match rest {
            [] => break,
            [b':'] => return wrong("colon must be followed by more characters", rest),
            [b':', after @ ..] => rest = after,
            _ => return wrong("unexpected character, want colon", rest),
        }
        if let Some(after) = rest.strip_prefix(b":") {
            if ellipsis {
                return wrong("multiple :: in address", rest);
            }
            ellipsis = true;
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
    }
    if !rest.is_empty() {
        return wrong("trailing garbage after address", rest);
    }
    match (bytes < 16, ellipsis) {
        (true, false) => wrong("address string too short", b""),
        (false, true) => wrong("the :: must expand to at least one field of zeros", b""),
        _ => Ok(zone()),
    }
}
