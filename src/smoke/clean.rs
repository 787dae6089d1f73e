//! Removes what a record lists, the last thing first, and nothing else: an object of the same name with another identity is
//! somebody else's.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::helm::Helm;
use super::kind::Kind;
use super::ledger::{Entry, Ledger, Reach, Resource};
use crate::cluster::wait::{Seen, until};
use crate::cluster::{Access, Cluster, Refused};

/// The label of what a run makes in a cluster that was there; its value is the run's id.
pub const LABEL: &str = "plimsoll.dev/smoke";
/// How long one thing may take to be gone, where nobody waits for something else.
pub const DEADLINE: Duration = Duration::from_secs(300);
/// How long one call to an API server may take.
const STEP: Duration = Duration::from_secs(20);

/// What became of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Removed,
    /// It was not there.
    Absent,
    /// What has its name is not what the run made: it is left alone.
    Foreign(String),
    /// It is still listed.
    Failed(String),
}

impl std::fmt::Display for Fate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fate::Removed => f.write_str("removed"),
            Fate::Absent => f.write_str("was not there"),
            Fate::Foreign(why) => write!(f, "left alone: {why}"),
            Fate::Failed(why) => write!(f, "could not be removed: {why}"),
        }
    }
}

/// Removes all that is left of a run. What could not be removed stays in the record. `helm`: in the place of the recorded one;
/// `deadline`: for one thing.
pub async fn clean(
    ledger: &mut Ledger,
    folder: &Path,
    helm: Option<&Path>,
    deadline: Duration,
    tell: &dyn Fn(&Resource, &Fate),
) -> Vec<(Resource, Fate)> {
    let mut fates: Vec<(Resource, Fate)> = Vec::new();
    for entry in ledger.left() {
        let fate = match held_by(&entry.what, &fates) {
            Some(release) => Fate::Failed(format!("{release} has to go first")),
            None => one(&entry, &Means { folder, helm, deadline, record: ledger.held(), run: &ledger.run.id }).await,
        };
        if !matches!(fate, Fate::Failed(_)) {
            // What is gone is gone, also where that cannot be written down: it is found to be absent then.
            let _ = ledger.gone(entry.n);
        }
        tell(&entry.what, &fate);
        fates.push((entry.what, fate));
    }
    fates
}

/// The release that is still in a namespace. With the namespace goes what Helm knows of it, and what it has outside would stay.
fn held_by<'f>(what: &Resource, fates: &'f [(Resource, Fate)]) -> Option<&'f Resource> {
    let Resource::Namespace { name, cluster } = what else { return None };
    let holds = |of: &Resource| matches!(of, Resource::Release { namespace, cluster: c, .. } if namespace == name && c == cluster);
    fates.iter().find(|(of, fate)| holds(of) && matches!(fate, Fate::Failed(_))).map(|(of, _)| of)
}

/// What it is done with.
struct Means<'m> {
    folder: &'m Path,
    helm: Option<&'m Path>,
    deadline: Duration,
    record: Arc<File>,
    run: &'m str,
}

async fn one(entry: &Entry, means: &Means<'_>) -> Fate {
    let identity = entry.identity.as_deref();
    let done = match &entry.what {
        Resource::KindCluster { name, program, runtime } => {
            let kind = Kind::new(program, Some(runtime)).holding(means.record.clone());
            cluster(&kind, name, identity, &means.folder.join("kubeconfig")).await
        }
        Resource::Namespace { name, cluster, .. } => namespace(name, cluster, identity, means).await,
        Resource::Release { name, namespace, helm, cluster } => {
            let helm = Helm::new(means.helm.unwrap_or(helm), &means.folder.join("helm"));
            let helm = helm.on(cluster).holding(means.record.clone());
            release(name, namespace, &helm, cluster, identity, means.deadline).await
        }
    };
    done.unwrap_or_else(Fate::Failed)
}

