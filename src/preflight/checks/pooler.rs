//! `pooler`: whether a pooler stands between, and what it keeps of a session.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::each;
use crate::database::Pooling;

pub static CHECK: Check =
    Check { id: "pooler", summary: "a pooler keeps what the application needs of a session", run };

fn run(look: &Look) -> Vec<Said> {
    each(
        look,
        |_, facts| &facts.pooling,
        |_, subject, pooling| {
            match pooling {
        Pooling::Direct => Said::pass(subject, "the server itself answers"),
        Pooling::Session => Said::warn(subject, "a pooler answers; which mode it pools in cannot be seen while it has servers to spare")
            .advice("in transaction mode, LISTEN, advisory locks, SET and prepared statements do not last: ask for session mode if they are used"),
        Pooling::Changing => Said::warn(subject, "a pooler answers, by changing servers: it pools transactions")
            .advice("LISTEN, session advisory locks, SET and prepared statements do not last there"),
    }
        },
    )
}
