//! Everything that one container is told: variables, mounted files and what stands in them, arguments. Each with its way.
//!
//! Nothing is judged here, except whether a name or a value can have to do with a database at all; the rest is passed over.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use bumpalo::Bump;

use super::config::{self, Raw};
use super::placeholder::{Lookup, expand};
use super::script;
use super::source::{Link, Origin, Source, Why};
use super::url;
use super::value::Value;
use super::words::Words;
use crate::kube::{self, Container, Environment, FileAt, Inventory, StoreKind, Text, VarSource, Workload};
use crate::manifest::{DocId, Node};

/// Which settings belong together: those of one space may be parts of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    Environment,
    /// Files of one value each: their names are the settings.
    Folder,
    /// The settings inside of a file.
    File(u32),
    Arguments,
    /// One run of a client program in a script.
    Program(u32),
}

/// One thing that a container is told.
#[derive(Clone, Debug)]
pub struct Setting<'m> {
    pub words: Words,
    pub value: Value<'m>,
    pub source: Source<'m>,
    pub space: Space,
    /// It comes with everything else of an object: `envFrom`, or a folder of files. Nobody asked for it by name.
    pub bulk: bool,
    /// What another of the same name would have said.
    pub losers: Vec<Source<'m>>,
}

/// All of them.
pub struct Book<'i, 'm> {
    pub settings: Vec<Setting<'m>>,
    pub environment: Environment<'i, 'm>,
    /// Variables that others are made from: `$(NAME)`, placeholders, shell.
    pub used: HashSet<String>,
    /// Words of command and arguments, scripts taken apart: for telling what runs.
    pub commands: Vec<String>,
    /// A shell runs them.
    pub is_script: bool,
    /// Client programs that a script runs.
    pub programs: Vec<script::Run<'m>>,
    /// Secrets and ConfigMaps that are mounted or taken whole and not rendered.
    pub opaque: Vec<(StoreKind, &'m str)>,
}

/// What all containers of a render share.
pub struct Shelf<'i, 'm> {
    pub inventory: &'i Inventory<'m>,
    pub arena: &'m Bump,
    /// Files that were read: by document and key.
    read: RefCell<HashMap<(DocId, &'m str), Rc<Vec<Raw>>>>,
    store_names: HashMap<DocId, &'m str>,
}

/// More settings that may matter than any file has.
const MANY: usize = 2_000;

impl<'i, 'm> Shelf<'i, 'm> {
    pub fn new(inventory: &'i Inventory<'m>, arena: &'m Bump) -> Self {
        let store_names = inventory.stores.iter().map(|s| (s.doc, s.name)).collect();
        Shelf { inventory, arena, read: RefCell::new(HashMap::new()), store_names }
    }

    fn raws(&self, doc: DocId, key: &'m str, name: &str, text: &str) -> Rc<Vec<Raw>> {
        if let Some(found) = self.read.borrow().get(&(doc, key)) {
            return Rc::clone(found);
        }
        let mut raws = config::read(name, text, &Bump::new());
        raws.truncate(MANY);
        let raws = Rc::new(raws);
        self.read.borrow_mut().insert((doc, key), Rc::clone(&raws));
        raws
    }
}

/// A text of `kube` as ours.
pub fn value_of<'m>(text: &Text<'m>) -> Value<'m> {
    let mut value = Value::default();
    for piece in &text.pieces {
        match piece {
            kube::Piece::Known { bytes, source } => match std::str::from_utf8(bytes) {
                Ok(text) => value.push(text, Some(Origin::Kube(*source))),
                Err(_) => value.push_unknown(Why::NotText, Some(Origin::Kube(*source))),
            },
            kube::Piece::Unknown(why) => value.push_unknown(Why::Kube(*why), None),
        }
    }
    value
}

