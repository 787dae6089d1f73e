//! `server-writable`: whether the server takes writes: no standby, no read-only default.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::each;

pub static CHECK: Check =
    Check { id: "server-writable", summary: "the server takes writes where the connection needs them", run };

fn run(look: &Look) -> Vec<Said> {
    each(
        look,
        |_, facts| &facts.read_only,
        |connection, subject, state| {
            let what = match (state.in_recovery, state.transaction, state.default) {
                (true, _, _) => "the server is a standby, in recovery",
                (_, true, true) => "default_transaction_read_only is on",
                (_, true, false) => "transactions are read-only",
                (false, false, _) => "the server takes writes",
            };
            let takes_writes = !state.in_recovery && !state.transaction;
            match (takes_writes, connection.read_only) {
                (true, _) | (false, true) => Said::pass(subject, what),
                (false, false) => Said::fail(subject, what)
                    .advice("name the primary in the connection string, or promote this one first"),
            }
        },
    )
}
