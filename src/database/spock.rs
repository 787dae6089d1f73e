//! What a server says of Spock, which replicates between the nodes of a cluster: its own node, the others that it knows, its
//! subscriptions, and the slots that others read from.
//!
//! Source: the tables that Spock's extension makes (`spock.node`, `spock.local_node`, `spock.subscription`,
//! `spock.local_sync_status`), the same in Spock 3 to 5; `pg_replication_slots`.

use super::facts::{Fields, Told, column, one};
use super::session::Session;

/// What stands in the catalogues of one node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spock {
    /// The name of the node that this server is; None: it is none.
    pub local: Option<String>,
    /// All nodes that it knows, itself included.
    pub nodes: Vec<String>,
    pub subscriptions: Vec<Subscription>,
    pub slots: Vec<Slot>,
}

/// What this server reads from another, or should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub name: String,
    pub enabled: bool,
    pub slot: String,
    pub provider: String,
    pub subscriber: String,
    /// Its states that are not `r` (ready) or `y` (synchronised), in letters; empty where all are.
    pub unsynced: String,
    /// It has a state at all.
    pub has_state: bool,
}

/// What another server reads from this one, or should. Its name begins with `spk_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub name: String,
    pub active: bool,
    /// Bytes of WAL that it keeps for its reader; None: its reader has confirmed nothing yet.
    pub behind: Option<i64>,
}

/// At most so many rows are read of each.
const MOST: usize = 1000;

/// Asks for all of it. A database without the schema `spock` is no node; the slots that its server has are told all the same.
pub(super) async fn spock(session: &Session) -> Told<Spock> {
    let mut spock = Spock { slots: slots(session).await?, ..Spock::default() };
    let there = "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'spock')";
    if !one(session.ask(there).await?)?.flag()? {
        return Ok(spock);
    }
    let local = "SELECT node_name FROM spock.local_node JOIN spock.node USING (node_id)";
    spock.local = column(session.ask(local).await?).into_iter().next();
    spock.nodes = column(session.ask(&format!("SELECT node_name FROM spock.node ORDER BY 1 LIMIT {MOST}")).await?);
    let sql = format!(
        "SELECT s.sub_name, s.sub_enabled, s.sub_slot_name, o.node_name, t.node_name, \
         (SELECT string_agg(DISTINCT y.sync_status::text, '') FROM spock.local_sync_status y \
         WHERE y.sync_subid = s.sub_id AND y.sync_status NOT IN ('r', 'y')), \
         EXISTS (SELECT FROM spock.local_sync_status y WHERE y.sync_subid = s.sub_id) \
         FROM spock.subscription s JOIN spock.node o ON o.node_id = s.sub_origin \
         JOIN spock.node t ON t.node_id = s.sub_target ORDER BY 1 LIMIT {MOST}"
    );
    for row in session.ask(&sql).await? {
        let mut row = Fields::of(row);
        spock.subscriptions.push(Subscription {
            name: row.text()?,
            enabled: row.flag()?,
            slot: row.text()?,
            provider: row.text()?,
            subscriber: row.text()?,
            unsynced: row.maybe().unwrap_or_default(),
            has_state: row.flag()?,
        });
    }
    Ok(spock)
}

async fn slots(session: &Session) -> Told<Vec<Slot>> {
    // A standby has no WAL of its own to measure against.
    let sql = format!(
        "SELECT slot_name, active, pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() \
         ELSE pg_current_wal_lsn() END, confirmed_flush_lsn)::bigint FROM pg_replication_slots \
         WHERE slot_name LIKE 'spk\\_%' ORDER BY 1 LIMIT {MOST}"
    );
    let slot = |row| {
        let mut row = Fields::of(row);
        Ok(Slot { name: row.text()?, active: row.flag()?, behind: row.maybe().and_then(|bytes| bytes.parse().ok()) })
    };
    session.ask(&sql).await?.into_iter().map(slot).collect()
}
