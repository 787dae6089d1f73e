//! A schema as text/JSON becomes a set of places that can be referred to: resources with ids, anchors, JSON pointers.
//!
//! Source: santhosh-tekuri/jsonschema v6, `root.go`, `roots.go`, `draft.go`: what it accepts, and its words when it does not.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::go::strconv;
use crate::go::url;

/// The drafts, in order of age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Draft {
    V4,
    V6,
    V7,
    V2019,
    V2020,
}

impl Draft {
    /// The draft of a `$schema`; `None` for a metaschema of somebody's own.
    pub fn of_url(text: &str) -> Option<Draft> {
        let (path, fragment) = text.split_once('#').unwrap_or((text, ""));
        if !fragment.is_empty() {
            return None;
        }
        let path = path.strip_prefix("http://").or_else(|| path.strip_prefix("https://"))?;
        match path.strip_prefix("json-schema.org/")? {
            "schema" | "draft/2020-12/schema" => Some(Draft::V2020),
            "draft/2019-09/schema" => Some(Draft::V2019),
            "draft-07/schema" => Some(Draft::V7),
            "draft-06/schema" => Some(Draft::V6),
            "draft-04/schema" => Some(Draft::V4),
            _ => None,
        }
    }

    fn id_keyword(self) -> &'static str {
        if self == Draft::V4 { "id" } else { "$id" }
    }

    /// Where subschemas stand: keyword, and whether they are its value, its items or its members.
    fn subschemas(self) -> impl Iterator<Item = (&'static str, Shape)> {
        SUBSCHEMAS.iter().filter(move |s| s.0 <= self).map(|s| (s.1, s.2))
    }
}

#[derive(Clone, Copy)]
enum Shape {
    Value,
    Items,
    Members,
}

static SUBSCHEMAS: &[(Draft, &str, Shape)] = &[
    (Draft::V4, "definitions", Shape::Members),
    (Draft::V4, "not", Shape::Value),
    (Draft::V4, "allOf", Shape::Items),
    (Draft::V4, "anyOf", Shape::Items),
    (Draft::V4, "oneOf", Shape::Items),
    (Draft::V4, "properties", Shape::Members),
    (Draft::V4, "additionalProperties", Shape::Value),
    (Draft::V4, "patternProperties", Shape::Members),
    (Draft::V4, "items", Shape::Value),
    (Draft::V4, "items", Shape::Items),
    (Draft::V4, "additionalItems", Shape::Value),
    (Draft::V4, "dependencies", Shape::Members),
    (Draft::V6, "propertyNames", Shape::Value),
    (Draft::V6, "contains", Shape::Value),
    (Draft::V7, "if", Shape::Value),
    (Draft::V7, "then", Shape::Value),
    (Draft::V7, "else", Shape::Value),
    (Draft::V2019, "$defs", Shape::Members),
    (Draft::V2019, "dependentSchemas", Shape::Members),
    (Draft::V2019, "unevaluatedProperties", Shape::Value),
    (Draft::V2019, "unevaluatedItems", Shape::Value),
    (Draft::V2019, "contentSchema", Shape::Value),
    (Draft::V2020, "prefixItems", Shape::Items),
];

/// A part of a document with an identifier of its own; the root is one.
#[derive(Debug)]
pub struct Resource<'s> {
    pub id: String,
    pub draft: Draft,
    /// The schema object itself.
    pub root: &'s Value,
    anchors: BTreeMap<String, &'s Value>,
    dynamic: BTreeMap<String, &'s Value>,
    pub recursive: bool,
}

impl<'s> Resource<'s> {
    /// The schema with this `$dynamicAnchor`.
    pub fn dynamic_anchor(&self, name: &str) -> Option<&'s Value> {
        self.dynamic.get(name).copied()
    }
}

/// One JSON document.
#[derive(Debug)]
pub struct Document<'s> {
    pub url: String,
    root: &'s Value,
    pub resources: Vec<Resource<'s>>,
    /// Subschema (by address) -> its resource.
    homes: HashMap<usize, usize>,
}

/// Why a reference leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Another document: its URL.
    External(String),
    /// The library's words.
    Broken(String),
}

