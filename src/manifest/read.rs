//! Rendered files to documents. What Helm refuses as a whole is told here document by document, so that one broken
//! document hides none of the others.

use bumpalo::Bump;

use super::document::{DocId, Document, HookInfo};
use super::node::{Field, Node};
use super::{Broken, BrokenKind, Manifests, RenderedNotes, RepeatedKey};
use crate::chart::Log;
use crate::diagnostic::Refusal;
use crate::dialect::Dialect;
use crate::limits::Limits;
use crate::release::{self, Crd, Head, Hook};
use crate::render::{Bound, RenderedFile};
use crate::value::{Origin, Pos, Tree};
use crate::yaml::{self, Repeated};

/// What is read: a render, or files that stand for one.
pub struct Input<'m> {
    pub files: &'m [RenderedFile],
    pub crds: &'m [Crd<'m>],
    /// The name of the root chart: its NOTES come first.
    pub chart: &'m str,
    pub namespace: &'m str,
    pub dialect: &'static Dialect,
    pub limits: &'m Limits,
}

/// Reads a render of a chart, its CRDs too. The refusal is that of a CRD file that cannot be read any more.
pub fn read<'m>(
    bound: &'m Bound<'_>,
    files: &'m [RenderedFile],
    arena: &'m Bump,
    log: &mut Log,
) -> Result<Manifests<'m>, Refusal> {
    let crds: &'m [Crd<'m>] = arena.alloc(bound.crds(arena)?);
    Ok(read_input(&input(bound, files, crds, arena), arena, log))
}

/// Reads some files of a render, and no CRDs.
pub fn read_some<'m>(bound: &'m Bound<'_>, files: &'m [RenderedFile], arena: &'m Bump) -> Manifests<'m> {
    let mut log = Log::new(bound.settings().dialect);
    read_input(&input(bound, files, &[], arena), arena, &mut log)
}

fn input<'m>(bound: &'m Bound<'_>, files: &'m [RenderedFile], crds: &'m [Crd<'m>], arena: &'m Bump) -> Input<'m> {
    let settings = bound.settings();
    Input {
        files,
        crds,
        chart: arena.alloc_str(&bound.root().path.to_string()),
        namespace: &settings.release.namespace,
        dialect: settings.dialect,
        limits: &settings.limits,
    }
}

/// A document whose text has been read, in the order in which Helm reads them.
struct Text<'m> {
    tree: Tree<'m>,
    repeated: Vec<Repeated>,
    /// Lines before it of what its template wrote.
    file_base: u32,
}

impl Text<'_> {
    fn broken<'m>(&self, template: &'m str, why: BrokenKind, message: impl Into<String>) -> Broken<'m> {
        Broken { template, line: self.file_base + 1, column: 1, why, message: message.into() }
    }
}

/// Reads files that are to be taken for a render.
pub fn read_input<'m>(input: &Input<'m>, arena: &'m Bump, log: &mut Log) -> Manifests<'m> {
    let out = Manifests { files: input.files, ..Manifests::default() };
    let mut reader = Reader { input, arena, texts: Vec::new(), out };
    let (notes, files): (Vec<_>, Vec<_>) = input.files.iter().partition(|f| f.path.ends_with("NOTES.txt"));
    reader.out.notes = notes.iter().map(|f| RenderedNotes { template: &f.path, text: &f.content }).collect();
    reader.out.notes.sort_by_key(|n| (!is_root_notes(n.template, input.chart), n.template));
    let files: Vec<release::File<'m>> =
        files.iter().map(|f| release::File { path: &f.path, content: &f.content }).collect();
    let mut lines = Lines::default();
    let sorted = release::sort_by_head(&files, input.dialect, log, |file, content| {
        let file_base = lines.before(file.content, content);
        Ok(reader.head(file, content, file_base))
    });
    // The closure refuses nothing.
    let sorted = sorted.unwrap_or_default();
    let printed = release::print(&sorted, input.crds, |_| true);
    reader.place(&sorted, &printed);
    reader.out.text = printed.text;
    reader.out
}

fn is_root_notes(path: &str, chart: &str) -> bool {
    path.strip_prefix(chart).is_some_and(|rest| rest.starts_with("/templates/"))
}

struct Reader<'i, 'm> {
    input: &'i Input<'m>,
    arena: &'m Bump,
    /// By `Manifest::number`; `None` for what was left out.
    texts: Vec<Option<Text<'m>>>,
    out: Manifests<'m>,
}

