//! The two languages of file patterns that charts use: github.com/gobwas/glob 0.2.3 with the separator '/', as
//! `.Files.Glob` has it ([`Glob`]), and path/filepath.Match, as `.helmignore` has it ([`filepath_match`]).
//!
//! gobwas/glob rewrites a pattern into faster matchers, and some rewrites do not mean the same: `a**a` matches "a",
//! and `世?` matches nothing. Which files a chart reads hangs on that, so `compile` makes the same rewrites and
//! `matcher` runs what comes out of them.

mod compile;
mod filepath;
mod matcher;
mod parse;

pub use filepath::{BadPattern, filepath_match};
pub use matcher::Failure;

use matcher::Matcher;

/// A compiled pattern of gobwas/glob.
#[derive(Debug, Clone)]
pub struct Glob {
    matcher: Matcher,
}

impl Glob {
    /// `glob.Compile(pattern, '/')`; the error is its text. Patterns of a size that no file name has use for are
    /// refused too, which is our own limit.
    pub fn new(pattern: &[u8]) -> Result<Glob, String> {
        let tree = parse::parse(pattern)?;
        Ok(Glob { matcher: compile::compile(&tree)? })
    }

    /// `Match`. A pattern with many stars can take exponential time; it is given up then. For some the library panics.
    pub fn matches(&self, name: &[u8]) -> Result<bool, Failure> {
        matcher::run(&self.matcher, name)
    }
}
