//! Pod templates: containers in start order, what they mount, and the volumes behind it.

use super::config::{ObjectRef, StoreKind};
use super::image::Image;
use super::workload::WorkloadId;
use crate::manifest::{Node, Quantity};

/// Which container of a render.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContainerId {
    pub workload: WorkloadId,
    /// In start order: see [`Pod::containers`].
    pub index: u32,
}

/// When a container runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// To its end, before the next one starts.
    Init,
    /// An init container with `restartPolicy: Always`: runs on beside the main ones.
    Sidecar,
    Main,
}

/// What pods of a workload are made from.
#[derive(Clone, Debug)]
pub struct Pod<'m> {
    /// `PodSpec`.
    pub spec: Node<'m>,
    /// `metadata` of the template; a bare pod's own.
    pub metadata: Option<Node<'m>>,
    pub namespace: &'m str,
    /// Init containers and sidecars as written, then the main ones.
    pub containers: Vec<Container<'m>>,
    pub volumes: Vec<Volume<'m>>,
}

#[derive(Clone, Debug)]
pub struct Container<'m> {
    pub id: ContainerId,
    pub role: Role,
    pub name: &'m str,
    pub image: Image<'m>,
    pub mounts: Vec<Mount<'m>>,
    pub env_from: Vec<EnvFrom<'m>>,
    pub ports: Vec<Port<'m>>,
    /// Everything else: `command`, `args`, `env`, probes, resources.
    pub node: Node<'m>,
}

#[derive(Clone, Copy, Debug)]
pub struct EnvFrom<'m> {
    pub prefix: &'m str,
    pub from: ObjectRef<'m>,
    pub node: Node<'m>,
}

#[derive(Clone, Copy, Debug)]
pub struct Port<'m> {
    pub number: Option<i64>,
    pub name: &'m str,
    pub node: Node<'m>,
}

#[derive(Clone, Copy, Debug)]
pub struct Mount<'m> {
    pub volume: &'m str,
    /// Without a slash at its end, unless it is all there is.
    pub path: &'m str,
    pub sub_path: &'m str,
    /// With `$(VAR)`s of the container's environment.
    pub sub_path_expr: &'m str,
    pub read_only: bool,
    pub node: Node<'m>,
}

#[derive(Clone, Debug)]
pub struct Volume<'m> {
    pub name: &'m str,
    pub source: VolumeSource<'m>,
    pub node: Node<'m>,
}

/// `items` of a volume: which keys become which files.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeyToPath<'m> {
    pub key: &'m str,
    /// Below the volume, as written.
    pub path: &'m str,
    pub mode: Option<i64>,
    pub node: Node<'m>,
}

/// One source of a projected volume, or the only one of a volume of a Secret or ConfigMap.
#[derive(Clone, Debug)]
pub enum Projection<'m> {
    /// Without items every key becomes a file of its name.
    Object { from: ObjectRef<'m>, items: Vec<KeyToPath<'m>> },
    /// `key` is the field's path.
    DownwardApi { items: Vec<KeyToPath<'m>> },
    /// A service account token, or something that we don't know, at this path.
    Other { path: &'m str, node: Node<'m> },
}

#[derive(Clone, Debug)]
pub enum VolumeSource<'m> {
    /// `secret`, `configMap`, `downwardAPI`, `projected`: of two sources with one path the later counts.
    Projected {
        sources: Vec<Projection<'m>>,
        default_mode: Option<i64>,
    },
    /// `medium` is empty, `Memory` or `HugePages...`.
    EmptyDir {
        medium: &'m str,
        size_limit: Option<Quantity<'m>>,
    },
    /// By name; its PersistentVolumeClaim may be rendered, or not.
    Claim {
        name: &'m str,
        read_only: bool,
    },
    /// Made of the template with this index of a StatefulSet's `volumeClaimTemplates`.
    ClaimTemplate(usize),
    /// `ephemeral.volumeClaimTemplate`: lives as long as the pod.
    Ephemeral,
    HostPath {
        path: &'m str,
    },
    Csi {
        driver: &'m str,
        attributes: Option<Node<'m>>,
    },
    /// `nfs`, `image`, ...: the key that names it.
    Other(&'m str),
    /// Nothing says what it is. The API server takes it for an emptyDir.
    None,
}

