//! The nodes of one document as they were written: tags, anchors and places, before anything is given a type.
//!
//! Nodes lie in one flat list in the order of the text. A collection is followed by its children, and every node knows the
//! index after its last descendant, so nothing about a document recurses.

use std::collections::HashMap;

use bumpalo::Bump;

use super::error::{Error, Kind, Mark};
use super::parse::{Event, Parser, Props};
use super::reader::Source;
use super::token::Style;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    Scalar,
    /// The children are items.
    Sequence,
    /// The children are keys and values in turn.
    Mapping,
    /// Stands for the node with this index.
    Alias(u32),
}

/// One node of a [`Document`].
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    pub kind: NodeKind,
    /// Plain, or tagged `!`: the text of the scalar decides its type.
    pub implicit: bool,
    pub style: Style,
    /// The full tag (`tag:yaml.org,2002:str`); empty if none was given.
    pub tag: &'a [u8],
    /// The text of a scalar, or the name of an alias.
    pub value: &'a [u8],
    pub mark: Mark,
    /// Index of the node after this one and its descendants.
    pub end: u32,
}

/// The first document of a text.
#[derive(Debug)]
pub struct Document<'a> {
    pub(super) nodes: Vec<Node<'a>>,
}

impl<'a> Document<'a> {
    /// Reads the first document of a text; what follows it is not even scanned, as in `yaml.Unmarshal`. An empty text has no
    /// nodes. More than `max_nodes` are refused.
    pub fn parse(text: &'a [u8], arena: &'a Bump, max_nodes: usize) -> Result<Self, Error> {
        if u32::try_from(text.len()).is_err() {
            return Err(Error::new(Kind::Budget, "yaml: the text is too long", None));
        }
        // goyaml reads an empty text as an empty line, which is no document either.
        let source = Source::new(text, arena);
        let mut builder = Builder {
            parser: Parser::new(source, arena),
            nodes: Vec::with_capacity((text.len() / 24).clamp(8, 1 << 16)),
            open: Vec::with_capacity(32),
            anchors: HashMap::new(),
            max_nodes,
        };
        builder.run()?;
        Ok(Document { nodes: builder.nodes })
    }

    /// The nodes in the order of the text; the first is the root.
    pub fn nodes(&self) -> &[Node<'a>] {
        &self.nodes
    }

    /// The node with this index, aliases followed.
    pub fn resolve(&self, index: u32) -> Option<(u32, &Node<'a>)> {
        let node = self.nodes.get(index as usize)?;
        match node.kind {
            NodeKind::Alias(target) => Some((target, self.nodes.get(target as usize)?)),
            _ => Some((index, node)),
        }
    }

    /// Indexes of the children of the node with this index.
    pub fn children(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.nodes.get(index as usize).map_or(0, |node| node.end);
        let mut next = index + 1;
        std::iter::from_fn(move || {
            let child = next;
            if child >= end {
                return None;
            }
            next = self.nodes.get(child as usize)?.end;
            Some(child)
        })
    }
}

struct Builder<'a> {
    parser: Parser<'a>,
    nodes: Vec<Node<'a>>,
    /// Collections that are not at their end yet.
    open: Vec<u32>,
    anchors: HashMap<&'a [u8], u32>,
    max_nodes: usize,
}

impl<'a> Builder<'a> {
    fn run(&mut self) -> Result<(), Error> {
        loop {
            if self.nodes.len() > self.max_nodes {
                let mark = self.nodes.last().map_or_else(Mark::default, |node| node.mark);
                return Err(Error::budget("the document has too many values", mark));
            }
            match self.parser.next()? {
                Event::StreamStart | Event::DocumentStart => {}
                Event::StreamEnd | Event::DocumentEnd => return Ok(()),
                Event::Alias { name, mark } => {
                    let Some(&target) = self.anchors.get(name) else {
                        let name = bstr::BStr::new(name);
                        return Err(Error::decode(format_args!("unknown anchor '{name}' referenced"), mark));
                    };
                    self.push(NodeKind::Alias(target), Props::default(), name, mark);
                }
                Event::Scalar { props, value, style, implicit, mark } => {
                    let index = self.push(NodeKind::Scalar, props, value, mark);
                    if let Some(node) = self.nodes.get_mut(index as usize) {
                        (node.style, node.implicit) = (style, implicit);
                    }
                }
                Event::SequenceStart { props, mark } => {
                    let index = self.push(NodeKind::Sequence, props, b"", mark);
                    self.open.push(index);
                }
                Event::MappingStart { props, mark } => {
                    let index = self.push(NodeKind::Mapping, props, b"", mark);
                    self.open.push(index);
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let end = self.nodes.len() as u32;
                    if let Some(node) = self.open.pop().and_then(|index| self.nodes.get_mut(index as usize)) {
                        node.end = end;
                    }
                }
            }
        }
    }

    fn push(&mut self, kind: NodeKind, props: Props<'a>, value: &'a [u8], mark: Mark) -> u32 {
        let index = self.nodes.len() as u32;
        if let Some(anchor) = props.anchor {
            self.anchors.insert(anchor, index);
        }
        let (tag, style, end) = (props.tag, Style::Plain, index + 1);
        self.nodes.push(Node { kind, implicit: false, style, tag, value, mark, end });
        index
    }
}
