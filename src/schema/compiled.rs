//! A schema made ready: every reference that can be reached leads somewhere, every pattern is a regular expression.
//!
//! Source: santhosh-tekuri/jsonschema v6, `compiler.go`, `objcompiler.go`.

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::Value;

use super::document::{Document, Found, Missing, quoted, unloadable};
use super::draft::Draft;
use super::member::ByAddress;
use super::metaschema;
use super::pointer::address;
use super::reach::{Reached, reach};
use crate::dialect::{Dialect, SchemaLibrary};
use crate::go::regexp::Regexp;
use crate::go::url::Url;

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
    /// Its metaschema, by URL, leaves out vocabularies: what remains is not known here.
    Vocabularies(String),
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
    /// (schema by address, keyword) -> what it refers to.
    references: HashMap<(usize, &'static str), At<'s>, ByAddress>,
    patterns: HashMap<&'s str, Regexp>,
    /// Bytes that they take.
    pattern_bytes: usize,
    /// `urn:` references, which Helm replaces by a schema that accepts everything.
    pub urns: Vec<String>,
    /// Places of the first document that are schemas only because something refers to them.
    pub fresh: Vec<String>,
    /// Whether formats count in every draft, as they do in metaschemas.
    formats_count: bool,
    pub judge: Judge,
}

/// Which Helm judges.
#[derive(Clone, Copy, Debug)]
pub struct Judge {
    pub library: SchemaLibrary,
    pub unresolved_urn_accepts: bool,
}

impl Judge {
    /// The newest library, as the newest Helm uses it.
    pub const NEWEST: Judge = Judge { library: SchemaLibrary::SanthoshTekuri603, unresolved_urn_accepts: true };

    pub fn of(dialect: &Dialect) -> Judge {
        Judge { library: dialect.schema_library, unresolved_urn_accepts: dialect.unresolved_urn_accepts }
    }
}

/// Schemas whose turn comes, and places that turn out not to be there.
type Queue<'s> = VecDeque<Result<At<'s>, Missing>>;

/// The URL under which Helm registers a chart's schema.
pub const URL: &str = "file:///values.schema.json";

static ANYTHING: Value = Value::Bool(true);

