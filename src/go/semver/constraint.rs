//! Constraints: `>=1.2 <2 || ~3.1`, wildcards, hyphen ranges. Source: semver/v3 constraints.go.

use super::version::compare_prerelease;
use super::{Error, SemverRelease, Version, error, take_identifiers, take_while};
use crate::go::strconv;
use std::cmp::Ordering;
use std::fmt;

/// Longest text that is looked at (bytes), before hyphen ranges are rewritten.
const MAX_LEN: usize = 512;
const MAX_GROUPS: usize = 32;

/// Groups joined by `||`; a version satisfies all constraints of one group.
#[derive(Debug, Clone)]
pub struct Constraints {
    groups: Vec<Group>,
    release: SemverRelease,
}

#[derive(Debug, Clone)]
struct Group {
    constraints: Vec<Constraint>,
    /// Some constraint of the group names a prerelease, so prereleases take part.
    prereleases: bool,
}

#[derive(Debug, Clone)]
struct Constraint {
    op: Op,
    /// The operator as written.
    op_text: String,
    /// The version as written, which may have wildcards.
    orig: String,
    version: Version,
    /// A wildcard or a missing part stands anywhere; and where it stands.
    dirty: bool,
    minor_dirty: bool,
    patch_dirty: bool,
}

#[derive(Debug, Clone, Copy)]
enum Op {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterEqual,
    LessEqual,
    Tilde,
    Caret,
}

impl Constraints {
    /// `NewConstraint`.
    pub fn parse(text: &[u8], release: SemverRelease) -> Result<Constraints, Error> {
        let bounded = release >= SemverRelease::V3_5;
        if bounded && text.len() > MAX_LEN {
            return Err(error("constraint string is too long (max 512 bytes)"));
        }
        let text = rewrite_ranges(text);
        let segments = split_or(&text);
        if bounded && segments.len() > MAX_GROUPS {
            return Err(error("too many constraint groups (max 32)"));
        }
        let groups = segments.into_iter().map(|segment| Group::parse(segment, release)).collect::<Result<_, _>>()?;
        Ok(Constraints { groups, release })
    }

    /// `Check`: whether the version satisfies one group.
    pub fn check(&self, version: &Version) -> bool {
        let asks_each = self.release == SemverRelease::V3_3;
        let looks = |group: &Group, constraint: &Constraint| match asks_each {
            true => constraint.looks_at_prereleases(),
            false => group.prereleases,
        };
        self.groups.iter().any(|g| g.constraints.iter().all(|c| c.check(version, looks(g, c)).is_ok()))
    }

    /// `Validate` of the newest release: nothing when satisfied, else the reason of every constraint that failed, in order.
    pub fn validate(&self, version: &Version) -> Result<(), Vec<Error>> {
        let mut reasons = Vec::new();
        let mut told_prerelease = false;
        for group in &self.groups {
            let mut satisfied = true;
            for constraint in &group.constraints {
                if !group.prereleases && !version.prerelease().is_empty() {
                    if !told_prerelease {
                        reasons.push(only_releases(version));
                        told_prerelease = true;
                    }
                    satisfied = false;
                } else if let Err(reason) = constraint.check(version, group.prereleases) {
                    reasons.push(reason);
                    satisfied = false;
                }
            }
            if satisfied {
                return Ok(());
            }
        }
        Err(reasons)
    }
}

impl fmt::Display for Constraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, group) in self.groups.iter().enumerate() {
            f.write_str(if i > 0 { " || " } else { "" })?;
            for (k, constraint) in group.constraints.iter().enumerate() {
                f.write_str(if k > 0 { " " } else { "" })?;
                write!(f, "{}{}", constraint.op_text, constraint.orig)?;
            }
        }
        Ok(())
    }
}

impl Group {
    fn parse(segment: &[u8], release: SemverRelease) -> Result<Group, Error> {
        let pieces = split_and(segment).ok_or_else(|| {
            let shown = match release {
                SemverRelease::V3_5 => strconv::quote(segment),
                _ => String::from_utf8_lossy(segment).into_owned(),
            };
            error(format!("improper constraint: {shown}"))
        })?;
        let constraints =
            pieces.into_iter().map(|piece| Constraint::new(piece, release)).collect::<Result<Vec<_>, _>>()?;
        let prereleases = constraints.iter().any(|c| !c.version.prerelease().is_empty());
        Ok(Group { constraints, prereleases })
    }
}

