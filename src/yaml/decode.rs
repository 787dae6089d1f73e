//! Nodes to values: aliases, merges, types and duplicate keys as goyaml has them, then what a round trip through JSON leaves
//! of that (yaml/v2 `decode.go`, sigs.k8s.io/yaml `yaml.go`, encoding/json).
//!
//! Long, because it is one machine: values, keys and merges share a stack of frames in place of recursion, and each step changes
//! the same state. Taken apart, its pieces would all need the whole of it.

use std::borrow::Cow;
use std::collections::HashSet;

use bstr::BStr;
use bumpalo::Bump;

use super::error::{Error, Kind, Mark};
use super::gosyntax;
use super::node::{Document, Node, NodeKind};
use super::number;
use super::resolve::{self, Scalar};
use crate::go::utf8;
use crate::limits::Limits;
use crate::value::{Entry, ListNode, MapNode, Origin, Pos, Tree};

/// encoding/json's `maxNestingDepth`.
const JSON_DEPTH: usize = 10_000;
const NO_ALIAS: u32 = u32::MAX;
/// Stands between key and value in the refusal of a key that JSON cannot have.
const VALUE: &str = ", value: ";

/// What is done about a key that its map has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicates {
    /// The last one counts (`yaml.Unmarshal`).
    Last,
    /// An error that names all of them (`yaml.UnmarshalStrict`).
    Refuse,
}

/// A key that its map has already: goyaml's name of it, and the place of the later one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    pub key: String,
    pub pos: Pos,
}

/// The value of one scalar node; binary data is decoded by the caller of the tree, see [`Decoder::leaf`].
pub(super) fn scalar<'a>(node: &Node<'a>) -> Result<Scalar<'a>, Error> {
    if node.tag.is_empty() {
        return Ok(if node.implicit { resolve::plain(node.value) } else { Scalar::Str(node.value) });
    }
    resolve::tagged(node.tag, node.value).map_err(|problem| Error::decode(problem, node.mark))
}

pub(super) fn is_merge(node: &Node<'_>) -> bool {
    node.kind == NodeKind::Scalar && node.value == b"<<" && (node.implicit || node.tag == resolve::MERGE)
}

/// A scalar as `sigs.k8s.io/yaml` hands it to a field of type string: numbers and booleans become their text.
pub fn to_string_field<'a>(value: Scalar<'a>) -> Option<Cow<'a, BStr>> {
    Some(match value {
        Scalar::Null => return None,
        Scalar::Bool(b) => Cow::Owned(b.to_string().into()),
        Scalar::Int(n) => Cow::Owned(n.to_string().into()),
        Scalar::Uint(n) => Cow::Owned(n.to_string().into()),
        Scalar::Float(n) => Cow::Owned(number::float_field(n).into()),
        Scalar::Str(text) | Scalar::Timestamp(text) => Cow::Borrowed(BStr::new(text)),
    })
}

#[derive(Clone, Copy)]
enum Shape {
    Sequence,
    Mapping,
    /// A mapping whose entries go to the map around it.
    Merge,
    /// Mappings that are merged from the last to the first.
    Merges,
}

/// A collection that is being decoded.
#[derive(Clone, Copy)]
struct Frame<'c> {
    shape: Shape,
    /// The next child, and the end of the children. For `Merges`: where its list begins.
    next: u32,
    end: u32,
    /// Where its items begin in the stack of values that they are on.
    base: usize,
    alias: u32,
    /// It is a key, which no collection can be: once it is decoded, that is said of this node.
    refused_key: Option<u32>,
    /// The key whose value is being decoded, and the place that is said of the value.
    key: &'c BStr,
    pos: Pos,
}

