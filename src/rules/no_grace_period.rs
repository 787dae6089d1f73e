//! `no-grace-period`: a server must have time to write its shutdown checkpoint before it is killed.
//!
//! Source: the kubelet sends the stop signal and, after `terminationGracePeriodSeconds` (30 where nothing is said),
//! SIGKILL; PostgreSQL's documentation, "Shutting Down the Server": a smart or fast shutdown ends with a checkpoint, and
//! after SIGKILL the next start has to recover from the WAL.

use super::servers::{self, Seated};
use super::{Evidence, Facts, Finding, Fix, Judgement, Reason, Rule, Scope, Verdict};
use crate::diagnostic::Severity;

/// Seconds that a checkpoint of a busy server may take.
const ENOUGH: i64 = 120;

pub static RULE: Rule = Rule {
    id: "no-grace-period",
    summary: "a Postgres server is killed before it can have shut down cleanly",
    severity: Severity::Warning,
    scope: Scope::Postgres,
    docs: include_str!("no_grace_period.md"),
    check,
    subjects: servers::count,
};

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let judge = |s: &Seated<'_, '_>| Judgement { subject: s.subject(facts), verdict: verdict(facts, s) };
    servers::seated(facts).iter().map(judge).collect()
}

fn verdict<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>) -> Verdict {
    if let Some(why) = seated.passing() {
        return Verdict::Holds(Evidence(why.into()));
    }
    let spec = seated.workload.pod.spec;
    let given = match spec.int("terminationGracePeriodSeconds").or_wrong() {
        Ok(given) => given,
        Err(node) => {
            return Verdict::Undecided(Reason::new("terminationGracePeriodSeconds is no number").at(facts.at(node)));
        }
    };
    let seconds = given.unwrap_or(30);
    if seconds >= ENOUGH {
        return Verdict::Holds(Evidence(format!("it has {seconds} seconds").into()));
    }
    let at = match spec.get("terminationGracePeriodSeconds") {
        Some(node) => facts.at(node),
        None => facts.at_missing(spec, &["terminationGracePeriodSeconds"]),
    };
    let said = if given.is_some() { "" } else { ", as nothing is said" };
    let message = format!(
        "Postgres is killed {seconds} seconds after the request to stop{said}: where its last checkpoint takes longer, or a \
         client does not leave, the next start has to recover from the WAL"
    );
    let path = servers::below(facts, spec, "terminationGracePeriodSeconds");
    Verdict::Broken(Box::new(
        Finding::new(message)
            .at(at)
            .help(format!("set terminationGracePeriodSeconds of the pod to {ENOUGH} or more"))
            .fix(Fix::new().set_field(seated.document, &path, ENOUGH)),
    ))
}
