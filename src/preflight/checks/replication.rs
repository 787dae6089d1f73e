//! `replication`: slots that nobody reads, and what a changeover to another server would need.
//!
//! Source: PostgreSQL documentation, 29 Logical Replication (restrictions, configuration settings, replica identity).

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::each;
use crate::database::Replication;

pub static CHECK: Check = Check {
    id: "replication",
    summary: "no replication slot is left behind, and a changeover finds what it needs",
    run,
};

fn run(look: &Look) -> Vec<Said> {
    each(
        look,
        |_, facts| &facts.replication,
        |_, subject, state| {
            let lacking = if look.ask.changeover { lacking(state) } else { Vec::new() };
            let ready = format!(
                "wal_level {}, {} of {} slots and {} of {} senders in use, {} tables without a key, {} prepared transactions",
                state.wal_level,
                state.slots,
                state.max_slots,
                state.senders,
                state.max_senders,
                state.without_key,
                state.prepared
            );
            match (lacking.as_slice(), state.idle_slots.as_slice(), state.prepared) {
                ([], [], 0) if look.ask.changeover && state.sequences > 0 => {
                    Said::pass(subject, ready).advice(format!(
                        "its {} sequences stay behind: set them on the new server before anybody writes there",
                        state.sequences
                    ))
                }
                ([], [], 0) => Said::pass(subject, ready),
                ([], [], _) => {
                    Said::warn(subject, ready).advice("a prepared transaction holds locks until somebody ends it")
                }
                ([], slots, _) => {
                    Said::warn(subject, format!("slots that nobody reads: {}; {ready}", slots.join(", ")))
                        .advice("drop what is left behind: such a slot keeps WAL until the disk is full")
                }
                (lacking, _, _) => Said::fail(subject, format!("no changeover can begin: {}", lacking.join("; ")))
                    .advice("a physical standby crosses no major; logical replication needs all of this first"),
            }
        },
    )
}

/// What keeps the database from being replicated logically, and read by another server.
fn lacking(state: &Replication) -> Vec<String> {
    let mut lacking = Vec::new();
    if state.wal_level != "logical" {
        lacking.push(format!("wal_level is {}, and logical is needed", state.wal_level));
    }
    if state.max_slots <= state.slots {
        lacking.push(format!("all {} replication slots are in use", state.max_slots));
    }
    if state.max_senders <= state.senders {
        lacking.push(format!("all {} WAL senders are in use", state.max_senders));
    }
    if state.without_key > 0 {
        lacking.push(format!("{} tables have no primary key and no replica identity", state.without_key));
    }
    if state.prepared > 0 {
        lacking.push(format!("{} prepared transactions wait for their end", state.prepared));
    }
    lacking
}
