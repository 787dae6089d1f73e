//! A recording of a cluster: what it can do, what was asked of it, and what it answered. JSON, which is YAML too;
//! `schemas/world.schema.json` describes it.
//!
//! What was not asked when it was recorded is not known: a render that asks it is told so, instead of an empty answer.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::capabilities::{Capabilities, KubeVersion};
use super::objects::{Objects, Query};
use crate::dialect::Dialect;

/// The version of the format.
const VERSION: &str = "plimsoll/world/v1";
/// No recording is longer, in bytes.
pub const LONGEST: u64 = 64 << 20;
/// What stands for the value of a Secret that was left out: base64 of "left out", so that a chart goes the same ways.
const LEFT_OUT: &str = "bGVmdCBvdXQ=";

/// What was recorded.
#[derive(Clone, Default)]
pub struct Recording {
    /// `v1.34.4`.
    pub kubernetes: String,
    /// `v1`, `apps/v1`, `apps/v1/Deployment`.
    pub api_versions: Vec<String>,
    /// What was asked.
    pub asked: BTreeSet<Query>,
    /// What was answered: objects as the API server gives them.
    pub objects: Vec<Value>,
}

impl std::fmt::Debug for Recording {
    // What Secrets hold is nobody's business.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recording")
            .field("kubernetes", &self.kubernetes)
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}

impl Recording {
    /// As it is kept. `values`: with the values of Secrets.
    pub fn write(&self, values: bool) -> String {
        let asked = self
            .asked
            .iter()
            .map(|q| json!({"apiVersion": q.api_version, "kind": q.kind, "namespace": q.namespace, "name": q.name}));
        let objects = self.objects.iter().map(|object| if values { object.clone() } else { without_values(object) });
        let value = json!({
            "apiVersion": VERSION,
            "kubernetes": self.kubernetes,
            "apiVersions": self.api_versions,
            "secretValues": values,
            "asked": asked.collect::<Vec<_>>(),
            "objects": objects.collect::<Vec<_>>(),
        });
        format!("{value:#}\n")
    }

    /// Whether a text means to be one.
    pub fn is_one(text: &str) -> bool {
        serde_json::from_str::<Value>(text).is_ok_and(|value| value["apiVersion"] == VERSION)
    }

    /// Its Secrets and ConfigMaps as manifests. Of a Secret whose values were left out nothing is known, and it is left
    /// out as a whole.
    pub fn stores(&self) -> String {
        let is_known = |object: &&Value| match object["kind"].as_str() {
            Some("Secret") => !object["data"].as_object().into_iter().flatten().any(|(_, value)| value == LEFT_OUT),
            kind => kind == Some("ConfigMap"),
        };
        self.objects.iter().filter(is_known).map(|object| format!("---\n{object}\n")).collect()
    }

    /// Reads one.
    ///
    /// # Errors
    /// In words: it is none, or of a version that is not known.
    pub fn read(text: &str) -> Result<Recording, String> {
        let value: Value = serde_json::from_str(text).map_err(|e| format!("it is no recording: {e}"))?;
        if value["apiVersion"] != VERSION {
            return Err(format!("it is no recording of version {VERSION}"));
        }
        let text = |value: &Value, key: &str| {
            value[key].as_str().map(str::to_string).ok_or_else(|| format!("its {key} is missing, or no text"))
        };
        let list = |key: &str| value[key].as_array().ok_or_else(|| format!("its {key} are missing, or no list"));
        let mut recording = Recording { kubernetes: text(&value, "kubernetes")?, ..Recording::default() };
        for version in list("apiVersions")? {
            recording.api_versions.push(version.as_str().ok_or("one of its apiVersions is no text")?.to_string());
        }
        for query in list("asked")? {
            recording.asked.insert(Query {
                api_version: text(query, "apiVersion")?,
                kind: text(query, "kind")?,
                namespace: text(query, "namespace")?,
                name: text(query, "name")?,
            });
        }
        for object in list("objects")? {
            text(object, "apiVersion")?;
            text(object, "kind")?;
            text(&object["metadata"], "name")?;
            recording.objects.push(object.clone());
        }
        Ok(recording)
    }

    /// The objects, as `lookup` finds them.
    pub fn lookups(&self) -> Objects {
        let mut objects = Objects::new();
        for object in &self.objects {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
            let key = Query {
                api_version: text(&object["apiVersion"]),
                kind: text(&object["kind"]),
                namespace: text(&object["metadata"]["namespace"]),
                name: text(&object["metadata"]["name"]),
            };
            objects.insert(key, object.to_string().into_bytes());
        }
        objects
    }

    /// What the cluster can do.
    ///
    /// # Errors
    /// Helm's words about a version that is none.
    pub fn capabilities(&self, dialect: &Dialect) -> Result<Capabilities, String> {
        let kube_version = KubeVersion::parse(&self.kubernetes, dialect)?;
        Ok(Capabilities { kube_version, api_versions: self.api_versions.clone() })
    }
}

fn without_values(object: &Value) -> Value {
    let mut object = object.clone();
    if object["kind"] == "Secret" {
        for field in ["data", "stringData"] {
            for (_, value) in object[field].as_object_mut().into_iter().flatten() {
                *value = LEFT_OUT.into();
            }
        }
        // kubectl keeps what was applied, values and all.
        if let Some(annotations) = object["metadata"]["annotations"].as_object_mut() {
            annotations.retain(|key, _| key != "kubectl.kubernetes.io/last-applied-configuration");
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording() -> Recording {
        let query = |name: &str| Query {
            api_version: "v1".into(),
            kind: "Secret".into(),
            namespace: "n".into(),
            name: name.into(),
        };
        let annotations = json!({"kubectl.kubernetes.io/last-applied-configuration": "geheim", "a": "b"});
        let metadata = json!({"name": "s", "namespace": "n", "annotations": annotations});
        Recording {
            kubernetes: "v1.34.4".into(),
            api_versions: vec!["v1".into()],
            asked: BTreeSet::from([query("s"), query("t")]),
            objects: vec![
                json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"p": "Z2VoZWlt"}}),
            ],
        }
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        let read = Recording::read(&recording().write(true)).unwrap();
        assert_eq!((read.asked.len(), read.lookups().len(), read.kubernetes.as_str()), (2, 1, "v1.34.4"));
        assert!(read.write(true).contains("Z2VoZWlt"));
    }

    #[test]
    fn values_are_left_out() {
        let text = recording().write(false);
        assert!(
            !text.contains("Z2VoZWlt") && !text.contains("geheim") && text.contains("\"p\": \"bGVmdCBvdXQ=\""),
            "{text}"
        );
    }

    #[test]
    fn secrets_without_values_are_no_manifests() {
        let kept = |values| Recording::read(&recording().write(values)).unwrap().stores();
        assert!(kept(true).contains("Z2VoZWlt"));
        assert_eq!(kept(false), "");
        assert!(Recording::is_one(&recording().write(false)) && !Recording::is_one("kind: Secret"));
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"apiVersion": "plimsoll/world/v2"}"#,
            r#"{"apiVersion": "plimsoll/world/v1", "kubernetes": 1}"#,
        ] {
            assert!(Recording::read(text).is_err(), "{text}");
        }
    }
}
