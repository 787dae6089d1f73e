//! The checks: one a file.

pub mod apply_dry_run;
pub mod ca_bundle;
pub mod certificate;
pub mod claim_reused;
pub mod clock;
pub mod cluster_reachable;
pub mod connection_known;
pub mod database_reachable;
pub mod encoding;
pub mod existing_objects;
pub mod extensions;
pub mod headroom;
pub mod node_bootstrap;
pub mod node_leftovers;
pub mod plaintext_permitted;
pub mod pooler;
pub mod privileges;
pub mod public_connect;
pub mod quota;
pub mod read_only_dsn;
pub mod removed_server;
pub mod replication;
pub mod role;
pub mod schema_state;
pub mod secret_keys;
pub mod server_version;
pub mod server_writable;
pub mod storage_class;
pub mod tls_claim;
pub mod tls_client;
pub mod tls_rustls;
pub mod vantage;

use super::check::Said;
use super::connection::Connection;
use super::look::Look;
use crate::database::{Facts, Told};

/// Judges one fact of every connection that was made. What was not told is unknown.
fn each<T>(
    look: &Look,
    fact: impl for<'f> Fn(&Connection, &'f Facts) -> &'f Told<T>,
    judge: impl Fn(&Connection, String, &T) -> Said,
) -> Vec<Said> {
    let one = |(connection, subject, visit): (&Connection, String, &crate::database::Visit)| {
        let facts = visit.facts.as_ref()?;
        Some(match fact(connection, facts) {
            Ok(told) => judge(connection, subject, told),
            Err(silence) => Said::unknown(subject, silence.to_string()),
        })
    };
    look.visits().filter_map(one).collect()
}
