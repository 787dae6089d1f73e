//! An answer taken apart: documents in the order in which they are printed, each with the object that it is.

use std::fmt;

use bumpalo::Bump;

use crate::limits::Limits;
use crate::value::Tree;
use crate::yaml;

/// What a document is known by. Hooks are apart: one may have the name of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    pub api_version: String,
    pub kind: String,
    pub namespace: String,
    pub name: String,
    pub is_hook: bool,
}

/// One document of an answer.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    /// What its `# Source:` line says; empty without one.
    pub template: String,
    /// From the line after its `---` up to the next.
    pub text: &'a [u8],
    /// The number, from 1, of the first line of `text` in the whole answer.
    pub line: u32,
    pub tree: Tree<'a>,
    /// `None` where it is no object: what is left is its place.
    pub identity: Option<Identity>,
}

/// A part of an answer that is not YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// In the whole answer, from 1.
    pub line: u32,
    pub message: String,
}

const SOURCE: &[u8] = b"# Source: ";

impl fmt::Display for Identity {
    /// `Deployment store`, `hook Job migrate`; the namespace where the document names one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_hook {
            f.write_str("hook ")?;
        }
        f.write_str(&self.kind)?;
        if !self.namespace.is_empty() {
            write!(f, " {}/{}", self.namespace, self.name)
        } else if self.name.is_empty() {
            f.write_str(" without a name")
        } else {
            write!(f, " {}", self.name)
        }
    }
}

impl Document<'_> {
    /// What to call it in a report.
    pub fn subject(&self) -> String {
        match (&self.identity, self.template.as_str()) {
            (Some(identity), _) => identity.to_string(),
            (None, "") => "a document without a template".into(),
            (None, template) => format!("a document of {template}"),
        }
    }
}

/// Takes an answer apart. What is not YAML is told, and is a document all the same; files of `crds/` are printed unread, and
/// may be anything.
pub fn documents<'a>(answer: &'a [u8], arena: &'a Bump, limits: &Limits) -> (Vec<Document<'a>>, Vec<Broken>) {
    let (mut found, mut broken) = (Vec::new(), Vec::new());
    for (line, text) in pieces(answer) {
        let template = source(text);
        let (tree, error) = match yaml::load_manifest(text, arena, limits) {
            Ok((tree, _)) => (tree, None),
            Err(error) => (Tree::Null, Some(error)),
        };
        if let Some(error) = error.filter(|_| !template.contains("/crds/")) {
            let line = line + error.line().unwrap_or(1).saturating_sub(1);
            broken.push(Broken { line, message: error.cause().to_string() });
        }
        found.push(Document { template, text, line, tree, identity: identity(tree) });
    }
    (found, broken)
}

/// The texts between lines that begin with `---`, with their first line's number. Blank ones are none.
fn pieces(answer: &[u8]) -> Vec<(u32, &[u8])> {
    let mut found = Vec::new();
    let (mut start, mut first, mut at, mut line) = (0, 1, 0, 1u32);
    let mut end = |start: usize, at: usize, first: u32| {
        let text = answer.get(start..at).unwrap_or_default();
        if !text.iter().all(u8::is_ascii_whitespace) {
            found.push((first, text));
        }
    };
    for text in answer.split_inclusive(|b| *b == b'\n') {
        if text.starts_with(b"---") {
            end(start, at, first);
            (start, first) = (at + text.len(), line + 1);
        }
        at += text.len();
        line = line.saturating_add(1);
    }
    end(start, at, first);
    found
}

fn source(text: &[u8]) -> String {
    let first = text.split(|b| *b == b'\n').next().unwrap_or_default();
    first.strip_prefix(SOURCE).map(|path| String::from_utf8_lossy(path).into_owned()).unwrap_or_default()
}

fn identity(tree: Tree<'_>) -> Option<Identity> {
    let root = tree.as_map()?;
    let text = |tree: Option<Tree<'_>>| match tree {
        Some(Tree::Str(text)) => text.to_string(),
        _ => String::new(),
    };
    let kind = text(root.get(b"kind").map(|e| e.value));
    if kind.is_empty() {
        return None;
    }
    let metadata = root.get(b"metadata").and_then(|e| e.value.as_map());
    let of = |key: &[u8]| metadata.and_then(|m| m.get(key)).map(|e| e.value);
    let annotations = of(b"annotations").and_then(Tree::as_map);
    Some(Identity {
        api_version: text(root.get(b"apiVersion").map(|e| e.value)),
        kind,
        namespace: text(of(b"namespace")),
        name: text(of(b"name")),
        is_hook: annotations.is_some_and(|a| a.get(b"helm.sh/hook").is_some()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_have_names_lines_and_templates() {
        let text = b"---\n# Source: c/templates/a.yaml\nkind: A\nmetadata: {name: x, namespace: apps}\n---\nkind: B\n\
                     metadata:\n  name: why\n  annotations: {helm.sh/hook: test}\n---\n\n---\n[1]\n";
        let arena = Bump::new();
        let (found, broken) = documents(text, &arena, &Limits::default());
        let shown: Vec<_> = found.iter().map(|d| (d.subject(), d.line, d.template.as_str())).collect();
        let want = [
            ("A apps/x".to_string(), 2, "c/templates/a.yaml"),
            ("hook B why".into(), 6, ""),
            ("a document without a template".into(), 13, ""),
        ];
        assert_eq!((shown.as_slice(), broken.len()), (want.as_slice(), 0));
    }

    #[test]
    fn what_is_not_yaml_is_told_with_its_line_unless_nobody_reads_it() {
        let arena = Bump::new();
        let (found, broken) = documents(b"---\n# Source: c/t.yaml\na: 1\nb: [\n", &arena, &Limits::default());
        assert_eq!((found.len(), broken.len()), (1, 1));
        assert!((4..=5).contains(&broken[0].line), "{broken:?}");
        let crd = b"---\n# Source: c/crds/x.yaml\na: [\n";
        assert!(documents(crd, &arena, &Limits::default()).1.is_empty());
    }
}
