//! A JSON document as a set of places that can be referred to: resources with ids, anchors, JSON pointers.
//!
//! Source: santhosh-tekuri/jsonschema v6, `root.go`, `roots.go`: what it accepts, and its words when it does not.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::draft::Draft;
use super::member::{ByAddress, member_of};
use super::pointer::{self, Lost, address, encode};
use crate::go::strconv;
use crate::go::url::{Url, path_unescape};

/// A part of a document with an identifier of its own; the root is one.
#[derive(Debug)]
pub struct Resource<'s> {
    pub id: String,
    pub draft: Draft,
    /// The schema itself.
    pub root: &'s Value,
    anchors: BTreeMap<String, &'s Value>,
    dynamic: BTreeMap<String, &'s Value>,
    /// Where it stands, once somebody has asked.
    pointer: OnceCell<String>,
}

impl<'s> Resource<'s> {
    /// The schema with this `$dynamicAnchor`.
    pub fn dynamic_anchor(&self, name: &str) -> Option<&'s Value> {
        self.dynamic.get(name).copied()
    }

    /// All schemas with a `$dynamicAnchor`.
    pub fn dynamic_anchors(&self) -> impl Iterator<Item = &'s Value> {
        self.dynamic.values().copied()
    }

    /// Whether its schema says `$recursiveAnchor: true`.
    pub fn is_recursive(&self) -> bool {
        self.draft >= Draft::V2019 && self.root.get("$recursiveAnchor") == Some(&Value::Bool(true))
    }
}

/// One JSON document.
#[derive(Debug)]
pub struct Document<'s> {
    pub url: String,
    pub root: &'s Value,
    pub resources: Vec<Resource<'s>>,
    /// Subschema (by address) -> its resource.
    homes: HashMap<usize, usize, ByAddress>,
    /// `urn:` metaschemas that schemas name: Helm takes them for one that accepts everything.
    pub urns: Vec<String>,
}

/// Why a document or a reference is no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It is in another document: its URL, and the fragment, unescaped.
    External(String, String),
    /// A document that would have to be fetched: its URL.
    Outside(String),
    /// A metaschema that chooses vocabularies: its URL. Nobody here knows what is left.
    Vocabularies(String),
    /// A pointer that leads nowhere, in the library's words: it looks only when the schema's turn comes.
    Lost(String),
    /// The library's words.
    Broken(String),
}

/// What a reference means inside of its document.
#[derive(Clone, Debug)]
pub struct Found<'s> {
    pub schema: &'s Value,
    /// Its pointer, when no keyword of the draft leads here: the reference alone makes it a schema.
    pub fresh: Option<String>,
}

