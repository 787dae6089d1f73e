//! What a cluster can do: its version, its kinds and where they are.

use serde_json::Value;

use super::access::Cluster;
use super::ask::Refused;

/// No cluster has more versions of APIs: what lists more is none.
const MOST: usize = 2000;

/// A kind of one version of an API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub kind: String,
    /// As it stands in paths: `deployments`.
    pub plural: String,
    pub namespaced: bool,
    /// It can be changed in part.
    pub patchable: bool,
}

impl Cluster {
    /// `gitVersion`, `v1.34.4`.
    pub async fn version(&self) -> Result<String, Refused> {
        let version = self.get("/version").await?;
        let text = version["gitVersion"].as_str().filter(|text| !text.is_empty() && text.len() < 100);
        text.map(str::to_string).ok_or_else(|| Refused::Failed("the API server tells no version".into()))
    }

    /// Every `v1`, `apps/v1` that is served.
    pub async fn api_versions(&self) -> Result<Vec<String>, Refused> {
        let mut all: Vec<String> = strings(&self.get("/api").await?["versions"]);
        let groups = self.get("/apis").await?;
        for group in groups["groups"].as_array().into_iter().flatten() {
            let versions = group["versions"].as_array().into_iter().flatten();
            all.extend(versions.filter_map(|v| v["groupVersion"].as_str()).map(str::to_string));
        }
        if all.len() > MOST {
            return Err(Refused::Failed(format!("the API server lists {} versions of APIs", all.len())));
        }
        Ok(all)
    }

    /// The kinds of a version. Subresources are none.
    ///
    /// # Errors
    /// [`Refused::NoKind`]: the cluster does not have that version.
    pub async fn resources(&self, api_version: &str) -> Result<Vec<Resource>, Refused> {
        if let Some(known) = self.known.borrow().get(api_version) {
            return Ok(known.clone());
        }
        let listed = self.get(&root(api_version)?).await.map_err(|refused| match refused {
            Refused::Missing => Refused::NoKind,
            other => other,
        })?;
        let resource = |value: &Value| {
            let plural = value["name"].as_str().filter(|name| !name.contains('/'))?;
            let (kind, namespaced) = (value["kind"].as_str()?, value["namespaced"].as_bool()?);
            let patchable = value["verbs"].as_array().is_some_and(|verbs| verbs.iter().any(|verb| verb == "patch"));
            Some(Resource { kind: kind.to_string(), plural: plural.to_string(), namespaced, patchable })
        };
        let found: Vec<Resource> = listed["resources"].as_array().into_iter().flatten().filter_map(resource).collect();
        self.known.borrow_mut().insert(api_version.to_string(), found.clone());
        Ok(found)
    }

    /// Where the objects of a kind are, in a namespace where they have one.
    pub(super) async fn path(
        &self,
        api_version: &str,
        kind: &str,
        namespace: &str,
    ) -> Result<(String, Resource), Refused> {
        let resources = self.resources(api_version).await?;
        let resource = resources.into_iter().find(|r| r.kind == kind).ok_or(Refused::NoKind)?;
        let root = root(api_version)?;
        let path = match (resource.namespaced, namespace) {
            (true, namespace) if !namespace.is_empty() => {
                format!("{root}/namespaces/{}/{}", segment(namespace)?, resource.plural)
            }
            _ => format!("{root}/{}", resource.plural),
        };
        Ok((path, resource))
    }
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect()
}

fn root(api_version: &str) -> Result<String, Refused> {
    match api_version.split_once('/') {
        Some((group, version)) => Ok(format!("/apis/{}/{}", segment(group)?, segment(version)?)),
        None => Ok(format!("/api/{}", segment(api_version)?)),
    }
}

/// A piece of a path. A chart names it: nothing that would lead elsewhere.
pub(super) fn segment(text: &str) -> Result<&str, Refused> {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':');
    match !text.is_empty() && text != "." && text != ".." && text.len() <= 253 && text.chars().all(fine) {
        true => Ok(text),
        false => Err(Refused::Failed(format!("no object can be called {:?}", super::ask::quoted(text)))),
    }
}
