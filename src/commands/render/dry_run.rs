//! `--dry-run` and `--validate`: which of them asks a cluster, and each line of Helm's own words about the others.

use super::outside::Reach;
use crate::chart::Log;
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::{Dialect, LogStyle};

/// What of a cluster is asked; refuses what Helm refuses. `given` is the flag's value, if it was given.
pub fn check(given: Option<&str>, validate: bool, dialect: &Dialect, log: &mut Log) -> Result<Reach, Refusal> {
    let all = Reach { capabilities: true, lookups: true };
    if validate {
        return Err(needs_cluster("--validate"));
    }
    match (given, dialect.log) {
        (None | Some("client"), _) => Ok(Reach::default()),
        (Some("server"), LogStyle::Slog) => Ok(all),
        // Helm 3 asks for lookups alone: what the cluster can do is for --validate to ask (`ClientOnly` of pkg/action/install.go).
        (Some("server"), LogStyle::Lines(_)) => Ok(Reach { capabilities: false, lookups: true }),
        (Some(value), LogStyle::Slog) => check_slog(value, log).map(|()| Reach::default()),
        (Some("true" | "unset"), LogStyle::Lines(_)) => Ok(Reach::default()),
        (Some("none" | "false"), LogStyle::Lines(_)) => Err(needs_cluster("--dry-run=none")),
        (Some(_), LogStyle::Lines(_)) => Err(Refusal::new(
            Kind::Usage,
            "Invalid dry-run flag. Flag must one of the following: false, true, none, client, server",
        )),
    }
}

/// Helm 4 (`cmdGetDryRunFlagStrategy`): booleans are deprecated, and `helm template` always runs dry.
fn check_slog(value: &str, log: &mut Log) -> Result<(), Refusal> {
    let refuse =
        |allowed: &str| Err(Refusal::new(Kind::Usage, format!("invalid dry-run value ({value:?}). Must be {allowed}")));
    match value {
        "unset" => {
            log.slog("WARN", "--dry-run is deprecated and should be replaced with '--dry-run=client'", &[]);
            Ok(())
        }
        "none" => refuse("\"server\" or \"client\""),
        other => match super::flags::go_bool(other) {
            Err(_) => refuse("\"none\", \"server\", or \"client\""),
            Ok(false) => refuse("\"server\" or \"client\""),
            Ok(true) => {
                let message = format!(
                    "boolean '--dry-run={other}' flag is deprecated and must be replaced with '--dry-run=client'"
                );
                log.slog("WARN", &message, &[]);
                Ok(())
            }
        },
    }
}

/// The refusal of something that a render from files alone cannot give.
pub fn needs_cluster(what: &str) -> Refusal {
    Refusal::new(
        Kind::NeedsCluster,
        format!("{what} needs a cluster, a network or another program; this renders from files alone"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{V3_22, V4_3};

    fn verdict(value: &str, dialect: &'static Dialect) -> (Option<Kind>, usize) {
        let mut log = Log::new(dialect);
        let kind = check(Some(value), false, dialect, &mut log).err().map(|r| r.kind);
        (kind, log.lines.len())
    }

    // Expected: what both helms do with `template --dry-run=VALUE`.
    #[test]
    fn each_line_of_helm_has_its_own_values() {
        assert_eq!(verdict("client", &V4_3), (None, 0));
        assert_eq!(verdict("unset", &V4_3), (None, 1));
        assert_eq!(verdict("true", &V4_3), (None, 1));
        assert_eq!(verdict("none", &V4_3), (Some(Kind::Usage), 0));
        assert_eq!(verdict("true", &V3_22), (None, 0));
        assert_eq!(verdict("none", &V3_22), (Some(Kind::NeedsCluster), 0));
        assert_eq!(verdict("maybe", &V3_22), (Some(Kind::Usage), 0));
        assert_eq!(verdict("server", &V4_3), (None, 0));
    }
}
