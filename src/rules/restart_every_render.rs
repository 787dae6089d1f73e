//! `restart-every-render`: a pod template that is another one in every render.
//!
//! Sources: Kubernetes documentation, Deployments, "A Deployment's rollout is triggered if and only if the Deployment's
//! Pod template is changed"; Helm documentation, Chart Development Tips.

use super::rollout::{count, in_template, lasting, path_in};
use super::{Facts, Finding, Fix, Judgement, Rule, Scope};
use crate::diagnostic::Severity;
use crate::manifest::{Document, Path, Step};

pub static RULE: Rule = Rule {
    id: "restart-every-render",
    summary: "pods restart with every upgrade, whether anything has changed or not",
    severity: Severity::Warning,
    scope: Scope::Any,
    docs: include_str!("restart_every_render.md"),
    check,
    subjects: count,
};

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    lasting(facts).map(|(_, document)| judge(facts, document)).collect()
}

fn judge(facts: &Facts<'_>, document: &Document<'_>) -> Judgement {
    let subject = facts.subject(document);
    let again = match facts.worlds.again() {
        Ok(again) => again,
        Err(why) => return Judgement::undecided(subject, why.to_string()),
    };
    if !again.of(document.id).iter().any(in_template) {
        return Judgement::holds(subject, "another render says the same");
    }
    // What a Secret in the cluster keeps is no matter of its pods.
    let upgraded = match facts.worlds.settled() {
        Ok(upgraded) => upgraded,
        Err(why) => return Judgement::undecided(subject, why.to_string()),
    };
    let both = |path: &&Path| in_template(path) && again.of(document.id).contains(path);
    let paths: Vec<&Path> = upgraded.of(document.id).iter().filter(both).collect();
    let Some(first) = paths.first() else {
        return Judgement::holds(subject, "the next upgrade says the same");
    };
    let what = match first.0.last() {
        Some(Step::Key(key)) => key.as_str(),
        _ => "an item",
    };
    let server = facts.topology.servers.iter().any(|s| s.doc == document.id);
    let comes = if server { "Postgres restarts, and all its connections break" } else { "its pods are replaced" };
    let message = format!("{what} is another one in every render: with each upgrade of whatever else {comes}");
    let mut fix = Fix::new();
    for path in &paths {
        fix = fix.remove_field(document, &path.to_string());
    }
    let finding = Finding::new(message).at(path_in(facts, document, first));
    let finding = finding.help(
        "take out what asks for the time or for randomness; a checksum of what is read restarts pods when it is needed",
    );
    Judgement::broken(subject, finding.fix(fix))
}
