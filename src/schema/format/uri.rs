//! URLs, as net/url parses them.

use super::{Checked, address, no};
use crate::go::url::{Url, path_unescape};
use crate::go::utf8;

pub(super) fn absolute(text: &[u8]) -> Checked {
    if parse(text)?.is_absolute() { Ok(()) } else { no("relative url") }
}

pub(super) fn reference(text: &[u8]) -> Checked {
    if text.contains(&b'\\') {
        return no("contains \\");
    }
    parse(text).map(|_| ())
}

/// Only a path that is not written as net/url would write it can hold braces, so only that is looked at.
pub(super) fn template(text: &[u8]) -> Checked {
    let url = parse(text)?;
    for part in url.raw_path.split(|b| *b == b'/') {
        let part = path_unescape(part).map_err(|e| format!("percent decode failed: {e}"))?;
        let mut open = false;
        for (_, rune) in utf8::runes(&part) {
            if !matches!(rune.char, '{' | '}') {
                continue;
            }
            if (rune.char == '{') == open {
                return no("nested curly braces");
            }
            open = !open;
        }
        if open {
            return no("no matching closing brace");
        }
    }
    Ok(())
}

fn parse(text: &[u8]) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|e| e.to_string())?;
    let host = url.hostname();
    if host.contains(&b':') {
        if !url.host.contains(&b'[') || !url.host.contains(&b']') {
            return Err("ipv6 address not enclosed in brackets".into());
        }
        address::ipv6(host).map_err(|e| format!("invalid ipv6 address: {e}"))?;
    }
    Ok(url)
}
