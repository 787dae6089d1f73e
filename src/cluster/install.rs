//! What `helm install` asks of the API server before it makes anything, in Helm's words: whether each kind is served, and whether
//! an object of that name is somebody else's. Nothing is changed.
//!
//! Fields are not looked at: where the API server can do that itself (`fieldValidation`, Kubernetes 1.25 and later), client-go
//! leaves it to the write, which a dry run of Helm's does not make. `apply-dry-run` of `preflight` does.
//!
//! Sources: helm `pkg/action/install.go`, `pkg/action/validate.go`, `pkg/kube/client.go` (`Build`); k8s.io/cli-runtime
//! `pkg/resource` (`mapper.go`, `visitor.go`); k8s.io/kubectl `pkg/validation/schema.go`.

use serde_json::Value;

use super::access::Cluster;
use super::ask::Refused;

/// What of objects that are there already is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// They have to be the release's.
    Owned,
    /// They will be the release's, whosever they are (`--take-ownership`).
    Taken,
    /// Nothing: it is an upgrade.
    Unasked,
}

/// An install that is thought of.
#[derive(Clone, Copy, Debug)]
pub struct Install<'a> {
    pub release: &'a str,
    pub namespace: &'a str,
    pub existing: Existing,
    /// What stands before an object that is somebody else's.
    pub cannot_continue: &'a str,
    /// Objects with a `generateName` are left alone, and those with a name beside it refused.
    pub knows_generated_names: bool,
}

/// Why it would not begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// Helm's own, to the byte.
    Helm(String),
    /// It could not be told.
    Unknown(String),
}

/// An object whose kind is served.
struct Target<'a> {
    object: &'a Value,
    api_version: &'a str,
    kind: &'a str,
    name: &'a str,
    /// Empty for a kind that has none.
    namespace: String,
}

impl Cluster {
    /// Asks for each of the objects, in their order. A list (`items`) stands for what is in it.
    ///
    /// # Errors
    /// [`Objection`]: the first thing that ends Helm; kinds that are not served are told all together.
    pub async fn installable(&self, objects: &[Value], install: &Install<'_>) -> Result<(), Objection> {
        let mut targets = Vec::new();
        let mut wrong: Vec<String> = Vec::new();
        for object in objects.iter().filter(|object| !object.is_null()) {
            let mut told = Vec::new();
            let built = self.build(object, false, install, &mut targets, &mut told).await;
            wrong.extend((!told.is_empty()).then(|| aggregate(told)));
            match built {
                Ok(()) => {}
                // Where the stream breaks off, what was wrong before is told along.
                Err(Objection::Helm(words)) => {
                    wrong.push(words);
                    break;
                }
                Err(unknown) => return Err(unknown),
            }
        }
        if !wrong.is_empty() {
            let words = aggregate(wrong);
            return Err(Objection::Helm(format!("unable to build kubernetes objects from release manifest: {words}")));
        }
        if install.existing == Existing::Unasked {
            return Ok(());
        }
        for target in &targets {
            self.is_free(target, install).await.map_err(|objection| match objection {
                Objection::Helm(words) => Objection::Helm(format!("{}: {words}", install.cannot_continue)),
                unknown => unknown,
            })?;
        }
        Ok(())
    }