impl Constraint {
    fn new((op, text): (&[u8], Pattern), release: SemverRelease) -> Result<Constraint, Error> {
        let Pattern { whole, major, minor, patch, pre } = text;
        let is_x = |part: &[u8]| matches!(part, b"" | b"x" | b"X" | b"*");
        let (mut minor_dirty, mut patch_dirty) = (false, false);
        let mut dirty = true;
        let completed = |parts: &[&[u8]]| {
            let mut version = parts.concat();
            if !pre.is_empty() {
                version.push(b'-');
                version.extend_from_slice(pre);
            }
            version
        };
        let version = if is_x(major) {
            completed(&[b"0.0.0"])
        } else if is_x(minor) {
            minor_dirty = true;
            completed(&[major, b".0.0"])
        } else if is_x(patch) {
            patch_dirty = true;
            completed(&[major, b".", minor, b".0"])
        } else {
            dirty = false;
            whole.to_vec()
        };
        let words = if release >= SemverRelease::V3_4 { "constraint parser error" } else { "constraint Parser Error" };
        let version = Version::parse(&version, release).map_err(|_| error(words))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (orig, op_text) = (text(whole), text(op));
        let op = match op {
            b"!=" => Op::NotEqual,
            b">" => Op::Greater,
            b"<" => Op::Less,
            b">=" | b"=>" => Op::GreaterEqual,
            b"<=" | b"=<" => Op::LessEqual,
            b"~" | b"~>" => Op::Tilde,
            b"^" => Op::Caret,
            _ => Op::Equal,
        };
        Ok(Constraint { op, op_text, orig, version, dirty, minor_dirty, patch_dirty })
    }

    /// Release 3.3 asks each constraint; there "not equal" looks at them unless it has a wildcard, as plain comparison does.
    fn looks_at_prereleases(&self) -> bool {
        !self.version.prerelease().is_empty() || (matches!(self.op, Op::NotEqual) && !self.dirty)
    }

    /// `prereleases`: whether they take part in this group at all.
    fn check(&self, v: &Version, prereleases: bool) -> Result<(), Error> {
        if !v.prerelease().is_empty() && !prereleases {
            return Err(only_releases(v));
        }
        let c = &self.version;
        let holds = |condition: bool, relation: &str| match condition {
            true => Ok(()),
            false => Err(error(format!("\"{v}\" {relation} \"{}\"", self.orig))),
        };
        match self.op {
            Op::Equal if self.dirty => self.tilde(v),
            Op::Equal => holds(v.compare(c).is_eq(), "is not equal to"),
            Op::NotEqual => holds(self.differs(v), "is equal to"),
            Op::Greater => holds(self.is_exceeded_by(v), "is less than or equal to"),
            Op::Less => holds(v.compare(c).is_lt(), "is greater than or equal to"),
            Op::GreaterEqual => holds(v.compare(c).is_ge(), "is less than"),
            Op::LessEqual if self.dirty => {
                let above =
                    v.major() > c.major() || (v.major() == c.major() && v.minor() > c.minor() && !self.minor_dirty);
                holds(!above, "is greater than")
            }
            Op::LessEqual => holds(v.compare(c).is_le(), "is greater than"),
            Op::Tilde => self.tilde(v),
            Op::Caret => self.caret(v),
        }
    }

    fn differs(&self, v: &Version) -> bool {
        let c = &self.version;
        if !self.dirty {
            return v.compare(c).is_ne();
        }
        if c.major() != v.major() {
            true
        } else if self.minor_dirty {
            false
        } else if c.minor() != v.minor() || (c.patch() != v.patch() && !self.patch_dirty) {
            true
        } else if self.patch_dirty {
            compare_prerelease(v.prerelease(), c.prerelease()) != Ordering::Equal
        } else {
            v.compare(c).is_ne()
        }
    }

    fn is_exceeded_by(&self, v: &Version) -> bool {
        let c = &self.version;
        match v.major().cmp(&c.major()) {
            _ if !self.dirty => v.compare(c).is_gt(),
            Ordering::Greater => true,
            Ordering::Less => false,
            // 11.1.0 is not above 11, nor 11.1.1 above 11.1: that takes 12, or 11.2.
            Ordering::Equal if self.minor_dirty => false,
            Ordering::Equal if self.patch_dirty => v.minor() > c.minor(),
            Ordering::Equal => v.compare(c).is_gt(),
        }
    }

    fn tilde(&self, v: &Version) -> Result<(), Error> {
        let c = &self.version;
        let fails = |relation: &str| Err(error(format!("\"{v}\" {relation} \"{}\"", self.orig)));
        if v.compare(c).is_lt() {
            return fails("is less than");
        }
        // ~0.0.0 (and a bare wildcard) accepts everything.
        let zero = (c.major(), c.minor(), c.patch()) == (0, 0, 0);
        if zero && !self.minor_dirty && !self.patch_dirty {
            return Ok(());
        }
        if v.major() != c.major() {
            return fails("does not have same major version as");
        }
        if v.minor() != c.minor() && !self.minor_dirty {
            return fails("does not have same major and minor version as");
        }
        Ok(())
    }

