//! Chart.yaml into Go's structs, as `sigs.k8s.io/yaml` and encoding/json do it: names in any case of letters, numbers for
//! strings, and the first misfit told when all else has been stored.

use bstr::{BStr, BString};
use bumpalo::Bump;

use super::{Dependency, ImportValue, Maintainer, Metadata};
use crate::dialect::Dialect;
use crate::value::{Entry, ListNode, MapNode, Tree};
use crate::yaml::number;

/// Metadata on its way, with what Go's pointers could still say: that an element of a list is null.
#[derive(Default)]
pub(super) struct Unchecked<'c> {
    pub metadata: Metadata<'c>,
    pub null_maintainer: bool,
    pub null_dependency: bool,
}

/// Stores a document's fields over what is there. An error is Go's text; what fits is stored all the same.
pub(super) fn metadata<'c>(
    to: &mut Unchecked<'c>,
    from: Tree<'c>,
    arena: &'c Bump,
    dialect: &'static Dialect,
) -> Result<(), String> {
    let mut d =
        Decoder { arena, package: dialect.chart_package, structs: vec!["Metadata"], fields: Vec::new(), problem: None };
    let Some(map) = d.root(from, &format!("{}.Metadata", dialect.chart_package))? else { return Ok(()) };
    for entry in map.entries() {
        d.metadata_field(to, entry);
    }
    d.finish()
}

/// The one field of `chartBase`, by which Helm 4 tells kinds of charts apart.
pub(super) fn api_version(from: Tree<'_>) -> Result<BString, String> {
    let arena = Bump::new();
    let copied = from.copy(&arena);
    let mut d =
        Decoder { arena: &arena, package: "loader", structs: vec!["chartBase"], fields: Vec::new(), problem: None };
    let mut version = BStr::new("");
    if let Some(map) = d.root(copied, "loader.chartBase")? {
        for entry in map.entries().iter().filter(|e| e.key.eq_ignore_ascii_case(b"apiVersion")) {
            d.string(&mut version, entry.value, "apiVersion");
        }
    }
    let version = BString::from(version.to_vec());
    d.finish()?;
    Ok(version)
}

/// Chart.lock, for its errors only.
pub(super) fn lock<'c>(from: Tree<'c>, arena: &'c Bump, dialect: &'static Dialect) -> Result<(), String> {
    let mut d =
        Decoder { arena, package: dialect.chart_package, structs: vec!["Lock"], fields: Vec::new(), problem: None };
    let Some(map) = d.root(from, &format!("{}.Lock", dialect.chart_package))? else { return Ok(()) };
    for entry in map.entries() {
        let mut text = BStr::new("");
        let mut list = None;
        match lower(entry.key).as_slice() {
            b"digest" => d.string(&mut text, entry.value, "digest"),
            b"dependencies" => {
                d.dependencies(&mut list, entry.value);
            }
            _ => {}
        }
    }
    d.finish()
}

struct Decoder<'c> {
    arena: &'c Bump,
    package: &'static str,
    structs: Vec<&'static str>,
    fields: Vec<&'static str>,
    /// The first misfit.
    problem: Option<String>,
}

impl<'c> Decoder<'c> {
    fn root(&mut self, from: Tree<'c>, go_type: &str) -> Result<Option<&'c MapNode<'c>>, String> {
        match from {
            Tree::Null => Ok(None),
            Tree::Map(map) => Ok(Some(map)),
            other => {
                Err(wrap(&format!("json: cannot unmarshal {} into Go value of type {go_type}", other.json_name())))
            }
        }
    }

    fn finish(self) -> Result<(), String> {
        self.problem.map_or(Ok(()), |text| Err(wrap(&text)))
    }