impl<'m> Reader<'_, 'm> {
    /// Reads one document for the sort.
    fn head(&mut self, file: &release::File<'m>, content: &'m [u8], file_base: u32) -> Option<Head> {
        let head = self.try_head(file.path, content, file_base);
        let (text, head) = head.map_err(|broken| self.out.broken.push(broken)).ok().unzip();
        self.texts.push(text);
        head
    }

    fn try_head(&mut self, path: &'m str, content: &'m [u8], file_base: u32) -> Result<(Text<'m>, Head), Broken<'m>> {
        let text = self.text(path, content, file_base)?;
        let head = match Head::of(path, text.tree, self.input.dialect) {
            Ok(head) => head,
            Err(refusal) => {
                let root = Node::root(DocId(0), text.file_base, text.tree, START);
                return Err(match ObjectHead::read(root, None) {
                    Err((at, message)) => broken(path, at, 0, message),
                    // The place is told beside it.
                    Ok(_) => {
                        let words = refusal.message.rsplit_once("while decoding JSON: ").map(|(_, last)| last);
                        text.broken(path, BrokenKind::Shape, words.unwrap_or(&refusal.message))
                    }
                });
            }
        };
        if let Some(types) = Hook::unknown(&head) {
            let message = format!("Helm drops this document: it knows no hook {types:?}");
            self.out.broken.push(text.broken(path, BrokenKind::UnknownHook, message));
        }
        Ok((text, head))
    }

    fn text(&self, template: &'m str, content: &'m [u8], file_base: u32) -> Result<Text<'m>, Broken<'m>> {
        match yaml::load_manifest(content, self.arena, self.input.limits) {
            Ok((tree, repeated)) => Ok(Text { tree, repeated, file_base }),
            Err(error) => Err(Broken {
                template,
                line: file_base + error.line().unwrap_or(1),
                column: error.column().unwrap_or(1),
                why: if error.kind() == yaml::Kind::Budget { BrokenKind::Budget } else { BrokenKind::Syntax },
                message: error.cause().to_string(),
            }),
        }
    }

    /// Gives every document its lines, in the order in which they are printed.
    fn place(&mut self, sorted: &release::Sorted<'m>, printed: &release::Printed) {
        let mut lines = Lines::default();
        let mut starts = printed.starts.iter();
        let mut next = || starts.next().map_or(0, |start| lines.up_to(&printed.text, *start));
        for crd in self.input.crds {
            let base = next();
            self.crd(crd, base);
        }
        for m in &sorted.manifests {
            let base = next();
            self.document(m.path, m.number, base, None);
        }
        for hook in &sorted.hooks {
            let base = next();
            let info =
                HookInfo { events: hook.events.clone(), weight: hook.weight, delete: hook.delete_policies.clone() };
            self.document(hook.path, hook.number, base, Some(info));
        }
    }

    /// The documents of one file of `crds/`.
    fn crd(&mut self, crd: &'m Crd<'m>, base: u32) {
        let mut lines = Lines::default();
        let dialect = self.input.dialect;
        for content in release::split(crd.content, dialect.document_bytes, dialect.document_split) {
            let file_base = lines.before(crd.content, content);
            match self.text(&crd.path, content, file_base) {
                Ok(text) => self.objects(&crd.path, text, base + file_base, None, true),
                Err(broken) => self.out.broken.push(broken),
            }
        }
    }

    fn document(&mut self, path: &'m str, number: usize, base: u32, hook: Option<HookInfo>) {
        if let Some(text) = self.texts.get_mut(number).and_then(Option::take) {
            self.objects(path, text, base, hook, false);
        }
    }

    /// One document, or the items of a list, whose lists are lists too.
    fn objects(&mut self, template: &'m str, text: Text<'m>, base: u32, hook: Option<HookInfo>, is_crd_file: bool) {
        if text.tree == Tree::Null {
            return;
        }
        let first = self.next_id();
        for repeated in &text.repeated {
            self.out.repeated_keys.push(RepeatedKey::new(first, repeated, base));
        }
        let mut left = vec![(Node::root(first, base, text.tree, START), None, None)];
        while let Some((node, item, inherited)) = left.pop() {
            let node = node.owned_by(self.next_id());
            let head = match ObjectHead::read(node, inherited) {
                Ok(head) => head,
                Err((at, message)) => {
                    self.out.broken.push(broken(template, at, i64::from(text.file_base) - i64::from(base), message));
                    continue;
                }
            };
            if let Some(list) = head.items {
                let items: Vec<_> = list.items().enumerate().collect();
                let of = head.kind.strip_suffix("List").filter(|kind| !kind.is_empty());
                let inherited = of.map(|kind| (head.api_version, kind));
                left.extend(items.into_iter().rev().map(|(n, node)| (node, Some(n as u32), inherited)));
                continue;
            }
            self.out.documents.push(Document {
                id: node.doc(),
                template,
                file_base: text.file_base,
                base,
                line: if item.is_some() { node.line() } else { base + 1 },
                api_version: head.api_version,
                kind: head.kind,
                name: head.name,
                namespace: if head.namespace.is_empty() { self.input.namespace } else { head.namespace },
                hook: hook.clone(),
                is_crd_file,
                item_of_list: item,
                root: node,
            });
        }
    }

    fn next_id(&self) -> DocId {
        DocId(u32::try_from(self.out.documents.len()).unwrap_or(u32::MAX))
    }
}

