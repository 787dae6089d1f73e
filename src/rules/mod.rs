//! The rules: what must hold of a chart that lives on Postgres, each with its page, its cases and a fix that works.
//!
//! A rule answers for every subject of its kind, and counts those subjects a second time in another way: a rule that did
//! not recognise what it should judge is undecided, never content. One rule a file, `<id>.rs` with its page `<id>.md`; the
//! list [`RULES`] is the registry. CONTRIBUTING.md says how one is added.
//!
//! | file | owns |
//! |---|---|
//! | `connection` | what rules about connections share: names, places, changes |
//! | [`facts`] | what a rule may look at |
//! | [`judgement`] | a subject and what is true of it |
//! | [`finding`] | what is wrong, where, and where to change it |
//! | [`fix`] | changes as data, and how they are applied |
//! | [`ahead`] | those of the other renders that a second thread makes |
//! | `worlds` | the same chart with other randomness, as an upgrade, with other values |
//! | `canary` | the render with other values, and who shows which |
//! | `filled` | Secrets that are rendered empty and filled in the cluster |
//! | `hostile` | the render with passwords that a URL does not stand, unless they are encoded |
//! | `rollout` | what makes pods restart, and what they read at their start |
//! | `servers` | the containers that serve Postgres |
//! | `spock` | nodes of a multi-node cluster |

pub mod ahead;
pub mod facts;
pub mod finding;
pub mod fix;
pub mod judgement;
pub mod worlds;

mod attachment_overridden;
mod bootstrap_deadline;
mod canary;
mod checksum_too_wide;
mod connection;
mod database_ephemeral;
mod database_exposed;
mod dsn_contradicts_tls;
mod dsn_in_argv;
mod dsn_malformed;
mod dsn_missing;
mod dsn_shadowed;
mod dsn_unencoded_password;
mod embedded_leftover;
mod env_duplicate;
mod filled;
mod helm_fails_open;
mod hook_deadlock;
mod hostile;
mod instances_share;
mod many_replicas_one_volume;
mod many_stores;
mod name_too_long;
mod names_collide;
mod no_checksum;
mod no_grace_period;
mod pgdata_at_mount_root;
mod plaintext_remote;
mod pooler_mode;
mod probe_kills_recovery;
mod recreate_with_rolling_update;
mod restart_every_render;
mod role_ddl_on_external;
mod rollout;
mod secret_in_plain_sight;
mod secret_key_missing;
mod secret_unstable;
mod secret_uri_mismatch;
mod servers;
mod shm_too_small;
pub mod spock;
mod tls_ca_not_mounted;
mod tls_weaker_than_it_looks;
mod unread_value;
mod volume_path_of_image_major;

pub use facts::Facts;
pub use finding::{Finding, Spot};
pub use fix::{Fix, Op};
pub use judgement::{Evidence, Judgement, Reason, Subject, Verdict};

use crate::diagnostic::Severity;

/// Which charts a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every chart.
    Any,
    /// Charts in which something uses or runs Postgres; others are none of our business.
    Postgres,
}

/// A rule. Its id is for ever: people write it into their configuration.
#[derive(Debug)]
pub struct Rule {
    /// Kebab case; the name of its files with `-` for `_`.
    pub id: &'static str,
    /// What is wrong when it is broken, in half a line.
    pub summary: &'static str,
    /// Of its findings, where a finding does not say otherwise.
    pub severity: Severity,
    pub scope: Scope,
    /// The page: what goes wrong in production, bad, good, fix, since.
    pub docs: &'static str,
    /// One judgement for every subject.
    pub check: fn(&Facts<'_>) -> Vec<Judgement>,
    /// How many subjects there are, counted in another way than `check` finds them.
    pub subjects: fn(&Facts<'_>) -> usize,
}

/// All rules, by id.
pub static RULES: &[&Rule] = &[
    &attachment_overridden::RULE,
    &bootstrap_deadline::RULE,
    &checksum_too_wide::RULE,
    &database_ephemeral::RULE,
    &database_exposed::RULE,
    &dsn_contradicts_tls::RULE,
    &dsn_in_argv::RULE,
    &dsn_malformed::RULE,
    &dsn_missing::RULE,
    &dsn_shadowed::RULE,
    &dsn_unencoded_password::RULE,
    &embedded_leftover::RULE,
    &env_duplicate::RULE,
    &helm_fails_open::RULE,
    &hook_deadlock::RULE,
    &instances_share::RULE,
    &many_replicas_one_volume::RULE,
    &many_stores::RULE,
    &name_too_long::RULE,
    &names_collide::RULE,
    &no_checksum::RULE,
    &no_grace_period::RULE,
    &pgdata_at_mount_root::RULE,
    &plaintext_remote::RULE,
    &pooler_mode::RULE,
    &probe_kills_recovery::RULE,
    &recreate_with_rolling_update::RULE,
    &restart_every_render::RULE,
    &role_ddl_on_external::RULE,
    &secret_in_plain_sight::RULE,
    &secret_key_missing::RULE,
    &secret_unstable::RULE,
    &secret_uri_mismatch::RULE,
    &shm_too_small::RULE,
    &tls_ca_not_mounted::RULE,
    &tls_weaker_than_it_looks::RULE,
    &unread_value::RULE,
    &volume_path_of_image_major::RULE,
];

/// The rule of an id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// Says which rules will be asked, before the first is: what they all need is made while there is budget.
pub fn prepare(facts: &Facts<'_>) {
    let passwords = facts.topology.edges.iter().any(|edge| connection::known_password(edge).is_some());
    facts.worlds.prepare(facts.bound.root().values, passwords);
}

/// What a rule says of a chart: its judgements, and one more, undecided, when it has not answered for every subject.
pub fn judge(rule: &Rule, facts: &Facts<'_>) -> Vec<Judgement> {
    let mut judgements = (rule.check)(facts);
    let (answered, counted) = (judgements.len(), (rule.subjects)(facts));
    if answered != counted {
        let words = format!("the rule has judged {answered} of {counted} subjects that another count finds");
        judgements.push(Judgement::undecided(Subject::new("rule", rule.id), words));
    }
    judgements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kebab_case_and_in_order() {
        assert!(RULES.is_sorted_by(|a, b| a.id < b.id), "RULES is sorted by id, without doubles");
        for rule in RULES {
            assert!(rule.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", rule.id);
            assert!(!rule.summary.ends_with('.') && rule.summary.len() < 100, "{}: half a line", rule.id);
        }
    }
}
