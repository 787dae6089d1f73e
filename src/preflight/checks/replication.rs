//! `replication`: what a changeover to another server would need, and slots that hold it back.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::each;

pub static CHECK: Check = Check { id: "replication", summary: "no replication slot is left behind", run };

fn run(look: &Look) -> Vec<Said> {
    each(
        look,
        |_, facts| &facts.replication,
        |_, subject, state| {
            let ready = format!(
                "wal_level {}, {} slots and {} senders at most, {} tables without a key, {} prepared transactions",
                state.wal_level, state.max_slots, state.max_senders, state.without_key, state.prepared
            );
            match (state.idle_slots.as_slice(), state.prepared) {
                ([], 0) => Said::pass(subject, ready),
                ([], _) => {
                    Said::warn(subject, ready).advice("a prepared transaction holds locks until somebody ends it")
                }
                (slots, _) => Said::warn(subject, format!("slots that nobody reads: {}; {ready}", slots.join(", ")))
                    .advice("drop what is left behind: such a slot keeps WAL until the disk is full"),
            }
        },
    )
}