impl<'m> Pod<'m> {
    /// Reads a `PodSpec`. `claims` are the names of the claim templates around it, which stand before volumes of one name.
    pub(super) fn read(
        workload: WorkloadId,
        spec: Node<'m>,
        metadata: Option<Node<'m>>,
        namespace: &'m str,
        claims: &[&'m str],
    ) -> Self {
        let init = spec.list("initContainers").map(|node| {
            let always = node.str("restartPolicy").given() == Some("Always");
            (node, if always { Role::Sidecar } else { Role::Init })
        });
        let main = spec.list("containers").map(|node| (node, Role::Main));
        let containers = init
            .chain(main)
            .zip(0..)
            .map(|((node, role), index)| Container::read(ContainerId { workload, index }, node, role));
        let of_template =
            |(index, name): (usize, &&'m str)| Volume { name, source: VolumeSource::ClaimTemplate(index), node: spec };
        let volumes = claims
            .iter()
            .enumerate()
            .map(of_template)
            .chain(spec.list("volumes").map(Volume::read).filter(|volume| !claims.contains(&volume.name)));
        Pod { spec, metadata, namespace, containers: containers.collect(), volumes: volumes.collect() }
    }

    /// The same with containers that stand elsewhere in the object.
    pub(super) fn with_loose(mut self, workload: WorkloadId, nodes: &[Node<'m>]) -> Self {
        let first = u32::try_from(self.containers.len()).unwrap_or(u32::MAX);
        let containers = (first..)
            .zip(nodes)
            .map(|(index, node)| Container::read(ContainerId { workload, index }, *node, Role::Main));
        self.containers.extend(containers);
        self
    }

    pub fn volume(&self, name: &str) -> Option<&Volume<'m>> {
        self.volumes.iter().find(|v| v.name == name)
    }

    pub fn label(&self, key: &str) -> Option<&'m str> {
        self.metadata?.get("labels")?.str(key).given()
    }

    pub fn annotation(&self, key: &str) -> Option<&'m str> {
        self.metadata?.get("annotations")?.str(key).given()
    }

    pub fn host_network(&self) -> bool {
        self.spec.bool("hostNetwork").given().unwrap_or(false)
    }

    /// Seconds between the request to stop and the kill; 30 where nothing is said.
    pub fn grace_period(&self) -> Option<i64> {
        self.spec.int("terminationGracePeriodSeconds").or_wrong().ok().map(|n| n.unwrap_or(30))
    }

    /// Whether the kubelet tells its containers of Services by variables.
    pub fn service_links(&self) -> bool {
        self.spec.bool("enableServiceLinks").given().unwrap_or(true)
    }
}

impl<'m> Container<'m> {
    fn read(id: ContainerId, node: Node<'m>, role: Role) -> Self {
        Container {
            id,
            role,
            name: node.str("name").given().unwrap_or_default(),
            image: Image::parse(node.str("image").given().unwrap_or_default()),
            mounts: node.list("volumeMounts").map(Mount::read).collect(),
            env_from: node.list("envFrom").filter_map(EnvFrom::read).collect(),
            ports: node.list("ports").map(Port::read).collect(),
            node,
        }
    }

    /// `command` as written, `$(VAR)` not expanded; `None` where the image decides.
    pub fn command(&self) -> Option<Vec<Node<'m>>> {
        self.node.present("command").map(|list| list.items().collect())
    }

    pub fn args(&self) -> Option<Vec<Node<'m>>> {
        self.node.present("args").map(|list| list.items().collect())
    }

    /// `env` as written: name and entry.
    pub fn env(&self) -> impl Iterator<Item = (&'m str, Node<'m>)> + use<'m> {
        self.node.list("env").map(|node| (node.str("name").given().unwrap_or_default(), node))
    }

    /// `livenessProbe`, `readinessProbe`, `startupProbe`.
    pub fn probe(&self, name: &str) -> Option<Node<'m>> {
        self.node.present(name)
    }
}

impl<'m> EnvFrom<'m> {
    fn read(node: Node<'m>) -> Option<Self> {
        let prefix = node.str("prefix").given().unwrap_or_default();
        // The kubelet looks at the ConfigMap first.
        let from = match (node.present("configMapRef"), node.present("secretRef")) {
            (Some(from), _) => ObjectRef::read(StoreKind::ConfigMap, from, "name"),
            (None, Some(from)) => ObjectRef::read(StoreKind::Secret, from, "name"),
            (None, None) => return None,
        };
        Some(EnvFrom { prefix, from, node })
    }
}

impl<'m> Port<'m> {
    fn read(node: Node<'m>) -> Self {
        Port { number: node.int("containerPort").given(), name: node.str("name").given().unwrap_or_default(), node }
    }
}

impl<'m> Mount<'m> {
    fn read(node: Node<'m>) -> Self {
        let text = |key| node.str(key).given().unwrap_or_default();
        let path = text("mountPath");
        let trimmed = path.trim_end_matches('/');
        Mount {
            volume: text("name"),
            path: if trimmed.is_empty() && !path.is_empty() { "/" } else { trimmed },
            sub_path: text("subPath"),
            sub_path_expr: text("subPathExpr"),
            read_only: node.bool("readOnly").given().unwrap_or(false),
            node,
        }
    }
}