impl<'s> Document<'s> {
    /// Collects resources and anchors.
    pub fn new(url: &str, root: &'s Value) -> Result<Document<'s>, Missing> {
        let mut document =
            Document { url: url.into(), root, resources: Vec::new(), homes: HashMap::default(), urns: Vec::new() };
        document.collect(root, None, Draft::V2020)?;
        Ok(document)
    }

    /// The resource that a schema belongs to.
    pub fn home(&self, schema: &Value) -> usize {
        self.homes.get(&address(schema)).copied().unwrap_or(0)
    }

    /// `parent`, the resource around, is `None` for the root.
    fn collect(&mut self, schema: &'s Value, parent: Option<usize>, fallback: Draft) -> Result<(), Missing> {
        if self.homes.contains_key(&address(schema)) {
            return Ok(());
        }
        if !schema.is_object() {
            if parent.is_none() {
                self.add_resource(self.url.clone(), fallback, schema);
            }
            self.homes.insert(address(schema), parent.unwrap_or(0));
            return Ok(());
        }
        let mut draft = self.draft_of(schema, parent.is_none(), fallback)?;
        let mut id = draft.own_id(schema);
        if id.is_none() && parent.is_some() {
            draft = fallback;
            id = draft.own_id(schema);
        }
        let home = match (id, parent) {
            (Some(id), _) => {
                let base = parent.map_or(&self.url, |parent| &self.resources[parent].id);
                let (id, _) = join(base, id).map_err(|_| {
                    Missing::Broken(format!("error in parsing id at {}", quoted(&self.location(schema))))
                })?;
                if let Some(other) = self.resources.iter().find(|r| r.id == id) {
                    let [id, url, here, there] =
                        [&id, &self.url, &self.pointer(schema), &self.pointer(other.root)].map(|text| quoted(text));
                    return Err(Missing::Broken(format!("duplicate id {id} in {url} at {here} and {there}")));
                }
                self.add_resource(id, draft, schema)
            }
            (None, None) => self.add_resource(self.url.clone(), draft, schema),
            (None, Some(parent)) => parent,
        };
        self.homes.insert(address(schema), home);
        self.collect_anchors(schema, home)?;
        let own = self.resources[home].draft;
        for subschema in draft.subschemas(schema) {
            self.collect(subschema, Some(home), own)?;
        }
        Ok(())
    }

    /// What `$schema` says.
    fn draft_of(&mut self, schema: &Value, is_root: bool, fallback: Draft) -> Result<Draft, Missing> {
        let Some(declared) = member_of(schema, "$schema").and_then(Value::as_str) else { return Ok(fallback) };
        if let Some(draft) = Draft::of_url(declared) {
            return Ok(draft);
        }
        let url = declared.split('#').next().unwrap_or_default();
        let parsed = Url::parse(url.as_bytes())
            .map_err(|e| Missing::Broken(format!("invalid $schema in {}: {e}", quoted(&self.location(schema)))))?;
        if is_root && url == self.url {
            return Err(Missing::Broken(format!("draft {} is not supported", quoted(url))));
        }
        match Draft::of_url(url) {
            // A place in a metaschema: Helm loads the whole, and from 2019-09 on takes its vocabularies.
            Some(draft) if draft < Draft::V2019 => Ok(draft),
            _ if super::metaschema::find(url).is_some() || url == self.url => Err(Missing::Vocabularies(url.into())),
            _ => match parsed.scheme.as_slice() {
                b"urn" => {
                    self.urns.push(url.into());
                    Ok(fallback)
                }
                b"file" | b"http" | b"https" => Err(Missing::Outside(url.into())),
                _ => Err(Missing::Broken(unloadable(url))),
            },
        }
    }

    fn add_resource(&mut self, id: String, draft: Draft, root: &'s Value) -> usize {
        let (anchors, dynamic) = (BTreeMap::new(), BTreeMap::new());
        self.resources.push(Resource { id, draft, root, anchors, dynamic, pointer: OnceCell::new() });
        self.resources.len() - 1
    }

    fn collect_anchors(&mut self, schema: &'s Value, home: usize) -> Result<(), Missing> {
        let draft = self.resources[home].draft;
        let text = |keyword: &str| member_of(schema, keyword).and_then(Value::as_str);
        if draft < Draft::V2019 {
            let fragment = text(draft.id_keyword()).and_then(|id| id.split_once('#')).map(|(_, fragment)| fragment);
            let Some(fragment) = fragment.filter(|_| member_of(schema, "$ref").is_none()) else { return Ok(()) };
            let fragment = unescaped(fragment).map_err(|_| {
                Missing::Broken(format!("error in parsing anchor at {}", quoted(&self.location(schema))))
            })?;
            if is_anchor(&fragment) {
                self.add_anchor(fragment, schema, home)?;
            }
            return Ok(());
        }
        if let Some(name) = text("$anchor") {
            self.add_anchor(name.into(), schema, home)?;
        }
        if draft >= Draft::V2020
            && let Some(name) = text("$dynamicAnchor")
        {
            self.add_anchor(name.into(), schema, home)?;
            self.resources[home].dynamic.insert(name.into(), schema);
        }
        Ok(())
    }

    fn add_anchor(&mut self, name: String, schema: &'s Value, home: usize) -> Result<(), Missing> {
        match self.resources[home].anchors.get(&name) {
            Some(other) if address(other) != address(schema) => {
                let [name, url, there, here] =
                    [&name, &self.url, &self.pointer(other), &self.pointer(schema)].map(|text| quoted(text));
                Err(Missing::Broken(format!("duplicate anchor {name} in {url} at {there} and {here}")))
            }
            _ => {
                self.resources[home].anchors.insert(name, schema);
                Ok(())
            }
        }
    }

    /// What a reference written in the resource `from` means.
    pub fn resolve(&mut self, reference: &str, from: usize) -> Result<Found<'s>, Missing> {
        if self.resources[from].id == self.url
            && let Some(pointer) = own_pointer(reference)
        {
            return self.resolve_in(pointer, from);
        }
        let (target, fragment) = join(&self.resources[from].id, reference).map_err(Missing::Broken)?;
        let known = if target == self.url { Some(0) } else { self.resources.iter().position(|r| r.id == target) };
        match known {
            Some(resource) => self.resolve_in(&fragment, resource),
            None => Err(Missing::External(target, fragment)),
        }
    }

