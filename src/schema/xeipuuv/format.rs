//! `format` as this library has it: a verdict without a reason. Source: `format_checkers.go`.

use super::Stop;
use crate::go::regexp::Regexp;
use crate::go::time::{Location, parse};
use crate::go::url::Url;
use crate::schema::format::ip;

/// Whether a text is of the named format; `None` for a name that the library does not know. Of a known one no number is.
pub(super) fn is_format(name: &str, text: Option<&str>) -> Result<Option<bool>, Stop> {
    let check: fn(&str) -> bool = match name {
        "date" => |t| is_time("2006-01-02", t),
        "time" => |t| is_time("15:04:05Z07:00", t) || is_time("15:04:05", t),
        "date-time" => |t| {
            const LAYOUTS: [&str; 4] = ["15:04:05", "15:04:05Z07:00", "2006-01-02", "2006-01-02T15:04:05Z07:00"];
            LAYOUTS.into_iter().any(|layout| is_time(layout, t))
        },
        "hostname" => is_hostname,
        "email" | "idn-email" => return text.map_or(Ok(Some(false)), |t| is_email(t).map(Some)),
        "ipv4" => |t| t.contains('.') && is_ip(t),
        "ipv6" => |t| t.contains(':') && is_ip(t),
        "uri" | "iri" => |t| url(t).is_some_and(|url| !url.scheme.is_empty()),
        "uri-reference" | "iri-reference" => |t| url(t).is_some(),
        "uri-template" => |t| url(t).is_some_and(|url| is_balanced(&url.path)),
        "uuid" => is_uuid,
        "regex" => |t| Regexp::new(t.as_bytes()).is_ok(),
        "json-pointer" => is_pointer,
        "relative-json-pointer" => is_relative_pointer,
        _ => return Ok(None),
    };
    Ok(Some(text.is_some_and(check)))
}

fn is_time(layout: &str, text: &str) -> bool {
    parse(layout.as_bytes(), text.as_bytes(), &Location::utc()).is_ok()
}

fn is_hostname(text: &str) -> bool {
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        matches!(bytes.len(), 1..=63)
            && ends.into_iter().flatten().all(u8::is_ascii_alphanumeric)
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    text.len() < 256 && text.split('.').all(is_label)
}

/// `net/mail.ParseAddress`, of addresses without names, comments and quotes.
fn is_email(text: &str) -> Result<bool, Stop> {
    let Some((local, domain)) = text.split_once('@') else { return Ok(false) };
    let is_atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    if !text.chars().all(|c| is_atom(c) || c == '@') {
        return Err(Stop::Unsure("a mail address with more than a name and a host".into()));
    }
    let is_dotted = |part: &str| part.split('.').all(|atom| !atom.is_empty());
    Ok(!domain.contains('@') && is_dotted(local) && is_dotted(domain))
}

/// `net.ParseIP`, which takes no zone.
fn is_ip(text: &str) -> bool {
    matches!(ip::parse(text.as_bytes()), Ok(ip::Zone::Absent))
}

fn url(text: &str) -> Option<Url> {
    Url::parse(text.as_bytes()).ok().filter(|_| !text.contains('\\'))
}

/// Every brace that opens is closed by a later one.
fn is_balanced(path: &[u8]) -> bool {
    let mut rest = path;
    while let Some(open) = rest.iter().position(|b| *b == b'{') {
        let Some(close) = rest[open..].iter().position(|b| *b == b'}') else { return false };
        rest = &rest[open + close + 1..];
    }
    true
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    lengths == [8, 4, 4, 4, 12] && groups.iter().all(|group| group.bytes().all(is_hex))
}

fn is_pointer(text: &str) -> bool {
    let escaped = |text: &str| text.split('~').skip(1).all(|part| part.starts_with(['0', '1']));
    text.is_empty() || text.starts_with('/') && escaped(text)
}

fn is_relative_pointer(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    (number == "0" || !number.is_empty() && !number.starts_with('0')) && (rest == "#" || is_pointer(rest))
}
