//! Release names: what is allowed (`pkg/action/install.go`, `validate_name.go`).

use crate::chart::Log;
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::Dialect;
use crate::go::strconv;

const PATTERN: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

/// `ValidateReleaseName`: DNS labels with dots between, 53 bytes at most.
pub fn check(name: &str, dialect: &Dialect, log: &mut Log) -> Result<(), Refusal> {
    let problem = if name.is_empty() {
        "no name provided".to_string()
    } else if name.len() > 53 || !name.split('.').all(is_label) {
        format!("invalid release name, must match regex {PATTERN} and the length must not be longer than 53")
    } else {
        return Ok(());
    };
    let message = format!("release name {}: {problem}", strconv::quote(name.as_bytes()));
    if !dialect.wraps_dependency_errors {
        return Err(Refusal::new(Kind::Usage, message));
    }
    log.slog("ERROR", "release name check failed", &[("error", &message)]);
    Err(Refusal::new(Kind::Usage, message).context("release name check failed"))
}

fn is_label(label: &str) -> bool {
    let ends = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let bytes = label.as_bytes();
    ends(bytes.first())
        && ends(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{V3_22, V4_3};

    #[test]
    fn names_are_dns_labels() {
        let ok = |name: &str| check(name, &V3_22, &mut Log::new(&V3_22)).is_ok();
        assert!(ok("a") && ok("a-b.c9") && ok(&"a".repeat(53)));
        for bad in ["A", "-a", "a-", "a..b", "a_b", ".", &"a".repeat(54)] {
            assert!(!ok(bad), "{bad}");
        }
    }

    // Expected: helm 4.3.1's stderr.
    #[test]
    fn helm_4_logs_it_too() {
        let mut log = Log::new(&V4_3);
        let refusal = check("", &V4_3, &mut log).unwrap_err();
        assert_eq!(refusal.message, "release name check failed: release name \"\": no name provided");
        assert_eq!(log.lines.len(), 1);
    }
}
