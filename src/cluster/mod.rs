//! Asks the API server of a cluster: objects, lists, what it can do, and what it would say to an object. Nothing is changed but by
//! `change`, which `smoke` calls, and `preflight` for a pod of its own: all other requests that are not reads say `dryRun=All`.
//!
//! Every call has a deadline, and what a server answers is bounded. What could not be learnt is a [`Refused`] with its reason.
//!
//! | file | owns |
//! |---|---|
//! | `access` | kubeconfig, context, or the pod's own account |
//! | `overrides` | what flags say instead of the kubeconfig |
//! | `ask` | one call: deadline, bound, and what a refusal means |
//! | `discovery` | versions, kinds and their paths |
//! | `objects` | objects and lists by kind; applies that change nothing |
//! | `install` | what Helm asks before an install, and says |
//! | `lookups` | renders whose lookups the cluster answers; recordings |
//! | `change` | makes objects and removes them |
//! | `forward` | a port of this machine that leads to one of a pod |
//! | `exec` | a program in a pod |
//! | `wait` | waits with a deadline, which say what they waited for |
//! | `interrupt` | signals, for whoever has something to remove |

mod access;
mod ask;
mod change;
mod discovery;
mod exec;
mod forward;
mod install;
mod interrupt;
mod lookups;
mod objects;
mod overrides;
pub mod wait;

pub use access::{Access, Cluster};
pub use ask::Refused;
pub use discovery::Resource;
pub use exec::{Process, Ran};
pub use forward::Tunnel;
pub use install::{Existing, Install, Objection};
pub use interrupt::Interrupt;
pub use lookups::{capabilities, lookup, rendered};
pub use objects::MANAGER;
pub use overrides::Overrides;

/// What waits for answers, on this thread.
///
/// # Errors
/// In words.
pub fn runtime() -> Result<tokio::runtime::Runtime, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|e| format!("no runtime for the network: {e}"))
}