    /// One document, or one item of a list. `is_item`: the latter.
    async fn build<'a>(
        &self,
        object: &'a Value,
        is_item: bool,
        install: &Install<'_>,
        targets: &mut Vec<Target<'a>>,
        wrong: &mut Vec<String>,
    ) -> Result<(), Objection> {
        let text = |key: &str| object[key].as_str().unwrap_or_default();
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        if api_version.is_empty() || kind.is_empty() || !is_metadata(&object["metadata"]) {
            let what = "an object of the chart has no apiVersion, no kind, or metadata of another shape";
            return Err(Objection::Unknown(format!("{what}: what Helm says to it is not known here")));
        }
        let metadata = |key: &str| object["metadata"][key].as_str().unwrap_or_default();
        let resources = match self.resources(api_version).await {
            Ok(resources) => resources,
            Err(Refused::NoKind) => Vec::new(),
            Err(refused) => return Err(Objection::Unknown(format!("{api_version} {kind}: {refused}"))),
        };
        // Every version that is served has lists.
        let is_list = kind == "List" && !resources.is_empty();
        let found = resources.iter().find(|resource| resource.kind == kind);
        if found.is_none() && !is_list {
            let what = format!("no matches for kind {kind:?} in version {api_version:?}");
            let (name, namespace) = (metadata("name"), metadata("namespace"));
            wrong.push(match is_item {
                true => format!("unable to recognize {what}"),
                false => format!(
                    "resource mapping not found for name: {name:?} namespace: {namespace:?} from \"\": {what}\nensure CRDs are installed first"
                ),
            });
            return Ok(());
        }
        if let Some(items) = object["items"].as_array() {
            // client-go does not look into a list that stands in another.
            if items.iter().any(|item| item["items"].is_array()) {
                wrong.push("*unstructured.Unstructured is not a list: no Items field in this object".into());
                return Ok(());
            }
            for item in items {
                Box::pin(self.build(item, true, install, targets, wrong)).await?;
            }
            return Ok(());
        }
        let Some(resource) = found else {
            return Err(Objection::Unknown("a List of the chart has no items".into()));
        };
        if !resource.patchable {
            let what = format!("{api_version} {kind} cannot be patched, and Helm would check its fields itself");
            return Err(Objection::Unknown(format!("{what}, which is not done here")));
        }
        let own = Some(metadata("namespace")).filter(|own| !own.is_empty());
        let namespace = if resource.namespaced { own.unwrap_or(install.namespace) } else { own.unwrap_or_default() };
        let name = metadata("name");
        targets.push(Target { object, api_version, kind, name, namespace: namespace.to_string() });
        Ok(())
    }

    /// No object of that name is there, or it is the release's.
    async fn is_free(&self, target: &Target<'_>, install: &Install<'_>) -> Result<(), Objection> {
        let Target { api_version, kind, name, namespace, .. } = target;
        let generated = target.object["metadata"]["generateName"].as_str().is_some_and(|name| !name.is_empty());
        if generated && install.knows_generated_names {
            return match name.is_empty() {
                true => Ok(()),
                false => Err(Objection::Helm("metadata.name and metadata.generateName cannot both be set".into())),
            };
        }
        let shown = format!("{kind} {name:?} in namespace {namespace:?}");
        let not_known = |why: &str| format!("could not get information about the resource {shown}: {why}");
        if name.is_empty() {
            return Err(Objection::Helm(not_known("resource name may not be empty")));
        }
        let live = match self.object(api_version, kind, namespace, name).await {
            Ok(live) => live,
            Err(Refused::Missing) => return Ok(()),
            Err(Refused::Denied(why)) => return Err(Objection::Helm(not_known(&why))),
            Err(refused) => return Err(Objection::Unknown(not_known(&refused.to_string()))),
        };
        if install.existing == Existing::Taken {
            return Ok(());
        }
        let wanted = [
            ("label", "labels", "app.kubernetes.io/managed-by", "Helm"),
            ("annotation", "annotations", "meta.helm.sh/release-name", install.release),
            ("annotation", "annotations", "meta.helm.sh/release-namespace", install.namespace),
        ];
        let wrong: Vec<String> = wanted
            .iter()
            .filter_map(|(what, place, key, value)| {
                let why = match live["metadata"][place][key].as_str() {
                    None => format!("missing key {key:?}: must be set to {value:?}"),
                    Some(other) if other != *value => {
                        format!("key {key:?} must equal {value:?}: current value is {other:?}")
                    }
                    Some(_) => return None,
                };
                Some(format!("{what} validation error: {why}"))
            })
            .collect();
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(Objection::Helm(format!(
                "{shown} exists and cannot be imported into the current release: invalid ownership metadata; {}",
                wrong.join("; ")
            ))),
        }
    }
}

/// Several errors as one (`utilerrors.NewAggregate`).
fn aggregate(mut words: Vec<String>) -> String {
    let mut seen = std::collections::HashSet::new();
    words.retain(|word| seen.insert(word.clone()));
    match words.as_slice() {
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    }
}

/// Whether client-go takes it for metadata: names are texts, labels and annotations maps of texts.
fn is_metadata(metadata: &Value) -> bool {
    let of_texts = |value: &Value| match value {
        Value::Null => true,
        Value::Object(map) => map.values().all(|v| v.is_string() || v.is_null()),
        _ => false,
    };
    match metadata {
        Value::Null => true,
        Value::Object(map) => map.iter().all(|(key, value)| match key.as_str() {
            "name" | "namespace" | "generateName" => value.is_string() || value.is_null(),
            "labels" | "annotations" => of_texts(value),
            _ => true,
        }),
        _ => false,
    }
}
