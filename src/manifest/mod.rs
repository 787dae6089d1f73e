//! The only parse of rendered output: documents with their place, hooks, install order, and what could not be read.
//!
//! | file | owns |
//! |---|---|
//! | `read` | rendered files to [`Manifests`], through Helm's own splitting and sorting |
//! | `document` | one object: head, hook, labels |
//! | `node` | a place inside of an object, with typed readers that tell absent, null and wrong apart |
//! | `beside` | manifests that stand beside a render |
//! | `path` | names of such places (`spec.containers[0].image`) |
//! | `identity` | when two documents are one object for the API server |
//!
//! Everything borrows from the rendered files and from one arena.

mod beside;
mod document;
mod identity;
mod node;
mod path;
mod read;
#[cfg(test)]
mod tests;

pub use beside::read_beside;
pub use document::{DocId, Document, HookInfo};
pub use identity::{Identity, is_cluster_scoped};
pub use node::{Field, Node, Quantity};
pub use path::{Path, Step};
pub use read::{Input, read, read_input, read_some};

use crate::render::RenderedFile;
use crate::yaml::Repeated;

/// A render, read.
#[derive(Debug, Default)]
pub struct Manifests<'m> {
    /// In the order in which they are printed: CRDs, manifests in install order, hooks. `DocId` is the index.
    pub documents: Vec<Document<'m>>,
    /// What could not be read.
    pub broken: Vec<Broken<'m>>,
    /// Keys that a document says more than once; the last one counted.
    pub repeated_keys: Vec<RepeatedKey>,
    /// What NOTES.txt said, of the root chart first.
    pub notes: Vec<RenderedNotes<'m>>,
    /// Everything as `plimsoll render --include-crds` prints it: what lines refer to.
    pub text: Vec<u8>,
    /// The files that were read.
    pub files: &'m [RenderedFile],
}

/// A rendered NOTES.txt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderedNotes<'m> {
    pub template: &'m str,
    pub text: &'m [u8],
}

/// A document that is not an object of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken<'m> {
    pub template: &'m str,
    /// In what the template wrote, from 1: Helm prints nothing of a render with a broken document.
    pub line: u32,
    pub column: u32,
    pub why: BrokenKind,
    /// For people, without a place.
    pub message: String,
}

/// What is wrong with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BrokenKind {
    /// It is not YAML. Helm refuses the whole render.
    Syntax,
    /// It is YAML, but no object: a list, a `kind` that is a number, no `kind` at all.
    Shape,
    /// Its `helm.sh/hook` names a moment that Helm does not know: Helm drops it with a line in its log.
    UnknownHook,
    /// Reading it would cost more than is allowed: undecided.
    Budget,
}

/// A key that a map of a document has twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedKey {
    pub doc: DocId,
    /// As goyaml quotes it.
    pub key: String,
    /// Of the later one; the line is that of the output.
    pub line: u32,
    pub column: u32,
}

impl RepeatedKey {
    fn new(doc: DocId, repeated: &Repeated, base: u32) -> Self {
        let (line, column) = (base + repeated.pos.line, repeated.pos.column);
        RepeatedKey { doc, key: repeated.key.clone(), line, column }
    }
}

impl<'m> Manifests<'m> {
    /// The document of an id. Ids of another render may have none.
    pub fn get(&self, id: DocId) -> Option<&Document<'m>> {
        self.documents.get(id.index())
    }

    /// The hooks of a moment (`pre-install`) in the order in which Helm runs them: weight, then name, then as printed.
    pub fn hooks_of(&self, event: &str) -> Vec<&Document<'m>> {
        let mut hooks: Vec<(&HookInfo, &Document<'m>)> = self
            .documents
            .iter()
            .filter_map(|d| Some((d.hook.as_ref()?, d)))
            .filter(|(hook, _)| hook.events.contains(&event))
            .collect();
        hooks.sort_by_key(|(hook, d)| (hook.weight, d.name));
        hooks.into_iter().map(|(_, d)| d).collect()
    }

    /// Objects that more than one document claims to be, in the order of their first document.
    pub fn duplicates(&self) -> Vec<(Identity<'m>, Vec<DocId>)> {
        identity::duplicates(&self.documents)
    }

    /// The lines of the output from 1, without their ends.
    pub fn line(&self, number: u32) -> Option<&[u8]> {
        self.text.split(|b| *b == b'\n').nth((number as usize).checked_sub(1)?)
    }

    /// Where inside of its document a node stands. Looks for it: for findings, not for loops.
    pub fn path_of(&self, node: Node<'m>) -> Path {
        self.get(node.doc()).and_then(|d| path::find(d.root(), node)).unwrap_or_default()
    }

    /// The innermost node that a line of the output belongs to, with its path.
    pub fn at_line(&self, line: u32) -> Option<(&Document<'m>, Path)> {
        let at = self.documents.partition_point(|d| d.line <= line).checked_sub(1)?;
        let document = self.documents.get(at)?;
        Some((document, path::at_line(document.root(), line)))
    }
}
