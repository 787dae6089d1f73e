//! Values of variables and files: put together from pieces, each with the place that it comes from.
//!
//! A piece may be a credential. Nothing here prints the bytes of one: `Debug` tells sources and lengths.

use std::borrow::Cow;
use std::fmt;

use super::config::StoreKind;
use crate::manifest::{DocId, Node};

/// A value, as far as it is known.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Text<'m> {
    pub pieces: Vec<Piece<'m>>,
}

/// A stretch of a value.
#[derive(Clone, Copy, PartialEq)]
pub enum Piece<'m> {
    Known {
        bytes: &'m [u8],
        source: Source<'m>,
    },
    /// Something stands here, and the manifests do not say what.
    Unknown(Why<'m>),
}

/// Who says a piece.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source<'m> {
    /// Written where the value stands: the node of a string.
    Literal(Node<'m>),
    /// A key of a rendered Secret or ConfigMap: the node of the key's value.
    Key { kind: StoreKind, doc: DocId, key: &'m str, node: Node<'m> },
}

/// Why a value, or a piece of one, is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why<'m> {
    /// The Secret or ConfigMap is not among what the chart renders.
    NotRendered { kind: StoreKind, name: &'m str, key: &'m str, optional: bool, at: Node<'m> },
    /// The object is rendered and has no such key: the container cannot start, unless the reference is optional.
    KeyMissing { kind: StoreKind, doc: DocId, key: &'m str, optional: bool, at: Node<'m> },
    /// `data` of a Secret that is not base64: the API server refuses it.
    NotBase64 { doc: DocId, key: &'m str, at: Node<'m> },
    /// A `fieldRef`: known only when the pod runs.
    FieldRef { path: &'m str, at: Node<'m> },
    /// A `resourceFieldRef`.
    ResourceField { at: Node<'m> },
    /// A `fileKeyRef`: a file that an init container leaves.
    FileKey { at: Node<'m> },
    /// A variable that the kubelet makes of a Service (`DB_SERVICE_HOST`), named by its document where that is rendered.
    ServiceLink { service: Option<DocId>, name: &'m str },
    /// `$(NAME)` of which nothing rendered says anything, while an object that is not rendered may bring it by `envFrom`.
    MaybeFrom { name: &'m str, at: Node<'m> },
    /// The field has the wrong type: the API server refuses it.
    WrongType { at: Node<'m> },
    /// Longer than any value can be: `$(VAR)` upon `$(VAR)`.
    TooLong { at: Node<'m> },
}

impl Why<'_> {
    /// It is certain that the container does not start, or that the object is refused.
    pub fn is_failure(&self) -> bool {
        match self {
            Why::KeyMissing { optional, .. } => !optional,
            Why::NotBase64 { .. } | Why::WrongType { .. } => true,
            _ => false,
        }
    }
}

impl<'m> Text<'m> {
    pub fn of(bytes: &'m [u8], source: Source<'m>) -> Self {
        Text { pieces: vec![Piece::Known { bytes, source }] }
    }

    pub fn unknown(why: Why<'m>) -> Self {
        Text { pieces: vec![Piece::Unknown(why)] }
    }

    /// All of it, when all is known.
    pub fn known(&self) -> Option<Cow<'m, [u8]>> {
        match self.pieces.as_slice() {
            [] => Some(Cow::Borrowed(&[])),
            [Piece::Known { bytes, .. }] => Some(Cow::Borrowed(bytes)),
            pieces => {
                let mut all = Vec::new();
                for piece in pieces {
                    match piece {
                        Piece::Known { bytes, .. } => all.extend_from_slice(bytes),
                        Piece::Unknown(_) => return None,
                    }
                }
                Some(Cow::Owned(all))
            }
        }
    }

    /// [`Text::known`] as UTF-8.
    pub fn known_str(&self) -> Option<Cow<'m, str>> {
        match self.known()? {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        }
    }

    /// The first reason why it is not all known.
    pub fn why(&self) -> Option<&Why<'m>> {
        self.whys().next()
    }

    pub fn whys(&self) -> impl Iterator<Item = &Why<'m>> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Unknown(why) => Some(why),
            Piece::Known { .. } => None,
        })
    }

    /// The sources of its known pieces.
    pub fn sources(&self) -> impl Iterator<Item = &Source<'m>> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Known { source, .. } => Some(source),
            Piece::Unknown(_) => None,
        })
    }

    /// Bytes of its known pieces.
    pub fn len(&self) -> usize {
        let length = |piece: &Piece<'_>| match piece {
            Piece::Known { bytes, .. } => bytes.len(),
            Piece::Unknown(_) => 0,
        };
        self.pieces.iter().map(length).sum()
    }

    /// Known and nothing.
    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(|p| matches!(p, Piece::Known { bytes: [], .. }))
    }

    /// Whether a Secret has a part in it.
    pub fn is_secret(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Known { source: Source::Key { kind, .. }, .. } => *kind == StoreKind::Secret,
            Piece::Unknown(Why::NotRendered { kind, .. } | Why::KeyMissing { kind, .. }) => *kind == StoreKind::Secret,
            _ => false,
        })
    }

    /// The text with each unknown piece replaced: for readers that can go on around a hole. The second part tells which
    /// piece stands for which byte range.
    pub fn with_holes(&self, hole: &str) -> (Vec<u8>, Vec<std::ops::Range<usize>>) {
        let mut all = Vec::new();
        let mut ranges = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            let from = all.len();
            match piece {
                Piece::Known { bytes, .. } => all.extend_from_slice(bytes),
                Piece::Unknown(_) => all.extend_from_slice(hole.as_bytes()),
            }
            ranges.push(from..all.len());
        }
        (all, ranges)
    }
}

impl fmt::Debug for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Piece::Known { bytes, source } => {
                let at = match source {
                    Source::Literal(node) | Source::Key { node, .. } => node.line(),
                };
                write!(f, "Known({} bytes, line {at})", bytes.len())
            }
            Piece::Unknown(why) => write!(f, "Unknown({why:?})"),
        }
    }
}
