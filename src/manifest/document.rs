//! One object of the API, as a chart renders it.

use super::node::{Field, Node};

/// Which document of a render: its index in `Manifests::documents`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocId(pub(super) u32);

impl DocId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An object with a kind. What stands in it is reached through [`Document::root`].
#[derive(Clone, Debug)]
pub struct Document<'m> {
    pub id: DocId,
    /// The path of its template (`mychart/templates/a.yaml`), or of its file below `crds/`.
    pub template: &'m str,
    /// Its first line in the output, from 1; an item of a list begins where it stands in the list.
    pub line: u32,
    pub api_version: &'m str,
    pub kind: &'m str,
    /// Empty where there is none (`generateName`).
    pub name: &'m str,
    /// The release's where the object names none.
    pub namespace: &'m str,
    pub hook: Option<HookInfo>,
    /// A file of `crds/`, which Helm installs before everything else and never upgrades.
    pub is_crd_file: bool,
    /// Stood in a `List`: which item.
    pub item_of_list: Option<u32>,
    pub(super) root: Node<'m>,
    /// Lines of the output, and of what the template wrote, before the text that it was read from.
    pub(super) base: u32,
    pub(super) file_base: u32,
}

/// When Helm runs a document instead of installing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookInfo {
    /// `pre-install`, `test`, ..., as written.
    pub events: Vec<&'static str>,
    pub weight: i64,
    /// Lower case; Helm's default (`before-hook-creation`) is not filled in.
    pub delete: Vec<String>,
}

impl HookInfo {
    pub fn is_test(&self) -> bool {
        self.events.contains(&"test")
    }
}

impl<'m> Document<'m> {
    /// The whole object.
    pub fn root(&self) -> Node<'m> {
        self.root
    }

    /// The line of what its template wrote that stands at a line of the output, both from 1.
    pub fn line_in_file(&self, output_line: u32) -> u32 {
        output_line.saturating_sub(self.base) + self.file_base
    }

    /// Where it is installed in the order of the release; of hooks only among hooks.
    pub fn order(&self) -> usize {
        self.id.index()
    }

    /// The group of `apiVersion`; empty for the core.
    pub fn group(&self) -> &'m str {
        self.api_version.rsplit_once('/').map_or("", |(group, _)| group)
    }

    /// `Deployment/name`, for people.
    pub fn title(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }

    pub fn label(&self, key: &str) -> Option<&'m str> {
        self.meta("labels", key)
    }

    pub fn annotation(&self, key: &str) -> Option<&'m str> {
        self.meta("annotations", key)
    }

    /// `metadata.labels` or `metadata.annotations`, those that are strings.
    pub fn labels(&self) -> impl Iterator<Item = (&'m str, &'m str)> + use<'m> {
        self.texts("labels")
    }

    pub fn annotations(&self) -> impl Iterator<Item = (&'m str, &'m str)> + use<'m> {
        self.texts("annotations")
    }

    fn meta(&self, map: &str, key: &str) -> Option<&'m str> {
        self.root.get("metadata")?.get(map)?.str(key).given()
    }

    fn texts(&self, map: &str) -> impl Iterator<Item = (&'m str, &'m str)> + use<'m> {
        let map = self.root.get("metadata").and_then(|m| m.get(map));
        map.into_iter().flat_map(Node::entries).filter_map(|(key, value)| match value.as_str() {
            Field::Given(text) => Some((key, text)),
            _ => None,
        })
    }
}