async fn cluster(kind: &Kind, name: &str, identity: Option<&str>, kubeconfig: &Path) -> Result<Fate, String> {
    let there = kind.containers(name).await?;
    if there.is_empty() {
        // A client that was killed may have left a request behind: the daemon gets a moment to act on it.
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let there = if there.is_empty() { kind.containers(name).await? } else { there };
    if there.is_empty() {
        return Ok(Fate::Absent);
    }
    // Without ids it was announced and not finished. It had no namesake then, and its name ends in the run's id.
    if let Some(known) = identity
        && !there.iter().all(|id| known.split(',').any(|k| k == id))
    {
        return Ok(Fate::Foreign(format!("the containers of kind cluster {name} are not those that the run made")));
    }
    kind.delete(name, kubeconfig).await?;
    match kind.containers(name).await?.is_empty() {
        true => Ok(Fate::Removed),
        false => Err(format!("kind says that {name} is deleted, and its containers are there")),
    }
}

/// The cluster in which something was made. Where its kubeconfig leads to another one by now, nothing is known of the thing.
async fn reached(reach: &Reach) -> Result<Cluster, String> {
    let (path, context) = (reach.kubeconfig.clone(), reach.context.clone());
    let access = Access { path, context, overrides: Default::default(), step: STEP };
    let cluster = access.open().await?;
    let uid = uid_of(&cluster).await.map_err(|refused| format!("{}: {refused}", cluster.server))?;
    if uid != reach.uid {
        return Err(format!(
            "{} is another cluster than the one of the run: lead its kubeconfig there, or remove the run's folder if that \
             cluster is no more",
            cluster.server
        ));
    }
    Ok(cluster)
}

/// What tells a cluster from others.
///
/// # Errors
/// [`Refused`].
pub async fn uid_of(cluster: &Cluster) -> Result<String, Refused> {
    let system = cluster.object("v1", "Namespace", "", "kube-system").await?;
    let uid = system["metadata"]["uid"].as_str().unwrap_or_default();
    if uid.is_empty() { Err(Refused::Failed("kube-system has no UID".into())) } else { Ok(uid.to_string()) }
}

/// A namespace as the run makes one.
pub fn namespace_of(name: &str, run: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {LABEL: run}}})
}

/// Whether a namespace that is there is the run's.
fn is_ours(found: &Value, identity: Option<&str>, run: &str) -> bool {
    match identity {
        Some(uid) => found["metadata"]["uid"].as_str() == Some(uid),
        // It was announced, and its UID not written down any more.
        None => found["metadata"]["labels"][LABEL].as_str() == Some(run),
    }
}

async fn namespace(name: &str, reach: &Reach, identity: Option<&str>, means: &Means<'_>) -> Result<Fate, String> {
    let cluster = reached(reach).await?;
    let of = ("v1", "Namespace");
    let found = match cluster.object(of.0, of.1, "", name).await {
        Err(Refused::Missing) => return Ok(Fate::Absent),
        other => other.map_err(|refused| refused.to_string())?,
    };
    if !is_ours(&found, identity, means.run) {
        return Ok(Fate::Foreign(format!("namespace {name} is not the one that the run made")));
    }
    let uid = found["metadata"]["uid"].as_str().unwrap_or_default();
    match cluster.delete(of, "", name, uid).await {
        Ok(()) | Err(Refused::Missing) => {}
        Err(refused) => return Err(refused.to_string()),
    }
    let look = async || match cluster.object(of.0, of.1, "", name).await {
        Err(Refused::Missing) => Seen::Done(()),
        Ok(now) if now["metadata"]["uid"].as_str() != Some(uid) => Seen::Done(()),
        Ok(now) => {
            let said = now["status"]["conditions"].as_array().into_iter().flatten();
            let why = said.filter(|c| c["status"] == "True").filter_map(|c| c["message"].as_str()).collect::<Vec<_>>();
            Seen::Not(if why.is_empty() { "it is being removed".into() } else { why.join("; ") })
        }
        Err(refused) => Seen::Not(refused.to_string()),
    };
    until(&format!("the end of namespace {name}"), means.deadline, |_| (), look).await.map(|()| Fate::Removed)
}

async fn release(
    name: &str,
    namespace: &str,
    helm: &Helm,
    reach: &Reach,
    identity: Option<&str>,
    deadline: Duration,
) -> Result<Fate, String> {
    let cluster = reached(reach).await?;
    let found = match cluster.object("v1", "Namespace", "", namespace).await {
        Err(Refused::Missing) => return Ok(Fate::Absent),
        other => other.map_err(|refused| refused.to_string())?,
    };
    if found["metadata"]["uid"].as_str() != identity {
        return Ok(Fate::Foreign(format!("namespace {namespace} is not the one that the run made")));
    }
    helm.uninstall(name, namespace, deadline).await.map(|()| Fate::Removed)
}