    /// A fragment, unescaped, of one of this document's resources.
    pub fn resolve_in(&mut self, fragment: &str, resource: usize) -> Result<Found<'s>, Missing> {
        let Resource { id, root, anchors, .. } = &self.resources[resource];
        if is_anchor(fragment) {
            let schema = anchors.get(fragment).copied().ok_or_else(|| {
                let place = format!("{id}#{}", encode(fragment));
                Missing::Broken(format!("anchor in {} not found in schema {}", quoted(&place), quoted(&self.url)))
            })?;
            return Ok(Found { schema, fresh: None });
        }
        // Its resource is the nearest one around it, which need not be where the reference begins.
        let mut home = resource;
        let whole = || self.resource_pointer(resource) + fragment;
        let pass = |passed: &'s Value| home = self.homes.get(&address(passed)).copied().unwrap_or(home);
        let schema = pointer::lookup(root, fragment, pass).map_err(|lost| {
            let place = quoted(&format!("{}#{}", self.url, encode(&whole())));
            Missing::Lost(match lost {
                Lost::Invalid => format!("invalid json-pointer {place}"),
                Lost::NotFound => format!("json-pointer in {place} not found"),
            })
        })?;
        if self.homes.contains_key(&address(schema)) {
            return Ok(Found { schema, fresh: None });
        }
        let pointer = whole();
        self.collect(schema, Some(home), self.resources[home].draft)?;
        Ok(Found { schema, fresh: Some(pointer) })
    }

    /// The JSON pointer of a resource.
    pub fn resource_pointer(&self, resource: usize) -> String {
        let Resource { pointer, root, .. } = &self.resources[resource];
        pointer.get_or_init(|| self.pointer(root)).clone()
    }

    /// The JSON pointer of a schema in this document.
    pub fn pointer(&self, schema: &Value) -> String {
        pointer::of(self.root, schema).unwrap_or_default()
    }

    /// Where a schema stands, as the library writes it.
    pub fn location(&self, schema: &Value) -> String {
        format!("{}#{}", self.url, encode(&self.pointer(schema)))
    }
}

/// The pointer of a reference into its own resource, where it needs no decoding. Nearly all references are such, and to
/// join URLs takes long; the document's own URL is known to be in its final form.
fn own_pointer(reference: &str) -> Option<&str> {
    let pointer = reference.strip_prefix('#')?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'$' | b'-' | b'_' | b'.');
    (pointer.starts_with('/') && pointer.bytes().all(plain)).then_some(pointer)
}

fn is_anchor(fragment: &str) -> bool {
    !fragment.is_empty() && !fragment.starts_with('/')
}

/// What is said of a URL that nobody loads.
pub fn unloadable(url: &str) -> String {
    let shown =
        Url::parse(url.as_bytes()).map_or_else(|_| url.into(), |u| String::from_utf8_lossy(&u.text()).into_owned());
    format!("failing loading {}: no URLLoader registered for {}", quoted(url), quoted(&shown))
}

/// A reference read from a base: the URL, and the fragment, unescaped. The error is the library's.
fn join(base: &str, reference: &str) -> Result<(String, String), String> {
    let failed = |url: &str, e: String| format!("error in parsing {}: {e}", quoted(url));
    let parsed = Url::parse(base.as_bytes()).map_err(|e| failed(base, e.to_string()))?;
    let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let fragment = unescaped(fragment).map_err(|e| failed(reference, e))?;
    let relative = Url::parse(path.as_bytes()).map_err(|e| failed(path, e.to_string()))?;
    let mut joined = parsed.resolve(&relative);
    if !relative.is_absolute() && !parsed.opaque.is_empty() {
        joined.opaque = parsed.opaque;
    }
    Ok((String::from_utf8_lossy(&joined.text()).into_owned(), fragment))
}

fn unescaped(fragment: &str) -> Result<String, String> {
    path_unescape(fragment.as_bytes()).map(|f| String::from_utf8_lossy(&f).into_owned())
}

/// `%q`.
pub fn quoted(text: &str) -> String {
    strconv::quote(text.as_bytes())
}
