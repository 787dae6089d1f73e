//! github.com/Masterminds/semver/v3 in the releases that Helm links ([`SemverRelease`]): what Sprig's `semver` and `semverCompare`, `kubeVersion` in Chart.yaml and dependency versions mean by a version and a constraint.
//!
//! The library matches with regular expressions; the grammar is regular and unambiguous, so a scanner does it here.

mod constraint;
mod version;

pub use constraint::Constraints;
pub use version::Version;

use crate::dialect::SemverRelease;

/// A refusal in the library's own words; always valid UTF-8, because it quotes what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(pub(super) String);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

fn error(text: impl Into<String>) -> Error {
    Error(text.into())
}

/// Takes bytes for which `accept` holds off the front.
fn take_while<'a>(rest: &mut &'a [u8], accept: impl Fn(u8) -> bool) -> &'a [u8] {
    let end = rest.iter().position(|&b| !accept(b)).unwrap_or(rest.len());
    let (head, tail) = rest.split_at(end);
    *rest = tail;
    head
}

/// Takes `mark` and what follows it as dot-separated identifiers (`-alpha.1`, `+build.5`), without the mark;
/// empty when there is none. A dot that no identifier follows is left standing, as the regular expression leaves it.
fn take_identifiers<'a>(rest: &mut &'a [u8], mark: u8) -> &'a [u8] {
    let identifier = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let Some((&first, mut tail)) = rest.split_first() else { return b"" };
    let start = tail;
    if first != mark || take_while(&mut tail, identifier).is_empty() {
        return b"";
    }
    while let Some((b'.', after)) = tail.split_first() {
        let mut after = after;
        if take_while(&mut after, identifier).is_empty() {
            break;
        }
        tail = after;
    }
    *rest = tail;
    &start[..start.len() - tail.len()]
}