pub(super) struct Decoder<'d, 'c> {
    document: &'d Document<'c>,
    arena: &'c Bump,
    source: Origin,
    /// Lines of the whole text before the document.
    first_line: u32,
    max_depth: usize,
    max_nodes: usize,
    frames: Vec<Frame<'c>>,
    items: Vec<(Tree<'c>, Pos)>,
    entries: Vec<Entry<'c>>,
    merges: Vec<u32>,
    /// Alias nodes that are being expanded.
    active: HashSet<u32>,
    decoded: u64,
    aliased: u64,
    depth: usize,
    /// Keys of each open map, under the strict reading.
    seen: Option<Vec<HashSet<String>>>,
    /// Keys whose values are being decoded, with the lines of those values.
    pending: Vec<(String, u32, Pos)>,
    /// With the lines of their values, which goyaml takes for theirs.
    duplicates: Vec<(u32, Repeated)>,
    merged_keys_count: bool,
    /// Some map has lost an entry to a later one of its key, by merge or by repetition.
    lost: bool,
    /// Addresses of keys that stand for an error: JSON has no such key.
    bad_keys: HashSet<usize>,
    /// A float that JSON has no words for was met.
    odd_float: bool,
    keep_integers: bool,
    root: Tree<'c>,
}

impl<'d, 'c> Decoder<'d, 'c> {
    pub fn new(
        document: &'d Document<'c>,
        arena: &'c Bump,
        source: Origin,
        limits: &Limits,
        duplicates: Duplicates,
        first_line: u32,
    ) -> Self {
        Decoder {
            document,
            arena,
            source,
            first_line,
            max_depth: limits.depth as usize,
            max_nodes: limits.yaml_nodes,
            frames: Vec::with_capacity(16),
            items: Vec::new(),
            entries: Vec::with_capacity(64),
            merges: Vec::new(),
            active: HashSet::new(),
            decoded: 0,
            aliased: 0,
            depth: 0,
            seen: (duplicates == Duplicates::Refuse).then(Vec::new),
            pending: Vec::new(),
            duplicates: Vec::new(),
            merged_keys_count: true,
            lost: false,
            bad_keys: HashSet::new(),
            odd_float: false,
            keep_integers: false,
            root: Tree::Null,
        }
    }

    /// Integers are not made floats.
    pub fn keep_integers(self) -> Self {
        Decoder { keep_integers: true, ..self }
    }

    pub fn run(mut self) -> Result<Tree<'c>, Error> {
        self.decode()?;
        if !self.duplicates.is_empty() {
            let said =
                |(line, repeated): &(u32, Repeated)| format!("line {line}: key {} already set in map", repeated.key);
            let said: Vec<String> = self.duplicates.iter().map(said).collect();
            let text = format!("yaml: unmarshal errors:\n  {}", said.join("\n  "));
            return Err(Error::new(Kind::Duplicate, text, None));
        }
        self.check_json()?;
        Ok(self.root)
    }

    /// Whether some map has lost an entry to a later one: only then can a key be repeated.
    pub fn run_noting_loss(mut self) -> Result<(Tree<'c>, bool), Error> {
        self.decode()?;
        self.check_json()?;
        Ok((self.root, self.lost))
    }

    /// The keys that are written more than once in one map, under the strict reading; nothing where the document cannot be
    /// decoded. goyaml also counts what a merge (`<<`) brings, which is there to be replaced.
    pub fn repeated(mut self) -> Vec<Repeated> {
        self.merged_keys_count = false;
        let done = self.decode();
        if done.is_err() { Vec::new() } else { self.duplicates.into_iter().map(|(_, repeated)| repeated).collect() }
    }

    fn decode(&mut self) -> Result<(), Error> {
        if self.document.nodes.is_empty() {
            return Ok(());
        }
        self.count(Mark::default())?;
        self.visit(0, Pos::default())?;
        while let Some(frame) = self.frames.last().copied() {
            match frame.shape {
                Shape::Sequence if frame.next < frame.end => self.next_item(frame)?,
                Shape::Mapping | Shape::Merge if frame.next < frame.end => self.next_pair(frame)?,
                Shape::Merges if self.merges.len() > frame.base => self.next_merge()?,
                _ => self.close(frame)?,
            }
        }
        Ok(())
    }

