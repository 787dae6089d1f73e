//! `no-checksum`: pods that keep what they read of a Secret or ConfigMap when they started.
//!
//! Sources: Helm documentation, Chart Development Tips, Automatically Roll Deployments; Kubernetes documentation, Secrets,
//! "A container using a Secret as a subPath volume mount does not receive automated updates".

use super::rollout::{Read, changes_content, count, in_template, is_reloaded, lasting, marks, reads};
use super::{Facts, Finding, Fix, Judgement, Rule, Scope};
use crate::diagnostic::Severity;
use crate::kube::{StoreKind, Workload};
use crate::manifest::Document;

pub static RULE: Rule = Rule {
    id: "no-checksum",
    summary: "pods do not restart when what they read at their start changes",
    severity: Severity::Warning,
    scope: Scope::Postgres,
    docs: include_str!("no_checksum.md"),
    check,
    subjects: count,
};

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    lasting(facts).map(|(workload, document)| judge(facts, workload, document)).collect()
}

/// Whether the content of a source changes, and nothing of the pod template with it.
fn is_uncovered<'f>(facts: &Facts<'f>, document: &Document<'f>, read: &Read<'_, 'f>) -> bool {
    let alone = facts.worlds.alone(read.store.doc, facts.bound.root().values);
    let Ok(changed) = alone.as_ref() else { return false };
    changes_content(changed, read.store.doc, read.key) && !changed.of(document.id).iter().any(in_template)
}

fn judge<'f>(facts: &Facts<'f>, workload: &Workload<'f>, document: &Document<'f>) -> Judgement {
    let subject = facts.subject(document);
    // Postgres takes the password of a variable when it sets up its data, and never looks at it again.
    let server = facts.topology.servers.iter().any(|s| s.doc == document.id);
    let mut reads = reads(facts, &workload.pod);
    reads.retain(|read| !(server && read.store.kind == StoreKind::Secret));
    if reads.is_empty() {
        return Judgement::holds(subject, "it reads no rendered Secret or ConfigMap at its start");
    }
    if is_reloaded(document, &workload.pod) {
        return Judgement::holds(subject, "a controller restarts it");
    }
    let shaken = facts.worlds.shaken(facts.bound.root().values);
    let Some(changed) = &shaken.changed else {
        let why = shaken.stopped.clone().unwrap_or_else(|| "the chart does not render with other values".into());
        return Judgement::undecided(subject, why);
    };
    let has_sum = marks(changed.of(document.id)).next().is_some();
    // A name that changes with the content does what a checksum does.
    let renamed = |read: &Read<'_, 'f>| changed.gone.contains(&read.store.doc);
    let differs = |read: &&Read<'_, 'f>| !renamed(read) && changes_content(changed, read.store.doc, read.key);
    // A checksum covers what it is a checksum of: each source is asked by itself.
    let uncovered = |read: &&Read<'_, 'f>| !has_sum || is_uncovered(facts, document, read);
    let Some(read) = reads.iter().filter(differs).find(uncovered) else {
        let why =
            if has_sum { "its pod template changes with what it reads" } else { "no value changes what it reads" };
        return Judgement::holds(subject, why);
    };
    let (kind, name) = (read.store.kind.kind(), read.store.name);
    let message = format!(
        "the pods of {} take {} from the {kind} {name} and are not restarted when it changes: they keep the old content",
        document.name, read.how
    );
    let template = facts.document(read.store.doc).map(|d| d.template).unwrap_or_default();
    let file = template.split_once("templates/").map_or(template, |(_, file)| file);
    let sum = format!("{{{{ include (print $.Template.BasePath \"/{file}\") . | sha256sum }}}}");
    let what = if read.store.kind == StoreKind::Secret { "secret" } else { "config" };
    let path = format!("spec.template.metadata.annotations.checksum/{what}");
    let finding = Finding::new(message).at(facts.at(read.from.node));
    let finding = finding.help(format!("annotate the pod template: checksum/{what}: {sum}"));
    Judgement::broken(subject, finding.fix(Fix::new().set_field(document, &path, sum)))
}