impl<'s> Compiled<'s> {
    /// Nothing yet. With `formats_count`, formats are checked whatever the draft.
    pub fn new(formats_count: bool, judge: Judge) -> Compiled<'s> {
        Compiled {
            documents: Vec::new(),
            references: HashMap::default(),
            patterns: HashMap::new(),
            pattern_bytes: 0,
            urns: Vec::new(),
            fresh: Vec::new(),
            formats_count,
            judge,
        }
    }

    /// Adds a document that stands at `url`; not yet compiled.
    pub fn add(&mut self, url: &str, schema: &'s Value) -> Result<At<'s>, Unusable> {
        let document = self.add_document(url, schema).map_err(unusable)?;
        Ok(At { document, schema })
    }

    fn add_document(&mut self, url: &str, schema: &'s Value) -> Result<usize, Missing> {
        let document = Document::new(url, schema)?;
        match document.urns.first() {
            Some(urn) if !self.judge.unresolved_urn_accepts => return Err(Missing::Broken(unloadable(urn))),
            _ => document.urns.iter().for_each(|urn| self.warn(urn)),
        }
        self.documents.push(document);
        Ok(self.documents.len() - 1)
    }

    /// Compiles a schema and all that it leads to.
    pub fn compile(&mut self, start: At<'s>) -> Result<(), Unusable> {
        let mut queue: Queue<'s> = VecDeque::from([Ok(start)]);
        let mut seen: HashSet<usize, ByAddress> = HashSet::default();
        while let Some(next) = queue.pop_front() {
            let at = next.map_err(unusable)?;
            if !seen.insert(address(at.schema)) {
                continue;
            }
            self.enqueue_resource(at, &mut queue);
            let draft = self.draft(at);
            let Some(object) = at.schema.as_object() else { continue };
            for reached in reach(object, draft) {
                match reached {
                    Reached::Schema(schema) => queue.push_back(Ok(At { schema, ..at })),
                    Reached::Reference(keyword, reference) => match self.resolve(reference, at) {
                        Ok(target) => {
                            self.references.insert((address(at.schema), keyword), target);
                            queue.push_back(Ok(target));
                        }
                        Err(lost @ Missing::Lost(_)) => queue.push_back(Err(lost)),
                        Err(missing) => return Err(unusable(missing)),
                    },
                    Reached::Pattern(keyword, text) => self.add_pattern(at, keyword, text)?,
                }
            }
        }
        Ok(())
    }

    /// The resource of a schema is compiled with it, and its dynamic anchors with that.
    fn enqueue_resource(&self, at: At<'s>, queue: &mut Queue<'s>) {
        let document = &self.documents[at.document];
        let resource = &document.resources[document.home(at.schema)];
        queue.push_back(Ok(At { schema: resource.root, ..at }));
        if resource.draft >= Draft::V2020 && address(resource.root) == address(at.schema) {
            queue.extend(resource.dynamic_anchors().map(|schema| Ok(At { schema, ..at })));
        }
    }

    pub fn draft(&self, at: At<'s>) -> Draft {
        let document = &self.documents[at.document];
        document.resources[document.home(at.schema)].draft
    }

    /// Whether `format` is more than a remark.
    pub fn asserts_format(&self, draft: Draft) -> bool {
        self.formats_count || draft < Draft::V2019
    }

    /// What a reference keyword of a schema leads to.
    pub fn reference(&self, at: At<'s>, keyword: &'static str) -> Option<At<'s>> {
        self.references.get(&(address(at.schema), keyword)).copied()
    }

    /// Whether the resource of a schema has `$recursiveAnchor: true`.
    pub fn is_recursive(&self, at: At<'s>) -> bool {
        let document = &self.documents[at.document];
        document.resources[document.home(at.schema)].is_recursive()
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

    /// Where a schema stands: URL and pointer.
    pub fn location(&self, at: At<'s>) -> String {
        self.documents[at.document].location(at.schema)
    }

    /// The resources of the first document, by pointer, with their drafts.
    pub fn resources(&self) -> HashMap<String, Draft> {
        let Some(document) = self.documents.first() else { return HashMap::new() };
        let drafts = document.resources.iter().enumerate();
        drafts.map(|(i, resource)| (document.resource_pointer(i), resource.draft)).collect()
    }

    /// Makes a place of the first document a schema, as a reference to it does: its draft.
    pub fn visit(&mut self, pointer: &str) -> Option<Draft> {
        let found = self.documents.first_mut()?.resolve_in(pointer, 0).ok()?;
        Some(self.draft(At { document: 0, schema: found.schema }))
    }

    fn add_pattern(&mut self, at: At<'s>, keyword: &str, text: &'s str) -> Result<(), Unusable> {
        if self.patterns.contains_key(text) {
            return Ok(());
        }
        let regexp = Regexp::new(text.as_bytes()).map_err(|error| {
            let place = format!("{}/{keyword}", self.location(at));
            let message = String::from_utf8_lossy(&error.message()).into_owned();
            Unusable::Broken(format!("invalid regex {} at {}: {message}", quoted(text), quoted(&place)))
        })?;
        self.pattern_bytes = self.pattern_bytes.saturating_add(regexp.memory());
        if self.pattern_bytes > MAX_PATTERN_BYTES {
            return Err(Unusable::TooHard);
        }
        self.patterns.insert(text, regexp);
        Ok(())
    }

    fn resolve(&mut self, reference: &str, from: At<'s>) -> Result<At<'s>, Missing> {
        let home = self.documents[from.document].home(from.schema);
        match self.documents[from.document].resolve(reference, home) {
            Ok(found) => Ok(self.found(found, from.document)),
            Err(Missing::External(url, fragment)) => self.external(&url, &fragment),
            Err(missing) => Err(missing),
        }
    }

    fn found(&mut self, found: Found<'s>, document: usize) -> At<'s> {
        if document == 0 {
            self.fresh.extend(found.fresh);
        }
        At { document, schema: found.schema }
    }

    /// Another document: one of the metaschemas, or a `urn:`, or nothing that we would read.
    fn external(&mut self, url: &str, fragment: &str) -> Result<At<'s>, Missing> {
        let document = match self.documents.iter().position(|d| d.url == url) {
            Some(known) => known,
            None => {
                let root = match metaschema::find(url) {
                    Some(root) => root,
                    None => match Url::parse(url.as_bytes()).unwrap_or_default().scheme.as_slice() {
                        b"urn" if self.judge.unresolved_urn_accepts => {
                            self.warn(url);
                            &ANYTHING
                        }
                        b"file" | b"http" | b"https" => return Err(Missing::Outside(url.into())),
                        _ => return Err(Missing::Broken(unloadable(url))),
                    },
                };
                self.add_document(url, root)?
            }
        };
        let found = self.documents[document].resolve_in(fragment, 0)?;
        Ok(self.found(found, document))
    }

    /// Helm says so once.
    fn warn(&mut self, urn: &str) {
        if !self.urns.iter().any(|u| u == urn) {
            self.urns.push(urn.into());
        }
    }
}

fn unusable(missing: Missing) -> Unusable {
    match missing {
        Missing::External(url, _) | Missing::Outside(url) => Unusable::Outside(url),
        Missing::Vocabularies(url) => Unusable::Vocabularies(url),
        Missing::Broken(words) | Missing::Lost(words) => Unusable::Broken(words),
    }
}