/// The keys that a text comes from.
fn key_links<'m>(text: &Text<'m>, shelf: &Shelf<'_, 'm>) -> Vec<Link<'m>> {
    let mut links: Vec<Link<'m>> = Vec::new();
    for piece in &text.pieces {
        let link = match piece {
            kube::Piece::Known { source: kube::Source::Key { kind, doc, key, node }, .. } => {
                key_link(shelf, *kind, *doc, key, *node)
            }
            kube::Piece::Unknown(kube::Why::NotRendered { kind, name, key, .. }) => {
                Link::Key { kind: *kind, name: (*name).to_string(), key: (*key).to_string(), at: None }
            }
            _ => continue,
        };
        if links.len() < 8 && !links.contains(&link) {
            links.push(link);
        }
    }
    links
}

fn key_link<'m>(shelf: &Shelf<'_, 'm>, kind: StoreKind, doc: DocId, key: &str, node: Node<'m>) -> Link<'m> {
    let name = shelf.store_names.get(&doc).copied().unwrap_or_default();
    Link::Key { kind, name: name.to_string(), key: key.to_string(), at: Some((doc, node.line())) }
}

/// Whether a setting can have to do with a connection.
fn matters(words: &Words, value: &Value<'_>) -> bool {
    words.part().is_some() || url::looks_like_one(value.filled())
}

/// Reads a container.
pub fn read<'i, 'm>(shelf: &Shelf<'i, 'm>, workload: &Workload<'m>, container: &Container<'m>) -> Book<'i, 'm> {
    let environment = kube::environment(shelf.inventory, container);
    let opaque = environment.opaque.iter().map(|o| (o.from.kind, o.from.name)).collect();
    let mut book = Book {
        settings: Vec::new(),
        environment,
        used: HashSet::new(),
        commands: Vec::new(),
        is_script: false,
        programs: Vec::new(),
        opaque,
    };
    book.take_variables(shelf, workload, container);
    book.take_files(shelf, workload, container);
    book.take_arguments(shelf, workload, container);
    book
}

impl<'i, 'm> Book<'i, 'm> {
    fn take_variables(&mut self, shelf: &Shelf<'i, 'm>, workload: &Workload<'m>, container: &Container<'m>) {
        for (_, node) in container.env() {
            if let Some(text) = node.str("value").given() {
                self.note_references(text);
            }
        }
        let mut found = Vec::new();
        for var in &self.environment.vars {
            let words = Words::of(&var.name);
            let value = value_of(&var.value);
            if let Some(inner) = words.strip("file")
                && let Some(path) = value.text().filter(|p| p.starts_with('/'))
            {
                if inner.part().is_some() {
                    let name = var.name.to_string();
                    let at = kube::file_at(shelf.inventory, &workload.pod, container, &self.environment, path);
                    let (value, mut links) = content(shelf, &at, path);
                    links.insert(0, variable_link(var, shelf.arena));
                    let source = Source { name, links };
                    found.push(Setting {
                        words: inner,
                        value: value.trimmed(),
                        source,
                        space: Space::Environment,
                        bulk: false,
                        losers: Vec::new(),
                    });
                }
                continue;
            }
            if !matters(&words, &value) {
                continue;
            }
            // Frameworks expand these themselves.
            let value = match value.text() {
                Some(text) if text.starts_with("${") && text.ends_with('}') => {
                    let desk = Desk::new(shelf, workload, container, &self.environment, &[]);
                    expand(text, false, &desk).trimmed()
                }
                _ => value,
            };
            let source_of = |text: &Text<'m>, from: &VarSource<'m>| {
                let mut links = vec![link_of(&var.name, from, shelf.arena)];
                links.extend(key_links(text, shelf));
                Source { name: var.name.to_string(), links }
            };
            found.push(Setting {
                words,
                value,
                source: source_of(&var.value, &var.from),
                space: Space::Environment,
                bulk: matches!(var.from, VarSource::EnvFrom { .. }),
                losers: var.shadowed.iter().map(|l| source_of(&l.value, &l.from)).collect(),
            });
        }
        self.settings.append(&mut found);
    }

