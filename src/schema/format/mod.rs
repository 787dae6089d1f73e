//! `format`: what the schema library takes for an address, a time, a version, in its words.
//!
//! Source: santhosh-tekuri/jsonschema v6, `format.go`. Only strings are looked at; a format that it does not know says
//! nothing.

mod address;
mod instant;
pub mod ip;
mod pointer;
mod uri;
mod version;

use crate::go::regexp::Regexp;

/// Why a text is not of a format; the words are Go's or the library's.
type Checked = Result<(), String>;

/// Why a text is not of the named format. `None` when it is, and for unknown names.
pub fn check(name: &str, text: &[u8]) -> Option<String> {
    let check: fn(&[u8]) -> Checked = match name {
        "json-pointer" => pointer::absolute,
        "relative-json-pointer" => pointer::relative,
        "uuid" => version::uuid,
        "duration" => instant::duration,
        "period" => instant::period,
        "ipv4" => address::ipv4,
        "ipv6" => address::ipv6,
        "hostname" => address::hostname,
        "email" => address::email,
        "date" => instant::date,
        "time" => instant::time,
        "date-time" => instant::date_time,
        "uri" | "iri" => uri::absolute,
        "uri-reference" | "iri-reference" => uri::reference,
        "uri-template" => uri::template,
        "semver" => version::semver,
        "regex" => regex,
        _ => return None,
    };
    check(text).err()
}

fn regex(text: &[u8]) -> Checked {
    Regexp::new(text).map(|_| ()).map_err(|e| String::from_utf8_lossy(&e.message()).into_owned())
}

/// `Err` with plain words.
fn no(words: &str) -> Checked {
    Err(words.into())
}

/// `%q` of a rune.
fn quoted(rune: char) -> String {
    crate::go::strconv::quote_rune(rune.into())
}

#[cfg(test)]
mod tests;
