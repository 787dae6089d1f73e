//! A text of several documents, as Helm 4 reads values files: k8s.io/apimachinery's `YAMLReader`, which knows nothing of YAML.
//!
//! A line that begins with `---` ends a document, inside of block scalars too. CR LF becomes LF.

use std::fmt;

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

const SEPARATOR: &[u8] = b"---";

/// One document, every line of it with its line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    pub text: &'a [u8],
    /// Lines of the whole text before it.
    pub first_line: u32,
}

/// A separator with more on its line than a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSeparator {
    rest: Vec<u8>,
    /// Line of the separator, from 1.
    pub line: u32,
}

impl fmt::Display for BadSeparator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid Yaml document separator: {}", bstr::BStr::new(&self.rest))
    }
}

impl std::error::Error for BadSeparator {}

/// The documents of a text one after the other. A separator before any other line belongs to the document that it begins.
pub fn documents<'a>(text: &'a [u8], arena: &'a Bump) -> Documents<'a> {
    Documents { text, arena, at: 0, line: 0, failed: false }
}

/// See [`documents`].
pub struct Documents<'a> {
    text: &'a [u8],
    arena: &'a Bump,
    at: usize,
    line: u32,
    failed: bool,
}

impl<'a> Iterator for Documents<'a> {
    type Item = Result<Part<'a>, BadSeparator>;

    fn next(&mut self) -> Option<Self::Item> {
        let (from, first_line) = (self.at, self.line);
        while !self.failed && self.at < self.text.len() {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let line = rest.get(..length).unwrap_or_default();
            let end = self.at;
            self.at += length;
            self.line += 1;
            if let Some(after) = line.strip_prefix(SEPARATOR) {
                let after = bstr::ByteSlice::trim(after);
                if after.first().is_some_and(|&byte| byte != b'#') {
                    self.failed = true;
                    return Some(Err(BadSeparator { rest: after.to_vec(), line: self.line }));
                }
                if end > from {
                    return Some(Ok(self.part(from, end, first_line)));
                }
            }
        }
        (!self.failed && self.at > from).then(|| Ok(self.part(from, self.at, first_line)))
    }
}

impl<'a> Documents<'a> {
    fn part(&self, from: usize, to: usize, first_line: u32) -> Part<'a> {
        let text = self.text.get(from..to).unwrap_or_default();
        if text.ends_with(b"\n") && !bstr::ByteSlice::contains_str(text, b"\r\n") {
            return Part { text, first_line };
        }
        let mut clean = BumpVec::with_capacity_in(text.len() + 1, self.arena);
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            // Helm ends the last line itself before anything looks at it.
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            clean.extend_from_slice_copy(line.strip_suffix(b"\r").unwrap_or(line));
            clean.push(b'\n');
        }
        Part { text: clean.into_bump_slice(), first_line }
    }
}