    fn metadata_field(&mut self, unchecked: &mut Unchecked<'c>, entry: &Entry<'c>) {
        let value = entry.value;
        let to = &mut unchecked.metadata;
        match lower(entry.key).as_slice() {
            b"name" => self.string(&mut to.name, value, "name"),
            b"home" => self.string(&mut to.home, value, "home"),
            b"sources" => self.strings(&mut to.sources, value, "sources"),
            b"version" => self.string(&mut to.version, value, "version"),
            b"description" => self.string(&mut to.description, value, "description"),
            b"keywords" => self.strings(&mut to.keywords, value, "keywords"),
            b"maintainers" => unchecked.null_maintainer = self.maintainers(&mut to.maintainers, value),
            b"icon" => self.string(&mut to.icon, value, "icon"),
            b"apiversion" => self.string(&mut to.api_version, value, "apiVersion"),
            b"condition" => self.string(&mut to.condition, value, "condition"),
            b"tags" => self.string(&mut to.tags, value, "tags"),
            b"appversion" => self.string(&mut to.app_version, value, "appVersion"),
            b"deprecated" => self.bool(&mut to.deprecated, value, "deprecated"),
            b"annotations" => self.annotations(&mut to.annotations, value),
            b"kubeversion" => self.string(&mut to.kube_version, value, "kubeVersion"),
            b"dependencies" => unchecked.null_dependency = self.dependencies(&mut to.dependencies, value),
            b"type" => self.string(&mut to.kind, value, "type"),
            _ => {}
        }
    }

    /// Remembers the first value that does not fit.
    fn misfit(&mut self, value: Tree<'c>, field: Option<&'static str>, go_type: &str) {
        if self.problem.is_none() {
            let path: Vec<_> = self.fields.iter().copied().chain(field).collect();
            let owner = self.structs.last().copied().unwrap_or("");
            self.problem = Some(format!(
                "json: cannot unmarshal {} into Go struct field {owner}.{} of type {go_type}",
                value.json_name(),
                path.join(".")
            ));
        }
    }

    fn string(&mut self, to: &mut &'c BStr, value: Tree<'c>, field: &'static str) {
        match self.text(value) {
            Some(text) => *to = text,
            None if value == Tree::Null => {}
            None => self.misfit(value, Some(field), "string"),
        }
    }

    /// What `sigs.k8s.io/yaml` makes of a scalar that goes to a string.
    fn text(&self, value: Tree<'c>) -> Option<&'c BStr> {
        let text = match value {
            Tree::Str(text) => return Some(text),
            Tree::Bool(b) => b.to_string(),
            Tree::Int(n) => n.to_string(),
            Tree::Float(n) => number::float_field(n),
            Tree::Null | Tree::List(_) | Tree::Map(_) => return None,
        };
        Some(BStr::new(self.arena.alloc_str(&text).as_bytes()))
    }

    fn bool(&mut self, to: &mut bool, value: Tree<'c>, field: &'static str) {
        match value {
            Tree::Bool(b) => *to = b,
            Tree::Null => {}
            other => self.misfit(other, Some(field), "bool"),
        }
    }

    fn strings(&mut self, to: &mut Option<&'c [&'c BStr]>, value: Tree<'c>, field: &'static str) {
        let Some(list) = self.list(to, value, field, "[]string") else { return };
        let old = to.unwrap_or(&[]);
        let mut texts = Vec::with_capacity(list.items().len());
        for (i, (item, _)) in list.items().iter().enumerate() {
            // What stood at this place before stays where nothing can be stored.
            let mut text = old.get(i).copied().unwrap_or_default();
            self.string(&mut text, *item, field);
            texts.push(text);
        }
        *to = Some(self.arena.alloc_slice_copy(&texts));
    }

    /// The list to store; a null makes the field nil, anything else is a misfit.
    fn list<T>(
        &mut self,
        to: &mut Option<T>,
        value: Tree<'c>,
        field: &'static str,
        go_type: &str,
    ) -> Option<&'c ListNode<'c>> {
        match value {
            Tree::List(list) => return Some(list),
            Tree::Null => *to = None,
            other => self.misfit(other, Some(field), go_type),
        }
        None
    }