    fn note_references(&mut self, text: &str) {
        for part in kube::parts(text) {
            if let kube::Part::Variable { name, .. } = part {
                self.used.insert(name.to_string());
            }
        }
    }

    fn take_files(&mut self, shelf: &Shelf<'i, 'm>, workload: &Workload<'m>, container: &Container<'m>) {
        let files = kube::files(shelf.inventory, &workload.pod, container, &self.environment);
        for (n, (path, at)) in (0u32..).zip(&files) {
            let name = path.rsplit('/').next().unwrap_or_default();
            let words = Words::of(name);
            match at {
                FileAt::Provided { content: text, .. } => {
                    let [kube::Piece::Known { bytes, source }] = text.pieces.as_slice() else { continue };
                    let kube::Source::Key { kind, doc, key, node } = *source else { continue };
                    let key_link = key_link(shelf, kind, doc, key, node);
                    let links = vec![Link::File { path: path.clone() }, key_link];
                    self.take_file(shelf, workload, container, Space::File(n), (doc, key, path), &words, bytes, links);
                }
                FileAt::Unknown { why, .. } if words.part().is_some() => {
                    let value = Value::unknown(Why::Kube(*why), None);
                    let source = Source { name: name.to_string(), links: vec![Link::File { path: path.clone() }] };
                    self.settings.push(Setting {
                        words,
                        value,
                        source,
                        space: Space::Folder,
                        bulk: true,
                        losers: Vec::new(),
                    });
                }
                _ => {}
            }
        }
    }

