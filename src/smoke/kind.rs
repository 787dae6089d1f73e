//! A cluster of the run's own, by the real `kind`.
//!
//! kind labels each of its containers with the cluster's name; their ids are the cluster's identity.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::program::{Failure, Program};

/// The label that kind gives to its containers. Source: kind `pkg/cluster/internal/providers/common/constants.go`.
const LABEL: &str = "io.x-k8s.kind.cluster";
/// The oldest kind that is known to make clusters of the Kubernetes versions in use.
const OLDEST: (u32, u32) = (0, 20);
/// What asks and does not make.
const SHORT: Duration = Duration::from_secs(60);

/// kind, with the container runtime that it works on.
#[derive(Clone, Debug)]
pub struct Kind {
    program: Program,
    runtime: Program,
    /// `docker`, `podman` or `nerdctl`.
    pub runtime_name: String,
}

/// What `kind create cluster` is told.
pub struct Order<'o> {
    pub name: &'o str,
    pub kubeconfig: &'o Path,
    pub image: Option<&'o str>,
    pub deadline: Duration,
}

impl Kind {
    /// `runtime`: none is as kind chooses, `KIND_EXPERIMENTAL_PROVIDER` or docker.
    pub fn new(program: &Path, runtime: Option<&str>) -> Kind {
        let env = std::env::var("KIND_EXPERIMENTAL_PROVIDER").ok().filter(|name| !name.is_empty());
        let runtime_name = runtime.map(str::to_string).or(env).unwrap_or_else(|| "docker".into());
        Kind {
            program: Program::new(program).env("KIND_EXPERIMENTAL_PROVIDER", runtime_name.clone()),
            runtime: Program::new(Path::new(&runtime_name)),
            runtime_name,
        }
    }

    /// The same; kind holds the run's record as long as it is at work. What it starts gets no part of it: a container may live on.
    pub fn holding(mut self, record: Arc<File>) -> Kind {
        self.program = self.program.holding(record);
        self
    }

    pub fn path(&self) -> PathBuf {
        self.program.path.clone()
    }

    /// That there are a kind and a container runtime, and that they are new enough: kind's version.
    ///
    /// # Errors
    /// In words, with what to do.
    pub async fn ready(&self) -> Result<String, String> {
        let said = self.program.run(&["version"], SHORT).await.map_err(|failure| match failure {
            Failure::Missing(why) => format!("{why}: install kind, or name it by --kind-bin"),
            late => late.to_string(),
        })?;
        let text = said.text();
        let version = version(&text).filter(|_| said.ok());
        let Some((major, minor)) = version else {
            return Err(format!("{} is no kind: it says {:?}", self.program.path.display(), said.words()));
        };
        if (major, minor) < OLDEST {
            return Err(format!(
                "{} is kind {major}.{minor}, which is too old: 0.{} is needed",
                self.program.path.display(),
                OLDEST.1
            ));
        }
        let asked = self.runtime.run(&["ps", "--quiet"], SHORT).await.map_err(|failure| match failure {
            Failure::Missing(why) => format!("kind needs a container runtime, and {why}"),
            late => format!("kind needs a container runtime: {late}"),
        })?;
        match asked.ok() {
            true => Ok(format!("{major}.{minor}")),
            false => Err(format!("kind needs a container runtime, and {} {}", self.runtime_name, asked.words())),
        }
    }

    /// The ids of a cluster's containers, in order; none where there is no such cluster.
    ///
    /// # Errors
    /// In words.
    pub async fn containers(&self, name: &str) -> Result<Vec<String>, String> {
        let filter = format!("label={LABEL}={name}");
        let args = ["ps", "--all", "--no-trunc", "--filter", &filter, "--format", "{{.ID}}"];
        let said = self.runtime.run(&args, SHORT).await.map_err(|f| f.to_string())?;
        if !said.ok() {
            return Err(format!("{} {}", self.runtime_name, said.words()));
        }
        let mut ids: Vec<String> = said.text().split_whitespace().map(str::to_string).collect();
        ids.sort();
        Ok(ids)
    }

    /// What of that name is there already: a cluster, or a container that the cluster's node would be called like.
    ///
    /// # Errors
    /// In words.
    pub async fn taken(&self, name: &str) -> Result<Option<String>, String> {
        if !self.containers(name).await?.is_empty() {
            return Ok(Some(format!("a kind cluster {name}")));
        }
        let said = self.runtime.run(&["ps", "--all", "--format", "{{.Names}}"], SHORT).await;
        let said = said.map_err(|f| f.to_string())?;
        if !said.ok() {
            return Err(format!("{} {}", self.runtime_name, said.words()));
        }
        let node = format!("{name}-control-plane");
        let found = said.text().split([',', '\n']).any(|n| n.trim() == node);
        Ok(found.then(|| format!("a container {node}")))
    }

    /// Makes the cluster.
    ///
    /// # Errors
    /// In words.
    pub async fn create(&self, order: &Order<'_>) -> Result<(), String> {
        let kubeconfig = order.kubeconfig.to_string_lossy();
        let wait = format!("{}s", order.deadline.as_secs());
        let mut args = vec!["create", "cluster", "--name", order.name, "--kubeconfig", &kubeconfig, "--wait", &wait];
        if let Some(image) = order.image {
            args.extend(["--image", image]);
        }
        let said = self.program.run(&args, order.deadline + SHORT).await.map_err(|f| f.to_string())?;
        if said.ok() { Ok(()) } else { Err(format!("kind create cluster {}", said.words())) }
    }

    /// Removes the cluster: all containers that bear its label.
    ///
    /// # Errors
    /// In words.
    pub async fn delete(&self, name: &str, kubeconfig: &Path) -> Result<(), String> {
        let kubeconfig = kubeconfig.to_string_lossy();
        let args = ["delete", "cluster", "--name", name, "--kubeconfig", &kubeconfig];
        let said = self.program.run(&args, Duration::from_secs(180)).await.map_err(|f| f.to_string())?;
        if said.ok() { Ok(()) } else { Err(format!("kind delete cluster {}", said.words())) }
    }
}

/// `kind v0.30.0 go1.25.1 linux/amd64`, `kind version 0.30.0`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut words = text.split_whitespace();
    if words.next() != Some("kind") {
        return None;
    }
    let number = words.find(|w| w.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = number.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_kind() {
        assert_eq!(version("kind v0.30.0 go1.25.1 linux/amd64"), Some((0, 30)));
        assert_eq!(version("kind version 0.31.0-alpha+abc"), Some((0, 31)));
        assert_eq!(version("docker v1.2.3"), None);
        assert_eq!(version(""), None);
    }
}
