//! The head of a document: what Helm must know of it to sort it (`SimpleHead`).

use std::collections::BTreeMap;

use bumpalo::Bump;

use super::glance::glance;
use crate::diagnostic::{Kind, Place, Refusal};
use crate::dialect::Dialect;
use crate::limits::{Bound, Limits};
use crate::value::{MapNode, Origin, Tree};
use crate::yaml;

/// `apiVersion`, `kind`, `metadata.name` and `metadata.annotations`, as Go's decoder stores them into strings: keys are
/// matched in any case of letters, numbers and booleans become text, a null changes nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub api_version: String,
    pub kind: String,
    pub name: String,
    pub annotations: BTreeMap<String, String>,
}

/// How Go prints the type of `SimpleHead.Metadata`.
const METADATA: &str =
    r#"struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" }"#;

impl Head {
    /// Reads a whole document of the file `path`. The refusal is Helm's, with what `yaml.Unmarshal` says: the first
    /// error in the order of sorted keys.
    pub fn read(path: &str, content: &[u8], dialect: &Dialect, limits: &Limits, arena: &Bump) -> Result<Head, Refusal> {
        match glance(content, limits) {
            Some(head) => Ok(head),
            None => Head::read_nodes(path, content, dialect, limits, arena),
        }
    }

    /// [`Head::read`] by way of the real reader.
    pub(super) fn read_nodes(
        path: &str,
        content: &[u8],
        dialect: &Dialect,
        limits: &Limits,
        arena: &Bump,
    ) -> Result<Head, Refusal> {
        let tree = yaml::load(content, Origin::default(), arena, limits).map_err(|e| match e.kind() {
            yaml::Kind::Budget => Bound::YamlNodes.refuse(e.cause()).at(Place::file(path)),
            _ => refuse(path, &e.to_string()),
        })?;
        Head::of(path, tree, dialect)
    }

    /// [`Head::read`] of a document that has been read.
    pub fn of(path: &str, tree: Tree<'_>, dialect: &Dialect) -> Result<Head, Refusal> {
        let mut head = Head::default();
        let wrong = match tree {
            Tree::Null => None,
            Tree::Map(map) => head.fill(map),
            other => Some((other, format!("Go value of type {}.SimpleHead", dialect.release_package))),
        };
        let Some((found, target)) = wrong else { return Ok(head) };
        let found = found.json_name();
        let what = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal";
        Err(refuse(path, &format!("{what} {found} into {target}")))
    }

    fn fill<'c>(&mut self, map: &MapNode<'c>) -> Option<(Tree<'c>, String)> {
        let mut wrong = None;
        for entry in map.entries() {
            let is = |name: &str| entry.key.eq_ignore_ascii_case(name.as_bytes());
            let problem = if is("apiVersion") {
                store(&mut self.api_version, entry.value, "SimpleHead.apiVersion")
            } else if is("kind") {
                store(&mut self.kind, entry.value, "SimpleHead.kind")
            } else if is("metadata") {
                match entry.value {
                    Tree::Null => None,
                    Tree::Map(metadata) => self.fill_metadata(metadata),
                    other => Some((other, format!("Go struct field SimpleHead.metadata of type {METADATA}"))),
                }
            } else {
                None
            };
            wrong = wrong.or(problem);
        }
        wrong
    }

    fn fill_metadata<'c>(&mut self, map: &MapNode<'c>) -> Option<(Tree<'c>, String)> {
        let mut wrong = None;
        for entry in map.entries() {
            let problem = if entry.key.eq_ignore_ascii_case(b"name") {
                store(&mut self.name, entry.value, ".metadata.name")
            } else if entry.key.eq_ignore_ascii_case(b"annotations") {
                match entry.value {
                    Tree::Null => None,
                    Tree::Map(annotations) => self.fill_annotations(annotations),
                    other => Some((other, "Go struct field .metadata.annotations of type map[string]string".into())),
                }
            } else {
                None
            };
            wrong = wrong.or(problem);
        }
        wrong
    }

    fn fill_annotations<'c>(&mut self, map: &MapNode<'c>) -> Option<(Tree<'c>, String)> {
        let mut wrong = None;
        for entry in map.entries() {
            let mut text = String::new();
            wrong = wrong.or(store(&mut text, entry.value, ".metadata.annotations"));
            self.annotations.insert(super::text(entry.key).into_owned(), text);
        }
        wrong
    }
}

fn refuse(path: &str, message: &str) -> Refusal {
    Refusal::new(Kind::Manifest, format!("YAML parse error on {path}: {message}")).at(Place::file(path))
}

/// Stores a scalar as text, or says which field cannot hold it.
fn store<'c>(field: &mut String, value: Tree<'c>, name: &str) -> Option<(Tree<'c>, String)> {
    match value {
        Tree::Null => {}
        Tree::Bool(b) => *field = b.to_string(),
        Tree::Int(n) => *field = n.to_string(),
        Tree::Float(f) => *field = f.to_string(),
        Tree::Str(s) => *field = super::text(s).into_owned(),
        Tree::List(_) | Tree::Map(_) => return Some((value, format!("Go struct field {name} of type string"))),
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{V3_22, V4_3};

    fn read(text: &str, dialect: &Dialect) -> Result<Head, Refusal> {
        Head::read("f", text.as_bytes(), dialect, &Limits::default(), &Bump::new())
    }

    #[test]
    fn scalars_become_text_and_keys_ignore_case() {
        let head = read("KIND: Pod\nmetadata: {name: 12, annotations: {a: 1, b: true, c: null}}\n", &V4_3).unwrap();
        assert_eq!((head.kind.as_str(), head.name.as_str()), ("Pod", "12"));
        let annotations: Vec<_> = head.annotations.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(annotations, ["a=1", "b=true", "c="]);
        assert!(read("# nothing\n", &V4_3).unwrap().kind.is_empty());
    }

    // Expected: what helm says after `YAML parse error on FILE: `.
    #[test]
    fn the_wrong_shape_is_named_as_go_names_it() {
        let prefix = "YAML parse error on f: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal";
        for (text, want) in [
            ("- a", "array into Go value of type util.SimpleHead"),
            ("apiVersion: [1]", "array into Go struct field SimpleHead.apiVersion of type string"),
            (
                "metadata: {name: [x], annotations: 4}",
                "number into Go struct field .metadata.annotations of type map[string]string",
            ),
            ("metadata: {annotations: {a: [1]}}", "array into Go struct field .metadata.annotations of type string"),
        ] {
            assert_eq!(read(text, &V4_3).unwrap_err().message, format!("{prefix} {want}"));
        }
        assert!(read("x", &V3_22).unwrap_err().message.ends_with("releaseutil.SimpleHead"));
    }
}
