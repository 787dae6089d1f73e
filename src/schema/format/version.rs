//! Names of things: UUIDs and semantic versions.

use super::{Checked, no, quoted};
use crate::go::utf8;

pub(super) fn uuid(text: &[u8]) -> Checked {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let groups: Vec<&[u8]> = text.split(|b| *b == b'-').collect();
    if groups.len() != LENGTHS.len() {
        return no("must have 5 elements");
    }
    for (i, (group, length)) in groups.iter().zip(LENGTHS).enumerate() {
        if group.len() != length {
            return Err(format!("element {} must be {length} characters long", i + 1));
        }
        if let Some((_, rune)) = utf8::runes(group).find(|(_, r)| !r.char.is_ascii_hexdigit()) {
            return Err(format!("non-hex character {}", quoted(rune.char)));
        }
    }
    Ok(())
}

pub(super) fn semver(text: &[u8]) -> Checked {
    let (text, build) = cut(text, b'+');
    if let Some(build) = build {
        if build.is_empty() {
            return no("build is empty");
        }
        identifiers(build, "build")?;
    }
    let (core, pre_release) = cut(text, b'-');
    if let Some(pre_release) = pre_release {
        identifiers(pre_release, "pre-release")?;
    }
    let numbers: Vec<&[u8]> = core.split(|b| *b == b'.').collect();
    if numbers.len() != 3 {
        return no("versionCore must have 3 numbers separated by dot");
    }
    for (number, name) in numbers.iter().zip(["major", "minor", "patch"]) {
        if number.is_empty() {
            return Err(format!("{name} is empty"));
        }
        if number.len() > 1 && number.starts_with(b"0") {
            return Err(format!("{name} starts with zero"));
        }
        if !number.iter().all(u8::is_ascii_digit) {
            return Err(format!("{name} contains non-digit"));
        }
    }
    Ok(())
}

/// What stands between the dots. Of a pre-release, numbers may not begin with a zero.
fn identifiers(text: &[u8], part: &str) -> Checked {
    for identifier in text.split(|b| *b == b'.') {
        if identifier.is_empty() {
            return Err(format!("{part} identifier is empty"));
        }
        let foreign = utf8::runes(identifier).find(|(_, r)| !r.char.is_ascii_alphanumeric() && r.char != '-');
        if let Some((_, rune)) = foreign {
            return Err(format!("invalid character {} in {part} identifier", quoted(rune.char)));
        }
        let is_number = identifier.iter().all(u8::is_ascii_digit);
        if part == "pre-release" && is_number && identifier.len() > 1 && identifier.starts_with(b"0") {
            return no("pre-release numeric identifier starts with zero");
        }
    }
    Ok(())
}

/// `strings.Cut`.
fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|b| *b == at) {
        Some(i) => (&text[..i], Some(&text[i + 1..])),
        None => (text, None),
    }
}
