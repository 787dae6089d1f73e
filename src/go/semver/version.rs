//! One version: parsing (loose and strict), order, increments. Source: semver/v3 version.go.

use super::{Error, SemverRelease, error, take_identifiers, take_while};
use std::cmp::Ordering;
use std::fmt;

/// Longest text that is looked at (bytes).
const MAX_LEN: usize = 256;

const TOO_LONG: &str = "version string is too long (max 256 bytes)";
const INVALID: &str = "invalid semantic version";
const STARTS_ZERO: &str = "version segment starts with 0";

/// A version as parsed. All its text is ASCII: nothing else parses.
#[derive(Debug, Clone)]
pub struct Version {
    major: u64,
    minor: u64,
    patch: u64,
    pre: String,
    metadata: String,
    original: String,
    release: SemverRelease,
}

/// 3.3 begins its words with capitals.
fn told(release: SemverRelease, lower: &str, capital: &str) -> Error {
    error(if release >= SemverRelease::V3_4 { lower } else { capital })
}

impl Version {
    /// `NewVersion`: takes `v1`, `1.2` and leading zeros, and completes them to three numbers.
    pub fn parse(text: &[u8], release: SemverRelease) -> Result<Version, Error> {
        if release >= SemverRelease::V3_5 && text.len() > MAX_LEN {
            return Err(error(TOO_LONG));
        }
        let invalid = || told(release, INVALID, "Invalid Semantic Version");
        let mut rest = text.strip_prefix(b"v").unwrap_or(text);
        let major = take_while(&mut rest, |b| b.is_ascii_digit());
        if major.is_empty() {
            return Err(invalid());
        }
        let minor = take_dotted_number(&mut rest);
        let patch = if minor.is_empty() { b"" } else { take_dotted_number(&mut rest) };
        let pre = ascii(take_identifiers(&mut rest, b'-'));
        let metadata = ascii(take_identifiers(&mut rest, b'+'));
        if !rest.is_empty() {
            return Err(invalid());
        }
        let outer = if release >= SemverRelease::V3_4 { "error" } else { "Error" };
        let number = |digits: &[u8]| match digits {
            b"" => Ok(0),
            _ => parse_uint(digits).map_err(|e| error(format!("{outer} parsing version segment: {e}"))),
        };
        let (major, minor, patch) = (number(major)?, number(minor)?, number(patch)?);
        if !pre.is_empty() {
            validate_prerelease(pre.as_bytes(), release)?;
        }
        Ok(Version { major, minor, patch, pre, metadata, original: ascii(text), release })
    }

    /// `StrictNewVersion` of the newest release: three numbers without leading zeros or `v`.
    pub fn parse_strict(text: &[u8]) -> Result<Version, Error> {
        let release = SemverRelease::V3_5;
        match text.len() {
            0 => return Err(error("version string empty")),
            MAX_LEN.. if text.len() > MAX_LEN => return Err(error(TOO_LONG)),
            _ => {}
        }
        let mut parts = text.splitn(3, |&b| b == b'.');
        let (Some(major), Some(minor), Some(mut patch)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(error(INVALID));
        };
        let (mut pre, mut metadata) = (&b""[..], &b""[..]);
        if let Some((head, tail)) = cut(patch, b'+') {
            (patch, metadata) = (head, tail);
            validate_metadata(metadata, release)?;
        }
        if let Some((head, tail)) = cut(patch, b'-') {
            (patch, pre) = (head, tail);
            validate_prerelease(pre, release)?;
        }
        for part in [major, minor, patch] {
            if !part.iter().all(u8::is_ascii_digit) {
                return Err(error("invalid characters in version"));
            }
            if part.len() > 1 && part.starts_with(b"0") {
                return Err(error(STARTS_ZERO));
            }
        }
        let number = |digits: &[u8]| parse_uint(digits).map_err(error);
        Ok(Version {
            major: number(major)?,
            minor: number(minor)?,
            patch: number(patch)?,
            pre: ascii(pre),
            metadata: ascii(metadata),
            original: ascii(text),
            release,
        })
    }

    pub fn major(&self) -> u64 {
        self.major
    }

    pub fn minor(&self) -> u64 {
        self.minor
    }

    pub fn patch(&self) -> u64 {
        self.patch
    }

    /// The part after `-`, empty without one.
    pub fn prerelease(&self) -> &str {
        &self.pre
    }

    /// The part after `+`, empty without one.
    pub fn metadata(&self) -> &str {
        &self.metadata
    }

    /// The text that was parsed.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// `IncMajor`; the error is the text of the library's panic on overflow.
    pub fn inc_major(&self) -> Result<Version, Error> {
        let major = self.add_one(self.major);
        let major = major.ok_or_else(|| error("major version increment would overflow uint64"))?;
        Ok(self.next(major, 0, 0))
    }

    /// `IncMinor`; the error is the text of the library's panic on overflow.
    pub fn inc_minor(&self) -> Result<Version, Error> {
        let minor = self.add_one(self.minor);
        let minor = minor.ok_or_else(|| error("minor version increment would overflow uint64"))?;
        Ok(self.next(self.major, minor, 0))
    }

