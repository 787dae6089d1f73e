//! A schema made ready: every reference that can be reached leads somewhere, every pattern is a regular expression.
//!
//! Source: santhosh-tekuri/jsonschema v6, `compiler.go`, `objcompiler.go`.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::document::{Document, Draft, Missing, address, quoted};
use crate::go::regexp::Regexp;

/// A schema and the document that it stands in.
#[derive(Clone, Copy)]
pub struct At<'s> {
    pub document: usize,
    pub schema: &'s Value,
}

/// Why a schema cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It refers to something outside of the chart: the URL.
    Outside(String),
    /// In the library's words.
    Broken(String),
    /// Its patterns are too large.
    TooHard,
}

/// Bytes that all patterns of a schema may take once they are compiled; the second judge needs as many again.
const MAX_PATTERN_BYTES: usize = 24 << 20;

/// All that validation needs of a schema.
pub struct Compiled<'s> {
    documents: Vec<Document<'s>>,
    root: At<'s>,
    /// (schema by address, keyword) -> what it refers to.
    references: HashMap<(usize, &'static str), At<'s>>,
    patterns: HashMap<&'s str, Regexp>,
    /// Bytes that they take.
    pattern_bytes: usize,
    /// `urn:` references, which Helm replaces by a schema that accepts everything.
    pub urns: Vec<String>,
}

/// The URL under which Helm registers a chart's schema.
pub const URL: &str = "file:///values.schema.json";

static ANYTHING: Value = Value::Bool(true);

const REFERENCES: [(Draft, &str); 3] =
    [(Draft::V4, "$ref"), (Draft::V2019, "$recursiveRef"), (Draft::V2020, "$dynamicRef")];

impl<'s> Compiled<'s> {
    /// Compiles a document that stands at `url`.
    pub fn new(url: &str, schema: &'s Value) -> Result<Compiled<'s>, Unusable> {
        let mut compiled = Compiled {
            documents: Vec::new(),
            root: At { document: 0, schema },
            references: HashMap::new(),
            patterns: HashMap::new(),
            pattern_bytes: 0,
            urns: Vec::new(),
        };
        let document = Document::new(url, schema, Draft::V2020).map_err(|m| compiled.unusable(m))?;
        compiled.documents.push(document);
        compiled.reach_all()?;
        Ok(compiled)
    }

    pub fn root(&self) -> At<'s> {
        self.root
    }

    pub fn draft(&self, at: At<'s>) -> Draft {
        let document = &self.documents[at.document];
        document.resources[document.home(at.schema)].draft
    }