    fn caret(&self, v: &Version) -> Result<(), Error> {
        let c = &self.version;
        let fails = |relation: &str, rest: &str| Err(error(format!("\"{v}\" {relation} \"{}\"{rest}", self.orig)));
        if v.compare(c).is_lt() {
            return fails("is less than", "");
        }
        if c.major() > 0 || self.minor_dirty {
            if v.major() == c.major() {
                return Ok(());
            }
            return fails("does not have same major version as", "");
        }
        if v.major() > 0 {
            return fails("does not have same major version as", "");
        }
        let minor_differs = "does not have same minor version as";
        if c.minor() > 0 || self.patch_dirty {
            if v.minor() == c.minor() {
                return Ok(());
            }
            return fails(minor_differs, ". Expected minor versions to match when constraint major version is 0");
        }
        if v.minor() > 0 {
            return fails(minor_differs, "");
        }
        if c.patch() == v.patch() {
            return Ok(());
        }
        fails("does not equal", ". Expect version and constraint to equal when major and minor versions are 0")
    }
}

fn only_releases(v: &Version) -> Error {
    error(format!("\"{v}\" is a prerelease version and the constraint is only looking for release versions"))
}

/// A version in a constraint, wildcards allowed; the parts stand without their marks.
struct Pattern<'a> {
    whole: &'a [u8],
    major: &'a [u8],
    minor: &'a [u8],
    patch: &'a [u8],
    pre: &'a [u8],
}

/// Takes a version pattern off the front; nothing is taken when none stands there.
fn take_pattern<'a>(rest: &mut &'a [u8]) -> Option<Pattern<'a>> {
    // The library's class says `[0-9|x|X|\*]`, so a bar belongs to a number.
    let in_number = |b: u8| b.is_ascii_digit() || matches!(b, b'x' | b'X' | b'*' | b'|');
    let whole = *rest;
    let mut tail = whole.strip_prefix(b"v").unwrap_or(whole);
    let major = take_while(&mut tail, in_number);
    if major.is_empty() {
        return None;
    }
    let dotted = |tail: &mut &'a [u8]| {
        let Some(mut after) = tail.strip_prefix(b".") else { return &b""[..] };
        let number = take_while(&mut after, in_number);
        if !number.is_empty() {
            *tail = after;
        }
        number
    };
    let minor = dotted(&mut tail);
    let patch = if minor.is_empty() { b"" } else { dotted(&mut tail) };
    let pre = take_identifiers(&mut tail, b'-');
    take_identifiers(&mut tail, b'+');
    *rest = tail;
    Some(Pattern { whole: &whole[..whole.len() - tail.len()], major, minor, patch, pre })
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

/// The constraints of one group, separated by white space or a comma; `None` when the segment is not of that form.
fn split_and(segment: &[u8]) -> Option<Vec<(&[u8], Pattern<'_>)>> {
    let mut pieces = Vec::new();
    let mut rest = segment;
    loop {
        take_while(&mut rest, is_space);
        let op = take_operator(&mut rest);
        take_while(&mut rest, is_space);
        pieces.push((op, take_pattern(&mut rest)?));
        let spaces = take_while(&mut rest, is_space);
        match rest.first() {
            None => return Some(pieces),
            Some(b',') => rest = &rest[1..],
            Some(_) if spaces.is_empty() => return None,
            Some(_) => {}
        }
    }
}

fn take_operator<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let operators: [&[u8]; 11] = [b"!=", b">=", b"=>", b"<=", b"=<", b"~>", b"=", b">", b"<", b"~", b"^"];
    let found = operators.into_iter().find(|op| rest.starts_with(op)).map_or(0, <[u8]>::len);
    let (op, tail) = rest.split_at(found);
    *rest = tail;
    op
}

/// Rewrites `1.2 - 3` as `>= 1.2, <= 3 `, wherever it stands.
fn rewrite_ranges(text: &[u8]) -> Vec<u8> {
    let mut out = text.to_vec();
    let mut at = 0;
    while at < text.len() {
        let Some((matched, from, to)) = range_at(&text[at..]) else {
            at += 1;
            continue;
        };
        // The library replaces the first place with the same text, which need not be this one.
        let replacement = [b">= ", from, b", <= ", to, b" "].concat();
        if let Some(i) = out.windows(matched.len()).position(|w| w == matched) {
            out.splice(i..i + matched.len(), replacement);
        }
        at += matched.len();
    }
    out
}

/// A hyphen range at the start of the text: all of it, with the space around it, and its two versions.
fn range_at(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let mut rest = text;
    take_while(&mut rest, is_space);
    let from = take_pattern(&mut rest)?.whole;
    let before = take_while(&mut rest, is_space);
    rest = rest.strip_prefix(b"-")?;
    let after = take_while(&mut rest, is_space);
    if before.is_empty() || after.is_empty() {
        return None;
    }
    let to = take_pattern(&mut rest)?.whole;
    take_while(&mut rest, is_space);
    Some((&text[..text.len() - rest.len()], from, to))
}

/// `strings.Split(text, "||")`.
fn split_or(text: &[u8]) -> Vec<&[u8]> {
    let mut segments = Vec::new();
    let mut rest = text;
    while let Some(i) = rest.windows(2).position(|w| w == b"||") {
        segments.push(&rest[..i]);
        rest = &rest[i + 2..];
    }
    segments.push(rest);
    segments
}
