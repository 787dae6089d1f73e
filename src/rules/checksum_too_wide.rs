//! `checksum-too-wide`: a Postgres server that restarts when something changes that it does not read.
//!
//! The values that reach Secrets and ConfigMaps, but nothing of what the server reads, are changed together.

use std::collections::BTreeSet;

use bumpalo::Bump;

use super::canary::{Hit, replacement};
use super::rollout::{is_content, marks, path_in, reads};
use super::servers::{Seated, count, seated};
use super::worlds::{Changed, why};
use super::{Facts, Finding, Fix, Judgement, Rule, Scope};
use crate::diagnostic::Severity;
use crate::manifest::{DocId, Path};
use crate::provenance::{Change, ValuesPath};

pub static RULE: Rule = Rule {
    id: "checksum-too-wide",
    summary: "Postgres restarts when a secret changes that it does not read",
    severity: Severity::Warning,
    scope: Scope::Postgres,
    docs: include_str!("checksum_too_wide.md"),
    check,
    subjects: count,
};

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    seated(facts).iter().map(|seat| judge(facts, seat)).collect()
}

fn judge<'f>(facts: &Facts<'f>, seat: &Seated<'_, 'f>) -> Judgement {
    let subject = seat.subject(facts);
    if let Some(why) = seat.passing() {
        return Judgement::holds(subject, why);
    }
    let document = seat.document;
    // A checksum is an annotation or a label; without one there is nothing to look for.
    let metadata = seat.workload.pod.metadata;
    let is_sum = |text: &str| text.len() >= 8 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let sums = metadata.into_iter().flat_map(|m| m.map("annotations").chain(m.map("labels")));
    if !sums.filter_map(|(_, node)| node.as_str().given()).any(is_sum) {
        return Judgement::holds(subject, "its pod template has no checksum");
    }
    let shaken = facts.worlds.shaken(facts.bound.root().values);
    let Some(changed) = &shaken.changed else {
        let why = shaken.stopped.clone().unwrap_or_else(|| "the chart does not render with other values".into());
        return Judgement::undecided(subject, why);
    };
    if marks(changed.of(document.id)).next().is_none() {
        return Judgement::holds(subject, "its checksum does not change with values");
    }
    let reads = reads(facts, &seat.workload.pod);
    let mounted: BTreeSet<&str> =
        seat.workload.pod.volumes.iter().flat_map(|v| v.objects()).map(|object| object.name).collect();
    let is_read = |doc: DocId, key: &str| {
        let read = reads.iter().any(|r| r.store.doc == doc && r.key.is_none_or(|k| k == key));
        read || facts.document(doc).is_some_and(|d| mounted.contains(d.name))
    };
    let strange: Vec<&ValuesPath> = shaken
        .secrets
        .iter()
        .filter(|secret| {
            let Some(hits) = &secret.hits else { return false };
            let kept = hits.iter().any(|hit| matches!(hit, Hit::Kept { .. }));
            kept && hits.iter().all(|hit| match hit {
                Hit::Kept { doc, key } => !is_read(*doc, key),
                Hit::Field { doc, .. } => *doc != document.id,
                Hit::Notes(_) => true,
            })
        })
        .map(|secret| &secret.path)
        .collect();
    if strange.is_empty() {
        return Judgement::holds(subject, "it reads all secrets that are rendered");
    }
    let arena = Bump::new();
    let mut variant = facts.worlds.variant();
    variant.changes = strange
        .iter()
        .map(|path| Change { path: (*path).clone(), value: replacement(facts.bound.root().values, path, &arena) })
        .collect();
    let other = facts.worlds.render(&variant, |rendering| Changed::between(facts.manifests, &rendering.manifests));
    let other = match other {
        Ok(other) => other,
        Err(stop) => return Judgement::undecided(subject, why(&stop)),
    };
    let read_too = reads.iter().any(|r| other.of(r.store.doc).iter().any(|path| is_content(path, r.key)));
    let sums: Vec<&Path> = marks(other.of(document.id)).collect();
    let Some(sum) = sums.first().filter(|_| !read_too) else {
        return Judgement::holds(subject, "its checksum covers what it reads");
    };
    let named: Vec<String> = strange.iter().take(3).map(|path| path.to_string()).collect();
    let more = if strange.len() > named.len() { " and others" } else { "" };
    let message = format!(
        "Postgres restarts when {}{more} changes, which it does not read: a new token of the application ends all its connections",
        named.join(", ")
    );
    let mut fix = Fix::new();
    for path in &sums {
        fix = fix.remove_field(document, &path.to_string());
    }
    let finding = Finding::new(message).at(path_in(facts, document, sum));
    let finding = finding.help("sum up the keys alone that the server reads, or keep them in a Secret of their own");
    Judgement::broken(subject, finding.fix(fix))
}