impl<'m> Volume<'m> {
    fn read(node: Node<'m>) -> Self {
        let source = VolumeSource::read(node);
        Volume { name: node.str("name").given().unwrap_or_default(), source, node }
    }

    /// What it shows of Secrets and ConfigMaps.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectRef<'m>> {
        let sources = match &self.source {
            VolumeSource::Projected { sources, .. } => sources.as_slice(),
            _ => &[],
        };
        sources.iter().filter_map(|source| match source {
            Projection::Object { from, .. } => Some(from),
            _ => None,
        })
    }

    /// Whether what is written there outlives the pod; `None` where that cannot be told.
    pub fn persists(&self) -> Option<bool> {
        match self.source {
            VolumeSource::Claim { .. } | VolumeSource::ClaimTemplate(_) | VolumeSource::HostPath { .. } => Some(true),
            VolumeSource::Projected { .. }
            | VolumeSource::EmptyDir { .. }
            | VolumeSource::Ephemeral
            | VolumeSource::None => Some(false),
            VolumeSource::Csi { .. } | VolumeSource::Other(_) => None,
        }
    }
}

impl<'m> VolumeSource<'m> {
    fn read(volume: Node<'m>) -> Self {
        let other = |(key, node): &(&str, Node<'m>)| *key != "name" && !node.is_null();
        let Some((key, node)) = volume.entries().find(other) else { return VolumeSource::None };
        let text = |key| node.str(key).given().unwrap_or_default();
        match key {
            "secret" => VolumeSource::one(StoreKind::Secret, node, "secretName"),
            "configMap" => VolumeSource::one(StoreKind::ConfigMap, node, "name"),
            "downwardAPI" => {
                let sources = vec![Projection::DownwardApi { items: fields(node) }];
                VolumeSource::Projected { sources, default_mode: node.int("defaultMode").given() }
            }
            "projected" => VolumeSource::Projected {
                sources: node.list("sources").filter_map(Projection::read).collect(),
                default_mode: node.int("defaultMode").given(),
            },
            "emptyDir" => {
                VolumeSource::EmptyDir { medium: text("medium"), size_limit: node.quantity("sizeLimit").given() }
            }
            "persistentVolumeClaim" => VolumeSource::Claim {
                name: text("claimName"),
                read_only: node.bool("readOnly").given().unwrap_or(false),
            },
            "ephemeral" => VolumeSource::Ephemeral,
            "hostPath" => VolumeSource::HostPath { path: text("path") },
            "csi" => VolumeSource::Csi { driver: text("driver"), attributes: node.present("volumeAttributes") },
            other => VolumeSource::Other(other),
        }
    }

    fn one(kind: StoreKind, node: Node<'m>, name: &str) -> Self {
        let source = Projection::Object { from: ObjectRef::read(kind, node, name), items: items(node) };
        VolumeSource::Projected { sources: vec![source], default_mode: node.int("defaultMode").given() }
    }
}

impl<'m> Projection<'m> {
    fn read(source: Node<'m>) -> Option<Self> {
        let (key, node) = source.entries().find(|(_, node)| !node.is_null())?;
        Some(match key {
            "secret" => {
                Projection::Object { from: ObjectRef::read(StoreKind::Secret, node, "name"), items: items(node) }
            }
            "configMap" => {
                Projection::Object { from: ObjectRef::read(StoreKind::ConfigMap, node, "name"), items: items(node) }
            }
            "downwardAPI" => Projection::DownwardApi { items: fields(node) },
            _ => {
                let path = ["path", "certificateChainPath", "credentialBundlePath"];
                let path = path.iter().find_map(|key| node.str(key).given()).unwrap_or_default();
                Projection::Other { path, node }
            }
        })
    }
}

fn items<'m>(node: Node<'m>) -> Vec<KeyToPath<'m>> {
    let read = |node: Node<'m>| KeyToPath {
        key: node.str("key").given().unwrap_or_default(),
        path: node.str("path").given().unwrap_or_default(),
        mode: node.int("mode").given(),
        node,
    };
    node.list("items").map(read).collect()
}

fn fields<'m>(node: Node<'m>) -> Vec<KeyToPath<'m>> {
    let read = |node: Node<'m>| KeyToPath {
        key: node.dig("fieldRef.fieldPath").and_then(|n| n.as_str().given()).unwrap_or_default(),
        path: node.str("path").given().unwrap_or_default(),
        mode: node.int("mode").given(),
        node,
    };
    node.list("items").map(read).collect()
}