    /// What a reference keyword of a schema leads to.
    pub fn reference(&self, at: At<'s>, keyword: &'static str) -> Option<At<'s>> {
        self.references.get(&(address(at.schema), keyword)).copied()
    }

    /// Whether the resource of a schema has `$recursiveAnchor: true`.
    pub fn is_recursive(&self, at: At<'s>) -> bool {
        let document = &self.documents[at.document];
        document.resources[document.home(at.schema)].recursive
    }

    /// The schema with a `$dynamicAnchor` in the resource that a schema belongs to.
    pub fn dynamic_anchor(&self, at: At<'s>, name: &str) -> Option<At<'s>> {
        let document = &self.documents[at.document];
        let schema = document.resources[document.home(at.schema)].dynamic_anchor(name)?;
        Some(At { document: at.document, schema })
    }

    /// A pattern that has been compiled.
    pub fn pattern(&self, text: &str) -> Option<&Regexp> {
        self.patterns.get(text)
    }

    fn reach_all(&mut self) -> Result<(), Unusable> {
        let mut queue = vec![self.root];
        let mut seen = HashSet::new();
        while let Some(at) = queue.pop() {
            if !seen.insert(address(at.schema)) {
                continue;
            }
            let Some(object) = at.schema.as_object() else { continue };
            let draft = self.draft(at);
            for (since, keyword) in REFERENCES {
                if draft >= since
                    && let Some(reference) = object.get(keyword).and_then(Value::as_str)
                {
                    let target = self.resolve(reference, at)?;
                    self.references.insert((address(at.schema), keyword), target);
                    queue.push(target);
                }
            }
            // Before 2019-09 nothing beside `$ref` counts.
            if draft < Draft::V2019 && object.get("$ref").is_some_and(Value::is_string) {
                continue;
            }
            self.compile_patterns(at, object)?;
            queue.extend(reached(object, draft).into_iter().map(|schema| At { schema, ..at }));
        }
        Ok(())
    }

    fn compile_patterns(&mut self, at: At<'s>, object: &'s Map<String, Value>) -> Result<(), Unusable> {
        let own = object.get("pattern").and_then(Value::as_str).map(|p| ("pattern", p));
        let of_names = object.get("patternProperties").and_then(Value::as_object);
        let of_names = of_names.into_iter().flat_map(|m| m.keys()).map(|p| ("patternProperties", p.as_str()));
        for (keyword, text) in own.into_iter().chain(of_names) {
            if self.patterns.contains_key(text) {
                continue;
            }
            let regexp = Regexp::new(text.as_bytes()).map_err(|error| {
                let document = &self.documents[at.document];
                let pointer = document.pointer_of(at.schema).unwrap_or_default();
                let place = format!("{}#{pointer}/{keyword}", document.url);
                let message = String::from_utf8_lossy(&error.message()).into_owned();
                Unusable::Broken(format!("invalid regex {} at {}: {message}", quoted(text), quoted(&place)))
            })?;
            self.pattern_bytes = self.pattern_bytes.saturating_add(regexp.memory());
            if self.pattern_bytes > MAX_PATTERN_BYTES {
                return Err(Unusable::TooHard);
            }
            self.patterns.insert(text, regexp);
        }
        Ok(())
    }

    fn resolve(&mut self, reference: &str, from: At<'s>) -> Result<At<'s>, Unusable> {
        let home = self.documents[from.document].home(from.schema);
        match self.documents[from.document].resolve(reference, home) {
            Ok(schema) => Ok(At { document: from.document, schema }),
            Err(Missing::External(url)) => self.external(&url, reference),
            Err(missing) => Err(self.unusable(missing)),
        }
    }

    /// Another document: one of the metaschemas, or a `urn:`, or nothing that we would read.
    fn external(&mut self, url: &str, reference: &str) -> Result<At<'s>, Unusable> {
        let fragment = reference.split_once('#').map_or("", |(_, f)| f);
        let document = match self.documents.iter().position(|d| d.url == url) {
            Some(known) => known,
            None => {
                let root = match super::metaschema::find(url) {
                    Some(root) => root,
                    None if url.starts_with("urn:") => {
                        if !self.urns.iter().any(|u| u == url) {
                            self.urns.push(url.into());
                        }
                        return Ok(At { document: 0, schema: &ANYTHING });
                    }
                    None => return Err(Unusable::Outside(url.into())),
                };
                let document = Document::new(url, root, Draft::V2020).map_err(|m| self.unusable(m))?;
                self.documents.push(document);
                self.documents.len() - 1
            }
        };
        match self.documents[document].resolve_in(fragment, 0, url) {
            Ok(schema) => Ok(At { document, schema }),
            Err(missing) => Err(self.unusable(missing)),
        }
    }

    fn unusable(&self, missing: Missing) -> Unusable {
        match missing {
            Missing::External(url) => Unusable::Outside(url),
            Missing::Broken(words) => Unusable::Broken(words),
        }
    }
}

/// The subschemas that validation may come to from a schema. `definitions` are reached by reference only.
fn reached<'s>(object: &'s Map<String, Value>, draft: Draft) -> Vec<&'s Value> {
    let mut out = Vec::new();
    for (since, keyword) in VALUES {
        if draft >= since {
            out.extend(object.get(keyword).filter(|v| v.is_object() || v.is_boolean()));
        }
    }
    if draft >= Draft::V7 && object.contains_key("if") {
        out.extend(["then", "else"].iter().filter_map(|k| object.get(*k)));
    }
    for (since, keyword) in LISTS {
        if draft >= since {
            out.extend(object.get(keyword).and_then(Value::as_array).into_iter().flatten());
        }
    }
    for (since, keyword) in MEMBERS {
        if draft >= since {
            let members = object.get(keyword).and_then(Value::as_object).into_iter().flat_map(|m| m.values());
            out.extend(members.filter(|v| !v.is_array()));
        }
    }
    out
}

const VALUES: [(Draft, &str); 9] = [
    (Draft::V4, "not"),
    (Draft::V4, "items"),
    (Draft::V4, "additionalItems"),
    (Draft::V4, "additionalProperties"),
    (Draft::V6, "contains"),
    (Draft::V6, "propertyNames"),
    (Draft::V7, "if"),
    (Draft::V2019, "unevaluatedItems"),
    (Draft::V2019, "unevaluatedProperties"),
];

const LISTS: [(Draft, &str); 5] = [
    (Draft::V4, "allOf"),
    (Draft::V4, "anyOf"),
    (Draft::V4, "oneOf"),
    (Draft::V4, "items"),
    (Draft::V2020, "prefixItems"),
];

const MEMBERS: [(Draft, &str); 4] = [
    (Draft::V4, "properties"),
    (Draft::V4, "patternProperties"),
    (Draft::V4, "dependencies"),
    (Draft::V2019, "dependentSchemas"),
];