    fn maintainers(&mut self, to: &mut Option<&'c [Maintainer<'c>]>, value: Tree<'c>) -> bool {
        self.records(to, value, "maintainers", "Maintainer", |decoder, one, entry| match lower(entry.key).as_slice() {
            b"name" => decoder.string(&mut one.name, entry.value, "name"),
            b"email" => decoder.string(&mut one.email, entry.value, "email"),
            b"url" => decoder.string(&mut one.url, entry.value, "url"),
            _ => {}
        })
    }

    fn dependencies(&mut self, to: &mut Option<&'c [Dependency<'c>]>, value: Tree<'c>) -> bool {
        self.records(to, value, "dependencies", "Dependency", Self::dependency_field)
    }

    /// A list of pointers to structs: an item that was there before is filled up, as Go does. True when one is null.
    fn records<T: Copy + Default>(
        &mut self,
        to: &mut Option<&'c [T]>,
        value: Tree<'c>,
        field: &'static str,
        go_name: &'static str,
        mut fill: impl FnMut(&mut Self, &mut T, &Entry<'c>),
    ) -> bool {
        let go_type = format!("{}.{go_name}", self.package);
        let Some(list) = self.list(to, value, field, &format!("[]*{go_type}")) else { return false };
        let mut has_null = false;
        let old = to.unwrap_or(&[]);
        let mut all = Vec::with_capacity(list.items().len());
        for (i, (item, _)) in list.items().iter().enumerate() {
            let map = match *item {
                Tree::Null => {
                    has_null = true;
                    None
                }
                Tree::Map(map) => Some(map),
                other => {
                    self.misfit(other, Some(field), &go_type);
                    None
                }
            };
            let mut one = old.get(i).copied().unwrap_or_default();
            self.enter(go_name, field);
            for entry in map.map_or(&[][..], MapNode::entries) {
                fill(self, &mut one, entry);
            }
            self.leave();
            all.push(one);
        }
        *to = Some(self.arena.alloc_slice_copy(&all));
        has_null
    }

    fn annotations(&mut self, to: &mut Option<&'c [(&'c BStr, &'c BStr)]>, value: Tree<'c>) {
        let map = match value {
            Tree::Map(map) => map,
            Tree::Null => return *to = None,
            other => return self.misfit(other, Some("annotations"), "map[string]string"),
        };
        let mut all: Vec<(&'c BStr, &'c BStr)> = to.unwrap_or(&[]).to_vec();
        for entry in map.entries() {
            let mut text = BStr::new("");
            let before = self.problem.is_some();
            self.string(&mut text, entry.value, "annotations");
            // A value that does not fit is not stored; a null is, as the empty string.
            if self.problem.is_some() && !before {
                continue;
            }
            all.retain(|(key, _)| *key != entry.key);
            all.push((entry.key, text));
        }
        all.sort();
        *to = Some(self.arena.alloc_slice_copy(&all));
    }

    fn dependency_field(&mut self, to: &mut Dependency<'c>, entry: &Entry<'c>) {
        let value = entry.value;
        match lower(entry.key).as_slice() {
            b"name" => self.string(&mut to.name, value, "name"),
            b"version" => self.string(&mut to.version, value, "version"),
            b"repository" => self.string(&mut to.repository, value, "repository"),
            b"condition" => self.string(&mut to.condition, value, "condition"),
            b"tags" => self.strings(&mut to.tags, value, "tags"),
            b"enabled" => self.bool(&mut to.enabled, value, "enabled"),
            b"import-values" => {
                let Some(list) = self.list(&mut to.import_values, value, "import-values", "[]interface {}") else {
                    return;
                };
                let items = list.items().iter().map(|(item, _)| ImportValue::Written(floats(*item, self.arena)));
                let items: Vec<_> = items.collect();
                to.import_values = Some(self.arena.alloc_slice_copy(&items));
            }
            b"alias" => self.string(&mut to.alias, value, "alias"),
            _ => {}
        }
    }

    fn enter(&mut self, owner: &'static str, field: &'static str) {
        self.structs.push(owner);
        self.fields.push(field);
    }

    fn leave(&mut self) {
        self.structs.pop();
        self.fields.pop();
    }
}

fn wrap(text: &str) -> String {
    format!("error unmarshaling JSON: while decoding JSON: {text}")
}

fn lower(key: &BStr) -> Vec<u8> {
    key.to_ascii_lowercase()
}

/// Numbers that go to an `interface{}` are float64.
fn floats<'c>(tree: Tree<'c>, arena: &'c Bump) -> Tree<'c> {
    match tree {
        Tree::Int(n) => Tree::Float(n as f64),
        Tree::List(list) => {
            let items: Vec<_> = list.items().iter().map(|(item, pos)| (floats(*item, arena), *pos)).collect();
            Tree::List(ListNode::new(arena, &items))
        }
        Tree::Map(map) => {
            let entries = map.entries().iter().map(|e| Entry { value: floats(e.value, arena), ..*e });
            Tree::Map(MapNode::new(arena, entries.collect()))
        }
        other => other,
    }
}