impl<'s> Document<'s> {
    /// Collects resources and anchors. The error is the library's.
    pub fn new(url: &str, root: &'s Value, fallback: Draft) -> Result<Document<'s>, Missing> {
        let mut document = Document { url: url.into(), root, resources: Vec::new(), homes: HashMap::new() };
        document.collect(root, None, url.into(), fallback, true)?;
        Ok(document)
    }

    /// The resource that a schema belongs to.
    pub fn home(&self, schema: &Value) -> usize {
        self.homes.get(&address(schema)).copied().unwrap_or(0)
    }

    fn collect(
        &mut self,
        schema: &'s Value,
        parent: Option<usize>,
        base: String,
        fallback: Draft,
        is_root: bool,
    ) -> Result<(), Missing> {
        if self.homes.contains_key(&address(schema)) {
            return Ok(());
        }
        let Some(object) = schema.as_object() else {
            if is_root {
                self.add_resource(base, fallback, schema);
            }
            self.homes.insert(address(schema), parent.unwrap_or(0));
            return Ok(());
        };
        let declared = object.get("$schema").and_then(Value::as_str);
        let mut draft = match declared.map(|s| (s, Draft::of_url(s))) {
            None => fallback,
            Some((_, Some(draft))) => draft,
            Some((other, None)) => return Err(Missing::External(other.split('#').next().unwrap_or_default().into())),
        };
        let mut id = own_id(schema, draft);
        if id.is_none() && !is_root {
            draft = fallback;
            id = own_id(schema, draft);
        }
        let home = match id {
            Some(id) => {
                let id = join(&base, &id);
                if self.resources.iter().any(|r| r.id == id) {
                    return Err(Missing::Broken(format!("duplicate id {} in {}", quoted(&id), quoted(&self.url))));
                }
                self.add_resource(id, draft, schema)
            }
            None if is_root => self.add_resource(base, draft, schema),
            None => parent.unwrap_or(0),
        };
        self.homes.insert(address(schema), home);
        self.collect_anchors(schema, home);
        let (base, draft) = (self.resources[home].id.clone(), self.resources[home].draft);
        for (keyword, shape) in draft.subschemas() {
            let Some(value) = object.get(keyword) else { continue };
            match (shape, value) {
                (Shape::Value, Value::Object(_) | Value::Bool(_)) => {
                    self.collect(value, Some(home), base.clone(), draft, false)?;
                }
                (Shape::Items, Value::Array(items)) => {
                    for item in items {
                        self.collect(item, Some(home), base.clone(), draft, false)?;
                    }
                }
                (Shape::Members, Value::Object(members)) => {
                    for member in members.values() {
                        self.collect(member, Some(home), base.clone(), draft, false)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn add_resource(&mut self, id: String, draft: Draft, root: &'s Value) -> usize {
        let recursive = draft >= Draft::V2019 && root.get("$recursiveAnchor") == Some(&Value::Bool(true));
        self.resources.push(Resource {
            id,
            draft,
            root,
            anchors: BTreeMap::new(),
            dynamic: BTreeMap::new(),
            recursive,
        });
        self.resources.len() - 1
    }

    fn collect_anchors(&mut self, schema: &'s Value, home: usize) {
        let draft = self.resources[home].draft;
        let mut names = Vec::new();
        if draft < Draft::V2019 {
            if schema.get("$ref").is_none()
                && let Some((_, fragment)) =
                    schema.get(draft.id_keyword()).and_then(Value::as_str).and_then(|s| s.split_once('#'))
                && !fragment.is_empty()
                && !fragment.starts_with('/')
            {
                names.push((fragment, false));
            }
        } else {
            names.extend(schema.get("$anchor").and_then(Value::as_str).map(|a| (a, false)));
            if draft >= Draft::V2020 {
                names.extend(schema.get("$dynamicAnchor").and_then(Value::as_str).map(|a| (a, true)));
            }
        }
        for (name, dynamic) in names {
            self.resources[home].anchors.insert(name.into(), schema);
            if dynamic {
                self.resources[home].dynamic.insert(name.into(), schema);
            }
        }
    }

    /// What a `$ref` written in the resource `from` means: a schema of this document.
    pub fn resolve(&mut self, reference: &str, from: usize) -> Result<&'s Value, Missing> {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let target = join(&self.resources[from].id, path);
        let known = if target == self.url { Some(0) } else { self.resources.iter().position(|r| r.id == target) };
        let Some(resource) = known else {
            return Err(Missing::External(target));
        };
        self.resolve_in(fragment, resource, &target)
    }

    /// A fragment of one of this document's resources.
    pub fn resolve_in(&mut self, fragment: &str, resource: usize, target: &str) -> Result<&'s Value, Missing> {
        let fragment = url::query_unescape(fragment.replace('+', "%2B").as_bytes())
            .ok()
            .and_then(|f| String::from_utf8(f).ok())
            .ok_or_else(|| Missing::Broken(format!("error in parsing {}", quoted(fragment))))?;
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.resources[resource].anchors.get(&fragment).copied().ok_or_else(|| {
                Missing::Broken(format!(
                    "anchor in {} not found in schema {}",
                    quoted(&format!("{target}#{fragment}")),
                    quoted(&self.url)
                ))
            });
        }
        let root = self.resources[resource].root;
        let found = root.pointer(&fragment).ok_or_else(|| {
            let place = format!("{}#{}{}", self.url, self.pointer_of(root).unwrap_or_default(), encode(&fragment));
            Missing::Broken(format!("json-pointer in {} not found", quoted(&place)))
        })?;
        // A place that no keyword of the draft reaches is a schema all the same once it is referred to.
        let (base, draft) = (self.resources[resource].id.clone(), self.resources[resource].draft);
        self.collect(found, Some(resource), base, draft, false)?;
        Ok(found)
    }

    /// The JSON pointer of a schema in this document.
    pub fn pointer_of(&self, schema: &Value) -> Option<String> {
        find(self.root, address(schema), &mut String::new())
    }
}

/// Depth-first search for a value by its address; only errors ask for it.
fn find(at: &Value, wanted: usize, path: &mut String) -> Option<String> {
    if address(at) == wanted {
        return Some(path.clone());
    }
    let length = path.len();
    let mut visit = |name: &str, value: &Value| {
        path.push('/');
        path.push_str(&encode(&escape(name)));
        let found = find(value, wanted, path);
        path.truncate(length);
        found
    };
    match at {
        Value::Object(members) => members.iter().find_map(|(name, value)| visit(name, value)),
        Value::Array(items) => items.iter().enumerate().find_map(|(i, value)| visit(&i.to_string(), value)),
        _ => None,
    }
}

/// A value's identity.
pub fn address(value: &Value) -> usize {
    std::ptr::from_ref(value) as usize
}

fn own_id(schema: &Value, draft: Draft) -> Option<String> {
    if draft < Draft::V2019 && schema.get("$ref").is_some() {
        return None;
    }
    let id = schema.get(draft.id_keyword())?.as_str()?;
    let id = id.split('#').next().unwrap_or_default();
    (!id.is_empty()).then(|| id.to_string())
}

/// `url.ResolveReference`, as far as schema ids need it.
pub fn join(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.into();
    }
    let has_scheme = reference.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    if has_scheme {
        return reference.into();
    }
    let Some((scheme, rest)) = base.split_once("://") else { return reference.into() };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let joined = if reference.starts_with('/') {
        reference.to_string()
    } else {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{folder}/{reference}")
    };
    let mut clean: Vec<&str> = Vec::new();
    for part in joined.split('/').skip(1) {
        match part {
            "." => {}
            ".." => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    format!("{scheme}://{authority}/{}", clean.join("/"))
}

pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// `url.PathEscape` of every part of a pointer.
fn encode(pointer: &str) -> String {
    let parts: Vec<String> =
        pointer.split('/').map(|p| String::from_utf8_lossy(&url::path_escape(p.as_bytes())).into_owned()).collect();
    parts.join("/")
}

pub fn quoted(text: &str) -> String {
    strconv::quote(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_joined_like_urls() {
        for (base, reference, want) in [
            ("file:///values.schema.json", "", "file:///values.schema.json"),
            ("file:///values.schema.json", "other.json", "file:///other.json"),
            ("https://a.example/x/y.json", "../z.json", "https://a.example/z.json"),
            ("https://a.example/x/y.json", "/z", "https://a.example/z"),
            ("file:///values.schema.json", "urn:a:b", "urn:a:b"),
        ] {
            assert_eq!(join(base, reference), want, "{base} {reference}");
        }
    }
}
