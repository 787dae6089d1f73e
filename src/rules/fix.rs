//! Changes as data: what a finding proposes, and how it is carried out. Every rule's fix is applied by a test, and the
//! case is green afterwards.

use std::fmt;

use serde_json::{Map, Value};

use crate::manifest::{Document, Path, Step};

/// A change that makes a finding go away.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Fix {
    /// All of them, in this order.
    pub ops: Vec<Op>,
}

/// One step of a change.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Give a value of the root chart.
    SetValue {
        path: Path,
        value: Value,
    },
    /// Take a value away; a default of the chart's by null.
    RemoveValue {
        path: Path,
    },
    /// Set a field of a document, with the maps on the way to it. An index one past the end appends.
    SetField {
        doc: DocRef,
        path: Path,
        value: Value,
    },
    RemoveField {
        doc: DocRef,
        path: Path,
    },
    AddDocument(Value),
    RemoveDocument(DocRef),
}

/// A document by what it is, for its number changes with every render.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocRef {
    pub kind: String,
    /// The release's where the document names none.
    pub namespace: String,
    pub name: String,
}

impl DocRef {
    pub fn of(document: &Document<'_>) -> Self {
        let text = str::to_string;
        DocRef { kind: text(document.kind), namespace: text(document.namespace), name: text(document.name) }
    }

    /// Whether a document is the one that is meant; `namespace` is the release's.
    pub fn is(&self, document: &Value, namespace: &str) -> bool {
        let meta = |key| document.get("metadata").and_then(|m| m.get(key)).and_then(Value::as_str);
        document.get("kind").and_then(Value::as_str) == Some(&self.kind)
            && meta("name").unwrap_or_default() == self.name
            && meta("namespace").filter(|n| !n.is_empty()).unwrap_or(namespace) == self.namespace
    }
}

impl fmt::Display for DocRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

impl Fix {
    pub fn new() -> Self {
        Fix::default()
    }

    /// Sets a value; `path` as `manifest::Path` reads it. A path that is none makes no step.
    pub fn set_value(mut self, path: &str, value: impl Into<Value>) -> Self {
        self.ops.extend(Path::parse(path).map(|path| Op::SetValue { path, value: value.into() }));
        self
    }

    pub fn remove_value(mut self, path: &str) -> Self {
        self.ops.extend(Path::parse(path).map(|path| Op::RemoveValue { path }));
        self
    }

    /// Sets a field of a document, by its path there.
    pub fn set_field(mut self, document: &Document<'_>, path: &str, value: impl Into<Value>) -> Self {
        let doc = DocRef::of(document);
        self.ops.extend(Path::parse(path).map(|path| Op::SetField { doc, path, value: value.into() }));
        self
    }

    pub fn remove_field(mut self, document: &Document<'_>, path: &str) -> Self {
        let doc = DocRef::of(document);
        self.ops.extend(Path::parse(path).map(|path| Op::RemoveField { doc, path }));
        self
    }

    pub fn add_document(mut self, document: Value) -> Self {
        self.ops.push(Op::AddDocument(document));
        self
    }

    pub fn remove_document(mut self, document: &Document<'_>) -> Self {
        self.ops.push(Op::RemoveDocument(DocRef::of(document)));
        self
    }

    /// Carries out the steps about values on the user's own. `defaults` are the chart's.
    ///
    /// # Errors
    /// In words, when a path leads through something that is neither map nor list.
    pub fn apply_to_values(&self, values: &mut Value, defaults: &Value) -> Result<(), String> {
        for op in &self.ops {
            match op {
                Op::SetValue { path, value } => set(values, path, value.clone())?,
                Op::RemoveValue { path } => {
                    remove(values, path);
                    if get(defaults, path).is_some_and(|default| !default.is_null()) {
                        set(values, path, Value::Null)?;
                    }
                }
                Op::SetField { .. } | Op::RemoveField { .. } | Op::AddDocument(_) | Op::RemoveDocument(_) => {}
            }
        }
        Ok(())
    }

    /// Carries out the steps about documents; `namespace` is the release's.
    ///
    /// # Errors
    /// In words, when a document is not there or a path leads through a scalar.
    pub fn apply_to_documents(&self, documents: &mut Vec<Value>, namespace: &str) -> Result<(), String> {
        for op in &self.ops {
            let find = |documents: &[Value], doc: &DocRef| {
                documents.iter().position(|d| doc.is(d, namespace)).ok_or_else(|| format!("there is no {doc}"))
            };
            match op {
                Op::SetField { doc, path, value } => {
                    let at = find(documents, doc)?;
                    documents.get_mut(at).map_or(Ok(()), |d| set(d, path, value.clone()))?;
                }
                Op::RemoveField { doc, path } => {
                    let at = find(documents, doc)?;
                    documents.get_mut(at).into_iter().for_each(|d| remove(d, path));
                }
                Op::AddDocument(document) => documents.push(document.clone()),
                Op::RemoveDocument(doc) => drop(documents.remove(find(documents, doc)?)),
                Op::SetValue { .. } | Op::RemoveValue { .. } => {}
            }
        }
        Ok(())
    }
}

