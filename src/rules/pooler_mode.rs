//! `pooler-mode`: a client that needs a session of its own, behind a pooler that gives it one for a transaction.
//!
//! Source: pgbouncer.org/features.html (what transaction pooling breaks: session `SET`, `LISTEN`, session advisory locks,
//! prepared statements without `max_prepared_statements`); for each client, its own documentation (`CLIENTS`).

use super::{Evidence, Facts, Finding, Judgement, Rule, Scope, Verdict, connection};
use crate::diagnostic::Severity;
use crate::kube;
use crate::postgres::driver::Driver;
use crate::postgres::provider::PoolMode;
use crate::postgres::topology::{Edge, Phase, Reach, Seat, ServerKind};

pub static RULE: Rule = Rule {
    id: "pooler-mode",
    summary: "a client that keeps state in its session connects through a transaction pooler",
    severity: Severity::Warning,
    scope: Scope::Postgres,
    docs: include_str!("pooler_mode.md"),
    check,
    subjects: connection::count,
};

/// Clients that prepare statements by themselves, words in a connection string that stop them, and the one to add.
const CLIENTS: [(Driver, &[&str], &str); 7] = [
    (Driver::Asyncpg, &["statement_cache_size=0"], "prepared_statement_cache_size=0"),
    (Driver::Pgjdbc, &["prepareThreshold=0", "preferQueryMode=simple"], "prepareThreshold=0"),
    (Driver::Prisma, &["pgbouncer=true"], "pgbouncer=true"),
    (
        Driver::Pgx,
        &["default_query_exec_mode=exec", "default_query_exec_mode=simple_protocol"],
        "default_query_exec_mode=exec",
    ),
    (Driver::RubyPg, &["prepared_statements=false"], "prepared_statements=false"),
    (Driver::Sqlx, &["statement-cache-capacity=0"], "statement-cache-capacity=0"),
    (Driver::Postgrex, &["prepare=unnamed"], "prepare=unnamed"),
];

/// Words for a pooler's mode in a container's environment.
const MODES: [&str; 4] = ["POOL_MODE", "PGBOUNCER_POOL_MODE", "PGBOUNCER_DEFAULT_POOL_MODE", "POOLER_POOL_MODE"];

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let judge = |edge| Judgement { subject: connection::subject(facts, edge), verdict: verdict(facts, edge) };
    facts.topology.edges.iter().map(judge).collect()
}

/// The pooler that gives a connection for a transaction only.
fn pooler(facts: &Facts<'_>, edge: &Edge<'_>) -> Option<String> {
    match &edge.reach {
        Reach::External { host, provider: Some(provider) } => {
            let mode = provider.pooler(host, edge.port().unwrap_or(provider.port))?;
            (mode == PoolMode::Transaction).then(|| format!("the pooler of {}", provider.name))
        }
        reach => {
            let server = facts.topology.server(reach.server()?)?;
            let (ServerKind::Pooler(name), Seat::Container(id)) = (server.kind, server.seat) else { return None };
            let (_, container) = facts.inventory.container(id)?;
            let environment = kube::environment(facts.inventory, container);
            let mode = MODES.iter().find_map(|name| environment.get(name))?.value.known_str()?;
            mode.eq_ignore_ascii_case("transaction").then(|| name.to_string())
        }
    }
}

fn verdict<'f>(facts: &Facts<'f>, edge: &'f Edge<'f>) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    let Some(pooler) = pooler(facts, edge) else {
        return holds("no pooler is known that ends the session with the transaction");
    };
    let text = edge.text.as_ref().map_or("", |t| t.filled());
    let (role, driver) = (&edge.role, edge.client.driver);
    let consumer = facts.topology.consumer_of(edge);
    let words = consumer.map(|c| format!("{} {}", connection::owner(facts, edge), c.name).to_ascii_lowercase());
    let migrates = words.is_some_and(|w| w.contains("migrat") || w.contains("schema"));
    let runs = consumer.is_some_and(|c| !matches!(c.phase, Phase::Running));
    let found = CLIENTS.iter().find(|(d, ..)| *d == driver);
    let (why, parameter) = match found {
        Some((_, stops, add)) if !stops.iter().any(|s| text.contains(s)) => (
            format!("{driver} prepares statements by itself, and meets another server session at its next transaction"),
            Some(*add),
        ),
        _ if migrates && runs => {
            ("migrations take advisory locks of the session, which are lost or never given back".to_string(), None)
        }
        _ => return holds("its client is not known to keep state in the session"),
    };
    let finding =
        Finding::new(format!("{role} goes through {pooler}, which keeps a session for one transaction only: {why}"))
            .at(connection::spot(facts, edge))
            .help(
                "connect to the server itself, or to the pooler's session port; or tell the client to prepare nothing",
            );
    let fix = parameter.and_then(|parameter| {
        let written = connection::written(facts, edge)?;
        let join = if written.text.contains('?') { '&' } else { '?' };
        written.replaced(facts, &format!("{}{join}{parameter}", written.text))
    });
    Verdict::Broken(Box::new(match fix {
        Some(fix) => finding.fix(fix),
        None => finding,
    }))
}
