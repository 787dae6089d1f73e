//! `headroom`: whether the server has connections left for all pods of a rollout.

use super::super::check::{Check, Said};
use super::super::connection::Connection;
use super::super::look::Look;
use super::each;
use crate::database::Visit;

pub static CHECK: Check = Check { id: "headroom", summary: "the server has room for every pod's connections", run };

fn run(look: &Look) -> Vec<Said> {
    let said = each(
        look,
        |_, facts| &facts.slots,
        |connection, subject, slots| {
            let pool = look.ask.pool;
            let free = slots.max - slots.reserved - slots.used;
            let seen = format!(
                "{free} of {} connections are free ({} reserved, {} used)",
                slots.max, slots.reserved, slots.used
            );
            let Some(pods) = connection.pods else {
                return Said::unknown(subject, format!("{seen}; how many pods connect is not known"));
            };
            let need = i64::try_from(pods.saturating_mul(pool)).unwrap_or(i64::MAX);
            let needs = format!("{pods} pods of {pool} connections each need {need} during a rollout");
            // What the running release holds is used already: the role's own connections count for both.
            let own = slots.of_role.min(need);
            match free.saturating_add(own) >= need {
                true => Said::pass(subject, format!("{seen}; {needs}")),
                false => Said::fail(subject, format!("{seen}; {needs}"))
                    .advice("raise max_connections, lower replicas or pools, or put a pooler in front"),
            }
        },
    );
    said.into_iter().chain(limits(look)).collect()
}

/// The role's own limit.
fn limits(look: &Look) -> Vec<Said> {
    let limited = |(connection, subject, visit): (&Connection, String, &Visit)| {
        let role = visit.facts.as_ref()?.role.as_ref().ok()?;
        let limit = u64::try_from(role.connection_limit).ok()?;
        let need = connection.pods?.saturating_mul(look.ask.pool);
        (need > limit).then(|| {
            let words = format!("the role may have {limit} connections at once, and {need} are needed");
            Said::fail(format!("{subject}, limit of the role"), words).advice("ALTER ROLE ... CONNECTION LIMIT")
        })
    };
    look.visits().filter_map(limited).collect()
}
