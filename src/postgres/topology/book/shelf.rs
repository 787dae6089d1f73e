//! What all containers of a render share: the inventory, and files that were read once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use bumpalo::Bump;

use crate::kube::{self, Inventory, StoreKind, Text};
use crate::manifest::{DocId, Node};
use crate::postgres::topology::config::{self, Raw};
use crate::postgres::topology::source::Link;

/// More settings that may matter than any file has.
const MANY: usize = 2_000;

/// A file, by the document and the key that hold it.
type FileKey<'m> = (DocId, &'m str);

/// See the head of this file.
pub struct Shelf<'i, 'm> {
    pub inventory: &'i Inventory<'m>,
    pub arena: &'m Bump,
    read: RefCell<HashMap<FileKey<'m>, Rc<Vec<Raw>>>>,
    store_names: HashMap<DocId, &'m str>,
}

impl<'i, 'm> Shelf<'i, 'm> {
    pub fn new(inventory: &'i Inventory<'m>, arena: &'m Bump) -> Self {
        let store_names = inventory.stores.iter().chain(&inventory.beside).map(|s| (s.doc, s.name)).collect();
        Shelf { inventory, arena, read: RefCell::default(), store_names }
    }

    /// The settings of a file; `name` tells its format.
    pub(super) fn raws(&self, file: FileKey<'m>, name: &str, text: &str) -> Rc<Vec<Raw>> {
        if let Some(found) = self.read.borrow().get(&file) {
            return Rc::clone(found);
        }
        let mut raws = config::read(name, text, &Bump::new());
        raws.truncate(MANY);
        let raws = Rc::new(raws);
        self.read.borrow_mut().insert(file, Rc::clone(&raws));
        raws
    }

    /// The keys that a text comes from.
    pub(super) fn key_links(&self, text: &Text<'m>) -> Vec<Link<'m>> {
        let mut links: Vec<Link<'m>> = Vec::new();
        for piece in &text.pieces {
            let link = match piece {
                kube::Piece::Known { source: kube::Source::Key { kind, doc, key, node }, .. } => {
                    self.key_link(*kind, *doc, key, *node)
                }
                kube::Piece::Unknown(why) => match missing_link(why) {
                    Some(link) => link,
                    None => continue,
                },
                kube::Piece::Known { .. } => continue,
            };
            if links.len() < 8 && !links.contains(&link) {
                links.push(link);
            }
        }
        links
    }

    pub(super) fn key_link(&self, kind: StoreKind, doc: DocId, key: &str, node: Node<'m>) -> Link<'m> {
        let name = self.store_names.get(&doc).copied().unwrap_or_default();
        Link::Key { kind, name: name.to_string(), key: key.to_string(), at: Some((doc, node.line())) }
    }
}

/// The key of an object that is not rendered.
pub(super) fn missing_link<'m>(why: &kube::Why<'m>) -> Option<Link<'m>> {
    let kube::Why::NotRendered { kind, name, key, .. } = why else { return None };
    Some(Link::Key { kind: *kind, name: (*name).to_string(), key: (*key).to_string(), at: None })
}