/// Where the text of a document begins.
const START: Pos = Pos { source: Origin(0), line: 1, column: 1 };

/// An object of the wrong shape; what its template wrote is so many lines further down than the node says.
fn broken<'m>(template: &'m str, at: Node<'m>, further_down: i64, message: String) -> Broken<'m> {
    let line = u32::try_from(i64::from(at.line()) + further_down).unwrap_or(0);
    Broken { template, line, column: at.pos().column, why: BrokenKind::Shape, message }
}

/// What makes a document an object.
struct ObjectHead<'m> {
    api_version: &'m str,
    kind: &'m str,
    name: &'m str,
    namespace: &'m str,
    /// The items, when it is a list of objects.
    items: Option<Node<'m>>,
}

type Shape<'m> = (Node<'m>, String);

impl<'m> ObjectHead<'m> {
    /// `inherited`: what an item of a typed list is when it does not say so itself (`PodList`).
    fn read(node: Node<'m>, inherited: Option<(&'m str, &'m str)>) -> Result<Self, Shape<'m>> {
        if node.tree().as_map().is_none() {
            return Err((node, format!("this is no object, but {}", article(node.tree().json_name()))));
        }
        let kind = text(node, "kind", "kind")?;
        let (inherited_version, inherited_kind) = inherited.unwrap_or_default();
        let kind = if kind.is_empty() { inherited_kind } else { kind };
        if kind.is_empty() {
            return Err((node, "this object has no kind".into()));
        }
        let api_version = text(node, "apiVersion", "apiVersion")?;
        let api_version = if api_version.is_empty() { inherited_version } else { api_version };
        if api_version.is_empty() {
            return Err((node, "this object has no apiVersion".into()));
        }
        let items = node.get("items").filter(|items| kind.ends_with("List") && matches!(items.tree(), Tree::List(_)));
        let (mut name, mut namespace) = ("", "");
        match node.get("metadata").map(Node::as_map) {
            None | Some(Field::Absent | Field::Null(_)) => {}
            Some(Field::Given(_)) => {
                if let Some(metadata) = node.get("metadata") {
                    name = text(metadata, "name", "metadata.name")?;
                    namespace = text(metadata, "namespace", "metadata.namespace")?;
                }
            }
            Some(Field::Wrong(wrong)) => {
                let found = article(wrong.tree().json_name());
                return Err((wrong, format!("metadata is {found} and not an object")));
            }
        }
        Ok(ObjectHead { api_version, kind, name, namespace, items })
    }
}

/// A string that may be absent.
fn text<'m>(node: Node<'m>, key: &str, shown: &str) -> Result<&'m str, Shape<'m>> {
    node.str(key).or_wrong().map(Option::unwrap_or_default).map_err(|wrong| {
        let found = article(wrong.tree().json_name());
        (wrong, format!("{shown} is {found} and not a string"))
    })
}

fn article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'o']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}

/// Counts line ends up to growing offsets of one text, then of the next.
#[derive(Default)]
struct Lines {
    text: usize,
    at: usize,
    line: u32,
}

impl Lines {
    /// Lines of `text` before a part of it; parts come in their order, texts one after the other.
    fn before(&mut self, text: &[u8], part: &[u8]) -> u32 {
        let start = text.as_ptr() as usize;
        if self.text != start {
            *self = Lines { text: start, ..Lines::default() };
        }
        self.up_to(text, (part.as_ptr() as usize).saturating_sub(start))
    }

    fn up_to(&mut self, text: &[u8], offset: usize) -> u32 {
        let passed = text.get(self.at..offset).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count() as u32;
        self.at = self.at.max(offset);
        self.line
    }
}
