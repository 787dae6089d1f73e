//! Asks the API server of a cluster: objects, lists, what it can do, and what it would say to an object. Nothing is changed: the
//! only requests that are not reads are applies with `dryRun=All`.
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

mod access;
mod ask;
mod discovery;
mod install;
mod lookups;
mod objects;
mod overrides;

pub use access::{Access, Cluster};
pub use ask::Refused;
pub use discovery::Resource;
pub use install::{Existing, Install, Objection};
pub use lookups::{capabilities, lookup, rendered};
pub use objects::MANAGER;
pub use overrides::Overrides;
