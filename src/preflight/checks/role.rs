//! `role`: the role that connects: what it may do beyond its work, and how long its password lasts.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::each;

pub static CHECK: Check =
    Check { id: "role", summary: "the role has no more power than it needs, and its password lasts", run };

/// A password that ends sooner is told, in seconds.
const SOON: f64 = 30.0 * 86_400.0;

fn run(look: &Look) -> Vec<Said> {
    each(
        look,
        |_, facts| &facts.role,
        |_, subject, role| {
            let name = &role.name;
            match role.valid_for {
                Some(seconds) if seconds <= 0.0 => {
                    return Said::fail(subject, format!("the password of {name} has ended (VALID UNTIL)"));
                }
                Some(seconds) if seconds < SOON => {
                    return Said::warn(
                        subject,
                        format!("the password of {name} ends in {} days", (seconds / 86_400.0).floor()),
                    );
                }
                _ => {}
            }
            let powers = [
                (role.superuser, "superuser"),
                (role.bypass_rls, "BYPASSRLS"),
                (role.replication, "REPLICATION"),
                (role.create_role, "CREATEROLE"),
                (role.create_database, "CREATEDB"),
            ];
            let powers: Vec<&str> = powers.iter().filter(|(has, _)| *has).map(|(_, name)| *name).collect();
            let mighty = role.member_of.iter().filter(|r| is_mighty(r)).map(String::as_str);
            let all: Vec<&str> = powers.iter().copied().chain(mighty).collect();
            if all.is_empty() {
                return Said::pass(subject, format!("{name} has no power over the server"));
            }
            Said::warn(subject, format!("{name} has more power than an application needs: {}", all.join(", ")))
                .advice("connect as a role that owns its own schema and nothing else")
        },
    )
}

/// Roles whose members are as good as superusers.
fn is_mighty(role: &str) -> bool {
    const ROLES: [&str; 10] = [
        "pg_execute_server_program",
        "pg_read_server_files",
        "pg_write_server_files",
        "pg_write_all_data",
        "rds_superuser",
        "cloudsqlsuperuser",
        "alloydbsuperuser",
        "azure_pg_admin",
        "neon_superuser",
        "supabase_admin",
    ];
    ROLES.contains(&role)
}
