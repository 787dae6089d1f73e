//! The cluster side of `preflight`, `record` and `render --dry-run=server`, against a real API server. What is expected is what
//! kubectl or real Helm says there, or how the objects were made.

#[path = "../common/cluster.rs"]
mod cluster;
#[path = "../common/tcp.rs"]
mod tcp;

mod checks;
mod hostile;
mod lookups;
mod pods;
mod program;
mod rights;
mod validate;
