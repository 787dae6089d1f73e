//! Whether the cluster has what the chart says. Two comparisons: what Helm keeps of the release with our own render, document by
//! document; and each live object with what the API server makes of that document when it is new, so that its defaults, and its
//! way of writing quantities, play no part.

use std::path::Path;
use std::time::Instant;

use bumpalo::Bump;
use serde_json::Value;

use super::bench::{Bench, RELEASE};
use super::show::Shown;
use crate::cluster::Refused;
use crate::golden;
use crate::limits::Limits;
use crate::report::Outcome;

/// Differences that are told of one comparison.
const TOLD: usize = 4;

impl Bench<'_> {
    /// Compares. `chart`: the one that `shown` is a render of.
    pub async fn applied(&self, check: &'static str, chart: &Path, shown: &Shown) {
        let since = Instant::now();
        self.progress.begin(&format!("{}: what is applied equals the render", self.scenario.name()));
        let kept = match self.helm.manifest(RELEASE, &shown.release.namespace).await {
            Ok(kept) => kept,
            Err(why) => return self.say(check, Outcome::Fail, why, Some(since)),
        };
        let other = self.other_seed(chart, shown);
        let (mut wrong, generated) = differences(shown, other.as_ref(), kept.as_bytes());
        if !wrong.is_empty() && shown.asks_cluster {
            let why = format!(
                "the chart asks the cluster, and Helm's manifests differ from a render that does not: {}",
                told(&wrong)
            );
            return self.say(check, Outcome::Unknown, why, Some(since));
        }
        let (mut compared, mut unknown) = (0, Vec::new());
        let all = async {
            for object in &shown.release.objects {
                match self.live(object).await {
                    Ok(None) => compared += 1,
                    Ok(Some(_)) if generated.contains(&object.title) => compared += 1,
                    Ok(Some(difference)) => wrong.push(format!("{}: {difference}", object.title)),
                    Err(Refused::Missing) => wrong.push(format!("{} is not there", object.title)),
                    Err(refused) => unknown.push(format!("{}: {refused}", object.title)),
                }
            }
        };
        if let Err(why) = self.within("the objects of the release to be compared", all).await {
            unknown.push(why);
        }
        let since = Some(since);
        if !wrong.is_empty() {
            self.say(check, Outcome::Fail, told(&wrong), since);
        } else if !unknown.is_empty() || compared == 0 {
            self.say(check, Outcome::Unknown, format!("not all can be compared: {}", told(&unknown)), since);
        } else {
            self.say(check, Outcome::Pass, format!("{compared} objects are as the chart renders them"), since);
        }
    }

    fn other_seed(&self, chart: &Path, shown: &Shown) -> Option<Shown> {
        let overrides = crate::values::Overrides {
            files: vec![self.values_file("all", &shown.values).ok()?.to_string_lossy().into_owned()],
            ..Default::default()
        };
        self.show(chart, &shown.release.namespace, &overrides, false, &[], 1).ok()
    }

    /// How a live object differs from what a new one would be.
    async fn live(&self, object: &crate::preflight::Object) -> Result<Option<String>, Refused> {
        let cluster = &self.place.cluster;
        let live = cluster.object_of(&object.value, &object.namespace).await?;
        let mut new = object.value.clone();
        // The name is taken. Another one of the same length: what is derived from it is as long.
        let name = new["metadata"]["name"].as_str().unwrap_or_default();
        new["metadata"]["name"] = other_name(name).into();
        let fresh = match cluster.would_create(&new, &object.namespace).await {
            Ok(fresh) => fresh,
            // Admission may know names, or ports that are taken: then what is rendered must at least be there.
            Err(Refused::Object { .. }) => object.value.clone(),
            Err(refused) => return Err(refused),
        };
        Ok(first_difference(&object.value, &fresh, &live))
    }
}

fn told(all: &[String]) -> String {
    let shown = all.iter().take(TOLD).cloned().collect::<Vec<_>>().join("; ");
    match all.len().saturating_sub(TOLD) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}

fn other_name(name: &str) -> String {
    let mut text = name.to_string();
    let last = text.pop();
    text.push(if last == Some('x') { 'y' } else { 'x' });
    text
}

