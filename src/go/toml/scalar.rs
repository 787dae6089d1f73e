//! Numbers, dates and strings out of their tokens. Source: parse.go.

use super::Times;
use super::decode::Problem;
use crate::dialect::TomlRelease;
use crate::go::strconv::{self, Reason};
use crate::go::time::{self, Location, Time};

/// `valueInteger`
pub(super) fn integer(text: &str) -> Result<i64, Problem> {
    let shown = strconv::quote(text.as_bytes());
    if !underscores_ok(text) {
        return Err(Problem::Item(format!("Invalid integer {shown}: underscores must be surrounded by digits")));
    }
    if has_leading_zero(text) {
        return Err(Problem::Item(format!("Invalid integer {shown}: cannot have leading zeroes")));
    }
    strconv::parse_int(text.as_bytes(), 0, 64).map_err(|e| match e.reason {
        Reason::Range => Problem::Item(format!("{text} is out of range for int64")),
        _ => Problem::Bug(format!("Expected integer value, but got '{text}'.")),
    })
}

/// `valueFloat`
pub(super) fn float(text: &str) -> Result<f64, Problem> {
    let shown = strconv::quote(text.as_bytes());
    let parts: Vec<&str> = text.split(['.', 'e', 'E']).filter(|part| !part.is_empty()).collect();
    if parts.iter().any(|part| !underscores_ok(part)) {
        return Err(Problem::Item(format!("Invalid float {shown}: underscores must be surrounded by digits")));
    }
    if parts.first().is_some_and(|first| has_leading_zero(first)) {
        return Err(Problem::Item(format!("Invalid float {shown}: cannot have leading zeroes")));
    }
    let mut rest = text.split('.').skip(1);
    if rest.any(|after| !after.starts_with(|c: char| c.is_ascii_digit())) {
        let message = format!("Invalid float {shown}: '.' must be followed by one or more digits");
        return Err(Problem::Item(message));
    }
    let plain = text.replace('_', "");
    match plain.as_str() {
        "+nan" => return Ok(f64::NAN),
        "-nan" => return Ok(-f64::NAN),
        _ => {}
    }
    strconv::parse_float(plain.as_bytes(), 64).map_err(|e| {
        Problem::Item(match e.reason {
            Reason::Range => format!("{text} is out of range for float64"),
            _ => format!("Invalid float value: {shown}"),
        })
    })
}

/// `valueDatetime`: with an offset, or local in one of these forms that the encoder tells by the zone's name.
pub(super) fn datetime(text: &str, times: &Times<'_, '_>, release: TomlRelease) -> Result<Time, Problem> {
    let text = text.replace('z', "Z").replace(['t', ' '], "T");
    let local = |name: &str| Location::fixed(name.as_bytes(), times.local_offset);
    let forms = [
        ("2006-01-02T15:04:05.999999999Z07:00", None),
        ("2006-01-02T15:04:05.999999999", Some("datetime-local")),
        ("2006-01-02", Some("date-local")),
        ("15:04:05.999999999", Some("time-local")),
        ("2006-01-02T15:04Z07:00", None),
        ("2006-01-02T15:04", Some("datetime-local")),
        ("15:04", Some("time-local")),
    ];
    let invalid = || Problem::Item(format!("invalid datetime: {}", strconv::quote(text.as_bytes())));
    // TOML 1.1 leaves the seconds out.
    let known = if release >= TomlRelease::V1_6 { forms.len() } else { 4 };
    for (layout, zone) in forms.into_iter().take(known) {
        let zone = zone.map_or_else(|| times.local.clone(), local);
        if let Ok(parsed) = time::parse_in_location(layout.as_bytes(), text.as_bytes(), &zone) {
            return if misses_leading_zero(&text, layout) { Err(invalid()) } else { Ok(parsed) };
        }
    }
    Err(invalid())
}

/// Go takes `7:30` for `07:30`: the separators are then not where the layout has them.
fn misses_leading_zero(text: &str, layout: &str) -> bool {
    let until = layout.find(['.', 'Z']).unwrap_or(layout.len());
    let pairs = layout.bytes().take(until).zip(text.bytes());
    pairs.into_iter().any(|(l, t)| !l.is_ascii_digit() && l != t)
}

fn has_leading_zero(text: &str) -> bool {
    match text.as_bytes() {
        [b'0', second, ..] => !matches!(second, b'b' | b'o' | b'x'),
        [b'+' | b'-', b'0', _, ..] => true,
        _ => false,
    }
}

fn underscores_ok(text: &str) -> bool {
    if matches!(text, "nan" | "+nan" | "-nan" | "inf" | "-inf" | "+inf") {
        return true;
    }
    let mut accept = false;
    for c in text.chars() {
        if c == '_' && !accept {
            return false;
        }
        accept = c.is_ascii_hexdigit();
    }
    accept
}

/// Drops the newline that directly follows the opening quotes.
pub(super) fn without_first_newline(text: &str) -> &str {
    text.strip_prefix('\n').or_else(|| text.strip_prefix("\r\n")).unwrap_or(text)
}

/// Drops what follows a backslash at the end of a line, up to the next text.
pub(super) fn without_escaped_newlines(mut text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('\\')) {
        let slash = from + at;
        let after = &text[slash + 1..];
        if after.starts_with('\\') {
            from = slash + 2;
            continue;
        }
        let blank = after.len() - after.trim_start_matches([' ', '\t', '\r', '\n']).len();
        if !after[..blank].contains('\n') {
            from = slash + 1;
            continue;
        }
        out.push_str(&text[..slash]);
        text = &after[blank..];
        from = 0;
    }
    out + text
}

/// `replaceEscapes`
pub(super) fn unescaped(text: &str) -> Result<String, Problem> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let mut chars = after.chars();
        let digits = match chars.next() {
            Some(c @ (' ' | '\t')) => return Err(Problem::Item(format!("invalid escape: '\\{c}'"))),
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            Some(c) => {
                out.push(match c {
                    'b' => '\x08',
                    't' => '\t',
                    'n' => '\n',
                    'f' => '\x0c',
                    'r' => '\r',
                    'e' => '\x1b',
                    '"' | '\\' => c,
                    c => {
                        let c = strconv::quote_rune(u32::from(c));
                        return Err(Problem::Bug(format!("Expected valid escape code after \\, but got {c}.")));
                    }
                });
                0
            }
            None => return Err(Problem::Bug("Escape sequence at end of string.".into())),
        };
        rest = chars.as_str();
        if digits > 0 {
            // The lexer has seen that many digits.
            let (code, tail) = rest.split_at_checked(digits).unwrap_or((rest, ""));
            match u32::from_str_radix(code, 16).ok().and_then(char::from_u32) {
                Some(c) => out.push(c),
                None => {
                    return Err(Problem::Item(format!("Escaped character '\\u{code}' is not valid UTF-8.")));
                }
            }
            rest = tail;
        }
    }
    out.push_str(rest);
    Ok(out)
}
