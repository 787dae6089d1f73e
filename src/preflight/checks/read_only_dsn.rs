//! `read-only-dsn`: whether a connection that is said to read only can do nothing else.

use super::super::check::{Check, Said};
use super::super::look::Look;

pub static CHECK: Check = Check { id: "read-only-dsn", summary: "a read-only connection cannot write", run };

fn run(look: &Look) -> Vec<Said> {
    let mut all = Vec::new();
    for (connection, subject, visit) in look.visits().filter(|(c, _, _)| c.read_only) {
        let Some(facts) = &visit.facts else { continue };
        let standby = facts.read_only.as_ref().is_ok_and(|state| state.in_recovery);
        let default = facts.read_only.as_ref().is_ok_and(|state| state.default);
        let superuser = facts.role.as_ref().is_ok_and(|role| role.superuser);
        all.push(match (&facts.writable, &facts.path) {
            // A standby takes no writes until it is promoted; then what its role may do counts, and what a transaction begins with.
            (Ok((_, count)), _) if standby && *count > 0 && !default => Said::warn(
                subject,
                format!("a standby takes no writes; promoted, it lets its role write to {count} tables"),
            )
            .advice("ALTER ROLE ... SET default_transaction_read_only = on"),
            _ if standby => Said::pass(subject, "a standby takes no writes"),
            _ if superuser => Said::fail(subject, "it connects as a superuser"),
            (Err(silence), _) | (_, Err(silence)) => Said::unknown(subject, silence.to_string()),
            (Ok((tables, count)), _) if *count > 0 => Said::fail(
                subject,
                format!("{} lets its role write to {count} tables: {}", connection.role, tables.join(", ")),
            )
            .advice("give it a role with SELECT alone"),
            (_, Ok(path)) if path.iter().any(|p| p.create) => {
                Said::warn(subject, "its role may create tables in a schema of its path")
                    .advice("REVOKE CREATE ON SCHEMA")
            }
            _ => Said::pass(subject, "its role may write to no table and create none"),
        });
    }
    all
}
