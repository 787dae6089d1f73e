//! The shape of a check, and the list of all.

use super::checks;
use super::look::Look;
use crate::report::{Answer, Outcome};

/// Something that must hold of what was seen.
pub struct Check {
    pub id: &'static str,
    /// What it asks, in a line.
    pub summary: &'static str,
    /// An answer for every subject.
    pub run: fn(&Look) -> Vec<Said>,
}

/// An answer before it has the check's id.
pub struct Said {
    pub subject: String,
    pub outcome: Outcome,
    pub reason: String,
    pub advice: Option<String>,
}

impl Said {
    pub fn new(subject: impl Into<String>, outcome: Outcome, reason: impl Into<String>) -> Said {
        Said { subject: subject.into(), outcome, reason: reason.into(), advice: None }
    }

    pub fn pass(subject: impl Into<String>, reason: impl Into<String>) -> Said {
        Said::new(subject, Outcome::Pass, reason)
    }

    pub fn warn(subject: impl Into<String>, reason: impl Into<String>) -> Said {
        Said::new(subject, Outcome::Warn, reason)
    }

    pub fn fail(subject: impl Into<String>, reason: impl Into<String>) -> Said {
        Said::new(subject, Outcome::Fail, reason)
    }

    pub fn unknown(subject: impl Into<String>, reason: impl Into<String>) -> Said {
        Said::new(subject, Outcome::Unknown, reason)
    }

    pub fn advice(mut self, advice: impl Into<String>) -> Said {
        self.advice = Some(advice.into());
        self
    }
}

/// All of them, in the order in which they are told.
pub static CHECKS: &[&Check] = &[
    &checks::cluster_reachable::CHECK,
    &checks::secret_keys::CHECK,
    &checks::claim_reused::CHECK,
    &checks::storage_class::CHECK,
    &checks::quota::CHECK,
    &checks::apply_dry_run::CHECK,
    &checks::existing_objects::CHECK,
    &checks::removed_server::CHECK,
    &checks::connection_known::CHECK,
    &checks::tls_claim::CHECK,
    &checks::vantage::CHECK,
    &checks::database_reachable::CHECK,
    &checks::tls_client::CHECK,
    &checks::tls_rustls::CHECK,
    &checks::certificate::CHECK,
    &checks::ca_bundle::CHECK,
    &checks::plaintext_permitted::CHECK,
    &checks::server_version::CHECK,
    &checks::server_writable::CHECK,
    &checks::role::CHECK,
    &checks::privileges::CHECK,
    &checks::schema_state::CHECK,
    &checks::headroom::CHECK,
    &checks::extensions::CHECK,
    &checks::encoding::CHECK,
    &checks::clock::CHECK,
    &checks::pooler::CHECK,
    &checks::replication::CHECK,
    &checks::public_connect::CHECK,
    &checks::read_only_dsn::CHECK,
    &checks::node_bootstrap::CHECK,
    &checks::node_leftovers::CHECK,
];

/// Runs all checks.
pub fn run(look: &Look) -> Vec<Answer> {
    let answers = CHECKS.iter().flat_map(|check| {
        let said = (check.run)(look).into_iter();
        said.map(|s| Answer {
            check: check.id,
            subject: s.subject,
            outcome: s.outcome,
            reason: s.reason,
            advice: s.advice,
            when: None,
        })
    });
    answers.collect()
}