/// The documents in which Helm's manifests differ from ours, and the titles of those that a second render makes otherwise too.
fn differences(shown: &Shown, other: Option<&Shown>, kept: &[u8]) -> (Vec<String>, Vec<String>) {
    let (arena, limits) = (Bump::new(), Limits::default());
    let read = |text| golden::documents(text, &arena, &limits).0;
    let (ours, theirs) = (read(&shown.text), read(kept));
    let second = other.map(|o| read(&o.text)).unwrap_or_default();
    let (mut wrong, mut generated) = (Vec::new(), Vec::new());
    let with_namespace = |d: &golden::Document<'_>| d.identity.clone();
    for document in ours.iter().filter(|d| d.identity.as_ref().is_some_and(|i| !i.is_hook)) {
        let same = |d: &&golden::Document<'_>| with_namespace(d) == with_namespace(document);
        let by_chance = second.iter().find(same).is_some_and(|d| d.text != document.text);
        if by_chance && let Some(identity) = &document.identity {
            generated.push(format!("{}/{}", identity.kind, identity.name));
        }
        match theirs.iter().find(same) {
            None => wrong.push(format!("Helm keeps no {}", document.subject())),
            Some(_) if by_chance => {}
            Some(their) if crate::value::to_json(their.tree) == crate::value::to_json(document.tree) => {}
            Some(their) => {
                let lines = golden::unified(document.text, their.text, 1);
                let changed = lines.iter().find(|l| l.starts_with('+') || l.starts_with('-'));
                wrong.push(format!("{} differs: {}", document.subject(), changed.cloned().unwrap_or_default()));
            }
        }
    }
    for their in theirs.iter().filter(|d| d.identity.is_some()) {
        if !ours.iter().any(|d| d.identity == their.identity) {
            wrong.push(format!("Helm keeps {}, which is not rendered", their.subject()));
        }
    }
    (wrong, generated)
}

/// Where a live object is not what a new one would be. Of `metadata` only what is rendered counts: others write there. What a
/// server or a controller assigns is left out.
fn first_difference(rendered: &Value, fresh: &Value, live: &Value) -> Option<String> {
    for part in ["labels", "annotations"] {
        let wanted = rendered["metadata"][part].as_object().into_iter().flatten();
        for (key, value) in wanted.filter(|(_, v)| !v.is_null()) {
            if live["metadata"][part].get(key) != Some(value) {
                return Some(format!("metadata.{part}.{key} is not as rendered"));
            }
        }
    }
    let kind = rendered["kind"].as_str().unwrap_or_default();
    let own = |key: &str| !matches!(key, "apiVersion" | "kind" | "metadata" | "status");
    let keys = fresh.as_object().into_iter().chain(live.as_object()).flat_map(|map| map.keys()).filter(|k| own(k));
    for key in keys {
        if let Some(path) = differs(&fresh[key], &live[key], key, &rendered[key], kind) {
            return Some(path);
        }
    }
    None
}

fn differs(fresh: &Value, live: &Value, path: &str, rendered: &Value, kind: &str) -> Option<String> {
    let assigned = match kind {
        "Service" => {
            ["spec.clusterIP", "spec.clusterIPs", "spec.healthCheckNodePort"].contains(&path)
                || path.ends_with(".nodePort")
        }
        "PersistentVolumeClaim" => path == "spec.volumeName",
        "ServiceAccount" => path == "secrets",
        "Job" => path.starts_with("spec.selector") || path.contains("controller-uid") || path.contains("job-name"),
        // An autoscaler decides where the chart does not.
        "Deployment" | "StatefulSet" => path == "spec.replicas",
        _ => path.ends_with("caBundle"),
    };
    if fresh == live || (assigned && rendered.is_null()) {
        return None;
    }
    match (fresh, live) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            let none = Value::Null;
            keys.into_iter().find_map(|key| {
                let (a, b) = (a.get(key).unwrap_or(&none), b.get(key).unwrap_or(&none));
                differs(a, b, &format!("{path}.{key}"), &rendered[key.as_str()], kind)
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let pairs = a.iter().zip(b).enumerate();
            pairs.into_iter().find_map(|(n, (a, b))| differs(a, b, &format!("{path}[{n}]"), &rendered[n], kind))
        }
        (Value::Null, _) => Some(format!("{path} is there, and the chart does not say so")),
        (_, Value::Null) => Some(format!("{path} is missing")),
        _ => Some(format!("{path} is another")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn defaults_and_what_is_assigned_are_no_difference_and_the_rest_is() {
        let rendered = json!({"kind": "Service", "metadata": {"labels": {"a": "b"}}, "spec": {"type": "ClusterIP"}});
        let fresh =
            json!({"kind": "Service", "spec": {"type": "ClusterIP", "clusterIP": "10.0.0.1", "affinity": "None"}});
        let live = json!({"kind": "Service", "metadata": {"labels": {"a": "b", "c": "d"}, "uid": "x"},
            "spec": {"type": "ClusterIP", "clusterIP": "10.0.0.2", "affinity": "None"}});
        assert_eq!(first_difference(&rendered, &fresh, &live), None);
        let more = json!({"kind": "Service", "metadata": {"labels": {"a": "b"}},
            "spec": {"type": "ClusterIP", "affinity": "None", "externalName": "x"}});
        assert!(first_difference(&rendered, &fresh, &more).unwrap().contains("externalName is there"));
        let label = json!({"kind": "Service", "metadata": {"labels": {"a": "x"}}, "spec": fresh["spec"]});
        assert!(first_difference(&rendered, &fresh, &label).unwrap().contains("metadata.labels.a"));
    }

    #[test]
    fn names_are_as_long() {
        assert_eq!((other_name("ab").as_str(), other_name("ax").as_str()), ("ax", "ay"));
    }
}
