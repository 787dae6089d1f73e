//! Servers that a release has in the cluster and declares no more, and the workloads that are there still: what each of them says
//! in its variables and arguments.

use std::collections::BTreeMap;

use serde_json::Value;

use super::release::Release;
use super::surroundings::decoded;
use crate::cluster::{Cluster, Refused};

/// What an upgrade would take away, and who lives beside it.
#[derive(Clone, Debug, Default)]
pub struct Removal {
    /// Names of StatefulSets and Services that the render has no more.
    pub removed: Vec<String>,
    pub workloads: Vec<Live>,
}

/// A workload of the cluster.
#[derive(Clone, Debug)]
pub struct Live {
    /// `Deployment/store`
    pub title: String,
    /// It is among what is removed.
    pub goes: bool,
    /// Texts of variables and arguments, those of Secrets too: never shown. An error: one that could not be read.
    texts: Vec<Result<String, String>>,
}

/// Kinds that can hold a server, and kinds whose pods can use one.
const SERVERS: [(&str, &str); 2] = [("apps/v1", "StatefulSet"), ("v1", "Service")];
const WORKLOADS: [(&str, &str); 4] =
    [("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("batch/v1", "CronJob"), ("batch/v1", "Job")];

/// Looks for it. Workloads are listed only where something is removed.
///
/// # Errors
/// What may not be listed.
pub async fn removal(cluster: &Cluster, release: &Release) -> Result<Removal, Refused> {
    let mut removal = Removal::default();
    for (version, kind) in SERVERS {
        for object in cluster.list(version, kind, &release.namespace).await? {
            let owner = &object["metadata"]["annotations"]["meta.helm.sh/release-name"];
            let title = title(kind, &object);
            if *owner == release.name.as_str() && !release.objects.iter().any(|o| o.title == title) {
                removal.removed.extend(object["metadata"]["name"].as_str().map(str::to_string));
            }
        }
    }
    removal.removed.sort();
    removal.removed.dedup();
    if removal.removed.is_empty() {
        return Ok(removal);
    }
    let mut secrets = BTreeMap::new();
    for (version, kind) in WORKLOADS {
        for object in cluster.list(version, kind, &release.namespace).await? {
            let title = title(kind, &object);
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            let goes = kind == "StatefulSet" && removal.removed.iter().any(|removed| removed == name);
            let texts = texts(cluster, release, &object, &mut secrets).await;
            removal.workloads.push(Live { title, goes, texts });
        }
    }
    Ok(removal)
}

fn title(kind: &str, object: &Value) -> String {
    format!("{kind}/{}", object["metadata"]["name"].as_str().unwrap_or_default())
}

/// Everything that the containers of a workload are told in text.
async fn texts(
    cluster: &Cluster,
    release: &Release,
    object: &Value,
    secrets: &mut BTreeMap<String, Result<Value, Refused>>,
) -> Vec<Result<String, String>> {
    let spec = match object["spec"]["jobTemplate"].is_object() {
        true => &object["spec"]["jobTemplate"]["spec"]["template"]["spec"],
        false => &object["spec"]["template"]["spec"],
    };
    let mut texts = Vec::new();
    let mut named: Vec<(String, Option<String>)> = Vec::new();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for container in list(&spec["initContainers"]).iter().chain(&list(&spec["containers"])) {
        let words = list(&container["command"]).into_iter().chain(list(&container["args"]));
        texts.extend(words.filter_map(|word| word.as_str().map(|text| Ok(text.to_string()))));
        for variable in list(&container["env"]) {
            texts.extend(variable["value"].as_str().map(|text| Ok(text.to_string())));
            let from = &variable["valueFrom"]["secretKeyRef"];
            named.extend(from["name"].as_str().map(|n| (n.to_string(), from["key"].as_str().map(str::to_string))));
        }
        let sources = list(&container["envFrom"]);
        named.extend(sources.iter().filter_map(|s| s["secretRef"]["name"].as_str()).map(|n| (n.to_string(), None)));
    }
    for (name, key) in named {
        if !secrets.contains_key(&name) {
            let found = cluster.object("v1", "Secret", &release.namespace, &name).await;
            secrets.insert(name.clone(), found);
        }
        match secrets.get(&name) {
            Some(Ok(secret)) => {
                let data = secret["data"].as_object().into_iter().flatten();
                let wanted = data.filter(|(k, _)| key.as_ref().is_none_or(|key| key == *k));
                texts.extend(
                    wanted.filter_map(|(_, v)| decoded(v)).map(|b| Ok(String::from_utf8_lossy(&b).into_owned())),
                );
            }
            Some(Err(Refused::Missing)) | None => {}
            Some(Err(refused)) => texts.push(Err(format!("Secret {name}: {refused}"))),
        }
    }
    texts
}

impl Live {
    /// Whether it names a host.
    ///
    /// # Errors
    /// It does not, and why something could not be read.
    pub fn names(&self, host: &str) -> Result<bool, String> {
        if self.texts.iter().flatten().any(|text| says(text, host)) {
            return Ok(true);
        }
        match self.texts.iter().find_map(|text| text.as_ref().err()) {
            Some(why) => Err(why.clone()),
            None => Ok(false),
        }
    }
}

/// Whether a text has a host's name in it, alone or with its domain.
fn says(text: &str, host: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let mut words = text.split(|c| !is_name(c));
    words.any(|word| word.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

#[cfg(test)]
mod tests {
    use super::says;

    #[test]
    fn a_host_is_a_whole_word() {
        assert!(says("postgresql://a:b@orders:5432/x", "orders") && says("orders.shop.svc", "orders"));
        assert!(!says("postgresql://a:b@orders-new:5432/x", "orders") && !says("reorders", "orders"));
    }
}