    fn node(&self, index: u32) -> Node<'c> {
        match self.document.nodes.get(index as usize) {
            Some(node) => *node,
            // Indexes come from the nodes themselves.
            None => Node {
                kind: NodeKind::Scalar,
                implicit: true,
                style: super::token::Style::Plain,
                tag: b"",
                value: b"",
                mark: Mark::default(),
                end: index + 1,
            },
        }
    }

    fn pos(&self, mark: Mark) -> Pos {
        Pos { source: self.source, line: self.first_line + mark.line + 1, column: mark.column + 1 }
    }

    /// Counts one step of decoding as goyaml does, which refuses a document that is nearly all aliases.
    #[inline]
    fn count(&mut self, mark: Mark) -> Result<(), Error> {
        self.decoded += 1;
        if self.active.is_empty() {
            return Ok(());
        }
        self.aliased += 1;
        if self.decoded > self.max_nodes as u64 {
            return Err(Error::budget("the document expands to too many values", mark));
        }
        if self.aliased > 100 && self.decoded > 1000 {
            const LOW: f64 = 400_000.0;
            const HIGH: f64 = 4_000_000.0;
            let decoded = self.decoded as f64;
            let allowed = match decoded {
                _ if decoded <= LOW => 0.99,
                _ if decoded >= HIGH => 0.10,
                _ => 0.99 - 0.89 * ((decoded - LOW) / (HIGH - LOW)),
            };
            if self.aliased as f64 / decoded > allowed {
                return Err(Error::decode("document contains excessive aliasing", mark));
            }
        }
        Ok(())
    }

    fn enter_alias(&mut self, index: u32, node: &Node<'c>) -> Result<(), Error> {
        if !self.active.insert(index) {
            let name = BStr::new(node.value);
            return Err(Error::decode(format_args!("anchor '{name}' value contains itself"), node.mark));
        }
        Ok(())
    }

    /// Decodes the node with this index as the value at hand.
    fn visit(&mut self, index: u32, pos: Pos) -> Result<(), Error> {
        let node = self.node(index);
        self.count(node.mark)?;
        match node.kind {
            NodeKind::Scalar => {
                let value = self.leaf(&node)?;
                self.deliver(value);
                Ok(())
            }
            NodeKind::Sequence => self.open(Shape::Sequence, index, NO_ALIAS, pos, node.mark),
            NodeKind::Mapping => self.open(Shape::Mapping, index, NO_ALIAS, pos, node.mark),
            NodeKind::Alias(target) => {
                self.enter_alias(index, &node)?;
                let content = self.node(target);
                self.count(node.mark)?;
                match content.kind {
                    NodeKind::Sequence => self.open(Shape::Sequence, target, index, pos, node.mark),
                    NodeKind::Mapping => self.open(Shape::Mapping, target, index, pos, node.mark),
                    NodeKind::Scalar | NodeKind::Alias(_) => {
                        let value = self.leaf(&content)?;
                        self.active.remove(&index);
                        self.deliver(value);
                        Ok(())
                    }
                }
            }
        }
    }

    fn open(&mut self, shape: Shape, index: u32, alias: u32, pos: Pos, mark: Mark) -> Result<(), Error> {
        let base = match shape {
            Shape::Sequence => self.items.len(),
            _ => self.entries.len(),
        };
        if matches!(shape, Shape::Sequence | Shape::Mapping) {
            self.depth += 1;
            if self.depth > self.max_depth && self.depth <= JSON_DEPTH {
                return Err(Error::budget("the document is nested too deeply", mark));
            }
            if self.depth > JSON_DEPTH {
                let byte = if matches!(shape, Shape::Sequence) { '[' } else { '{' };
                let text = format!("invalid character '{byte}' exceeded max depth");
                return Err(Error::new(Kind::Target, text, Some(mark)));
            }
        }
        if let (Shape::Mapping, Some(seen)) = (shape, &mut self.seen) {
            seen.push(HashSet::new());
        }
        let end = self.node(index).end;
        let key = BStr::new(b"");
        self.frames.push(Frame { shape, next: index + 1, end, base, alias, refused_key: None, key, pos });
        Ok(())
    }

    fn next_item(&mut self, frame: Frame<'c>) -> Result<(), Error> {
        let item = self.node(frame.next);
        let pos = self.pos(item.mark);
        if let Some(top) = self.frames.last_mut() {
            top.next = item.end;
            top.pos = pos;
        }
        self.visit(frame.next, pos)
    }

    fn next_pair(&mut self, frame: Frame<'c>) -> Result<(), Error> {
        let key = self.node(frame.next);
        let value = key.end;
        if let Some(top) = self.frames.last_mut() {
            top.next = self.document.nodes.get(value as usize).map_or(top.end, |node| node.end);
        }
        if is_merge(&key) {
            return self.merge(value);
        }
        let pos = self.pos(key.mark);
        let Some(name) = self.key(frame.next, value)? else { return Ok(()) };
        if let Some(top) = self.frames.last_mut() {
            (top.key, top.pos) = (name, pos);
        }
        self.visit(value, pos)
    }

    /// Decodes a key, as goyaml does, and spells it as sigs.k8s.io/yaml does. `None` if it is a collection, whose decoding has
    /// only begun.
    fn key(&mut self, index: u32, value: u32) -> Result<Option<&'c BStr>, Error> {
        let node = self.node(index);
        self.count(node.mark)?;
        let mut content = node;
        if let NodeKind::Alias(target) = node.kind {
            self.enter_alias(index, &node)?;
            self.count(node.mark)?;
            content = self.node(target);
        }
        if content.kind != NodeKind::Scalar {
            let (target, _) = self.document.resolve(index).unwrap_or((index, &content));
            let alias = if target == index { NO_ALIAS } else { index };
            let shape = if content.kind == NodeKind::Sequence { Shape::Sequence } else { Shape::Mapping };
            self.open(shape, target, alias, Pos::default(), node.mark)?;
            if let Some(frame) = self.frames.last_mut() {
                frame.refused_key = Some(index);
            }
            return Ok(None);
        }
        let resolved = scalar(&content)?;
        self.active.remove(&index);
        let name: &'c BStr = match resolved {
            Scalar::Str(_) | Scalar::Timestamp(_) => match self.leaf(&content)? {
                Tree::Str(text) => text,
                _ => BStr::new(b""),
            },
            Scalar::Bool(b) => BStr::new(if b { "true" } else { "false" }),
            Scalar::Int(n) => self.keep(&n.to_string()),
            Scalar::Float(n) => self.keep(&number::float_key(n)),
            Scalar::Null | Scalar::Uint(_) => self.bad_key(resolved, value)?,
        };
        if self.seen.is_some() {
            self.pending.push((gosyntax::scalar(resolved), self.node(value).mark.line + 1, self.pos(node.mark)));
        }
        Ok(Some(name))
    }

    fn keep(&self, text: &str) -> &'c BStr {
        BStr::new(self.arena.alloc_str(text).as_bytes())
    }

    /// A key that JSON cannot have: what is kept in its stead is the error, which counts only if the entry survives.
    fn bad_key(&mut self, key: Scalar<'c>, value: u32) -> Result<&'c BStr, Error> {
        let (go_type, shown) = match key {
            Scalar::Null => ("%!s(<nil>)", "<nil>".to_string()),
            key => ("uint64", gosyntax::scalar(key)),
        };
        let mut text = String::new();
        let (_, node) = self.document.resolve(value).unzip();
        match node.map(scalar) {
            Some(Ok(Scalar::Null)) => text.push_str("<nil>"),
            // What is wrong inside of the value is said when it is decoded.
            _ => _ = gosyntax::node(self.document, value, 0, &mut text),
        }
        let text = format!("unsupported map key of type: {go_type}, key: {shown}{VALUE}{text}");
        let kept = self.keep(&text);
        self.bad_keys.insert(kept.as_ptr() as usize);
        Ok(kept)
    }

    /// The value of a scalar node, as JSON leaves it.
    fn leaf(&mut self, node: &Node<'c>) -> Result<Tree<'c>, Error> {
        Ok(match scalar(node)? {
            Scalar::Null => Tree::Null,
            Scalar::Bool(b) => Tree::Bool(b),
            Scalar::Int(n) if self.keep_integers => Tree::Int(n),
            Scalar::Int(n) => Tree::Float(n as f64),
            Scalar::Uint(n) => Tree::Float(n as f64),
            Scalar::Float(n) => {
                self.odd_float |= !n.is_finite();
                Tree::Float(n)
            }
            Scalar::Str(text) if node.tag == resolve::BINARY => {
                let Some(bytes) = resolve::base64(text) else {
                    return Err(Error::decode("!!binary value contains invalid base64 data", node.mark));
                };
                // JSON replaces each byte that is no part of a character.
                let text: String = utf8::chars(&bytes).into_iter().collect();
                Tree::Str(self.keep(&text))
            }
            Scalar::Str(text) | Scalar::Timestamp(text) => Tree::Str(BStr::new(text)),
        })
    }

    /// Gives a finished value to the collection around it.
    fn deliver(&mut self, value: Tree<'c>) {
        match self.frames.last() {
            None => self.root = value,
            Some(frame) => match frame.shape {
                Shape::Sequence => self.items.push((value, frame.pos)),
                _ => {
                    self.entries.push(Entry { key: frame.key, value, pos: frame.pos });
                    self.note_key(matches!(frame.shape, Shape::Merge));
                }
            },
        }
    }

    /// Under the strict reading: a key counts as set once its value is there.
    fn note_key(&mut self, merged: bool) {
        if let Some(seen) = self.seen.as_mut().and_then(|seen| seen.last_mut())
            && let Some((key, line, pos)) = self.pending.pop()
        {
            if merged && !self.merged_keys_count {
                return;
            }
            if seen.contains(&key) {
                self.duplicates.push((line, Repeated { key, pos }));
            } else {
                seen.insert(key);
            }
        }
    }

    /// Of several keys that JSON cannot have and that are one key to Go, the last counts.
    fn drop_older_bad_keys(&mut self, base: usize) {
        let mut later = HashSet::new();
        let mut at = self.entries.len();
        while at > base {
            at -= 1;
            let key: &[u8] = self.entries[at].key;
            if self.bad_keys.contains(&(key.as_ptr() as usize)) {
                let end = bstr::ByteSlice::find(key, VALUE).unwrap_or(key.len());
                if !later.insert(&key[..end]) {
                    self.entries.remove(at);
                }
            }
        }
    }

    fn close(&mut self, frame: Frame<'c>) -> Result<(), Error> {
        if let Some(index) = frame.refused_key {
            let mut text = String::new();
            gosyntax::node(self.document, index, 0, &mut text)?;
            return Err(Error::decode(format_args!("invalid map key: {text}"), self.node(index).mark));
        }
        self.frames.pop();
        if frame.alias != NO_ALIAS {
            self.active.remove(&frame.alias);
        }
        match frame.shape {
            Shape::Sequence => {
                self.depth -= 1;
                let list = ListNode::new(self.arena, self.items.get(frame.base..).unwrap_or_default());
                self.items.truncate(frame.base);
                self.deliver(Tree::List(list));
            }
            Shape::Mapping => {
                self.depth -= 1;
                if let Some(seen) = &mut self.seen {
                    seen.pop();
                }
                if !self.bad_keys.is_empty() {
                    self.drop_older_bad_keys(frame.base);
                }
                let entries = self.entries.get_mut(frame.base..).unwrap_or_default();
                let map = MapNode::of(self.arena, entries);
                self.lost |= map.entries().len() < entries.len();
                self.entries.truncate(frame.base);
                self.deliver(Tree::Map(map));
            }
            Shape::Merge | Shape::Merges => {}
        }
        Ok(())
    }

    /// The value of a `<<` key: a mapping, or a list of mappings of which the first counts most.
    fn merge(&mut self, index: u32) -> Result<(), Error> {
        let node = self.node(index);
        if node.kind != NodeKind::Sequence {
            return self.merge_mapping(index);
        }
        let base = self.merges.len();
        self.merges.extend(self.document.children(index));
        let frame = Frame {
            shape: Shape::Merges,
            next: 0,
            end: 0,
            base,
            alias: NO_ALIAS,
            refused_key: None,
            key: BStr::new(b""),
            pos: Pos::default(),
        };
        self.frames.push(frame);
        Ok(())
    }

    fn next_merge(&mut self) -> Result<(), Error> {
        match self.merges.pop() {
            Some(index) => self.merge_mapping(index),
            None => Ok(()),
        }
    }

    fn merge_mapping(&mut self, index: u32) -> Result<(), Error> {
        let node = self.node(index);
        match node.kind {
            NodeKind::Mapping => {
                self.count(node.mark)?;
                self.open(Shape::Merge, index, NO_ALIAS, Pos::default(), node.mark)
            }
            NodeKind::Alias(target) if self.node(target).kind == NodeKind::Mapping => {
                self.count(node.mark)?;
                self.enter_alias(index, &node)?;
                self.count(node.mark)?;
                self.open(Shape::Merge, target, index, Pos::default(), node.mark)
            }
            _ => Err(Error::decode("map merge requires map or sequence of maps as the value", node.mark)),
        }
    }

    /// Refuses what JSON cannot say, in the order in which Go comes across it.
    fn check_json(&self) -> Result<(), Error> {
        if !self.bad_keys.is_empty() {
            self.walk(|entry, _| {
                let bad = entry.filter(|entry| self.bad_keys.contains(&(entry.key.as_ptr() as usize)));
                bad.map(|entry| Error::new(Kind::Convert, entry.key.to_string(), Some(self.place(entry.pos))))
            })?;
        }
        if self.odd_float {
            self.walk(|entry, value| match value {
                Tree::Float(n) if !n.is_finite() => {
                    let word = match n {
                        _ if n.is_nan() => "NaN",
                        f64::INFINITY => "+Inf",
                        _ => "-Inf",
                    };
                    let text = format!("json: unsupported value: {word}");
                    Some(Error::new(Kind::Convert, text, entry.map(|entry| self.place(entry.pos))))
                }
                _ => None,
            })?;
        }
        Ok(())
    }

    /// Shows every value of the result, in the order in which encoding/json writes them.
    fn walk(&self, mut refuse: impl FnMut(Option<&Entry<'c>>, Tree<'c>) -> Option<Error>) -> Result<(), Error> {
        let mut left: Vec<(Option<&Entry<'c>>, Tree<'c>)> = vec![(None, self.root)];
        while let Some((entry, value)) = left.pop() {
            if let Some(error) = refuse(entry, value) {
                return Err(error);
            }
            match value {
                Tree::Map(map) => left.extend(map.entries().iter().rev().map(|entry| (Some(entry), entry.value))),
                Tree::List(list) => left.extend(list.items().iter().rev().map(|(value, _)| (None, *value))),
                _ => {}
            }
        }
        Ok(())
    }

    /// The place of an entry as the document counts lines.
    fn place(&self, pos: Pos) -> Mark {
        let line = pos.line.saturating_sub(1 + self.first_line);
        Mark { offset: 0, index: 0, line, column: pos.column.saturating_sub(1) }
    }
}
