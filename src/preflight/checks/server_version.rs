//! `server-version`: the server's major version: known, supported, and what is expected.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::each;

pub static CHECK: Check = Check { id: "server-version", summary: "the server has a major that is expected", run };

/// The oldest major that the community still mends. Source: postgresql.org/support/versioning.
const OLDEST: u32 = 14;

fn run(look: &Look) -> Vec<Said> {
    each(
        look,
        |_, facts| &facts.server,
        |_, subject, server| {
            let major = server.major();
            let shown = format!("Postgres {major}.{}", server.version % 10_000);
            let wanted = &look.ask.majors;
            if !wanted.is_empty() && !wanted.contains(&major) {
                let list: Vec<String> = wanted.iter().map(u32::to_string).collect();
                return Said::fail(subject, format!("{shown}, and {} is expected", list.join(" or ")));
            }
            match look.connections.client_major {
                _ if major < OLDEST => Said::warn(subject, format!("{shown} is no longer mended by the community")),
                Some(client) if client < major => {
                    Said::warn(subject, format!("{shown} is newer than the client, whose image is of {client}"))
                        .advice("pg_dump refuses a newer server; psql's commands may fail")
                }
                _ => Said::pass(subject, shown),
            }
        },
    )
}