    /// A file of which the bytes are known: one value, or settings.
    fn take_file(
        &mut self,
        shelf: &Shelf<'i, 'm>,
        workload: &Workload<'m>,
        container: &Container<'m>,
        space: Space,
        (doc, key, path): (DocId, &'m str, &str),
        words: &Words,
        bytes: &'m [u8],
        links: Vec<Link<'m>>,
    ) {
        let name = path.rsplit('/').next().unwrap_or_default();
        if bytes.len() > config::LONGEST {
            if config::is_worth_reading(bytes) {
                let value = Value::unknown(Why::TooLong, None);
                let source = Source { name: name.to_string(), links };
                self.settings.push(Setting {
                    words: words.clone(),
                    value,
                    source,
                    space,
                    bulk: true,
                    losers: Vec::new(),
                });
            }
            return;
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        let one_line = !text.trim_end().contains('\n');
        if one_line
            && (words.part().is_some() || url::looks_like_one(text.trim()))
            && !text.trim_start().starts_with('{')
        {
            let value = Value::known(text).trimmed();
            let source = Source { name: name.to_string(), links };
            self.settings.push(Setting {
                words: words.clone(),
                value,
                source,
                space: Space::Folder,
                bulk: true,
                losers: Vec::new(),
            });
            return;
        }
        // A script is read where it is run.
        if text.starts_with("#!") || !config::is_worth_reading(bytes) {
            return;
        }
        let raws = shelf.raws(doc, key, name, text);
        self.take_raws(shelf, workload, container, &raws, space, &links);
    }

    /// The settings of a file, with their placeholders filled in.
    fn take_raws(
        &mut self,
        shelf: &Shelf<'i, 'm>,
        workload: &Workload<'m>,
        container: &Container<'m>,
        raws: &[Raw],
        space: Space,
        links: &[Link<'m>],
    ) {
        let desk = Desk::new(shelf, workload, container, &self.environment, raws);
        let mut found = Vec::new();
        for raw in raws {
            let words = Words::of(&raw.key);
            if words.part().is_none() && !url::looks_like_one(&raw.value) {
                continue;
            }
            let value = expand(&raw.value, raw.is_code, &desk).trimmed();
            let mut links = links.to_vec();
            let at = links.iter().position(|l| matches!(l, Link::Key { .. })).unwrap_or(links.len());
            links.insert(at, Link::Setting { key: raw.key.clone(), line: raw.line });
            let source = Source { name: raw.key.clone(), links };
            found.push(Setting { words, value, source, space, bulk: false, losers: Vec::new() });
        }
        found.extend(secret_references(shelf, &found, raws, workload.namespace));
        self.used.extend(desk.used.take());
        self.settings.append(&mut found);
    }

    fn take_arguments(&mut self, shelf: &Shelf<'i, 'm>, workload: &Workload<'m>, container: &Container<'m>) {
        let nodes: Vec<Node<'m>> =
            container.command().into_iter().flatten().chain(container.args().into_iter().flatten()).collect();
        let mut words: Vec<(Value<'m>, Node<'m>)> = Vec::new();
        for node in nodes {
            if let Some(text) = node.as_str().given() {
                self.note_references(text);
            }
            words.push((value_of(&self.environment.expand(node)), node));
        }
        let mut n = 0;
        let mut files: Vec<(String, Link<'m>)> = Vec::new();
        while let Some((value, node)) = words.get(n) {
            let text = value.filled();
            let link = Link::Argument { doc: node.doc(), line: node.line() };
            n += 1;
            if is_script(text, n.checked_sub(2).and_then(|n| words.get(n)).map(|(v, _)| v.filled())) {
                self.is_script = true;
                let told = self.take_script(shelf, workload, container, value, &link);
                files.extend(told.into_iter().map(|file| (file, link.clone())));
                continue;
            }
            self.commands.push(text.to_string());
            if text.starts_with('/') {
                files.push((text.to_string(), link.clone()));
            }
            let option = text.trim_start_matches('-');
            let (key, value) = match option.split_once('=') {
                Some((key, rest)) if !key.contains("://") => {
                    (key.to_string(), value.slice(text.len() - rest.len()..text.len()))
                }
                _ if text.starts_with('-') => match words.get(n) {
                    Some((next, _)) if !next.filled().starts_with('-') => {
                        // A URL belongs to its option; any other word may be a setting of its own.
                        n += usize::from(url::looks_like_one(next.filled()));
                        (option.to_string(), next.clone())
                    }
                    _ => continue,
                },
                _ if url::looks_like_one(text) => ("argument".to_string(), value.clone()),
                _ => continue,
            };
            let words = Words::of(&key);
            if matters(&words, &value) {
                let source = Source { name: key, links: vec![link] };
                self.settings.push(Setting {
                    words,
                    value,
                    source,
                    space: Space::Arguments,
                    bulk: false,
                    losers: Vec::new(),
                });
            }
        }
        // Scripts that are mounted and run by name; scripts in those are not followed.
        for (path, link) in files.iter().take(8) {
            let at = kube::file_at(shelf.inventory, &workload.pod, container, &self.environment, path);
            if let FileAt::Provided { content, .. } = at {
                let script = value_of(&content);
                if script.is_known() && script.filled().contains('\n') {
                    self.is_script = true;
                    self.take_script(shelf, workload, container, &script, link);
                }
            }
        }
        let plain: Vec<Value<'m>> = words.iter().map(|(value, _)| value.clone()).collect();
        let link = words.first().map(|(_, node)| Link::Argument { doc: node.doc(), line: node.line() });
        if let Some(mut run) = script::direct(&plain) {
            run.link = link;
            self.programs.push(run);
        }
        self.take_named_objects(shelf, workload, container, &plain);
    }

    /// Reads a script; gives the files that it names.
    fn take_script(
        &mut self,
        shelf: &Shelf<'i, 'm>,
        workload: &Workload<'m>,
        container: &Container<'m>,
        text: &Value<'m>,
        link: &Link<'m>,
    ) -> Vec<String> {
        let desk = Desk::new(shelf, workload, container, &self.environment, &[]);
        let told = script::read(text, &desk);
        self.used.extend(desk.used.take());
        self.commands.extend(told.heads);
        for mut run in told.runs {
            run.link = Some(link.clone());
            self.programs.push(run);
        }
        for (key, value) in told.urls {
            let source = Source { name: key.clone(), links: vec![link.clone()] };
            self.settings.push(Setting {
                words: Words::of(&key),
                value,
                source,
                space: Space::Arguments,
                bulk: false,
                losers: Vec::new(),
            });
        }
        told.files
    }

    /// A program that is told the name of a ConfigMap reads it through the API server.
    fn take_named_objects(
        &mut self,
        shelf: &Shelf<'i, 'm>,
        workload: &Workload<'m>,
        container: &Container<'m>,
        words: &[Value<'m>],
    ) {
        let mut n = 1000;
        for word in words.iter().filter_map(Value::text) {
            let name = word.rsplit('=').next().unwrap_or(word);
            let Some(store) = shelf.inventory.config_map(workload.namespace, name).filter(|_| !name.is_empty()) else {
                continue;
            };
            for (key, content) in store.entries() {
                let Some(bytes) = content.bytes.filter(|b| b.len() <= config::LONGEST && config::is_worth_reading(b))
                else {
                    continue;
                };
                let Ok(text) = std::str::from_utf8(bytes) else { continue };
                let raws = shelf.raws(store.doc, key, key, text);
                let links = [Link::Api { name: store.name }, key_link(shelf, store.kind, store.doc, key, content.node)];
                n += 1;
                self.take_raws(shelf, workload, container, &raws, Space::File(n), &links);
            }
        }
    }
}

/// Several lines, or what follows the `-c` of a shell.
fn is_script(text: &str, before: Option<&str>) -> bool {
    let follows_c =
        before.is_some_and(|b| b.starts_with('-') && !b.starts_with("--") && b.contains('c') && b.len() < 6);
    text.contains('\n') || (text.contains(' ') && (follows_c || text.contains("; ") || text.contains(" && ")))
}

/// `passwordSecret: {name: n, key: k}` in a file that a program reads through the API server.
fn secret_references<'m>(
    shelf: &Shelf<'_, 'm>,
    found: &[Setting<'m>],
    raws: &[Raw],
    namespace: &str,
) -> Vec<Setting<'m>> {
    let mut out = Vec::new();
    let keys: HashMap<&str, &Raw> = raws.iter().map(|r| (r.key.as_str(), r)).collect();
    for raw in raws.iter().filter(|r| {
        r.key.ends_with("Secret.name") || r.key.ends_with("SecretRef.name") || r.key.ends_with("secretKeyRef.name")
    }) {
        let Some(parent) = raw.key.strip_suffix(".name") else { continue };
        let Some(key) = keys.get(format!("{parent}.key").as_str()) else { continue };
        let words = ["Secret", "SecretRef", ".secretKeyRef"]
            .iter()
            .find_map(|end| parent.strip_suffix(end))
            .map(Words::of)
            .unwrap_or_default();
        let Some(links) = found.first().map(|s| s.source.links.clone()) else { continue };
        let (value, at) =
            match shelf.inventory.secret(namespace, &raw.value).and_then(|s| Some((s, s.get(&key.value)?))) {
                Some((store, content)) => match content.bytes.map(std::str::from_utf8) {
                    Some(Ok(text)) => (Value::known(text), Some((store.doc, content.node.line()))),
                    _ => (Value::unknown(Why::NotText, None), Some((store.doc, content.node.line()))),
                },
                None => (Value::unknown(Why::File(format!("Secret {}", raw.value)), None), None),
            };
        let key = Link::Key { kind: StoreKind::Secret, name: raw.value.clone(), key: key.value.clone(), at };
        let mut links: Vec<_> = links.into_iter().filter(|l| !matches!(l, Link::Setting { .. })).collect();
        links.push(key);
        let source = Source { name: parent.to_string(), links };
        let Some(space) = found.first().map(|s| s.space) else { continue };
        out.push(Setting { words, value, source, space, bulk: false, losers: Vec::new() });
    }
    out
}

/// What a file holds, and the way to it.
fn content<'m>(shelf: &Shelf<'_, 'm>, at: &FileAt<'m>, path: &str) -> (Value<'m>, Vec<Link<'m>>) {
    let file = Link::File { path: path.to_string() };
    match at {
        FileAt::Provided { content, .. } => {
            let mut links = vec![file];
            links.extend(key_links(content, shelf));
            (value_of(content), links)
        }
        FileAt::Unknown { why, .. } => {
            let mut links = vec![file];
            if let kube::Why::NotRendered { kind, name, key, .. } = why {
                links.push(Link::Key { kind: *kind, name: (*name).to_string(), key: (*key).to_string(), at: None });
            }
            (Value::unknown(Why::Kube(*why), None), links)
        }
        _ => (Value::unknown(Why::File(path.to_string()), None), vec![file]),
    }
}

fn variable_link<'m>(var: &kube::Var<'m>, arena: &'m Bump) -> Link<'m> {
    link_of(&var.name, &var.from, arena)
}

fn link_of<'m>(name: &std::borrow::Cow<'m, str>, from: &VarSource<'m>, arena: &'m Bump) -> Link<'m> {
    let name: &'m str = match name {
        std::borrow::Cow::Borrowed(name) => name,
        std::borrow::Cow::Owned(name) => arena.alloc_str(name),
    };
    let (doc, line) = (from.node().doc(), from.node().line());
    match from {
        VarSource::Env { .. } => Link::Env { name, doc, line },
        VarSource::EnvFrom { .. } => Link::EnvFrom { name, doc, line },
    }
}

