//! Live facts before a deploy: what the connections of a render meet when they are made, and what the cluster has ready.
//!
//! First everything is looked at ([`look()`]), then judged: a check is a pure function of what was seen. An answer that could not
//! be had is UNKNOWN; nothing that was not seen passes.
//!
//! | file | owns |
//! |---|---|
//! | `connection` | the connections of a render, with the files that their clients would find |
//! | `ask` | what the user expects and allows |
//! | `nodes` | the nodes of a multi-node cluster, and what their servers say |
//! | `release` | what a render brings to a cluster, and what it needs there |
//! | `removal` | servers that an upgrade declares no more, and who names them |
//! | `surroundings` | what the cluster has ready |
//! | `look` | the visits, one for each server of a connection |
//! | `vantage/` | looks from pods beside the workloads |
//! | `check` | the shape of a check, and the list of all |
//! | `checks/` | one check a file |

mod ask;
mod check;
mod checks;
mod connection;
mod look;
mod nodes;
mod release;
mod removal;
mod surroundings;
mod vantage;

pub use ask::{Ask, Detour};
pub use check::{CHECKS, Check, run};
pub use connection::{Connection, Connections, Known, Planned, State, connections, unrendered};
pub use look::{Look, Met, Sight, look};
pub use nodes::{Node, NodeSeen, Nodes};
pub use release::{Claim, Object, Release, Wanted};
pub use surroundings::{ClaimSeen, Surroundings, decoded, surroundings};
pub use vantage::{PodSeen, Pods, Stead, look_from_pods};
