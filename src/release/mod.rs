//! What Helm makes of rendered files: documents, hooks, and the order in which they are installed.
//!
//! Sources: helm `pkg/release/v1/util` (4.x), `pkg/releaseutil` (3.x).

mod glance;
mod head;
mod hooks;
pub mod name;
mod order;
mod printed;
mod show_only;
mod split;

pub use head::Head;
pub use hooks::Hook;
pub use printed::{Crd, Printed, document, print};
pub use show_only::{not_shown, show_only};
pub use split::split;

use std::borrow::Cow;

use bumpalo::Bump;

use crate::chart::Log;
use crate::diagnostic::Refusal;
use crate::dialect::Dialect;
use crate::limits::Limits;

/// A rendered file: its path (`mychart/templates/a.yaml`) and what the template wrote.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    pub path: &'a str,
    pub content: &'a [u8],
}

/// One document of a rendered file that is not a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest<'a> {
    pub path: &'a str,
    pub content: &'a [u8],
    /// Which of all documents it is, in the order in which they were read, from 0.
    pub number: usize,
    pub kind: String,
    pub api_version: String,
}

/// The documents of a render in install order.
#[derive(Debug, Default)]
pub struct Sorted<'a> {
    pub manifests: Vec<Manifest<'a>>,
    pub hooks: Vec<Hook<'a>>,
}

/// `SortManifests`: splits every file, reads the head of every document, tells hooks from manifests and sorts both by
/// kind. Refuses a document that is not YAML or whose head has the wrong shape, in Helm's words; `log` keeps what had
/// been said by then.
pub fn sort<'a>(files: &[File<'a>], dialect: &Dialect, limits: &Limits, log: &mut Log) -> Result<Sorted<'a>, Refusal> {
    let mut arena = Bump::new();
    sort_by_head(files, dialect, log, |file, content| {
        let head = Head::read(file.path, content, dialect, limits, &arena)?;
        arena.reset();
        Ok(Some(head))
    })
}

/// [`sort`], by the heads that the caller reads: it is shown every document once, in the order of `Manifest::number`, and
/// may leave one out. A document whose hook is unknown to Helm is in neither list.
pub fn sort_by_head<'a>(
    files: &[File<'a>],
    dialect: &Dialect,
    log: &mut Log,
    mut head_of: impl FnMut(&File<'a>, &'a [u8]) -> Result<Option<Head>, Refusal>,
) -> Result<Sorted<'a>, Refusal> {
    let mut paths: Vec<&File<'a>> =
        files.iter().filter(|f| !is_partial(f.path.as_bytes()) && !is_blank(f.content)).collect();
    paths.sort_by_key(|f| f.path);
    let mut sorted = Sorted::default();
    let mut number = 0;
    for file in paths {
        for content in split(file.content, dialect.document_bytes, dialect.document_split) {
            if let Some(head) = head_of(file, content)? {
                sorted.take(file.path, content, number, head, log);
            }
            number += 1;
        }
    }
    sorted.manifests.sort_by(|a, b| order::compare(&a.kind, &b.kind, dialect.install_order));
    sorted.hooks.sort_by(|a, b| order::compare(&a.kind, &b.kind, dialect.install_order));
    Ok(sorted)
}

impl<'a> Sorted<'a> {
    fn take(&mut self, path: &'a str, content: &'a [u8], number: usize, head: Head, log: &mut Log) {
        let Some(types) = head.annotations.get(hooks::HOOK) else {
            let Head { kind, api_version, .. } = head;
            return self.manifests.push(Manifest { path, content, number, kind, api_version });
        };
        match Hook::new(path, content, number, &head, types) {
            Some(hook) => self.hooks.push(hook),
            None => hooks::skipped(types, log),
        }
    }
}

/// A file whose name begins with `_` only defines templates.
pub fn is_partial(path: &[u8]) -> bool {
    path.rsplit(|b| *b == b'/').next().is_some_and(|base| base.starts_with(b"_"))
}

/// Nothing but white space, as Go's `strings.TrimSpace` sees it.
pub fn is_blank(text: &[u8]) -> bool {
    trim(text).is_empty()
}

/// `strings.TrimSpace`.
pub fn trim(text: &[u8]) -> &[u8] {
    bstr::ByteSlice::trim(text)
}

/// The text of a document, lossy where it is not UTF-8.
pub fn text(content: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(content)
}