/// What the placeholders of a file or script are looked up in.
struct Desk<'e, 'i, 'm> {
    shelf: &'e Shelf<'i, 'm>,
    workload: &'e Workload<'m>,
    container: &'e Container<'m>,
    environment: &'e Environment<'i, 'm>,
    /// The settings of the same file, by key.
    locals: HashMap<&'e str, &'e Raw>,
    used: RefCell<HashSet<String>>,
    depth: Cell<u32>,
}

impl<'e, 'i, 'm> Desk<'e, 'i, 'm> {
    fn new(
        shelf: &'e Shelf<'i, 'm>,
        workload: &'e Workload<'m>,
        container: &'e Container<'m>,
        environment: &'e Environment<'i, 'm>,
        raws: &'e [Raw],
    ) -> Self {
        let locals = raws.iter().rev().map(|raw| (raw.key.as_str(), raw)).collect();
        Desk { shelf, workload, container, environment, locals, used: RefCell::default(), depth: Cell::new(0) }
    }
}

impl<'m> Lookup<'m> for Desk<'_, '_, 'm> {
    fn variable(&self, name: &str) -> Option<Value<'m>> {
        if let Some(var) = self.environment.get(name) {
            self.used.borrow_mut().insert(name.to_string());
            return Some(value_of(&var.value));
        }
        // A variable of the program itself, set by another line of the same file; a few steps deep.
        if self.depth.get() < 4
            && let Some(raw) = self.locals.get(name)
        {
            self.depth.set(self.depth.get() + 1);
            let value = expand(&raw.value, raw.is_code, self);
            self.depth.set(self.depth.get() - 1);
            return Some(value);
        }
        let opaque = self.environment.maybe_from(name)?;
        let (kind, from) = (opaque.from.kind, opaque.from.name);
        let why =
            kube::Why::NotRendered { kind, name: from, key: "", optional: opaque.from.optional, at: opaque.from.node };
        Some(Value::unknown(Why::Kube(why), None))
    }

    fn file(&self, path: &str) -> Option<Value<'m>> {
        let at = kube::file_at(self.shelf.inventory, &self.workload.pod, self.container, self.environment, path);
        match at {
            FileAt::Provided { content, .. } => Some(value_of(&content)),
            FileAt::Unknown { why, .. } => Some(Value::unknown(Why::Kube(why), None)),
            _ => None,
        }
    }
}
