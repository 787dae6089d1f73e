//! What references mean. Source: `schemaPool.go`, with gojsonreference and gojsonpointer.
//!
//! Before anything is parsed, every reference of the document is made absolute by the identifiers around it, and every
//! part with an identifier is kept under that.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{Draft, Stop};
use crate::go::strconv;
use crate::go::url::Url;
use crate::limits::Stack;
use crate::schema::member::ByAddress;

/// A document, or a part of one, and the draft that it names.
#[derive(Clone, Copy)]
pub(super) struct Pooled<'s> {
    pub schema: &'s Value,
    pub draft: Option<Draft>,
}

pub(super) struct Pool<'s> {
    documents: HashMap<String, Pooled<'s>>,
    /// What has a `$ref`, by address, and the reference as it was made absolute.
    absolute: HashMap<usize, String, ByAddress>,
    stack: Stack,
}

/// The URLs that are told apart, as their references print.
const DRAFTS: [(&str, Draft); 3] = [
    ("http://json-schema.org/draft-04/schema", Draft::V4),
    ("http://json-schema.org/draft-06/schema", Draft::V6),
    ("http://json-schema.org/draft-07/schema", Draft::V7),
];

/// `parseSchemaURL`: the draft that `$schema` names.
pub(super) fn draft_of(schema: &Value) -> Result<Option<Draft>, Stop> {
    let object = match schema {
        Value::Bool(_) => return Ok(None),
        Value::Object(object) => object,
        _ => return Err(Stop::Words("schema is invalid".into())),
    };
    match object.get("$schema") {
        None => Ok(None),
        Some(Value::String(url)) => {
            let url = text(&reference(url)?);
            Ok(DRAFTS.into_iter().find(|(known, _)| *known == url).map(|(_, draft)| draft))
        }
        Some(_) => Err(Stop::Words("$schema must be of type string".into())),
    }
}

/// `NewJsonReference`.
pub(super) fn reference(text: &str) -> Result<Url, Stop> {
    Url::parse(text.as_bytes()).map_err(|e| Stop::Words(e.to_string()))
}

/// `String` of a reference.
pub(super) fn text(url: &Url) -> String {
    String::from_utf8_lossy(&url.text()).into_owned()
}

fn inherit(base: &Url, child: &str) -> Option<Url> {
    let child = Url::parse(child.as_bytes()).ok()?;
    let mut base = base.clone();
    base.fragment.clear();
    Url::parse(&base.resolve(&child).text()).ok()
}

fn address(object: &Map<String, Value>) -> usize {
    std::ptr::from_ref(object) as usize
}

impl<'s> Pool<'s> {
    pub(super) fn new(root: &'s Value, stack: Stack) -> Result<Pool<'s>, Stop> {
        let mut pool = Pool { documents: HashMap::new(), absolute: HashMap::default(), stack };
        let draft = draft_of(root)?;
        pool.collect(root, &Url::default(), draft)?;
        pool.documents.insert(String::new(), Pooled { schema: root, draft });
        Ok(pool)
    }

    /// `parseReferencesRecursive`.
    fn collect(&mut self, schema: &'s Value, base: &Url, draft: Option<Draft>) -> Result<(), Stop> {
        self.stack.check()?;
        match schema {
            Value::Array(items) => items.iter().try_for_each(|item| self.collect(item, base, draft)),
            Value::Object(object) => self.collect_object(schema, object, base, draft),
            _ => Ok(()),
        }
    }

    fn collect_object(
        &mut self,
        schema: &'s Value,
        object: &'s Map<String, Value>,
        base: &Url,
        draft: Option<Draft>,
    ) -> Result<(), Stop> {
        let mut own = None;
        let keyword = if object.contains_key("id") { "id" } else { "$id" };
        if let Some(Value::String(id)) = object.get(keyword)
            && Url::parse(id.as_bytes()).is_ok()
        {
            let url = inherit(base, id).ok_or_else(|| Stop::Unsure(format!("the identifier {id}")))?;
            // Which of two is left out depends on the order of a Go map.
            if self.documents.insert(text(&url), Pooled { schema, draft }).is_some() {
                return Err(Stop::Unsure(format!("two schemas with the identifier {id}")));
            }
            own = Some(url);
        }
        let base = own.as_ref().unwrap_or(base);
        if let Some(Value::String(reference)) = object.get("$ref")
            && let Some(url) = inherit(base, reference)
        {
            self.absolute.insert(address(object), text(&url));
        }
        for (keyword, value) in object {
            match (keyword.as_str(), value) {
                ("const" | "enum", _) => {}
                ("properties" | "dependencies" | "patternProperties", Value::Object(children)) => {
                    children.values().try_for_each(|child| self.collect(child, base, draft))?;
                }
                _ => self.collect(value, base, draft)?,
            }
        }
        Ok(())
    }

    /// The `$ref` of an object as it is by now.
    pub(super) fn reference_of(&self, object: &Map<String, Value>, written: &str) -> String {
        self.absolute.get(&address(object)).cloned().unwrap_or_else(|| written.to_string())
    }

    /// `GetDocument`.
    pub(super) fn get(&mut self, reference: &Url) -> Result<Pooled<'s>, Stop> {
        let whole = text(reference);
        if let Some(found) = self.documents.get(&whole) {
            return Ok(*found);
        }
        let mut base = reference.clone();
        base.fragment.clear();
        if let Some(document) = self.documents.get(&text(&base)).copied() {
            let schema = lookup(document.schema, &String::from_utf8_lossy(&reference.fragment)).map_err(Stop::Words)?;
            let found = Pooled { schema, ..document };
            self.documents.insert(whole, found);
            return Ok(found);
        }
        let is_file = reference.scheme == b"file";
        let is_canonical = match is_file {
            true => reference.path.starts_with(b"/"),
            false => !reference.scheme.is_empty() && !reference.host.is_empty(),
        };
        let base = text(&base);
        match base {
            _ if !is_canonical => Err(Stop::Words(format!("Reference {whole} must be canonical"))),
            // The library carries metaschemas of its own.
            base if DRAFTS.iter().any(|(known, _)| *known == base) => {
                Err(Stop::Unsure(format!("a reference to {base}")))
            }
            base => Err(Stop::Outside(base)),
        }
    }
}

/// `JsonPointer.Get`. What does not begin with a slash is the whole document.
fn lookup<'s>(document: &'s Value, pointer: &str) -> Result<&'s Value, String> {
    let Some(tokens) = pointer.strip_prefix('/') else { return Ok(document) };
    let mut node = document;
    for token in tokens.split('/') {
        node = match node {
            Value::Object(members) => {
                let name = token.replace("~1", "/").replace("~0", "~");
                members.get(&name).ok_or_else(|| format!("Object has no key '{name}'"))?
            }
            Value::Array(items) => {
                let Ok(index) = strconv::atoi(token.as_bytes()) else {
                    return Err(format!("Invalid array index '{token}'"));
                };
                let item = usize::try_from(index).ok().and_then(|index| items.get(index));
                item.ok_or_else(|| format!("Out of bound array[0,{}] index '{index}'", items.len()))?
            }
            _ => return Err(format!("Invalid token reference '{token}'")),
        };
    }
    Ok(node)
}
