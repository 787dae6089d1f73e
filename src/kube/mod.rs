//! Kubernetes as far as judgement needs it: which pods a render makes, what their containers see, which Service reaches whom.
//! Data and functions, no I/O; rules are those of the kubelet and of the API server, named where they are used.
//!
//! | file | owns |
//! |---|---|
//! | `inventory` | one pass over the documents, and look-up by namespace and name |
//! | `workload` | kinds that make pods: replicas, template, claim templates |
//! | `operators` | custom resources that embed pods, and those that *are* a Postgres server or pooler: a table |
//! | `pod` | containers in start order, volumes, mounts |
//! | `image` | image references taken apart |
//! | `config` | what Secrets and ConfigMaps hold |
//! | `text` | values that are put together from pieces, each with its source |
//! | `expand` | `$(VAR)` |
//! | `env` | a container's environment, as the kubelet builds it |
//! | `files` | what a container finds at a path |
//! | `service` | Services, and the workloads that they select |

mod config;
mod env;
mod expand;
mod files;
mod image;
mod inventory;
mod operators;
mod pod;
mod service;
#[cfg(test)]
mod tests;
mod text;
mod workload;

pub use config::{Content, ObjectRef, Store, StoreKind};
pub use env::{Environment, Loser, Opaque, Var, VarSource, environment};
pub use expand::{Part, parts};
pub use files::{FileAt, file_at, files};
pub use image::Image;
pub use inventory::Inventory;
pub use operators::{Access, OPERATORS, Operator, OperatorObject, Role as OperatorRole};
pub use pod::{Container, ContainerId, EnvFrom, KeyToPath, Mount, Pod, Port, Projection, Role, Volume, VolumeSource};
pub use service::{Service, ServicePort, ServiceType, select};
pub use text::{Piece, Source, Text, Why};
pub use workload::{ClaimTemplate, Replicas, Workload, WorkloadId, WorkloadKind};
