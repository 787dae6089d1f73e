//! `plaintext-permitted`: whether the server would let the same role in without TLS.

use super::super::check::{Check, Said};
use super::super::look::Look;
use crate::database::{Halt, Visit};

pub static CHECK: Check = Check { id: "plaintext-permitted", summary: "the server refuses plaintext", run };

fn run(look: &Look) -> Vec<Said> {
    let one = |(_, subject, visit): (_, String, &Visit)| {
        let tried = visit.plaintext.as_ref()?;
        Some(match tried {
            None => Said::warn(subject, "the server lets this role in without TLS as well")
                .advice("hostssl instead of host in pg_hba.conf; a managed server has a switch (rds.force_ssl)"),
            Some(Halt::Server { state, .. }) if state == "28000" || state == "08P01" => {
                Said::pass(subject, "the server refuses this role without TLS")
            }
            Some(Halt::Closed { .. }) => Said::pass(subject, "the server closes a connection without TLS"),
            Some(halt) => Said::unknown(subject, format!("what it does without TLS could not be told: {halt}")),
        })
    };
    look.visits().filter_map(one).collect()
}
