//! `--dry-run` and `--validate`: which of them asks a cluster, and each line of Helm's own words about the others.

use super::outside::Reach;
use crate::chart::Log;
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::{Dialect, LogStyle};

/// What Helm 4 says of `--validate` while it reads its flags.
///
/// # Errors
/// Both flags at once are one too many for it.
pub fn deprecated(
    given: Option<&str>,
    validate: Option<bool>,
    dialect: &Dialect,
    log: &mut Log,
) -> Result<(), Refusal> {
    if validate.is_none() || !matches!(dialect.log, LogStyle::Slog) {
        return Ok(());
    }
    log.lines.push("Flag --validate has been deprecated, use '--dry-run=server' instead".into());
    match given {
        None => Ok(()),
        Some(_) => Err(Refusal::new(
            Kind::Usage,
            "if any flags in the group [validate dry-run] are set none of the others can be; [dry-run validate] were all set",
        )),
    }
}

/// What of a cluster is asked; refuses what Helm refuses. `given` is the flag's value, if it was given.
pub fn check(given: Option<&str>, validate: bool, dialect: &Dialect, log: &mut Log) -> Result<Reach, Refusal> {
    let all = Reach { capabilities: true, lookups: true, install: true };
    match (given, dialect.log) {
        (_, LogStyle::Slog) if validate => Ok(all),
        (None | Some("client"), LogStyle::Slog) => Ok(Reach::default()),
        (Some("server"), LogStyle::Slog) => Ok(all),
        (Some(value), LogStyle::Slog) => check_slog(value, log).map(|()| Reach::default()),
        // Helm 3 asks for lookups here, and for the rest with --validate (`ClientOnly` of pkg/action/install.go).
        (Some("server" | "none" | "false"), LogStyle::Lines(_)) => {
            Ok(Reach { capabilities: validate, lookups: true, install: validate })
        }
        (None | Some("client" | "true" | "unset"), LogStyle::Lines(_)) => {
            Ok(Reach { capabilities: validate, lookups: false, install: validate })
        }
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
        assert_eq!(verdict("none", &V3_22), (None, 0));
        assert_eq!(verdict("maybe", &V3_22), (Some(Kind::Usage), 0));
        assert_eq!(verdict("server", &V4_3), (None, 0));
    }
}