fn get<'v>(root: &'v Value, path: &Path) -> Option<&'v Value> {
    path.0.iter().try_fold(root, |at, step| match step {
        Step::Key(key) => at.get(key),
        Step::Index(index) => at.get(index),
    })
}

fn set(root: &mut Value, path: &Path, value: Value) -> Result<(), String> {
    let mut at = root;
    for step in &path.0 {
        if at.is_null() {
            *at = match step {
                Step::Key(_) => Value::Object(Map::new()),
                Step::Index(_) => Value::Array(Vec::new()),
            };
        }
        at = match (step, at) {
            (Step::Key(key), Value::Object(map)) => map.entry(key.clone()).or_insert(Value::Null),
            (Step::Index(index), Value::Array(list)) => {
                if *index == list.len() {
                    list.push(Value::Null);
                }
                list.get_mut(*index).ok_or_else(|| format!("{path}: the list is shorter"))?
            }
            _ => return Err(format!("{path}: there is something else on the way")),
        };
    }
    *at = value;
    Ok(())
}

fn remove(root: &mut Value, path: &Path) {
    let Some((last, way)) = path.0.split_last() else { return };
    let parent = way.iter().try_fold(root, |at, step| match step {
        Step::Key(key) => at.get_mut(key),
        Step::Index(index) => at.get_mut(*index),
    });
    match (parent, last) {
        (Some(Value::Object(map)), Step::Key(key)) => drop(map.shift_remove(key)),
        (Some(Value::Array(list)), Step::Index(index)) if *index < list.len() => drop(list.remove(*index)),
        _ => {}
    }
}

impl fmt::Display for Op {
    /// For people: `set spec.replicas of Deployment store to 1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Op::SetValue { path, value } => write!(f, "in values: set {path} to {}", shown(value)),
            Op::RemoveValue { path } => write!(f, "in values: remove {path}"),
            Op::SetField { doc, path, value } => write!(f, "in {doc}: set {path} to {}", shown(value)),
            Op::RemoveField { doc, path } => write!(f, "in {doc}: remove {path}"),
            Op::AddDocument(document) => {
                let text = |key: &str| document.get(key).and_then(Value::as_str).unwrap_or_default();
                let name = document.get("metadata").and_then(|m| m.get("name")).and_then(Value::as_str);
                write!(f, "add {} {}: {document}", text("kind"), name.unwrap_or_default())
            }
            Op::RemoveDocument(doc) => write!(f, "remove {doc}"),
        }
    }
}

/// JSON is YAML, and a plain word needs no quotes.
fn shown(value: &Value) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(text: &str) -> Path {
        Path::parse(text).unwrap()
    }

    #[test]
    fn values_are_set_and_taken_away() {
        let fix = Fix::new().set_value("a.b[0].c", 1).remove_value("d").remove_value("e.f");
        let mut values = json!({"d": 1, "e": {"f": 2, "g": 3}});
        fix.apply_to_values(&mut values, &json!({"e": {"f": 4}})).unwrap();
        assert_eq!(values, json!({"e": {"f": null, "g": 3}, "a": {"b": [{"c": 1}]}}));
        assert!(Fix::new().set_value("a.x", 1).apply_to_values(&mut json!({"a": 3}), &json!({})).is_err());
    }

    #[test]
    fn documents_are_found_by_what_they_are() {
        let doc = DocRef { kind: "Pod".into(), namespace: "ns".into(), name: "p".into() };
        let mut all = vec![json!({"kind": "Pod", "metadata": {"name": "p", "namespace": "other"}})];
        all.push(json!({"kind": "Pod", "metadata": {"name": "p"}, "spec": {"x": [1, 2]}}));
        let ops = vec![
            Op::SetField { doc: doc.clone(), path: path("spec.y"), value: json!(null) },
            Op::RemoveField { doc: doc.clone(), path: path("spec.x[0]") },
            Op::AddDocument(json!({"kind": "A"})),
        ];
        Fix { ops }.apply_to_documents(&mut all, "ns").unwrap();
        assert_eq!(all[1]["spec"], json!({"x": [2], "y": null}));
        assert_eq!((all.len(), all[0].get("spec")), (3, None));
        let gone = Fix { ops: vec![Op::RemoveDocument(DocRef { name: "q".into(), ..doc })] };
        assert_eq!(gone.apply_to_documents(&mut all, "ns").unwrap_err(), "there is no Pod q");
    }
}