    /// `IncPatch`: of a prerelease this is its release. The error is the text of the library's panic on overflow.
    pub fn inc_patch(&self) -> Result<Version, Error> {
        let patch = if self.pre.is_empty() { self.add_one(self.patch) } else { Some(self.patch) };
        let patch = patch.ok_or_else(|| error("patch version increment would overflow uint64"))?;
        Ok(self.next(self.major, self.minor, patch))
    }

    /// `SetPrerelease`: `pre` without the hyphen.
    pub fn with_prerelease(&self, pre: &[u8]) -> Result<Version, Error> {
        if !pre.is_empty() {
            validate_prerelease(pre, self.release)?;
        }
        Ok(Version { pre: ascii(pre), ..self.clone() }.renamed())
    }

    /// `SetMetadata`: `metadata` without the plus sign.
    pub fn with_metadata(&self, metadata: &[u8]) -> Result<Version, Error> {
        if !metadata.is_empty() {
            validate_metadata(metadata, self.release)?;
        }
        Ok(Version { metadata: ascii(metadata), ..self.clone() }.renamed())
    }

    /// `Compare`: prereleases stand below their release, metadata does not count.
    pub fn compare(&self, other: &Version) -> Ordering {
        let numbers = |v: &Version| (v.major, v.minor, v.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| match (self.pre.as_str(), other.pre.as_str()) {
            ("", "") => Ordering::Equal,
            ("", _) => Ordering::Greater,
            (_, "") => Ordering::Less,
            (a, b) => compare_prerelease(a, b),
        })
    }

    /// Releases before 3.5 begin anew at 0.
    fn add_one(&self, number: u64) -> Option<u64> {
        if self.release >= SemverRelease::V3_5 { number.checked_add(1) } else { Some(number.wrapping_add(1)) }
    }

    fn next(&self, major: u64, minor: u64, patch: u64) -> Version {
        let bare = Version { major, minor, patch, pre: String::new(), metadata: String::new(), ..self.clone() };
        bare.renamed()
    }

    /// The same version with `original` written anew: a leading `v` stays.
    fn renamed(self) -> Version {
        let prefix = if self.original.starts_with('v') { "v" } else { "" };
        let original = format!("{prefix}{self}");
        Version { original, ..self }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

/// Order of two prereleases, part by part; a missing part stands below any other.
pub(super) fn compare_prerelease(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let (x, y) = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (x, y) => (x.unwrap_or(""), y.unwrap_or("")),
        };
        if x != y {
            return compare_part(x, y);
        }
    }
}

/// Order of two different parts: numbers below words; a number too large for 64 bits counts as a word.
fn compare_part(a: &str, b: &str) -> Ordering {
    if a.is_empty() || b.is_empty() {
        return if a.is_empty() { Ordering::Less } else { Ordering::Greater };
    }
    match (parse_uint(a.as_bytes()), parse_uint(b.as_bytes())) {
        (Err(_), Err(_)) => a.cmp(b),
        (Err(_), Ok(_)) => Ordering::Greater,
        (Ok(_), Err(_)) => Ordering::Less,
        // Unequal texts of one number ("1", "01") cannot both be valid; the library would answer "less".
        (Ok(x), Ok(y)) => x.cmp(&y).then(Ordering::Less),
    }
}

fn validate_prerelease(text: &[u8], release: SemverRelease) -> Result<(), Error> {
    let invalid = || told(release, "invalid prerelease string", "Invalid Prerelease string");
    for part in text.split(|&b| b == b'.') {
        if part.is_empty() && release >= SemverRelease::V3_4 {
            return Err(invalid());
        }
        if part.iter().all(u8::is_ascii_digit) {
            if part.len() > 1 && part.starts_with(b"0") {
                return Err(told(release, STARTS_ZERO, "Version segment starts with 0"));
            }
        } else if !part.iter().all(is_allowed) {
            return Err(invalid());
        }
    }
    Ok(())
}

fn validate_metadata(text: &[u8], release: SemverRelease) -> Result<(), Error> {
    let refuses_empty = release >= SemverRelease::V3_4;
    if text.split(|&b| b == b'.').any(|part| (part.is_empty() && refuses_empty) || !part.iter().all(is_allowed)) {
        return Err(told(release, "invalid metadata string", "Invalid Metadata string"));
    }
    Ok(())
}

fn is_allowed(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'-'
}

/// `.12` off the front; empty when there is no dot with digits.
fn take_dotted_number<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let Some(mut tail) = rest.strip_prefix(b".") else { return b"" };
    let digits = take_while(&mut tail, |b| b.is_ascii_digit());
    if !digits.is_empty() {
        *rest = tail;
    }
    digits
}

/// `strconv.ParseUint(digits, 10, 64)` with its error's text.
fn parse_uint(digits: &[u8]) -> Result<u64, String> {
    let text = String::from_utf8_lossy(digits);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(format!("strconv.ParseUint: parsing \"{text}\": invalid syntax"));
    }
    text.parse().map_err(|_| format!("strconv.ParseUint: parsing \"{text}\": value out of range"))
}

fn cut(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let i = text.iter().position(|&b| b == at)?;
    Some((&text[..i], &text[i + 1..]))
}

fn ascii(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
