//! The host of a URL, with the literal addresses that may stand in brackets (net/netip's reading, for its errors).

use super::escape::{Mode, unescape};
use crate::go::strconv;

/// `parseHost`: the host unescaped, with its port.
pub(super) fn parse(scheme: &[u8], host: &[u8]) -> Result<Vec<u8>, String> {
    let bad_port = |port: &[u8]| Err(format!("invalid port {} after host", strconv::quote(port)));
    match host.iter().rposition(|&b| b == b'[') {
        Some(0) => {
            let Some(close) = host.iter().rposition(|&b| b == b']') else {
                return Err("missing ']' in host".into());
            };
            let port = &host[close + 1..];
            if !is_optional_port(port) {
                return bad_port(port);
            }
            let port = unescape(port, Mode::Host)?;
            let address = literal(&host[1..close])?;
            return Ok([b"[", &address[..], b"]", &port].concat());
        }
        Some(_) => return Err("invalid IP-literal".into()),
        None => {}
    }
    // Lists of hosts, which database drivers take, have colons inside; http must not.
    let strict = matches!(scheme, b"http" | b"https");
    let is_colon = |&b: &u8| b == b':';
    let colon = if strict { host.iter().position(is_colon) } else { host.iter().rposition(is_colon) };
    if let Some(port) = colon.map(|colon| &host[colon..])
        && !is_optional_port(port)
    {
        return bad_port(port);
    }
    unescape(host, Mode::Host)
}

/// Nothing, or a colon and digits, which may be none.
pub(super) fn is_optional_port(text: &[u8]) -> bool {
    match text.split_first() {
        None => true,
        Some((b':', digits)) => digits.iter().all(u8::is_ascii_digit),
        Some(_) => false,
    }
}

/// What stands in brackets: an IPv6 address with or without zone.
fn literal(text: &[u8]) -> Result<Vec<u8>, String> {
    let address = match text.windows(3).position(|w| w == b"%25") {
        Some(zone) => [unescape(&text[..zone], Mode::Host)?, unescape(&text[zone..], Mode::Zone)?].concat(),
        None => unescape(text, Mode::Host)?,
    };
    let complaint = |(message, at): (&str, Option<&[u8]>)| {
        let at = at.map(|at| format!(" (at {})", strconv::quote(at))).unwrap_or_default();
        format!("invalid host: ParseAddr({}): {message}{at}", strconv::quote(&address))
    };
    match address.iter().find(|b| b".:%".contains(b)) {
        Some(b':') => check_ipv6(&address).map_err(complaint)?,
        Some(b'.') => {
            check_ipv4(&address).map_err(complaint)?;
            return Err("invalid IP-literal".into());
        }
        Some(_) => return Err(complaint(("missing IPv6 address", None))),
        None => return Err(complaint(("unable to parse IP", None))),
    }
    Ok(address)
}

/// What is wrong with an address, and from where on.
type Complaint<'t> = (&'static str, Option<&'t [u8]>);

/// `parseIPv4Fields`.
fn check_ipv4(text: &[u8]) -> Result<(), Complaint<'_>> {
    let (mut value, mut digits, mut dots) = (0u32, 0, 0);
    for (i, &byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(("IPv4 field has octet with leading zero", None));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(("IPv4 field has value >255", None));
                }
            }
            b'.' => {
                if digits == 0 || i == text.len() - 1 {
                    return Err(("IPv4 field must have at least one digit", Some(&text[i..])));
                }
                if dots == 3 {
                    return Err(("IPv4 address too long", None));
                }
                (value, digits, dots) = (0, 0, dots + 1);
            }
            _ => return Err(("unexpected character", Some(&text[i..]))),
        }
    }
    if dots < 3 { Err(("IPv4 address too short", None)) } else { Ok(()) }
}

/// `parseIPv6`.
fn check_ipv6(text: &[u8]) -> Result<(), Complaint<'_>> {
    let mut rest = text;
    if let Some(percent) = text.iter().position(|&b| b == b'%') {
        rest = &text[..percent];
        if percent + 1 == text.len() {
            return Err(("zone must be a non-empty string", None));
        }
    }
    let mut ellipsis = false;
    if let Some(after) = rest.strip_prefix(b"::") {
        (rest, ellipsis) = (after, true);
        if rest.is_empty() {
            return Ok(());
        }
    }
    let mut bytes = 0;
    while bytes < 16 {
        let digits = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        if digits > 4 {
            return Err(("each group must have 4 or less digits", Some(rest)));
        }
        if digits == 0 {
            return Err(("each colon-separated field must have at least one digit", Some(rest)));
        }
        if rest.get(digits) == Some(&b'.') {
            if !ellipsis && bytes != 12 {
                let message = "embedded IPv4 address must replace the final 2 fields of the address";
                return Err((message, Some(rest)));
            }
            if bytes + 4 > 16 {
                let message = "too many hex fields to fit an embedded IPv4 at the end of the address";
                return Err((message, Some(rest)));
            }
            check_ipv4(rest)?;
            (rest, bytes) = (b"", bytes + 4);
            break;
        }
        bytes += 2;
        rest = &rest[digits..];
        match rest {
            [] => break,
            [b':'] => return Err(("colon must be followed by more characters", Some(rest))),
            [b':', b':', ..] if ellipsis => return Err(("multiple :: in address", Some(&rest[1..]))),
            [b':', b':', after @ ..] => {
                (rest, ellipsis) = (after, true);
                if rest.is_empty() {
                    break;
                }
            }
            [b':', after @ ..] => rest = after,
            _ => return Err(("unexpected character, want colon", Some(rest))),
        }
    }
    if !rest.is_empty() {
        return Err(("trailing garbage after address", Some(rest)));
    }
    match bytes {
        16 if ellipsis => Err(("the :: must expand to at least one field of zeros", None)),
        16 => Ok(()),
        _ if ellipsis => Ok(()),
        _ => Err(("address string too short", None)),
    }
}
