//! Which document of one render is which of another.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::manifest::{DocId, Document, Identity, Manifests};

/// For each document of one render the same one in another: by identity, or, where its name has changed, by its place.
/// Those of files that are the `same` in both are left out, and need not be in `new`.
pub fn pairs<'o, 'm>(
    old: &Manifests<'_>,
    new: &'o Manifests<'m>,
    same: &HashSet<String>,
) -> Vec<(DocId, Option<&'o Document<'m>>)> {
    // Two objects may have one identity.
    let mut by_identity: HashMap<Identity<'_>, VecDeque<&Document<'_>>> = HashMap::with_capacity(new.documents.len());
    for document in &new.documents {
        if let Some(identity) = document.identity() {
            by_identity.entry(identity).or_default().push_back(document);
        }
    }
    let others = old.documents.iter().filter(|document| !same.contains(document.template));
    let pair = others.map(|document| {
        let named = document.identity().and_then(|identity| by_identity.get_mut(&identity)?.pop_front());
        (document.id, named.or_else(|| counterpart(document, old, new)))
    });
    pair.collect()
}

/// The same document of another render: by identity, or where its name has changed, by its place in its template.
pub fn counterpart<'m, 'o>(
    document: &Document<'_>,
    of: &Manifests<'_>,
    other: &'o Manifests<'m>,
) -> Option<&'o Document<'m>> {
    let same_place = other.get(document.id).filter(|d| d.identity() == document.identity());
    let by_identity = || other.documents.iter().find(|d| d.identity().is_some() && d.identity() == document.identity());
    same_place.or_else(by_identity).or_else(|| {
        let is_sibling = |d: &&Document<'_>| d.template == document.template && d.kind == document.kind;
        let nth = of.documents.iter().filter(is_sibling).position(|d| d.id == document.id)?;
        other.documents.iter().filter(|d| d.template == document.template && d.kind == document.kind).nth(nth)
    })
}
