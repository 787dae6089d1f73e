//! What the cluster has ready for a release: everything that was read of it, and what was refused.

use std::collections::BTreeMap;

use serde_json::Value;

use super::release::{Claim, Object, Release, Wanted};
use super::removal::{Removal, removal};
use crate::cluster::{Access, Cluster, Refused};
use crate::kube::StoreKind;
use crate::render::RenderedFile;

/// Everything that was seen.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Why nothing of the cluster was looked at: the user did not want it.
    pub unasked: bool,
    /// The API server and its version; or why there is none.
    pub server: Option<Result<String, String>>,
    /// Whether the namespace is there.
    pub namespace: Option<Result<(), Refused>>,
    pub stores: Vec<(Wanted, Result<Value, Refused>)>,
    pub claims: Vec<ClaimSeen>,
    /// By name: whether it is the default.
    pub classes: Option<Result<BTreeMap<String, bool>, Refused>>,
    pub quotas: Option<Result<Vec<Value>, Refused>>,
    /// What an upgrade would take away.
    pub removal: Option<Result<Removal, Refused>>,
    /// Jobs of the namespace, where the release lists nodes that one of them may have bootstrapped.
    pub jobs: Option<Result<Vec<Value>, Refused>>,
    /// What the API server would say to each object.
    pub applied: Vec<(Object, Result<Value, Refused>)>,
}

/// A claim of the release, and what is there already.
#[derive(Clone, Debug)]
pub struct ClaimSeen {
    pub claim: Claim,
    /// The claim of that name.
    pub there: Result<(), Refused>,
    /// The StatefulSet that would own it.
    pub owner: Result<(), Refused>,
    /// The Secrets of the owner's pods, as they are in the cluster.
    pub secrets: Vec<(String, Value, Result<Value, Refused>)>,
}

/// Looks at the cluster. A question that fails stops no other, but where nobody answers nothing more is asked.
pub async fn surroundings(release: &Release, is_upgrade: bool, access: &Access) -> Surroundings {
    let mut seen = Surroundings::default();
    let cluster = match access.open().await {
        Ok(cluster) => cluster,
        Err(why) => {
            seen.server = Some(Err(why));
            return seen;
        }
    };
    match cluster.version().await {
        Ok(version) => seen.server = Some(Ok(format!("Kubernetes {version} at {}", cluster.server))),
        // Whom it lets in or not is for the questions to find out.
        Err(Refused::Denied(why)) => {
            seen.server = Some(Ok(format!("{} (its version is not told: {why})", cluster.server)))
        }
        Err(refused) => {
            seen.server = Some(Err(format!("{}: {refused}", cluster.server)));
            return seen;
        }
    }
    seen.namespace = Some(cluster.object("v1", "Namespace", "", &release.namespace).await.map(|_| ()));
    for wanted in &release.stores {
        let found = cluster.object("v1", wanted.kind.kind(), &wanted.namespace, &wanted.name).await;
        seen.stores.push((wanted.clone(), found));
    }
    for claim in &release.claims {
        seen.claims.push(one(&cluster, claim).await);
    }
    if !release.claims.is_empty() {
        seen.classes = Some(classes(&cluster).await);
    }
    seen.quotas = Some(cluster.list("v1", "ResourceQuota", &release.namespace).await);
    if is_upgrade {
        seen.removal = Some(removal(&cluster, release).await);
    }
    if release.has_nodes {
        seen.jobs = Some(cluster.list("batch/v1", "Job", &release.namespace).await);
    }
    for object in &release.objects {
        let applied = cluster.dry_run(&object.value, &object.namespace).await;
        seen.applied.push((object.clone(), applied));
    }
    seen
}

async fn one(cluster: &Cluster, claim: &Claim) -> ClaimSeen {
    let there = cluster.object("v1", "PersistentVolumeClaim", &claim.namespace, &claim.name).await.map(|_| ());
    let owner = match claim.owner {
        Some(_) => cluster.object("apps/v1", "StatefulSet", &claim.namespace, &claim.owner_name).await.map(|_| ()),
        None => Err(Refused::Missing),
    };
    let mut secrets = Vec::new();
    if there.is_ok() && owner == Err(Refused::Missing) {
        for (name, rendered) in &claim.secrets {
            let live = cluster.object("v1", "Secret", &claim.namespace, name).await;
            secrets.push((name.clone(), rendered.clone(), live));
        }
    }
    ClaimSeen { claim: claim.clone(), there, owner, secrets }
}

async fn classes(cluster: &Cluster) -> Result<BTreeMap<String, bool>, Refused> {
    let listed = cluster.list("storage.k8s.io/v1", "StorageClass", "").await?;
    let class = |value: &Value| {
        let name = value["metadata"]["name"].as_str()?.to_string();
        let default = &value["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"];
        Some((name, default == "true"))
    };
    Ok(listed.iter().filter_map(class).collect())
}

impl Surroundings {
    /// The Secrets and ConfigMaps that were read, as manifests to lay beside the render.
    pub fn manifests(&self) -> Vec<RenderedFile> {
        let read = self.stores.iter().filter_map(|(wanted, found)| Some((wanted, found.as_ref().ok()?)));
        let manifest = |(wanted, value): (&Wanted, &Value)| {
            let object = serde_json::json!({
                "apiVersion": "v1",
                "kind": wanted.kind.kind(),
                "metadata": {"name": wanted.name, "namespace": wanted.namespace},
                "data": value["data"],
                "binaryData": value["binaryData"],
            });
            let path = format!("live/{}/{}/{}.yaml", wanted.kind.kind(), wanted.namespace, wanted.name);
            RenderedFile { path, content: object.to_string().into_bytes() }
        };
        read.map(manifest).collect()
    }

    /// The decoded texts of the Secrets that were read: no report may show them.
    pub fn secrets(&self) -> Vec<String> {
        let of = |value: &Value| {
            let data = value["data"].as_object().into_iter().flatten();
            data.filter_map(|(_, text)| decoded(text))
                .map(|b| String::from_utf8_lossy(&b).into_owned())
                .collect::<Vec<_>>()
        };
        let stores =
            self.stores.iter().filter(|(w, _)| w.kind == StoreKind::Secret).filter_map(|(_, v)| v.as_ref().ok());
        let claims = self.claims.iter().flat_map(|c| &c.secrets).filter_map(|(_, _, live)| live.as_ref().ok());
        stores.chain(claims).flat_map(of).collect()
    }
}

/// What stands at a key of `data`.
pub fn decoded(text: &Value) -> Option<Vec<u8>> {
    crate::go::encode::base64_decode(text.as_str()?.as_bytes()).ok()
}
